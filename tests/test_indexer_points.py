"""Learned points: a question lies nearest the points of what answers it, and no record is without them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.loader import Corpus
from corpus.records import AskedQuestion
from indexer.documents import LIST, SEARCHED, Document, search_rows, to_documents, unanswered
from indexer.encoder import HashEncoder, unit
from indexer.models import POINTS
from indexer.points import (
    NOTHING,
    RARITY,
    STEEPNESS,
    embed,
    examples_of,
    learn_points,
    logistic_losses,
    mean_points,
    points_of,
    read_points,
    softmax_loss,
)

#: The two points of a record, in their order.
BEST, AMONG = 0, 1
CORE_GROUP, CONFERENCE = (
    "wt2023/p97/core-group/meet",
    "wt2023/p92/substantiated/lead-practitioners/hold-conference-in-time",
)


@pytest.fixture(scope="module")
def asked_little(corpus: Corpus) -> Corpus:
    """Two places of the guidance with a few questions."""
    (records,) = (one for one in corpus.editions if one.edition.id == "wt2023")
    places = tuple(one for one in records.provisions if CORE_GROUP.startswith(one.id) or CONFERENCE.startswith(one.id))
    records = replace(records, provisions=places, definitions=(), silences=())
    questions = [
        ("zebra quick", (CORE_GROUP,)), ("zebra soon", (CORE_GROUP,)), ("zebra", (CORE_GROUP,)),
        ("walrus quick", (CONFERENCE,)), ("walrus soon", (CONFERENCE,)), ("walrus", (CONFERENCE,)),
        ("bus fare", ()), ("bus stop", ()),
    ]  # fmt: skip
    asked = tuple(
        AskedQuestion(question=text, edition="wt2023", answered_by=records, by="b") for text, records in questions
    )
    return replace(corpus, editions=(records,), asked=asked)


@pytest.fixture(scope="module")
def learned(asked_little: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("learned") / "points.safetensors"
    learn_points(asked_little, HashEncoder(), path, lambda _: None)
    return path


@pytest.mark.parametrize(
    ("question", "nearest"),
    [("zebra when", CORE_GROUP), ("walrus when", CONFERENCE), ("bus ticket", NOTHING)],
)
def test_a_question_nobody_wrote_lies_nearest_the_record_that_answers_its_like(
    learned: Path, question: str, nearest: str
) -> None:
    points = read_points(learned)
    (vector,) = HashEncoder().encode([question])
    for kind in BEST, AMONG:
        assert max(points, key=lambda record: float(points[record][kind] @ vector)) == nearest


@pytest.mark.parametrize("answers", [(CORE_GROUP, CONFERENCE), (CONFERENCE, CORE_GROUP)])
def test_of_two_that_answer_the_better_lies_nearer(
    asked_little: Corpus, answers: tuple[str, str], tmp_path: Path
) -> None:
    question = AskedQuestion(question="zebra quick", edition="wt2023", answered_by=answers, by="b")
    learn_points(replace(asked_little, asked=(question,)), HashEncoder(), tmp_path / "points", lambda _: None)
    points = read_points(tmp_path / "points")
    (vector,) = HashEncoder().encode(["zebra quick"])
    better, other = (float(points[record][BEST] @ vector) for record in answers)
    assert better > other


def test_what_is_among_the_answers_is_told_better_than_by_the_mean_of_the_questions(
    asked_little: Corpus, learned: Path
) -> None:
    import torch

    examples, points = examples_of(asked_little), read_points(learned)
    vectors = embed(examples, HashEncoder())
    wanted = torch.zeros(len(vectors), len(examples.documents) + 1)
    for row, one in enumerate(examples.with_own_words):
        wanted[row, list(one.numbers)] = 1
    among = np.stack([points[record][AMONG] for record in [*(one.record for one in examples.documents), NOTHING]])
    means = mean_points(examples, vectors)
    after, before = (
        logistic_losses(torch.tensor(vectors @ of.T) * STEEPNESS - RARITY, wanted, wanted < 0).mean()
        for of in (among, means)
    )
    assert after < 0.9 * before


def test_for_each_record_it_counts_by_itself_whether_it_answers() -> None:
    import torch

    answers, none_elsewhere = torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([[False] * 3])
    both, one = torch.tensor([[9.0, 9.0, -9.0]]), torch.tensor([[9.0, -9.0, -9.0]])
    assert logistic_losses(both, answers, none_elsewhere) < 0.01 < logistic_losses(one, answers, none_elsewhere)
    assert logistic_losses(one, answers, torch.tensor([[False, True, False]])) < 0.01


def test_what_another_edition_says_does_not_count_against_an_answer() -> None:
    import torch

    right, other_edition = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[False, False, True]])
    near, far = (torch.tensor([[2.0, 1.0, score]]) for score in (9.0, -9.0))
    assert softmax_loss(near, right, other_edition) == softmax_loss(far, right, other_edition)
    assert softmax_loss(near, right, torch.zeros_like(other_edition)) > softmax_loss(near, right, other_edition)


def test_learning_twice_gives_the_same_bytes(asked_little: Corpus, learned: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.safetensors"
    learn_points(asked_little, HashEncoder(), again, lambda _: None)
    assert again.read_bytes() == learned.read_bytes()


def test_a_record_without_a_learned_point_stands_where_its_texts_and_questions_lie_on_average() -> None:
    document = Document(
        "duty", "a-new-duty", "wt2023", "tell the council", (), "", searched=("who tells the council?",)
    )
    rows = search_rows([document], [])
    vectors = HashEncoder().encode(rows.texts)
    owners = [*([one] for one in rows.text_owners), *rows.asked_owners]
    points = points_of([document], vectors, owners, None)
    assert points.shape == (2, 2, vectors.shape[1])
    for kind in BEST, AMONG:
        np.testing.assert_allclose(points[kind][0], unit(vectors.sum(0, keepdims=True))[0], rtol=1e-6)
        assert not points[kind][1].any(), "nothing was learned of what nothing answers"


def test_every_record_of_the_edition_in_use_has_a_learned_point(corpus: Corpus) -> None:
    """Whoever adds a record runs `python -m indexer.points`; until then it is found by its own words."""
    records = {one.record for one in to_documents(corpus) if one.edition == "wt2023"}
    assert sorted(records - read_points(POINTS).keys()) == []


def test_lists_and_the_questions_of_some_groups_are_searched_one_by_one(corpus: Corpus) -> None:
    documents = to_documents(corpus)
    theirs = {one.question for one in corpus.asked if one.by in SEARCHED or len(one.answered_by) >= LIST}
    assert {question for one in documents for question in one.searched} == {
        one.question for one in corpus.asked if one.question in theirs and one.answered_by
    }
    assert set(unanswered(corpus)) < theirs
    assert any(set(one.asked) - theirs for one in documents), "words are found in all of them"
