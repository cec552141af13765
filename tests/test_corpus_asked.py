"""Questions that people ask: every duty has some, and none was taken from the practice."""

import json
from collections import Counter
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from corpus.loader import FOLDER, Corpus

PRACTICE = Path(__file__).parent / "questions"
#: A question is taken to be a practice question when it is at least so like one (per cent of its letters).
THE_SAME = 85


def test_every_duty_of_the_edition_in_use_is_asked_about_by_both_groups(corpus: Corpus) -> None:
    (records,) = (one for one in corpus.editions if one.edition.id == "wt2023")
    asked = {by: Counter(r for one in corpus.asked if one.by == by for r in one.answered_by) for by in ("a", "b")}

    assert [duty.id for _, duty in records.duties if asked["a"][duty.id] < 2] == []
    assert [duty.id for _, duty in records.duties if asked["b"][duty.id] < 1] == []


def test_every_duty_of_what_no_longer_applies_is_asked_about(corpus: Corpus) -> None:
    (records,) = (one for one in corpus.editions if one.edition.id == "wt2018")
    asked = {record for one in corpus.asked if one.edition == "wt2018" for record in one.answered_by}

    assert [duty.id for _, duty in records.duties if duty.id not in asked] == []


def test_every_silence_of_the_edition_in_use_is_asked_about(corpus: Corpus) -> None:
    (records,) = (one for one in corpus.editions if one.edition.id == "wt2023")
    asked = {record for one in corpus.asked for record in one.answered_by}

    assert [silence.id for silence in records.silences if silence.id not in asked] == []


def test_no_practice_question_is_among_them(corpus: Corpus) -> None:
    """What answers are measured on is not what search learns from."""
    lines = [line for path in sorted(PRACTICE.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    practice = [json.loads(line)["question"].lower() for line in lines]
    asked = [one.question.lower() for one in (*corpus.asked, *corpus.trials)]
    likeness = process.cdist(practice, asked, scorer=fuzz.ratio, score_cutoff=THE_SAME)

    assert [(practice[row], asked[column]) for row, column in zip(*likeness.nonzero(), strict=True)] == []


def test_no_question_gives_a_whole_sentence_of_a_record_away(corpus: Corpus) -> None:
    """A question that repeats its record's words would teach nothing that the record does not."""
    words = {
        duty.id: set(duty.action.lower().split())
        for records in corpus.editions
        for _, duty in records.duties
        if len(duty.action.split()) >= 8
    }
    copied = [
        one.question
        for one in (*corpus.asked, *corpus.trials)
        for record in one.answered_by
        if record in words and words[record] <= set(one.question.lower().split())
    ]
    assert copied == []


def test_what_search_is_tried_by_it_did_not_learn_from(corpus: Corpus) -> None:
    taught = {one.question.lower() for one in corpus.asked}

    assert [one.question for one in corpus.trials if one.question.lower() in taught] == []
    assert {one.by for one in corpus.trials}.isdisjoint(one.by for one in corpus.asked)


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("asked", ["wt2018-p", "wt2023-draft-p", *(f"wt2023-{by}" for by in [*"abcdefjlnrsuvwz", "aa"])]),
        ("trials", ["wt2018-q", *(f"wt2023-{by}" for by in "ghikmotxy")]),
    ],
)
def test_the_folders_hold_nothing_else(folder: str, files: list[str]) -> None:
    assert sorted(path.stem for path in (FOLDER / folder).iterdir()) == sorted(files)
