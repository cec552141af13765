"""Commentary that a user adds: text, Markdown or HTML, split into passages and kept on the user's machine."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corpus.records import Text
from ontology.errors import DocumentError, InputError
from ontology.record_files import did_you_mean

FILE = "document.json"
#: The most that is read of one document, in bytes.
LARGEST = 20_000_000
#: A passage is filled up to about so many words.
PASSAGE_WORDS = 120
#: At least so much of a text file is printable, or it is no text.
PRINTABLE = 0.95
SKIPPED = ("script", "style", "nav", "header", "footer", "form", "noscript", "svg", "template")
BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "blockquote", "pre", "dd", "dt")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")


class CommentaryPassage(BaseModel):
    """A stretch of a document under one heading; positions are characters of its plain text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    text: Text
    start: int
    end: int


class Commentary(BaseModel):
    """A document about an edition that is not guidance itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    publisher: Text
    published: date
    #: The edition that it is about.
    about: Text
    #: Of the file that was added.
    sha256: Text
    passages: Annotated[tuple[CommentaryPassage, ...], Field(min_length=1)]


def add_commentary(
    folder: Path, path: Path, title: str, publisher: str, published: date, about: str, editions: set[str]
) -> Commentary:
    """Read a document and keep it under `folder`, all or nothing; the same title again takes the place of the first.

    Raises DocumentError for a file that is no text, InputError for an edition that is not known or a title that cannot
    be told from another's.
    """
    if about not in editions:
        cure = did_you_mean(about, editions) or f"the editions known are {', '.join(sorted(editions))}"
        raise InputError(f"There is no edition '{about[:60]}'; {cure}")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    if not name:
        raise InputError(f"The title '{title[:60]}' has no letters or digits; give the document's own title.")
    content = _content(path)
    document = Commentary(
        id=name,
        title=title,
        publisher=publisher,
        published=published,
        about=about,
        sha256=hashlib.sha256(content).hexdigest(),
        passages=tuple(_passages(_blocks(path, content))),
    )
    for other in held_commentary(folder):
        if other.id == name and other.title != document.title:
            raise InputError(
                f"The title begins like that of '{other.title}', which is held; give another, or remove it."
            )
    (folder / name).mkdir(parents=True, exist_ok=True)
    aside = folder / name / f".{FILE}.{os.getpid()}"
    aside.write_text(document.model_dump_json(indent=1), encoding="utf-8")
    os.replace(aside, folder / name / FILE)
    return document


def held_commentary(folder: Path) -> tuple[Commentary, ...]:
    """Every document kept under `folder`, by id; raises DocumentError for one that cannot be read."""
    held = []
    for path in sorted(folder.glob(f"*/{FILE}")):
        try:
            held.append(Commentary.model_validate(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError) as error:
            cure = f"remove it with `safeguard corpus remove {path.parent.name}` and add it again"
            raise DocumentError(f"{path}: this document cannot be read; {cure}.") from error
    return tuple(held)


def remove_commentary(folder: Path, name: str) -> None:
    """Take a document away; raises InputError when there is none of that name."""
    names = {path.parent.name for path in folder.glob(f"*/{FILE}")}
    if name not in names:
        cure = did_you_mean(name, names) or (f"there is {', '.join(sorted(names))}" if names else "none has been added")
        raise InputError(f"There is no document '{name[:60]}'; {cure}")
    shutil.rmtree(folder / name)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise DocumentError(f"{path}: there is no such file; give the path of a text, Markdown or HTML file.")
    if path.stat().st_size > LARGEST:
        raise DocumentError(f"{path}: the file has {path.stat().st_size:,} bytes; the most is {LARGEST:,}.")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: this is no text in UTF-8; save it as text, Markdown or HTML.") from error
    printable = sum(char.isprintable() or char.isspace() for char in text)
    if not text.strip() or printable < PRINTABLE * len(text):
        raise DocumentError(f"{path}: this holds no text; give a text, Markdown or HTML file.")
    return content


def _blocks(path: Path, content: bytes) -> Iterator[tuple[bool, str]]:
    """The document's blocks in order: whether each is a heading, and its words on one line."""
    text = content.decode("utf-8-sig")
    if path.suffix.lower() in (".html", ".htm") or re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        yield from _html_blocks(text)
        return
    for block in re.split(r"\n\s*\n|\n(?=#{1,6}\s)|(?<=[.!?])\n", text):
        words = " ".join(block.split())
        if words:
            found = HEADING.match(words)
            yield bool(found), found[1] if found else words


def _html_blocks(text: str) -> Iterator[tuple[bool, str]]:
    from lxml import html

    root = html.document_fromstring(text)
    skipped = {part for element in root.iter(*SKIPPED) for part in element.iter()}
    for element in root.iter(*BLOCKS):
        if element in skipped or any(True for _ in element.iterdescendants(*BLOCKS)):
            continue  # not part of the document, or its parts come on their own
        words = " ".join("".join(str(piece) for piece in element.itertext()).split())
        if words:
            yield element.tag[:1] == "h" and element.tag[1:].isdigit(), words


def _passages(blocks: Iterator[tuple[bool, str]]) -> Iterator[CommentaryPassage]:
    heading, held, start, position = "", "", 0, 0
    for is_heading, words in blocks:
        if is_heading or len(held.split()) + len(words.split()) > PASSAGE_WORDS:
            if held:
                yield CommentaryPassage(heading=heading, text=held, start=start, end=start + len(held))
            held = ""
        if is_heading:
            heading = words
        else:
            start = start if held else position
            held = f"{held} {words}".strip()
        position += len(words) + 1
    if held:
        yield CommentaryPassage(heading=heading, text=held, start=start, end=start + len(held))
