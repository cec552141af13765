"""Office files that are the same bytes for the same content: no clock, no order of chance."""

import io
import zipfile
from datetime import datetime
from typing import Any

from service.materials.document import Document

#: The first day that a ZIP archive can hold.
BEGINNING = (1980, 1, 1, 0, 0, 0)


def set_properties(properties: Any, document: Document) -> None:
    """Say what a file is, in the properties that every office file has."""
    author = document.stamp.brand.author
    properties.title, properties.subject, properties.author = document.title, document.stamp.line, author
    properties.last_modified_by, properties.language, properties.revision = author, "en-GB", 1
    properties.keywords, properties.comments, properties.category = "safeguarding", "", ""
    properties.created = properties.modified = datetime(*BEGINNING)


def fixed_zip(content: bytes) -> bytes:
    """The same archive with every entry dated by the first day that an archive can hold."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, BEGINNING)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            new.writestr(fixed, old.read(entry.filename))
    return written.getvalue()
