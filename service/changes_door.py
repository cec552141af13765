"""`/api/changes` and `/changes`: what changed between editions over HTTP."""

from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request, Response

from corpus.records import Aspect
from ontology.errors import InputError
from service.api import asking
from service.changes import Changes, find_changes
from service.pages import page

router = APIRouter()

FROM, TO = "wt2018", "wt2023"


@router.get("/api/changes")
def changes(
    request: Request,
    from_: Annotated[str, Query(alias="from", description="The older edition.")] = FROM,
    to: Annotated[str, Query(description="The newer edition.")] = TO,
    role: Annotated[str | None, Query(description="Only changes that reach this role.")] = None,
    aspect: Annotated[str | None, Query(description="Only changes of this aspect, such as time-limit.")] = None,
) -> Changes:
    """What changed between two editions."""
    return find_changes(asking(request).library, from_, to, role or None, aspect or None)


@router.get("/changes", include_in_schema=False)
def changes_page(
    request: Request,
    from_: Annotated[str, Query(alias="from")] = FROM,
    to: str = TO,
    role: str = "",
    aspect: str = "",
) -> Response:
    """The changes as a page."""
    library = asking(request).library
    editions = sorted(library.cards["editions"].values(), key=lambda card: str(card["published"]))
    shown = {"editions": editions, "older": from_, "newer": to, "role": role, "aspect": aspect, "title": "What changed"}
    shown["aspects"] = get_args(Aspect)
    try:
        found = find_changes(library, from_, to, role or None, aspect or None)
    except InputError as error:
        return page(request, "changes.html", {**shown, "fault": str(error)}, 422)
    return page(request, "changes.html", {**shown, "found": found})
