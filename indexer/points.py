"""Learns for each record the point in the space of meaning that the questions it answers lie nearest to.

A softmax over the cosines of a question to every record's point, as in normalised classifiers (Zhai and Wu 2019,
arXiv:1811.12649): what tells a record from its neighbours counts, not what they share. One more point is learned for
questions that nothing answers. `python -m indexer.points` learns them anew, in three minutes on two cores.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.loader import Corpus, load_corpus
from corpus.records import AskedQuestion
from indexer.documents import Document, to_documents
from indexer.encoder import Encoder, Vectors, unit
from indexer.models import POINTS

#: Under this name stands the point of questions that nothing answers.
NOTHING = ""
SEED = 7
EPOCHS = 30
BATCH = 512
LEARNING_RATE = 2e-3
#: Cosines are multiplied by this before the softmax.
SHARPNESS = 15.0
#: So much of each example's weight is spread over all records, since neighbours answer in part.
SMOOTHING = 0.1
#: How strongly a point is held where its texts and questions lie on average.
HOLD = 1e-4
#: A question is an example of so many of the records that answer it, best first; one that asks for everything, of all.
MOST_RECORDS = 2


@dataclass(frozen=True)
class Examples:
    """What is learned from: the documents that may answer, and questions, each with the numbers of those that do."""

    documents: list[Document]
    #: A question that nothing answers has one number, that after the last document's.
    questions: list[tuple[str, tuple[int, ...]]]


def main() -> None:
    """Learn the points from the whole corpus and put them in place."""
    from indexer.encoder import TransformerEncoder

    aside = POINTS.with_suffix(".new")
    learn_points(load_corpus(), TransformerEncoder(), aside, lambda line: print(f"  {line}", file=sys.stderr))
    os.replace(aside, POINTS)


def learn_points(corpus: Corpus, encoder: Encoder, path: Path, progress: Callable[[str], None]) -> None:
    """Learn a point for each record of the editions that questions are asked about, and write them."""
    from safetensors.numpy import save_file

    examples = examples_of(corpus)
    progress(f"embedding {len(examples.questions) + len(examples.documents)} texts")
    vectors, labels = embed(examples, encoder)
    points = _classify(vectors, labels, len(examples.documents) + 1, progress)
    names = [*(one.record for one in examples.documents), NOTHING]
    save_file({"points": points.astype(np.float16)}, path, {"records": "\n".join(names)})


def examples_of(corpus: Corpus) -> Examples:
    """The documents of the editions that questions are asked about, and the questions."""
    answering = {record for one in corpus.asked for record in one.answered_by}
    documents = to_documents(corpus)
    editions = {one.edition for one in documents if one.record in answering}
    documents = [one for one in documents if one.edition in editions]
    number = {one.record: row for row, one in enumerate(documents)}
    questions = [
        (one.question, tuple(number[record] for record in _taught(one)) or (len(documents),)) for one in corpus.asked
    ]
    return Examples(documents, questions)


def _taught(one: AskedQuestion) -> tuple[str, ...]:
    return one.answered_by if one.whole else one.answered_by[:MOST_RECORDS]


def embed(examples: Examples, encoder: Encoder) -> tuple[Vectors, Any]:
    """Vectors, and the document that each belongs to; a question stands once for each document that answers it."""
    texts = [*(one.text for one in examples.documents), *(question for question, _ in examples.questions)]
    of = [*((number,) for number in range(len(examples.documents))), *(numbers for _, numbers in examples.questions)]
    rows = [row for row, numbers in enumerate(of) for _ in numbers]
    return encoder.encode(texts)[rows], np.array([number for numbers in of for number in numbers])


def mean_points(vectors: Vectors, labels: Any, classes: int) -> Vectors:
    """The mean direction of what belongs together, shape (classes, dimensions)."""
    means = np.zeros((classes, vectors.shape[1]), dtype=np.float32)
    np.add.at(means, labels, vectors)
    return unit(means)


def read_points(path: Path) -> dict[str, Vectors]:
    """The learned points by record, with that of `NOTHING`."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        names, points = file.metadata()["records"].split("\n"), file.get_tensor("points")
    return dict(zip(names, points.astype(np.float32), strict=True))


def points_of(
    documents: Sequence[Document], rows: Vectors, owners: Sequence[Sequence[int]], path: Path | None
) -> Vectors:
    """A point for each document and last that of `NOTHING`, shape (documents + 1, dimensions).

    For a document without a learned one it is the mean direction of its rows; `owners` names the documents of each row.
    """
    means = np.zeros((len(documents) + 1, rows.shape[1]), dtype=np.float32)
    for row, of in zip(rows, owners, strict=False):
        means[list(of)] += row
    points = unit(means)
    learned = read_points(path) if path else {}
    for number, name in enumerate([*(one.record for one in documents), NOTHING]):
        if name in learned:
            points[number] = learned[name]
    return points


def write_points(points: Vectors, path: Path) -> None:
    """Write what `points_of` gives, for `numpy.load`."""
    np.save(path, points)


def _classify(vectors: Vectors, labels: Any, classes: int, progress: Callable[[str], None]) -> Vectors:
    import torch

    torch.manual_seed(SEED)
    start = torch.tensor(mean_points(vectors, labels, classes))
    points = start.clone().requires_grad_()
    given, right = torch.tensor(vectors), torch.tensor(labels)
    optimiser = torch.optim.Adam([points], lr=LEARNING_RATE)
    for epoch in range(EPOCHS):
        shuffled = torch.randperm(len(given))
        for batch in (shuffled[start : start + BATCH] for start in range(0, len(given), BATCH)):
            optimiser.zero_grad()
            scores = given[batch] @ points.t() * SHARPNESS
            loss: Any = torch.nn.functional.cross_entropy(scores, right[batch], label_smoothing=SMOOTHING)
            loss = loss + HOLD * ((points - start) ** 2).sum()
            loss.backward()
            optimiser.step()
        progress(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}")
    return np.asarray(points.detach().numpy())


if __name__ == "__main__":
    main()
