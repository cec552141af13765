"""A document as slides: a heading begins a slide, tables go on over as many as they need, notes carry the sources."""

import io
from dataclasses import replace
from typing import Any

from service.materials.document import (
    LICENCE,
    Document,
    Heading,
    Line,
    Lines,
    Note,
    Paragraph,
    Picture,
    Points,
    Table,
)
from service.materials.fitting import CELL_DOWN, LEADING, height_of, row_height, that_fit
from service.materials.same_bytes import fixed_zip, set_properties

FONT = "Arial"
#: A wide slide, in points.
WIDTH, HEIGHT = 960.0, 540.0
MARGIN, TITLE_HEIGHT, FOOT_HEIGHT = 36.0, 58.0, 26.0
ACROSS = WIDTH - 2 * MARGIN
TOP, BOTTOM = 84.0, HEIGHT - FOOT_HEIGHT - 10
TABLE_SIZE, TEXT_SIZE, TITLE_SIZE, FOOT_SIZE = 12.0, 16.0, 24.0, 9.0
TITLE_SLIDE, TITLE_ONLY = 0, 5
INK, LINK, PALE, CAUTION_FILL = "17212B", "0B5563", "E8EEF0", "FFF4D6"


def to_pptx(document: Document) -> bytes:
    """The document as a slide deck."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        from pptx import Presentation
        from pptx.util import Pt

        self.document = document
        self.brand = document.stamp.brand
        self.deck: Any = Presentation()
        self.deck.slide_width, self.deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
        self.slide: Any = None
        self.title = document.title
        self.down = TOP

    def write(self) -> bytes:
        set_properties(self.deck.core_properties, self.document)
        self._first()
        for block in self.document.blocks:
            match block:
                case Heading():
                    self.title = block.text
                    self.slide = None
                case Paragraph():
                    self._text(block.text, 12.0 if block.small else TEXT_SIZE)
                case Note():
                    self._text(f"Note: {block.text}", 14.0, CAUTION_FILL)
                case Points():
                    self._points(block)
                case Table():
                    self._table(block)
                case Picture():
                    self._picture(block)
        self._last()
        written = io.BytesIO()
        self.deck.save(written)
        return fixed_zip(written.getvalue())

    # Slides.

    def _first(self) -> None:
        from pptx.util import Pt

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[TITLE_SLIDE])
        self._fill(slide.background.fill, self.brand.colour)
        title, subtitle = slide.shapes.title, slide.placeholders[1]
        self._place(title, MARGIN, 120, ACROSS, 130)
        self._place(subtitle, MARGIN, 260, ACROSS, 120)
        self._words(title.text_frame, self.document.title, 36, self.brand.ink, bold=True)
        stamp = self.document.stamp
        under = "\n".join(filter(None, (self.document.subtitle, self.brand.name, stamp.line)))
        self._words(subtitle.text_frame, under, 18, self.brand.ink)
        for shape in (title, subtitle):
            shape.text_frame.word_wrap = True
        if self.brand.logo:
            picture = slide.shapes.add_picture(io.BytesIO(self.brand.logo), Pt(MARGIN), Pt(MARGIN), height=Pt(56))
            if picture.width > Pt(220):
                picture.height, picture.width = int(picture.height * Pt(220) / picture.width), Pt(220)
            self._alt(picture, self.brand.logo_alt)
        self._note(slide, [*stamp.notices, *stamp.closing, LICENCE])

    def _last(self) -> None:
        self.title, self.slide = "About these slides", None
        for text in (*self.document.stamp.closing, LICENCE):
            self._text(text, TEXT_SIZE)

    def _next(self) -> None:
        """Begin a slide under the heading that holds, with a foot."""
        from pptx.util import Pt

        title = f"{self.title} (continued)" if self.slide is not None else self.title
        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[TITLE_ONLY])
        shape = self.slide.shapes.title
        self._place(shape, MARGIN, 18, ACROSS, TITLE_HEIGHT)
        size = TITLE_SIZE if height_of(title, ACROSS - 14, TITLE_SIZE) <= TITLE_HEIGHT else 18.0
        self._words(shape.text_frame, title, size, self.brand.heading, bold=True)
        shape.text_frame.word_wrap = True
        foot = self.slide.shapes.add_textbox(Pt(MARGIN), Pt(HEIGHT - FOOT_HEIGHT), Pt(ACROSS), Pt(20))
        foot.name = "Foot"
        number = len(self.deck.slides)
        self._words(foot.text_frame, f"{self.document.stamp.line}   {number}", FOOT_SIZE, "47555E")
        self.down = TOP

    def _room(self, height: float) -> None:
        """See that so much room is left on the slide, else begin another."""
        if self.slide is None or (self.down + height > BOTTOM and self.down > TOP):
            self._next()

    # Blocks.

    def _text(self, text: str, size: float, fill: str | None = None) -> None:
        from pptx.util import Pt

        height = sum(height_of(line, ACROSS - 16, size) for line in text.split("\n")) + 10
        self._room(height)
        box = self.slide.shapes.add_textbox(Pt(MARGIN), Pt(self.down), Pt(ACROSS), Pt(height))
        if fill:
            self._fill(box.fill, fill)
        self._words(box.text_frame, text, size, INK)
        box.text_frame.word_wrap = True
        self.down += height + 6

    def _points(self, points: Points) -> None:
        notes = points.notes or ("",) * len(points.items)
        for number, (item, note) in enumerate(zip(points.items, notes, strict=True), 1):
            mark = f"{number}. " if points.numbered else "• "
            self._text(mark + "\n".join(line.text for line in item), TEXT_SIZE)
            if note:
                self._note(self.slide, [note])

    def _table(self, table: Table) -> None:
        rows = self._rows_that_fit(table)
        head = row_height(tuple((Line(one),) for one in table.columns), table.widths, ACROSS, TABLE_SIZE)
        while rows:
            self._room(head + row_height(rows[0][0], table.widths, ACROSS, TABLE_SIZE))
            heights = [row_height(row, table.widths, ACROSS, TABLE_SIZE) for row, _ in rows]
            count = max(1, that_fit(heights, BOTTOM - self.down - head))
            part, rows = rows[:count], rows[count:]
            self._draw(table, [row for row, _ in part], head, heights[:count])
            self._note(self.slide, list(dict.fromkeys(note for _, note in part if note)))
            self.down += head + sum(heights[:count]) + 10

    def _rows_that_fit(self, table: Table) -> list[tuple[tuple[Lines, ...], str]]:
        """The rows with their notes; one that is taller than a slide goes on in further rows, its other cells again."""
        room = BOTTOM - TOP - 30
        notes = table.notes or ("",) * len(table.rows)
        found: list[tuple[tuple[Lines, ...], str]] = []
        for row, note in zip(table.rows, notes, strict=True):
            longest = max(range(len(row)), key=lambda place: sum(len(line.text) for line in row[place]))
            waiting = row[longest]
            while waiting:
                count = len(waiting)
                while count > 1 and self._height(row, longest, waiting[:count], table) > room:
                    count -= 1
                part, waiting = waiting[:count], waiting[count:]
                if waiting:
                    part = (*part[:-1], replace(part[-1], text=f"{part[-1].text} (goes on)"))
                found.append(((*row[:longest], part, *row[longest + 1 :]), note))
        return found

    def _height(self, row: tuple[Lines, ...], place: int, lines: Lines, table: Table) -> float:
        return row_height((*row[:place], lines, *row[place + 1 :]), table.widths, ACROSS, TABLE_SIZE)

    def _draw(self, table: Table, rows: list[tuple[Lines, ...]], head: float, heights: list[float]) -> None:
        from pptx.util import Pt

        total = sum(table.widths)
        frame = self.slide.shapes.add_table(
            len(rows) + 1, len(table.columns), Pt(MARGIN), Pt(self.down), Pt(ACROSS), Pt(head + sum(heights))
        )
        frame.name = table.caption
        self._alt(frame, table.caption)
        drawn = frame.table
        for place, share in enumerate(table.widths):
            drawn.columns[place].width = Pt(ACROSS * share / total)
        for number, height in enumerate((head, *heights)):
            drawn.rows[number].height = Pt(max(height, TABLE_SIZE * LEADING + CELL_DOWN))
        for number, row in enumerate([tuple((Line(one, strong=True),) for one in table.columns), *rows]):
            for place, lines in enumerate(row):
                self._cell(drawn.cell(number, place), lines, self.brand.colour if number == 0 else None)

    def _cell(self, cell: Any, lines: Lines, fill: str | None) -> None:
        from pptx.util import Pt

        cell.margin_left = cell.margin_right = Pt(5)
        cell.margin_top = cell.margin_bottom = Pt(2.5)
        self._fill(cell.fill, fill or "FFFFFF")
        frame = cell.text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = line.text
            self._look(run.font, TABLE_SIZE, self.brand.ink if fill else LINK if line.link else INK, line.strong)
            if line.link:
                run.hyperlink.address = line.link

    def _picture(self, picture: Picture) -> None:
        from pptx.util import Pt

        self._room(BOTTOM - TOP)
        height = BOTTOM - self.down
        width = min(ACROSS, height * picture.width / picture.height)
        height = width * picture.height / picture.width
        left = MARGIN + (ACROSS - width) / 2
        shape = self.slide.shapes.add_picture(io.BytesIO(picture.png()), Pt(left), Pt(self.down), Pt(width), Pt(height))
        self._alt(shape, picture.alt)
        self.down += height + 6

    # Small things.

    def _note(self, slide: Any, lines: list[str]) -> None:
        frame = slide.notes_slide.notes_text_frame
        frame.text = "\n".join([*filter(None, [frame.text]), *lines])

    def _place(self, shape: Any, left: float, top: float, width: float, height: float) -> None:
        from pptx.util import Pt

        shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(width), Pt(height)

    def _words(self, frame: Any, text: str, size: float, colour: str, bold: bool = False) -> None:
        from pptx.enum.text import PP_ALIGN

        for number, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = line
            self._look(run.font, size, colour, bold)

    def _look(self, font: Any, size: float, colour: str, bold: bool) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        font.name, font.size, font.bold = FONT, Pt(size), bold
        font.color.rgb = RGBColor.from_string(colour.upper())

    def _fill(self, fill: Any, colour: str) -> None:
        from pptx.dml.color import RGBColor

        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(colour.upper())

    def _alt(self, shape: Any, words: str) -> None:
        shape._element.xpath("./*/p:cNvPr")[0].set("descr", words)
