"""The documentation of the ontology, made from its Turtle and from counts and examples of the build that is served."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, BNode, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.namespaces import SG
from service.entities import Value, page_of
from service.sparql import QueryPool
from service.summary import TermDoc, schema, short, summarise, terms

ONTOLOGY = URIRef("https://w3id.org/safeguarding-kg/ontology")
CHARACTERISTICS = {
    OWL.FunctionalProperty: "at most one value",
    OWL.InverseFunctionalProperty: "of one subject only",
    OWL.TransitiveProperty: "transitive",
}
#: Half the width and height of a box of the diagram.
HALF_BOX = (62, 16)
EXAMPLES = """
SELECT ?kind (MIN(STR(?s)) AS ?name) WHERE { ?s a ?kind ; rdfs:label ?label FILTER STRSTARTS(STR(?kind), STR(sg:)) }
GROUP BY ?kind"""


@dataclass(frozen=True)
class TermPage:
    """A term as the page shows it: what it means, how it stands to others, how often it is used."""

    term: TermDoc
    #: Such as "kind of", "from", "to", each with the terms it leads to.
    relations: tuple[tuple[str, tuple[Value, ...]], ...]
    source: str | None
    uses: int
    example: Value | None

    @property
    def anchor(self) -> str:
        """The part of its address after the hash."""
        return self.term.iri.removeprefix(SG)


@dataclass(frozen=True)
class Arrow:
    """One line of the diagram, with its words at a point of it."""

    x1: int
    y1: int
    x2: int
    y2: int
    label_x: int
    label_y: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """One class of the diagram."""

    x: int
    y: int
    label: str
    link: str


def ontology_version() -> str:
    """The version that the ontology says it has."""
    return str(schema().value(ONTOLOGY, OWL.versionInfo))


def document(pool: QueryPool) -> dict[str, Any]:
    """Everything that the page shows."""
    summary = summarise(pool)
    examples = _examples(pool)
    boxes, arrows = diagram()
    graph = schema()
    return {
        "version": ontology_version(),
        "description": str(graph.value(ONTOLOGY, DCTERMS.description)),
        "kinds": [
            ("Classes", [_term_page(one, summary.classes, examples) for one in terms(OWL.Class)]),
            (
                "Properties that lead to things",
                [_term_page(one, summary.properties, {}) for one in terms(OWL.ObjectProperty)],
            ),
            (
                "Properties that hold text or numbers",
                [_term_page(one, summary.properties, {}) for one in terms(OWL.DatatypeProperty)],
            ),
            ("Values", [_term_page(one, {}, {}) for one in terms(OWL.NamedIndividual)]),
        ],
        "alignments": [
            (Value(short(str(one)), page_of(str(one))), Value(str(other), str(other)))
            for one, other in sorted(graph.subject_objects(SKOS.closeMatch))
        ],
        "boxes": boxes,
        "arrows": arrows,
    }


def diagram() -> tuple[list[Box], list[Arrow]]:
    """The classes that a duty leads to, in a ring around it, with the properties that lead there and among them."""
    graph = schema()
    links: dict[tuple[str, str], list[str]] = {}
    for prop in terms(OWL.ObjectProperty):
        domain, range_ = (graph.value(URIRef(prop.iri), one) for one in (RDFS.domain, RDFS.range))
        if isinstance(domain, URIRef) and isinstance(range_, URIRef) and domain in SG and domain != range_:
            links.setdefault((str(domain), str(range_)), []).append(prop.label)
    duty = str(SG.Duty)
    ring = _ring(sorted({end for start, end in links if start == duty}), links)
    places = {duty: (360, 290)}
    for number, one in enumerate(ring):
        angle = 2 * math.pi * (number + 0.5) / len(ring)
        places[one] = (round(360 + 285 * math.sin(angle)), round(290 - 240 * math.cos(angle)))
    boxes = [Box(x, y, str(graph.value(URIRef(one), RDFS.label)), page_of(one)) for one, (x, y) in places.items()]
    arrows = [
        _arrow(places[start], places[end], tuple(names))
        for (start, end), names in links.items()
        if start in places and end in places
    ]
    return boxes, arrows


def _ring(ring: list[str], links: Iterable[tuple[str, str]]) -> list[str]:
    """The classes in such an order that those linked to each other stand side by side."""
    beside: dict[str, list[str]] = {one: [] for one in ring}
    for start, end in links:
        if start in beside and end in beside:
            beside[start].append(end)
            beside[end].append(start)
    order: list[str] = []
    for hub in sorted(ring, key=lambda one: -len(beside[one])):
        if hub not in order:
            new = [one for one in beside[hub] if one not in order]
            order += [*new[: len(new) // 2], hub, *new[len(new) // 2 :]]
    return order


def _arrow(start: tuple[int, int], end: tuple[int, int], labels: tuple[str, ...]) -> Arrow:
    """A line from one box's edge to the other's."""
    across, down = end[0] - start[0], end[1] - start[1]
    share = min(HALF_BOX[0] / abs(across) if across else 1, HALF_BOX[1] / abs(down) if down else 1)
    x, y = round(across * share), round(down * share)
    middle = (round(start[0] + 0.55 * across), round(start[1] + 0.55 * down))
    return Arrow(start[0] + x, start[1] + y, end[0] - x, end[1] - y, *middle, labels)


def _term_page(term: TermDoc, uses: dict[str, int], examples: dict[str, Value]) -> TermPage:
    graph, iri = schema(), URIRef(term.iri)
    relations = [
        ("kind of", graph.objects(iri, RDFS.subClassOf)),
        ("has kinds", graph.subjects(RDFS.subClassOf, iri)),
        ("part of", graph.objects(iri, RDFS.subPropertyOf)),
        ("has parts", graph.subjects(RDFS.subPropertyOf, iri)),
        ("from", graph.objects(iri, RDFS.domain)),
        ("used from", graph.objects(iri, SDO.domainIncludes)),
        ("to", graph.objects(iri, RDFS.range)),
        ("used to", graph.objects(iri, SDO.rangeIncludes)),
        ("led from by", graph.subjects(RDFS.domain, iri)),
        ("led to by", graph.subjects(RDFS.range, iri)),
        ("close to", graph.objects(iri, SKOS.closeMatch)),
        ("one of", (one for one in graph.objects(iri, RDF.type) if str(one).startswith(SG))),
        ("values", graph.subjects(RDF.type, iri)),
    ]
    words = [(name, _values(found)) for name, found in relations]
    words.append(
        ("is", tuple(Value(text, None) for kind, text in CHARACTERISTICS.items() if (iri, RDF.type, kind) in graph))
    )
    words.append(("follows from", tuple(_chains(iri))))
    words.append(("is every", tuple(_defined(iri))))
    source = graph.value(iri, DCTERMS.source)
    return TermPage(
        term,
        tuple((name, values) for name, values in words if values),
        str(source) if source else None,
        uses.get(term.iri, 0),
        examples.get(term.iri),
    )  # fmt: skip


def _values(found: Iterable[Node]) -> tuple[Value, ...]:
    named = sorted(str(one) for one in found if isinstance(one, URIRef))
    return tuple(Value(short(one), page_of(one)) for one in named)


def _chains(iri: URIRef) -> Iterable[Value]:
    for chain in schema().objects(iri, OWL.propertyChainAxiom):
        yield Value(" then ".join(short(str(one)) for one in Collection(schema(), chain)), None)


def _defined(iri: URIRef) -> Iterable[Value]:
    """A defined class in words: each is a duty of certain modalities."""
    graph = schema()
    for whole in graph.objects(iri, OWL.equivalentClass):
        waiting, modalities = [whole], set()
        while waiting:
            for _, prop, value in graph.triples((waiting.pop(), None, None)):
                if prop == OWL.hasValue:
                    modalities.add(short(str(value)))
                elif isinstance(value, BNode):
                    waiting.append(value)
        yield Value(f"sg:Duty with sg:modality {' or '.join(sorted(modalities))}", None)


def _examples(pool: QueryPool) -> dict[str, Value]:
    rows = json.loads(pool.run(EXAMPLES).body)["results"]["bindings"]
    return {row["kind"]["value"]: Value(short(row["name"]["value"]), page_of(row["name"]["value"])) for row in rows}
