"""The competency questions: what the graph must be able to answer, each with its query and the rows expected of it."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "competency"


@dataclass(frozen=True)
class CompetencyQuestion:
    """One question of `competency/`: a query file that starts with its question and purpose, and a table beside it."""

    #: The file's name without its ending, such as `03-child-protection-clocks`.
    id: str
    question: str
    purpose: str
    query: str
    #: The header and the rows, each a tuple of what CSV results give.
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def competency_questions() -> tuple[CompetencyQuestion, ...]:
    """Every question, by its number."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.rq")))


def by_purpose(questions: Iterable[CompetencyQuestion]) -> dict[str, list[CompetencyQuestion]]:
    """The questions grouped by purpose, in the order in which each purpose first comes up."""
    groups: dict[str, list[CompetencyQuestion]] = {}
    for one in questions:
        groups.setdefault(one.purpose, []).append(one)
    return groups


def _read(path: Path) -> CompetencyQuestion:
    question, purpose, query = path.read_text(encoding="utf-8").split("\n", 2)
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        header, *rows = (tuple(row) for row in csv.reader(file))
    return CompetencyQuestion(
        path.stem, question.removeprefix("# "), purpose.removeprefix("# Purpose: "), query, header, tuple(rows)
    )
