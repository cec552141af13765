"""What changed between two editions, by role and by aspect."""

from typing import Any, Literal, get_args

from corpus.records import Aspect
from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import ChangeCard, Shown
from service.catalogue import Catalogue
from service.comparisons import TextComparison, compared_editions, find_comparison
from service.reach import find_role, reaching

Direction = Literal["new", "gone", "moved", "reworded", "stronger", "weaker", "changed", "unchanged"]
#: How firmly a modality binds; a duty with none stated stands between should and may.
FIRMNESS = {"must": 3, "must-not": 3, "should": 2, "should-not": 2, "none-stated": 1, "may": 0, "need-not": 0}


class Changes(Shown):
    """The changes between two editions that were asked for."""

    from_edition: str
    to_edition: str
    notices: list[str]
    total: int
    changes: list[ChangeCard]
    #: The texts of both, where they are held.
    comparison: TextComparison | None = None


def find_changes(
    library: Catalogue,
    from_edition: str,
    to_edition: str,
    role: str | None = None,
    aspect: str | None = None,
    direction: str | None = None,
) -> Changes:
    """The changes from one edition to another, those for a role, of one aspect or one direction; raises InputError."""
    editions: dict[str, Any] = library.cards["editions"]
    comparison = find_comparison(library, from_edition, to_edition, aspect, direction)
    if comparison is None:
        _check_order(library, from_edition, to_edition)
    if aspect is not None and aspect not in get_args(Aspect):
        cure = did_you_mean(aspect, get_args(Aspect)) or f"use one of {', '.join(get_args(Aspect))}"
        raise InputError(f"There is no aspect '{aspect[:60]}'; {cure}")
    if direction is not None and direction not in get_args(Direction):
        cure = did_you_mean(direction, get_args(Direction)) or f"use one of {', '.join(get_args(Direction))}"
        raise InputError(f"There is no kind of change '{direction[:60]}'; {cure}")
    reach = reaching(find_role(role, library.cards["terms"]), library.cards["terms"]) if role else None
    found = [
        card
        for card in library.cards["changes"].values()
        if (card["from_edition"], card["to_edition"]) == (from_edition, to_edition)
        and (aspect is None or aspect in card["aspects"])
        and (reach is None or any(bearer in reach for bearer in card["bearers"]))
        and (direction is None or direction in directions_of(card, library))
    ]
    notices = [text for one in (from_edition, to_edition) if one in editions for text in editions[one]["notices"]]
    return Changes(
        from_edition=from_edition,
        to_edition=to_edition,
        notices=notices,
        total=len(found),
        changes=[change_card(card) for card in found],
        comparison=comparison,
    )


def _check_order(library: Catalogue, from_edition: str, to_edition: str) -> None:
    """Raises InputError for an edition that nobody knows, or two in the wrong order."""
    editions = library.cards["editions"]
    known = {one: (card["title"], str(card["published"])) for one, card in editions.items()}
    known |= {one: (text.title, text.published) for one, text in compared_editions(library).items() if one not in known}
    for edition in (from_edition, to_edition):
        if edition not in known:
            cure = did_you_mean(edition, known) or f"this build knows {', '.join(sorted(known))}"
            raise InputError(f"There is no edition '{edition[:60]}'; {cure}")
    (older, since), (newer, until) = known[from_edition], known[to_edition]
    if since >= until:
        raise InputError(f"{older} is not older than {newer}; give the older edition first.")


def directions_of(card: dict[str, Any], library: Catalogue) -> list[Direction]:
    """What sort of change it is to a reader; more than one may hold."""
    if card["kind"] == "unchanged":
        return ["unchanged"]
    plain: dict[str, Direction] = {"new": "new", "removed": "gone", "moved": "moved", "relabelled": "reworded"}
    found = [plain[card["kind"]]] if card["kind"] in plain else []
    if "wording" in card["aspects"]:
        found.append("reworded")
    older, newer = _firmness(card["before"], library), _firmness(card["after"], library)
    if "modality" in card["aspects"] and older is not None and newer is not None and older != newer:
        found.append("stronger" if newer > older else "weaker")
    return list(dict.fromkeys(found)) or ["changed"]


def _firmness(records: list[dict[str, Any]], library: Catalogue) -> int | None:
    """How firm the firmest of the duties is; None where there is no duty among the records."""
    duties = library.cards["duties"]
    names = (one["id"].partition("/duty/")[2] for one in records)
    return max((FIRMNESS[duties[name]["modality"]] for name in names if name in duties), default=None)


def change_card(card: dict[str, Any]) -> ChangeCard:
    """A change as it is shown."""
    return ChangeCard.model_validate({name: value for name, value in card.items() if name != "bearers"})
