"""Reads the PDF of an official guidance document into its numbered paragraphs, unnumbered blocks and footnotes.

The reader leans on what is printed, not on one document: left margin, weight and size of type, drawn
boxes, the rule above footnotes, and paragraph numbers that must follow on from one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Literal

from corpus.pages import Line, read_pages

BlockKind = Literal["paragraph", "box", "flow-chart", "footnote", "glossary-entry", "table", "text"]

NUMBERED = re.compile(r"(\d{1,3})\.\s+(?=\S)")
FOOTNOTE = re.compile(r"(\d{1,3})\s+(?=\S)|(\d{1,3})$")
BULLET = re.compile(r"[•▪◦‣·\uf0b7]\s")
#: Points by which bold type of the same size is set larger.
EMPHASIS = 1.5
#: Lines of one paragraph stand less than so many type sizes apart.
LEADING = 1.15
#: A list of contents or of figures, which says nothing of its own.
CONTENTS = re.compile(r"(?:table of )?(?:contents|figures)", re.IGNORECASE)
ANNEX = re.compile(r"\s*(?:annex|appendix|schedule)\b", re.IGNORECASE)
FLOW_CHART = re.compile(r"Flow chart (\d+)\b")


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
        """The numbered paragraphs by number; of two with one number the first, since annexes may begin again at 1."""
        return {b.number: b for b in reversed(self.blocks) if b.kind == "paragraph" and b.number is not None}

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


def _assemble(pages: list[tuple[list[Line], list[Line]]]) -> Iterator[Block]:
    body_size = median([line.size for body, _ in pages for line in body if not line.bold] or [0.0])
    started = _first_paragraph_page(pages)
    headings: list[Line] = []
    expected = 1
    series: tuple[str, ...] = ()
    current: Block | None = None
    paragraph: Block | None = None
    footnotes: list[Block] = []
    for number, (body, notes) in enumerate(pages, 1):
        noted = list(_footnotes(notes, footnotes))
        footnotes += noted
        yield from noted
        charts = [int(found[1]) for line in body if line.bold and (found := FLOW_CHART.match(line.text))]
        if charts and number >= started:
            yield Block(
                "flow-chart", charts[0], (f"Flow chart {charts[0]}",), sorted(body, key=lambda line: line.drawn)
            )
            current = paragraph = None
            continue
        for line in _sentences_as_text(body, body_size):
            can_begin = number >= started and not line.boxed and (not line.bold or line.size < body_size + EMPHASIS)
            found = NUMBERED.match(line.text) if can_begin else None
            if line.cell:
                if current is None or current.kind != "table":
                    current = Block("table", None, _path(headings), heading_notes=_noted(headings))
                    yield current
                current.lines.append(line)
            elif found and (int(found[1]) == expected or (int(found[1]) == 1 and _new_part(headings, series))):
                expected = int(found[1]) + 1
                unboxed = [one for one in headings if not one.boxed]
                series = series if int(found[1]) > 1 else _path(unboxed)[:1]
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


def _sentences_as_text(body: list[Line], body_size: float) -> Iterator[Line]:
    """The lines, those of a bold sentence hardly larger than the text as text: a heading has no full stop."""
    run: list[Line] = []
    for line in [*body, None]:
        bold = line is not None and line.bold and not line.boxed and line.cell is None
        if run and not (line and bold and line.size == run[-1].size and 0 < run[-1].y - line.y < LEADING * line.size):
            is_sentence = len(run) > 1 and run[0].size < body_size + EMPHASIS and run[-1].text.rstrip().endswith(".")
            yield from (replace(one, bold=False) for one in run) if is_sentence else run
            run = []
        if line and bold:
            run.append(line)
        elif line:
            yield line


def _new_part(headings: list[Line], series: tuple[str, ...]) -> bool:
    """Whether paragraphs may be numbered from 1 again, as an annex does: under another heading of the first level."""
    return (
        bool(series) and bool(headings) and _path(headings)[:1] != series and ANNEX.match(headings[0].text) is not None
    )


def _runs_on(current: Block | None, line: Line) -> bool:
    """Whether a bold line is emphasis, or an item of a list, rather than a heading."""
    if current is None or not current.lines:
        return False
    last = current.lines[-1]
    follows = last.page == line.page and 0 < last.y - line.y < LEADING * line.size
    if not line.boxed and (BULLET.match(line.text) or (last.bold and follows)):
        return True
    return last.page == line.page and line.text[:1].islower() and not re.search(r"[.:;!?]\s*$", last.text)


def _push(headings: list[Line], line: Line) -> list[Line]:
    last = headings[-1] if headings else None
    if last and last.page == line.page and abs(last.size - line.size) < 0.3 and 0 < last.y - line.y < 1.8 * line.size:
        joined = replace(
            last, y=line.y, text=f"{last.text.strip()} {line.text.strip()}", notes=(*last.notes, *line.notes)
        )
        return [*headings[:-1], joined]
    kept = [
        one
        for one in headings
        if (one.size > line.size + 0.3 or (line.boxed and not one.boxed)) and not CONTENTS.fullmatch(one.text.strip())
    ]
    return [*kept, line]


def _path(headings: list[Line]) -> tuple[str, ...]:
    return tuple(re.sub(r"\s+", " ", line.text).strip() for line in headings)


def _noted(headings: list[Line]) -> tuple[int, ...]:
    return headings[-1].notes if headings else ()


def _footnotes(lines: list[Line], before: list[Block]) -> Iterator[Block]:
    """The footnotes of a page, numbered on from those before it, the last of which may run on.

    The number may be set as a superscript or not.
    """
    number = max((block.number or 0 for block in before), default=0)
    last = before[-1] if before else None
    for line in lines:
        found = FOOTNOTE.match(line.text.strip())
        written = int(found[1] or found[2]) if found else None
        if number + 1 in (written, *line.notes[:1]):
            number += 1
            last = Block("footnote", number, ())
            yield last
        elif last is None or last.lines[-1].page < line.page - 1:
            last = Block("footnote", None, ())
            yield last
        last.lines.append(line)
