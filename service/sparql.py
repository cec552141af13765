"""SPARQL over a build: read only, in worker processes that are killed when a query runs too long.

pyoxigraph cannot interrupt a query, and it would fetch a remote SERVICE; so both are dealt with here. A SERVICE is
refused before the query runs, for the sake of a clear answer; that no query reaches another server rests on the worker,
which may open no socket.
"""

import multiprocessing
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from indexer.build import GRAPH_FILE
from ontology.errors import BuildError, QueryBusy, QueryError, QueryTimeout

QueryForm = Literal["solutions", "boolean", "triples"]

LONGEST_QUERY = 100_000
#: A worker that has not read the graph by then never will.
START_SECONDS = 30.0
#: How many callers may wait for a worker.
WAITING = 8
#: In bytes; the service holds a result in memory while it sends it.
LARGEST_RESULT = 50_000_000
UPDATE = re.compile(
    r"^\s*(?:(?:PREFIX|BASE)\b[^\n>]*>\s*|#[^\n]*\n)*\s*"
    r"(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b",
    re.IGNORECASE,
)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")

JSON_RESULTS = "application/sparql-results+json"
CSV_RESULTS = "text/csv"
TURTLE = "text/turtle"


@dataclass(frozen=True)
class QueryResult:
    """What a query gave: which form it is, in which media type, and the bytes."""

    form: QueryForm
    media_type: str
    body: bytes


class QueryPool:
    """A fixed number of worker processes, each with the graph in memory."""

    def __init__(self, build_folder: Path, workers: int = 1, seconds: float = 10.0, waiting: int = WAITING) -> None:
        self._graph = build_folder / GRAPH_FILE
        self._seconds = seconds
        self._free = threading.Semaphore(workers)
        self._places = threading.Semaphore(workers + waiting)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def run(self, query: str, solutions_as: str = JSON_RESULTS) -> QueryResult:
        """Run one query; raises QueryError, QueryTimeout when it is killed, QueryBusy when every worker is taken."""
        refuse(query)
        # A caller that finds everyone waiting is turned away at once, so that waiting never ties up the service.
        if not self._places.acquire(blocking=False):
            raise QueryBusy("Other queries are running; try again in a few seconds.")
        try:
            with self._free, self._worker() as worker:
                return worker.run(query, solutions_as, self._seconds)
        finally:
            self._places.release()

    def close(self) -> None:
        """Stop every worker."""
        with self._lock:
            while self._idle:
                self._idle.pop().kill()

    @contextmanager
    def _worker(self) -> "Iterator[_Worker]":
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.alive:
            worker = _Worker(self._graph)
        try:
            yield worker
        finally:
            if worker.alive:
                with self._lock:
                    self._idle.append(worker)


def refuse(query: str) -> None:
    """Raise QueryError for what is never run: an update, a SERVICE, a query beyond the length limit."""
    if not query.strip():
        raise QueryError("The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10")
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"The query has {len(query):,} characters; the most is {LONGEST_QUERY:,}.")
    # Code point escapes may stand anywhere in a query, in keywords too (SPARQL 1.1, 19.2).
    plain = ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), query)
    if UPDATE.match(plain):
        raise QueryError("This is an update; the graph can only be read. Use SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if re.search(r"service", plain, re.IGNORECASE) and (_escapes_ascii(query) or _calls_service(plain)):
        raise QueryError("SERVICE is not allowed: queries reach no other server.")


def _escapes_ascii(query: str) -> bool:
    """Whether a quote, say, is written as an escape, which ends a literal for some parsers and not for pyoxigraph."""
    return any(int(found[1] or found[2], 16) < 0x80 for found in ESCAPE.finditer(query))


def _calls_service(query: str) -> bool:
    """Whether the parsed query holds a SERVICE; one that cannot be parsed counts as if it did."""
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    from ontology.namespaces import PREFIXES

    prefixes = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())

    def holds(part: Any) -> bool:
        if isinstance(part, CompValue):
            return part.name == "ServiceGraphPattern" or any(holds(value) for value in part.values())
        return not isinstance(part, str) and hasattr(part, "__iter__") and any(holds(one) for one in part)

    try:
        return holds(parseQuery(prefixes + query.replace("\r", "\n")))  # rdflib's comments do not end at a bare \r
    except Exception:  # any failure of the second parser: refuse, since the first might still run it
        return True


class _Worker:
    """One process that answers queries over one graph until it is killed."""

    def __init__(self, graph: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(graph, theirs), daemon=True)
        self._process.start()
        theirs.close()
        if not self._pipe.poll(START_SECONDS) or self._receive() != "ready":
            self.kill()
            raise BuildError("The graph could not be read for querying; run `safeguard check`.")

    @property
    def alive(self) -> bool:
        """Whether the process can still answer."""
        return self._process.is_alive()

    def run(self, query: str, solutions_as: str, seconds: float) -> QueryResult:
        """Answer one query within `seconds`, or be killed."""
        self._pipe.send((query, solutions_as))
        if not self._pipe.poll(seconds):
            self.kill()
            raise QueryTimeout(f"The query ran longer than {seconds:g} seconds and was stopped; make it narrower.")
        reply = self._receive()
        if isinstance(reply, QueryResult):
            return reply
        if reply is None:
            raise QueryError("The query used more memory than it may; make it narrower.")
        raise QueryError(str(reply))

    def kill(self) -> None:
        """Stop the process at once."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _receive(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self.kill()
            return None


def _serve(graph: Path, pipe: Connection) -> None:
    """The worker's life: read the graph, then answer until the pipe closes or it is killed."""
    import resource
    import signal

    from pyoxigraph import RdfFormat, Store

    import ontology.namespaces  # noqa: F401  once no file can be opened, nothing can be imported

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    store = Store()
    store.bulk_load(path=str(graph), format=RdfFormat.N_QUADS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    pipe.send("ready")
    while True:
        try:
            query, solutions_as = pipe.recv()
        except EOFError:
            return
        try:
            result = _answer(store, query, solutions_as)
            fits = len(result.body) <= LARGEST_RESULT
            pipe.send(result if fits else f"The result is larger than {LARGEST_RESULT // 1_000_000} MB; add a LIMIT.")
        except SyntaxError as error:
            pipe.send(f"The query cannot be read: {error}")
        except (ValueError, OSError, RuntimeError, MemoryError) as error:
            pipe.send(f"The query failed: {error}")


def _answer(store: Any, query: str, solutions_as: str) -> QueryResult:
    from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, serialize

    from ontology.namespaces import PREFIXES

    results = store.query(query, use_default_graph_as_union=True, prefixes=PREFIXES)
    if isinstance(results, QuerySolutions | QueryBoolean):
        form: QueryForm = "solutions" if isinstance(results, QuerySolutions) else "boolean"
        media_type = solutions_as if form == "solutions" else JSON_RESULTS
        style = QueryResultsFormat.CSV if media_type == CSV_RESULTS else QueryResultsFormat.JSON
        return QueryResult(form, media_type, results.serialize(format=style) or b"")
    return QueryResult("triples", TURTLE, serialize(results, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"")
