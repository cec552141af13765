"""Search by words: BM25 over stemmed words and pairs of neighbours (bm25s)."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WORD = re.compile(r"[a-z0-9]+")
#: Words that say nothing about what is asked; "who", "when" and their likes are read by `service.understanding`.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been being but by can could deadline deadlines did do
    does fast for from get had has have he her him his how i if in into is it its just long may me must my
    need no not of on or our quickly she should so some soon such than that the their them then there these
    they this those timeframe timeframes timescale timescales to too up us very was we were what when where
    which while who whom why will with would you your
    """.split()  # noqa: SIM905 (a list of so many quoted words cannot be read)
)
#: Ends of what is often typed without its apostrophe.
CONTRACTED = ("n't", "'re", "'ve", "'ll")
#: pyspellchecker gives so much to words that were put on its list by hand, slips among them.
LISTED = 50
#: Found best on a public regulatory benchmark, untrained (architecture, "Words").
K1, B = 0.9, 0.4


def tokenize(text: str) -> list[str]:
    """Stems of the text's words without stop words, then pairs of neighbouring stems joined by "_"."""
    folded = text.lower().replace("’", "'").replace("'s", "")
    stems = _stemmer().stemWords([word for word in WORD.findall(folded) if word not in STOP_WORDS])
    return [*stems, *(f"{first}_{second}" for first, second in pairwise(stems))]


def write_words(texts: Sequence[str], folder: Path) -> None:
    """Index `texts` and write the index into `folder`."""
    import bm25s

    # BM25 divides by lengths: a text without words gets a token that no query has.
    tokens = [tokenize(text) or [""] for text in texts]
    vocabulary = {token: number for number, token in enumerate(sorted({one for text in tokens for one in text}))}
    index = bm25s.BM25(k1=K1, b=B)
    index.index(([[vocabulary[one] for one in text] for text in tokens], vocabulary), show_progress=False)
    folder.mkdir(parents=True)
    index.save(folder, show_progress=False)


def spellings(texts: Iterable[str]) -> list[str]:
    """Every word that the texts hold, as it is spelled, in order."""
    return sorted({word for text in texts for word in WORD.findall(text.lower()) if not word.isdigit()})


def ordinary_words() -> list[str]:
    """The English words in common use, in order, by pyspellchecker's list; "isn't" stands as isnt."""
    from spellchecker import SpellChecker

    frequencies = SpellChecker(language="en").word_frequency
    common = [word for word in frequencies.words() if frequencies[word] > LISTED]
    return sorted({word.replace("'", "") for word in common if word.isalpha() or word.endswith(CONTRACTED)})


class WordIndex:
    """The index written by `write_words`; its scores are added up here, since importing bm25s takes 0.25 s."""

    def __init__(self, folder: Path) -> None:
        self._known: dict[str, int] = json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))
        self._texts: int = json.loads((folder / "params.index.json").read_text(encoding="utf-8"))["num_docs"]
        # One column a token: its scores, the texts that they are of, and where the next column begins.
        self._scores, self._owners, self._starts = (
            np.load(folder / f"{name}.csc.index.npy") for name in ("data", "indices", "indptr")
        )

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """The BM25 score of every text, in the order they were written; zeros when no word is known."""
        total = np.zeros(self._texts, dtype=np.float32)
        for token in tokenize(query):
            self._add(token, total)
        return total

    def known(self, word: str) -> bool:
        """Whether some text holds this word, by its stem."""
        return all(token in self._known for token in tokenize(word))

    def scores_of_token(self, token: str) -> npt.NDArray[np.float32]:
        """The BM25 score of every text for one token; zeros for an unknown one."""
        total = np.zeros(self._texts, dtype=np.float32)
        self._add(token, total)
        return total

    def _add(self, token: str, total: npt.NDArray[np.float32]) -> None:
        owners, scores = self._column(token)
        total[owners] += scores

    def _column(self, token: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """The texts that hold a token, each once, and the token's score in each."""
        if (number := self._known.get(token)) is None:
            return self._owners[:0], self._scores[:0]
        column = slice(self._starts[number], self._starts[number + 1])
        return self._owners[column], self._scores[column]


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
