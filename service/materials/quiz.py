"""Quiz questions made from the graph: who, how firmly, how long, from when, law or guidance, and what changed.

A wrong answer is always a real one from elsewhere in the same edition, and never right as well: not for the duty that
is asked about, nor for another that has the same action and event, nor by way of a wider or narrower bearer or event.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz import fuzz

from corpus.wording import MODALS, NUMBER_WORDS
from ontology.errors import InputError
from service.answer import ChangeCard, DutyCard, TimeLimit, duty_card
from service.browse import EVERYONE
from service.catalogue import Catalogue
from service.changes import find_changes
from service.materials.change_list import topics_of_change
from service.materials.content import citation, conditions, find_topic, held_edition, sentence, short_title, topics_of
from service.reach import BEARERS, find_role, kinds_of, reaching
from service.text import bearers_text

Kind = Literal["who", "how-firmly", "how-long", "from-when", "law-or-guidance", "changed"]
#: Wrong answers beside the right one, where there are not only two to choose between.
WRONG = 3
#: Two actions as alike as this (of 100) are taken for the same.
ALIKE = 75
#: Two lengths of time that differ by less than this share are too near to tell apart.
NEAR = 0.2
DAYS = {"D": 1.0, "W": 7.0, "M": 30.4, "Y": 365.0}
UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}
HOW_LONG = {
    "within": "Within how long",
    "before": "How long before at the latest",
    "every": "How far apart at the most",
    "for-at-least": "For how long at the least",
}
FROM_WHEN = {
    "within": "Within AMOUNT of what?",
    "before": "AMOUNT before what at the latest?",
    "every": "At intervals of at most AMOUNT, counted from what?",
    "for-at-least": "For at least AMOUNT from what?",
}
OUTCOMES = {
    "new": "It is new.",
    "amended": "It was amended.",
    "removed": "It was taken out.",
    "unchanged": "It did not change.",
}
#: Words that would give a length of time away.
TELLS_TIME = re.compile(
    rf"\b(\d+|{'|'.join(NUMBER_WORDS.values())})[ -](working |calendar |school )?(day|week|month|year)"
    r"|yearly|annual|every year"
)
LAW, GUIDANCE = "the law", "the guidance"
SURE = ("primary", "secondary")


@dataclass(frozen=True)
class Known:
    """A duty with what is asked of it for every question."""

    duty: DutyCard
    name: str
    action: str
    bearers: frozenset[str]
    #: The event that starts it and those that its clocks count from.
    events: frozenset[str]
    #: Its limits that are lengths of time.
    lengths: tuple[TimeLimit, ...]
    chapter: str
    #: The provisions that state it.
    places: frozenset[str]
    #: The names of the duties that pull another way.
    against: frozenset[str]


@dataclass(frozen=True)
class Question:
    """One question with its one right answer."""

    kind: Kind
    #: Names the same question in every run.
    name: str
    text: str
    right: str
    wrong: tuple[str, ...]
    feedback: str
    #: Where it says so.
    citation: str
    #: The permanent name of the record that it is made from.
    record: str

    @property
    def is_true_or_false(self) -> bool:
        """Whether it can only be true or false."""
        return self.kind == "changed"


def make_quiz(
    catalogue: Catalogue,
    count: int = 20,
    seed: int = 1,
    role: str | None = None,
    topic: str | None = None,
    edition: str | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Question]:
    """So many questions, the kinds in turn; the same seed gives the same ones. Raises InputError for too many."""
    if count < 1:
        raise InputError(f"A quiz of {count} questions cannot be made; ask for 1 or more.")
    maker = QuizMaker(catalogue, edition)
    made: list[Question] = []
    for question in maker.questions(random.Random(f"quiz {seed}"), role, topic):
        made.append(question)
        if len(made) % 100 == 0:
            progress(f"{len(made):,} questions made")
        if len(made) == count:
            return made
    if not made:
        raise InputError("No question can be made of that: no duty passes both role and topic. Take one of them away.")
    raise InputError(
        f"Only {len(made):,} questions can be made of that, not {count:,}; ask for {len(made):,} or fewer."
    )


class QuizMaker:
    """Makes questions from the duties and changes of one edition."""

    def __init__(self, catalogue: Catalogue, edition: str | None = None) -> None:
        self.catalogue = catalogue
        self.edition = held_edition(catalogue, edition)
        self.known = [
            self._facts(duty_card(card), card["set_against"])
            for card in catalogue.cards["duties"].values()
            if card["provision"]["edition"] == self.edition
        ]
        #: The duties by their action, by each of their events and by each of their places.
        self._sharing: dict[str, list[Known]] = defaultdict(list)
        for one in self.known:
            for key in (one.action, *one.events, *one.places):
                self._sharing[key].append(one)
        self._amounts = {amount_text(limit): limit for one in self.known for limit in one.lengths}
        self._makers: dict[Kind, Callable[[Known, random.Random], Question | None]] = {
            "who": self._who,
            "how-firmly": self._how_firmly,
            "how-long": self._how_long,
            "from-when": self._from_when,
            "law-or-guidance": self._law_or_guidance,
        }

    def questions(self, rng: random.Random, role: str | None = None, topic: str | None = None) -> Iterator[Question]:
        """Every question that can be made, the kinds in turn and no duty twice before all have had their turn."""
        asked_about = find_topic(topic, self.catalogue) if topic else None
        terms = self.catalogue.cards["terms"]
        reach = reaching(find_role(role, terms), terms) if role else None
        found = [
            one
            for one in self.known
            if (reach is None or not one.bearers.isdisjoint(reach))
            and (asked_about is None or asked_about in topics_of(self.catalogue, one.duty))
        ]
        waiting = {kind: list(found) for kind in self._makers}
        changes = self._changes(role, asked_about)
        for kind in self._makers:
            rng.shuffle(waiting[kind])
        rng.shuffle(changes)
        used: set[str] = set()
        later: list[tuple[Kind, Known]] = []
        while changes or any(waiting.values()):
            for kind in self._makers:
                while waiting[kind]:
                    one = waiting[kind].pop()
                    if one.duty.id in used:
                        later.append((kind, one))
                    elif question := self._makers[kind](one, rng):
                        used.add(one.duty.id)
                        yield question
                        break
            while changes:
                if question := self._changed(changes.pop()):
                    yield question
                    break
        for kind, one in later:
            if question := self._makers[kind](one, rng):
                yield question

    # The kinds of question.

    def _who(self, one: Known, rng: random.Random) -> Question | None:
        duty = one.duty
        if duty.bearer_basis != "stated" or duty.modality not in MODALS or one.bearers & {*EVERYONE}:
            return None
        matter = frozenset[str]().union(*(other.bearers for other in self.same_matter(one)))
        found: list[str] = []
        for other in self._near_first(one, rng):
            written = bearers_text(other.duty)
            if (
                other.bearers
                and len(other.bearers) <= len(one.bearers)
                and written not in found
                and not other.bearers & {*EVERYONE, *matter}
                and self._apart(other.bearers, matter)
            ):
                found.append(written)
            if len(found) == WRONG:
                break
        text = f"Who {MODALS[duty.modality]} do this? {_task(duty)}"
        return self._question("who", duty, text, bearers_text(duty), found)

    def _how_firmly(self, one: Known, rng: random.Random) -> Question | None:
        duty = one.duty
        if duty.modality_wording != MODALS.get(duty.modality):
            return None
        taken = {MODALS.get(other.duty.modality) for other in self.same_matter(one)}
        usual = ("must", "should", "may", "must not" if duty.modality.endswith("not") else "need not")
        wrong = [word for word in usual if word not in taken][:WRONG]
        text = f"How firmly is this put? {bearers_text(duty)} ____ {_task(duty)}"
        return self._question("how-firmly", duty, text, duty.modality_wording, wrong, fewest=2)

    def _how_long(self, one: Known, rng: random.Random) -> Question | None:
        duty = one.duty
        limit = next((limit for limit in one.lengths if limit.relation in HOW_LONG), None)
        if limit is None or TELLS_TIME.search(_told(duty)):
            return None
        taken = [length for other in self.same_matter(one) for length in other.lengths]
        found = [
            written for written, other in self._amounts.items() if not any(_too_near(other, length) for length in taken)
        ]
        nearest = sorted(found, key=lambda written: abs(days_of(self._amounts[written]) - days_of(limit)))[: WRONG + 3]
        wrong: list[str] = []
        for written in rng.sample(nearest, len(nearest)):
            if not any(_too_near(self._amounts[written], self._amounts[other]) for other in wrong):
                wrong.append(written)
        event = " or ".join(anchor.label for anchor in limit.anchors)
        ask = f"{HOW_LONG[limit.relation]}{f', counted from: {event}' if event else ''}?"
        text = f"{ask} {bearers_text(duty)} {_modal(duty)} {_task(duty)}"
        return self._question("how-long", duty, text, amount_text(limit), wrong[:WRONG])

    def _from_when(self, one: Known, rng: random.Random) -> Question | None:
        duty, told = one.duty, _told(one.duty)
        limit = next((limit for limit in duty.time_limits if limit.anchors and limit.relation in FROM_WHEN), None)
        if limit is None or any(anchor.label.lower() in told for anchor in limit.anchors):
            return None
        terms = self.catalogue.cards["terms"]
        own = {name for other in self.same_matter(one) for name in other.events}
        kin = own | {wider for name in own for wider in terms[name]["broader"]}
        labels = [terms[name]["label"] for name in kin]
        found: list[str] = []
        for other in self._near_first(one, rng):
            for name in sorted(other.events):
                label = terms[name]["label"]
                related = name in kin or kin & set(terms[name]["broader"])
                alike = any(_same_words(label, known) for known in (*labels, *found))
                if not related and not alike and label.lower() not in told:
                    found.append(label)
            if len(found) >= WRONG:
                break
        ask = FROM_WHEN[limit.relation].replace("AMOUNT", amount_text(limit)) if limit.duration else "Before what?"
        text = f"{ask} {bearers_text(duty)} {_modal(duty)} {_task(duty)}"
        right = " or ".join(anchor.label for anchor in limit.anchors)
        return self._question("from-when", duty, text, right, found[:WRONG])

    def _law_or_guidance(self, one: Known, rng: random.Random) -> Question | None:
        duty = one.duty
        unsettled = duty.modality == "must" and duty.force == "guidance"
        mixed = {other.duty.force for other in self.same_matter(one)} != {duty.force}
        if duty.modality not in ("must", "should") or unsettled or mixed:
            return None
        # Most duties are the guidance's; asked as they come, nobody would need to read the question.
        if duty.force == "guidance" and rng.random() > 0.15:
            return None
        right, wrong = (LAW, GUIDANCE) if duty.force == "law" else (GUIDANCE, LAW)
        text = f"Is this set by the law or by the guidance? {bearers_text(duty)}: {_task(duty)}"
        return self._question("law-or-guidance", duty, text, right, [wrong], fewest=1)

    def _changed(self, change: ChangeCard) -> Question | None:
        if change.certainty not in SURE or change.kind not in OUTCOMES:
            return None
        older, newer = (short_title(self.catalogue, one) for one in (change.from_edition, change.to_edition))
        verb = f"is new in {newer}" if change.kind == "new" else f"changed between {older} and {newer}"
        right, wrong = ("false", "true") if change.kind == "unchanged" else ("true", "false")
        return Question(
            "changed",
            f"changed {change.id.partition('/change/')[2]}",
            f"True or false: this {verb}: {change.label}.",
            right,
            (wrong,),
            f"{OUTCOMES[change.kind]} {change.note} Certainty: {change.certainty}.",
            "; ".join(change.evidence),
            change.id,
        )

    # What they are made of.

    def same_matter(self, one: Known) -> list[Known]:
        """The duty itself, and each with its action, against it, or much like it in the same place or of one event."""
        keys = (one.action, *one.events, *one.places)
        beside = {other.name: other for key in keys for other in self._sharing[key]}
        found = [
            other
            for other in beside.values()
            if other.action == one.action or fuzz.token_set_ratio(one.action, other.action) >= ALIKE
        ]
        return [*found, *(other for other in self.known if other.name in one.against or one.name in other.against)]

    def _question(
        self, kind: Kind, duty: DutyCard, text: str, right: str, wrong: list[str], fewest: int = WRONG
    ) -> Question | None:
        if len(wrong) < fewest:
            return None
        return Question(
            kind,
            f"{kind} {duty.id.partition('/duty/')[2]}",
            text,
            right,
            tuple(wrong),
            sentence(duty, whole=True),
            citation(self.catalogue, duty.provision),
            duty.id,
        )

    def _facts(self, duty: DutyCard, against: list[str]) -> Known:
        provision = duty.provision.id.partition("/provision/")[2]
        path: list[str] = self.catalogue.cards["provisions"][provision]["heading_path"]
        events = {anchor.id for limit in duty.time_limits for anchor in limit.anchors}
        events |= {duty.trigger.id} if duty.trigger else set()
        return Known(
            duty,
            duty.id.partition("/duty/")[2],
            duty.action.casefold(),
            frozenset(bearer.id.rpartition("/")[2] for bearer in duty.bearers),
            frozenset(event.rpartition("/")[2] for event in events),
            tuple(limit for limit in duty.time_limits if limit.duration),
            path[0] if path else "",
            frozenset({duty.provision.id, *(place.id for place in duty.also_in)}),
            frozenset(against),
        )

    def _near_first(self, one: Known, rng: random.Random) -> list[Known]:
        """The other duties in some order, those of the same chapter first: their bearers and events are plausible."""
        others = rng.sample(self.known, len(self.known))
        return sorted(others, key=lambda other: other.chapter != one.chapter)

    def _apart(self, some: frozenset[str], others: frozenset[str]) -> bool:
        """Whether nobody is reached by the duties of bearers on both sides, be it only under a condition."""
        one, other = (
            frozenset[str]().union(*(self._people.get(name, {name}) for name in side)) for side in (some, others)
        )
        return one.isdisjoint(other)

    @cached_property
    def _people(self) -> dict[str, set[str]]:
        """For each bearer, everyone whom its duties reach."""
        terms = self.catalogue.cards["terms"]
        kinds = kinds_of(terms)
        found: dict[str, set[str]] = {}
        for name, term in terms.items():
            if term["kind"] in BEARERS:
                for bearer in reaching(name, terms, kinds):
                    found.setdefault(bearer, set()).add(name)
        return found

    def _changes(self, role: str | None, topic: str | None) -> list[ChangeCard]:
        """The changes that led to the edition, for a role and under a topic."""
        editions = self.catalogue.cards["editions"]
        older = [
            one
            for one in editions[self.edition]["neighbours"]
            if one in editions and editions[one]["published"] < editions[self.edition]["published"]
        ]
        found = [
            change
            for one in older
            for change in find_changes(self.catalogue, one, self.edition, role).changes
            if topic is None or topic in topics_of_change(self.catalogue, change)
        ]
        return sorted(found, key=lambda change: change.id)


def amount_text(limit: TimeLimit) -> str:
    """ "45 working days"."""
    found = re.fullmatch(r"P(\d+)([DWMY])", limit.duration or "")
    if found is None:
        return limit.duration or ""
    number, unit = int(found[1]), UNITS[found[2]]
    kind = f"{limit.day_kind} " if limit.day_kind and limit.day_kind != "unstated" else ""
    return f"{number} {kind}{unit}{'' if number == 1 else 's'}"


def days_of(limit: TimeLimit) -> float:
    """About how many days it lasts; a working day counts as 1.4."""
    found = re.fullmatch(r"P(\d+)([DWMY])", limit.duration or "")
    if found is None:
        return 0.0
    return int(found[1]) * (1.4 if limit.day_kind == "working" else DAYS[found[2]])


def _too_near(one: TimeLimit, other: TimeLimit) -> bool:
    """Whether two lengths could be taken for one another: 10 days and 10 working days, 12 months and 1 year."""
    some, others = days_of(one), days_of(other)
    return one.duration == other.duration or abs(some - others) <= NEAR * max(some, others)


def _task(duty: DutyCard) -> str:
    """What is to be done, with everything on which it depends."""
    depends = "".join(f" {one.rstrip('.')}." for one in conditions(duty))
    return f"{duty.action.rstrip('.')}.{depends}"


def _modal(duty: DutyCard) -> str:
    return f"{MODALS.get(duty.modality, '(no must or should stands in the text)')}:"


def _told(duty: DutyCard) -> str:
    """What a question on a duty tells before it is answered."""
    return " ".join(filter(None, (duty.action, duty.condition, duty.exception, duty.only_if))).lower()


def _same_words(one: str, other: str) -> bool:
    """Whether the words of one label are all among those of the other, as of a sort of event and the event."""
    some, others = set(one.lower().split()), set(other.lower().split())
    return some <= others or others <= some
