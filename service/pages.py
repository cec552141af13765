"""The pages for people: ask and answers, and errors in the same style."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.templating import Jinja2Templates

from ontology.errors import InputError
from service.answer import Answer
from service.api import asking
from service.privacy import personal_details
from service.text import INFERRED, bearers_text, due_text, modality_text, place_text, reach_text

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.add_extension("jinja2.ext.do")
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals["inferred"] = INFERRED
templates.env.filters.update(
    bearers=bearers_text, modality=modality_text, place=place_text, reach=reach_text, due=due_text
)

EXAMPLES = (
    "How soon must a referral be acknowledged?",
    "How long do we have to hold the first child protection conference?",
    "Who must be at a strategy discussion?",
    "When must the council tell the national panel about a serious incident?",
    "What happens if a family says no to an early help assessment?",
)


@router.get("/")
def home(request: Request, q: str | None = None, role: str = "", on: str = "") -> Response:
    """The box; with `?q=`, the answer too."""
    if q is None:
        return page(request, "ask.html", {"question": "", "role": role, "on": on, "examples": EXAMPLES, "title": "Ask"})
    return _answer_page(request, q, role, on, confirmed=False, shared=True)


@router.post("/")
def answer(
    request: Request,
    q: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    on: Annotated[str, Form()] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """The answer to a question typed into the box, which stays out of the address."""
    return _answer_page(request, q, role, on, confirmed, shared=False)


def _answer_page(request: Request, question: str, role: str, on: str, confirmed: bool, shared: bool) -> Response:
    shown: dict[str, Any] = {"question": question, "role": role, "on": on, "examples": EXAMPLES, "title": "Ask"}
    details = personal_details(question)
    if details and not confirmed:
        return private(page(request, "ask.html", {**shown, "details": details, "title": "Check your question"}))
    try:
        found = asking(request).ask(question, role=role or None, on=on or None)
    except InputError as error:
        return private(page(request, "ask.html", {**shown, "fault": str(error), "title": "Ask again"}, 422))
    # The title of a posted answer names what was found, not what was asked: titles stand in history and task bars.
    title = question if shared else _topic(found)
    return private(page(request, "ask.html", {**shown, "answer": found, "title": title}))


def _topic(answer: Answer) -> str:
    if answer.status == "no-answer":
        return "No answer found"
    if not answer.duties and not answer.passages:
        return "Which edition applies"
    return answer.duties[0].provision.heading if answer.duties else answer.passages[0].heading


def error_page(request: Request, message: str, status: int) -> Response:
    """An error in the style of every page, with a way on."""
    return page(request, "error.html", {"message": message, "title": "Problem"}, status)


def wants_html(request: Request) -> bool:
    """Whether the client is a browser rather than a program."""
    return "text/html" in request.headers.get("accept", "")


def page(request: Request, template: str, shown: dict[str, Any], status: int = 200) -> Response:
    """A template filled in, with the settings that every page shows."""
    return templates.TemplateResponse(
        request, template, {**shown, "settings": request.app.state.settings}, status_code=status
    )


def private(response: Response) -> Response:
    """A response that no shared cache keeps."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
