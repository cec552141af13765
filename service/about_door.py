"""`/about`, `/privacy`, `/accessibility`, `/how-answers-are-made` and `/docs`: what this is and how it works."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response

from service.accuracy import HALVES, read_accuracy
from service.pages import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Parameter:
    """One thing that a call takes."""

    name: str
    required: bool
    what: str
    example: str


@dataclass(frozen=True)
class Call:
    """One address of the API with a method."""

    method: str
    path: str
    what: str
    parameters: list[Parameter]


@router.get("/about")
def about(request: Request) -> Response:
    """What this is, whom it is for, what it holds."""
    return page(request, "about.html", {"title": "About", "version": version("safeguarding-kg")})


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """What is kept of a visit: nothing."""
    return page(request, "privacy.html", {"title": "Privacy"})


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """How far the pages can be used by everyone."""
    return page(request, "accessibility.html", {"title": "Accessibility statement"})


@router.get("/how-answers-are-made")
def how(request: Request) -> Response:
    """The method, how well it does and its limits, after the Algorithmic Transparency Recording Standard."""
    shown = {"title": "How answers are made", "accuracy": read_accuracy(), "halves": [words for _, words in HALVES]}
    core = request.app.state.asking
    return page(request, "how.html", {**shown, "build": core.library.build_id if core else None})


@router.get("/docs")
def docs(request: Request) -> Response:
    """The API, from its OpenAPI file."""
    content = request.app.openapi()
    calls = [
        _call(method, path, call) for path, methods in content["paths"].items() for method, call in methods.items()
    ]
    return page(request, "docs.html", {"title": "For programs", "calls": calls})


def _call(method: str, path: str, content: dict[str, Any]) -> Call:
    taken = [
        Parameter(
            one["name"],
            bool(one.get("required")),
            one.get("description") or one.get("schema", {}).get("description", ""),
            str(next(iter(one.get("schema", {}).get("examples", [])), "")),
        )
        for one in content.get("parameters", [])
    ]
    return Call(method.upper(), path, content.get("description") or content.get("summary", ""), taken)
