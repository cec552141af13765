"""Queries are read only, stay on this machine, and cannot take the service down."""

import csv
import io
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Server

from indexer.build import open_build
from ontology.errors import BuildError, QueryBusy, QueryError, QueryTimeout
from ontology.namespaces import GRAPH
from service.sparql import CSV_RESULTS, JSON_RESULTS, QueryPool, refuse

COMPETENCY = Path(__file__).parent.parent / "ontology" / "competency"
QUERIES = sorted(COMPETENCY.glob("*.rq"))
#: Hours of work.
KILLER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUICK = "SELECT ?label { sg:must rdfs:label ?label }"
HTML = {"Accept": "text/html"}
IS_UPDATE = "This is an update; the graph can only be read. Use SELECT, ASK, CONSTRUCT or DESCRIBE."
READ_ONLY = "The graph can only be read: updates are refused. Send a query."
NO_SERVICE = "SERVICE is not allowed: queries reach no other server."


@pytest.fixture(scope="module")
def folder(hash_data: Path) -> Path:
    return open_build(hash_data).folder


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[QueryPool]:
    pool = QueryPool(folder, seconds=20)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


def rows(pool: QueryPool, query: str) -> list[dict[str, str]]:
    bindings = json.loads(pool.run(query).body)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in bindings]


# Forms of query, and what they give.


def test_select_gives_json_or_csv(pool: QueryPool) -> None:
    asked = pool.run(QUICK)
    assert (asked.form, asked.media_type) == ("solutions", "application/sparql-results+json")
    assert [row["label"]["value"] for row in json.loads(asked.body)["results"]["bindings"]] == ["must"]
    table = pool.run(QUICK, CSV_RESULTS)
    assert (table.form, table.media_type) == ("solutions", "text/csv")
    assert table.body.decode().splitlines() == ["label", "must"]


@pytest.mark.parametrize("wanted", [JSON_RESULTS, CSV_RESULTS])
def test_ask_gives_a_boolean_as_json(pool: QueryPool, wanted: str) -> None:
    asked = pool.run("ASK { ?duty a sg:Duty }", wanted)
    assert (asked.form, asked.media_type) == ("boolean", "application/sparql-results+json")
    assert json.loads(asked.body)["boolean"] is True
    assert json.loads(pool.run("ASK { ?duty a sg:NoSuchClass }").body)["boolean"] is False


@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { sg:must } ?s ?p ?o }", "DESCRIBE sg:must"]
)
def test_triples_are_given_as_turtle(pool: QueryPool, query: str) -> None:
    result = pool.run(query)
    assert (result.form, result.media_type) == ("triples", "text/turtle")
    assert "sg:must " in result.body.decode()


def test_no_rows_is_a_result(pool: QueryPool) -> None:
    assert rows(pool, "SELECT * { ?s a sg:NoSuchClass }") == []


GRAPHS = ("ontology", "law", "wt2018", "wt2023-draft", "wt2023", "wt2026", "changes", "inferred")


def test_the_default_graph_is_all_graphs_together(pool: QueryPool) -> None:
    (together,) = rows(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    named = rows(pool, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    graphs = {row["g"]: int(row["n"]) for row in named}
    assert {str(GRAPH[name]) for name in GRAPHS} == set(graphs)
    (distinct,) = rows(pool, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
    assert max(graphs.values()) < int(together["n"]) == int(distinct["n"])


def test_known_prefixes_need_no_declaration_and_can_be_declared(pool: QueryPool) -> None:
    declared = "PREFIX x: <https://w3id.org/safeguarding-kg/ontology#> SELECT ?label { x:must rdfs:label ?label }"
    assert rows(pool, declared) == rows(pool, QUICK) == [{"label": "must"}]


# What is refused.


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10"),
        (" \n\t", "The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10"),
        ("#" * 100_001, "The query has 100,001 characters; the most is 100,000."),
        ("INSERT DATA { sg:a sg:b sg:c }", IS_UPDATE),
        ("insert data { sg:a sg:b sg:c }", IS_UPDATE),
        ("DELETE WHERE { ?s ?p ?o }", IS_UPDATE),
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", IS_UPDATE),
        ("WITH graph:law DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", IS_UPDATE),
        ("LOAD <http://localhost/>", IS_UPDATE),
        ("CLEAR ALL", IS_UPDATE),
        ("DROP GRAPH graph:law", IS_UPDATE),
        ("CREATE GRAPH graph:other", IS_UPDATE),
        ("COPY graph:law TO graph:other", IS_UPDATE),
        ("MOVE graph:law TO graph:other", IS_UPDATE),
        ("ADD graph:law TO graph:other", IS_UPDATE),
        ("PREFIX a: <http://localhost/> INSERT DATA { a:a a:b a:c }", IS_UPDATE),
        ("# a remark\nBASE <http://localhost/>\nDROP ALL", IS_UPDATE),
        ("\\u0049NSERT DATA { sg:a sg:b sg:c }", IS_UPDATE),
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { service <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { SeRvIcE SILENT <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { S\\u0045RVICE <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { \\U00000053ERVICE <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { SERVICE ?where { ?s ?p ?o } }", NO_SERVICE),
        ("SELECT * { ?s ?p ?o OPTIONAL { SERVICE <http://localhost/> { ?s ?p ?o } } }", NO_SERVICE),
        ("SELECT * { { SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } } } }", NO_SERVICE),
        ("ASK { ?s ?p ?o FILTER EXISTS { SERVICE <http://localhost/> { ?s ?p ?o } } }", NO_SERVICE),
        ("DESCRIBE ?s { SERVICE <http://localhost/> { ?s ?p ?o } }", NO_SERVICE),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o MINUS { SERVICE <http://localhost/> { ?s ?p ?o } } }", NO_SERVICE),
        ("SELECT * { # a remark\r SERVICE <http://localhost/> { ?s ?p ?o }\n}", NO_SERVICE),
    ],
)  # fmt: skip
def test_what_is_never_run(pool: QueryPool, query: str, sentence: str) -> None:
    with pytest.raises(QueryError) as refused:
        pool.run(query)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s sg:gist ?gist FILTER CONTAINS(?gist, 'SERVICE') }",
        'SELECT * { ?s rdfs:label "a service for children" }',
        "SELECT ?service { ?service a sg:Duty } LIMIT 1",
        "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE <http://localhost/> { }",
        "PREFIX service: <http://localhost/> SELECT * { ?s service:of ?o }",
        "SELECT * { ?s ?p <http://localhost/service> }",
        "SELECT ('INSERT DATA { }' AS ?text) {}",
        "# DELETE WHERE { ?s ?p ?o }\nASK {}",
        "SELECT ?insert { ?insert a sg:Duty } LIMIT 1",
    ],
)
def test_a_word_that_only_looks_dangerous_is_allowed(pool: QueryPool, query: str) -> None:
    pool.run(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT",
        "SELECT * { ?s ?p }",
        "SELECT * { ?s ?p ?o",
        "SELEKT * { ?s ?p ?o }",
        "SELECT * { ?s nope:nope ?o }",
        "SELECT (COUNT(?s AS ?n) { ?s ?p ?o }",
        "ASK {} INSERT DATA { sg:a sg:b sg:c }",
        "ASK { ?s ?p '\\UFFFFFFFF' }",
        "ASK { ?s ?p '\\uD800' }",
        "ASK { ?s ?p '\x00",
        "{" * 5000,
        "<script>alert(1)</script>",
    ],
)
def test_a_malformed_query_is_said_to_be_unreadable(pool: QueryPool, query: str) -> None:
    with pytest.raises(QueryError, match=r"^The query cannot be read: "):
        pool.run(query)
    assert rows(pool, QUICK) == [{"label": "must"}]


def test_nothing_can_be_written(pool: QueryPool) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    before = rows(pool, count)
    for query in (
        "INSERT DATA { sg:a sg:b sg:c }",
        "PREFIX a: <b> # >\n#\nINSERT DATA { sg:a sg:b sg:c }",
        "CLEAR ALL",
    ):
        with pytest.raises(QueryError):
            pool.run(query)
    assert rows(pool, count) == before


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """The address of another server, and the requests that reached it."""
    reached: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            reached.append(self.requestline)
            self.send_response(200)
            self.send_header("Content-Type", JSON_RESULTS)
            self.end_headers()
            self.wfile.write(b'{"head": {"vars": []}, "results": {"bindings": []}}')

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}/", reached
        other.shutdown()


def test_the_other_server_of_these_tests_can_be_reached(elsewhere: tuple[str, list[str]]) -> None:
    address, reached = elsewhere
    httpx.get(address)
    assert reached.pop() == "GET / HTTP/1.1"


#: Queries that two parsers read differently: escapes that end a literal for one only, comments that do not end alike.
HIDDEN = (
    'SELECT * { OPTIONAL { ?s ?p "a\\u0022,\\u0022\\u0022\\u0022" } '
    'SERVICE <ADDRESS> { ?s ?p "b\\u0022\\u0022\\u0022 } }#" } }',
    "ASK { #\r SERVICE <ADDRESS> { ?s ?p ?o } \n }",
    "ASK { #\\u000A SERVICE <ADDRESS> { ?s ?p ?o } \n }",
    "ASK { SERVICE SILENT <ADDRESS> { ?s ?p ?o } }",
    "ASK { BIND(<ADDRESS> AS ?where) SERVICE ?where { ?s ?p ?o } }",
    "SELECT * FROM <ADDRESS> { ?s ?p ?o } LIMIT 1",
    "SELECT * FROM NAMED <ADDRESS> { GRAPH ?g { ?s ?p ?o } } LIMIT 1",
    "LOAD <ADDRESS>",
)


@pytest.mark.parametrize("query", HIDDEN)
def test_no_query_reaches_another_server(pool: QueryPool, elsewhere: tuple[str, list[str]], query: str) -> None:
    address, reached = elsewhere
    with suppress(QueryError):
        pool.run(query.replace("ADDRESS", address))
    assert reached == []


@pytest.mark.parametrize("query", HIDDEN)
def test_a_worker_could_not_reach_another_server_if_it_were_let(
    folder: Path, elsewhere: tuple[str, list[str]], query: str
) -> None:
    """The second wall: the worker process may open no socket, whatever the query is."""
    from service.sparql import _Worker

    address, reached = elsewhere
    worker = _Worker(folder / "graph.nq")
    try:
        with suppress(QueryError):
            worker.run(query.replace("ADDRESS", address), JSON_RESULTS, 10)
    finally:
        worker.kill()
    assert reached == []


# Queries that run away.


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_query_that_runs_away_is_stopped_with_its_process(folder: Path) -> None:
    others = children()
    pool = QueryPool(folder, seconds=1)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        (worker,) = children() - others
        started = time.monotonic()
        with pytest.raises(QueryTimeout) as stopped:
            pool.run(KILLER)
        assert 1 <= time.monotonic() - started < 3
        assert str(stopped.value) == "The query ran longer than 1 seconds and was stopped; make it narrower."
        assert worker not in children()
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()
    wait_until(lambda: children() == others)


@pytest.mark.parametrize("seconds", [0.3, 1])
def test_a_query_that_eats_memory_is_stopped(folder: Path, seconds: float) -> None:
    pool = QueryPool(folder, seconds=seconds)
    try:
        with pytest.raises(QueryError):
            pool.run("SELECT * { ?a ?b ?c . ?d ?e ?f }")
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_a_result_too_large_to_send_is_refused(folder: Path) -> None:
    pool = QueryPool(folder, seconds=60)
    try:
        with pytest.raises(QueryError) as refused:
            pool.run("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000")
        assert str(refused.value) == "The result is larger than 50 MB; add a LIMIT."
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_who_finds_everyone_waiting_is_turned_away_at_once(folder: Path) -> None:
    pool = QueryPool(folder, workers=1, seconds=1.5, waiting=1)
    assert rows(pool, QUICK) == [{"label": "must"}]  # the worker has read its graph
    outcomes: list[type[Exception]] = []

    def run() -> None:
        try:
            pool.run(KILLER)
        except QueryError as error:
            outcomes.append(type(error))

    try:
        with ThreadPoolExecutor(3) as callers:
            taken = [callers.submit(run) for _ in range(3)]
            wait_until(lambda: outcomes == [QueryBusy], 1.2)  # long before the first of them is stopped
            started = time.monotonic()
            with pytest.raises(QueryBusy) as busy:
                pool.run(QUICK)
            assert time.monotonic() - started < 0.5
            assert str(busy.value) == "Other queries are running; try again in a few seconds."
            for one in taken:
                one.result()
        assert sorted(outcomes, key=str) == sorted([QueryBusy, QueryTimeout, QueryTimeout], key=str)
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_a_quick_query_is_answered_while_another_runs_away(folder: Path) -> None:
    pool = QueryPool(folder, workers=2, seconds=2)
    try:
        with ThreadPoolExecutor(1) as callers:
            runaway = callers.submit(pool.run, KILLER)
            assert rows(pool, QUICK) == [{"label": "must"}]
            assert not runaway.done()
            with pytest.raises(QueryTimeout):
                runaway.result()
    finally:
        pool.close()


def test_a_worker_killed_from_outside_is_replaced(folder: Path) -> None:
    others = children()
    pool = QueryPool(folder)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        (worker,) = children() - others
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: worker not in children())
        assert rows(pool, QUICK) == [{"label": "must"}]
        (successor,) = children() - others
        assert successor != worker
    finally:
        pool.close()


def test_a_graph_that_cannot_be_read_is_a_fault_of_the_build(tmp_path: Path) -> None:
    (tmp_path / "graph.nq").write_text("this is no graph", encoding="utf-8")
    pool = QueryPool(tmp_path)
    with pytest.raises(BuildError) as failed:
        pool.run(QUICK)
    assert str(failed.value) == "The graph could not be read for querying; run `safeguard check`."


def test_refusing_a_long_query_takes_no_time() -> None:
    """What is decided before the clock of a query starts must not be slow."""
    nested = "(" * 2000 + "1" + ")" * 2000
    started = time.monotonic()
    for query in (f"SELECT ?service {{ FILTER {nested} }}", "SELECT ?service { " + "{" * 5000, "service " * 12_000):
        with suppress(QueryError):
            refuse(query)
    assert time.monotonic() - started < 5


# Over HTTP, as the SPARQL 1.1 Protocol has it.


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "*/*", None])
def test_the_three_ways_to_send_a_query_give_the_same(client: httpx.Client, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    typed = {**headers, "Content-Type": "application/sparql-query; charset=utf-8"}
    responses = [
        client.get("/sparql", params={"query": QUICK}, headers=headers),
        client.post("/sparql", data={"query": QUICK}, headers=headers),
        client.post("/sparql", content=QUICK, headers=typed),
    ]
    for response in responses:
        assert (response.status_code, response.headers["content-type"]) == (200, "application/sparql-results+json")
        assert [row["label"]["value"] for row in response.json()["results"]["bindings"]] == ["must"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (QUICK, "text/csv", "text/csv"),
        (QUICK, "application/sparql-results+json", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("DESCRIBE sg:must", "text/turtle", "text/turtle"),
        ("CONSTRUCT WHERE { sg:must ?p ?o }", "*/*", "text/turtle"),
        (QUICK, "text/html", "text/html"),
        ("DESCRIBE sg:must", "text/html", "text/html"),
        ("ASK {}", "text/html", "text/html"),
    ],
)
def test_media_types(client: httpx.Client, query: str, accept: str, media_type: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"data": {"query": "INSERT DATA { sg:a sg:b sg:c }"}}, IS_UPDATE),
        ({"data": {"update": "INSERT DATA { sg:a sg:b sg:c }"}}, READ_ONLY),
        ({"data": {"query": QUICK, "update": "CLEAR ALL"}}, READ_ONLY),
        ({"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, READ_ONLY),
        ({"content": QUICK, "headers": {"Content-Type": "Application/SPARQL-Update; charset=utf-8"}}, READ_ONLY),
        ({"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-query"}}, IS_UPDATE),
        ({"data": {"query": "ASK { SERVICE <http://localhost/> {} }"}}, NO_SERVICE),
        (
            {"content": b"ASK { ?s ?p '\xff' }", "headers": {"Content-Type": "application/sparql-query"}},
            "The query is not UTF-8.",
        ),
        ({"data": {"query": ""}}, "The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10"),
        ({"data": {}}, "The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10"),
    ],
)
def test_what_is_refused_over_http_is_a_400(client: httpx.Client, sent: dict[str, Any], sentence: str) -> None:
    response = client.post("/sparql", **sent)
    assert (response.status_code, response.json()) == (400, {"error": sentence})


def test_an_update_in_the_address_is_not_run(client: httpx.Client) -> None:
    count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    before = client.get("/sparql", params=count).json()
    client.get("/sparql", params={"update": "CLEAR ALL"})
    assert client.get("/sparql", params=count).json() == before


@pytest.mark.parametrize("headers", [HTML, {}])
def test_a_malformed_query_is_a_400(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.get("/sparql", params={"query": "SELECT * { ?s"}, headers=headers)
    assert response.status_code == 400
    assert "The query cannot be read: " in response.text


def test_a_runaway_query_is_a_504_and_questions_are_answered_meanwhile(server: Server) -> None:
    def run(headers: dict[str, str]) -> httpx.Response:
        return httpx.get(f"{server.url}/sparql", params={"query": KILLER}, headers=headers, timeout=20)

    with ThreadPoolExecutor(2) as callers:
        waiting = [callers.submit(run, headers) for headers in (HTML, {})]
        started = time.monotonic()
        asked = httpx.get(f"{server.url}/api/ask", params={"q": "When does the core group meet?"})
        assert (asked.status_code, asked.json()["status"]) == (200, "answered")
        assert time.monotonic() - started < 2
        assert not any(one.done() for one in waiting)
        for one in waiting:
            assert one.result().status_code == 504
            assert "The query ran longer than 2 seconds and was stopped; make it narrower." in one.result().text
    assert httpx.get(f"{server.url}/sparql", params={"query": QUICK}).status_code == 200
    assert httpx.get(f"{server.url}/api/ask", params={"q": "When does the core group meet?"}).status_code == 200


# Competency questions: what the graph must be able to answer.


def test_there_are_competency_questions() -> None:
    assert len(QUERIES) >= 15
    assert {path.stem for path in QUERIES} == {path.stem for path in COMPETENCY.glob("*.csv")}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_competency_question(pool: QueryPool, path: Path) -> None:
    result = pool.run(path.read_text(encoding="utf-8"), CSV_RESULTS)
    assert result.form == "solutions"
    given = list(csv.reader(io.StringIO(result.body.decode())))
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    assert given[0] == expected[0]
    assert sorted(given[1:]) == sorted(expected[1:])
    assert expected[1:], "a question that finds nothing shows nothing"
