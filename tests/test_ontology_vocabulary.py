"""The vocabulary as it ships, and every fault that a writer of vocabulary can make, with the sentence it gets."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from ontology.errors import VocabularyError
from ontology.vocabulary import BEARERS, FILES, Kind, Term, Vocabulary, load_vocabulary

PLACE = "ontology/vocabulary"
TAKEN = "id: this id is taken"
QUOTE = "quote text that holds ': ' and check the indent"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def write_vocabulary(folder: Path, **files: str | bytes) -> Path:
    """A vocabulary folder with these files, the others empty."""
    for name in FILES:
        content = files.get(name.removesuffix(".yaml"), "")
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def complaints(folder: Path) -> list[str]:
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


def names(term: Term) -> set[str]:
    return {name.lower() for name in (term.label, *term.synonyms, *term.acronyms, *term.misspellings)}


def shared_names(terms: tuple[Term, ...]) -> dict[str, list[str]]:
    """Every name that stands for more than one term, with the terms it stands for."""
    holders = defaultdict(list)
    for term in terms:
        for name in sorted(names(term)):
            holders[name].append(term.id)
    return {name: ids for name, ids in holders.items() if len(ids) > 1}


# The vocabulary that ships


@pytest.mark.parametrize("kind", FILES.values())
def test_the_vocabulary_holds_terms_of_every_kind(vocabulary: Vocabulary, kind: Kind) -> None:
    assert vocabulary.of_kind(kind)


def test_ids_are_unique_over_all_kinds(vocabulary: Vocabulary) -> None:
    repeated = [term_id for term_id, count in Counter(term.id for term in vocabulary.terms).items() if count > 1]

    assert repeated == []


@pytest.mark.parametrize("kinds", [BEARERS, ("event",), ("topic",)], ids=["bearers", "events", "topics"])
def test_a_name_stands_for_one_term(vocabulary: Vocabulary, kinds: tuple[Kind, ...]) -> None:
    assert shared_names(vocabulary.of_kind(*kinds)) == {}


def test_a_name_that_stands_for_two_terms_is_found() -> None:
    police = Term(id="police", kind="agency", label="police", definition="A force.", acronyms=("PC",))
    officer = Term(id="officer", kind="role", label="officer", definition="A constable.", synonyms=("pc", "Police"))

    assert shared_names((police, officer)) == {"pc": ["police", "officer"], "police": ["police", "officer"]}


def test_a_term_gives_each_name_once(vocabulary: Vocabulary) -> None:
    written = {term.id: [*term.synonyms, *term.misspellings] for term in vocabulary.terms}

    assert [term_id for term_id, words in written.items() if len(set(map(str.lower, words))) < len(words)] == []
    assert [term.id for term in vocabulary.terms if term.label in term.synonyms] == []


def test_a_term_is_found_by_its_id(vocabulary: Vocabulary) -> None:
    assert "local-authority" in vocabulary
    assert vocabulary["local-authority"].label == "local authority"
    assert "local-authorty" not in vocabulary
    with pytest.raises(KeyError):
        vocabulary["local-authorty"]


@pytest.mark.parametrize(
    ("whole", "member"),
    [
        ("organisation-working-with-children", "school"),
        ("practitioner", "social-worker"),
        ("lead-practitioner", "lead-practitioner-section-17"),
    ],
)
def test_kinds_of_a_bearer_are_included(vocabulary: Vocabulary, whole: str, member: str) -> None:
    reached, waiting = set(), [whole]
    while waiting:
        for kind in vocabulary[waiting.pop()].includes:
            reached.add(kind)
            waiting.append(kind)

    assert member in reached


@pytest.mark.parametrize("group", ["safeguarding-partners-2022", "core-group", "strategy-discussion-attendees"])
def test_a_joint_group_has_members_and_includes_none(vocabulary: Vocabulary, group: str) -> None:
    assert vocabulary[group].has_part
    assert vocabulary[group].includes == ()


# Faults


FAULTS: dict[str, tuple[dict[str, str | bytes], list[str]]] = {
    "a bearer that there is not, with a near one": (
        {
            "agencies": "- {id: police, label: p, definition: d, includes: [polices]}\n"
            "- {id: policy, label: q, definition: d}"
        },
        [
            f"{PLACE}/agencies.yaml: agency 'police': includes: no agency, role or group 'polices'; "
            "did you mean 'police'?"
        ],
    ),
    "a bearer that there is not, with none near": (
        {"agencies": "- {id: police, label: p, definition: d, has_part: [zoo]}"},
        [f"{PLACE}/agencies.yaml: agency 'police': has_part: no agency, role or group 'zoo'"],
    ),
    "a post that is no role": (
        {
            "agencies": "- {id: school, label: s, definition: d, has_post: [school]}",
            "roles": "- {id: head, label: h, definition: d}",
        },
        [f"{PLACE}/agencies.yaml: agency 'school': has_post: no role 'school'"],
    ),
    "a conditional member that there is not": (
        {"groups": "- {id: core, label: c, definition: d, may_include: [{member: cores, when: it rains}]}"},
        [f"{PLACE}/groups.yaml: group 'core': may_include: no agency, role or group 'cores'; did you mean 'core'?"],
    ),
    "an event that there is not": (
        {"events": "- {id: referral, label: r, definition: d, precedes: [referal], broader: [dusk]}"},
        [
            f"{PLACE}/events.yaml: event 'referral': broader: no event 'dusk'",
            f"{PLACE}/events.yaml: event 'referral': precedes: no event 'referal'; did you mean 'referral'?",
        ],
    ),
    "an event where a bearer belongs": (
        {
            "roles": "- {id: head, label: h, definition: d, includes: [dusk]}",
            "events": "- {id: dusk, label: e, definition: d}",
        },
        [f"{PLACE}/roles.yaml: role 'head': includes: no agency, role or group 'dusk'"],
    ),
    "a bearer that includes itself": (
        {"roles": "- {id: head, label: h, definition: d, includes: [head]}"},
        [f"{PLACE}/roles.yaml: role 'head': includes: leads back to 'head'; break the circle"],
    ),
    "two bearers that include each other, over two files": (
        {
            "agencies": "- {id: school, label: s, definition: d, includes: [head]}",
            "roles": "- {id: head, label: h, definition: d, includes: [school]}",
        },
        [
            f"{PLACE}/agencies.yaml: agency 'school': includes: leads back to 'school'; break the circle",
            f"{PLACE}/roles.yaml: role 'head': includes: leads back to 'head'; break the circle",
        ],
    ),
    "events that precede each other in a circle of three": (
        {
            "events": "- {id: a, label: a, definition: d, precedes: [b]}\n"
            "- {id: b, label: b, definition: d, precedes: [c]}\n"
            "- {id: c, label: c, definition: d, precedes: [a]}\n"
            "- {id: d, label: d, definition: d, precedes: [a]}\n"
        },
        [f"{PLACE}/events.yaml: event '{one}': precedes: leads back to '{one}'; break the circle" for one in "abc"],
    ),
    "an event broader than itself": (
        {
            "events": "- {id: a, label: a, definition: d, broader: [b]}\n"
            "- {id: b, label: b, definition: d, broader: [a]}"
        },
        [f"{PLACE}/events.yaml: event '{one}': broader: leads back to '{one}'; break the circle" for one in "ab"],
    ),
    "an id used twice in one file": (
        {"topics": "- {id: referral, label: a, definition: d}\n- {id: referral, label: b, definition: d}"},
        [f"{PLACE}/topics.yaml: topic 'referral': {TAKEN}; rename one; the other is in {PLACE}/topics.yaml"],
    ),
    "an id used for two kinds": (
        {"agencies": "- {id: court, label: a, definition: d}", "events": "- {id: court, label: b, definition: d}"},
        [f"{PLACE}/events.yaml: event 'court': {TAKEN}; rename one; the other is in {PLACE}/agencies.yaml"],
    ),
    "an id with a capital and a blank": (
        {"agencies": "- {id: The Court, label: a, definition: d}"},
        [f"{PLACE}/agencies.yaml: agency 'The Court': id: String should match pattern '^[a-z0-9][a-z0-9-]*$'"],
    ),
    "a key that stands twice": (
        {"agencies": "- id: court\n  label: court\n  label: the court\n  definition: d\n"},
        [
            f"{PLACE}/agencies.yaml: line 3, column 3: not valid YAML: "
            "the key 'label' stands twice in one record; keep one"
        ],
    ),
    "a key that is a list": (
        {"agencies": "- {id: court, label: {{court}}, definition: d}"},
        [
            f"{PLACE}/agencies.yaml: line 1, column 23: not valid YAML: "
            f"{{'court': None}} cannot be the name of a field; {QUOTE}"
        ],
    ),
    "a misspelt field": (
        {"agencies": "- {id: court, label: court, definition: d, synonims: [bench]}"},
        [f"{PLACE}/agencies.yaml: agency 'court': synonims: no such field; did you mean 'synonyms'?"],
    ),
    "a field like no other": (
        {"agencies": "- {id: court, label: court, definition: d, zzz: 1}"},
        [f"{PLACE}/agencies.yaml: agency 'court': zzz: no such field"],
    ),
    "a misspelt field of a conditional member": (
        {"groups": "- {id: core, label: c, definition: d, may_include: [{member: core, whenever: it rains}]}"},
        [
            f"{PLACE}/groups.yaml: group 'core': may_include.0.when: this field is needed",
            f"{PLACE}/groups.yaml: group 'core': may_include.0.whenever: no such field; did you mean 'when'?",
        ],
    ),
    "no definition": (
        {"agencies": "- {id: court, label: court}"},
        [f"{PLACE}/agencies.yaml: agency 'court': definition: this field is needed"],
    ),
    "an empty label": (
        {"agencies": "- {id: court, label: ' ', definition: d}"},
        [f"{PLACE}/agencies.yaml: agency 'court': label: String should have at least 1 character"],
    ),
    "no id": (
        {"agencies": "- {label: court, definition: d}"},
        [f"{PLACE}/agencies.yaml: agency '?': id: this field is needed"],
    ),
    "bytes that are not UTF-8": (
        {"agencies": b"- {id: court, label: caf\xe9, definition: d}"},
        [f"{PLACE}/agencies.yaml: not UTF-8 at byte 24; save the file as UTF-8"],
    ),
    "a colon in a label": (
        {"agencies": "- id: court\n  label: court: family\n"},
        [
            f"{PLACE}/agencies.yaml: line 2, column 15: not valid YAML: "
            f"mapping values are not allowed in this context; {QUOTE}"
        ],
    ),
    "a bracket left open": (
        {"agencies": "- {id: court, label: court\n"},
        [f"{PLACE}/agencies.yaml: line 2, column 1: not valid YAML: did not find expected ',' or '}}'; {QUOTE}"],
    ),
    "a tag that would run code": (
        {"agencies": "- !!python/object/apply:os.getcwd []\n"},
        [
            f"{PLACE}/agencies.yaml: line 1, column 3: not valid YAML: could not determine a constructor for the tag "
            f"'tag:yaml.org,2002:python/object/apply:os.getcwd'; {QUOTE}"
        ],
    ),
    "a month that there is not": (
        {"agencies": "- {id: court, label: court, definition: d, valid_from: 2022-13-01}"},
        [f"{PLACE}/agencies.yaml: holds an impossible date: month must be in 1..12; write it YYYY-MM-DD"],
    ),
    "a word instead of a record": (
        {"agencies": "- court\n"},
        [f"{PLACE}/agencies.yaml: agency: expected a record with fields, found 'court'; start it with `- id:`"],
    ),
    "a word instead of a list": (
        {"agencies": "court\n"},
        [f"{PLACE}/agencies.yaml: expected a list of records, found 'court'; start each record with `- id:`"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_its_place_and_cure(
    tmp_path: Path, files: dict[str, str | bytes], expected: list[str]
) -> None:
    assert complaints(write_vocabulary(tmp_path, **files)) == expected


def test_a_character_that_cannot_be_printed_is_named(tmp_path: Path) -> None:
    (complaint,) = complaints(write_vocabulary(tmp_path, topics="- {id: a, label: b\x07c, definition: d}"))

    assert complaint.startswith(f"{PLACE}/topics.yaml: not valid YAML: unacceptable character #x0007")
    assert complaint.endswith("; remove characters that cannot be printed")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write_vocabulary(tmp_path)
    (tmp_path / "roles.yaml").unlink()

    assert complaints(tmp_path) == [
        f"{PLACE}/roles.yaml: cannot be read (No such file or directory); put the file back"
    ]


def test_all_faults_of_all_files_are_told_in_one_run_sorted(tmp_path: Path) -> None:
    write_vocabulary(
        tmp_path,
        agencies="- {id: court, label: court, definition: d, has_post: [judge]}\n- {id: police, label: police}\n",
        roles="- {id: clerk, label: clerk, definition: d, color: red}\n",
        groups="- {id: court, label: c, definition: d}\n- {id: core, label: c, definition: d, includes: [core]}\n",
        events="- [",
        topics=b"\xff",
    )

    assert complaints(tmp_path) == [
        f"{PLACE}/agencies.yaml: agency 'court': has_post: no role 'judge'",
        f"{PLACE}/agencies.yaml: agency 'police': definition: this field is needed",
        f"{PLACE}/events.yaml: line 2, column 1: not valid YAML: did not find expected node content; {QUOTE}",
        f"{PLACE}/groups.yaml: group 'core': includes: leads back to 'core'; break the circle",
        f"{PLACE}/groups.yaml: group 'court': {TAKEN}; rename one; the other is in {PLACE}/agencies.yaml",
        f"{PLACE}/roles.yaml: role 'clerk': color: no such field",
        f"{PLACE}/topics.yaml: not UTF-8 at byte 0; save the file as UTF-8",
    ]


def test_a_reference_to_a_refused_record_is_no_second_fault(tmp_path: Path) -> None:
    write_vocabulary(
        tmp_path,
        agencies="- {id: court, label: court, definition: d, has_post: [judge]}",
        roles="- {id: judge, label: judge}",
    )

    assert complaints(tmp_path) == [f"{PLACE}/roles.yaml: role 'judge': definition: this field is needed"]


def test_a_reference_into_a_file_that_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    write_vocabulary(
        tmp_path,
        agencies="- {id: court, label: court, definition: d, includes: [bench], has_post: [judge]}",
        groups=b"\xff",
    )

    assert complaints(tmp_path) == [
        f"{PLACE}/agencies.yaml: agency 'court': has_post: no role 'judge'",
        f"{PLACE}/groups.yaml: not UTF-8 at byte 0; save the file as UTF-8",
    ]


def test_a_faultless_vocabulary_loads(tmp_path: Path) -> None:
    write_vocabulary(
        tmp_path,
        agencies="- {id: court, label: ' court ', definition: d, has_post: [judge],\n"
        "   may_include: [{member: judge, when: it sits}]}",
        roles="- {id: judge, label: judge, definition: d, valid_from: 2022-07-01}",
        events="- {id: a, label: a, definition: d, precedes: [b], broader: [b]}\n- {id: b, label: b, definition: d}",
    )

    vocabulary = load_vocabulary(tmp_path)

    assert [term.id for term in vocabulary.terms] == ["court", "judge", "a", "b"]
    assert vocabulary["court"].label == "court"
