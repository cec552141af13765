"""Whom a duty reaches: the role itself, or the organisation and groups that it belongs to."""

from typing import Any, Literal

from ontology.errors import InputError
from ontology.record_files import did_you_mean

Reach = Literal["you", "conditional", "organisation"]
BEARERS = ("agency", "role", "group")


def find_role(written: str, terms: dict[str, Any]) -> str:
    """The id of the agency, role or group meant by an id, label, synonym or acronym; raises InputError."""
    wanted = written.strip().lower()
    names: dict[str, str] = {}
    for term_id, term in terms.items():
        if term["kind"] in BEARERS:
            names |= {name.lower(): term_id for name in (*term["synonyms"], *term["acronyms"])}
    names |= {term["label"].lower(): term_id for term_id, term in terms.items() if term["kind"] in BEARERS}
    # One club, several clubs: what a person is stands in the singular, some of our labels in the plural.
    wanted = next((form for form in (wanted, f"{wanted}s", wanted.removesuffix("s")) if form in names), wanted)
    names |= {term_id: term_id for term_id, term in terms.items() if term["kind"] in BEARERS}
    if wanted not in names:
        cure = did_you_mean(wanted, names) or "write for instance social worker, GP or head teacher"
        raise InputError(f"There is no role, agency or group '{written.strip()[:60]}' here; {cure}")
    return names[wanted]


def kinds_of(terms: dict[str, Any]) -> dict[str, set[str]]:
    """Every kind of each term, at any remove; for who asks `reaching` of many roles."""
    return {term: _included(term, terms) for term in terms}


def reaching(
    role: str, terms: dict[str, Any], kinds: dict[str, set[str]] | None = None
) -> dict[str, tuple[Reach, str | None]]:
    """For each bearer whose duties reach `role`, how: as its own, under a condition, or through its organisation.

    The condition, the role's or its organisation's, is given in words; it is shown, never inferred over.
    """
    kinds = kinds or kinds_of(terms)
    own = {bearer for bearer in terms if bearer == role or role in kinds[bearer]}
    reach: dict[str, tuple[Reach, str | None]] = dict.fromkeys(own, ("you", None))
    holders = {name for name, term in terms.items() if role in term["has_post"] or role in term["has_part"]}
    for bearer in terms:
        if bearer not in own and (bearer in holders or not holders.isdisjoint(kinds[bearer])):
            reach[bearer] = ("organisation", None)
    for bearer, term in terms.items():
        for one in term["may_include"]:
            if one["member"] in own and bearer not in own:
                reach[bearer] = ("conditional", one["when"])
    # One step only: a school may be a relevant agency, and whoever works there wants to know it.
    through = {bearer for bearer, (how, _) in reach.items() if how == "organisation"}
    for bearer, term in terms.items():
        for one in term["may_include"]:
            if one["member"] in through and bearer not in reach:
                reach[bearer] = ("organisation", one["when"])
    return reach


def _included(bearer: str, terms: dict[str, Any]) -> set[str]:
    """Every kind of a bearer, at any remove."""
    found: set[str] = set()
    waiting = list(terms[bearer]["includes"])
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting += terms[kind]["includes"]
    return found
