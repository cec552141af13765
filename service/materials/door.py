"""`/materials/...`: the same files as `safeguard export` makes, from buttons on the pages."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from ontology.errors import InputError, QueryBusy
from service.api import asking
from service.materials import kinds
from service.materials.brand import LARGEST_LOGO, make_brand
from service.materials.content import Wish
from service.materials.document import Brand
from service.privacy import personal_details

router = APIRouter(prefix="/materials", include_in_schema=False)

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "gift": "text/plain; charset=utf-8",
    "moodle-xml": "application/xml",
    "csv": "text/csv",
}
ENDINGS = {"gift": "gift.txt", "moodle-xml": "xml"}
#: How many seconds a request waits for the file before it.
PATIENCE = 20
#: A form is this large at the most, in bytes: a logo and some words. Less than what is held in memory alone.
LARGEST_FORM = LARGEST_LOGO + 40_000
#: So much more of a form is read and dropped, so that a browser that is still sending gets to see why.
DROPPED = 50_000_000
#: A file takes a second or two of one core; one at a time leaves the others to whoever asks questions.
_making = threading.Lock()

Documents = Literal["docx", "pdf", "html"]
Decks = Literal["docx", "pptx", "pdf", "html"]
Needed = Annotated[str, Field(min_length=1)]


class Asked(BaseModel):
    """What every file is asked for by."""

    edition: str = ""


class RolePackAsked(Asked):
    role: Needed
    format: Decks = "docx"


class BriefingAsked(Asked):
    topic: Needed
    role: str = ""
    format: Documents = "docx"


class ChangesAsked(Asked):
    since: Needed
    role: str = ""
    format: Decks = "docx"


class PosterAsked(Asked):
    format: Literal["pdf", "svg"] = "pdf"


class QuizAsked(Asked):
    role: str = ""
    topic: str = ""
    #: At most so many at a time here; the command line makes as many as there are.
    count: Annotated[int, Field(alias="n", ge=1, le=100)] = 20
    seed: int = 1
    format: Literal["gift", "moodle-xml", "csv", "html"] = "html"


class HandoutAsked(Asked):
    role: str = ""
    modality: str = ""
    topic: str = ""
    timed: bool = False
    sort: str = "place"
    format: Documents = "docx"


class AnswerAsked(Asked):
    q: str = ""
    role: str = ""
    on: str = ""
    without: list[str] = []
    as_typed: bool = False
    format: Documents = "docx"


#: Each kind of file but that of an answer: what it is asked for by, what makes it, and what the file is called.
MATERIALS: dict[str, tuple[type[Asked], Callable[..., bytes], str]] = {
    "role-pack": (RolePackAsked, kinds.role_pack_file, "role-pack"),
    "briefing": (BriefingAsked, kinds.briefing_file, "briefing"),
    "changes-briefing": (ChangesAsked, kinds.changes_briefing_file, "changes"),
    "poster": (PosterAsked, kinds.poster_file, "process"),
    "quiz": (QuizAsked, kinds.quiz_file, "quiz"),
    "handout": (HandoutAsked, kinds.list_handout_file, "duties"),
}
Kind = TypeVar("Kind", bound=Asked)


@router.get("/{kind}")
def material(request: Request, kind: str) -> Response:
    """A file without anybody's own name, logo or colour."""
    if kind == "answer":
        raise HTTPException(405, headers={"Allow": "POST"})  # a question stays out of addresses
    return _material(request, kind, dict(request.query_params), Brand())


@router.post("/{kind}")
async def branded(request: Request, kind: str) -> Response:
    """A file with the name, logo and colour that were sent; nothing of them is kept."""
    form = await _form_of(request)
    given: dict[str, Any] = {name: one for name, one in form.items() if isinstance(one, str)}
    given["without"] = [one for one in form.getlist("without") if isinstance(one, str)]
    logo = form.get("logo")
    # A browser sends a file without a name where none was chosen.
    content = await logo.read() if isinstance(logo, UploadFile) and logo.filename else None
    await form.close()
    return await run_in_threadpool(_made, request, kind, given, content)


async def _form_of(request: Request) -> FormData:
    """The form that was sent, held in memory alone; raises InputError for one that is too large."""
    body, dropped = bytearray(), 0
    async for part in request.stream():
        if len(body) + len(part) <= LARGEST_FORM and not dropped:
            body += part
        elif (dropped := dropped + len(part)) > DROPPED:
            break
    if dropped:
        raise InputError("What was sent is too large; give a logo of at most 1 MB.")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return await Request(request.scope, receive).form(max_files=1, max_fields=50)


def _made(request: Request, kind: str, given: dict[str, Any], logo: bytes | None) -> Response:
    brand = make_brand(given.get("name", ""), given.get("colour", "").strip(), logo)
    return _answer(request, given, brand) if kind == "answer" else _material(request, kind, given, brand)


def _material(request: Request, kind: str, given: dict[str, Any], brand: Brand) -> Response:
    if kind not in MATERIALS:
        raise HTTPException(404)
    model, make, name = MATERIALS[kind]
    asked = _checked(model, given)
    options = asked.model_dump(exclude={"edition", "format"})
    options = {option: None if value == "" else value for option, value in options.items()}
    return _file(request, make, name, asked, brand, **options)


def _answer(request: Request, given: dict[str, Any], brand: Brand) -> Response:
    """An answer; where the question looks as if it names somebody, it stays out of the file."""
    asked = _checked(AnswerAsked, given)
    found = asking(request).ask(
        asked.q, asked.edition or None, asked.role or None, on=asked.on or None, without=asked.without,
        as_typed=asked.as_typed,
    )  # fmt: skip
    options = {"answer": found, "role": asked.role or None, "titled": not personal_details(asked.q)}
    return _file(request, kinds.answer_handout_file, "answer", asked, brand, **options)


def _checked(model: type[Kind], given: dict[str, Any]) -> Kind:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _file(
    request: Request, make: Callable[..., bytes], name: str, asked: Any, brand: Brand, **options: Any
) -> Response:
    """The file as an attachment, made here and now."""
    wish = Wish(date.today(), brand, asked.edition or None)
    if not _making.acquire(timeout=PATIENCE):
        raise QueryBusy("Too many files are being made at once; try again in a moment.")
    try:
        content = make(asking(request).library, wish, asked.format, lambda step: None, **options)
    finally:
        _making.release()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ENDINGS.get(asked.format, asked.format)}"'}
    return Response(content, media_type=MEDIA_TYPES[asked.format], headers=headers)
