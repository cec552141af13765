"""A trainer's own name, logo and colour, checked before they go into a file."""

import re
from pathlib import Path
from typing import Literal

from ontology.errors import InputError
from service.materials.document import Brand

LONGEST_NAME = 80
LARGEST_LOGO = 2_000_000
BEGINNINGS: dict[bytes, Literal["png", "jpeg"]] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


def read_brand(name: str = "", colour: str = "", logo: Path | None = None) -> Brand:
    """The brand from what was typed; raises InputError for what cannot be used."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(f"The name is longer than {LONGEST_NAME} characters or cannot be printed; shorten it.")
    if colour and not re.fullmatch(r"#?[0-9a-fA-F]{6}", colour):
        raise InputError(f"'{colour[:20]}' is no colour; write it as six digits, for instance #14424d.")
    chosen = colour.removeprefix("#").lower() or Brand().colour
    if logo is None:
        return Brand(name.strip(), chosen)
    try:
        content = logo.read_bytes()
    except OSError as error:
        raise InputError(f"{logo}: cannot be read ({error.strerror}); give a PNG or JPEG file.") from error
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), None)
    if kind is None or len(content) > LARGEST_LOGO or not _is_whole(content):
        raise InputError(f"{logo}: this is no PNG or JPEG picture of at most 2 MB; give another.")
    return Brand(name.strip(), chosen, content, kind)


def _is_whole(content: bytes) -> bool:
    import io

    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True
