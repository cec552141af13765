"""Two minutes of sixteen clients: light queries stay quick, questions are answered, nothing adds up."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from conftest import Server

from ontology.questions import competency_questions

pytestmark = pytest.mark.long

SECONDS = float(os.environ.get("SOAK_SECONDS", "120"))
LIGHT_CLIENTS, KILLER_CLIENTS, ASKING_CLIENTS = 8, 6, 2
#: Of the light queries' times; measured here, where a budget of 300 ms is asked for.
MOST_MILLISECONDS = 300
#: The budget of the service, its workers included.
MOST_MEGABYTES = 500
KILLERS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (COUNT(*) AS ?n) { ?a (sg:includes|^sg:includes|sg:hasPart|^sg:hasPart|sg:bearer|^sg:bearer)* ?b }",
    "SELECT (COUNT(*) AS ?n) { ?a (!sg:nothing)+ ?b . ?b (!sg:nothing)+ ?c }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a+)+(b+)+(c+)+$') } LIMIT 1",
    "SELECT * { ?a ?b ?c FILTER REGEX(STR(?c), '((((a{9}){9}){9}){9}){9}') }",
    "ASK { " + "{" * 20_000 + "}" * 20_000 + " }",
    "CONSTRUCT { ?a ?e ?c } { ?a ?b ?c . ?d ?e ?f }",
    "#" * 1_000_000,
)


class Load:
    """Clients that send what they are given, one thing after another, until told to stop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.stopped = threading.Event()
        self.statuses: dict[str, Counter[int]] = {"light": Counter(), "killer": Counter(), "ask": Counter()}
        self.times: dict[str, list[float]] = {"light": [], "killer": [], "ask": []}

    def client(self, kind: str, send: Callable[[httpx.Client], httpx.Response]) -> threading.Thread:
        def work() -> None:
            with httpx.Client(base_url=self.url, timeout=60) as client:
                while not self.stopped.is_set():
                    started = time.perf_counter()
                    response = send(client)
                    self.times[kind].append((time.perf_counter() - started) * 1000)
                    self.statuses[kind][response.status_code] += 1
                    # A client that is turned away comes back sooner than it is told to.
                    self.stopped.wait(0.5 if response.status_code == 503 else 0.02)

        return threading.Thread(target=work)

    def percentile(self, kind: str, share: float) -> float:
        times = sorted(self.times[kind])
        return times[min(int(share * len(times)), len(times) - 1)]


def tree(process: int) -> list[int]:
    """A process and every one below it."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found += tree(int(child))
    return found


def proportional_megabytes(processes: list[int]) -> float:
    """Their memory, where what several share counts once."""
    total = 0
    for one in processes:
        lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def test_light_queries_stay_quick_among_killers(serve: Callable[..., Server], hash_data: Path) -> None:
    server = serve(hash_data, SAFEGUARD_QUERY_SECONDS="10")
    questions = [one.query for one in competency_questions()]
    httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=60)
    time.sleep(1)
    before = tree(server.process.pid)
    memory, files = proportional_megabytes(before), len(os.listdir(f"/proc/{server.process.pid}/fd"))
    load, pick = Load(server.url), random.Random(13)

    def light(client: httpx.Client) -> httpx.Response:
        return client.get("/sparql", params={"query": pick.choice(questions)})

    def killer(client: httpx.Client) -> httpx.Response:
        return client.post("/sparql", data={"query": pick.choice(KILLERS)})

    def ask(client: httpx.Client) -> httpx.Response:
        return client.post("/api/ask", json={"q": "When does the core group meet?"})

    clients = [load.client("light", light) for _ in range(LIGHT_CLIENTS)]
    clients += [load.client("killer", killer) for _ in range(KILLER_CLIENTS)]
    clients += [load.client("ask", ask) for _ in range(ASKING_CLIENTS)]
    for one in clients:
        one.start()
    time.sleep(SECONDS)
    load.stopped.set()
    for one in clients:
        one.join()
    time.sleep(2)
    after = tree(server.process.pid)
    figures = {
        kind: {
            "requests": len(load.times[kind]),
            "statuses": dict(load.statuses[kind]),
            "p50": round(load.percentile(kind, 0.5)),
            "p99": round(load.percentile(kind, 0.99)),
        }
        for kind in load.times
    }
    whole = proportional_megabytes(after)
    growth = whole - memory
    print(f"\n{figures}\nprocesses {len(before)} then {len(after)}, memory {memory:.0f} MB, then {growth:+.0f} MB")
    assert set(load.statuses["light"]) == {200}
    assert set(load.statuses["ask"]) == {200}
    assert set(load.statuses["killer"]) <= {200, 400, 413, 503, 504}
    assert load.percentile("light", 0.99) < MOST_MILLISECONDS
    assert len(after) <= len(before) + 4
    assert len(os.listdir(f"/proc/{server.process.pid}/fd")) <= files + 10
    assert growth < 150
    assert whole < MOST_MEGABYTES
