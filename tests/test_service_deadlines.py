"""Deadlines: working days against a hand-made table and as laws of counting; clocks read from the real build."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from conftest import Server
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import InputError
from service.ask import Asking
from service.deadlines import Calculator, Deadlines, due_day
from service.timeline import to_calendar, to_csv, to_svg
from service.working_days import WorkingDays, add_months, bank_holidays, is_published, read_date

TABLE = (Path(__file__).parent / "data" / "worked_days.csv").read_text(encoding="utf-8")
WORKED = list(csv.DictReader(TABLE.splitlines()))
PLAIN = WorkingDays()
days = st.dates(date(2000, 1, 1), date(2050, 12, 31))
counts = st.integers(1, 60)


# Counting


@pytest.mark.parametrize(
    "row", WORKED, ids=lambda row: f"{row['event']} {row['direction']} {row['count']}: {row['why']}"
)
def test_a_worked_example_comes_out_as_on_the_calendar(row: dict[str, str]) -> None:
    event, count = date.fromisoformat(row["event"]), int(row["count"])
    count_it = {"after": PLAIN.after, "before": PLAIN.before, "months": add_months}[row["direction"]]

    assert count_it(event, count).isoformat() == row["due"]


def test_there_are_sixty_worked_examples() -> None:
    assert len(WORKED) >= 60


@given(days, counts)
def test_a_count_never_ends_on_a_day_that_is_no_working_day(event: date, count: int) -> None:
    assert PLAIN.is_working(PLAIN.after(event, count))
    assert PLAIN.is_working(PLAIN.before(event, count))


@given(days, counts)
def test_a_later_event_or_a_longer_limit_never_ends_earlier(event: date, count: int) -> None:
    assert PLAIN.after(event, count) <= PLAIN.after(event + timedelta(days=1), count)
    assert PLAIN.after(event, count) < PLAIN.after(event, count + 1)


@given(days, counts)
def test_counting_the_days_gives_the_limit_back(event: date, count: int) -> None:
    assert PLAIN.between(event, PLAIN.after(event, count)) == count


@given(days, counts)
def test_backwards_mirrors_forwards(event: date, count: int) -> None:
    due = PLAIN.after(event, count)

    assert PLAIN.before(due, count) <= max(event, PLAIN.before(due, count))
    assert PLAIN.after(PLAIN.before(event, count), count) <= (
        event if PLAIN.is_working(event) else PLAIN.after(event, 1)
    )


@given(days, counts)
def test_counting_the_day_of_the_event_is_never_later(event: date, count: int) -> None:
    assert WorkingDays(event_day_counts=True).after(event, count) <= PLAIN.after(event, count)


@given(days, counts)
def test_a_closure_never_brings_a_day_forward(event: date, count: int) -> None:
    closed = WorkingDays(frozenset({event + timedelta(days=number) for number in range(1, 8)}))

    assert closed.after(event, count) > PLAIN.after(event, count)


@given(days, st.integers(1, 48))
def test_months_end_on_the_same_day_or_the_last_of_the_month(event: date, months: int) -> None:
    due = add_months(event, months)

    assert due.day == event.day or (due.day < event.day and (due + timedelta(days=1)).day == 1)


def test_published_and_computed_bank_holidays_agree_where_both_are_known() -> None:
    import holidays

    for year in range(2012, 2029):
        assert is_published(year)
        computed = holidays.country_holidays("GB", subdiv="ENG", years=year)
        weekdays = {day for day in computed if day.weekday() < 5}
        assert {day for day in bank_holidays(year) if day.weekday() < 5} == weekdays


def test_a_year_beyond_the_published_ones_is_computed() -> None:
    assert not is_published(2040)
    assert date(2040, 12, 25) in bank_holidays(2040)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-02-31", "'2026-02-31' is no date: there is no such day."),
        ("31 February", "'31 February' is no date: write a date as 2026-12-10 (year, month, day)."),
        ("", "'' is no date: write a date as 2026-12-10 (year, month, day)."),
        ("1900-01-01", "1900-01-01 is out of range; dates from 1990 to 2100 can be counted."),
        ("3000-01-01", "3000-01-01 is out of range; dates from 1990 to 2100 can be counted."),
        (
            "2026-12-10T10:00+01:00",
            "'2026-12-10T10:00+01:00' has a time of day or a time zone; give the date alone, as 2026-12-10. "
            "The guidance counts no hours.",
        ),
    ],
)
def test_a_date_that_is_none_is_told_why(written: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_date(written)

    assert str(caught.value) == sentence


# Clocks of the guidance


@pytest.fixture(scope="module")
def calculator(asking: Asking) -> Calculator:
    return Calculator(asking.library)


def due(found: Deadlines, duty: str) -> list[str | None]:
    return [one.due for one in found.deadlines if one.duty.id.endswith(f"/duty/{duty}")]


def test_the_conference_is_due_fifteen_working_days_after_the_strategy_discussion(calculator: Calculator) -> None:
    found = calculator.deadlines([("strategy-discussion", "2026-12-10")], PLAIN)

    (conference,) = [one for one in found.deadlines if "/p92/" in one.duty.id and one.due]
    assert conference.due == "2027-01-05"
    assert conference.only_if_event == "strategy discussion at which section 47 enquiries were initiated"
    assert conference.duty.provision.pages == [92]
    assert any("day 1" in note for note in conference.notes)


def test_every_fixed_limit_of_the_edition_is_reached_from_its_event(calculator: Calculator, asking: Asking) -> None:
    for duty, card in asking.library.cards["duties"].items():
        if card["provision"]["edition"] != "wt2023":
            continue
        for limit in card["time_limits"]:
            for anchor in limit["anchors"]:
                found = calculator.deadlines([(anchor["id"].rpartition("/")[2], "2026-03-02")], PLAIN)
                mine = [one for one in found.deadlines if one.duty.id == card["id"] and one.rule == limit["text"]]
                assert mine, (duty, limit["text"])
                assert all(one.due for one in mine) or limit["duration"] is None


def test_days_that_the_text_does_not_qualify_are_counted_as_the_earlier_date(calculator: Calculator) -> None:
    found = calculator.deadlines([("initial-child-protection-conference", "2026-12-10")], PLAIN)

    (ten_days,) = [one for one in found.deadlines if one.rule.startswith("within 10 days")]
    assert ten_days.due == "2026-12-20"
    assert any("2026-12-24" in note for note in ten_days.notes)


def test_counted_backwards_the_earlier_date_is_that_of_working_days() -> None:
    limit = {"relation": "before", "duration": "P5D", "day_kind": "unstated"}

    due, notes = due_day(date(2026, 12, 14), limit, PLAIN)

    assert due == date(2026, 12, 7)
    assert "2026-12-09" in notes[0]


def test_a_limit_in_words_has_no_date(calculator: Calculator) -> None:
    found = calculator.deadlines([("concern-about-significant-harm", "2026-12-10")], PLAIN)

    assert [one.due for one in found.deadlines if one.rule.startswith("immediately")]
    assert all(one.due is None for one in found.deadlines if one.rule.startswith(("immediately", "as soon as")))


def test_events_in_the_wrong_order_are_refused(calculator: Calculator) -> None:
    with pytest.raises(InputError) as caught:
        calculator.deadlines(
            [("referral-received", "2026-12-10"), ("initial-child-protection-conference", "2026-12-01")], PLAIN
        )

    assert str(caught.value) == (
        "Referral received (2026-12-10) comes before initial child protection conference (2026-12-01) in the process, "
        "but is dated after it; check the two dates."
    )


@pytest.mark.parametrize(
    ("given_events", "sentence"),
    [
        ([], "Give at least one event with its date"),
        ([("referral-received", "2026-12-10")] * 200, "There are 200 events; give at most 50 at a time."),
        ([("stratergy-discussion", "2026-12-10")], "There is no event 'stratergy-discussion' here; did you mean "),
        ([("<script>", "2026-12-10")], "There is no event '<script>' here; "),
    ],
)
def test_events_that_cannot_be_counted_are_told_why(
    calculator: Calculator, given_events: list[tuple[str, str]], sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        calculator.deadlines(given_events, PLAIN)

    assert str(caught.value).startswith(sentence)


# Files


@pytest.fixture(scope="module")
def case(calculator: Calculator) -> Deadlines:
    return calculator.deadlines(
        [("strategy-discussion", "2026-12-10"), ("initial-child-protection-conference", "2027-01-04")], PLAIN
    )


def test_the_calendar_file_is_read_by_another_parser(case: Deadlines) -> None:
    import vobject

    calendar = vobject.readOne(to_calendar(case, alarm_days=2).decode())

    entries = calendar.vevent_list
    assert len(entries) == sum(one.due is not None for one in case.deadlines)
    assert sorted(entry.dtstart.value.isoformat() for entry in entries) == [
        one.due for one in case.deadlines if one.due
    ]
    assert all(type(entry.dtstart.value) is date for entry in entries)
    assert all("page" in entry.description.value for entry in entries)
    assert len({entry.uid.value for entry in entries}) == len(entries)
    assert calendar.contents["x-wr-timezone"][0].value == "Europe/London"
    assert all(entry.valarm.trigger.value == timedelta(days=-2) for entry in entries)


def test_the_table_says_what_the_cards_say(case: Deadlines) -> None:
    rows = list(csv.DictReader(to_csv(case).splitlines()))

    assert [row["action"] for row in rows] == [one.duty.action for one in case.deadlines]
    assert all(row["where it says so"] for row in rows)


def test_the_picture_says_in_words_what_it_draws(case: Deadlines) -> None:
    picture = to_svg(case)

    assert 'role="img"' in picture
    assert all(one.due in picture for one in case.deadlines if one.due)
    assert picture.count("<circle") == sum(one.due is not None for one in case.deadlines)


# Over HTTP


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


def test_the_api_counts_as_the_command_does(client: httpx.Client) -> None:
    response = client.get("/api/deadline", params={"event": "strategy-discussion", "date": "2026-12-10"})

    assert response.status_code == 200
    assert "2027-01-05" in {one["due"] for one in response.json()["deadlines"]}


@pytest.mark.parametrize(("style", "kind"), [("csv", "text/csv"), ("ics", "text/calendar"), ("svg", "image/svg+xml")])
def test_the_api_gives_files(client: httpx.Client, style: str, kind: str) -> None:
    response = client.get(
        "/api/deadline", params={"event": "strategy-discussion", "date": "2026-12-10", "format": style}
    )

    assert response.headers["content-type"].startswith(kind)


def test_the_page_counts_what_is_filled_in_and_keeps_it_out_of_the_address(client: httpx.Client) -> None:
    response = client.post(
        "/deadlines", data={"event": ["strategy-discussion", ""], "date": ["2026-12-10", ""], "format": "page"}
    )

    assert response.status_code == 200
    assert "Due 5 January 2027" in response.text
    assert "2026-12-10" not in str(response.url)
    assert response.headers["cache-control"] == "private, no-cache"


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(client: httpx.Client) -> None:
    response = client.post(
        "/deadlines", data={"event": ["strategy-discussion"], "date": ["2026-02-31"], "closed": "<b>", "format": "page"}
    )

    assert response.status_code == 422
    assert "&lt;b&gt;" in response.text
    assert "<b>" not in response.text


def test_fewer_dates_than_events_are_refused(client: httpx.Client) -> None:
    response = client.get("/api/deadline", params={"event": ["a", "b"], "date": ["2026-12-10"]})

    assert response.status_code == 422
    assert json.loads(response.text)["error"] == "There are 2 events and 1 dates; give each event its date."
