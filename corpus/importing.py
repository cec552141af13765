"""Imports a document of any format: reads it in a child process with limits, so that no file can hang or flood us."""

import hashlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from corpus.documents import ID, Description, Document, Kind, NoWords, Piece, edition_name, to_document
from ontology.errors import DocumentError, InputError
from ontology.record_files import did_you_mean

#: The most that is read of one document, in bytes.
LARGEST = 100_000_000
#: The most that is read of one text, in bytes: no text for people is longer.
LARGEST_TEXT = 20_000_000
#: At least so much of a text file is printable, or it is no text.
PRINTABLE = 0.95
#: What the child process may take: seconds of the processor's time, and by the clock where others use the machine too.
SECONDS = 120
BY_THE_CLOCK = 600.0
MEMORY = 1_500_000_000
TOO_LONG = "{where}: reading it took more than {seconds:.0f} seconds and was stopped; give a simpler file."
#: The status of a process that has used up its time on the processor.
STOPPED = -signal.SIGXCPU if sys.platform != "win32" else None
LOCKED_OR_OLD_WORD = b"\xd0\xcf\x11\xe0"


def describe(
    title: str, publisher: str, published: date, kind: Kind, edition: str, licence: str, editions: set[str]
) -> Description:
    """The description of a document, with an id from its title.

    Raises InputError for a title without letters, for guidance that names no edition as series and year, or for
    commentary about an edition that is not among `editions`.
    """
    if kind in ("commentary", "local-procedure") and edition not in editions:
        cure = did_you_mean(edition, editions) or f"the editions known are {', '.join(sorted(editions))}"
        raise InputError(f"There is no edition '{edition[:60]}'; {cure}")
    if kind == "official-guidance" and not (re.fullmatch(ID, edition.lower()) and edition_name(edition)):
        raise InputError("Say with --about which edition this guidance is: series and year, as wt2026 or kcsie2025.")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    if not name:
        raise InputError(f"The title '{title[:60]}' has no letters or digits; give the document's own title.")
    if not publisher.strip():
        raise InputError("The publisher has no name; say with --publisher who published it.")
    return Description(
        id=name,
        title=title,
        publisher=publisher,
        published=published,
        licence=licence,
        kind=kind,
        edition=edition.lower(),
    )


def import_file(path: Path, description: Description, source: str = "", seconds: float = BY_THE_CLOCK) -> Document:
    """The document in a file; raises DocumentError, one sentence, for whatever cannot be read within the limits.

    `source` is told instead of the path where the file was downloaded.
    """
    check_file(path)
    where = source or str(path)
    pieces = _in_child(path, description.kind, where, seconds)
    try:
        return to_document(description, source or path.name, file_sha256(path), pieces)
    except NoWords as error:
        raise DocumentError(f"{where}: this holds no text; give the document itself.") from error


def import_unknown(path: Path) -> Document:
    """The document in a file that nobody has described, dated as the file is; raises DocumentError."""
    check_file(path)
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60].strip("-") or "document"
    published = date.fromtimestamp(path.stat().st_mtime)
    return import_file(
        path,
        Description(id=name, title=path.name, publisher="not stated", published=published, kind="official-guidance"),
    )


def check_file(path: Path) -> None:
    """Raises DocumentError where there is no file to read, or one that is empty or too large."""
    if path.is_dir():
        raise DocumentError(f"{path}: this is a folder; give a file in it.")
    if not path.is_file():
        raise DocumentError(f"{path}: there is no such file; give the path of the document.")
    if path.stat().st_size == 0:
        raise DocumentError(f"{path}: the file is empty; get it again.")
    if path.stat().st_size > LARGEST:
        raise DocumentError(f"{path}: the file has {path.stat().st_size:,} bytes; the most is {LARGEST:,}.")


def file_sha256(path: Path) -> str:
    """The hash of a file; raises DocumentError where it may not be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror}); check who may read it.") from error


def read_pieces(path: Path, kind: Kind) -> Iterator[Piece]:
    """The pieces of a document, read here and now by the importer of its format; raises DocumentError."""
    with path.open("rb") as file:
        head = file.read(1024)
    suffix = path.suffix.lower()
    if b"%PDF-" in head or suffix == ".pdf":
        from corpus.importers.pdf import read_act_pdf, read_pdf

        yield from (read_act_pdf if kind == "legislation" else read_pdf)(path)
    elif head.startswith(b"PK\x03\x04") or suffix == ".docx":
        from corpus.importers.word import read_word

        yield from read_word(path.read_bytes())
    elif head.startswith(LOCKED_OR_OLD_WORD):
        raise DocumentError("this is an old or a locked Word document; save it as .docx without a password.")
    elif path.stat().st_size > LARGEST_TEXT:
        raise DocumentError(f"the text has {path.stat().st_size:,} bytes; the most is {LARGEST_TEXT:,}.")
    elif suffix in (".xml", ".akn") or re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|Legislation|akomaNtoso)\b", head):
        yield from _read_xml(path.read_bytes())
    else:
        yield from _read_text(_decoded(path.read_bytes()), suffix)


def _read_xml(content: bytes) -> Iterator[Piece]:
    from corpus.importers.legislation import read_akoma_ntoso, read_clml
    from corpus.importers.web import read_web_page
    from corpus.importers.xml import local, parse_xml

    if b"<html" in content[:2048].lower():
        yield from read_web_page(_decoded(content).partition("?>")[2] or _decoded(content))
        return
    root = parse_xml(content)
    match local(root):
        case "Legislation":
            yield from read_clml(root)
        case "akomaNtoso":
            yield from read_akoma_ntoso(root)
        case name:
            raise DocumentError(f"this XML is '{name[:40]}', which is not read; give legislation.gov.uk's XML.")


def _read_text(text: str, suffix: str) -> Iterator[Piece]:
    from corpus.importers.plain import read_plain
    from corpus.importers.web import read_content_api, read_web_page

    if suffix == ".json" or (suffix not in (".txt", ".md") and text.lstrip().startswith("{")):
        yield from read_content_api(text)
    elif suffix in (".html", ".htm") or re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        yield from read_web_page(text)
    else:
        yield from read_plain(text)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError("this is neither PDF nor Word nor text in UTF-8; save it as one of these.") from error
    printable = sum(char.isprintable() or char.isspace() for char in text)
    if not text.strip() or printable < PRINTABLE * len(text):
        raise DocumentError("this holds no text; give a text, Markdown or HTML file.")
    return text


def _in_child(path: Path, kind: Kind, where: str, seconds: float) -> list[Piece]:
    command = [sys.executable, "-m", "corpus.importing", str(path), kind]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(TOO_LONG.format(where=where, seconds=seconds)) from error
    if done.returncode == STOPPED:
        raise DocumentError(TOO_LONG.format(where=where, seconds=SECONDS))
    try:
        told: Any = json.loads(done.stdout)
    except ValueError as error:
        raise DocumentError(
            f"{where}: reading it broke off, so the file is damaged or made to do harm; get it again."
        ) from error
    if isinstance(told, str):
        sentence = told.replace(str(path), where)
        raise DocumentError(sentence if sentence.startswith(where) else f"{where}: {sentence}")
    return [Piece(**{**one, **{name: tuple(one[name]) for name in ("heading", "pages", "notes")}}) for one in told]


def _limit() -> None:
    """Bound this process's memory and its time on the processor, where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(path: str, kind: Any) -> None:
    """Write the pieces of a file as JSON, or the sentence that says why there are none."""
    _limit()
    try:
        told: object = [asdict(piece) for piece in read_pieces(Path(path), kind)]
    except DocumentError as error:
        told = str(error)
    except MemoryError:
        told = f"it needs more than {MEMORY:,} bytes of memory to read, so it was left; give a simpler file."
    except RecursionError:
        told = "it is nested too deeply to read; give a simpler file."
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _main(*sys.argv[1:])
