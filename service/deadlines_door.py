"""`/api/deadline` and `/deadlines`: the deadline calculator over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response

from ontology.errors import InputError
from service.api import asking
from service.deadlines import Calculator, Deadlines
from service.pages import faulty_field, page, private
from service.timeline import to_calendar, to_csv, to_svg
from service.working_days import WorkingDays, read_dates

router = APIRouter()

Style = Literal["json", "csv", "ics", "svg"]
#: How many events the form takes at a time.
ROWS = 4
#: What the two fields of an event are called.
NAMES = ("event", "date")


@router.get("/api/deadline", response_model=Deadlines)
def deadline(
    request: Request,
    event: Annotated[list[str], Query(description="An event, by its id or its words; several may be given.")],
    date: Annotated[list[str], Query(description="The date of each event, in the same order, as 2026-12-10.")],
    closed: Annotated[list[str] | None, Query(description="Days on which your place is closed.")] = None,
    event_day_counts: Annotated[bool, Query(description="Count the event's own day as day 1.")] = False,
    edition: Annotated[str | None, Query(description="Count by this edition.", examples=["wt2023"])] = None,
    alarm: Annotated[int | None, Query(description="With ics, an alarm so many days before.", ge=0, le=60)] = None,
    format: Annotated[Style, Query(description="json, csv, ics or svg.")] = "json",
) -> Response | Deadlines:
    """Count every deadline that the events start."""
    if len(event) != len(date):
        raise InputError(f"There are {len(event)} events and {len(date)} dates; give each event its date.")
    calculator = Calculator(asking(request).library, edition)
    found = calculator.deadlines(
        list(zip(event, date, strict=True)), WorkingDays(read_dates(closed or ()), event_day_counts)
    )
    return found if format == "json" else _file(found, format, alarm)


@router.get("/deadlines", include_in_schema=False)
def form(request: Request, event: str = "") -> Response:
    """The form, with an event chosen where a link names one."""
    return _form(request, [(event, "")] if event else [], {})


@router.post("/deadlines", include_in_schema=False)
def counted(
    request: Request,
    event: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI reads the default, nothing changes it)
    date: Annotated[list[str], Form()] = [],  # noqa: B006
    closed: Annotated[str, Form()] = "",
    event_day_counts: Annotated[bool, Form()] = False,
    format: Annotated[Literal["page", "csv", "ics"], Form()] = "page",
) -> Response:
    """The deadlines of the events filled in, as a page or a file; nothing is kept, and no date stands in an address."""
    rows = [(one.strip(), day.strip()) for one, day in zip(event, date, strict=False) if one.strip() or day.strip()]
    filled = {"closed": closed, "event_day_counts": event_day_counts}
    try:
        calculator = Calculator(asking(request).library)
        days = WorkingDays(read_dates(_days(closed)), event_day_counts)
        _check_whole(rows)
        found = calculator.deadlines(rows, days)
    except InputError as error:
        faulty = {"fault": str(error), "fault_field": _faulty_field(str(error), rows, closed)}
        return private(_form(request, rows, {**filled, **faulty}, 422))
    if format != "page":
        return private(_file(found, format, None))
    return private(_form(request, rows, {**filled, "found": found, "picture": to_svg(found)}))


def _check_whole(rows: list[tuple[str, str]]) -> None:
    for number, (event, day) in enumerate(rows, start=1):
        if not event:
            raise InputError(f"Event {number} has a date and no event; choose what happened.")
        if not day:
            raise InputError(f"Event {number} has no date; give the day on which it happened.")


def _faulty_field(message: str, rows: list[tuple[str, str]], closed: str) -> str:
    """The field that a sentence about a fault speaks of; of two dates that do not go together, the first."""
    typed = {f"closed {day}": day for day in _days(closed)}
    for number, row in enumerate(rows, start=1):
        typed |= {f"{name}-{number}": words for name, words in zip(NAMES, row, strict=True)}
    empty = next((field for field, words in typed.items() if not words), "event-1")
    return faulty_field(message, typed, empty).partition(" ")[0]


def _days(written: str) -> list[str]:
    return written.replace(",", " ").split()


def _form(request: Request, rows: list[tuple[str, str]], shown: dict[str, Any], status: int = 200) -> Response:
    blank = [("", "")] * (ROWS - len(rows) if not rows or len(rows) < ROWS else 1)
    shown = {
        "events": Calculator(asking(request).library).events(),
        "rows": [*rows, *blank],
        "title": "Deadlines",
        "closed": "",
        "event_day_counts": False,
        "found": None,
        **shown,
    }
    return page(request, "deadlines.html", shown, status)


def _file(found: Deadlines, style: Style, alarm: int | None) -> Response:
    if style == "svg":
        return Response(to_svg(found), media_type="image/svg+xml")
    content, kind = (to_csv(found), "text/csv") if style == "csv" else (to_calendar(found, alarm), "text/calendar")
    headers = {"Content-Disposition": f'attachment; filename="deadlines.{style}"'}
    return Response(content, media_type=kind, headers=headers)
