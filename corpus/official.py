"""Reads the PDF of an official guidance document into its numbered paragraphs, unnumbered blocks and footnotes.

The reader leans on what is printed, not on one document: left margin, weight and size of type, drawn
boxes, the rule above footnotes, and paragraph numbers that must follow on from one another.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import Any, Literal

from ontology.errors import DocumentError

BlockKind = Literal["paragraph", "box", "flow-chart", "footnote", "glossary-entry", "text"]

NUMBERED = re.compile(r"(\d{1,3})\.\s+(?=\S)")
FOOTNOTE = re.compile(r"(\d{1,3})\s+(?=\S)|(\d{1,3})$")
MARK_ALONE = re.compile(r"(\d{1,3})([.,;:]?)")
TERM_DASH = re.compile(r"\s+-\s")
FLOW_CHART = re.compile(r"Flow chart (\d+)\b")
#: A superscript is smaller than this share of its line's type.
SUPERSCRIPT = 0.78
#: Points: text further left than this beyond the page's margin is indented.
MARGIN_SLACK = 4.0
BOLD = 600


@dataclass(frozen=True)
class Line:
    """One printed line; lengths in points from the bottom left of the page."""

    page: int
    x: float
    y: float
    size: float
    bold: bool
    boxed: bool
    text: str
    #: Numbers of the footnotes cited in it.
    notes: tuple[int, ...] = ()
    #: Its place in the order of drawing, which keeps the boxes of a flow chart together.
    drawn: int = 0
    #: The bold words before a dash that begin it, as a glossary sets its terms.
    term: str = ""


@dataclass
class Block:
    """A numbered paragraph, a footnote, or an unnumbered stretch of text under one heading."""

    kind: BlockKind
    number: int | None
    heading: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    #: Numbers of the footnotes cited in its nearest heading.
    heading_notes: tuple[int, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it stands on, in order."""
        return tuple(sorted({line.page for line in self.lines}))

    @property
    def text(self) -> str:
        """Its words on one line, hyphens at line ends kept."""
        return re.sub(r"\s+", " ", " ".join(line.text for line in self.lines)).strip()

    @property
    def notes(self) -> tuple[int, ...]:
        """Numbers of the footnotes cited in its heading and its text, in order."""
        return (*self.heading_notes, *(note for line in self.lines for note in line.notes))


@dataclass(frozen=True)
class OfficialDocument:
    """A document as printed: every block in reading order."""

    path: Path
    page_count: int
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> dict[int, Block]:
        """The numbered paragraphs by number."""
        return {b.number: b for b in self.blocks if b.kind == "paragraph" and b.number is not None}

    @property
    def footnotes(self) -> dict[int, Block]:
        """The footnotes by number."""
        return {b.number: b for b in self.blocks if b.kind == "footnote" and b.number is not None}

    @property
    def flow_charts(self) -> dict[int, Block]:
        """The flow charts by number."""
        return {b.number: b for b in self.blocks if b.kind == "flow-chart" and b.number is not None}

    def unnumbered(self, pages: tuple[int, ...]) -> list[Block]:
        """Boxes, glossary entries and loose text that stand, at least in part, on these pages."""
        kinds = ("box", "text", "flow-chart", "glossary-entry")
        return [b for b in self.blocks if b.kind in kinds and set(b.pages) & set(pages)]


def read_official(path: Path) -> OfficialDocument:
    """Read a PDF; raises DocumentError when it is no PDF, is encrypted, or holds no text."""
    pages = read_pages(path)
    return OfficialDocument(path, len(pages), tuple(_assemble(pages)))


def read_pages(path: Path) -> list[tuple[list[Line], list[Line]]]:
    """The body lines and the footnote lines of each page; raises DocumentError as `read_official` does."""
    import pypdfium2

    if not path.is_file():
        raise DocumentError(f"{path}: there is no such file; give the path of the guidance's PDF")
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{path}: this is not a PDF that can be opened ({error}); download it again") from error
    try:
        pages = [_read_page(pdf[index], index + 1) for index in range(len(pdf))]
    finally:
        pdf.close()
    if not any(body for body, _ in pages):
        raise DocumentError(f"{path}: the PDF holds no text (a scan?); use the publisher's own PDF")
    return pages


def _assemble(pages: list[tuple[list[Line], list[Line]]]) -> Iterator[Block]:
    body_size = median(line.size for body, _ in pages for line in body if not line.bold)
    started = _first_paragraph_page(pages)
    headings: list[Line] = []
    expected = 1
    current: Block | None = None
    paragraph: Block | None = None
    last_note = 0
    for number, (body, notes) in enumerate(pages, 1):
        footnotes = _footnotes(notes, last_note)
        last_note = max([last_note, *(block.number for block in footnotes if block.number is not None)])
        yield from footnotes
        charts = [int(found[1]) for line in body if line.bold and (found := FLOW_CHART.match(line.text))]
        if charts and number >= started:
            yield Block(
                "flow-chart", charts[0], (f"Flow chart {charts[0]}",), sorted(body, key=lambda line: line.drawn)
            )
            current = paragraph = None
            continue
        for line in body:
            found = None if line.boxed or line.bold or number < started else NUMBERED.match(line.text)
            if found and int(found[1]) == expected:
                expected += 1
                unboxed = [one for one in headings if not one.boxed]
                current = paragraph = Block("paragraph", int(found[1]), _path(unboxed), [line], _noted(unboxed))
                yield current
            elif line.term and paragraph is None and not line.boxed:
                current = Block("glossary-entry", None, (*_path(headings), line.term), [line])
                yield current
            elif line.bold and line.size >= body_size - 0.5 and not _runs_on(current, line):
                headings = _push(headings, line) if number > 1 else headings
                if not line.boxed:
                    paragraph = None
                current = None
            elif line.boxed:
                if current is None or current.kind != "box":
                    current = Block("box", None, _path(headings), heading_notes=_noted(headings))
                    yield current
                current.lines.append(line)
            elif paragraph is not None:
                current = paragraph
                paragraph.lines.append(line)
            elif current is not None and current.kind == "glossary-entry":
                current.lines.append(line)
            else:
                if current is None or current.kind != "text":
                    current = Block("text", None, _path([one for one in headings if not one.boxed]))
                    yield current
                current.lines.append(line)


def _first_paragraph_page(pages: list[tuple[list[Line], list[Line]]]) -> int:
    """The page on which paragraphs 1 and 2 or their likes begin, so that a contents list is not read as text."""
    for number, (body, _) in enumerate(pages, 1):
        if any(not line.boxed and not line.bold and NUMBERED.match(line.text) for line in body):
            return number
    return len(pages) + 1


def _runs_on(current: Block | None, line: Line) -> bool:
    """Whether a bold line is emphasis inside a sentence rather than a heading."""
    return bool(current and current.lines and not re.search(r"[.:;!?]\s*$", current.lines[-1].text)
                and current.lines[-1].page == line.page and line.text[:1].islower())  # fmt: skip


def _push(headings: list[Line], line: Line) -> list[Line]:
    last = headings[-1] if headings else None
    if last and last.page == line.page and abs(last.size - line.size) < 0.3 and 0 < last.y - line.y < 1.8 * line.size:
        joined = replace(
            last, y=line.y, text=f"{last.text.strip()} {line.text.strip()}", notes=(*last.notes, *line.notes)
        )
        return [*headings[:-1], joined]
    kept = [one for one in headings if one.size > line.size + 0.3 or (line.boxed and not one.boxed)]
    return [*kept, line]


def _path(headings: list[Line]) -> tuple[str, ...]:
    return tuple(re.sub(r"\s+", " ", line.text).strip() for line in headings)


def _noted(headings: list[Line]) -> tuple[int, ...]:
    return headings[-1].notes if headings else ()


def _footnotes(lines: list[Line], last: int) -> list[Block]:
    """The footnotes of a page, numbered on from `last`; the number may be set as a superscript or not."""
    blocks: list[Block] = []
    for line in lines:
        found = FOOTNOTE.match(line.text.strip())
        written = int(found[1] or found[2]) if found else None
        if last + 1 in (written, *line.notes[:1]):
            last += 1
            blocks.append(Block("footnote", last, ()))
        elif not blocks:
            blocks.append(Block("footnote", None, ()))
        blocks[-1].lines.append(line)
    return blocks


def _read_page(page: Any, number: int) -> tuple[list[Line], list[Line]]:
    """The body lines and the footnote lines of a page, top to bottom; running head and page number dropped."""
    import pypdfium2.raw as raw

    boxes, rules = [], []
    for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = shape.get_bounds()
        if right - left > 300 and top - bottom > 30:
            boxes.append((left, bottom, right, top))
        elif 140 < right - left < 150 and top - bottom < 2 and left < 75:
            rules.append(top)
    text_page = page.get_textpage()
    printed = enumerate(_printed_lines(text_page, raw))
    lines = [line for drawn, chars in printed if (line := _line(chars, number, drawn, boxes))]
    text_page.close()
    lines = [line for line in lines if not (line.y < 60 and line.text.strip() == str(number))]
    lines.sort(key=lambda line: (-round(line.y), line.x))
    note_top = max(rules, default=0.0)
    lines = _marks_alone(lines, note_top)
    return [line for line in lines if line.y >= note_top], [line for line in lines if line.y < note_top]


def _marks_alone(lines: list[Line], note_top: float) -> list[Line]:
    """The lines, with a footnote mark that PDFium gives as a line of its own read as the mark it is."""
    body_size = median([line.size for line in lines if line.y >= note_top] or [0.0])
    read = []
    for line in lines:
        found = MARK_ALONE.fullmatch(line.text.strip())
        if found and line.y >= note_top and line.size < SUPERSCRIPT * body_size:
            line = replace(line, text=found[2], notes=tuple(_cited(found[1])))
        read.append(line)
    return read


def _printed_lines(text_page: Any, raw: Any) -> Iterator[list[tuple[str, float, float, float, float, int]]]:
    """Runs of characters as (character, left, right, bottom, type size, weight), a run a printed line."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    rect = raw.FS_RECTF()
    line: list[tuple[str, float, float, float, float, int]] = []
    for index in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page.raw, index))
        if char in "\r\n":
            if line:
                yield line
            line = []
            continue
        raw.FPDFText_GetCharBox(text_page.raw, index, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(text_page.raw, index, rect)
        weight = raw.FPDFText_GetFontWeight(text_page.raw, index)
        if line and left.value < line[-1][1] - 50 and line[-1][3] - rect.bottom > 3:
            yield line  # PDFium joins some lines without a line break
            line = []
        line.append((char, left.value, right.value, rect.bottom, rect.top - rect.bottom, weight))
    if line:
        yield line


def _line(
    chars: list[tuple[str, float, float, float, float, int]],
    number: int,
    drawn: int,
    boxes: list[tuple[float, float, float, float]],
) -> Line | None:
    solid = [char for char in chars if char[0].strip()]
    if not solid:
        return None
    size = median(char[4] for char in solid)
    text: list[str] = []
    notes: list[int] = []
    note = ""
    small = [char[4] < SUPERSCRIPT * size for char in chars]
    for at, char in enumerate(chars):
        if small[at] and char[0].isdigit():
            note += char[0]
            continue
        if small[at] and char[0].isalpha() and all(small[at : at + 2]) and chars[at + 1 : at + 2][0][0].isdigit():
            continue  # the letter of an Act's annotation, as in F80
        if note:
            notes += _cited(note)
            note = ""
        # U+FFFE is how PDFium gives a hyphen at the end of a line.
        text.append("-" if char[0] in "\ufffe\x02" else char[0])
    if note:
        notes += _cited(note)
    x, y = solid[0][1], median(char[3] for char in solid)
    boxed = any(left - 2 <= x <= right and bottom - 2 <= y + size / 2 <= top + 2 for left, bottom, right, top in boxes)
    bold = sum(char[5] >= BOLD for char in solid) > len(solid) / 2
    term = "".join(char[0] for char in takewhile(lambda char: char[5] >= BOLD or not char[0].strip(), chars)).strip()
    words = "".join(text)
    is_entry = 0 < len(term) < len(words.strip()) and TERM_DASH.match(words.strip()[len(term.rstrip("-").strip()) :])
    term = re.sub(r"\s*-$", "", term) if is_entry else ""
    return Line(number, x, y, round(size, 1), bold, boxed, words, tuple(notes), drawn, term)


def _cited(digits: str) -> list[int]:
    """The footnotes that superscript digits cite; two set side by side ("160161") follow on from one another."""
    first, second = digits[: len(digits) // 2], digits[len(digits) // 2 :]
    if len(digits) > 3 and int(second) == int(first) + 1:
        return [int(first), int(second)]
    return [int(digits)]
