"""What a question is about: the vocabulary's terms in it, what is asked of them, and slips of the keyboard mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from corpus.wording import NUMBER_WORDS
from indexer.words import STOP_WORDS, WordIndex

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")
#: Whether it is asked by when; "when" alone mostly tells a situation, and "when can we" asks for a condition.
WHEN = re.compile(
    r"\bhow (?:long|soon|fast|quick(?:ly)?|early|far (?:ahead|in advance)|promptly|often|regularly|frequently"
    r"|many (?:working )?(?:days|weeks|months|times|hours|WDs?))\b"
    r"|\blong (?:have|has) (?:we|I|they|it)\b"
    r"|(?:^|[.?!,;:-] *|\b(?:and|or|so|by|know|exactly) )"
    r"when(?:'s| are| do| does| did| must| should| shall| will| has| have| is (?!it\b))\b"
    r"|\bby when\b|\bwhen by\b|\bwhen\W*$|\bwhat (?:point|stage)\b|\bwait(?:ing)? (?:un)?til"
    r"|\b(?:deadlines?|time ?(?:limit|scale|frame|line)s?|turn ?around|due(?: by| date| when| in|\W*$)|frequency|latest"
    r"|maximum (?:time|gap|length|period)|in time|within|timings?|lead times?|(?:outer|outside) limit"
    r"|(?<!round[- ]the[- ])clock|too (?:late|early|soon|long)|before or after|in advance|beforehand)\b",
    re.IGNORECASE,
)
#: "45 working days", "ten WDs", "6-month".
DURATION = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(NUMBER_WORDS.values())}|forty[ -]five)[ -]?(?:(?:working|calendar|school|w)[ -]?)?"
    r"(d(?:ays?)?s?|w(?:ee)?ks?|m(?:on)?ths?|y(?:ea)?rs?)\b(?! ?-?old)",
    re.IGNORECASE,
)
WHO = re.compile(r"\b(?:who|whose|whom|which (?:agenc|person|people|bod|role|professional|worker)\w*)\b", re.IGNORECASE)
LAW = re.compile(
    r"\b(?:law|legal\w*|illegal|lawful\w*|statut\w+|compulsory|mandatory|obliged|required|optional|legislation)\b",
    re.IGNORECASE,
)
#: Whether everything that answers is wanted: "what must a head teacher do", "list the ...", "what happens after ...".
WHOLE = re.compile(
    r"\b(?:everything|all (?:the|of|our|my|steps?|rules?|duties|tasks|expectations|requirements)"
    r"|every (?:duty|step|bit)"
    r"|checklist|(?:run|take|talk) me through|start to finish|requirements|expectations|rules? (?:on|about|for)"
    r"|what (?:happens|comes) (?:after|next|at|in|when|once)|who (?:has|have|needs?) to do what"
    r"|expected (?:of|from|to do)"
    r"|what (?:must|should|can|do|does|has to|have to|needs to) .*\b(?:be (?:done|in|covered|included)|have to|need to"
    r"|cover|include|do|expect)\b|duties|responsibilit(?:y|ies)|tasks|obligations|jobs?)\b",
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
COUNTING = frozenset({"after", "following", "from", "since", "once", "of", "upon", "before", "prior", "ahead"})
#: Words before an event that is to be held, and words after.
HOLDING = frozenset({"hold", "convene", "arrange", "organise", "call", "complete", "finish", "holding", "convening"})
HELD = frozenset({"held", "happen", "happens", "place", "convened", "due", "meet", "meets", "sit", "arranged"})
#: Words before the one who is told, and words after.
TELLING = frozenset(
    {"tell", "notify", "inform", "contact", "send", "report", "refer", "telling", "notifying", "informing"}
)
TOLD = frozenset({"told", "notified", "informed", "contacted"})
#: What stands before the first word of a sentence.
STARTS = re.compile(r"(?:^|[.?!:;])\W*$")
#: A word is mended only when it is at least so long and a known word is at least so like it (per cent), or has the same
#: letters but two neighbours changed about; that is at least so like in a word of the shortest length.
SHORTEST_MENDED = 5
LIKENESS, SWAPPED = 84, 80
#: So many of the likest known words are looked at for the one with the fewest slips.
LIKEST = 10


Asks = Literal["who", "what", "by-when", "law", "changed", "edition", "everything"]


@dataclass(frozen=True)
class Recognised:
    """Words of a question and the terms of the vocabulary that they stand for: more than one where they are unclear."""

    written: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Understood:
    """A question read against the vocabulary."""

    #: The question as it came.
    typed: str
    #: The question with slips mended and acronyms spelled out, for meaning.
    meaning: str
    #: The same with the labels of every term that was recognised, for words.
    words: str
    #: Ids of the vocabulary's terms named in it.
    terms: frozenset[str]
    #: Those of them that a time is said to count from: after them, before them.
    counted_from: frozenset[str]
    #: Those of them that are themselves to be held.
    held: frozenset[str]
    #: Those of them that somebody is to tell.
    told: frozenset[str]
    #: Whether it names an event, topic or group of the vocabulary, or a section of an Act.
    names_subject: bool
    asks_when: bool
    #: Lengths of time that it names, as P10D; those in weeks also as days, 12 months as a year and the reverse.
    durations: frozenset[str]
    #: Whether it asks what changed between editions.
    asks_changed: bool
    #: Whether it asks which edition applies.
    asks_status: bool
    #: Whether it speaks of a consultation draft.
    names_draft: bool
    #: The edition that it names, where it names one alone.
    edition: str | None
    #: What it asks for, in the order of `Asks`.
    asks: tuple[Asks, ...] = ("what",)
    recognised: tuple[Recognised, ...] = ()
    #: Words that name several events of the vocabulary by half their name: which conference, which review?
    unclear: tuple[Recognised, ...] = ()
    #: Words as typed with what they were read as.
    mended: tuple[tuple[str, str], ...] = ()
    #: Sections of law that it names.
    sections: tuple[str, ...] = field(default=())


class Understanding:
    """Reads questions against one build's vocabulary and words."""

    def __init__(self, cards: dict[str, Any], words: WordIndex) -> None:
        """`cards` are a build's; `words` is the index of its own texts."""
        terms = cards["terms"]
        self._words = words
        self._labels = {term_id: term["label"] for term_id, term in terms.items()}
        #: Terms whose label is a long name; that of an event says what has come about, as in "review published".
        self._names = {term_id for term_id, term in terms.items() if term["kind"] not in ("topic", "event")}
        self._subjects = {term_id for term_id, term in terms.items() if term["kind"] in SUBJECTS}
        self._phrases: dict[str, set[str]] = {}
        self._acronyms: dict[str, set[str]] = {}
        for term_id, term in terms.items():
            for phrase in (term["label"], *term["synonyms"], *term["misspellings"]):
                self._phrases.setdefault(_fold(phrase), set()).add(term_id)
            for acronym in term["acronyms"]:
                self._acronyms.setdefault(acronym.lower(), set()).add(term_id)
        #: For the last word of events' labels, the events, where they are several.
        self._kinds: dict[str, list[str]] = {}
        for term_id, term in terms.items():
            if term["kind"] == "event" and len(term["label"].split()) > 1:
                self._kinds.setdefault(_fold(term["label"]).split()[-1], []).append(term_id)
        self._longest = max((len(phrase.split()) for phrase in self._phrases), default=1)
        #: What a word can be mended to: never to another slip.
        right = {_fold(phrase) for term in terms.values() for phrase in (term["label"], *term["synonyms"])}
        self._right = sorted({word for phrase in right for word in phrase.split()}.union(cards["spellings"]))
        known = {word for phrase in self._phrases for word in phrase.split()}
        self._ordinary = STOP_WORDS.union(known, cards["ordinary_words"])

    def read(self, question: str, without: frozenset[str] = frozenset(), as_typed: bool = False) -> Understood:
        """What the question is about; never changes a word that is known, nor any with `as_typed`.

        `without` names terms that the question does not mean.
        """
        changed: dict[str, str] = {}

        def mend(found: re.Match[str]) -> str:
            # A capital amid a sentence begins a name.
            is_name = found[0].istitle() and not STARTS.search(question[: found.start()])
            word = found[0] if as_typed or is_name else self._mend(found[0])
            if word != found[0]:
                changed[found[0]] = word
            return word

        mended = SHORT_SECTION.sub(r"section \1", WORD.sub(mend, question))
        counted: set[str] = set()
        held: set[str] = set()
        told: set[str] = set()
        recognised: list[Recognised] = []
        for one, ahead, behind in self._recognise(mended, without):
            recognised.append(one)
            if COUNTING & set(ahead[-2:]):
                counted |= set(one.terms)
            if HOLDING & set(ahead) or HELD & set(behind) or ("when" in ahead and not behind):
                held |= set(one.terms)
            if TELLING & set(ahead) or TOLD & set(behind):
                told |= set(one.terms)
        terms = {term for one in recognised for term in one.terms}
        labels = " ".join(sorted(self._labels[term] for term in terms))
        asks_status = bool(STATUS.search(question) and GUIDANCE.search(question)) and not terms & self._subjects
        return Understood(
            typed=question,
            meaning=self._spelled_out(mended, recognised),
            words=f"{mended} {labels}",
            terms=frozenset(terms),
            counted_from=frozenset(counted),
            held=frozenset(held - counted),
            told=frozenset(told),
            names_subject=bool(terms & self._subjects or SECTION.search(question)),
            asks_when=bool(WHEN.search(question)),
            durations=frozenset(_durations(question)),
            asks_changed=bool(CHANGED.search(question)) or len(_editions(question)) > 1,
            asks_status=asks_status,
            names_draft=bool(DRAFT.search(question)),
            edition=min(_editions(question)) if len(_editions(question)) == 1 else None,
            asks=_asks(question, status=asks_status),
            recognised=tuple(recognised),
            unclear=tuple(self._unclear(mended, recognised)),
            mended=tuple(changed.items()),
            sections=tuple(dict.fromkeys(found[0] for found in SECTION.finditer(mended))),
        )

    def _unclear(self, question: str, recognised: list[Recognised]) -> Iterator[Recognised]:
        covered = {word for one in recognised for word in _fold(one.written).split()}
        for word in dict.fromkeys(_fold(found[0]) for found in WORD.finditer(question)):
            events = self._kinds.get(word, [])
            if len(events) > 1 and word not in covered:
                yield Recognised(word, tuple(events))

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
        likest = process.extract(folded, self._right, scorer=fuzz.ratio, score_cutoff=SWAPPED, limit=LIKEST)
        slips = [(OSA.distance(folded, known), -likeness, known) for known, likeness, _ in likest]
        near = [one for one in slips if -one[1] >= LIKENESS or (one[0] == 1 and sorted(one[2]) == sorted(folded))]
        return min(near)[2] if near else word

    def _spelled_out(self, question: str, recognised: list[Recognised]) -> str:
        """The question with the long name for each acronym that stands for one thing alone."""
        for one in recognised:
            named = [term for term in one.terms if term in self._names]
            written = _fold(one.written)
            if len(named) == 1 and {written, written.removesuffix("s")} & self._acronyms.keys():
                question = re.sub(rf"\b{re.escape(one.written)}\b", self._labels[named[0]], question, count=1)
        return question

    def _recognise(self, question: str, without: frozenset[str]) -> Iterator[tuple[Recognised, list[str], list[str]]]:
        """Each phrase that stands for terms of the vocabulary, with the three words before it and after it."""
        found = list(WORD.finditer(question))
        words = [_fold(one[0]) for one in found]
        start = 0
        while start < len(words):
            length, named = self._longest_phrase(words, start)
            end = start + length
            if named := named - without:
                written = question[found[start].start() : found[end - 1].end()]
                yield Recognised(written, tuple(sorted(named))), words[max(0, start - 3) : start], words[end : end + 3]
            start = end

    def _longest_phrase(self, words: list[str], start: int) -> tuple[int, set[str]]:
        """How many words from `start` on make the longest known phrase, and what it stands for; else 1 and nothing."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if named := self._phrases.get(phrase) or self._phrases.get(phrase.removesuffix("s")):
                return length, named
        word = words[start]
        known = self._acronyms.get(word) or self._acronyms.get(word.removesuffix("s")) or set()
        return 1, set() if word in STOP_WORDS else known


def _asks(question: str, status: bool) -> tuple[Asks, ...]:
    signs: dict[Asks, bool] = {
        "who": bool(WHO.search(question)),
        "by-when": bool(WHEN.search(question)),
        "law": bool(LAW.search(question)),
        "changed": bool(CHANGED.search(question)) or len(_editions(question)) > 1,
        "edition": status,
        "everything": bool(WHOLE.search(question)),
    }
    return tuple(name for name, asked in signs.items() if asked) or ("what",)


def _durations(question: str) -> Iterator[str]:
    figures = {word: number for number, word in NUMBER_WORDS.items()}
    for found in DURATION.finditer(question):
        number, unit = found[1].lower(), found[2][0].upper()
        quantity = int(number) if number.isdigit() else figures.get(number, 45)
        yield f"P{quantity}{unit}"
        if unit == "W":
            yield f"P{7 * quantity}D"
        if unit == "M" and quantity % 12 == 0:
            yield f"P{quantity // 12}Y"
        if unit == "Y":
            yield f"P{12 * quantity}M"


def _editions(question: str) -> set[str]:
    return {f"wt20{(one[1] or one[2])[-2:]}" for one in EDITION.finditer(question)}


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("-", " ").replace("'s", "")).strip()
