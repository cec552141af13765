"""Ranks duties and passages for a question: search scores, lifted by what the graph knows of each duty."""

from dataclasses import dataclass

from service.library import Library, Scores
from service.understanding import Understood

#: How much of a duty's score comes from its provision, and of a provision's from its best duty.
FROM_PROVISION = 0.25
FROM_DUTY = 0.85
#: What a duty gains when it has a clock and a clock is asked for, and for each kind of term it shares with the question.
HAS_CLOCK = 0.08
SHARES_EVENT = 0.04
SHARES_BEARER = 0.03
#: What confidence is made of: the best cosine and the share of the question's words that the best text holds.
CONFIDENCE_MEANING = 0.6


@dataclass(frozen=True)
class Ranking:
    """Record ids with scores, best first, and how sure the best is."""

    duties: list[tuple[str, float]]
    provisions: list[tuple[str, float]]
    silences: list[tuple[str, float]]
    #: Between 0 and 1: whether anything here answers the question at all.
    confidence: float


def rank(library: Library, understood: Understood, edition: str) -> Ranking:
    """Everything of one edition ranked for a question."""
    scores = library.search(understood.meaning, understood.words)
    by_kind: dict[str, dict[str, float]] = {"provision": {}, "duty": {}, "definition": {}, "silence": {}}
    for number, document in enumerate(library.cards["documents"]):
        if document["edition"] == edition:
            by_kind[document["kind"]][document["record"]] = float(scores[number])
    provisions, duties = by_kind["provision"], by_kind["duty"]
    for record, score in by_kind["definition"].items():
        for stated_in in library.cards["definitions"][record]["stated_in"]:
            provisions[stated_in] = max(provisions[stated_in], score)
    lifted = {
        duty: (1 - FROM_PROVISION) * score
        + FROM_PROVISION * provisions[_provision(duty)]
        + _lift(library.cards["duties"][duty], understood)
        for duty, score in duties.items()
    }
    for duty, score in duties.items():
        provision = _provision(duty)
        provisions[provision] = max(provisions[provision], FROM_DUTY * score)
    return Ranking(
        _best_first(lifted), _best_first(provisions), _best_first(by_kind["silence"]), _confidence(library, understood, scores)
    )


def _provision(duty: str) -> str:
    return duty.rpartition("/")[0]


def _lift(card: dict[str, object], understood: Understood) -> float:
    lift = HAS_CLOCK if understood.asks_when and card["time_limits"] else 0.0
    named = {term: True for term in understood.terms}
    events = _ids([card["trigger"], *(one for limit in card["time_limits"] for one in limit["anchors"])])  # type: ignore[attr-defined]
    bearers = _ids(card["bearers"])
    lift += SHARES_EVENT if events & named.keys() else 0.0
    lift += SHARES_BEARER if bearers & named.keys() else 0.0
    return lift


def _ids(references: object) -> set[str]:
    return {one["id"].rpartition("/")[2] for one in references if one}  # type: ignore[attr-defined]


def _best_first(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _confidence(library: Library, understood: Understood, scores: Scores) -> float:
    if not len(scores):
        return 0.0
    best = int(scores.argmax())
    cosine = float(library.vectors.scores(library.encoder.encode([understood.meaning]), 1).max(initial=0))
    coverage = library.words.coverage(understood.meaning, best)
    return CONFIDENCE_MEANING * cosine + (1 - CONFIDENCE_MEANING) * coverage
