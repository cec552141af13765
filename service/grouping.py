"""An answer's duties in its groups, as a page shows them."""

from service.answer import Answer, DutyCard


def grouped_duties(answer: Answer) -> list[tuple[str, list[DutyCard]]]:
    """The duties under the heading of their group; those of no group last, without one."""
    cards = {duty.id: duty for duty in answer.duties}
    groups = [(group.label, [cards.pop(one) for one in group.duties if one in cards]) for group in answer.groups]
    return [*((label, duties) for label, duties in groups if duties), *([("", list(cards.values()))] if cards else [])]
