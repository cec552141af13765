"""What a question is taken to mean: slips mended, terms recognised, kinds of asking told apart, all correctable."""

import pytest

from service.answer import Answer
from service.ask import Asking
from service.understanding import Understanding

CONFERENCE, STRATEGY = "initial-child-protection-conference", "strategy-discussion"


@pytest.fixture(scope="module")
def understanding(asking: Asking) -> Understanding:
    return asking.understanding


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("how soon after the stratergy discussion", (("stratergy", "strategy"),)),
        ("inital conference timescale", (("inital", "initial"),)),
        ("reveiw of the plan after a chidl's daeth", (("reveiw", "review"), ("chidl's", "child"), ("daeth", "death"))),
        ("poilce and helath", (("poilce", "police"), ("helath", "health"))),
        ("concent of the family", (("concent", "consent"),)),
        ("when does the core group meet", ()),
    ],
)
def test_slips_are_mended_and_told(
    understanding: Understanding, question: str, mended: tuple[tuple[str, str], ...]
) -> None:
    assert understanding.read(question).mended == mended


def test_a_known_word_is_never_changed(understanding: Understanding, asking: Asking) -> None:
    known = asking.library.cards["spellings"][::37]
    assert {word: read for word in known for _, read in understanding.read(word).mended} == {}


@pytest.mark.parametrize(
    "word", ["scared", "depression", "overnight", "niece", "black", "hanging", "starved", "unattended", "gestation"]
)
def test_an_ordinary_word_is_never_changed_though_no_record_holds_it(understanding: Understanding, word: str) -> None:
    assert understanding.read(word).mended == ()


@pytest.mark.parametrize(
    "question",
    ["the school shouldnt have told them", "mum arent coming and werent asked", "she wasnt seen", "theyve moved away"],
)
def test_a_not_is_kept_though_its_apostrophe_is_left_out(understanding: Understanding, question: str) -> None:
    assert understanding.read(question).meaning == question


def test_a_name_is_never_changed(understanding: Understanding) -> None:
    assert understanding.read("has Ealing its own threshold document").mended == ()


def test_a_slip_is_never_mended_to_another_slip(understanding: Understanding, asking: Asking) -> None:
    terms = asking.terms.values()
    right = {name.lower() for term in terms for name in (term["label"], *term["synonyms"])}
    slips = {name.lower() for term in terms for name in term["misspellings"]} - right
    assert len(slips) > 20
    read = {understanding.read(f"{slip[:-1]}z{slip[-1]}").meaning.lower() for slip in slips if " " not in slip}
    assert read & slips == set()


def test_as_typed_nothing_is_mended(understanding: Understanding) -> None:
    understood = understanding.read("inital conference timescale", as_typed=True)
    assert (understood.mended, understood.meaning) == ((), "inital conference timescale")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who chairs the strategy discussion?", {"who"}),
        ("How soon must the core group meet?", {"by-when"}),
        ("Is that a legal duty?", {"law"}),
        ("What has changed since 2018?", {"changed"}),
        ("Is Working Together 2018 still in force?", {"edition"}),
        ("Everything a governor is responsible for", {"everything"}),
        ("Does the nurse come too?", {"what"}),
        ("Who must tell the panel, and by when?", {"who", "by-when"}),
        ("Timing of the core group", {"by-when"}),
        ("Can the core group wait until after half term?", {"by-when"}),
        ("How far ahead must the report go out?", {"by-when"}),
        ("What starts the clock for the first conference?", {"by-when"}),
        ("Does she need care round the clock?", {"what"}),
    ],
)
def test_what_is_asked_for_is_told(understanding: Understanding, question: str, asks: set[str]) -> None:
    assert set(understanding.read(question).asks) == asks


@pytest.mark.parametrize(
    ("question", "held", "counted_from"),
    [
        ("When must the ICPC be held?", {CONFERENCE}, set()),
        ("when is the ICPC", {CONFERENCE}, set()),
        ("how long after the strategy discussion do we hold the ICPC", {CONFERENCE}, {STRATEGY}),
        ("how long before ICPC do parents see the report", set(), {CONFERENCE}),
        ("when do I send my report in for ICPC", set(), set()),
    ],
)
def test_what_is_to_be_held_is_told_from_what_a_time_counts_from(
    understanding: Understanding, question: str, held: set[str], counted_from: set[str]
) -> None:
    understood = understanding.read(question)
    assert understood.held & {CONFERENCE, STRATEGY} == held
    assert understood.counted_from & {CONFERENCE, STRATEGY} == counted_from


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("what does the LADO do", "local-authority-designated-officer"),
        ("ICPC timescale", "initial-child-protection-conference"),
        ("what must the GP do", "general-practitioner"),
        ("does the council have to", "local-authority"),
    ],
)
def test_acronyms_and_everyday_names_stand_for_their_terms(
    understanding: Understanding, asking: Asking, question: str, term: str
) -> None:
    assert term in asking.terms
    assert term in understanding.read(question).terms


@pytest.mark.parametrize(
    ("question", "durations"),
    [
        ("What must happen within 45 working days of a referral?", {"P45D"}),
        ("forty-five day limit", {"P45D"}),
        ("ten WDs after conference", {"P10D"}),
        ("is a two week wait too long", {"P2W", "P14D"}),
        ("report every 12 months", {"P12M", "P1Y"}),
        ("6-month review", {"P6M"}),
        ("a 14 year old and her 3 month-old brother", set()),
        ("what are s47 enquiries", set()),
    ],
)
def test_lengths_of_time_are_read(understanding: Understanding, question: str, durations: set[str]) -> None:
    assert understanding.read(question).durations == durations


@pytest.mark.parametrize(
    ("question", "duration"),
    [
        ("What must happen within 45 working days of a referral?", "P45D"),
        ("what must happen within one working day of a referral?", "P1D"),
        ("what is the 15 day limit", "P15D"),
        ("10 WDs after conference", "P10D"),
    ],
)
def test_a_named_length_of_time_finds_what_it_is_for(asking: Asking, question: str, duration: str) -> None:
    assert duration in {limit.duration for limit in asking.ask(question).duties[0].time_limits}


def test_sections_are_recognised_as_people_write_them(understanding: Understanding) -> None:
    assert understanding.read("s47 and section 17 thresholds").sections == ("section 47", "section 17")


def test_a_term_that_was_not_meant_can_be_taken_out(asking: Asking) -> None:
    corrected = asking.ask("what must the GP do", without=["general-practitioner"])

    assert corrected.understood is not None
    assert corrected.understood.recognised == []
    assert [one.label for one in corrected.understood.without] == ["GP"]


@pytest.mark.parametrize(
    ("question", "word", "meanings"),
    [
        (
            "when is the conference",
            "conference",
            {"initial child protection conference", "child protection review conference"},
        ),
    ],
)
def test_a_word_that_can_mean_several_things_offers_each(
    asking: Asking, question: str, word: str, meanings: set[str]
) -> None:
    answer = asking.ask(question)
    assert answer.understood is not None
    (unclear,) = (one for one in answer.understood.unclear if one.written == word)
    assert meanings <= {one.label for one in unclear.terms}


# Why, and how many


@pytest.fixture(scope="module")
def explained(asking: Asking) -> Answer:
    return asking.ask("When does the core group meet?", explain=True)


def test_each_result_says_why_it_stands_where_it_does(explained: Answer, asking: Asking) -> None:
    sums = [sum(one.adds for one in card.why) for card in explained.duties]
    assert sums == sorted(sums, reverse=True)
    assert any(one.sign == "has a clock, and one is asked for" for one in explained.duties[0].why)
    assert [one.why for one in asking.ask("When does the core group meet?").duties if one.why] == []


def test_several_duties_are_grouped_and_counted(asking: Asking) -> None:
    answer = asking.ask("What must happen after a child protection conference?")
    assert answer.duties_total > 2
    assert sum(group.total for group in answer.groups) == answer.duties_total
    assert [one for group in answer.groups for one in group.duties if one not in {d.id for d in answer.duties}] == []
    assert {group.by for group in answer.groups} <= {"bearer", "event"}


def test_duties_of_one_whom_the_question_names_are_grouped_by_what_starts_them(asking: Asking) -> None:
    answer = asking.ask("What must the core group do?")
    assert {group.by for group in answer.groups} == {"event"}
