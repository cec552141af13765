"""Triples as JSON-LD that a person can read: short names by a published context, one object for each subject."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import OWL, RDF

from ontology.namespaces import PREFIXES, SG
from service.summary import short, terms

RDF_TYPE = str(RDF.type)
XSD = PREFIXES["xsd"]
#: Properties of other vocabularies whose values are text in English.
LABELS = {
    "label": "rdfs:label",
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
    "definition": "skos:definition",
}


@cache
def context() -> dict[str, Any]:
    """What the short names stand for: the prefixes, our properties, and the labels."""
    named: dict[str, Any] = {"@version": 1.1, **PREFIXES}
    for kind, as_link in ((OWL.DatatypeProperty, False), (OWL.ObjectProperty, True)):
        for term in terms(kind):
            name = term.iri.removeprefix(str(SG))
            named[name] = {"@id": f"sg:{name}"} | ({"@type": "@id"} if as_link else {})
    return named | {name: {"@id": iri, "@language": "en"} for name, iri in LABELS.items()}


def to_json_ld(triples: Iterable[Triple], context_address: str | None = None) -> bytes:
    """The triples as a document; it holds its context, or points to the one at `context_address`."""
    keys = _keys()
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        node = nodes.setdefault(_reference(triple.subject), {"@id": _reference(triple.subject)})
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
            node.setdefault("@type", []).append(short(triple.object.value))
            continue
        key = keys.get(triple.predicate.value) or short(triple.predicate.value)
        node.setdefault(key, []).append(_value(triple.object, context().get(key, {})))
    graph = [{key: _single(key, node[key]) for key in sorted(node)} for _, node in sorted(nodes.items())]
    document = {"@context": context_address or context(), "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


@cache
def _keys() -> dict[str, str]:
    """The short name of each property that has one."""
    ours = (term.iri for kind in (OWL.DatatypeProperty, OWL.ObjectProperty) for term in terms(kind))
    found = {iri: iri.removeprefix(str(SG)) for iri in ours}
    for name, iri in LABELS.items():
        prefix, _, local = iri.partition(":")
        found[PREFIXES[prefix] + local] = name
    return found


def _reference(term: NamedNode | BlankNode | Triple) -> str:
    return short(term.value) if isinstance(term, NamedNode) else str(term)


def _value(term: NamedNode | BlankNode | Literal | Triple, rule: dict[str, Any]) -> Any:
    if not isinstance(term, Literal):
        reference = _reference(term)
        return reference if rule.get("@type") == "@id" else {"@id": reference}
    if term.language:
        plain = rule.get("@language") == term.language
        return term.value if plain else {"@value": term.value, "@language": term.language}
    if term.datatype.value == f"{XSD}integer":
        return int(term.value)
    if term.datatype.value == f"{XSD}string":
        return {"@value": term.value} if "@language" in rule else term.value
    return {"@value": term.value, "@type": short(term.datatype.value)}


def _single(key: str, values: Any) -> Any:
    if key == "@id":
        return values
    ordered = sorted(values, key=lambda one: json.dumps(one, sort_keys=True))
    return ordered[0] if len(ordered) == 1 and key != "@type" else ordered
