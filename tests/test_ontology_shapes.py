"""Every shape, shown to refuse: a small graph that is right, and a broken copy of it for each constraint."""

from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH, Namespace
from rdflib.term import Node

from corpus.loader import Corpus
from indexer import checks
from indexer.checks import shape_violations, union
from indexer.graph import to_store
from ontology.namespaces import PREFIXES

TURTLE = "\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items())
LAW = Namespace("http://www.legislation.gov.uk/id/ukpga/1989/41/")

RIGHT = f"""
id:edition a sg:Edition ; sg:editionStatus sg:superseded ; sg:inForceFrom "2023-12-15" ;
    sg:inForceUntil "2026-03-18" ; sg:note "Replaced." .
id:place a sg:Provision ; rdfs:label "Timeliness" ; sg:edition id:edition ; sg:page 58 ; sg:paragraph 153 ;
    sg:heading "Timeliness" ; sg:gist "A gist that is long enough." ; sg:provisionKind "paragraph" ;
    sg:certainty sg:primary .
id:duty a sg:Duty ; rdfs:label "Act" ; sg:edition id:edition ; sg:statedIn id:place ; sg:alsoIn id:place ; sg:page 58 ;
    sg:modality sg:must ; sg:modalityWording "must" ; sg:force sg:law ; sg:legalBasis <{LAW}section/47> ;
    sg:action "act" ; sg:bearerBasis sg:stated ; sg:bearerMode sg:each ; sg:bearer id:council ;
    sg:trigger id:referral ; sg:timeLimit id:limit ; sg:certainty sg:primary .
id:limit a sg:TimeLimit ; sg:limitText "within 15 days" ; sg:rank 1 ; sg:limitRelation sg:within ; sg:setBy sg:law ;
    sg:quantity 15 ; sg:unit time:unitDay ; sg:dayKind sg:unstated ; sg:duration "P15D" ; sg:date "2019-06-29" ;
    sg:anchor id:referral .
id:council a sg:Agency ; skos:prefLabel "council" ; skos:definition "A council." .
id:worker a sg:Role ; skos:prefLabel "worker" ; skos:definition "A worker." .
id:partners a sg:Group ; skos:prefLabel "partners" ; skos:definition "Partners." .
id:referral a sg:Event ; skos:prefLabel "referral" ; skos:definition "A referral." ; sg:precedes id:decision .
id:decision a sg:Event ; skos:prefLabel "decision" ; skos:definition "A decision." .
id:topic a skos:Concept ; skos:prefLabel "topic" ; skos:definition "A topic." .
id:conflict a sg:Conflict ; sg:place id:place ; sg:differs "One says must, one should." .
id:silence a sg:Silence ; sg:question "When?" ; sg:note "Nothing nearby." .
id:definition a sg:Definition ; sg:meaning "A child." ; sg:statedIn id:place .
<{LAW}section/47> a sg:LegislationSection .
id:draft a sg:Edition ; sg:editionStatus sg:consultationDraft .
id:change a sg:Change ; sg:fromEdition id:draft ; sg:toEdition id:edition ; sg:changeKind sg:amended ;
    sg:aspect sg:who ; sg:note "Another bearer." ; dcterms:source "a briefing" .
"""


class Broken(NamedTuple):
    """A copy of the right graph in which one property of one thing has these values instead, and the rest is added."""

    message: str
    #: The SHACL parameters that this copy breaks; without them the message goes away.
    parameters: str
    thing: str
    values: str
    more: str = ""


def broken(message: str, thing_and_property: str, **values: str) -> list[Broken]:
    return [Broken(message, parameter, thing_and_property, value) for parameter, value in values.items()]


ONE_TERM = [
    copy
    for thing in ("council", "worker", "partners", "referral", "topic")
    for copy in (
        *broken("A term has one preferred label.", f"id:{thing} skos:prefLabel", minCount="", maxCount='"a", "b"'),
        *broken("A term has one definition.", f"id:{thing} skos:definition", minCount="", maxCount='"a", "b"'),
    )
]
COUNTED = "A limit within, every or for at least has a quantity, a unit and a duration."
NAMED = "A duty names a bearer just when its basis is stated or inferred; where the text names none, none is given."
LAWFUL = "A duty that is law names the section that imposes or empowers it."
REPLACED = "A superseded edition says until when it applied and has a notice."
ADDRESS = (
    "Law is named by its official address, http://www.legislation.gov.uk/id/..., "
    "or by ours where no source at hand gives one."
)

BROKEN = [
    *broken("A duty has a label.", "id:duty rdfs:label", minCount=""),
    *broken(
        "A duty belongs to one edition.",
        "id:duty sg:edition",
        minCount="",
        maxCount="id:edition, [a sg:Edition]",
        **{"class": "id:place"},
    ),
    *broken(
        "A duty is stated in one primary provision.",
        "id:duty sg:statedIn",
        minCount="",
        maxCount="id:place, [a sg:Provision]",
        **{"class": "id:edition"},
    ),
    *broken("A duty names the page it stands on.", "id:duty sg:page", minInclusive="0", datatype="58.0"),
    *broken(
        "A duty has one modality.",
        "id:duty sg:modality",
        minCount="",
        maxCount="sg:must, sg:should",
        **{"in": "sg:shall"},
    ),
    *broken(
        "A duty gives the text's own words for its modality.",
        "id:duty sg:modalityWording",
        minCount="",
        maxCount='"must", "shall"',
        minLength='""',
        datatype='"must"@en',
    ),
    *broken(
        "A duty is law or guidance.",
        "id:duty sg:force",
        minCount="",
        maxCount="sg:law, sg:guidance",
        **{"in": "sg:custom"},
    ),
    *broken(
        "A duty has one action.",
        "id:duty sg:action",
        minCount="",
        maxCount='"act", "act again"',
        minLength='""',
        datatype='"act"@en',
    ),
    *broken(
        "A duty says how its bearer is known.",
        "id:duty sg:bearerBasis",
        minCount="",
        maxCount="sg:stated, sg:inferred",
        **{"in": "sg:guessed"},
    ),
    *broken(
        "A duty says how its bearers bear it.",
        "id:duty sg:bearerMode",
        minCount="",
        maxCount="sg:each, sg:jointly",
        **{"in": "sg:somehow"},
    ),
    *broken(
        "A bearer is an agency, a role or a group of the vocabulary.",
        "id:duty sg:bearer",
        nodeKind="[a sg:Agency]",
        **{"or": "id:referral"},
    ),
    *broken(
        "A trigger is one event.",
        "id:duty sg:trigger",
        maxCount="id:referral, id:decision",
        **{"class": "id:council"},
    ),
    *broken("A time limit is a sg:TimeLimit.", "id:duty sg:timeLimit", **{"class": "id:limit, id:referral"}),
    *broken("also-in names provisions.", "id:duty sg:alsoIn", **{"class": "id:edition"}),
    *broken(
        "A duty says how well it is evidenced.",
        "id:duty sg:certainty",
        minCount="",
        maxCount="sg:primary, sg:secondary",
        **{"in": "sg:likely"},
    ),
    *broken("A time limit belongs to one duty.", "id:duty sg:timeLimit", minCount=""),
    Broken(
        "A time limit belongs to one duty.",
        "maxCount",
        "id:other sg:timeLimit",
        "id:limit",
        "id:other rdfs:label 'o' .",
    ),
    *broken(
        "A time limit is also given in words.",
        "id:limit sg:limitText",
        minCount="",
        maxCount='"soon", "later"',
        datatype='"soon"@en',
    ),
    *broken(
        "A time limit has its place among those of its duty.",
        "id:limit sg:rank",
        minCount="",
        maxCount="1, 2",
        minInclusive="0",
        datatype="1.0",
    ),
    *broken(
        "A time limit has one relation.",
        "id:limit sg:limitRelation",
        minCount="",
        maxCount="sg:within, sg:every",
        **{"in": "sg:about"},
    ),
    *broken(
        "A time limit is set by law or by guidance.",
        "id:limit sg:setBy",
        minCount="",
        maxCount="sg:law, sg:guidance",
        **{"in": "sg:custom"},
    ),
    *broken(
        "A quantity is a whole number of at least one.",
        "id:limit sg:quantity",
        maxCount="15, 16",
        minInclusive="0",
        datatype="15.0",
    ),
    *broken(
        "A unit is a day, a working day, a month or a year.",
        "id:limit sg:unit",
        maxCount="time:unitDay, time:unitMonth",
        **{"in": "time:unitWeek"},
    ),
    *broken(
        "A day is working, calendar, school or unstated.",
        "id:limit sg:dayKind",
        maxCount="sg:working, sg:unstated",
        **{"in": "sg:rainy"},
    ),
    *broken(
        "A duration is ISO 8601, such as P15D.",
        "id:limit sg:duration",
        maxCount='"P15D", "P16D"',
        pattern='"15 days"',
    ),
    *broken(
        "A date is YYYY-MM-DD or --MM-DD.",
        "id:limit sg:date",
        maxCount='"2019-06-29", "--09-30"',
        pattern='"29 June 2019"',
    ),
    *broken("An anchor is an event.", "id:limit sg:anchor", **{"class": "id:council"}),
    Broken(COUNTED, "or", "id:limit sg:quantity", ""),
    Broken(COUNTED, "or", "id:limit sg:unit", ""),
    Broken(COUNTED, "or", "id:limit sg:duration", ""),
    *broken("A provision has a label.", "id:place rdfs:label", minCount=""),
    *broken(
        "A provision belongs to one edition.",
        "id:place sg:edition",
        minCount="",
        maxCount="id:edition, [a sg:Edition]",
        **{"class": "id:duty"},
    ),
    *broken("A provision names its pages.", "id:place sg:page", minInclusive="0", datatype="58.0"),
    *broken(
        "A paragraph number is a whole number of at least one.",
        "id:place sg:paragraph",
        maxCount="153, 154",
        minInclusive="0",
        datatype="153.0",
    ),
    *broken(
        "A provision names its nearest heading.",
        "id:place sg:heading",
        minCount="",
        maxCount='"Timeliness", "Referral"',
        datatype='"Timeliness"@en',
    ),
    *broken(
        "A provision has a gist of at least twenty characters.",
        "id:place sg:gist",
        minCount="",
        maxCount='"A gist that is long enough.", "Another that is long enough."',
        minLength='"Too short a gist"',
        datatype='"A gist that is long enough."@en',
    ),
    *broken(
        "A provision has one kind.",
        "id:place sg:provisionKind",
        minCount="",
        maxCount='"paragraph", "table"',
        **{"in": '"sentence"'},
    ),
    *broken(
        "An edition has one status.",
        "id:edition sg:editionStatus",
        minCount="",
        maxCount="sg:superseded, sg:inForce",
        **{"in": "sg:old"},
    ),
    *broken(
        "A date is YYYY-MM-DD.",
        "id:edition sg:inForceFrom",
        maxCount='"2023-12-15", "2023-12-16"',
        pattern='"--12-15"',
    ),
    *ONE_TERM,
    *broken("An event precedes events.", "id:referral sg:precedes", **{"class": "id:council"}),
    *broken("A conflict names its places.", "id:conflict sg:place", minCount="", **{"class": "id:duty"}),
    *broken(
        "A conflict says how the places differ.",
        "id:conflict sg:differs",
        minCount="",
        maxCount='"a", "b"',
        datatype='"a"@en',
    ),
    *broken(
        "A silence is one question.", "id:silence sg:question", minCount="", maxCount='"a?", "b?"', datatype='"a?"@en'
    ),
    *broken("A silence says what stands nearby.", "id:silence sg:note", minCount="", datatype='"a"@en'),
    *broken(
        "A definition gives one meaning.",
        "id:definition sg:meaning",
        minCount="",
        maxCount='"a", "b"',
        datatype='"a"@en',
    ),
    *broken(
        "A definition names where it is stated.",
        "id:definition sg:statedIn",
        minCount="",
        **{"class": "id:edition"},
    ),
    Broken(NAMED, "xone", "id:duty sg:bearer", ""),
    Broken(NAMED, "xone", "id:duty sg:bearerBasis", "sg:notStated"),
    Broken(LAWFUL, "or", "id:duty sg:legalBasis", ""),
    Broken(REPLACED, "or", "id:edition sg:inForceUntil", ""),
    Broken(REPLACED, "or", "id:edition sg:note", ""),
    Broken(
        "What was read in an official text names its pages, or the law that it rests on.", "or", "id:duty sg:page", ""
    ),
    Broken("What was not read in the official text names its source.", "or", "id:duty sg:certainty", "sg:secondary"),
    *broken("A change starts from one edition.", "id:change sg:fromEdition", minCount="", **{"class": "id:place"}),
    *broken("A change starts from one edition.", "id:change sg:fromEdition", maxCount="id:draft, id:edition"),
    *broken("A change leads to one edition.", "id:change sg:toEdition", minCount="", **{"class": "id:place"}),
    *broken("A change leads to one edition.", "id:change sg:toEdition", maxCount="id:draft, id:edition"),
    Broken("A change is of one kind.", "minCount", "id:change sg:changeKind", ""),
    Broken("A change is of one kind.", "maxCount", "id:change sg:changeKind", "sg:new, sg:removed"),
    Broken("A change is of one kind.", "in", "id:change sg:changeKind", "sg:who"),
    *broken("A change has an aspect.", "id:change sg:aspect", minCount="", **{"in": "sg:new"}),
    *broken("A change says in words what differs.", "id:change sg:note", minCount="", datatype="1"),
    *broken("A change says in words what differs.", "id:change sg:note", maxCount='"a", "b"'),
    *broken("A change names its source.", "id:change dcterms:source", minCount=""),
    Broken(ADDRESS, "pattern", "id:duty sg:cites", "id:section", "id:section a sg:LegislationSection ."),
    Broken(ADDRESS, "pattern", "id:duty sg:cites", "id:act", "id:act a sg:Legislation ."),
    Broken(ADDRESS, "nodeKind pattern", "id:duty sg:cites", "[a sg:LegislationSection]"),
]
#: What SHACL says besides constraints.
NO_CONSTRAINT = {SH.message, SH.path, SH.targetClass, SH.property}
SHAPES = Graph().parse(checks.SHAPES)
RIGHT_GRAPH = Graph().parse(data=f"{TURTLE}{RIGHT}", format="turtle")


def constraints() -> set[tuple[str, str]]:
    """Every constraint of shapes.ttl as its message and its SHACL parameter."""
    return {
        (str(message), str(parameter).removeprefix(str(SH)))
        for shape, message in SHAPES.subject_objects(SH.message)
        for parameter in SHAPES.predicates(shape)
        if str(parameter).startswith(str(SH)) and parameter not in NO_CONSTRAINT
    }


def graph_with(thing: str, values: str, more: str = "") -> bytes:
    """The right graph with these values for a property of a thing instead of its own, as N-Triples."""
    graph = Graph() + RIGHT_GRAPH
    for subject, predicate in Graph().parse(data=f"{TURTLE}{thing} 0 .", format="turtle").subject_predicates():
        graph.remove((subject, predicate, None))
    if values:
        graph.parse(data=f"{TURTLE}{thing} {values} .", format="turtle")
    return graph.parse(data=f"{TURTLE}{more}", format="turtle").serialize(format="nt", encoding="utf-8")


def messages(ntriples: bytes) -> set[str]:
    return {violation.message for violation in shape_violations(ntriples)}


def test_the_whole_graph_keeps_to_every_shape(corpus: Corpus) -> None:
    assert shape_violations(union(to_store(corpus), inferred=True)) == []


def test_the_small_graph_keeps_to_every_shape() -> None:
    assert shape_violations(graph_with("id:duty rdfs:comment", '"nothing broken"')) == []


@pytest.mark.parametrize(
    "copy", [pytest.param(one, id=f"{one.message} ({one.parameters}) {one.thing}") for one in BROKEN]
)
def test_a_broken_copy_is_refused_by_that_very_constraint(
    copy: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ntriples = graph_with(copy.thing, copy.values, copy.more)

    assert copy.message in messages(ntriples)

    lax = Graph() + SHAPES
    for shape in SHAPES.subjects(SH.message, object=None):
        if str(SHAPES.value(shape, SH.message)) == copy.message:
            for parameter in copy.parameters.split():
                lax.remove((shape, SH[parameter], None))
    lax.serialize(tmp_path / "lax.nt", format="nt", encoding="utf-8")
    monkeypatch.setattr(checks, "SHAPES", tmp_path / "lax.nt")

    assert copy.message not in messages(ntriples)


def test_every_constraint_has_a_broken_copy() -> None:
    shown = {(copy.message, parameter) for copy in BROKEN for parameter in copy.parameters.split()}

    assert shown == constraints()


def test_every_shape_and_every_property_of_one_has_a_message() -> None:
    shapes = {*SHAPES.subjects(SH.targetClass), *SHAPES.objects(predicate=SH.property)}
    inside = {
        node
        for operator in (SH["or"], SH.xone)
        for members in SHAPES.objects(predicate=operator)
        for node in nested(members)
    }
    grouping = {shape for shape in shapes if (shape, SH.property, None) in SHAPES}

    assert [shape for shape in shapes - inside - grouping if len(list(SHAPES.objects(shape, SH.message))) != 1] == []


def nested(node: Node) -> set[Node]:
    """Everything below a node of the shapes graph."""
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        for below in SHAPES.objects(waiting.pop()):
            if below not in found and not isinstance(below, URIRef):
                found.add(below)
                waiting.append(below)
    return found


def test_a_violation_names_the_record() -> None:
    (violation,) = shape_violations(graph_with("id:silence sg:note", ""))

    assert str(violation) == f"{PREFIXES['id']}silence: A silence says what stands nearby."


@pytest.mark.parametrize(
    ("thing", "values"),
    [
        ("id:duty sg:force", "sg:guidance"),
        ("id:limit sg:limitRelation", "sg:asSoonAsPossible"),
        ("id:edition sg:editionStatus", "sg:inForce"),
        ("id:duty sg:bearerBasis", "sg:inferred"),
        ("id:duty sg:bearer", "id:council, id:worker, id:partners"),
        ("id:limit sg:date", '"--09-30"'),
        ("id:place sg:page", "58, 59"),
    ],
)
def test_what_is_right_in_another_way_is_not_refused(thing: str, values: str) -> None:
    assert shape_violations(graph_with(thing, values)) == []
