"""Reads the pages of a PDF into printed lines: where each stands, how it is set, and which footnotes it cites."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from corpus.tags import Cell, table_cells
from ontology.errors import DocumentError

#: A longer document is none that this reader is for.
MOST_PAGES = 2_000
MOST_CHARACTERS = 20_000_000
#: A PDF says that it is one within so many bytes of its beginning, and where it ends within so many of its end.
HEAD, TAIL = 1_024, 2_048
MARK_ALONE = re.compile(r"(\d{1,3})([.,;:)]?)")
TERM_DASH = re.compile(r"\s+-\s")
#: A superscript is smaller than this share of its line's type.
SUPERSCRIPT = 0.78
#: Footnotes are set smaller than this share of the text's type.
NOTE = 0.92
FEW = 6
#: Letters belong to two words where more than this share of their size is left between the room that each takes.
PARTED = 0.05
#: The mark of an amendment in an Act, set small before the words that it put in.
AMENDMENT = re.compile(r"[A-Z]\d+")
BOLD = 600
#: Points from the bottom of the page below which the page's number stands.
FOOT = 100.0


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
    #: Where it ends.
    right: float = 0.0
    #: The cell of a table that it stands in.
    cell: Cell | None = None


class _Char(NamedTuple):
    char: str
    #: Of its ink.
    left: float
    right: float
    #: Of the room that the font gives it.
    start: float
    end: float
    bottom: float
    size: float
    weight: int
    cell: Cell | None


def read_pages(path: Path) -> list[tuple[list[Line], list[Line]]]:
    """The body lines and the footnote lines of each page.

    Raises DocumentError when it is no PDF, is encrypted or cut short, is too long, or holds no text.
    """
    import pypdfium2

    if not path.is_file():
        raise DocumentError(f"{path}: there is no such file; give the path of the guidance's PDF")
    content = path.read_bytes()  # PDFium leaves a file open that it cannot load
    if b"%PDF-" not in content[:HEAD]:
        raise DocumentError(f"{path}: this is no PDF, whatever its name says; download it again")
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise DocumentError(f"{path}: the PDF is locked with a password; save it without one") from error
        raise DocumentError(f"{path}: the PDF is damaged or cut short; download it again") from error
    try:
        if b"%%EOF" not in content[-TAIL:]:
            raise DocumentError(f"{path}: the PDF is cut short; download it again")
        if len(pdf) > MOST_PAGES:
            raise DocumentError(f"{path}: the PDF has {len(pdf):,} pages; the most is {MOST_PAGES:,}")
        pages = _read_all(pdf, path)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{path}: a page of the PDF is damaged ({error}); download it again") from error
    finally:
        pdf.close()
    if not any(body for body, _ in pages):
        raise DocumentError(f"{path}: the PDF holds no text (a scan?); use the publisher's own PDF")
    return pages


def _read_all(pdf: Any, path: Path) -> list[tuple[list[Line], list[Line]]]:
    pages: list[tuple[list[Line], list[float]]] = []
    characters = 0
    for index in range(len(pdf)):
        page = pdf[index]
        text_page = page.get_textpage()
        characters += text_page.count_chars()
        if characters > MOST_CHARACTERS:
            raise DocumentError(f"{path}: the PDF has more than {MOST_CHARACTERS:,} characters, more than is read")
        pages.append(_read_page(page, text_page, index + 1))
        text_page.close()
        page.close()
    size = median([line.size for lines, _ in pages for line in lines] or [0.0])
    return [_notes_apart(lines, rules, size) for lines, rules in pages]


def _notes_apart(lines: list[Line], rules: list[float], size: float) -> tuple[list[Line], list[Line]]:
    """The body and the footnotes, which are set smaller under a rule; a rule above anything else underlines a link."""
    below = {rule: [line.size for line in lines if line.y < rule] for rule in rules}
    note_top = max((rule for rule, sizes in below.items() if not sizes or median(sizes) < NOTE * size), default=0.0)
    lines = _marks_alone(lines, note_top)
    return [line for line in lines if line.y >= note_top], [line for line in lines if line.y < note_top]


def _read_page(page: Any, text_page: Any, number: int) -> tuple[list[Line], list[float]]:
    """The lines of a page, top to bottom, without its number, and the rules that may stand above footnotes."""
    import pypdfium2.raw as raw

    boxes, rules = [], []
    for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = shape.get_bounds()
        if right - left > 300 and top - bottom > 30:
            boxes.append((left, bottom, right, top))
        elif 140 < right - left < 150 and top - bottom < 2 and left < 75:
            rules.append(top)
    printed = enumerate(_printed_lines(text_page, raw, table_cells(page, number)))
    lines = [line for drawn, chars in printed if (line := _line(chars, number, drawn, boxes))]
    lowest = min((line.y for line in lines), default=0.0)
    lines = [line for line in lines if line.text.strip() != str(number) or line.y > min(lowest + 1, FOOT)]
    lines.sort(key=lambda line: (-round(line.y), line.x))
    return lines, rules


def _marks_alone(lines: list[Line], note_top: float) -> list[Line]:
    """The lines, with a footnote mark that PDFium gives as a line of its own read as the mark it is."""
    read = []
    for line in lines:
        found = MARK_ALONE.fullmatch(line.text.strip()) if line.y >= note_top else None
        if found and line.size < SUPERSCRIPT * max(one.size for one in lines if abs(one.y - line.y) < one.size):
            line = replace(line, text=found[2], notes=tuple(_cited(found[1])))
        read.append(line)
    return read


def _printed_lines(text_page: Any, raw: Any, cells: dict[int, Cell]) -> Iterator[list[_Char]]:
    """Runs of characters, a run a printed line, or the part of one that stands in one cell of a table."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    rect = raw.FS_RECTF()
    line: list[_Char] = []
    cell: Cell | None = None
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
        if cells and char.strip():
            cell = _cell_of(text_page, index, raw, cells)
        # PDFium joins some lines, and the cells of a table, without a line break.
        if line and (
            (left.value < line[-1].right - 50 and line[-1].bottom - rect.bottom > 3)
            or (char.strip() and line[-1].cell != cell)
        ):
            yield line
            line = []
        size = rect.top - rect.bottom
        line.append(_Char(char, left.value, right.value, rect.left, rect.right, rect.bottom, size, weight, cell))
    if line:
        yield line


def _cell_of(text_page: Any, index: int, raw: Any, cells: dict[int, Cell]) -> Cell | None:
    drawn = raw.FPDFText_GetTextObject(text_page.raw, index)
    return cells.get(raw.FPDFPageObj_GetMarkedContentID(drawn)) if drawn else None


def _line(chars: list[_Char], number: int, drawn: int, boxes: list[tuple[float, float, float, float]]) -> Line | None:
    solid = [char for char in chars if char.char.strip()]
    if not solid:
        return None
    # The few characters beside a mark weigh too little for a median, and those of an amendment's mark too much.
    largest = max(char.size for char in solid)
    mark = "".join(char.char for char in takewhile(lambda char: char.size < SUPERSCRIPT * largest, solid))
    sized = solid[len(mark) :] if AMENDMENT.fullmatch(mark) else solid
    size = (median if len(sized) > FEW else max)([char.size for char in sized])
    text: list[str] = []
    notes: list[int] = []
    note = ""
    small = [char.size < SUPERSCRIPT * size for char in chars]
    for at, char in enumerate(chars):
        if small[at] and char.char.isdecimal():
            note += char.char
            continue
        if small[at] and _marks_a_note(chars, at):
            continue
        if note:
            notes += _cited(note)
            note = ""
        before = chars[at - 1] if at else char
        if before.char.isalpha() and char.char.islower() and char.start - before.end > PARTED * char.size:
            text.append(" ")  # PDFium gives none where a line was set tight
        # U+FFFE is how PDFium gives a hyphen at the end of a line.
        text.append("-" if char.char in "\ufffe\x02" else char.char)
    if note:
        notes += _cited(note)
    x, y = solid[0].left, median(char.bottom for char in sized)
    boxed = any(left - 2 <= x <= right and bottom - 2 <= y + size / 2 <= top + 2 for left, bottom, right, top in boxes)
    bold = sum(char.weight >= BOLD for char in solid) > len(solid) / 2
    term = "".join(char.char for char in takewhile(lambda char: char.weight >= BOLD or not char.char.strip(), chars))
    term, words = term.strip(), "".join(text)
    is_entry = 0 < len(term) < len(words.strip()) and TERM_DASH.match(words.strip()[len(term.rstrip("-").strip()) :])
    term = re.sub(r"\s*-$", "", term) if is_entry else ""
    return Line(
        number, x, y, round(size, 1), bold, boxed, words, tuple(notes), drawn, term, solid[-1].right, solid[0].cell
    )


def _marks_a_note(chars: list[_Char], at: int) -> bool:
    """Whether a small letter belongs to a mark, as in the F80 of an Act, or the F that Word leaves before a mark."""
    following = "".join(char.char for char in chars[at + 1 :]).strip()
    return (chars[at].char.isalpha() and following[:1].isdecimal()) or (chars[at].char == "F" and not following)


def _cited(digits: str) -> list[int]:
    """The footnotes that superscript digits cite; two set side by side ("160161") follow on from one another."""
    first, second = digits[: len(digits) // 2], digits[len(digits) // 2 :]
    if len(digits) > 3 and int(second) == int(first) + 1:
        return [int(first), int(second)]
    return [int(digits)]
