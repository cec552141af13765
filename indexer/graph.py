"""The build's RDF graph: schema, vocabulary, law, editions and what follows from them, as sorted N-Quads."""

from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, parse

from corpus.commentary import Commentary
from corpus.graph import to_dataset
from corpus.loader import Corpus
from ontology.inference import infer
from ontology.namespaces import GRAPH

SCHEMA = Path(__file__).parent.parent / "ontology" / "schema.ttl"


def write_graph(corpus: Corpus, path: Path, commentary: tuple[Commentary, ...] = ()) -> dict[str, int]:
    """Write the graph to `path` and return the number of quads in it and of those inferred."""
    store = to_store(corpus, commentary)
    lines = sorted(f"{quad} .\n" for quad in store)
    path.write_text("".join(lines), encoding="utf-8")
    inferred = NamedNode(str(GRAPH.inferred))
    return {"quads": len(lines), "inferred": sum(1 for _ in store.quads_for_pattern(None, None, None, inferred))}


def to_store(corpus: Corpus, commentary: tuple[Commentary, ...] = ()) -> Store:
    """The whole graph in memory; blank nodes, which only the schema has, carry canonical names (RDFC-1.0)."""
    store = Store()
    for graph in to_dataset(corpus, commentary).graphs():
        triples = graph.serialize(format="nt", encoding="utf-8")
        store.load(triples, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(str(graph.identifier)))
    store.extend(schema_quads())
    inferred = NamedNode(str(GRAPH.inferred))
    store.extend(Quad(one.subject, one.predicate, one.object, inferred) for one in infer(store))
    return store


def schema_quads() -> list[Quad]:
    """The quads of `ontology/schema.ttl`, in the graph `ontology`."""
    graph = NamedNode(str(GRAPH.ontology))
    dataset = Dataset(
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in parse(path=str(SCHEMA), format=RdfFormat.TURTLE)
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)
