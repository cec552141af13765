"""`/sparql`: queries by GET and POST as the SPARQL 1.1 Protocol has them, and a plain editor for a browser."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.concurrency import run_in_threadpool

from ontology.errors import BuildError, QueryError
from service import pages
from service.sparql import CSV_RESULTS, JSON_RESULTS, QueryPool, QueryResult

router = APIRouter()

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
READ_ONLY = "The graph can only be read: updates are refused. Send a query."


@router.get("/sparql")
def query_by_get(request: Request, query: str | None = None) -> Response:
    """Run the query in the address; without one, show the editor."""
    if query is None:
        return pages.sparql_page(request)
    return _respond(request, query)


@router.post("/sparql")
async def query_by_post(
    request: Request, query: Annotated[str | None, Form()] = None, update: Annotated[str | None, Form()] = None
) -> Response:
    """Run the query in the body, be it a form or the query itself."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if update is not None or kind == UPDATE_TYPE:
        raise QueryError(READ_ONLY)
    if kind == QUERY_TYPE:
        try:
            query = (await request.body()).decode()
        except UnicodeDecodeError as error:
            raise QueryError("The query is not UTF-8.") from error
    return await run_in_threadpool(_respond, request, query or "")


def _respond(request: Request, query: str) -> Response:
    if pages.wants_html(request):
        return pages.sparql_results(request, query, _pool(request))
    wanted = CSV_RESULTS if CSV_RESULTS in request.headers.get("accept", "") else JSON_RESULTS
    result: QueryResult = _pool(request).run(query, wanted)
    return Response(result.body, media_type=result.media_type)


def _pool(request: Request) -> QueryPool:
    if request.app.state.queries is None:
        raise BuildError(request.app.state.problem)
    pool: QueryPool = request.app.state.queries
    return pool
