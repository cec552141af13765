"""Damaged and hostile files through every importer: a sentence or passages, never a crash, a hang or a leak."""

import contextlib
import multiprocessing
import random
import resource
import signal
import tempfile
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

import pytest
from conftest import PDF
from test_corpus_importers import AKN_ACT, CLML_ACT, MARKDOWN, WEB_PAGE, description, paragraph, word_file
from test_corpus_official import LOCKED, page_of

from corpus.documents import Kind, NoWords, to_document
from corpus.importing import import_file, read_pieces
from ontology.errors import DocumentError, InputError

INPUTS = 20_000
#: The worker tells of itself after so many.
BATCH = 500
#: One input takes milliseconds.
SECONDS_EACH = 10
#: Kilobytes that the worker may grow by after its first batch.
GROWTH = 60_000

WORD_BODY = paragraph("Meetings", "Heading1") + paragraph("1. Soon") + paragraph("or", item=True)
#: (a file's name, its content, its kind); of `b.docx` the body alone, which is packed when it has been damaged.
SEEDS: list[tuple[str, bytes, Kind]] = [
    ("a.pdf", page_of(b"Preface", b"1. Councils act.", b"2. They report."), "official-guidance"),
    ("act.pdf", page_of(b"1 Duty to ask", b"  (1) A council must ask."), "legislation"),
    ("locked.pdf", page_of(b"One.") + LOCKED, "official-guidance"),
    ("a.docx", word_file(WORD_BODY), "commentary"),
    ("b.docx", WORD_BODY.encode(), "commentary"),
    ("a.xml", CLML_ACT.encode(), "legislation"),
    ("b.xml", AKN_ACT.encode(), "legislation"),
    ("a.html", WEB_PAGE.encode(), "commentary"),
    ("a.json", b'{"title": "t", "details": {"body": "<h2>A</h2><p>1. B</p><ul><li>c</li></ul>"}}', "commentary"),
    ("a.md", MARKDOWN.encode(), "commentary"),
    ("a.txt", b"1. One.\n\n2. Two.\n\n- a\n- b\n", "commentary"),
]  # fmt: skip
TOKENS = (
    *(
        b"<",
        b">",
        b"&",
        b"\0",
        b"\xff\xfe",
        b"{",
        b"endobj",
        b"stream",
        b"9999999999",
        b"-1",
        b"#" * 9,
        b"|-|\n",
        b"1. ",
    ),
    *(
        b"[" * 50,
        b"<p>" * 200,
        b"<table><tr><td>",
        b"<P1>",
        b"<w:p>",
        b"/Kids [2 0 R]",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ),
)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, cut, doubled or put in."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        until = min(len(made), at + chance.randint(1, 60))
        match chance.randrange(6):
            case 0:
                made[at:until] = chance.randbytes(until - at)
            case 1:
                del made[at:until]
            case 2:
                made[at:at] = made[at:until] * chance.randint(1, 20)
            case 3:
                made[at:at] = chance.choice(TOKENS)
            case 4:
                del made[at:]
            case _:
                other = chance.choice(SEEDS)[1]
                start = chance.randrange(len(other))
                made[at:until] = other[start : start + 80]
        if not made:
            break
    return bytes(made)


def _hung(_: int, __: FrameType | None) -> None:
    raise TimeoutError("an importer hung")


def _outcome(seed: int, folder: Path) -> str:
    name, content, kind = SEEDS[seed % len(SEEDS)]
    path = folder / name
    damaged = mutated(content, random.Random(seed))
    path.write_bytes(word_file(damaged.decode("utf-8", "replace")) if name == "b.docx" else damaged)
    signal.alarm(SECONDS_EACH)
    try:
        to_document(description(kind), name, "0", read_pieces(path, kind))
    except (DocumentError, InputError, NoWords):
        return "refused"
    except Exception as error:
        return f"seed {seed}, {name}: {error!r}"[:300]
    finally:
        signal.alarm(0)
    return "read"


def _work(seeds: range, results: Connection) -> None:
    """Reads one mutated input for each seed, and tells after each batch of its outcomes, memory and open files."""
    signal.signal(signal.SIGALRM, _hung)
    with tempfile.TemporaryDirectory() as folder:
        for start in range(seeds.start, seeds.stop, BATCH):
            batch = range(start, min(start + BATCH, seeds.stop))
            outcomes = Counter(_outcome(seed, Path(folder)) for seed in batch)
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            results.send((outcomes, pages * resource.getpagesize() // 1024, len(list(Path("/proc/self/fd").iterdir()))))


def _results(seeds: range, memory: list[int], files: list[int]) -> Counter[str]:
    """The outcomes of one worker; one that dies is told with the batch in which it did."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(seeds, sending))
    worker.start()
    sending.close()
    outcomes: Counter[str] = Counter()
    try:
        for start in range(seeds.start, seeds.stop, BATCH):
            if not receiving.poll(BATCH * SECONDS_EACH):
                return outcomes + Counter([f"seeds from {start}: hung"])
            found, used, opened = receiving.recv()
            outcomes += found
            memory.append(used)
            files.append(opened)
    except EOFError:
        worker.join()
        outcomes[f"seeds from {start}: the process died, status {worker.exitcode}"] += 1
    finally:
        worker.kill()
        worker.join()
    return outcomes


def check(inputs: int) -> Counter[str]:
    memory: list[int] = []
    files: list[int] = []
    outcomes = _results(range(inputs), memory, files)

    assert [outcome for outcome in outcomes if outcome not in ("read", "refused")] == []
    assert outcomes.total() == inputs
    assert memory[-1] - memory[0] < GROWTH
    assert len(set(files)) == 1
    return outcomes


def test_damaged_files_are_read_or_refused() -> None:
    assert set(check(1_000)) == {"read", "refused"}


@pytest.mark.long
def test_very_many_damaged_files_are_read_or_refused() -> None:
    assert set(check(INPUTS)) == {"read", "refused"}


@pytest.mark.long
def test_a_damaged_official_document_is_read_or_refused(tmp_path: Path) -> None:
    """Bytes changed anywhere in the real PDF, in a process of its own as `safeguard corpus add` has it."""
    if not PDF.is_file():
        pytest.skip(f"the official PDF is not at hand: {PDF}")
    whole = PDF.read_bytes()
    for seed in range(30):
        chance = random.Random(seed)
        damaged = bytearray(whole)
        for _ in range(200):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        path = tmp_path / "damaged.pdf"
        path.write_bytes(damaged)
        with contextlib.suppress(DocumentError):
            import_file(path, description("official-guidance"), seconds=60)
