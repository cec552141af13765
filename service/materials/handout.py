"""A handout of a list of duties or of an answer, with everything that stands on the page and every citation."""

from service.answer import Answer
from service.catalogue import Catalogue
from service.duties import DutyList
from service.materials.change_list import CHANGE_COLUMNS, CHANGE_WIDTHS, Changed, change_row
from service.materials.content import (
    DUTY_COLUMNS,
    DUTY_WIDTHS,
    Wish,
    citation,
    conflict_blocks,
    duty_row,
    short_title,
    stamp_of,
)
from service.materials.document import Block, Document, Heading, Line, Note, Paragraph, Points, Table
from service.text import place_text


def list_handout(catalogue: Catalogue, found: DutyList, about: str, wish: Wish) -> Document:
    """A list of duties; `about` says by which filters it was made."""
    table = Table(f"Duties and powers: {found.total:,}", DUTY_COLUMNS, DUTY_WIDTHS, tuple(map(duty_row, found.duties)))
    stamp = stamp_of(catalogue, found.edition, wish)
    blocks = [*(Note(notice) for notice in stamp.notices), table, *conflict_blocks(found.duties)]
    return Document("Duties and powers", f"{about}; {short_title(catalogue, found.edition)}", stamp, tuple(blocks))


def answer_handout(catalogue: Catalogue, answer: Answer, with_question: bool, role: str | None, wish: Wish) -> Document:
    """An answer; the question stands in it only where the asker wants it there."""
    stamp = stamp_of(catalogue, answer.edition, wish)
    blocks: list[Block] = [Note(notice) for notice in answer.notices]
    if answer.message:
        blocks.append(Note(answer.message))
    if answer.changes:
        blocks += [Heading("What changed"), _changes(catalogue, answer)]
    if answer.duties:
        rows = tuple(duty_row(duty, with_reach=bool(role)) for duty in answer.duties)
        count = f"{len(answer.duties)} of {answer.duties_total}"
        blocks += [
            Heading("Duties and powers"),
            Table(count, DUTY_COLUMNS, DUTY_WIDTHS, rows),
            *conflict_blocks(answer.duties),
        ]
    if answer.should_means:
        places = "; ".join(citation(catalogue, place) for place in answer.should_means.places)
        blocks.append(Paragraph(f"What “should” means: {answer.should_means.text} ({places})"))
    for silence in answer.silences:
        near = "; ".join(map(place_text, silence.near))
        blocks.append(Note(f"Not settled by the guidance: {silence.question} {silence.note} Nearby: {near}"))
    for heading, kind in (("Passages", "guidance"), ("Commentary, not guidance", "commentary")):
        passages = [passage for passage in answer.passages if passage.kind == kind]
        if passages:
            items = tuple(
                (
                    Line(citation(catalogue, passage) if passage.pages else passage.heading, passage.url),
                    Line(passage.text),
                )
                for passage in passages
            )
            blocks += [Heading(heading), Points(items)]
    subtitle = f"{short_title(catalogue, answer.edition)}{f'; for: {role}' if role else ''}"
    title = answer.question if with_question else "What was found"
    return Document(title, subtitle, stamp, tuple(blocks))


def _changes(catalogue: Catalogue, answer: Answer) -> Table:
    rows = tuple(change_row(catalogue, Changed(change, ())) for change in answer.changes)
    return Table("What changed, and how certain that is", CHANGE_COLUMNS, CHANGE_WIDTHS, rows)
