"""What `/sparql` says of itself to a program: service description, VoID and the competency questions as examples.

Editors that read these (SPARQL 1.1 Service Description; VoID; SHACL's sh:SPARQLExecutable with sh:declare) complete
classes, properties and prefixes, and offer the examples.
"""

from collections.abc import Iterable

from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SH, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef

from ontology.namespaces import PREFIXES
from ontology.questions import competency_questions
from service.media_types import RESULTS, TRIPLES
from service.sparql import QueryPool
from service.summary import Summary, summarise, title_of

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMAT = Namespace("http://www.w3.org/ns/formats/")
DATA = URIRef("https://w3id.org/safeguarding-kg/data")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)


def describe_service(pool: QueryPool, endpoint: str, media_type: str) -> bytes:
    """The description of the service at `endpoint`, in one of the formats for triples."""
    graph = service_graph(summarise(pool), endpoint)
    return graph.serialize(format=media_type, encoding="utf-8")


def service_graph(summary: Summary, endpoint: str) -> Graph:
    """The description as a graph: the service, its dataset with what each graph holds, and the examples."""
    graph = Graph()
    for prefix, namespace in {**PREFIXES, "sd": SD, "void": VOID, "sh": SH, "schema": SDO}.items():
        graph.bind(prefix, namespace, replace=True)
    service = URIRef(endpoint)
    dataset = _node(graph, service, SD.defaultDataset, SD.Dataset)
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, RDFS.label, Literal("Safeguarding guidance: SPARQL", "en")))
    graph.add((service, SD.endpoint, service))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    for name in FORMATS:
        graph.add((service, SD.resultFormat, FORMAT[name]))
    assert len(FORMATS) == len(RESULTS) + len(TRIPLES)
    _add_void(graph, dataset, summary, endpoint)
    prefixes = _add_prefixes(graph)
    _add_examples(graph, service, prefixes)
    return graph


def _add_void(graph: Graph, dataset: BNode, summary: Summary, endpoint: str) -> None:
    default = _node(graph, dataset, SD.defaultGraph, SD.Graph)
    for one in (default, DATA):
        graph.add((one, RDF.type, VOID.Dataset))
        graph.add((one, VOID.triples, Literal(summary.triples)))
        graph.add((one, VOID.distinctSubjects, Literal(summary.subjects)))
        _partitions(graph, one, VOID.classPartition, VOID["class"], VOID.entities, summary.classes.items())
        _partitions(graph, one, VOID.propertyPartition, VOID.property, VOID.triples, summary.properties.items())
    graph.add((DATA, DCTERMS.title, Literal("Safeguarding guidance as a knowledge graph", "en")))
    graph.add((DATA, DCTERMS.license, LICENCE))
    graph.add((DATA, VOID.sparqlEndpoint, URIRef(endpoint)))
    graph.add((DATA, VOID.uriSpace, Literal(PREFIXES["id"])))
    for namespace in PREFIXES.values():
        graph.add((DATA, VOID.vocabulary, URIRef(namespace)))
    for iri, triples in sorted(summary.graphs.items()):
        named = _node(graph, dataset, SD.namedGraph, SD.NamedGraph)
        graph.add((named, SD.name, URIRef(iri)))
        held = _node(graph, named, SD.graph, SD.Graph)
        graph.add((held, DCTERMS.title, Literal(title_of(iri), "en")))
        graph.add((held, VOID.triples, Literal(triples)))


def _partitions(
    graph: Graph, whole: URIRef | BNode, link: URIRef, what: URIRef, number: URIRef, counts: Iterable[tuple[str, int]]
) -> None:
    for iri, count in sorted(counts):
        part = _nameless(graph)
        graph.add((whole, link, part))
        graph.add((part, what, URIRef(iri)))
        graph.add((part, number, Literal(count)))


def _add_prefixes(graph: Graph) -> URIRef:
    """The prefixes that every query may use, declared as SHACL does it."""
    owner = URIRef(f"{DATA}/prefixes")
    graph.add((owner, RDF.type, OWL.Ontology))
    for prefix, namespace in PREFIXES.items():
        declaration = _node(graph, owner, SH.declare, SH.PrefixDeclaration)
        graph.add((declaration, SH.prefix, Literal(prefix)))
        graph.add((declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))
    return owner


def _add_examples(graph: Graph, service: URIRef, prefixes: URIRef) -> None:
    for one in competency_questions():
        example = URIRef(f"{DATA}/question/{one.id}")
        graph.add((example, RDF.type, SH.SPARQLExecutable))
        graph.add((example, RDF.type, SH.SPARQLSelectExecutable))
        graph.add((example, RDFS.comment, Literal(one.question, "en")))
        graph.add((example, SDO.keywords, Literal(one.purpose)))
        graph.add((example, SH.select, Literal(one.query)))
        graph.add((example, SH.prefixes, prefixes))
        graph.add((example, SDO.target, service))


def _node(graph: Graph, owner: URIRef | BNode, link: URIRef, kind: URIRef) -> BNode:
    node = _nameless(graph)
    graph.add((owner, link, node))
    graph.add((node, RDF.type, kind))
    return node


def _nameless(graph: Graph) -> BNode:
    """A new blank node; numbered, so that the same build is described by the same bytes."""
    return BNode(f"node{len(graph)}")
