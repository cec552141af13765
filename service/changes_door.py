"""`/api/changes`, `/changes` and its Atom feed: what changed between editions over HTTP."""

from itertools import groupby
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response

from corpus.records import Aspect
from ontology.errors import InputError
from service.api import asking
from service.browse import role_names
from service.changes import Changes, Direction, directions_of, find_changes
from service.comparisons import compared_editions, group_name
from service.pages import page, templates

router = APIRouter()

FROM, TO = "wt2018", "wt2023"
RoleName = Annotated[str | None, Query(description="Only changes that reach this role.")]
AspectName = Annotated[str | None, Query(description="Only changes of this aspect, such as time-limit.")]
KindName = Annotated[str | None, Query(description="Only changes of this kind: stronger, weaker, new, gone and so on.")]


@router.get("/api/changes")
def changes(
    request: Request,
    from_: Annotated[str, Query(alias="from", description="The older edition.")] = FROM,
    to: Annotated[str, Query(description="The newer edition.")] = TO,
    role: RoleName = None,
    aspect: AspectName = None,
    kind: KindName = None,
) -> Changes:
    """What changed between two editions."""
    return find_changes(asking(request).library, from_, to, role or None, aspect or None, kind or None)


@router.get("/changes", include_in_schema=False)
def changes_page(
    request: Request,
    from_: Annotated[str, Query(alias="from")] = FROM,
    to: str = TO,
    role: str = "",
    aspect: str = "",
    kind: str = "",
) -> Response:
    """The changes as a page."""
    library = asking(request).library
    texts = {one: text.model_dump() | {"id": one} for one, text in compared_editions(library).items()}
    editions = sorted((texts | library.cards["editions"]).values(), key=lambda card: str(card["published"]))
    shown: dict[str, Any] = {
        "editions": editions,
        "older": from_,
        "newer": to,
        "role": role,
        "aspect": aspect,
        "kind": kind,
        "found": None,
    }
    shown |= {"aspects": get_args(Aspect), "kinds": get_args(Direction), "role_names": role_names(library.cards)}
    shown |= {"title": "What changed", "query": {"from": from_, "to": to, "role": role, "aspect": aspect, "kind": kind}}
    try:
        found = find_changes(library, from_, to, role or None, aspect or None, kind or None)
    except InputError as error:
        return page(request, "changes.html", {**shown, "fault": str(error)}, 422)
    compared = found.comparison.changes if found.comparison else []
    shown["compared"] = [(name, list(several)) for name, several in groupby(compared, group_name)]
    return page(request, "changes.html", {**shown, "found": found, "directions": _directions(request, found)})


@router.get("/changes.atom", include_in_schema=False)
def feed(
    request: Request,
    from_: Annotated[str, Query(alias="from")] = FROM,
    to: str = TO,
    role: str = "",
    aspect: str = "",
    kind: str = "",
) -> Response:
    """The changes as an Atom feed (RFC 4287); an entry is dated by the newer edition's publication."""
    library = asking(request).library
    found = find_changes(library, from_, to, role or None, aspect or None, kind or None)
    texts = compared_editions(library) | library.cards["editions"]
    shown = {
        "found": found,
        "older": texts[from_],
        "newer": texts[to],
        "directions": _directions(request, found),
        "address": str(request.url),
        "base": str(request.base_url).rstrip("/"),
    }
    text = templates.get_template("changes.atom").render(shown)
    return Response(text, media_type="application/atom+xml")


def _directions(request: Request, found: Changes) -> dict[str, list[Direction]]:
    """What sort of change each is, by its identifier."""
    library = asking(request).library
    wanted = {change.id for change in found.changes}
    return {
        card["id"]: directions_of(card, library) for card in library.cards["changes"].values() if card["id"] in wanted
    }
