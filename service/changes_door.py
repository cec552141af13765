"""`/api/changes`, `/changes` and its Atom feed: what changed between editions over HTTP."""

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Request, Response

from corpus.records import Aspect
from ontology.errors import InputError
from service.answer import ChangeCard
from service.api import asking
from service.browse import role_names
from service.changes import Changes, Direction, directions_of, find_changes
from service.comparisons import compared_editions, group_name
from service.library import Library
from service.pages import faulty_field, page, templates

router = APIRouter()

#: What a reader has to do otherwise comes first on the page; what stayed as it was, last.
ORDER: tuple[Direction, ...] = ("stronger", "weaker", "new", "gone", "changed", "moved", "reworded", "unchanged")


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for."""

    from_: Annotated[str, Query(alias="from", description="The older edition.")] = "wt2018"
    to: Annotated[str, Query(description="The newer edition.")] = "wt2023"
    role: Annotated[str, Query(description="Only changes that reach this role.")] = ""
    aspect: Annotated[str, Query(description="Only changes of this aspect, such as time-limit.")] = ""
    kind: Annotated[str, Query(description="Only changes of this kind: stronger, weaker, new, gone and so on.")] = ""

    def find(self, library: Library) -> Changes:
        """The changes; raises InputError."""
        return find_changes(library, self.from_, self.to, self.role or None, self.aspect or None, self.kind or None)


@router.get("/api/changes")
def changes(request: Request, wanted: Annotated[Wanted, Depends()]) -> Changes:
    """What changed between two editions."""
    return wanted.find(asking(request).library)


@router.get("/changes", include_in_schema=False)
def changes_page(request: Request, wanted: Annotated[Wanted, Depends()]) -> Response:
    """The changes as a page."""
    library = asking(request).library
    texts = {one: text.model_dump() | {"id": one} for one, text in compared_editions(library).items()}
    editions = sorted((texts | library.cards["editions"]).values(), key=lambda card: str(card["published"]))
    chosen = {"role": wanted.role, "aspect": wanted.aspect, "kind": wanted.kind}
    shown: dict[str, Any] = {
        **chosen,
        "title": "What changed",
        "older": wanted.from_,
        "newer": wanted.to,
        "query": {"from": wanted.from_, "to": wanted.to, **chosen},
        "editions": editions,
        "aspects": get_args(Aspect),
        "kinds": get_args(Direction),
        "role_names": role_names(library.cards),
        "found": None,
    }
    try:
        found = wanted.find(library)
    except InputError as error:
        faulty = {"fault": str(error), "fault_field": faulty_field(str(error), chosen, "from")}
        return page(request, "changes.html", {**shown, **faulty}, 422)
    compared = found.comparison.changes if found.comparison else []
    shown["compared"] = [(name, list(several)) for name, several in groupby(compared, group_name)]
    directions = _directions(library, found)
    shown |= {"found": found, "directions": directions, "groups": _groups(found, directions)}
    return page(request, "changes.html", shown)


@router.get("/changes.atom", include_in_schema=False)
def feed(request: Request, wanted: Annotated[Wanted, Depends()]) -> Response:
    """The changes as an Atom feed (RFC 4287); an entry is dated by the newer edition's publication."""
    library = asking(request).library
    found = wanted.find(library)
    texts = compared_editions(library) | library.cards["editions"]
    shown = {
        "found": found,
        "older": texts[wanted.from_],
        "newer": texts[wanted.to],
        "directions": _directions(library, found),
        "address": str(request.url),
        "base": str(request.base_url).rstrip("/"),
    }
    text = templates.get_template("changes.atom").render(shown)
    return Response(text, media_type="application/atom+xml")


def _directions(library: Library, found: Changes) -> dict[str, list[Direction]]:
    """What sort of change each is, by its identifier."""
    wanted = {change.id for change in found.changes}
    return {
        card["id"]: directions_of(card, library) for card in library.cards["changes"].values() if card["id"] in wanted
    }


def _groups(found: Changes, directions: dict[str, list[Direction]]) -> list[tuple[Direction, list[ChangeCard]]]:
    """The changes by what sort they are, each once."""
    by_sort: dict[Direction, list[ChangeCard]] = {one: [] for one in ORDER}
    for change in found.changes:
        by_sort[min(directions[change.id], key=ORDER.index)].append(change)
    return [(one, changes) for one, changes in by_sort.items() if changes]
