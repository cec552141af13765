"""Finds the cells of tables in a page by the tags that Word and its likes leave in a PDF."""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

#: Deeper than any document's tags; a PDF can be made to nest without end.
DEEPEST = 50
MOST_ELEMENTS = 50_000


class Cell(NamedTuple):
    """A cell by the page and number of its table, its row and its column, each from 0."""

    page: int
    table: int
    row: int
    column: int


def table_cells(page: Any, number: int) -> dict[int, Cell]:
    """The cells of a page's tables by the marked content in them; a single column or row is a frame and has none."""
    import pypdfium2.raw as raw

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    cells: dict[int, Cell] = {}
    try:
        roots = (raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(raw.FPDF_StructTree_CountChildren(tree)))
        elements = [element for root in roots if root for element in _within(root, raw)]
        tables = [element for element in elements[:MOST_ELEMENTS] if _kind(element, raw) == "Table"]
        for which, table in enumerate(tables):
            rows = [
                [cell for cell in _children(row, raw) if _kind(cell, raw) in ("TD", "TH")]
                for row in _within(table, raw)
                if _kind(row, raw) == "TR"
            ]
            if sum(len(row) > 1 for row in rows) < 2:
                continue
            for row_number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    place = Cell(number, which, row_number, column)
                    cells.update((mark, place) for element in _within(cell, raw) for mark in _marks(element, raw))
    finally:
        raw.FPDF_StructTree_Close(tree)
    return cells


def _children(element: Any, raw: Any) -> Iterator[Any]:
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, at):
            yield child


def _within(element: Any, raw: Any, depth: int = 0) -> Iterator[Any]:
    """The element and all below it."""
    yield element
    if depth < DEEPEST:
        for child in _children(element, raw):
            yield from _within(child, raw, depth + 1)


def _kind(element: Any, raw: Any) -> str:
    name = ctypes.create_string_buffer(64)
    length = raw.FPDF_StructElement_GetType(element, name, len(name))
    return name.raw[:length].decode("utf-16-le", "replace").rstrip("\0") if length <= len(name) else ""


def _marks(element: Any, raw: Any) -> Iterator[int]:
    for at in range(raw.FPDF_StructElement_GetMarkedContentIdCount(element)):
        mark = raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, at)
        if mark >= 0:
            yield mark
