"""Time limits: the words that an author writes, and what they mean."""

import re
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Relation = Literal[
    "within",
    "before",
    "every",
    "by-date",
    "for-at-least",
    "same-day",
    "immediately",
    "as-soon-as-possible",
    "set-elsewhere",
]
Unit = Literal["day", "month", "year"]
DayKind = Literal["working", "calendar", "school", "unstated"]
SetBy = Literal["law", "guidance"]

QUANTITY = re.compile(r"([1-9]\d*) (?:(working|calendar|school) )?(day|month|year)s?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}|--\d{2}-\d{2}")
COUNTED = ("within", "every", "for-at-least")
BARE = ("same-day", "immediately", "as-soon-as-possible")
#: What an author may write beside the relation.
BESIDE = ("from", "which", "until", "set_by")


class TimeLimit(BaseModel):
    """By when a duty is to be done.

    Written in YAML as one relation with its amount, for instance `{within: 45 working days}`,
    `{before: 7 working days, from: local-review-published}` (no later than seven working days before),
    `{before: any time, from: x}`, `{by-date: --09-30}`, `{as-soon-as-possible: true}` or
    `{set-elsewhere: the local protocol}`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: Relation
    #: How many units; none for a soft limit, a date, or "before" with no number.
    quantity: int | None = None
    unit: Unit | None = None
    #: What sort of day is counted; "unstated" where the text says "days" and no more.
    day_kind: DayKind | None = None
    #: `2019-06-29`, or `--09-30` for a day that returns every year.
    date: str | None = None
    #: Where a limit that the text leaves to another document is set.
    elsewhere: str | None = None
    #: Events that the clock counts from; the duty's trigger where the author names none.
    anchors: tuple[str, ...] = ()
    #: Which occurrence of the anchor counts, in words.
    which: str | None = None
    #: When a recurring or standing limit ends, in words.
    until: str | None = None
    #: None where it is the duty's own force.
    set_by: SetBy | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_author(cls, written: object) -> object:
        if not isinstance(written, dict):
            return written
        rest = dict(written)
        relations = [key for key in rest if key in Relation.__args__]  # type: ignore[attr-defined]
        if len(relations) != 1:
            raise ValueError(f"a time limit names one relation of {', '.join(Relation.__args__)}")  # type: ignore[attr-defined]
        relation = relations[0]
        amount = rest.pop(relation)
        if others := [key for key in rest if key not in BESIDE]:
            raise ValueError(
                f"{others[0]!r} is no part of a time limit; beside its relation it takes {', '.join(BESIDE)}"
            )
        anchors = rest.pop("from", ())
        if not isinstance(anchors, str | list | tuple):
            raise ValueError("from: name an event, or list several")
        rest["anchors"] = (anchors,) if isinstance(anchors, str) else tuple(anchors)
        return {"relation": relation, **_amount(relation, amount), **rest}

    @property
    def duration(self) -> str | None:
        """The ISO 8601 duration (`P15D`), whatever sort of day it counts."""
        if self.quantity is None or self.unit is None:
            return None
        return f"P{self.quantity}{self.unit[0].upper()}"


def _amount(relation: str, amount: object) -> dict[str, object]:
    if relation in BARE:
        if amount is not True:
            raise ValueError(f"{relation}: write `{relation}: true`")
        return {}
    if relation == "set-elsewhere":
        if not isinstance(amount, str) or not amount.strip():
            raise ValueError("set-elsewhere: say in words where the limit is set")
        return {"elsewhere": amount}
    text = str(amount)
    if relation == "by-date":
        if not DATE.fullmatch(text):
            raise ValueError(f"by-date: {text!r} is neither YYYY-MM-DD nor --MM-DD")
        try:
            date.fromisoformat(text.replace("--", "2000-", 1))  # a leap year, so that 29 February may return
        except ValueError as error:
            raise ValueError(f"by-date: there is no day {text}") from error
        return {"date": text}
    if relation == "before" and text == "any time":
        return {}
    found = QUANTITY.fullmatch(text)
    if not found:
        raise ValueError(f"{relation}: {text!r} is not a count such as `45 working days`, `7 days` or `3 months`")
    quantity, kind, unit = int(found[1]), found[2], found[3]
    if unit != "day" and kind:
        raise ValueError(f"{relation}: {text!r}: only days are working, calendar or school")
    return {"quantity": quantity, "unit": unit, "day_kind": (kind or "unstated") if unit == "day" else None}
