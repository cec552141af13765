"""The official documents as imported, against places looked up by hand in them: number, page, a heading above."""

import re
import subprocess
import sys
from collections import Counter

import pytest
from conftest import SOURCES, Reading

PLACES = {
    "keeping-children-safe-in-education-2024": """
        12  9   What school and college staff
        23  11  Abuse, neglect and exploitation
        62  20  What will the local authority
        85  27  Equality Act 2010
        99  30  Safeguarding policies and procedures
        119 34  Information sharing
        142 40  Filtering and monitoring
        175 47  Children who need a social
        203 54  Children with special educational needs
        229 60  Employment history and references
        266 74  Secretary of State section 128
        300 81  Contractors
        350 89  Ongoing vigilance for all staff
        401 100 Confidentiality and Information sharing
        478 120 Confidentiality
        548 138 Safeguarding and supporting the alleged""",
    "children-act-2004": """
        1   1  Part 1:
        2B  3  Involving children in the discharge
        8A  10 Children in England living away
        9A  12 General
        11  16 General
        12B 21 Children's Trust Boards
        16C 26 Child Safeguarding Practice Review Panel
        16M 31 Child death review partners for
        18  35 Local authority administration
        25  42 Part 3:
        32A 51 Local Safeguarding Children Boards
        41  54 CAFCASS functions in Wales
        66  72 Part 6:
        Sch1/3A 77 Interim appointments
        Sch3/18 83 Sexual Offences Act 2003""",
    "children-and-social-work-act-2017": """
        3  4  Care leavers in England
        8  10 Care and adoption proceedings in
        16 15 Local arrangements for safeguarding and
        24 20 Child death reviews
        32 23 Chapter 3:
        40 31 Regulation and improvement
        63 42 Interpretation
        70 44 Part 3:
        Sch1/8  47 Children (Secure Accommodation) Regulations 1991
        Sch5/32 68 Armed Forces Act 2006""",
}
ANNEX_A = "Annex A: Safeguarding information for school and college staff"
SAMPLES = [
    (name, *line.split(maxsplit=2)) for name, lines in PLACES.items() for line in lines.splitlines() if line.strip()
]


def test_there_are_forty_places_in_all() -> None:
    assert len(SAMPLES) >= 40


@pytest.mark.parametrize(("name", "number", "page", "heading"), SAMPLES)
def test_a_place_stands_on_its_page_under_its_heading(
    reading: Reading, name: str, number: str, page: str, heading: str
) -> None:
    schedule, _, paragraph = number.rpartition("/")
    printed = f"Schedule {schedule.removeprefix('Sch')} paragraph {paragraph}" if schedule else number
    found = [one for one in reading(name) if one.number == printed and one.kind in ("paragraph", "section")]

    assert found[0].pages[0] == int(page)
    assert [one for one in found[0].heading if one.startswith(heading)], found[0].heading


def test_keeping_children_safe_is_whole(reading: Reading) -> None:
    """Paragraphs 1 to 565, those of Annex A from 1 to 23, footnotes 1 to 168, each cited once."""
    found = reading("keeping-children-safe-in-education-2024")
    numbers = [int(one.number) for one in found if one.kind == "paragraph"]

    assert numbers == [*range(1, 566), *range(1, 24)]
    assert [one.number for one in found if one.kind == "footnote"] == [str(n) for n in range(1, 169)]
    assert Counter(note for one in found for note in one.notes) == Counter(str(n) for n in range(1, 169))
    assert {one.pages[0] for one in found if one.kind == "box"} >= {66, 124, 125, 131, 135, 137}
    (table,) = [one for one in found if one.kind == "table"]
    assert table.pages[0] == 183
    assert all(" | " in row for row in table.text.splitlines())


def test_working_together_is_whole(reading: Reading) -> None:
    """Every paragraph, box, flow chart and footnote, and each footnote is tied to the one place that cites it."""
    found = reading("working-together-2023")
    kinds = Counter(one.kind for one in found)

    assert [int(one.number) for one in found if one.kind == "paragraph"] == list(range(1, 404))
    assert [one.number for one in found if one.kind == "flow-chart"] == list("123456")
    assert (kinds["box"], kinds["glossary-entry"], kinds["footnote"]) == (68, 30, 243)
    assert Counter(note for one in found for note in one.notes) == Counter(str(n) for n in range(1, 244))


def test_working_together_is_read_in_20_seconds_and_500_megabytes(reading: Reading) -> None:
    reading("working-together-2023")
    script = (
        "import re, sys, time; from pathlib import Path; from corpus.importing import read_pieces;"
        "list(read_pieces(Path(sys.argv[1]), 'official-guidance'));"
        # What getrusage calls the peak is that of the process that began this one, where it was larger.
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1];"
        "print(time.process_time(), peak)"
    )
    path = SOURCES / "official" / "working-together-2023.pdf"
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)
    seconds, kilobytes = done.stdout.split()

    assert float(seconds) < 20
    assert int(kilobytes) < 500_000


@pytest.mark.parametrize(
    ("name", "last", "schedules"), [("children-act-2004", 69, 5), ("children-and-social-work-act-2017", 71, 5)]
)
def test_an_act_has_every_section_and_schedule(reading: Reading, name: str, last: int, schedules: int) -> None:
    numbers = [one.number for one in reading(name)]

    assert {str(n) for n in range(1, last + 1)} <= set(numbers)
    assert {one.split()[1] for one in numbers if one.startswith("Schedule")} == {str(n + 1) for n in range(schedules)}


@pytest.mark.parametrize("name", ["working-together-2023", "keeping-children-safe-in-education-2024"])
def test_no_running_foot_or_list_of_contents_is_a_passage(reading: Reading, name: str) -> None:
    found = reading(name)

    assert [one for one in found if one.heading and one.heading[-1].lower().endswith("contents")] == []
    assert [one for one in found if one.text.strip() in {str(page) for page in one.pages}] == []


@pytest.mark.parametrize("name", ["working-together-2023", "keeping-children-safe-in-education-2024"])
def test_a_bold_sentence_is_text_and_no_heading(reading: Reading, name: str) -> None:
    """What an annex says of itself in bold would be lost, and what follows a bold note would stand under it."""
    found = reading(name)

    assert [one.heading for one in found if any(heading.endswith(".") for heading in one.heading)] == []
    if name.startswith("keeping"):
        assert [one.pages for one in found if one.kind == "text" and one.heading == (ANNEX_A,)] == [(143,)]


def test_no_subsection_of_an_act_is_lost(reading: Reading) -> None:
    """Those that an amendment put in stand further left, and short lines about a bracket are set larger."""
    act = {one.number: one for one in reading("children-act-2004")}

    def numbered(section: str) -> list[str]:
        return re.findall(r"^\((\w+)\)", act[section].text, re.MULTILINE)

    assert numbered("10") == ["1", "2", "3", "4", "5", "5A", "8", "9", "10", "11"]
    assert numbered("18") == [str(n) for n in range(1, 11)]
    titles = [act[number].heading[-1] for number in ("27", "50", "58")]
    assert titles[0] == "Responsibility for functions under section 25"
    assert titles[1:] == ["Intervention \u2013 England", "Reasonable punishment: England"]


def test_a_section_that_is_repealed_says_what_repealed_it(reading: Reading) -> None:
    act = {one.number: one for one in reading("children-act-2004")}

    assert all(f"S. {number} repealed" in act[number].text for number in ("4", "26"))


def test_a_section_that_puts_others_in_names_them(reading: Reading) -> None:
    act = {one.number: one.text for one in reading("children-and-social-work-act-2017")}
    put_in = {letter: f"16{letter} " for letter in "ABCDEFGHIJKLMNOPQ"}
    told = {letter for letter, number in put_in.items() if any(number in act[str(n)] for n in range(12, 29))}

    assert told == set(put_in)
    assert f"{put_in['A']}Child Safeguarding Practice Review Panel\n(1)" in act["12"]


@pytest.mark.parametrize(
    ("act", "section", "words"),
    [
        ("children-act-2004", "7", "has effect as if"),
        ("children-act-2004", "12B", "Regulations under subsection (1)(b)"),
        ("children-and-social-work-act-2017", "25", "review partners for a local authority area"),
        ("children-and-social-work-act-2017", "32", "the application of section 236(5)"),
    ],
)
def test_words_of_a_line_that_was_set_tight_are_parted(reading: Reading, act: str, section: str, words: str) -> None:
    (found,) = (one.text for one in reading(act) if one.number == section)

    assert words in found


@pytest.mark.parametrize(
    ("section", "words"),
    [("18", "2006, and (g)"), ("23", "2006, and (e)"), ("65", "prison, or (c)"), ("49", "1989 or section 81")],
)
def test_a_short_line_behind_the_mark_of_an_amendment_stands_where_it_is_printed(
    reading: Reading, section: str, words: str
) -> None:
    """The mark is small and raised; the "and" or "or" after it is neither a note nor out of place."""
    (found,) = (one.text for one in reading("children-act-2004") if one.number == section)

    assert words in " ".join(found.split())


@pytest.mark.parametrize(
    ("name", "section", "word"),
    [("children-act-2004", "17A", "co-operation"), ("children-and-social-work-act-2017", "34", "well-being")],
)
def test_a_word_that_an_act_breaks_at_its_hyphen_is_one_word(
    reading: Reading, name: str, section: str, word: str
) -> None:
    (found,) = (one.text for one in reading(name) if one.number == section)

    assert word in found
    assert word.replace("-", "- ") not in found
