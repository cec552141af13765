# Everything a developer or a user runs. Two commands are enough: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(CURDIR)/.data
HOST ?= 127.0.0.1
PORT ?= 8000
PINNED := pyproject.toml constraints.txt package-lock.json service/styles/site.scss service/static/style.css

.PHONY: run build test long check lint bench clean

# Serve the page; a build that is there already is used as it is and needs no torch.
run: $(VENV)/.service
	@if [ ! -f $(DATA)/current ]; then $(MAKE) --no-print-directory build; fi
	@SAFEGUARD_DATA=$${SAFEGUARD_DATA:-$(DATA)} $(BIN)/safeguard serve --host $(HOST) --port $(PORT)

# Compile ontology and corpus into $(DATA); quick when nothing has changed.
build: $(VENV)/.build
	@SAFEGUARD_DATA=$${SAFEGUARD_DATA:-$(DATA)} $(BIN)/safeguard build

# Every unmarked test, side by side.
test: $(VENV)/.test
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal

# The tests that take minutes.
long: $(VENV)/.test
	@$(BIN)/python -m pytest -q -m long

# Data, shapes, reasoning; with PDF=path, every record against the official document.
check: $(VENV)/.service
	@SAFEGUARD_DATA=$${SAFEGUARD_DATA:-$(DATA)} $(BIN)/safeguard check $(if $(PDF),--against $(PDF))

lint: $(VENV)/.test
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

# The budgets of the architecture, measured here.
bench: $(VENV)/.test build
	@SAFEGUARD_DATA=$${SAFEGUARD_DATA:-$(DATA)} $(BIN)/python tests/bench.py

clean:
	rm -rf $(VENV) .data dist node_modules service/static/built

$(VENV)/.service: $(PINNED)
	@sh install.sh "$(PYTHON)" "$(VENV)" ""
	@touch $@

$(VENV)/.build: $(PINNED)
	@sh install.sh "$(PYTHON)" "$(VENV)" build
	@touch $(VENV)/.service $@

$(VENV)/.test: $(PINNED)
	@sh install.sh "$(PYTHON)" "$(VENV)" build,test
	@touch $(VENV)/.service $(VENV)/.build $@
