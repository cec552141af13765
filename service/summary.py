"""What the graph holds, counted: triples of each graph, records of each class, uses of each property."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

from indexer.graph import SCHEMA
from ontology.namespaces import GRAPH, PREFIXES, SG
from service.sparql import QueryPool

COUNTS = {
    "graphs": "SELECT ?name (COUNT(*) AS ?number) { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name",
    "classes": "SELECT ?name (COUNT(DISTINCT ?s) AS ?number) { ?s a ?name } GROUP BY ?name",
    "properties": "SELECT ?name (COUNT(*) AS ?number) { ?s ?name ?o } GROUP BY ?name",
    "all": "SELECT ('subjects' AS ?name) (COUNT(DISTINCT ?s) AS ?number) { ?s ?p ?o }",
}
#: What each graph is for; a graph of an edition has the edition's title.
GRAPHS = {
    "ontology": "The ontology, and the agencies, roles, groups, events and topics that the editions share",
    "law": "Acts, instruments and their sections",
    "changes": "What changed between editions",
    "inferred": "What follows from the rest by the ontology: whom duties reach and concern, and their classes",
    "commentary": "Commentary that was added",
}


@dataclass(frozen=True)
class Summary:
    """Counts of a build's graph, by IRI."""

    graphs: dict[str, int]
    classes: dict[str, int]
    properties: dict[str, int]
    subjects: int

    @property
    def triples(self) -> int:
        """Of all graphs together."""
        return sum(self.graphs.values())


@dataclass(frozen=True)
class TermDoc:
    """A class or property of the ontology as its Turtle explains it."""

    iri: str
    name: str
    label: str
    definition: str


@lru_cache(maxsize=2)
def summarise(pool: QueryPool) -> Summary:
    """Count what the pool's graph holds, once: a build does not change."""
    counted = {name: _counts(pool, query) for name, query in COUNTS.items()}
    return Summary(counted["graphs"], counted["classes"], counted["properties"], counted["all"]["subjects"])


def title_of(graph: str) -> str:
    """What a named graph holds, in a sentence."""
    name = graph.removeprefix(str(GRAPH))
    return GRAPHS.get(name, f"The edition {name}: its provisions, duties, time limits, definitions and open places")


@cache
def schema() -> Graph:
    """The ontology as its Turtle has it."""
    return Graph().parse(SCHEMA)


def terms(kind: URIRef) -> list[TermDoc]:
    """Every term of ours of an OWL kind, by name."""
    graph = schema()
    found = sorted(term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef) and term in SG)
    return [
        TermDoc(str(one), short(str(one)), str(graph.value(one, RDFS.label)), str(graph.value(one, SKOS.definition)))
        for one in found
    ]


def class_terms() -> list[TermDoc]:
    """Every class of the ontology."""
    return terms(OWL.Class)


def property_terms() -> list[TermDoc]:
    """Every property of the ontology, those that point to things first."""
    return terms(OWL.ObjectProperty) + terms(OWL.DatatypeProperty)


def short(iri: str) -> str:
    """An IRI with its prefix, where it has one of ours."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _counts(pool: QueryPool, query: str) -> dict[str, int]:
    bindings: list[dict[str, Any]] = json.loads(pool.run(query).body)["results"]["bindings"]
    return {row["name"]["value"]: int(row["number"]["value"]) for row in bindings if "name" in row}
