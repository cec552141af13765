"""The ontology: every term explained, nothing used that is not declared, and what HermiT makes of it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from corpus.loader import Corpus
from indexer.checks import hermit_differences
from indexer.graph import schema_quads, to_store
from ontology import inference
from ontology.namespaces import GRAPH, PREFIXES, SG
from ontology.reasoner import Entailed, Inconsistent, java_available, reason

needs_java = pytest.mark.skipif(not java_available(), reason="HermiT needs Java, which is not installed")

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
OWL_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")
EXPLAINED_BY = {
    "rdfs:label": NamedNode(PREFIXES["rdfs"] + "label"),
    "skos:definition": NamedNode(PREFIXES["skos"] + "definition"),
    "rdfs:isDefinedBy": NamedNode(PREFIXES["rdfs"] + "isDefinedBy"),
}
TURTLE = "\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items())
SCHEMA = [quad.triple for quad in schema_quads()]


@cache
def declared(*kinds: str) -> frozenset[str]:
    """The IRIs that the schema declares as one of these OWL kinds."""
    wanted = {NamedNode(PREFIXES["owl"] + kind) for kind in kinds}
    return frozenset(
        triple.subject.value
        for triple in SCHEMA
        if triple.predicate == RDF_TYPE and triple.object in wanted and isinstance(triple.subject, NamedNode)
    )


def short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def iri_of(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


TERMS = sorted(map(short, declared(*OWL_KINDS)))
CLASSES, OBJECT_PROPERTIES, DATA_PROPERTIES = map(declared, OWL_KINDS[:3])


@pytest.fixture(scope="module")
def store(corpus: Corpus) -> Store:
    return to_store(corpus)


@pytest.fixture(scope="module")
def differences(corpus: Corpus) -> list[str]:
    """The one run of HermiT over all data; it takes some ten seconds."""
    return hermit_differences(corpus)


# Terms


@pytest.mark.parametrize("explanation", EXPLAINED_BY)
@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_explained_once(term: str, explanation: str) -> None:
    found = [one.object for one in SCHEMA if one.subject == iri_of(term) and one.predicate == EXPLAINED_BY[explanation]]

    assert len(found) == 1
    if explanation == "skos:definition":
        assert isinstance(found[0], Literal)
        assert re.fullmatch(r"[A-Z].{5,}\.", found[0].value)
    if explanation == "rdfs:isDefinedBy" and term.startswith("sg:"):
        assert found[0] == NamedNode("https://w3id.org/safeguarding-kg/ontology")


def test_only_annotation_properties_of_other_vocabularies_go_unexplained() -> None:
    assert [name for name in map(short, declared("AnnotationProperty")) if name.startswith("sg:")] == []
    assert declared("AnnotationProperty").isdisjoint(declared(*OWL_KINDS))


def test_no_two_classes_or_properties_share_a_label_and_kind() -> None:
    for kind in OWL_KINDS[:3]:
        labels = Counter(
            one.object.value
            for one in SCHEMA
            if one.predicate == EXPLAINED_BY["rdfs:label"]
            and isinstance(one.object, Literal)
            and isinstance(one.subject, NamedNode)
            and one.subject.value in declared(kind)
        )
        assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize(
    "name",
    [
        "Edition", "Printing", "Commentary", "Provision", "Duty", "Definition", "Silence", "Conflict", "Agency", "Role",
        "Group", "Event", "TimeLimit", "Legislation", "LegislationSection", "Change",
        "Requirement", "Prohibition", "Expectation", "Permission",
    ],
)  # fmt: skip
def test_the_classes_of_the_contract_are_declared(name: str) -> None:
    assert str(SG[name]) in declared("Class")


@pytest.mark.parametrize(
    "name",
    [
        "bearer", "modality", "force", "trigger", "timeLimit", "anchor", "legalBasis", "cites", "statedIn", "alsoIn",
        "edition", "includes", "appliesTo", "concerns", "precedes", "hasPost", "hasPart", "mayInclude", "ofKind",
    ],
)  # fmt: skip
def test_the_object_properties_of_the_contract_are_declared(name: str) -> None:
    assert str(SG[name]) in declared("ObjectProperty")


@pytest.mark.parametrize("name", ["action", "condition", "exception", "paragraph", "page", "gist"])
def test_the_data_properties_of_the_contract_are_declared(name: str) -> None:
    assert str(SG[name]) in declared("DatatypeProperty")


@pytest.mark.parametrize("name", ["must", "mustNot", "should", "shouldNot", "may", "needNot", "noneStated"])
def test_the_modalities_of_the_contract_are_declared(name: str) -> None:
    assert Triple(NamedNode(str(SG[name])), RDF_TYPE, NamedNode(str(SG.Modality))) in SCHEMA


@pytest.mark.parametrize("name", ["paragraph", "page"])
def test_numbers_of_the_contract_are_integers(name: str) -> None:
    subject = NamedNode(str(SG[name]))

    assert Triple(subject, iri_of("rdfs:range"), iri_of("xsd:integer")) in SCHEMA


def test_the_ontology_is_versioned() -> None:
    ontology = NamedNode("https://w3id.org/safeguarding-kg/ontology")
    (version,) = [
        one.object for one in SCHEMA if one.subject == ontology and one.predicate == iri_of("owl:versionInfo")
    ]
    (address,) = [one.object for one in SCHEMA if one.subject == ontology and one.predicate == iri_of("owl:versionIRI")]

    assert isinstance(version, Literal)
    assert address == NamedNode(f"{ontology.value}/{version.value}")


# Use


def misused(quads: Iterable[Quad]) -> set[str]:
    """Every sg: term that the schema does not declare, or that is used as what it is not."""
    found = set()
    for quad in quads:
        literal = isinstance(quad.object, Literal)
        as_property = DATA_PROPERTIES if literal else OBJECT_PROPERTIES
        if quad.predicate.value.startswith(SG) and quad.predicate.value not in as_property:
            found.add(f"{short(quad.predicate.value)} with a {'text' if literal else 'thing'}")
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(SG):
            known = CLASSES if quad.predicate == RDF_TYPE else declared(*OWL_KINDS)
            if quad.object.value not in known:
                found.add(short(quad.object.value))
    return found


def test_the_built_graph_uses_no_term_that_the_schema_does_not_declare(store: Store) -> None:
    assert misused(store) == set()


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("id:d sg:deadline id:l .", "sg:deadline with a thing"),
        ('id:d sg:legalBasis "section 47" .', "sg:legalBasis with a text"),
        ("id:d sg:action id:a .", "sg:action with a thing"),
        ("id:d a sg:Obligation .", "sg:Obligation"),
        ("id:d a sg:must .", "sg:must"),
        ("id:d sg:modality sg:shall .", "sg:shall"),
    ],
)
def test_a_term_used_as_what_it_is_not_is_found(turtle: str, expected: str) -> None:
    assert misused(parse(f"{TURTLE}\n{turtle}", format=RdfFormat.TURTLE)) == {expected}


def test_data_have_no_blank_nodes(store: Store) -> None:
    of_the_schema = {node for triple in SCHEMA for node in (triple.subject, triple.object)}
    nodes = {node for quad in store for node in (quad.subject, quad.object) if isinstance(node, BlankNode)}

    assert nodes <= of_the_schema


def test_every_individual_has_one_english_label(store: Store) -> None:
    named = {quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, iri_of("owl:NamedIndividual"), None)}
    labels = Counter(
        quad.subject
        for quad in store.quads_for_pattern(None, EXPLAINED_BY["rdfs:label"], None, None)
        if isinstance(quad.object, Literal) and quad.object.language == "en"
    )

    assert [node for node in named if labels[node] != 1] == []


# What follows


@pytest.mark.parametrize(
    ("name", "modalities"),
    [
        ("Requirement", ("must",)),
        ("Expectation", ("should",)),
        ("Permission", ("may",)),
        ("Prohibition", ("must-not", "should-not")),
    ],
)
def test_a_defined_class_holds_the_duties_of_its_modality(
    corpus: Corpus, store: Store, name: str, modalities: tuple[str, ...]
) -> None:
    members = {quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, NamedNode(str(SG[name])), None)}
    duties = [duty for records in corpus.editions for _, duty in records.duties if duty.modality in modalities]

    assert len(members) == len(duties) > 0


def test_what_follows_is_in_a_graph_of_its_own_and_states_nothing_twice(store: Store) -> None:
    inferred = NamedNode(str(GRAPH.inferred))
    stated = {quad.triple for quad in store if quad.graph_name != inferred}
    followed = {quad.triple for quad in store.quads_for_pattern(None, None, None, inferred)}

    assert followed
    assert followed.isdisjoint(stated)


@pytest.mark.long
@needs_java
def test_hermit_finds_all_data_consistent_and_entails_what_is_materialised(differences: list[str]) -> None:
    assert differences == []


# Decoys for HermiT


TINY = """
id:duty a sg:Duty , owl:NamedIndividual ; sg:modality sg:must ; sg:force sg:law ; sg:bearer id:council ;
    sg:action "act" ; sg:timeLimit id:limit ; sg:edition id:edition ; sg:legalBasis id:section .
id:section a sg:LegislationSection , owl:NamedIndividual .
id:edition a sg:Edition , owl:NamedIndividual .
id:limit a sg:TimeLimit , owl:NamedIndividual ; sg:unit sg:unitWorkingDay ; sg:quantity 15 ; sg:anchor id:event .
id:event a sg:Event , owl:NamedIndividual .
id:council a sg:Agency , owl:NamedIndividual ; sg:includes id:county ; sg:hasPart id:housing .
id:county a sg:Agency , owl:NamedIndividual ; sg:includes id:borough ; sg:hasPost id:director .
id:borough a sg:Agency , owl:NamedIndividual .
id:housing a sg:Agency , owl:NamedIndividual .
id:director a sg:Role , owl:NamedIndividual .
id:provision a sg:Provision , owl:NamedIndividual ; sg:paragraph 1 .
"""


def hermit(turtle: str) -> Entailed:
    """What HermiT makes of the ontology with the tiny data and `turtle`."""
    data = parse(f"{TURTLE}{TINY}{turtle}", format=RdfFormat.TURTLE)
    return reason(serialize([*SCHEMA, *(quad.triple for quad in data)], format=RdfFormat.N_TRIPLES) or b"")


@needs_java
def test_hermit_fills_what_the_materialisation_claims() -> None:
    entailed = hermit("")

    def reached(name: str) -> set[str]:
        return {short(value) for _, prop, value in entailed.relations if prop == str(SG[name])}

    assert entailed.unsatisfiable == frozenset()
    assert entailed.memberships == {(str(iri_of("id:duty").value), str(SG.Requirement))}
    assert reached("appliesTo") == {"id:council", "id:county", "id:borough"}
    assert reached("concerns") == {"id:housing", "id:director"}
    assert reached("cites") == {"id:section"}


DECOYS = {
    "a duty with two modalities": "id:duty sg:modality sg:should .",
    "both a duty and a provision": "id:duty a sg:Provision .",
    "a duty that is law and guidance": "id:duty sg:force sg:guidance .",
    "a time limit in days and in working days": "id:limit sg:unit time:unitDay .",
    "an agency that is a role": "id:council a sg:Role .",
    "a duty with two actions": 'id:duty sg:action "act again" .',
    "an event as bearer": "id:duty sg:bearer id:event .",
    "a paragraph numbered in words": 'id:provision sg:paragraph "one" .',
}


@needs_java
@pytest.mark.parametrize("turtle", DECOYS.values(), ids=DECOYS.keys())
def test_hermit_refuses(turtle: str) -> None:
    with pytest.raises(Inconsistent, match=r"^HermiT finds that the ontology and the data contradict each other$"):
        hermit(turtle)


@needs_java
def test_hermit_finds_a_class_that_nothing_can_belong_to() -> None:
    impossible = "id:Impossible a owl:Class ; rdfs:subClassOf sg:Agency , sg:Role ."

    assert iri_of("id:Impossible").value in hermit(impossible).unsatisfiable


@needs_java
def test_a_rule_that_says_too_little_or_too_much_is_told(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Corpus(corpus.vocabulary, (), ())
    rules = inference.RULES.read_text(encoding="utf-8")
    assert "?whole sg:includes+ ?kind" in rules
    (tmp_path / "wrong.rq").write_text(rules.replace("?whole sg:includes+ ?kind", "?kind sg:includes ?whole"))
    monkeypatch.setattr(inference, "RULES", tmp_path / "wrong.rq")

    found = hermit_differences(few)

    assert any(one.startswith("HermiT alone entails ") for one in found)
    assert any(one.startswith("the materialisation alone gives ") for one in found)
    assert all(str(SG.includes) in one for one in found)
