"""`make bench`: measures the budgets of the architecture on this machine and prints them as a table."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
from rdflib import Dataset, Graph

from indexer.build import GRAPH_FILE, open_build
from ontology.namespaces import PREFIXES
from service.settings import read_settings

SAFEGUARD = str(Path(sys.executable).parent / "safeguard")
QUESTION = "How long do we have to hold the first conference after a strategy meeting?"
QUESTIONS = (
    QUESTION,
    "when does the core group meet",
    "who must be at a strategy discussion",
    "s47 who leads",
    "how fast must we acknowledge a referral",
    "family refuses early help",
    "deadline serious incident notification",
    "what is the fostering allowance",
)
COMPETENCY = sorted((Path(__file__).parent.parent / "ontology" / "competency").glob("*.rq"))


def main() -> None:
    """Print one row per budget: what, budget, measured."""
    rows = [("what", "budget", "measured")]
    cold = [seconds(lambda: run("ask", QUESTION)) for _ in range(6)][1:]
    rows.append(("cold `safeguard ask`", "1.5 s", f"{statistics.median(cold):.2f} s (worst of 5: {max(cold):.2f})"))
    dropped = [seconds(lambda: run("ask", QUESTION)) for _ in range(3) if drop_caches()]
    measured = f"{statistics.median(dropped):.2f} s" if dropped else "not measured: the cache cannot be dropped here"
    rows.append(("the same, file cache dropped", "2 s", measured))
    with server() as (port, ready, pid):
        rows.append(("service ready", "2 s", f"{ready:.2f} s"))
        times = sorted(milliseconds(lambda n=n: ask(port, QUESTIONS[n % len(QUESTIONS)])) for n in range(400))
        rows.append(("/api/ask warm, p50", "15 ms", f"{times[200]:.1f} ms"))
        rows.append(("/api/ask warm, p99", "60 ms", f"{times[396]:.1f} ms"))
        sparql(port, COMPETENCY[0].read_text(encoding="utf-8"))
        queries = [q.read_text(encoding="utf-8") for q in COMPETENCY]
        times = sorted(
            milliseconds(lambda n=n: sparql(port, queries[n % len(queries)])) for n in range(10 * len(queries))
        )
        rows.append(("competency query over HTTP, p50", "10 ms", f"{times[len(times) // 2]:.1f} ms"))
        rows.append(("service memory, workers included", "500 MB", f"{resident(pid):.0f} MB"))
    with tempfile.TemporaryDirectory() as folder:
        full = seconds(lambda: run("build", data=folder))
    rows.append(("full build from nothing", "90 s", f"{full:.1f} s"))
    rows += engines()
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def engines() -> list[tuple[str, str, str]]:
    """pyoxigraph and oxrdflib against rdflib's own engine on the competency queries, in turn, in this run."""
    path = open_build(read_settings().data_dir).folder / GRAPH_FILE
    store = pyoxigraph.Store()
    store.load(path=str(path), format=pyoxigraph.RdfFormat.N_QUADS)
    plain, fast = Graph(), Graph(store="Oxigraph")
    for quad in Dataset().parse(path, format="nquads").quads():
        plain.add(quad[:3])
        fast.add(quad[:3])
    ratios: dict[str, list[float]] = {"pyoxigraph": [], "oxrdflib": []}
    times = []
    for query in (file.read_text(encoding="utf-8") for file in COMPETENCY):
        slow = best(lambda q=query: list(plain.query(q, initNs=PREFIXES)))
        quick = best(lambda q=query: list(store.query(q, prefixes=PREFIXES, use_default_graph_as_union=True)))
        times.append(quick)
        ratios["pyoxigraph"].append(slow / quick)
        ratios["oxrdflib"].append(slow / best(lambda q=query: list(fast.query(q, initNs=PREFIXES))))
    median = {name: statistics.median(found) for name, found in ratios.items()}
    return [
        ("competency query in process, p50", "10 ms", f"{statistics.median(times) * 1000:.2f} ms"),
        ("pyoxigraph against rdflib's engine", "15 times", f"{median['pyoxigraph']:.0f} times "
         f"(median of {len(times)} queries, least {min(ratios['pyoxigraph']):.0f})"),
        ("oxrdflib against rdflib's engine", "-", f"{median['oxrdflib']:.0f} times"),
    ]  # fmt: skip


def best(work: Callable[[], object]) -> float:
    """The least of five timings, in seconds: what the work costs when nothing disturbs it."""
    return min(seconds(work) for _ in range(5))


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in milliseconds."""
    return seconds(work) * 1000


def run(*arguments: str, data: str | None = None) -> None:
    """Run `safeguard` to its end; stops the bench when it fails."""
    environment = {**os.environ, "SAFEGUARD_DATA": data or str(read_settings().data_dir)}
    subprocess.run([SAFEGUARD, *arguments], check=True, capture_output=True, env=environment)


def drop_caches() -> bool:
    """Drop the system's file cache, where that is allowed."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


@contextmanager
def server() -> Iterator[tuple[int, float, int]]:
    """A running service: its port, the seconds until it was ready, its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [SAFEGUARD, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                get(port, "/health/ready")
                break
            except OSError:
                if time.perf_counter() - started > 30 or process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield port, time.perf_counter() - started, process.pid
    finally:
        process.terminate()
        process.wait()


def get(port: int, path: str) -> bytes:
    """The body at a path of the service."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
        return bytes(response.read())


def ask(port: int, question: str) -> None:
    """Ask over HTTP and read the answer."""
    json.loads(get(port, f"/api/ask?{urllib.parse.urlencode({'q': question})}"))


def sparql(port: int, query: str) -> None:
    """Query over HTTP and read the results."""
    get(port, f"/sparql?{urllib.parse.urlencode({'query': query})}")


def resident(pid: int) -> float:
    """Memory in use by a process and those below it, in megabytes; what several share counts once."""
    total = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        total += sum(resident(int(child)) for child in task.read_text(encoding="ascii").split())
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return total + next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
