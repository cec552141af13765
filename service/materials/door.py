"""`/materials/...`: the same files as `safeguard export` makes, from buttons on the pages."""

import threading
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response

from ontology.errors import QueryBusy
from service.api import asking
from service.materials import kinds
from service.materials.content import Wish
from service.materials.document import Brand
from service.pages import private
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
#: A file takes a second or two of one core; one at a time leaves the others to whoever asks questions.
_making = threading.Lock()

Documents = Literal["docx", "pdf", "html"]
Decks = Literal["docx", "pptx", "pdf", "html"]


@router.get("/role-pack")
def role_pack(request: Request, role: str, format: Decks = "docx", edition: str = "") -> Response:
    """What a role must and should do."""
    return _file(request, kinds.role_pack_file, "role-pack", format, edition, role=role)


@router.get("/briefing")
def briefing(request: Request, topic: str, role: str = "", format: Documents = "docx", edition: str = "") -> Response:
    """A seven-minute briefing on a topic."""
    return _file(request, kinds.briefing_file, "briefing", format, edition, topic=topic, role=role or None)


@router.get("/changes-briefing")
def changes_briefing(request: Request, since: str, role: str = "", format: Decks = "docx") -> Response:
    """What changed since an edition or a day."""
    return _file(request, kinds.changes_briefing_file, "changes", format, "", since=since, role=role or None)


@router.get("/poster")
def poster(request: Request, format: Literal["pdf", "svg"] = "pdf") -> Response:
    """The process with its clocks."""
    return _file(request, kinds.poster_file, "process", format, "")


@router.get("/quiz")
def quiz(
    request: Request,
    role: str = "",
    topic: str = "",
    n: Annotated[int, Query(ge=1, le=100)] = 20,
    seed: int = 1,
    format: Literal["gift", "moodle-xml", "csv", "html"] = "html",
    edition: str = "",
) -> Response:
    """Quiz questions; at most 100 at a time here."""
    given = {"role": role or None, "topic": topic or None, "count": n, "seed": seed}
    return _file(request, kinds.quiz_file, "quiz", format, edition, **given)


@router.get("/handout")
def handout(
    request: Request,
    edition: str = "",
    role: str = "",
    modality: str = "",
    topic: str = "",
    timed: bool = False,
    sort: str = "place",
    format: Documents = "docx",
) -> Response:
    """A list of duties."""
    given = {"role": role or None, "modality": modality or None, "topic": topic or None, "timed": timed, "sort": sort}
    return _file(request, kinds.list_handout_file, "duties", format, edition, **given)


@router.post("/answer")
def answer(
    request: Request,
    q: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    on: Annotated[str, Form()] = "",
    edition: Annotated[str, Form()] = "",
    without: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    as_typed: Annotated[bool, Form()] = False,
    format: Annotated[Documents, Form()] = "docx",
) -> Response:
    """An answer; the question stays out of the address and, where it looks as if it names somebody, out of the file."""
    found = asking(request).ask(q, edition or None, role or None, on=on or None, without=without, as_typed=as_typed)
    given = {"answer": found, "role": role or None, "titled": not personal_details(q)}
    return private(_file(request, kinds.answer_handout_file, "answer", format, "", **given))


def _file(request: Request, make: Any, name: str, style: str, edition: str, **given: Any) -> Response:
    """The file as an attachment, made here and now."""
    wish = Wish(date.today(), Brand(), edition or None)
    if not _making.acquire(timeout=PATIENCE):
        raise QueryBusy("Too many files are being made at once; try again in a moment.")
    try:
        content: bytes = make(asking(request).library, wish, style, lambda step: None, **given)
    finally:
        _making.release()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ENDINGS.get(style, style)}"'}
    return Response(content, media_type=MEDIA_TYPES[style], headers=headers)
