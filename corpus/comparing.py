"""Compares two editions of a document: each passage is the same, edited, moved, new or gone."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpus.alignment import Encode, Match, align, body, in_order
from corpus.differences import Difference, Differences, plain_words
from corpus.documents import Document, Passage
from corpus.printed import passages_for
from corpus.records import Provision
from ontology.errors import InputError
from ontology.vocabulary import Vocabulary

State = Literal["same", "edited", "moved", "new", "gone"]
STATES: tuple[State, ...] = ("same", "edited", "moved", "new", "gone")
Parting = Literal["whole", "split", "merged"]


class Compared(BaseModel):
    """What became of a passage: none before where it is new, none after where it is gone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Edited where its words differ or it was split or merged, though it may have moved too.
    state: State
    #: Several that were merged.
    before: tuple[Passage, ...]
    #: Several that it was split into.
    after: tuple[Passage, ...]
    parting: Parting
    #: Whether it stands elsewhere among its neighbours, or under another heading that was there before.
    moved: bool
    renumbered: bool
    #: Those that tell most first; capitals and punctuation are none.
    differences: tuple[Difference, ...]


class Comparison(BaseModel):
    """Two documents and what became of each passage, in the order of the newer one, what is gone in its old place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    older: str
    newer: str
    counts: dict[State, int]
    passages: tuple[Compared, ...]


class Whereabouts(BaseModel):
    """What became of the passages that a curated provision stands for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Literal["same", "edited", "not found"]
    #: Where it stands in the newer edition.
    after: tuple[Passage, ...]
    differences: tuple[Difference, ...]


def compare(older: Document, newer: Document, vocabulary: Vocabulary, encode: Encode | None = None) -> Comparison:
    """Compare two editions; `encode` lets passages be matched by meaning that share few words.

    Raises InputError for two that are the same file, or too large and too unlike to compare.
    """
    if older.sha256 == newer.sha256:
        raise InputError(f"'{older.id}' and '{newer.id}' are the very same file; give two editions.")
    matches = align(older.passages, newer.passages, encode)
    moved = _moved(older, newer, matches)
    differences = Differences(vocabulary)
    compared = [_compared(older, newer, match, match in moved, differences) for match in matches]
    placed = list(_in_newer_order(older, newer, matches, compared))
    counts = Counter(one.state for one in placed)
    return Comparison(
        older=older.id, newer=newer.id, counts={state: counts[state] for state in STATES}, passages=tuple(placed)
    )


def find_provision(provision: Provision, comparison: Comparison) -> Whereabouts:
    """Whether the passages that a curated provision of the older edition stands for are in the newer one.

    One that has moved or is numbered anew but says the same is the same. Raises InputError where the older document
    holds no such passage.
    """
    theirs = _theirs(provision, comparison)
    if not theirs:
        raise InputError(
            f"'{comparison.older}' holds no passage for {provision.id}; is it the document of its edition?"
        )
    after = tuple(passage for one in theirs for passage in one.after)
    differences = tuple(dict.fromkeys(difference for one in theirs for difference in one.differences))
    if not after:
        return Whereabouts(state="not found", after=(), differences=())
    whole = all(one.after for one in theirs) and not differences
    return Whereabouts(state="same" if whole else "edited", after=after, differences=differences)


def _compared(older: Document, newer: Document, match: Match, moved: bool, differences: Differences) -> Compared:
    before = tuple(older.passages[at] for at in match.before)
    after = tuple(newer.passages[at] for at in match.after)
    parting: Parting = "merged" if len(before) > 1 else "split" if len(after) > 1 else "whole"
    texts = ["\n".join(body(passage) for passage in side) for side in (before, after)]
    edited = parting != "whole" or plain_words(texts[0]) != plain_words(texts[1])
    return Compared(
        state="edited" if edited else "moved" if moved else "same",
        before=before,
        after=after,
        parting=parting,
        moved=moved,
        renumbered=parting == "whole" and before[0].number != after[0].number,
        differences=differences.between(*texts) if edited else (),
    )


def _moved(older: Document, newer: Document, matches: list[Match]) -> set[Match]:
    """The matches that were overtaken by others, or stand under a heading whose other passages were not theirs."""
    moved: set[Match] = set()
    for notes in (False, True):
        # Where a page ends says nothing: notes are in order among themselves.
        stream = [match for match in matches if (older.passages[match.before[0]].kind == "footnote") == notes]
        kept = in_order((match.before[0], match.after[0]) for match in stream)
        moved.update(match for match in stream if (match.before[0], match.after[0]) not in kept)
    headings = {
        match: (older.passages[match.before[0]].heading, newer.passages[match.after[0]].heading) for match in matches
    }
    became: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    was: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for before, after in headings.values():
        became[before][after] += 1
        was[after][before] += 1
    for match, (before, after) in headings.items():
        if became[before].most_common(1)[0][0] != after and was[after].most_common(1)[0][0] != before:
            moved.add(match)
    return moved


def _in_newer_order(
    older: Document, newer: Document, matches: list[Match], compared: list[Compared]
) -> Iterator[Compared]:
    by_new = {match.after[0]: one for match, one in zip(matches, compared, strict=True)}
    ends = {at: match.after[-1] for match in matches for at in match.before}
    taken = {at for match in matches for at in match.after}
    gone: dict[int, list[Passage]] = defaultdict(list)
    place = -1
    for at, passage in enumerate(older.passages):
        place = ends.get(at, place)
        if at not in ends:
            gone[place].append(passage)
    for passage in gone[-1]:
        yield _alone("gone", passage)
    for at, passage in enumerate(newer.passages):
        if at in by_new:
            yield by_new[at]
        elif at not in taken:
            yield _alone("new", passage)
        for lost in gone[at]:
            yield _alone("gone", lost)


def _alone(state: Literal["new", "gone"], passage: Passage) -> Compared:
    before, after = ((), (passage,)) if state == "new" else ((passage,), ())
    return Compared(
        state=state, before=before, after=after, parting="whole", moved=False, renumbered=False, differences=()
    )


def _theirs(provision: Provision, comparison: Comparison) -> list[Compared]:
    held = [(one, passage) for one in comparison.passages for passage in one.before]
    return [held[at][0] for at in passages_for(provision, [passage for _, passage in held])]
