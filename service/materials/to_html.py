"""A document as a web page that stands alone."""

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from service.materials.document import LICENCE, Document

FONTS = "Arial, Liberation Sans, DejaVu Sans, sans-serif"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["data_address"] = lambda svg: data_address(svg.encode(), "image/svg+xml")
    return made


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
        "licence": LICENCE,
    }
    return _environment().get_template("document.html").render(shown)
