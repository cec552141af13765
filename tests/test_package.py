"""What is shipped, what depends on what, and that the papers say what the code does."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import click
import pytest

from ontology import errors
from ontology.errors import SafeguardError
from service import about_door, api, browse_door, changes_door, pages, sparql_door
from service.cli import main
from service.settings import VARIABLES

ROOT = Path(__file__).parent.parent
PACKAGES = ("ontology", "corpus", "indexer", "service")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: Shipped and documented with what is declared: their imports need no line of their own.
PART_OF = {"starlette": "fastapi", "markupsafe": "jinja2"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.iterdir()
    return path


def kept_by_git() -> set[str]:
    """The files of the packages that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_wheel_holds_what_git_keeps_and_nothing_else(wheel: Path) -> None:
    kept = kept_by_git()
    assert {
        "ontology/schema.ttl",
        "corpus/law/children-act-1989.yaml",
        "service/static/style.css",
        "service/templates/base.html",
    } <= kept
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
        built = {f"service/static/built/{path.name}" for path in (ROOT / "service/static/built").glob("*")}
        assert shipped == kept | built | {"service/baseline.json"}
        assert archive.read("service/baseline.json") == (ROOT / "tests/questions/baseline.json").read_bytes()
        assert [name for name in sorted(kept) if archive.read(name) != (ROOT / name).read_bytes()] == []


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import corpus, service.app, service.settings\n"
        "from pathlib import Path\n"
        "from corpus.loader import load_corpus\n"
        "from indexer.graph import schema_quads\n"
        "assert Path(corpus.__file__).is_relative_to(Path.cwd()), corpus.__file__\n"
        "assert load_corpus().editions and schema_quads()\n"
        "service.app.create_app(service.settings.Settings(Path('none')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_wheel_names_the_command_and_the_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        papers = {Path(name).name: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert "safeguard = service.cli:main" in papers["entry_points.txt"]
    assert f"\nVersion: {PROJECT['project']['version']}\n" in papers["METADATA"]
    assert "\nLicense-Expression: Apache-2.0 AND CC-BY-4.0\n" in papers["METADATA"]
    assert "\nClassifier: Private :: Do Not Upload\n" in papers["METADATA"]
    assert papers["LICENSE"] == (ROOT / "LICENSE").read_text(encoding="utf-8") != ""


# Dependencies.


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_packages_import_in_one_direction() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert "Contracts: 1 kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [("ontology", "corpus"), ("corpus", "indexer"), ("indexer", "service"), ("ontology", "service")],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, importer: str, imported: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / importer / "wrong.py").write_text(f"import {imported}\n", encoding="utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert f"{importer}.wrong -> {imported} (l.1)" in done.stdout


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    """The top-level names that a piece of code imports from outside its own package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ;]", distribution)[0]).lower()


def declared(*extras: str) -> set[str]:
    optional = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in optional[extra])]
    return {normal(line) for line in lines}


@pytest.mark.parametrize(("folders", "extras"), [(PACKAGES, ("build",)), (("tests",), ("build", "test"))])
def test_every_import_is_declared(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    known = packages_distributions()
    ours = {*PACKAGES, *(path.stem for path in modules("tests")), *sys.stdlib_module_names}
    undeclared = set()
    for path in modules(*folders):
        for name in set(imports(ast.parse(path.read_text(encoding="utf-8")))) - ours:
            distributions = {normal(one) for one in known.get(name, [name])}
            if not distributions & declared(*extras) and PART_OF.get(name) not in declared(*extras):
                undeclared.add((path.relative_to(ROOT).as_posix(), name))
    assert undeclared == set()


def test_what_is_slow_to_import_is_imported_where_it_is_needed() -> None:
    slow = {
        "torch",
        "sentence_transformers",
        "transformers",
        "owlready2",
        "faiss",
        "bm25s",
        "onnxruntime",
        "pyshacl",
        "uvicorn",
        "docx",
        "pptx",
        "typst",
        "PIL",
    }
    early = set()
    for path in modules(*PACKAGES):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        outside_functions = ast.Module(
            [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)], []
        )
        early |= {(path.relative_to(ROOT).as_posix(), name) for name in slow & set(imports(outside_functions))}
    assert early == set()
    used = {name for path in modules(*PACKAGES) for name in imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"torch", "sentence_transformers", "owlready2", "faiss", "uvicorn"} <= used, (
        "the search sees imports in functions"
    )


# Papers.


def test_the_version_heads_the_changelog() -> None:
    headings = re.findall(r"^## \[?([^\s\]]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == PROJECT["project"]["version"]


def test_the_installed_version_is_the_one_of_the_project() -> None:
    assert version("safeguarding-kg") == PROJECT["project"]["version"]


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group = main, before: str = "safeguard") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


@pytest.mark.parametrize("variable", [variable for variable, _, _ in VARIABLES])
def test_readme_explains_every_setting(readme: str, variable: str) -> None:
    meaning = next(meaning for name, _, meaning in VARIABLES if name == variable)
    (row,) = re.findall(rf"^\| `{variable}` \| (.*) \|$", readme, re.MULTILINE)
    assert row.startswith(meaning)


def test_readme_explains_no_setting_that_is_gone(readme: str) -> None:
    assert set(re.findall(r"SAFEGUARD_[A-Z_]+", readme)) <= {variable for variable, _, _ in VARIABLES}


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_readme_names_every_command_with_its_options(readme: str, command: str) -> None:
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{command}"))
    options = {option for one in dict(commands())[command].params for option in one.opts if option.startswith("--")}
    assert {option for option in options if f"`{option}" not in row} == set()


def test_readme_names_no_command_that_is_gone(readme: str) -> None:
    named = {tuple(found.split()) for found in re.findall(r"`(safeguard(?: [a-z]+(?:-[a-z]+)*)+)", readme)}
    known = {tuple(name.split()) for name, _ in commands()}
    assert {words for words in named if not any(words[: len(one)] == one for one in known)} == set()


ROUTES = sorted(
    {
        str(getattr(route, "path", ""))
        for router in (about_door, api, browse_door, changes_door, sparql_door, pages)
        for route in router.router.routes
    }
)


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" not in route])
def test_readme_names_every_route(readme: str, route: str) -> None:
    assert f"`{route}`" in readme


PROBLEMS = [
    name
    for name, kind in sorted(vars(errors).items())
    if isinstance(kind, type) and issubclass(kind, SafeguardError) and kind is not SafeguardError
]


def test_readme_names_every_class_of_problem(readme: str) -> None:
    assert [problem for problem in PROBLEMS if f"`{problem}`" not in readme] == []


def test_the_drawing_of_the_errors_shows_every_one_in_its_place() -> None:
    drawn: dict[str, str] = {}
    above = ["SafeguardError"]
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"    ([│ ]*)[├└]── (\w+)", line):
            depth = len(found[1]) // 4 + 1
            drawn[found[2]] = above[depth - 1]
            above[depth:] = [found[2]]
    assert drawn == {name: getattr(errors, name).__mro__[1].__name__ for name in PROBLEMS}


def test_no_file_names_a_machine() -> None:
    """No path of somebody's home or workplace, and no host but examples and the public addresses cited."""
    private = re.compile(r"(?<![\w.])/(?:home|Users|work|root)/\w+|\b(?:192\.168|10\.\d+)\.\d+\.\d+\b")
    texts = [ROOT / name for name in kept_by_git()] + modules("tests") + [ROOT / "README.md", ROOT / "pyproject.toml"]
    found = {
        path.relative_to(ROOT).as_posix(): private.findall(path.read_text(encoding="utf-8"))
        for path in texts
        if path.suffix not in (".png", ".safetensors") and path.is_file()
    }
    assert {name: places for name, places in found.items() if places} == {}
