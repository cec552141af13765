"""What an author writes about an edition, as frozen records; no reading or writing happens here."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.limits import TimeLimit

Modality = Literal["must", "must-not", "should", "should-not", "may", "need-not", "none-stated"]
Force = Literal["law", "guidance"]
BearerMode = Literal["each", "jointly", "any-one"]
BearerBasis = Literal["stated", "inferred", "not-stated"]
Certainty = Literal["primary", "secondary", "unverified"]
EditionStatus = Literal["in-force", "superseded", "consultation-draft", "known-not-held"]
ProvisionKind = Literal["paragraph", "table", "box", "standard", "flow-chart", "figure", "footnote", "glossary-entry"]
Check = Literal["place", "wording", "number", "citation", "must-or-should"]
Text = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    #: Readable, stable and never reused.
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9-]*)*$")]


class Printing(Record):
    """One printing of an edition: page numbers belong to it."""

    date: date
    url: Text
    #: First twelve hex digits, or all, of the file's SHA-256.
    sha256: Text


class Edition(Record):
    """One edition of a guidance document."""

    document: Text
    title: Text
    publisher: Text
    published: date
    in_force_from: date
    in_force_until: date | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    status: EditionStatus
    #: What every answer from this edition says at the top.
    notices: tuple[Text, ...] = ()
    printings: tuple[Printing, ...] = ()
    certainty: Certainty = "primary"
    evidence: tuple[str, ...] = ()


class Duty(Record):
    """One norm, once: a bearer, a modality, an action."""

    #: Vocabulary ids of the bearers; empty when the text names none and none can be inferred.
    who: tuple[str, ...] = ()
    who_mode: BearerMode = "each"
    who_basis: BearerBasis = "stated"
    modality: Modality
    #: The text's own words for it: "should", "has a duty to", "are responsible for".
    modality_wording: Text
    force: Force = "guidance"
    #: Completes "<bearer> should ...", in our own words.
    action: Text
    #: Items of one list under one stem that share bearer, modality and clock.
    parts: tuple[Text, ...] = ()
    recipients: tuple[str, ...] = ()
    beneficiary: str | None = None
    #: The event that starts it.
    trigger: str | None = None
    condition: str | None = None
    exception: str | None = None
    only_if: str | None = None
    #: The duty that applies when this one's limit has passed.
    if_missed: str | None = None
    time_limits: tuple[TimeLimit, ...] = ()
    #: Sections that impose or empower this very act.
    legal_basis: tuple[str, ...] = ()
    #: Every other section or provision that the text points to here.
    cites: tuple[str, ...] = ()
    #: Other provisions that state the same norm.
    also_in: tuple[str, ...] = ()
    #: The page it stands on, where its provision runs over several.
    pages: tuple[int, ...] = ()
    certainty: Certainty = "primary"
    valid_from: date | None = None
    valid_until: date | None = None


class Provision(Record):
    """A numbered paragraph, or an unnumbered block such as one bearer's heading in a table."""

    kind: ProvisionKind = "paragraph"
    paragraph: int | None = None
    pages: Annotated[tuple[int, ...], Field(min_length=1)]
    #: From chapter to the nearest heading.
    heading: Annotated[tuple[Text, ...], Field(min_length=1)]
    #: Every fact of the provision in sentences of our own.
    gist: Text
    topics: tuple[str, ...] = ()
    #: Sections (ca1989/s47) and provisions (wt2023/141) that it points to.
    cites: tuple[str, ...] = ()
    certainty: Certainty = "primary"
    duties: tuple[Duty, ...] = ()


class Definition(Record):
    """What the guidance says a term means."""

    term: Text
    meaning: Text
    stated_in: Annotated[tuple[str, ...], Field(min_length=1)]
    synonyms: tuple[Text, ...] = ()


class Silence(Record):
    """A question that people ask and the edition does not settle, found by reading."""

    question: Text
    #: What the edition does say nearby, and where the answer is left to.
    note: Text
    topics: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Conflict(Record):
    """Two places that pull two ways."""

    label: Text
    differs: Text
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    duties: tuple[str, ...] = ()


class Remark(BaseModel):
    """Why something in a record cannot be confirmed by machine, in words that a reader accepts."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    record: Text
    check: Check
    reason: Text


class Legislation(Record):
    """An Act or instrument, with the sections that the guidance names."""

    title: Text
    iri: Text
    year: int
    synonyms: tuple[Text, ...] = ()
    #: Where the official address was read.
    evidence: Text
    sections: tuple["LegislationSection", ...] = ()


class LegislationSection(Record):
    """A section, subsection, regulation or schedule paragraph."""

    iri: Text
    label: Text
    gist: Text
    certainty: Certainty = "secondary"
