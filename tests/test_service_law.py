"""The law under the guidance: citations in every form that people type, and every citation of the official text."""

import re
from pathlib import Path

import pytest
from conftest import SOURCES
from test_corpus_official import page_of

from corpus.acts import read_act
from corpus.loader import Corpus
from corpus.official import OfficialDocument
from ontology.errors import DocumentError, InputError
from service.ask import Asking
from service.law import Law, LawAnswer

ACT_2004 = SOURCES / "official" / "children-act-2004.pdf"


@pytest.fixture(scope="module")
def law(asking: Asking) -> Law:
    return Law(asking.library)


def keys(answer: LawAnswer) -> list[str]:
    return [section.key for section in answer.sections]


@pytest.mark.parametrize(
    ("citation", "key"),
    [
        ("s47", "ca1989/s47"),
        ("section 47 CA 1989", "ca1989/s47"),
        ("CA89 s.17(10)", "ca1989/s17-10"),
        ("Children Act 2004 s.16F", "ca2004/s16F"),
        ("s 16f of the children act 2004", "ca2004/s16F"),
        ("CA04 16F", "ca2004/s16F"),
        ("Section 16LA Children Act 2004", "ca2004/s16LA"),
        ("EA 2002 s175", "ea2002/s175"),
        ("reg 34 Children's Homes Regs", "childrens-homes-regs-2015/reg-34"),
        ("article 9 UK GDPR", "uk-gdpr/art-9"),
        ("Housing Act 1996, section 213B", "housing-act-1996/s213B"),
        ("CWSA 2026 s3", "cwsa2026/s3"),
    ],
)
def test_a_citation_is_read_as_people_type_it(law: Law, citation: str, key: str) -> None:
    assert keys(law.find(citation))[0] == key


def test_a_section_comes_with_its_subsections(law: Law) -> None:
    assert keys(law.find("Children Act 2004 s16G"))[:2] == ["ca2004/s16G", "ca2004/s16G-4"]


def test_a_subsection_without_a_record_gives_its_section_and_says_so(law: Law) -> None:
    answer = law.find("CA 2004 s.16F(6)(b)")

    assert keys(answer)[0] == "ca2004/s16F"
    assert answer.notices == ["section 16F(6)(b) has no record of its own here; this is section 16F."]


def test_an_act_alone_gives_the_act_and_its_sections(law: Law) -> None:
    answer = law.find("Domestic Abuse Act 2021")

    assert keys(answer)[0] == "daa2021"
    assert "daa2021/s3" in keys(answer)


def test_a_number_that_several_acts_have_offers_each(law: Law) -> None:
    answer = law.find("s.31")

    assert len({section.act for section in answer.sections}) > 1
    assert answer.notices == ["More than one Act has such a section here; name the Act to choose."]


def test_law_and_guidance_keep_their_own_clocks(law: Law) -> None:
    """Section 16C has councils notify and gives no number of days; the five working days are paragraph 330's."""
    (notify,) = [one for one in law.find("CA 2004 s16C(1)").sections[0].duties if "/wt2023/p133/" in one.id]

    assert (notify.modality, notify.force, notify.time_limits) == ("must", "law", [])
    for section in law.find("CA 2004 s16C").sections:
        assert not re.search(r"\b(?:five|5) working days\b", str(section.gist)), section.key


def test_a_name_that_two_acts_bear_offers_both(law: Law) -> None:
    answer = law.find("Children Act")

    assert {section.act for section in answer.sections} == {"Children Act 1989", "Children Act 2004"}
    assert answer.notices == ["More than one Act can be meant; give its year to choose."]
    assert keys(law.find("Children Act s47"))[0] == "ca1989/s47"


@pytest.mark.parametrize(
    ("citation", "sentence"),
    [
        ("", "Give a section and its Act, for instance: Children Act 2004 s.16F."),
        ("Children Act 2004 s999", "Children Act 2004 has no section 999 among the sections held here; "),
        (
            "childrens act 1898 s3",
            "There is no Act 'childrens act 1898' here (in 'childrens act 1898 s3'); did you mean ",
        ),
        ("Dangerous Dogs Act 1991 s1", "There is no Act 'Dangerous Dogs Act 1991' here"),
        ("<script>", "There is no Act '<script>' here"),
    ],
)
def test_a_citation_that_means_nothing_here_is_told_why(law: Law, citation: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        law.find(citation)

    assert str(caught.value).startswith(sentence)


def test_every_section_that_the_guidance_cites_is_in_the_graph(official: OfficialDocument, corpus: Corpus) -> None:
    held = {(act.title.lower(), section.label.lower()) for act in corpus.legislation for section in act.sections} | {
        (act.title.lower(), "") for act in corpus.legislation
    }
    acts = sorted((act.title for act in corpus.legislation), key=len, reverse=True)
    missing = set()
    for block in official.blocks:
        text = re.sub(r"\s+", " ", block.text.replace("’", "'"))
        for act in acts:
            for found in re.finditer(
                rf"(?:[Ss]ections? (\d+[A-Z]*)(?: ?\((\w+)\))? (?:of|in) the {re.escape(act)}"
                rf"|{re.escape(act)},? [Ss]ection (\d+[A-Z]*)(?: ?\((\w+)\))?)",
                text,
            ):
                number, part = found[1] or found[3], found[2] or found[4]
                labels = {f"section {number}".lower(), f"section {number}({part})".lower()}
                if not any(title == act.lower() and label.startswith(tuple(labels)) for title, label in held):
                    missing.add(f"{act} section {number}{f'({part})' if part else ''}")

    # Footnote 39 names the Act that inserted the section instead of the Act that it is in: a conflict says so.
    assert missing <= {
        "Children and Social Work Act 2017 section 16G(4)",
        "Children and Social Work Act 2017 section 16H",
    }
    assert any("16G" in conflict.id for records in corpus.editions for conflict in records.conflicts)


# The Acts themselves


def test_the_reader_finds_the_sections_of_an_act() -> None:
    if not ACT_2004.is_file():
        pytest.skip(f"the Act is not at hand: {ACT_2004}")
    act = read_act(ACT_2004)

    assert {"10", "11", "13", "16A", "16C", "16Q", "65"} <= set(act)
    assert "must notify the Child Safeguarding Practice Review Panel" in act["16C"].text
    assert not re.search(r"working days?", act["16C"].text)
    assert act["16C"].pages == (26,)
    assert "S. 16C inserted (29.6.2018)" in act["16C"].notes


def test_each_gist_that_rests_on_the_act_has_its_section_and_its_numbers_there(corpus: Corpus) -> None:
    if not ACT_2004.is_file():
        pytest.skip(f"the Act is not at hand: {ACT_2004}")
    act = read_act(ACT_2004)
    (held,) = [one for one in corpus.legislation if one.id == "ca2004"]
    primary = [one for one in held.sections if one.certainty == "primary" and one.pages]

    assert len(primary) >= 25
    for section in primary:
        number = re.match(r"section (\w+)", section.label)
        assert number
        assert number[1] in act, section.id
        assert set(section.pages) & set(act[number[1]].pages), section.id
        for months in re.findall(r"\b(\d+) months?\b", section.gist):
            assert months in act[number[1]].text, section.id


def test_a_pdf_that_is_no_act_is_refused(tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(page_of(b"Dear parents,", b"the school fair is on Saturday."))

    with pytest.raises(DocumentError) as caught:
        read_act(letter)

    assert str(caught.value) == (
        f"{letter}: no numbered sections found; give the PDF of an Act from legislation.gov.uk"
    )
