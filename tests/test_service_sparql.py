"""Queries are read only, stay on this machine, and cannot take the service down."""

import csv
import io
import json
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
from ontology.questions import CompetencyQuestion, by_purpose, competency_questions
from service.media_types import CSV_RESULTS, JSON_RESULTS
from service.query_text import read_words
from service.query_worker import MEMORY
from service.results import LARGEST_RESULT
from service.sparql import SHORT_QUERIES, WAITING, QueryPool, _Parent, _Worker

QUESTIONS = competency_questions()
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
def client(hash_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hash_server.url, timeout=20) as client:
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
        ("ASK { ?s ?p trueSERVICE <http://localhost/> {} }", NO_SERVICE),
        ("ASK { ?s a ex:a\\# SERVICE <http://localhost/> {} \n }", NO_SERVICE),
        ('ASK { VALUES ?x { """a" } SERVICE <http://localhost/> {} }', NO_SERVICE),
        ("ASK { FILTER(1<2)SERVICE<http://localhost/>{} }", NO_SERVICE),
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
        "SELECT * { ?s rdfs:label 'it\\'s a SERVICE' }",
        'SELECT * { ?s rdfs:label """a "SERVICE" <http://localhost/> {}""" }',
        "SELECT * { ?s rdfs:label 'x'@en-service }",
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
    address, reached = elsewhere
    parent = _Parent(folder / "graph.nq")
    try:
        _Worker(parent).run(request(query.replace("ADDRESS", address)), 10)
    finally:
        parent.close()
    assert reached == []


def request(query: str) -> dict[str, Any]:
    """What a worker is sent, for a query that nobody has looked at."""
    return {
        "query": query,
        "prefixes": {},
        "media_type": JSON_RESULTS,
        "names_graphs": False,
        "default_graphs": (),
        "named_graphs": (),
    }


# Queries that run away.


def processes(parent: int | None = None) -> set[int]:
    """Every process below this one, at any remove, that has not ended."""
    found: set[int] = set()
    for task in Path(f"/proc/{parent or os.getpid()}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text(encoding="ascii").split()):
                if Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z":
                    found |= {child, *processes(child)}
    return found


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_query_that_runs_away_is_stopped_with_its_process(folder: Path) -> None:
    others = processes()
    pool = QueryPool(folder, seconds=1)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        started = time.monotonic()
        with ThreadPoolExecutor(1) as callers:
            runaway = callers.submit(pool.run, KILLER)
            time.sleep(0.7)
            during = processes() - others
            with pytest.raises(QueryTimeout) as stopped:
                runaway.result()
        assert 1 <= time.monotonic() - started < 3
        assert str(stopped.value) == "The query ran longer than 1 seconds and was stopped; make it narrower."
        wait_until(lambda: len(during - processes()) == 1)
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()
    wait_until(lambda: processes() <= others)


def test_processes_and_files_do_not_add_up(folder: Path) -> None:
    others = processes()
    pool = QueryPool(folder, workers=1, seconds=0.5)

    def run_away_and_come_back() -> None:
        with pytest.raises(QueryTimeout):
            pool.run(KILLER)
        assert rows(pool, QUICK) == [{"label": "must"}]

    def held() -> tuple[int, int]:
        return len(processes() - others), len(os.listdir("/proc/self/fd"))

    try:
        run_away_and_come_back()
        wait_until(lambda: held()[0] == 2)  # the parent and one worker
        before = held()
        for _ in range(5):
            run_away_and_come_back()
        wait_until(lambda: held() == before)
    finally:
        pool.close()


def test_a_query_that_eats_memory_is_stopped(folder: Path) -> None:
    pool = QueryPool(folder, seconds=60)
    try:
        with pytest.raises(QueryError) as stopped:
            pool.run("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f")
        assert type(stopped.value) is QueryError
        assert str(stopped.value) == "The query used more memory than it may; make it narrower."
        assert MEMORY <= 1 << 30
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_a_result_beyond_the_limit_is_cut_off_and_says_so(folder: Path) -> None:
    pool = QueryPool(folder, seconds=60)
    try:
        result = pool.run("SELECT * { ?a ?b ?c . ?d ?e ?f }")
        given = json.loads(result.body)
        count = len(given["results"]["bindings"])
        notice = f"Only the first {count:,} rows are given: a result holds at most 20 MB. Add a LIMIT."
        assert result.notice == given["notice"] == notice
        assert LARGEST_RESULT * 0.9 < len(result.body) < LARGEST_RESULT + 1000
        narrow = pool.run("SELECT ?e { ?a ?b ?c . ?d ?e ?f }", CSV_RESULTS)
        assert narrow.body.count(b"\r\n") == 100_001
        assert narrow.notice == (
            "Only the first 100,000 rows are given: a result holds at most 100,000 rows. Add a LIMIT."
        )
        triples = pool.run("CONSTRUCT { ?a ?b ?e } { ?a ?b ?c . ?d ?e ?f }", "application/n-triples")
        assert triples.notice == "Only the first 100,000 triples are given: a result holds no more. Add a LIMIT."
    finally:
        pool.close()


def test_who_finds_everyone_waiting_is_turned_away_at_once(folder: Path) -> None:
    pool = QueryPool(folder, workers=1, seconds=3, long_waiting=1)
    assert rows(pool, QUICK) == [{"label": "must"}]
    try:
        with ThreadPoolExecutor(3) as callers:
            taken = [callers.submit(pool.run, KILLER) for _ in range(3)]
            wait_until(lambda: any(one.done() for one in taken), 2.5)  # long before the first of them is stopped
            (turned_away,) = [one for one in taken if one.done()]
            assert isinstance(turned_away.exception(), QueryBusy)
            started = time.monotonic()
            with pytest.raises(QueryBusy) as busy:
                pool.run(KILLER)
            assert time.monotonic() - started < 1
            assert str(busy.value) == "Other queries are running; try again in a few seconds."
            assert rows(pool, QUICK) == [{"label": "must"}]  # a short query is answered even so
            assert {type(one.exception()) for one in taken if one is not turned_away} == {QueryTimeout}
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_the_queue_for_short_queries_has_an_end(folder: Path) -> None:
    pool = QueryPool(folder, seconds=3)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        callers = SHORT_QUERIES + WAITING + 5
        with ThreadPoolExecutor(callers) as crowd:
            waiting = [crowd.submit(pool.run, KILLER) for _ in range(callers)]
            outcomes = {type(one.exception()) for one in waiting}
        assert outcomes == {QueryBusy, QueryTimeout}
        assert rows(pool, QUICK) == [{"label": "must"}]
    finally:
        pool.close()


def test_quick_queries_are_answered_while_others_run_away(folder: Path) -> None:
    pool = QueryPool(folder, workers=2, seconds=3)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        with ThreadPoolExecutor(4) as callers:
            runaways = [callers.submit(pool.run, KILLER) for _ in range(4)]
            time.sleep(1)
            for _ in range(20):
                assert rows(pool, QUICK) == [{"label": "must"}]
            assert not any(one.done() for one in runaways)
            assert {type(one.exception()) for one in runaways} == {QueryTimeout}
    finally:
        pool.close()


def test_a_process_killed_from_outside_is_replaced(folder: Path) -> None:
    others = processes()
    pool = QueryPool(folder)
    try:
        assert rows(pool, QUICK) == [{"label": "must"}]
        first = processes() - others
        assert len(first) == 2  # the parent and one worker
        os.kill(max(first), signal.SIGKILL)
        assert rows(pool, QUICK) == [{"label": "must"}]
        for one in processes() - others:
            os.kill(one, signal.SIGKILL)
        assert rows(pool, QUICK) == [{"label": "must"}]
        assert not (processes() - others) & first
    finally:
        pool.close()


def test_a_graph_that_cannot_be_read_is_a_fault_of_the_build(tmp_path: Path) -> None:
    (tmp_path / "graph.nq").write_text("this is no graph", encoding="utf-8")
    pool = QueryPool(tmp_path)
    with pytest.raises(BuildError) as failed:
        pool.run(QUICK)
    assert str(failed.value) == "The graph could not be read for querying; run `safeguard check`."


#: What a careless cutter of tokens looks at again and again: literals and addresses that never close.
SLOW_TO_CUT = ('"' * 99_999, "'" * 99_998, '"\\"' * 33_000, "<" * 99_999, "<a" * 49_000, "\\" * 99_999, "?" * 99_999)


def test_refusing_a_long_query_takes_no_time() -> None:
    """What is decided before the clock of a query starts must not be slow."""
    nested = "(" * 2000 + "1" + ")" * 2000
    started = time.monotonic()
    for query in (f"SELECT ?service {{ FILTER {nested} }}", "service " * 12_000, *SLOW_TO_CUT):
        with suppress(QueryError):
            read_words(query)
    assert time.monotonic() - started < 2


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


def test_a_runaway_query_is_a_504_and_questions_are_answered_meanwhile(hash_server: Server) -> None:
    def run(headers: dict[str, str]) -> httpx.Response:
        return httpx.get(f"{hash_server.url}/sparql", params={"query": KILLER}, headers=headers, timeout=20)

    with ThreadPoolExecutor(2) as callers:
        waiting = [callers.submit(run, headers) for headers in (HTML, {})]
        started = time.monotonic()
        asked = httpx.get(f"{hash_server.url}/api/ask", params={"q": "When does the core group meet?"})
        assert (asked.status_code, asked.json()["status"]) == (200, "answered")
        assert time.monotonic() - started < 2
        assert not any(one.done() for one in waiting)
        for one in waiting:
            assert one.result().status_code == 504
            assert "The query ran longer than 2 seconds and was stopped; make it narrower." in one.result().text
    assert httpx.get(f"{hash_server.url}/sparql", params={"query": QUICK}).status_code == 200
    assert httpx.get(f"{hash_server.url}/api/ask", params={"q": "When does the core group meet?"}).status_code == 200


# Competency questions: what the graph must be able to answer.


def test_there_are_forty_competency_questions_each_with_a_purpose() -> None:
    assert len(QUESTIONS) >= 40
    assert len({one.question for one in QUESTIONS}) == len(QUESTIONS)
    assert all(one.question.endswith("?") for one in QUESTIONS)
    assert 5 <= len(by_purpose(QUESTIONS)) <= 12


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: one.id)
def test_competency_question(pool: QueryPool, asked: CompetencyQuestion) -> None:
    result = pool.run(asked.query, CSV_RESULTS)
    assert result.form == "solutions"
    header, *given = (tuple(row) for row in csv.reader(io.StringIO(result.body.decode(), newline="")))
    assert header == asked.header
    assert sorted(given) == sorted(asked.rows)
    assert asked.rows, "a question that finds nothing shows nothing"
