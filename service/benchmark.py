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
from indexer.documents import Document
from indexer.encoder import building_encoder, export_encoder, load_encoder
from indexer.points import Examples
from indexer.vectors import VectorIndex, write_vectors
from indexer.words import WordIndex, write_words
from ontology.errors import InputError
from service.library import Library

DEPTH = 10
PASSAGES, QUESTIONS = "passages.jsonl.gz", "dev.jsonl.gz"


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
    folder: Path, questions: Path | None, model: str, learning: bool, progress: Callable[[str], None]
) -> Figures:
    """Index the passages of ObliQA (RegNLP) and ask its questions; raises InputError where the files are not there.

    With `learning` the model is fitted to every second question first, as ours is to this field, and asked the others.
    Recall@10 is the share of a question's relevant passages among the first ten, averaged over questions; MAP@10
    divides by the smaller of ten and the number of relevant passages.
    """
    passages = list(_lines(folder / PASSAGES))
    asked = list(_lines(questions or folder / QUESTIONS))
    numbers = {(str(one["document"]), str(one["passage"])): number for number, one in enumerate(passages)}
    texts = [one["text"] for one in passages]
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        place, adapter = Path(scratch), None
        if learning:
            taught, asked, adapter = asked[::2], asked[1::2], place / "adapter.safetensors"
            learn(_examples(texts, taught, numbers), adapter, progress)
            started = time.perf_counter()
        progress(f"indexing {len(texts)} passages")
        write_words(texts, place / WORDS_FOLDER)
        write_words([""] * len(texts), place / ASKED_FOLDER)
        encoder = building_encoder(model, adapter)
        vectors = encoder.encode(texts)
        write_vectors(vectors, place / VECTORS_FILE)
        export_encoder(encoder, place / ENCODER_FOLDER)
        library = Library(
            "obliqa",
            {},
            {},
            WordIndex(place / WORDS_FOLDER),
            WordIndex(place / ASKED_FOLDER),
            VectorIndex(place / VECTORS_FILE, range(len(texts))),
            load_encoder(place / ENCODER_FOLDER),
            np.zeros((len(texts) + 1, vectors.shape[1]), dtype=np.float32),
        )
        indexing = time.perf_counter() - started
        progress(f"asking {len(asked)} questions")
        recalls, precisions = [], []
        started = time.perf_counter()
        for one in asked:
            relevant = {numbers[str(document), str(passage)] for document, passage in one["relevant"]}
            ranked = (
                library.search(one["question"], one["question"], one["question"])
                .fused.argsort(kind="stable")[::-1][:DEPTH]
                .tolist()
            )
            hits = [number in relevant for number in ranked]
            recalls.append(sum(hits) / len(relevant))
            precisions.append(_average_precision(hits, len(relevant)))
        asking = time.perf_counter() - started
    return Figures(
        len(texts),
        len(asked),
        sum(recalls) / len(asked),
        sum(precisions) / len(asked),
        len(asked) / asking,
        indexing,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _examples(texts: list[str], taught: list[dict[str, Any]], numbers: dict[tuple[str, str], int]) -> Examples:
    """Each passage as a document with the questions that it answers."""
    asked: dict[int, list[str]] = {number: [] for number in range(len(texts))}
    for one in taught:
        for document, passage in one["relevant"]:
            asked[numbers[str(document), str(passage)]].append(one["question"])
    documents = [
        Document("provision", str(number), "", text, (), "", tuple(asked[number])) for number, text in enumerate(texts)
    ]
    return Examples(documents, [(question, number) for number, questions in asked.items() for question in questions])


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
