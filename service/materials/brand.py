"""A trainer's own name, logo and colour, checked before they go into a file."""

import re
from pathlib import Path
from typing import Literal

from ontology.errors import InputError
from service.materials.document import Brand

LONGEST_NAME = 80
#: The largest file taken for a logo, in bytes, and the most dots that it may have once opened.
LARGEST_LOGO, MOST_DOTS = 1_000_000, 12_000_000
#: How many dots across and down a logo keeps: enough for print at the size that it has.
LOGO_SIZE = (1200, 480)
BEGINNINGS: dict[bytes, Literal["png", "jpeg"]] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


def read_brand(name: str = "", colour: str = "", logo: Path | None = None) -> Brand:
    """The brand from what was typed; raises InputError for what cannot be used."""
    if logo is None:
        return make_brand(name, colour)
    try:
        with logo.open("rb") as file:
            content = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise InputError(f"{logo}: cannot be read ({error.strerror}); give a PNG or JPEG file.") from error
    return make_brand(name, colour, content, str(logo))


def make_brand(name: str = "", colour: str = "", logo: bytes | None = None, called: str = "The logo") -> Brand:
    """The brand from its parts; `called` is what a fault calls the logo. Raises InputError for what cannot be used."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(f"The name is longer than {LONGEST_NAME} characters or cannot be printed; shorten it.")
    if colour and not re.fullmatch(r"#?[0-9a-fA-F]{6}", colour):
        raise InputError(f"'{colour[:20]}' is no colour; write it as six digits, for instance #14424d.")
    chosen = colour.removeprefix("#").lower() or Brand().colour
    if logo is None:
        return Brand(name.strip(), chosen)
    kind = next((kind for beginning, kind in BEGINNINGS.items() if logo.startswith(beginning)), None)
    if kind is None or len(logo) > LARGEST_LOGO:
        raise InputError(f"{called}: this is no PNG or JPEG picture of at most 1 MB; give another.")
    return Brand(name.strip(), chosen, _redrawn(logo, kind, called), kind)


def _redrawn(content: bytes, kind: Literal["png", "jpeg"], called: str) -> bytes:
    """The picture alone, no larger than it is shown: without the place and the camera that a photograph tells."""
    import io

    from PIL import Image, ImageOps

    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_DOTS:
                raise InputError(f"{called}: this picture has too many dots; make it at most 1,200 wide.")
            picture = ImageOps.exif_transpose(opened).convert("RGBA" if kind == "png" else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"{called}: this is no whole PNG or JPEG picture; give another.") from error
    picture.thumbnail(LOGO_SIZE)
    picture.save(written, kind)
    return written.getvalue()
