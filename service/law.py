"""What a section of an Act is, the duties that rest on it and where the guidance cites it."""

import re
from collections import Counter
from typing import Any, Literal

from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import DutyCard, Place, Reference, Shown, duty_card, place_of
from service.catalogue import Catalogue
from service.editions import choose_edition

PARTS = {
    "s": "section", "ss": "section", "sec": "section", "sect": "section", "section": "section", "sections": "section",
    "reg": "regulation", "regs": "regulation", "regulation": "regulation", "regulations": "regulation",
    "art": "article", "article": "article", "arts": "article", "articles": "article",
    "sch": "schedule", "schedule": "schedule", "pt": "part", "part": "part",
}  # fmt: skip
CITATION = re.compile(
    r"\b(sections?|sect?|ss?|regulations?|regs?|articles?|arts?|schedule|sch|part|pt)\.?\s*"
    r"(\d+[A-Za-z]{0,3})((?:\s*\([0-9A-Za-z]{1,4}\))*)",
    re.IGNORECASE,
)
#: A bare number as people write it after the name of an Act: "CA 2004 16F".
BARE = re.compile(r"\b(\d{1,3}[A-Za-z]{0,3})((?:\s*\([0-9A-Za-z]{1,4}\))*)\s*$")
SMALL_WORDS = frozenset({"of", "the", "and", "a", "in", "under", "etc", "act", "regulations"})


class LawSection(Shown):
    """A section of an Act or instrument, or the whole of one."""

    id: str
    #: Its identifier here, for instance ca2004/s16F.
    key: str
    #: The address at legislation.gov.uk; null where no source at hand gives it.
    official: str | None
    act: str
    label: str | None
    title: str | None
    gist: str | None
    binds: list[Reference]
    in_force_from: str | None
    commencement: str | None
    #: primary: the gist rests on the Act's own words; secondary: on what the guidance says of it.
    certainty: Literal["primary", "secondary", "unverified"]
    duties: list[DutyCard]
    cited_by: list[Place]


class LawAnswer(Shown):
    """The sections that a citation can mean, the likeliest first."""

    citation: str
    notices: list[str]
    sections: list[LawSection]


class Law:
    """The law of one build, found by citation."""

    def __init__(self, library: Catalogue) -> None:
        self._cards = library.cards
        # What rests on a section is told from the edition that answers, lest an older one's duties pass for today's.
        edition = choose_edition(library.cards, None).edition
        self._law: dict[str, Any] = {
            one: {
                **card,
                "duties": [duty for duty in card["duties"] if duty.startswith(f"{edition}/")],
                "cited_by": [place for place in card["cited_by"] if place.startswith(f"{edition}/")],
            }
            for one, card in library.cards["law"].items()
        }
        self._acts = {one: card for one, card in self._law.items() if card["label"] is None}
        self._names: dict[str, list[str]] = {}
        for act, card in self._acts.items():
            for name in sorted(_names_of(card)):
                self._names.setdefault(name, []).append(act)

    def acts(self) -> list[tuple[LawSection, list[LawSection]]]:
        """Every Act with its sections, in the order of the records."""
        return [(self._section(act), [self._section(one) for one in self._whole([act])[1:]]) for act in self._acts]

    def by_id(self, section: str) -> LawAnswer | None:
        """A section by its identifier here; None where there is none."""
        if section not in self._law:
            return None
        found = self._section(section)
        return LawAnswer(citation=", ".join(filter(None, (found.act, found.label))), notices=[], sections=[found])

    def find(self, citation: str) -> LawAnswer:
        """The sections that a citation means, in any form that people type; raises InputError where there is none."""
        text = " ".join(citation.split())
        if not text:
            raise InputError("Give a section and its Act, for instance: Children Act 2004 s.16F.")
        kind, number, parts, rest = _take_apart(text)
        acts = self._acts_named(rest, text) if rest else list(self._acts)
        if number is None:
            notices = [] if len(acts) == 1 else ["More than one Act can be meant; give its year to choose."]
            return LawAnswer(citation=text, notices=notices, sections=[self._section(one) for one in self._whole(acts)])
        notices = []
        found = self._numbered(acts, kind, number, parts)
        if not found and parts:
            found = self._numbered(acts, kind, number, "")
            label = f"{kind} {number}"
            notices = [f"{label}{parts} has no record of its own here; this is {label}."] if found else []
        if not found:
            raise InputError(self._no_such_section(acts, rest, kind, number, parts))
        if len({self._law[one]["act"] for one in found}) > 1:
            notices.append("More than one Act has such a section here; name the Act to choose.")
        weight: Counter[str] = Counter()
        for one in found:
            weight[self._law[one]["act"]] += len(self._law[one]["duties"]) + len(self._law[one]["cited_by"])
        found.sort(key=lambda one: -weight[self._law[one]["act"]])
        return LawAnswer(citation=text, notices=notices, sections=[self._section(one) for one in found])

    def _whole(self, acts: list[str]) -> list[str]:
        """Each Act and its sections."""
        return [one for act in acts for one, card in self._law.items() if card["act"] == act]

    def _numbered(self, acts: list[str], kind: str, number: str, parts: str) -> list[str]:
        """The section with its subsections after it."""
        wanted = f"{kind} {number}{parts}".lower()
        labels = {one: (card["label"] or "").lower() for one, card in self._law.items() if card["act"] in acts}
        exact = [one for one, label in labels.items() if label == wanted]
        return exact + [one for one, label in labels.items() if label.startswith(f"{wanted}(")]

    def _acts_named(self, rest: str, whole: str) -> list[str]:
        name = _fold(rest)
        if name in self._names:
            return self._names[name]
        words = set(name.split()) - SMALL_WORDS
        like = [act for act, card in self._acts.items() if words and words <= set(_fold(card["act_title"]).split())]
        if like:
            return like
        cure = did_you_mean(name, self._names) or "write for instance Children Act 1989"
        raise InputError(f"There is no Act '{rest[:60]}' here (in '{whole[:80]}'); {cure}")

    def _no_such_section(self, acts: list[str], rest: str, kind: str, number: str, parts: str) -> str:
        act = self._acts[acts[0]]["act_title"] if rest and len(acts) == 1 else "the Acts held here"
        labels = [card["label"] for card in self._law.values() if card["act"] in acts and card["label"]]
        cure = did_you_mean(f"{kind} {number}{parts}", labels) or "the guidance does not cite it"
        return f"{act} has no {kind} {number}{parts} among the sections held here; {cure}"

    def _section(self, one: str) -> LawSection:
        card = self._law[one]
        return LawSection(
            id=card["id"],
            key=one,
            official=card["official"],
            act=card["act_title"],
            label=card["label"],
            title=card["title"],
            gist=card["gist"],
            binds=card["binds"],
            in_force_from=card["in_force_from"],
            commencement=card["commencement"],
            certainty=card["certainty"],
            duties=[duty_card(self._cards["duties"][duty]) for duty in card["duties"]],
            cited_by=[place_of(self._cards["provisions"][place]) for place in card["cited_by"]],
        )


def _take_apart(text: str) -> tuple[str, str | None, str, str]:
    """The kind of part, its number, its subsections, and what is left, which names the Act."""
    found = CITATION.search(text)
    if found:
        kind, rest = PARTS[found[1].lower()], f"{text[: found.start()]} {text[found.end() :]}"
        number, parts = found[2], found[3]
    elif (bare := BARE.search(text)) and not re.fullmatch(r"(?:19|20)\d\d", bare[1]):
        kind, rest, number, parts = "section", text[: bare.start()], bare[1], bare[2]
    else:
        return "", None, "", text
    rest = re.sub(r"\b(?:of|the|under)\b|[,;]", " ", rest, flags=re.IGNORECASE)
    return kind, number.upper(), re.sub(r"\s", "", parts).lower(), " ".join(rest.split())


def _names_of(card: dict[str, Any]) -> set[str]:
    """Every way to write an Act's name: title, short forms, initials with the year in full or in two digits."""
    title, year = str(card["act_title"]), str(card["year"] or "")
    names = {title, title.removesuffix(year).strip(), *card["act_synonyms"]}
    words = re.findall(r"[A-Za-z']+", title.removesuffix(year))
    initials = "".join(word[0] for word in words if word.lower() not in {"of", "the", "and"} and word[0].isupper())
    if year and len(initials) > 1:
        names |= {f"{initials} {year}", f"{initials}{year}", f"{initials}{year[2:]}", f"{initials} {year[2:]}"}
    return {_fold(name) for name in names}


def _fold(text: str) -> str:
    plain = re.sub(r"[^a-z0-9 ]", "", text.lower().replace("-", " "))
    return " ".join("regulations" if word in ("reg", "regs") else word for word in plain.split())
