"""Retrieval on a public benchmark from outside, by the product's own indexes and fusion."""

import gzip
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.adapter import learn
from indexer.build import ASKED_FOLDER, ENCODER_FOLDER, VECTORS_FILE, WORDS_FOLDER
from indexer.documents import Document, search_rows
from indexer.encoder import Encoder, building_encoder, export_encoder, load_encoder
from indexer.points import Example, Examples
from indexer.vectors import VectorIndex, write_vectors
from indexer.words import WordIndex, write_words
from ontology.errors import InputError
from service.library import Library

DEPTH = 10
PASSAGES, QUESTIONS = "passages.jsonl.gz", "dev.jsonl.gz"

#: A question and the numbers of the passages that answer it.
Asked = tuple[str, set[int]]


@dataclass(frozen=True)
class Figures:
    """Recall and mean average precision over the first ten, speed, and memory."""

    passages: int
    questions: int
    recall: float
    average_precision: float
    questions_a_second: float
    indexing_seconds: float
    peak_megabytes: float


def run_obliqa(
    folder: Path, questions: Path | None, model: str, progress: Callable[[str], None], *, learning: bool = False
) -> Figures:
    """Index the passages of ObliQA (RegNLP) and ask its questions; raises InputError where the files are not there.

    With `learning`, every second question is one that people are known to ask: the model is fitted to them and they are
    indexed with their passages, as ours are; only the others are asked.
    Recall@10 is the share of a question's relevant passages among the first ten, averaged over questions; MAP@10
    divides by the smaller of ten and the number of relevant passages.
    """
    passages = list(_lines(folder / PASSAGES))
    numbers = {(str(one["document"]), str(one["passage"])): number for number, one in enumerate(passages)}
    asked = [_read(one, numbers) for one in _lines(questions or folder / QUESTIONS)]
    known, asked = (asked[::2], asked[1::2]) if learning else ([], asked)
    documents = _documents([one["text"] for one in passages], known)
    with tempfile.TemporaryDirectory() as scratch:
        place, adapter = Path(scratch), None
        if learning:
            adapter = place / "adapter.safetensors"
            examples = Examples(documents, [Example(one, "", tuple(sorted(of))) for one, of in known])
            learn(examples, adapter, progress)
        started = time.perf_counter()
        progress(f"indexing {len(documents)} passages")
        library = _library(documents, building_encoder(model, adapter), place)
        indexing = time.perf_counter() - started
        progress(f"asking {len(asked)} questions")
        recalls, precisions = [], []
        started = time.perf_counter()
        for question, relevant in asked:
            fused = library.search(question, question, question).fused
            hits = [number in relevant for number in fused.argsort(kind="stable")[::-1][:DEPTH].tolist()]
            recalls.append(sum(hits) / len(relevant))
            precisions.append(_average_precision(hits, len(relevant)))
        asking = time.perf_counter() - started
    return Figures(
        len(documents),
        len(asked),
        sum(recalls) / len(asked),
        sum(precisions) / len(asked),
        len(asked) / asking,
        indexing,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _read(line: dict[str, Any], numbers: dict[tuple[str, str], int]) -> Asked:
    """A question with the numbers of the passages that answer it."""
    return line["question"], {numbers[str(document), str(passage)] for document, passage in line["relevant"]}


def _documents(texts: list[str], known: list[Asked]) -> list[Document]:
    """Each passage with the questions that it is known to answer."""
    asked: dict[int, list[str]] = {}
    for question, relevant in known:
        for number in sorted(relevant):
            asked.setdefault(number, []).append(question)
    of = [tuple(asked.get(number, ())) for number in range(len(texts))]
    return [Document("provision", str(n), "", text, (), "", of[n], of[n]) for n, text in enumerate(texts)]


def _library(documents: list[Document], encoder: Encoder, place: Path) -> Library:
    """The product's own indexes over the passages, written into a folder and opened."""
    write_words([one.text for one in documents], place / WORDS_FOLDER)
    write_words([". ".join(one.asked) for one in documents], place / ASKED_FOLDER)
    rows = search_rows(documents, [])
    vectors = encoder.encode(rows.texts)
    write_vectors(vectors, place / VECTORS_FILE)
    export_encoder(encoder, place / ENCODER_FOLDER)
    return Library(
        "obliqa",
        {},
        {},
        WordIndex(place / WORDS_FOLDER),
        WordIndex(place / ASKED_FOLDER),
        VectorIndex(place / VECTORS_FILE, rows.text_owners, rows.asked_owners),
        load_encoder(place / ENCODER_FOLDER),
        np.zeros((2, len(documents) + 1, vectors.shape[1]), dtype=np.float32),
    )


def _average_precision(hits: list[bool], relevant: int) -> float:
    found, total = 0, 0.0
    for rank, hit in enumerate(hits, 1):
        if hit:
            found += 1
            total += found / rank
    return total / min(DEPTH, relevant)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSON Lines file, packed or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON Lines ({error}).") from error
