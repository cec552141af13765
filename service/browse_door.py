"""`/browse`, `/duties`, `/roles`, `/topics`, `/process`, `/editions` and `/glossary`: ways through the content."""

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from corpus.records import Modality
from ontology.errors import InputError
from service import browse
from service.api import asking
from service.duties import DutyList, duties_csv, list_duties
from service.editions import choose_edition
from service.library import Library
from service.pages import page
from service.process import events_of, pictures_of
from service.reach import BEARERS, find_role

router = APIRouter(include_in_schema=False)
listed = APIRouter()

#: How many duties stand on one page of the list.
PAGE = 50

Edition = Annotated[str, Query(description="Duties of this edition.", examples=["wt2023"])]
Role = Annotated[str, Query(description="Only duties that reach this role.")]
Kind = Annotated[str, Query(description="Only duties of this modality, such as must.")]
Topic = Annotated[str, Query(description="Only duties under this topic.")]
Timed = Annotated[bool, Query(description="Only duties with a time limit.")]
Order = Annotated[str, Query(description="By place, who, modality or clock.")]
Bearer = Annotated[str, Query(description="Only duties that name this role.", examples=["police"])]


@listed.get("/api/duties")
def duties_json(
    request: Request,
    edition: Edition = "",
    role: Role = "",
    modality: Kind = "",
    topic: Topic = "",
    timed: Timed = False,
    sort: Order = "place",
    bearer: Bearer = "",
) -> DutyList:
    """Every duty that passes the filters."""
    library = asking(request).library
    return list_duties(
        library, edition or None, role or None, modality or None, topic or None, timed, sort, bearer or None
    )


@router.get("/duties")
def duties(
    request: Request,
    edition: str = "",
    role: str = "",
    modality: str = "",
    topic: str = "",
    timed: bool = False,
    sort: str = "place",
    bearer: str = "",
    number: Annotated[int, Query(alias="page", ge=1)] = 1,
    format: Literal["page", "csv"] = "page",
) -> Response:
    """The list of duties: filters, order, a page at a time, and all of them as CSV."""
    library = asking(request).library
    chosen = {"edition": edition, "role": role, "modality": modality, "topic": topic, "timed": timed, "sort": sort}
    chosen["bearer"] = bearer
    shown: dict[str, Any] = {
        **chosen,
        "title": "Duties",
        "editions": _editions(library),
        "role_names": browse.role_names(library.cards),
        "topics": browse.topics(library.cards, _held(library, None)),
        "modalities": get_args(Modality),
        "query": {name: value for name, value in chosen.items() if value},
        "found": None,
    }
    try:
        found = list_duties(
            library, edition or None, role or None, modality or None, topic or None, timed, sort, bearer or None
        )
    except InputError as error:
        return page(request, "duties.html", {**shown, "fault": str(error)}, 422)
    if format == "csv":
        headers = {"Content-Disposition": 'attachment; filename="duties.csv"'}
        return Response(duties_csv(found), media_type="text/csv", headers=headers)
    pages = max(1, -(-found.total // PAGE))
    number = min(number, pages)
    part = found.duties[(number - 1) * PAGE : number * PAGE]
    if bearer:
        shown["bearer_name"] = library.cards["terms"][find_role(bearer, library.cards["terms"])]["label"]
    return page(request, "duties.html", {**shown, "found": found, "part": part, "number": number, "pages": pages})


@router.get("/browse")
def everything(request: Request) -> Response:
    """Every way through the content."""
    return page(request, "browse.html", {"title": "Browse"})


@router.get("/roles")
def roles(request: Request) -> Response:
    """Everyone who bears a duty."""
    library = asking(request).library
    shown = {"title": "Roles and agencies", "kinds": browse.bearers(library.cards, _held(library, None))}
    return page(request, "roles.html", shown)


@router.get("/roles/{role}")
def role(request: Request, role: str, edition: str = "") -> Response:
    """What applies to a role or an agency, and why."""
    library = asking(request).library
    if library.cards["terms"].get(role, {}).get("kind") not in BEARERS:
        raise HTTPException(404)
    held = _held(library, edition)
    term = browse.term_of(library.cards, role)
    lists = browse.reach_of(library.cards, role, held)
    shown = {"title": f"{term.label[:1].upper()}{term.label[1:]}: what applies", "term": term, "lists": lists}
    return page(request, "role.html", {**shown, "edition": held, "editions": _editions(library)})


@router.get("/topics")
def topics(request: Request) -> Response:
    """Every topic."""
    library = asking(request).library
    return page(
        request, "topics.html", {"title": "Topics", "topics": browse.topics(library.cards, _held(library, None))}
    )


@router.get("/topics/{topic}")
def topic(request: Request, topic: str, edition: str = "") -> Response:
    """The duties and passages under a topic."""
    library = asking(request).library
    if library.cards["terms"].get(topic, {}).get("kind") != "topic":
        raise HTTPException(404)
    held = _held(library, edition)
    term = browse.term_of(library.cards, topic)
    duties, passages = browse.topic_content(library.cards, topic, held)
    shown = {"title": f"{term.label[:1].upper()}{term.label[1:]}", "term": term, "duties": duties, "passages": passages}
    return page(request, "topic.html", {**shown, "edition": held, "editions": _editions(library)})


@router.get("/process")
def process(request: Request) -> Response:
    """The events in the order in which they come, with the clocks that each starts."""
    library = asking(request).library
    held = _held(library, None)
    events = events_of(library, held)
    ordered = sorted(events.values(), key=lambda event: event.label.lower())
    shown = {"title": "The process", "pictures": pictures_of(events), "events": ordered, "names": events}
    return page(request, "process.html", {**shown, "edition": library.cards["editions"][held]})


@router.get("/editions")
def editions(request: Request) -> Response:
    """Every edition that is known, newest first."""
    cards = asking(request).library.cards["editions"].values()
    known = sorted(cards, key=lambda card: str(card["published"]), reverse=True)
    return page(request, "editions.html", {"title": "Editions", "known": known})


@router.get("/editions/{edition}")
def edition(request: Request, edition: str) -> Response:
    """What an edition holds, in the order of its text."""
    cards = asking(request).library.cards
    if edition not in cards["editions"]:
        raise HTTPException(404)
    card = cards["editions"][edition]
    shown = {"title": card["title"], "card": card, "chapters": browse.contents(cards, edition)}
    return page(request, "edition.html", shown)


@router.get("/glossary")
def glossary(request: Request) -> Response:
    """What terms and acronyms mean."""
    library = asking(request).library
    held = _held(library, None)
    shown = {"title": "Glossary and acronyms", "acronyms": browse.acronyms(library.cards)}
    defined = browse.definitions(library.cards, held)
    return page(request, "glossary.html", {**shown, "definitions": defined, "edition": library.cards["editions"][held]})


def _held(library: Library, edition: str | None) -> str:
    """The edition asked for, where it is held; else the one that answers."""
    held = library.cards["editions"].get(edition or "", {}).get("duties")
    return str(edition) if held else str(choose_edition(library.cards, None).edition)


def _editions(library: Library) -> list[dict[str, Any]]:
    held = [card for card in library.cards["editions"].values() if card["duties"]]
    return sorted(held, key=lambda card: str(card["published"]), reverse=True)
