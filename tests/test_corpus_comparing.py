"""Two editions compared: on small documents, and on the official one against copies with edits planted by seed."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from corpus import alignment
from corpus.comparing import Compared, Comparison, compare, find_provision
from corpus.differences import Difference, Differences, plain_words
from corpus.documents import Description, Document, Kind, Piece, to_document
from corpus.loader import Corpus
from ontology.errors import InputError
from ontology.vocabulary import Vocabulary, load_vocabulary

OFFICIAL = "working-together-2023"
NAMED = ("modality", "number", "who", "time-limit", "wording")
KINDS = (*NAMED, "moved", "gone", "new", "split", "merged", "renumbered")
#: Copies are planted with so many edits of each kind.
EACH = 8


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def document(pieces: list[Piece], name: str = "older") -> Document:
    kind: Kind = "official-guidance"
    known = Description(id=name, title=name, publisher="A", published=date(2024, 1, 1), kind=kind, edition="wt2023")
    return to_document(known, name, name, pieces)


def numbered(*texts: str, heading: str = "Meetings") -> list[Piece]:
    return [Piece("paragraph", f"{n}. {text}", str(n), (heading,), (1,)) for n, text in enumerate(texts, 1)]


def told(comparison: Comparison) -> list[tuple[str, list[str], list[str]]]:
    """The state and the numbers of each."""
    return [
        (one.state, [passage.number for passage in one.before], [passage.number for passage in one.after])
        for one in comparison.passages
    ]


# What is said of a passage

RULES = (
    "A core group meets in the first week and writes a plan.",
    "The chair asks every parent for their view before others speak.",
    "Minutes go to all who were invited, whether or not they came.",
    "A plan that failed is put before a manager, who decides what follows.",
    "Nobody waits for a meeting when a child is hurt today.",
)


def test_passages_are_same_edited_new_and_gone_in_the_newer_order(vocabulary: Vocabulary) -> None:
    newer = (RULES[0], RULES[1].replace("every parent", "the police"), "Interpreters are booked early.", *RULES[3:])
    found = compare(document(numbered(*RULES)), document(numbered(*newer), "newer"), vocabulary)

    assert told(found) == [
        ("same", ["1"], ["1"]),
        ("edited", ["2"], ["2"]),
        ("gone", ["3"], []),
        ("new", [], ["3"]),
        ("same", ["4"], ["4"]),
        ("same", ["5"], ["5"]),
    ]
    assert found.counts == {"same": 3, "edited": 1, "moved": 0, "new": 1, "gone": 1}


def test_a_passage_elsewhere_has_moved_and_is_not_new(vocabulary: Vocabulary) -> None:
    newer = document(numbered(*RULES[1:], RULES[0]), "newer")
    found = compare(document(numbered(*RULES)), newer, vocabulary)

    assert [one for one in told(found) if one[0] != "same"] == [("moved", ["1"], ["5"])]
    assert all(one.renumbered for one in found.passages)


def test_a_passage_under_another_heading_has_moved_but_not_under_one_renamed(vocabulary: Vocabulary) -> None:
    older = [*numbered(*RULES[:3]), *numbered(*RULES[3:], "Notes are kept for years.", heading="After")]
    moved = [replace(one, heading=("After",)) if one is older[2] else one for one in older]
    renamed = [replace(one, heading=("Core groups",)) if one.heading == ("Meetings",) else one for one in older]

    assert [one.state for one in compare(document(older), document(moved, "newer"), vocabulary).passages] == [
        "same", "same", "moved", "same", "same", "same"
    ]  # fmt: skip
    assert compare(document(older), document(renamed, "newer"), vocabulary).counts["same"] == 6


def test_a_passage_split_in_two_and_two_merged_are_edited(vocabulary: Vocabulary) -> None:
    split = ("A core group meets in the first week", "and it writes a plan.", *RULES[1:])
    one, two = document(numbered(*RULES)), document(numbered(*split), "newer")

    parted = compare(one, two, vocabulary).passages[0]
    assert (parted.state, parted.parting, len(parted.after)) == ("edited", "split", 2)
    assert parted.differences == (Difference(aspect="wording", before="", after="it"),)
    joined = compare(two, one, vocabulary).passages[0]
    assert (joined.state, joined.parting, len(joined.before)) == ("edited", "merged", 2)


def test_notes_between_the_lines_move_nothing(vocabulary: Vocabulary) -> None:
    text, note = numbered(*RULES), Piece("footnote", "An Act of 1989, section 47", "1")
    older, newer = document([*text[:2], note, *text[2:]]), document([*text[:4], note, *text[4:]], "newer")

    assert compare(older, newer, vocabulary).counts["same"] == 6


def test_capitals_punctuation_and_figures_for_words_are_no_edit(vocabulary: Vocabulary) -> None:
    older = document(numbered("The chair’s list has five names; the group has it."))
    newer = document(numbered("The chair's list has 5 names: the Group has it."), "newer")

    assert compare(older, newer, vocabulary).counts["same"] == 1


def test_a_passage_in_quite_other_words_is_matched_by_meaning(vocabulary: Vocabulary) -> None:
    reworded = "Everyone on the invitation list receives the written record, absent members included."
    older, newer = document(numbered(*RULES)), document(numbered(*RULES[:2], reworded, *RULES[3:]), "newer")

    def encode(texts: list[str]) -> npt.NDArray[np.float32]:
        assert set(texts) <= {RULES[2], reworded}, "what stayed as it was is not encoded"
        return np.ones((len(texts), 1), dtype=np.float32)

    assert [one.state for one in compare(older, newer, vocabulary).passages][2:4] == ["gone", "new"]
    assert [one.state for one in compare(older, newer, vocabulary, encode).passages][2:4] == ["edited", "same"]


# What is named of an edit


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        ("They must tell us.", "They should tell us.", [("modality", "must", "should")]),
        ("They should tell us.", "They should not tell us.", [("modality", "should", "should not")]),
        ("They need to tell us.", "They have a duty to tell us.", [("modality", "need to", "have a duty to")]),
        ("See section 47(2) now.", "See section 17 now.", [("number", "47(2)", "17")]),
        ("Up to three of them come.", "Up to four of them come.", [("number", "three", "four")]),
        ("Those aged 17 years come.", "Those aged 18 years come.", [("number", "17", "18")]),
        ("Head teachers come.", "The police come.", [("who", "Head teachers", "The police")]),
        (
            "A plan is made within 15 working days.",
            "A plan is made within ten working days.",
            [("time-limit", "within 15 working days", "within ten working days")],
        ),
        ("Call within a day.", "Call as soon as possible.", [("time-limit", "within a day", "as soon as possible")]),
        ("Report by 30 September.", "Report by 31 March.", [("time-limit", "by 30 September", "by 31 March")]),
        ("It is reviewed every 3 months.", "It is reviewed annually.", [("time-limit", "every 3 months", "annually")]),
        ("The council may act.", "The local authority may act.", [("wording", "The council", "The local authority")]),
        (
            "A social worker should always act.",
            "Now the police must act.",
            [("modality", "should", "must"), ("who", "social worker", "the police"),
             ("wording", "A … always", "Now")],
        ),
        (
            "Other practitioners involved should come.",
            "Other safeguarding partners involved should come.",
            [("who", "Other practitioners involved", "safeguarding partners")],
        ),
        ("Those under 18 should come.", "Those under 18 may come.", [("modality", "should", "may")]),
        ("They come in May 2024.", "They come in May 2024.", []),
    ],
)  # fmt: skip
def test_modal_words_numbers_bearers_and_limits_are_named_first(
    vocabulary: Vocabulary, before: str, after: str, differences: list[tuple[str, str, str]]
) -> None:
    found = Differences(vocabulary).between(before, after)

    assert [(one.aspect, one.before, one.after) for one in found] == differences


# What cannot be compared


def test_the_very_same_file_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="'older' and 'older' are the very same file; give two editions"):
        compare(document(numbered(*RULES)), document(numbered(*RULES)), vocabulary)


def test_what_is_too_large_and_too_unlike_is_refused(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "MOST_PASSAGES", 2)
    with pytest.raises(InputError, match="3 passages with 35 words have no counterpart in the other document"):
        compare(document(numbered(*RULES[:3])), document(numbered(*RULES[3:]), "newer"), vocabulary)


def test_a_passage_without_end_is_refused(vocabulary: Vocabulary) -> None:
    older, newer = document([Piece("text", "soon " * 10_001)]), document([Piece("text", "late")], "newer")
    with pytest.raises(InputError, match="A passage of 10,001 words is too long to compare, the most is 10,000; give"):
        compare(older, newer, vocabulary)


def test_many_passages_in_the_same_words_are_matched_at_once(vocabulary: Vocabulary) -> None:
    lines = [Piece("text", "They meet soon.")] * 20_000
    found = compare(document(lines), document(lines[1:], "newer"), vocabulary)

    assert (found.counts["same"], found.counts["gone"]) == (19_999, 1)


# The official document against copies with planted edits


@dataclass
class Copy:
    """A copy of a document's pieces, and which of the older ones became which of the newer ones."""

    older: list[Piece]
    #: In the newer order: the pieces, where they came from, and what was done to them.
    rows: list[tuple[list[Piece], tuple[int, ...], set[str]]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @property
    def newer(self) -> list[Piece]:
        return [piece for pieces, _, _ in self.rows for piece in pieces]

    def planted(self) -> dict[str, set[tuple[tuple[int, ...], tuple[int, ...]]]]:
        """The matches of each kind."""
        truth: dict[str, set[tuple[tuple[int, ...], tuple[int, ...]]]] = {kind: set() for kind in ("same", *KINDS)}
        at = 0
        for pieces, came_from, done in self.rows:
            match = (came_from, tuple(range(at, at + len(pieces))))
            at += len(pieces)
            for kind in done or {"same"}:
                truth[kind].add(match)
        truth["gone"] = {((one,), ()) for one in self.gone}
        return truth


WORD = re.compile(r"(?<![\w'’-])[a-z]{4,}(?![\w'’-])")
#: Words that are, or are part of, what is named first.
NAMES = {
    "must", "should", "will", "could", "might", "would", "need", "needs", "cannot", "required", "duty", "responsible",
    "have", "right", "possible", "three", "four", "five", "seven", "eight", "nine", "years", "days", "immediately",
    "once",
    *WORD.findall(" ".join(f"{term.label} {' '.join(term.synonyms)}" for term in load_vocabulary().terms).lower()),
}  # fmt: skip
SWAPS: dict[str, dict[str, list[str]]] = {
    "modality": {"must": ["should", "may"], "should": ["must", "may", "should not"], "may": ["must", "should"]},
    "number": {str(n): [str(n + 1), str(n + 10)] for n in range(10, 60)} | {"two": ["three"], "three": ["four"]},
    "who": {
        "local authority": ["police", "health visitor"],
        "police": ["local authority", "head teacher"],
        "practitioners": ["social workers", "safeguarding partners"],
        "safeguarding partners": ["relevant agencies", "local authorities"],
        "local authorities": ["schools", "safeguarding partners"],
        "social worker": ["police officer", "head teacher"],
        "lead practitioner": ["designated safeguarding lead"],
    },
    "time-limit": {
        "45 working days": ["35 working days"], "15 working days": ["ten working days"],
        "10 working days": ["20 working days"], "one working day": ["two working days"],
        "six months": ["three months"], "three months": ["six months"], "seven working days": ["5 working days"],
        "five working days": ["seven working days"], "24 hours": ["48 hours"], "28 days": ["14 days"],
        "immediately": ["as soon as possible", "promptly"], "as soon as possible": ["immediately"],
    },
    "wording": {},
}  # fmt: skip


def plant(pieces: list[Piece], seed: int, run_on: bool) -> Copy:
    """A copy with EACH edits of every kind; with `run_on`, paragraphs and notes are numbered anew throughout."""
    chance = random.Random(seed)
    free = list(range(len(pieces)))
    chance.shuffle(free)
    plan: dict[int, str] = {}
    for kind in ("time-limit", "who", "number", "modality", "wording", "moved", "moved too", "gone", "split", "merged"):
        wanted = EACH // 2 if kind == "moved too" else EACH
        for at in free:
            if at not in plan and list(plan.values()).count(kind) < wanted and _fits(pieces, at, kind, plan):
                plan[at] = kind
                if kind == "merged":
                    plan[at + 1] = "merged away"
    copy = Copy(pieces)
    away: list[tuple[list[Piece], tuple[int, ...], set[str]]] = []
    for at, piece in enumerate(pieces):
        match plan.get(at):
            case None:
                copy.rows.append(([piece], (at,), set()))
            case "gone":
                copy.gone.append(at)
            case "moved":
                away.append(([piece], (at,), {"moved"}))
            case "moved too":
                away.append(([_swapped(piece, "modality", chance)], (at,), {"moved", "modality"}))
            case "split":
                sentences = re.split(r"(?<=[.;]) ", piece.text)
                half = len(sentences) // 2
                parts = [replace(piece, text=" ".join(one), number="") for one in (sentences[:half], sentences[half:])]
                copy.rows.append(([replace(parts[0], number=piece.number), parts[1]], (at,), {"split"}))
            case "merged":
                other = re.sub(r"^\d+\. ", "", pieces[at + 1].text)
                copy.rows.append(([replace(piece, text=f"{piece.text} {other}")], (at, at + 1), {"merged"}))
            case "merged away":
                pass
            case kind:
                copy.rows.append(([_swapped(piece, kind, chance)], (at,), {kind}))
    words = [word for piece in pieces for word in piece.text.split()]
    for _ in range(EACH):
        kind = chance.choice(["paragraph", "paragraph", "footnote", "box"])
        text = " ".join(chance.sample(words, chance.randint(6, 12) if kind == "footnote" else chance.randint(25, 90)))
        away.append(([Piece(kind, text, "", (), (9,))], (), {"new"}))
    for row in away:
        # As far from its old place as an editor would move it, and not among notes.
        spots = [
            at for at, (_, came, _) in enumerate(copy.rows) if came and (not row[1] or abs(came[0] - row[1][0]) > 30)
        ]
        at = chance.choice(spots)
        heading = () if row[0][0].kind == "footnote" else copy.rows[at][0][0].heading
        copy.rows.insert(at, ([replace(row[0][0], heading=heading)], row[1], row[2]))
    _number(copy, run_on, chance)
    _rename(copy, chance)
    return copy


def _rename(copy: Copy, chance: random.Random) -> None:
    """Give some headings other words wherever they stand, which is no edit of what stands under them."""
    nearest = sorted({piece.heading[-1] for piece in copy.older if piece.heading})
    other = {heading: f"On {heading.lower()}" for heading in chance.sample(nearest, EACH)}
    for at, (pieces, came_from, done) in enumerate(copy.rows):
        headings = [tuple(other.get(one, one) for one in piece.heading) for piece in pieces]
        renamed = [replace(piece, heading=one) for piece, one in zip(pieces, headings, strict=True)]
        copy.rows[at] = (renamed, came_from, done)


def _number(copy: Copy, run_on: bool, chance: random.Random) -> None:
    """Number all paragraphs anew, or a few that were not touched."""
    counts: Counter[str] = Counter()
    few = chance.sample([at for at, (old, _, done) in enumerate(copy.rows) if old[0].number and not done], EACH)
    for at, (pieces, came_from, done) in enumerate(copy.rows):
        numbers = []
        for piece in pieces:
            counts[piece.kind] += 1
            number = str(counts[piece.kind]) if run_on and piece.kind in ("paragraph", "footnote") else piece.number
            numbers.append(f"{piece.number}A" if at in few and not run_on else number)
        renumbered = [
            replace(piece, number=number, text=re.sub(rf"^{piece.number}\. ", f"{number}. ", piece.text))
            if piece.number
            else replace(piece, number=number)
            for piece, number in zip(pieces, numbers, strict=True)
        ]
        whole = len(pieces) == len(came_from) == 1
        changed = {"renumbered"} if whole and numbers[0] != copy.older[came_from[0]].number else set()
        copy.rows[at] = (renumbered, came_from, done | changed)


def _fits(pieces: list[Piece], at: int, kind: str, plan: dict[int, str]) -> bool:
    piece = pieces[at]
    if kind in ("gone", "moved"):
        # One of several in the same words cannot be told from the others.
        return [one.text for one in pieces].count(piece.text) == 1
    if piece.kind == "footnote" or len(piece.text.split()) < 20:
        return False
    if kind == "split":
        return len(re.split(r"(?<=[.;]) ", piece.text)) >= 4
    if kind == "merged":
        following = pieces[at + 1] if at + 1 < len(pieces) else piece
        return following.kind == piece.kind and following.heading == piece.heading and at + 1 not in plan
    kind = "modality" if kind == "moved too" else kind
    if kind == "wording":
        return len(_plain(_own(piece))) >= 3
    return any(re.search(_pattern(old), _own(piece)) for old in SWAPS[kind])


def _plain(text: str) -> list[str]:
    """Words that no difference is named for."""
    return sorted({word for word in WORD.findall(text) if not NAMES & {word, word[:-1]}})


def _own(piece: Piece) -> str:
    return piece.text.partition(" ")[2]


def _pattern(words: str) -> str:
    # No number of a date, a time limit or a year, and no bearer that is part of another's name.
    times = "January|April|June|July|working|days?|months?|years?|hours?|weeks?"
    after = rf"(?! (?:not|{times}|officer|force|children|designated))"
    return rf"(?<![\w'’(.-])(?<!under )(?<!lead )(?<!delegated )(?<!statutory )(?<!local ){words}(?![\w'’(.-]){after}"


def _swapped(piece: Piece, kind: str, chance: random.Random) -> Piece:
    """The piece with one word or phrase of this kind replaced; for wording, some plain words of it."""
    first, _, text = piece.text.partition(" ")
    if kind == "wording":
        for word in chance.sample(_plain(text), 3):
            text = re.sub(rf"(?<![\w'’-]){word}(?![\w'’-])", f"zz{word[::-1]}", text, count=1)
    else:
        old = chance.choice([one for one in SWAPS[kind] if re.search(_pattern(one), text)])
        text = re.sub(_pattern(old), chance.choice(SWAPS[kind][old]), text, count=1)
    return replace(piece, text=f"{first} {text}")


def measured(copy: Copy, comparison: Comparison) -> dict[str, tuple[float, float]]:
    """Recall and precision of each kind."""
    older = {(one.start, one.end): at for at, one in enumerate(document(copy.older).passages)}
    newer = {(one.start, one.end): at for at, one in enumerate(document(copy.newer).passages)}
    found: dict[str, set[tuple[tuple[int, ...], tuple[int, ...]]]] = {kind: set() for kind in ("same", *KINDS)}
    for one in comparison.passages:
        match = (
            tuple(older[passage.position] for passage in one.before),
            tuple(newer[passage.position] for passage in one.after),
        )
        for kind in kinds(one):
            found[kind].add(match)
    planted = copy.planted()
    return {
        kind: (
            len(found[kind] & planted[kind]) / max(1, len(planted[kind])),
            len(found[kind] & planted[kind]) / max(1, len(found[kind])),
        )
        for kind in found
        if found[kind] or planted[kind]
    }


def kinds(one: Compared) -> set[str]:
    """What a comparison says was done to a passage, in the words that the edits are planted by."""
    if one.parting != "whole":
        return {one.parting}
    if one.state in ("new", "gone"):
        return {one.state}
    done: set[str] = {difference.aspect for difference in one.differences}
    done |= ({"moved"} if one.moved else set()) | ({"renumbered"} if one.renumbered else set())
    return done or {"same"}


Reading = Callable[[str], list[Piece]]


@pytest.mark.parametrize("run_on", [False, True], ids=["numbers kept", "numbered anew"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_edits_are_found(reading: Reading, vocabulary: Vocabulary, seed: int, run_on: bool) -> None:
    copy = plant(reading(OFFICIAL), seed, run_on)
    planted = copy.planted()
    comparison = compare(document(copy.older), document(copy.newer, "newer"), vocabulary)
    figures = measured(copy, comparison)

    assert sum(len(planted[kind]) for kind in KINDS if kind != "renumbered") >= 60
    assert all(len(planted[kind]) >= EACH for kind in KINDS)
    low = {kind: figure for kind, figure in figures.items() if min(figure) < 0.95}
    assert low == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_moved_is_never_called_new(reading: Reading, vocabulary: Vocabulary, seed: int) -> None:
    copy = plant(reading(OFFICIAL), seed, True)
    comparison = compare(document(copy.older), document(copy.newer, "newer"), vocabulary)
    new = {
        tuple(plain_words(passage.text)) for one in comparison.passages if one.state == "new" for passage in one.after
    }
    moved = {tuple(plain_words(one.text)) for pieces, _, done in copy.rows if "moved" in done for one in pieces}

    assert moved
    assert new & moved == set()


# Curated provisions in a newer edition


def test_every_curated_provision_is_found_in_the_document_itself(
    reading: Reading, vocabulary: Vocabulary, corpus: Corpus
) -> None:
    pieces = reading(OFFICIAL)
    comparison = compare(document(pieces), document(pieces, "newer"), vocabulary)
    (records,) = [one for one in corpus.editions if one.edition.id == "wt2023"]

    assert {find_provision(one, comparison).state for one in records.provisions} == {"same"}


def test_a_curated_provision_is_same_edited_or_not_found(
    reading: Reading, vocabulary: Vocabulary, corpus: Corpus
) -> None:
    pieces = reading(OFFICIAL)
    newer = [
        replace(one, text=one.text.replace("45 working days", "40 working days")) if one.number == "155" else one
        for one in pieces
        if (one.kind, one.number) != ("paragraph", "153")
    ]
    comparison = compare(document(pieces), document(newer, "newer"), vocabulary)
    (records,) = [one for one in corpus.editions if one.edition.id == "wt2023"]
    provisions = {one.id: one for one in records.provisions}
    found = {number: find_provision(provisions[f"wt2023/{number}"], comparison) for number in (152, 153, 155)}

    assert {number: one.state for number, one in found.items()} == {152: "same", 153: "not found", 155: "edited"}
    assert found[153].after == ()
    assert found[155].after[0].number == "155"
    assert {one.aspect for one in found[155].differences} == {"time-limit"}


def test_a_provision_of_another_document_raises(vocabulary: Vocabulary, corpus: Corpus) -> None:
    comparison = compare(document(numbered(*RULES)), document(numbered(*RULES[1:]), "newer"), vocabulary)
    (records,) = [one for one in corpus.editions if one.edition.id == "wt2023"]

    with pytest.raises(InputError, match="'older' holds no passage for wt2023/400"):
        find_provision(next(one for one in records.provisions if one.paragraph == 400), comparison)
