"""Official text that a user keeps, as a build holds it: beside our records, or on its own where there are none."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.alignment import Encode
from corpus.comparing import Compared, find_provision
from corpus.documents import Document, Passage
from corpus.guidance import ComparedTexts, compare_texts, find_newer, newest_editions, newest_printings
from corpus.loader import Corpus, EditionRecords
from corpus.printed import places_of
from ontology.errors import InputError
from ontology.namespaces import individual

Card = dict[str, Any]
Progress = Callable[[str], None]

#: A passage is embedded in parts of about so many words, since a long text blurs what each part says.
PART_WORDS = 60
SENTENCE_END = re.compile(r"(?<=[.;?:]) +(?=[A-Z(])|\n")


@dataclass(frozen=True)
class Official:
    """Everything that a build takes from the official guidance that is held."""

    #: The official text of provisions, by their ids.
    texts: dict[str, Card]
    #: Passages that no provision stands for, as an answer shows them.
    passages: list[Card]
    #: What is searched by words: the texts of provisions, then the passages.
    words: list[str]
    #: What is searched by meaning, parts of those passages that no provision became, and the passage of each.
    parts: list[str]
    owners: list[int]
    #: For each edition with duties the newer one that is held, and for each of its provisions what became of it there.
    newer: dict[str, Card]
    marks: dict[str, Card]
    #: For each of those provisions the numbers of the passages that it became.
    successors: dict[str, list[int]]
    #: Texts of one series set side by side.
    comparisons: list[Card]


def to_official(
    corpus: Corpus, documents: Sequence[Document], encode: Encode, progress: Progress = lambda _: None
) -> Official:
    """Lay out the official guidance that is held; `encode` lets two texts be compared by meaning."""
    records = {one.edition.id: one for one in corpus.editions if any(True for _ in one.duties)}
    newest = newest_editions(records)
    compared = compare_texts(documents, newest, corpus.vocabulary, encode, progress)
    newer = {one: _edition(found) for one in newest if (found := find_newer(one, documents))}
    marks = {
        provision: mark
        for one in newer
        for provision, mark in _marks(records[one], documents, compared, newer[one]).items()
    }
    # What a provision became is found as that provision is, so its meaning need not be embedded again.
    became = {place["id"] for mark in marks.values() for place in mark["places"]}
    texts: dict[str, Card] = {}
    words: list[str] = []
    passages: list[Card] = []
    alone: list[str] = []
    parts: list[str] = []
    owners: list[int] = []
    for document in newest_printings(documents):
        held = records.get(document.edition)
        places = places_of(held.provisions, document.passages) if held else {}
        for provision, theirs in places.items():
            text = "\n".join(document.passages[at].text for at in theirs)
            texts[provision] = {"text": text, **_source(document)}
            words.append(text)
        taken = {at for theirs in places.values() for at in theirs}
        for at, passage in enumerate(document.passages):
            if at not in taken and passage.kind != "footnote":
                card = _passage(document, at)
                own = [] if card["id"] in became else _parts(passage)
                parts += own
                owners += [len(passages)] * len(own)
                passages.append(card)
                alone.append(f"{' '.join(passage.heading[-1:])} {passage.text}")
    numbers = {card["id"]: number for number, card in enumerate(passages)}
    successors = {
        provision: [numbers[place["id"]] for place in mark["places"] if place["id"] in numbers]
        for provision, mark in marks.items()
    }
    comparisons = [_comparison(one) for one in compared]
    return Official(texts, passages, words + alone, parts, owners, newer, marks, successors, comparisons)


def _marks(
    records: EditionRecords, documents: Sequence[Document], compared: Sequence[ComparedTexts], newer: Card
) -> dict[str, Card]:
    """What became of each provision in the newer edition; not compared where its own text is not held."""
    found = next((one for one in compared if (one.older.edition, one.newer.id)
                  == (records.edition.id, newer["document"])), None)  # fmt: skip
    marks = {}
    for provision in records.provisions:
        mark = {"edition": newer["edition"], "title": newer["title"], "state": "not compared"}
        places: list[Card] = []
        differences: list[Card] = []
        if found:
            numbers = {passage.position: at for at, passage in enumerate(found.newer.passages)}
            try:
                what = find_provision(provision, found.comparison)
            except InputError:  # its printing lacks the place
                pass
            else:
                mark["state"] = what.state
                places = [_place(found.newer, numbers[passage.position]) for passage in dict.fromkeys(what.after)]
                differences = [one.model_dump() for one in what.differences]
        marks[provision.id] = {**mark, "places": places, "differences": differences}
    return marks


def _source(document: Document) -> Card:
    return {"document": document.title, "publisher": document.publisher, "licence": document.licence}


def _edition(document: Document) -> Card:
    return {
        "edition": document.edition,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat(),
        "licence": document.licence,
        "document": document.id,
    }


def _place(document: Document, at: int) -> Card:
    passage = document.passages[at]
    is_footnote = passage.kind == "footnote" and passage.number.isdecimal()
    # Readers find a footnote by the paragraph that it hangs on.
    stated = next((one for one in document.passages if is_footnote and passage.number in one.notes), passage)
    paragraph = stated.number if stated.kind == "paragraph" else ""
    is_online_pdf = document.source.startswith(("https://", "http://")) and passage.pages
    return {
        "id": str(individual("passage", f"{document.id}/{at + 1}")),
        "edition": document.edition or document.id,
        "paragraphs": [int(paragraph)] if paragraph.isdecimal() else [],
        "footnote": int(passage.number) if is_footnote else None,
        "pages": list(passage.pages),
        "printing": None,
        "heading": _heading(passage) or document.title,
        "url": f"{document.source}#page={passage.pages[0]}" if is_online_pdf else None,
    }


def _passage(document: Document, at: int) -> Card:
    return {
        **_place(document, at),
        **_source(document),
        "kind": "guidance",
        "text": document.passages[at].text,
        "text_kind": "official",
        "certainty": "primary",
        "evidence": [],
    }


def _heading(passage: Passage) -> str:
    """The nearest heading; of what has no number of its own, with the one above it."""
    return ": ".join(one.rstrip(":") for one in passage.heading[-1 if passage.number else -2 :])


def _parts(passage: Passage) -> list[str]:
    """The passage in stretches of sentences, each under its nearest heading."""
    heading = "".join(f"{one}. " for one in passage.heading[-1:])
    stretches: list[list[str]] = []
    for sentence in filter(None, SENTENCE_END.split(passage.text)):
        if not stretches or sum(len(one.split()) for one in (*stretches[-1], sentence)) > PART_WORDS:
            stretches.append([])
        stretches[-1].append(sentence)
    return [heading + " ".join(stretch) for stretch in stretches]


def _comparison(compared: ComparedTexts) -> Card:
    """Two texts side by side; what stayed as it was is counted and left out."""
    return {
        "older": _edition(compared.older),
        "newer": _edition(compared.newer),
        "counts": compared.comparison.counts,
        "passages": [_compared(one) for one in compared.comparison.passages if one.state != "same"],
    }


def _compared(one: Compared) -> Card:
    return {
        "state": one.state,
        "parting": one.parting,
        "moved": one.moved,
        "before": [_told(passage) for passage in one.before],
        "after": [_told(passage) for passage in one.after],
        "differences": [difference.model_dump() for difference in one.differences],
    }


def _told(passage: Passage) -> Card:
    return {
        "kind": passage.kind,
        "number": passage.number,
        "heading": passage.heading[-1] if passage.heading else "",
        "pages": list(passage.pages),
        "text": passage.text,
    }
