"""The measure itself is measured: a perfect answer scores 1, a greedy one near 0, a missing one is wrong."""

import json
from pathlib import Path

import pytest

from corpus.loader import load_vocabulary
from ontology.errors import InputError
from service.answer import Answer
from service.ask import Asking
from service.evaluation import (
    ExpectedAnswer,
    Outcome,
    Question,
    Row,
    evaluate_files,
    fallen,
    read_questions,
    reliability_table,
    score,
    summarise,
)

FOLDER = Path(__file__).parent / "questions"
FILES = (FOLDER / "tune.jsonl", FOLDER / "unseen.jsonl")
QUESTIONS = [question for path in FILES for question in read_questions(path)]
NOT_FIGURES = ("questions", "wrongly refused")


def place(paragraph: int | None, pages: tuple[int, ...]) -> dict[str, object]:
    return {
        "id": f"https://w3id.org/safeguarding-kg/id/provision/{paragraph or pages}",
        "edition": "wt2023",
        "paragraphs": [paragraph] if paragraph else [],
        "footnote": None,
        "pages": list(pages),
        "printing": None,
        "heading": "A heading",
        "url": None,
    }


def reference(kind: str, local_id: str) -> dict[str, str]:
    return {"id": f"https://w3id.org/safeguarding-kg/id/{kind}/{local_id}", "label": local_id}


def card(expected: ExpectedAnswer) -> dict[str, object]:
    limits = []
    if expected.limit:
        one = expected.limit
        limits.append(
            {
                "text": "a limit",
                "relation": one.relation,
                "duration": f"P{one.quantity}{(one.unit or '?')[0].upper()}" if one.quantity else None,
                "day_kind": one.day_kind,
                "date": one.date,
                "set_by": "guidance",
                "anchors": [reference("event", anchor) for anchor in one.anchors],
                "which": None,
                "until": None,
            }
        )
    nothing = dict.fromkeys(
        (
            "beneficiary",
            "trigger",
            "condition",
            "exception",
            "only_if",
            "if_missed",
            "valid_from",
            "valid_until",
            "reach",
            "reach_condition",
        )
    )
    empty: dict[str, list[object]] = {
        name: [] for name in ("parts", "recipients", "legal_basis", "cites", "also_in", "conflicts", "evidence")
    }
    return {
        **nothing,
        **empty,
        "id": "https://w3id.org/safeguarding-kg/id/duty/x",
        "bearers": [reference("role", bearer) for bearer in expected.bearers],
        "bearer_mode": "each",
        "bearer_basis": "stated",
        "modality": expected.modality or "none-stated",
        "modality_wording": "x",
        "force": "guidance",
        "action": "act",
        "time_limits": limits,
        "provision": place(expected.paragraph, expected.pages),
        "status": "curated",
        "certainty": "primary",
        "score": 1.0,
    }


def passage(paragraph: int | None, pages: tuple[int, ...]) -> dict[str, object]:
    return {
        **place(paragraph, pages),
        "kind": "guidance",
        "text": "A gist.",
        "text_kind": "gist",
        "certainty": "primary",
        "evidence": [],
        "score": 1.0,
    }


def answer(question: Question, duties: list[dict[str, object]], passages: list[dict[str, object]]) -> Answer:
    found = bool(duties or passages)
    return Answer.model_validate(
        {
            "question": question.question,
            "status": "answered" if found else "no-answer",
            "reason": None if found else "not-found",
            "message": None,
            "edition": "wt2023",
            "notices": [],
            "duties_total": len(duties),
            "duties": duties,
            "passages": passages,
            "silences": [],
            "changes": [],
            "took_ms": 1.0,
        }
    )


def oracle(question: Question) -> Answer:
    """The perfect answer, made from the question itself."""
    printed = [one for one in question.answers if one.paragraph or one.pages] or list(question.answers)
    wanted = printed if question.kind == "list" else printed[:1]
    duties = [card(one) for one in wanted] if question.kind != "fact" else []
    places = {(one.paragraph, one.pages): passage(one.paragraph, one.pages) for one in wanted}
    return answer(question, duties, list(places.values()))


def greedy(question: Question) -> Answer:
    """Claims every paragraph, in order, whatever was asked."""
    claims = [ExpectedAnswer(paragraph=number, pages=(1,)) for number in range(1, 404)]
    return answer(question, [card(one) for one in claims], [passage(one.paragraph, one.pages) for one in claims[:10]])


def missing(question: Question) -> Answer:
    return answer(question, [], [])


def figures(outcome: Outcome) -> dict[str, float]:
    return {name: value for name, value in outcome.figures["all"].items() if name not in NOT_FIGURES}


def test_the_perfect_answer_scores_one_on_every_figure() -> None:
    outcome = summarise(score(question, oracle(question)) for question in QUESTIONS)
    assert figures(outcome) == dict.fromkeys(figures(outcome), 1.0)
    assert outcome.figures["all"]["wrongly refused"] == 0


def test_an_answer_that_claims_every_paragraph_scores_near_zero() -> None:
    outcome = summarise(score(question, greedy(question)) for question in QUESTIONS)
    found = figures(outcome)
    recall = found.pop("list recall")  # everything is claimed, so much is found; precision tells
    assert recall < 0.5
    assert max(found.values()) < 0.06


def test_a_missing_answer_counts_as_wrong() -> None:
    answerable = [question for question in QUESTIONS if question.answerable]
    outcome = summarise(score(question, missing(question)) for question in answerable)
    assert figures(outcome) == dict.fromkeys(figures(outcome), 0.0)
    assert outcome.figures["all"]["wrongly refused"] == 1


def test_refusing_the_unanswerable_is_right() -> None:
    unanswerable = [question for question in QUESTIONS if not question.answerable]
    outcome = summarise(score(question, missing(question)) for question in unanswerable)
    assert set(figures(outcome).values()) == {1.0}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"bearers": ()}, "card bearer"),
        ({"modality": "may"}, "card modality"),
        ({"paragraph": 403}, "card source"),
        ({"limit": None}, "card limit"),
    ],
)
def test_each_part_of_the_first_card_is_judged_by_itself(change: dict[str, object], wrong: str) -> None:
    question = next(
        one for one in QUESTIONS if one.kind == "duty" and len(one.answers) == 1 and one.answers[0].limit
        and one.answers[0].bearers and one.answers[0].paragraph and one.answers[0].modality == "should"
    )  # fmt: skip
    broken = question.answers[0].model_copy(update=change)
    found = score(question, answer(question, [card(broken)], [])).figures
    assert found[wrong] == 0
    right = sum(found[name] for name in ("card source", "card bearer", "card modality", "card limit"))
    assert right == (0 if wrong == "card source" else 3)  # without the source, nothing else counts


def test_the_set_is_large_varied_and_has_no_double() -> None:
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question.question.lower() for question in QUESTIONS}) == len(QUESTIONS)
    edition = [question for question in QUESTIONS if question.edition == "wt2023"]
    assert len(edition) >= 300
    assert len(QUESTIONS) - len(edition) + sum(q.chapter == "changes" for q in edition) >= 20
    assert sum(not question.answerable for question in QUESTIONS) >= 40
    assert sum(question.kind == "list" for question in QUESTIONS) >= 30
    for style in ("natural", "keyword", "scenario", "acronym", "typo"):
        assert sum(question.style == style for question in QUESTIONS) >= 30, style


def test_a_key_names_only_bearers_and_events_of_the_vocabulary() -> None:
    """Another name would make every answer wrong."""
    known = {term.id for term in load_vocabulary().terms}
    named = {
        (question.id, name)
        for question in QUESTIONS
        for one in question.answers
        for name in (*one.bearers, *(one.limit.anchors if one.limit else ()))
    }
    assert {one for one in named if one[1] not in known} == set()


@pytest.mark.parametrize(
    ("paragraph", "pages", "is_there"),
    [(129, (48,), True), (None, (48,), True), (130, (48,), False), (None, (47,), False)],
)
def test_a_footnote_is_found_by_its_paragraph_or_its_page(
    paragraph: int | None, pages: tuple[int, ...], is_there: bool
) -> None:
    expected = ExpectedAnswer(paragraph=paragraph, pages=pages)
    question = Question(
        id="q", question="Who tells whom?", style="natural", chapter="3.1", kind="duty", answers=(expected,)
    )
    noted = card(expected) | {"provision": place(129, (48,)) | {"footnote": 61}}
    found = score(question, answer(question, [noted], [])).figures

    assert found["card source"] == float(is_there)


def test_no_paragraph_is_in_both_halves() -> None:
    halves = [{q.answers[0].paragraph for q in read_questions(path) if q.answers} - {None} for path in FILES]
    assert halves[0] & halves[1] == set()


def test_a_figure_that_falls_is_named(tmp_path: Path, asking: Asking) -> None:
    outcome = evaluate_files(asking, FILES[:1])
    baseline = tmp_path / "baseline.json"
    now = outcome.figures["file tune"]["hit@5"]
    baseline.write_text(json.dumps({"margin": 0.02, "figures": {"file tune": {"hit@5": now + 0.01}}}))
    assert fallen(outcome, baseline) == []
    baseline.write_text(json.dumps({"margin": 0.02, "figures": {"file tune": {"hit@5": round(now + 0.1, 3)}}}))
    assert fallen(outcome, baseline) == [f"file tune: hit@5 is {now}, was {round(now + 0.1, 3)}"]


def test_refusing_more_of_the_answerable_is_a_fall(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text('{"margin": 0.02, "figures": {"all": {"wrongly refused": 0.1}}}')
    row = Row(QUESTIONS[0], {"wrongly refused": 1.0}, "")
    assert fallen(summarise([row]), baseline) == ["all: wrongly refused is 1.0, was 0.1"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "Invalid JSON"),
        ('{"id": "x"}', "Field required"),
        ('{"id": "x", "question": "q", "style": "rude", "chapter": "1", "kind": "duty"}', "Input should be"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(InputError, match=rf"questions\.jsonl: line 2: .*{fault}"):
        read_questions(path)


def test_how_sure_answers_were_is_set_against_what_is_answerable() -> None:
    questions = {kind: next(one for one in QUESTIONS if one.kind == kind) for kind in ("duty", "silent")}
    sure = [("duty", 0.9), ("duty", 1.0), ("silent", 0.95), ("silent", 0.05), ("duty", None)]
    rows = [Row(questions[kind], {}, "", confidence=confidence) for kind, confidence in sure]

    assert reliability_table(summarise(rows)).splitlines()[1:] == [
        "0.0 to 0.2          1  0.050  0.000",
        "0.8 to 1.0          3  0.950  0.667",
    ]
