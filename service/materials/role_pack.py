"""The role pack: what you must and should do by when, the detail by topic, the process, what changed, the sources."""

from collections.abc import Callable

from service.answer import DutyCard, ShouldMeans
from service.catalogue import Catalogue
from service.materials.change_list import change_table, changes_since
from service.materials.content import (
    DUTY_COLUMNS,
    DUTY_WIDTHS,
    Wish,
    capital,
    citation,
    conflict_blocks,
    duty_row,
    held_edition,
    is_binding,
    label_of,
    place_of_record,
    sentence,
    short_title,
    special_notices,
    stamp_of,
    topics_of,
)
from service.materials.document import Block, Document, Heading, Line, Lines, Note, Paragraph, Points, Table
from service.materials.fitting import height_of, row_height, that_fit
from service.materials.picture import child_protection, picture_block, slide_pictures
from service.materials.reach_list import by_urgency, duties_of_role
from service.reach import find_role
from service.text import place_text, reach_text

#: The room on the first page under its head, and the width of a page, in points.
ROOM, ACROSS = 590.0, 510.0
TABLE_SIZE, TEXT_SIZE = 8.5, 10.0
#: The edition since which changes are told.
SINCE = "wt2018"
#: How many of what matters most stand on slides.
ON_SLIDES = 24
SUMMARY = "What you must and should do, by when"
ORDERED = "First what has a time limit or is a must, your own and everybody's before your organisation's."
#: How many open questions are told; there may be several about one paragraph.
MOST_SILENCES = 12
LAW = "http://www.legislation.gov.uk/"


def role_pack(catalogue: Catalogue, role: str, wish: Wish, progress: Callable[[str], None]) -> Document:
    """The pack to print; raises InputError for a role that is not known or that nothing reaches."""
    name, edition = find_role(role, catalogue.cards["terms"]), held_edition(catalogue, wish.edition)
    duties = duties_of_role(catalogue, name, edition)
    stamp = stamp_of(catalogue, edition, wish)
    progress(f"putting {len(duties)} duties in order")
    notices = [*stamp.notices, *special_notices(catalogue.cards, edition, _all_topics(catalogue, duties))]
    summary = by_urgency(duties)
    heights = [row_height(duty_row(duty, True), DUTY_WIDTHS, ACROSS, TABLE_SIZE) for duty in summary]
    room = ROOM - sum(height_of(f"Note: {notice}", ACROSS - 17, TEXT_SIZE) + 15 for notice in notices)
    shown = summary[: max(1, that_fit(heights, room))]
    blocks: list[Block] = [
        *(Note(notice) for notice in notices),
        Heading(SUMMARY),
        Paragraph(f"{ORDERED} {len(shown)} of {len(summary)}; all stand by topic below.", small=True),
        _table(f"{SUMMARY}: {len(shown)} of {len(summary)}", shown),
        *_by_topic(catalogue, duties),
        *_process(catalogue, edition),
        *_changes(catalogue, name),
        *conflict_blocks(duties),
        *_silences(catalogue, edition, shown),
        *_sources(catalogue, edition, duties),
    ]
    return Document(f"Role pack: {label_of(catalogue, name)}", _subtitle(duties), stamp, tuple(blocks))


def role_deck(catalogue: Catalogue, role: str, wish: Wish, progress: Callable[[str], None]) -> Document:
    """The pack as slides: what comes first, with its source in the notes, and how much more the pack holds."""
    name, edition = find_role(role, catalogue.cards["terms"]), held_edition(catalogue, wish.edition)
    duties = duties_of_role(catalogue, name, edition)
    stamp = stamp_of(catalogue, edition, wish)
    notices = [*stamp.notices, *special_notices(catalogue.cards, edition, _all_topics(catalogue, duties))]
    summary = by_urgency(duties)
    shown = summary[:ON_SLIDES]
    topics: dict[str, int] = {}
    for duty in duties:
        topic = capital(label_of(catalogue, topics_of(catalogue, duty)[0]))
        topics[topic] = topics.get(topic, 0) + 1
    counted = Table(
        "Duties and powers by topic",
        ("Topic", "How many"),
        (80, 20),
        tuple(((Line(topic),), (Line(str(count)),)) for topic, count in sorted(topics.items())),
    )
    blocks: list[Block] = [
        Heading("Before you use these slides"),
        *(Note(notice) for notice in notices),
        *_should(catalogue, edition),
        Heading(SUMMARY),
        Paragraph(f"{ORDERED} {len(shown)} of {len(summary)}; the role pack to print holds all.", small=True),
        _table(SUMMARY, shown, catalogue),
        Heading("The child protection process"),
        *slide_pictures(child_protection(catalogue, edition)),
        *_changes(catalogue, name, ON_SLIDES // 2),
        *conflict_blocks(shown),
        *_silences(catalogue, edition, shown, MOST_SILENCES // 2),
        Heading("What the whole pack holds, by topic"),
        counted,
        *_sources(catalogue, edition, shown),
    ]
    return Document(f"Role pack: {label_of(catalogue, name)}", _subtitle(duties), stamp, tuple(blocks))


def _subtitle(duties: list[DutyCard]) -> str:
    return f"{len(duties):,} duties and powers that reach you: your own, everybody's, and your organisation's"


def _all_topics(catalogue: Catalogue, duties: list[DutyCard]) -> set[str]:
    return {topic for duty in duties for topic in topics_of(catalogue, duty)}


def _table(caption: str, duties: list[DutyCard], catalogue: Catalogue | None = None) -> Table:
    """The duties as a table; given the catalogue, with what a speaker says of each."""
    notes = (
        tuple(f"{sentence(duty, whole=True)} {citation(catalogue, duty.provision)}" for duty in duties)
        if catalogue
        else ()
    )
    rows = tuple(duty_row(duty, with_reach=True) for duty in duties)
    return Table(caption, DUTY_COLUMNS, DUTY_WIDTHS, rows, notes)


def _should(catalogue: Catalogue, edition: str) -> list[Block]:
    """What *should* asks of its readers, as the edition explains it."""
    meaning = catalogue.cards["editions"][edition]["should_means"]
    if not meaning:
        return []
    means = ShouldMeans.model_validate(meaning)
    places = "; ".join(citation(catalogue, place) for place in means.places)
    return [Paragraph(f"What “should” means: {means.text} ({places})")]


def _by_topic(catalogue: Catalogue, duties: list[DutyCard]) -> list[Block]:
    """What must or should be done and what has a time limit; of the rest, how much there is."""
    told = [duty for duty in duties if is_binding(duty) or duty.time_limits]
    by_topic: dict[str, list[DutyCard]] = {}
    for duty in told:
        by_topic.setdefault(topics_of(catalogue, duty)[0], []).append(duty)
    blocks: list[Block] = [
        Heading("All of it, by topic", new_page=True),
        *_should(catalogue, duties[0].provision.edition),
        Paragraph(
            f"Everything that must or should be done, or has a time limit: {len(told)} of {len(duties)}. The others "
            "are powers, and sentences with no must or should. What is not said to be somebody else's is your own.",
            small=True,
        ),
    ]
    for topic in sorted(by_topic, key=lambda one: label_of(catalogue, one).lower()):
        label = capital(label_of(catalogue, topic))
        # Lists, not tables: the pack is then a third as long.
        blocks += [Heading(f"{label} ({len(by_topic[topic])})", 3), Points(tuple(map(_detail, by_topic[topic])))]
    return blocks


def _detail(duty: DutyCard) -> Lines:
    also = "".join(f"; also {place_text(place)}" for place in duty.also_in)
    where = f"{capital(place_text(duty.provision))} ({duty.provision.heading}){also}."
    yours = () if duty.reach == "you" else (Line(f"Yours? {capital(reach_text(duty))}."),)
    return (Line(sentence(duty)), Line(where, duty.provision.url), *yours)


def _process(catalogue: Catalogue, edition: str) -> list[Block]:
    drawn = child_protection(catalogue, edition)
    return [Heading("The child protection process", new_page=True), picture_block(drawn)]


def _changes(catalogue: Catalogue, role: str, most: int | None = None) -> list[Block]:
    since = short_title(catalogue, SINCE)
    found = changes_since(catalogue, SINCE, role)
    heading = Heading(f"What changed since {since}", new_page=True)
    if not found:
        return [heading, Paragraph("Nothing recorded here reaches this role. That does not mean that nothing changed.")]
    shown = found[:most]
    said = f"{len(shown)} of {len(found)} changes that reach you. What did not change is left out."
    return [
        heading,
        Paragraph(said, small=True),
        change_table(catalogue, f"Changes since {since}", shown, most is not None),
    ]


def _silences(catalogue: Catalogue, edition: str, duties: list[DutyCard], most: int = MOST_SILENCES) -> list[Block]:
    """Questions that the edition leaves open about the places of what is shown first."""
    places = {duty.provision.id.partition("/provision/")[2] for duty in duties}
    found = [
        card
        for card in catalogue.cards["silences"].values()
        if card["edition"] == edition and places & set(card["near"])
    ]
    if not found:
        return []
    shown = found[:most]
    items = tuple(
        (
            Line(card["question"], strong=True),
            Line(card["note"]),
            Line(f"Nearby: {'; '.join(place_text(place_of_record(catalogue, one)) for one in card['near'])}"),
        )
        for card in shown
    )
    notes = tuple(" ".join(line.text for line in one) for one in items)
    return [
        Heading("Not settled by the guidance"),
        Paragraph(f"{len(shown)} of {len(found)} open questions about the places named first.", small=True),
        Points(items, notes=notes),
    ]


def _sources(catalogue: Catalogue, edition: str, duties: list[DutyCard]) -> list[Block]:
    card = catalogue.cards["editions"][edition]
    named = [one for duty in duties for one in (*duty.legal_basis, *duty.cites)]
    laws = {one.label: one.id for one in named if one.id.startswith(LAW)}
    items = [(Line(card["title"], card["document"]),), *((Line(label, laws[label]),) for label in sorted(laws))]
    return [Heading("Sources"), Points(tuple(items))]
