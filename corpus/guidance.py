"""The official guidance that a user keeps: its editions in order, and what became of each from one to the next."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from corpus.alignment import Encode
from corpus.comparing import Comparison, compare
from corpus.documents import Document, edition_name
from corpus.store import held_documents
from ontology.errors import InputError
from ontology.vocabulary import Vocabulary

Progress = Callable[[str], None]


class ComparedTexts(NamedTuple):
    """Two texts of one series, the older first."""

    older: Document
    newer: Document
    comparison: Comparison


def held_guidance(folder: Path) -> tuple[Document, ...]:
    """Every official guidance kept under `folder`, by edition and date; raises DocumentError for one not readable."""
    held = (one for one in held_documents(folder) if one.kind == "official-guidance")
    return tuple(sorted(held, key=_order))


def newest_printings(documents: Sequence[Document]) -> list[Document]:
    """One document for each edition, that of its newest printing; every document that names no edition."""
    newest = {one.edition: one for one in sorted(documents, key=_order)}
    return [one for one in documents if not one.edition or newest[one.edition] is one]


def newest_editions(editions: Iterable[str]) -> list[str]:
    """The newest edition of each series, those without a year in their name left out."""
    named = [(name, one) for one in editions if (name := edition_name(one))]
    return list({name.series: one for name, one in sorted(named)}.values())


def find_newer(edition: str, documents: Sequence[Document]) -> Document | None:
    """The text of the newest edition of the same series that is newer than this one."""
    name = edition_name(edition)
    if name is None:
        return None
    later = [
        one
        for one in documents
        if (its := edition_name(one.edition)) and its.series == name.series and its.year > name.year
    ]
    return max(later, key=_order, default=None)


def compare_texts(
    documents: Sequence[Document],
    curated: Collection[str],
    vocabulary: Vocabulary,
    encode: Encode,
    progress: Progress = lambda _: None,
) -> list[ComparedTexts]:
    """Each text with the next one of its series, and that of each curated edition with the newest after it.

    Two that cannot be compared are left out, and `progress` is told why.
    """
    series: dict[str, list[Document]] = {}
    for one in sorted(documents, key=_order):
        if name := edition_name(one.edition):
            series.setdefault(name.series, []).append(one)
    pairs = [pair for texts in series.values() for pair in pairwise(texts)]
    for one in newest_printings(documents):
        newer = find_newer(one.edition, documents) if one.edition in curated else None
        if newer and (one, newer) not in pairs:
            pairs.append((one, newer))
    found = []
    for older, newer in pairs:
        progress(f"comparing {older.id} with {newer.id}")
        try:
            found.append(ComparedTexts(older, newer, compare(older, newer, vocabulary, encode)))
        except InputError as error:
            progress(str(error))
    return found


def _order(document: Document) -> tuple[int, str, str]:
    name = edition_name(document.edition)
    return (name.year if name else 0, document.published.isoformat(), document.id)
