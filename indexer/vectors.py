"""Search by meaning: exact inner product over unit vectors (FAISS)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.encoder import Vectors


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Write `vectors`, shape (texts, dimensions), as a flat index."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


class VectorIndex:
    """The index written by `write_vectors`, whose rows belong to documents."""

    def __init__(self, path: Path, owners: Sequence[int]) -> None:
        import faiss

        self._index: Any = faiss.read_index(str(path))
        self._owners = np.asarray(owners, dtype=np.int64)
        self._documents = int(self._owners.max(initial=-1)) + 1

    def scores(self, query: Vectors, most: int) -> npt.NDArray[np.float32]:
        """The best cosine of every document's rows with one query row, shape (1, dimensions).

        0 for a document that has no row among the nearest; at least `most` rows are looked at, and more where documents
        have several.
        """
        rows = max(1, round(len(self._owners) / max(1, self._documents)))
        cosines, numbers = self._index.search(query, min(most * rows, self._index.ntotal))
        scores = np.zeros(self._documents, dtype=np.float32)
        np.maximum.at(scores, self._owners[numbers[0]], cosines[0])
        return scores
