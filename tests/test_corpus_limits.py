"""Time limits: what an author may write, what it means, and how it is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.limits import BARE, DayKind, Relation, TimeLimit, Unit
from corpus.records import Duty
from corpus.wording import limit_anchors, limit_text
from ontology.vocabulary import Term, Vocabulary

RELATIONS = Relation.__args__  # type: ignore[attr-defined]
COUNT = "is not a count such as `45 working days`, `7 days` or `3 months`"


def read(**written: object) -> TimeLimit:
    """A limit from the words an author writes; the underscores of the names are hyphens in YAML."""
    return TimeLimit.model_validate({hyphened(name): value for name, value in written.items()})


def hyphened(name: str) -> str:
    return name if name == "set_by" else name.rstrip("_").replace("_", "-")


# What an author may write


@pytest.mark.parametrize(
    ("written", "quantity", "unit", "day_kind", "duration"),
    [
        ("1 day", 1, "day", "unstated", "P1D"),
        ("7 days", 7, "day", "unstated", "P7D"),
        ("1 working day", 1, "day", "working", "P1D"),
        ("45 working days", 45, "day", "working", "P45D"),
        ("10 calendar days", 10, "day", "calendar", "P10D"),
        ("6 school days", 6, "day", "school", "P6D"),
        ("1 month", 1, "month", None, "P1M"),
        ("3 months", 3, "month", None, "P3M"),
        ("1 year", 1, "year", None, "P1Y"),
        ("25 years", 25, "year", None, "P25Y"),
    ],
)
@pytest.mark.parametrize("relation", ["within", "before", "every", "for-at-least"])
def test_a_count_is_a_number_a_kind_of_day_and_a_unit(
    relation: str, written: str, quantity: int, unit: str, day_kind: str | None, duration: str
) -> None:
    limit = TimeLimit.model_validate({relation: written})

    assert (limit.relation, limit.quantity, limit.unit, limit.day_kind) == (relation, quantity, unit, day_kind)
    assert limit.duration == duration


@given(
    quantity=st.integers(min_value=1, max_value=10_000),
    unit=st.sampled_from(Unit.__args__),  # type: ignore[attr-defined]
    kind=st.sampled_from(DayKind.__args__),  # type: ignore[attr-defined]
)
def test_every_count_is_read_back_as_it_was_written(quantity: int, unit: str, kind: str) -> None:
    words = [str(quantity), *([kind] if unit == "day" and kind != "unstated" else []), unit]
    limit = read(within=" ".join(words) + ("" if quantity == 1 else "s"))

    assert (limit.quantity, limit.unit) == (quantity, unit)
    assert limit.day_kind == (kind if unit == "day" else None)
    assert limit.duration == f"P{quantity}{unit[0].upper()}"


@pytest.mark.parametrize("relation", ["same-day", "immediately", "as-soon-as-possible"])
def test_a_soft_limit_counts_nothing(relation: str) -> None:
    limit = TimeLimit.model_validate({relation: True})

    assert limit == TimeLimit.model_validate({relation: True, "from": []})
    assert (limit.relation, limit.quantity, limit.unit, limit.day_kind, limit.duration) == (relation, *[None] * 4)


def test_before_may_give_no_number() -> None:
    limit = read(before="any time", from_="referral")

    assert (limit.relation, limit.quantity, limit.duration, limit.anchors) == ("before", None, None, ("referral",))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2019-06-29", "2019-06-29"),
        (date(2019, 6, 29), "2019-06-29"),
        ("--09-30", "--09-30"),
        ("--02-29", "--02-29"),
        ("2020-02-29", "2020-02-29"),
    ],
)
def test_a_date_is_one_day_or_a_day_of_every_year(written: object, expected: str) -> None:
    limit = read(by_date=written)

    assert (limit.relation, limit.date, limit.duration) == ("by-date", expected, None)


def test_a_limit_may_be_set_elsewhere() -> None:
    assert read(set_elsewhere="the local protocol").elsewhere == "the local protocol"


def test_a_clock_may_count_from_one_event_or_from_several() -> None:
    assert read(within="1 day", from_="referral").anchors == ("referral",)
    assert read(within="1 day", from_=["referral", "concern"]).anchors == ("referral", "concern")
    assert read(within="1 day").anchors == ()


def test_which_until_and_who_sets_it_are_kept() -> None:
    limit = read(every="6 months", which="the last one", until="the plan ends", set_by="law")

    assert (limit.which, limit.until, limit.set_by) == ("the last one", "the plan ends", "law")


ONE_RELATION = f"a time limit names one relation of {', '.join(RELATIONS)}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, ONE_RELATION),
        ({"from": "referral"}, ONE_RELATION),
        ({"after": "7 days"}, ONE_RELATION),
        ({"within": "7 days", "every": "7 days"}, ONE_RELATION),
        ({"relation": "within", "quantity": 7, "unit": "day"}, ONE_RELATION),
        ({"within": "soon"}, f"within: 'soon' {COUNT}"),
        ({"within": 45}, f"within: '45' {COUNT}"),
        ({"within": True}, f"within: 'True' {COUNT}"),
        ({"within": None}, f"within: 'None' {COUNT}"),
        ({"within": "0 days"}, f"within: '0 days' {COUNT}"),
        ({"within": "-3 days"}, f"within: '-3 days' {COUNT}"),
        ({"within": "1.5 days"}, f"within: '1.5 days' {COUNT}"),
        ({"within": "seven days"}, f"within: 'seven days' {COUNT}"),
        ({"within": "7 Days"}, f"within: '7 Days' {COUNT}"),
        ({"within": "2 weeks"}, f"within: '2 weeks' {COUNT}"),
        ({"within": "48 hours"}, f"within: '48 hours' {COUNT}"),
        ({"within": "15 bank days"}, f"within: '15 bank days' {COUNT}"),
        ({"within": "15 days of it"}, f"within: '15 days of it' {COUNT}"),
        ({"within": "any time"}, f"within: 'any time' {COUNT}"),
        ({"every": "other day"}, f"every: 'other day' {COUNT}"),
        ({"for-at-least": True}, f"for-at-least: 'True' {COUNT}"),
        ({"before": True}, f"before: 'True' {COUNT}"),
        ({"within": "3 working months"}, "within: '3 working months': only days are working, calendar or school"),
        ({"every": "1 school year"}, "every: '1 school year': only days are working, calendar or school"),
        ({"same-day": "yes"}, "same-day: write `same-day: true`"),
        ({"immediately": False}, "immediately: write `immediately: true`"),
        ({"as-soon-as-possible": "7 days"}, "as-soon-as-possible: write `as-soon-as-possible: true`"),
        ({"set-elsewhere": True}, "set-elsewhere: say in words where the limit is set"),
        ({"set-elsewhere": " "}, "set-elsewhere: say in words where the limit is set"),
        ({"by-date": "30 September"}, "by-date: '30 September' is neither YYYY-MM-DD nor --MM-DD"),
        ({"by-date": "2019-6-29"}, "by-date: '2019-6-29' is neither YYYY-MM-DD nor --MM-DD"),
        ({"by-date": "2019-02-29"}, "by-date: there is no day 2019-02-29"),
        ({"by-date": "--13-01"}, "by-date: there is no day --13-01"),
        ({"within": "7 days", "from": 5}, "from: name an event, or list several"),
        ({"within": "7 days", "from": None}, "from: name an event, or list several"),
        (
            {"within": "7 days", "form": "referral"},
            "'form' is no part of a time limit; beside its relation it takes from, which, until, set_by",
        ),
        (
            {"within": "7 days", "quantity": 9},
            "'quantity' is no part of a time limit; beside its relation it takes from, which, until, set_by",
        ),
        ({"within": "7 days", "set_by": "custom"}, "Input should be 'law' or 'guidance'"),
    ],
)
def test_a_wrong_writing_is_refused(written: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TimeLimit.model_validate(written)

    assert [error["msg"].removeprefix("Value error, ") for error in caught.value.errors()] == [expected]


# How a limit is said


EVENTS = Vocabulary(
    (
        Term(
            id="referral", kind="event", label="referral received", definition="d", phrase="the referral being received"
        ),
        Term(id="review", kind="event", label="the review", definition="d"),
    )
)


def say(trigger: str | None, written: dict[str, object]) -> str:
    duty = Duty.model_validate(
        {
            "id": "ed/1/act",
            "modality": "should",
            "modality_wording": "should",
            "action": "act",
            "trigger": trigger,
            "time_limits": [written],
        }
    )
    return limit_text(duty, duty.time_limits[0], EVENTS)


UNSTATED = "(the text does not say working or calendar days)"


@pytest.mark.parametrize(
    ("trigger", "written", "expected"),
    [
        (None, {"within": "45 working days"}, "within 45 working days"),
        ("referral", {"within": "45 working days"}, "within 45 working days of the referral being received"),
        (None, {"within": "1 working day", "from": "review"}, "within 1 working day of the review"),
        ("referral", {"within": "3 months", "from": "review"}, "within 3 months of the review"),
        (None, {"within": "1 month", "from": "review"}, "within 1 month of the review"),
        (None, {"within": "10 days", "from": "review"}, f"within 10 days {UNSTATED} of the review"),
        (None, {"within": "1 day", "from": "review"}, f"within 1 day {UNSTATED} of the review"),
        (None, {"within": "7 calendar days", "from": "review"}, "within 7 calendar days of the review"),
        (None, {"within": "6 school days", "from": "review"}, "within 6 school days of the review"),
        (
            None,
            {"within": "5 working days", "from": ["referral", "review"]},
            "within 5 working days of the referral being received or the review",
        ),
        ("review", {"before": "7 working days"}, "no later than 7 working days before the review"),
        (None, {"before": "7 working days"}, "at least 7 working days in advance"),
        ("review", {"before": "any time"}, "before the review"),
        (None, {"before": "any time"}, "in advance"),
        (None, {"every": "6 months"}, "at least once every 6 months"),
        ("referral", {"every": "6 months"}, "at least once every 6 months"),
        (
            "referral",
            {"every": "6 months", "from": "review"},
            "at intervals of no more than 6 months, counted from the review",
        ),
        (None, {"by-date": "2019-06-29"}, "by 29 June 2019"),
        (None, {"by-date": "--09-30"}, "by 30 September each year"),
        (None, {"by-date": "--01-01"}, "by 1 January each year"),
        (None, {"for-at-least": "25 years"}, "for at least 25 years"),
        ("review", {"for-at-least": "1 year"}, "for at least 1 year from the review"),
        (None, {"same-day": True}, "on the same day"),
        ("review", {"same-day": True}, "on the same day as the review"),
        ("review", {"immediately": True}, "immediately"),
        (None, {"immediately": True, "from": "review"}, "immediately after the review"),
        ("review", {"as-soon-as-possible": True}, "as soon as possible"),
        (None, {"as-soon-as-possible": True, "from": "review"}, "as soon as possible after the review"),
        ("review", {"set-elsewhere": "the local protocol"}, "limit set by the local protocol"),
        (
            "review",
            {"within": "3 months", "which": "the first one"},
            "within 3 months of the review (the first one)",
        ),
        (
            None,
            {"every": "1 year", "until": "the plan ends"},
            "at least once a year, until the plan ends",
        ),
        (
            "review",
            {"within": "10 days", "which": "the first one", "until": "the plan ends"},
            f"within 10 days {UNSTATED} of the review (the first one), until the plan ends",
        ),
    ],
)
def test_a_limit_is_said_in_words(trigger: str | None, written: dict[str, object], expected: str) -> None:
    assert say(trigger, written) == expected


def test_every_relation_is_said_in_words_of_its_own() -> None:
    amounts: dict[str, object] = dict.fromkeys(RELATIONS, "7 days")
    amounts |= dict.fromkeys(BARE, True) | {"by-date": "--09-30", "set-elsewhere": "the local protocol"}

    assert len({say("review", {relation: amount}) for relation, amount in amounts.items()}) == len(RELATIONS)


def test_a_limit_counts_from_its_own_anchors_and_else_from_the_trigger() -> None:
    duty = Duty(id="ed/1/act", modality="should", modality_wording="should", action="act", trigger="referral")

    assert limit_anchors(duty, read(within="1 day")) == ("referral",)
    assert limit_anchors(duty, read(within="1 day", from_="review")) == ("review",)
    assert limit_anchors(duty.model_copy(update={"trigger": None}), read(within="1 day")) == ()
