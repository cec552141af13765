"""Deadlines as files and a picture: CSV, an iCalendar file (RFC 5545) and an SVG time line."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from service.deadlines import Deadline, Deadlines
from service.spreadsheets import csv_text
from service.text import DISCLAIMER, bearers_text, due_text, due_word, modality_text, place_text

COLUMNS = (
    "due", "rule", "who", "modality", "action", "force", "set by", "event", "event date",
    "condition", "exception", "where it says so", "notes",
)  # fmt: skip
TIME_ZONE = "Europe/London"
_pictures = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def to_csv(found: Deadlines) -> str:
    """One line a deadline, dated ones first, with a heading line."""
    return csv_text(COLUMNS, map(_row, found.deadlines))


def _row(one: Deadline) -> tuple[object, ...]:
    duty = one.duty
    return (
        due_text(one), one.rule, bearers_text(duty), modality_text(duty), duty.action, duty.force, one.set_by,
        one.event.label, one.event_date, duty.condition, duty.exception, place_text(duty.provision),
        " ".join(one.notes),
    )  # fmt: skip


def to_calendar(found: Deadlines, alarm_days: int | None = None) -> bytes:
    """An all-day entry for every deadline that has a date, with its citation; an alarm so many days before."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//safeguarding-kg//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-timezone", TIME_ZONE)
    for one in found.deadlines:
        if one.due is None:
            continue
        entry = Event()
        entry.add("uid", _uid(one))
        entry.add("dtstamp", datetime.now(UTC))
        entry.add("dtstart", date.fromisoformat(one.due))
        entry.add("summary", f"{due_word(one)}: {one.duty.action}")
        entry.add("description", "\n".join(_description(one)))
        entry.add("transp", "TRANSPARENT")
        if alarm_days is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", one.duty.action)
            alarm.add("trigger", timedelta(days=-alarm_days))
            entry.add_component(alarm)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def to_svg(found: Deadlines) -> str:
    """The dated deadlines and the events on one line of time; `Deadlines` as a table says the same."""
    points = [(day, True, reference.label) for reference, day in found.events]
    points += [(one.due, False, f"{due_word(one)}: {one.duty.action}") for one in found.deadlines if one.due]
    points.sort(key=lambda point: (point[0], not point[1]))
    return _pictures.get_template("timeline.svg").render(points=points)


def _description(one: Deadline) -> list[str]:
    duty = one.duty
    lines = [
        f"{bearers_text(duty)} {modality_text(duty)}: {duty.action}",
        f"{one.rule} (set by {one.set_by}); {one.event.label}: {one.event_date}",
    ]
    lines += [f"If: {duty.condition}"] if duty.condition else []
    lines += [f"Unless: {duty.exception}"] if duty.exception else []
    lines += [f"Only for: {one.only_if_event}"] if one.only_if_event else []
    return [*lines, f"{duty.provision.heading}, {place_text(duty.provision)}", *one.notes, DISCLAIMER]


def _uid(one: Deadline) -> str:
    """The same deadline of the same event has the same name, so that a second import replaces the first."""
    key = f"{one.duty.id} {one.rule} {one.event.id} {one.event_date}"
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@safeguarding-kg"
