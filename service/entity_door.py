"""`/id/...`: every record under its own address, as a page for people and as data for programs.

The address names the thing, which cannot be sent; so it answers 303 See Other and leads to a document about it: the
same address with an ending, `.html`, `.ttl`, `.jsonld`, `.nt` or `.rdf`, by the Accept header.
"""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from ontology.errors import BuildError
from service import pages
from service.charts import neighbourhood
from service.entities import describe, iri_of, serialise, triples_of
from service.json_ld import context
from service.media_types import HTML, JSON_LD, TRIPLES, choose
from service.sparql import QueryPool

router = APIRouter(include_in_schema=False)

ENDINGS = {**TRIPLES, "html": HTML}
#: Where a person reads on, by the kind of record.
READING = {
    **dict.fromkeys(("role", "agency", "group"), ("/roles/", "What applies, and why")),
    "topic": ("/topics/", "The duties and passages under this topic"),
    "edition": ("/editions/", "What is held of this edition"),
    "event": ("/process#", "Its place in the process"),
}


@router.get("/id/{record:path}")
def record(request: Request, record: str) -> Response:
    """The thing's address leads to a document; a document's address gives it."""
    name, _, ending = record.rpartition(".")
    iri = iri_of(name if ending in ENDINGS else record)
    if iri is None:
        raise HTTPException(404)
    pool = _pool(request)
    if ending not in ENDINGS:
        media_type = choose(request.headers.get("accept"), tuple(ENDINGS.values())) or HTML
        wanted = next(one for one, kind in ENDINGS.items() if kind == media_type)
        return RedirectResponse(f"/id/{record}.{wanted}", 303, {"Vary": "Accept"})
    if ending == "html":
        entity = describe(pool, iri)
        if entity is None:
            raise HTTPException(404)
        shown = {"title": entity.label, "entity": entity, "document": f"/id/{name}", "formats": TRIPLES}
        kind, _, own = name.partition("/")
        shown["reading"] = (f"{READING[kind][0]}{own}", READING[kind][1]) if kind in READING else None
        shown["picture"] = neighbourhood(entity)
        return pages.page(request, "entity.html", shown)
    triples = triples_of(pool, iri)
    if not triples:
        raise HTTPException(404)
    body = serialise(triples, ENDINGS[ending], str(request.url_for("json_ld_context")))
    return Response(body, media_type=ENDINGS[ending], headers={"Link": f'<{iri}>; rel="about"'})


@router.get("/ontology/context.jsonld")
def json_ld_context() -> Response:
    """What the short names of our JSON-LD stand for."""
    body = json.dumps({"@context": context()}, indent=1) + "\n"
    return Response(body, media_type=JSON_LD, headers={"Access-Control-Allow-Origin": "*"})


def _pool(request: Request) -> QueryPool:
    if request.app.state.queries is None:
        raise BuildError(request.app.state.problem)
    pool: QueryPool = request.app.state.queries
    return pool
