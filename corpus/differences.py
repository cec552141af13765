"""What differs between two wordings of a passage: modal words, numbers, bearers and time limits before other words."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from typing import Literal, NamedTuple, cast

from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import Levenshtein

from corpus.wording import MONTHS, NUMBER_WORDS
from ontology.vocabulary import BEARERS, Vocabulary

DifferenceAspect = Literal["modality", "number", "who", "time-limit", "wording"]
#: Those that change what somebody has to do, in the order in which they are told.
TELLING: tuple[DifferenceAspect, ...] = ("modality", "number", "who", "time-limit")

WORD = r"[^\W_]+(?:['./][^\W_]+)*"
FIGURES = {word: str(number) for number, word in NUMBER_WORDS.items()}
_COUNT = rf"(?:\d+(?:\.\d+)?|{'|'.join(FIGURES)})"
_UNIT = r"(?:minute|hour|day|week|month|year)s?"
# Months with their capitals: "those under 18 may" is no date.
_DATE = rf"\d{{1,2}} (?-i:{'|'.join(MONTHS)})(?: \d{{4}})?"
MODALITY = (
    r"(?:must|should|may|shall|will|would|can|could|might)(?: not)?|cannot|ought(?: not)? to|needs? to|need not"
    r"|do(?:es)? not need to|(?:has|have) an? (?:statutory |legal )?duty to|under (?:an?|no) (?:duty|obligation)"
    r"|(?:is|are) required to|(?:has|have) the right to|(?:is|are) responsible for|it is essential"
)
TIME_LIMIT = (
    r"(?:(?:no later than|not later than|no more than|up to|for at least|at least|within|before|after|every|for) )*"
    # "18 years old" and "under 18 years" are ages.
    rf"(?<!aged )(?<!under )(?<!over ){_COUNT}[- ](?:(?:working|calendar|school) )?{_UNIT}(?! (?:old|of age))"
    rf"|(?:by|before|until|from|since|no later than) {_DATE}"
    rf"|(?:every|each) (?:working |school )?{_UNIT}|(?:at least )?(?:once|twice) an? {_UNIT}"
    rf"|(?:within|after) an? (?:working |school )?{_UNIT}|at once"
    r"|daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly"
    r"|(?:on )?the same (?:working )?day|immediately|without delay|straight away|promptly|forthwith"
    r"|as soon as(?: is| reasonably)*(?: possible| practicable)?"
)
# "One" is a pronoun more often than a number.
NUMBER = rf"{_DATE}|\(?\d[\w.]*(?:\(\w+\))*%?|(?:{'|'.join(word for word in FIGURES if word != 'one')})"
#: Those whom the text is about, and words of people's questions that a text uses of other things.
NO_BEARERS = frozenset(
    {"child", "children", "baby", "young person", "young people", "health", "education", "housing", "head", "principal",
     "district", "club", "temple", "parish", "kinship", "relatives"}
)  # fmt: skip


class Difference(BaseModel):
    """Words that were replaced; none before were put in, none after were taken out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aspect: DifferenceAspect
    before: str
    after: str


class _Part(NamedTuple):
    """A word or phrase of a text: parts with the same key are alike, those with the same meaning say the same."""

    aspect: DifferenceAspect
    key: str
    meaning: frozenset[str]
    start: int
    end: int


class Differences:
    """Names the differences between two texts by one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._bearers: dict[str, set[str]] = {}
        patterns = set()
        for term in vocabulary.of_kind(*BEARERS):
            for name in (term.label, *term.synonyms, *term.acronyms):
                plain = name.replace("’", "'").lower().removeprefix("the ")
                if plain in NO_BEARERS:
                    continue
                self._bearers.setdefault(plain, set()).add(term.id)
                patterns.add(f"(?-i:{re.escape(name)})s?" if name in term.acronyms else _in_either_number(plain))
        bearers = "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))
        kinds = {
            "time_limit": TIME_LIMIT,
            "who": f"(?:the )?(?:{bearers})",
            "modality": MODALITY,
            "number": NUMBER,
            "wording": WORD,
        }
        phrases = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in kinds.items())
        self._parts = re.compile(
            rf"(?<![\w'])(?:{phrases})(?!\w)".replace("\\ ", " ").replace(" ", r"\s"), re.IGNORECASE
        )

    def between(self, before: str, after: str) -> tuple[Difference, ...]:
        """Each difference once with the words before and after, those that tell most first; none for the same words."""
        found = [
            difference
            for old, new in _runs(list(self._read(before)), list(self._read(after)))
            for difference in _named(before, after, old, new)
        ]
        order = [*TELLING, "wording"]
        return tuple(dict.fromkeys(sorted(found, key=lambda difference: order.index(difference.aspect))))

    def _read(self, text: str) -> Iterator[_Part]:
        for match in self._parts.finditer(text.replace("’", "'")):
            aspect = cast(DifferenceAspect, str(match.lastgroup).replace("_", "-"))
            key = " ".join(plain_words(match[0]))
            bearers = self._bearers_named(key) if aspect == "who" else set()
            yield _Part(aspect, key, frozenset(bearers or {key}), match.start(), match.end())

    def _bearers_named(self, name: str) -> set[str]:
        name = name.removeprefix("the ")
        singular = (name, name.removesuffix("s"), name.removesuffix("es"), f"{name.removesuffix('ies')}y")
        return next((self._bearers[one] for one in singular if one in self._bearers), set())


def _in_either_number(name: str) -> str:
    """A pattern for one and for several."""
    return re.escape(name[:-1]) + "(?:y|ies)" if name.endswith("y") else re.escape(name) + "(?:e?s)?"


def plain_words(text: str) -> list[str]:
    """The words of a text without capitals and punctuation, small numbers in figures."""
    words = re.findall(WORD, text.replace("’", "'").lower())
    return [FIGURES.get(word, word) for word in words]


def _runs(old: list[_Part], new: list[_Part]) -> Iterator[tuple[list[_Part], list[_Part]]]:
    """The stretches of both that differ, up to the next part that is alike."""
    start_old = start_new = 0
    operations = Levenshtein.opcodes([part.key for part in old], [part.key for part in new])
    for operation in operations:
        if operation.tag == "equal":
            if start_old < operation.src_start or start_new < operation.dest_start:
                yield old[start_old : operation.src_start], new[start_new : operation.dest_start]
            start_old, start_new = operation.src_end, operation.dest_end
    if start_old < len(old) or start_new < len(new):
        yield old[start_old:], new[start_new:]


def _named(before: str, after: str, old: list[_Part], new: list[_Part]) -> Iterator[Difference]:
    told: set[_Part] = set()
    for aspect in TELLING:
        gone, come = _unshared(
            [one for one in old if one.aspect == aspect], [one for one in new if one.aspect == aspect]
        )
        told |= {*gone, *come}
        for one, other in zip_longest(gone, come):
            yield Difference(
                aspect=aspect,
                before=before[one.start : one.end] if one else "",
                after=after[other.start : other.end] if other else "",
            )
    # "Health practitioners" may become "health visitors": a word that stays was lost or put in with no bearer.
    kept_old, kept_new = _words_of(one for one in old if one in told), _words_of(one for one in new if one in told)
    lost = _others(before, old, told.union(one for one in old if one.key in kept_new))
    put = _others(after, new, told.union(one for one in new if one.key in kept_old))
    if lost or put:
        yield Difference(aspect="wording", before=lost, after=put)


def _words_of(told: Iterable[_Part]) -> set[str]:
    """The words of the bearers among what is told."""
    return {word for part in told if part.aspect == "who" for word in part.key.split()}


def _unshared(old: list[_Part], new: list[_Part]) -> tuple[list[_Part], list[_Part]]:
    """The parts whose meaning has no fellow on the other side."""
    left = list(new)
    gone = []
    for part in old:
        fellow = next((one for one in left if one.meaning & part.meaning), None)
        if fellow:
            left.remove(fellow)
        else:
            gone.append(part)
    return gone, left


def _others(text: str, parts: Iterable[_Part], told: set[_Part]) -> str:
    """The stretches of words that are not told yet."""
    stretches = [list(stretch) for is_told, stretch in groupby(parts, told.__contains__) if not is_told]
    return " … ".join(text[stretch[0].start : stretch[-1].end] for stretch in stretches)
