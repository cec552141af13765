"""Commentary among the documents that a user keeps, in passages of a length to search; it is not guidance."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corpus.documents import Document, Passage
from corpus.records import Text
from corpus.store import held_documents

#: What is shown below guidance, however near it is to a question.
BELOW_GUIDANCE = ("commentary", "local-procedure")
#: A passage is filled up to about so many words.
PASSAGE_WORDS = 120


class CommentaryPassage(BaseModel):
    """A stretch of a document under one heading; positions are characters of its plain text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    text: Text
    start: int
    end: int


class Commentary(BaseModel):
    """A document about an edition that is not guidance itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    title: Text
    publisher: Text
    published: date
    #: The edition that it is about.
    about: Text
    #: Of the file that was added.
    sha256: Text
    passages: Annotated[tuple[CommentaryPassage, ...], Field(min_length=1)]


def held_commentary(folder: Path) -> tuple[Commentary, ...]:
    """Every commentary and local procedure kept under `folder`, by id; raises DocumentError for one not readable."""
    return tuple(to_commentary(one) for one in held_documents(folder) if one.kind in BELOW_GUIDANCE)


def to_commentary(document: Document) -> Commentary:
    """The document in passages of a bearable length."""
    return Commentary(
        id=document.id,
        title=document.title,
        publisher=document.publisher,
        published=document.published,
        about=document.edition,
        sha256=document.sha256,
        passages=tuple(_passages(document.passages)),
    )


def _passages(passages: tuple[Passage, ...]) -> Iterator[CommentaryPassage]:
    held: list[CommentaryPassage] = []
    for line in _lines(passages):
        words = sum(len(one.text.split()) for one in (*held, line))
        if held and (held[-1].heading != line.heading or words > PASSAGE_WORDS):
            yield _joined(held)
            held = []
        held.append(line)
    yield _joined(held)


def _lines(passages: tuple[Passage, ...]) -> Iterator[CommentaryPassage]:
    """Each line of each passage: a printed paragraph, an item of a list, a row of a table."""
    for passage in passages:
        start = passage.start
        for line in passage.text.splitlines():
            heading = passage.heading[-1] if passage.heading else ""
            yield CommentaryPassage(heading=heading, text=line, start=start, end=start + len(line))
            start += len(line) + 1


def _joined(lines: list[CommentaryPassage]) -> CommentaryPassage:
    text = " ".join(line.text for line in lines)
    return CommentaryPassage(heading=lines[0].heading, text=text, start=lines[0].start, end=lines[-1].end)
