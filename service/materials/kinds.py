"""Each kind of file in each of its formats: the one list that commands and pages go by."""

from collections.abc import Callable

from ontology.errors import InputError
from service.answer import Answer
from service.catalogue import Catalogue
from service.materials.content import Wish, capital, find_topic, held_edition, label_of, stamp_of
from service.materials.document import Document
from service.reach import find_role

Progress = Callable[[str], None]


def quiz_file(
    catalogue: Catalogue,
    wish: Wish,
    style: str,
    progress: Progress,
    role: str | None = None,
    topic: str | None = None,
    count: int = 20,
    seed: int = 1,
) -> bytes:
    """A quiz as GIFT, Moodle XML, CSV or a web page."""
    from service.materials.quiz import make_quiz
    from service.materials.quiz_formats import quiz_document, to_gift, to_moodle_xml, to_quiz_csv
    from service.materials.to_html import to_html

    edition = held_edition(catalogue, wish.edition)
    about = [
        label_of(catalogue, find_role(role, catalogue.cards["terms"])) if role else "",
        label_of(catalogue, find_topic(topic, catalogue)) if topic else "",
    ]
    title = f"Quiz: {', '.join(filter(None, about)) or 'the whole guidance'}"
    questions = make_quiz(catalogue, count, seed, role, topic, edition, progress)
    stamp = stamp_of(catalogue, edition, wish)
    match style:
        case "gift":
            return to_gift(title, questions, stamp).encode()
        case "moodle-xml":
            return to_moodle_xml(title, questions, stamp)
        case "csv":
            return to_quiz_csv(questions, stamp).encode()
        case _:
            return to_html(quiz_document(capital(title), questions, stamp)).encode()


def role_pack_file(catalogue: Catalogue, wish: Wish, style: str, progress: Progress, role: str) -> bytes:
    """A role pack as Word file, slides, PDF or web page."""
    from service.materials.role_pack import role_deck, role_pack

    make = role_deck if style == "pptx" else role_pack
    return written(make(catalogue, role, wish, progress), style, progress)


def written(document: Document, style: str, progress: Progress) -> bytes:
    """A document in one of the formats that every document has."""
    progress(f"writing {style}")
    match style:
        case "docx":
            from service.materials.to_docx import to_docx

            return to_docx(document)
        case "pptx":
            from service.materials.to_pptx import to_pptx

            return to_pptx(document)
        case "pdf":
            from service.materials.to_pdf import to_pdf

            return to_pdf(document)
        case _:
            from service.materials.to_html import to_html

            return to_html(document).encode()


def briefing_file(
    catalogue: Catalogue, wish: Wish, style: str, progress: Progress, topic: str, role: str | None = None
) -> bytes:
    """A seven-minute briefing."""
    from service.materials.briefing import briefing

    return written(briefing(catalogue, topic, wish, role), style, progress)


def changes_briefing_file(
    catalogue: Catalogue, wish: Wish, style: str, progress: Progress, since: str, role: str | None = None
) -> bytes:
    """A briefing on changes: one side of A4, or slides."""
    from service.materials.changes_briefing import changes_briefing, changes_deck

    make = changes_deck if style == "pptx" else changes_briefing
    return written(make(catalogue, since, wish, role), style, progress)


def poster_file(catalogue: Catalogue, wish: Wish, style: str, progress: Progress) -> bytes:
    """The process poster as PDF or SVG."""
    from service.materials.poster import poster_pdf, poster_svg

    progress(f"writing {style}")
    return poster_pdf(catalogue, wish) if style == "pdf" else poster_svg(catalogue, wish).encode()


def list_handout_file(
    catalogue: Catalogue,
    wish: Wish,
    style: str,
    progress: Progress,
    role: str | None = None,
    modality: str | None = None,
    topic: str | None = None,
    timed: bool = False,
    sort: str = "place",
) -> bytes:
    """A handout of the duties that pass some filters."""
    from service.duties import list_duties
    from service.materials.handout import list_handout

    about = find_topic(topic, catalogue) if topic else None
    found = list_duties(catalogue, wish.edition, role, modality, about, timed, sort)
    if not found.duties:
        raise InputError(
            "No duty passes all these filters, so there is nothing to write. That does not mean that nothing is to be "
            "done: take a filter away."
        )
    named = [role, modality, label_of(catalogue, about) if about else None, "with a time limit" if timed else None]
    filters = ", ".join(filter(None, named)) or "all"
    return written(list_handout(catalogue, found, capital(filters), wish), style, progress)


def answer_handout_file(
    catalogue: Catalogue, wish: Wish, style: str, progress: Progress, answer: Answer, role: str | None, titled: bool
) -> bytes:
    """A handout of an answer."""
    from service.materials.handout import answer_handout

    if not (answer.duties or answer.passages or answer.silences or answer.changes):
        raise InputError(f"There is nothing to write. {answer.message or ''}".strip())
    return written(answer_handout(catalogue, answer, titled, role, wish), style, progress)
