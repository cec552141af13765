"""`/browse`, `/duties`, `/roles`, `/topics`, `/process`, `/editions` and `/glossary`: ways through the content."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from corpus.records import Modality
from ontology.errors import InputError
from service import browse
from service.api import asking
from service.duties import DutyList, duties_csv, list_duties
from service.editions import choose_edition
from service.library import Library
from service.pages import faulty_field, page
from service.process import events_of, pictures_of
from service.reach import BEARERS, find_role

router = APIRouter(include_in_schema=False)
listed = APIRouter()

#: How many duties stand on one page of the list.
PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which duties are asked for, and in which order."""

    edition: Annotated[str, Query(description="Duties of this edition.", examples=["wt2023"])] = ""
    role: Annotated[str, Query(description="Only duties that reach this role.")] = ""
    modality: Annotated[str, Query(description="Only duties of this modality, such as must.")] = ""
    topic: Annotated[str, Query(description="Only duties under this topic.")] = ""
    timed: Annotated[bool, Query(description="Only duties with a time limit.")] = False
    sort: Annotated[str, Query(description="By place, who, modality or clock.")] = "place"
    bearer: Annotated[str, Query(description="Only duties that name this role.", examples=["police"])] = ""

    def find(self, library: Library) -> DutyList:
        """The duties; raises InputError."""
        return list_duties(
            library,
            self.edition or None,
            self.role or None,
            self.modality or None,
            self.topic or None,
            self.timed,
            self.sort,
            self.bearer or None,
        )


@listed.get("/api/duties")
def duties_json(request: Request, wanted: Annotated[Wanted, Depends()]) -> DutyList:
    """Every duty that passes the filters."""
    return wanted.find(asking(request).library)


@router.get("/duties")
def duties(
    request: Request,
    wanted: Annotated[Wanted, Depends()],
    number: Annotated[int, Query(alias="page", ge=1)] = 1,
    format: Literal["page", "csv"] = "page",
) -> Response:
    """The list of duties: filters, order, a page at a time, and all of them as CSV."""
    library = asking(request).library
    chosen = asdict(wanted)
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
        found = wanted.find(library)
    except InputError as error:
        typed = {name: value for name, value in chosen.items() if isinstance(value, str)}
        faulty = {"fault": str(error), "fault_field": faulty_field(str(error), typed, "role")}
        return page(request, "duties.html", {**shown, **faulty}, 422)
    if format == "csv":
        headers = {"Content-Disposition": 'attachment; filename="duties.csv"'}
        return Response(duties_csv(found), media_type="text/csv", headers=headers)
    pages = max(1, -(-found.total // PAGE))
    number = min(number, pages)
    part = found.duties[(number - 1) * PAGE : number * PAGE]
    if wanted.bearer:
        terms = library.cards["terms"]
        shown["bearer_name"] = terms[find_role(wanted.bearer, terms)]["label"]
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
