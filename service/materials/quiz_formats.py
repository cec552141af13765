"""A quiz as GIFT, as Moodle XML, as CSV and as a document for print; the answers are mixed the same way every time."""

import random
from collections.abc import Sequence
from typing import Any

from service.materials.document import (
    ATTRIBUTION,
    CAUTION,
    LICENCE,
    Block,
    Document,
    Heading,
    Line,
    Note,
    Paragraph,
    Points,
    Stamp,
)
from service.materials.quiz import Question
from service.spreadsheets import csv_text

COLUMNS = (
    "number", "kind", "question", "right answer", "wrong answer 1", "wrong answer 2", "wrong answer 3",
    "feedback", "where it says so", "record", "edition", "made on", "licence",
)  # fmt: skip
#: What GIFT reads as its own signs (Moodle, "GIFT format").
SIGNS = "\\~=#{}:"
LETTERS = "ABCD"


def choices(question: Question) -> list[str]:
    """The right answer among the wrong ones, in an order that only the question's name decides."""
    if question.is_true_or_false:
        return ["true", "false"]
    found = [question.right, *question.wrong]
    random.Random(question.name).shuffle(found)
    return found


def explanation(question: Question, stamp: Stamp) -> str:
    """The feedback with the place that says so and what has become of the edition."""
    rests = "Rests on" if question.kind == "changed" else "Where it says so"
    return f"{question.feedback} {rests}: {question.citation}. {stamp.edition}: {stamp.status}."


def about_lines(title: str, stamp: Stamp) -> list[str]:
    """What a file of questions says of itself."""
    by = [f"Used by {stamp.brand.name}."] if stamp.brand.name else []
    return [title, stamp.line, *stamp.notices, CAUTION, ATTRIBUTION, LICENCE, *by]


def to_gift(title: str, questions: Sequence[Question], stamp: Stamp) -> str:
    """GIFT, which Moodle and other learning platforms import."""
    head = [f"// {line}" for line in about_lines(title, stamp)]
    parts = ["\n".join(head), f"$CATEGORY: {_plain(title).replace('/', ' ')}"]
    for question in questions:
        general = f"####{_gift(explanation(question, stamp))}"
        if question.is_true_or_false:
            answers = f"{question.right.upper()}{general}"
        else:
            lines = [f"\t{'=' if one == question.right else '~'}{_gift(one)}" for one in choices(question)]
            answers = "\n".join(["", *lines, f"\t{general}", ""])
        parts.append(f"// {question.record}\n::{_gift(question.name)}::[plain]{_gift(question.text)}{{{answers}}}")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _gift(text: str) -> str:
    """The text with every sign of GIFT's marked as a mere letter."""
    return "".join(f"\\{one}" if one in SIGNS else one for one in _plain(text))


def to_moodle_xml(title: str, questions: Sequence[Question], stamp: Stamp) -> bytes:
    """Moodle XML: categories, names, general feedback and an identity number for every question."""
    from lxml import etree

    quiz = etree.Element("quiz")
    category = etree.SubElement(quiz, "question", type="category")
    _text(category, "category", f"$course$/{_plain(title).replace('/', ' ')}")
    _text(category, "info", "\n".join(about_lines(title, stamp)), format="plain_text")
    for question in questions:
        kind = "truefalse" if question.is_true_or_false else "multichoice"
        made = etree.SubElement(quiz, "question", type=kind)
        _text(made, "name", question.name)
        _text(made, "questiontext", question.text, format="plain_text")
        _text(made, "generalfeedback", explanation(question, stamp), format="plain_text")
        for name, value in (("defaultgrade", "1"), ("hidden", "0"), ("idnumber", question.name)):
            etree.SubElement(made, name).text = value
        if kind == "multichoice":
            settings = (("single", "true"), ("shuffleanswers", "true"), ("answernumbering", "abc"))
            for name, value in settings:
                etree.SubElement(made, name).text = value
        for one in choices(question):
            fraction = "100" if one == question.right else "0"
            answer = etree.SubElement(made, "answer", fraction=fraction, format="plain_text")
            etree.SubElement(answer, "text").text = one
        tags = etree.SubElement(made, "tags")
        for tag in (question.kind, stamp.edition):
            _text(tags, "tag", tag)
    written: bytes = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _text(parent: Any, name: str, text: str, format: str = "") -> None:
    from lxml import etree

    element = etree.SubElement(parent, name, {"format": format} if format else {})
    etree.SubElement(element, "text").text = text


def to_quiz_csv(questions: Sequence[Question], stamp: Stamp) -> str:
    """One line a question, safe to open in a spreadsheet."""
    rows = []
    for number, question in enumerate(questions, 1):
        wrong = [*question.wrong, "", "", ""][:3]
        rows.append(
            (
                number, question.kind, question.text, question.right, *wrong, question.feedback, question.citation,
                question.record, f"{stamp.edition} ({stamp.status})", stamp.made, f"{CAUTION} {ATTRIBUTION} {LICENCE}",
            )
        )  # fmt: skip
    return csv_text(COLUMNS, rows)


def quiz_document(title: str, questions: Sequence[Question], stamp: Stamp) -> Document:
    """The questions to print, and after them the answers with their reasons."""
    asked: list[Block] = [Heading("Questions")]
    answered: list[Block] = [Heading("Answers", new_page=True), Paragraph(CAUTION, small=True)]
    for number, question in enumerate(questions, 1):
        shown = choices(question)
        letters = {one: LETTERS[place] for place, one in enumerate(shown)}
        asked.append(Heading(f"Question {number}", 3))
        asked.append(Paragraph(question.text))
        asked.append(Points(tuple((Line(f"{letters[one]}. {one}"),) for one in shown)))
        answered.append(Heading(f"Answer {number}: {letters[question.right]}. {question.right}", 3))
        answered.append(Paragraph(explanation(question, stamp)))
    notices: list[Block] = [Note(notice) for notice in stamp.notices]
    return Document(title, f"{len(questions)} questions", stamp, (*notices, *asked, *answered))
