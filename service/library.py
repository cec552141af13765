"""A build opened for answering: its cards, its indexes, its query encoder, and each edition as ranking needs it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.build import (
    ASKED_FOLDER,
    ENCODER_FOLDER,
    OFFICIAL_VECTORS,
    OFFICIAL_WORDS,
    POINTS_FILE,
    VECTORS_FILE,
    WORDS_FOLDER,
    Build,
)
from indexer.encoder import Encoder, Vectors, load_encoder
from indexer.vectors import Nearness, VectorIndex
from indexer.words import WordIndex
from service.catalogue import Catalogue, open_catalogue
from service.official import OfficialIndex

#: The share of meaning, against words, in the fused score, and that of the nearest question asked of a document, which
#: is added; found within the half of ObliQA that `bench obliqa --learn` learns from.
MEANING, ASKED = 0.65, 0.1

#: Kinds of documents that stand beside duties and provisions.
OTHERS = ("silence", "change", "commentary")

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What the indexes say of every document for one question, each array of shape (documents,)."""

    near: Nearness
    #: BM25 as a share of the best, in the documents' own words and in the questions asked of them.
    words: Scores
    asked_words: Scores
    #: The product with each document's learned points, and last with those of questions that nothing answers: which
    #: answers best, and which is among the answers.
    points: Scores
    among: Scores
    #: The share of the question that a document's official text has word for word, where it has most of it; or 0.
    quoted: Scores
    #: Passages of official text that no record of ours stands for, by number, with scores between 0 and 1, best first.
    official: list[tuple[int, float]] = field(default_factory=list)

    @property
    def asked(self) -> Scores:
        """How near the questions asked of each document are; of which none is asked, its own text stands for them."""
        return np.where(self.near.asked == 0, self.near.texts, self.near.asked)

    @property
    def fused(self) -> Scores:
        """A convex sum of cosine and words over the documents' own texts, and more where a like question is known."""
        own = MEANING * np.maximum(self.near.texts, 0) + (1 - MEANING) * self.words
        return np.asarray(own + ASKED * np.maximum(self.near.asked, 0), dtype=np.float32)


@dataclass(frozen=True)
class Shelf:
    """The duties and provisions of one edition in a fixed order, with what ranking asks of them for every question."""

    duties: list[str]
    provisions: list[str]
    #: The document of each duty and provision.
    duty_documents: Numbers
    provision_documents: Numbers
    #: For each duty the number of its provision.
    parents: Numbers
    #: Documents of definitions, and the number of the provision that states each.
    definitions: Numbers
    stated_in: Numbers
    #: 1 for a duty in a flow chart.
    is_drawn: Scores
    #: 1 for a duty with a clock.
    has_clock: Scores
    #: For each duty the logarithm of one more than the items that it lists.
    items: Scores
    #: For each length of time, as P10D, 1 for a duty with a clock of that length.
    clocks: dict[str, Scores]
    #: For each event, 1 for a duty with a clock that counts from it or from a narrower one; and without those that come
    #: round again, which tell when the event itself is next held.
    anchors: dict[str, Scores]
    anchors_once: dict[str, Scores]
    #: For each term, 1 for a duty that it bears, and for one whose act reaches it.
    bearers: dict[str, Scores]
    recipients: dict[str, Scores]
    #: The documents of silences, changes and commentary: number, kind and record.
    others: list[tuple[int, str, str]]

    @property
    def silences(self) -> list[int]:
        """The documents of silences."""
        return [number for number, kind, _ in self.others if kind == "silence"]


@dataclass(frozen=True)
class Library(Catalogue):
    """What is needed to answer; nothing in it changes."""

    shelves: dict[str, Shelf]
    words: WordIndex
    asked: WordIndex
    vectors: VectorIndex
    encoder: Encoder
    #: Both learned points of each document, and last those of questions that nothing answers.
    points: Vectors
    #: None where no official guidance is held.
    official: OfficialIndex | None = None

    def search(self, typed: str, meaning: str, words: str) -> Found:
        """What the indexes say of every document for a question as it was typed, as it is meant and as it is worded."""
        query = self.encoder.encode([meaning])
        points, among = self.points @ query[0]
        found = Found(
            self.vectors.near(query),
            _share(self.words.scores(words)),
            _share(self.asked.scores(words)),
            points,
            among,
            np.zeros(len(points) - 1, dtype=np.float32),
        )
        if self.official is None:
            return found
        # Official text may bring its provision nearer, never take it further away.
        quoted = self.official.quoted(typed, len(found.quoted))
        texts = np.maximum(found.near.texts, quoted).astype(np.float32)
        near = replace(found.near, texts=texts)
        return replace(found, near=near, quoted=quoted, official=self.official.near(query, words))


def open_library(build: Build) -> Library:
    """Read a build's cards and indexes; imports no torch."""
    catalogue = open_catalogue(build)
    cards = catalogue.cards
    return Library(
        build.id,
        cards,
        {edition: _shelf(edition, cards) for edition in cards["editions"]},
        WordIndex(build.folder / WORDS_FOLDER),
        WordIndex(build.folder / ASKED_FOLDER),
        VectorIndex(build.folder / VECTORS_FILE, cards["rows"]["texts"], cards["rows"]["asked"]),
        load_encoder(build.folder / ENCODER_FOLDER),
        np.load(build.folder / POINTS_FILE),
        _official(build.folder, cards),
        comparisons=catalogue.comparisons,
    )


def _official(folder: Path, cards: dict[str, Any]) -> OfficialIndex | None:
    if not (folder / OFFICIAL_WORDS).is_dir():
        return None
    documents = {one["record"]: number for number, one in enumerate(cards["documents"]) if one["kind"] == "provision"}
    vectors = folder / OFFICIAL_VECTORS
    return OfficialIndex(
        [documents[place] for place in cards["official"]["places"]],
        WordIndex(folder / OFFICIAL_WORDS),
        VectorIndex(vectors, cards["official"]["owners"]) if vectors.is_file() else None,
    )


def _share(scores: Scores) -> Scores:
    best = float(scores.max(initial=0))
    return scores / best if best > 0 else scores


def _shelf(edition: str, cards: dict[str, Any]) -> Shelf:
    numbers: dict[str, dict[str, int]] = {"duty": {}, "provision": {}, "definition": {}}
    for number, document in enumerate(cards["documents"]):
        if document["edition"] == edition and document["kind"] in numbers:
            numbers[document["kind"]][document["record"]] = number
    duties, provisions = list(numbers["duty"]), list(numbers["provision"])
    place = {provision: number for number, provision in enumerate(provisions)}
    stated = [
        (document, place[provision])
        for definition, document in numbers["definition"].items()
        for provision in cards["definitions"][definition]["stated_in"]
        if provision in place
    ]
    held = [cards["duties"][duty] for duty in duties]
    return Shelf(
        duties=duties,
        provisions=provisions,
        duty_documents=_numbers(numbers["duty"].values()),
        provision_documents=_numbers(numbers["provision"].values()),
        parents=_numbers(place[duty.rpartition("/")[0]] for duty in duties),
        definitions=_numbers(document for document, _ in stated),
        stated_in=_numbers(provision for _, provision in stated),
        is_drawn=np.array(
            [cards["provisions"][duty.rpartition("/")[0]]["is_drawn"] for duty in duties], dtype=np.float32
        ),
        has_clock=np.array([bool(card["time_limits"]) for card in held], dtype=np.float32),
        items=np.log1p(np.array([len(card["parts"]) for card in held], dtype=np.float32)),
        clocks=_ones({one["duration"] for one in card["time_limits"]} - {None} for card in held),
        anchors=_ones(_anchors(card["time_limits"], cards["terms"]) for card in held),
        anchors_once=_ones(
            _anchors([one for one in card["time_limits"] if one["relation"] != "every"], cards["terms"])
            for card in held
        ),
        bearers=_ones({_local(one["id"]) for one in card["bearers"]} for card in held),
        recipients=_ones({_local(one["id"]) for one in card["recipients"]} for card in held),
        others=[
            (number, document["kind"], document["record"])
            for number, document in enumerate(cards["documents"])
            if document["edition"] == edition and document["kind"] in OTHERS
        ],
    )


def _anchors(limits: list[dict[str, Any]], terms: dict[str, Any]) -> set[str]:
    anchors = {_local(one["id"]) for limit in limits for one in limit["anchors"]}
    return anchors.union(*(terms[one]["broader"] for one in anchors))


def _numbers(values: Any) -> Numbers:
    return np.array(list(values), dtype=np.int64)


def _ones(named: Iterable[set[str]]) -> dict[str, Scores]:
    """For each name the duties, as ones among zeros, whose set holds it."""
    sets = list(named)
    return {name: np.array([name in one for one in sets], dtype=np.float32) for name in sorted(set().union(*sets))}


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]
