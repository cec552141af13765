"""A document as a tagged PDF (PDF/UA-1), set by Typst from its data: nothing in it is taken for markup."""

import json
import re
from pathlib import Path
from typing import Any

from ontology.errors import InputError
from service.materials.document import LICENCE, Block, Document, Stamp, Table
from service.materials.fitting import row_height

HERE = Path(__file__).parent
FONTS = ("Arial", "Liberation Sans", "Helvetica", "DejaVu Sans")
#: The width between the margins of a page and the size of letters in a table, in points.
ACROSS, TABLE_SIZE = 510.0, 8.5
#: A row that is higher than so many points may go on over the page.
TALLEST = 400.0
#: How Typst says that it has no font for a text.
NO_FONT = r'the text `"(.+)"` could not be displayed'


def to_pdf(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes. Raises InputError for signs that no font has."""
    stamp = document.stamp
    brand = stamp.brand
    given = {
        **_properties(document.title, stamp),
        "under": list(filter(None, (document.subtitle, brand.name))),
        "colour": f"#{brand.colour}",
        "ink": f"#{brand.ink}",
        "heading": f"#{brand.heading}",
        "logo": list(brand.logo) if brand.logo else None,
        "logo-alt": brand.logo_alt,
        "foot": document.foot,
        "blocks": list(map(_block, document.blocks)),
        "end": stamp.closing,
        "licence": LICENCE,
    }
    return _compiled("document.typ", given)


def drawing_to_pdf(svg: str, words: str, title: str, stamp: Stamp) -> bytes:
    """A drawing as a PDF of one A3 page, with the words that say the same."""
    return _compiled("poster.typ", {**_properties(title, stamp), "svg": svg, "words": words})


def _properties(title: str, stamp: Stamp) -> dict[str, Any]:
    return {"title": title, "description": stamp.line, "author": stamp.brand.author, "fonts": FONTS}


def _block(block: Block) -> dict[str, Any]:
    shown = {"kind": type(block).__name__, **vars(block)}
    shown.pop("png", None)
    if isinstance(block, Table):
        shown["rows"] = [
            {"cells": row, "breaks": row_height(row, block.widths, ACROSS, TABLE_SIZE) > TALLEST} for row in block.rows
        ]
    return shown


def _compiled(template: str, given: dict[str, Any]) -> bytes:
    import typst

    inputs = {"document": json.dumps(given, default=vars)}
    try:
        return typst.compile(HERE / template, sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if unknown := re.search(NO_FONT, error.message):
            raise InputError(
                f"No font of this machine has the sign {unknown[1]!r}, so a PDF cannot show it; leave it out or choose "
                "another format."
            ) from error
        raise
