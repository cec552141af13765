"""Official text that is held: shown beside our records, once each, and set against a newer edition's."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Reading
from fastapi.testclient import TestClient

from corpus.documents import Description, Document, Piece, edition_name, to_document
from corpus.guidance import find_newer, newest_editions, newest_printings
from corpus.loader import Corpus, EditionRecords
from corpus.printed import places_of
from corpus.records import AskedQuestion, Provision
from indexer.build import POINTER, compile_corpus, open_build
from indexer.words import WordIndex, write_words
from ontology.errors import InputError
from service.answer import Answer
from service.app import create_app
from service.ask import Asking
from service.changes import find_changes
from service.cli import main
from service.editions import choose_edition
from service.evaluation import LOWER_IS_BETTER, evaluate_files
from service.library import open_library
from service.official import OfficialIndex
from service.settings import Settings

LICENCE = "Open Government Licence v3.0"
CHAPTER, TIMELY = "Chapter 3: Providing help, support and protection", "Timeliness"
#: Asked of paragraph 153 among the questions that people ask, so that the hash encoder finds it.
ASKED = "We sent the council a referral on Monday, how fast do they have to tell us that it has arrived?"
#: Sentences of nobody's, so that each is known again.
ACKNOWLEDGED = "Purple herons confirm each letter within one working day, and <b>write</b> down when."
FINISHED = "Tall ladders should be painted within 45 working days of the referral."
ATTENDEES = "Green kettles sing at the meeting; nine of them must come."
REFERRED = "Where a swan is unhappy, the lighthouse keeper should tell the harbour."
#: Those of our records that are built.
RECORDS = {"wt2023/152", "wt2023/153", "wt2023/155", "wt2023/200", "wt2023/p86/attendees"} | {
    f"wt2023/{number}" for number in range(156, 164)
}
#: Beside paragraphs that stay as they are, in the words of no other.
OTHERS = {
    number: " ".join(
        f"{word}{number}" for word in ("sand", "reed", "moss", "fern", "gorse", "heath", "lichen", "birch")
    )
    for number in range(156, 164)
}


def piece(number: int, text: str, page: int) -> Piece:
    return Piece("paragraph", f"{number}. {text}", str(number), (CHAPTER, TIMELY), (page,))


def text_of(name: str, edition: str, published: date, pieces: list[Piece]) -> Document:
    known = Description(
        id=name, title=name.replace("-", " ").capitalize(), publisher="A department", published=published,
        licence=LICENCE, kind="official-guidance", edition=edition,
    )  # fmt: skip
    return to_document(known, f"https://guidance.example/{name}.pdf", name, pieces)


OWN = [
    piece(152, REFERRED, 58),
    piece(153, ACKNOWLEDGED, 58),
    piece(155, FINISHED, 59),
    *(piece(number, text, 60) for number, text in OTHERS.items()),
    Piece("box", ATTENDEES, "", (CHAPTER, "Strategy discussion", "Attendees"), (86,)),
    Piece("footnote", "See another book", "12", (), (58,)),
]
HELD = text_of("together-2023", "wt2023", date(2025, 6, 4), OWN)
EARLIER_PRINTING = text_of("together-2023-first-printing", "wt2023", date(2023, 12, 15), OWN[:2])
#: Its 152 is 151 now, 153 is gone, 155 has another limit and another modal word, and a rule is new.
NEWER_PIECES = [
    piece(151, REFERRED, 61),
    piece(154, FINISHED.replace("45", "40").replace("should", "must"), 62),
    piece(155, "Every glider pilot should carry a spare compass on a crossing of the strait.", 62),
    *OWN[3:],
]
NEWER = text_of("together-2026", "wt2026", date(2026, 3, 18), NEWER_PIECES)
SCHOOLS = text_of(
    "schools-2024", "kcsie2024", date(2024, 9, 2),
    [piece(1, "Harbour school caretakers should read part one of the rota aloud every autumn.", 4)],
)  # fmt: skip
ALL = (HELD, EARLIER_PRINTING, SCHOOLS)


def a_few_records(corpus: Corpus) -> Corpus:
    """A corpus that is built in no time: some provisions of 2023, what is known of 2026, and one question."""
    question = AskedQuestion(
        question=ASKED, edition="wt2023", answered_by=("wt2023/153/acknowledge", "wt2023/153"), by="a"
    )
    editions = []
    for records in corpus.editions:
        if records.edition.id in ("wt2023", "wt2026"):
            provisions = tuple(_alone(one) for one in records.provisions if one.id in RECORDS)
            edition = records.edition.model_copy(update={"should_means": None})
            editions.append(EditionRecords(edition, provisions, (), (), (), ()))
    return replace(corpus, editions=tuple(editions), changes=(), asked=(question,))


def _alone(provision: Provision) -> Provision:
    """A provision that refers to no other."""
    apart = {"also_in": (), "if_missed": None, "cites": (), "legal_basis": ()}
    duties = tuple(duty.model_copy(update=apart) for duty in provision.duties)
    return provision.model_copy(update={"duties": duties, "cites": ()})


@pytest.fixture(scope="module")
def built(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a data folder with a build that holds documents, by the hash encoder and with one question asked."""
    few = a_few_records(corpus)
    made: dict[tuple[str, ...], Path] = {}

    def build(*documents: Document) -> Path:
        names = tuple(one.id for one in documents)
        if names not in made:
            data, build_id = tmp_path_factory.mktemp("official"), f"{len(made):016x}"
            folder = data / "builds" / build_id
            folder.mkdir(parents=True)
            compile_corpus(few, folder, build_id, "hash", (), lambda _: None, guidance=documents)
            (data / POINTER).write_text(build_id, encoding="utf-8")
            made[names] = data
        return made[names]

    return build


@pytest.fixture(scope="module")
def opened(built: Callable[..., Path]) -> Callable[..., Asking]:
    made: dict[Path, Asking] = {}

    def open_(*documents: Document) -> Asking:
        data = built(*documents)
        if data not in made:
            made[data] = Asking(open_library(open_build(data)))
        return made[data]

    return open_


# Which passages a record stands for


def provision(name: str, kind: str, heading: str, pages: tuple[int, ...], paragraph: int | None = None) -> Provision:
    return Provision(id=name, kind=kind, heading=("Chapter", heading), pages=pages, paragraph=paragraph, gist="x")  # type: ignore[arg-type]


def test_a_passage_is_the_text_of_one_provision_alone() -> None:
    """That whose heading is nearest above it, in words and in place."""
    passages = text_of(
        "t", "wt2023", date(2024, 1, 1),
        [
            Piece("paragraph", "1. First", "1", ("Chapter",), (5,)),
            Piece("box", "What it is for", "", ("Chapter", "Strategy discussion", "Purpose"), (5,)),
            Piece("box", "Who comes", "", ("Chapter", "Strategy discussion", "Attendees"), (5,)),
            Piece("box", "What leads do", "", ("Chapter", "Strategy discussion", "Lead practitioners should:"), (5, 6)),
            Piece("box", "What all do", "", ("Chapter", "Strategy discussion", "All involved practitioners:"), (6,)),
            Piece("text", "Elsewhere", "", ("Chapter", "Another matter"), (9,)),
        ],
    ).passages  # fmt: skip
    records = [
        provision("e/1", "paragraph", "Numbered", (5,), 1),
        provision("e/2", "paragraph", "Not printed", (5,), 2),
        provision("e/p5/discussion", "table", "Strategy discussion", (5,)),
        provision("e/p5/attendees", "table", "Attendees", (5,)),
        provision("e/p5/leads", "table", "Lead practitioners", (5, 6)),
        provision("e/p6/all", "table", "All involved practitioners", (6,)),
        provision("e/p9/loose", "text", "In words of our own", (9,)),
        provision("e/p9/second", "text", "In others", (9,)),
    ]

    assert places_of(records, passages) == {
        "e/1": [0], "e/p5/discussion": [1], "e/p5/attendees": [2], "e/p5/leads": [3], "e/p6/all": [4],
        "e/p9/loose": [5],
    }  # fmt: skip


def test_the_official_document_gives_nearly_every_record_its_text_and_no_passage_to_two(
    reading: Reading, corpus: Corpus
) -> None:
    """Of 539 only parts of the introduction, which print sets as one text, have none of their own."""
    (records,) = [one for one in corpus.editions if one.edition.id == "wt2023"]
    passages = text_of("official", "wt2023", date(2025, 6, 4), reading("working-together-2023")).passages
    places = places_of(records.provisions, passages)
    used = [at for theirs in places.values() for at in theirs]

    assert {one.id for one in records.provisions} - places.keys() == {
        "wt2023/p7/purpose", "wt2023/p7/safeguarding-definition", "wt2023/p8/child-protection-definition",
        "wt2023/p8/understanding-factors",
    }  # fmt: skip
    assert len(used) == len(set(used))
    assert {passages[at].kind for at in set(range(len(passages))) - set(used)} == {"footnote"}
    for provision in records.provisions:
        if provision.paragraph:
            (at,) = places[provision.id]
            assert passages[at].number == str(provision.paragraph)
            assert set(provision.pages) <= set(passages[at].pages)


# In answers


def test_the_official_paragraph_is_shown_with_its_licence_and_our_gist_folds_away(
    opened: Callable[..., Asking],
) -> None:
    bare, asking = opened(), opened(*ALL)
    gist = bare.library.cards["provisions"]["wt2023/153"]["text"]
    answer = asking.ask(ASKED, limit=50)

    (passage,) = [one for one in answer.passages if one.paragraphs == [153]]
    assert (passage.text_kind, passage.text) == ("official", f"153. {ACKNOWLEDGED}")
    assert (passage.gist, passage.licence, passage.document) == (gist, LICENCE, "Together 2023")
    cards = [one for one in answer.duties if one.provision.paragraphs == [153]]
    assert cards
    assert {card.official.text for card in cards if card.official} == {f"153. {ACKNOWLEDGED}"}
    others = [one for one in answer.passages if one.text_kind == "gist"]
    assert all((one.gist, one.licence) == (None, None) for one in others)


def test_one_paragraph_never_fills_two_places_of_the_list(opened: Callable[..., Asking]) -> None:
    asking = opened(*ALL)
    for question in (ASKED, ATTENDEES, FINISHED):
        answer = asking.ask(question, limit=50)
        texts = [one.text for one in answer.passages if one.text_kind == "official"]
        assert texts
        assert len(texts) == len(set(texts))
        assert len({one.id for one in answer.passages}) == len(answer.passages)


@pytest.mark.parametrize(
    ("quoted", "place"),
    [
        ("the lighthouse keeper should tell the harbour where a swan is unhappy", "wt2023/152"),
        (ATTENDEES, "wt2023/p86/attendees"),
    ],
)
def test_official_words_find_their_paragraph_as_our_gist_does(
    opened: Callable[..., Asking], quoted: str, place: str
) -> None:
    def score(asking: Asking) -> float:
        return next((one.score for one in asking.ask(quoted).passages if one.id.endswith(f"/provision/{place}")), 0.0)

    assert opened(*ALL).ask(quoted).passages[0].id.endswith(f"/provision/{place}")
    assert score(opened(*ALL)) > score(opened())
    gist = opened().library.cards["provisions"][place]["text"]
    assert [one.id for one in opened(*ALL).ask(gist[:900]).passages] == [
        one.id for one in opened().ask(gist[:900]).passages
    ]


def test_official_text_takes_nothing_further_away(opened: Callable[..., Asking]) -> None:
    """A question that quotes nothing is answered as it is without the document."""
    for question in (
        ASKED,
        "who chairs the conference",
        "what is the recipe for a cake",
    ):
        with_text, without = opened(*ALL).ask(question, limit=20), opened().ask(question, limit=20)
        assert (with_text.status, with_text.confidence) == (without.status, without.confidence)
        assert [(one.id, one.score) for one in with_text.duties] == [(one.id, one.score) for one in without.duties]
        assert [(one.id, one.score) for one in with_text.passages] == [(one.id, one.score) for one in without.passages]


@pytest.mark.long
def test_with_the_official_document_no_figure_is_lower(
    reading: Reading, asking: Asking, corpus: Corpus, tmp_path: Path
) -> None:
    """On every practice question, with the real model."""
    (records,) = [one for one in corpus.editions if one.edition.id == "wt2023"]
    passages = text_of("official", "wt2023", date(2025, 6, 4), reading("working-together-2023")).passages
    places = places_of(records.provisions, passages)
    write_words(["\n".join(passages[at].text for at in theirs) for theirs in places.values()], tmp_path / "words")
    numbers = {
        one["record"]: at for at, one in enumerate(asking.library.cards["documents"]) if one["kind"] == "provision"
    }
    index = OfficialIndex([numbers[place] for place in places], WordIndex(tmp_path / "words"), None)
    files = sorted((Path(__file__).parent / "questions").glob("*.jsonl"))
    without = evaluate_files(asking, files).figures
    with_text = evaluate_files(Asking(replace(asking.library, official=index)), files).figures

    lower = [
        (group, name)
        for group, figures in without.items()
        for name, value in figures.items()
        if (with_text[group][name] - value) * (-1 if name in LOWER_IS_BETTER else 1) < 0
    ]
    assert lower == []


def test_other_guidance_stands_below_the_edition_that_answers(opened: Callable[..., Asking]) -> None:
    asking = opened(*ALL)
    answer = asking.ask("Should harbour school caretakers read part one of the rota aloud every autumn?")

    assert answer.status == "answered"
    (passage,) = [one for one in answer.passages if one.edition == "kcsie2024"]
    assert answer.passages[-1] == passage
    assert (passage.kind, passage.text_kind, passage.document) == ("guidance", "official", "Schools 2024")
    assert passage.url == "https://guidance.example/schools-2024.pdf#page=4"
    assert answer.duties == [] or answer.edition == "wt2023"


# A newer edition than the one that our records are of


def states(answer: Answer) -> dict[int, str]:
    return {
        one.provision.paragraphs[0]: one.in_newer.state
        for one in answer.duties
        if one.provision.paragraphs and one.in_newer
    }


def test_the_newer_text_comes_first_and_each_older_duty_says_what_became_of_it(opened: Callable[..., Asking]) -> None:
    asking = opened(HELD, NEWER)
    duties = asking.library.cards["duties"].values()
    marks = {
        one["provision"]["paragraphs"][0]: one["in_newer"]
        for one in duties
        if one["provision"]["edition"] == "wt2023" and one["provision"]["paragraphs"]
    }

    assert marks[153]["state"] == "not found"
    assert marks[155]["state"] == "edited"
    assert marks[155]["places"][0]["paragraphs"] == [154]
    assert [(one["aspect"], one["before"], one["after"]) for one in marks[155]["differences"]] == [
        ("modality", "should", "must"),
        ("time-limit", "within 45 working days", "within 40 working days"),
    ]
    assert {marks[number]["state"] for number in (156, 160)} == {"same"}
    assert marks[200]["state"] == "not compared", "what the copy held lacks cannot be looked for"
    assert all(one["in_newer"] is None for one in duties if one["provision"]["edition"] != "wt2023")

    answer = asking.ask("Every glider pilot should carry a spare compass on a crossing of the strait")
    assert (answer.edition, answer.newer) == ("wt2023", "wt2026")
    assert (answer.passages[0].edition, answer.passages[0].paragraphs) == ("wt2026", [155])
    found = asking.ask(ASKED)
    assert states(found)[153] == "not found"
    assert all(one.in_newer for one in found.duties)
    assert found.notices[0].startswith(
        "Working Together to Safeguard Children 2023 has been replaced by Together 2026, whose official text is held"
    )
    assert not any("does not hold its text" in notice for notice in found.notices)


def test_the_newer_paragraph_is_found_by_what_is_asked_of_the_older_one(opened: Callable[..., Asking]) -> None:
    """Its own words alone, which nobody has asked about, find it seldom."""
    moved = [piece(140, ACKNOWLEDGED, 50), *NEWER_PIECES]
    asking = opened(HELD, text_of("together-2027", "wt2027", date(2027, 1, 1), moved))
    first = asking.ask(ASKED).passages[0]

    assert (first.edition, first.paragraphs) == ("wt2027", [140])
    assert asking.ask(ASKED).passages[1].score < first.score


def test_without_the_older_text_nothing_is_called_the_same(opened: Callable[..., Asking]) -> None:
    answer = opened(NEWER).ask(ASKED)

    assert {one.in_newer.state for one in answer.duties if one.in_newer} == {"not compared"}
    assert all(one.in_newer for one in answer.duties)


def test_the_older_edition_answers_alone_only_where_it_is_asked_for(opened: Callable[..., Asking]) -> None:
    cards = opened(HELD, NEWER).library.cards

    assert choose_edition(cards, None).newer == "wt2026"
    assert choose_edition(cards, "wt2026").edition == "wt2023"
    assert choose_edition(cards, "wt2026").newer == "wt2026"
    assert choose_edition(cards, "wt2023").newer is None
    assert choose_edition(cards, None, date(2024, 1, 1)).newer is None
    assert choose_edition(cards, None, date(2026, 4, 1)).newer == "wt2026"
    assert choose_edition(opened(*ALL).library.cards, None).newer is None


def test_editions_are_told_apart_by_series_and_year() -> None:
    held = [HELD, NEWER, SCHOOLS, EARLIER_PRINTING]

    assert edition_name("wt2023") == ("wt", 2023)
    assert edition_name("wt2023-draft") is None
    assert newest_editions(["wt2018", "wt2023", "wt2023-draft", "kcsie2024"]) == ["kcsie2024", "wt2023"]
    assert find_newer("wt2023", held) == NEWER
    assert find_newer("wt2026", held) is None
    assert newest_printings(held) == [HELD, NEWER, SCHOOLS]


# The same on the page and the command line


@pytest.fixture(scope="module")
def client(built: Callable[..., Path]) -> Iterator[TestClient]:
    settings = Settings(data_dir=built(HELD, NEWER))
    with TestClient(create_app(settings), headers={"Accept": "text/html"}) as client:
        yield client


def test_the_page_shows_official_text_and_marks_without_javascript(client: TestClient) -> None:
    page = client.post("/", data={"q": ASKED}).text

    assert "Purple herons confirm each letter" in page
    assert "&lt;b&gt;write&lt;/b&gt;" in page
    assert "<b>write</b>" not in page
    assert f"licensed under the {LICENCE}" in page
    assert "Our summary</span></summary>" in page
    assert page.index("Official text") < page.index("Our summary</span></summary>")
    assert "not found in the newer edition" in page
    text, opened_ = "Purple herons confirm", '<details class="govuk-details official" open>'
    shown = [page[: page.index(text, at)].rfind("<details") for at in range(len(page)) if page.startswith(text, at)]
    assert sum(page.startswith(opened_, at) for at in shown) == 1, "open in one place, folded in the others"


def test_every_list_of_older_duties_carries_the_marks(client: TestClient) -> None:
    for address in ("/duties?topic=referral", "/topics/referral", "/process"):
        assert "Together 2026: not found in the newer edition." in client.get(address).text
    found = client.post("/deadlines", data={"event": "referral-received", "date": "2026-06-01"}).text
    assert "within 45 working days</del> <ins>within 40 working days" in found
    duties = client.get("/api/duties?topic=assessment", headers={"Accept": "application/json"}).json()["duties"]
    assert all(one["in_newer"] for one in duties if one["provision"]["edition"] == "wt2023")


def test_the_newer_edition_is_no_longer_said_to_be_missing(client: TestClient) -> None:
    page = client.get("/editions").text

    assert "official text held here, without records of its duties" in page
    assert "text not held here" not in page
    told = client.post("/", data={"q": "Is the Working Together guidance still in force?"}).text
    assert "its text is not held here" not in told
    assert "its official text is held here" in told


def test_the_command_line_tells_the_same(
    built: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, clean_environment: None
) -> None:
    monkeypatch.setenv("SAFEGUARD_DATA", str(built(HELD, NEWER)))
    told = CliRunner().invoke(main, ["ask", ASKED, "--limit", "50"]).output

    assert f"Official text: Together 2023, A department; {LICENCE}" in told
    assert "Our summary: " in told
    assert "Newer text: not found in the newer edition (Together 2026)" in told
    answer = json.loads(CliRunner().invoke(main, ["ask", "--json", ASKED]).output)
    assert answer["newer"] == "wt2026"


# Two texts side by side


def test_changes_set_the_texts_that_are_held_side_by_side(client: TestClient) -> None:
    page = client.get("/changes?from=wt2023&to=wt2026").text
    told = page[page.index('id="texts"') :]

    assert "Together 2023 (4 June 2025) and Together 2026 (18 March 2026), passage by passage" in told
    assert "11 same, 1 edited, 0 moved, 1 new, 1 gone" in told
    headings = ["Changed in what has to be done (1)", "New (1)", "Gone (1)"]
    assert sorted(headings, key=told.index) == headings
    assert "time limit: <del>within 45 working days</del> <ins>within 40 working days</ins>" in told
    assert "how firmly: <del>should</del> <ins>must</ins>" in told
    assert "&lt;b&gt;write&lt;/b&gt;" in told
    assert "<b>write" not in told
    assert "<details" not in told, "what is folded is not printed"
    assert f"licensed under the {LICENCE}" in told


@pytest.mark.parametrize(
    ("narrowed", "numbers"),
    [
        ("kind=new", ["155"]), ("kind=gone", ["153"]), ("kind=moved", []), ("kind=stronger", ["154"]),
        ("kind=weaker", []), ("aspect=time-limit", ["154"]), ("aspect=who", []),
    ],
)  # fmt: skip
def test_the_comparison_is_narrowed_as_curated_changes_are(
    client: TestClient, narrowed: str, numbers: list[str]
) -> None:
    found = client.get(f"/api/changes?from=wt2023&to=wt2026&{narrowed}").json()["comparison"]

    assert [(one["after"] or one["before"])[0]["number"] for one in found["changes"]] == numbers
    assert found["total"] == len(numbers)


def test_guidance_without_records_is_compared_too(opened: Callable[..., Asking]) -> None:
    """Its editions are known by name alone."""
    later = text_of(
        "schools-2025", "kcsie2025", date(2025, 9, 1), [piece(1, "Caretakers may read the rota at home.", 4)]
    )
    library = opened(SCHOOLS, later).library
    found = find_changes(library, "kcsie2024", "kcsie2025")

    assert (found.total, found.changes) == (0, [])
    assert found.comparison is not None
    assert found.comparison.newer.title == "Schools 2025"
    with pytest.raises(InputError, match="Schools 2025 is not older than Schools 2024; give the older edition first"):
        find_changes(library, "kcsie2025", "kcsie2024")
    assert find_changes(opened(*ALL).library, "wt2023", "wt2026").comparison is None
    with pytest.raises(InputError, match="There is no edition 'kcsie2030'; did you mean"):
        find_changes(library, "wt2023", "kcsie2030")


def test_two_printings_of_one_edition_are_compared(opened: Callable[..., Asking]) -> None:
    found = find_changes(opened(*ALL).library, "wt2023", "wt2023").comparison

    assert found is not None
    assert (found.older.document, found.newer.document) == ("together-2023-first-printing", "together-2023")
    assert found.counts["new"] == len(OWN) - 2


def test_the_comparison_is_in_the_command_line_too(
    built: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, clean_environment: None
) -> None:
    monkeypatch.setenv("SAFEGUARD_DATA", str(built(HELD, NEWER)))
    told = CliRunner().invoke(main, ["changes", "--from", "wt2023", "--to", "wt2026"]).output

    assert "The texts compared, Together 2023 and Together 2026: 11 same, 1 edited, 0 moved, 1 new, 1 gone" in told
    assert "GONE: paragraph 153 (Timeliness), page 58" in told
