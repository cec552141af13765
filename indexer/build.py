"""Makes a build aside and puts it in place in one step; opens one only when every file is what the manifest says."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from corpus.commentary import Commentary, held_commentary
from corpus.documents import Document
from corpus.loader import Corpus, load_corpus
from indexer.models import ADAPTER, DEFAULT_MODEL, POINTS
from ontology.errors import BuildError

FORMAT = 8
PACKAGES = ("ontology", "corpus", "indexer")
POINTER = "current"
#: Where the documents that a user has added are kept, beside the builds.
DOCUMENTS = "documents"
#: Copies of what was downloaded, for when there is no network.
DOWNLOADS = "downloads"
MANIFEST = "manifest.json"
GRAPH_FILE, VECTORS_FILE, POINTS_FILE, WORDS_FOLDER, ASKED_FOLDER, CARDS_FILE, ENCODER_FOLDER = (
    "graph.nq",
    "passages.faiss",
    "points.npy",
    "terms",
    "asked",
    "records.json",
    "encoder",
)
#: There only where official guidance is held: its words, the meaning of passages without a record, and comparisons.
OFFICIAL_WORDS, OFFICIAL_VECTORS, COMPARISONS_FILE = "official", "official.faiss", "comparisons.json"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Build:
    """A finished build: its folder and what its manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The hash of everything it was made from."""
        return str(self.manifest["id"])


def make_build(data_dir: Path, model: str = DEFAULT_MODEL, progress: Progress = lambda _: None) -> Build:
    """Compile ontology and corpus into `data_dir/builds/<id>` and make it current.

    Nothing happens where that build is already there and whole. Whatever goes wrong, the current build stays.
    Raises DataError for faulty records, BuildError where the model or the folder cannot be had.
    """
    from corpus.guidance import held_guidance

    commentary = held_commentary(data_dir / DOCUMENTS)
    guidance = held_guidance(data_dir / DOCUMENTS)
    build_id = _input_hash(model, commentary, guidance)
    folder = data_dir / "builds" / build_id
    if folder.is_dir():
        try:
            build = open_folder(folder, thorough=True)
        except BuildError:
            progress("the build that was there is damaged: making it again")
        else:
            _point(data_dir, build_id)
            return build
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    except OSError as error:
        raise BuildError(
            f"{data_dir}: cannot write there ({error.strerror}); set SAFEGUARD_DATA to a folder of yours"
        ) from error
    try:
        progress("reading the ontology and the corpus")
        compile_corpus(load_corpus(), aside, build_id, model, commentary, progress, guidance=guidance)
        _place(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _point(data_dir, build_id)
    return open_folder(folder, thorough=True)


def open_build(data_dir: Path, thorough: bool = True) -> Build:
    """The current build; raises BuildError when there is none or its files are not the manifest's.

    A thorough opening hashes every file; the other hashes only files whose size or time has changed since the last.
    """
    pointer = data_dir / POINTER
    if not pointer.is_file():
        raise BuildError(f"There is no build in {data_dir}; run `safeguard build` first.")
    build_id = pointer.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{16}", build_id):
        raise BuildError(f"{pointer}: this file names no build; run `safeguard build` to make it again.")
    return open_folder(data_dir / "builds" / build_id, thorough)


def open_folder(folder: Path, thorough: bool) -> Build:
    """The build in `folder`; raises BuildError when it is not whole."""
    cure = "run `safeguard build` to make it again"
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["format"], manifest["files"].items()  # a manifest of any format has these
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise BuildError(f"{folder}: this build has no readable manifest; {cure}.") from error
    if manifest["format"] != FORMAT:
        raise BuildError(f"{folder}: this build has format {manifest['format']}, not {FORMAT}; {cure}.")
    seen = {} if thorough else _seen(folder)
    for name, known in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise BuildError(f"{folder}: this build lacks its file {name}; {cure}.")
        status = path.stat()
        if status.st_size != known["size"] or (
            seen.get(name) != status.st_mtime_ns and _sha256(path) != known["sha256"]
        ):
            raise BuildError(f"{folder}: the file {name} has changed since this build was made; {cure}.")
    _remember(folder, manifest)
    return Build(folder, manifest)


def compile_corpus(
    corpus: Corpus,
    folder: Path,
    build_id: str,
    model: str,
    commentary: tuple[Commentary, ...],
    progress: Progress,
    guidance: tuple[Document, ...] = (),
    adapter: Path = ADAPTER,
    points: Path = POINTS,
) -> None:
    """Write every file of a build into `folder`, the manifest last."""
    from indexer.cards import add_official, to_cards
    from indexer.documents import search_rows, to_documents, unanswered
    from indexer.encoder import building_encoder, export_encoder
    from indexer.graph import write_graph
    from indexer.official import to_official
    from indexer.points import points_of, write_points
    from indexer.vectors import write_vectors
    from indexer.words import ordinary_words, spellings, write_words

    progress("drawing the graph")
    graph_counts = write_graph(corpus, folder / GRAPH_FILE, commentary)
    documents = to_documents(corpus, commentary)
    write_words([f"{one.text}. {one.labels}" for one in documents], folder / WORDS_FOLDER)
    write_words([". ".join(one.asked) for one in documents], folder / ASKED_FOLDER)
    progress(f"loading the model {model}")
    encoder = building_encoder(model, adapter)
    rows = search_rows(documents, unanswered(corpus))
    progress(f"embedding {len(rows.texts)} texts")
    vectors = encoder.encode(rows.texts)
    owners = [*([one] for one in rows.text_owners), *rows.asked_owners]
    write_vectors(vectors, folder / VECTORS_FILE)
    write_points(
        points_of(documents, vectors, owners, points if model == DEFAULT_MODEL else None), folder / POINTS_FILE
    )
    progress("exporting the query encoder")
    export_encoder(encoder, folder / ENCODER_FOLDER)
    cards = to_cards(corpus, commentary)
    if guidance:
        official = to_official(corpus, guidance, encoder.encode, progress)
        add_official(cards, official)
        write_words(official.words, folder / OFFICIAL_WORDS)
        if official.parts:
            progress(f"embedding {len(official.parts)} parts of official text")
            write_vectors(encoder.encode(official.parts), folder / OFFICIAL_VECTORS)
        _write_json(folder / COMPARISONS_FILE, official.comparisons, indent=None)
    cards["documents"] = [{"kind": one.kind, "record": one.record, "edition": one.edition} for one in documents]
    cards["rows"] = {"texts": rows.text_owners, "asked": rows.asked_owners}
    cards["spellings"] = spellings(one.text for one in documents)
    cards["ordinary_words"] = ordinary_words()
    _write_json(folder / CARDS_FILE, cards, indent=None)
    counts = {name: len(cards[name]) for name in ("editions", "provisions", "duties", "definitions", "silences")}
    counts["time_limits"] = sum(len(duty["time_limits"]) for duty in cards["duties"].values())
    counts |= {"changes": len(corpus.changes), "commentary_passages": len(cards["commentary"])}
    counts |= {
        "official_texts": len(cards["official"]["places"]),
        "official_passages": len(cards["official"]["passages"]),
    }
    counts["conflicts"] = sum(len(records.conflicts) for records in corpus.editions)
    manifest = {
        "id": build_id,
        "format": FORMAT,
        "model": model,
        "counts": {**counts, **graph_counts},
        "files": {
            name: {"sha256": _sha256(folder / name), "size": (folder / name).stat().st_size} for name in _files(folder)
        },
    }
    _write_json(folder / MANIFEST, manifest, indent=1)


def _place(aside: Path, folder: Path) -> None:
    """Put a finished build where it belongs, instead of a damaged one; a whole one is another process's, and stays."""
    try:
        aside.rename(folder)
    except OSError:
        try:
            open_folder(folder, thorough=True)
        except BuildError:
            shutil.rmtree(folder)
            aside.rename(folder)
        else:
            shutil.rmtree(aside)


def _input_hash(model: str, *documents: tuple[Commentary | Document, ...]) -> str:
    """One hash of every file of the packages that make a build, and of the model's name; the folder plays no part."""
    digest = hashlib.sha256(f"{FORMAT} {model}".encode())
    root = Path(__file__).parent.parent
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"\n{path.relative_to(root).as_posix()} ".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for one in chain.from_iterable(documents):
        digest.update(one.model_dump_json().encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, content: object, indent: int | None) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=indent)
    path.write_text(text + "\n", encoding="utf-8")


def _point(data_dir: Path, build_id: str) -> None:
    aside = data_dir / f".{POINTER}.{os.getpid()}"
    aside.write_text(build_id + "\n", encoding="utf-8")
    os.replace(aside, data_dir / POINTER)


def _seen_file(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.seen.json"


def _seen(folder: Path) -> dict[str, int]:
    """The times of the files as they were when last hashed and found right; empty when nothing is known."""
    try:
        seen = json.loads(_seen_file(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _remember(folder: Path, manifest: dict[str, Any]) -> None:
    times = {name: (folder / name).stat().st_mtime_ns for name in manifest["files"]}
    if _seen(folder) == times:
        return
    aside = _seen_file(folder).with_suffix(f".{os.getpid()}")
    try:
        aside.write_text(json.dumps(times), encoding="utf-8")
        os.replace(aside, _seen_file(folder))
    except OSError:
        aside.unlink(missing_ok=True)  # a read-only data folder: hash again next time
