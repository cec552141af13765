"""Working days in England: Monday to Friday less bank holidays, and a place's own closures.

The guidance defines a working day in footnote 209 (to paragraph 364). Bank holidays of England and Wales are those
that GOV.UK has published; before and after them they are computed, and said to be.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ontology.errors import InputError

EARLIEST, LATEST = 1990, 2100
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """A calendar of working days.

    The first working day after an event is day 1; with `event_day_counts` the event's own day is, where it is one.
    """

    closures: frozenset[date] = frozenset()
    event_day_counts: bool = False

    def is_working(self, day: date) -> bool:
        """Whether `day` is neither Saturday, Sunday, bank holiday nor one of the closures."""
        return day.weekday() < calendar.SATURDAY and day not in bank_holidays(day.year) and day not in self.closures

    def after(self, event: date, count: int) -> date:
        """The working day on which a limit of `count` working days after `event` ends."""
        return self._step(event, count, DAY)

    def before(self, event: date, count: int) -> date:
        """The last working day that is `count` working days before `event`."""
        return self._step(event, count, -DAY)

    def between(self, event: date, day: date) -> int:
        """How many working days after `event` lie up to and with `day`, which is not before it."""
        first = 0 if self.event_day_counts else 1
        return sum(self.is_working(event + number * DAY) for number in range(first, (day - event).days + 1))

    def _step(self, day: date, count: int, step: timedelta) -> date:
        counted = 1 if self.event_day_counts and self.is_working(day) else 0
        while counted < count:
            day += step
            counted += self.is_working(day)
        return day


@cache
def bank_holidays(year: int) -> dict[date, str]:
    """The bank holidays of England and Wales in `year` with their names, one-off and substitute days among them."""
    published = _published()
    if is_published(year):
        return {day: name for day, name in published.items() if day.year == year}
    import holidays

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_published(year: int) -> bool:
    """Whether GOV.UK's list, as packaged here, covers the year."""
    years = {day.year for day in _published()}
    return min(years) <= year <= max(years)


@cache
def _published() -> dict[date, str]:
    from govuk_bank_holidays.bank_holidays import BankHolidays

    listed = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {one["date"]: one["title"].replace("’", "'") for one in listed}


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or the month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def read_date(written: str) -> date:
    """A date as `2026-12-10`; raises InputError for anything else and for years out of range."""
    text = written.strip()
    if "T" in text or "+" in text or text.upper().endswith("Z"):
        raise InputError(
            f"'{text[:40]}' has a time of day or a time zone; give the date alone, as 2026-12-10. "
            "The guidance counts no hours."
        )
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        parts = text.split("-")
        real = len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[0]) == 4
        why = "there is no such day" if real else "write a date as 2026-12-10 (year, month, day)"
        raise InputError(f"'{text[:40]}' is no date: {why}.") from error
    if not EARLIEST <= day.year <= LATEST:
        raise InputError(f"{day.isoformat()} is out of range; dates from {EARLIEST} to {LATEST} can be counted.")
    return day


def read_dates(written: Iterable[str]) -> frozenset[date]:
    """Several dates, such as a place's own closures."""
    return frozenset(read_date(one) for one in written)
