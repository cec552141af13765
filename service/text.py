"""Answers and query results as plain text for a terminal."""

import json
from collections.abc import Iterator

from corpus.wording import MODALS
from service.answer import Answer, DutyCard, Place

DISCLAIMER = "Our summary of guidance for England; read the paragraph. Not legal advice."
INFERRED = "not named in this sentence; clear from the text around it"
DANGER = "If a child is in danger now, call 999."


def answer_text(answer: Answer, role: str | None = None) -> str:
    """An answer with every condition, exception and citation of its cards; with a role, whose each duty is."""
    return "\n".join(_answer_lines(answer, role)) + "\n"


def _answer_lines(answer: Answer, role: str | None) -> Iterator[str]:
    yield DANGER
    for notice in answer.notices:
        yield f"Note: {notice}"
    yield ""
    if answer.message:
        yield answer.message
    for number, duty in enumerate(answer.duties, 1):
        yield from _duty_lines(number, duty, role)
    for silence in answer.silences:
        yield f"\nNot settled by the guidance: {silence.question}\n   {silence.note}"
        for near in silence.near:
            yield f"   Nearby: {near.heading}, {place_text(near)}"
    if answer.passages:
        yield "\nPassages"
    for passage in answer.passages:
        yield f"\n - {passage.heading} ({place_text(passage)})\n   {passage.text}"
    yield f"\n{DISCLAIMER}"


def _duty_lines(number: int, duty: DutyCard, role: str | None) -> Iterator[str]:
    yield f"\n{number}. {bearers_text(duty)} {modality_text(duty)}: {duty.action}"
    for part in duty.parts:
        yield f"     - {part}"
    facts = {
        "Yours?": reach_text(duty) if role else "",
        "Who": INFERRED if duty.bearer_basis == "inferred" else "",
        "By when": "; ".join(f"{limit.text} (set by {limit.set_by})" for limit in duty.time_limits),
        "Started by": duty.trigger.label if duty.trigger else "",
        "If": duty.condition,
        "Unless": duty.exception,
        "Only if": duty.only_if,
        "If missed": duty.if_missed,
        "To": ", ".join(one.label for one in duty.recipients),
        "Law": "; ".join(one.label for one in duty.legal_basis),
        "Says so": f"{duty.provision.heading}, {place_text(duty.provision)}",
        "Also in": "; ".join(place_text(place) for place in duty.also_in),
        "Certainty": "" if duty.certainty == "primary" else duty.certainty,
    }
    for name, fact in facts.items():
        if fact:
            yield f"     {name}: {fact}"
    for conflict in duty.conflicts:
        places = "; ".join(place_text(place) for place in conflict.places)
        yield f"     Two places pull two ways: {conflict.differs} ({places})"


def bearers_text(duty: DutyCard) -> str:
    """Who bears it."""
    if not duty.bearers:
        return "(the text does not say who)"
    link = " or " if duty.bearer_mode == "any-one" else " and "
    names = link.join(one.label for one in duty.bearers)
    mode = " jointly" if duty.bearer_mode == "jointly" and len(duty.bearers) > 1 else ""
    return f"{names[:1].upper()}{names[1:]}{mode}"


def reach_text(duty: DutyCard) -> str:
    """How it reaches the role that was asked for."""
    if duty.reach == "conditional":
        return f"yes, when this holds: {duty.reach_condition}"
    return {"you": "yes", "organisation": "through your organisation or group"}.get(
        duty.reach or "", "no, somebody else's"
    )


def modality_text(duty: DutyCard) -> str:
    """The modality as the text has it, with what imposes it."""
    if duty.modality == "none-stated":
        return f"(no must or should; the text: {duty.modality_wording})"
    note = ""
    if duty.modality == "must" and duty.force == "guidance":
        note = ", legal source not given"
    wording = "" if duty.modality_wording == MODALS[duty.modality] else f"; the text: {duty.modality_wording}"
    return f"{MODALS[duty.modality].upper()} ({duty.force}{note}{wording})"


def place_text(place: Place) -> str:
    """ "paragraph 153, page 58"."""
    pages = f"page{'s' if len(place.pages) > 1 else ''} {', '.join(map(str, place.pages))}"
    return f"paragraph {place.paragraphs[0]}, {pages}" if place.paragraphs else pages


def results_table(results: bytes) -> str:
    """SPARQL JSON results as a table of aligned columns."""
    content = json.loads(results)
    if "boolean" in content:
        return f"{str(content['boolean']).lower()}\n"
    names = content["head"]["vars"]
    rows = [[binding.get(name, {}).get("value", "") for name in names] for binding in content["results"]["bindings"]]
    widths = [max([len(name), *(len(row[column]) for row in rows)]) for column, name in enumerate(names)]
    lines = [names, ["-" * width for width in widths], *rows]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )
