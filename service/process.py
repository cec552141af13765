"""The process as a picture and a table: which event comes before which, and the clocks that each starts."""

import textwrap
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from service.answer import DutyCard, TimeLimit, duty_card
from service.library import Library

BOX_WIDTH, LINE, PADDING, GAP_ACROSS, GAP_DOWN, MARGIN = 230, 20, 12, 26, 44, 6
#: How many characters of a label stand on one line of a box.
CHARACTERS = 27


@dataclass(frozen=True)
class Event:
    """An event with its neighbours in the process and the clocks that count from it."""

    id: str
    iri: str
    label: str
    before: list[str]
    after: list[str]
    clocks: list[tuple[TimeLimit, DutyCard]]


@dataclass(frozen=True)
class Box:
    """Where an event stands in a picture."""

    event: Event
    lines: list[str]
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """Events that hang together, drawn from top to bottom in the order in which they come."""

    title: str
    width: int
    height: int
    boxes: list[Box]
    #: Each as x and y of its start and of its end.
    lines: list[tuple[int, int, int, int]]


def events_of(library: Library, edition: str) -> dict[str, Event]:
    """Every event that comes before or after another, or starts a clock of the edition, by identifier."""
    terms: dict[str, Any] = library.cards["terms"]
    after = {name: list(term["precedes"]) for name, term in terms.items() if term["kind"] == "event"}
    before: dict[str, list[str]] = defaultdict(list)
    for name, following in after.items():
        for one in following:
            before[one].append(name)
    clocks: dict[str, list[tuple[TimeLimit, DutyCard]]] = defaultdict(list)
    for card in library.cards["duties"].values():
        if card["provision"]["edition"] == edition and card["time_limits"]:
            duty = duty_card(card)
            for limit in duty.time_limits:
                for anchor in limit.anchors:
                    clocks[anchor.id.rpartition("/")[2]].append((limit, duty))
    return {
        name: Event(name, terms[name]["id"], terms[name]["label"], before[name], after[name], clocks[name])
        for name in after
        if before[name] or after[name] or clocks[name]
    }


def pictures_of(events: dict[str, Event]) -> list[Picture]:
    """One picture for each set of events that hang together, the largest first."""
    return [_draw(events, names) for names in _sets(events)]


def _sets(events: dict[str, Event]) -> list[list[str]]:
    found: list[list[str]] = []
    seen: set[str] = set()
    for start in events:
        if start in seen:
            continue
        together, waiting = [], [start]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                together.append(name)
                waiting += [*events[name].before, *events[name].after]
        if len(together) > 1:
            found.append(sorted(together))
    return sorted(found, key=lambda names: (-len(names), names))


def _draw(events: dict[str, Event], names: list[str]) -> Picture:
    rows = _rows(events, names)
    widest = max(map(len, rows))
    width = widest * BOX_WIDTH + (widest - 1) * GAP_ACROSS + 2 * MARGIN
    boxes: dict[str, Box] = {}
    top = MARGIN
    for row in rows:
        words = {name: textwrap.wrap(events[name].label, CHARACTERS) + _clock_line(events[name]) for name in row}
        height = max(map(len, words.values())) * LINE + 2 * PADDING
        left = (width - len(row) * BOX_WIDTH - (len(row) - 1) * GAP_ACROSS) // 2
        for place, name in enumerate(row):
            x = left + place * (BOX_WIDTH + GAP_ACROSS)
            boxes[name] = Box(events[name], words[name], x, top, BOX_WIDTH, height)
        top += height + GAP_DOWN
    lines = [
        (boxes[name].x + BOX_WIDTH // 2, boxes[name].y + boxes[name].height, boxes[one].x + BOX_WIDTH // 2, boxes[one].y)
        for name in names
        for one in events[name].after
    ]
    title = " and ".join(f"“{events[name].label}”" for name in rows[0][:2])
    return Picture(f"From {title}", width, top - GAP_DOWN + MARGIN, list(boxes.values()), lines)


def _rows(events: dict[str, Event], names: list[str]) -> list[list[str]]:
    """The events row by row: each stands below all that come before it, near those that it follows."""
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max(map(deep, events[name].before), default=-1)
        return depth[name]

    # An event that begins a line of its own stands just above what it leads to, not at the very top.
    for name in names:
        deep(name)
    for name in names:
        if not events[name].before and events[name].after:
            depth[name] = min(depth[one] for one in events[name].after) - 1
    rows: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in names:
        rows[depth[name]].append(name)
    place: dict[str, float] = {}
    for row in rows:
        middle = (len(row) - 1) / 2
        row.sort(key=lambda name: (_mean([place[one] for one in events[name].before if one in place]), name))
        place |= {name: number - middle for number, name in enumerate(row)}
    return [row for row in rows if row]


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _clock_line(event: Event) -> list[str]:
    count = len(event.clocks)
    return [f"{count} time limit{'' if count == 1 else 's'}"] if count else []
