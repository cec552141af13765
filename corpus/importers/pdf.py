"""Pieces of a PDF: official guidance and other documents as printed, and Acts by section."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

from corpus.acts import ActSection, read_whole_act
from corpus.documents import Piece
from corpus.official import BULLET, CONTENTS, Block, read_official
from corpus.pages import Line

#: Lines that stand further apart than so many of their distances begin a printed paragraph.
PARAGRAPH_GAP = 1.2
ITEM = re.compile(r"(?:[•▪◦‣·\uf0b7\u2013]|o|\(?[a-z]{1,4}[.)]|\d{1,2}[.)])\s")
SAYS = re.compile(r"\w")
HYPHENATED = re.compile(r"(\w+)-$")


def read_pdf(path: Path) -> Iterator[Piece]:
    """Every block of a document as printed, its lists of contents left out; raises DocumentError as `read_official`."""
    document = read_official(path)
    words = _words(document.blocks)
    noted = {number: note.pages[0] for number, note in document.footnotes.items()}
    cited: set[int] = set()
    for block in document.blocks:
        if not block.lines or (block.heading and CONTENTS.fullmatch(block.heading[-1])):
            continue
        if block.kind == "footnote":
            yield Piece("footnote", _footnote(block, words), str(block.number or ""), pages=block.pages)
            continue
        # A heading's note is cited once, and marks in a drawing have notes of their own.
        notes = [
            note
            for note in dict.fromkeys(block.notes)
            if note not in cited and noted.get(note, 0) in range(block.pages[0], block.pages[-1] + 2)
        ]
        cited.update(notes)
        is_list = block.kind == "text" and BULLET.match(block.lines[0].text)
        text = _table(block) if block.kind == "table" else _lines(block, words)
        yield Piece(
            "list" if is_list else block.kind,
            re.sub(rf"^{BULLET.pattern}", "", text, flags=re.MULTILINE) if is_list else text,
            str(block.number or ""),
            block.heading,
            block.pages,
            tuple(map(str, notes)),
        )


def read_act_pdf(path: Path) -> Iterator[Piece]:
    """The sections of an Act and the paragraphs of its schedules; raises DocumentError as `read_act`."""
    for one in read_whole_act(path):
        number = f"Schedule {one.schedule} paragraph {one.number}".removesuffix(" paragraph ")
        heading = (*one.heading, one.title) if one.title not in ("", "[") else one.heading
        pages = one.pages or tuple(sorted({line.page for line in one.annotations}))
        # A section that is repealed has dots for words: what it was called, and what the editors note, say more.
        text = one.text if SAYS.search(one.text) else one.notes or one.title
        yield Piece("section", _numbered(one, text), number if one.schedule else one.number, heading, pages)


def _numbered(one: ActSection, text: str) -> str:
    return re.sub(r"\s(?=\(\d{1,2}[A-Z]{0,2}\)\s[A-Z])", "\n", text) if one.lines else text


def _footnote(block: Block, words: set[str]) -> str:
    return re.sub(rf"^{block.number or ''}\s+", "", _joined(block.lines, words).strip())


def _words(blocks: tuple[Block, ...]) -> set[str]:
    """Every word that stands whole on a line, by which a word broken at a line's end is put together."""
    return {word.lower() for block in blocks for line in block.lines for word in re.findall(r"[\w-]+\w", line.text)}


def _lines(block: Block, words: set[str]) -> str:
    """The block's text with each printed paragraph, and each item of a list, on a line of its own."""
    gaps = [above.y - below.y for above, below in pairwise(block.lines) if above.page == below.page]
    usual = median([gap for gap in gaps if gap > 1] or [0.0])
    margin = block.lines[0].x
    parts: list[list[Line]] = []
    for line in block.lines:
        last = parts[-1][-1] if parts else None
        item = BULLET.match(line.text) or (ITEM.match(line.text) and line.x > margin + 5)
        apart = last is not None and last.page == line.page and last.y - line.y > PARAGRAPH_GAP * usual
        if last is None or item or apart:
            parts.append([])
        parts[-1].append(line)
    return "\n".join(_joined(part, words) for part in parts)


def _joined(lines: list[Line], words: set[str]) -> str:
    text = ""
    for line in lines:
        piece = re.sub(r"\s+", " ", line.text).strip()
        broken = HYPHENATED.search(text)
        if broken and piece[:1].islower():
            tail = re.match(r"\w+", piece)
            whole = f"{broken[1]}{tail[0] if tail else ''}".lower()
            text = (text[:-1] if whole in words else text) + piece
        elif broken and piece[:1].isalnum():
            text += piece
        else:
            text = f"{text} {piece}".strip()
    return text


def _table(block: Block) -> str:
    """The table's rows, a row a line, its cells parted by a bar."""
    cells: dict[tuple[int, int, int], dict[int, list[str]]] = {}
    for line in block.lines:
        if line.cell is not None:
            row = cells.setdefault((line.cell.page, line.cell.table, line.cell.row), {})
            row.setdefault(line.cell.column, []).append(line.text.strip())
    rows = (" | ".join(" ".join(cells[row][column]) for column in sorted(cells[row])) for row in sorted(cells))
    return "\n".join(rows)
