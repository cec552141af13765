"""The content rules, held over every record of the corpus; each rule is also shown to refuse what breaks it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from corpus.limits import TimeLimit
from corpus.loader import load_corpus
from corpus.records import Conflict, Duty, Modality, Provision, Silence
from corpus.wording import limit_anchors
from ontology.vocabulary import BEARERS

CORPUS = load_corpus()
PROVISIONS = [one for records in CORPUS.editions for one in records.provisions]
DUTIES = [duty for provision in PROVISIONS for duty in provision.duties]
LIMITS = [(duty, rank, limit) for duty in DUTIES for rank, limit in enumerate(duty.time_limits, 1)]
CONFLICTS = [one for records in CORPUS.editions for one in records.conflicts]
SILENCES = [one for records in CORPUS.editions for one in records.silences]
DEFINITIONS = [one for records in CORPUS.editions for one in records.definitions]

BEARER_IDS = {term.id for term in CORPUS.vocabulary.of_kind(*BEARERS)}
EVENT_IDS = {term.id for term in CORPUS.vocabulary.of_kind("event")}

#: How much there is. A record that goes is gone on purpose; a new one is counted here.
COUNTS = {
    "provisions": 705,
    "duties": 1709,
    "time limits": 142,
    "definitions": 130,
    "silences": 375,
    "conflicts": 143,
}


def over(cases: list[tuple[str, tuple[Any, ...]]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Holds a rule over every record in one test, which names each record that breaks it."""

    def decorate(rule: Callable[..., None]) -> Callable[[], None]:
        def held() -> None:
            broken = []
            for name, case in cases:
                try:
                    rule(*case)
                except AssertionError as error:
                    broken.append(f"{name}: {str(error).splitlines()[0] if str(error) else 'breaks the rule'}")
            assert cases
            assert broken == []

        held.__name__, held.__doc__ = rule.__name__, rule.__doc__
        return held

    return decorate


every_provision = over([(one.id, (one,)) for one in PROVISIONS])
every_duty = over([(one.id, (one,)) for one in DUTIES])
every_limit = over([(f"{duty.id}/limit/{rank}", (duty, limit)) for duty, rank, limit in LIMITS])
every_conflict = over([(one.id, (one,)) for one in CONFLICTS])
every_silence = over([(one.id, (one,)) for one in SILENCES])


def a_duty(**changes: object) -> Duty:
    return Duty.model_validate(
        {"id": "ed/1/act", "modality": "should", "modality_wording": "should", "action": "act", **changes}
    )


def test_nothing_is_lost_and_nothing_slips_in() -> None:
    assert {
        "provisions": len(PROVISIONS),
        "duties": len(DUTIES),
        "time limits": len(LIMITS),
        "definitions": len(DEFINITIONS),
        "silences": len(SILENCES),
        "conflicts": len(CONFLICTS),
    } == COUNTS


def test_every_numbered_paragraph_of_2023_has_its_one_provision() -> None:
    numbered = sorted(one.paragraph for one in PROVISIONS if one.paragraph and one.id.startswith("wt2023/"))

    assert numbered == list(range(1, 404))


# Provisions


def begins_like_the_official_text(gist: str) -> bool:
    return re.match(r"\s*(\(?\d+[.):]|para(graph|\.)?\s*\d+)", gist, re.IGNORECASE) is not None


@every_provision
def test_a_gist_says_something_and_bears_no_paragraph_number(provision: Provision) -> None:
    assert len(provision.gist.split()) >= 5
    assert not begins_like_the_official_text(provision.gist)


@pytest.mark.parametrize(
    "gist", ["153. Within a day", "153) Within a day", "(2) It is", "Paragraph 6: all", "para. 6 says"]
)
def test_a_gist_that_begins_with_a_paragraph_number_is_found(gist: str) -> None:
    assert begins_like_the_official_text(gist)


@pytest.mark.parametrize("gist", ["45 working days is the limit.", "One working day is", "The 3 partners act"])
def test_a_gist_may_begin_with_a_number_that_counts(gist: str) -> None:
    assert not begins_like_the_official_text(gist)


@every_provision
def test_pages_of_a_provision_follow_on(provision: Provision) -> None:
    # Pages that a secondary source gives may lie apart.
    if provision.certainty == "primary" and provision.pages:
        assert list(provision.pages) == list(range(provision.pages[0], provision.pages[-1] + 1))


# Duties


def is_an_action(text: str) -> bool:
    """Whether it completes "the bearer should ..."."""
    return re.match(r"[a-z][a-z-]*\b", text) is not None and not text.rstrip().endswith(".")


@every_duty
def test_an_action_begins_with_a_lower_case_word_and_ends_without_a_full_stop(duty: Duty) -> None:
    assert is_an_action(duty.action)


@pytest.mark.parametrize("text", ["Act at once", "act at once.", "act at once. ", "2 acts", "", "- act"])
def test_what_is_no_action_is_found(text: str) -> None:
    assert not is_an_action(text)


@every_duty
def test_whoever_and_whatever_a_duty_names_is_in_the_vocabulary(duty: Duty) -> None:
    named_events = {event for limit in duty.time_limits for event in limit_anchors(duty, limit)}

    assert {*duty.who, *duty.recipients, *([duty.beneficiary] if duty.beneficiary else [])} <= BEARER_IDS
    assert {*named_events, *([duty.trigger] if duty.trigger else [])} <= EVENT_IDS


@every_duty
def test_a_bearer_is_named_just_when_its_basis_is_known(duty: Duty) -> None:
    assert bool(duty.who) == (duty.who_basis != "not-stated")


def is_law_without_a_source(duty: Duty) -> bool:
    return duty.force == "law" and not duty.legal_basis


@every_duty
def test_a_must_without_a_legal_basis_is_guidance(duty: Duty) -> None:
    assert not is_law_without_a_source(duty)


def test_a_must_that_claims_to_be_law_without_a_legal_basis_is_found() -> None:
    assert is_law_without_a_source(a_duty(modality="must", modality_wording="must", force="law"))
    assert not is_law_without_a_source(a_duty(modality="must", modality_wording="must"))


#: The words that each modality may come in; what is none-stated comes in none of the binding ones.
WORDINGS: dict[str, str] = {
    "must": r"\b(must(?! not)|shall(?! not)|duty|duties|requires?|required|obliged|have to|bound by|responsibility on"
    r"|subject to)\b",
    "must-not": r"\b(must not|must never|shall not|may not|cannot)\b|^no .* must$",
    "should": r"\bshould(?! not\b| never\b)\b",
    "should-not": r"\bshould (not|never)\b",
    "may": r"\b(may|can|could|might|right|power|powers|able|entitled|allows|permits|lawful basis"
    r"|not the case)(?! not)\b",
    "need-not": r"\b(need not|no need|any need|no obligation|no requirement|no longer|voluntary|does not require"
    r"|not (be )?(need|needed|necessary|required|(a )?prerequisite)|does not mean .* must)\b",
    "none-stated": r"^(?!.*\b(must|shall|should)\b)",
}


def fits(modality: str, wording: str) -> bool:
    return re.search(WORDINGS[modality], wording.lower()) is not None


@every_duty
def test_a_modality_is_what_its_wording_says(duty: Duty) -> None:
    assert fits(duty.modality, duty.modality_wording)


def test_every_modality_has_wordings() -> None:
    assert WORDINGS.keys() == set(Modality.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("modality", "wording"),
    [
        ("must", "should"),
        ("must", "must not"),
        ("must", "may"),
        ("must", "is responsible for"),
        ("must-not", "must"),
        ("must-not", "should not"),
        ("should", "must"),
        ("should", "should not"),
        ("should", "should never"),
        ("should", "shoulder"),
        ("should-not", "should"),
        ("may", "must"),
        ("may", "dismay"),
        ("need-not", "need to"),
        ("need-not", "needs"),
        ("none-stated", "should"),
        ("none-stated", "there must be"),
        ("none-stated", "The council shall"),
    ],
)
def test_a_wording_of_another_modality_is_found(modality: str, wording: str) -> None:
    assert not fits(modality, wording)


# Time limits


def counts(limit: TimeLimit) -> bool:
    return limit.relation in ("within", "before", "for-at-least") and limit.quantity is not None


#: Limits that count from nothing, because the text names no event that they count from.
NO_EVENT_NAMED = {
    "wt2023/flow-chart-4/agree-on-plan": "its box gives 45 working days and no event; a referral stands at the first",
}


@every_limit
def test_a_limit_that_counts_has_an_event_to_count_from(duty: Duty, limit: TimeLimit) -> None:
    if counts(limit):
        assert bool(limit_anchors(duty, limit)) != (duty.id in NO_EVENT_NAMED)


def test_every_reason_for_having_no_event_is_needed() -> None:
    without = {duty.id for duty, _, limit in LIMITS if counts(limit) and not limit_anchors(duty, limit)}

    assert without == NO_EVENT_NAMED.keys()


def test_a_limit_that_counts_from_nothing_is_found() -> None:
    lost = a_duty(time_limits=[{"within": "7 days"}])

    assert counts(lost.time_limits[0])
    assert not limit_anchors(lost, lost.time_limits[0])


@every_duty
def test_a_duty_states_no_limit_twice(duty: Duty) -> None:
    assert len(set(duty.time_limits)) == len(duty.time_limits)


# Conflicts, silences


def has_two_sides(conflict: Conflict) -> bool:
    return len(set(conflict.places)) >= 2 or len(set(conflict.duties)) >= 2 or bool(conflict.commentary)


@every_conflict
def test_a_conflict_has_a_place_and_two_sides(conflict: Conflict) -> None:
    assert conflict.places
    assert has_two_sides(conflict)


def test_a_conflict_with_one_side_is_found() -> None:
    one_sided = Conflict(id="ed/c", label="l", differs="d", places=("ed/1", "ed/1"), duties=("ed/1/act",))

    assert not has_two_sides(one_sided)


@every_silence
def test_a_silence_is_a_question(silence: Silence) -> None:
    assert re.fullmatch(r"[A-Z].*[^?\s]\?", silence.question)
