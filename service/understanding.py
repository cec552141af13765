"""What a question is about: the vocabulary's terms in it, what is asked of them, and slips of the keyboard mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from indexer.words import STOP_WORDS, WordIndex, content_words, without_ending

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")
WHEN = re.compile(
    r"\b(how (?:long|soon|fast|quick|quickly|often|many (?:working )?(?:days|weeks|months))|when|deadline|by when"
    r"|time ?(?:limit|scale|frame)s?|within|days?|months?|frequency)\b",
    re.IGNORECASE,
)
SECTION = re.compile(r"\bs(?:ec(?:tion|\.)?|\.)? ?\d+[A-Z]{0,2}\b", re.IGNORECASE)
#: "s47" and "s.17" as people write them.
SHORT_SECTION = re.compile(r"\bs\.? ?(\d+[A-Z]{0,2})\b", re.IGNORECASE)
#: "WT18", "Working Together 2023", "the 2026 edition".
EDITION = re.compile(
    r"\b(?:WT ?(?:20)?|working together (?:to safeguard children )?)(18|23|26|2018|2023|2026)\b"
    r"|\b(2018|2023|2026) (?:edition|guidance|version|working together|WT)\b",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"\b(chang\w*|differ\w*|compar\w*|used to|previous\w*|formerly|before (?:20\d\d|icbs?)|then and now|no longer"
    r"|(?:what(?:'s| is)? )?new in|superseded|old (?:edition|version|guidance|book)|draft\w*|adopted)\b",
    re.IGNORECASE,
)
DRAFT = re.compile(r"\b(draft\w*|consult\w+|propos\w+|adopted)\b", re.IGNORECASE)
#: Whether an edition applies, asked of the guidance itself.
STATUS = re.compile(
    r"\b(?:current|in force|latest|newest|out of date|up to date|still (?:apply|valid)|superseded)\b", re.IGNORECASE
)
GUIDANCE = re.compile(r"\b(?:working together|guidance|editions?|WT ?(?:20)?\d\d)\b", re.IGNORECASE)
SUBJECTS = ("event", "topic", "group")
#: Words that set an event as what a clock counts from.
AFTER = frozenset({"after", "following", "from", "since", "once", "of", "upon"})
#: Words before the one who is told, and words after.
TELLING = frozenset(
    {"tell", "notify", "inform", "contact", "send", "report", "refer", "telling", "notifying", "informing"}
)
TOLD = frozenset({"told", "notified", "informed", "contacted"})
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
    #: Those of them that something is said to come after.
    after: frozenset[str]
    #: Those of them that somebody is to tell.
    told: frozenset[str]
    #: Whether it names an event, topic or group of the vocabulary, or a section of an Act.
    names_subject: bool
    #: Stems of its words that the build's texts never use, endings aside.
    foreign: frozenset[str]
    asks_when: bool
    #: Whether it asks what changed between editions.
    asks_changed: bool
    #: Whether it asks which edition applies.
    asks_status: bool
    #: Whether it speaks of a consultation draft.
    names_draft: bool
    #: The edition that it names, where it names one alone.
    edition: str | None


class Understanding:
    """Reads questions against one build's vocabulary and words."""

    def __init__(self, terms: dict[str, Any], spellings: list[str], words: WordIndex) -> None:
        self._words = words
        self._labels = {term_id: term["label"] for term_id, term in terms.items()}
        self._topics = {term_id for term_id, term in terms.items() if term["kind"] == "topic"}
        self._subjects = {term_id for term_id, term in terms.items() if term["kind"] in SUBJECTS}
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
        self._used = {without_ending(word) for word in self._known}
        self._ordinary = STOP_WORDS | known

    def read(self, question: str) -> Understood:
        """What the question is about; never changes a word that is known."""
        mended = SHORT_SECTION.sub(r"section \1", WORD.sub(lambda found: self._mend(found[0]), question))
        terms: set[str] = set()
        after: set[str] = set()
        told: set[str] = set()
        spelled = self._in_our_terms(mended, terms, after, told)
        labels = " ".join(sorted(self._labels[term] for term in terms))
        return Understood(
            meaning=spelled,
            words=f"{mended} {labels}",
            terms=frozenset(terms),
            after=frozenset(after),
            told=frozenset(told),
            names_subject=bool(terms & self._subjects or SECTION.search(question)),
            foreign=frozenset(self._foreign(spelled)),
            asks_when=bool(WHEN.search(question)),
            asks_changed=bool(CHANGED.search(question)) or len(_editions(question)) > 1,
            asks_status=bool(STATUS.search(question) and GUIDANCE.search(question)) and not terms & self._subjects,
            names_draft=bool(DRAFT.search(question)),
            edition=min(_editions(question)) if len(_editions(question)) == 1 else None,
        )

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

    def _foreign(self, question: str) -> Iterator[str]:
        for word in WORD.findall(question):
            for part in re.findall(r"[a-z]+", _fold(word)):
                if without_ending(part) not in self._used:
                    yield from content_words(part)

    def _in_our_terms(self, question: str, terms: set[str], after: set[str], told: set[str]) -> str:
        """The question with each phrase that stands for one term put as that term's label.

        Adds every term to `terms`, to `after` those that follow a word such as "after", to `told` those that are told.
        """
        found = list(WORD.finditer(question))
        words = [_fold(one[0]) for one in found]
        text, done, start = [], 0, 0
        while start < len(words):
            length, named = self._longest_phrase(words, start)
            terms |= named
            if AFTER & set(words[max(0, start - 2) : start]):
                after |= named
            behind = words[start + length : start + length + 3]
            if TELLING & set(words[max(0, start - 3) : start]) or TOLD & set(behind):
                told |= named
            phrase = " ".join(words[start : start + length])
            one = named - self._topics
            label = self._labels[min(one)] if len(one) == 1 else None
            if label and _fold(label) != phrase and (length > 1 or phrase in self._acronyms):
                text += [question[done : found[start].start()], label]
                done = found[start + length - 1].end()
            start += length
        return "".join([*text, question[done:]])

    def _longest_phrase(self, words: list[str], start: int) -> tuple[int, set[str]]:
        """How many words from `start` on make the longest known phrase, and what it stands for; else 1 and nothing."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if named := self._phrases.get(phrase) or self._phrases.get(phrase.removesuffix("s")):
                return length, named
        word = words[start]
        known = self._acronyms.get(word) or self._acronyms.get(word.removesuffix("s")) or set()
        return 1, set() if word in STOP_WORDS else known


def _editions(question: str) -> set[str]:
    return {f"wt20{(one[1] or one[2])[-2:]}" for one in EDITION.finditer(question)}


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("-", " ").replace("'s", "")).strip()
