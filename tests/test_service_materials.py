"""Materials for trainers: nothing that the graph does not hold, every statement with its place, safe to write."""

import csv
import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree, html
from pyoxigraph import RdfFormat, Store

from indexer.build import GRAPH_FILE, open_build
from ontology.errors import InputError
from service.answer import DutyCard, duty_card
from service.browse import EVERYONE
from service.cli import main
from service.library import Catalogue, open_catalogue
from service.materials.brand import read_brand
from service.materials.content import Wish, find_topic, stamp_of
from service.materials.document import Brand
from service.materials.quiz import GUIDANCE, LAW, Question, QuizMaker, amount_text, make_quiz
from service.materials.quiz_formats import explanation, to_gift, to_moodle_xml, to_quiz_csv
from service.reach import reaching
from service.text import bearers_text

DONE, CANNOT_BE_USED = 0, 2
DAY = date(2026, 11, 22)
SUPERSEDED = "Working Together 2023 (superseded)"


@pytest.fixture(scope="module")
def catalogue(hash_data: Path) -> Catalogue:
    return open_catalogue(open_build(hash_data))


@pytest.fixture(scope="module")
def wish() -> Wish:
    return Wish(DAY, Brand())


@pytest.fixture(scope="module")
def duties(catalogue: Catalogue) -> dict[str, DutyCard]:
    return {card["id"]: duty_card(card) for card in catalogue.cards["duties"].values()}


@pytest.fixture(scope="module")
def questions(catalogue: Catalogue) -> list[Question]:
    """Every question that the edition gives."""
    return list(QuizMaker(catalogue).questions(random.Random("all")))


@dataclass(frozen=True)
class Fact:
    """What the graph says of one duty, as SPARQL finds it."""

    action: str
    modality: str
    force: str
    bearers: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    paragraphs: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def graph(hash_data: Path) -> dict[str, Fact]:
    """The duties as the graph itself has them, read by a query and by nothing of the service."""
    store = Store()
    store.bulk_load(path=str(open_build(hash_data).folder / GRAPH_FILE), format=RdfFormat.N_QUADS)
    query = """
        PREFIX sg: <https://w3id.org/safeguarding-kg/ontology#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?duty ?action ?modality ?force ?bearer ?page ?paragraph WHERE {
          ?duty sg:action ?action ; sg:modality ?m ; sg:force ?f ; sg:statedIn ?place .
          ?m rdfs:label ?modality . ?f rdfs:label ?force .
          OPTIONAL { ?duty sg:bearer/rdfs:label ?bearer }
          OPTIONAL { ?place sg:page ?page }
          OPTIONAL { ?place sg:paragraph ?paragraph }
        }"""
    found: dict[str, Fact] = {}
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        duty = row["duty"].value
        fact = found.setdefault(duty, Fact(row["action"].value, row["modality"].value, row["force"].value))
        for values, name in ((fact.bearers, "bearer"), (fact.pages, "page"), (fact.paragraphs, "paragraph")):
            if row[name] is not None:
                values.add(row[name].value)
    return found


def run(hash_data: Path, *words: str) -> tuple[int, str, str]:
    """The exit status of the command and what it wrote to standard output and standard error."""
    done = CliRunner().invoke(main, list(words), env={"SAFEGUARD_DATA": str(hash_data)})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


# Questions: only what the graph holds, one right answer each.


def test_every_kind_of_question_is_asked(questions: list[Question]) -> None:
    kinds = {kind: sum(one.kind == kind for one in questions) for kind in {one.kind for one in questions}}
    assert set(kinds) == {"who", "how-firmly", "how-long", "from-when", "law-or-guidance", "changed"}
    assert min(kinds.values()) >= 10, kinds
    assert len({one.name for one in questions}) == len(questions)


def test_the_right_answer_is_the_graphs(questions: list[Question], graph: dict[str, Fact]) -> None:
    for one in questions:
        if one.kind == "changed":
            continue
        fact = graph[one.record]
        match one.kind:
            case "who":
                named = one.right.lower().removesuffix(" jointly")
                assert all(bearer.lower() in named for bearer in fact.bearers), one
                assert len(named) <= sum(map(len, fact.bearers)) + len(" and ") * (len(fact.bearers) - 1), one
            case "how-firmly":
                assert one.right == fact.modality, one
            case "law-or-guidance":
                assert one.right == {"law": LAW, "guidance": GUIDANCE}[fact.force], one


def test_the_citation_is_the_graphs(questions: list[Question], graph: dict[str, Fact]) -> None:
    for one in questions:
        if one.kind != "changed":
            fact = graph[one.record]
            pages, paragraph = (re.search(rf"{word}s? (\d+(?:, \d+)*)", one.citation) for word in ("page", "paragraph"))
            assert pages is not None, one
            assert set(pages[1].split(", ")) <= fact.pages, one
            assert {paragraph[1]} <= fact.paragraphs if paragraph else not fact.paragraphs, one


def test_no_wrong_answer_is_right_as_well(
    questions: list[Question], catalogue: Catalogue, duties: dict[str, DutyCard]
) -> None:
    """For the same duty, or for another with the same action and an event in common; found by the cards alone."""
    by_action: dict[str, list[DutyCard]] = {}
    for duty in duties.values():
        if duty.provision.edition == "wt2023":
            by_action.setdefault(duty.action.casefold(), []).append(duty)
    for one in questions:
        assert one.right not in one.wrong
        assert len(set(one.wrong)) == len(one.wrong) >= (3 if one.kind in ("who", "how-long", "from-when") else 1)
        if one.kind == "changed":
            continue
        for same in by_action[duties[one.record].action.casefold()]:
            true_of_it = {
                "who": {bearers_text(same), *(bearer.label for bearer in same.bearers)},
                "how-firmly": {same.modality.replace("-", " ")},
                "how-long": {amount_text(limit) for limit in same.time_limits},
                "from-when": {anchor.label for limit in same.time_limits for anchor in limit.anchors},
                "law-or-guidance": {LAW if same.force == "law" else GUIDANCE},
            }[one.kind]
            assert not {answer.lower() for answer in one.wrong} & {answer.lower() for answer in true_of_it}, one


def test_no_wrong_bearer_shares_anybody_with_the_right_one(
    questions: list[Question], catalogue: Catalogue, duties: dict[str, DutyCard]
) -> None:
    """A social worker may be lead practitioner and works for the local authority: neither is wrong for the other."""
    terms = catalogue.cards["terms"]
    people: dict[str, set[str]] = {}
    for name, term in terms.items():
        if term["kind"] in ("agency", "role", "group"):
            for bearer in reaching(name, terms):
                people.setdefault(bearer, set()).add(name)
    borne = {bearers_text(duty): [one.id.rpartition("/")[2] for one in duty.bearers] for duty in duties.values()}
    for one in questions:
        if one.kind == "who":
            right = set().union(*(people[bearer] for bearer in borne[one.right]))
            for answer in one.wrong:
                assert not right & set().union(*(people[bearer] for bearer in borne[answer])), (one.name, answer)
                assert not {*borne[answer]} & {*EVERYONE}


def test_every_wrong_answer_is_a_real_one(
    questions: list[Question], catalogue: Catalogue, duties: dict[str, DutyCard]
) -> None:
    edition = [duty for duty in duties.values() if duty.provision.edition == "wt2023"]
    real = {
        "who": {bearers_text(duty) for duty in edition},
        "how-long": {amount_text(limit) for duty in edition for limit in duty.time_limits if limit.duration},
        "from-when": {term["label"] for term in catalogue.cards["terms"].values() if term["kind"] == "event"},
        "how-firmly": {"must", "must not", "should", "should not", "may", "need not"},
        "law-or-guidance": {LAW, GUIDANCE},
        "changed": {"true", "false"},
    }
    for one in questions:
        assert {*one.wrong} <= real[one.kind], one


def test_a_question_hides_no_condition(questions: list[Question], duties: dict[str, DutyCard]) -> None:
    for one in questions:
        if one.kind != "changed":
            duty = duties[one.record]
            for fact in filter(None, (duty.condition, duty.exception, duty.only_if)):
                assert fact.rstrip(".") in one.text
                assert fact.rstrip(".") in one.feedback


def test_a_length_of_time_is_not_told_in_the_question(questions: list[Question]) -> None:
    told = [one for one in questions if one.kind == "how-long" and one.right in one.text]
    assert told == []


def test_what_did_not_change_is_false_and_every_change_is_certain_enough(
    questions: list[Question], catalogue: Catalogue
) -> None:
    changes = {card["id"]: card for card in catalogue.cards["changes"].values()}
    asked = [one for one in questions if one.kind == "changed"]
    assert {one.right for one in asked} == {"true", "false"}
    for one in asked:
        assert (one.right == "false") == (changes[one.record]["kind"] == "unchanged")
        assert changes[one.record]["certainty"] in ("primary", "secondary")
        assert changes[one.record]["certainty"] in one.feedback


def test_a_role_and_a_topic_narrow_a_quiz(catalogue: Catalogue, duties: dict[str, DutyCard]) -> None:
    made = make_quiz(catalogue, 10, 3, "social worker", "core groups")
    provisions, reach = catalogue.cards["provisions"], reaching("social-worker", catalogue.cards["terms"])
    for one in made:
        if one.kind != "changed":
            duty = duties[one.record]
            assert (
                find_topic("core groups", catalogue)
                in provisions[duty.provision.id.partition("/provision/")[2]]["topics"]
            )
            assert {bearer.id.rpartition("/")[2] for bearer in duty.bearers} & set(reach)


def test_the_same_seed_gives_the_same_quiz(catalogue: Catalogue) -> None:
    assert make_quiz(catalogue, 6, 7) == make_quiz(catalogue, 6, 7)
    assert make_quiz(catalogue, 6, 7) != make_quiz(catalogue, 6, 8)


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "A quiz of 0 questions cannot be made; ask for 1 or more."), (-3, "A quiz of -3 ")]
)
def test_a_quiz_has_a_question_at_least(catalogue: Catalogue, count: int, sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        make_quiz(catalogue, count)


def test_too_many_questions_of_a_small_topic(catalogue: Catalogue) -> None:
    with pytest.raises(
        InputError, match=r"^Only (\d+) questions can be made of that, not 10,000; ask for \1 or fewer\.$"
    ):
        make_quiz(catalogue, 10_000, topic="core-groups")


# Questions read back by parsers that are not the writers.


@dataclass
class Read:
    """A question as a reader of GIFT or Moodle XML finds it."""

    name: str
    text: str
    right: list[str]
    wrong: list[str]
    feedback: str


def read_gift(text: str) -> Iterator[Read]:
    """Moodle's GIFT by its documentation: comments, a category, `::name::`, `[format]`, `{answers}`, `####`, `\\`."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if not line.startswith(("//", "$CATEGORY:"))]
        if lines:
            yield _gift_question("\n".join(lines))


def _gift_question(block: str) -> Read:
    signs = [(one[1:], True) if len(one) == 2 else (one, False) for one in re.findall(r"\\[~=#{}:\\]|[\s\S]", block)]
    mode, said = "text", ""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(signs):
        sign, escaped = signs[place]
        ahead = "".join(one if not quoted else " " for one, quoted in signs[place : place + 4])
        if not escaped and ahead[:2] == "::":
            mode, said, found = "text" if mode == "name" else "name", "", [*found, (mode, said)]
            place += 2
            continue
        if not escaped and ahead == "####":
            mode, said, found = "general", "", [*found, (mode, said)]
            place += 4
            continue
        if not escaped and sign in "{}=~":
            found.append((mode, said))
            mode, said = {"{": "answers", "}": "after", "=": "right", "~": "wrong"}[sign], ""
        else:
            said += sign
        place += 1
    values: dict[str, list[str]] = {}
    found.append((mode, said))
    for part, words in found:
        if words.strip():
            values.setdefault(part, []).append(words.strip())
    assert "after" not in values, "nothing follows the answers"
    right, wrong = values.get("right", []), values.get("wrong", [])
    if "answers" in values:
        (truth,) = values["answers"]
        assert truth in ("TRUE", "FALSE")
        right, wrong = [truth.lower()], ["false" if truth == "TRUE" else "true"]
    (name,), (stem,), (feedback,) = values["name"], values["text"], values["general"]
    assert stem.startswith("[plain]")
    return Read(name, stem.removeprefix("[plain]"), right, wrong, feedback)


def read_moodle(content: bytes) -> Iterator[Read]:
    """Moodle XML by its documentation."""
    root = etree.fromstring(content)
    assert root.tag == "quiz"
    for question in root.iterfind("question"):
        if question.get("type") == "category":
            continue
        answers: dict[str, list[str]] = {"100": [], "0": []}
        for answer in question.iterfind("answer"):
            answers[answer.attrib["fraction"]].append(answer.findtext("text") or "")
        assert question.get("type") == ("truefalse" if answers["100"][0] in ("true", "false") else "multichoice")
        texts = [question.findtext(f"{name}/text") or "" for name in ("name", "questiontext", "generalfeedback")]
        yield Read(texts[0], texts[1], answers["100"], answers["0"], texts[2])


AWKWARD = Question(
    kind="who", name="who ~a{b}", text="Who = {this}: 50% ~ #1 \\ <b>?\nNext // line", right="a=b #x",
    wrong=("~c", "{d}", "e:f"), feedback="g #### h }", citation="p. 1", record="x",
)  # fmt: skip


@pytest.mark.parametrize("read", [read_gift, read_moodle])
def test_a_quiz_is_read_back_as_it_was_made(
    catalogue: Catalogue, wish: Wish, questions: list[Question], read: Any
) -> None:
    stamp = stamp_of(catalogue, "wt2023", wish)
    asked = [*questions, AWKWARD]
    write = to_gift if read is read_gift else to_moodle_xml
    found = list(read(write("Quiz: all", asked, stamp)))
    assert [one.name for one in found] == [one.name for one in asked]

    def plain(text: str) -> str:
        return " ".join(text.split())

    for one, made in zip(found, asked, strict=True):
        assert (plain(one.text), one.right, plain(one.feedback)) == (
            plain(made.text), [made.right], plain(explanation(made, stamp)),
        )  # fmt: skip
        assert sorted(one.wrong) == sorted(made.wrong)
        assert "Working Together 2023: superseded." in one.feedback


def test_the_csv_runs_no_formula(catalogue: Catalogue, wish: Wish) -> None:
    stamp = stamp_of(catalogue, "wt2023", wish)
    formula = Question("who", "n", "=1+1", "@right", ("+w", "-x", "y"), "=f", "=c", "r")
    (row,) = csv.DictReader(io.StringIO(to_quiz_csv([formula], stamp), newline=""))
    assert [value for value in row.values() if value.startswith(("=", "+", "-", "@"))] == []
    assert (row["edition"], row["made on"]) == (SUPERSEDED, "22 November 2026")


# The command.


def test_a_quiz_is_written_with_all_that_a_file_says_of_itself(hash_data: Path, tmp_path: Path) -> None:
    for style in ("gift", "moodle-xml", "csv", "html"):
        file = tmp_path / f"quiz.{style}"
        words = (
            "export",
            "quiz",
            "--n",
            "6",
            "--seed",
            "7",
            "--format",
            style,
            "--date",
            "2026-11-22",
            "-o",
            str(file),
        )
        status, told, _ = run(hash_data, *words)
        assert (status, told.partition(" bytes")[0]) == (DONE, f"{file} ({file.stat().st_size:,}")
        text = file.read_text(encoding="utf-8")
        assert "22 November 2026" in text
        assert SUPERSEDED in text
        if style != "csv":
            assert {"Not legal advice", "CC BY 4.0"} <= {
                words for words in ("Not legal advice", "CC BY 4.0") if words in text
            }
        first = file.read_bytes()
        assert run(hash_data, *words, "--force")[0] == DONE
        assert file.read_bytes() == first
    page = html.parse(str(tmp_path / "quiz.html"))
    assert [one.text for one in page.iter("h1")] == ["Quiz: the whole guidance"]
    assert len([one for one in page.iter("h3") if (one.text or "").startswith("Question")]) == 6


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--role", "socail worker"),
            "There is no role, agency or group 'socail worker' here; did you mean 'social worker'?",
        ),
        (("--topic", "early hlep"), "There is no topic 'early hlep' here; did you mean 'early help'?"),
        (("--n", "0"), "A quiz of 0 questions cannot be made; ask for 1 or more."),
        (("--edition", "wt2026"), "The text of wt2026 is not in this build, so nothing can be made from it."),
        (("--colour", "red"), "'red' is no colour; write it as six digits, for instance #14424d."),
        (("--name", "a\x1bb"), "The name is longer than 80 characters or cannot be printed; shorten it."),
        (("--date", "soon"), "'soon' is no date: write a date as 2026-12-10 (year, month, day)."),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    hash_data: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    status, told, fault = run(hash_data, "export", "quiz", *words, "-o", str(tmp_path / "quiz.gift"))
    assert (status, told, fault) == (CANNOT_BE_USED, "", f"{sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept_unless_forced(hash_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "quiz.gift"
    file.write_text("mine", encoding="utf-8")
    status, _, fault = run(hash_data, "export", "quiz", "-o", str(file))
    assert (status, file.read_text("utf-8")) == (CANNOT_BE_USED, "mine")
    assert fault == f"{file}: something is there already; give another name, or replace it with --force.\n"
    assert run(hash_data, "export", "quiz", "--n", "2", "--force", "-o", str(file))[0] == DONE
    assert file.read_text("utf-8").startswith("// Quiz")


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("no/quiz.gift", "there is no folder {folder}/no; make it first."),
        (".", "this is a folder; give the name of a file in it."),
    ],
)
def test_a_place_that_cannot_be_written(hash_data: Path, tmp_path: Path, place: str, fault: str) -> None:
    status, _, told = run(hash_data, "export", "quiz", "-o", str(tmp_path / place))
    assert (status, told) == (CANNOT_BE_USED, f"{tmp_path / place}: {fault.format(folder=tmp_path)}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "is_right"), [(b"GIF89a", False), (b"\x89PNG\r\n\x1a\nrest", False), (None, False)]
)
def test_a_logo_is_a_whole_picture(tmp_path: Path, content: bytes | None, is_right: bool) -> None:
    logo = tmp_path / "logo.png"
    if content is not None:
        logo.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(str(logo))):
        read_brand(logo=logo)


@pytest.mark.parametrize("colour", ["#ffffff", "000000", "ffff00", "#777777", "14424d", "ff0000"])
def test_words_stand_out_on_every_colour(colour: str) -> None:
    from service.materials.document import luminance

    brand = read_brand(colour=colour)

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)

    assert contrast(brand.ink, brand.colour) >= 4.5
    assert contrast(brand.heading, "ffffff") >= 4.5
