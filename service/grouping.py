"""What was understood of a question, and its duties in groups, as a page shows them."""

from collections.abc import Iterable
from typing import Any

from service.answer import Answer, DutyCard


def understood_facts(understood: Any) -> list[tuple[str, str]]:
    """Each thing that was read from the question, with a name in words; what was not found is left out."""
    pairs = understood.items() if isinstance(understood, dict) else understood
    return [
        (str(name).replace("_", " "), words)
        for name, value in pairs
        if not isinstance(value, bool) and (words := _in_words(value))
    ]


def grouped_duties(answer: Answer) -> list[tuple[str, list[DutyCard]]]:
    """The duties under the heading of their group; those of no group last, without one."""
    cards = {duty.id: duty for duty in answer.duties}
    groups: list[tuple[str, list[DutyCard]]] = []
    for group in getattr(answer, "groups", None) or ():
        found = [duty for one in group.duties if (duty := cards.pop(getattr(one, "id", one), None))]
        if found:
            groups.append((group.label, found))
    return [*groups, ("", list(cards.values()))] if cards else groups


def _in_words(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Iterable) and not hasattr(value, "label"):
        return ", ".join(filter(None, map(_in_words, value)))
    return str(getattr(value, "label", value))
