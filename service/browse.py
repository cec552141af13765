"""Ways through the content without a question: roles, topics, editions, the glossary."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from service.answer import DutyCard, Passage, duty_card
from service.duties import FIRMEST
from service.reach import BEARERS, reaching

#: The bearers that stand for everybody; what reaches a role through them comes last.
EVERYONE = ("practitioner", "organisation-working-with-children", "anyone-with-concerns", "involved-practitioner")

#: A list of more duties than these is parted by topic, with so many of each shown.
FEW, SHOWN_EACH = 12, 2

#: Words that acronyms leave out.
SMALL_WORDS = frozenset({"a", "and", "for", "in", "of", "the", "to"})

Cards = dict[str, Any]


@dataclass(frozen=True)
class Term:
    """A term of the vocabulary with how much there is about it."""

    id: str
    iri: str
    kind: str
    label: str
    definition: str
    other_names: list[str]
    duties: int


@dataclass(frozen=True)
class TopicPart:
    """Some of many duties: those under one topic, of which the firmest are shown."""

    topic: Term
    first: list[DutyCard]


@dataclass(frozen=True)
class Reaching:
    """The duties that reach a role by way of one bearer, and why they do."""

    bearer: Term
    why: str
    #: Under which condition they do; it is shown, never inferred over.
    condition: str | None
    total: int
    #: All of them where they are few; else they stand in parts, each under one at least.
    duties: list[DutyCard]
    parts: list[TopicPart]


def term_of(cards: Cards, name: str, duties: int = 0) -> Term:
    """A term by its identifier."""
    term = cards["terms"][name]
    names = [*term["acronyms"], *term["synonyms"]]
    return Term(name, term["id"], term["kind"], term["label"], term["definition"], names, duties)


def role_names(cards: Cards) -> list[str]:
    """The labels of everyone who can bear a duty, for a field that offers them."""
    return sorted(term["label"] for term in cards["terms"].values() if term["kind"] in BEARERS)


def bearers(cards: Cards, edition: str) -> dict[str, list[Term]]:
    """Every role, agency and group by kind, with how many duties of an edition each bears by its own name."""
    borne = Counter(_local(one["id"]) for card in _duties(cards, edition) for one in card["bearers"])
    found = [term_of(cards, name, borne[name]) for name, term in cards["terms"].items() if term["kind"] in BEARERS]
    found.sort(key=lambda term: term.label.lower())
    return {kind: [term for term in found if term.kind == kind] for kind in ("role", "agency", "group")}


def reach_of(cards: Cards, role: str, edition: str) -> dict[str, list[Reaching]]:
    """What applies to a role, in three lists (you, your organisation, everyone), each by bearer with the reason."""
    terms = cards["terms"]
    reach = reaching(role, terms)
    borne: dict[str, list[Cards]] = {}
    for card in _duties(cards, edition):
        for bearer in {_local(one["id"]) for one in card["bearers"]} & reach.keys():
            borne.setdefault(bearer, []).append(card)
    lists: dict[str, list[Reaching]] = {"you": [], "organisation": [], "everyone": []}
    for bearer, found in borne.items():
        how, condition = reach[bearer]
        label = terms[bearer]["label"]
        why = "by name" if bearer == role else f"through: {label}" if how == "organisation" else f"as one of: {label}"
        where = (
            "everyone" if bearer in EVERYONE and bearer != role else "organisation" if how == "organisation" else "you"
        )
        many = len(found) > FEW
        duties = [] if many else [duty_card(card) for card in found]
        parts = topic_parts(cards, found) if many else []
        lists[where].append(Reaching(term_of(cards, bearer, len(found)), why, condition, len(found), duties, parts))
    for listed in lists.values():
        listed.sort(key=lambda one: (one.why != "by name", one.condition is not None, one.total, one.bearer.label))
    return lists


def topic_parts(cards: Cards, duties: list[Cards]) -> list[TopicPart]:
    """The fewest topics, the largest first, under which all the duties stand; no duty is shown under two of them."""
    under: dict[str, list[Cards]] = {}
    for duty in sorted(duties, key=lambda duty: (FIRMEST.index(duty["modality"]), not duty["time_limits"])):
        for topic in _topics(cards, duty):
            under.setdefault(topic, []).append(duty)
    parts: list[TopicPart] = []
    covered: set[str] = set()
    for topic, found in sorted(under.items(), key=lambda one: (-len(one[1]), one[0])):
        new = [duty for duty in found if duty["id"] not in covered]
        if new:
            shown = [duty_card(duty) for duty in new[:SHOWN_EACH]]
            parts.append(TopicPart(term_of(cards, topic, len(found)), shown))
            covered |= {duty["id"] for duty in new}
    return parts


def topics(cards: Cards, edition: str) -> list[Term]:
    """Every topic with how many duties of an edition stand under it."""
    under = Counter(topic for card in _duties(cards, edition) for topic in _topics(cards, card))
    found = [term_of(cards, name, under[name]) for name, term in cards["terms"].items() if term["kind"] == "topic"]
    return sorted(found, key=lambda term: term.label.lower())


def topic_content(cards: Cards, topic: str, edition: str) -> tuple[list[DutyCard], list[Passage]]:
    """The duties and the passages of an edition that stand under a topic, in the order of the text."""
    duties = [duty_card(card) for card in _duties(cards, edition) if topic in _topics(cards, card)]
    return duties, [passage_of(card) for card in _provisions(cards, edition) if topic in card["topics"]]


def contents(cards: Cards, edition: str) -> list[tuple[str, list[Passage]]]:
    """The provisions of an edition by chapter, in the order of the text."""
    chapters: dict[str, list[Passage]] = {}
    for card in _provisions(cards, edition):
        chapters.setdefault(card["heading_path"][0], []).append(passage_of(card))
    return list(chapters.items())


def acronyms(cards: Cards) -> list[tuple[str, str | None, Term]]:
    """Every acronym with the words whose letters it has, where we hold them, and the term that it leads to."""
    found: dict[str, list[tuple[str, str | None, Term]]] = {}
    for name, term in cards["terms"].items():
        for acronym in term["acronyms"]:
            phrases = (term["label"], *term["synonyms"])
            words = next((phrase for phrase in phrases if _spells(phrase, acronym)), None)
            found.setdefault(acronym.lower(), []).append((acronym, words, term_of(cards, name)))
    # Of several terms that one whose own words they are; somebody or a topic rather than an event.
    best = (min(several, key=lambda one: (one[1] is None, one[2].kind == "event")) for several in found.values())
    return sorted(best, key=lambda one: one[0].lower())


def _spells(phrase: str, acronym: str) -> bool:
    """Whether an acronym is made of the first letters of a phrase, small words and a last word left out or not."""
    for words in (phrase.split(), phrase.replace("-", " ").split()):
        for kept in (words, [word for word in words if word not in SMALL_WORDS]):
            letters = [word if word.isdigit() else word[0] for word in kept]
            if acronym.lower() in ("".join(letters).lower(), "".join(letters[:-1]).lower()):
                return True
    return False


def definitions(cards: Cards, edition: str) -> list[tuple[Cards, list[Passage]]]:
    """What an edition says its terms mean, by term, with the places that say it."""
    found = [card for card in cards["definitions"].values() if card["edition"] == edition]
    found.sort(key=lambda card: str(card["term"]).lower())
    return [(card, [passage_of(cards["provisions"][one]) for one in card["stated_in"]]) for card in found]


def passage_of(card: Cards) -> Passage:
    """A provision as it is shown."""
    shown = {name: value for name, value in card.items() if name in Passage.model_fields}
    return Passage.model_validate({**shown, "score": 0.0})


def _provisions(cards: Cards, edition: str) -> list[Cards]:
    """An edition's provisions in the order of its pages; where a page is not known, in that of the records."""
    found = [card for card in cards["provisions"].values() if card["edition"] == edition]
    return sorted(found, key=lambda card: card["pages"][:1] or [0])


def _duties(cards: Cards, edition: str) -> list[Cards]:
    return [card for card in cards["duties"].values() if card["provision"]["edition"] == edition]


def _topics(cards: Cards, duty: Cards) -> list[str]:
    found: list[str] = cards["provisions"][duty["provision"]["id"].partition("/provision/")[2]]["topics"]
    return found


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]
