"""The changes since an edition or a day, as far as the newest edition that is known, and how they are told."""

from dataclasses import dataclass
from itertools import pairwise, zip_longest

from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import ChangeCard
from service.catalogue import Catalogue
from service.changes import Direction, directions_of, find_changes
from service.materials.content import short_title
from service.materials.document import Line, Lines, Table
from service.working_days import read_date

#: Which changes a person needs to hear of first.
ORDER: tuple[Direction, ...] = ("stronger", "weaker", "new", "gone", "changed", "moved", "reworded")
ASPECTS = ("time-limit", "who", "modality", "action", "trigger", "legal-basis", "scope", "structure", "wording")


@dataclass(frozen=True)
class Changed:
    """One change with what sort it is to a reader."""

    card: ChangeCard
    directions: tuple[Direction, ...]


def since_edition(catalogue: Catalogue, since: str) -> str:
    """The edition meant by its identifier, or the one in force on a day; raises InputError for neither."""
    editions = catalogue.cards["editions"]
    if since in editions:
        return since
    if not since[:4].isdigit():
        cure = did_you_mean(since, editions) or f"give a date or one of {', '.join(sorted(editions))}"
        raise InputError(f"There is no edition '{since[:60]}'; {cure}")
    day = read_date(since).isoformat()
    in_force = [
        one
        for one, card in editions.items()
        if card["in_force_from"] and card["in_force_from"] <= day and day < (card["in_force_until"] or "9999")
    ]
    if not in_force:
        first = min(card["in_force_from"] for card in editions.values() if card["in_force_from"])
        raise InputError(f"No edition that is known here was in force on {day}; the first began on {first}.")
    return str(in_force[0])


def changes_since(catalogue: Catalogue, edition: str, role: str | None = None) -> list[Changed]:
    """Everything recorded that changed from an edition to each later one that was or is in force.

    The weightiest of each step comes first, that of the newest edition before the others.
    """
    editions = catalogue.cards["editions"]
    begun = editions[edition]["published"]
    later = [one for one, card in editions.items() if card["in_force_from"] and card["published"] > begun]
    chain = [edition, *sorted(later, key=lambda one: str(editions[one]["published"]))]
    steps: list[list[Changed]] = []
    for older, newer in pairwise(chain):
        found = []
        for change in find_changes(catalogue, older, newer, role).changes:
            if change.kind != "unchanged":
                card = catalogue.cards["changes"][change.id.partition("/change/")[2]]
                found.append(Changed(change, tuple(directions_of(card, catalogue))))
        steps.insert(0, sorted(found, key=_weight))
    return [one for together in zip_longest(*steps) for one in together if one is not None]


def topics_of_change(catalogue: Catalogue, change: ChangeCard) -> set[str]:
    """The topics of every place that a change takes something from or brings something to."""
    provisions = catalogue.cards["provisions"]
    names = [record.id.partition("/id/")[2].partition("/")[2] for record in (*change.before, *change.after)]
    places = [name if name in provisions else name.rpartition("/")[0] for name in names]
    return {topic for place in places if place in provisions for topic in provisions[place]["topics"]}


def _weight(one: Changed) -> tuple[bool, int, int]:
    direction = min(ORDER.index(direction) for direction in one.directions)
    aspect = min((ASPECTS.index(aspect) for aspect in one.card.aspects if aspect in ASPECTS), default=len(ASPECTS))
    return one.card.certainty == "unverified", aspect, direction


CHANGE_COLUMNS = ("What changed", "Before", "Now", "How certain, and what it rests on")
CHANGE_WIDTHS = (32, 21, 23, 24)


def change_row(catalogue: Catalogue, one: Changed) -> tuple[Lines, ...]:
    """A change as a row under `CHANGE_COLUMNS`."""
    card = one.card
    older, newer = (short_title(catalogue, edition) for edition in (card.from_edition, card.to_edition))
    before = tuple(Line(f"{record.text} ({record.where}; {record.certainty})") for record in card.before)
    after = tuple(Line(f"{record.text} ({record.where})") for record in card.after)
    return (
        (Line(card.label, strong=True), Line(f"{', '.join(one.directions)}: {older} to {newer}"), Line(card.note)),
        before or (Line("not held here"),),
        after or (Line("nothing of it is held in the newer edition"),),
        (Line(card.certainty, strong=True), *map(_source, card.evidence)),
    )


#: The columns of a table that has to stand on one page.
SHORT_COLUMNS, SHORT_WIDTHS = ("What changed", "From, to", "How certain, and what it rests on"), (48, 11, 41)


def short_row(catalogue: Catalogue, one: Changed) -> tuple[Lines, ...]:
    """A change as a row under `SHORT_COLUMNS`; its note names what was before."""
    card = one.card
    editions = [short_title(catalogue, edition).rpartition(" ")[2] for edition in (card.from_edition, card.to_edition)]
    return (
        (Line(card.label, strong=True), Line(card.note)),
        (Line(" to ".join(editions)), Line(", ".join(one.directions))),
        (Line(f"{card.certainty}: ", strong=True), *map(_source, card.evidence)),
    )


def _source(evidence: str) -> Line:
    """What a change rests on; an address at its end becomes a link."""
    said, _, address = evidence.rpartition(": ")
    return Line(said, address) if said and address.startswith("https://") else Line(evidence)


def change_note(one: Changed) -> str:
    """What a speaker says of a change, with its sources."""
    return (
        f"{one.card.label}: {one.card.note} Certainty: {one.card.certainty}. Rests on: {'; '.join(one.card.evidence)}."
    )


def change_table(catalogue: Catalogue, caption: str, changes: list[Changed], is_short: bool) -> Table:
    """The changes as a table, short or with what was and what is; a speaker's notes carry the sources."""
    notes = tuple(map(change_note, changes))
    if is_short:
        return Table(caption, SHORT_COLUMNS, SHORT_WIDTHS, tuple(short_row(catalogue, one) for one in changes), notes)
    return Table(caption, CHANGE_COLUMNS, CHANGE_WIDTHS, tuple(change_row(catalogue, one) for one in changes), notes)
