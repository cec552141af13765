"""Which passages of one document became which of another: by their words, number, heading and place, and by meaning."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from corpus.differences import plain_words
from corpus.documents import Passage
from ontology.errors import InputError

#: Texts in, one unit-length row each out.
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]

#: The most that is compared word by word: documents with nothing in common would take for ever.
MOST_PASSAGES = 2_000
MOST_WORDS = 300_000
#: The most words of one passage that changed; the longest paragraph in print has some hundreds.
LONGEST = 10_000
#: Of more pairs in the same words than this the first is taken for the first, wherever they stand.
MOST_ALIKE = 10_000
#: Likeness is the share of words, in order, that two passages have in common.
#: So like are passages that are the same one wherever they stand ...
ANYWHERE = 0.75
#: ... if they have so many words; fewer prove nothing but in their place.
TELLING = 8
#: What passages need that stand between the same neighbours, or have number and heading in common.
IN_PLACE = 0.5
ELSEWHERE = 0.6
#: Between neighbours further apart than this, place is no evidence.
NEAR = 12
#: So much of the smaller one is in a passage that was parted, joined, cut or extended.
CONTAINED = 0.75
#: Two passages of one guidance have a cosine of so much without meaning the same.
UNRELATED = 0.6

#: So many passages are encoded at once: more take memory and save no time.
AT_ONCE = 16


class Match(NamedTuple):
    """Passages, by their index, that became others: several on one side where one was split or some were merged."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def body(passage: Passage) -> str:
    """Its text without its own printed number."""
    number = passage.number.rpartition(" ")[2]
    return re.sub(rf"^{re.escape(number)}[.)]?\s+", "", passage.text) if number else passage.text


def align(older: Sequence[Passage], newer: Sequence[Passage], encode: Encode | None = None) -> list[Match]:
    """Every match of the two documents, in the older one's order; what is in none is gone or new.

    `encode` is asked only for passages that their words do not match; without it meaning plays no part.
    Raises InputError for documents that are too large and too unlike.
    """
    matches: list[Match] = []
    for notes in (False, True):
        old = [at for at, one in enumerate(older) if (one.kind == "footnote") == notes]
        new = [at for at, one in enumerate(newer) if (one.kind == "footnote") == notes]
        stream = _Stream([older[at] for at in old], [newer[at] for at in new])
        stream.match(encode)
        matches += [
            Match(tuple(old[at] for at in match.before), tuple(new[at] for at in match.after))
            for match in stream.matches
        ]
    return sorted(matches)


def in_order(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """As many of the pairs as can be without one overtaking another."""
    ordered = sorted(pairs)
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for at, (_, after) in enumerate(ordered):
        place = bisect_left(ends, after)
        previous.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [after]
        last[place : place + 1] = [at]
    kept, at = set(), last[-1] if last else -1
    while at >= 0:
        kept.add(ordered[at])
        at = previous[at]
    return kept


class _Stream:
    """Passages that follow each other: the running text of both documents, or the notes at the foot of their pages."""

    def __init__(self, older: list[Passage], newer: list[Passage]) -> None:
        self.older, self.newer = older, newer
        self.matches: list[Match] = []
        self._words = [[tuple(plain_words(body(one))) or (one.text,) for one in side] for side in (older, newer)]
        self._open = [set(range(len(older))), set(range(len(newer)))]

    def match(self, encode: Encode | None) -> None:
        # To the letter first: notes in the same words may differ in a comma alone.
        self._match_same([[body(one) for one in side] for side in (self.older, self.newer)])
        self._match_same(self._words)
        if not all(self._open):
            return
        self._check_size()
        table = _Likeness(self._words, *map(sorted, self._open))
        self._match_parted(table)
        for bar in (ANYWHERE, IN_PLACE):
            self._match_edited(table, bar)
        if encode and all(self._open):
            old, new = map(sorted, self._open)
            table = _Likeness(self._words, old, new)
            table.add_meaning(encode, [body(self.older[at]) for at in old], [body(self.newer[at]) for at in new])
            self._match_edited(table, IN_PLACE)

    def _check_size(self) -> None:
        for side, left in enumerate(self._open):
            longest = max(len(self._words[side][at]) for at in left)
            if longest > LONGEST:
                raise InputError(
                    f"A passage of {longest:,} words is too long to compare, the most is {LONGEST:,}; "
                    "give the document in a form that keeps its paragraphs apart."
                )
            words = sum(len(self._words[side][at]) for at in left)
            if len(left) > MOST_PASSAGES or words > MOST_WORDS:
                raise InputError(
                    f"{len(left):,} passages with {words:,} words have no counterpart in the other document; at most "
                    f"{MOST_PASSAGES:,} with {MOST_WORDS:,} words are compared; give two editions of one document."
                )

    def _match_same(self, keyed: Sequence[Sequence[object]]) -> None:
        """Match passages of the same words; several with the same words in their order, or by their neighbours."""
        places: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, keys in enumerate(keyed):
            for at in sorted(self._open[side]):
                places[keys[at]][side].append(at)
        for old, new in places.values():
            if len(old) == len(new) == 1:
                self._take((old[0],), (new[0],))
        near = self._neighbourhood()
        for old, new in places.values():
            if len(old) == len(new) or len(old) * len(new) > MOST_ALIKE:
                pairs = list(zip(old, new, strict=False))
            else:
                pairs = sorted(((one, other) for one in old for other in new), key=lambda pair: near.distance(*pair))
            for one, other in pairs:
                if one in self._open[0] and other in self._open[1]:
                    self._take((one,), (other,))

    def _match_parted(self, table: "_Likeness") -> None:
        """Match a passage with those that it was split into, and passages with the one that they were merged into."""
        found: list[tuple[float, tuple[int, ...], tuple[int, ...]]]
        found = [(likeness, (one,), parts) for one, parts, likeness in table.parted()]
        found += [(likeness, parts, (one,)) for one, parts, likeness in table.turned().parted()]
        for _, old, new in sorted(found, key=lambda one: (-one[0], one[1:])):
            if self._open[0].issuperset(old) and self._open[1].issuperset(new):
                self._take(old, new)

    def _match_edited(self, table: "_Likeness", bar: float) -> None:
        near = self._neighbourhood()
        found = []
        for one, other, likeness, contained in table.pairs(bar):
            if one not in self._open[0] or other not in self._open[1]:
                continue
            shortest = min(len(self._words[0][one]), len(self._words[1][other]))
            evidence = self._evidence(one, other, near)
            here = evidence > 0 and max(likeness, contained if shortest >= TELLING else 0) >= bar
            there = shortest >= TELLING and likeness >= max(bar, ELSEWHERE)
            if here or there:
                found.append((likeness + evidence, one, other))
        for _, one, other in sorted(found, key=lambda pair: (-pair[0], pair[1:])):
            if one in self._open[0] and other in self._open[1]:
                self._take((one,), (other,))

    def _evidence(self, one: int, other: int, near: "_Neighbourhood") -> float:
        """How much speaks for a pair besides its words."""
        old, new = self.older[one], self.newer[other]
        same_number = bool(old.number) and (old.kind, old.number, old.heading) == (new.kind, new.number, new.heading)
        return 0.2 * near.same(one, other) + 0.1 * same_number

    def _neighbourhood(self) -> "_Neighbourhood":
        kept = in_order((match.before[0], match.after[0]) for match in self.matches)
        return _Neighbourhood(sorted(kept), len(self.older), len(self.newer))

    def _take(self, old: tuple[int, ...], new: tuple[int, ...]) -> None:
        self._open[0].difference_update(old)
        self._open[1].difference_update(new)
        self.matches.append(Match(old, new))


class _Neighbourhood:
    """Between which matched passages, as they follow in both documents, a passage stands."""

    def __init__(self, kept: list[tuple[int, int]], older: int, newer: int) -> None:
        self._before = [old for old, _ in kept]
        self._after = [new for _, new in kept]
        bounds = [(-1, -1), *kept, (older, newer)]
        self._sizes = [max(later[0] - one[0], later[1] - one[1]) - 1 for one, later in pairwise(bounds)]

    def same(self, one: int, other: int) -> bool:
        """Whether both stand between the same neighbours, which are near."""
        gap = bisect_left(self._before, one)
        return gap == bisect_left(self._after, other) and self._sizes[gap] <= NEAR

    def distance(self, one: int, other: int) -> int:
        """How far a passage would have gone, counted in matched passages that stay where they are."""
        return abs(bisect_left(self._before, one) - bisect_left(self._after, other))


class _Likeness:
    """How many words, in order, each open passage of the one side has in common with each of the other."""

    def __init__(self, words: Sequence[Sequence[tuple[str, ...]]], old: list[int], new: list[int]) -> None:
        # Each word as one character, so that words are compared at the speed of characters.
        letters: dict[str, str] = {}
        self._old, self._new = old, new
        self._texts = [
            ["".join(letters.setdefault(word, chr(0x10000 + len(letters))) for word in side[at]) for at in left]
            for side, left in ((words[0], old), (words[1], new))
        ]
        self._lengths = [np.array([len(text) for text in texts]) for texts in self._texts]
        self._common = process.cdist(*self._texts, scorer=LCSseq.similarity, dtype=np.int32)
        self._likeness = (2 * self._common / np.add.outer(*self._lengths)).astype(np.float32)

    def add_meaning(self, encode: Encode, old: Sequence[str], new: Sequence[str]) -> None:
        """Let passages that mean the same be alike, whatever their words; a few words mean too little."""
        vectors = [
            np.concatenate([encode(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)])
            for texts in (old, new)
        ]
        meaning = (vectors[0] @ vectors[1].T - UNRELATED) / (1 - UNRELATED)
        long = np.minimum.outer(*self._lengths) >= TELLING
        self._likeness = np.where(long, np.maximum(self._likeness, meaning), self._likeness)

    def turned(self) -> "_Likeness":
        """The same, seen from the other side."""
        other = object.__new__(_Likeness)
        other._old, other._new = self._new, self._old
        other._texts, other._lengths = self._texts[::-1], self._lengths[::-1]
        other._common, other._likeness = self._common.T, self._likeness.T
        return other

    def pairs(self, bar: float) -> Iterator[tuple[int, int, float, float]]:
        """Pairs with their likeness, and how much of the smaller is in the larger, where either reaches the bar."""
        contained = self._common / np.minimum.outer(*self._lengths)
        contained[contained < CONTAINED] = 0
        rows, columns = np.nonzero((self._likeness >= bar) | (contained > 0))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            likeness, share = float(self._likeness[row, column]), float(contained[row, column])
            yield self._old[row], self._new[column], likeness, share

    def parted(self) -> list[tuple[int, tuple[int, ...], float]]:
        """Passages that are found again in several that follow each other, with how much of them is."""
        inside = self._common >= CONTAINED * self._lengths[1]
        follows = np.diff(np.array(self._new)) == 1
        rows, columns = np.nonzero(inside[:, :-1] & inside[:, 1:] & follows)
        found = []
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            end = column + 2
            while end < len(self._new) and follows[end - 1] and inside[row, end] and self._adds(row, column, end):
                end += 1
            parts = range(column, end)
            likeness = self._joined(row, parts) * 2 / (len(self._texts[0][row]) + sum(self._lengths[1][column:end]))
            if likeness >= ANYWHERE and all(self._own(row, parts, part) for part in parts):
                found.append((self._old[row], tuple(self._new[part] for part in parts), float(likeness)))
        return found

    def _adds(self, row: int, start: int, part: int) -> bool:
        """Whether a further part brings words that those before it lack."""
        return self._own(row, range(start, part + 1), part)

    def _own(self, row: int, parts: range, part: int) -> bool:
        """Whether most words of a part are found beside those of the other parts: else they are there by chance."""
        others = [one for one in parts if one != part]
        gained = self._joined(row, parts) - self._joined(row, others)
        return gained >= CONTAINED * len(self._texts[1][part])

    def _joined(self, row: int, parts: Iterable[int]) -> int:
        return LCSseq.similarity(self._texts[0][row], "".join(self._texts[1][part] for part in parts))
