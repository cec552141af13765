"""What a practitioner gets for a question: the right card first, nothing hidden, and no false "nothing applies"."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from corpus.loader import Corpus
from corpus.official import OfficialDocument
from corpus.records import Duty
from indexer.build import Build
from ontology.errors import InputError
from ontology.namespaces import individual
from service.answer import Answer, DutyCard, Place
from service.ask import BESIDE, IN_CONFLICT, Asking
from service.pages import EXAMPLES
from service.reach import find_role
from service.retrieval import rank
from service.text import answer_text, place_text

QUESTIONS = Path(__file__).parent / "questions"
NOT_FOUND = (
    "We found nothing here that answers this. That does not mean that there is no duty. "
    "If a child may be at risk, contact children's social care."
)
REPLACED = (
    "Working Together 2023 has been replaced by a 2026 edition (reported date 18 March 2026); "
    "this build does not hold its text."
)
DUTIES = "https://w3id.org/safeguarding-kg/id/duty/"

#: What people say who know none of the guidance's words.
SIGNS_OF_DANGER = (
    *("bruise on a baby, what do I do", "a child told me their dad hits them", "I think a child is being abused"),
    *("neighbour's toddler has cigarette burns", "her stepdad comes into her room at night"),
)


@pytest.fixture(scope="module")
def practice(asking: Asking) -> list[Answer]:
    """Answers to all practice questions."""
    lines = [line for path in sorted(QUESTIONS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [asking.ask(json.loads(line)["question"]) for line in lines]


@pytest.fixture(scope="module")
def records(corpus: Corpus) -> dict[str, Duty]:
    return {duty.id: duty for records in corpus.editions for _, duty in records.duties}


def record_id(card: DutyCard) -> str:
    return card.id.removeprefix(DUTIES)


# The questions that must never go wrong.


@pytest.mark.parametrize(
    "question",
    [
        "How long do we have to hold the first conference after a strategy meeting?",
        "By when must the first child protection conference be held after the strategy meeting?",
        "How soon after the strategy discussion must the initial child protection conference take place?",
    ],
)
def test_first_conference_is_due_15_working_days_after_the_right_strategy_discussion(
    asking: Asking, question: str
) -> None:
    card = asking.ask(question).duties[0]
    assert [bearer.label for bearer in card.bearers] == ["lead practitioner (child protection)"]
    assert (card.modality, card.force, card.provision.pages, card.provision.paragraphs) == (
        "should",
        "guidance",
        [92],
        [],
    )
    (limit,) = card.time_limits
    assert (limit.relation, limit.duration, limit.day_kind, limit.set_by) == ("within", "P15D", "working", "guidance")
    assert [anchor.id.rpartition("/")[2] for anchor in limit.anchors] == ["strategy-discussion-initiating-section-47"]
    assert limit.text.startswith(
        "within 15 working days of the strategy discussion at which section 47 enquiries were initiated"
    )


@pytest.mark.parametrize(
    "question",
    [
        "When must we tell the national panel that a child died and abuse is suspected?",
        "When must the council tell the national panel about a serious incident?",
        "When must the national panel be told about a serious incident?",
        "A child has died and we suspect neglect: must the council notify the national panel, and how soon?",
    ],
)
def test_national_panel_has_a_must_without_a_clock_and_a_should_with_five_working_days(
    asking: Asking, question: str
) -> None:
    first = asking.ask(question).duties[:4]
    must, *_ = (card for card in first if card.modality == "must" and card.force == "law")
    assert must.time_limits == []
    assert [law.label for law in must.legal_basis] == ["Children Act 2004, section 16C(1)"]
    assert [bearer.label for bearer in must.bearers] == ["local authority"]
    (should,) = (card for card in first if card.provision.paragraphs == [330] and card.time_limits)
    assert (should.modality, should.force) == ("should", "guidance")
    (limit,) = should.time_limits
    assert (limit.relation, limit.duration, limit.day_kind, limit.set_by) == ("within", "P5D", "working", "guidance")
    assert should.legal_basis == []


@pytest.mark.parametrize(
    "question",
    [
        "When does the core group meet?",
        "How soon must the core group meet?",
        "core goup how soon after inital conference",
    ],
)
def test_core_group_meets_within_10_working_days_and_the_other_page_is_named(asking: Asking, question: str) -> None:
    card = asking.ask(question).duties[0]
    assert [bearer.label for bearer in card.bearers] == ["core group"]
    assert (card.modality, card.provision.pages) == ("should", [97])
    (limit,) = card.time_limits
    assert (limit.relation, limit.duration, limit.day_kind) == ("within", "P10D", "working")
    assert [anchor.label for anchor in limit.anchors] == ["initial child protection conference"]
    assert any([97] in pages and [105] in pages for pages in conflict_pages(card))


@pytest.mark.parametrize(
    "question",
    [
        "When must the initial child protection conference be held?",
        "by when must the ICPC be held",
        "deadline for icpc",
        "How long do we have to hold the initial conference?",
        "how soon after the strategy discussion is the ICPC",
    ],
)
def test_what_is_to_be_held_is_not_told_by_a_clock_that_counts_from_it(asking: Asking, question: str) -> None:
    card = asking.ask(question).duties[0]
    (limit,) = card.time_limits
    assert (limit.relation, limit.duration, limit.day_kind, card.provision.pages) == ("within", "P15D", "working", [92])
    assert [anchor.label for anchor in limit.anchors] == [
        "strategy discussion at which section 47 enquiries were initiated"
    ]


@pytest.mark.parametrize(
    "question",
    ["how often must the review conference be held", "When must the next review conference be held?"],
)
def test_a_clock_that_comes_round_again_tells_when_the_next_one_is_held(asking: Asking, question: str) -> None:
    card = asking.ask(question).duties[0]
    assert [(limit.relation, limit.duration) for limit in card.time_limits] == [("every", "P6M")]


def conflict_pages(card: DutyCard) -> list[list[list[int]]]:
    return [[place.pages for place in conflict.places] for conflict in card.conflicts]


@pytest.mark.parametrize("question", [one for _, questions in EXAMPLES for one in questions])
def test_the_examples_on_the_home_page_have_answers(asking: Asking, question: str) -> None:
    answer = asking.ask(question)
    assert (answer.status, answer.reason) == ("answered", None)
    assert answer.duties


@pytest.mark.parametrize(
    ("question", "paragraph"),
    [
        ("what must a head teacher do about an allegation?", 226),
        ("how do I make a referral", 150),
        ("are parents invited to conference", None),
    ],
)
def test_what_the_text_leaves_open_nearby_does_not_stand_in_the_way_of_what_it_says(
    asking: Asking, question: str, paragraph: int | None
) -> None:
    answer = asking.ask(question)
    assert answer.status == "answered"
    assert answer.duties[0].provision.paragraphs == ([paragraph] if paragraph else [])


@pytest.mark.parametrize("words", SIGNS_OF_DANGER)
def test_first_words_of_danger_lead_to_an_immediate_referral(asking: Asking, words: str) -> None:
    """Paragraph 150 is for anyone, 133 for practitioners whose early help meets significant harm."""
    answer = asking.ask(words)
    assert answer.status == "answered"
    assert answer.duties[0].id.rpartition("/duty/")[2] in (
        "wt2023/150/refer-immediately",
        "wt2023/133/refer-significant-harm",
    )


@pytest.mark.parametrize(
    ("question", "edition", "place"),
    [
        ("Who were the safeguarding partners?", "wt2018", "wt2018/safeguarding-partners"),
        ("what is the definition of neglect", "wt2023", "wt2023/glossary/neglect"),
    ],
)
def test_a_plain_fact_is_told_by_its_place_and_no_duty_stands_above_it(
    asking: Asking, question: str, edition: str, place: str
) -> None:
    answer = asking.ask(question, edition=edition)

    assert answer.status == "answered"
    assert answer.duties == []
    assert answer.passages[0].id.endswith(f"/provision/{place}")


def test_a_duty_stands_beside_the_best_when_it_is_likely_to_answer_too(asking: Asking) -> None:
    question = "What must a head teacher do about an allegation?"
    understood = asking.understanding.read(question)
    ranking = rank(asking.library, understood, "wt2023")
    best, *others = [record_id(card) for card in asking.ask(question).duties]

    assert best == ranking.duties[0][0]
    assert set(others) >= {one for one, probability in ranking.beside.items() if probability >= BESIDE} - {best}


@pytest.mark.parametrize(
    "question",
    [
        "what is the fostering allowance?",
        "How much is the fostering allowance?",
        "recipe for pancakes",
        "asdf qwerty",
        "?",
    ],
)
def test_what_is_not_here_is_not_found_and_never_nothing_applies(asking: Asking, question: str) -> None:
    answer = asking.ask(question)
    assert (answer.status, answer.reason, answer.message) == ("no-answer", "not-found", NOT_FOUND)
    assert (answer.duties, answer.duties_total, answer.passages, answer.silences) == ([], 0, [], [])


@pytest.mark.parametrize(
    "question",
    [
        "how often should a child on a plan be visited?",
        "How often must a child on a child protection plan be visited?",
        "CPP visits - stat minimum frequency for SW?",
    ],
)
def test_visits_on_a_child_protection_plan_are_not_settled(asking: Asking, question: str) -> None:
    answer = asking.ask(question)
    assert (answer.status, answer.reason) == ("no-answer", "silent")
    assert answer.message == (
        "The guidance does not say. What it says nearby is below. "
        "If a child may be at risk, contact children's social care."
    )
    assert answer.duties == []
    (silence,) = answer.silences
    assert "visit" in silence.question
    assert [place.id for place in answer.passages] == [place.id for place in silence.near] != []


# Editions.


def test_every_answer_says_that_a_newer_edition_is_in_force(practice: list[Answer]) -> None:
    from_2023 = [answer for answer in practice if answer.edition == "wt2023"]
    assert len(from_2023) > 0.9 * len(practice)
    assert [answer.question for answer in from_2023 if REPLACED not in answer.notices] == []


@pytest.mark.parametrize("edition", ["wt2026"])
def test_an_edition_that_is_known_but_not_here_is_not_held(asking: Asking, edition: str) -> None:
    answer = asking.ask("When does the core group meet?", edition=edition)
    assert (answer.status, answer.reason, answer.edition) == ("no-answer", "not-held", edition)
    assert answer.message == (
        f"The text of {edition} is not in this build, so nothing is known here of what it says. "
        "If a child may be at risk, contact children's social care."
    )
    assert (answer.duties, answer.passages, answer.silences) == ([], [], [])
    assert any("No time limit of the 2026 edition is known here" in notice for notice in answer.notices)


def test_the_edition_asked_for_is_the_edition_answered_from(asking: Asking) -> None:
    asked, default = (asking.ask("When does the core group meet?", edition=one) for one in ("wt2023", None))
    assert asked.model_dump(exclude={"took_ms"}) == default.model_dump(exclude={"took_ms"})


# Bad input.


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"question": ""}, "Type a question, for instance: how soon must the core group meet?"),
        ({"question": " \t\r\n\u2003"}, "Type a question, for instance: how soon must the core group meet?"),
        ({"question": "x" * 1001}, "The question has 1,001 characters; ask it in at most 1,000."),
        ({"question": "x" * 10_000}, "The question has 10,000 characters; ask it in at most 1,000."),
        ({"question": "core\x00group"}, "The question holds control characters that cannot be read; type it again."),
        ({"question": "core\x1b[31m"}, "The question holds control characters that cannot be read; type it again."),
        ({"question": "core\x7fgroup"}, "The question holds control characters that cannot be read; type it again."),
        ({"question": "core \ud800"}, "The question holds control characters that cannot be read; type it again."),
        ({"edition": "wt2O23"}, "There is no edition 'wt2O23'; did you mean 'wt2023'?"),
        ({"edition": "kcsie"}, "There is no edition 'kcsie'; this build holds wt2018, wt2023, wt2023-draft"),
        ({"edition": ""}, "There is no edition ''; this build holds wt2018, wt2023, wt2023-draft"),
        ({"edition": "x" * 99}, f"There is no edition '{'x' * 60}'; this build holds wt2018, wt2023, wt2023-draft"),
        ({"limit": 0}, "limit is 0; it is a number from 1 to 50."),
        ({"limit": -1}, "limit is -1; it is a number from 1 to 50."),
        ({"limit": 51}, "limit is 51; it is a number from 1 to 50."),
        ({"limit": 1000}, "limit is 1000; it is a number from 1 to 50."),
        (
            {"role": "socail worker"},
            "There is no role, agency or group 'socail worker' here; did you mean 'social worker'?",
        ),
        ({"role": "Head techer"}, "There is no role, agency or group 'Head techer' here; did you mean 'head teacher'?"),
        (
            {"role": "astronaut"},
            "There is no role, agency or group 'astronaut' here; write for instance social worker, GP or head teacher",
        ),
        ({"role": "referral-received"}, None),
        ({"role": "  "}, None),
    ],
)
def test_bad_input_is_refused_in_a_sentence(asking: Asking, asked: dict[str, object], sentence: str | None) -> None:
    with pytest.raises(InputError) as refused:
        asking.ask(**{"question": "When does the core group meet?", **asked})  # type: ignore[arg-type]
    if sentence is not None:
        assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "question", ["x" * 1000, "  core   group\n\nmeets\twhen  ", "core\u200dgroup", "\u202ecore group"]
)
def test_odd_but_usable_questions_are_taken(asking: Asking, question: str) -> None:
    assert asking.ask(question).question == " ".join(question.split())


@pytest.mark.parametrize("limit", [1, 5, 50])
def test_limit_caps_passages_and_not_duties(asking: Asking, limit: int) -> None:
    answer = asking.ask("How soon must a referral be acknowledged?", limit=limit)
    whole = asking.ask("How soon must a referral be acknowledged?", limit=50)
    assert len(answer.passages) == limit
    assert [one.id for one in answer.duties] == [one.id for one in whole.duties]


ANY_TEXT = st.text(st.characters(), max_size=60) | st.text(st.characters(categories=("Cs", "Cc", "Cf", "Ll", "Zs")))
WORDS = (
    *("when", "must", "who", "the", "core", "group", "meet", "ICPC", "s47", "10", "days", "not", "council", "child's"),
    *("’", "“", "(", "?", ";", "\x00"),
)
ASKED = st.lists(st.sampled_from(WORDS)).map(" ".join)


@given(
    question=ANY_TEXT | ASKED,
    edition=st.none() | st.sampled_from(["wt2023", "wt2026"]) | ANY_TEXT,
    role=st.none() | st.sampled_from(["GP", "social-worker", "school"]) | ANY_TEXT,
    limit=st.just(5) | st.integers(),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_question_is_answered_or_refused(
    asking: Asking, question: str, edition: str | None, role: str | None, limit: int
) -> None:
    try:
        answer = asking.ask(question, edition, role, limit)
    except InputError:
        return
    assert 1 <= limit <= 50
    assert_sound(answer, limit)


@given(question=ASKED.filter(str.strip))
@settings(deadline=None)
def test_any_words_of_the_trade_give_a_sound_answer(asking: Asking, question: str) -> None:
    if "\x00" in question:
        with pytest.raises(InputError):
            asking.ask(question)
    else:
        assert_sound(asking.ask(question), 5)


def assert_sound(answer: Answer, limit: int) -> None:
    if answer.status == "answered":
        assert (answer.reason, answer.message) == (None, None)
        assert answer.duties or answer.passages
    else:
        assert answer.reason is not None
        assert answer.message
        assert answer.duties == []
        assert bool(answer.silences) == (answer.reason == "silent")
    assert answer.duties_total >= len(answer.duties)
    assert len(answer.duties) <= 50
    assert len(answer.passages) <= limit or answer.reason == "silent"
    assert len({card.id for card in answer.duties}) == len(answer.duties)
    assert all(
        0 <= score <= 1 for score in [one.score for one in answer.duties] + [one.score for one in answer.passages]
    )
    assert [one.score for one in answer.passages] == sorted((one.score for one in answer.passages), reverse=True)
    assert {card.provision.edition for card in answer.duties} <= {answer.edition}
    answer_text(answer).encode()


def test_practice_answers_are_sound(practice: list[Answer]) -> None:
    for answer in practice:
        assert_sound(answer, 5)


def test_the_same_question_gives_the_same_answer(asking: Asking) -> None:
    first, second = (asking.ask("When must we refer a child?") for _ in range(2))
    assert first.model_dump(exclude={"took_ms"}) == second.model_dump(exclude={"took_ms"})


# Nothing of a record is lost on its way to a card.


@pytest.fixture(scope="module")
def cards(practice: list[Answer]) -> list[DutyCard]:
    shown = [card for answer in practice for card in answer.duties]
    assert len({card.id for card in shown}) > 100
    return shown


@pytest.mark.parametrize(
    "field", ["condition", "exception", "only_if", "modality", "modality_wording", "force", "action"]
)
def test_a_card_holds_what_its_record_says(cards: list[DutyCard], records: dict[str, Duty], field: str) -> None:
    differing = {record_id(card) for card in cards if getattr(card, field) != getattr(records[record_id(card)], field)}
    assert differing == set()


def test_a_card_holds_each_limit_part_and_section_of_its_record(
    cards: list[DutyCard], records: dict[str, Duty]
) -> None:
    for card in cards:
        record = records[record_id(card)]
        assert [(one.relation, one.duration, one.day_kind, one.which, one.until) for one in card.time_limits] == [
            (one.relation, one.duration, one.day_kind, one.which, one.until) for one in record.time_limits
        ], record.id
        assert tuple(card.parts) == record.parts
        assert len(card.legal_basis) == len(record.legal_basis)
        assert len(card.also_in) == len(record.also_in)
        assert (card.if_missed is None) == (record.if_missed is None)
        assert card.provision.pages == list(record.pages) or not record.pages


def test_every_duty_of_the_corpus_can_be_shown_whole(asking: Asking, records: dict[str, Duty]) -> None:
    shown = asking.library.cards["duties"]
    assert sorted(shown) == sorted(records)
    for record in records.values():
        card = shown[record.id]
        assert [card[name] for name in ("condition", "exception", "only_if")] == [
            record.condition,
            record.exception,
            record.only_if,
        ], record.id


def test_plain_text_hides_no_condition_exception_limit_or_page(practice: list[Answer]) -> None:
    for answer in practice:
        text = answer_text(answer)
        for card in answer.duties:
            for said in (card.action, card.condition, card.exception, card.only_if, card.if_missed):
                assert said is None or said in text, (card.id, said)
            for limit in card.time_limits:
                assert limit.text in text, (card.id, limit.text)
            for place in (card.provision, *card.also_in):
                assert f"page{'s' if len(place.pages) > 1 else ''} {', '.join(map(str, place.pages))}" in text


def test_a_footnote_is_cited_with_the_paragraph_that_it_hangs_on_in_print(
    asking: Asking, official: OfficialDocument
) -> None:
    provisions = asking.library.cards["provisions"].values()
    noted = [
        Place.model_validate({name: card[name] for name in Place.model_fields})
        for card in provisions
        if card["footnote"]
    ]
    for place in noted:
        (above,) = [block for block in official.blocks if place.footnote in block.notes]
        assert place.paragraphs == ([above.number] if above.kind == "paragraph" else []), place
        assert place.pages == list(official.footnotes[place.footnote or 0].pages), place
    assert len(noted) > 20
    assert "paragraph 382, footnote 221, page 147" in map(place_text, noted)


def test_plain_text_tells_each_conflict_in_full_once(asking: Asking) -> None:
    answer = asking.ask(
        "A child has died and we suspect neglect: must the council notify the national panel, and how soon?"
    )
    text = answer_text(answer)
    told = [conflict for duty in answer.duties for conflict in duty.conflicts]
    assert len(told) > len({one.id for one in told})
    assert {text.count(one.differs) for one in told} == {1}
    assert all(one.label in text for one in told if sum(one.id == other.id for other in told) > 1)


def test_plain_text_begins_with_danger_and_ends_with_a_disclaimer(practice: list[Answer]) -> None:
    for answer in practice:
        lines = answer_text(answer).splitlines()
        assert lines[0] == "If a child is in danger now, call 999."
        assert lines[-1] == "Our summary of guidance for England; read the paragraph. Not legal advice."


def full_ranking(asking: Asking, answer: Answer) -> list[tuple[str, float]]:
    return rank(asking.library, asking.understanding.read(answer.question), answer.edition).duties


def test_duties_that_a_conflict_sets_against_the_first_are_shown_with_it(
    asking: Asking, practice: list[Answer], records: dict[str, Duty]
) -> None:
    assert any(answer.duties and answer.duties[0].conflicts for answer in practice)
    for answer in practice:
        if answer.duties and answer.duties_total == len(answer.duties):
            shown = {record_id(card) for card in answer.duties}
            first = record_id(answer.duties[0])
            against = asking.library.cards["duties"][first]["set_against"]
            # The card's score is rounded, and may be so to nothing.
            scores = dict(full_ranking(asking, answer))
            near = {duty for duty, score in scores.items() if score >= IN_CONFLICT * scores[first]}
            assert set(against) & near <= set(shown)


# Roles.


@pytest.fixture(scope="module")
def graph(real_build: Build) -> Store:
    store = Store()
    store.bulk_load(path=str(real_build.folder / "graph.nq"), format=RdfFormat.N_QUADS)
    return store


SG = {"sg": "https://w3id.org/safeguarding-kg/ontology#"}
#: How the graph says that a duty reaches a role.
REACHED = {
    "you": "?duty sg:appliesTo <ROLE>",
    "conditional": "?duty sg:bearer/sg:mayInclude/sg:includes* <ROLE>",
    "organisation": "?duty sg:concerns <ROLE>",
}


def reached(graph: Store, how: str, role: str) -> set[str]:
    """IRIs of the duties that the graph says reach a role so."""
    pattern = REACHED[how].replace("ROLE", role)
    rows = graph.query(f"SELECT ?duty {{ {pattern} }}", use_default_graph_as_union=True, prefixes=SG)
    assert isinstance(rows, QuerySolutions)
    return {row["duty"].value for row in rows if isinstance(row["duty"], NamedNode)}


ASKED_BY_ROLE = (
    "What must I do when I am worried about a child?",
    "When must we refer a child?",
    "Who must be at a strategy discussion?",
    "Who writes a report for the conference?",
    "What do I do when a child is at immediate risk?",
    "Who has to comply with this guidance?",
)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("social-worker", "social-worker"),
        ("Social Worker", "social-worker"),
        ("GP", "general-practitioner"),
        ("gp", "general-practitioner"),
        (" DSL ", "designated-safeguarding-lead"),
        ("head teacher", "head-teacher"),
        ("police", "police"),
        ("school", "school"),
    ],
)
def test_each_card_says_how_it_reaches_the_role_as_the_graph_has_it(
    asking: Asking, graph: Store, written: str, role: str
) -> None:
    by_nearness = [(how, reached(graph, how, asking.terms[role]["id"])) for how in REACHED]
    found = set()
    for question in ASKED_BY_ROLE:
        for card in asking.ask(question, role=written).duties:
            expected = next((how for how, duties in by_nearness if card.id in duties), None)
            if card.reach == "organisation" and card.reach_condition:
                # The organisation's own condition is shown and not inferred over, so the graph has no such link.
                assert expected in (None, "organisation"), (question, card.id)
                continue
            assert card.reach == expected, (question, card.id)
            assert (card.reach_condition is not None) == (card.reach == "conditional"), card.id
            found.add(card.reach)
    assert "you" in found


@pytest.mark.parametrize("role", ["social worker", "GP", "police", "school", "prison"])
def test_a_role_brings_its_own_duties_to_the_front_and_hides_no_other(asking: Asking, role: str) -> None:
    for question in ASKED_BY_ROLE:
        everyone, theirs = asking.ask(question), asking.ask(question, role=role)
        assert {(card.reach, card.reach_condition) for card in everyone.duties} <= {(None, None)}
        order = [card.id for card in everyone.duties]
        own = [card.id for card in theirs.duties if card.reach]
        others = [card.id for card in theirs.duties if not card.reach]
        assert [card.id for card in theirs.duties] == own + others
        assert own == [one for one in order if one in own]
        assert others == [one for one in order if one in others]
        assert len(own + others) == len(order) == theirs.duties_total


def test_a_role_that_nothing_found_reaches_is_told_so(asking: Asking) -> None:
    notice = "None of these duties reaches the role you chose; they are other people's."
    nobodys = asking.ask("When does the core group meet?", role="prison")
    assert nobodys.notices[-1] == notice
    assert nobodys.duties
    assert {card.reach for card in nobodys.duties} == {None}
    assert "Yours?: no, somebody else's" in answer_text(nobodys, "prison")
    own = asking.ask("When does the core group meet?", role="core group")
    assert notice not in own.notices
    assert "Yours?: yes" in answer_text(own, "core group")
    assert "Yours?" not in answer_text(asking.ask("When does the core group meet?"))


def test_a_term_of_another_kind_is_no_role(asking: Asking) -> None:
    for event in ("referral-received", "strategy-discussion", "core-groups", "timescales"):
        assert asking.terms[event]["kind"] in ("event", "topic")
        with pytest.raises(InputError, match="There is no role, agency or group"):
            asking.ask("When does the core group meet?", role=event)


def names(asking: Asking) -> Iterator[tuple[str, str]]:
    for term_id, term in asking.terms.items():
        if term["kind"] in ("agency", "role", "group"):
            yield term_id, term_id
            yield term["label"], term_id


def test_every_bearer_can_be_chosen_by_id_and_by_label(asking: Asking) -> None:
    found = {name: find_role(name, asking.terms) for name, _ in names(asking)}
    assert {name: found[name] for name, term_id in names(asking) if found[name] != term_id} == {}


def test_ids_are_addresses_of_our_own(practice: list[Answer], records: dict[str, Duty]) -> None:
    for answer in practice:
        for card in answer.duties:
            assert card.id == str(individual("duty", record_id(card)))
            assert record_id(card) in records
