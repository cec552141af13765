"""Which printed blocks, or imported passages, of an official document each record stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from corpus.documents import Passage
from corpus.loader import EditionRecords
from corpus.official import Block, OfficialDocument
from corpus.records import Provision

#: Kinds of provision that no number in print names.
LOOSE = ("text", "table", "box", "standard", "figure", "glossary-entry")
#: How like two headings must be, in per cent.
ALIKE = 85
#: Lists of contents and of figures, which say nothing of their own.
CONTENTS = re.compile(r"table of (contents|figures)", re.IGNORECASE)


@dataclass(frozen=True)
class PrintedPlaces:
    """The blocks and the words of each provision, and the blocks that none stands for."""

    blocks: dict[str, list[Block]]
    #: Official words with heading and footnotes, lower case; None where the place was not found.
    texts: dict[str, str | None]
    unheld: tuple[Block, ...]


def printed_places(records: EditionRecords, document: OfficialDocument) -> PrintedPlaces:
    """Match every provision of an edition to the printed blocks that it stands for.

    An unnumbered one claims the blocks on its pages under a heading like its own, then those left over whose heading
    stands below one like its own (the "Purpose" of a table); where there is none, all on its pages that are left.
    """
    blocks = {provision.id: _numbered(provision, document) for provision in records.provisions}
    loose = [provision for provision in records.provisions if provision.kind in LOOSE]
    for depth in (1, 2):
        claimed = {id(block) for theirs in blocks.values() for block in theirs}
        for provision in loose:
            wanted = plain(provision.heading[-1])
            blocks[provision.id] += [
                block
                for block in document.unnumbered(provision.pages)
                if id(block) not in claimed
                and len(block.heading) >= depth
                and fuzz.partial_ratio(wanted, plain(block.heading[-depth])) >= ALIKE
            ]
    claimed = {id(block) for theirs in blocks.values() for block in theirs}
    for provision in loose:
        if not blocks[provision.id]:
            blocks[provision.id] = [b for b in document.unnumbered(provision.pages) if id(b) not in claimed]
    claimed = {id(block) for theirs in blocks.values() for block in theirs}
    unheld = tuple(
        block
        for block in document.blocks
        if id(block) not in claimed
        and block.kind != "footnote"
        and not (block.heading and CONTENTS.search(block.heading[-1]))
    )
    return PrintedPlaces(blocks, {one: _text(theirs, document) for one, theirs in blocks.items()}, unheld)


def passages_for(provision: Provision, passages: Sequence[Passage]) -> list[int]:
    """The imported passages, by index, that a provision of their edition stands for, wholly or in part."""
    if provision.kind not in LOOSE:
        number = provision.number
        return [at for at, one in enumerate(passages) if (one.kind, one.number) == (provision.kind, number)]
    on_pages = _on_pages(provision, passages)
    under = [at for at in on_pages if _distance(provision, passages[at]) is not None]
    return under or on_pages


def places_of(provisions: Sequence[Provision], passages: Sequence[Passage]) -> dict[str, list[int]]:
    """The imported passages, by index, of each provision that has any: a passage is one provision's alone.

    An unnumbered one goes to the provision whose heading is nearest above it, else to the first on its pages that has
    none yet.
    """
    places: dict[str, list[int]] = {}
    loose = [one for one in provisions if one.kind in LOOSE]
    for provision in provisions:
        if provision.kind not in LOOSE:
            places[provision.id] = passages_for(provision, passages)[:1]
    claims: dict[int, list[tuple[tuple[int, float], str]]] = {}
    for provision in loose:
        for at in _on_pages(provision, passages):
            if (distance := _distance(provision, passages[at])) is not None:
                claims.setdefault(at, []).append((distance, provision.id))
    for at, claimed in claims.items():
        # Of several at one distance the first in the records, which follow the text.
        places.setdefault(min(claimed, key=lambda claim: claim[0])[1], []).append(at)
    for provision in loose:
        taken = {at for theirs in places.values() for at in theirs}
        if provision.id not in places:
            places[provision.id] = [at for at in _on_pages(provision, passages) if at not in taken]
    return {one: sorted(theirs) for one, theirs in places.items() if theirs}


def plain(text: str) -> str:
    """Lower case on one line, curly apostrophes and hyphens levelled."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("-", " ").lower()).strip()


def _numbered(provision: Provision, document: OfficialDocument) -> list[Block]:
    by_number = {
        "paragraph": document.paragraphs,
        "footnote": document.footnotes,
        "flow-chart": document.flow_charts,
    }.get(provision.kind, {})
    number = int(provision.number) if by_number else 0
    return [by_number[number]] if number in by_number else []


def _on_pages(provision: Provision, passages: Sequence[Passage]) -> list[int]:
    """The passages without a number that stand, at least in part, on the provision's pages."""
    pages = set(provision.pages)
    return [at for at, one in enumerate(passages) if not one.number and pages & set(one.pages)]


def _distance(provision: Provision, passage: Passage) -> tuple[int, float] | None:
    """How far above the passage, and how unlike, a heading like the provision's is; None where neither of two is."""
    wanted = plain(provision.heading[-1])
    for depth, heading in enumerate(passage.heading[:-3:-1]):
        likeness = fuzz.partial_ratio(wanted, plain(heading))
        if likeness >= ALIKE:
            return depth, -likeness
    return None


def _text(blocks: list[Block], document: OfficialDocument) -> str | None:
    if not blocks:
        return None
    notes = [document.footnotes[note].text for block in blocks for note in block.notes if note in document.footnotes]
    return plain(" ".join([*(f"{' '.join(block.heading[-1:])} {block.text}" for block in blocks), *notes]))
