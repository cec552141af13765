"""Records of a build put into the words and tables of a document, each with the place that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ontology.errors import InputError
from ontology.record_files import did_you_mean
from service.answer import DutyCard, Place
from service.catalogue import Catalogue
from service.editions import choose_edition
from service.materials.document import Block, Brand, Heading, Line, Lines, Points, Stamp
from service.text import bearers_text, conflict_text, date_text, modality_text, place_text, reach_text

STATUSES = {
    "in-force": "in force",
    "superseded": "superseded",
    "consultation-draft": "a consultation draft, never in force",
    "known-not-held": "its text is not held here",
}


@dataclass(frozen=True)
class Wish:
    """What somebody wants in a document besides its content."""

    made: date
    brand: Brand
    edition: str | None = None


def held_edition(catalogue: Catalogue, wanted: str | None) -> str:
    """The edition asked for, or the newest held; raises InputError where its text is not held."""
    held = choose_edition(catalogue.cards, wanted).edition
    if held is None:
        raise InputError(f"The text of {wanted} is not in this build, so nothing can be made from it.")
    return held


def find_topic(written: str, catalogue: Catalogue) -> str:
    """The id of a topic meant by an id, label, synonym or acronym; raises InputError."""
    terms = {name: term for name, term in catalogue.cards["terms"].items() if term["kind"] == "topic"}
    names: dict[str, str] = {}
    for name, term in terms.items():
        names |= {one.lower(): name for one in (*term["synonyms"], *term["acronyms"])}
    names |= {term["label"].lower(): name for name, term in terms.items()} | {name: name for name in terms}
    wanted = written.strip().lower()
    if wanted not in names:
        cure = did_you_mean(wanted, names) or "write for instance early help, information sharing or child protection"
        raise InputError(f"There is no topic '{written.strip()[:60]}' here; {cure}")
    return names[wanted]


def label_of(catalogue: Catalogue, term: str) -> str:
    """The label of a term."""
    return str(catalogue.cards["terms"][term]["label"])


def capital(text: str) -> str:
    """The text with its first letter large."""
    return f"{text[:1].upper()}{text[1:]}"


def short_title(catalogue: Catalogue, edition: str) -> str:
    """ "Working Together 2023" """
    title: str = catalogue.cards["editions"].get(edition, {}).get("title", edition)
    return title.replace(" to Safeguard Children", "")


def stamp_of(catalogue: Catalogue, edition: str, wish: Wish) -> Stamp:
    """What a document made from an edition says of itself."""
    card = catalogue.cards["editions"][edition]
    return Stamp(
        edition=short_title(catalogue, edition),
        status=STATUSES[card["status"]],
        notices=tuple(card["notices"]),
        made=date_text(wish.made.isoformat()),
        build=catalogue.build_id,
        brand=wish.brand,
    )


def citation(catalogue: Catalogue, place: Place) -> str:
    """Where it says so, on one line: "Working Together 2023, paragraph 155, page 59 (Timeliness)"."""
    return f"{short_title(catalogue, place.edition)}, {place_text(place)} ({place.heading})"


def place_of_record(catalogue: Catalogue, provision: str) -> Place:
    """The place of a provision by its identifier."""
    card = catalogue.cards["provisions"][provision]
    return Place.model_validate({name: card[name] for name in Place.model_fields})


def topics_of(catalogue: Catalogue, duty: DutyCard) -> list[str]:
    """The topics of the provision that states a duty, the first of them the chief one."""
    topics: list[str] = catalogue.cards["provisions"][duty.provision.id.partition("/provision/")[2]]["topics"]
    return topics


def is_binding(duty: DutyCard) -> bool:
    """Whether somebody must or should do it, or must or should not."""
    return duty.modality in ("must", "must-not", "should", "should-not")


def limits_text(duty: DutyCard) -> str:
    """By when, with what sets it."""
    return "; ".join(f"{limit.text} (set by {limit.set_by})" for limit in duty.time_limits) or "no time limit"


#: Said of a bearer whom the sentence itself does not name.
UNNAMED = "clear from the text around, not named in this sentence"


def conditions(duty: DutyCard) -> list[str]:
    """Everything on which a duty depends; no file shows the duty without it."""
    facts = {"If": duty.condition, "Unless": duty.exception, "Only if": duty.only_if}
    return [f"{name}: {fact}" for name, fact in facts.items() if fact]


def qualifications(duty: DutyCard, whole: bool = False) -> list[str]:
    """Every condition, exception and uncertainty of a duty; a conflict by its name alone, or as a whole."""
    facts = {
        "If missed": duty.if_missed,
        "Who": UNNAMED if duty.bearer_basis == "inferred" else None,
        "Certainty": None if duty.certainty == "primary" else f"{duty.certainty}; {'; '.join(duty.evidence)}",
        "Holds until": date_text(duty.valid_until),
    }
    conflicts = [
        f"{conflict_text(one)}: {one.differs} ({'; '.join(map(place_text, one.places))})"
        if whole
        else f"{conflict_text(one)}: {one.label}"
        for one in duty.conflicts
    ]
    return [*conditions(duty), *(f"{name}: {fact}" for name, fact in facts.items() if fact), *conflicts]


def sentence(duty: DutyCard, whole: bool = False) -> str:
    """A duty on one line, with everything that qualifies it and without its place."""
    by_when = f" By when: {limits_text(duty)}." if duty.time_limits else ""
    parts = f" ({'; '.join(duty.parts)})" if duty.parts else ""
    qualified = "".join(f" {one.rstrip('.')}." for one in qualifications(duty, whole))
    return f"{bearers_text(duty)} {modality_text(duty)}: {duty.action}{parts}.{by_when}{qualified}"


#: The columns of a table of duties, in the one reading order of the house.
DUTY_COLUMNS = ("Who and how firmly", "What", "By when", "Where it says so")
DUTY_WIDTHS = (21, 44, 17, 18)


def duty_row(duty: DutyCard, with_reach: bool = False) -> tuple[Lines, ...]:
    """A duty as a row under `DUTY_COLUMNS`; with its reach, how it is the role's where it is not plainly its own."""
    yours = [Line(f"Yours? {capital(reach_text(duty))}.")] if with_reach and duty.reach != "you" else []
    what = [Line(duty.action), *(Line(f"- {part}") for part in duty.parts), *map(Line, qualifications(duty)), *yours]
    where = [
        Line(place_text(duty.provision), duty.provision.url),
        Line(duty.provision.heading),
        *(Line(f"also {place_text(place)}", place.url) for place in duty.also_in),
    ]
    return (
        (Line(bearers_text(duty)), Line(modality_text(duty), strong=True)),
        tuple(what),
        (Line(limits_text(duty), strong=bool(duty.time_limits)),),
        tuple(where),
    )


def conflict_blocks(duties: Iterable[DutyCard]) -> list[Block]:
    """Every conflict that the duties name, told once and as a whole."""
    conflicts = {one.id: one for duty in duties for one in duty.conflicts}
    if not conflicts:
        return []
    items = tuple(
        (
            Line(f"{conflict_text(one)}: {one.label}", strong=True),
            Line(one.differs),
            *(Line(f"{place.heading}, {place_text(place)}", place.url) for place in one.places),
        )
        for one in sorted(conflicts.values(), key=lambda one: one.label.lower())
    )
    return [Heading("Where places pull two ways"), Points(items)]


def special_notices(cards: dict[str, Any], edition: str, topics: set[str]) -> list[str]:
    """What is to be said where certain topics come up."""
    return [
        one["text"]
        for one in cards["editions"][edition]["special_notices"]
        if topics & set(one["topics"]) and not (one["since"] or one["until"])
    ]
