"""Search by meaning: exact inner product over unit vectors (FAISS)."""

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
    """The index written by `write_vectors`."""

    def __init__(self, path: Path) -> None:
        import faiss

        self._index: Any = faiss.read_index(str(path))

    def scores(self, query: Vectors, most: int) -> npt.NDArray[np.float32]:
        """The cosine of every text with one query row, shape (1, dimensions); 0 beyond the `most` nearest."""
        cosines, numbers = self._index.search(query, min(most, self._index.ntotal))
        scores = np.zeros(self._index.ntotal, dtype=np.float32)
        scores[numbers[0]] = cosines[0]
        return scores
