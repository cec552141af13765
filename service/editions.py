"""Which edition of the guidance answers, and what has to be said about that."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ontology.errors import InputError
from ontology.record_files import did_you_mean


@dataclass(frozen=True)
class Choice:
    """The edition that answers; None when the one asked for is known but its text is not held."""

    edition: str | None
    #: What is said of the choice: that another edition was in force on the day, say.
    notices: tuple[str, ...] = ()
    #: The newer edition whose official text comes first; None where none is held, or an older one was asked for.
    newer: str | None = None


def choose_edition(cards: dict[str, Any], wanted: str | None, on: date | None = None) -> Choice:
    """The edition asked for; else the one in force on a day; else the newest with duties.

    Where the text of a newer one is held, that comes first and the newest with duties stands beneath it.
    Where the edition in force that day has no duties here, the newest held answers and a notice says so. Raises
    InputError for an edition that nobody knows.
    """
    editions: dict[str, Any] = cards["editions"]
    held = {one: card for one, card in editions.items() if card["duties"]}
    newer = {card["newer"]["edition"]: one for one, card in held.items() if card["newer"]}
    if wanted is not None:
        if wanted in newer:
            return Choice(newer[wanted], newer=wanted)
        if wanted in held:
            return Choice(wanted, tuple(_not_in_force(held[wanted], on)))
        known = {*editions, *(one for card in editions.values() for one in card["neighbours"])}
        if wanted in known:
            return Choice(None)
        cure = did_you_mean(wanted, known) or f"this build holds {', '.join(sorted(held))}"
        raise InputError(f"There is no edition '{wanted[:60]}'; {cure}")
    # A draft never was guidance: it answers only when it is asked for.
    final = {one: card for one, card in held.items() if card["status"] != "consultation-draft"}
    newest = max(final, key=lambda one: str(final[one]["published"]), default=next(iter(editions)))
    followed = editions[newest]["newer"]
    if on is None:
        return Choice(newest, newer=followed and followed["edition"])
    in_force = next((one for one, card in editions.items() if _in_force(card, on)), None)
    if in_force in final:
        return Choice(in_force)
    if followed and in_force in (None, followed["edition"]) and followed["published"] <= on.isoformat():
        return Choice(newest, newer=followed["edition"])
    known_title = editions[in_force]["title"] if in_force else "an edition that is not known here"
    return Choice(
        newest,
        (
            f"On {on.isoformat()} {known_title} was in force, whose text this build does not hold; "
            f"this is {editions[newest]['title']}.",
        ),
    )


def notices_of(card: dict[str, Any], topics: frozenset[str], on: date | None) -> list[str]:
    """What an answer from an edition says at the top: always, on certain topics, or about certain days."""
    special = [
        one["text"]
        for one in card["special_notices"]
        if (not one["topics"] or topics & set(one["topics"]))
        and (not (one["since"] or one["until"]) or (on is not None and _within(on, one["since"], one["until"])))
    ]
    return [*card["notices"], *special]


def _not_in_force(card: dict[str, Any], on: date | None) -> list[str]:
    if on is None or _in_force(card, on):
        return []
    return [f"{card['title']} was not in force on {on.isoformat()}."]


def _in_force(card: dict[str, Any], on: date) -> bool:
    return bool(card["in_force_from"]) and _within(on, card["in_force_from"], card["in_force_until"], whole=False)


def _within(on: date, since: str | None, until: str | None, whole: bool = True) -> bool:
    """Whether a day lies from `since` to `until`; the last day counts unless the next edition begins on it."""
    day = on.isoformat()
    return (since is None or day >= since) and (until is None or day < until or (whole and day == until))
