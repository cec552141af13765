"""The core: a question in, an answer out; retrieved and assembled, never generated."""

import time
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from ontology.errors import InputError
from service.answer import (
    Answer,
    ChangeCard,
    DutyCard,
    Group,
    Mended,
    Passage,
    Reading,
    Recognised,
    Reference,
    Sign,
    Silence,
    duty_card,
    place_of,
)
from service.changes import change_card
from service.editions import choose_edition, notices_of
from service.library import Library
from service.official import SURE, passages_of
from service.reach import Reach, find_role, reaching
from service.retrieval import Ranking, rank
from service.understanding import Understanding, Understood
from service.working_days import read_date

LONGEST_QUESTION = 1000
MOST_DUTIES = 50
MOST_PASSAGES = 50
MOST_CHANGES = 5
MOST_COMMENTARY = 3
#: Below this probability that the edition answers there is no answer: of the trials (corpus/trials) that it answers,
#: little more than one in a hundred are then refused.
CONFIDENT = 0.28
#: A duty so likely to be asked for is an answer all the same, unless a silence is nearer than every duty and provision
#: by more than so much of a cosine; one that is nearer is told beside it.
LIKELY, NEARER = 0.1, 0.07
#: Where everything that somebody has to do is asked for, which duties answer 19 times in 20, by more than so much.
NEARER_TO_ALL = 0.16
#: A less likely duty that has the very length of time that is named is an answer too, by the same rule.
LIKELY_BY_LENGTH, NEARER_BY_LENGTH = 0.03, 0.05
#: Where a draft or an edition is named, a change so near the question is an answer.
LIKELY_CHANGE = 0.55
#: A duty is shown beside the best one from this probability on that it answers too: that one is missing is worse than
#: that one is too many. Chosen on the lists among the trials, of whose answers nine in ten are then shown.
BESIDE = 0.09
#: Where the best duty's score is so small a share of the best place's, it is a plain fact that is asked for, which the
#: place tells: no duty is shown. Chosen on the trials, so small that hardly any duty that answers is missed.
OUTWEIGHED = 0.02
#: A change is shown when its score is at least this share of the best change's.
NEAR_BEST_CHANGE = 0.8
#: What an unclear word can mean is looked for in so many of the best duties.
UNCLEAR_AMONG = 10
#: Commentary is shown from this score on.
COMMENTARY_NEAR = 0.5
#: A duty that a conflict sets against the best one is shown when its score is at least this share of it.
IN_CONFLICT = 0.02
#: A silence is shown when its point is so near the question, by cosine, nearer than every duty's and provision's, and
#: not further behind that of questions that nothing here answers, which lie near many things. Chosen on the
#: trials: of those that a silence answers 94 in 100 are then told one, of those that nothing does 4.
SILENCE_NEAR, BEHIND_NOTHING = 0.4, 0.12

#: A notice about a topic is shown when one of so many best cards or passages is on it.
TOPICS_OF = 1

ASK_CARE = "If a child may be at risk, contact children's social care."
#: How a duty may reach a role, nearest first.
NEAREST: tuple[Reach, ...] = ("you", "conditional", "organisation")
SILENT = f"The guidance does not say. What it says nearby is below. {ASK_CARE}"
NOT_FOUND = f"We found nothing here that answers this. That does not mean that there is no duty. {ASK_CARE}"


class Asking:
    """Answers questions from one library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.terms: dict[str, Any] = library.cards["terms"]
        self.editions: dict[str, Any] = library.cards["editions"]
        self.understanding = Understanding(library.cards, library.words)

    def ask(
        self,
        question: str,
        edition: str | None = None,
        role: str | None = None,
        limit: int = 5,
        on: str | None = None,
        without: Sequence[str] = (),
        as_typed: bool = False,
        explain: bool = False,
    ) -> Answer:
        """The answer to a question; raises InputError for a question, edition, role, limit or date that cannot be used.

        `limit` caps passages (1 to 50); duties are complete up to 50. `on` is a day, as 2019-05-01: the edition in
        force then answers, with the duties that held then. `without` names terms, by id, that were recognised but not
        meant; with `as_typed` no word is mended; with `explain` each result says why it stands where it does.
        """
        started = time.perf_counter()
        question = clean_question(question)
        if not 1 <= limit <= MOST_PASSAGES:
            raise InputError(f"limit is {limit}; it is a number from 1 to {MOST_PASSAGES}.")
        reach = reaching(find_role(role, self.terms), self.terms) if role else None
        day = read_date(on) if on else None
        understood = self.understanding.read(question, frozenset(without) & self.terms.keys(), as_typed)
        reading = self._reading(understood, without)
        named = understood.edition if edition is None and day is None and not understood.asks_changed else edition
        choice = choose_edition(self.library.cards, named, day)
        held = choice.edition
        if held is None:
            message = f"The text of {named} is not in this build, so nothing is known here of what it says. {ASK_CARE}"
            notices = list(self.editions[named]["notices"]) if named in self.editions else []
            return self._no_answer(question, str(named), "not-held", message, notices, [], started, reading)
        if understood.asks_status:
            return self._status(question, held, started, reading)
        ranking = rank(self.library, understood, held, explain)
        answers = ranking.confidence >= CONFIDENT or self._is_likely(ranking, understood)
        near = ranking.provisions[:limit] if answers else []
        newer, further = passages_of(self.library.cards, ranking.official, near, held, choice.newer, limit)
        if not answers and not any(one.score >= SURE for one in (*newer, *further)):
            silences = self._silences(ranking)
            reason, message = ("silent", SILENT) if silences else ("not-found", NOT_FOUND)
            notices = [*choice.notices, *notices_of(self.editions[held], frozenset(), day)]
            sure = ranking.confidence
            return self._no_answer(question, held, reason, message, notices, silences, started, reading, sure)
        chosen = self._choose(ranking, day) if answers else []
        duties = [self._card(duty, score, reach, ranking.why) for duty, score in chosen]
        notices = [*choice.notices, *notices_of(self.editions[held], self._topics(chosen, ranking), day)]
        if reach is not None and duties:
            # Nothing is hidden: who must act is an answer too, when it is somebody else.
            duties.sort(key=lambda card: card.reach is None)
            if not any(card.reach for card in duties):
                notices.append("None of these duties reaches the role you chose; they are other people's.")
        return Answer(
            question=question,
            status="answered",
            reason=None,
            message=None,
            edition=held,
            newer=choice.newer,
            notices=notices,
            duties_total=len(duties),
            duties=duties[:MOST_DUTIES],
            passages=[
                *newer,
                *(self._passage(one, score, ranking.why) for one, score in near),
                *further,
                *self._commentary(ranking),
            ],
            silences=self._silences(ranking),
            changes=self._changes(ranking, understood.names_draft) if understood.asks_changed else [],
            groups=_groups(duties, understood.terms),
            understood=self._reading(understood, without, [duty for duty, _ in ranking.duties[:UNCLEAR_AMONG]]),
            confidence=_score(ranking.confidence),
            should_means=self.editions[held]["should_means"] if any(_says_should(one) for one in duties) else None,
            took_ms=_since(started),
        )

    def _reading(self, understood: Understood, without: Sequence[str], near: Sequence[str] = ()) -> Reading:
        """How a question was understood; of what an unclear word can mean, that which the nearest duties are about."""
        about = {event for duty in near for event in self._events_of(duty)}
        unclear = {one.written: [term for term in one.terms if term in about] for one in understood.unclear}
        return Reading(
            question=understood.meaning,
            asks=list(understood.asks),
            recognised=[
                Recognised(written=one.written, terms=[self._reference(term) for term in one.terms])
                for one in understood.recognised
            ],
            unclear=[
                Recognised(written=written, terms=[self._reference(term) for term in terms])
                for written, terms in unclear.items()
                if len(terms) > 1
            ],
            mended=[Mended(written=written, read=read) for written, read in understood.mended],
            sections=list(understood.sections),
            edition=understood.edition,
            without=[self._reference(term) for term in without if term in self.terms],
        )

    def _events_of(self, duty: str) -> set[str]:
        card = self.library.cards["duties"][duty]
        anchors = (anchor for limit in card["time_limits"] for anchor in limit["anchors"])
        named = {_local(one["id"]) for one in (*([card["trigger"]] if card["trigger"] else []), *anchors)}
        return named.union(card["acts_on"])

    def _reference(self, term: str) -> Reference:
        return Reference(id=self.terms[term]["id"], label=self.terms[term]["label"])

    def _status(self, question: str, edition: str, started: float, reading: Reading) -> Answer:
        """Whether an edition applies, from the records of the editions, with the places that say what it replaces."""
        card = self.editions[edition]
        newer = [self.editions[one] for one in card["neighbours"] if one in self.editions]
        newer = [one for one in newer if str(one["published"]) > str(card["published"])]
        since, until = card["in_force_from"], card["in_force_until"]
        message = f"{card['title']} was never in force."
        if since:
            message = f"{card['title']} has been in force since {since}."
        if since and until:
            message = f"{card['title']} was in force from {since} until {until} and is no longer current."
        text = "its official text is held here" if card["newer"] else "its text is not held here"
        message += "".join(f" {one['title']} has replaced it; {text}." for one in newer if until)
        status = [one for one, place in self.library.cards["provisions"].items() if _tells_status(place, edition)]
        return Answer(
            question=question,
            status="answered",
            reason=None,
            message=message,
            edition=edition,
            notices=list(card["notices"]),
            duties_total=0,
            duties=[],
            passages=[self._passage(one, 1.0) for one in status[:2]],
            silences=[],
            changes=[],
            understood=reading,
            took_ms=_since(started),
        )

    def _silences(self, ranking: Ranking) -> list[Silence]:
        """The silence nearest to the question, where it is near enough to be shown."""
        places = self.library.cards["provisions"]
        return [
            Silence.model_validate({**card, "near": [place_of(places[one]) for one in card["near"]]})
            for record, cosine in ranking.silences[:1]
            if cosine >= max(SILENCE_NEAR, ranking.nothing - BEHIND_NOTHING)
            and ranking.silence_lead >= 0
            and (card := self.library.cards["silences"][record])
        ]

    def _changes(self, ranking: Ranking, with_drafts: bool) -> list[ChangeCard]:
        """The changes near the question, best first; those from a draft only when it is asked about."""
        cards = self.library.cards["changes"]
        drafts = {one for one, card in self.editions.items() if card["status"] == "consultation-draft"}
        asked = [one for one in ranking.changes if with_drafts or cards[one[0]]["from_edition"] not in drafts]
        best = asked[0][1] if asked else 0.0
        return [change_card(cards[one]) for one, score in asked[:MOST_CHANGES] if score >= NEAR_BEST_CHANGE * best > 0]

    def _topics(self, chosen: list[tuple[str, float]], ranking: Ranking) -> frozenset[str]:
        """The main topics, which stand first, of the places that the best cards stand in."""
        places = [_place(duty) for duty, _ in chosen[:TOPICS_OF]]
        places += [one for one, _ in ranking.provisions[:TOPICS_OF]]
        return frozenset(topic for one in places for topic in self.library.cards["provisions"][one]["topics"][:1])

    def _is_likely(self, ranking: Ranking, understood: Understood) -> bool:
        names_text = understood.names_draft or understood.edition
        if understood.asks_changed and names_text and ranking.changes and ranking.changes[0][1] >= LIKELY_CHANGE:
            return True
        if not ranking.duties:
            return False
        (best, score), lead = ranking.duties[0], ranking.silence_lead
        lengths = {one["duration"] for one in self.library.cards["duties"][best]["time_limits"]}
        if lengths & understood.durations and score >= LIKELY_BY_LENGTH and lead <= NEARER_BY_LENGTH:
            return True
        return score >= LIKELY and lead <= (NEARER_TO_ALL if "everything" in understood.asks else NEARER)

    def _choose(self, ranking: Ranking, day: date | None) -> list[tuple[str, float]]:
        """The best duty that holds on the day, those that answer beside it, and what a conflict sets against it."""
        valid = [one for one in ranking.duties if day is None or self._holds(one[0], day)]
        if not valid or self._asks_fact(ranking, valid[0][1]):
            return []
        duties = self.library.cards["duties"]
        chosen = [valid[0], *(one for one in valid[1:] if ranking.beside[one[0]] >= BESIDE)]
        first, scores = chosen[0][0], dict(ranking.duties)
        against = [(other, scores[other]) for other in duties[first]["set_against"]]
        against = [one for one in sorted(against, key=lambda one: -one[1]) if one[1] >= IN_CONFLICT * valid[0][1]]
        # Law and guidance on the same matter stand side by side.
        beside = [(other, score) for other, score in against if duties[other]["force"] != duties[first]["force"]][:1]
        rest = sorted({*chosen[1:], *against}, key=lambda one: (-one[1], one[0]))
        return list(dict([chosen[0], *beside, *rest]).items())

    def _asks_fact(self, ranking: Ranking, best: float) -> bool:
        """Whether the best place outweighs the best duty; a flow chart tells steps, never a plain fact."""
        place, score = ranking.provisions[0]
        return best < OUTWEIGHED * score and not self.library.cards["provisions"][place]["is_drawn"]

    def _holds(self, duty: str, day: date) -> bool:
        card = self.library.cards["duties"][duty]
        since, until = card["valid_from"], card["valid_until"]
        return (since is None or since <= day.isoformat()) and (until is None or day.isoformat() <= until)

    def _card(
        self,
        duty: str,
        score: float,
        reach: dict[str, tuple[Reach, str | None]] | None,
        why: dict[str, dict[str, float]],
    ) -> DutyCard:
        card = self.library.cards["duties"][duty]
        hows = [reach[bearer] for one in card["bearers"] if (bearer := _local(one["id"])) in reach] if reach else []
        how, condition = min(hows, key=lambda one: NEAREST.index(one[0]), default=(None, None))
        return duty_card(card, how, condition, _score(score), _signs(why.get(duty, {})))

    def _passage(self, provision: str, score: float, why: dict[str, dict[str, float]] | None = None) -> Passage:
        card = {
            key: value
            for key, value in self.library.cards["provisions"][provision].items()
            if key not in ("heading_path", "topics", "is_drawn")
        }
        return Passage.model_validate({**card, "score": _score(score), "why": _signs((why or {}).get(provision, {}))})

    def _commentary(self, ranking: Ranking) -> list[Passage]:
        """Commentary near the question; always below guidance, however near."""
        return [
            Passage(
                **self.library.cards["commentary"][one],
                paragraphs=[],
                footnote=None,
                pages=[],
                printing=None,
                url=None,
                kind="commentary",
                text_kind="commentary",
                certainty="secondary",
                evidence=[],
                score=_score(score),
            )
            for one, score in ranking.commentary[:MOST_COMMENTARY]
            if score >= COMMENTARY_NEAR
        ]

    def _no_answer(
        self,
        question: str,
        edition: str,
        reason: Any,
        message: str,
        notices: list[str],
        silences: list[Silence],
        started: float,
        reading: Reading,
        confidence: float | None = None,
    ) -> Answer:
        return Answer(
            question=question,
            status="no-answer",
            reason=reason,
            message=message,
            edition=edition,
            notices=notices,
            duties_total=0,
            duties=[],
            passages=[self._passage(_local_provision(near.id), 0) for one in silences for near in one.near],
            silences=silences,
            changes=[],
            understood=reading,
            confidence=None if confidence is None else _score(confidence),
            took_ms=_since(started),
        )


def _groups(duties: list[DutyCard], terms: frozenset[str]) -> list[Group]:
    """Several duties by the event that starts them where the question names who bears them, else by their bearer."""
    if len(duties) < 2:
        return []
    by_event = any(_local(one.id) in terms for duty in duties for one in duty.bearers)
    found: dict[str, list[str]] = {}
    for duty in duties:
        if by_event:
            label = duty.trigger.label if duty.trigger else "at any time"
        else:
            label = ", ".join(one.label for one in duty.bearers) or "nobody named"
        found.setdefault(label, []).append(duty.id)
    by: Any = "event" if by_event else "bearer"
    return [Group(by=by, label=label, total=len(ids), duties=ids) for label, ids in found.items()]


def _signs(parts: dict[str, float]) -> list[Sign]:
    return [Sign(sign=name, adds=adds) for name, adds in sorted(parts.items(), key=lambda one: -abs(one[1])) if adds]


def _place(duty: str) -> str:
    return duty.rpartition("/")[0]


def _tells_status(place: dict[str, Any], edition: str) -> bool:
    return bool(place["edition"] == edition and place["topics"][:1] == ["status-of-guidance"])


def _says_should(duty: DutyCard) -> bool:
    return duty.modality in ("should", "should-not")


def clean_question(question: str) -> str:
    """The question on one line; raises InputError when it is empty, too long or holds control characters."""
    text = " ".join(question.split())
    if not text:
        raise InputError("Type a question, for instance: how soon must the core group meet?")
    if len(text) > LONGEST_QUESTION:
        raise InputError(f"The question has {len(text):,} characters; ask it in at most {LONGEST_QUESTION:,}.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InputError("The question holds control characters that cannot be read; type it again.")
    return text


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def _local_provision(iri: str) -> str:
    return iri.partition("/provision/")[2]


def _score(score: float) -> float:
    return round(min(max(score, 0.0), 1.0), 3)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
