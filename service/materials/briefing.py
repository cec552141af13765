"""The seven-minute briefing: seven fixed headings on at most two pages, with questions to discuss and actions."""

from typing import Any

from ontology.errors import InputError
from service.answer import DutyCard
from service.browse import topic_content
from service.catalogue import Catalogue
from service.materials.change_list import Changed, change_note, changes_since, topics_of_change
from service.materials.content import (
    DUTY_COLUMNS,
    DUTY_WIDTHS,
    Wish,
    capital,
    citation,
    duty_row,
    find_topic,
    held_edition,
    label_of,
    limits_text,
    place_of_record,
    qualifications,
    sentence,
    short_title,
    special_notices,
    stamp_of,
    topics_of,
)
from service.materials.document import Block, Document, Heading, Line, Lines, Note, Paragraph, Points, Table
from service.materials.fitting import height_of, row_height
from service.materials.reach_list import by_urgency, duties_of_role
from service.reach import find_role
from service.text import bearers_text, modality_text, place_text

#: The room of two pages under the head, and the width of a page, in points.
ROOM, ACROSS = 1300.0, 510.0
TEXT_SIZE, TABLE_SIZE = 10.0, 8.5
SINCE = "wt2018"
#: The seven headings; every briefing has them all, in this order.
HEADINGS = (
    "1. What this is about",
    "2. What must be done by law",
    "3. What must and should be done",
    "4. What changed",
    "5. What the guidance leaves open",
    "6. Questions to discuss",
    "7. Actions for our team",
)
#: What stands under a heading to which nothing recorded belongs.
NOTHING = "Nothing is recorded here. That does not mean that there is nothing."
ACTION_COLUMNS, ACTION_WIDTHS = ("What", "By when", "Where it says so", "Who here", "Done on"), (41, 17, 16, 14, 12)
#: How many of each at the most, before room is looked at.
MOST = {"law": 3, "duties": 9, "changes": 3, "silences": 2, "questions": 5, "actions": 5}
#: A duty whose row is taller than so many points is counted, and left to a handout.
TALLEST = 140.0
#: How many of each stay, whatever the room.
FEWEST = {"law": 1, "duties": 2, "changes": 1, "silences": 1, "questions": 1, "actions": 1}


def briefing(catalogue: Catalogue, topic: str, wish: Wish, role: str | None = None) -> Document:
    """The briefing on a topic, for a role; raises InputError where nothing is recorded."""
    edition = held_edition(catalogue, wish.edition)
    about = find_topic(topic, catalogue)
    whom = find_role(role, catalogue.cards["terms"]) if role else None
    duties = duties_of_role(catalogue, whom, edition) if whom else topic_content(catalogue.cards, about, edition)[0]
    duties = [duty for duty in duties if about in topics_of(catalogue, duty)]
    label = capital(label_of(catalogue, about))
    if not duties:
        reaches = f" that reaches {label_of(catalogue, whom)}" if whom else ""
        raise InputError(
            f"No duty on {label_of(catalogue, about)}{reaches} is recorded in {short_title(catalogue, edition)}, so "
            "there is nothing to write. That does not mean that there is none."
        )
    stamp = stamp_of(catalogue, edition, wish)
    notices = [*stamp.notices, *special_notices(catalogue.cards, edition, {about})]
    counts = dict(MOST)
    blocks = _blocks(catalogue, edition, about, whom, duties, notices, counts)
    # What does not fit is left out from the end of the longest list, and the document says how many there are.
    while _height(blocks) > ROOM and counts != FEWEST:
        longest = max(counts, key=lambda name: counts[name] - FEWEST[name])
        counts[longest] -= 1
        blocks = _blocks(catalogue, edition, about, whom, duties, notices, counts)
    subtitle = f"Seven-minute briefing{f' for: {label_of(catalogue, whom)}' if whom else ''}"
    return Document(label, subtitle, stamp, tuple(blocks))


def _blocks(
    catalogue: Catalogue,
    edition: str,
    topic: str,
    role: str | None,
    duties: list[DutyCard],
    notices: list[str],
    counts: dict[str, int],
) -> list[Block]:
    every = by_urgency(duties)
    ordered = [
        duty for duty in every if row_height(duty_row(duty), DUTY_WIDTHS, ACROSS, TABLE_SIZE) <= TALLEST
    ] or every
    by_law = sum(duty.force == "law" for duty in every)
    law = [duty for duty in ordered if duty.force == "law"]
    changes = [one for one in changes_since(catalogue, SINCE, role) if topic in topics_of_change(catalogue, one.card)]
    silences = [
        card
        for card in catalogue.cards["silences"].values()
        if card["edition"] == edition
        and any(topic in catalogue.cards["provisions"][one]["topics"] for one in card["near"])
    ]
    shown = ordered[: counts["duties"]]
    timed = sum(bool(duty.time_limits) for duty in every)
    return [
        *(Note(notice) for notice in notices),
        Heading(HEADINGS[0]),
        Paragraph(
            f"{len(duties)} duties and powers of {short_title(catalogue, edition)}: {len(every)} say must or should, "
            f"{timed} of these have a time limit, {by_law} are set by law. {_pages(duties)}."
        ),
        Heading(HEADINGS[1]),
        *_points([_duty_lines(catalogue, duty) for duty in law[: counts["law"]]], by_law),
        Heading(HEADINGS[2]),
        Table(
            f"Time limits and musts first: {len(shown)} of {len(every)}. A handout holds all, the longest too.",
            DUTY_COLUMNS, DUTY_WIDTHS, tuple(map(duty_row, shown)),
            tuple(f"{sentence(duty)} {citation(catalogue, duty.provision)}" for duty in shown),
        ),
        Heading(HEADINGS[3]),
        *_points([_change_lines(one) for one in changes[: counts["changes"]]], len(changes)),
        Heading(HEADINGS[4]),
        *_points([_silence_lines(catalogue, card) for card in silences[: counts["silences"]]], len(silences)),
        Heading(HEADINGS[5]),
        *_points(_questions(catalogue, ordered, silences)[: counts["questions"]], None, numbered=True),
        Heading(HEADINGS[6]),
        Table(
            "Who does what here, and when it was done", ACTION_COLUMNS, ACTION_WIDTHS,
            tuple(_action(duty) for duty in ordered[: counts["actions"]]),
        ),
    ]  # fmt: skip


def _pages(duties: list[DutyCard]) -> str:
    pages = sorted({page for duty in duties for page in duty.provision.pages})
    return f"They stand on pages {', '.join(map(str, pages))}" if pages else "Their pages are not known"


def _points(items: list[Lines], total: int | None, numbered: bool = False) -> list[Block]:
    if not items:
        return [Paragraph(NOTHING)]
    more = [Paragraph(f"{len(items)} of {total}.", small=True)] if total is not None and total > len(items) else []
    return [Points(tuple(items), numbered, tuple(" ".join(line.text for line in item) for item in items)), *more]


def _duty_lines(catalogue: Catalogue, duty: DutyCard) -> Lines:
    return (Line(sentence(duty)), Line(citation(catalogue, duty.provision), duty.provision.url))


def _action(duty: DutyCard) -> tuple[Lines, ...]:
    what = f"{bearers_text(duty)} {modality_text(duty)}: {duty.action}"
    return (
        (Line(what), *map(Line, qualifications(duty))),
        (Line(limits_text(duty)),),
        (Line(place_text(duty.provision), duty.provision.url),),
        (Line(""),),
        (Line(""),),
    )


def _change_lines(one: Changed) -> Lines:
    return (Line(change_note(one)),)


def _silence_lines(catalogue: Catalogue, card: dict[str, Any]) -> Lines:
    near = "; ".join(citation(catalogue, place_of_record(catalogue, name)) for name in card["near"])
    return (Line(f"{card['question']} {card['note']}"), Line(f"Nearby: {near}"))


def _questions(catalogue: Catalogue, duties: list[DutyCard], silences: list[dict[str, Any]]) -> list[Lines]:
    """Questions in fixed frames, in turn: on a time limit, on who is not named, on a condition, on what is open."""

    def ask(frame: str, duty: DutyCard) -> Lines:
        depends = "".join(f" {one.rstrip('.')}." for one in qualifications(duty))
        return (Line(f"{frame}{depends}"), Line(citation(catalogue, duty.provision), duty.provision.url))

    def leave_open(card: dict[str, Any]) -> Lines:
        frame = Line(f"The guidance leaves this open: {card['question']} What have we agreed here?")
        return (frame, _silence_lines(catalogue, card)[1])

    timed = [duty for duty in duties if duty.time_limits and duty.time_limits[0].relation != "set-elsewhere"]
    unnamed = [duty for duty in duties if not duty.bearers]
    depending = [duty for duty in duties if duty.condition and duty not in timed]
    kinds = (
        [ask(f"Could we show that this was done {one.time_limits[0].text}: {one.action}?", one) for one in timed],
        [ask(f"The text does not say who does this: {one.action}. Who does it here?", one) for one in unnamed],
        [ask(f"How do we know when this falls to us: {one.action}?", one) for one in depending],
        [leave_open(card) for card in silences],
    )
    return [kind[number] for number in range(max(map(len, kinds))) for kind in kinds if number < len(kind)]


def _height(blocks: list[Block]) -> float:
    """About how high the blocks are on paper, in points."""
    height = 0.0
    for block in blocks:
        match block:
            case Heading():
                height += 36
            case Paragraph() | Note():
                height += height_of(block.text, ACROSS - 17, TEXT_SIZE) + 12
            case Points():
                height += sum(
                    sum(height_of(line.text, ACROSS - 20, TEXT_SIZE) for line in item) + 4 for item in block.items
                )
            case Table():
                height += 44 + sum(row_height(row, block.widths, ACROSS, TABLE_SIZE) for row in block.rows)
    return height
