"""The SPARQL 1.1 Protocol at `/sparql`: the W3C's protocol test cases that apply to a read-only service, and more.

Each case of the suite (https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/) has a row here by its name,
written anew from the specification over our own graphs, or stands in NOT_APPLICABLE with the reason.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from conftest import Server
from pyoxigraph import Literal, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from pyshacl import validate
from rdflib import RDF, SH, VOID, Graph, URIRef

from ontology.namespaces import GRAPH, PREFIXES
from ontology.questions import competency_questions
from service.description import SD
from service.media_types import choose

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
LAW, CHANGES, ONTOLOGY = (str(GRAPH[name]) for name in ("law", "changes", "ontology"))
#: Whether the default graph holds Acts, and whether some named graph does.
ACTS = "ASK { ?act a sg:Legislation }"
NAMED_ACTS = "ASK { GRAPH ?g { ?act a sg:Legislation } }"
GRAPHS_SEEN = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"

Case = dict[str, Any]


@pytest.fixture(scope="module")
def client(hash_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hash_server.url, timeout=20) as client:
        yield client


def form(*fields: tuple[str, str]) -> Case:
    return {"method": "POST", "content": urlencode(fields), "headers": {"Content-Type": FORM}}


def direct(query: str, *fields: tuple[str, str], kind: str = QUERY) -> Case:
    return {"method": "POST", "content": query, "params": list(fields), "headers": {"Content-Type": kind}}


def get(*fields: tuple[str, str]) -> Case:
    return {"method": "GET", "params": list(fields)}


def send(client: httpx.Client, case: Case, accept: str | None = None) -> httpx.Response:
    headers = {**case.get("headers", {}), **({"Accept": accept} if accept else {})}
    return client.request(url="/sparql", **{**case, "headers": headers})


# The cases of the W3C's suite.

YES: dict[str, Case] = {
    "query_get": get(("query", "ASK {}")),
    "query_post_form": form(("query", "ASK {}")),
    "query_post_direct": direct("ASK {}"),
    "query_dataset_default_graph": form(("query", ACTS), ("default-graph-uri", LAW)),
    "query_dataset_default_graphs_get": get(
        ("query", "ASK { ?act a sg:Legislation . ?change a sg:Change }"),
        ("default-graph-uri", LAW),
        ("default-graph-uri", CHANGES),
    ),
    "query_dataset_default_graphs_post": direct(
        "ASK { ?act a sg:Legislation . ?change a sg:Change }",
        ("default-graph-uri", LAW),
        ("default-graph-uri", CHANGES),
    ),
    "query_dataset_named_graphs_get": get(
        ("query", NAMED_ACTS), ("named-graph-uri", LAW), ("named-graph-uri", CHANGES)
    ),
    "query_dataset_named_graphs_post": form(
        ("query", NAMED_ACTS), ("named-graph-uri", LAW), ("named-graph-uri", CHANGES)
    ),
    "query_dataset_full": direct(
        "ASK { ?act a sg:Legislation . GRAPH graph:changes { ?change a sg:Change } "
        "FILTER NOT EXISTS { ?other a sg:Change } FILTER NOT EXISTS { GRAPH graph:law { ?a ?b ?c } } }",
        ("default-graph-uri", LAW),
        ("named-graph-uri", CHANGES),
    ),
    # The request's graphs stand in place of the query's.
    "query_multiple_dataset": get(
        ("query", "ASK FROM graph:changes { ?act a sg:Legislation }"), ("default-graph-uri", LAW)
    ),
}  # fmt: skip


@pytest.mark.parametrize("accept", [None, JSON, XML])
@pytest.mark.parametrize("name", YES)
def test_a_case_that_answers_true(client: httpx.Client, name: str, accept: str | None) -> None:
    response = send(client, YES[name], accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == (accept or JSON)
    style = QueryResultsFormat.XML if accept == XML else QueryResultsFormat.JSON
    answer = parse_query_results(response.content, format=style)
    assert isinstance(answer, QueryBoolean)
    assert bool(answer)


NO: dict[str, Case] = {
    "a default graph alone leaves nothing named": get(("query", NAMED_ACTS), ("default-graph-uri", LAW)),
    "a named graph alone leaves the default empty": get(("query", "ASK { ?s ?p ?o }"), ("named-graph-uri", LAW)),
    "the default graph is the one named": get(("query", ACTS), ("default-graph-uri", CHANGES)),
    "FROM takes the place of the union": get(("query", "ASK FROM graph:changes { ?act a sg:Legislation }")),
    "FROM NAMED alone leaves the default empty": get(("query", "ASK FROM NAMED graph:law { ?s ?p ?o }")),
}


@pytest.mark.parametrize("name", NO)
def test_a_dataset_holds_what_it_was_given_and_no_more(client: httpx.Client, name: str) -> None:
    response = send(client, NO[name])
    assert (response.status_code, response.json()["boolean"]) == (200, False)


CONTENT_TYPES = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", {JSON, XML, "text/csv", "text/tab-separated-values"}),
    "query_content_type_ask": ("ASK {}", {JSON, XML}),
    "query_content_type_describe": (
        "DESCRIBE sg:must",
        {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"},
    ),
    "query_content_type_construct": (
        "CONSTRUCT WHERE { sg:must ?p ?o }",
        {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"},
    ),
}
RDF_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


@pytest.mark.parametrize(
    ("name", "accept"), [(name, accept) for name, (_, types) in CONTENT_TYPES.items() for accept in sorted(types)]
)
def test_a_result_comes_as_it_was_asked_for(client: httpx.Client, name: str, accept: str) -> None:
    response = send(client, get(("query", CONTENT_TYPES[name][0])), accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == accept
    assert "Accept" in response.headers["vary"].split(", ")
    if accept in RDF_FORMATS:
        triples = list(parse(response.content, format=RDF_FORMATS[accept]))
        assert any(isinstance(one.object, Literal) and one.object.value == "must" for one in triples)


UTF_16 = "ASK {}".encode("utf-16")
REFUSED: dict[str, tuple[int, Case]] = {
    "bad_query_method": (405, {"method": "PUT", "params": {"query": "ASK {}"}}),
    "bad_multiple_queries": (400, get(("query", "ASK {}"), ("query", "SELECT * {}"))),
    "bad_multiple_queries, posted": (400, form(("query", "ASK {}"), ("query", "SELECT * {}"))),
    "bad_query_wrong_media_type": (415, direct("ASK {}", kind="text/plain")),
    "bad_query_missing_form_type": (415, {"method": "POST", "content": urlencode({"query": "ASK {}"})}),
    "bad_query_missing_direct_type": (415, {"method": "POST", "content": "ASK {}"}),
    "bad_query_non_utf8": (
        415,
        {"method": "POST", "content": UTF_16, "headers": {"Content-Type": f"{QUERY};charset=UTF-16"}},
    ),
    "bad_query_syntax": (400, get(("query", "ASK {"))),
    "bad_update_get": (400, get(("update", "CLEAR ALL"))),
    "bad_multiple_updates": (400, form(("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT"))),
    "bad_update_wrong_media_type": (415, direct("CLEAR NAMED", kind="text/plain")),
    "bad_update_missing_form_type": (415, {"method": "POST", "content": urlencode({"update": "CLEAR NAMED"})}),
    "bad_update_non_utf8": (
        400,
        {"method": "POST", "content": UTF_16, "headers": {"Content-Type": f"{UPDATE};charset=UTF-16"}},
    ),
    "bad_update_syntax": (400, form(("update", "CLEAR XYZ"))),
    "bad_update_dataset_conflict": (
        400,
        form(("using-named-graph-uri", LAW), ("update", "INSERT DATA { sg:a sg:b sg:c }")),
    ),
    "a body beyond the limit": (413, direct("#" * 1_300_000)),
    "a form beyond the limit": (413, form(("query", "#" * 1_300_000))),
    "a graph that is not here": (400, get(("query", "ASK {}"), ("default-graph-uri", "https://example.org/g"))),
    "a format that is not there": (400, get(("query", "ASK {}"), ("format", "csv"))),
    "a form that is not UTF-8": (400, {"method": "POST", "content": "query=%FF", "headers": {"Content-Type": FORM}}),
    "a form of very many fields": (400, form(*(("a", "b") for _ in range(200)))),
}  # fmt: skip
#: They write, which this service never does; that each is refused is tested with the cases above.
NOT_APPLICABLE = {
    "update_dataset_default_graph": "it writes",
    "update_dataset_default_graphs": "it writes",
    "update_dataset_named_graphs": "it writes",
    "update_dataset_full": "it writes",
    "update_post_form": "it writes",
    "update_post_direct": "it writes",
    "update_base_uri": "it writes",
}
SUITE = {
    "bad_query_method", "bad_multiple_queries", "bad_query_wrong_media_type", "bad_query_missing_form_type",
    "bad_query_missing_direct_type", "bad_query_non_utf8", "bad_query_syntax", "bad_update_get",
    "bad_multiple_updates", "bad_update_wrong_media_type", "bad_update_missing_form_type", "bad_update_non_utf8",
    "bad_update_syntax", "bad_update_dataset_conflict", "query_post_form", "query_dataset_default_graph",
    "query_dataset_default_graphs_get", "query_dataset_default_graphs_post", "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get", "query_dataset_full", "query_multiple_dataset", "query_get",
    "query_content_type_select", "query_content_type_ask", "query_content_type_describe",
    "query_content_type_construct", "update_dataset_default_graph", "update_dataset_default_graphs",
    "update_dataset_named_graphs", "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
    "query_post_direct",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%20%7B%7D", "/id/agency/police.ttl", "/ontology", "/"])
def test_head_tells_what_get_would_send_and_sends_nothing(client: httpx.Client, path: str) -> None:
    asked, sent = client.head(path), client.get(path)
    assert (asked.status_code, asked.content) == (200, b"")
    assert {**asked.headers, "date": ""} == {**sent.headers, "date": ""}


@pytest.mark.parametrize("name", REFUSED)
def test_a_case_that_is_refused_with_a_sentence(client: httpx.Client, name: str) -> None:
    status, case = REFUSED[name]
    response = send(client, case)
    assert response.status_code == status
    assert response.json().keys() == {"error"}


def test_every_case_of_the_suite_is_tested_or_does_not_apply() -> None:
    assert {*YES, *CONTENT_TYPES, *NOT_APPLICABLE} | (SUITE & REFUSED.keys()) == SUITE


@pytest.mark.parametrize("update", ["INSERT DATA { sg:a sg:b sg:c }", "CLEAR ALL", "LOAD <http://localhost/>"])
def test_an_update_is_refused_however_it_is_sent(client: httpx.Client, update: str) -> None:
    for case in (
        form(("update", update)),
        direct(update, kind=UPDATE),
        get(("update", update)),
        get(("query", update)),
    ):
        assert send(client, case).status_code == 400


# Errors


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * {\n  ?s ?p ?o", "line 2, column 11: "),
        ("SELECT *\n\n{ ?s nope:x ?o }", "line 3, column 12: this prefix is not known here; declare it with PREFIX"),
        ("SELECT * {\n  ?duty sg:page > 5 }", "line 2, column 17: '> 5 }' cannot stand here"),
        ("SELECT *\n{ ?s ?p }", "line 2, column 10: something is missing before this place"),
        ("SELECT *\r\n{ ?duty sg:page }", "line 2, column 17: '}' cannot stand here"),
        ("SELECT ('é😀' AS ?a) { ?duty sg:page }", "line 1, column 37: '}' cannot stand here"),
        ("PREFIX ex: <http://a/>\nSELEKT * {}", "line 2, column 1: expected SELECT, ASK, CONSTRUCT or DESCRIBE"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_where(client: httpx.Client, query: str, sentence: str) -> None:
    response = send(client, get(("query", query)))
    assert response.status_code == 400
    assert response.json()["error"].startswith(f"The query cannot be read: {sentence}")


def test_a_graph_that_is_not_here_is_named_with_those_that_are(client: httpx.Client) -> None:
    response = send(client, get(("query", "ASK {}"), ("named-graph-uri", "https://example.org/g")))
    assert "there is no graph <https://example.org/g> here; there are " in response.json()["error"]
    assert LAW in response.json()["error"]


# Formats

AWKWARD = (
    'SELECT ("a\\n\\t\\"\\\\,é\\u0001" AS ?text) ("e"@en-GB AS ?word) (1 AS ?whole) (1.50 AS ?part) (1e3 AS ?power) '
    "(true AS ?yes) (?nothing AS ?none) (<http://a/?b=1&c=2> AS ?address) (STRDT('<x>', sg:a) AS ?typed) {}"
)


@pytest.mark.parametrize(
    ("accept", "style"),
    [
        (JSON, QueryResultsFormat.JSON),
        ("text/tab-separated-values", QueryResultsFormat.TSV),
        (XML, QueryResultsFormat.XML),
    ],
)
def test_awkward_values_survive_every_format(client: httpx.Client, accept: str, style: QueryResultsFormat) -> None:
    query = AWKWARD.replace("\\u0001", "") if accept == XML else AWKWARD  # XML 1.0 cannot hold it
    given = parse_query_results(send(client, get(("query", query)), accept).content, format=style)
    assert isinstance(given, QuerySolutions)
    (row,) = [tuple(row) for row in given]
    assert [None if term is None else getattr(term, "value", None) for term in row] == [
        'a\n\t"\\,é' + ("" if accept == XML else "\x01"),
        "e", "1", "1.50" if "1.50" in str(row[3]) else "1.5", row[4].value, "true", None, "http://a/?b=1&c=2", "<x>",
    ]  # fmt: skip
    assert isinstance(row[1], Literal)
    assert row[1].language in ("en-GB", "en-gb")


def test_what_xml_cannot_hold_is_replaced(client: httpx.Client) -> None:
    response = send(client, get(("query", AWKWARD)), XML)
    assert "\ufffd" in response.text
    parse_query_results(response.content, format=QueryResultsFormat.XML)


def test_awkward_values_survive_csv(client: httpx.Client) -> None:
    response = send(client, get(("query", AWKWARD)), "text/csv")
    header, row = csv.reader(io.StringIO(response.text, newline=""))
    assert header == ["text", "word", "whole", "part", "power", "yes", "none", "address", "typed"]
    assert row[0] == 'a\n\t"\\,é\x01'
    assert row[5:] == ["true", "", "http://a/?b=1&c=2", "<x>"]


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_format_can_be_named_in_the_address(client: httpx.Client, name: str) -> None:
    response = send(client, get(("query", "SELECT (1 AS ?a) {}"), ("format", name)), "text/html")
    assert response.headers["content-type"].partition(";")[0] in CONTENT_TYPES["query_content_type_select"][1]


def test_a_type_that_there_is_not_is_a_406_that_names_those_there_are(client: httpx.Client) -> None:
    response = send(client, get(("query", "SELECT (1 AS ?a) {}")), "image/png")
    assert response.status_code == 406
    assert response.json()["error"].startswith(f"The results of this query can be had as {JSON}, ")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/b"),
        ("", "a/b"),
        ("*/*", "a/b"),
        ("c/d", "c/d"),
        ("a/b;q=0.5, c/d", "c/d"),
        ("a/b;q=0.5, c/d;q=0.6", "c/d"),
        ("c/d;q=0.1, */*;q=0.5", "a/b"),
        ("a/*;q=0.2, c/*;q=0.3", "c/d"),
        ("a/b;q=0, */*", "c/d"),
        ("a/b; q=0, c/d; q=0", None),
        ("x/y", None),
        ("A/B", "a/b"),
        ("c/d;q=what", "c/d"),
        ("c/d;charset=utf-8", "c/d"),
        (",,;", "a/b"),
    ],
)
def test_the_type_that_a_client_likes_best(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, ("a/b", "c/d")) == chosen


# What the service says of itself.


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> Graph:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/turtle")
    return Graph().parse(data=response.text, format="turtle")


@pytest.mark.parametrize("accept", [None, "*/*", *RDF_FORMATS])
def test_a_program_that_asks_nothing_is_told_what_is_here(client: httpx.Client, accept: str | None) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    expected = accept if accept in RDF_FORMATS else "text/turtle"
    assert response.headers["content-type"].partition(";")[0] == expected
    assert len(list(parse(response.content, format=RDF_FORMATS[expected]))) > 500


def test_a_person_who_asks_nothing_sees_the_editor(client: httpx.Client) -> None:
    response = client.get(
        "/sparql", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    )
    assert "<textarea" in response.text


def test_the_service_is_described(client: httpx.Client, description: Graph) -> None:
    service = URIRef(f"{client.base_url}/sparql")
    assert (service, RDF.type, SD.Service) in description
    assert description.value(service, SD.endpoint) == service
    assert (service, SD.feature, SD.UnionDefaultGraph) in description
    assert len(list(description.objects(service, SD.resultFormat))) == 8
    seen = [row["g"]["value"] for row in send(client, get(("query", GRAPHS_SEEN))).json()["results"]["bindings"]]
    assert sorted(map(str, description.objects(None, SD.name))) == seen


def test_the_counts_of_the_description_are_those_of_the_graph(client: httpx.Client, description: Graph) -> None:
    for iri in (f"{PREFIXES['sg']}Duty", f"{PREFIXES['sg']}TimeLimit", f"{PREFIXES['sg']}LegislationSection"):
        given = {
            int(n)
            for part in description.subjects(VOID["class"], URIRef(iri))
            for n in description.objects(part, VOID.entities)
        }
        counted = send(client, get(("query", f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{iri}> }}"))).json()
        assert given == {int(counted["results"]["bindings"][0]["n"]["value"])}


def test_every_competency_question_is_an_example(description: Graph) -> None:
    examples = set(description.subjects(RDF.type, SH.SPARQLSelectExecutable))
    queries = {str(description.value(one, SH.select)) for one in examples}
    assert queries == {one.query for one in competency_questions()}
    assert all((one, RDF.type, SH.SPARQLExecutable) in description for one in examples)


def test_the_examples_declare_their_prefixes_as_shacl_asks(description: Graph) -> None:
    declared = {
        str(description.value(one, SH.prefix)): str(description.value(one, SH.namespace))
        for one in description.objects(None, SH.declare)
    }
    assert declared == PREFIXES
    conforms, _, text = validate(description, shacl_graph=Graph().parse(data=EXAMPLE_SHAPE, format="turtle"))
    assert conforms, text


EXAMPLE_SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ;
  sh:property [ sh:path sh:select ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path rdfs:comment ; sh:minCount 1 ; sh:uniqueLang true ] ;
  sh:property [ sh:path sh:prefixes ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetObjectsOf sh:prefixes ;
  sh:property [ sh:path sh:declare ; sh:minCount 1 ] .
[] a sh:NodeShape ; sh:targetObjectsOf sh:declare ;
  sh:property [ sh:path sh:prefix ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path sh:namespace ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:anyURI ] .
"""


# The page.


def test_the_page_gives_a_permanent_link_and_files(client: httpx.Client) -> None:
    query = "SELECT ?label { sg:must rdfs:label ?label }"
    page = client.post("/sparql", data={"query": query}, headers={"Accept": "text/html"}).text
    link = f"/sparql?{urlencode({'query': query})}"
    assert f'href="{link}"' in page
    assert f'href="{link}&amp;format=csv"' in page
    assert client.get(link, headers={"Accept": "text/html"}).text.count("<td>must</td>") == 1
    assert client.get(f"{link}&format=csv").text.splitlines() == ["label", "must"]


def test_every_example_can_be_opened_in_the_editor(client: httpx.Client) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    for one in competency_questions():
        assert f'href="/sparql?example={one.id}"' in page
    opened = client.get("/sparql?example=03-child-protection-clocks", headers={"Accept": "text/html"}).text
    assert "PREFIX edition:" in opened


def test_a_page_shows_the_first_rows_of_many(client: httpx.Client) -> None:
    page = client.post("/sparql", data={"query": "SELECT ?s { ?s a sg:Duty }"}, headers={"Accept": "text/html"}).text
    assert page.count("<td>") == 500
    assert "The first 500 are shown here; the downloads have them all." in page


def test_a_result_that_was_cut_off_says_so_in_a_header(client: httpx.Client) -> None:
    response = send(client, get(("query", "SELECT * { ?a ?b ?c . ?d ?e ?f }")))
    if response.status_code == 504:
        pytest.skip("this machine is too busy to fill a result in two seconds")
    assert response.headers["notice"] == json.loads(response.content)["notice"]
