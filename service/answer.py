"""The answer as everybody gets it: the JSON contract of the API, the command line and the page."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

#: What an edit of a text changes; those that change what somebody has to do come first.
Aspect = Literal["modality", "number", "who", "time-limit", "wording"]
Reason = Literal["silent", "not-found", "not-held"]


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(Shown):
    """Something with a name of its own: a bearer, an event, a section of an Act."""

    id: str
    label: str


class Place(Shown):
    """A provision: where it is printed and how to reach it."""

    id: str
    edition: str
    #: For a footnote that of the paragraph it hangs on.
    paragraphs: list[int]
    footnote: int | None
    pages: list[int]
    #: Which printing the pages are of, where the edition's printings differ.
    printing: str | None
    heading: str
    url: str | None


class TimeLimit(Shown):
    """By when; `duration` is ISO 8601 and `day_kind` says which days it counts."""

    text: str
    relation: str
    duration: str | None
    day_kind: str | None
    date: str | None
    set_by: Literal["law", "guidance"]
    anchors: list[Reference]
    which: str | None
    until: str | None


class Conflict(Shown):
    """Places that pull two ways, or commentary that says something else than the text; both are shown."""

    id: str
    label: str
    differs: str
    #: The commentary that contradicts the text; empty where the text contradicts itself.
    commentary: list[str]
    places: list[Place]


class Sign(Shown):
    """One thing that speaks for a record, and how much it adds to the record's place."""

    sign: str
    adds: float


class OfficialText(Shown):
    """What the official document says at a place, as the copy that is held has it."""

    document: str
    publisher: str
    licence: str
    text: str


class Difference(Shown):
    """Words of the older text and those of the newer in their place; none before were put in, none after taken out."""

    aspect: Aspect
    before: str
    after: str


class InNewer(Shown):
    """What became of a duty's paragraph in a newer edition whose text is held, by comparing the two texts."""

    edition: str
    title: str
    #: Not compared where the text of the duty's own edition is not held.
    state: Literal["same", "edited", "not found", "not compared"]
    places: list[Place]
    #: Those that tell most first.
    differences: list[Difference]


#: States that one word does not tell.
NEWER_WORDS = {
    "not found": "not found in the newer edition",
    "not compared": "not compared, since the text of the older edition is not held",
}


def newer_word(state: str) -> str:
    """What became of a paragraph in a newer edition, in words."""
    return NEWER_WORDS.get(state, state)


class DutyCard(Shown):
    """Who must, should or may do what, by when, and where it says so."""

    id: str
    bearers: list[Reference]
    bearer_mode: str
    bearer_basis: str
    modality: str
    modality_wording: str
    force: Literal["law", "guidance"]
    action: str
    parts: list[str]
    recipients: list[Reference]
    beneficiary: Reference | None
    trigger: Reference | None
    condition: str | None
    exception: str | None
    only_if: str | None
    if_missed: str | None
    time_limits: list[TimeLimit]
    legal_basis: list[Reference]
    cites: list[Reference]
    provision: Place
    also_in: list[Place]
    conflicts: list[Conflict]
    status: str
    certainty: str
    #: What it rests on, where the edition's own text was not at hand.
    evidence: list[str]
    valid_from: str | None
    valid_until: str | None
    #: The paragraph's own words, where the official document is held.
    official: OfficialText | None = None
    #: What became of it, where a newer edition is held than the one it was written from.
    in_newer: InNewer | None = None
    #: How it reaches the role that was asked for; null without a role, and for somebody else's duty.
    reach: Literal["you", "conditional", "organisation"] | None
    #: Under which condition, where it reaches the role under one.
    reach_condition: str | None
    #: Between 0 and 1; comparable within one answer.
    score: float
    #: Why it stands where it does, the weightiest first; only where that is asked for.
    why: list[Sign] = []


class Passage(Place):
    """What a provision says, in our summary or officially."""

    kind: Literal["guidance", "legislation", "commentary"]
    text: str
    text_kind: Literal["gist", "official", "commentary"]
    certainty: str
    #: What it rests on, where the edition's own text was not at hand.
    evidence: list[str]
    score: float
    why: list[Sign] = []
    #: Of official text: the document it stands in, whose that is, its licence, and our summary where there is one.
    document: str | None = None
    publisher: str | None = None
    licence: str | None = None
    gist: str | None = None


class Silence(Shown):
    """A question that the edition does not settle, with what stands nearby."""

    id: str
    edition: str
    question: str
    note: str
    near: list[Place]


class ShouldMeans(Shown):
    """What *should* asks of its readers, as the edition explains it."""

    text: str
    places: list[Place]


class ChangedRecord(Shown):
    """A duty or a part of an edition that a change is about."""

    id: str
    text: str
    where: str
    certainty: str


class ChangeCard(Shown):
    """One difference between two editions, with what it rests on."""

    id: str
    label: str
    from_edition: str
    to_edition: str
    kind: str
    aspects: list[str]
    before: list[ChangedRecord]
    after: list[ChangedRecord]
    note: str
    certainty: str
    evidence: list[str]


def place_of(card: dict[str, Any]) -> Place:
    """The place that a provision's card names."""
    return Place.model_validate({name: card[name] for name in Place.model_fields})


def duty_card(
    card: dict[str, Any],
    reach: Literal["you", "conditional", "organisation"] | None = None,
    reach_condition: str | None = None,
    score: float = 0.0,
    why: Sequence[Sign] = (),
) -> DutyCard:
    """A duty's card of the build as it is shown, with what one answer adds to it."""
    shown = {name: card[name] for name in DutyCard.model_fields.keys() & card.keys()}
    added = {"reach": reach, "reach_condition": reach_condition, "score": score, "why": list(why)}
    return DutyCard.model_validate({**shown, **added})


class Recognised(Shown):
    """Words of the question and what they were taken for: more than one thing where they can mean several."""

    written: str
    terms: list[Reference]


class Mended(Shown):
    """A word as typed, and as it was read."""

    written: str
    read: str


class Reading(Shown):
    """How the question was understood, so that a person can set it right."""

    #: The words that were searched for.
    question: str
    asks: list[Literal["who", "what", "by-when", "law", "changed", "edition", "everything"]]
    recognised: list[Recognised]
    #: Words that can mean several things, with those of them that the answer is about.
    unclear: list[Recognised]
    mended: list[Mended]
    sections: list[str]
    edition: str | None
    #: Terms that the asker said were not meant.
    without: list[Reference]


class Group(Shown):
    """Duties of the answer that one event starts or one bearer bears."""

    by: Literal["event", "bearer"]
    label: str
    total: int
    #: Ids of the cards, in their order.
    duties: list[str]


class Answer(Shown):
    """Everything that is shown for one question."""

    question: str
    status: Literal["answered", "no-answer"]
    reason: Reason | None
    #: One or two sentences for a no-answer.
    message: str | None
    edition: str
    #: A newer edition whose official text is held: its passages come first, the duties are of the older one.
    newer: str | None = None
    notices: list[str]
    duties_total: int
    duties: list[DutyCard]
    passages: list[Passage]
    silences: list[Silence]
    #: What changed between editions, where that is asked.
    changes: list[ChangeCard]
    #: The duties by the event that starts them or by their bearer, where they are several.
    groups: list[Group] = []
    understood: Reading | None = None
    #: The probability that this edition answers the question.
    confidence: float | None = None
    #: There when a duty shown says *should*.
    should_means: ShouldMeans | None = None
    took_ms: float
