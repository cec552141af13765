"""`/legislation` and `/api/law`: the law under the guidance over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from ontology.errors import InputError
from service.api import asking
from service.law import Law, LawAnswer
from service.pages import page

router = APIRouter()


@router.get("/api/law")
def law(
    request: Request,
    q: Annotated[str, Query(description="A section in any form.", examples=["Children Act 2004 s.16F", "s47"])] = "",
) -> LawAnswer:
    """What a section is, the duties that rest on it and the places that cite it."""
    return Law(asking(request).library).find(q)


@router.get("/legislation", include_in_schema=False)
def legislation(request: Request, q: str = "") -> Response:
    """Every Act with its sections; with `?q=`, the sections that a citation means."""
    found = Law(asking(request).library)
    shown: dict[str, Any] = {"question": q, "title": "Legislation", "answer": None, "acts": []}
    if not q.strip():
        return page(request, "legislation.html", {**shown, "acts": found.acts()})
    try:
        return page(request, "legislation.html", {**shown, "answer": found.find(q)})
    except InputError as error:
        return page(request, "legislation.html", {**shown, "fault": str(error), "acts": found.acts()}, 422)


@router.get("/id/legislation/{section:path}", include_in_schema=False)
@router.get("/legislation/{section:path}", include_in_schema=False)
def section(request: Request, section: str) -> Response:
    """One section, or an Act as a whole, by its identifier here."""
    answer = Law(asking(request).library).by_id(section)
    if answer is None:
        raise HTTPException(404)
    return page(request, "legislation.html", {"question": "", "title": answer.citation, "answer": answer, "acts": []})
