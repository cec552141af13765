"""Confirming records against the official PDF: the real ones, and copies broken on purpose."""

from dataclasses import replace
from typing import Any

import pytest

from corpus.loader import Corpus, EditionRecords
from corpus.official import OfficialDocument
from corpus.records import Duty, Legislation, LegislationSection, Provision, Remark
from corpus.verification import Unconfirmed, unconfirmed, verify


@pytest.fixture(scope="module")
def records(corpus: Corpus) -> EditionRecords:
    (found,) = [one for one in corpus.editions if one.edition.id == "wt2023"]
    return found


@pytest.fixture(scope="module")
def known(corpus: Corpus, records: EditionRecords, official: OfficialDocument) -> set[Unconfirmed]:
    """What is not confirmed in the records as they are."""
    return set(unconfirmed(records, corpus.legislation, official))


def with_provision(records: EditionRecords, provision_id: str, **changes: Any) -> EditionRecords:
    """The records with one provision changed; it must be there."""
    assert provision_id in {one.id for one in records.provisions}
    return replace(
        records,
        provisions=tuple(
            one.model_copy(update=changes) if one.id == provision_id else one for one in records.provisions
        ),
    )


def with_duty(records: EditionRecords, duty_id: str, **changes: Any) -> EditionRecords:
    """The records with one duty changed; it must be there."""
    (provision,) = [provision for provision, duty in records.duties if duty.id == duty_id]
    duties = tuple(one.model_copy(update=changes) if one.id == duty_id else one for one in provision.duties)
    return with_provision(records, provision.id, duties=duties)


def limited(**written: object) -> dict[str, Any]:
    """A change of a duty's time limits to one, written as an author would."""
    duty = {"id": "ed/1/act", "modality": "should", "modality_wording": "should", "action": "act"}
    return {"time_limits": Duty.model_validate({**duty, "time_limits": [written]}).time_limits}


# The real records


def test_everything_is_confirmed_or_has_a_reason(
    corpus: Corpus, records: EditionRecords, official: OfficialDocument
) -> None:
    outcome = verify(records, corpus.legislation, official)

    assert [str(one) for one in outcome.unexplained] == []


def test_no_reason_is_given_for_what_is_confirmed(
    corpus: Corpus, records: EditionRecords, official: OfficialDocument
) -> None:
    assert verify(records, corpus.legislation, official).stale == ()


# Broken copies


BROKEN_PROVISIONS = {
    "a paragraph on the page before": (
        "wt2023/153",
        {"pages": (57,)},
        Unconfirmed("wt2023/153", "place", "the PDF has it on pages [58]"),
    ),
    "a paragraph on one page too many": (
        "wt2023/218",
        {"pages": (80, 81, 82)},
        Unconfirmed("wt2023/218", "place", "the PDF has it on pages [80, 81]"),
    ),
    "a paragraph that runs over the page": (
        "wt2023/218",
        {"pages": (80,)},
        Unconfirmed("wt2023/218", "place", "the PDF has it on pages [80, 81]"),
    ),
    "a paragraph that there is not": (
        "wt2023/153",
        {"paragraph": 404},
        Unconfirmed("wt2023/153", "place", "no such place found on pages [58]"),
    ),
    "a box on a page without one": (
        "wt2023/p133/section-16C",
        {"pages": (9999,)},
        Unconfirmed("wt2023/p133/section-16C", "place", "no such place found on pages [9999]"),
    ),
    "a flow chart on another page": (
        "wt2023/flow-chart-4",
        {"pages": (104,)},
        Unconfirmed("wt2023/flow-chart-4", "place", "the PDF has it on pages [103]"),
    ),
    "a section that the text does not name": (
        "wt2023/153",
        {"cites": ("ca1989/s17", "ca1989/s31-2")},
        Unconfirmed("wt2023/153", "citation", "ca1989/s31-2 is not named in its text"),
    ),
    "another section of the Act that is named": (
        "wt2023/330",
        {"cites": ("ca2004/s16E",)},
        Unconfirmed("wt2023/330", "citation", "ca2004/s16E is not named in its text"),
    ),
    "an Act that the text does not name": (
        "wt2023/153",
        {"cites": ("sca2015",)},
        Unconfirmed("wt2023/153", "citation", "Serious Crime Act 2015 is not named in its text"),
    ),
    "a text that says should, with no duty": (
        "wt2023/155",
        {"duties": ()},
        Unconfirmed("wt2023/155", "must-or-should", "its text says should; no duty here does"),
    ),
    "a text that says must, with no duty": (
        "wt2023/154",
        {"duties": ()},
        Unconfirmed("wt2023/154", "must-or-should", "its text says must; no duty here does"),
    ),
}


@pytest.mark.parametrize(
    ("provision_id", "changes", "expected"), BROKEN_PROVISIONS.values(), ids=BROKEN_PROVISIONS.keys()
)
def test_a_provision_that_the_text_does_not_bear_out_is_reported(
    corpus: Corpus,
    records: EditionRecords,
    official: OfficialDocument,
    known: set[Unconfirmed],
    provision_id: str,
    changes: dict[str, Any],
    expected: Unconfirmed,
) -> None:
    broken = with_provision(records, provision_id, **changes)

    assert expected not in known
    assert expected in unconfirmed(broken, corpus.legislation, official)


NUMBER = "does not stand there"
BROKEN_DUTIES = {
    "must for should": (
        "wt2023/151/give-feedback",
        {"modality_wording": "must"},
        Unconfirmed("wt2023/151/give-feedback", "wording", "'must' does not stand in its text"),
    ),
    "a word that is only part of a longer one": (
        "wt2023/153/acknowledge",
        {"modality_wording": "can"},
        Unconfirmed("wt2023/153/acknowledge", "wording", "'can' does not stand in its text"),
    ),
    "one of two words": (
        "wt2023/153/acknowledge",
        {"modality_wording": "should / will gladly"},
        Unconfirmed("wt2023/153/acknowledge", "wording", "'will gladly' does not stand in its text"),
    ),
    "two working days for one": (
        "wt2023/153/acknowledge",
        limited(within="2 working days"),
        Unconfirmed("wt2023/153/acknowledge", "number", f"2 working day {NUMBER}"),
    ),
    "five working days for 45": (
        "wt2023/155/conclude",
        limited(within="5 working days"),
        Unconfirmed("wt2023/155/conclude", "number", f"5 working day {NUMBER}"),
    ),
    "calendar days for working days": (
        "wt2023/155/conclude",
        limited(within="45 calendar days"),
        Unconfirmed("wt2023/155/conclude", "number", f"45 calendar day {NUMBER}"),
    ),
    "days for working days": (
        "wt2023/155/conclude",
        limited(within="45 days"),
        Unconfirmed("wt2023/155/conclude", "number", f"45 unstated day {NUMBER}"),
    ),
    "working days for days": (
        "wt2023/flow-chart-6/meet-core-group",
        limited(within="10 working days"),
        Unconfirmed("wt2023/flow-chart-6/meet-core-group", "number", f"10 working day {NUMBER}"),
    ),
    "nine months for six": (
        "wt2023/p98/lead-practitioners/set-later-dates",
        limited(every="9 months"),
        Unconfirmed("wt2023/p98/lead-practitioners/set-later-dates", "number", f"9  month {NUMBER}"),
    ),
    "once a year for 45 working days": (
        "wt2023/155/conclude",
        limited(every="1 year"),
        Unconfirmed("wt2023/155/conclude", "number", f"1  year {NUMBER}"),
    ),
    "another place that does not give the limit": (
        "wt2023/155/conclude",
        {"also_in": ("wt2023/153",)},
        Unconfirmed("wt2023/155/conclude", "number", "45 day does not stand in wt2023/153"),
    ),
    "a legal basis that the text does not name": (
        "wt2023/154/act-to-remove",
        {"legal_basis": ("ca1989/s47",)},
        Unconfirmed("wt2023/154", "citation", "ca1989/s47 is not named in its text"),
    ),
    "a must watered down": (
        "wt2023/154/act-to-remove",
        {"modality": "should"},
        Unconfirmed("wt2023/154", "must-or-should", "its text says must; no duty here does"),
    ),
}


@pytest.mark.parametrize(("duty_id", "changes", "expected"), BROKEN_DUTIES.values(), ids=BROKEN_DUTIES.keys())
def test_a_duty_that_the_text_does_not_bear_out_is_reported(
    corpus: Corpus,
    records: EditionRecords,
    official: OfficialDocument,
    known: set[Unconfirmed],
    duty_id: str,
    changes: dict[str, Any],
    expected: Unconfirmed,
) -> None:
    broken = with_duty(records, duty_id, **changes)

    assert expected not in known
    assert expected in unconfirmed(broken, corpus.legislation, official)


@pytest.mark.parametrize(
    ("label", "provision_id", "named"),
    [
        ("section 47", "wt2023/153", True),
        ("section 4", "wt2023/153", False),
        ("section 7", "wt2023/153", False),
        ("section 45", "wt2023/155", False),
        ("section 44", "wt2023/154", True),
        ("section 16C", "wt2023/p133/section-16C", True),
        ("section 16C(1)", "wt2023/p133/section-16C", True),
        ("section 16C(2)", "wt2023/p133/section-16C", False),
        ("section 16", "wt2023/p133/section-16C", False),
    ],
)
def test_a_section_is_named_only_by_its_whole_number_as_a_section(
    records: EditionRecords, official: OfficialDocument, label: str, provision_id: str, named: bool
) -> None:
    iri = "http://www.legislation.gov.uk/id/ukpga/1999/99"
    section = LegislationSection(id="act/s", iri=f"{iri}/section/x", label=label, gist="g")
    act = Legislation(id="act", title="The Act", iri=iri, year=1999, evidence="e", sections=(section,))
    citing = with_provision(records, provision_id, cites=("act/s",))

    complaint = Unconfirmed(provision_id, "citation", "act/s is not named in its text")
    assert (complaint in unconfirmed(citing, (act,), official)) != named


def test_a_duty_stated_elsewhere_too_speaks_for_that_place(
    corpus: Corpus, records: EditionRecords, official: OfficialDocument
) -> None:
    complaint = Unconfirmed("wt2023/155", "must-or-should", "its text says should; no duty here does")
    bare = with_provision(records, "wt2023/155", duties=())
    shared = with_duty(bare, "wt2023/153/acknowledge", also_in=("wt2023/155",), time_limits=())

    assert complaint in unconfirmed(bare, corpus.legislation, official)
    assert complaint not in unconfirmed(shared, corpus.legislation, official)


def test_a_reason_explains_its_record_and_kind_alone(
    corpus: Corpus, records: EditionRecords, official: OfficialDocument
) -> None:
    broken = with_provision(
        with_duty(records, "wt2023/153/acknowledge", modality_wording="ought"), "wt2023/153", pages=(1,)
    )
    reason = Remark(record="wt2023/153/acknowledge", check="wording", reason="An older printing.")
    explained = replace(broken, unconfirmed=(*records.unconfirmed, reason))

    outcome = verify(explained, corpus.legislation, official)

    wording = Unconfirmed("wt2023/153/acknowledge", "wording", "'ought' does not stand in its text")
    assert (wording, "An older printing.") in outcome.explained
    assert Unconfirmed("wt2023/153", "place", "the PDF has it on pages [58]") in outcome.unexplained


def test_a_reason_for_what_is_confirmed_is_stale(
    corpus: Corpus, records: EditionRecords, official: OfficialDocument
) -> None:
    needless = Remark(record="wt2023/155/conclude", check="number", reason="It was once in doubt.")

    outcome = verify(replace(records, unconfirmed=(*records.unconfirmed, needless)), corpus.legislation, official)

    assert "wt2023/155/conclude: number" in outcome.stale


def test_nothing_in_the_records_is_changed(corpus: Corpus, records: EditionRecords, official: OfficialDocument) -> None:
    before: tuple[Provision, ...] = tuple(one.model_copy(deep=True) for one in records.provisions)

    verify(records, corpus.legislation, official)

    assert records.provisions == before


def test_what_is_not_confirmed_is_said_in_one_line() -> None:
    assert str(Unconfirmed("wt2023/155", "place", "the PDF has it on pages [59]")) == (
        "wt2023/155: place: the PDF has it on pages [59]"
    )
