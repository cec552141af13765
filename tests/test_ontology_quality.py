"""How good the ontology is: its OWL 2 DL profile, the pitfalls that OOPS! looks for and the FAIR checks of FOOPS!.

Both are services on the web; what they test and can be tested here is, every critical and important pitfall among it.
Not tested are those that need a person's judgement (P01, P09, P12, P14 to P18, P21, P23, P30), and whether the address
answers (P37, which is the publisher's).
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal as OxLiteral
from pyoxigraph import NamedNode, Store
from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from corpus.loader import Corpus
from indexer.graph import SCHEMA, to_store
from ontology.namespaces import PREFIXES, SG

ONTOLOGY = URIRef("https://w3id.org/safeguarding-kg/ontology")
VANN, BIBO = Namespace("http://purl.org/vocab/vann/"), Namespace("http://purl.org/ontology/bibo/")
TURTLE = "\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items())
#: Terms that the records of this repository use nowhere, and why they are there.
WAITING = {
    "about": "for commentary, which users add",
    "ofKind": "for analysts, who tie their own councils to their kind",
}
#: Names that are abbreviations, with labels in full.
ABBREVIATED = {"sha256", "url"}
Check = Callable[[Graph], list[str]]


@pytest.fixture(scope="module")
def schema() -> Graph:
    return Graph().parse(SCHEMA)


@pytest.fixture(scope="module")
def store(corpus: Corpus) -> Store:
    return to_store(corpus)


def ours(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    found = {one for kind in kinds for one in graph.subjects(RDF.type, kind) if isinstance(one, URIRef) and one in SG}
    return sorted(found)


def classes(graph: Graph) -> list[URIRef]:
    return ours(graph, OWL.Class)


def properties(graph: Graph) -> list[URIRef]:
    return ours(graph, OWL.ObjectProperty, OWL.DatatypeProperty)


def name(term: Node) -> str:
    return str(term).removeprefix(SG)


# OWL 2 DL: the restrictions of OWL 2 Structural Specification, section 11, that this ontology could break.


def non_simple(graph: Graph) -> set[Node]:
    """Transitive properties, those with chains, and every property above one."""
    found = set(graph.subjects(RDF.type, OWL.TransitiveProperty)) | set(graph.subjects(OWL.propertyChainAxiom))
    while above := {up for one in found for up in graph.objects(one, RDFS.subPropertyOf)} - found:
        found |= above
    return found


def used_as_two_kinds(graph: Graph) -> list[str]:
    kinds = {kind: set(graph.subjects(RDF.type, kind)) for kind in
             (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)}  # fmt: skip
    pairs = [(one, other) for one in kinds for other in kinds if one < other]
    return [name(term) for one, other in pairs for term in kinds[one] & kinds[other]]


def non_simple_where_simple_is_asked(graph: Graph) -> list[str]:
    simple_only = (
        OWL.FunctionalProperty,
        OWL.InverseFunctionalProperty,
        OWL.IrreflexiveProperty,
        OWL.AsymmetricProperty,
    )
    return [name(one) for one in non_simple(graph) if any((one, RDF.type, kind) in graph for kind in simple_only)]


def irregular_chains(graph: Graph) -> list[str]:
    """Chains in which a property would have to come before itself."""
    before: dict[Node, set[Node]] = {}
    for start, end in graph.subject_objects(RDFS.subPropertyOf):
        before.setdefault(end, set()).add(start)
    for prop, chain in graph.subject_objects(OWL.propertyChainAxiom):
        parts = list(Collection(graph, chain))
        whole = parts == [prop, prop]
        inner = parts[1:] if parts[0] == prop else parts[:-1] if parts[-1] == prop else parts
        if not whole:
            before.setdefault(prop, set()).update(inner)
    found = []
    for prop in before:
        reached, waiting = set(), [prop]
        while waiting:
            for one in before.get(waiting.pop(), set()) - reached:
                reached.add(one)
                waiting.append(one)
        if prop in reached:
            found.append(name(prop))
    return found


def undeclared(graph: Graph) -> list[str]:
    """Whatever stands as a class, property or datatype and is not declared (or built in)."""
    builtin = {OWL.Thing, *(XSD[one] for one in ("string", "integer", "boolean", "decimal", "dateTime"))}
    named = {
        RDFS.domain: OWL.Class,
        RDFS.subClassOf: OWL.Class,
        OWL.onProperty: OWL.ObjectProperty,
        RDFS.range: OWL.Class,
    }
    found = [
        name(one)
        for link, kind in named.items()
        for one in graph.objects(None, link)
        if isinstance(one, URIRef) and one not in builtin and (one, RDF.type, kind) not in graph
    ]
    built = (str(RDF), str(RDFS), str(OWL))
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    found += [
        str(one)
        for one in set(graph.predicates())
        if not str(one).startswith(built) and not any((one, RDF.type, kind) in graph for kind in kinds)
    ]
    return sorted(found)


def types_out_of_place(graph: Graph) -> list[str]:
    """Data properties whose range is no datatype, and object properties whose range is one."""
    wrong = [name(one) for one in graph.subjects(RDF.type, OWL.DatatypeProperty)
             for end in graph.objects(one, RDFS.range) if end not in XSD]  # fmt: skip
    return wrong + [name(one) for one in graph.subjects(RDF.type, OWL.ObjectProperty)
                    for end in graph.objects(one, RDFS.range) if end in XSD]  # fmt: skip


# OOPS!


def cycles(graph: Graph) -> list[str]:  # P06
    return [
        name(one)
        for link in (RDFS.subClassOf, RDFS.subPropertyOf)
        for one in set(graph.subjects(link))
        if one in {up for step in graph.objects(one, link) for up in graph.transitive_objects(step, link)}
    ]


def several_domains_or_ranges(graph: Graph) -> list[str]:  # P19, critical: they are read as all at once
    return [name(one) for one in properties(graph) for link in (RDFS.domain, RDFS.range)
            if len(list(graph.objects(one, link))) > 1]  # fmt: skip


def without_domain_or_range(graph: Graph) -> list[str]:  # P11, important
    pairs = ((RDFS.domain, SDO.domainIncludes), (RDFS.range, SDO.rangeIncludes))
    return [f"{name(one)}: {name(exact).rpartition('#')[2]}" for one in properties(graph) for exact, loose in pairs
            if not list(graph.objects(one, exact)) + list(graph.objects(one, loose))]  # fmt: skip


def wrongly_transitive(graph: Graph) -> list[str]:  # P29, critical
    return [name(one) for one in graph.subjects(RDF.type, OWL.TransitiveProperty)
            if graph.value(one, RDFS.domain) != graph.value(one, RDFS.range)]  # fmt: skip


def called_is(graph: Graph) -> list[str]:  # P03, critical
    return [name(one) for one in properties(graph) if name(one).lower() in ("is", "isa", "is_a", "has")]


def two_ways(graph: Graph) -> list[str]:  # P05, P25, P26, P27, P28: what is not there cannot be wrong
    """Properties that are said to be inverse, symmetric or equal to another; a query walks any property both ways."""
    links = (OWL.inverseOf, OWL.equivalentProperty)
    found = {one for link in links for pair in graph.subject_objects(link) for one in pair}
    return sorted(name(one) for one in found | set(graph.subjects(RDF.type, OWL.SymmetricProperty)))


def equal_classes(graph: Graph) -> list[str]:  # P31, critical: two names for one class
    return [name(one) for one, other in graph.subject_objects(OWL.equivalentClass) if isinstance(other, URIRef)]


def not_one_ontology(graph: Graph) -> list[str]:  # P38 and P39: one declaration, and every term of ours belongs to it
    declared = set(graph.subjects(RDF.type, OWL.Ontology))
    stray = [one for one in classes(graph) + properties(graph) if set(graph.objects(one, RDFS.isDefinedBy)) != declared]
    return [name(one) for one in stray] + sorted(str(one) for one in declared - {ONTOLOGY})


def merged(graph: Graph) -> list[str]:  # P07
    return [name(one) for one in classes(graph) if re.search(r"(And|Or)(?=[A-Z])", name(one))]


def defined_by_themselves(graph: Graph) -> list[str]:  # P24, important
    return [name(one) for link in (RDFS.subClassOf, OWL.equivalentClass, RDFS.subPropertyOf)
            for one in classes(graph) + properties(graph) if one in graph.transitive_objects(one, link)
            and any(one == end for end in graph.objects(one, link))]  # fmt: skip


def chains_of_one(graph: Graph) -> list[str]:  # P33, important
    return [name(one) for one, chain in graph.subject_objects(OWL.propertyChainAxiom)
            if len(list(Collection(graph, chain))) < 2]  # fmt: skip


def unconnected(graph: Graph) -> list[str]:  # P04
    return [
        name(one)
        for one in classes(graph)
        if not any(p not in (OWL.members,) for _, p in graph.subject_predicates(one) if p != RDFS.isDefinedBy)
        and not list(graph.objects(one, RDFS.subClassOf)) + list(graph.objects(one, OWL.equivalentClass))
    ]


def not_disjoint(graph: Graph) -> list[str]:  # P10, important: each class at the top is told apart from the others
    told = {one for whole in graph.objects(None, OWL.members) for one in Collection(graph, whole)}
    return [
        name(one)
        for one in classes(graph)
        if one not in told
        and not list(graph.objects(one, RDFS.subClassOf)) + list(graph.objects(one, OWL.equivalentClass))
    ]


def hijacked(graph: Graph) -> list[str]:  # P40, critical: nothing is said of others' terms but what they are
    allowed = {RDF.type, RDFS.label, SKOS.definition, RDFS.isDefinedBy}
    return sorted({str(one) for one, link, _ in graph if isinstance(one, URIRef) and one not in SG
                   and one != ONTOLOGY and link not in allowed})  # fmt: skip


def badly_named(graph: Graph) -> list[str]:  # P22
    upper, lower = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*"), re.compile(r"[a-z]+[0-9]*(?:[A-Z][a-z]*)*")
    wrong = [name(one) for one in classes(graph) if not upper.fullmatch(name(one))]
    return wrong + [name(one) for one in properties(graph) + ours(graph, OWL.NamedIndividual)
                    if not lower.fullmatch(name(one))]  # fmt: skip


def labels_unlike_names(graph: Graph) -> list[str]:
    """A label is its name in words, so that whoever knows one knows the other; values may share a property's name."""
    words = {one: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name(one)).lower() for one in classes(graph) + properties(graph)}
    return [name(one) for one, said in words.items()
            if said not in ABBREVIATED and said != str(graph.value(one, RDFS.label)).lower()]  # fmt: skip


CHECKS: dict[str, Check] = {
    "OWL 2 DL: one kind of property each": used_as_two_kinds,
    "OWL 2 DL: simple properties where they are asked for": non_simple_where_simple_is_asked,
    "OWL 2 DL: chains are regular": irregular_chains,
    "OWL 2 DL, OOPS! P34 and P35: everything is declared": undeclared,
    "OWL 2 DL: ranges fit their property": types_out_of_place,
    "OOPS! P03: no relation is called is": called_is,
    "OOPS! P04: nothing stands alone": unconnected,
    "OOPS! P05, P25 to P28: no property is read two ways": two_ways,
    "OOPS! P06: no cycles": cycles,
    "OOPS! P07: no two concepts in one class": merged,
    "OOPS! P10: disjointness is said": not_disjoint,
    "OOPS! P11: domain and range are said": without_domain_or_range,
    "OOPS! P19: one domain and one range": several_domains_or_ranges,
    "OOPS! P22: names of one style": badly_named,
    "OOPS! P22: labels are names in words": labels_unlike_names,
    "OOPS! P24: nothing defined by itself": defined_by_themselves,
    "OOPS! P29: transitive from a class to itself": wrongly_transitive,
    "OOPS! P31: no two names for one class": equal_classes,
    "OOPS! P33: no chain of one": chains_of_one,
    "OOPS! P38 and P39: one ontology": not_one_ontology,
    "OOPS! P40: no hijacked names": hijacked,
}
#: For each check, a line of Turtle that breaks the ontology in its way, and what is then found.
DECOYS = {
    "OWL 2 DL: one kind of property each": ("sg:page a owl:ObjectProperty .", "page"),
    "OWL 2 DL: simple properties where they are asked for": ("sg:includes a owl:FunctionalProperty .", "includes"),
    "OWL 2 DL: chains are regular": ("sg:bearer owl:propertyChainAxiom ( sg:appliesTo sg:hasPost ) .", "bearer"),
    "OWL 2 DL, OOPS! P34 and P35: everything is declared": ("sg:Duty rdfs:subClassOf sg:Norm .", "Norm"),
    "OWL 2 DL: ranges fit their property": ("sg:heading rdfs:range sg:Duty .", "heading"),
    "OOPS! P03: no relation is called is": ("sg:is a owl:ObjectProperty .", "is"),
    "OOPS! P04: nothing stands alone": ("sg:Island a owl:Class .", "Island"),
    "OOPS! P05, P25 to P28: no property is read two ways": ("sg:includes owl:inverseOf sg:hasPart .", "includes"),
    "OOPS! P06: no cycles": ("sg:Bearer rdfs:subClassOf sg:Role .", "Role"),
    "OOPS! P07: no two concepts in one class": ("sg:DutyAndPower a owl:Class .", "DutyAndPower"),
    "OOPS! P10: disjointness is said": ("sg:Island a owl:Class .", "Island"),
    "OOPS! P11: domain and range are said": ("sg:loose a owl:ObjectProperty .", "loose: domain"),
    "OOPS! P19: one domain and one range": ("sg:action rdfs:domain sg:Provision .", "action"),
    "OOPS! P22: names of one style": ("sg:time_limit a owl:ObjectProperty .", "time_limit"),
    "OOPS! P22: labels are names in words": ('sg:New a owl:Class ; rdfs:label "old" .', "New"),
    "OOPS! P24: nothing defined by itself": ("sg:Duty owl:equivalentClass sg:Duty .", "Duty"),
    "OOPS! P29: transitive from a class to itself": ("sg:trigger a owl:TransitiveProperty .", "trigger"),
    "OOPS! P31: no two names for one class": ("sg:Agency owl:equivalentClass sg:Role .", "Agency"),
    "OOPS! P33: no chain of one": ("sg:cites owl:propertyChainAxiom ( sg:near ) .", "cites"),
    "OOPS! P38 and P39: one ontology": ("<https://example.org/> a owl:Ontology .", "https://example.org/"),
    "OOPS! P40: no hijacked names": ("skos:Concept rdfs:subClassOf sg:Event .", PREFIXES["skos"] + "Concept"),
}


@pytest.mark.parametrize("rule", CHECKS)
def test_the_ontology_keeps_the_rule(schema: Graph, rule: str) -> None:
    assert CHECKS[rule](schema) == []


@pytest.mark.parametrize("rule", CHECKS)
def test_an_ontology_that_breaks_the_rule_is_found(schema: Graph, rule: str) -> None:
    turtle, expected = DECOYS[rule]
    broken = Graph().parse(SCHEMA)
    broken.parse(data=f"{TURTLE}\n{turtle}", format="turtle")
    assert expected in CHECKS[rule](broken)


# Use


def test_every_term_is_used_or_waits_for_something(schema: Graph, store: Store) -> None:
    declared = {
        str(one) for one in ours(schema, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual)
    }
    stated = {(str(s), str(p), str(o)) for s, p, o in schema}
    used: set[str] = set()
    for quad in store:
        terms = [one.value for one in (quad.subject, quad.predicate, quad.object) if isinstance(one, NamedNode)]
        if len(terms) < 3 or tuple(terms) not in stated:
            used |= {quad.predicate.value, *([quad.object.value] if isinstance(quad.object, NamedNode) else [])}
    above = {str(up) for one in used for up in schema.transitive_objects(URIRef(one), RDFS.subClassOf)}
    assert {name(one) for one in map(URIRef, declared - used - above)} == set(WAITING)


def test_a_property_is_used_from_and_to_what_it_says(schema: Graph, store: Store) -> None:
    kinds: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, NamedNode(str(RDF.type)), None, None):
        above = {str(up) for up in schema.transitive_objects(URIRef(quad.object.value), RDFS.subClassOf)}
        kinds.setdefault(str(quad.subject), set()).update(above)
    strays = set()
    for prop in properties(schema):
        for place, exact, loose in (
            ("subject", RDFS.domain, SDO.domainIncludes),
            ("object", RDFS.range, SDO.rangeIncludes),
        ):
            allowed = {str(one) for link in (exact, loose) for one in schema.objects(prop, link)}
            if not allowed or str(OWL.Thing) in allowed:
                continue
            for quad in store.quads_for_pattern(None, NamedNode(str(prop)), None, None):
                term = getattr(quad, place)
                fits = (
                    term.datatype.value in allowed
                    if isinstance(term, OxLiteral)
                    else kinds.get(str(term), set()) & allowed
                )
                if not fits:
                    strays.add(f"{name(prop)}: {place} {term}")
    assert strays == set()


# FOOPS!: what makes an ontology easy to find, reach, combine and reuse.

METADATA: dict[str, tuple[Any, str]] = {
    "FIND1, persistent address": (None, r"https://w3id\.org/.+"),
    "VER1, version address": (OWL.versionIRI, r"https://w3id\.org/.+/\d+\.\d+\.\d+"),
    "VER2, version": (OWL.versionInfo, r"\d+\.\d+\.\d+"),
    "OM1, title": (DCTERMS.title, r".{5,}"),
    "OM1, description": (DCTERMS.description, r".{20,}"),
    "OM1, licence": (DCTERMS.license, r"https://creativecommons\.org/.+"),
    "OM2, creator": (DCTERMS.creator, r".+"),
    "OM2, publisher": (DCTERMS.publisher, r".+"),
    "OM2, created": (DCTERMS.created, r"\d{4}-\d\d-\d\d"),
    "OM2, issued": (DCTERMS.issued, r"\d{4}-\d\d-\d\d"),
    "OM2, prefix": (VANN.preferredNamespacePrefix, r"sg"),
    "OM2, namespace": (VANN.preferredNamespaceUri, re.escape(str(SG))),
    "OM3, abstract": (DCTERMS.abstract, r".{20,}"),
    "OM3, citation": (DCTERMS.bibliographicCitation, r".*https://w3id\.org/.+"),
    "OM3, source": (DCTERMS.source, r".+"),
    "OM3, status": (BIBO.status, r"http://purl\.org/ontology/bibo/status/.+"),
    "OM4.2, where the data are": (RDFS.seeAlso, r"https://w3id\.org/.+"),
}


@pytest.mark.parametrize("rule", METADATA)
def test_the_ontology_says_of_itself(schema: Graph, rule: str) -> None:
    link, pattern = METADATA[rule]
    values = [ONTOLOGY] if link is None else list(schema.objects(ONTOLOGY, link))
    assert len(values) == 1
    assert re.fullmatch(pattern, str(values[0]))


def test_the_citation_names_the_version(schema: Graph) -> None:
    version = str(schema.value(ONTOLOGY, OWL.versionInfo))
    assert f"/{version}" in str(schema.value(ONTOLOGY, DCTERMS.bibliographicCitation))


def test_other_vocabularies_are_reused(schema: Graph) -> None:  # VOC1, VOC2
    reused = {one for one in schema.subjects(RDF.type) if isinstance(one, URIRef) and one not in SG} - {ONTOLOGY}
    assert len({re.split(r"[#/][^#/]*$", str(one))[0] for one in reused}) >= 5


def test_terms_are_explained_in_english(schema: Graph) -> None:  # VOC3, VOC4
    for one in classes(schema) + properties(schema):
        for link in (RDFS.label, SKOS.definition):
            (text,) = schema.objects(one, link)
            assert isinstance(text, Literal)
            assert text.language == "en"


def test_nothing_hangs_in_the_air(schema: Graph) -> None:
    nodes = {one for one in schema.subjects() if isinstance(one, BNode)}
    top = {
        one
        for one in nodes
        if (one, RDF.type, OWL.AllDisjointClasses) in schema or (one, RDF.type, OWL.AllDifferent) in schema
    }
    assert nodes - top <= set(schema.objects())
