"""CSV that is safe to open in a spreadsheet: no cell of ours is run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

#: A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows under their headings; a cell that would be a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: object) -> str:
    written = "" if cell is None else str(cell)
    return f"'{written}" if written.startswith(FORMULA) else written
