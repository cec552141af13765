"""What stands beside a duty: the events before and after it, the same duty in another edition, dates, its citation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ontology.namespaces import individual
from service.answer import DutyCard, Reference
from service.deadlines import due_day
from service.library import Library
from service.text import date_text, place_text
from service.working_days import WorkingDays, read_date

#: What the day that a count gives is, by relation; any other is the day by which it is due.
DAY_IS = {"for-at-least": "may end on", "before": "before", "every": "first due by"}


@dataclass(frozen=True)
class OtherEdition:
    """The same duty as another edition has it."""

    edition: str
    id: str
    text: str
    where: str
    #: How it changed from the older to the newer.
    kind: str


@dataclass(frozen=True)
class Related:
    """What stands beside one duty."""

    before: list[Reference]
    after: list[Reference]
    elsewhere: list[OtherEdition]


class Relations:
    """Finds what stands beside the duties of one build."""

    def __init__(self, library: Library) -> None:
        terms = library.cards["terms"]
        events = {term["id"]: name for name, term in terms.items() if term["kind"] == "event"}
        self._after = {iri: [_reference(terms[one]) for one in terms[name]["precedes"]] for iri, name in events.items()}
        self._before: dict[str, list[Reference]] = {iri: [] for iri in events}
        for iri, name in events.items():
            for following in self._after[iri]:
                self._before[following.id].append(_reference(terms[name]))
        titles = {one: card["title"] for one, card in library.cards["editions"].items()}
        self._elsewhere: dict[str, list[OtherEdition]] = {}
        duties = str(individual("duty", ""))
        for change in library.cards["changes"].values():
            sides = (change["before"], titles[change["from_edition"]]), (change["after"], titles[change["to_edition"]])
            for (here, _), (there, title) in (sides, sides[::-1]):
                for one in here:
                    self._elsewhere.setdefault(one["id"], []).extend(
                        OtherEdition(title, other["id"], other["text"], other["where"], change["kind"])
                        for other in there
                        if other["id"].startswith(duties)
                    )

    def of(self, duties: Iterable[DutyCard]) -> dict[str, Related]:
        """What stands beside each duty, by its id."""
        return {duty.id: self._of(duty) for duty in duties}

    def _of(self, duty: DutyCard) -> Related:
        starts = duty.trigger.id if duty.trigger else ""
        elsewhere = list(dict.fromkeys(self._elsewhere.get(duty.id, ())))
        return Related(self._before.get(starts, []), self._after.get(starts, []), elsewhere)


def count_from(start: str, duties: Iterable[DutyCard]) -> dict[str, dict[str, tuple[str, list[str]]]]:
    """For each duty and each of its limits in words, the day it gives from a start date and how that was counted.

    Raises InputError for a date that cannot be read. Limits that no count gives are left out.
    """
    day, days = read_date(start), WorkingDays()
    counted: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for duty in duties:
        for limit in duty.time_limits:
            due, notes = due_day(day, limit.model_dump(), days)
            if due and limit.relation not in ("same-day", "immediately") and (limit.duration or limit.date):
                words = f"{DAY_IS.get(limit.relation, 'due by')} {date_text(due.isoformat())}"
                counted.setdefault(duty.id, {})[limit.text] = (words, notes)
    return counted


def citation_text(duty: DutyCard, titles: dict[str, Any]) -> str:
    """A line to copy: the edition, the paragraph and page, the heading, and the record's permanent name."""
    title = titles.get(duty.provision.edition, {}).get("title", duty.provision.edition)
    return f"{title}, {place_text(duty.provision)} ({duty.provision.heading}). {duty.id}"


def _reference(term: dict[str, Any]) -> Reference:
    return Reference(id=term["id"], label=term["label"])
