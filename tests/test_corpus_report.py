"""The whole of the 2023 edition is held, and the data report says what it is made of."""

from corpus.loader import Corpus, EditionRecords
from corpus.official import OfficialDocument
from corpus.printed import printed_places
from corpus.report import counts, data_report, thin_gists, unheld, without_duty


def edition(corpus: Corpus) -> EditionRecords:
    return next(records for records in corpus.editions if records.edition.id == "wt2023")


def test_every_printed_place_of_the_2023_edition_is_held(corpus: Corpus, official: OfficialDocument) -> None:
    assert unheld(edition(corpus), official) == []


def test_a_place_that_is_missing_is_named(corpus: Corpus, official: OfficialDocument) -> None:
    whole = edition(corpus)
    left = tuple(one for one in whole.provisions if one.paragraph != 155 and one.id != "wt2023/p97/core-group")
    cut = EditionRecords(whole.edition, left, (), (), (), ())

    assert "paragraph 155 (page 59)" in unheld(cut, official)
    assert "box 'The core group should:' (page 97)" in unheld(cut, official)


def test_a_provision_that_lost_its_duties_is_named(corpus: Corpus, official: OfficialDocument) -> None:
    whole = edition(corpus)
    bare = tuple(one.model_copy(update={"duties": ()}) if one.paragraph == 153 else one for one in whole.provisions)
    cut = EditionRecords(whole.edition, bare, (), (), (), ())

    assert "wt2023/153" in without_duty(cut, official)
    assert "wt2023/153" not in without_duty(whole, official)


def test_a_gist_that_lost_its_facts_is_named(corpus: Corpus, official: OfficialDocument) -> None:
    whole = edition(corpus)
    poor = tuple(
        one.model_copy(update={"gist": "Something is to be sent to somebody at some time."})
        if one.paragraph == 109
        else one
        for one in whole.provisions
    )
    cut = EditionRecords(whole.edition, poor, (), (), (), ())

    (thin,) = [one for one in thin_gists(cut, official) if one.provision == "wt2023/109"]
    assert thin.share < 0.2
    assert "2024" in thin.missing
    assert "wt2023/109" not in {one.provision for one in thin_gists(whole, official)}


def test_every_glossary_entry_is_matched_to_its_own_printed_one(corpus: Corpus, official: OfficialDocument) -> None:
    printed = printed_places(edition(corpus), official)
    entries = {one: blocks for one, blocks in printed.blocks.items() if "/glossary/" in one}

    assert len(entries) == 30
    assert all(len(blocks) == 1 for blocks in entries.values()), {one for one, b in entries.items() if len(b) != 1}


def test_the_report_counts_what_there_is(corpus: Corpus) -> None:
    counted = counts(edition(corpus))

    assert counted["provisions by kind"]["paragraph"] == 403
    assert sum(counted["duties by modality"].values()) == sum(1 for _ in edition(corpus).duties)
    assert "Give the official PDF with --against" in list(data_report(edition(corpus)))[-1]
