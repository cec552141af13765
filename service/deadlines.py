"""From an event and its date to every clock that it starts; the rules come from the build's duties alone."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import DutyCard, Place, Reference, Shown, duty_card, newer_word
from service.catalogue import Catalogue
from service.editions import choose_edition
from service.working_days import WorkingDays, add_months, is_published, read_date

DURATION = re.compile(r"P(\d+)([DMY])")
MOST_EVENTS = 50
#: Among deadlines of one day, the firmer first.
FIRMNESS = {"must": 0, "must-not": 0, "should": 1, "should-not": 1}

FIRST_DAY = "The first working day after the event is counted as day 1; the guidance does not say."
EVENT_DAY = "The day of the event is counted as day 1 where it is a working day; the guidance does not say."
BORROWED = "Working days are those of footnote 209 (paragraph 364), which defines them for that paragraph alone."
COMPUTED = "Bank holidays of {years} are not published here; they are computed and may change."
UNSTATED_DAYS = (
    "The text says days and no more. As calendar days that is {calendar}, as working days {working}; "
    "the earlier date is taken."
)
MONTH_END = "The month has no day {day}, so its last day is taken."
SCHOOL_DAYS = "Give your school's term dates to a person who counts: school days are not known here."
NOT_WORKING = "This day is no working day; the last working day before it is {day}."


class Deadline(Shown):
    """One limit of one duty, counted from a given event."""

    event: Reference
    event_date: str
    #: The day by which it is to be done; null for a limit that no count gives.
    due: str | None
    #: For a limit that comes back: how often, as ISO 8601.
    repeats: str | None
    #: For a duty to keep something up: `due` is the first day on which it may end.
    keeps_until_due: bool
    #: For a duty to be done before the event itself: `due` is the event's day.
    before_due: bool
    #: The limit in words, as the guidance has it.
    rule: str
    set_by: Literal["law", "guidance"]
    #: What holds only for a narrower event than the one given ("the strategy discussion that ...").
    only_if_event: str | None
    #: How it was counted, and where it can be read two ways.
    notes: list[str]
    duty: DutyCard


class Deadlines(Shown):
    """Every clock that the events start, dated ones first and in order."""

    edition: str
    notices: list[str]
    events: list[tuple[Reference, str]]
    deadlines: list[Deadline]
    should_means: str | None
    places: list[Place]


class Calculator:
    """Counts the clocks of one edition in a build."""

    def __init__(self, library: Catalogue, edition: str | None = None) -> None:
        held = choose_edition(library.cards, edition).edition
        if held is None:
            raise InputError(f"The text of {edition} is not in this build, so none of its deadlines is known here.")
        self._cards = library.cards
        self._edition = held
        self._terms: dict[str, Any] = library.cards["terms"]
        self._duties = {
            duty: card for duty, card in library.cards["duties"].items() if card["provision"]["edition"] == held
        }

    def events(self) -> list[Reference]:
        """Every event that starts a clock, by label."""
        anchors = {
            anchor["id"]: anchor["label"]
            for card in self._duties.values()
            for limit in card["time_limits"]
            for anchor in limit["anchors"]
        }
        return [Reference(id=one, label=label) for one, label in sorted(anchors.items(), key=lambda one: one[1])]

    def deadlines(self, given: list[tuple[str, str]], days: WorkingDays) -> Deadlines:
        """The clocks of events given as (event, date); raises InputError for what cannot be read or cannot be."""
        if not given:
            raise InputError("Give at least one event with its date, for instance strategy-discussion 2026-12-10.")
        if len(given) > MOST_EVENTS:
            raise InputError(f"There are {len(given)} events; give at most {MOST_EVENTS} at a time.")
        read = [(self.find_event(event), read_date(day)) for event, day in given]
        self._check_order(read)
        found = [one for event, day in read for one in self._of(event, day, days)]
        found.sort(key=lambda one: (one.due is None, one.due or "", FIRMNESS.get(one.duty.modality, 2), one.rule))
        edition = self._cards["editions"][self._edition]
        meaning = edition["should_means"] if any(one.duty.modality == "should" for one in found) else None
        return Deadlines(
            edition=self._edition,
            notices=edition["notices"],
            events=[(self._reference(event), day.isoformat()) for event, day in read],
            deadlines=found,
            should_means=meaning["text"] if meaning else None,
            places=meaning["places"] if meaning else [],
        )

    def find_event(self, written: str) -> str:
        """The id of the event meant by an id, label or synonym; raises InputError."""
        wanted = " ".join(written.lower().split())
        names: dict[str, str] = {}
        for term_id, term in self._terms.items():
            if term["kind"] == "event":
                names |= {name.lower(): term_id for name in (*term["synonyms"], *term["acronyms"])}
        events = {term_id: term for term_id, term in self._terms.items() if term["kind"] == "event"}
        names |= {term["label"].lower(): term_id for term_id, term in events.items()}
        names |= {term_id: term_id for term_id in events}
        if wanted not in names:
            cure = did_you_mean(wanted, names) or "write for instance strategy-discussion or referral received"
            raise InputError(f"There is no event '{written.strip()[:60]}' here; {cure}")
        return names[wanted]

    def _of(self, event: str, day: date, days: WorkingDays) -> Iterator[Deadline]:
        wider = {event, *self._terms[event]["broader"]}
        narrower = {other for other, term in self._terms.items() if event in term["broader"]}
        for card in self._duties.values():
            for limit in card["time_limits"]:
                anchors = [_local(anchor["id"]) for anchor in limit["anchors"]]
                exact = any(anchor in wider for anchor in anchors)
                narrow = next((anchor for anchor in anchors if anchor in narrower), None)
                if exact or narrow:
                    yield self._deadline(event, day, card, limit, None if exact else narrow, days)

    def _deadline(
        self, event: str, day: date, card: dict[str, Any], limit: dict[str, Any], narrow: str | None, days: WorkingDays
    ) -> Deadline:
        due, notes = due_day(day, limit, days)
        if newer := card["in_newer"]:
            notes = [*notes, f"{newer['title']} is newer: this paragraph is {newer_word(newer['state'])}."]
        return Deadline(
            event=self._reference(event),
            event_date=day.isoformat(),
            due=due.isoformat() if due else None,
            repeats=limit["duration"] if limit["relation"] == "every" else None,
            keeps_until_due=limit["relation"] == "for-at-least",
            before_due=limit["relation"] == "before" and limit["duration"] is None,
            rule=limit["text"],
            set_by=limit["set_by"],
            only_if_event=self._terms[narrow]["label"] if narrow else None,
            notes=notes,
            duty=duty_card(card),
        )

    def _check_order(self, read: list[tuple[str, date]]) -> None:
        for event, day in read:
            for other, other_day in read:
                if day > other_day and other in self._later(event):
                    raise InputError(
                        f"{_capital(self._terms[event]['label'])} ({day.isoformat()}) comes before "
                        f"{self._terms[other]['label']} ({other_day.isoformat()}) in the process, but is dated after "
                        "it; check the two dates."
                    )

    def _later(self, event: str) -> set[str]:
        """Every event that normally comes later, at any remove."""
        found: set[str] = set()
        waiting = list(self._terms[event]["precedes"])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._terms[one]["precedes"]
        return found

    def _reference(self, event: str) -> Reference:
        term = self._terms[event]
        return Reference(id=term["id"], label=term["label"])


def due_day(event: date, limit: dict[str, Any], days: WorkingDays) -> tuple[date | None, list[str]]:
    """The day that a limit gives from an event, and how it was counted."""
    relation = limit["relation"]
    if relation == "same-day" or (relation == "before" and limit["duration"] is None):
        return event, []
    if relation == "by-date":
        return _returning(event, limit["date"]), []
    found = DURATION.fullmatch(limit["duration"] or "")
    if not found:
        return None, []
    count, unit = int(found[1]), found[2]
    if unit == "D":
        return _in_days(event, count, limit["day_kind"], relation == "before", days)
    months = count * (12 if unit == "Y" else 1)
    due = add_months(event, -months if relation == "before" else months)
    notes = [MONTH_END.format(day=event.day)] if due.day != event.day else []
    if relation == "within" and not days.is_working(due):
        notes.append(NOT_WORKING.format(day=days.before(due, 1).isoformat()))
    return due, notes


def _in_days(event: date, count: int, kind: str, backwards: bool, days: WorkingDays) -> tuple[date | None, list[str]]:
    working = days.before(event, count) if backwards else days.after(event, count)
    calendar = date.fromordinal(event.toordinal() + (-count if backwards else count))
    if kind == "working":
        notes = [EVENT_DAY if days.event_day_counts else FIRST_DAY, BORROWED]
        years = sorted({year for year in (event.year, working.year) if not is_published(year)})
        return working, notes + ([COMPUTED.format(years=" and ".join(map(str, years)))] if years else [])
    if kind == "school":
        return None, [SCHOOL_DAYS]
    if kind == "unstated":
        return min(calendar, working), [UNSTATED_DAYS.format(calendar=calendar, working=working)]
    return calendar, []


def _returning(event: date, written: str) -> date:
    """A fixed date, or the next return of a day of the year from the event on."""
    if not written.startswith("--"):
        return date.fromisoformat(written)
    this_year = date.fromisoformat(f"{event.year}{written[1:]}")
    return this_year if this_year >= event else this_year.replace(year=event.year + 1)


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
