"""Fixture policy: the smallest real thing; the real model only where meaning plays a part, else the hash encoder."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from corpus.documents import Kind, Piece
from corpus.importing import read_pieces
from corpus.loader import Corpus, load_corpus
from corpus.official import OfficialDocument, read_official
from indexer.build import Build, make_build, open_build
from service.ask import Asking
from service.library import open_library
from service.settings import Settings

SOURCES = Path(os.environ.get("SAFEGUARD_SOURCES", Path(__file__).parent.parent.parent / "shared" / "sources"))
PDF = SOURCES / "official" / "working-together-2023.pdf"

#: The pieces of an official document by its name.
Reading = Callable[[str], list[Piece]]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus()


@pytest.fixture(scope="session")
def hash_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a build by the hash encoder, made in about a second."""
    folder = tmp_path_factory.mktemp("hash-data")
    make_build(folder, model="hash")
    return folder


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with a build by the real model; skipped where the extra `build` is not installed."""
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    base = tmp_path_factory.getbasetemp()
    # It takes more than a minute, so those who test side by side share it.
    folder = (base if worker_id == "master" else base.parent) / "real-data"
    with FileLock(folder.with_suffix(".lock")):
        make_build(folder)
    return folder


@pytest.fixture(scope="session")
def real_build(real_data: Path) -> Build:
    return open_build(real_data)


@pytest.fixture(scope="session")
def asking(real_build: Build) -> Asking:
    return Asking(open_library(real_build))


@pytest.fixture
def settings(hash_data: Path) -> Settings:
    return Settings(data_dir=hash_data, query_seconds=2.0)


@pytest.fixture(scope="session")
def official() -> OfficialDocument:
    """The official PDF; skipped where it is not beside the checkout (SAFEGUARD_SOURCES names another place)."""
    if not PDF.is_file():
        pytest.skip(f"the official PDF is not at hand: {PDF}")
    return read_official(PDF)


@pytest.fixture(scope="session")
def reading() -> Reading:
    """Reads an official PDF once; skips where it is not at hand."""

    @cache
    def read(name: str) -> list[Piece]:
        path = Path(SOURCES / "official" / f"{name}.pdf")
        if not path.is_file():
            pytest.skip(f"the official PDF is not at hand: {path}")
        kind: Kind = "legislation" if "act" in name.split("-") else "official-guidance"
        return list(read_pieces(path, kind))

    return read


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SAFEGUARD_"):
            monkeypatch.delenv(name)


@dataclass(frozen=True)
class Server:
    """`safeguard serve` as a process of its own."""

    url: str
    process: subprocess.Popen[bytes]
    #: What it writes to standard output and standard error.
    log: Path

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers: `serve(data, SAFEGUARD_QUERY_SECONDS="2")` gives one that answers."""
    started: list[Server] = []

    def start(data: Path, **environment: str) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = tmp_path_factory.mktemp("server") / "log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAFEGUARD_")}
        with log.open("wb") as file:
            process = subprocess.Popen(
                [Path(sys.executable).parent / "safeguard", "serve", "--port", str(port)],
                env={**inherited, "SAFEGUARD_DATA": str(data), **environment},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        started.append(server)
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{server.url}/health/live").raise_for_status()
            except httpx.TransportError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            else:
                return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(serve: Callable[..., Server], real_data: Path) -> Server:
    """A server over the real build that gives a query two seconds."""
    return serve(real_data, SAFEGUARD_QUERY_SECONDS="2")


@pytest.fixture(scope="session")
def hash_server(serve: Callable[..., Server], hash_data: Path) -> Server:
    """A server over the hash build, for what meaning plays no part in; it gives a query two seconds."""
    return serve(hash_data, SAFEGUARD_QUERY_SECONDS="2")
