"""Search by meaning: how near a question is to texts and to questions asked of them, and what answers like ones."""

from pathlib import Path

import numpy as np
import pytest

from indexer.vectors import SHARPNESS, VectorIndex, write_vectors


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    """Four documents; a question with one answer, a list of the first three and, far from it, one of the last three."""
    rows = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    write_vectors(rows, tmp_path / "rows.faiss")
    return VectorIndex(tmp_path / "rows.faiss", [0, 1, 2, 3], [[3], [0, 1, 2], [1, 2, 3]])


def test_a_document_is_as_near_as_its_nearest_text_or_question(index: VectorIndex) -> None:
    near = index.near(np.array([[1, 0]], dtype=np.float32))
    np.testing.assert_allclose(near.texts, [1, 1, 1, 0])
    np.testing.assert_allclose(near.asked, [0.8, 0.8, 0.8, 1], rtol=1e-6)


def test_what_answers_like_questions_counts_by_how_near_they_are(index: VectorIndex) -> None:
    near = index.near(np.array([[1, 0]], dtype=np.float32))
    less, least = np.exp(-SHARPNESS * np.array([0.2, 1]))
    np.testing.assert_allclose(near.answers, [less, less + least, less + least, 1 + least], rtol=1e-4)


def test_what_answers_no_question_counts_nothing(tmp_path: Path) -> None:
    rows = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)
    write_vectors(rows, tmp_path / "one.faiss")
    near = VectorIndex(tmp_path / "one.faiss", [0, 1], [[0]]).near(rows[:1])
    np.testing.assert_allclose(near.answers, [1, 0])
