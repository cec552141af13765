"""One imported document: what it is, and its passages in reading order, each with the anchors that find it again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from corpus.records import Text

Kind = Literal["official-guidance", "legislation", "commentary", "local-procedure"]
PassageKind = Literal[
    "paragraph", "list", "box", "table", "flow-chart", "footnote", "glossary-entry", "section", "text"
]

ID = r"^[a-z0-9][a-z0-9-]*$"
#: An edition is named by its series and its year: wt2023, kcsie2024.
NAME = re.compile(r"(.+?)-?(\d{4})")
#: So many characters before and after a passage tell it from others with the same words.
CONTEXT = 32


@dataclass(frozen=True)
class Piece:
    """What an importer finds: one block of a document before it has a place in its plain text."""

    kind: PassageKind
    text: str
    number: str = ""
    heading: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    #: Numbers of the footnotes cited in it.
    notes: tuple[str, ...] = ()


class NoWords(Exception):
    """A document without words."""


class EditionName(NamedTuple):
    """The series that an edition belongs to, and its year."""

    series: str
    year: int


class Quote(NamedTuple):
    """A text quote selector of the Web Annotation Data Model: the words, and those around them."""

    exact: str
    prefix: str
    suffix: str


class Position(NamedTuple):
    """A text position selector of the Web Annotation Data Model: characters of the document's plain text."""

    start: int
    end: int


class Passage(BaseModel):
    """One block of a document; items of a list, rows of a table and printed paragraphs are lines of its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PassageKind
    #: As printed: "155", "16C", or of a schedule "Schedule 1 paragraph 3"; empty where it has none.
    number: str
    heading: tuple[str, ...]
    pages: tuple[int, ...]
    text: Text
    notes: tuple[str, ...]
    start: int
    end: int
    prefix: str
    suffix: str

    @property
    def position(self) -> Position:
        """Where it stands in the document's plain text."""
        return Position(self.start, self.end)

    @property
    def quote(self) -> Quote:
        """Its words with those around it, which find it in another printing."""
        return Quote(self.text, self.prefix, self.suffix)


class Description(BaseModel):
    """What is known of a document before it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=ID)]
    title: Text
    publisher: Text
    published: date
    licence: str = ""
    kind: Kind
    #: The edition that it is or is about; empty for law.
    edition: str = ""


class Document(Description):
    """A document as it was imported."""

    #: The file's name or the address that it came from.
    source: Text
    #: Of the file.
    sha256: Text
    passages: Annotated[tuple[Passage, ...], Field(min_length=1)]

    @property
    def text(self) -> str:
        """Its plain text, which positions count in: the passages, one below the other."""
        return "\n".join(passage.text for passage in self.passages)


def to_document(description: Description, source: str, sha256: str, pieces: Iterable[Piece]) -> Document:
    """The document with each piece put in its place; raises NoWords when no piece holds any."""
    kept = [(piece, words) for piece in pieces if (words := clean(piece.text))]
    if not kept:
        raise NoWords
    whole = "\n".join(words for _, words in kept)
    passages, start = [], 0
    for piece, words in kept:
        end = start + len(words)
        passages.append(
            Passage(
                kind=piece.kind,
                number=clean(piece.number),
                heading=tuple(heading for one in piece.heading if (heading := clean(one))),
                pages=piece.pages,
                text=words,
                notes=piece.notes,
                start=start,
                end=end,
                prefix=whole[max(0, start - CONTEXT) : start],
                suffix=whole[end : end + CONTEXT],
            )
        )
        start = end + 1
    return Document(**description.model_dump(), source=source, sha256=sha256, passages=tuple(passages))


def clean(text: str) -> str:
    """The text in composed characters, without control characters, blanks or empty lines that say nothing."""
    text = unicodedata.normalize("NFC", text.replace("\xad", ""))
    shown = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    lines = (re.sub(r"\s+", " ", line).strip() for line in shown.splitlines())
    return "\n".join(line for line in lines if line)


def edition_name(edition: str) -> EditionName | None:
    """The parts of an edition's name; None for one without a year at its end."""
    found = NAME.fullmatch(edition)
    return EditionName(found[1], int(found[2])) if found else None
