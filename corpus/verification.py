"""Confirms records against the official PDF: reports what it cannot confirm, changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.limits import TimeLimit
from corpus.loader import EditionRecords
from corpus.official import Block, OfficialDocument
from corpus.printed import plain, printed_places
from corpus.records import Check, Duty, Legislation, Provision
from corpus.wording import NUMBER_WORDS

SECTION = re.compile(r"(section|regulation|paragraph) ([0-9A-Za-z]+)((?:\([0-9a-z]+\))*)")
#: Modality wordings that a text's "must" or "should" may come out as.
MUSTS = ("must", "must-not")
SHOULDS = ("should", "should-not")


@dataclass(frozen=True, order=True)
class Unconfirmed:
    """Something in a record that the official text does not bear out as it stands."""

    record: str
    check: Check
    detail: str

    def __str__(self) -> str:
        return f"{self.record}: {self.check}: {self.detail}"


@dataclass(frozen=True)
class Outcome:
    """What could not be confirmed, with the reasons that `unconfirmed.yaml` gives."""

    explained: tuple[tuple[Unconfirmed, str], ...]
    unexplained: tuple[Unconfirmed, ...]
    #: Reasons given for what is now confirmed.
    stale: tuple[str, ...]


def verify(records: EditionRecords, legislation: tuple[Legislation, ...], document: OfficialDocument) -> Outcome:
    """Confirm an edition's records against `document` and sort what is left by whether it has a reason."""
    reasons = {(one.record, one.check): one.reason for one in records.unconfirmed}
    found = unconfirmed(records, legislation, document)
    known = {(one.record, one.check) for one in found}
    return Outcome(
        tuple((one, reasons[one.record, one.check]) for one in found if (one.record, one.check) in reasons),
        tuple(one for one in found if (one.record, one.check) not in reasons),
        tuple(sorted(f"{record}: {check}" for record, check in reasons.keys() - known)),
    )


def unconfirmed(
    records: EditionRecords, legislation: tuple[Legislation, ...], document: OfficialDocument
) -> list[Unconfirmed]:
    """Everything about the edition's records that `document` does not confirm, sorted.

    Each provision stands on its pages; each duty's modality wording and the numbers of its limits stand in its
    provision, and the numbers in every place of `also_in`; each cited section is named there; a text with
    must (should) has a must (should) duty.
    """
    labels = {section.id: section.label for act in legislation for section in act.sections}
    titles = {act.id: (act.title, *act.synonyms) for act in legislation}
    printed = printed_places(records, document)
    texts = printed.texts
    found: list[Unconfirmed] = []
    for provision in records.provisions:
        found += _place(provision, printed.blocks[provision.id])
        text = texts[provision.id]
        if text is None:
            continue
        for section in (
            *provision.cites,
            *(one for duty in provision.duties for one in (*duty.cites, *duty.legal_basis)),
        ):
            if section in labels and not _names_section(labels[section], text):
                found.append(Unconfirmed(provision.id, "citation", f"{section} is not named in its text"))
            elif section in titles and not any(plain(name) in text for name in titles[section]):
                found.append(Unconfirmed(provision.id, "citation", f"{titles[section][0]} is not named in its text"))
        for duty in provision.duties:
            found += _duty(duty, text, texts)
        found += _modalities(provision, text, records)
    return sorted(set(found))


def _place(provision: Provision, blocks: list[Block]) -> Iterator[Unconfirmed]:
    if not blocks:
        yield Unconfirmed(provision.id, "place", f"no such place found on pages {list(provision.pages)}")
        return
    pages = sorted({page for block in blocks for page in block.pages})
    # Running text without a number has no printed end of its own: a record may stand for a part of it.
    in_part = provision.kind == "text" and set(provision.pages) <= set(pages)
    if pages != list(provision.pages) and not in_part:
        yield Unconfirmed(provision.id, "place", f"the PDF has it on pages {pages}")


def _duty(duty: Duty, text: str, texts: dict[str, str | None]) -> Iterator[Unconfirmed]:
    for word in re.split(r"\s*(?:;|/|\.\.\.|…)\s*", duty.modality_wording):
        if not re.search(rf"(?<!\w){re.escape(plain(word))}(?!\w)", text):
            yield Unconfirmed(duty.id, "wording", f"'{word}' does not stand in its text")
    for limit in duty.time_limits:
        if limit.quantity is None or limit.unit is None:
            continue
        pattern = _count_pattern(limit)
        if not re.search(pattern, text):
            yield Unconfirmed(
                duty.id, "number", f"{limit.quantity} {limit.day_kind or ''} {limit.unit} does not stand there"
            )
        for place in duty.also_in:
            other = texts.get(place)
            if other is not None and not re.search(pattern, other):
                yield Unconfirmed(duty.id, "number", f"{limit.quantity} {limit.unit} does not stand in {place}")


def _modalities(provision: Provision, text: str, records: EditionRecords) -> Iterator[Unconfirmed]:
    theirs = list(provision.duties)
    theirs += [duty for _, duty in records.duties if provision.id in duty.also_in]
    given = {duty.modality for duty in theirs}
    for word, modalities in (("must", MUSTS), ("should", SHOULDS)):
        if re.search(rf"\b{word}\b", text) and not given & set(modalities):
            yield Unconfirmed(provision.id, "must-or-should", f"its text says {word}; no duty here does")


def _count_pattern(limit: TimeLimit) -> str:
    quantity = limit.quantity or 0
    if (limit.relation, quantity, limit.unit) == ("every", 1, "year"):
        return r"\b(?:yearly|annual(?:ly)?|(?:each|every) year|(?:12|twelve) months)\b"
    number = "|".join([str(quantity), *([NUMBER_WORDS[quantity]] if quantity in NUMBER_WORDS else [])])
    kind = rf"{limit.day_kind}\s+" if limit.day_kind in ("working", "calendar", "school") else ""
    return rf"\b(?:{number})\s+{kind}{limit.unit}s?\b"


def _names_section(label: str, text: str) -> bool:
    found = SECTION.match(label)
    if not found:
        return label.lower() in text
    kind, number, parts = found[1], found[2].lower(), re.findall(r"\([0-9a-z]+\)", found[3].lower())
    pattern = r"\s*".join([re.escape(number), *map(re.escape, parts)])
    # "16C" can be nothing else; a bare "17" must follow the word "section".
    before = rf"\b{kind}s?\b[^.;]{{0,80}}?" if number.isdigit() else ""
    return re.search(rf"{before}(?<!\w){pattern}(?!\w)", text) is not None
