"""Learns for each record the point in the space of meaning that the questions it answers lie nearest to.

A softmax over the cosines of a question to the point of every record of its edition, as in normalised classifiers
(Zhai and Wu 2019, arXiv:1811.12649): what tells a record from its neighbours counts, not what they share. One more
point is learned for questions that nothing answers. `python -m indexer.points` learns them anew, in three minutes on
two cores.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
class Example:
    """A question, the edition it is asked of, and the numbers of the documents that answer it."""

    question: str
    edition: str
    #: Best first; for a question that nothing answers the number after the last document's.
    numbers: tuple[int, ...]
    #: Whether they are wanted together, so that none is better than another.
    whole: bool = False


@dataclass(frozen=True)
class Examples:
    """What is learned from: the documents that may answer, and questions."""

    documents: list[Document]
    questions: list[Example]

    @property
    def editions(self) -> list[str]:
        """The editions of the documents, each once."""
        return list(dict.fromkeys(one.edition for one in self.documents))

    def elsewhere(self) -> Any:
        """Which points belong to another edition, shape (editions, documents + 1); that of `NOTHING` never does."""
        editions = np.array([one.edition for one in self.documents])
        others = [[*(editions != edition), False] for edition in self.editions]
        return np.array(others, dtype=bool)


def main() -> None:
    """Learn the points from the whole corpus and put them in place."""
    from indexer.encoder import TransformerEncoder

    aside = POINTS.with_suffix(".new")
    learn_points(load_corpus(), TransformerEncoder(), aside, lambda line: print(f"  {line}", file=sys.stderr))
    os.replace(aside, POINTS)


def learn_points(corpus: Corpus, encoder: Encoder, path: Path, progress: Callable[[str], None]) -> None:
    """Learn a point for each record of the editions that questions are asked about, and write them."""
    from safetensors.numpy import save_file

    examples = _best_twice(examples_of(corpus))
    progress(f"embedding {len(examples.questions) + len(examples.documents)} texts")
    points = _classify(*embed(examples, encoder), examples.elsewhere(), progress)
    names = [*(one.record for one in examples.documents), NOTHING]
    save_file({"points": points.astype(np.float16)}, path, {"records": "\n".join(names)})


def examples_of(corpus: Corpus) -> Examples:
    """The documents of the editions that questions are asked about, and the questions."""
    editions = {one.edition for one in corpus.asked}
    documents = [one for one in to_documents(corpus) if one.edition in editions]
    number, nothing = {one.record: row for row, one in enumerate(documents)}, len(documents)
    questions = [
        Example(one.question, one.edition, tuple(number[record] for record in _taught(one)) or (nothing,), one.whole)
        for one in corpus.asked
    ]
    return Examples(documents, questions)


def _taught(one: AskedQuestion) -> tuple[str, ...]:
    return one.answered_by if one.whole else one.answered_by[:MOST_RECORDS]


def _best_twice(examples: Examples) -> Examples:
    """What answers best counts twice as much as what answers, too, since it is to stand first."""
    return replace(
        examples,
        questions=[
            one if one.whole or len(one.numbers) == 1 else replace(one, numbers=(one.numbers[0], *one.numbers))
            for one in examples.questions
        ],
    )


def embed(examples: Examples, encoder: Encoder) -> tuple[Vectors, Any, Any]:
    """Vectors, and the document and the edition, by number, that each belongs to.

    A question stands once for each document that answers it.
    """
    own = [Example(one.text, one.edition, (number,)) for number, one in enumerate(examples.documents)]
    every, edition = [*own, *examples.questions], examples.editions.index
    rows, labels = zip(*((row, number) for row, one in enumerate(every) for number in one.numbers), strict=True)
    vectors = encoder.encode([one.question for one in every])[list(rows)]
    return vectors, np.array(labels), np.array([edition(every[row].edition) for row in rows])


def softmax_loss(scores: Any, right: Any, elsewhere: Any) -> Any:
    """The smoothed cross-entropy of a softmax over what is not `elsewhere`, a mask of the scores' shape."""
    logs = scores.masked_fill(elsewhere, -np.inf).log_softmax(1)
    spread = logs.masked_fill(elsewhere, 0).sum(1) / (~elsewhere).sum(1)
    return -((1 - SMOOTHING) * logs.gather(1, right[:, None])[:, 0] + SMOOTHING * spread).mean()


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


def _classify(vectors: Vectors, labels: Any, editions: Any, elsewhere: Any, progress: Callable[[str], None]) -> Vectors:
    import torch

    torch.manual_seed(SEED)
    start = torch.tensor(mean_points(vectors, labels, elsewhere.shape[1]))
    points = start.clone().requires_grad_()
    given, right = torch.tensor(vectors), torch.tensor(labels)
    of, other = torch.tensor(editions), torch.tensor(elsewhere)
    optimiser = torch.optim.Adam([points], lr=LEARNING_RATE)
    for epoch in range(EPOCHS):
        shuffled = torch.randperm(len(given))
        for batch in (shuffled[start : start + BATCH] for start in range(0, len(given), BATCH)):
            optimiser.zero_grad()
            scores = given[batch] @ points.t() * SHARPNESS
            loss = softmax_loss(scores, right[batch], other[of[batch]])
            loss = loss + HOLD * ((points - start) ** 2).sum()
            loss.backward()
            optimiser.step()
        progress(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}")
    return np.asarray(points.detach().numpy())


if __name__ == "__main__":
    main()
