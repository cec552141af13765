"""Ranks duties and passages for a question: search scores, lifted by what the graph knows of each duty."""

from dataclasses import dataclass
from statistics import fmean

from indexer.words import content_words
from service.library import DutyFacts, Library, Scores
from service.understanding import Understood

#: How much of a duty's score comes from its provision, and of a provision's from its best duty.
FROM_PROVISION = 0.45
FROM_DUTY = 0.85
#: What a duty gains: it has a clock and a clock is asked for; it does what the question names; its clock counts from
#: what the question says comes first; its bearer is named.
HAS_CLOCK = 0.08
ACTS_ON = 0.08
COUNTS_FROM = 0.06
SHARES_BEARER = 0.03
#: What it gains when it tells the one whom the question wants told, and loses when that one bears it.
TELLS = 0.12
#: Confidence is the mean cosine of so many of the best texts. A question of few words loses by each that none of them
#: holds: in a long one, told in a person's own words, a missing word says little. One that names an event, a topic, a
#: group or a section of the vocabulary gains.
CONFIDENCE_TEXTS = 5
FEW_WORDS = 4
UNCOVERED = 0.45
NAMES_SUBJECT = 0.1


@dataclass(frozen=True)
class Ranking:
    """Record ids with scores, best first, and how sure the best is."""

    duties: list[tuple[str, float]]
    provisions: list[tuple[str, float]]
    silences: list[tuple[str, float]]
    changes: list[tuple[str, float]]
    commentary: list[tuple[str, float]]
    #: The cosine of the best silence, and by how much it is above that of everything that is no silence.
    silence_cosine: float
    silence_lead: float
    #: Between 0 and 1: whether anything here answers the question at all.
    confidence: float


def rank(library: Library, understood: Understood, edition: str) -> Ranking:
    """Everything of one edition ranked for a question."""
    scores, cosines = library.search(understood.meaning, understood.words)
    by_kind: dict[str, dict[str, float]] = {
        "provision": {},
        "duty": {},
        "definition": {},
        "silence": {},
        "change": {},
        "commentary": {},
    }
    nearest = dict.fromkeys(by_kind, 0.0)
    # Plain lists: reading an array one number at a time costs several times as much.
    for document, score, cosine in zip(library.cards["documents"], scores.tolist(), cosines.tolist(), strict=True):
        if document["edition"] == edition:
            kind = document["kind"]
            by_kind[kind][document["record"]] = score
            nearest[kind] = max(nearest[kind], cosine)
    silence = nearest.pop("silence")
    provisions, duties = by_kind["provision"], by_kind["duty"]
    for record, score in by_kind["definition"].items():
        for stated_in in library.cards["definitions"][record]["stated_in"]:
            provisions[stated_in] = max(provisions[stated_in], score)
    facts = library.duties
    lifted = {
        duty: (1 - FROM_PROVISION) * score
        + FROM_PROVISION * provisions[facts[duty].provision]
        + _lift(facts[duty], understood)
        for duty, score in duties.items()
    }
    for duty, score in duties.items():
        provision = facts[duty].provision
        provisions[provision] = max(provisions[provision], FROM_DUTY * score)
    return Ranking(
        _best_first(lifted),
        _best_first(provisions),
        _best_first(by_kind["silence"]),
        _best_first(by_kind["change"]),
        _best_first(by_kind["commentary"]),
        silence,
        silence - max(nearest.values()),
        _confidence(library, understood, scores, cosines),
    )


def _lift(duty: DutyFacts, understood: Understood) -> float:
    lift = HAS_CLOCK if understood.asks_when and duty.has_clock else 0.0
    if understood.terms:
        lift += ACTS_ON if (understood.terms - understood.after) & duty.acts_on else 0.0
        lift += COUNTS_FROM if understood.after & duty.anchors else 0.0
        lift += SHARES_BEARER if (understood.terms - understood.told) & duty.bearers else 0.0
        lift += TELLS if understood.told & duty.recipients else 0.0
        lift -= TELLS if understood.told & duty.bearers else 0.0
    return lift


def _best_first(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _confidence(library: Library, understood: Understood, scores: Scores, cosines: Scores) -> float:
    confidence = fmean(sorted(cosines.tolist(), reverse=True)[:CONFIDENCE_TEXTS])
    confidence += NAMES_SUBJECT * understood.names_subject
    if len(content_words(understood.meaning)) <= FEW_WORDS:
        best = scores.argsort()[::-1][:CONFIDENCE_TEXTS]
        covered = max(
            (library.words.coverage(understood.meaning, int(number), understood.foreign) for number in best),
            default=0.0,
        )
        confidence -= UNCOVERED * (1 - covered)
    return confidence
