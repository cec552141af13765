"""A build is immutable, checked against its manifest, reproducible, and never half there."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from indexer.build import FORMAT, MANIFEST, PACKAGES, POINTER, make_build, open_build, open_folder
from ontology.errors import BuildError
from ontology.namespaces import GRAPH

ROOT = Path(__file__).parent.parent
FILES = (
    "asked/data.csc.index.npy",
    "asked/indices.csc.index.npy",
    "asked/indptr.csc.index.npy",
    "asked/params.index.json",
    "asked/vocab.index.json",
    "encoder/encoder.json",
    "graph.nq",
    "passages.faiss",
    "points.npy",
    "records.json",
    "terms/data.csc.index.npy",
    "terms/indices.csc.index.npy",
    "terms/indptr.csc.index.npy",
    "terms/params.index.json",
    "terms/vocab.index.json",
)
CURE = "run `safeguard build` to make it again."


@pytest.fixture
def data(hash_data: Path, tmp_path: Path) -> Path:
    """A data folder of one's own to damage."""
    return Path(shutil.copytree(hash_data, tmp_path / "data"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_packages(tmp_path / "checkout")


def copy_packages(to: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    return to


def start_build(data: Path, model: str = "hash", source: Path = ROOT, seed: str = "0") -> subprocess.Popen[str]:
    """A build in a process of its own, by the packages in `source`; it prints the folder they were imported from."""
    code = (
        "import signal, sys; from pathlib import Path; import indexer.build as b\n"
        "from ontology.errors import SafeguardError\n"
        # A shell's background job is started with SIGINT ignored, and so is all that it starts.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print(Path(b.__file__).parent.parent, flush=True)\n"
        "try: b.make_build(Path(sys.argv[1]), sys.argv[2])\n"
        "except SafeguardError as error: sys.exit(f'{type(error).__name__}: {error}')\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data), model],
        cwd=source,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status, and what was said on standard error."""
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors.strip()


def built_files(data: Path) -> dict[str, bytes]:
    folder = open_build(data).folder
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def snapshot(data: Path) -> dict[str, bytes]:
    """Every file of a data folder but the record of what was last hashed."""
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and not path.name.endswith(".seen.json")
    }


def change_a_byte(path: Path, keep_time: bool = False) -> None:
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    later = 0 if keep_time else 1_000_000_000
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + later))


def test_same_input_gives_same_bytes_in_another_folder_and_process(hash_data: Path, tmp_path: Path) -> None:
    status, error = finish(start_build(tmp_path, seed="12345"))
    assert (status, error) == (0, "")
    ours, theirs = built_files(hash_data), built_files(tmp_path)
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.long
def test_same_input_gives_same_bytes_from_another_checkout_with_the_real_model(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    here = copy_packages(tmp_path / "first")
    there = Path(shutil.copytree(here, tmp_path / "a second place"))
    built = []
    for source in (here, there):
        data = tmp_path / f"data of {source.name}"
        process = start_build(data, "all-MiniLM-L6-v2", source, seed=str(len(source.name)))
        output, errors = process.communicate(timeout=300)
        assert (process.returncode, output.strip()) == (0, str(source)), errors
        built.append(built_files(data))
    ours, theirs = built
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_other_input_gives_another_build(checkout: Path, tmp_path: Path, hash_data: Path) -> None:
    law = checkout / "corpus" / "law" / "children-act-1989.yaml"
    law.write_text(law.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert finish(start_build(tmp_path / "data", source=checkout)) == (0, "")
    assert open_build(tmp_path / "data").id != open_build(hash_data).id


def test_manifest_names_every_file_of_the_build(hash_data: Path) -> None:
    build = open_build(hash_data)
    assert sorted(build.manifest["files"]) == sorted(FILES)
    present = {path.relative_to(build.folder).as_posix() for path in build.folder.rglob("*") if path.is_file()}
    assert present == {*FILES, MANIFEST}
    assert build.folder == hash_data / "builds" / build.id


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_refused(data: Path, name: str, thorough: bool) -> None:
    folder = open_build(data).folder
    change_a_byte(folder / name)
    sentence = f"{folder}: the file {name} has changed since this build was made; {CURE}"
    for _ in range(2):  # a refusal is not remembered as if all were well
        with pytest.raises(BuildError) as refused:
            open_build(data, thorough)
        assert str(refused.value) == sentence


@pytest.mark.parametrize("thorough", [True, False])
def test_a_byte_more_is_refused(data: Path, thorough: bool) -> None:
    folder = open_build(data).folder
    times = (folder / "graph.nq").stat()
    with (folder / "graph.nq").open("ab") as file:
        file.write(b"\n")
    os.utime(folder / "graph.nq", ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(BuildError) as refused:
        open_build(data, thorough)
    assert str(refused.value) == f"{folder}: the file graph.nq has changed since this build was made; {CURE}"


def test_the_quick_opening_hashes_only_what_changed(data: Path) -> None:
    folder = open_build(data).folder
    change_a_byte(folder / "records.json", keep_time=True)  # seen only by who reads the file
    os.utime(folder / "graph.nq")
    assert open_build(data, thorough=False).folder == folder
    with pytest.raises(BuildError, match=r"records\.json has changed"):
        open_build(data, thorough=True)


@pytest.mark.parametrize("record", [None, "", "[]", "{", '{"records.json": "soon"}'])
def test_the_quick_opening_hashes_everything_when_it_knows_nothing(data: Path, record: str | None) -> None:
    folder = open_build(data).folder
    seen = folder.parent / f".{folder.name}.seen.json"
    assert seen.is_file()
    seen.unlink()
    if record is not None:
        seen.write_text(record, encoding="utf-8")
    change_a_byte(folder / "records.json", keep_time=True)
    with pytest.raises(BuildError, match=r"records\.json has changed"):
        open_build(data, thorough=False)


def test_a_build_opens_where_nothing_can_be_remembered(data: Path) -> None:
    folder = open_build(data).folder
    seen = folder.parent / f".{folder.name}.seen.json"
    seen.unlink()
    seen.mkdir()
    assert open_build(data, thorough=False).folder == folder
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted([folder.name, seen.name])


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(data: Path, name: str, thorough: bool) -> None:
    folder = open_build(data).folder
    (folder / name).unlink()
    with pytest.raises(BuildError) as refused:
        open_build(data, thorough)
    assert str(refused.value) == f"{folder}: this build lacks its file {name}; {CURE}"


@pytest.mark.parametrize(
    "manifest", [None, b"", b"{", b"\xff", b"[]", b"1", b"null", b"{}", b'{"format": 2}', b'{"format": 2, "files": []}']
)
def test_a_build_without_a_readable_manifest_is_refused(data: Path, manifest: bytes | None) -> None:
    folder = open_build(data).folder
    (folder / MANIFEST).unlink()
    if manifest is not None:
        (folder / MANIFEST).write_bytes(manifest)
    with pytest.raises(BuildError) as refused:
        open_build(data)
    assert str(refused.value) == f"{folder}: this build has no readable manifest; {CURE}"


@pytest.mark.parametrize("written", [0, FORMAT + 1, str(FORMAT), None])
def test_a_build_of_another_format_is_refused(data: Path, written: object) -> None:
    build = open_build(data)
    (build.folder / MANIFEST).write_text(json.dumps({**build.manifest, "format": written}), encoding="utf-8")
    with pytest.raises(BuildError) as refused:
        open_build(data)
    assert str(refused.value) == f"{build.folder}: this build has format {written}, not {FORMAT}; {CURE}"


@pytest.mark.parametrize("folder", ["empty", "not there"])
def test_no_build_at_all(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BuildError) as refused:
        open_build(tmp_path / folder)
    assert str(refused.value) == f"There is no build in {tmp_path / folder}; run `safeguard build` first."


@pytest.mark.parametrize("pointer", [b"", b"\n", b"\xff\xfe", b"../../etc", b"a build", b"0123456789abcdef/.."])
def test_a_pointer_that_names_no_build_is_refused(data: Path, pointer: bytes) -> None:
    (data / POINTER).write_bytes(pointer)
    with pytest.raises(BuildError) as refused:
        open_build(data)
    assert str(refused.value) == f"{data / POINTER}: this file names no build; {CURE}"


def test_a_pointer_to_a_build_that_is_gone_is_refused(data: Path) -> None:
    folder = open_build(data).folder
    shutil.rmtree(folder)
    with pytest.raises(BuildError) as refused:
        open_build(data)
    assert str(refused.value) == f"{folder}: this build has no readable manifest; {CURE}"


def test_a_whole_build_is_not_made_again(hash_data: Path) -> None:
    folder = open_build(hash_data).folder
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    steps: list[str] = []
    assert make_build(hash_data, model="hash", progress=steps.append).folder == folder
    assert steps == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_damaged_build_is_made_again(data: Path, hash_data: Path) -> None:
    change_a_byte(open_build(data).folder / "graph.nq")
    steps: list[str] = []
    make_build(data, model="hash", progress=steps.append)
    assert steps[0] == "the build that was there is damaged: making it again"
    assert snapshot(data) == snapshot(hash_data)


def test_a_model_that_cannot_be_had_leaves_the_old_build_current(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    before = snapshot(data)
    model = tmp_path / "no-model"
    with pytest.raises(BuildError) as failed:
        make_build(data, model=str(model))
    assert str(failed.value) == (
        f"The model {model} cannot be loaded; give the name or folder of a sentence-transformers model."
    )
    assert snapshot(data) == before
    assert [path.name for path in (data / "builds").iterdir() if path.name.startswith(".making")] == []
    open_build(data)


def test_faulty_records_leave_the_old_build_current(data: Path, checkout: Path) -> None:
    before = snapshot(data)
    notification = checkout / "corpus" / "editions" / "wt2023" / "chapter-5-notification.yaml"
    text = notification.read_text(encoding="utf-8")
    notification.write_text(text.replace("modality: must\n", "modality: ought\n", 1), encoding="utf-8")
    status, error = finish(start_build(data, source=checkout))
    assert status == 1
    assert error.startswith("CorpusError: corpus/editions/wt2023/chapter-5-notification.yaml: ")
    assert "modality: 'ought' is not one of" in error
    assert snapshot(data) == before
    open_build(data)


@pytest.mark.parametrize("blocked", [".", "builds"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, blocked: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if blocked == ".":
        data.rmdir()
        data.write_text("a file where a folder should be", encoding="utf-8")
    else:
        (data / blocked).write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(BuildError) as failed:
        make_build(data, model="hash")
    assert str(failed.value).startswith(f"{data}: cannot write there (")
    assert str(failed.value).endswith("); set SAFEGUARD_DATA to a folder of yours")


def test_an_interrupted_build_leaves_the_old_one_current_and_no_litter(data: Path, checkout: Path) -> None:
    before = snapshot(data)
    (checkout / "corpus" / "extra.yaml").write_text("{}", encoding="utf-8")  # other input, so that there is work to do
    process = start_build(data, source=checkout)
    while not list((data / "builds").glob(".making-*")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    status, error = finish(process)
    assert status == -signal.SIGINT
    assert error.splitlines()[-1].startswith("KeyboardInterrupt")
    assert snapshot(data) == before
    assert sorted(path.name for path in data.iterdir()) == ["builds", POINTER]
    open_build(data)


def test_two_builds_at_once_both_succeed(tmp_path: Path) -> None:
    processes = [start_build(tmp_path) for _ in range(2)]
    assert [finish(process) for process in processes] == [(0, "")] * 2
    build = open_build(tmp_path)
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == [f".{build.id}.seen.json", build.id]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["builds", POINTER]


def test_open_folder_needs_no_pointer(data: Path) -> None:
    build = open_build(data)
    (data / POINTER).unlink()
    assert open_folder(build.folder, thorough=True) == build


def quads(hash_data: Path) -> Iterator[Quad]:
    return parse(path=str(open_build(hash_data).folder / "graph.nq"), format=RdfFormat.N_QUADS)


def test_only_the_ontology_has_blank_nodes(hash_data: Path) -> None:
    graphs = {
        quad.graph_name
        for quad in quads(hash_data)
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
    }
    assert graphs == {NamedNode(str(GRAPH.ontology))}


def test_every_quad_is_in_a_named_graph_that_we_know(hash_data: Path) -> None:
    editions = json.loads((open_build(hash_data).folder / "records.json").read_text(encoding="utf-8"))["editions"]
    known = {NamedNode(str(GRAPH[name])) for name in ("ontology", "law", "changes", "inferred", *editions)}
    assert {quad.graph_name for quad in quads(hash_data)} == known


def test_quads_are_sorted_and_stand_once(hash_data: Path) -> None:
    lines = (open_build(hash_data).folder / "graph.nq").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == open_build(hash_data).manifest["counts"]["quads"]
