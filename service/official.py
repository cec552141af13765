"""Official text that is held: which places a question quotes, and passages that no record of ours stands for."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.documents import edition_name
from indexer.encoder import Vectors
from indexer.vectors import VectorIndex
from indexer.words import WordIndex, tokenize
from service.answer import Passage

#: The share of meaning, against words, in the score of a passage.
MEANING = 0.65
#: A question of so many pairs of neighbouring words may be a quotation; fewer stand anywhere.
LEAST_PAIRS = 4
#: It quotes a text that has at least this share of them.
QUOTED = 0.6
#: A passage is shown from this score on.
NEAR = 0.5
#: From this score on a passage of a newer edition, or of other guidance, is an answer where the records have none.
SURE = 0.75
#: So many passages of other guidance are shown below the edition that answers.
MOST_BESIDE = 3
#: So many of the best passages are looked at.
BEST = 200

Scores = npt.NDArray[np.float32]


class OfficialIndex:
    """What a build's indexes say of official text: first the texts of provisions, then passages without a record."""

    def __init__(self, places: Sequence[int], words: WordIndex, vectors: VectorIndex | None) -> None:
        """`places` are the documents of the provisions whose text is held, in the order of the index of words."""
        self._places = np.array(places, dtype=np.int64)
        self._words = words
        self._vectors = vectors

    def quoted(self, question: str, documents: int) -> Scores:
        """For each of so many documents the share of the question that its official text has word for word, or 0."""
        near = np.zeros(documents, dtype=np.float32)
        pairs = list(dict.fromkeys(token for token in tokenize(question) if "_" in token))
        if len(pairs) < LEAST_PAIRS:
            return near
        has = np.stack([self._words.scores_of_token(pair) > 0 for pair in pairs])[:, : len(self._places)]
        share = has.mean(axis=0, dtype=np.float32)
        near[self._places] = np.where(share >= QUOTED, share, 0)
        return near

    def near(self, query: Vectors, words: str) -> list[tuple[int, float]]:
        """The passages without a record that are nearest a question, by number, with their scores, best first."""
        if self._vectors is None:
            return []
        cosines = self._vectors.near(query).texts
        found = self._words.scores(words)[len(self._places) :]
        scores = (1 - MEANING) * found / max(float(found.max(initial=0)), 1e-9)
        scores[: len(cosines)] += MEANING * np.maximum(cosines, 0)
        best = np.argsort(-scores, kind="stable")[:BEST]
        return [(int(one), float(scores[one])) for one in best if scores[one] >= NEAR]


def passages_of(
    cards: dict[str, Any],
    found: Iterable[tuple[int, float]],
    provisions: Iterable[tuple[str, float]],
    edition: str,
    newer: str | None,
    limit: int,
) -> tuple[list[Passage], list[Passage]]:
    """Of the passages found those of the newer edition, which come first; and those that stand below the edition's own.

    What a provision became is found as that provision is. Below are what the edition says beside our records, and
    guidance of other series.
    """
    official = cards["official"]
    scores = dict(found)
    for provision, score in provisions if newer else ():
        for number in official["successors"].get(provision, ()):
            scores[number] = max(scores.get(number, 0.0), score)
    own, first, further, beside = edition_name(edition), [], [], []
    for number, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
        card = official["passages"][number]
        name = edition_name(card["edition"])
        if card["edition"] == newer:
            first.append((card, score))
        elif card["edition"] == edition:
            further.append((card, score))
        elif name is None or own is None or name.series != own.series:
            beside.append((card, score))
    return _shown(first[:limit]), _shown(further[:limit] + beside[:MOST_BESIDE])


def _shown(found: Sequence[tuple[dict[str, Any], float]]) -> list[Passage]:
    return [Passage.model_validate({**card, "score": round(min(score, 1.0), 3)}) for card, score in found]
