"""The web application: page, JSON API, SPARQL and health, each a thin door to the core."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette_compress import CompressMiddleware, add_compress_type

from indexer.build import open_build
from ontology.errors import BuildError, SafeguardError
from service import (
    about_door,
    api,
    browse_door,
    changes_door,
    deadlines_door,
    downloads_door,
    entity_door,
    law_door,
    ontology_door,
    pages,
    sparql_door,
)
from service.ask import Asking
from service.crowding import Crowding
from service.documents import with_documents
from service.finishing import Finishing, add_security
from service.head import Head
from service.library import open_library
from service.materials import door as materials_door
from service.media_types import RESULTS, TRIPLES
from service.memory import give_back_memory
from service.related import Relations
from service.settings import Settings
from service.sparql import QueryPool
from service.statuses import status_of

#: In how many seconds to try again, by status.
RETRY_AFTER = {429: "1", 503: "5"}


def create_app(settings: Settings) -> FastAPI:
    """The application over the current build of `settings.data_dir`; without one it serves 503 and says why."""
    app = FastAPI(
        title="Safeguarding guidance",
        description="Who must do what, by when, and where it says so.",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.add_middleware(Head)
    for media_type in (*RESULTS.values(), *TRIPLES.values()):
        add_compress_type(media_type)
    # Brotli, which every browser takes, is a tenth smaller; at a higher quality it takes thrice the time and saves 2 %.
    app.add_middleware(CompressMiddleware, minimum_size=1000, zstd=False, brotli_quality=6, gzip_level=5)
    app.add_middleware(Finishing)
    app.add_middleware(Crowding, refuse=_too_many)
    app.add_exception_handler(SafeguardError, _known_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unknown_error)
    app.include_router(api.router)
    app.include_router(sparql_door.router)
    app.include_router(downloads_door.router)
    app.include_router(entity_door.router)
    app.include_router(ontology_door.router)
    app.include_router(deadlines_door.router)
    app.include_router(law_door.router)
    app.include_router(changes_door.router)
    app.include_router(browse_door.listed)
    app.include_router(browse_door.router)
    app.include_router(about_door.router)
    app.include_router(materials_door.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    give_back_memory()
    settings: Settings = app.state.settings
    app.state.problem, app.state.asking, app.state.queries = None, None, None
    try:
        build = open_build(settings.data_dir)
        library = with_documents(open_library(build), settings.official_documents())
        app.state.asking, app.state.relations = Asking(library), Relations(library)
        app.state.asking.ask("How soon must a referral be acknowledged?")  # the first question pays for warming up
        app.state.queries = QueryPool(build.folder, settings.query_workers, settings.query_seconds)
        app.state.queries.start()
    except BuildError as error:
        app.state.problem = str(error)
    yield
    if app.state.queries is not None:
        app.state.queries.close()


async def _known_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SafeguardError)
    return _show(request, str(error), status_of(error))


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = (f"{_field(detail['loc'])}: {detail['msg']}" for detail in error.errors())
    return _show(request, f"The request cannot be read: {'; '.join(problems)}.", 422)


def _field(path: Sequence[str | int]) -> str:
    """The innermost name in a path; numbers are positions in a list or, for malformed JSON, in the text."""
    return next((step for step in reversed(path) if isinstance(step, str)), "request")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = {
        404: "There is no such page here.",
        405: "This address does not take that method.",
    }
    response = _show(request, messages.get(error.status_code, str(error.detail)), error.status_code)
    response.headers.update(error.headers or {})  # 405 names in Allow what is taken
    return response


def _too_many(request: Request) -> Response:
    return _show(request, "Too many requests came from your address at once.", 429)


async def _unknown_error(request: Request, error: Exception) -> Response:
    return _show(request, "Something went wrong here. It is our fault, not yours; please try again.", 500)


def _show(request: Request, message: str, status: int) -> Response:
    """The error as a page for a browser, as JSON for a program; one sentence either way."""
    # Half a surrogate pair may come in as JSON, but cannot go out.
    message = message.encode("utf-8", "replace").decode()
    if pages.wants_html(request):
        response = pages.error_page(request, message, status)
    else:
        response = JSONResponse({"error": message}, status)
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    add_security(response.headers)
    return response
