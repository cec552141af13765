"""`/api/ask` and `/health`: the core as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from ontology.errors import BuildError
from service.answer import Answer
from service.ask import Asking

router = APIRouter()

Question = Annotated[
    str, Field(description="The question, in your own words.", examples=["When does the core group meet?"])
]
Edition = Annotated[str | None, Field(description="Answer from this edition.", examples=["wt2023"])]
Role = Annotated[str | None, Field(description="Show the duties that reach this role.", examples=["social-worker"])]
On = Annotated[str | None, Field(description="Answer as on this day, as 2019-05-01.", examples=["2019-05-01"])]
Without = Annotated[list[str], Field(description="Terms, by id, that were recognised in it but are not meant.")]
AsTyped = Annotated[bool, Field(description="Mend no word.")]
Explain = Annotated[bool, Field(description="Say of each result why it stands where it does.")]
Limit = Annotated[int, Field(description="At most so many passages, 1 to 50.")]


class AskBody(BaseModel):
    """A question as a JSON body, so that it need not stand in an address."""

    model_config = ConfigDict(extra="forbid")

    q: Question
    edition: Edition = None
    role: Role = None
    limit: Limit = 5
    on: On = None
    without: Without = []
    as_typed: AsTyped = False
    explain: Explain = False


@router.get("/api/ask")
def ask(
    request: Request,
    q: Annotated[Question, Query()] = "",
    edition: Edition = None,
    role: Role = None,
    limit: Limit = 5,
    on: On = None,
    without: Annotated[Without, Query()] = [],  # noqa: B006 (FastAPI copies it)
    as_typed: AsTyped = False,
    explain: Explain = False,
) -> Answer:
    """Answer a question that stands in the address."""
    return asking(request).ask(q, edition, role, limit, on, without, as_typed, explain)


@router.post("/api/ask")
def ask_in_body(request: Request, body: AskBody) -> Answer:
    """Answer a question that stands in the body."""
    return asking(request).ask(
        body.q, body.edition, body.role, body.limit, body.on, body.without, body.as_typed, body.explain
    )


@router.get("/health/live")
def live() -> dict[str, str]:
    """Whether the process runs."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(request: Request) -> dict[str, str]:
    """Whether it can answer: 503 without a build."""
    return {"status": "ready", "build": asking(request).library.build_id}


def asking(request: Request) -> Asking:
    """The core that answers; raises BuildError where there is no build."""
    if request.app.state.asking is None:
        raise BuildError(request.app.state.problem)
    core: Asking = request.app.state.asking
    return core
