"""Answers and query results as plain text for a terminal."""

import json
import re
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from corpus import documents
from corpus.documents import Document
from corpus.wording import MODALS, MONTHS
from service.answer import Answer, ChangeCard, Conflict, DutyCard, InNewer, Passage, Place, newer_word
from service.changes import Changes
from service.comparisons import TextComparison, TextPlace, group_name, rank
from service.deadlines import Deadline, Deadlines
from service.law import LawAnswer
from service.spreadsheets import csv_text

if TYPE_CHECKING:  # what compares is slow to import, and no answer needs it
    from corpus.comparing import Compared, Comparison

DISCLAIMER = "Our summary of guidance for England; read the paragraph. Not legal advice."
INFERRED = "not named in this sentence; clear from the text around it"
#: So many characters of a passage tell which it is.
BEGINNING = 100
DANGER = "If a child is in danger now, call 999."
ISO_DATE = re.compile(r"\b\d{4}-(0[1-9]|1[0-2])-\d\d\b")


def document_text(document: Document) -> str:
    """What a document is, and the beginning of each passage under its headings."""
    return "\n".join(_document_lines(document)) + "\n"


def _document_lines(document: Document) -> Iterator[str]:
    yield f"{document.title} ({document.publisher}, {document.published})"
    about = f"; about {document.edition}" if document.edition else ""
    yield f"{document.kind}{about}; {document.licence or 'licence not given'}"
    yield f"from {document.source}, sha256 {document.sha256}"
    heading: tuple[str, ...] = ()
    for passage in document.passages:
        if passage.heading != heading:
            heading = passage.heading
            yield f"\n{' > '.join(heading)}"
        number = f" {passage.number}" if passage.number else ""
        pages = f", page {', '.join(map(str, passage.pages))}" if passage.pages else ""
        yield f"  [{passage.kind}{number}{pages}] {textwrap.shorten(passage.text, BEGINNING, placeholder=' ...')}"


def comparison_text(comparison: "Comparison") -> str:
    """What became of each passage that did not stay as it was, what tells most first."""
    return "\n".join(_comparison_lines(comparison)) + "\n"


def _comparison_lines(comparison: "Comparison") -> Iterator[str]:
    counts = ", ".join(f"{count} {state}" for state, count in comparison.counts.items())
    yield f"{comparison.older} and {comparison.newer}: {counts}"
    changed = sorted((one for one in comparison.passages if one.state != "same"), key=rank)
    for name, several in groupby(changed, group_name):
        theirs = list(several)
        yield f"\n{name} ({len(theirs)})"
        heading: tuple[str, ...] | None = None
        for one in theirs:
            first = (one.after or one.before)[0]
            if first.heading != heading:
                heading = first.heading
                yield f"\n{' > '.join(heading) or '(no heading)'}"
            yield from _compared_lines(one)


def _compared_lines(one: "Compared") -> Iterator[str]:
    old, new = ("; ".join(map(_passage_name, side)) for side in (one.before, one.after))
    state = one.state if one.parting == "whole" else f"{one.state}, {one.parting}"
    state += " and moved" if one.moved and one.state != "moved" else ""
    begins = textwrap.shorten((one.after or one.before)[0].text, BEGINNING, placeholder=" ...")
    yield f"  {state.upper()}: {f'{old} -> {new}' if old and new and old != new else old or new}: {begins}"
    for difference in one.differences:
        yield f"     {difference.aspect}: {_quoted(difference.before)} -> {_quoted(difference.after)}"


def _passage_name(passage: documents.Passage) -> str:
    number = f" {passage.number}" if passage.number else ""
    return f"{passage.kind}{number}{f', page {passage.pages[0]}' if passage.pages else ''}"


def answer_text(answer: Answer, role: str | None = None) -> str:
    """An answer with every condition, exception and citation of its cards; with a role, whose each duty is."""
    return "\n".join(_answer_lines(answer, role)) + "\n"


def _answer_lines(answer: Answer, role: str | None) -> Iterator[str]:
    yield DANGER
    for notice in answer.notices:
        yield f"Note: {notice}"
    yield ""
    for one in answer.understood.mended if answer.understood else ():
        yield f"Read: {one.written} as {one.read}"
    if answer.message:
        yield answer.message
    for change in answer.changes:
        yield from _change_lines(change)
    guidance = [passage for passage in answer.passages if passage.kind == "guidance"]
    newer = [passage for passage in guidance if passage.edition == answer.newer]
    if newer:
        yield f"\n{newer[0].document}: official text"
    for passage in newer:
        yield from _passage_lines(passage)
    told: set[str] = set()
    for number, duty in enumerate(answer.duties, 1):
        yield from _duty_lines(number, duty, role, told)
    if answer.should_means:
        places = "; ".join(place_text(place) for place in answer.should_means.places)
        yield f"\nWhat should means: {answer.should_means.text} ({places})"
    for silence in answer.silences:
        yield f"\nNot settled by the guidance: {silence.question}\n   {silence.note}"
        for near in silence.near:
            yield f"   Nearby: {near.heading}, {place_text(near)}"
    commentary = [passage for passage in answer.passages if passage.kind == "commentary"]
    own = [passage for passage in guidance if passage.edition == answer.edition]
    others = [passage for passage in guidance if passage not in (*newer, *own)]
    for heading, passages in (("Passages", own), ("Other guidance held here", others)):
        if passages:
            yield f"\n{heading}"
        for passage in passages:
            yield from _passage_lines(passage)
    if commentary:
        yield "\nCommentary, not guidance"
    for passage in commentary:
        yield f"\n - {passage.heading}\n   {passage.text}"
    yield f"\n{DISCLAIMER}"


def _duty_lines(number: int, duty: DutyCard, role: str | None, told: set[str]) -> Iterator[str]:
    yield f"\n{number}. {bearers_text(duty)} {modality_text(duty)}: {duty.action}"
    for part in duty.parts:
        yield f"     - {part}"
    facts = {
        "Newer text": _newer_line(duty.in_newer) if duty.in_newer else "",
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
        "Certainty": "" if duty.certainty == "primary" else f"{duty.certainty}; {'; '.join(duty.evidence)}",
        "Why here": ", ".join(f"{one.sign} {one.adds:+.1f}" for one in duty.why),
    }
    for name, fact in facts.items():
        if fact:
            yield f"     {name}: {fact}"
    yield from _conflict_lines(duty, told)


def _newer_line(mark: InNewer) -> str:
    where = "; ".join(f"{place.heading}, {place_text(place)}" for place in mark.places)
    differences = "; ".join(f"{one.aspect}: {_quoted(one.before)} -> {_quoted(one.after)}" for one in mark.differences)
    return ". ".join(filter(None, (f"{newer_word(mark.state)} ({mark.title})", where, differences)))


def _quoted(words: str) -> str:
    return f"'{' '.join(words.split())}'" if words else "(nothing)"


def _passage_lines(passage: Passage) -> Iterator[str]:
    yield f"\n - {passage.heading} ({place_text(passage)})"
    for line in passage.text.splitlines():
        yield f"   {line}"
    if passage.text_kind == "official":
        yield f"   Official text: {passage.document}, {passage.publisher}; {passage.licence or 'no licence was given'}"
    if passage.gist:
        yield f"   Our summary: {passage.gist}"


def _conflict_lines(duty: DutyCard, told: set[str]) -> Iterator[str]:
    """A duty's conflicts, each in full where it is first told; `told` holds their ids."""
    for conflict in duty.conflicts:
        if conflict.id in told:
            yield f"     {conflict_text(conflict)}: {conflict.label} (told above)"
        else:
            places = "; ".join(place_text(place) for place in conflict.places)
            yield f"     {conflict_text(conflict)}: {conflict.differs} ({places})"
        told.add(conflict.id)


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
    if duty.reach == "organisation" and duty.reach_condition:
        return f"through your organisation or group, when this holds: {duty.reach_condition}"
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


def conflict_text(conflict: Conflict) -> str:
    """What sort of conflict it is."""
    return "Commentary says otherwise" if conflict.commentary else "Two places pull two ways"


def place_text(place: Place) -> str:
    """ "paragraph 153, page 58", "paragraph 129, footnote 61, page 48"."""
    pages = f"page{'s' if len(place.pages) > 1 else ''} {', '.join(map(str, place.pages))}" if place.pages else ""
    parts = (
        f"paragraph {place.paragraphs[0]}" if place.paragraphs else "",
        f"footnote {place.footnote}" if place.footnote else "",
        f"{pages} ({place.printing})" if pages and place.printing else pages,
    )
    return ", ".join(filter(None, parts)) or "page not known"


def text_place_text(place: TextPlace) -> str:
    """ "paragraph 155 (Timeliness), page 59" of a passage of an imported text."""
    name = f"{place.kind.replace('-', ' ')} {place.number}".strip()
    heading = f" ({place.heading})" if place.heading else ""
    return f"{name}{heading}{f', page {place.pages[0]}' if place.pages else ''}"


def deadlines_text(found: Deadlines) -> str:
    """Deadlines in order of date with their rules, citations and how each was counted; then those without a date."""
    return "\n".join(_deadlines_lines(found)) + "\n"


def _deadlines_lines(found: Deadlines) -> Iterator[str]:
    yield DANGER
    for notice in found.notices:
        yield f"Note: {notice}"
    for event, day in found.events:
        yield f"{event.label}: {day}"
    if not found.deadlines:
        yield "\nNo clock of the guidance starts there. That does not mean that nothing is to be done."
    told: set[str] = set()
    for one in found.deadlines:
        duty = one.duty
        yield f"\n{due_text(one) or 'no date'}: {bearers_text(duty)} {modality_text(duty)}: {duty.action}"
        facts = {
            "Rule": f"{one.rule} (set by {one.set_by})",
            "Newer text": _newer_line(duty.in_newer) if duty.in_newer else "",
            "From": f"{one.event.label}, {one.event_date}",
            "Only for": one.only_if_event,
            "If": duty.condition,
            "Unless": duty.exception,
            "Only if": duty.only_if,
            "Comes back": one.repeats,
            "Counted": " ".join(one.notes),
            "Law": "; ".join(section.label for section in duty.legal_basis),
            "Says so": f"{duty.provision.heading}, {place_text(duty.provision)}",
        }
        for name, fact in facts.items():
            if fact:
                yield f"     {name}: {fact}"
        yield from _conflict_lines(duty, told)
    yield f"\n{DISCLAIMER}"


def changes_text(found: Changes) -> str:
    """Changes with what they were and are, and what that rests on."""
    lines = [f"Note: {notice}" for notice in found.notices]
    lines.append(f"\n{found.total} changes from {found.from_edition} to {found.to_edition}")
    for change in found.changes:
        lines += _change_lines(change)
    if found.comparison:
        lines += _text_comparison_lines(found.comparison)
    return "\n".join(lines) + "\n"


def _text_comparison_lines(texts: TextComparison) -> Iterator[str]:
    counts = ", ".join(f"{count} {state}" for state, count in texts.counts.items())
    yield f"\nThe texts compared, {texts.older.title} and {texts.newer.title}: {counts}"
    for name, several in groupby(texts.changes, group_name):
        changes = list(several)
        yield f"\n{name} ({len(changes)})"
        for change in changes:
            old, new = ("; ".join(map(text_place_text, side)) for side in (change.before, change.after))
            yield f"  {change.state.upper()}: {f'{old} -> {new}' if old and new and old != new else old or new}"
            for one in change.differences:
                yield f"     {one.aspect}: {_quoted(one.before)} -> {_quoted(one.after)}"


def changes_csv(found: Changes) -> str:
    """One line a change, with a heading line."""
    return csv_text(
        ("change", "kind", "aspects", "before", "now", "note", "certainty", "rests on"),
        (
            (
                one.label, one.kind, ", ".join(one.aspects), "; ".join(record.text for record in one.before),
                "; ".join(record.text for record in one.after), one.note, one.certainty, "; ".join(one.evidence),
            )
            for one in found.changes
        ),
    )  # fmt: skip


def _change_lines(change: ChangeCard) -> Iterator[str]:
    yield f"\nChanged: {change.label} ({change.kind}; {', '.join(change.aspects)})"
    yield f"     {change.note}"
    for record in change.before:
        yield f"     Before: {record.text} ({record.where}; {record.certainty})"
    for record in change.after:
        yield f"     Now: {record.text} ({record.where})"
    yield f"     Certainty: {change.certainty}; {'; '.join(change.evidence)}"


def law_text(answer: LawAnswer) -> str:
    """Sections with what they are, the duties that rest on them and where they are cited."""
    return "\n".join(_law_lines(answer)) + "\n"


def _law_lines(answer: LawAnswer) -> Iterator[str]:
    for notice in answer.notices:
        yield f"Note: {notice}"
    told: set[str] = set()
    for section in answer.sections:
        yield (
            "\n"
            + ", ".join(filter(None, (section.act, section.label)))
            + (f": {section.title}" if section.title else "")
        )
        if section.gist:
            rests = "" if section.certainty == "primary" else " (this rests on what the guidance says of it)"
            yield f"   {section.gist}{rests}"
        facts = {
            "Binds": ", ".join(one.label for one in section.binds),
            "In force from": section.in_force_from,
            "Commencement": section.commencement,
            "Official text": section.official,
            "Cited in": "; ".join(place_text(place) for place in section.cited_by),
        }
        for name, fact in facts.items():
            if fact:
                yield f"   {name}: {fact}"
        for number, duty in enumerate(section.duties, 1):
            yield from _duty_lines(number, duty, None, told)
    yield f"\n{DISCLAIMER}"


def date_text(written: str | None) -> str:
    """ "24 December 2026" of "2026-12-24"."""
    if not written:
        return ""
    year, month, day = written.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def days_text(text: str) -> str:
    """A text whose dates are written as people write them."""
    return ISO_DATE.sub(lambda found: date_text(found[0]), text)


def due_word(deadline: Deadline) -> str:
    """What the date of a deadline is."""
    if deadline.keeps_until_due:
        return "May end"
    return "Before" if deadline.before_due else "Due"


def due_text(deadline: Deadline) -> str:
    """The date with what it is; nothing where no count gives one."""
    return f"{due_word(deadline)} {deadline.due}" if deadline.due else ""


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
