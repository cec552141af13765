"""Duties and limits put into plain words, the same wherever they are shown or indexed."""

from collections.abc import Sequence

from corpus.limits import TimeLimit
from corpus.records import BearerMode, Duty
from ontology.vocabulary import Vocabulary

MODALS = {
    "must": "must",
    "must-not": "must not",
    "should": "should",
    "should-not": "should not",
    "may": "may",
    "need-not": "need not",
}
NUMBER_WORDS = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
    10: "ten", 11: "eleven", 12: "twelve", 15: "fifteen", 20: "twenty",
}  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def limit_anchors(duty: Duty, limit: TimeLimit) -> tuple[str, ...]:
    """The events that a limit counts from: its own, else the duty's trigger."""
    if limit.anchors:
        return limit.anchors
    return (duty.trigger,) if duty.trigger else ()


def limit_text(duty: Duty, limit: TimeLimit, vocabulary: Vocabulary) -> str:
    """A time limit in words, with the event it counts from."""
    amount = _amount(limit)
    phrases = [vocabulary[event].phrase or vocabulary[event].label for event in limit_anchors(duty, limit)]
    anchor = join(phrases, "or")
    match limit.relation:
        case "within":
            text = f"within {amount}" + (f" of {anchor}" if anchor else "")
        case "before" if amount:
            text = f"no later than {amount} before {anchor}" if anchor else f"at least {amount} in advance"
        case "before":
            text = f"before {anchor}" if anchor else "in advance"
        case "every":
            if limit.anchors:
                text = f"at intervals of no more than {amount}, counted from {anchor}"
            else:
                text = (
                    "at least once a year"
                    if (limit.quantity, limit.unit) == (1, "year")
                    else f"at least once every {amount}"
                )
        case "by-date":
            text = f"by {_date(limit.date or '')}"
        case "for-at-least":
            text = f"for at least {amount}" + (f" from {anchor}" if anchor else "")
        case "same-day":
            text = "on the same day" + (f" as {anchor}" if anchor else "")
        case "immediately":
            text = "immediately" + (f" after {anchor}" if limit.anchors else "")
        case "as-soon-as-possible":
            text = "as soon as possible" + (f" after {anchor}" if limit.anchors else "")
        case _:
            text = f"limit set by {limit.elsewhere}"
    if limit.which:
        text += f" ({limit.which})"
    if limit.until:
        text += f", until {limit.until}"
    return text


def duty_sentence(duty: Duty, vocabulary: Vocabulary) -> str:
    """A duty as one sentence without its conditions; for a list of hits and a label, never for an answer card."""
    bearers = bearer_text(duty.who, duty.who_mode, vocabulary)
    bearers = bearers[0].upper() + bearers[1:]
    if duty.modality == "none-stated":
        return f"{bearers} ({duty.modality_wording}): {duty.action}"
    return f"{bearers} {MODALS[duty.modality]} {duty.action}"


def bearer_text(who: Sequence[str], mode: BearerMode, vocabulary: Vocabulary) -> str:
    """The bearers by their labels, or a remark that the text names none."""
    if not who:
        return "(the text names no one)"
    names = join([vocabulary[one].label for one in who], "or" if mode == "any-one" else "and")
    return f"{names} jointly" if mode == "jointly" and len(who) > 1 else names


def join(words: Sequence[str], last: str) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _amount(limit: TimeLimit) -> str:
    if limit.quantity is None or limit.unit is None:
        return ""
    plural = "" if limit.quantity == 1 else "s"
    kind = f"{limit.day_kind} " if limit.day_kind in ("working", "calendar", "school") else ""
    note = " (the text does not say working or calendar days)" if limit.day_kind == "unstated" else ""
    return f"{limit.quantity} {kind}{limit.unit}{plural}{note}"


def _date(written: str) -> str:
    year, month, day = written[:-6].lstrip("-"), int(written[-5:-3]), int(written[-2:])
    return f"{day} {MONTHS[month - 1]} {year}" if year else f"{day} {MONTHS[month - 1]} each year"
