"""SPARQL over a build: read only, in worker processes that are killed when a query runs too long.

pyoxigraph cannot interrupt a query, and it would fetch a remote SERVICE; so both are dealt with here. A SERVICE is
refused before the query runs, for the sake of a clear answer; that no query reaches another server rests on the worker,
which may open no socket.

A query first gets a moment of processor time among the short ones. If it needs more, it starts again among the long
ones, of which few run at once and at low priority, so that whoever asks little never waits for whoever asks much.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from indexer.build import GRAPH_FILE
from ontology.errors import BuildError, QueryBusy, QueryError, QueryTimeout
from ontology.namespaces import PREFIXES
from service.media_types import CSV_RESULTS, JSON_RESULTS
from service.query_text import QueryForm, read_words
from service.query_worker import FORK, MESSAGE, READY, REAP

__all__ = ["CSV_RESULTS", "JSON_RESULTS", "QueryPool", "QueryResult"]

#: A process that has not read the graph by then never will.
START_SECONDS = 60.0
#: How many short queries run at once; they take turns on the processor.
SHORT_QUERIES = 4
#: How much processor time a query gets before it counts as long; the lesser where long ones are turned away.
SHORT_SECONDS, SHORTEST_SECONDS = 0.2, 0.1
#: How many callers may wait for one of the short places, and for one of the long.
WAITING, LONG_WAITING = 16, 4
#: How many queries a worker answers before a fresh one takes its place, so that no memory adds up.
QUERIES_EACH = 500
LOW_PRIORITY = 15


@dataclass(frozen=True)
class QueryResult:
    """What a query gave: which form it is, in which media type, the bytes, and what was left out, if anything."""

    form: QueryForm
    media_type: str
    body: bytes
    notice: str | None = None


class QueryPool:
    """Workers over one graph: a fixed number for short queries and `workers` for long ones."""

    def __init__(
        self, build_folder: Path, workers: int = 2, seconds: float = 10.0, long_waiting: int = LONG_WAITING
    ) -> None:
        self._parent = _Parent(build_folder / GRAPH_FILE)
        self._seconds = seconds
        self._short = threading.Semaphore(SHORT_QUERIES)
        self._places = threading.Semaphore(SHORT_QUERIES + WAITING)
        self._long = threading.Semaphore(workers)
        self._long_places = threading.Semaphore(workers + long_waiting)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to read the graph, without waiting for it."""
        self._parent.start()

    def run(
        self,
        query: str,
        media_type: str = JSON_RESULTS,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> QueryResult:
        """Run one query; raises QueryError, QueryTimeout when it is killed, QueryBusy when every place is taken.

        The media type is taken where the query's form has it: else rows come as JSON, triples as Turtle. Graphs named
        here stand in place of any that the query names; where neither names any, it sees all together.
        """
        request = {
            "query": query,
            "prefixes": PREFIXES,
            "media_type": media_type,
            "names_graphs": read_words(query).names_graphs,
            "default_graphs": tuple(default_graphs),
            "named_graphs": tuple(named_graphs),
        }
        started = time.monotonic()
        with _place(self._places):
            crowded = not self._long_places.acquire(blocking=False)
            if not crowded:
                self._long_places.release()
            with self._short, self._worker() as worker:
                reply = worker.run(request, self._seconds, SHORTEST_SECONDS if crowded else SHORT_SECONDS)
        if reply is None:
            used = time.monotonic() - started
            if used < self._seconds:
                reply = self._run_long(request, self._seconds - used)
            else:
                raise self._timeout()
        if "fault" in reply:
            raise QueryError(reply["fault"])
        return QueryResult(**reply)

    def close(self) -> None:
        """Stop every process."""
        with self._lock:
            while self._idle:
                self._idle.pop().kill()
        self._parent.close()

    def _run_long(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        with _place(self._long_places), self._long:
            worker = _Worker(self._parent)
            try:
                worker.lower_priority()
                started = time.monotonic()
                reply = worker.run(request, seconds)
            finally:
                worker.kill()
        if reply is None:
            if time.monotonic() - started >= seconds:
                raise self._timeout()
            raise QueryError("The query used more memory than it may; make it narrower.")
        return reply

    def _timeout(self) -> QueryTimeout:
        return QueryTimeout(f"The query ran longer than {self._seconds:g} seconds and was stopped; make it narrower.")

    @contextmanager
    def _worker(self) -> "Iterator[_Worker]":
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.alive:
            worker = _Worker(self._parent)
        try:
            yield worker
        finally:
            if worker.alive and worker.answered < QUERIES_EACH:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.kill()


@contextmanager
def _place(places: threading.Semaphore) -> Iterator[None]:
    """One of a number of places; who finds none is turned away at once, so that waiting never ties up the service."""
    if not places.acquire(blocking=False):
        raise QueryBusy("Other queries are running; try again in a few seconds.")
    try:
        yield
    finally:
        places.release()


class _Parent:
    """The process that holds the graph and forks the workers; started when first needed, and again if it was killed."""

    def __init__(self, graph: Path) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Begin to read the graph, where that has not been done."""
        with self._lock:
            self._begin()

    def fork(self) -> tuple[int, Connection]:
        """A new worker: its process and the pipe to it."""
        with self._lock:
            try:
                return self._fork()
            except OSError as error:
                was_ready = self._ready
                self._end()
                if not was_ready:
                    raise BuildError("The graph could not be read for querying; run `safeguard check`.") from error
            try:
                return self._fork()  # the one that could do it was killed a moment ago
            except OSError as error:
                self._end()
                raise BuildError("The graph could not be read for querying; run `safeguard check`.") from error

    def reap(self, process: int) -> None:
        """Let a worker's process number go, once it has been killed."""
        with self._lock, suppress(OSError):
            if self._control is not None:
                self._control.sendall((REAP + str(process).encode()).ljust(MESSAGE))

    def close(self) -> None:
        """Stop the process."""
        with self._lock:
            self._end()

    def _fork(self) -> tuple[int, Connection]:
        control = self._begin()
        if not self._ready:
            control.settimeout(START_SECONDS)
            if control.recv(MESSAGE, socket.MSG_WAITALL).rstrip() != READY:
                raise OSError("the process ended")
            self._ready = True
        control.sendall(FORK.ljust(MESSAGE))
        process, handles, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not handles:
            raise OSError("the process ended")
        return int(process), Connection(handles[0])

    def _begin(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._control is None:
            self._control, theirs = socket.socketpair()
            command = [sys.executable, "-m", "service.query_worker", str(self._graph), str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
            theirs.close()
        return self._control

    def _end(self) -> None:
        if self._process is not None and self._control is not None:
            self._control.close()
            self._process.kill()
            self._process.wait()
        self._process, self._control, self._ready = None, None, False


class _Worker:
    """One process that answers queries over one graph until it is killed."""

    def __init__(self, parent: _Parent) -> None:
        self._parent = parent
        self.process, self._pipe = parent.fork()
        self.alive = True
        self.answered = 0

    def run(self, request: dict[str, Any], seconds: float, processor_seconds: float = 0.0) -> dict[str, Any] | None:
        """Answer one query; None when the process ended instead, be it for time, for memory or from outside."""
        self.answered += 1
        try:
            self._pipe.send({**request, "seconds": seconds, "processor_seconds": processor_seconds})
            if self._pipe.poll(seconds):
                reply: dict[str, Any] = self._pipe.recv()
                return reply
        except (EOFError, OSError):
            pass
        self.kill()
        return None

    def lower_priority(self) -> None:
        """Give way to every other process of the service."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process, LOW_PRIORITY)

    def kill(self) -> None:
        """Stop the process at once."""
        if self.alive:
            self.alive = False
            with suppress(OSError):
                os.kill(self.process, signal.SIGKILL)
            self._pipe.close()
            self._parent.reap(self.process)
