"""`/sparql`: queries by GET and POST as the SPARQL 1.1 Protocol has them; without one, what is here and how to ask."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ontology.errors import BuildError, QueryError
from service import editor
from service.description import describe_service
from service.media_types import HTML, JSON_RESULTS, RESULTS, TRIPLES, XML_RESULTS, choose
from service.query_text import LONGEST_QUERY, QueryForm, read_words
from service.sparql import QueryPool

router = APIRouter()

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
READ_ONLY = "The graph can only be read: updates are refused. Send a query."
#: In a form a character may take twelve: four bytes, each as %XX.
LONGEST_BODY = 12 * LONGEST_QUERY
OFFERED: dict[QueryForm | None, tuple[str, ...]] = {
    "solutions": tuple(RESULTS.values()),
    "boolean": (JSON_RESULTS, XML_RESULTS),
    "triples": tuple(TRIPLES.values()),
    None: (*RESULTS.values(), *TRIPLES.values()),
}
PARAMETERS = {
    "parameters": [
        {"name": name, "in": "query", "description": meaning, "schema": {"type": kind}}
        for name, kind, meaning in (
            ("query", "string", "A SPARQL 1.1 query; without one, the service describes itself."),
            ("default-graph-uri", "string", "A graph to make part of the default graph; may be repeated."),
            ("named-graph-uri", "string", "A graph to be had by GRAPH; may be repeated."),
            ("format", "string", f"{', '.join((*RESULTS, *TRIPLES))}: instead of an Accept header."),
        )
    ]
}

Parameters = list[tuple[str, str]]


@router.get("/sparql", openapi_extra=PARAMETERS)
async def query_by_get(request: Request) -> Response:
    """Run the query in the address; without one, show the editor to a person and the description to a program."""
    given = request.query_params.multi_items()
    if any(name == "update" for name, _ in given):
        raise QueryError(READ_ONLY)
    if not any(name == "query" for name, _ in given):
        return await run_in_threadpool(_introduce, request)
    return await run_in_threadpool(_respond, request, given)


@router.post("/sparql")
async def query_by_post(request: Request) -> Response:
    """Run the query in the body, be it a form or the query itself."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if kind == UPDATE_TYPE:
        raise QueryError(READ_ONLY)
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if charset != "utf-8":
        raise HTTPException(415, f"The query is in {charset[:40]}; send it in UTF-8.")
    body = await _body(request)
    if kind == QUERY_TYPE:
        given = [*request.query_params.multi_items(), ("query", body)]
    elif kind == FORM_TYPE or not (kind or body):
        given = _form(body)
    else:
        raise HTTPException(415, f"Send the query as {FORM_TYPE} or as {QUERY_TYPE}, and name that in Content-Type.")
    if any(name == "update" for name, _ in given):
        raise QueryError(READ_ONLY)
    return await run_in_threadpool(_respond, request, given)


def _form(body: str) -> Parameters:
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise QueryError("The form cannot be read: it has too many fields, or is not UTF-8.") from error


async def _body(request: Request) -> str:
    """The body as text; what is too long is not read to its end."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LONGEST_BODY:
            raise HTTPException(413, f"The query is too long; the most is {LONGEST_QUERY:,} characters.")
    try:
        return read.decode()
    except UnicodeDecodeError as error:
        raise QueryError("The query is not UTF-8.") from error


def _introduce(request: Request) -> Response:
    media_type = choose(request.headers.get("accept"), (*TRIPLES.values(), HTML))
    if media_type in (HTML, None):
        return editor.editor_page(request)
    body = describe_service(_pool(request), str(request.url_for("query_by_get")), media_type)
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})


def _respond(request: Request, given: Parameters) -> Response:
    queries = [value for name, value in given if name == "query"]
    if len(queries) > 1:
        raise QueryError("There are several queries; send one.")
    query = queries[0] if queries else ""
    pool = _pool(request)
    default, named = (
        [value for name, value in given if name == wanted] for wanted in ("default-graph-uri", "named-graph-uri")
    )
    wanted = next((value for name, value in given if name == "format"), "")
    if not wanted and choose(request.headers.get("accept"), (*OFFERED[None], HTML)) == HTML:
        return editor.results_page(request, pool, query, default, named)
    media_type = _media_type(read_words(query).form, wanted, request.headers.get("accept"))
    result = pool.run(query, media_type, default, named)
    headers = {"Vary": "Accept"} | ({"Notice": result.notice} if result.notice else {})
    return Response(result.body, media_type=result.media_type, headers=headers)


def _media_type(form: QueryForm | None, wanted: str, accept: str | None) -> str:
    """The type of the results, by the parameter `format` if there is one, else by the Accept header."""
    offered = OFFERED[form]
    named = {**RESULTS, **TRIPLES}
    if named.get(wanted) in offered:
        return named[wanted]
    # Some clients send a name of their own beside an Accept header that says what they mean.
    if wanted and (accept or "*/*") == "*/*":
        known = ", ".join(name for name, media_type in named.items() if media_type in offered)
        raise QueryError(f"There is no format '{wanted[:40]}' for this query; there are {known}.")
    media_type = choose(accept, offered)
    if media_type is None and form == "boolean":
        return JSON_RESULTS  # CSV and TSV have no way to say true
    if media_type is None:
        raise HTTPException(406, f"The results of this query can be had as {', '.join(offered)}.")
    return media_type


def _pool(request: Request) -> QueryPool:
    if request.app.state.queries is None:
        raise BuildError(request.app.state.problem)
    pool: QueryPool = request.app.state.queries
    return pool
