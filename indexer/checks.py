"""Checks that need the whole graph: SHACL shapes, and HermiT against the materialised inferences."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from corpus.loader import Corpus
from indexer.graph import to_store
from ontology.namespaces import GRAPH, SG
from ontology.reasoner import CLASSES, PROPERTIES, reason

SHAPES = Path(__file__).parent.parent / "ontology" / "shapes.ttl"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, order=True)
class Violation:
    """A record that a shape refuses."""

    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.node}: {self.message}"


def shape_violations(ntriples: bytes) -> list[Violation]:
    """Every violation of `ontology/shapes.ttl` in a graph given as N-Triples."""
    import pyshacl
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    data = Graph().parse(data=ntriples, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(SHAPES), inference="none")
    assert isinstance(report, Graph)
    return sorted(
        Violation(str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )


def union(store: Store, inferred: bool) -> bytes:
    """The store's graphs as one, in N-Triples; with or without what was inferred."""
    skipped = None if inferred else NamedNode(str(GRAPH.inferred))
    triples = {quad.triple for quad in store if quad.graph_name != skipped}
    return serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b""


def hermit_differences(corpus: Corpus) -> list[str]:
    """What HermiT and the materialisation do not agree on, a sentence each; raises Inconsistent.

    Both are closed over sub-properties and compared on the properties and classes that the materialisation claims.
    """
    store = to_store(corpus)
    entailed = reason(union(store, inferred=False))
    ours: set[tuple[str, str, str]] = set()
    for quad in store:
        ours |= _claimed(quad)
    theirs = entailed.relations | {(subject, RDF_TYPE, kind) for subject, kind in entailed.memberships}
    found = [f"unsatisfiable class {one}" for one in entailed.unsatisfiable]
    found += [f"HermiT alone entails {one}" for one in sorted(theirs - ours)]
    found += [f"the materialisation alone gives {one}" for one in sorted(ours - theirs)]
    return found


def _claimed(quad: Quad) -> set[tuple[str, str, str]]:
    subject, predicate, value = quad.subject, quad.predicate.value, quad.object
    if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
        return set()
    kinds = {str(SG[name]) for name in CLASSES}
    names = {str(SG[name]) for name in PROPERTIES}
    if predicate in names or (predicate == RDF_TYPE and value.value in kinds):
        return {(subject.value, predicate, value.value)}
    return set()
