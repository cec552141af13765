"""A document as a Word file: real headings, header rows that repeat, rows that keep together, a foot on every page."""

import io
from typing import Any
from xml.sax.saxutils import escape

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
from service.materials.same_bytes import fixed_zip, set_properties

FONT = "Arial"
#: The width between the margins of an A4 page, in twentieths of a point, and in millimetres.
WIDTH, WIDTH_MM = 10205, 180
#: How high a picture may be and still stand on one page with its heading.
HEIGHT_MM = 225
LINK = "0B5563"


def to_docx(document: Document) -> bytes:
    """The document as a Word file."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        import docx
        from docx.oxml.ns import nsdecls

        self.document = document
        self.brand = document.stamp.brand
        self.file = docx.Document()
        self._declared = nsdecls("w", "r")
        self._links: dict[str, str] = {}

    def write(self) -> bytes:
        self._set_up()
        self._head()
        for block in self.document.blocks:
            match block:
                case Heading():
                    heading = self.file.add_heading(block.text, block.level)
                    heading.paragraph_format.page_break_before = block.new_page
                case Paragraph():
                    self._paragraph(block.text, "Small" if block.small else "Normal")
                case Note():
                    self._paragraph(f"Note: {block.text}", "Notice")
                case Points():
                    style = self.file.styles["List Number" if block.numbered else "List Bullet"].style_id
                    for item in block.items:
                        self._point(item, style)
                case Table():
                    self._table(block)
                case Picture():
                    self._picture(block)
        self._end()
        written = io.BytesIO()
        self.file.save(written)
        return fixed_zip(written.getvalue())

    def _set_up(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml import parse_xml
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        set_properties(self.file.core_properties, self.document)
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin, section.bottom_margin = Mm(15), Mm(18)
        styles = self.file.styles
        sizes = {"Normal": 10, "Title": 19, "Subtitle": 10.5, "Heading 2": 14, "Heading 3": 11}
        sizes |= {"List Bullet": 10, "List Number": 10}
        for name, size in sizes.items():
            style = styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.paragraph_format.space_after = Pt(4)
            if name.startswith("Heading"):
                style.font.color.rgb = RGBColor.from_string(self.brand.heading.upper())
                style.paragraph_format.space_before = Pt(12 if name == "Heading 2" else 8)
                style.paragraph_format.keep_with_next = True
        for name, size in (("Small", 8.5), ("Notice", 10), ("Foot", 7.5)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style, style.font.size = styles["Normal"], Pt(size)
        bands = dict.fromkeys(("Title", "Subtitle"), (self.brand.colour, self.brand.ink))
        for name, (fill, ink) in {**bands, "Notice": ("fff4d6", "17212b")}.items():
            style = styles[name]
            style.font.color.rgb, style.font.italic = RGBColor.from_string(ink.upper()), False
            for spread in style.element.get_or_add_rPr().findall(qn("w:spacing")):
                style.element.rPr.remove(spread)
            properties = style.element.get_or_add_pPr()
            for border in properties.findall(qn("w:pBdr")):
                properties.remove(border)
            shading = parse_xml(f'<w:shd {self._declared} w:val="clear" w:color="auto" w:fill="{fill}"/>')
            properties.insert_element_before(
                shading, "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc",
                "w:outlineLvl",
            )  # fmt: skip
            style.paragraph_format.space_after = Pt(0 if name != "Notice" else 4)
        language = parse_xml(f'<w:lang {self._declared} w:val="en-GB"/>')
        styles["Normal"].element.get_or_add_rPr().append(language)

    def _head(self) -> None:
        from docx.shared import Emu, Mm

        if self.brand.logo:
            paragraph = self.file.add_paragraph()
            shape = paragraph.add_run().add_picture(io.BytesIO(self.brand.logo), height=Mm(14))
            if shape.width > Mm(60):
                shape.height, shape.width = Emu(shape.height * Mm(60) // shape.width), Mm(60)
            self._alt(shape, self.brand.logo_alt)
        self.file.add_paragraph(self.document.title, "Title")
        for line in filter(None, (self.document.subtitle, self.brand.name)):
            self.file.add_paragraph(line, "Subtitle")
        self.file.add_paragraph(style="Foot")

    def _end(self) -> None:
        for line in (*self.document.stamp.closing, LICENCE):
            self._paragraph(line, "Small")
        foot = self.file.sections[0].footer.paragraphs[0]
        foot.style = self.file.styles["Foot"]
        foot.add_run(f"{self.document.foot} Page ")
        self._field(foot, "PAGE")

    def _field(self, paragraph: Any, code: str) -> None:
        from docx.oxml import parse_xml

        paragraph._p.append(
            parse_xml(f'<w:fldSimple {self._declared} w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )

    def _paragraph(self, text: str, style: str) -> None:
        self.file.add_paragraph(text, style)

    def _point(self, item: Lines, style: str) -> None:
        from docx.oxml import parse_xml

        runs = "<w:r><w:br/></w:r>".join(map(self._run, item))
        point = f'<w:p {self._declared}><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'
        self.file.element.body.insert_element_before(parse_xml(point), "w:sectPr")

    def _run(self, line: Line, size: float | None = None) -> str:
        """A line as WordprocessingML; written as text, for hundreds of rows and points are slow one by one."""
        look = f'<w:sz w:val="{int(size * 2)}"/>' if size else ""
        strong = "<w:b/>" if line.strong else ""
        text = f'<w:t xml:space="preserve">{escape(line.text)}</w:t>'
        if not line.link:
            return f"<w:r><w:rPr>{strong}{look}</w:rPr>{text}</w:r>"
        look = f'{strong}<w:color w:val="{LINK}"/>{look}<w:u w:val="single"/>'
        return f'<w:hyperlink r:id="{self._link(line.link)}"><w:r><w:rPr>{look}</w:rPr>{text}</w:r></w:hyperlink>'

    def _link(self, address: str) -> str:
        from docx.opc.constants import RELATIONSHIP_TYPE

        if address not in self._links:
            self._links[address] = self.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return self._links[address]

    def _table(self, table: Table) -> None:
        from docx.oxml import parse_xml

        caption = self.file.add_paragraph(table.caption)
        caption.runs[0].bold, caption.paragraph_format.keep_with_next = True, True
        total = sum(table.widths)
        widths = [WIDTH * width // total for width in table.widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        heads = "".join(
            self._cell((Line(column, strong=True),), width, "E8EEF0")
            for column, width in zip(table.columns, widths, strict=True)
        )
        rows = "".join(
            f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
            for cells in (
                "".join(self._cell(cell, width) for cell, width in zip(row, widths, strict=True)) for row in table.rows
            )
        )
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A979E"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        element = parse_xml(
            f'<w:tbl {self._declared}><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>'
            '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
            f'<w:tblLook w:firstRow="1"/><w:tblCaption w:val="{escape(table.caption, {chr(34): "&quot;"})}"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>"
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>{rows}</w:tbl>"
        )
        caption._p.addnext(element)
        self.file.add_paragraph(style="Foot")

    def _cell(self, lines: Lines, width: int, fill: str = "") -> str:
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        paragraphs = "".join(
            f'<w:p><w:pPr><w:spacing w:after="20"/></w:pPr>{self._run(line, 8.5)}</w:p>'
            for line in lines or (Line(""),)
        )
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{paragraphs}</w:tc>'

    def _picture(self, picture: Picture) -> None:
        from docx.shared import Mm

        width = min(WIDTH_MM, HEIGHT_MM * picture.width / picture.height)
        paragraph = self.file.add_paragraph()
        shape = paragraph.add_run().add_picture(io.BytesIO(picture.png()), width=Mm(width))
        self._alt(shape, picture.alt)

    def _alt(self, shape: Any, words: str) -> None:
        shape._inline.docPr.set("descr", words)
