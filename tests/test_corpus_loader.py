"""Reading a corpus: a tiny one that is right, and every fault an author can make, with the sentence it gets."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.loader import Corpus, load_corpus
from ontology.errors import CorpusError
from ontology.vocabulary import Term, Vocabulary

VOCABULARY = Vocabulary(
    (
        Term(id="council", kind="agency", label="council", definition="d"),
        Term(id="worker", kind="role", label="worker", definition="d"),
        Term(id="referral", kind="event", label="referral", definition="d"),
        Term(id="timescales", kind="topic", label="timescales", definition="d"),
    )
)
EDITION = {
    "id": "ed",
    "document": "guide",
    "title": "The guide",
    "publisher": "A department",
    "published": "2023-12-15",
    "in_force_from": "2023-12-15",
    "status": "in-force",
}
DUTY = {"id": "ed/1/act", "who": ["council"], "modality": "should", "modality_wording": "should", "action": "act"}
PROVISION = {"id": "ed/1", "paragraph": 1, "pages": [1], "heading": ["Chapter 1", "Acting"], "gist": "Councils act."}
LAW = [
    {
        "id": "act",
        "title": "The Act",
        "iri": "http://www.legislation.gov.uk/id/ukpga/1989/41",
        "year": 1989,
        "evidence": "the Act itself",
        "sections": [
            {
                "id": "act/s1",
                "iri": "http://www.legislation.gov.uk/id/ukpga/1989/41/section/1",
                "label": "section 1",
                "gist": "Welfare first.",
            }
        ],
    }
]
CHAPTER = "editions/ed/chapter.yaml"
IN_CHAPTER = f"corpus/{CHAPTER}"
TAKEN = f"id: this id is taken; rename one; the other is in {IN_CHAPTER}"
QUOTE = "quote text that holds ': ' and check the indent"

Files = dict[str, Any]


def provision(*duties: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**PROVISION, **changes, "duties": list(duties)}


def chapter(*provisions: dict[str, Any], **sections: Any) -> Files:
    return {CHAPTER: {"provisions": list(provisions), **sections}}


def duty(**changes: Any) -> Files:
    """A chapter with one duty; a change to None leaves the field out."""
    return chapter(provision({name: value for name, value in {**DUTY, **changes}.items() if value is not None}))


def write_corpus(folder: Path, files: Files) -> Path:
    """The tiny corpus with these files instead of its own; None for a file leaves it out."""
    whole = {"editions/ed/edition.yaml": EDITION, "law/acts.yaml": LAW, **duty(), **files}
    for name, content in whole.items():
        if content is None:
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str | bytes):
            content = yaml.safe_dump(content, sort_keys=False)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(folder: Path, files: Files) -> Corpus:
    return load_corpus(write_corpus(folder, files), VOCABULARY)


def complaints(folder: Path, files: Files) -> list[str]:
    with pytest.raises(CorpusError) as caught:
        read(folder, files)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


# Right


def test_a_faultless_corpus_is_read_whole(tmp_path: Path) -> None:
    corpus = read(
        tmp_path,
        chapter(
            provision(DUTY, topics=["timescales"], cites=["act/s1", "ed/1"]),
            provision(id="ed/p2/box", paragraph=None, kind="box", pages=[2]),
            definitions=[{"id": "ed/d", "term": "acting", "meaning": "doing", "stated_in": ["ed/1"]}],
            silences=[{"id": "ed/s", "question": "When?", "note": "Nothing.", "near": ["ed/1", "ed/1/act"]}],
            conflicts=[{"id": "ed/c", "label": "Who", "differs": "d", "places": ["ed/1"], "duties": ["ed/1/act"]}],
        )
        | {"editions/ed/unconfirmed.yaml": [{"record": "ed/1", "check": "place", "reason": "a scan"}]},
    )

    (records,) = corpus.editions
    assert corpus.vocabulary is VOCABULARY
    assert [act.id for act in corpus.legislation] == ["act"]
    assert [provision.id for provision in records.provisions] == ["ed/1", "ed/p2/box"]
    assert [(provision.id, duty.id) for provision, duty in records.duties] == [("ed/1", "ed/1/act")]
    assert [len(part) for part in (records.definitions, records.silences, records.conflicts)] == [1, 1, 1]
    assert [remark.reason for remark in records.unconfirmed] == ["a scan"]


def test_provisions_come_in_the_order_of_the_document_whatever_the_files(tmp_path: Path) -> None:
    corpus = read(
        tmp_path,
        {
            CHAPTER: {"provisions": [provision(id="ed/10", paragraph=10, pages=[3]), provision()]},
            "editions/ed/annex.yaml": {
                "provisions": [
                    provision(id="ed/9", paragraph=9, pages=[3]),
                    provision(id="ed/p2/box", paragraph=None, kind="box", pages=[2]),
                ]
            },
        },
    )

    assert [one.id for one in corpus.editions[0].provisions] == ["ed/1", "ed/p2/box", "ed/9", "ed/10"]


def test_an_empty_file_and_an_empty_section_hold_nothing(tmp_path: Path) -> None:
    corpus = read(tmp_path, {"editions/ed/empty.yaml": "# nothing yet\n", "editions/ed/bare.yaml": "silences:\n"})

    assert corpus.editions[0].silences == ()


def test_the_packaged_corpus_is_read_with_the_packaged_vocabulary(corpus: Corpus) -> None:
    assert [records.edition.id for records in corpus.editions] == ["wt2018", "wt2023", "wt2023-draft", "wt2026"]
    assert "local-authority" in corpus.vocabulary


# Faults


MODALITIES = "'must', 'must-not', 'should', 'should-not', 'may', 'need-not' or 'none-stated'"

FAULTS: dict[str, tuple[Files, list[str]]] = {
    "a bearer that there is not, with a near one": (
        duty(who=["counsil"]),
        ["duty 'ed/1/act': who: no agency, role or group 'counsil'; did you mean 'council'?"],
    ),
    "a bearer that there is not, with none near": (
        duty(who=["council", "zoo"]),
        ["duty 'ed/1/act': who: no agency, role or group 'zoo'"],
    ),
    "an event as bearer": (
        duty(who=["referral"]),
        ["duty 'ed/1/act': who: no agency, role or group 'referral'"],
    ),
    "a recipient that there is not": (
        duty(recipients=["workers"]),
        ["duty 'ed/1/act': recipients: no agency, role or group 'workers'; did you mean 'worker'?"],
    ),
    "a beneficiary that there is not": (
        duty(beneficiary="dog"),
        ["duty 'ed/1/act': beneficiary: no agency, role or group 'dog'"],
    ),
    "a trigger that there is not": (
        duty(trigger="referal"),
        ["duty 'ed/1/act': trigger: no event 'referal'; did you mean 'referral'?"],
    ),
    "a bearer as trigger": (duty(trigger="council"), ["duty 'ed/1/act': trigger: no event 'council'"]),
    "an anchor that there is not": (
        duty(time_limits=[{"within": "1 day", "from": "referal"}]),
        ["duty 'ed/1/act': time_limits.from: no event 'referal'; did you mean 'referral'?"],
    ),
    "a section that there is not": (
        duty(legal_basis=["act/s2"]),
        ["duty 'ed/1/act': legal_basis: no Act or section 'act/s2'; did you mean 'act/s1'?"],
    ),
    "a provision as legal basis": (
        duty(legal_basis=["ed/1"]),
        ["duty 'ed/1/act': legal_basis: no Act or section 'ed/1'"],
    ),
    "a citation of nothing": (
        duty(cites=["elsewhere"]),
        ["duty 'ed/1/act': cites: no provision, Act or section 'elsewhere'"],
    ),
    "another place that there is not": (duty(also_in=["act/s1"]), ["duty 'ed/1/act': also_in: no provision 'act/s1'"]),
    "a next duty that there is not": (
        duty(if_missed="ed/1/acts"),
        ["duty 'ed/1/act': if_missed: no duty 'ed/1/acts'; did you mean 'ed/1/act'?"],
    ),
    "a topic and a citation of a provision that there are not": (
        chapter(provision(topics=["timescale"], cites=["act/s9"])),
        [
            "provision 'ed/1': cites: no provision, Act or section 'act/s9'; did you mean 'act/s1'?",
            "provision 'ed/1': topics: no topic 'timescale'; did you mean 'timescales'?",
        ],
    ),
    "a definition stated nowhere": (
        chapter(provision(), definitions=[{"id": "ed/d", "term": "t", "meaning": "m", "stated_in": ["ed/9"]}]),
        ["definition 'ed/d': stated_in: no provision 'ed/9'; did you mean 'ed/1'?"],
    ),
    "a silence near nothing": (
        chapter(provision(), silences=[{"id": "ed/s", "question": "q?", "note": "n", "near": ["x"], "topics": ["y"]}]),
        ["silence 'ed/s': near: no provision or duty 'x'", "silence 'ed/s': topics: no topic 'y'"],
    ),
    "a conflict of nothing": (
        chapter(
            provision(), conflicts=[{"id": "ed/c", "label": "l", "differs": "d", "places": ["x"], "duties": ["y"]}]
        ),
        ["conflict 'ed/c': duties: no duty 'y'", "conflict 'ed/c': places: no provision 'x'"],
    ),
    "a key that stands twice": (
        {CHAPTER: "provisions:\n  - id: ed/1\n    gist: a\n    gist: b\n"},
        ["line 4, column 5: not valid YAML: the key 'gist' stands twice in one record; keep one"],
    ),
    "a section that stands twice": (
        {CHAPTER: "silences: []\nsilences: []\n"},
        ["line 2, column 1: not valid YAML: the key 'silences' stands twice in one record; keep one"],
    ),
    "broken YAML": (
        {CHAPTER: "provisions:\n  - gist: one: two\n"},
        [f"line 2, column 14: not valid YAML: mapping values are not allowed in this context; {QUOTE}"],
    ),
    "bytes that are not UTF-8": ({CHAPTER: b"# caf\xe9\n"}, ["not UTF-8 at byte 5; save the file as UTF-8"]),
    "a list instead of sections": (
        {CHAPTER: "- id: ed/1\n"},
        ["not a mapping; start with one of provisions, definitions, silences, conflicts"],
    ),
    "a word instead of a list of records": (
        {CHAPTER: "provisions: none\n"},
        ["provisions: expected a list of records, found 'none'; start each record with `- id:`"],
    ),
    "a word instead of a record": (
        {CHAPTER: "silences: [when]\n"},
        ["silence: expected a record with fields, found 'when'; start it with `- id:`"],
    ),
    "a section misspelt": (
        {CHAPTER: "provision: []\n"},
        ["provision: no such section; did you mean 'provisions'?"],
    ),
    "a section like no other": (
        {CHAPTER: "duties: []\n"},
        ["duties: no such section; use one of provisions, definitions, silences, conflicts"],
    ),
    "a duty without its action": (duty(action=None), ["duty 'ed/1/act': action: this field is needed"]),
    "a duty without its wording": (
        duty(modality_wording=" "),
        ["duty 'ed/1/act': modality_wording: String should have at least 1 character"],
    ),
    "a provision without its pages": (
        chapter({name: value for name, value in PROVISION.items() if name != "pages"}),
        ["provision 'ed/1': pages: this field is needed"],
    ),
    "a provision on no page": (
        chapter(provision(pages=[])),
        [
            "provision 'ed/1': pages: a primary record stands on a page; "
            "give its pages, or say what it rests on with certainty and evidence"
        ],
    ),
    "a modality that there is not": (
        duty(modality="shall"),
        [f"duty 'ed/1/act': modality: 'shall' is not one of {MODALITIES}"],
    ),
    "a field misspelt": (
        duty(trigers="referral"),
        ["duty 'ed/1/act': trigers: no such field; did you mean 'trigger'?"],
    ),
    "a limit that is no count": (
        duty(time_limits=[{"within": "soon"}]),
        [
            "duty 'ed/1/act': time_limits.0: within: 'soon' is not a count such as "
            "`45 working days`, `7 days` or `3 months`"
        ],
    ),
    "law without a legal basis": (
        duty(force="law"),
        ["duty 'ed/1/act': force: law needs the section that imposes it as legal_basis"],
    ),
    "a bearer whose basis is not stated": (
        duty(who_basis="not-stated"),
        ["duty 'ed/1/act': who: a bearer is named just when its basis is known"],
    ),
    "a stated bearer that is not named": (
        duty(who=None),
        ["duty 'ed/1/act': who: a bearer is named just when its basis is known"],
    ),
    "a page outside the provision": (
        duty(pages=[1, 2]),
        ["duty 'ed/1/act': pages: not among the provision's pages [1]"],
    ),
    "its own provision as another place": (
        duty(also_in=["ed/1"]),
        ["duty 'ed/1/act': also_in: names its own provision"],
    ),
    "a duty that is not under its provision": (
        duty(id="ed/2/act"),
        ["duty 'ed/2/act': id: not under its provision; begin it with 'ed/1/'"],
    ),
    "a provision of another edition": (
        chapter(provision(id="old/1")),
        [
            "provision 'old/1': id: does not begin with 'ed/'",
            "provision 'old/1': id: does not name its paragraph; write 'ed/1'",
        ],
    ),
    "a paragraph under another number": (
        chapter(provision(id="ed/2")),
        ["provision 'ed/2': id: does not name its paragraph; write 'ed/1'"],
    ),
    "a paragraph without a number": (
        chapter(provision(paragraph=None)),
        ["provision 'ed/1': kind: only a paragraph has a number; give an unnumbered block its own kind"],
    ),
    "a box with a number": (
        chapter(provision(kind="box")),
        ["provision 'ed/1': kind: only a paragraph has a number; give an unnumbered block its own kind"],
    ),
    "an id with a blank": (
        duty(id="ed/1/act now"),
        [
            "duty 'ed/1/act now': id: String should match pattern "
            "'^[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9-]*)*$'"
        ],
    ),
    "an id that stands twice in one file": (
        chapter(provision(), provision()),
        [f"provision 'ed/1': {TAKEN}"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_a_chapter_is_named_with_its_record_field_and_cure(
    tmp_path: Path, files: Files, expected: list[str]
) -> None:
    assert complaints(tmp_path, files) == [f"{IN_CHAPTER}: {one}" for one in expected]


ELSEWHERE: dict[str, tuple[Files, list[str]]] = {
    "an id that stands in two files": (
        {"editions/ed/second.yaml": {"provisions": [PROVISION]}},
        [f"editions/ed/second.yaml: provision 'ed/1': {TAKEN}"],
    ),
    "an id that stands for a section and a provision": (
        {"law/acts.yaml": [{**LAW[0], "id": "ed/1"}]},
        [f"law/acts.yaml: legislation 'ed/1': {TAKEN}"],
    ),
    "an edition's folder without edition.yaml": (
        {"editions/old/chapter.yaml": "provisions: []\n"},
        ["editions/old/edition.yaml: no such file; every edition has one"],
    ),
    "an edition without a status": (
        {"editions/ed/edition.yaml": {name: value for name, value in EDITION.items() if name != "status"}},
        ["editions/ed/edition.yaml: edition 'ed': status: this field is needed"],
    ),
    "an edition under another name than its folder's": (
        {"editions/ed/edition.yaml": {**EDITION, "id": "de"}},
        ["editions/ed/edition.yaml: edition 'de': id: does not name its folder; write 'ed', or rename the folder"],
    ),
    "an edition published on no day": (
        {"editions/ed/edition.yaml": {**EDITION, "published": "the 15th"}},
        [
            "editions/ed/edition.yaml: edition 'ed': published: "
            "Input should be a valid date or datetime, input is too short"
        ],
    ),
    "a section of law without its label": (
        {"law/acts.yaml": [{**LAW[0], "sections": [{"id": "act/s1", "gist": "g"}]}]},
        ["law/acts.yaml: section 'act/s1': label: this field is needed"],
    ),
    "a check that there is not": (
        {"editions/ed/unconfirmed.yaml": [{"record": "ed/1", "check": "pages", "reason": "r"}]},
        [
            "editions/ed/unconfirmed.yaml: remark '?': check: 'pages' is not one of "
            "'place', 'wording', 'number', 'citation' or 'must-or-should'"
        ],
    ),
    "a question that a record of another edition answers": (
        {"asked/old-a.jsonl": '{"question": "q", "answered_by": ["ed/1"], "by": "a"}'},
        ["asked: 'q': answered_by: no provision, duty or silence 'ed/1' in old"],
    ),
    "a question that is none": (
        {"asked/ed-a.jsonl": "[]"},
        ["asked/ed-a.jsonl: line 1: no JSON object; write one question a line"],
    ),
    "a remark without a reason": (
        {"editions/ed/unconfirmed.yaml": [{"record": "ed/1", "check": "place"}]},
        ["editions/ed/unconfirmed.yaml: remark '?': reason: this field is needed"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_fault_in_another_file_is_named(tmp_path: Path, files: Files, expected: list[str]) -> None:
    assert complaints(tmp_path, files) == [f"corpus/{one}" for one in expected]


def test_a_corpus_without_an_edition_is_refused(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()

    with pytest.raises(CorpusError, match=r"^corpus/editions: no edition here; add editions/ID/edition\.yaml$"):
        load_corpus(tmp_path, VOCABULARY)


def test_all_faults_of_all_files_are_told_in_one_run_sorted(tmp_path: Path) -> None:
    files = {
        CHAPTER: {
            "provisions": [
                provision(
                    {**DUTY, "who": ["counsil"], "modality": "must", "force": "law", "pages": [4]},
                    {**DUTY, "id": "ed/2/rest", "also_in": ["ed/1"]},
                ),
                provision({**DUTY, "id": "ed/2/wait", "modality": "shall"}, id="ed/2", paragraph=2, gist=""),
            ],
            "silence": [],
        },
        "editions/ed/second.yaml": {"provisions": [provision({**DUTY, "id": "ed/1/more", "trigger": "dusk"})]},
        "editions/old/chapter.yaml": "",
        "law/acts.yaml": [{**LAW[0], "year": "long ago"}],
    }

    assert complaints(tmp_path, files) == [
        f"{IN_CHAPTER}: silence: no such section; did you mean 'silences'?",
        f"{IN_CHAPTER}: duty 'ed/1/act': force: law needs the section that imposes it as legal_basis",
        f"{IN_CHAPTER}: duty 'ed/1/act': pages: not among the provision's pages [1]",
        f"{IN_CHAPTER}: duty 'ed/1/act': who: no agency, role or group 'counsil'; did you mean 'council'?",
        f"{IN_CHAPTER}: duty 'ed/2/rest': also_in: names its own provision",
        f"{IN_CHAPTER}: duty 'ed/2/rest': id: not under its provision; begin it with 'ed/1/'",
        f"{IN_CHAPTER}: duty 'ed/2/wait': modality: 'shall' is not one of {MODALITIES}",
        f"{IN_CHAPTER}: provision 'ed/2': gist: String should have at least 1 character",
        "corpus/editions/ed/second.yaml: duty 'ed/1/more': trigger: no event 'dusk'",
        f"corpus/editions/ed/second.yaml: provision 'ed/1': {TAKEN}",
        "corpus/editions/old/edition.yaml: no such file; every edition has one",
        "corpus/law/acts.yaml: legislation 'act': year: "
        "Input should be a valid integer, unable to parse string as an integer",
    ]


def test_a_reference_to_a_refused_record_is_no_second_fault(tmp_path: Path) -> None:
    files = chapter(
        provision({**DUTY, "if_missed": "ed/2/wait"}, cites=["ed/2"]),
        provision({**DUTY, "id": "ed/2/wait"}, id="ed/2", paragraph=2, gist=""),
    )

    assert complaints(tmp_path, files) == [
        f"{IN_CHAPTER}: provision 'ed/2': gist: String should have at least 1 character"
    ]


@pytest.mark.parametrize("content", [b"\xff", "provisions: ["], ids=["not UTF-8", "not YAML"])
def test_where_a_file_cannot_be_read_only_references_to_the_vocabulary_are_judged(
    tmp_path: Path, content: str | bytes
) -> None:
    files = duty(who=["zoo"], also_in=["ed/2"], cites=["act/s9"]) | {"editions/ed/second.yaml": content}

    first, second = complaints(tmp_path, files)

    assert first == f"{IN_CHAPTER}: duty 'ed/1/act': who: no agency, role or group 'zoo'"
    assert second.startswith("corpus/editions/ed/second.yaml: ")


def test_an_edition_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    assert complaints(tmp_path, {"editions/ed/edition.yaml": b"\xff"}) == [
        "corpus/editions/ed/edition.yaml: not UTF-8 at byte 0; save the file as UTF-8"
    ]


def test_without_a_vocabulary_of_its_own_a_corpus_is_read_with_the_packaged_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"who: no agency, role or group 'council'"):
        load_corpus(write_corpus(tmp_path, duty(who=["council"])))
    assert load_corpus(write_corpus(tmp_path, duty(who=["local-authority"]))).editions
