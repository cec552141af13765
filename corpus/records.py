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
ProvisionKind = Literal[
    "paragraph", "text", "table", "box", "standard", "flow-chart", "figure", "footnote", "glossary-entry"
]
ChangeKind = Literal["unchanged", "amended", "new", "removed", "moved", "relabelled"]
Aspect = Literal["who", "modality", "action", "time-limit", "trigger", "legal-basis", "wording", "scope", "structure"]
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
    #: First twelve hex digits, or all, of the file's SHA-256; left out where the file was not at hand.
    sha256: Text | None = None


class ShouldMeans(BaseModel):
    """What *should* asks of its readers, as an edition explains it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    text: Text
    stated_in: Annotated[tuple[str, ...], Field(min_length=1)]


class SpecialNotice(BaseModel):
    """What answers from an edition say at the top on certain topics, or when they are asked as on certain days."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    text: Text
    #: On these topics only; on every one where left out.
    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


class Edition(Record):
    """One edition of a guidance document."""

    document: Text
    title: Text
    publisher: Text
    published: date
    #: None for a draft that never was in force.
    in_force_from: date | None = None
    in_force_until: date | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    status: EditionStatus
    #: What every answer from this edition says at the top.
    notices: tuple[Text, ...] = ()
    special_notices: tuple[SpecialNotice, ...] = ()
    should_means: ShouldMeans | None = None
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
    #: What it rests on where its edition's own text was not at hand; its provision's evidence where left out.
    evidence: tuple[Text, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


class Provision(Record):
    """A numbered paragraph, or an unnumbered block such as one bearer's heading in a table."""

    kind: ProvisionKind = "paragraph"
    paragraph: int | None = None
    #: None only where the edition's own text was not at hand.
    pages: tuple[int, ...]
    #: The printing that the pages are of, where it is not the newest.
    printing: str | None = None
    #: From chapter to the nearest heading.
    heading: Annotated[tuple[Text, ...], Field(min_length=1)]
    #: Every fact of the provision in sentences of our own.
    gist: Text
    topics: tuple[str, ...] = ()
    #: Sections (ca1989/s47) and provisions (wt2023/141) that it points to.
    cites: tuple[str, ...] = ()
    certainty: Certainty = "primary"
    #: What it rests on where the edition's own text was not at hand.
    evidence: tuple[Text, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def number(self) -> str:
        """The number that a paragraph, footnote or flow chart has in print."""
        return str(self.paragraph or self.id.rpartition("-")[2])


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
    """Two places that pull two ways, or commentary that says something else than the text."""

    label: Text
    differs: Text
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    duties: tuple[str, ...] = ()
    #: The commentary that contradicts the places; none where the text contradicts itself.
    commentary: tuple[Text, ...] = ()


class Change(Record):
    """How a norm or a part differs between two editions."""

    label: Text
    from_edition: Text
    to_edition: Text
    kind: ChangeKind
    aspects: Annotated[tuple[Aspect, ...], Field(min_length=1)]
    #: Provisions or duties of the older edition; none where it had none or its text is not held.
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    note: Text
    certainty: Certainty
    evidence: Annotated[tuple[Text, ...], Field(min_length=1)]


class AskedQuestion(BaseModel):
    """A question as people put it, written by readers of the records who had seen no practice question.

    Search finds a record by the questions that it answers, beside its own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    question: Text
    #: Of which it is asked, as the name of its file says.
    edition: Text
    #: The duties, provisions or silences that answer it, best first; none for one that the edition does not answer.
    answered_by: tuple[str, ...] = ()
    #: Which of the groups of writers, who did not see one another, wrote it: corpus/README.md tells what each asked.
    by: Literal[
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
        "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z", "aa",
    ]  # fmt: skip
    #: Whether it asks for everything, so that its answers are wanted together.
    whole: bool = False


class Remark(BaseModel):
    """Why something in a record cannot be confirmed by machine, in words that a reader accepts."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    record: Text
    check: Check
    reason: Text


class Legislation(Record):
    """An Act or instrument, with the sections that the guidance names."""

    title: Text
    #: The official address; left out where no source at hand gives it.
    iri: Text | None = None
    #: Left out for a treaty, whose year the guidance does not give.
    year: int | None = None
    synonyms: tuple[Text, ...] = ()
    #: Where the official address was read.
    evidence: Text
    gist: Text | None = None
    #: When and how far it came into force, in words.
    commencement: Text | None = None
    sections: tuple["LegislationSection", ...] = ()


class LegislationSection(Record):
    """A section, subsection, regulation or schedule paragraph."""

    iri: Text | None = None
    label: Text
    #: Its heading, in short.
    title: Text | None = None
    gist: Text
    #: Vocabulary ids of those on whom it puts a duty or to whom it gives a power.
    binds: tuple[str, ...] = ()
    #: The one date from which it applies as it stands, where it is known.
    in_force_from: date | None = None
    #: When and how far it came into force, in words, where one date does not tell it.
    commencement: Text | None = None
    #: Pages of the Act's PDF, where the gist rests on its words.
    pages: tuple[int, ...] = ()
    #: `secondary` where the gist rests on what the guidance says of the section.
    certainty: Certainty = "secondary"
    evidence: Text | None = None
