"""How every page is made: one set of templates, the ask page with its answers and the error page."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from corpus.wording import MODALS
from ontology.errors import InputError
from ontology.namespaces import ID
from service.answer import Answer, newer_word
from service.api import asking
from service.browse import role_names
from service.entities import page_of
from service.grouping import grouped_duties
from service.privacy import personal_details
from service.related import citation_text, count_from
from service.style import STATIC, style
from service.summary import short, title_of
from service.text import (
    INFERRED,
    bearers_text,
    date_text,
    days_text,
    due_text,
    modality_text,
    place_text,
    reach_text,
    text_place_text,
)

router = APIRouter(include_in_schema=False)

HERE = Path(__file__).parent

#: What every page links to at its top.
NAVIGATION = (
    ("/", "Ask"),
    ("/duties", "Duties"),
    ("/deadlines", "Deadlines"),
    ("/changes", "What changed"),
    ("/browse", "Browse"),
)

EXAMPLES = (
    (
        "Social worker",
        (
            "How soon must a referral be acknowledged?",
            "How long do we have to hold the first child protection conference?",
            "Who must be at a strategy discussion?",
        ),
    ),
    (
        "Teacher or designated safeguarding lead",
        (
            "What happens if a family says no to an early help assessment?",
            "Who decides what happens next after we make a referral?",
        ),
    ),
    (
        "Health visitor, GP or police officer",
        ("When does the core group meet?", "What should the police do when they suspect significant harm?"),
    ),
    (
        "Club, charity or faith group",
        ("Who should we tell when there is an allegation against a coach or volunteer?",),
    ),
    (
        "Partnership manager",
        ("When must the council tell the national panel about a serious incident?",),
    ),
)
#: The parts of the site that are reached by way of Browse.
BROWSED = ("/roles", "/topics", "/process", "/legislation", "/editions", "/glossary", "/id", "/ontology", "/downloads")
#: The components of the Design System that we use, by the names of their macros.
COMPONENTS = {
    "button": "govukButton", "error-summary": "govukErrorSummary", "input": "govukInput", "select": "govukSelect",
}  # fmt: skip
#: What a component is given that somebody may have typed; choices and buttons hold our own words.
TYPED = ("value", "errorList", "errorMessage")
#: A sentence about a fault quotes at least so many characters of what was typed.
LONGEST_QUOTED = 40
#: What an error page is called, by status.
ERRORS = {
    404: "Page not found",
    422: "That cannot be read",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not ready",
}


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content so that browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def record_path(iri: str) -> str:
    """The path of a record's own page here."""
    return f"/id/{iri.removeprefix(str(ID))}"


def _components() -> dict[str, Any]:
    """The macros of the Design System that we use; they take what is not given as empty, our own templates never do."""
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    # Nobody asks at every use whether the macros' files have changed.
    lenient = Environment(loader=loader, autoescape=True, undefined=ChainableUndefined, auto_reload=False)
    return {
        macro: _kept(getattr(lenient.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module, macro))
        for name, macro in COMPONENTS.items()
    }


def _kept(macro: Callable[[dict[str, Any]], Markup]) -> Callable[[dict[str, Any]], Markup]:
    """The macro, which draws what our templates alone write once; what holds what somebody typed is kept nowhere."""
    drawn: dict[str, Markup] = {}

    def draw(given: dict[str, Any]) -> Markup:
        if any(given.get(name) for name in TYPED):
            return macro(given)
        key = repr(given)
        if key not in drawn:
            drawn[key] = macro(given)
        return drawn[key]

    return draw


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    made.globals |= _components() | {
        "inferred": INFERRED, "navigation": NAVIGATION, "style": style, "asset": asset,
        "grouped_duties": grouped_duties,
    }  # fmt: skip
    made.filters |= {
        "bearers": bearers_text, "modality": modality_text, "place": place_text, "reach": reach_text, "due": due_text,
        "newer": lambda mark: newer_word(mark.state),
        "day": date_text, "days": days_text, "record_path": record_path, "text_place": text_place_text,
        "citation": citation_text,
        "aspect": lambda aspect: "how firmly" if aspect == "modality" else aspect.replace("-", " "),
        "modal": lambda modality: MODALS.get(modality, "no must or should"),
        "short": lambda title: title.replace(" to Safeguard Children", ""),
        "capital": lambda text: f"{text[:1].upper()}{text[1:]}",
        "page_of": page_of, "short_iri": short, "graph_title": title_of,
    }  # fmt: skip
    return made


templates = Jinja2Templates(env=_environment())


@router.get("/")
def home(
    request: Request, q: str | None = None, role: str = "", on: str = "", edition: str = "", start: str = ""
) -> Response:
    """The box; with `?q=`, the answer too."""
    asked = {"role": role, "on": on, "edition": edition, "start": start}
    if q is None:
        return page(request, "ask.html", {**_form(request, "", asked), "title": "Ask"})
    return _answer_page(request, q, asked, confirmed=False, shared=True)


@router.post("/")
def answer(
    request: Request,
    q: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    on: Annotated[str, Form()] = "",
    edition: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    without: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
    as_typed: Annotated[bool, Form()] = False,
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """The answer to a question typed into the box, which stays out of the address."""
    asked = {"role": role, "on": on, "edition": edition, "start": start}
    return _answer_page(request, q, asked, confirmed, shared=False, without=without, as_typed=as_typed)


def _form(request: Request, question: str, asked: dict[str, str]) -> dict[str, Any]:
    """What the form shows: what was typed, and what may be chosen."""
    core = asking(request)
    editions = [card for card in core.editions.values() if card["duties"]]
    names = role_names(core.library.cards)
    editions.sort(key=lambda card: str(card["published"]), reverse=True)
    shown = {"question": question, **asked, "editions": editions, "role_names": names, "examples": EXAMPLES}
    return {**shown, "answer": None, "details": [], "details_confirmed": False}


def _answer_page(
    request: Request,
    question: str,
    asked: dict[str, str],
    confirmed: bool,
    shared: bool,
    without: Sequence[str] = (),
    as_typed: bool = False,
) -> Response:
    shown = _form(request, question, asked)
    details = personal_details(question)
    if details and not confirmed:
        return private(page(request, "ask.html", {**shown, "details": details, "title": "Check your question"}))
    try:
        found = asking(request).ask(
            question,
            asked["edition"] or None,
            role=asked["role"] or None,
            on=asked["on"] or None,
            without=without,
            as_typed=as_typed,
        )
        related = request.app.state.relations.of(found.duties)
        counted = count_from(asked["start"], found.duties) if asked["start"] else {}
    except InputError as error:
        faulty = {"fault": str(error), "fault_field": faulty_field(str(error), asked, "q")}
        return private(page(request, "ask.html", {**shown, **faulty, "title": "Ask again"}, 422))
    # The title of a posted answer names what was found, not what was asked: titles stand in history and task bars.
    shown |= {"answer": found, "related": related, "counted": counted, "details_confirmed": bool(details)}
    return private(page(request, "ask.html", {**shown, "title": question if shared else _topic(found)}))


def _topic(answer: Answer) -> str:
    if answer.status == "no-answer":
        return "No answer found"
    if not answer.duties and not answer.passages:
        return "Which edition applies"
    return answer.duties[0].provision.heading if answer.duties else answer.passages[0].heading


def error_page(request: Request, message: str, status: int) -> Response:
    """An error in the style of every page, with a way on."""
    title = ERRORS.get(status, HTTPStatus(status).phrase)
    shown = {"message": message, "title": title, "status": status, "ready": request.app.state.asking is not None}
    return page(request, "error.html", shown, status)


def faulty_field(message: str, typed: Mapping[str, str], otherwise: str) -> str:
    """The field whose words a sentence about a fault quotes or begins with."""
    for name, words in typed.items():
        begun = words.strip()[:LONGEST_QUOTED]
        if begun and (f"'{begun}" in message or f"({begun})" in message or message.startswith(begun)):
            return name
    return otherwise


def wants_html(request: Request) -> bool:
    """Whether the client is a browser rather than a program."""
    return "text/html" in request.headers.get("accept", "")


def page(request: Request, template: str, shown: dict[str, Any], status: int = 200) -> Response:
    """A template filled in, with the settings that every page shows."""
    core = request.app.state.asking
    common = {"settings": request.app.state.settings, "titles": core.editions if core else {}, "fault": None}
    common["fault_field"] = ""
    # The first words of the path tell which part of the navigation the page stands under.
    here = f"/{request.url.path.split('/')[1]}"
    here = "/browse" if here in BROWSED else here
    return templates.TemplateResponse(request, template, {**common, "here": here, **shown}, status)


def private(response: Response) -> Response:
    """A response that no shared cache keeps."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
