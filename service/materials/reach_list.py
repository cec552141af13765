"""Every duty that reaches a role, each once with how it does, and the order in which a trainer needs them."""

from typing import Literal

from ontology.errors import InputError
from service.answer import DutyCard, duty_card
from service.browse import EVERYONE
from service.catalogue import Catalogue
from service.duties import in_order
from service.materials.content import is_binding, label_of, short_title
from service.reach import Reach, reaching

#: How near a duty comes: one's own, everybody's, one's own under a condition, one's organisation's.
Nearness = Literal[0, 1, 2, 3]


def duties_of_role(catalogue: Catalogue, role: str, edition: str) -> list[DutyCard]:
    """The duties of an edition that reach a role, in the order of the text; raises InputError where there is none."""
    reach = reaching(role, catalogue.cards["terms"])
    found = []
    for card in catalogue.cards["duties"].values():
        if card["provision"]["edition"] != edition:
            continue
        ways = [reach[name] for one in card["bearers"] if (name := one["id"].rpartition("/")[2]) in reach]
        if ways:
            how, condition = min(ways, key=_directness)
            found.append(duty_card(card, how, condition))
    if not found:
        raise InputError(
            f"No duty of {short_title(catalogue, edition)} reaches {label_of(catalogue, role)} by what is recorded "
            "here, so there is nothing to write. That does not mean that there is none."
        )
    return sorted(found, key=in_order)


def _directness(way: tuple[Reach, str | None]) -> tuple[int, bool]:
    return ("you", "conditional", "organisation").index(way[0]), way[1] is not None


def nearness(duty: DutyCard) -> Nearness:
    """How near a duty comes to the role that it reaches."""
    if any(one.id.rpartition("/")[2] in EVERYONE for one in duty.bearers):
        return 1
    return {"you": 0, "conditional": 2, "organisation": 3}[duty.reach or "organisation"]  # type: ignore[return-value]


def by_urgency(duties: list[DutyCard]) -> list[DutyCard]:
    """What must and should be done: what has a time limit or is a must before the other shoulds, the nearest first."""

    def urgency(duty: DutyCard) -> tuple[bool, int, bool, bool]:
        is_must = duty.modality.startswith("must")
        return not (duty.time_limits or is_must), nearness(duty), not duty.time_limits, not is_must

    return sorted((duty for duty in duties if is_binding(duty)), key=urgency)
