"""Downloads and `sync`, against a server on this machine that misbehaves; and the store, which no failure touches."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.documents import Description, Piece, to_document
from corpus.downloads import MOST_REDIRECTS, Limits, download
from corpus.sources import LIST, Outcome, Source, fetched, known_file, load_sources, sync_documents
from corpus.store import find_document, held_documents, keep_document, remove_document
from ontology.errors import CorpusError, DocumentError, InputError

HERE = Limits(patience=1.0, seconds=2.0, largest=1000, loopback=True)
PAGE = b"<!doctype html><html><body><h1>Core groups</h1><p>They meet soon.</p></body></html>"

Answer = Callable[[BaseHTTPRequestHandler], None]


class _Server:
    """Answers each path as it was told to."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        answers = self.answers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = True
                try:
                    answers[self.path](self)
                except (BrokenPipeError, ConnectionResetError):
                    return

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def gives(self, path: str, content: bytes = PAGE, status: int = 200, **headers: str) -> str:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            told = {"Content-Length": str(len(content)), **{k.replace("_", "-"): v for k, v in headers.items()}}
            for name, value in told.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(content)

        return self.does(path, answer)

    def does(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.url + path


@pytest.fixture
def web() -> Iterator[_Server]:
    server = _Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


def source(url: str | None, name: str = "core-groups", **more: Any) -> Source:
    return Source(
        id=name,
        title="Core groups",
        publisher="A partnership",
        published=date(2024, 1, 1),
        kind="local-procedure",
        edition="wt2023",
        url=url,
        page="https://example.org",
        **more,
    )


def sync(folder: Path, *sources: Source, **options: Any) -> list[tuple[str, str]]:
    outcomes: list[Outcome] = list(sync_documents(folder / "held", folder / "cache", sources, limits=HERE, **options))
    return [(one.state, one.sentence) for one in outcomes]


# Addresses


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://example.org/a", "only addresses that begin with https:// or http:// are downloaded"),
        ("file:///etc/passwd", "only addresses that begin with https:// or http:// are downloaded"),
        ("http:///a", "only addresses that begin with https:// or http:// are downloaded"),
        ("https://me:secret@example.org/a", "an address with a name and password in it is not downloaded"),
        ("http://example.org/a b", "this address has blanks in it"),
        ("http://[::1", "this is no address of the web"),
        ("http://127.0.0.1/", "inside a network; only the open web is downloaded from"),
        ("http://localhost/", "inside a network; only the open web is downloaded from"),
        ("http://2130706433/", "inside a network; only the open web is downloaded from"),
        ("http://[::1]/", "inside a network; only the open web is downloaded from"),
        ("http://[::ffff:172.16.0.1]/", "inside a network; only the open web is downloaded from"),
        ("http://[64:ff9b::ac10:1]/", "inside a network; only the open web is downloaded from"),
        ("http://[2002:ac10:1::]/", "inside a network; only the open web is downloaded from"),
        ("http://172.16.0.1/", "inside a network; only the open web is downloaded from"),
        ("http://192.0.0.1/", "inside a network; only the open web is downloaded from"),
        ("http://169.254.169.254/", "inside a network; only the open web is downloaded from"),
        ("http://100.64.0.1/", "inside a network; only the open web is downloaded from"),
        ("http://0.0.0.0/", "inside a network; only the open web is downloaded from"),
        ("http://[fe80::1]/", "inside a network; only the open web is downloaded from"),
        ("http://224.0.0.1/", "inside a network; only the open web is downloaded from"),
    ],
)
def test_only_the_open_web_is_downloaded_from(url: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        download(url)
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_into_a_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only one of its addresses does."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("93.184.216.34", "172.16.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(InputError, match=r"example.org is 172.16.0.1, inside a network"):
        download("http://example.org/")


def test_no_redirect_leads_into_a_network(web: _Server) -> None:
    url = web.gives("/a", status=302, Location="http://172.16.0.1/")

    with pytest.raises(InputError, match="inside a network"):
        download(url, HERE)


# Servers


def test_redirects_are_followed_a_few_times(web: _Server) -> None:
    for step in range(MOST_REDIRECTS):
        web.gives(f"/{step}", status=301, Location=f"/{step + 1}")
    web.gives(f"/{MOST_REDIRECTS}")

    assert download(f"{web.url}/0", HERE) == PAGE


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "900")
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b"x")
        time.sleep(0.1)


def silent(_: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def rubbish(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\0\xff no HTTP at all\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (drip, "the server is too slow (more than 2 seconds); try again."),
        (silent, "the server is too slow (more than 2 seconds); try again."),
        (rubbish, "the download broke off ("),
        ({"status": 404}, "the server answers 404 Not Found; check the address."),
        ({"status": 500}, "the server answers 500 Internal Server Error; check the address."),
        ({"status": 302, "Location": "/a"}, f"the server sends on more than {MOST_REDIRECTS} times"),
        ({"Content_Length": "900"}, f"the download broke off ({len(PAGE)} of 900 bytes came); try again."),
        ({"Content_Length": "2000000000"}, "the file has more than 1,000 bytes, the most that is read."),
        ({"content": b"x" * 1001}, "the file has more than 1,000 bytes, the most that is read."),
        ({"Content_Encoding": "gzip"}, "the server sends it packed"),
        ({"Transfer_Encoding": "chunked"}, "the download broke off ("),
    ],
)
def test_a_server_that_misbehaves_costs_two_seconds_and_one_sentence(
    web: _Server, tmp_path: Path, answer: Any, sentence: str
) -> None:
    url = web.does("/a", answer) if callable(answer) else web.gives("/a", **answer)
    started = time.monotonic()
    ((state, told),) = sync(tmp_path, source(url))

    assert state == "failed"
    assert sentence in told
    assert "\n" not in told
    assert time.monotonic() - started < 10  # two, and what a busy machine takes
    assert held_documents(tmp_path / "held") == ()


def test_a_web_page_instead_of_a_pdf_is_told(web: _Server, tmp_path: Path) -> None:
    url = web.gives("/guidance.pdf")

    ((state, told),) = sync(tmp_path, source(url))
    assert (state, told.startswith(f"{url}: this is no PDF, whatever its name says")) == ("failed", True)


# Sync


def test_sync_adds_then_finds_nothing_new_and_works_without_the_network(web: _Server, tmp_path: Path) -> None:
    url = web.gives("/a.html")

    assert sync(tmp_path, source(url)) == [("added", "1 passages")]
    assert sync(tmp_path, source(url)) == [("unchanged", "as held, 1 passages")]
    remove_document(tmp_path / "held", "core-groups")
    assert sync(tmp_path, source(url), offline=True) == [("added", "1 passages")]
    web.does("/a.html", rubbish)
    assert sync(tmp_path, source(url)) == [("unchanged", "as held, 1 passages")]
    assert find_document(tmp_path / "held", "core-groups").source == url


def test_a_new_printing_is_told_and_kept_only_when_asked(web: _Server, tmp_path: Path) -> None:
    url = web.gives("/a.html")
    sync(tmp_path, source(url))
    before = find_document(tmp_path / "held", "core-groups")
    web.gives("/a.html", PAGE.replace(b"soon", b"weekly"))
    ((state, told),) = sync(tmp_path, source(url))

    assert (state, told.endswith("keep it with --replace")) == ("new printing", True)
    assert find_document(tmp_path / "held", "core-groups") == before
    assert sync(tmp_path, source(url), replace=True) == [("replaced", "1 passages")]
    assert find_document(tmp_path / "held", "core-groups").passages[0].text == "They meet weekly."


def test_a_file_that_is_not_the_one_known_is_kept_only_when_asked(web: _Server, tmp_path: Path) -> None:
    url = web.gives("/a.html")
    right, wrong = hashlib.sha256(PAGE).hexdigest(), "0" * 64

    ((state, told),) = sync(tmp_path, source(url, sha256=wrong))
    assert (state, "not the one this version was checked with (000000000000)" in told) == ("new printing", True)
    assert held_documents(tmp_path / "held") == ()
    assert sync(tmp_path, source(url, sha256=right)) == [("added", "1 passages")]


def test_one_source_that_fails_does_not_stop_the_others(web: _Server, tmp_path: Path) -> None:
    bad, good = web.gives("/bad", status=404), web.gives("/good")
    states = [state for state, _ in sync(tmp_path, source(bad, "bad"), source(None, "none"), source(good, "good"))]

    assert states == ["failed", "by hand", "added"]


def test_without_network_and_copy_it_is_said(tmp_path: Path) -> None:
    absent = "there is no copy of it here; run it once with the network"
    with (
        pytest.raises(DocumentError, match=absent),
        fetched("https://example.org/a.pdf", tmp_path, offline=True),
    ):
        pass


def test_what_cannot_be_read_never_takes_the_place_of_the_copy_that_could(web: _Server, tmp_path: Path) -> None:
    """A page of the network's own, say, where a document is asked for."""
    url = web.gives("/a.html")
    sync(tmp_path, source(url))
    web.gives("/a.html", b"<html></html>")
    remove_document(tmp_path / "held", "core-groups")

    assert sync(tmp_path, source(url))[0][0] == "failed"
    assert sync(tmp_path, source(url), offline=True) == [("added", "1 passages")]
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == ["a.html"]
    assert list((tmp_path / "cache").rglob(".downloading-*")) == []


# The list


def test_the_list_has_the_four_official_documents_with_licence_and_place() -> None:
    sources = load_sources()

    assert [one.id for one in sources] == [
        "working-together-2023",
        "keeping-children-safe-in-education-2024",
        "children-act-2004",
        "children-and-social-work-act-2017",
    ]
    assert {one.licence for one in sources} == {"Open Government Licence v3.0"}
    assert all(one.sha256 or one.files for one in sources)
    assert all(place.startswith("https://") for one in sources for place in (one.page, one.url or one.page))


def test_a_file_of_the_list_is_known_by_its_hash() -> None:
    sources = load_sources()
    known = known_file(sources[2].files[0], sources)

    assert known is not None
    assert (known.id, known.kind) == ("children-act-2004", "legislation")
    assert known_file("0" * 64, sources) is None


def test_a_faulty_list_is_refused_with_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(
        LIST.read_text("utf-8").replace("publisher:", "publihser:").replace("sha256: ", "sha256: x"), "utf-8"
    )

    with pytest.raises(CorpusError) as caught:
        load_sources(path)
    assert "publihser: no such field; did you mean 'publisher'?" in str(caught.value)
    assert "sha256" in str(caught.value)


# The store


def document(words: str = "They meet.", sha256: str = "0" * 64, title: str = "Core groups") -> Any:
    known = Description(
        id="core-groups", title=title, publisher="A", published=date(2024, 1, 1), kind="commentary", edition="wt2023"
    )
    return to_document(known, "a.txt", sha256, [Piece("text", words)])


def test_the_same_file_is_held_once_and_another_printing_only_when_asked(tmp_path: Path) -> None:
    assert keep_document(tmp_path, document()) == "added"
    with pytest.raises(InputError, match="is held already, from the very same file; there is nothing to do"):
        keep_document(tmp_path, document())
    with pytest.raises(
        InputError, match=r"^new printing: 'core-groups' is held from another file .* with --replace\.$"
    ):
        keep_document(tmp_path, document("They do not.", "1" * 64))
    assert find_document(tmp_path, "core-groups") == document()
    assert keep_document(tmp_path, document("They do not.", "1" * 64), replace=True) == "replaced"
    with pytest.raises(InputError, match="The title begins like that of 'Core groups'"):
        keep_document(tmp_path, document(sha256="2" * 64, title="Core  groups"), replace=True)


def test_one_file_is_not_held_under_two_titles(tmp_path: Path) -> None:
    """Its paragraphs would be found twice."""
    keep_document(tmp_path, document())
    again = document(title="Groups").model_copy(update={"id": "groups"})

    with pytest.raises(InputError, match=r"held already, as 'core-groups'; .* `safeguard corpus remove core-groups`"):
        keep_document(tmp_path, again, replace=True)
    assert [one.id for one in held_documents(tmp_path)] == ["core-groups"]


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device")

    keep_document(tmp_path, document())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(DocumentError, match="No space left on device"):
            keep_document(tmp_path, document("They do not.", "1" * 64), replace=True)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["core-groups"]


def test_a_document_that_is_damaged_is_named_with_its_cure(tmp_path: Path) -> None:
    keep_document(tmp_path, document())
    (tmp_path / "core-groups" / "document.json").write_text("{", "utf-8")

    with pytest.raises(DocumentError, match="remove it with `safeguard corpus remove core-groups` and add it again"):
        held_documents(tmp_path)
    remove_document(tmp_path, "core-groups")
    assert held_documents(tmp_path) == ()
