"""Two texts of one guidance that are held, set side by side when the build was made."""

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from service.answer import Aspect, Difference, Shown
from service.catalogue import Catalogue

if TYPE_CHECKING:  # what compares is slow to import, and no answer needs it
    from corpus.comparing import Compared

#: What an edit may change, what tells most first.
ASPECTS = get_args(Aspect)
#: How firmly the modal words bind that a text is likely to change.
FIRM = {
    **dict.fromkeys(("must", "must not", "shall", "shall not", "is required to", "are required to"), 3),
    **dict.fromkeys(("should", "should not", "ought to", "ought not to"), 2),
    **dict.fromkeys(("may", "may not", "can", "could", "might"), 0),
}


State = Literal["edited", "moved", "new", "gone"]
STATES: tuple[State, ...] = get_args(State)
#: What changes are told under, what tells most first.
GROUPS = (
    "Changed in what has to be done",
    "Changed in other words",
    "Divided otherwise, in the same words",
    "Moved",
    "New",
    "Gone",
)


class HeldText(Shown):
    """One text of a guidance document that is held."""

    edition: str
    title: str
    publisher: str
    published: str
    licence: str
    #: The name that `safeguard corpus` knows it by.
    document: str


class TextPlace(Shown):
    """A passage of a text that is held."""

    kind: str
    number: str
    heading: str
    pages: list[int]
    text: str


class TextChange(Shown):
    """What became of a passage: none before where it is new, none after where it is gone."""

    state: State
    parting: Literal["whole", "split", "merged"]
    #: Whether it stands elsewhere, which may be besides an edit.
    moved: bool
    before: list[TextPlace]
    after: list[TextPlace]
    #: Those that tell most first.
    differences: list[Difference]


class TextComparison(Shown):
    """Two texts side by side; what stayed the same is counted and left out."""

    older: HeldText
    newer: HeldText
    counts: dict[str, int]
    #: How many pass the filters, in all.
    total: int
    #: Changed modal words, numbers, bearers and limits first, then other words, moves, what is new and what is gone.
    changes: list[TextChange]


def find_comparison(
    library: Catalogue, from_edition: str, to_edition: str, aspect: str | None = None, direction: str | None = None
) -> TextComparison | None:
    """The texts of two editions compared, those changes of one aspect or direction; None where they are not held."""
    pairs = [
        one
        for one in _comparisons(library)
        if (one["older"]["edition"], one["newer"]["edition"]) == (from_edition, to_edition)
    ]
    if not pairs:
        return None
    found = pairs[-1]  # of several printings the newest
    changes = [TextChange.model_validate(one) for one in found["passages"]]
    changes = [
        one
        for one in changes
        if (aspect is None or any(difference.aspect == aspect for difference in one.differences))
        and (direction is None or direction in directions_of(one))
    ]
    changes.sort(key=rank)
    return TextComparison(
        older=HeldText.model_validate(found["older"]),
        newer=HeldText.model_validate(found["newer"]),
        counts={state: found["counts"][state] for state in ("same", *STATES)},
        total=len(changes),
        changes=changes,
    )


def compared_editions(library: Catalogue) -> dict[str, HeldText]:
    """Every edition whose text is compared with another, by id."""
    texts = (one[side] for one in _comparisons(library) for side in ("older", "newer"))
    return {text["edition"]: HeldText.model_validate(text) for text in texts}


def directions_of(change: TextChange) -> list[str]:
    """What sort of change it is to a reader; more than one may hold."""
    if change.state in ("new", "gone"):
        return [change.state]
    found = ["moved"] if change.moved or change.state == "moved" else []
    if change.state == "edited":
        found.append("changed")
    for one in change.differences:
        before, after = FIRM.get(one.before.lower()), FIRM.get(one.after.lower())
        if one.aspect == "modality" and before is not None and after is not None and before != after:
            found.append("stronger" if after > before else "weaker")
        if one.aspect == "wording":
            found.append("reworded")
    return found


def group_name(change: "TextChange | Compared") -> str:
    """Under which heading a change is told."""
    return GROUPS[rank(change)[0]]


def rank(change: "TextChange | Compared") -> tuple[int, int]:
    """Where a change stands among others: the number of its group, then what it changes of what has to be done."""
    if change.state != "edited":
        return 2 + STATES.index(change.state), 0
    aspects = [ASPECTS.index(one.aspect) for one in change.differences if one.aspect != "wording"]
    if aspects:
        return 0, min(aspects)
    return (1, 0) if change.differences else (2, 0)


def _comparisons(library: Catalogue) -> list[dict[str, Any]]:
    return _read(library.comparisons) if library.comparisons else []


@lru_cache(maxsize=2)
def _read(path: Path) -> list[dict[str, Any]]:
    """A build's comparisons, read once: a build does not change."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found
