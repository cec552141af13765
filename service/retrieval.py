"""Ranks duties and passages for a question: what search found, weighed as the trials have taught."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from service.library import Found, Library, Scores, Shelf
from service.understanding import Understood

#: Learned by `python -m service.training`: a weight for each sign of `duty_signs`, `place_signs`, `beside_signs` and
#: `answer_signs`.
WEIGHTS = Path(__file__).parent / "weights.json"
#: Not learned but given: a flow chart repeats what the text says in full, so the text comes first; a clock that counts
#: once from an event does not say when that event is to be held; and whoever quotes the official text of a place, which
#: no question of the writers does, asks about that place.
GIVEN = {
    "stands in a flow chart": -4.0,
    "its clock counts from what is itself to be held": -3.0,
    "its official text is quoted": 12.0,
}
#: So many of the best texts tell whether anything here is near the question.
NEAR_TEXTS = 3
#: So many of the best duties tell whether anything here has the length of time that is named.
BEST_DUTIES = 3
#: Where every question asked of an edition is far away, what a duty answers is taken as a share of this.
LEAST_ANSWERED = 1e-6
#: Where there is no duty or place at all, the best of them is taken to weigh so little.
NOWHERE = 20.0

Totals = npt.NDArray[np.float64]
Signs = dict[str, Scores | Totals]
Listed = list[tuple[str, float]]


@dataclass(frozen=True)
class Ranking:
    """Record ids with scores between 0 and 1, best first, and how sure it is that any of them answers."""

    duties: Listed
    provisions: Listed
    silences: Listed
    changes: Listed
    commentary: Listed
    #: By how much the best silence is nearer than every duty and provision.
    silence_lead: float
    #: How near the point of questions that nothing here answers is.
    nothing: float
    #: The probability that the edition answers the question at all.
    confidence: float
    #: For each duty the probability that it answers beside the best one.
    beside: dict[str, float]
    #: For each record, what each sign added to its place.
    why: dict[str, dict[str, float]] = field(default_factory=dict)
    #: Passages of official text without a record, by number.
    official: list[tuple[int, float]] = field(default_factory=list)


def rank(library: Library, understood: Understood, edition: str, explain: bool = False) -> Ranking:
    """Everything of one edition ranked for a question; with `explain`, every sign's part in each place."""
    found = library.search(understood.typed, understood.meaning, understood.words)
    shelf = library.shelves[edition]
    learned = weights()
    duty, place = duty_signs(shelf, found, understood), place_signs(shelf, found)
    others: dict[str, Listed] = {"silence": [], "change": [], "commentary": []}
    points, fused = found.points.tolist(), found.fused.tolist()
    for number, kind, record in shelf.others:
        others[kind].append((record, (points if kind == "silence" else fused)[number]))
    answering = np.concatenate([shelf.duty_documents, shelf.provision_documents])
    of_duties, of_places = total(duty, learned["duty"]), total(place, learned["place"])
    beside = beside_signs(shelf, found, of_duties, of_places)
    signs = answer_signs(shelf, found, understood, of_duties, of_places)
    sure = sum((learned["answer"][name] * value for name, value in signs.items()), start=learned["answer"]["bias"])
    return Ranking(
        _listed(shelf.duties, _logistic(of_duties)),
        _listed(shelf.provisions, _logistic(of_places)),
        _sorted(others["silence"]),
        _sorted(others["change"]),
        _sorted(others["commentary"]),
        silence_lead=float(found.points[shelf.silences].max(initial=-1) - found.points[answering].max(initial=-1)),
        nothing=float(found.points[-1]),
        confidence=float(_logistic(np.array(sure))),
        beside=dict(zip(shelf.duties, _logistic(total(beside, learned["beside"])).tolist(), strict=True)),
        why=_parts(shelf.duties, duty, learned["duty"]) | _parts(shelf.provisions, place, learned["place"])
        if explain
        else {},
        official=found.official,
    )


def duty_signs(shelf: Shelf, found: Found, understood: Understood) -> Signs:
    """What speaks for each duty: its words and its provision's, what is asked of them, its clock, who is told."""
    place = place_signs(shelf, found)
    return {
        "own text": found.near.texts[shelf.duty_documents],
        "questions asked of it": found.asked[shelf.duty_documents],
        "words of those questions": found.asked_words[shelf.duty_documents],
        "learned point": found.points[shelf.duty_documents],
        "text of its place": place["own text"][shelf.parents],
        "questions asked of its place": place["questions asked of it"][shelf.parents],
        "learned point of its place": place["learned point"][shelf.parents],
        "has a clock, and one is asked for": shelf.has_clock * float(understood.asks_when),
        "has the length of time that is named": named_clocks(shelf, understood),
        "its clock counts from what the question counts from": _any_of(shelf, shelf.anchors, understood.counted_from)
        * float(understood.asks_when),
        "its clock counts from what is itself to be held": _any_of(shelf, shelf.anchors_once, understood.held)
        * float(understood.asks_when),
        "tells the one who is to be told": _any_of(shelf, shelf.recipients, understood.told),
        "borne by the one who is to be told": _any_of(shelf, shelf.bearers, understood.told),
        "lists many items": shelf.items,
        "stands in a flow chart": shelf.is_drawn,
        "its official text is quoted": place["its official text is quoted"][shelf.parents],
    }


def named_clocks(shelf: Shelf, understood: Understood) -> Scores:
    """1 for each duty with a clock of a length that the question names."""
    return _any_of(shelf, shelf.clocks, understood.durations)


def _any_of(shelf: Shelf, marked: dict[str, Scores], names: frozenset[str]) -> Scores:
    """1 for each duty that is marked under any of the names."""
    marks = np.zeros(len(shelf.duties), dtype=np.float32)
    for name in names:
        marks = np.maximum(marks, marked.get(name, marks))
    return marks


def place_signs(shelf: Shelf, found: Found) -> Signs:
    """What speaks for each provision: its words and its definitions', and what is asked of it and of its duties."""
    text = found.near.texts[shelf.provision_documents]
    np.maximum.at(text, shelf.stated_in, found.near.texts[shelf.definitions])
    asked = found.asked[shelf.provision_documents]
    np.maximum.at(asked, shelf.parents, found.asked[shelf.duty_documents])
    words = found.asked_words[shelf.provision_documents]
    np.maximum.at(words, shelf.parents, found.asked_words[shelf.duty_documents])
    points = found.points[shelf.provision_documents]
    np.maximum.at(points, shelf.parents, found.points[shelf.duty_documents])
    return {
        "own text": text,
        "questions asked of it": asked,
        "words of those questions": words,
        "learned point": points,
        "its official text is quoted": found.quoted[shelf.provision_documents],
    }


def beside_signs(shelf: Shelf, found: Found, duties: Totals, places: Totals) -> Signs:
    """What speaks for each duty being an answer beside the best; `duties` and `places` are what `total` gives."""
    of_place = np.full(len(shelf.provisions), -np.inf)
    np.maximum.at(of_place, shelf.parents, duties)
    asked, answers = found.asked[shelf.duty_documents], found.near.answers[shelf.duty_documents]
    return {
        "how far its place is behind the best place": places.max(initial=-NOWHERE) - places[shelf.parents],
        "how far it is behind the best of its place": of_place[shelf.parents] - duties,
        "how far questions asked of it are behind the nearest": asked.max(initial=0) - asked,
        "learned point of being among the answers": found.among[shelf.duty_documents],
        "answers like questions as often as the one that does most": answers
        / max(float(answers.max(initial=0)), LEAST_ANSWERED),
    }


def answer_signs(
    shelf: Shelf, found: Found, understood: Understood, duties: Totals, places: Totals
) -> dict[str, float]:
    """What speaks for the edition answering at all; `duties` and `places` are what `total` gives for each of them."""
    documents = np.concatenate([shelf.duty_documents, shelf.provision_documents])
    texts, near = found.near.texts[documents], np.maximum(found.near.texts, found.near.asked)
    best = np.argsort(-duties)[:BEST_DUTIES]
    return {
        "nearest texts": float(np.sort(texts)[-NEAR_TEXTS:].mean()),
        "nearest question asked": float(found.asked[documents].max(initial=0)),
        "nearest learned point": float(found.points[documents].max(initial=0)),
        "best duty": float(duties.max(initial=-NOWHERE)),
        "best place": float(places.max(initial=-NOWHERE)),
        "nearest silence": float(near[shelf.silences].max(initial=0)),
        "nearest learned point of a silence": float(found.points[shelf.silences].max(initial=0)),
        "nearest question that nothing answers": found.near.unanswered,
        "learned point of what nothing answers": float(found.points[-1]),
        "names a subject": float(understood.names_subject),
        "names a length of time": float(bool(understood.durations)),
        "a best duty has the length of time that is named": float(named_clocks(shelf, understood)[best].max(initial=0)),
    }


def total(signs: Signs, learned: dict[str, float]) -> Totals:
    """The weighed sum of the signs, whose logistic is the probability of being right."""
    terms = (learned[name] * values.astype(np.float64) for name, values in signs.items())
    return np.asarray(sum(terms, start=learned["bias"]))


@cache
def weights() -> dict[str, dict[str, float]]:
    """The learned weights: for each kind of thing its signs' weights and a `bias`."""
    learned: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return learned


def _logistic(totals: Totals) -> Totals:
    return np.asarray(1 / (1 + np.exp(-totals)))


def _listed(records: list[str], scores: npt.NDArray[np.float64]) -> Listed:
    order = np.argsort(-scores, kind="stable")
    return list(zip([records[number] for number in order.tolist()], scores[order].tolist(), strict=True))


def _sorted(listed: Listed) -> Listed:
    return sorted(listed, key=lambda one: (-one[1], one[0]))


def _parts(records: list[str], signs: Signs, learned: dict[str, float]) -> dict[str, dict[str, float]]:
    return {
        record: {name: round(learned[name] * float(values[number]), 3) for name, values in signs.items()}
        for number, record in enumerate(records)
    }
