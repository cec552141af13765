"""The processes that run queries: one reads the graph once, and forks a copy of itself for each worker.

Started as `python -m service.query_worker GRAPH SOCKET`. A fork takes milliseconds and shares the graph's memory, so a
worker that ran too long can be killed and replaced without anyone waiting for the graph to be read again. A worker may
open no file and no socket, use no more memory than MEMORY, and is killed by the system itself when it stays too long.
"""

import os
import re
import resource
import signal
import socket
import sys
from itertools import islice
from multiprocessing.connection import Connection
from select import select
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, RdfFormat, Store, serialize

from service.media_types import JSON_LD, JSON_RESULTS, N_TRIPLES, RDF_XML, TURTLE
from service.memory import give_back_memory
from service.results import LARGEST_RESULT, STYLES, write_boolean, write_rows

#: Of address space, in bytes, the graph included.
MEMORY = 1 << 30
MOST_TRIPLES = 100_000
#: How often it is looked whether a killed worker has gone.
BURIAL_SECONDS = 0.05
READY, FORK, REAP = b"ready", b"fork", b"reap"
#: Every message to and from the parent has this length, in bytes.
MESSAGE = 16
FORMATS = {
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    JSON_LD: RdfFormat.JSON_LD,
    RDF_XML: RdfFormat.RDF_XML,
}
POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
#: More alternatives than these help nobody; so much of the query is shown in their stead.
MOST_EXPECTED, LONGEST_QUOTE = 6, 20
#: What the engine knows and we refuse, and the names that its grammar has for single characters.
UNHELPFUL = re.compile(r"LATERAL|SERVICE|Prefix not found|\[.*|.*\.\.=.*|\"\\?\\[Uu]?\"|\"\"", re.DOTALL)


def main() -> None:
    """Read the graph, then fork a worker whenever asked to, until the service is gone."""
    give_back_memory()
    graph, handle = sys.argv[1], int(sys.argv[2])
    control = socket.socket(fileno=handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = Store()
    try:
        store.bulk_load(path=graph, format=RdfFormat.N_QUADS)
    except (OSError, SyntaxError) as error:
        sys.exit(f"{graph}: {error}")
    graphs = {one.value for one in store.named_graphs() if isinstance(one, NamedNode)}
    dying: set[int] = set()
    control.sendall(READY.ljust(MESSAGE))
    while message := _next_message(control, dying):
        if message.startswith(REAP):
            dying.add(int(message[len(REAP) :]))
            continue
        ours, theirs = socket.socketpair()
        if (child := os.fork()) == 0:
            control.close()
            theirs.close()
            _serve(store, graphs, Connection(ours.detach()))
            os._exit(0)
        ours.close()
        socket.send_fds(control, [str(child).encode().ljust(MESSAGE)], [theirs.fileno()])
        theirs.close()


def _next_message(control: socket.socket, dying: set[int]) -> bytes:
    """What the service wants next; meanwhile buries who is `dying`, which at low priority may take its time."""
    while dying and not select([control], [], [], BURIAL_SECONDS)[0]:
        dying -= {one for one in dying if os.waitpid(one, os.WNOHANG)[0]}
    return control.recv(MESSAGE, socket.MSG_WAITALL).rstrip()


def _serve(store: Store, graphs: set[str], pipe: Connection) -> None:
    """A worker's life: answer until the pipe closes, a timer ends it, or it is killed."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        # Without a handler both signals end the process, even while the engine's own code runs.
        signal.setitimer(signal.ITIMER_PROF, request["processor_seconds"])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 1)
        reply = _answer(store, graphs, request)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(reply)


def _answer(store: Store, graphs: set[str], request: dict[str, Any]) -> dict[str, Any]:
    """The result as a dictionary of form, media type, body and notice; or one with what is wrong."""
    try:
        return _result(store, graphs, request)
    except SyntaxError as error:
        return {"fault": f"The query cannot be read: {_where_and_what(str(error), request['query'])}"}
    except (ValueError, OSError, RuntimeError, MemoryError) as error:
        return {"fault": f"The query failed: {error}"}


def _result(store: Store, graphs: set[str], request: dict[str, Any]) -> dict[str, Any]:
    results = store.query(request["query"], prefixes=request["prefixes"], **_dataset(graphs, request))
    wanted = request["media_type"]
    if isinstance(results, QueryBoolean):
        media_type = wanted if wanted in STYLES and "xml" in wanted else JSON_RESULTS
        return {"form": "boolean", "media_type": media_type, "body": write_boolean(bool(results), media_type)}
    if isinstance(results, QuerySolutions):
        media_type = wanted if wanted in STYLES else JSON_RESULTS
        names = [variable.value for variable in results.variables]
        written = write_rows(names, map(tuple, results), media_type)
        return {"form": "solutions", "media_type": media_type, "body": written.body, "notice": written.notice}
    triples = list(dict.fromkeys(islice(results, MOST_TRIPLES)))
    notice = None
    if next(results, None) is not None:
        notice = f"Only the first {MOST_TRIPLES:,} triples are given: a result holds no more. Add a LIMIT."
    media_type = wanted if wanted in FORMATS else TURTLE
    body = serialize(triples, format=FORMATS[media_type], prefixes=request["prefixes"]) or b""
    if len(body) > LARGEST_RESULT:
        return {"fault": f"The result is larger than {LARGEST_RESULT // 1_000_000} MB; add a LIMIT."}
    return {"form": "triples", "media_type": media_type, "body": body, "notice": notice}


def _dataset(graphs: set[str], request: dict[str, Any]) -> dict[str, Any]:
    """What the query sees: the graphs that the request names, else those of its FROM, else all of them together."""
    default, named = request["default_graphs"], request["named_graphs"]
    for one in (*default, *named):
        if one not in graphs:
            held = ", ".join(sorted(graphs))
            raise ValueError(f"there is no graph <{one[:200]}> here; there are {held}")
    if default or named:
        return {
            "default_graph": [NamedNode(one) for one in default],
            "named_graphs": [NamedNode(one) for one in named],
        }
    return {"use_default_graph_as_union": not request["names_graphs"]}


def _where_and_what(fault: str, query: str) -> str:
    """The engine's sentence with line and column in words; where it lists half its grammar, what stands there."""
    found = POSITION.match(fault)
    if not found:
        return fault
    place = f"line {found[1]}, column {found[2]}"
    if "Prefix not found" in found[3]:
        return f"{place}: this prefix is not known here; declare it with PREFIX"
    expected = found[3].removeprefix("expected ").removeprefix("one of ").split(", ")
    helpful = [one for one in expected if not UNHELPFUL.fullmatch(one)]
    if 0 < len(helpful) <= MOST_EXPECTED:
        return f"{place}: expected {' or '.join(helpful)}"
    line, column = int(found[1]) - 1, int(found[2]) - 1
    if there := "".join(query.split("\n")[line : line + 1])[column : column + LONGEST_QUOTE].strip():
        return f"{place}: '{there}' cannot stand here"
    return f"{place}: something is missing before this place"


if __name__ == "__main__":
    main()
