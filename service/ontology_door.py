"""`/ontology`: its documentation for people and its triples for programs, as it is now and by version."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from indexer.graph import SCHEMA
from ontology.errors import BuildError
from ontology.questions import by_purpose, competency_questions
from service import pages
from service.media_types import HTML, TRIPLES, TURTLE, choose
from service.ontology_page import document, ontology_version
from service.summary import schema

router = APIRouter(include_in_schema=False)

ENDINGS = {**TRIPLES, "html": HTML}


@router.get("/ontology")
def ontology(request: Request) -> Response:
    """The ontology as it is now; terms are parts of this document, so their addresses lead here by the hash."""
    media_type = choose(request.headers.get("accept"), (HTML, *TRIPLES.values())) or HTML
    return _show(request, media_type)


@router.get("/ontology.{ending}")
def ontology_as(request: Request, ending: str) -> Response:
    """The ontology in one format."""
    if ending not in ENDINGS:
        raise HTTPException(404)
    return _show(request, ENDINGS[ending])


@router.get("/ontology/{edition}")
def ontology_version_of(request: Request, edition: str) -> Response:
    """One version, with or without an ending; only the current one is held."""
    version = ontology_version()
    ending = edition.removeprefix(version).removeprefix(".")
    if not edition.startswith(version) or (ending and ending not in ENDINGS):
        raise HTTPException(404)
    if ending:
        return _show(request, ENDINGS[ending])
    media_type = choose(request.headers.get("accept"), (HTML, *TRIPLES.values())) or HTML
    wanted = next(one for one, kind in ENDINGS.items() if kind == media_type)
    return RedirectResponse(f"/ontology/{version}.{wanted}", 303, {"Vary": "Accept"})


def _show(request: Request, media_type: str) -> Response:
    headers = {"Vary": "Accept"}
    if media_type == TURTLE:
        return Response(SCHEMA.read_bytes(), media_type=TURTLE, headers=headers)
    if media_type != HTML:
        return Response(schema().serialize(format=media_type, encoding="utf-8"), media_type=media_type, headers=headers)
    if request.app.state.queries is None:
        raise BuildError(request.app.state.problem)
    shown = {"title": "Ontology", "questions": by_purpose(competency_questions()), "formats": list(TRIPLES)}
    response = pages.page(request, "ontology.html", {**shown, **document(request.app.state.queries)})
    response.headers.update(headers)
    return response
