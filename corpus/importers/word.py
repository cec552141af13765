"""Pieces of a Word document (.docx): headings, numbered paragraphs, lists, tables, boxes and footnotes."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.documents import PassageKind, Piece
from corpus.importers.headings import Headings
from corpus.importers.word_styles import HEADING_STYLE, Mark, Numbers, Style, W, read_styles, value
from corpus.importers.xml import local, parse_xml
from ontology.errors import DocumentError

#: The most that a part may hold when it is unpacked, in bytes; a small file can be made to unpack without end.
LARGEST_PART = 50_000_000
NUMBERED = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*)\.?\s+(?=\D)")
#: A number that Word sets before a paragraph of the text, rather than before an item of a list in it: "4." or "4.2".
OWN_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.?")
DEEPEST = 100
PARTS = ("document", "styles", "numbering", "footnotes")


def read_word(content: bytes) -> Iterator[Piece]:
    """Every block in order; raises DocumentError for a file that is no Word document, or is locked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: _part(package, f"word/{name}.xml") for name in PARTS}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise DocumentError(f"this Word document is damaged ({str(error)[:80]}); save it again as .docx.") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise DocumentError(f"this Word document is damaged ({str(error)[:80]}); save it again as .docx.") from error
    if parts["document"] is None:
        raise DocumentError("this is no Word document; save it as .docx, text, Markdown or HTML.")
    body = next((child for child in parts["document"] if local(child) == "body"), parts["document"])
    yield from _Body(read_styles(parts["styles"]), Numbers(parts["numbering"])).read(body)
    for note in parts["footnotes"] if parts["footnotes"] is not None else ():
        if note.get(f"{W}type") is None and (words := _words(note)):
            yield Piece("footnote", words, note.get(f"{W}id") or "")


def _part(package: zipfile.ZipFile, name: str) -> Any:
    """The root of a part, or None where the package has none of that name."""
    if name not in package.namelist():
        return None
    if package.getinfo(name).file_size > LARGEST_PART:
        raise DocumentError(f"this Word document unpacks to more than {LARGEST_PART:,} bytes; give a smaller one.")
    return parse_xml(package.read(name))


class _Body:
    """Goes through the body once; the items of a list wait for one another."""

    def __init__(self, styles: dict[str, Style], numbers: Numbers) -> None:
        self.styles, self.numbers = styles, numbers
        self.headings = Headings()
        #: A numbered paragraph or a list that further items belong to.
        self.waiting: Piece | None = None
        #: The list that numbers the paragraph that is open; none where its number is typed.
        self.list = ""

    def read(self, body: Any, depth: int = 0) -> Iterator[Piece]:
        for element in body:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._close()
                yield from self._piece("table", element, _rows(element))
            elif name in ("sdt", "sdtContent", "customXml", "ins") and depth < DEEPEST:
                yield from self.read(element, depth + 1)
        if depth == 0:
            yield from self._close()

    def _close(self) -> Iterator[Piece]:
        if self.waiting is not None:
            yield self.waiting
        self.waiting = None

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        words = _words(element)
        properties = next((one for one in element if local(one) == "pPr"), ())
        style = value(properties, "pStyle")
        mark = self.numbers.next(properties, style, self.styles) if words else None
        if not words:
            pass
        elif (level := self._level(style)) is not None:
            yield from self._close()
            self.headings.push(level, f"{mark.text} {words}" if mark else words)
        elif mark is None:
            yield from self._text(element, words, NUMBERED.match(words), "")
        elif self._is_own(mark):
            yield from self._text(element, f"{mark.text} {words}", OWN_NUMBER.match(mark.text), mark.list)
        else:
            self._item(element, words, mark.text)
        for box in _boxes(element):
            yield from self._close()
            yield from self._piece("box", box, "\n".join(map(_words, (p for p in box if local(p) == "p"))))

    def _level(self, style: str) -> int | None:
        found = HEADING_STYLE.match(style)
        return self.styles[style].level if style in self.styles else int(found[1] or 0) if found else None

    def _is_own(self, mark: Mark) -> bool:
        """Whether a mark numbers a paragraph of the text; within one that another list numbers, it marks an item."""
        within = self.waiting is not None and self.waiting.kind == "paragraph" and self.list != mark.list
        return not within and OWN_NUMBER.fullmatch(mark.text) is not None

    def _text(self, element: Any, words: str, number: re.Match[str] | None, by: str) -> Iterator[Piece]:
        yield from self._close()
        kind: PassageKind = "paragraph" if number else "text"
        piece = Piece(kind, words, number[1] if number else "", self.headings.path, notes=_notes(element))
        if number:
            self.waiting, self.list = piece, by
        else:
            yield piece

    def _item(self, element: Any, words: str, mark: str) -> None:
        before = self.waiting or Piece("list", "", heading=self.headings.path)
        bullet = mark or ("•" if before.kind == "paragraph" else "")
        notes = (*before.notes, *_notes(element))
        text = f"{before.text}\n{f'{bullet} {words}'.strip()}"
        self.waiting = Piece(before.kind, text, before.number, before.heading, notes=notes)

    def _piece(self, kind: Any, element: Any, text: str) -> Iterator[Piece]:
        if text.strip():
            yield Piece(kind, text, heading=self.headings.path, notes=_notes(element))


def _words(element: Any) -> str:
    """The words of an element on one line; those deleted in tracked changes and those of boxes left out."""
    pieces: list[str] = []
    _gather(element, pieces, 0)
    return " ".join("".join(pieces).split())


def _gather(element: Any, pieces: list[str], depth: int) -> None:
    for child in element if depth < DEEPEST else ():
        name = local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in ("tab", "br", "cr"):
            pieces.append(" ")
        elif name == "noBreakHyphen":
            pieces.append("-")
        elif name not in ("pPr", "rPr", "del", "moveFrom", "Fallback", "txbxContent"):
            _gather(child, pieces, depth + 1)
            if name in ("p", "tc"):
                pieces.append(" ")


def _boxes(element: Any) -> Iterator[Any]:
    for box in element.iter(f"{W}txbxContent"):
        if not any(local(parent) == "Fallback" for parent in box.iterancestors()):
            yield box


def _notes(element: Any) -> tuple[str, ...]:
    marks = (one.get(f"{W}id") for one in element.iter(f"{W}footnoteReference"))
    return tuple(dict.fromkeys(mark for mark in marks if mark))


def _rows(element: Any) -> str:
    rows = ([_words(cell) for cell in row if local(cell) == "tc"] for row in element.iter(f"{W}tr"))
    return "\n".join(" | ".join(row) for row in rows if any(row))
