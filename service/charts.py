"""Pictures of what a record or a result holds: boxes in columns with the links between them, and bars of numbers."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.entities import Entity, Fact, Value, page_of
from service.process import BOX_WIDTH, CHARACTERS, GAP_DOWN, LINE, MARGIN, PADDING
from service.summary import short

GAP_BETWEEN, GAP_ACROSS = 14, 90
#: A picture of more is no picture; the same as text has them all.
MOST_BOXES, MOST_BARS = 12, 30
LONGEST_LABEL = 110
#: Bars begin beside the longest name, and at the latest here.
BAR_HEIGHT, BAR_WIDTH, BAR_START, CHARACTER_WIDTH = 26, 220, 300, 8
NUMBERS = tuple(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double"))


@dataclass(frozen=True)
class Box:
    """A thing: how it is linked, its words line by line, and where it leads."""

    x: int
    y: int
    height: int
    relation: str
    lines: list[str]
    link: str | None
    width: int = BOX_WIDTH


@dataclass(frozen=True)
class Links:
    """Boxes in columns, with ways from left to right."""

    title: str
    width: int
    height: int
    boxes: list[Box]
    #: As SVG paths.
    ways: list[str]
    #: Whether there was more than there is room for.
    more: bool


@dataclass(frozen=True)
class Bar:
    """A number with its name."""

    name: str
    number: str
    y: int
    length: int


@dataclass(frozen=True)
class Bars:
    """Numbers side by side."""

    title: str
    width: int
    height: int
    bars: list[Bar]
    more: bool
    #: Where the bars begin; their names end just before.
    start: int


#: A box before it has its place: how it is linked, its words, where it leads.
Thing = tuple[str, str, str | None]


def neighbourhood(entity: Entity) -> Links | None:
    """A record in the middle, what points to it on the left, what it leads to on the right; None where it is alone."""
    left, right = _linked(entity.pointed_at), _linked(entity.facts)
    if not left and not right:
        return None
    columns: list[list[Thing]] = [left[:MOST_BOXES], [("", entity.label, None)], right[:MOST_BOXES]]
    middle = len(columns[0])
    ways = [(number, middle) for number in range(middle)]
    ways += [(middle, middle + 1 + number) for number in range(len(columns[2]))]
    more = entity.more or len(left) > MOST_BOXES or len(right) > MOST_BOXES
    return _draw("What leads to it, and what it leads to", columns, ways, more)


def picture_of_rows(names: Sequence[str], rows: list[dict[str, Any]]) -> Bars | Links | None:
    """Bars where a column holds numbers and another names; else the links from the first column to the second."""
    if len(rows) < 2:
        return None
    whole = [name for name in names if all(name in row for row in rows)]
    numbers = [name for name in whole if all(row[name].get("datatype") in NUMBERS for row in rows)]
    words = [name for name in names if name not in numbers and name in whole]
    if numbers and words:
        return _bars(words, numbers[0], rows)
    if len(words) >= 2:
        return links_of([(row[words[0]], words[1], row[words[1]]) for row in rows], f"From {words[0]} to {words[1]}")
    return None


def links_of(found: Sequence[tuple[dict[str, str], str, dict[str, str]]], title: str) -> Links | None:
    """What is on the left leads to what is on the right; the terms are as SPARQL's JSON has them."""
    columns: tuple[dict[str, int], dict[str, int]] = ({}, {})
    things: tuple[list[Thing], list[Thing]] = ([], [])
    ways: list[tuple[int, int]] = []
    more = False
    for start, relation, end in found:
        pair = []
        for side, term in enumerate((start, end)):
            value, at = term["value"], columns[side]
            if value not in at and len(at) < MOST_BOXES:
                at[value] = len(at)
                page = page_of(value) if term["type"] == "uri" else ""
                # A query can make any address up, so only those that lead to our own pages are links.
                things[side].append((relation if side else "", short(value), page if page.startswith("/") else None))
            pair.append(at.get(value))
        if pair[0] is None or pair[1] is None:
            more = True
        elif (pair[0], pair[1]) not in ways:
            ways.append((pair[0], pair[1]))
    if not ways:
        return None
    first = len(things[0])
    return _draw(title, list(things), [(start, first + end) for start, end in ways], more)


def _linked(facts: Sequence[Fact]) -> list[Thing]:
    """The records among the values; what is a value of the ontology (must, inferred) stands in the text alone."""
    return [(fact.label, value.text, value.link) for fact in facts for value in fact.values if _is_record(value)]


def _is_record(value: Value) -> bool:
    return value.link is not None and value.link.startswith("/id/")


def _draw(title: str, columns: list[list[Thing]], ways: list[tuple[int, int]], more: bool) -> Links:
    words = [
        [textwrap.wrap(textwrap.shorten(text, LONGEST_LABEL, placeholder=" …"), CHARACTERS) for _, text, _ in column]
        for column in columns
    ]
    heights = [
        [(len(lines) + bool(thing[0])) * LINE + 2 * PADDING for thing, lines in zip(column, texts, strict=True)]
        for column, texts in zip(columns, words, strict=True)
    ]
    full = [sum(column) + max(len(column) - 1, 0) * GAP_BETWEEN for column in heights]
    height = max(full) + 2 * MARGIN
    boxes: list[Box] = []
    x = MARGIN
    for column, texts, tall, whole in zip(columns, words, heights, full, strict=True):
        if not column:
            continue
        y = (height - whole) // 2
        for (relation, _, link), lines, one in zip(column, texts, tall, strict=True):
            boxes.append(Box(x, y, one, relation, lines, link))
            y += one + GAP_BETWEEN
        x += BOX_WIDTH + GAP_ACROSS
    paths = [_way(boxes[start], boxes[end]) for start, end in ways]
    return Links(title, x - GAP_ACROSS + MARGIN, height, boxes, paths, more)


def _way(start: Box, end: Box) -> str:
    """From the right edge of one box to the left edge of the other."""
    x, y, to = start.x + BOX_WIDTH, start.y + start.height // 2, end.y + end.height // 2
    return f"M{x} {y}C{x + GAP_DOWN} {y} {end.x - GAP_DOWN} {to} {end.x} {to}"


def _bars(words: list[str], number: str, rows: list[dict[str, Any]]) -> Bars | None:
    shown = rows[:MOST_BARS]
    values = [float(row[number]["value"]) for row in shown]
    most = max(values)
    if min(values) < 0 or most == 0:
        return None
    bars = [
        Bar(
            textwrap.shorten(", ".join(short(row[name]["value"]) for name in words), 38, placeholder=" …"),
            row[number]["value"],
            MARGIN + at * BAR_HEIGHT,
            round(BAR_WIDTH * value / most),
        )
        for at, (row, value) in enumerate(zip(shown, values, strict=True))
    ]
    start = min(BAR_START, max(len(bar.name) for bar in bars) * CHARACTER_WIDTH + 2 * MARGIN)
    width, height = start + BAR_WIDTH + 70, len(bars) * BAR_HEIGHT + 2 * MARGIN
    return Bars(f"{number} by {', '.join(words)}", width, height, bars, len(rows) > len(bars), start)
