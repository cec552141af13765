"""The list of duties: filtered, sorted, and as CSV."""

from collections.abc import Callable
from typing import Any, Literal, get_args

from corpus.records import Modality
from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import DutyCard, Shown, duty_card, newer_word
from service.catalogue import Catalogue
from service.editions import choose_edition
from service.reach import find_role, reaching
from service.spreadsheets import csv_text
from service.text import bearers_text, place_text

Sort = Literal["place", "who", "modality", "clock"]
FIRMEST = ("must", "must-not", "should", "should-not", "may", "need-not", "none-stated")
COLUMNS = (
    "id", "who", "modality", "force", "action", "by when", "triggered by", "condition", "exception", "only if",
    "the law", "edition", "paragraph", "pages", "where it says so", "certainty",
    "newer edition",
)  # fmt: skip
SORTS: dict[str, Callable[[DutyCard], Any]] = {
    "who": lambda duty: bearers_text(duty).lower(),
    "modality": lambda duty: FIRMEST.index(duty.modality),
    "clock": lambda duty: not duty.time_limits,
}


class DutyList(Shown):
    """The duties that were asked for, all of them."""

    edition: str
    notices: list[str]
    total: int
    duties: list[DutyCard]


def list_duties(
    library: Catalogue,
    edition: str | None = None,
    role: str | None = None,
    modality: str | None = None,
    topic: str | None = None,
    timed: bool = False,
    sort: str = "place",
    bearer: str | None = None,
) -> DutyList:
    """The duties of an edition that pass every filter: those that reach `role`, those that name `bearer`.

    Raises InputError for what is not known.
    """
    cards = library.cards
    held = choose_edition(cards, edition).edition
    if held is None:
        raise InputError(f"The text of {edition} is not in this build, so none of its duties is known here.")
    topics = [name for name, term in cards["terms"].items() if term["kind"] == "topic"]
    for what, given, known in (
        ("modality", modality, get_args(Modality)),
        ("topic", topic, topics),
        ("order", sort, get_args(Sort)),
    ):
        if given and given not in known:
            choices = "choose from the list" if what == "topic" else f"write {', '.join(known[:-1])} or {known[-1]}"
            raise InputError(f"There is no {what} '{given[:60]}'; {did_you_mean(given, known) or choices}")
    reach = reaching(find_role(role, cards["terms"]), cards["terms"]) if role else None
    named = find_role(bearer, cards["terms"]) if bearer else None
    found = []
    for card in cards["duties"].values():
        place = card["provision"]["id"].partition("/provision/")[2]
        bearers = {one["id"].rpartition("/")[2] for one in card["bearers"]}
        if (
            card["provision"]["edition"] == held
            and (not modality or card["modality"] == modality)
            and (not timed or card["time_limits"])
            and (not topic or topic in cards["provisions"][place]["topics"])
            and (reach is None or not bearers.isdisjoint(reach))
            and (named is None or named in bearers)
        ):
            found.append(duty_card(card))
    found.sort(key=in_order)
    if sort in SORTS:
        found.sort(key=SORTS[sort])
    return DutyList(edition=held, notices=cards["editions"][held]["notices"], total=len(found), duties=found)


def in_order(duty: DutyCard) -> tuple[list[int], list[int]]:
    """Where a duty stands in the order of the text."""
    return duty.provision.pages[:1] or [0], duty.provision.paragraphs[:1] or [0]


def duties_csv(found: DutyList) -> str:
    """One line a duty, with a heading line."""
    return csv_text(
        COLUMNS,
        (
            (
                duty.id, bearers_text(duty), duty.modality, duty.force, "; ".join((duty.action, *duty.parts)),
                "; ".join(limit.text for limit in duty.time_limits), duty.trigger.label if duty.trigger else "",
                duty.condition, duty.exception, duty.only_if, "; ".join(one.label for one in duty.legal_basis),
                duty.provision.edition, ", ".join(map(str, duty.provision.paragraphs)),
                ", ".join(map(str, duty.provision.pages)), f"{duty.provision.heading}, {place_text(duty.provision)}",
                duty.certainty, f"{duty.in_newer.title}: {newer_word(duty.in_newer.state)}" if duty.in_newer else "",
            )
            for duty in found.duties
        ),
    )  # fmt: skip
