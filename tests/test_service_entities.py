"""Every record under its own address: 303 to a document, by the Accept header or by an ending."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Server
from pyoxigraph import RdfFormat, Store, parse
from rdflib import OWL, RDF, Graph

from indexer.build import GRAPH_FILE, open_build
from indexer.graph import SCHEMA
from ontology.namespaces import ID, SG
from ontology.questions import competency_questions
from service.entities import NAME, iri_of, page_of
from service.ontology_page import diagram, ontology_version
from service.summary import class_terms, property_terms

DUTY = "duty/wt2023/155/conclude"
HTML = {"Accept": "text/html"}
ENDINGS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}


@pytest.fixture(scope="module")
def client(hash_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hash_server.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def store(hash_data: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(open_build(hash_data).folder / GRAPH_FILE), format=RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.4", "rdf"),
        ("*/*", "ttl"),
        ("image/png", "html"),
    ],
)
def test_the_address_of_a_thing_leads_to_a_document_about_it(client: httpx.Client, accept: str, ending: str) -> None:
    response = client.get(f"/id/{DUTY}", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, f"/id/{DUTY}.{ending}")
    assert response.headers["vary"] == "Accept"
    assert client.get(response.headers["location"]).status_code == 200


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_gives_the_same_facts(client: httpx.Client, store: Store, ending: str) -> None:
    media_type, style = ENDINGS[ending]
    response = client.get(f"/id/{DUTY}.{ending}")
    assert response.headers["content-type"].partition(";")[0] == media_type
    content = response.content
    if ending == "jsonld":  # with its context put in place, as a program that fetches it does
        document = response.json()
        address = document["@context"]
        document["@context"] = client.get(address).json()["@context"]
        content = json.dumps(document).encode()
    given = {one.triple for one in parse(content, format=style) if one.triple.subject.value == str(ID[DUTY])}
    assert given == {one.triple for one in store if getattr(one.subject, "value", "") == str(ID[DUTY])}


def test_every_record_of_ours_has_an_address_that_works(store: Store) -> None:
    records = {one.subject.value for one in store if getattr(one.subject, "value", "").startswith(str(ID))}
    assert len(records) > 3000
    for iri in records:
        record = page_of(iri).removeprefix("/id/")
        assert NAME.fullmatch(record), iri
        assert iri_of(record) == iri
        assert record.rpartition(".")[2] not in {*ENDINGS, "html"}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (DUTY, ("finish the assessment", "within 45 working days of receipt of the referral", "Expectation".lower())),
        ("role/social-worker", ("Social worker", "SW", "Also called", "/roles/social-worker")),
        ("law/ukpga/1989/41/section/47", ("Children Act 1989, section 47", "http://www.legislation.gov.uk/id/")),
        ("edition/wt2023", ("Working Together to Safeguard Children 2023", "superseded", "supersedes")),
        ("event/referral-received", ("Referral received", "/process#referral-received")),
        ("provision/wt2023/155", ("Timeliness",)),
        ("change/wt2018-wt2023/assessment-45-days", ("45 working days",)),
    ],
)
def test_a_page_tells_the_facts_and_says_what_it_is(client: httpx.Client, record: str, words: tuple[str, ...]) -> None:
    response = client.get(f"/id/{record}.html")
    assert response.status_code == 200
    assert all(word in response.text for word in words)
    assert 'itemtype="https://schema.org/' in response.text
    assert "Our summary; read the paragraph or section that it names." in response.text


def test_a_page_never_hides_a_condition_or_an_exception(client: httpx.Client, store: Store) -> None:
    for name in ("condition", "exception", "onlyIf"):
        quad = min(
            (one for one in store if one.predicate.value == str(SG[name]) and "/duty/" in one.subject.value), key=str
        )
        page = client.get(f"{page_of(quad.subject.value)}.html").text
        assert quad.object.value.replace("'", "&#39;") in page


@pytest.mark.parametrize(
    "path",
    [
        "duty/nothing", "duty/nothing.html", "duty/nothing.ttl", "x%3E%20%3Fp", "a%20b.html", "%22.html", "<x>.html",
        "duty/wt2023/155/conclude%3E%20%7D.ttl", "law/ukpga/1900/1.html", ".html", "-.html",
    ],
)  # fmt: skip
def test_what_is_not_here_is_a_404(client: httpx.Client, path: str) -> None:
    response = client.get(f"/id/{path}", headers=HTML, follow_redirects=True)
    assert response.status_code == 404


# The ontology's documentation


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    return client.get("/ontology", headers=HTML).text


def test_every_term_has_its_place_and_definition_on_the_page(page: str) -> None:
    for term in (*class_terms(), *property_terms()):
        assert page.count(f'id="{term.iri.removeprefix(SG)}"') == 1
        assert term.definition.replace('"', "&#34;").replace("'", "&#39;").replace(">", "&gt;") in page


def test_the_page_names_every_competency_question(page: str) -> None:
    assert all(f"/sparql?example={one.id}" in page for one in competency_questions())


def test_the_page_has_alignments_and_examples(page: str) -> None:
    assert 'href="http://www.w3.org/ns/odrl/2/Permission"' in page
    assert 'for instance <a href="/id/duty/' in page


def test_the_diagram_shows_what_a_duty_leads_to() -> None:
    boxes, arrows = diagram()
    assert boxes[0].label == "duty"
    assert {"bearer", "time limit", "modality", "provision", "event"} <= {box.label for box in boxes}
    assert {label for arrow in arrows for label in arrow.labels} >= {"bearer", "trigger", "anchor"}
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_ontology_comes_in_every_format_by_version(client: httpx.Client, ending: str) -> None:
    media_type, _ = ENDINGS[ending]
    for address in (f"/ontology.{ending}", f"/ontology/{ontology_version()}.{ending}"):
        response = client.get(address)
        assert response.headers["content-type"].partition(";")[0] == media_type
        graph = Graph().parse(data=response.content, format={"rdf": "xml", "jsonld": "json-ld"}.get(ending, ending))
        assert len(graph) == len(Graph().parse(SCHEMA))
        assert (SG.Duty, RDF.type, OWL.Class) in graph


def test_a_version_leads_to_its_document_and_one_that_is_not_held_is_a_404(client: httpx.Client) -> None:
    response = client.get(f"/ontology/{ontology_version()}", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["location"]) == (303, f"/ontology/{ontology_version()}.ttl")
    assert client.get("/ontology/9.9.9").status_code == 404
    assert client.get(f"/ontology/{ontology_version()}.exe").status_code == 404


def test_the_context_names_every_property(client: httpx.Client) -> None:
    context: dict[str, Any] = client.get("/ontology/context.jsonld").json()["@context"]
    for term in property_terms():
        assert context[term.iri.removeprefix(SG)]["@id"] == term.name
