"""The records as tables, for people who use spreadsheets, data frames or SQL: duties, clocks, changes and law."""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cell = str | int | None
#: Between the items of a cell that holds several; no item has it.
BETWEEN = " | "


@dataclass(frozen=True)
class Column:
    """One column: its name, its type in SQL and what it holds."""

    name: str
    kind: str
    meaning: str
    value: Callable[[Any], Cell]


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns and, from a build's cards, its rows."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: Callable[[dict[str, Any]], Iterable[Any]]

    def rows(self, cards: dict[str, Any]) -> list[tuple[Cell, ...]]:
        """The rows, by their first column."""
        return sorted(
            (tuple(column.value(one) for column in self.columns) for one in self.source(cards)),
            key=lambda row: tuple(map(str, row)),
        )


def to_csv(table: Table, cards: dict[str, Any]) -> bytes:
    """The table as CSV (RFC 4180, UTF-8)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows(cards))
    return text.getvalue().encode()


def write_sqlite(cards: dict[str, Any], path: Path) -> None:
    """Every table in one SQLite file, with what each table and column means in the table `columns`."""
    with sqlite3.connect(path) as database:
        # Two runs must give the same bytes, whatever the machine's own defaults are.
        database.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = DELETE; PRAGMA encoding = 'UTF-8';")
        database.execute('CREATE TABLE columns ("table" TEXT, "column" TEXT, meaning TEXT)')
        for table in TABLES:
            columns = ", ".join(f'"{column.name}" {column.kind}' for column in table.columns)
            database.execute(f'CREATE TABLE "{table.name}" ({columns})')
            places = ", ".join("?" * len(table.columns))
            database.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', table.rows(cards))
            database.executemany(
                "INSERT INTO columns VALUES (?, ?, ?)",
                [(table.name, column.name, column.meaning) for column in table.columns],
            )
    database.close()


def _text(name: str, meaning: str, *path: str) -> Column:
    return Column(name, "TEXT", meaning, lambda one: _at(one, path or (name,)))


def _number(name: str, meaning: str, *path: str) -> Column:
    return Column(name, "INTEGER", meaning, lambda one: _at(one, path or (name,)))


def _several(name: str, meaning: str, field: str, part: str = "") -> Column:
    return Column(
        name,
        "TEXT",
        f"{meaning}, several parted by '{BETWEEN.strip()}'",
        lambda one: BETWEEN.join(str(item[part] if part else item) for item in one[field]),
    )


def _pages(meaning: str, *path: str) -> Column:
    return Column("pages", "TEXT", meaning, lambda one: BETWEEN.join(map(str, _at(one, (*path, "pages")))))


def _at(one: Any, path: Iterable[str]) -> Any:
    for step in path:
        one = None if one is None else one[step]
    return one


def _labels(references: Iterable[dict[str, str]]) -> str:
    return BETWEEN.join(one["label"] for one in references)


def _paragraph(one: Any) -> Cell:
    return next(iter(one["provision"]["paragraphs"]), None)


def _clocks(cards: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for duty in cards["duties"].values():
        for rank, limit in enumerate(duty["time_limits"], 1):
            yield {**limit, "rank": rank, "duty": duty}


DUTY = (
    _text("id", "The duty's address"),
    _text("edition", "The edition that states it", "provision", "edition"),
    _several("bearers", "Who bears it", "bearers", "label"),
    _several("bearer_ids", "Their addresses", "bearers", "id"),
    _text("bearer_mode", "Whether several bear it each, jointly, or any one of them"),
    _text("bearer_basis", "Whether the bearer is stated, inferred or not stated"),
    _text("modality", "must, must-not, should, should-not, may, need-not or none-stated"),
    _text("modality_wording", "The text's own word for that"),
    _text("force", "Whether law or guidance imposes it"),
    _text("action", "What is to be done, in our own words"),
    _several("recipients", "Who receives, is told or is consulted", "recipients", "label"),
    _text("trigger", "The event that starts it", "trigger", "label"),
    _text("condition", "When it applies, in words"),
    _text("exception", "When it does not"),
    _text("only_if", "The only circumstances in which it may be done"),
    _several("time_limits", "By when, in words, the governing limit first", "time_limits", "text"),
    _several("legal_basis", "The sections that impose or empower it", "legal_basis", "label"),
    _several("legal_basis_ids", "Their addresses", "legal_basis", "id"),
    Column("paragraph", "INTEGER", "The paragraph that states it, where it is numbered", _paragraph),
    _number("footnote", "The footnote to that paragraph that states it, if one does", "provision", "footnote"),
    _pages("The pages that it stands on", "provision"),
    _text("heading", "The nearest heading", "provision", "heading"),
    _text("valid_from", "From when it applies, where that is later than its edition"),
    _text("valid_until", "Until when, where that is earlier"),
    _text("certainty", "primary: read in the official text; secondary; unverified"),
)
CLOCK = (
    _text("duty", "The duty's address", "duty", "id"),
    _text("edition", "The edition that states it", "duty", "provision", "edition"),
    _number("rank", "Its place among the limits of the duty; the first governs"),
    _text("relation", "How it stands to the event: within, before, every ..."),
    _text("duration", "Its length, ISO 8601: P45D, P6M"),
    _text("day_kind", "Which days count: working, calendar, school, unstated"),
    _text("date", "The day, where it is one in the calendar"),
    _several("counts_from", "The event that it counts from", "anchors", "label"),
    _text("which", "Which occurrence of that event"),
    _text("until", "Until when it recurs"),
    _text("set_by", "Whether law or guidance sets it"),
    _text("text", "The limit in words"),
    Column("bearers", "TEXT", "Who bears the duty", lambda one: _labels(one["duty"]["bearers"])),
    _text("modality", "How strongly the duty binds", "duty", "modality"),
    _text("action", "What is to be done", "duty", "action"),
    Column("paragraph", "INTEGER", "The paragraph, where it is numbered", lambda one: _paragraph(one["duty"])),
    _number("footnote", "The footnote to that paragraph, if one states it", "duty", "provision", "footnote"),
    _pages("The pages that the duty stands on", "duty", "provision"),
    _text("certainty", "How well the duty is evidenced", "duty", "certainty"),
)  # fmt: skip
CHANGE = (
    _text("id", "The change's address"),
    _text("from_edition", "The older edition"),
    _text("to_edition", "The newer edition"),
    _text("kind", "unchanged, amended, new, removed, moved or relabelled"),
    _several("aspects", "What about it changed", "aspects"),
    _text("label", "The change in a few words"),
    _text("note", "What differs"),
    _several("before", "The records of the older edition", "before", "id"),
    _several("after", "The records of the newer edition", "after", "id"),
    _text("certainty", "primary, secondary or unverified"),
    _several("evidence", "What that rests on", "evidence"),
)
LAW = (
    _text("id", "Its address, at legislation.gov.uk where one is known"),
    _text("act", "The Act or instrument", "act_title"),
    _text("section", "The section, regulation or schedule; empty for the whole", "label"),
    _text("title", "Its title"),
    _number("year", "The Act's year"),
    _text("gist", "What it does, in our own words"),
    Column("binds", "TEXT", f"On whom it puts duties or powers, several parted by '{BETWEEN.strip()}'",
           lambda one: _labels(one["binds"])),
    _text("in_force_from", "Since when it is in force, where a source at hand says so"),
    _text("commencement", "How far it is in force, in words"),
    Column("duties", "INTEGER", "How many duties rest on it", lambda one: len(one["duties"])),
    Column("cited_by", "INTEGER", "How many provisions and duties point to it", lambda one: len(one["cited_by"])),
    _text("certainty", "primary: the gist rests on the Act's own words; secondary: on what guidance says of it"),
)  # fmt: skip
TABLES = (
    Table("duties", "Who must, should or may do what", DUTY, lambda cards: cards["duties"].values()),
    Table("clocks", "By when: one row for each time limit of a duty", CLOCK, _clocks),
    Table("changes", "What differs between two editions", CHANGE, lambda cards: cards["changes"].values()),
    Table("law", "Acts, instruments and their sections", LAW, lambda cards: cards["law"].values()),
)
