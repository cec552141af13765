"""The clients that analysts use in notebooks, against a running service, as they are used against Wikidata."""

import io
from urllib.parse import urlencode

import pandas
import pytest
from conftest import Server
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from ontology.namespaces import GRAPH, ID, SG

SELECT = "SELECT ?label ?days WHERE { VALUES ?days { 45 } sg:must rdfs:label ?label }"
LAW = "SELECT (COUNT(DISTINCT ?act) AS ?acts) WHERE { ?act a sg:Legislation }"


@pytest.fixture
def endpoint(hash_server: Server) -> str:
    return f"{hash_server.url}/sparql"


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("way", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_reads_json(endpoint: str, method: str, way: str) -> None:
    if (method, way) == ("GET", POSTDIRECTLY):
        pytest.skip("a query is posted directly or not at all")
    client = SPARQLWrapper(endpoint)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setReturnFormat(JSON)
    client.setQuery(f"PREFIX sg: <{SG}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {SELECT}")
    (row,) = client.queryAndConvert()["results"]["bindings"]
    assert (row["label"]["value"], row["days"]["value"]) == ("must", "45")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_every_format(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(SELECT)
    for style, part in ((CSV, b"label,days\r\nmust,45\r\n"), (TSV, b'?label\t?days\n"must"@en\t45\n')):
        client.setReturnFormat(style)
        assert client.queryAndConvert() == part
    client.setReturnFormat(XML)
    assert client.queryAndConvert().getElementsByTagName("literal")[0].firstChild.data == "must"
    client.setQuery("CONSTRUCT WHERE { sg:must a ?kind }")
    for style in (TURTLE, RDFXML, JSONLD):
        client.setReturnFormat(style)
        found = client.queryAndConvert()
        graph = found if isinstance(found, Graph) else Graph().parse(io.BytesIO(found), format="turtle")
        assert (SG.must, RDF.type, SG.Modality) in graph


def test_sparqlwrapper_asks_and_names_graphs(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint, returnFormat=JSON)
    client.setQuery("ASK { ?act a sg:Legislation }")
    assert client.queryAndConvert()["boolean"] is True
    client.addDefaultGraph(str(GRAPH.changes))
    assert client.queryAndConvert()["boolean"] is False


def test_sparqlwrapper_tells_what_is_wrong(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint, returnFormat=JSON)
    client.setQuery("SELECT * { ?s")
    with pytest.raises(QueryBadFormed, match="line 1, column"):
        client.query()


def test_pandas_reads_results_from_the_address(endpoint: str) -> None:
    address = f"{endpoint}?{urlencode({'query': SELECT, 'format': 'csv'})}"
    frame = pandas.read_csv(address)
    assert frame.to_dict("list") == {"label": ["must"], "days": [45]}
    frame = pandas.read_csv(
        f"{endpoint}?{urlencode({'query': SELECT})}", storage_options={"Accept": "text/csv"}, dtype={"days": "int64"}
    )
    assert list(frame.columns) == ["label", "days"]
    assert frame["days"].dtype == "int64"


def test_pandas_reads_the_downloads(hash_server: Server) -> None:
    clocks = pandas.read_csv(f"{hash_server.url}/downloads/latest/clocks.csv")
    assert {"duty", "duration", "day_kind", "bearers"} <= set(clocks.columns)
    assert (clocks["duration"] == "P45D").sum() >= 5


def test_rdflib_queries_the_service(endpoint: str) -> None:
    graph = Graph(SPARQLStore(endpoint, returnFormat="json"))
    (row,) = graph.query(f"PREFIX sg: <{SG}> {LAW}")
    assert row["acts"].toPython() > 50
    assert (SG.must, RDF.type, SG.Modality) in graph
    assert Graph(SPARQLStore(endpoint, returnFormat="xml")).query(f"PREFIX sg: <{SG}> ASK {{ ?a a sg:Duty }}").askAnswer


def test_rdflib_calls_the_service_from_a_query_of_its_own(endpoint: str) -> None:
    (row,) = Graph().query(
        f"SELECT * {{ SERVICE <{endpoint}> {{ ?act a <{SG.Modality}> . FILTER(?act = <{SG.must}>) }} }}"
    )
    assert row["act"] == SG.must


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_a_record_from_its_address(hash_server: Server) -> None:
    duty = "duty/wt2023/155/conclude"
    for graph in (
        Graph().parse(f"{hash_server.url}/id/{duty}"),
        Graph().parse(f"{hash_server.url}/id/{duty}.jsonld", format="json-ld"),
    ):
        assert (URIRef(ID[duty]), SG.modality, SG.should) in graph


def test_rdflib_reads_the_service_description_and_the_ontology(hash_server: Server) -> None:
    assert len(Graph().parse(f"{hash_server.url}/sparql")) > 500
    assert (SG.Duty, RDF.type, None) in Graph().parse(f"{hash_server.url}/ontology")
