"""The adapter: the published model comes to put a question near what answers it, and is otherwise left as it is."""

from pathlib import Path

import numpy as np
import pytest

from indexer import adapter
from indexer.documents import Document
from indexer.encoder import TransformerEncoder
from indexer.points import Example, Examples

TEXTS = ("The core group meets within ten working days.", "The panel publishes its final report.")
#: Words whose everyday meaning lies with the other text.
ASKED = (
    ("when is the broadsheet out", "broadsheet when", "the broadsheet, how soon"),
    ("who prints the gathering", "gathering in print"),
)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of two texts and five questions, fewer than a batch."""
    path = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    documents = [Document("duty", str(n), "", text, (), "", ASKED[n]) for n, text in enumerate(TEXTS)]
    asked = [Example(question, "", (n,)) for n, questions in enumerate(ASKED) for question in questions]
    examples = Examples(documents, asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapter, "BATCH", 8)
        patch.setattr(adapter, "FEWEST", 25)
        patch.setattr(adapter, "RISE", 5)
        adapter.learn(examples, path, lambda _: None)
    return path


def _nearest(encoder: TransformerEncoder, question: str) -> int:
    vectors = encoder.encode([question, *TEXTS])
    return int(np.argmax(vectors[1:] @ vectors[0]))


def test_a_question_comes_to_lie_nearest_the_text_that_answers_its_like(learned: Path) -> None:
    published, fitted = TransformerEncoder(adapter=None), TransformerEncoder(adapter=learned)

    assert (_nearest(published, "the broadsheet"), _nearest(fitted, "the broadsheet")) == (1, 0)


def test_the_file_holds_the_small_matrices_alone(learned: Path) -> None:
    from safetensors.numpy import load_file

    held = load_file(learned)
    assert {name.rpartition(".")[2] for name in held} == {"a", "b"}
    assert {min(matrix.shape) for matrix in held.values()} == {adapter.RANK}
