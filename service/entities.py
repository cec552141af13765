"""What the graph says of one record: its triples as data, or its facts in words with links to what they name."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import DCTERMS, RDFS, SKOS, URIRef

from ontology.namespaces import ID, PREFIXES, SG
from service.json_ld import RDF_TYPE, to_json_ld
from service.media_types import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from service.sparql import QueryPool
from service.summary import schema, short

#: Under `/id/law/` stands what we say of a section whose own address is at legislation.gov.uk.
LAW, LAW_HERE = "http://www.legislation.gov.uk/id/", "law/"
#: What an address of ours may be made of; nothing in it can end an IRI.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]*")
FORMATS = {TURTLE: RdfFormat.TURTLE, N_TRIPLES: RdfFormat.N_TRIPLES, RDF_XML: RdfFormat.RDF_XML}
#: What schema.org calls each class; search engines read it.
SCHEMA_ORG = {
    "Agency": "DefinedTerm", "Role": "DefinedTerm", "Group": "DefinedTerm", "Event": "DefinedTerm",
    "Definition": "DefinedTerm", "Edition": "DigitalDocument", "Printing": "DigitalDocument",
    "Commentary": "DigitalDocument", "Provision": "CreativeWork", "Duty": "Statement", "Change": "Statement",
    "Conflict": "Statement", "Silence": "Question", "Legislation": "Legislation", "LegislationSection": "Legislation",
}  # fmt: skip
#: Shown before the rest, and in this order.
FIRST = ("bearer", "modality", "action", "condition", "exception", "onlyIf", "timeLimit", "trigger", "gist", "meaning",
         "question", "note", "differs", "statedIn", "paragraph", "page", "edition")  # fmt: skip
#: What we call the terms of others.
BORROWED = {
    str(SKOS.altLabel): "also called", str(SKOS.broader): "is a part of", str(DCTERMS.publisher): "publisher",
    str(DCTERMS.source): "rests on", str(DCTERMS.title): "title",
}  # fmt: skip
#: Told elsewhere on the page, or, as misspellings are, for search alone.
UNTOLD = {RDF_TYPE, *map(str, (RDFS.label, SKOS.definition, SKOS.prefLabel, SKOS.hiddenLabel))}
MOST_LINKS = 200


@dataclass(frozen=True)
class Value:
    """One value of a fact: its words, and where it leads if it is a thing."""

    text: str
    link: str | None


@dataclass(frozen=True)
class Fact:
    """What one property says of a record."""

    label: str
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Entity:
    """A record: its own address, its label, what it is, its facts and what points to it."""

    iri: str
    label: str
    kinds: tuple[Value, ...]
    #: The type at schema.org.
    schema_type: str
    definition: str | None
    facts: tuple[Fact, ...]
    pointed_at: tuple[Fact, ...]
    #: Whether more records point to it than are listed.
    more: bool


def iri_of(record: str) -> str | None:
    """The address of a record by its end, such as `duty/wt2023/153/acknowledge`; None where it cannot be one."""
    if not NAME.fullmatch(record):
        return None
    return LAW + record.removeprefix(LAW_HERE) if record.startswith(LAW_HERE) else str(ID[record])


def page_of(iri: str) -> str:
    """Where a person reads about a thing: our page where we have one, else its own address."""
    for start, path in ((str(ID), "/id/"), (LAW, f"/id/{LAW_HERE}"), (str(SG), "/ontology#")):
        if iri.startswith(start):
            return path + iri.removeprefix(start)
    return iri


def triples_of(pool: QueryPool, iri: str) -> list[Triple]:
    """What is said of the record and of its parts, and the labels of what that names; empty where it is not known."""
    query = f"""
    CONSTRUCT {{ ?s ?p ?o . ?o rdfs:label ?label }} WHERE {{
      {{ BIND (<{iri}> AS ?s) }} UNION {{ <{iri}> sg:timeLimit|sg:membership ?s }}
      ?s ?p ?o .
      OPTIONAL {{ ?o rdfs:label ?label }}
    }}"""
    body = pool.run(query, N_TRIPLES).body
    return sorted({quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)}, key=str)


def serialise(triples: Sequence[Triple], media_type: str, context: str) -> bytes:
    """The triples in one of the formats; JSON-LD points to the context at the address given."""
    if media_type == JSON_LD:
        return to_json_ld(triples, context)
    return serialize(triples, format=FORMATS[media_type], prefixes=PREFIXES) or b""


def describe(pool: QueryPool, iri: str) -> Entity | None:
    """The facts about a record; None where it is not known."""
    triples = triples_of(pool, iri)
    own = [one for one in triples if one.subject == NamedNode(iri)]
    if not own:
        return None
    labels = {
        one.subject: one.object.value
        for one in triples
        if one.predicate.value == str(RDFS.label) and isinstance(one.object, Literal)
    }
    kinds = [one.object.value for one in own if one.predicate.value == RDF_TYPE and isinstance(one.object, NamedNode)]
    ours = sorted(kind for kind in kinds if kind.startswith(SG))
    definition = next((one.object.value for one in own if one.predicate.value == str(SKOS.definition)
                       and isinstance(one.object, Literal)), None)  # fmt: skip
    pointed_at, more = _pointing(pool, iri)
    return Entity(
        iri,
        labels.get(NamedNode(iri), short(iri)),
        tuple(Value(_label(kind), page_of(kind)) for kind in ours),
        next((SCHEMA_ORG[name] for name in (kind.removeprefix(SG) for kind in ours) if name in SCHEMA_ORG), "Thing"),
        definition,
        _facts(own, labels),
        pointed_at,
        more,
    )


def _facts(own: Iterable[Triple], labels: dict[Any, str]) -> tuple[Fact, ...]:
    found: dict[str, list[Value]] = {}
    for one in own:
        if one.predicate.value in UNTOLD:
            continue
        if isinstance(one.object, NamedNode):
            value = Value(labels.get(one.object, short(one.object.value)), page_of(one.object.value))
        else:
            value = Value(one.object.value if isinstance(one.object, Literal) else str(one.object), None)
        found.setdefault(one.predicate.value, []).append(value)
    return tuple(
        Fact(_label(iri), short(iri), tuple(sorted(found[iri], key=lambda value: value.text)))
        for iri in sorted(found, key=_rank)
    )


def _rank(iri: str) -> tuple[int, str]:
    name = iri.removeprefix(SG)
    return (FIRST.index(name) if name in FIRST else len(FIRST), iri)


def _pointing(pool: QueryPool, iri: str) -> tuple[tuple[Fact, ...], bool]:
    """What points to the record, by property; what only follows from other links is left out."""
    query = f"""
    SELECT DISTINCT ?p ?s ?label WHERE {{
      GRAPH ?g {{ ?s ?p <{iri}> }}
      FILTER (?g != graph:inferred)
      ?s rdfs:label ?label
    }} ORDER BY ?p ?label LIMIT {MOST_LINKS + 1}"""
    rows = json.loads(pool.run(query).body)["results"]["bindings"]
    found: dict[str, list[Value]] = {}
    for row in rows[:MOST_LINKS]:
        value = Value(row["label"]["value"], page_of(row["s"]["value"]))
        found.setdefault(row["p"]["value"], []).append(value)
    facts = tuple(Fact(_label(one), short(one), tuple(values)) for one, values in found.items())
    return facts, len(rows) > MOST_LINKS


def _label(iri: str) -> str:
    """A term's label in the ontology, or the one that we give it, else its short name."""
    label = schema().value(URIRef(iri), RDFS.label) or BORROWED.get(iri)
    return str(label) if label else short(iri)
