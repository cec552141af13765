"""Which edition answers: asked for, in force on a day, or newest; and what changed between editions."""

import pytest

from ontology.errors import InputError
from service.ask import Asking
from service.changes import find_changes
from service.editions import choose_edition


@pytest.mark.parametrize(
    ("on", "edition"),
    [
        (None, "wt2023"),
        ("2018-07-04", "wt2018"),
        ("2019-05-01", "wt2018"),
        ("2023-12-14", "wt2018"),
        ("2023-12-15", "wt2023"),
        ("2026-03-17", "wt2023"),
    ],
)
def test_the_edition_in_force_on_a_day_answers(asking: Asking, on: str | None, edition: str) -> None:
    assert asking.ask("How soon must a referral be acknowledged?", on=on).edition == edition


@pytest.mark.parametrize(
    ("on", "notice"),
    [
        ("2026-04-01", "On 2026-04-01 Working Together to Safeguard Children 2026 was in force, whose text"),
        ("2016-01-01", "On 2016-01-01 an edition that is not known here was in force, whose text"),
    ],
)
def test_where_that_edition_is_not_held_the_newest_answers_and_says_so(asking: Asking, on: str, notice: str) -> None:
    answer = asking.ask("How soon must a referral be acknowledged?", on=on)

    assert answer.edition == "wt2023"
    assert answer.notices[0].startswith(notice)


@pytest.mark.parametrize(("on", "told"), [("2019-05-01", True), ("2019-09-29", True), ("2020-05-01", False)])
def test_days_of_the_2018_transition_say_that_older_chapters_could_apply(asking: Asking, on: str, told: bool) -> None:
    answer = asking.ask("Who were the safeguarding partners?", on=on)

    assert (answer.status, answer.passages[0].id.partition("/provision/")[2]) == (
        "answered",
        "wt2018/safeguarding-partners",
    )
    assert any("chapters 3 to 5 of the 2015 edition could still apply" in notice for notice in answer.notices) is told


@pytest.mark.parametrize(
    ("on", "notice"),
    [
        ("2026-04-01", "On 2026-04-01 Working Together to Safeguard Children 2026 was in force, whose text"),
        ("2019-05-01", "On that day the arrangements of the area's safeguarding partners may not have begun."),
    ],
)
def test_where_nothing_answers_it_is_said_all_the_same_what_applied_that_day(
    asking: Asking, on: str, notice: str
) -> None:
    answer = asking.ask("What is the capital of France?", on=on)

    assert answer.status == "no-answer"
    assert any(one.startswith(notice) for one in answer.notices)


def test_a_duty_answers_only_for_the_days_on_which_it_held(asking: Asking) -> None:
    """The homelessness section came in December 2020."""
    question = "Must a public authority refer someone who may be homeless?"

    def refers(on: str) -> bool:
        return any("homeless" in duty.action for duty in asking.ask(question, on=on).duties)

    assert not refers("2019-12-01")
    assert refers("2021-12-01")


def test_a_draft_answers_only_when_it_is_asked_for(asking: Asking) -> None:
    cards = asking.library.cards

    assert choose_edition(cards, None).edition == "wt2023"
    assert choose_edition(cards, "wt2023-draft").edition == "wt2023-draft"


@pytest.mark.parametrize("on", ["2026-02-31", "yesterday", "2019-05-01T10:00Z", "1700-01-01"])
def test_a_day_that_is_none_is_told_why(asking: Asking, on: str) -> None:
    with pytest.raises(InputError, match=r"is no date|time of day|out of range"):
        asking.ask("How soon must a referral be acknowledged?", on=on)


def test_no_deadline_of_2026_is_ever_shown(asking: Asking) -> None:
    answer = asking.ask("Does the 2026 edition still give 45 working days for an assessment?")

    assert (answer.status, answer.reason) == ("no-answer", "not-held")
    assert not any(
        duty["time_limits"]
        for duty in asking.library.cards["duties"].values()
        if duty["provision"]["edition"] == "wt2026"
    )


def test_answers_on_information_sharing_carry_the_notice_on_the_new_duty(asking: Asking) -> None:
    shared = asking.ask("Do I need consent to share information about a child?").notices
    core_group = asking.ask("When does the core group meet?").notices

    assert any("section 16LA" in notice for notice in shared)
    assert not any("section 16LA" in notice for notice in core_group)


def test_whether_an_edition_is_current_is_answered_from_its_record(asking: Asking) -> None:
    answer = asking.ask("Is Working Together 2023 current?")

    assert answer.status == "answered"
    assert answer.message == (
        "Working Together to Safeguard Children 2023 was in force from 2023-12-15 until 2026-03-18 and is no longer "
        "current. Working Together to Safeguard Children 2026 has replaced it; its text is not held here."
    )
    assert [2] in [passage.paragraphs for passage in answer.passages]


# What changed


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("Who decides what happens to a new referral, then and now?", "referral"),
        ("Did the rapid review clock change?", "rapid review"),
        ("Who were the safeguarding partners before ICBs?", "which health body"),
        ("What did the draft propose on care leavers and what was adopted?", "care leaver"),
    ],
)
def test_a_question_on_what_changed_is_answered_with_the_change(asking: Asking, question: str, label: str) -> None:
    changes = asking.ask(question).changes

    assert any(label in change.label.lower() for change in changes), [change.label for change in changes]
    assert all(change.evidence and change.certainty for change in changes)


def test_changes_are_found_by_aspect_and_role(asking: Asking) -> None:
    every = find_changes(asking.library, "wt2018", "wt2023")
    clocks = find_changes(asking.library, "wt2018", "wt2023", aspect="time-limit")
    supervisor = find_changes(asking.library, "wt2018", "wt2023", role="practice supervisor")

    assert 0 < clocks.total < every.total
    assert 0 < supervisor.total < every.total
    assert all("time-limit" in change.aspects for change in clocks.changes)


@pytest.mark.parametrize(
    ("older", "newer", "aspect", "sentence"),
    [
        ("wt2017", "wt2023", None, "There is no edition 'wt2017'; did you mean 'wt2018'?"),
        ("wt2023", "wt2018", None, "Working Together to Safeguard Children 2023 is not older than"),
        ("wt2018", "wt2018", None, "Working Together to Safeguard Children 2018 is not older than"),
        ("wt2018", "wt2023", "clock", "There is no aspect 'clock'; "),
    ],
)
def test_changes_that_cannot_be_had_are_told_why(
    asking: Asking, older: str, newer: str, aspect: str | None, sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        find_changes(asking.library, older, newer, aspect=aspect)

    assert str(caught.value).startswith(sentence)
