"""How much room words take, told beforehand: on the cautious side, so that nothing is cut and nothing runs over."""

from collections.abc import Sequence

from service.materials.document import Lines

#: The mean width of a letter of Arial or Liberation Sans as a share of its size.
LETTER = 0.5
#: The height of a line as a share of the letters' size.
LEADING = 1.25
#: What the borders and margins of a cell take, in points.
CELL_ACROSS, CELL_DOWN = 12.0, 6.0


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a text takes in so many points across; a word that does not fit goes to the next."""
    room = max(4, int(width / (LETTER * size)))
    count, used = 1, 0
    for word in text.split():
        length = len(word)
        if used and used + 1 + length > room:
            count, used = count + 1, 0
        count += (length - 1) // room if not used else 0
        used = (used + 1 if used else 0) + (length if length <= room else length % room)
    return count


def height_of(text: str, width: float, size: float) -> float:
    """The height of a text in points."""
    return lines_of(text, width, size) * size * LEADING


def row_height(row: Sequence[Lines], widths: Sequence[int], width: float, size: float) -> float:
    """The height of a table's row in points."""
    total = sum(widths)
    cells = zip(row, widths, strict=True)
    tallest = max(
        sum(lines_of(line.text, width * share / total - CELL_ACROSS, size) for line in cell) for cell, share in cells
    )
    return tallest * size * LEADING + CELL_DOWN


def that_fit(heights: Sequence[float], room: float) -> int:
    """How many, from the first on, fit into so many points."""
    used = 0.0
    for number, height in enumerate(heights):
        used += height
        if used > room:
            return number
    return len(heights)
