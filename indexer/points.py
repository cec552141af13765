"""Learns for each record two points in the space of meaning that the questions it answers lie nearest to.

The first tells which record answers best: a softmax over the cosines of a question to the point of every record of its
edition, as in normalised classifiers (Zhai and Wu 2019, arXiv:1811.12649): what tells a record from its neighbours
counts, not what they share. The second tells for each record by itself whether it is among the answers: a logistic of
its own (one against the rest; Rifkin and Klautau 2004, JMLR 5). One more point of either is learned for questions that
nothing answers. `python -m indexer.points` learns them anew, in three minutes on two cores.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.loader import Corpus, load_corpus
from indexer.documents import LIST, Document, to_documents
from indexer.encoder import Encoder, Vectors, unit
from indexer.models import POINTS

#: Under this name stands the point of questions that nothing answers.
NOTHING = ""
SEED = 7
EPOCHS = 10
BATCH = 512
#: The rate falls evenly to so small a share of itself.
LEARNING_RATE, LEAST = 2e-3, 0.05
#: Cosines are multiplied by this before the softmax.
SHARPNESS = 15.0
#: Products are multiplied by this before the logistic, and so much is taken off, since of a thousand few answer.
STEEPNESS, RARITY = 20.0, 10.0
#: A question that asks for a list counts so much there, lest the many that one record answers drown what lists tell.
LIST_WEIGHT = 3.0
#: So much of each example's weight is spread over all records, since neighbours answer in part.
SMOOTHING = 0.1
#: How strongly a point of either kind is held where its texts and questions lie on average.
HOLD_BEST, HOLD_AMONG = 1e-4, 3e-3


@dataclass(frozen=True)
class Example:
    """A question, the edition it is asked of, and the numbers of the documents that answer it."""

    question: str
    edition: str
    #: Best first; for a question that nothing answers the number after the last document's.
    numbers: tuple[int, ...]
    #: Whether they are wanted together, so that none is better than another.
    whole: bool = False

    @property
    def shares(self) -> tuple[float, ...]:
        """How much each counts as the answer: the best twice as much as another, since it is to stand first."""
        best = 1 if self.whole else 2
        total = best + len(self.numbers) - 1
        return (best / total, *(1 / total for _ in self.numbers[1:]))


@dataclass(frozen=True)
class Examples:
    """What is learned from: the documents that may answer, and questions."""

    documents: list[Document]
    questions: list[Example]

    @property
    def with_own_words(self) -> list[Example]:
        """Each document's text as if it were asked, and then the questions."""
        return [Example(one.text, one.edition, (row,)) for row, one in enumerate(self.documents)] + self.questions

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
    """Learn both points of each record of the editions that questions are asked about, and write them."""
    from safetensors.numpy import save_file

    examples = examples_of(corpus)
    progress(f"embedding {len(examples.questions) + len(examples.documents)} texts")
    points = _classify(examples, embed(examples, encoder), progress)
    names = [*(one.record for one in examples.documents), NOTHING]
    save_file({"points": points.astype(np.float16)}, path, {"records": "\n".join(names)})


def examples_of(corpus: Corpus) -> Examples:
    """The documents of the editions that questions are asked about, and the questions."""
    editions = {one.edition for one in corpus.asked}
    documents = [one for one in to_documents(corpus) if one.edition in editions]
    number, nothing = {one.record: row for row, one in enumerate(documents)}, len(documents)
    questions = [
        Example(one.question, one.edition, tuple(number[record] for record in one.answered_by) or (nothing,), one.whole)
        for one in corpus.asked
    ]
    return Examples(documents, questions)


def embed(examples: Examples, encoder: Encoder) -> Vectors:
    """The vector of each of `examples.with_own_words`, shape (examples, dimensions)."""
    return encoder.encode([one.question for one in examples.with_own_words])


def softmax_loss(scores: Any, shares: Any, elsewhere: Any) -> Any:
    """The smoothed cross-entropy of a softmax over what is not `elsewhere`; all shapes are (questions, records), and
    `shares` sum to 1 for each question."""
    logs = scores.masked_fill(elsewhere, -np.inf).log_softmax(1).masked_fill(elsewhere, 0)
    spread = logs.sum(1) / (~elsewhere).sum(1)
    return -((1 - SMOOTHING) * (shares * logs).sum(1) + SMOOTHING * spread).mean()


def logistic_losses(logits: Any, wanted: Any, elsewhere: Any) -> Any:
    """The cross-entropy of a logistic for each record that is not `elsewhere`, summed, shape (questions,); all shapes
    given are (questions, records), and `wanted` is 1 where a record answers."""
    import torch

    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return losses.masked_fill(elsewhere, 0).sum(1)


def mean_points(examples: Examples, vectors: Vectors) -> Vectors:
    """The mean direction of what each document answers, shape (documents + 1, dimensions)."""
    means = np.zeros((len(examples.documents) + 1, vectors.shape[1]), dtype=np.float32)
    for vector, one in zip(vectors, examples.with_own_words, strict=True):
        means[list(one.numbers)] += vector
    return unit(means)


def read_points(path: Path) -> dict[str, Vectors]:
    """Both learned points, shape (2, dimensions), of each record and of `NOTHING`."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        names, points = file.metadata()["records"].split("\n"), file.get_tensor("points")
    return dict(zip(names, points.astype(np.float32).swapaxes(0, 1), strict=True))


def points_of(
    documents: Sequence[Document], rows: Vectors, owners: Sequence[Sequence[int]], path: Path | None
) -> Vectors:
    """Both points of each document and last those of `NOTHING`, shape (2, documents + 1, dimensions).

    For a document without learned ones they are the mean direction of its rows; `owners` names the documents of each
    row.
    """
    means = np.zeros((len(documents) + 1, rows.shape[1]), dtype=np.float32)
    for row, of in zip(rows, owners, strict=False):
        means[list(of)] += row
    points = np.stack([unit(means)] * 2)
    learned = read_points(path) if path else {}
    for number, name in enumerate([*(one.record for one in documents), NOTHING]):
        if name in learned:
            points[:, number] = learned[name]
    return points


def write_points(points: Vectors, path: Path) -> None:
    """Write what `points_of` gives, for `numpy.load`."""
    np.save(path, points)


def _classify(examples: Examples, vectors: Vectors, progress: Callable[[str], None]) -> Vectors:
    """Both points of each document and last of `NOTHING`, shape (2, documents + 1, dimensions)."""
    import torch

    torch.manual_seed(SEED)
    start = torch.tensor(mean_points(examples, vectors))
    best, among = (start.clone().requires_grad_() for _ in range(2))
    given, every = torch.tensor(vectors), examples.with_own_words
    edition = torch.tensor([examples.editions.index(one.edition) for one in every])
    elsewhere = torch.tensor(examples.elsewhere())
    optimiser = torch.optim.Adam([best, among], lr=LEARNING_RATE)
    batches = -(-len(given) // BATCH)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, LEAST, EPOCHS * batches)
    for epoch in range(EPOCHS):
        shuffled = torch.randperm(len(given))
        for batch in (shuffled[first : first + BATCH] for first in range(0, len(given), BATCH)):
            optimiser.zero_grad()
            shares, other = torch.zeros(len(batch), len(start)), elsewhere[edition[batch]]
            for row, number in enumerate(batch.tolist()):
                shares[row, list(every[number].numbers)] = torch.tensor(every[number].shares)
            loss = softmax_loss(given[batch] @ best.t() * SHARPNESS, shares, other)
            loss = loss + HOLD_BEST * ((best - start) ** 2).sum()
            logits, wanted = given[batch] @ among.t() * STEEPNESS - RARITY, (shares > 0).float()
            counts = torch.where(wanted.sum(1) >= LIST, LIST_WEIGHT, 1.0)
            loss = loss + (logistic_losses(logits, wanted, other) * counts).mean()
            loss = loss + HOLD_AMONG * ((among - start) ** 2).sum()
            loss.backward()
            optimiser.step()
            falling.step()
        progress(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}")
    return np.asarray(torch.stack([best, among]).detach().numpy())


if __name__ == "__main__":
    main()
