"""The vocabulary of agencies, roles, groups, events and topics, read from `vocabulary/*.yaml`."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ontology.errors import Fault, VocabularyError
from ontology.record_files import as_records, did_you_mean, ids_in, parse_record, read_yaml

Kind = Literal["agency", "role", "group", "event", "topic"]
FILES: dict[str, Kind] = {
    "agencies.yaml": "agency",
    "roles.yaml": "role",
    "groups.yaml": "group",
    "events.yaml": "event",
    "topics.yaml": "topic",
}
FOLDER = Path(__file__).parent / "vocabulary"


class MayInclude(BaseModel):
    """Membership that holds only under a condition; never inferred over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member: str
    when: str


class Term(BaseModel):
    """One agency, role, group, event or topic with the words that people use for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    kind: Kind
    label: str = Field(min_length=1)
    definition: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    #: Matched with their capitals as well as without.
    acronyms: tuple[str, ...] = ()
    #: Common misspellings: matched, never shown.
    misspellings: tuple[str, ...] = ()
    #: Kinds of this bearer, each of which bears every duty of it alone.
    includes: tuple[str, ...] = ()
    has_post: tuple[str, ...] = ()
    has_part: tuple[str, ...] = ()
    may_include: tuple[MayInclude, ...] = ()
    #: How an event is named after "of" or "after" in a limit ("the referral being received"); the label where left out.
    phrase: str = ""
    #: More general events that this one is a case of.
    broader: tuple[str, ...] = ()
    #: Events that normally come later.
    precedes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


class Vocabulary:
    """Every term by its id; ids are unique over all kinds."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        self._by_id = {term.id: term for term in terms}

    def __contains__(self, term_id: str) -> bool:
        return term_id in self._by_id

    def __getitem__(self, term_id: str) -> Term:
        return self._by_id[term_id]

    def of_kind(self, *kinds: Kind) -> tuple[Term, ...]:
        """The terms of these kinds, in file order."""
        return tuple(term for term in self.terms if term.kind in kinds)


def load_vocabulary(folder: Path = FOLDER) -> Vocabulary:
    """Read the vocabulary; raises VocabularyError with every fault in it.

    A reference to a record that was refused, or to a kind whose file cannot be read, is no fault of its own.
    """
    faults: list[Fault] = []
    read: list[tuple[Term, str]] = []
    terms: dict[str, Term] = {}
    files: dict[str, str] = {}
    refused: set[str] = set()
    unread: set[Kind] = set()
    for file, kind in FILES.items():
        name = f"ontology/vocabulary/{file}"
        before = len(faults)
        entries = as_records(read_yaml(folder / file, name, faults), name, "", faults)
        if len(faults) > before:
            unread.add(kind)
        for data in entries:
            entry = {**data, "kind": kind} if isinstance(data, dict) else data
            term = parse_record(Term, entry, name, kind, faults)
            if term is None:
                refused |= ids_in(data)
                continue
            read.append((term, name))
            if term.id in terms:
                cure = f"rename one; the other is in {files[term.id]}"
                faults.append(Fault(name, f"{kind} '{term.id}'", "id", "this id is taken", cure))
            terms[term.id], files[term.id] = term, name
    for term, name in read:
        faults += _reference_faults(term, terms, name, refused, unread)
    faults += _cycle_faults(terms, files)
    if faults:
        raise VocabularyError(faults)
    return Vocabulary(tuple(terms.values()))


BEARERS: tuple[Kind, ...] = ("agency", "role", "group")


def _reference_faults(
    term: Term, terms: dict[str, Term], file: str, refused: set[str], unread: set[Kind]
) -> list[Fault]:
    named = {
        "includes": (term.includes, BEARERS),
        "has_post": (term.has_post, ("role",)),
        "has_part": (term.has_part, BEARERS),
        "may_include": (tuple(m.member for m in term.may_include), BEARERS),
        "broader": (term.broader, ("event",)),
        "precedes": (term.precedes, ("event",)),
    }
    faults = []
    for field, (ids, kinds) in named.items():
        if unread & set(kinds):
            continue
        known = {other.id for other in terms.values() if other.kind in kinds}
        for wrong in (one for one in ids if one not in known | refused):
            fault = f"no {_either(kinds)} '{wrong}'"
            faults.append(Fault(file, f"{term.kind} '{term.id}'", field, fault, did_you_mean(wrong, known)))
    return faults


def _either(kinds: tuple[Kind, ...]) -> str:
    """ "event", "agency, role or group"."""
    *others, last = kinds
    return f"{', '.join(others)} or {last}" if others else last


def _cycle_faults(terms: dict[str, Term], files: dict[str, str]) -> list[Fault]:
    faults = []
    for field in ("includes", "broader", "precedes"):
        for term in terms.values():
            if term.id in _reachable(term.id, field, terms):
                fault = f"leads back to '{term.id}'"
                faults.append(Fault(files[term.id], f"{term.kind} '{term.id}'", field, fault, "break the circle"))
    return faults


def _reachable(start: str, field: str, terms: dict[str, Term]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        term = terms.get(waiting.pop())
        for following in getattr(term, field, ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found
