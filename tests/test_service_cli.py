"""The command `safeguard`: its exit statuses, its exact words, and what it never imports."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest
from conftest import PDF

from indexer.build import open_build
from ontology.errors import InputError
from service.ask import Asking
from service.settings import VARIABLES, Settings, read_settings
from service.text import answer_text

ROOT = Path(__file__).parent.parent
PACKAGES = ("ontology", "corpus", "indexer", "service")
QUESTION = "When does the core group meet?"
DONE, FAILED, CANNOT_BE_USED, NO_ANSWER = 0, 1, 2, 3


def safeguard(
    *words: str, data: Path, source: Path | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; from the packages in `source` instead of those installed."""
    command = [str(Path(sys.executable).parent / "safeguard")]
    if source is not None:
        command = [sys.executable, "-c", "from service.cli import main; main(prog_name='safeguard')"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAFEGUARD_")}
    done = subprocess.run(
        [*command, *words],
        env={**inherited, "SAFEGUARD_DATA": str(data), "PYTHONDONTWRITEBYTECODE": "1", **(settings or {})},
        cwd=source,
        capture_output=True,
        encoding="utf-8",
        timeout=600,  # reasoning over the whole corpus takes minutes
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture
def damaged(hash_data: Path, tmp_path: Path) -> Path:
    data = Path(shutil.copytree(hash_data, tmp_path / "damaged"))
    with (open_build(data).folder / "graph.nq").open("ab") as graph:
        graph.write(b"\n")
    return data


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def query_file(folder: Path, query: str) -> str:
    path = folder / "query.rq"
    path.write_text(query, encoding="utf-8")
    return str(path)


# Answers.


def test_an_answer_is_printed_as_the_core_gives_it(real_data: Path, asking: Asking) -> None:
    answer = asking.ask(QUESTION)
    printed = safeguard("ask", QUESTION, data=real_data)
    assert (printed.returncode, printed.stderr) == (DONE, "")
    assert printed.stdout == answer_text(answer)
    as_json = safeguard("ask", "--json", *QUESTION.split(), data=real_data)
    assert (as_json.returncode, as_json.stderr) == (DONE, "")
    assert {**json.loads(as_json.stdout), "took_ms": 0} == {**answer.model_dump(mode="json"), "took_ms": 0}


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["recipe for pancakes"], "not-found"), ([QUESTION, "--edition", "wt2026"], "not-held")],
)
def test_no_answer_has_an_exit_status_of_its_own(real_data: Path, words: list[str], reason: str) -> None:
    as_json = safeguard("ask", "--json", *words, data=real_data)
    assert (as_json.returncode, as_json.stderr) == (NO_ANSWER, "")
    answer = json.loads(as_json.stdout)
    assert (answer["status"], answer["reason"]) == ("no-answer", reason)


def test_no_answer_says_why(real_data: Path) -> None:
    printed = safeguard("ask", "recipe for pancakes", data=real_data)
    assert (printed.returncode, printed.stderr) == (NO_ANSWER, "")
    assert "That does not mean that there is no duty." in printed.stdout


def test_options_reach_the_core(real_data: Path, asking: Asking) -> None:
    words = ["ask", "--json", "--role", "GP", "--limit", "2", "--edition", "wt2023", "When must we refer a child?"]
    answer = asking.ask("When must we refer a child?", edition="wt2023", role="GP", limit=2)
    printed = json.loads(safeguard(*words, data=real_data).stdout)
    assert {**printed, "took_ms": 0} == {**answer.model_dump(mode="json"), "took_ms": 0}
    assert printed["duties"]
    assert len(printed["passages"]) == 2


# What cannot be used, and what fails.


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ask", ""], "Type a question, for instance: how soon must the core group meet?"),
        (["ask", " ", "\t"], "Type a question, for instance: how soon must the core group meet?"),
        (["ask", "x" * 10_000], "The question has 10,000 characters; ask it in at most 1,000."),
        (["ask", "a\x1bb"], "The question holds control characters that cannot be read; type it again."),
        (["ask", "a\udcffb"], "The question holds control characters that cannot be read; type it again."),
        (["ask", "x", "--limit", "0"], "limit is 0; it is a number from 1 to 50."),
        (["ask", "x", "--limit", "51"], "limit is 51; it is a number from 1 to 50."),
        (["ask", "x", "--edition", "wt2O23"], "There is no edition 'wt2O23'; did you mean 'wt2023'?"),
        (
            ["ask", "x", "--role", "socail worker"],
            "There is no role, agency or group 'socail worker' here; did you mean 'social worker'?",
        ),
        (["sparql", "no-such-file.rq"], "no-such-file.rq: cannot be read as text; give a file with a SPARQL query."),
        (["sparql", "."], ".: cannot be read as text; give a file with a SPARQL query."),
        (["evaluate", "none.jsonl"], "none.jsonl: cannot be read as text; give a JSON Lines file of questions."),
    ],
)
def test_what_cannot_be_used_is_named(hash_data: Path, words: list[str], sentence: str) -> None:
    done = safeguard(*words, data=hash_data)
    assert (done.returncode, done.stdout, done.stderr) == (CANNOT_BE_USED, "", f"{sentence}\n")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["nope"], "Error: No such command 'nope'."),
        (["ask"], "Error: Missing argument 'QUESTION...'."),
        (["ask", "x", "--limit", "five"], "Error: Invalid value for '--limit': 'five' is not a valid integer."),
        (
            ["sparql", "a.rq", "--format", "xml"],
            "Error: Invalid value for '--format': 'xml' is not one of 'table', 'json', 'csv'.",
        ),
        (["serve", "--port", "99999"], "Error: Invalid value for '--port': 99999 is not in the range 0<=x<=65535."),
    ],
)
def test_wrong_usage(hash_data: Path, words: list[str], fault: str) -> None:
    done = safeguard(*words, data=hash_data)
    assert (done.returncode, done.stdout) == (CANNOT_BE_USED, "")
    assert done.stderr.splitlines()[0].startswith("Usage: safeguard ")
    assert done.stderr.splitlines()[-1] == fault


@pytest.mark.parametrize("words", [["ask", QUESTION], ["sparql", "ask.rq"], ["evaluate", "questions.jsonl"]])
def test_without_a_build_the_command_that_makes_one_is_named(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "ask.rq").write_text("ASK {}", encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("", encoding="utf-8")
    command, name = words
    given = name if command == "ask" else str(tmp_path / name)
    done = safeguard(command, given, data=tmp_path / "data")
    sentence = f"There is no build in {tmp_path / 'data'}; run `safeguard build` first.\n"
    assert (done.returncode, done.stdout, done.stderr) == (FAILED, "", sentence)


@pytest.mark.parametrize("words", [["ask", QUESTION], ["check"]])
def test_a_damaged_build_is_refused(damaged: Path, words: list[str]) -> None:
    folder = next(path for path in (damaged / "builds").iterdir() if path.is_dir())
    done = safeguard(*words, data=damaged)
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert done.stderr == (
        f"{folder}: the file graph.nq has changed since this build was made; run `safeguard build` to make it again.\n"
    )


def test_a_damaged_build_can_be_made_again(damaged: Path) -> None:
    built = safeguard("build", "--model", "hash", data=damaged)
    assert built.returncode == DONE
    assert built.stderr.splitlines()[0] == "  the build that was there is damaged: making it again ..."
    assert safeguard("ask", QUESTION, data=damaged).returncode in (DONE, NO_ANSWER)


def test_build_says_what_it_made(hash_data: Path) -> None:
    done = safeguard("build", "--model", "hash", data=hash_data)
    build = open_build(hash_data)
    counts = build.manifest["counts"]
    assert (done.returncode, done.stderr) == (DONE, "")
    assert done.stdout.startswith(
        f"build {build.id} in {hash_data}: {counts['provisions']} provisions, {counts['duties']} duties, "
        f"{counts['time_limits']} time limits, {counts['quads']} quads; "
    )


def test_build_into_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = safeguard("build", "--model", "hash", data=tmp_path / "file")
    assert done.returncode == FAILED
    assert done.stderr.startswith(f"{tmp_path / 'file'}: cannot write there (")


def test_check_names_every_faulty_record_with_its_file(checkout: Path) -> None:
    law, topics = (
        checkout / "corpus" / "law" / "children-act-1989.yaml",
        checkout / "corpus" / "editions" / "wt2023" / "introduction.yaml",
    )
    law.write_text(law.read_text("utf-8").replace("  year: 1989\n", "  yaer: 1989\n", 1), encoding="utf-8")
    topics.write_text(
        topics.read_text("utf-8").replace("modality: should\n", "modality: shuold\n", 1), encoding="utf-8"
    )
    done = safeguard("check", data=checkout / "data", source=checkout)
    assert (done.returncode, done.stdout) == (FAILED, "")
    faults = done.stderr.splitlines()
    assert (
        "corpus/law/children-act-1989.yaml: legislation 'ca1989': yaer: no such field; did you mean 'year'?" in faults
    )
    assert any(
        fault.startswith("corpus/editions/wt2023/introduction.yaml: ") and "modality: 'shuold' is not one of" in fault
        for fault in faults
    )


def test_check_names_a_faulty_term_of_the_vocabulary(checkout: Path) -> None:
    roles = checkout / "ontology" / "vocabulary" / "roles.yaml"
    roles.write_text(roles.read_text("utf-8") + "\n- id: social-worker\n  label: twice\n", encoding="utf-8")
    done = safeguard("check", data=checkout / "data", source=checkout)
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert done.stderr.splitlines() == [
        "ontology/vocabulary/roles.yaml: role 'social-worker': definition: this field is needed"
    ]


@pytest.mark.long
def test_check_of_a_whole_checkout(hash_data: Path) -> None:
    done = safeguard("check", data=hash_data)
    build = open_build(hash_data)
    lines = done.stdout.splitlines()
    assert lines[0] == f"build {build.id}: {len(build.manifest['files'])} files as the manifest says"
    assert lines[1].endswith(" duties, no faults")
    assert lines[2] == "shapes: 0 violations"
    assert (done.returncode, done.stderr) == (DONE, "")


@pytest.mark.long
def test_check_refuses_what_is_no_pdf(hash_data: Path, tmp_path: Path) -> None:
    (tmp_path / "guidance.pdf").write_text("no PDF", encoding="utf-8")
    done = safeguard("check", "--against", str(tmp_path / "guidance.pdf"), data=hash_data)
    assert done.returncode == FAILED
    assert done.stderr.startswith(f"{tmp_path / 'guidance.pdf'}: this is no PDF, whatever its name says")


# SPARQL.

MUST = 'SELECT ?label ?kind { VALUES ?kind { "a, b" } sg:must rdfs:label ?label }'


def test_sparql_prints_a_table_json_or_csv(hash_data: Path, tmp_path: Path) -> None:
    file = query_file(tmp_path, MUST)
    printed = {
        style: safeguard("sparql", file, "--format", style, data=hash_data) for style in ("table", "json", "csv")
    }
    assert {(one.returncode, one.stderr) for one in printed.values()} == {(DONE, "")}
    assert printed["table"].stdout == "label  kind\n-----  ----\nmust   a, b\n"
    (row,) = json.loads(printed["json"].stdout)["results"]["bindings"]
    assert (row["label"]["value"], row["kind"]["value"]) == ("must", "a, b")
    assert printed["csv"].stdout.splitlines() == ["label,kind", 'must,"a, b"']


@pytest.mark.parametrize(("query", "word"), [("ASK { ?s a sg:Duty }", "true"), ("ASK { ?s a sg:Nothing }", "false")])
def test_sparql_prints_a_boolean(hash_data: Path, tmp_path: Path, query: str, word: str) -> None:
    assert safeguard("sparql", query_file(tmp_path, query), data=hash_data).stdout == f"{word}\n"


def test_sparql_prints_triples_as_turtle(hash_data: Path, tmp_path: Path) -> None:
    done = safeguard("sparql", query_file(tmp_path, "DESCRIBE sg:must"), data=hash_data)
    assert (done.returncode, done.stderr) == (DONE, "")
    assert 'rdfs:label "must"@en' in done.stdout


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10"),
        ("CLEAR ALL", "This is an update; the graph can only be read. Use SELECT, ASK, CONSTRUCT or DESCRIBE."),
        ("ASK { SERVICE <http://localhost/> { } }", "SERVICE is not allowed: queries reach no other server."),
    ],
)
def test_sparql_that_is_refused(hash_data: Path, tmp_path: Path, query: str, sentence: str) -> None:
    done = safeguard("sparql", query_file(tmp_path, query), data=hash_data)
    assert (done.returncode, done.stdout, done.stderr) == (CANNOT_BE_USED, "", f"{sentence}\n")


def test_sparql_that_is_malformed_or_runs_away(hash_data: Path, tmp_path: Path) -> None:
    malformed = safeguard("sparql", query_file(tmp_path, "SELECT * {"), data=hash_data)
    assert (malformed.returncode, malformed.stdout) == (CANNOT_BE_USED, "")
    assert malformed.stderr.startswith("The query cannot be read: ")
    killer = query_file(tmp_path, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    stopped = safeguard("sparql", killer, data=hash_data, settings={"SAFEGUARD_QUERY_SECONDS": "0.5"})
    assert (stopped.returncode, stopped.stdout) == (CANNOT_BE_USED, "")
    assert stopped.stderr == "The query ran longer than 0.5 seconds and was stopped; make it narrower.\n"


# What it imports.

HEAVY = {"torch", "sentence_transformers", "transformers", "fastapi", "rdflib", "owlready2"}


def imported(words: list[str], data: Path) -> tuple[int, set[str]]:
    """The exit status of a command in a fresh process, and which modules it had imported when it ended."""
    code = (
        "import json, sys\n"
        "from service.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: print('\\0' + json.dumps([end.code or 0, sorted(sys.modules)]))\n"
    )
    environment = {**os.environ, "SAFEGUARD_DATA": str(data)}
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60)
    status, modules = json.loads(done.stdout.rpartition("\0")[2])
    return status, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("words", [["ask", QUESTION], ["ask", "--json", "--role", "GP", QUESTION]])
def test_asking_imports_nothing_heavy(real_data: Path, words: list[str]) -> None:
    status, modules = imported(words, real_data)
    assert status == DONE
    assert {"onnxruntime", "faiss", "service"} <= modules, "the audit sees what is imported"
    assert HEAVY & modules == set()


def test_a_quiz_imports_nothing_of_searching_and_of_other_files(hash_data: Path, tmp_path: Path) -> None:
    status, modules = imported(["export", "quiz", "--n", "2", "-o", str(tmp_path / "quiz.gift")], hash_data)
    assert status == DONE
    assert {"pydantic", "service"} <= modules, "the audit sees what is imported"
    assert (HEAVY | {"numpy", "onnxruntime", "faiss", "docx", "pptx", "typst", "PIL"}) & modules == set()


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_imports_next_to_nothing(tmp_path: Path, words: list[str]) -> None:
    status, modules = imported(words, tmp_path)
    assert status == DONE
    assert (HEAVY | {"numpy", "onnxruntime", "faiss", "pydantic", "yaml"}) & modules == set()


def test_every_command_and_option_has_help(hash_data: Path) -> None:
    from click import Group, Option

    from service.cli import main

    waiting = dict(main.commands)
    assert {"ask", "build", "check", "evaluate", "serve", "sparql"} <= set(waiting)
    while waiting:
        name, command = waiting.popitem()
        assert command.help, name
        waiting |= {f"{name} {one}": inner for one, inner in getattr(command, "commands", {}).items()}
        if isinstance(command, Group):
            continue
        options = [one for one in command.params if isinstance(one, Option)]
        bare = [one.name for one in options if not one.help and one.name not in ("host", "port", "style")]
        assert bare == [], name


# Documents.

NOT_KNOWN = (
    "This file is not known here; say what it is with --title, --publisher and --published, and for guidance or an Act "
    "with --kind."
)
DESCRIBED = ("--title", "Core groups", "--publisher", "A partnership", "--published", "2024-01-31")


def test_a_document_is_added_listed_shown_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "groups.md"
    file.write_text("# Meetings\n\n1. They meet soon.\n", encoding="utf-8")
    added = safeguard("corpus", "add", str(file), *DESCRIBED, "--kind", "local-procedure", data=tmp_path / "data")
    assert added.stdout == "added local-procedure core-groups: 1 passages; run `safeguard build` to search it\n"
    assert added.stderr == f"  reading {file} ...\n"
    listed = safeguard("corpus", "list", data=tmp_path / "data")
    assert listed.stdout == (
        "core-groups: Core groups (A partnership, 2024-01-31); local-procedure; about wt2023; 1 passages\n"
    )
    shown = safeguard("corpus", "show", "core-groups", data=tmp_path / "data")
    assert shown.stdout.splitlines()[-2:] == ["Meetings", "  [paragraph 1] 1. They meet soon."]
    as_json = json.loads(safeguard("corpus", "show", "core-groups", "--json", data=tmp_path / "data").stdout)
    assert (as_json["source"], as_json["passages"][0]["end"]) == ("groups.md", 18)
    removed = safeguard("corpus", "remove", "core-groups", data=tmp_path / "data")
    assert (removed.returncode, removed.stdout.partition(";")[0]) == (DONE, "removed core-groups")
    emptied = safeguard("corpus", "list", data=tmp_path / "data")
    assert (emptied.stdout, emptied.stderr.partition(";")[0]) == ("", "No document is held yet")


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("show", "core-group"), CANNOT_BE_USED, "There is no document 'core-group'; did you mean 'core-groups'?"),
        (("add", "{file}"), CANNOT_BE_USED, NOT_KNOWN),
        (("add", "{folder}", *DESCRIBED), FAILED, "{folder}: this is a folder; give a file in it."),
        (
            ("add", "{folder}/none", *DESCRIBED),
            FAILED,
            "{folder}/none: there is no such file; give the path of the document.",
        ),
        (
            ("add", "ftp://example.org/a", *DESCRIBED),
            CANNOT_BE_USED,
            "ftp://example.org/a: only addresses that begin with https:// or http:// are downloaded.",
        ),
        (
            ("add", "http://127.0.0.1/a", *DESCRIBED),
            CANNOT_BE_USED,
            "http://127.0.0.1/a: 127.0.0.1 is inside a network; only the open web is downloaded from.",
        ),
        (
            ("add", "{file}", *DESCRIBED),
            CANNOT_BE_USED,
            "'core-groups' is held already, from the very same file; there is nothing to do.",
        ),
        (
            ("add", "{other}", *DESCRIBED),
            CANNOT_BE_USED,
            "new printing: 'core-groups' is held from another file (sha256 5df7c9f6391c, this one is cfce10981bad); "
            "keep the new one in its place with --replace.",
        ),
    ],
)
def test_a_document_that_cannot_be_had_leaves_the_others_alone(
    tmp_path: Path, words: tuple[str, ...], status: int, sentence: str
) -> None:
    file, other = tmp_path / "groups.md", tmp_path / "other.md"
    file.write_text("They meet soon.", encoding="utf-8")
    other.write_text("They meet weekly.", encoding="utf-8")
    safeguard("corpus", "add", str(file), *DESCRIBED, data=tmp_path / "data")
    before = (tmp_path / "data" / "documents" / "core-groups" / "document.json").read_bytes()
    names = {"file": file, "other": other, "folder": tmp_path}
    done = safeguard("corpus", *(word.format(**names) for word in words), data=tmp_path / "data")

    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.splitlines()[-1] == sentence.format(**names)
    assert [path.name for path in (tmp_path / "data" / "documents").iterdir()] == ["core-groups"]
    assert (tmp_path / "data" / "documents" / "core-groups" / "document.json").read_bytes() == before


def test_two_documents_are_compared_by_name_or_file(tmp_path: Path) -> None:
    older, newer = tmp_path / "older.md", tmp_path / "newer.md"
    older.write_text("# Meetings\n\n1. The chair must call within 5 days.\n\n2. All come.\n", encoding="utf-8")
    newer.write_text("# Meetings\n\n1. The chair should call within 7 days.\n\n2. All come.\n", encoding="utf-8")
    data = tmp_path / "data"
    safeguard("corpus", "add", str(older), *DESCRIBED, data=data)
    done = safeguard("corpus", "compare", "core-groups", str(newer), data=data)
    assert (done.returncode, done.stdout) == (
        DONE,
        "core-groups and newer: 1 same, 1 edited, 0 moved, 0 new, 0 gone\n\n"
        "Changed in what has to be done (1)\n\nMeetings\n"
        "  EDITED: paragraph 1: 1. The chair should call within 7 days.\n"
        "     modality: 'must' -> 'should'\n     time-limit: 'within 5 days' -> 'within 7 days'\n",
    )
    assert done.stderr.splitlines()[:2] == [f"  reading {newer} ...", "  comparing 2 passages with 2 ..."]
    as_json = json.loads(safeguard("corpus", "compare", str(older), str(newer), "--json", data=data).stdout)
    assert as_json["counts"] == {"same": 1, "edited": 1, "moved": 0, "new": 0, "gone": 0}
    assert as_json["passages"][0]["differences"][0] == {"aspect": "modality", "before": "must", "after": "should"}


@pytest.mark.parametrize(
    ("other", "status", "sentence"),
    [
        ("core-group", CANNOT_BE_USED, "There is no document 'core-group'; did you mean 'core-groups'?"),
        ("{folder}/none.pdf", FAILED, "{folder}/none.pdf: there is no such file; give the path of the document."),
        ("{folder}", FAILED, "{folder}: this is a folder; give a file in it."),
        (
            "{folder}/groups.md",
            CANNOT_BE_USED,
            "'core-groups' and 'groups' are the very same file; give two editions.",
        ),
    ],
)
def test_documents_that_cannot_be_compared_give_one_sentence(
    tmp_path: Path, other: str, status: int, sentence: str
) -> None:
    file = tmp_path / "groups.md"
    file.write_text("They meet soon.", encoding="utf-8")
    safeguard("corpus", "add", str(file), *DESCRIBED, data=tmp_path / "data")
    done = safeguard("corpus", "compare", "core-groups", other.format(folder=tmp_path), data=tmp_path / "data")

    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.splitlines()[-1] == sentence.format(folder=tmp_path)


def test_sync_without_network_and_copies_says_so_for_each(tmp_path: Path) -> None:
    done = safeguard("corpus", "sync", "--offline", data=tmp_path)
    lines = done.stdout.splitlines()
    assert done.returncode == FAILED
    assert [line.split(": ")[:2] for line in lines] == [
        ["working-together-2023", "failed"],
        ["keeping-children-safe-in-education-2024", "by hand"],
        ["children-act-2004", "failed"],
        ["children-and-social-work-act-2017", "failed"],
    ]


def test_an_official_document_is_known_by_its_hash(tmp_path: Path) -> None:
    if not PDF.is_file():
        pytest.skip(f"the official PDF is not at hand: {PDF}")
    done = safeguard("corpus", "add", str(PDF), data=tmp_path)
    assert done.stdout.startswith("added official-guidance working-together-2023: 760 passages")


# Settings.


def test_every_setting_is_in_the_help_and_in_one_list(tmp_path: Path) -> None:
    printed = " ".join(safeguard("--help", data=tmp_path).stdout.split())
    for variable, _, meaning in VARIABLES:
        assert f"{variable} {meaning}" in printed
    assert [name for _, name, _ in VARIABLES] == [field.name for field in fields(Settings)]
    assert all(variable == f"SAFEGUARD_{variable.removeprefix('SAFEGUARD_')}" for variable, _, _ in VARIABLES)


def test_settings_are_read_from_the_environment() -> None:
    given = {
        "SAFEGUARD_DATA": "/data",
        "SAFEGUARD_AREA": "Exampleshire",
        "SAFEGUARD_FRONT_DOOR": "01632 960000",
        "SAFEGUARD_OUT_OF_HOURS": "01632 960001",
        "SAFEGUARD_LADO": "01632 960002",
        "SAFEGUARD_REPORT_TO": "errors@example.org",
        "SAFEGUARD_DOCUMENTS": "wt2023=https://example.org/2023.pdf",
        "SAFEGUARD_QUERY_SECONDS": "2.5",
        "SAFEGUARD_QUERY_WORKERS": "3",
    }
    assert set(given) == {variable for variable, _, _ in VARIABLES}
    words = (
        *("Exampleshire", "01632 960000", "01632 960001", "01632 960002", "errors@example.org"),
        "wt2023=https://example.org/2023.pdf",
    )
    assert read_settings(given) == Settings(Path("/data"), *words, query_seconds=2.5, query_workers=3)


@pytest.mark.parametrize("blank", [{}, dict.fromkeys((variable for variable, _, _ in VARIABLES), "  ")])
def test_settings_that_are_left_out_or_blank_have_defaults(blank: dict[str, str]) -> None:
    settings = read_settings(blank)
    assert settings == Settings(settings.data_dir)
    assert settings.data_dir.is_absolute()
    assert settings.data_dir.name == "safeguarding-kg"


NO_SECONDS = "which is not a number; it is how long a SPARQL query may run, in seconds (10)."
NO_WORKERS = "which is not a number; it is how many long SPARQL queries may run at once (2)."
TOO_SMALL = "SAFEGUARD_QUERY_SECONDS and SAFEGUARD_QUERY_WORKERS must be above zero."


@pytest.mark.parametrize(
    ("variable", "written", "sentence"),
    [
        ("SAFEGUARD_QUERY_SECONDS", "soon", f"SAFEGUARD_QUERY_SECONDS is 'soon', {NO_SECONDS}"),
        ("SAFEGUARD_QUERY_SECONDS", "nan", f"SAFEGUARD_QUERY_SECONDS is 'nan', {NO_SECONDS}"),
        ("SAFEGUARD_QUERY_SECONDS", "inf", f"SAFEGUARD_QUERY_SECONDS is 'inf', {NO_SECONDS}"),
        ("SAFEGUARD_QUERY_WORKERS", "1.5", f"SAFEGUARD_QUERY_WORKERS is '1.5', {NO_WORKERS}"),
        ("SAFEGUARD_QUERY_SECONDS", "0", TOO_SMALL),
        ("SAFEGUARD_QUERY_SECONDS", "-1", TOO_SMALL),
        ("SAFEGUARD_QUERY_WORKERS", "0", TOO_SMALL),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(hash_data: Path, variable: str, written: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        read_settings({variable: written})
    assert str(refused.value) == sentence
    done = safeguard("ask", QUESTION, data=hash_data, settings={variable: written})
    assert (done.returncode, done.stdout, done.stderr) == (CANNOT_BE_USED, "", f"{sentence}\n")


@pytest.mark.parametrize("setting", ["SAFEGUARD_DATA", "SAFEGUARD_LADO"])
def test_reading_settings_changes_nothing(tmp_path: Path, setting: str) -> None:
    read_settings({setting: str(tmp_path / "new")})
    assert list(tmp_path.iterdir()) == []
