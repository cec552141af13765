"""The process as a picture and a table: which event comes before which, and the clocks that each starts."""

import textwrap
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from service.answer import DutyCard, TimeLimit, duty_card
from service.catalogue import Catalogue

BOX_WIDTH, LINE, PADDING, GAP_ACROSS, GAP_DOWN, MARGIN = 244, 20, 12, 26, 44, 6
#: How many characters of a label stand on one line of a box.
CHARACTERS = 27
BEND = 26

#: A place in a row: an event, or a way between two events that passes the row.
Slot = str | tuple[str, str, int]


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
    #: The ways from event to event, as SVG paths.
    lines: list[str]


def events_of(library: Catalogue, edition: str) -> dict[str, Event]:
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


def box_words(event: Event) -> list[str]:
    """What stands in the box of an event: its label, and how many time limits it starts."""
    return textwrap.wrap(event.label, CHARACTERS) + _clock_line(event)


def pictures_of(events: dict[str, Event], words: Callable[[Event], list[str]] = box_words) -> list[Picture]:
    """One picture for each set of events that hang together, the largest first."""
    return [_draw(events, names, words) for names in _sets(events)]


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


def _draw(events: dict[str, Event], names: list[str], words_of: Callable[[Event], list[str]]) -> Picture:
    rows, ways = _rows(events, names)
    widest = max(map(len, rows))
    width = widest * BOX_WIDTH + (widest - 1) * GAP_ACROSS + 2 * MARGIN
    boxes: dict[str, Box] = {}
    #: The middle of each place across, with its top and its bottom; a way that passes a row has a place there too.
    places: dict[Slot, tuple[int, int, int]] = {}
    top = MARGIN
    for row in rows:
        words = {name: words_of(events[name]) for name in row if isinstance(name, str)}
        height = max(map(len, words.values())) * LINE + 2 * PADDING
        left = (width - len(row) * BOX_WIDTH - (len(row) - 1) * GAP_ACROSS) // 2
        for number, slot in enumerate(row):
            x = left + number * (BOX_WIDTH + GAP_ACROSS)
            places[slot] = (x + BOX_WIDTH // 2, top, top + height)
            if isinstance(slot, str):
                boxes[slot] = Box(events[slot], words[slot], x, top, BOX_WIDTH, height)
        top += height + GAP_DOWN
    lines = [_line([places[slot] for slot in way]) for way in ways]
    title = " and ".join(f"“{name.event.label}”" for name in list(boxes.values())[: len(rows[0])][:2])
    return Picture(f"From {title}", width, top - GAP_DOWN + MARGIN, list(boxes.values()), lines)


def _line(places: list[tuple[int, int, int]]) -> str:
    """An SVG path from the bottom of the first place to the top of the last, straight through those between."""
    x, _, bottom = places[0]
    path = [f"M{x} {bottom}"]
    for number, (across, top, below) in enumerate(places[1:], 2):
        path.append(f"C{x} {bottom + BEND} {across} {top - BEND} {across} {top}")
        if number < len(places):
            path.append(f"V{below}")
        x, bottom = across, below
    return "".join(path)


def _rows(events: dict[str, Event], names: list[str]) -> tuple[list[list[Slot]], list[list[Slot]]]:
    """The events row by row, each below all that come before it; and the slots that the way between each two takes."""
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max(map(deep, events[name].before), default=-1)
        return depth[name]

    for name in names:
        deep(name)
    # An event that nothing comes before stands just above what it leads to, not at the very top.
    for name in names:
        if not events[name].before and events[name].after:
            depth[name] = min(depth[one] for one in events[name].after) - 1
    rows: list[list[Slot]] = [[] for _ in range(max(depth.values()) + 1)]
    above: dict[Slot, list[Slot]] = {}
    ways: list[list[Slot]] = []
    for name in names:
        rows[depth[name]].append(name)
        for one in events[name].after:
            passed: list[Slot] = [(name, one, row) for row in range(depth[name] + 1, depth[one])]
            for slot, row in zip(passed, range(depth[name] + 1, depth[one]), strict=True):
                rows[row].append(slot)
            ways.append([name, *passed, one])
            for slot, following in pairwise(ways[-1]):
                above.setdefault(following, []).append(slot)
    place: dict[Slot, float] = {}
    for row_of in rows:
        middle = (len(row_of) - 1) / 2
        row_of.sort(key=lambda slot: (_mean([place[one] for one in above.get(slot, ())]), str(slot)))
        place |= {slot: number - middle for number, slot in enumerate(row_of)}
    return rows, ways


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _clock_line(event: Event) -> list[str]:
    count = len(event.clocks)
    return [f"{count} time limit{'' if count == 1 else 's'}"] if count else []
