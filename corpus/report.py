"""A report on the data of one edition: what it holds, how it is spread, and where a gist may have lost a fact."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.loader import EditionRecords
from corpus.official import Block, OfficialDocument
from corpus.printed import PrintedPlaces, plain, printed_places
from corpus.records import Provision
from corpus.wording import NUMBER_WORDS

#: A gist with less than this share of its paragraph's facts is listed.
ENOUGH_FACTS = 0.6
#: So few facts say nothing about a gist.
FEWEST_FACTS = 3
LONGEST_GISTS = 10
BUSIEST_BEARERS = 25

CROSS_REFERENCE = re.compile(r"\(see [^)]*\)|\bchapters? \d+(?:, paragraphs?)?|\bparagraphs? \d+(?:-\d+)?|https?://\S+")
SECTION = re.compile(r"\b(?:[Ss]ection|[Rr]egulation|[Aa]rticle) \d+[A-Z]*(?: ?\(\w+\))*")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.]*\w)")
NAME = re.compile(r"\b[A-Z][\w'’]+(?: (?:of|and|for|the|in) (?=[A-Z])| [A-Z][\w'’]+)+|\b[A-Z]{2,}s?\b")
SMALL_WORDS = {"of", "and", "for", "the", "in", "his", "majestys"}


@dataclass(frozen=True)
class ThinGist:
    """A gist that names fewer of its paragraph's numbers, names and sections than it should."""

    provision: str
    share: float
    missing: tuple[str, ...]


def counts(records: EditionRecords) -> dict[str, Counter[str]]:
    """How many provisions and duties there are of each sort, by the name of the sort."""
    duties = [duty for _, duty in records.duties]
    return {
        "provisions by chapter": Counter(provision.heading[0] for provision in records.provisions),
        "provisions by kind": Counter(provision.kind for provision in records.provisions),
        "provisions by certainty": Counter(provision.certainty for provision in records.provisions),
        "duties by chapter": Counter(provision.heading[0] for provision, _ in records.duties),
        "duties by modality": Counter(duty.modality for duty in duties),
        "duties by force": Counter(duty.force for duty in duties),
        "duties by basis of the bearer": Counter(duty.who_basis for duty in duties),
        "duties by certainty": Counter(duty.certainty for duty in duties),
        "time limits by relation": Counter(limit.relation for duty in duties for limit in duty.time_limits),
        f"duties by bearer (the {BUSIEST_BEARERS} busiest)": Counter(
            dict(Counter(who for duty in duties for who in duty.who).most_common(BUSIEST_BEARERS))
        ),
    }


def longest_gists(records: EditionRecords) -> list[tuple[str, int]]:
    """The provisions with the longest gists and their lengths in words, longest first."""
    lengths = [(provision.id, len(provision.gist.split())) for provision in records.provisions]
    return sorted(lengths, key=lambda one: -one[1])[:LONGEST_GISTS]


def without_duty(records: EditionRecords, document: OfficialDocument) -> list[str]:
    """Provisions whose printed text says must or should and that no duty stands in or names, in file order."""
    printed = printed_places(records, document)
    served = {provision.id for provision, _ in records.duties}
    served |= {place for _, duty in records.duties for place in duty.also_in}
    return [
        provision.id
        for provision in records.provisions
        if provision.id not in served and re.search(r"\b(?:must|should)\b", printed.texts[provision.id] or "")
    ]


def unheld(records: EditionRecords, document: OfficialDocument) -> list[str]:
    """Every printed paragraph and unnumbered block that no provision stands for, in print order."""
    return [_name(block) for block in printed_places(records, document).unheld]


def thin_gists(records: EditionRecords, document: OfficialDocument) -> list[ThinGist]:
    """Gists with under 60 % of their paragraph's facts, thinnest first; a screen for a reader, not a verdict.

    A name that the gist puts in plain words counts as missing, so a reader looks at each one.
    """
    printed = printed_places(records, document)
    thin = [_weigh(provision, printed) for provision in records.provisions]
    return sorted((one for one in thin if one and one.share < ENOUGH_FACTS), key=lambda one: (one.share, one.provision))


def _weigh(provision: Provision, printed: PrintedPlaces) -> ThinGist | None:
    text = CROSS_REFERENCE.sub(" ", " ".join(block.text for block in printed.blocks[provision.id]))
    facts = list(dict.fromkeys(_facts(text)))
    if len(facts) < FEWEST_FACTS:
        return None
    told = _numerals(plain(provision.gist))
    missing = tuple(fact for fact in facts if not _tells(told, fact))
    return ThinGist(provision.id, 1 - len(missing) / len(facts), missing)


def _facts(text: str) -> Iterator[str]:
    text = re.sub(r"^(?:\d+\.?|Flow chart \d+)\s+", "", text)
    yield from SECTION.findall(text)
    rest = SECTION.sub(" ", text)
    yield from NUMBER.findall(_numerals(rest))
    for found in NAME.finditer(rest):
        name = found[0].strip()
        # The first word of a sentence is capital whatever it is.
        opens_sentence = re.search(r"(?:^|[.•:]\s*)$", rest[: found.start()])
        if not (opens_sentence and len(name.split()) == 2 and name.split()[1].islower()):
            yield name


def _tells(told: str, fact: str) -> bool:
    if fact.isdigit():
        return re.search(rf"(?<!\d){fact}(?!\d)", told) is not None
    words = [word for word in re.findall(r"\w+", plain(fact).replace("'", "")) if word not in SMALL_WORDS]
    return all(re.search(rf"\b{re.escape(word.rstrip('s'))}", told.replace("'", "")) for word in words)


def _numerals(text: str) -> str:
    for number, word in NUMBER_WORDS.items():
        if number > 1:
            text = re.sub(rf"\b{word}\b", str(number), text, flags=re.IGNORECASE)
    return text


def _name(block: Block) -> str:
    pages = ", ".join(map(str, block.pages))
    if block.kind == "paragraph":
        return f"paragraph {block.number} (page {pages})"
    return f"{block.kind} '{block.heading[-1] if block.heading else ''}' (page {pages})"


def data_report(records: EditionRecords, document: OfficialDocument | None = None) -> Iterator[str]:
    """The report in lines of text; what needs the printed words is there when `document` is."""
    yield f"Data report on {records.edition.title}"
    for title, counted in counts(records).items():
        yield from _table(title, [(f"{count:,}", name) for name, count in counted.most_common()])
    other = {"definitions": records.definitions, "silences": records.silences, "conflicts": records.conflicts}
    yield from _table("other records", [(f"{len(held):,}", name) for name, held in other.items()])
    yield from _table("longest gists, in words", [(str(words), name) for name, words in longest_gists(records)])
    if document is None:
        yield "Give the official PDF with --against for what is missing, duties not written and thin gists."
        return
    for title, names in {
        "printed places that no record holds": unheld(records, document),
        "provisions that say must or should and have no duty": without_duty(records, document),
    }.items():
        yield from _table(f"{title}: {len(names)}", [("", name) for name in names])
    thin = thin_gists(records, document)
    yield from _table(
        f"gists with under {ENOUGH_FACTS:.0%} of their paragraph's facts: {len(thin)}",
        [(f"{one.share:.0%}", f"{one.provision}: not found: {'; '.join(one.missing)}") for one in thin],
    )


def _table(title: str, lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield title
    for left, right in lines:
        yield f"  {left:>6}  {right}"
