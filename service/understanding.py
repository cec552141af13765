"""What a question is about: the vocabulary's terms in it, what is asked of them, and slips of the keyboard mended."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from indexer.words import STOP_WORDS, WordIndex

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")
WHEN = re.compile(
    r"\b(how (?:long|soon|fast|quick|quickly|often|many (?:working )?(?:days|weeks|months))|when|deadline|time ?(?:limit|scale|frame)s?"
    r"|by when|within|days?|months?|frequency)\b",
    re.IGNORECASE,
)
WHO = re.compile(r"\b(who|whose|which (?:person|agency|role|practitioner))\b", re.IGNORECASE)
#: A word is mended only when it is at least so long and a known word is at least so like it (per cent).
SHORTEST_MENDED = 5
LIKENESS = 84


@dataclass(frozen=True)
class Understood:
    """A question read against the vocabulary."""

    #: The question with slips mended and acronyms spelled out, for meaning.
    meaning: str
    #: The same with the labels of every term that was recognised, for words.
    words: str
    #: Ids of the vocabulary's terms named in it.
    terms: frozenset[str]
    asks_when: bool
    asks_who: bool


class Understanding:
    """Reads questions against one build's vocabulary and words."""

    def __init__(self, terms: dict[str, Any], spellings: list[str], words: WordIndex) -> None:
        self._words = words
        self._labels = {term_id: term["label"] for term_id, term in terms.items()}
        self._phrases: dict[str, set[str]] = {}
        self._acronyms: dict[str, set[str]] = {}
        for term_id, term in terms.items():
            for phrase in (term["label"], *term["synonyms"], *term["misspellings"]):
                self._phrases.setdefault(_fold(phrase), set()).add(term_id)
            for acronym in term["acronyms"]:
                self._acronyms.setdefault(acronym.lower(), set()).add(term_id)
        self._longest = max((len(phrase.split()) for phrase in self._phrases), default=1)
        known = {word for phrase in self._phrases for word in phrase.split()}
        self._known = sorted(known | set(spellings))
        self._ordinary = STOP_WORDS | known

    def read(self, question: str) -> Understood:
        """What the question is about; never changes a word that is known."""
        mended = WORD.sub(lambda found: self._mend(found[0]), question)
        spelled = WORD.sub(lambda found: self._spell_out(found[0]), mended)
        terms = frozenset(self._recognise(mended))
        labels = " ".join(sorted(self._labels[term] for term in terms))
        return Understood(spelled, f"{spelled} {labels}", terms, bool(WHEN.search(question)), bool(WHO.search(question)))

    def _mend(self, word: str) -> str:
        folded = _fold(word)
        if (
            len(folded) < SHORTEST_MENDED
            or not folded.isalpha()
            or folded in self._ordinary
            or folded in self._acronyms
            or self._words.known(folded)
        ):
            return word
        found = process.extractOne(folded, self._known, scorer=fuzz.ratio, score_cutoff=LIKENESS)
        return found[0] if found else word

    def _spell_out(self, word: str) -> str:
        terms = self._acronyms.get(word.lower(), set())
        return word if not terms or word.lower() in STOP_WORDS else self._labels[min(terms)]

    def _recognise(self, question: str) -> Iterable[str]:
        words = [_fold(word) for word in WORD.findall(question)]
        for start in range(len(words)):
            yield from self._acronyms.get(words[start], ())
            for length in range(min(self._longest, len(words) - start), 0, -1):
                phrase = " ".join(words[start : start + length])
                yield from self._phrases.get(phrase, self._phrases.get(phrase.removesuffix("s"), ()))


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("-", " ").replace("'s", "")).strip()
