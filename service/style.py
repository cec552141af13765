"""The style sheet, which stands in every page, and the mark by which the pages' policy knows it."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).parent / "static"


@cache
def style() -> Markup:
    """The sheet built from the GOV.UK Design System, else our own plain one.

    In the page and not beside it: on a slow line a page that must first ask for its sheet shows a quarter of a second
    later, and what the sheet adds to each page is a tenth of that.
    """
    built = STATIC / "built" / "site.css"
    return Markup((built if built.is_file() else STATIC / "style.css").read_text(encoding="utf-8").strip())


@cache
def style_mark() -> str:
    """What the policy lets stand in a page: this sheet and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}'"
