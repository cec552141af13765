"""Search by meaning: exact inner product over unit vectors (FAISS)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.encoder import Vectors

Cosines = npt.NDArray[np.float32]

#: A question counts by e to this times its cosine: one that is further by 0.1 counts a twentieth. Chosen on the trials.
SHARPNESS = 30.0


@dataclass(frozen=True)
class Nearness:
    """How near a query is in meaning: to every document's own texts and to the questions asked of it, by cosine."""

    #: Shape (documents,); 0 for a document without such a text.
    texts: Cosines
    asked: Cosines
    #: How many like questions it answers, the nearest of them counting 1 and others less; shape (documents,).
    answers: Cosines
    #: To the nearest question that nothing answers.
    unanswered: float


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Write `vectors`, shape (texts, dimensions), as a flat index."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


class VectorIndex:
    """The index written by `write_vectors`: first the documents' texts, then questions asked of them, then others."""

    def __init__(self, path: Path, texts: Sequence[int], asked: Sequence[Sequence[int]] = ()) -> None:
        """`texts` names the document of each text row, `asked` the documents that answer each question row."""
        import faiss

        index: Any = faiss.read_index(str(path))
        self._index = index  # keeps the memory of its rows
        rows = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
        self._rows = rows.reshape(index.ntotal, index.d)
        self._texts = _Owners(list(enumerate(texts)))
        pairs = [(len(texts) + row, owners) for row, owners in enumerate(asked)]
        self._asked = _Owners([(row, one) for row, owners in pairs for one in owners])
        self._answered = len(texts) + len(asked)
        self._documents = max(texts, default=-1) + 1

    def near(self, query: Vectors) -> Nearness:
        """How near one query row, shape (1, dimensions), is to everything."""
        import faiss

        cosines = faiss.pairwise_distances(query, self._rows, metric=faiss.METRIC_INNER_PRODUCT)[0]
        return Nearness(
            self._texts.best(cosines, self._documents),
            self._asked.best(cosines, self._documents),
            self._asked.sum(cosines, self._documents),
            float(cosines[self._answered :].max(initial=0.0)),
        )


class _Owners:
    """Which documents rows belong to."""

    def __init__(self, pairs: list[tuple[int, int]]) -> None:
        ordered = sorted(pairs, key=lambda pair: pair[1])
        self._rows = np.array([row for row, _ in ordered], dtype=np.int64)
        self._owner = np.array([owner for _, owner in ordered], dtype=np.int64)
        self._owners, self._starts = np.unique(self._owner, return_index=True)

    def best(self, cosines: Cosines, documents: int) -> Cosines:
        """The best cosine of each document's rows."""
        found = np.zeros(documents, dtype=np.float32)
        if len(self._rows):
            found[self._owners] = np.maximum.reduceat(cosines[self._rows], self._starts)
        return found

    def sum(self, cosines: Cosines, documents: int) -> Cosines:
        """For each document the sum over its rows of how near they are, 1 for the nearest of all."""
        near = cosines[self._rows]
        weights = np.exp(SHARPNESS * (near - near.max(initial=-1)))
        return np.bincount(self._owner, weights, documents).astype(np.float32)
