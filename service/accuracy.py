"""How well answers do on the practice questions, as last measured; the figures are those that CI holds."""

import json
from dataclasses import dataclass
from pathlib import Path

#: In a checkout the figures stand with the questions; the wheel ships the same file here.
SHIPPED = Path(__file__).parent / "baseline.json"
IN_CHECKOUT = Path(__file__).parent.parent / "tests" / "questions" / "baseline.json"

#: What is told of the measures, in words: (its name in the file, what it says).
TOLD = (
    ("hit@1", "The first card or passage is a right one"),
    ("hit@5", "A right one is among the first five"),
    ("card source", "The first card names the right paragraph"),
    ("card all four", "The first card is right in all four: who, how firmly, by when, where"),
    ("clock right", "The time limit of the first card is right, where one is asked for"),
    ("list recall", "Of the duties that answer a question about several: those that are shown"),
    ("list precision", "Of the duties shown for such a question: those that answer it"),
    ("silent refused", "What the guidance does not settle is said to be not settled"),
    ("off-topic refused", "A question about something else gets no answer"),
    ("wrongly refused", "A question that has an answer gets none (lower is better)"),
)
#: The two halves of the practice questions.
HALVES = (("file unseen", "questions never used for tuning"), ("file tune", "questions used for tuning"))


@dataclass(frozen=True)
class Accuracy:
    """The measured figures, as shares between 0 and 1."""

    #: The day on which they were measured, where the file says so.
    measured: str | None
    #: (what is measured, its share in each half or None)
    rows: list[tuple[str, list[float | None]]]


def read_accuracy() -> Accuracy:
    """The figures of the file that is shipped, or that stands in the checkout."""
    content = json.loads((SHIPPED if SHIPPED.is_file() else IN_CHECKOUT).read_text(encoding="utf-8"))
    halves = [content["figures"].get(name, {}) for name, _ in HALVES]
    rows = [
        (words, [half.get(name) for half in halves]) for name, words in TOLD if any(name in half for half in halves)
    ]
    return Accuracy(content.get("measured"), rows)
