"""The briefing on changes: what changed since you last trained, on one side of A4 or as slides with their sources."""

from ontology.errors import InputError
from service.catalogue import Catalogue
from service.materials.change_list import (
    SHORT_WIDTHS,
    Changed,
    change_table,
    changes_since,
    short_row,
    since_edition,
)
from service.materials.content import Wish, held_edition, label_of, short_title, stamp_of
from service.materials.document import Block, Document, Heading, Note, Paragraph, Stamp
from service.materials.fitting import height_of, row_height, that_fit
from service.reach import find_role

#: The room of one page under the head, the width of a page, and the size of a table's letters, in points.
ROOM, ACROSS, TABLE_SIZE, TEXT_SIZE = 510.0, 510.0, 8.5, 10.0
ON_SLIDES = 24
CAPTION = "What changed, and how certain that is"
FIRST = "From each step the weightiest: time limits, who acts, how firmly. What did not change is left out."


def changes_briefing(catalogue: Catalogue, since: str, wish: Wish, role: str | None = None) -> Document:
    """One side of A4; raises InputError where no change is recorded."""
    older, found, stamp, whom = _found(catalogue, since, wish, role)
    notices = _notices(catalogue, found, stamp)
    heights = [row_height(short_row(catalogue, one), SHORT_WIDTHS, ACROSS, TABLE_SIZE) for one in found]
    room = ROOM - sum(height_of(f"Note: {notice}", ACROSS - 17, TEXT_SIZE) + 14 for notice in notices)
    shown = found[: max(1, that_fit(heights, room))]
    blocks: list[Block] = [
        *(Note(notice) for notice in notices),
        Paragraph(f"{len(shown)} of {len(found)} recorded changes. {FIRST}", small=True),
        change_table(catalogue, CAPTION, shown, is_short=True),
    ]
    return Document(_title(catalogue, older), _subtitle(catalogue, whom), stamp, tuple(blocks))


def changes_deck(catalogue: Catalogue, since: str, wish: Wish, role: str | None = None) -> Document:
    """Slides, with what a speaker says and the sources in the notes."""
    older, found, stamp, whom = _found(catalogue, since, wish, role)
    shown = found[:ON_SLIDES]
    blocks: list[Block] = [
        Heading("Before you use these slides"),
        *(Note(notice) for notice in _notices(catalogue, found, stamp)),
        Paragraph(f"{len(shown)} of {len(found)} recorded changes. {FIRST}"),
    ]
    for newer in dict.fromkeys(one.card.to_edition for one in shown):
        step = [one for one in shown if one.card.to_edition == newer]
        before = short_title(catalogue, step[0].card.from_edition)
        heading = Heading(f"From {before} to {short_title(catalogue, newer)}")
        blocks += [heading, change_table(catalogue, CAPTION, step, is_short=True)]
    return Document(_title(catalogue, older), _subtitle(catalogue, whom), stamp, tuple(blocks))


def _found(
    catalogue: Catalogue, since: str, wish: Wish, role: str | None
) -> tuple[str, list[Changed], Stamp, str | None]:
    older = since_edition(catalogue, since)
    whom = find_role(role, catalogue.cards["terms"]) if role else None
    found = changes_since(catalogue, older, whom)
    if not found:
        reaches = f" that reaches {label_of(catalogue, whom)}" if whom else ""
        raise InputError(
            f"No change since {short_title(catalogue, older)}{reaches} is recorded here, so there is nothing to write. "
            "That does not mean that nothing changed."
        )
    return older, found, stamp_of(catalogue, held_edition(catalogue, wish.edition), wish), whom


def _notices(catalogue: Catalogue, found: list[Changed], stamp: Stamp) -> list[str]:
    """What is said of the edition, and what of each other edition has to be known before its changes are read."""
    newest = {one.card.to_edition for one in found}
    others = [catalogue.cards["editions"][edition] for edition in sorted(newest)]
    said = [notice for card in others if card["status"] == "known-not-held" for notice in card["notices"][:2]]
    uncertain = sum(one.card.certainty != "primary" for one in found)
    rests = [
        f"{uncertain} of the {len(found)} changes were not read in the official texts of both editions; what each "
        "rests on is said beside it."
    ]
    return list(dict.fromkeys([*stamp.notices, *said, *(rests if uncertain else ())]))


def _title(catalogue: Catalogue, older: str) -> str:
    return f"What changed since {short_title(catalogue, older)}"


def _subtitle(catalogue: Catalogue, role: str | None) -> str:
    return f"What changed since you last trained{f', for: {label_of(catalogue, role)}' if role else ''}"
