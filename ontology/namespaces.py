"""Namespaces of the ontology, its individuals and its named graphs."""

from rdflib import Namespace, URIRef

SG = Namespace("https://w3id.org/safeguarding-kg/ontology#")
ID = Namespace("https://w3id.org/safeguarding-kg/id/")
GRAPH = Namespace("https://w3id.org/safeguarding-kg/graph/")
TIME = Namespace("http://www.w3.org/2006/time#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")

PREFIXES = {
    "sg": str(SG),
    "id": str(ID),
    "graph": str(GRAPH),
    "time": str(TIME),
    "eli": str(ELI),
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
}


def individual(kind: str, local_id: str) -> URIRef:
    """The IRI of an individual, for instance `individual("duty", "wt2023/153/acknowledge")`."""
    return ID[f"{kind}/{local_id}"]
