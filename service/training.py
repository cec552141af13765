"""Learns the weights of ranking and of abstention from how an index answers questions that it did not learn from.

Those are the trials (corpus/trials): of people who read the guidance itself and asked, and of what it does not answer.
Practice questions have no part. `python -m service.training` learns them anew.
"""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.loader import load_corpus
from corpus.records import AskedQuestion
from indexer.build import compile_corpus, open_folder
from indexer.models import DEFAULT_MODEL
from service.library import Library, open_library
from service.retrieval import GIVEN, WEIGHTS, answer_signs, beside_signs, duty_signs, place_signs, total
from service.understanding import Understanding

#: So many are compared for each question: those that are right, and the likeliest of the wrong ones.
COMPARED = 64
#: The likely ones are those that these weights, which any user of cosines would start from, put first.
START = {"own text": 0.5, "questions asked of it": 0.5}
#: Weights are kept small by this much.
SMALL = 1e-5
#: And those of whether there is an answer, whose signs are alike, by this much, each sign in units of its spread.
SMALL_ALIKE = 0.02
STEPS = 150

Matrix = npt.NDArray[np.float64]
Rights = npt.NDArray[np.bool_]


def main() -> None:
    """Learn the weights and write them to `service/weights.json`."""
    corpus = load_corpus()
    with tempfile.TemporaryDirectory() as scratch:
        compile_corpus(corpus, Path(scratch), "training", DEFAULT_MODEL, (), _say)
        learned = learn_weights(open_library(open_folder(Path(scratch), thorough=False)), corpus.trials)
    aside = WEIGHTS.with_suffix(".new")
    aside.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")
    os.replace(aside, WEIGHTS)


def learn_weights(library: Library, questions: Sequence[AskedQuestion]) -> dict[str, dict[str, float]]:
    """The weights that best tell right from wrong for questions that the library has not seen."""
    understanding = Understanding(library.cards, library.words)
    duties, places, besides, answers = _Examples(), _Examples(), _Examples(), _Examples()
    asked = []
    for one in questions:
        understood = understanding.read(one.question)
        found = library.search(understood.typed, understood.meaning, understood.words)
        shelf = library.shelves[one.edition]
        right = [shelf.duties.index(record) for record in one.answered_by if record in shelf.duties]
        where = [shelf.provisions.index(record) for record in one.answered_by if record in shelf.provisions]
        where += [int(shelf.parents[number]) for number in right]
        duty, place = duty_signs(shelf, found, understood), place_signs(shelf, found)
        if right:
            duties.rank(duty, right)
        if where:
            places.rank(place, where)
        asked.append((shelf, found, understood, duty, place, right, bool(right or where)))
    learned = {"duty": duties.learn() | GIVEN, "place": places.learn() | GIVEN}
    for shelf, found, understood, duty, place, right, is_answered in asked:
        totals = (total(duty, learned["duty"]), total(place, learned["place"]))
        answered = answer_signs(shelf, found, understood, *totals)
        answers.judge({name: [value] for name, value in answered.items()}, [is_answered])
        if right:
            likeliest = np.argsort(-totals[0])[:COMPARED]
            beside = {name: values[likeliest] for name, values in beside_signs(shelf, found, *totals).items()}
            besides.judge(beside, np.isin(likeliest, right))
    return learned | {"beside": besides.learn(), "answer": answers.learn(balanced=True, small=SMALL_ALIKE)}


class _Examples:
    """What is learned from: signs of right things and of wrong ones."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.groups: list[tuple[Matrix, Rights]] = []
        self.judged: list[tuple[Matrix, Rights]] = []

    def rank(self, signs: dict[str, Any], right: Sequence[int]) -> None:
        """The right ones against the likeliest wrong ones."""
        self.names = [name for name in signs if name not in GIVEN]
        matrix = np.stack([signs[name] for name in self.names], axis=1).astype(np.float64)
        start = matrix @ np.array([START.get(name, 0.0) for name in self.names])
        wrong = [number for number in np.argsort(-start)[:COMPARED].tolist() if number not in right]
        compared = [*dict.fromkeys(right), *wrong][:COMPARED]
        self.groups.append((matrix[compared], np.isin(compared, right)))

    def judge(self, signs: dict[str, Any], right: Sequence[bool] | Rights) -> None:
        """Things that are each right or wrong, whatever stands beside them."""
        self.names = list(signs)
        self.judged.append((np.stack([signs[name] for name in self.names], axis=1), np.array(right)))

    def learn(self, balanced: bool = False, small: float = SMALL) -> dict[str, float]:
        """A weight for each sign and a bias, such that the logistic of their sum is the probability of being right.

        Ranking is learned first (softmax over what is compared for each question), then one factor and the bias.
        `balanced` counts right and wrong alike, however many there are; `small` keeps the weights so small.
        """
        if self.groups:
            weights = self._learn_order()
            scores = [(signs @ weights, right) for signs, right in self.groups]
            judged = [(one[right].max(), True) for one, right in scores]
            judged += [(score, False) for one, right in scores for score in one[~right]]
            factor, bias = _logistic(np.array([[score] for score, _ in judged]), np.array([is_ for _, is_ in judged]))
            weights, bias = weights * factor[0], bias
        else:
            given, wanted = (np.concatenate(one) for one in zip(*self.judged, strict=True))
            spread = given.std(axis=0) + 1e-9
            weights, bias = _logistic(given / spread, wanted, balanced, small)
            weights = weights / spread
        return {**dict(zip(self.names, (round(float(one), 4) for one in weights), strict=True)), "bias": round(bias, 4)}

    def _learn_order(self) -> Matrix:
        import torch

        signs = torch.tensor(np.stack([one for one, _ in self.groups]))
        wrong = torch.tensor(np.stack([~right for _, right in self.groups]))
        weights = torch.zeros(signs.shape[2], dtype=torch.float64, requires_grad=True)
        optimiser: Any = torch.optim.LBFGS([weights], lr=0.5, max_iter=STEPS)

        def loss() -> float:
            optimiser.zero_grad()
            scores = signs @ weights
            right = scores.masked_fill(wrong, -torch.inf)
            value: Any = (torch.logsumexp(scores, 1) - torch.logsumexp(right, 1)).mean() + SMALL * (weights**2).sum()
            value.backward()
            return float(value.detach())

        optimiser.step(loss)
        return np.asarray(weights.detach().numpy())


def _logistic(given: Matrix, wanted: Any, balanced: bool = False, small: float = SMALL) -> tuple[Matrix, float]:
    """Weights and bias of a logistic regression; `balanced` counts both answers alike, however many there are."""
    import torch

    inputs, right = torch.tensor(given), torch.tensor(wanted, dtype=torch.float64)
    share = float(right.mean())
    each = torch.where(right > 0, 0.5 / share, 0.5 / (1 - share)) if balanced else torch.ones_like(right)
    weights = torch.zeros(inputs.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimiser: Any = torch.optim.LBFGS([weights], lr=0.5, max_iter=STEPS)

    def loss() -> float:
        optimiser.zero_grad()
        scores = inputs @ weights[:-1] + weights[-1]
        value: Any = torch.nn.functional.binary_cross_entropy_with_logits(scores, right, weight=each)
        value = value + small * (weights[:-1] ** 2).sum()
        value.backward()
        return float(value.detach())

    optimiser.step(loss)
    return np.asarray(weights.detach().numpy()[:-1]), float(weights[-1].detach())


def _say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
