"""The process as a poster: every event of child protection with its clocks, on A3, as SVG and as PDF."""

import textwrap
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from service import process
from service.answer import DutyCard, TimeLimit
from service.catalogue import Catalogue
from service.materials.content import Wish, capital, conditions, held_edition, stamp_of
from service.materials.document import ATTRIBUTION, CAUTION, LICENCE, SAFETY
from service.materials.fitting import LETTER
from service.materials.picture import CHILD_PROTECTION, points_of
from service.materials.to_html import data_address
from service.materials.to_pdf import drawing_to_pdf
from service.process import Event
from service.text import bearers_text, modality_text, place_text

#: A3 upright in dots of 1/96 inch, with its margins and what stands above and below the picture.
WIDTH, HEIGHT = 1123, 1587
MARGIN, HEAD, FOOT, GAP = 30, 128, 122, 22
#: How many letters stand on one line of a box.
CHARACTERS = 27
#: The share of the width that the list of clocks takes, and the sizes of letters tried for it, the largest first.
LIST_SHARE, SIZES = 0.48, (11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
TITLE = "The child protection process and its clocks"
#: Marks of a clock, and what they mean.
AROUND, TWO_WAYS = "\u2020", "*"
MARKS = f"{AROUND} Who acts is clear from the text around. {TWO_WAYS} Another place pulls another way: read both."
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


@dataclass(frozen=True)
class Clock:
    """A time limit with its number on the poster."""

    number: int
    event: Event
    limit: TimeLimit
    duty: DutyCard

    @property
    def text(self) -> str:
        """Who, how firmly, what, by when, under which conditions, and where it says so."""
        duty = self.duty
        depends = "".join(f" {one.rstrip('.')}." for one in conditions(duty))
        marks = (AROUND if duty.bearer_basis == "inferred" else "") + (TWO_WAYS if duty.conflicts else "")
        return (
            f"{bearers_text(duty)} {modality_text(duty)}: {duty.action}, {self.limit.text} (set by "
            f"{self.limit.set_by}).{depends} {capital(place_text(duty.provision))}{f' {marks}' if marks else ''}."
        )


@dataclass(frozen=True)
class Entry:
    """A clock in the list beside the picture, where it stands and on which lines."""

    number: int
    y: float
    lines: list[str]


def poster_svg(catalogue: Catalogue, wish: Wish) -> str:
    """The poster as an SVG file."""
    edition = held_edition(catalogue, wish.edition)
    stamp = stamp_of(catalogue, edition, wish)
    drawn, clocks = _drawn(catalogue, edition)
    list_width = (WIDTH - 2 * MARGIN) * LIST_SHARE
    room = HEIGHT - HEAD - FOOT
    scale = min((WIDTH - 2 * MARGIN - GAP - list_width) / drawn.width, room / drawn.height)
    list_left = MARGIN + drawn.width * scale + GAP
    size, entries = _fitted(clocks, WIDTH - MARGIN - list_left, room)
    foot = [MARKS, stamp.line, *stamp.notices, f"{SAFETY} {CAUTION}", f"{ATTRIBUTION} {LICENCE}"]
    shown = {
        "stamp": stamp, "brand": stamp.brand, "title": TITLE, "picture": drawn, "entries": entries, "size": size,
        "words": in_words(clocks), "scale": scale, "left": MARGIN, "head": HEAD, "list_left": list_left,
        "width": WIDTH, "height": HEIGHT, "margin": MARGIN,
        "logo": data_address(stamp.brand.logo, f"image/{stamp.brand.logo_kind}") if stamp.brand.logo else None,
        "foot": [line for text in foot for line in textwrap.wrap(text, int((WIDTH - 2 * MARGIN) / (11 * LETTER)))],
        "lines": [(line, points_of(line)[-1]) for line in drawn.lines], "foot_top": HEIGHT - FOOT + 22,
        "labels": {box.event.id: len(textwrap.wrap(box.event.label, CHARACTERS)) for box in drawn.boxes},
    }  # fmt: skip
    return _templates.get_template("poster.svg").render(shown)


def poster_pdf(catalogue: Catalogue, wish: Wish) -> bytes:
    """The poster as a PDF of one A3 page; what it shows is told in words for who cannot see it."""
    edition = held_edition(catalogue, wish.edition)
    _, clocks = _drawn(catalogue, edition)
    return drawing_to_pdf(poster_svg(catalogue, wish), in_words(clocks), TITLE, stamp_of(catalogue, edition, wish))


def in_words(clocks: list[Clock]) -> str:
    """Everything on the poster, as one would read it out."""
    return f"{TITLE}. " + " ".join(f"{one.number}. After {one.event.label}: {one.text}" for one in clocks)


def clocks_of(events: list[Event]) -> list[Clock]:
    """The clocks of the events in their order, numbered."""
    pairs = [(event, limit, duty) for event in events for limit, duty in event.clocks]
    return [Clock(number, event, limit, duty) for number, (event, limit, duty) in enumerate(pairs, 1)]


def _drawn(catalogue: Catalogue, edition: str) -> tuple[process.Picture, list[Clock]]:
    """The picture with the numbers of the clocks in its boxes, and the clocks."""
    events = process.events_of(catalogue, edition)
    plain = next(one for one in process.pictures_of(events) if _is_child_protection(one))
    ordered = [box.event for box in sorted(plain.boxes, key=lambda box: (box.y, box.x))]
    clocks = clocks_of(ordered)
    words = {event.id: _box_words(event, [one for one in clocks if one.event.id == event.id]) for event in ordered}
    pictures = process.pictures_of(events, lambda event: words.get(event.id) or process.box_words(event))
    return next(one for one in pictures if _is_child_protection(one)), clocks


def _is_child_protection(picture: process.Picture) -> bool:
    return any(box.event.id == CHILD_PROTECTION for box in picture.boxes)


def _box_words(event: Event, clocks: list[Clock]) -> list[str]:
    """The label of an event, then each of its limits once with the numbers of the clocks that have it."""
    by_limit: dict[str, list[str]] = {}
    for one in clocks:
        by_limit.setdefault(_short(one.limit), []).append(str(one.number))
    limits = [f"{limit}: {', '.join(numbers)}" for limit, numbers in by_limit.items()]
    return [
        *textwrap.wrap(event.label, CHARACTERS),
        *(line for one in limits for line in textwrap.wrap(one, CHARACTERS)),
    ]


def _short(limit: TimeLimit) -> str:
    """The limit without the event, for that stands in the box already."""
    from service.materials.quiz import amount_text

    if limit.duration:
        words = {"within": "within", "before": "before, by", "every": "at most every", "for-at-least": "for at least"}
        return f"{words.get(limit.relation, limit.relation)} {amount_text(limit)}"
    return limit.relation.replace("-", " ").replace("set elsewhere", "limit set elsewhere")


def _fitted(clocks: list[Clock], width: float, room: float) -> tuple[float, list[Entry]]:
    """The clocks in lines, in the largest letters that fit; the smallest fit the longest process that is recorded."""
    for size in SIZES:
        entries, y = [], size
        for one in clocks:
            letters = int((width - size * 2.6) / (size * LETTER * 0.95))
            lines = textwrap.wrap(one.text, letters)
            entries.append(Entry(one.number, y, lines))
            y += len(lines) * size * 1.22 + size * 0.5
        if y - size <= room:
            break
    return size, entries
