"""Materials for trainers: nothing that the graph does not hold, every statement with its place, safe to write."""

import base64
import contextlib
import csv
import io
import random
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pptx
import pypdfium2
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from lxml import etree, html
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pyoxigraph import RdfFormat, Store

from indexer.build import GRAPH_FILE, open_build
from ontology.errors import InputError
from service.answer import DutyCard, duty_card
from service.browse import EVERYONE
from service.catalogue import Catalogue, open_catalogue
from service.cli import main
from service.duties import list_duties
from service.materials import kinds
from service.materials.brand import LONGEST_NAME, read_brand
from service.materials.briefing import HEADINGS
from service.materials.change_list import since_edition
from service.materials.content import DUTY_COLUMNS, Wish, find_topic, stamp_of
from service.materials.document import Brand, Document, Paragraph
from service.materials.fitting import LETTER
from service.materials.picture import child_protection
from service.materials.poster import FOOT, HEAD, HEIGHT, poster_svg
from service.materials.quiz import GUIDANCE, LAW, Question, QuizMaker, amount_text, make_quiz
from service.materials.quiz_formats import explanation, to_gift, to_moodle_xml, to_quiz_csv
from service.materials.to_html import to_html
from service.materials.to_pdf import to_pdf
from service.reach import reaching
from service.text import bearers_text, place_text

DONE, CANNOT_BE_USED = 0, 2
DAY = date(2026, 11, 22)
NOTHING = "so there is nothing to write. That does not mean that"
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
    #: Its limits in words, and its condition, its exception and what it is only for.
    limits: set[str] = field(default_factory=set)
    qualified: set[str] = field(default_factory=set)


#: What is asked of the graph for each list of a fact.
MANY = {
    "bearers": "?duty sg:bearer/rdfs:label ?value",
    "pages": "?duty sg:page ?value",
    "paragraphs": """?duty sg:statedIn ?place {
        { ?place sg:paragraph ?value }
        UNION { ?place sg:provisionKind "footnote" . ?citing sg:cites ?place ; sg:paragraph ?value } }""",
    "limits": "?duty sg:timeLimit/sg:limitText ?value",
    "qualified": "?duty sg:condition|sg:exception|sg:onlyIf ?value",
}


@pytest.fixture(scope="module")
def graph(hash_data: Path) -> dict[str, Fact]:
    """The duties as the graph itself has them, read by queries and by nothing of the service."""
    store = Store()
    store.bulk_load(path=str(open_build(hash_data).folder / GRAPH_FILE), format=RdfFormat.N_QUADS)

    def rows(pattern: str) -> Iterator[Any]:
        prefixes = (
            "PREFIX sg: <https://w3id.org/safeguarding-kg/ontology#> "
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        )
        yield from store.query(f"{prefixes} SELECT * {{ {pattern} }}", use_default_graph_as_union=True)

    words = "?duty sg:action ?action ; sg:modality/rdfs:label ?modality ; sg:force/rdfs:label ?force"
    found = {
        row["duty"].value: Fact(row["action"].value, row["modality"].value, row["force"].value) for row in rows(words)
    }
    for name, pattern in MANY.items():
        for row in rows(f"?duty sg:action ?action . {pattern}"):
            getattr(found[row["duty"].value], name).add(row["value"].value)
    return found


def run(hash_data: Path, *words: str) -> tuple[int, str, str]:
    """The exit status of the command and what it wrote, without the steps that it tells on a slow machine."""
    done = CliRunner().invoke(main, list(words), env={"SAFEGUARD_DATA": str(hash_data)})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, re.sub(r"^  .* \.\.\.\n", "", done.stderr, flags=re.MULTILINE)


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
            assert set(pages[1].split(", ")) == fact.pages, one
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


def test_a_quiz_is_written_with_all_that_a_file_says_of_itself(
    catalogue: Catalogue, wish: Wish, hash_data: Path, tmp_path: Path
) -> None:
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
        assert "not legal advice" in text.lower()
        assert "CC BY 4.0" in text
        assert file.read_bytes() == kinds.quiz_file(catalogue, wish, style, quiet, count=6, seed=7)
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


# Documents: read back as they are written, and every statement compared with the graph.


@dataclass(frozen=True)
class Statement:
    """One duty as a file tells it."""

    who_and_how: str
    what: str
    by_when: str
    where: str
    everything: str


def docx_rows(content: bytes) -> tuple[list[list[str]], list[str]]:
    """The rows of every table of duties and the points of every list of a Word file, cells and points as lines."""
    document = docx.Document(io.BytesIO(content))
    rows = []
    for table in document.tables:
        first, *others = table._tbl.tr_lst
        if [docx_lines(cell) for cell in first.tc_lst] == list(DUTY_COLUMNS):
            rows += [[docx_lines(cell) for cell in row.tc_lst] for row in others]
    points = [
        "\n".join("".join(run.text or "" for run in one) for one in docx_runs(paragraph))
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name in ("List Bullet", "List Number")
    ]
    return rows, points


def docx_lines(cell: Any) -> str:
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in cell.iter(qn("w:p"))
    )


def docx_runs(paragraph: Any) -> list[list[Any]]:
    lines: list[list[Any]] = [[]]
    for element in paragraph._p.iter(qn("w:t"), qn("w:br")):
        if element.tag == qn("w:br"):
            lines.append([])
        else:
            lines[-1].append(element)
    return lines


def pptx_rows(content: bytes) -> tuple[list[list[str]], list[str]]:
    """The rows of every table of duties on slides, and what the speaker's notes say."""
    rows, notes = [], []
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                first, *others = [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
                if first == list(DUTY_COLUMNS):
                    rows += others
        if slide.has_notes_slide:
            notes += slide.notes_slide.notes_text_frame.text.split("\n")
    return rows, notes


def html_rows(content: bytes) -> tuple[list[list[str]], list[str]]:
    """The rows of every table of duties and the points of every list of a page."""
    page = html.fromstring(content.decode())

    def lines(element: Any) -> str:
        spans = element.findall("span")
        return "\n".join(one.text_content() for one in spans) if spans else element.text_content()

    rows = []
    for table in page.iter("table"):
        if [one.text_content() for one in table.iter("th")] == list(DUTY_COLUMNS):
            rows += [[lines(cell) for cell in row.iter("td")] for row in table.find("tbody").iter("tr")]
    return rows, [lines(point) for point in page.iter("li")]


READERS = {"docx": docx_rows, "pptx": pptx_rows, "html": html_rows}
#: A duty on one line: bearers, modality with what imposes it, and what is to be done.
SENTENCE = re.compile(
    r"(?P<who>.+?) (?P<how>[A-Z]{3,6}(?: NOT)? \(.+?\)|\(no must or should; the text: .+?\)): (?P<what>.+)"
)


def statements(rows: list[list[str]], points: list[str]) -> Iterator[Statement]:
    for who_and_how, what, by_when, where in rows:
        yield Statement(who_and_how, what.removesuffix(" (goes on)"), by_when, where, "\n".join((what, by_when)))
    for point in points:
        first, _, others = point.partition("\n")
        if found := SENTENCE.fullmatch(first):
            yield Statement(f"{found['who']}\n{found['how']}", found["what"], first, others or first, first)


def compare_with_graph(said: Statement, graph: dict[str, Fact]) -> None:
    """A statement is some duty of the graph: its bearers, modality, action, limits, conditions and place."""
    action = said.what.partition("\n")[0]
    same = [
        fact
        for fact in graph.values()
        if action == fact.action or action.startswith((f"{fact.action}.", f"{fact.action} ("))
    ]
    who, _, how = said.who_and_how.partition("\n")
    pages = {page for found in re.findall(r"[Pp]ages? (\d+(?:, \d+)*)", said.where) for page in found.split(", ")}
    word = "none stated" if how.startswith("(no must") else how.partition(" (")[0].lower()
    fitting = [
        fact
        for fact in same
        if fact.modality.replace("-", " ") == word
        and fact.pages <= pages
        and fact.force in how + ("guidance" if word == "none stated" else "")
        and all(bearer.lower() in who.lower() for bearer in fact.bearers)
        and (fact.bearers or who == "(the text does not say who)")
    ]
    assert fitting, said
    assert any(
        all(part.rstrip(".") in said.everything for part in (*fact.qualified, *fact.limits)) for fact in fitting
    ), (said, [(fact.qualified, fact.limits) for fact in fitting])


@pytest.fixture(scope="module")
def pack(catalogue: Catalogue, wish: Wish) -> dict[str, bytes]:
    """The role pack of a designated safeguarding lead in the formats that can be read back."""
    role = "designated-safeguarding-lead"
    return {style: kinds.role_pack_file(catalogue, wish, style, quiet, role) for style in READERS}


def quiet(step: str) -> None:
    """Progress that nobody reads."""


@pytest.mark.parametrize(("style", "fewest"), [("docx", 290), ("html", 290), ("pptx", 24)])
def test_every_statement_of_a_role_pack_is_the_graphs(
    pack: dict[str, bytes], graph: dict[str, Fact], style: str, fewest: int
) -> None:
    rows, points = READERS[style](pack[style])
    found = list(statements([row for row in rows if "(goes on)" not in "".join(row)], points))
    for said in found:
        compare_with_graph(said, graph)
    assert len(found) >= fewest


def test_a_wrong_word_in_a_document_would_be_seen(pack: dict[str, bytes], graph: dict[str, Fact]) -> None:
    rows, points = docx_rows(pack["docx"])
    said = next(statements(rows, points))
    for wrong in (
        replace(said, who_and_how=said.who_and_how.replace("SHOULD", "MUST")),
        replace(said, what=f"never {said.what}"),
        replace(said, where="paragraph 1, page 999"),
        replace(said, everything=""),
    ):
        with pytest.raises(AssertionError):
            compare_with_graph(wrong, graph)


def test_a_role_pack_holds_everything_that_reaches_the_role(
    pack: dict[str, bytes], catalogue: Catalogue, duties: dict[str, DutyCard]
) -> None:
    reach = reaching("designated-safeguarding-lead", catalogue.cards["terms"])
    expected = {
        duty.action
        for duty in duties.values()
        if duty.provision.edition == "wt2023"
        and (duty.time_limits or duty.modality in ("must", "must-not", "should", "should-not"))
        and {bearer.id.rpartition("/")[2] for bearer in duty.bearers} & set(reach)
    }
    _, points = html_rows(pack["html"])
    told = "\n".join(points)
    assert [action for action in expected if action not in told] == []


@pytest.mark.parametrize("style", ["docx", "html"])
@pytest.mark.parametrize(
    ("topic", "role"), [("core-groups", "social worker"), ("information-sharing", None), ("early-help", None)]
)
def test_every_statement_of_a_briefing_is_the_graphs(
    catalogue: Catalogue, wish: Wish, graph: dict[str, Fact], style: str, topic: str, role: str | None
) -> None:
    content = kinds.briefing_file(catalogue, wish, style, quiet, topic, role)
    rows, points = READERS[style](content)
    found = list(statements(rows, points))
    for said in found:
        compare_with_graph(said, graph)
    assert len(found) >= 3
    shown = headings(content, style)
    assert [heading for heading in shown if heading in HEADINGS] == list(HEADINGS)


def headings(content: bytes, style: str) -> list[str]:
    if style == "html":
        return [one.text_content() for one in html.fromstring(content.decode()).iter("h1", "h2", "h3")]
    paragraphs = docx.Document(io.BytesIO(content)).paragraphs
    return [
        one.text
        for one in paragraphs
        if one.style is not None and (one.style.name or "").startswith(("Heading", "Title"))
    ]


@pytest.mark.parametrize("style", ["docx", "html"])
def test_every_statement_of_a_handout_is_the_graphs(
    catalogue: Catalogue, wish: Wish, graph: dict[str, Fact], style: str
) -> None:
    rows, _ = READERS[style](kinds.list_handout_file(catalogue, wish, style, quiet, role="police", sort="who"))
    for said in statements(rows, []):
        compare_with_graph(said, graph)
    assert len(rows) == list_duties(catalogue, role="police").total


@pytest.mark.parametrize("style", ["docx", "pptx", "html"])
def test_every_change_is_the_graphs_and_says_how_certain_it_is(catalogue: Catalogue, wish: Wish, style: str) -> None:
    content = kinds.changes_briefing_file(catalogue, wish, style, quiet, "wt2018")
    text = " ".join(text_of(content, style).split())
    told = [
        card for card in catalogue.cards["changes"].values() if card["note"] and " ".join(card["note"].split()) in text
    ]
    assert len(told) >= 4
    for card in told:
        assert card["label"] in text
        assert card["certainty"] in text
        assert all(evidence.rpartition(": http")[0] or evidence in text for evidence in card["evidence"])
    assert "was not read" in text or "were not read" in text
    assert "this build does not hold its text" in text


DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def text_of(content: bytes, style: str) -> str:
    match style:
        case "docx":
            return "\n".join(t.text or "" for t in docx.Document(io.BytesIO(content)).element.iter(qn("w:t")))
        case "pptx":
            slides = list(pptx.Presentation(io.BytesIO(content)).slides)
            parts = [*slides, *(slide.notes_slide for slide in slides if slide.has_notes_slide)]
            return "\n".join(text.text or "" for part in parts for text in part.element.iter(f"{{{DRAWING}}}t"))
        case _:
            return str(html.fromstring(content.decode()).text_content())


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        ("wt2O18", "There is no edition 'wt2O18'; did you mean 'wt2018'?"),
        ("2026-05-01", f"No change since Working Together 2026 is recorded here, {NOTHING} nothing changed."),
        ("2015-05-01", "No edition that is known here was in force on 2015-05-01; the first began on 2018-07-04."),
    ],
)  # fmt: skip
def test_a_day_without_a_change_gives_no_briefing(catalogue: Catalogue, wish: Wish, since: str, sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        kinds.changes_briefing_file(catalogue, wish, "html", quiet, since)


def test_a_day_stands_for_the_edition_then_in_force(catalogue: Catalogue) -> None:
    assert [since_edition(catalogue, day) for day in ("2019-01-01", "2024-01-01", "2023-12-15")] == [
        "wt2018", "wt2023", "wt2023",
    ]  # fmt: skip


def test_a_topic_without_a_duty_for_a_role_gives_no_briefing(catalogue: Catalogue, wish: Wish) -> None:
    with pytest.raises(InputError, match="so there is nothing to write"):
        kinds.briefing_file(catalogue, wish, "html", quiet, "core-groups", "coroner")


# The poster.


def test_the_longest_name_stands_on_the_poster_beside_the_logo(catalogue: Catalogue) -> None:
    name = "Anytown and District Safeguarding Children Partnership, learning and development"
    assert len(name) == LONGEST_NAME
    drawing = etree.fromstring(poster_svg(catalogue, Wish(DAY, Brand(name, logo=LOGO))).encode())
    (logo,) = drawing.iterfind("{*}image")
    for line in drawing.iterfind("{*}text"):
        if line.attrib["font-size"] == "16":
            assert float(line.attrib["x"]) + len(line.text or "") * 16 * LETTER <= float(logo.attrib["x"])
    assert name in [line.text for line in drawing.iterfind("{*}text")]


def test_the_poster_shows_every_clock_of_the_process_with_its_place(catalogue: Catalogue, wish: Wish) -> None:
    drawing = etree.fromstring(poster_svg(catalogue, wish).encode())
    (words,) = drawing.iterfind("{*}desc")
    picture = child_protection(catalogue, "wt2023")
    clocks = [(limit, duty) for box in picture.boxes for limit, duty in box.event.clocks]
    shown = " ".join(" ".join(text.text for text in drawing.iter("{*}text") if text.text).split())
    assert len(clocks) >= 25
    for limit, duty in clocks:
        for part in (duty.action, limit.text, duty.condition or "", place_text(duty.provision)):
            assert part.rstrip(".").lower() in shown.lower()
            assert part.rstrip(".").lower() in (words.text or "").lower()
    lowest = max(float(text.attrib["y"]) for text in drawing.iterfind("{*}text"))
    assert lowest < HEIGHT
    _, listed = drawing.iterfind("{*}g")
    assert max(float(text.attrib["y"]) for text in listed) < HEIGHT - HEAD - FOOT


# What every file is.


def every_file(catalogue: Catalogue, wish: Wish) -> dict[str, bytes]:
    pdf = kinds.briefing_file(catalogue, wish, "pdf", quiet, "core-groups", "social worker")
    return {
        "briefing.docx": kinds.briefing_file(catalogue, wish, "docx", quiet, "core-groups"),
        "briefing.pdf": pdf,
        "changes.pptx": kinds.changes_briefing_file(catalogue, wish, "pptx", quiet, "wt2023"),
        "poster.svg": kinds.poster_file(catalogue, wish, "svg", quiet),
        "poster.pdf": kinds.poster_file(catalogue, wish, "pdf", quiet),
        "handout.html": kinds.list_handout_file(catalogue, wish, "html", quiet, topic="core-groups"),
    }


LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Wish:
    """With a trainer's own name, colour and logo."""
    logo = tmp_path_factory.mktemp("brand") / "logo.png"
    logo.write_bytes(LOGO)
    return Wish(DAY, read_brand("Anytown & <District>", "#8a1c1c", logo))


@pytest.fixture(scope="module")
def files(catalogue: Catalogue, branded: Wish) -> dict[str, bytes]:
    return every_file(catalogue, branded)


def test_the_same_input_and_date_give_the_same_bytes(
    catalogue: Catalogue, branded: Wish, files: dict[str, bytes]
) -> None:
    again = every_file(catalogue, branded)
    assert [name for name in files if files[name] != again[name]] == []


def test_every_file_says_what_it_is_and_whose(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        text = content.decode("utf-8", "ignore") if name.endswith(("svg", "html")) else ""
        if name.endswith("docx"):
            text = text_of(content, "docx")
        if name.endswith("pptx"):
            text = text_of(content, "pptx")
        if name.endswith("pdf"):
            text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        plain = re.sub(r"\s+", " ", text)
        for part in ("22 November 2026", "superseded", "legal advice", "CC BY 4.0", "call 999", "Anytown"):
            assert part in plain, (name, part)
        assert "<District>" not in plain if name.endswith(("svg", "html")) else True


def test_a_pdf_is_tagged_and_says_its_language_and_title(files: dict[str, bytes]) -> None:
    marks = (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"/DisplayDocTitle", b"<pdfuaid:part>1<", b"/Alt")
    structure = (b"/Outlines", b"/S/H1", b"/S/H2", b"/S/Table", b"/S/TH", b"/S/TD", b"/S/Caption", b"/S/LI", b"/S/Link")
    expected = {"poster.pdf": marks, "briefing.pdf": (*marks, *structure)}
    for name, parts in expected.items():
        objects = pdf_objects(files[name])
        assert [part for part in parts if part not in objects] == [], name


def pdf_objects(content: bytes) -> bytes:
    """A PDF with its compressed streams opened."""
    found = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


def test_office_files_have_headings_titles_alternatives_and_header_rows(pack: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(pack["docx"]))
    assert document.core_properties.title == "Role pack: designated safeguarding lead"
    assert document.core_properties.language == "en-GB"
    assert [shape._inline.docPr.get("descr", "")[:28] for shape in document.inline_shapes] == [
        "The child protection process"
    ]
    for table in document.tables:
        assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    levels = [
        int((one.style.name or "")[-1])
        for one in document.paragraphs
        if one.style is not None and (one.style.name or "").startswith("Heading")
    ]
    assert all(after - before <= 1 for before, after in pairwise([1, *levels]))
    for slide in pptx.Presentation(io.BytesIO(pack["pptx"])).slides:
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.TABLE):
                assert shape._element.xpath("./*/p:cNvPr")[0].get("descr")
            assert shape.top + shape.height <= pptx.util.Pt(540), (slide.shapes.title.text_frame.text, shape.name)


def test_what_a_person_types_stays_text(catalogue: Catalogue, wish: Wish) -> None:
    page = to_html(Document("</style><script>alert(1)</script>'\"\\", "", stamp_of(catalogue, "wt2023", wish), ()))
    tree = html.fromstring(page)
    assert list(tree.iter("script")) == []
    assert tree.findtext(".//h1") == "</style><script>alert(1)</script>'\"\\"
    assert page.count("</style>") == 1


def test_what_a_person_types_is_no_markup_of_a_pdf(catalogue: Catalogue, wish: Wish) -> None:
    typed = '#panic("x") *a* $b$ <c> @d `e` \\ "f'
    content = to_pdf(Document(typed, typed, stamp_of(catalogue, "wt2023", wish), (Paragraph(typed),)))
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert text.count(typed) == 3 + 1, "title, what stands under it, paragraph and foot"


def test_a_sign_that_no_font_has_is_named(catalogue: Catalogue) -> None:
    unknown = Wish(DAY, Brand("Team \U00013000"))
    with pytest.raises(InputError, match=r"^No font of this machine has the sign .+; leave it out or choose "):
        kinds.briefing_file(catalogue, unknown, "pdf", quiet, "core-groups")
    assert kinds.briefing_file(catalogue, unknown, "docx", quiet, "core-groups")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("role-pack", "--role", "socail worker"), "There is no role, agency or group 'socail worker' here; "),
        (("briefing", "--topic", "core-groups", "--role", "coroner"), "No duty on core groups that reaches "),
        (("handout", "--role", "coroner", "--topic", "core groups"), f"No duty passes all these filters, {NOTHING}"),
        (("handout", "--question", "x", "--timed"), "A question is answered whole; leave out --modality, "),
        (("handout", "--question", "When?", "--edition", "wt2026"), "There is nothing to write. "),
    ],
)  # fmt: skip
def test_nothing_to_write_is_said_and_nothing_written(
    hash_data: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    status, told, fault = run(hash_data, "export", *words, "-o", str(tmp_path / "file"))
    assert (status, told) == (CANNOT_BE_USED, "")
    assert fault.startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_what_takes_longer_than_two_seconds_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.materials import commands

    monkeypatch.setattr(commands, "PATIENCE", 0.05)
    with commands.Progress() as progress:
        progress("opening")
        assert capsys.readouterr().err == ""
        progress("writing")
        time.sleep(0.3)
        assert capsys.readouterr().err == "  writing ...\n"
        progress("closing")
        assert capsys.readouterr().err == "  closing ...\n"
