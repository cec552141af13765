"""A build opened for answering: its cards, its two indexes and its query encoder."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.build import CARDS_FILE, ENCODER_FOLDER, VECTORS_FILE, WORDS_FOLDER, Build
from indexer.encoder import Encoder, load_encoder
from indexer.vectors import VectorIndex
from indexer.words import WordIndex

#: How many texts either index may bring into the fused score, and the share of meaning in it.
CANDIDATES = 200
MEANING = 0.8

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DutyFacts:
    """What ranking asks of a duty for every question, taken from its card once."""

    provision: str
    bearers: frozenset[str]
    recipients: frozenset[str]
    #: Events that start it or that its clocks count from, and the more general ones above them.
    anchors: frozenset[str]
    acts_on: frozenset[str]
    has_clock: bool


@dataclass(frozen=True)
class Library:
    """What is needed to answer; nothing in it changes."""

    build_id: str
    cards: dict[str, Any]
    duties: dict[str, DutyFacts]
    words: WordIndex
    vectors: VectorIndex
    encoder: Encoder

    def search(self, meaning: str, words: str) -> tuple[Scores, Scores]:
        """For every document its score, between about 0 and 1, and the cosine in it.

        The score is a convex sum of cosine and BM25, the latter as a share of its best.
        """
        cosine = self.vectors.scores(self.encoder.encode([meaning]), CANDIDATES)
        bm25 = self.words.scores(words)
        if len(bm25) > CANDIDATES:
            bm25 = np.where(bm25 >= np.partition(bm25, -CANDIDATES)[-CANDIDATES], bm25, 0)
        best = float(bm25.max(initial=0))
        share = bm25 / best if best > 0 else bm25
        return np.asarray(MEANING * np.maximum(cosine, 0) + (1 - MEANING) * share, dtype=np.float32), cosine


def open_library(build: Build) -> Library:
    """Read a build's cards and indexes; imports no torch."""
    cards = json.loads((build.folder / CARDS_FILE).read_text(encoding="utf-8"))
    return Library(
        build.id,
        cards,
        {duty: _facts(duty, card, cards["terms"]) for duty, card in cards["duties"].items()},
        WordIndex(build.folder / WORDS_FOLDER),
        VectorIndex(build.folder / VECTORS_FILE, cards["vector_owners"]),
        load_encoder(build.folder / ENCODER_FOLDER),
    )


def _facts(duty: str, card: dict[str, Any], terms: dict[str, Any]) -> DutyFacts:
    anchors = _ids([card["trigger"], *(anchor for limit in card["time_limits"] for anchor in limit["anchors"])])
    return DutyFacts(
        provision=duty.rpartition("/")[0],
        bearers=_ids(card["bearers"]),
        recipients=_ids(card["recipients"]),
        anchors=anchors.union(*(terms[anchor]["broader"] for anchor in anchors)),
        acts_on=frozenset(card["acts_on"]),
        has_clock=bool(card["time_limits"]),
    )


def _ids(references: list[dict[str, str] | None]) -> frozenset[str]:
    return frozenset(one["id"].rpartition("/")[2] for one in references if one)
