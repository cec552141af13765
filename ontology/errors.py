"""Everything that can go wrong, in sentences for the person who reads them.

    SafeguardError
    ├── DataError          records are faulty; carries every fault found
    │   ├── VocabularyError    agencies, roles, groups, events, topics
    │   └── CorpusError        editions, provisions, duties, law
    ├── DocumentError      an official document cannot be read
    ├── BuildError         a build is missing, damaged or cannot be made
    ├── InputError         somebody asked for something that cannot be had
    └── QueryError         a SPARQL query is malformed or not allowed
        ├── QueryTimeout       it ran too long
        └── QueryBusy          too many are running

`service` maps each to an HTTP status and an exit status in one place.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class SafeguardError(Exception):
    """The root: its text is one or more sentences fit to show."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one record: where, what, and what cures it."""

    file: str
    record: str
    field: str
    fault: str
    cure: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, self.record, self.field) if part)
        return f"{where}: {self.fault}" + (f"; {self.cure}" if self.cure else "")


class DataError(SafeguardError):
    """Records are faulty; `faults` holds all of them, sorted."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


class VocabularyError(DataError):
    """The vocabulary is faulty."""


class CorpusError(DataError):
    """The corpus is faulty."""


class DocumentError(SafeguardError):
    """An official document cannot be read."""


class BuildError(SafeguardError):
    """A build is missing, damaged or cannot be made."""


class InputError(SafeguardError):
    """Somebody asked for something that cannot be had."""


class QueryError(SafeguardError):
    """A SPARQL query is malformed or not allowed."""


class QueryTimeout(QueryError):
    """A SPARQL query ran too long and was stopped."""


class QueryBusy(QueryError):
    """Too many SPARQL queries are running."""
