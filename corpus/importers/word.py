"""Pieces of a Word document (.docx): headings, numbered paragraphs, lists, tables, boxes and footnotes."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.documents import Piece
from corpus.importers.headings import Headings
from corpus.importers.xml import local, parse_xml
from ontology.errors import DocumentError

#: The most that a part may hold when it is unpacked, in bytes; a small file can be made to unpack without end.
LARGEST_PART = 50_000_000
NUMBERED = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*)\.?\s+(?=\D)")
HEADING_STYLE = re.compile(r"^(?:heading\s*([1-9])|(title))$", re.IGNORECASE)
DEEPEST = 100
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(content: bytes) -> Iterator[Piece]:
    """Every block in order; raises DocumentError for a file that is no Word document, or is locked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: _part(package, f"word/{name}.xml") for name in ("document", "styles", "footnotes")}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise DocumentError(f"this Word document is damaged ({str(error)[:80]}); save it again as .docx.") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise DocumentError(f"this Word document is damaged ({str(error)[:80]}); save it again as .docx.") from error
    if parts["document"] is None:
        raise DocumentError("this is no Word document; save it as .docx, text, Markdown or HTML.")
    levels = _heading_levels(parts["styles"])
    headings = Headings()
    body = next((child for child in parts["document"] if local(child) == "body"), parts["document"])
    yield from _Body(levels, headings).read(body)
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


def _heading_levels(styles: Any) -> dict[str, int]:
    """The level of each style that is a heading's, by the style's id."""
    levels = {}
    for style in styles if styles is not None else ():
        name = next((one.get(f"{W}val") or "" for one in style if local(one) == "name"), "")
        if found := HEADING_STYLE.match(name):
            levels[style.get(f"{W}styleId") or ""] = int(found[1]) if found[1] else 0
    return levels


class _Body:
    """Goes through the body once; the items of a list wait for one another."""

    def __init__(self, levels: dict[str, int], headings: Headings) -> None:
        self.levels, self.headings = levels, headings
        #: A numbered paragraph or a list that further items belong to.
        self.waiting: Piece | None = None

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
        style = next((one.get(f"{W}val") or "" for one in element.iter(f"{W}pStyle")), "")
        if not words:
            pass
        elif (level := self._level(style)) is not None:
            yield from self._close()
            self.headings.push(level, words)
        elif any(True for _ in element.iter(f"{W}numPr")):
            yield from self._item(element, words)
        else:
            yield from self._close()
            found = NUMBERED.match(words)
            number = found[1] if found else ""
            piece = Piece("paragraph" if found else "text", words, number, self.headings.path, notes=_notes(element))
            if found:
                self.waiting = piece
            else:
                yield piece
        for box in _boxes(element):
            yield from self._close()
            yield from self._piece("box", box, "\n".join(map(_words, (p for p in box if local(p) == "p"))))

    def _level(self, style: str) -> int | None:
        found = HEADING_STYLE.match(style)
        return self.levels.get(style, int(found[1] or 0) if found else None)

    def _item(self, element: Any, words: str) -> Iterator[Piece]:
        before = self.waiting or Piece("list", "", heading=self.headings.path)
        line = f"• {words}" if before.kind == "paragraph" else words
        notes = (*before.notes, *_notes(element))
        self.waiting = Piece(before.kind, f"{before.text}\n{line}", before.number, before.heading, notes=notes)
        yield from ()

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
