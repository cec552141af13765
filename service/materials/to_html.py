"""A document as a web page that stands alone, and from that page as a tagged PDF (PDF/UA-1)."""

import base64
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ontology.errors import InputError
from service.materials.document import ATTRIBUTION, CAUTION, LICENCE, SAFETY, Document

FONTS = "Arial, Liberation Sans, DejaVu Sans, sans-serif"
PANGO = (
    "PDF files need the library pango, which is not on this machine; install it (Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango) or choose another format."
)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["css_string"] = css_string
    made.filters["data_address"] = lambda svg: data_address(svg.encode(), "image/svg+xml")
    return made


def css_string(text: str) -> Markup:
    """The text as a string of CSS: every sign that could end it, or the style sheet, is written by its number."""
    return Markup('"' + re.sub(r"[^\w .,;:()-]", lambda sign: f"\\{ord(sign[0]):x} ", text) + '"')


def data_address(content: bytes, media_type: str) -> str:
    """The content as an address that holds it, so that a page needs no file beside it."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def to_html(document: Document) -> str:
    """The document as one HTML file without scripts or anything fetched."""
    brand = document.stamp.brand
    shown = {
        "document": document,
        "brand": brand,
        "logo": data_address(brand.logo, f"image/{brand.logo_kind}") if brand.logo else None,
        "fonts": FONTS,
        "foot": f"{document.title}. {document.stamp.line}",
        "safety": SAFETY,
        "caution": CAUTION,
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
    }
    return _environment().get_template("document.html").render(shown)


def to_pdf(document: Document) -> bytes:
    """The document as PDF; raises InputError where the machine lacks what that needs."""
    return html_to_pdf(to_html(document), f"{document.stamp.build} {document.stamp.made}")


def html_to_pdf(page: str, identifier: str) -> bytes:
    """A page as PDF/UA-1; the same page and identifier give the same bytes."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise InputError(PANGO) from error
    # Pictures come from the page itself; nothing is fetched from a disk or a network.
    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    written = HTML(string=page, url_fetcher=fetcher).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()
    )
    return bytes(written)
