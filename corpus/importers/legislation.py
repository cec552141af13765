"""Pieces of legislation.gov.uk's XML, in its own format (CLML) and in Akoma Ntoso: sections and schedules."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.documents import Piece
from corpus.importers.xml import local
from ontology.errors import DocumentError

BLANKS = re.compile(r"\s+")
#: Deeper than any Act.
DEEPEST = 200


@dataclass(frozen=True)
class _Format:
    """What the elements of a format are called."""

    divisions: tuple[str, ...]
    #: Whether an element is a section, or within a schedule a paragraph, that is cited by its number.
    is_section: Callable[[Any, bool], bool]
    is_schedule: Callable[[Any], bool]
    number: tuple[str, ...]
    title: tuple[str, ...]
    #: What an amendment inserts elsewhere: words of the section, never sections of this Act.
    quoted: tuple[str, ...]
    notes: tuple[str, ...]


CLML = _Format(
    divisions=("Part", "Chapter", "Pblock", "PsubBlock", "P1group", "Schedule", "EUTitle", "EUPart", "EUChapter"),
    is_section=lambda element, _: local(element) == "P1",
    is_schedule=lambda element: local(element) == "Schedule",
    number=("Number", "Pnumber"),
    title=("Title", "TitleBlock"),
    quoted=("BlockAmendment",),
    notes=("CommentaryRef", "FootnoteRef"),
)
AKOMA_NTOSO = _Format(
    divisions=("part", "chapter", "title", "division", "crossHeading", "hcontainer"),
    is_section=lambda element, scheduled: (
        local(element) in ("section", "article", "rule")
        or (local(element) == "hcontainer" and element.get("name") == "regulation")
        or (scheduled and local(element) == "paragraph")
    ),
    is_schedule=lambda element: local(element) == "hcontainer" and element.get("name") == "schedule",
    number=("num",),
    title=("heading",),
    quoted=("quotedStructure", "embeddedStructure"),
    notes=("noteRef", "authorialNote"),
)
#: Elements whose words stand on a line of their own.
OWN_LINE = ("P2", "P3", "P4", "P5", "ListItem", "tr", "subsection", "paragraph", "subparagraph", "item", "level")
SPACED = ("Pnumber", "num", "heading", "Title", "Text", "p", "td", "th", "Para", "content", "intro", "wrapUp")
#: Not words of the Act.
LEFT_OUT = (
    "Commentaries",
    "Metadata",
    "meta",
    "Contents",
    "toc",
    "CommentaryRef",
    "FootnoteRef",
    "noteRef",
    "authorialNote",
)


def read_clml(root: Any) -> Iterator[Piece]:
    """The sections of an Act or instrument, the paragraphs of its schedules, and what the editors note on them."""
    yield from _read(root, CLML, "Commentary", "Footnote")


def read_akoma_ntoso(root: Any) -> Iterator[Piece]:
    """The same of an Act in Akoma Ntoso."""
    yield from _read(root, AKOMA_NTOSO, "note", "authorialNote")


def _read(root: Any, form: _Format, *notes: str) -> Iterator[Piece]:
    sections = list(_sections(root, form, (), "", 0))
    if not any(piece.number for piece in sections):
        raise DocumentError("no numbered sections found; give the XML of an Act or instrument from legislation.gov.uk.")
    yield from sections
    for element in root.iter():
        if local(element) in notes and (words := _words(element)):
            yield Piece("footnote", words, element.get("id") or element.get("eId") or "")


def _sections(element: Any, form: _Format, heading: tuple[str, ...], schedule: str, depth: int) -> Iterator[Piece]:
    name = local(element)
    if not name or name in LEFT_OUT or name in form.quoted or depth > DEEPEST:
        return
    if form.is_section(element, bool(schedule)):
        number = _part(element, form.number)
        title = _part(element, form.title)
        yield Piece(
            "section",
            _words(element, (*form.number, *form.title)) or title or "...",
            f"{schedule} paragraph {number}" if schedule else number,
            (*heading, title) if title else heading,
            notes=_cited(element, form),
        )
        return
    if form.is_schedule(element):
        schedule = _part(element, form.number).capitalize() or "Schedule"
        heading = ()
    if name in form.divisions:
        named = ": ".join(filter(None, (_part(element, form.number), _part(element, form.title))))
        heading = (*heading, named) if named else heading
    found = [piece for child in element for piece in _sections(child, form, heading, schedule, depth + 1)]
    if not found and form.is_schedule(element) and (words := _words(element, (*form.number, *form.title))):
        found = [Piece("section", words, schedule, heading, notes=_cited(element, form))]
    yield from found


def _part(element: Any, names: tuple[str, ...]) -> str:
    """The words of the element's own number or title."""
    found = next((child for child in element if local(child) in names), None)
    return " ".join(_words(found).split()).strip(" .[]") if found is not None else ""


def _cited(element: Any, form: _Format) -> tuple[str, ...]:
    marks = (
        one.get("Ref") or (one.get("href") or "").lstrip("#") or one.get("eId")
        for one in element.iter()
        if local(one) in form.notes
    )
    return tuple(dict.fromkeys(mark for mark in marks if mark))


def _words(element: Any, without: tuple[str, ...] = ()) -> str:
    pieces: list[str] = []
    _gather(element, pieces, without, 0)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _gather(element: Any, pieces: list[str], without: tuple[str, ...], depth: int) -> None:
    """The words below an element; `without` leaves out its own number and title."""
    if depth > DEEPEST:
        return
    pieces.append(BLANKS.sub(" ", element.text or ""))
    for child in element:
        name = local(child)
        if name and name not in without and name not in LEFT_OUT:
            if name in OWN_LINE:
                pieces.append("\n")
            if name == "Pnumber" and local(element) != "P1":
                pieces.append(f"({' '.join(_words(child).split())}) ")
            else:
                _gather(child, pieces, (), depth + 1)
            if name in SPACED:
                pieces.append(" ")
        pieces.append(BLANKS.sub(" ", child.tail or ""))
