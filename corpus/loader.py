"""Reads the corpus: every record of every edition and of the law, cross-checked, all faults collected."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from corpus.records import (
    AskedQuestion,
    Change,
    Conflict,
    Definition,
    Duty,
    Edition,
    Legislation,
    LegislationSection,
    Provision,
    Record,
    Remark,
    Silence,
)
from ontology.errors import CorpusError, Fault
from ontology.record_files import as_records, did_you_mean, ids_in, parse_record, read_yaml
from ontology.vocabulary import BEARERS, Vocabulary, load_vocabulary

R = TypeVar("R", bound=Record)

FOLDER = Path(__file__).parent
#: Reasons for what `safeguard check --against` cannot confirm.
REMARKS = "unconfirmed.yaml"
SECTIONS: dict[str, type[Record]] = {
    "provisions": Provision,
    "definitions": Definition,
    "silences": Silence,
    "conflicts": Conflict,
}


@dataclass(frozen=True)
class EditionRecords:
    """One edition with everything written about it, provisions in the order of the document."""

    edition: Edition
    provisions: tuple[Provision, ...]
    definitions: tuple[Definition, ...]
    silences: tuple[Silence, ...]
    conflicts: tuple[Conflict, ...]
    unconfirmed: tuple[Remark, ...]

    @property
    def duties(self) -> Iterator[tuple[Provision, Duty]]:
        """Every duty with the provision that states it."""
        return ((provision, duty) for provision in self.provisions for duty in provision.duties)

    @property
    def answers(self) -> frozenset[str]:
        """The ids of what a question can be answered by: provisions, duties and silences."""
        duties = (duty.id for _, duty in self.duties)
        return frozenset(duties) | {one.id for one in (*self.provisions, *self.silences)}


@dataclass(frozen=True)
class Corpus:
    """Everything that an author has written."""

    vocabulary: Vocabulary
    editions: tuple[EditionRecords, ...]
    legislation: tuple[Legislation, ...]
    changes: tuple[Change, ...] = ()
    #: Questions that search learns from, and others by which the weights of what it learned are found.
    asked: tuple[AskedQuestion, ...] = ()
    trials: tuple[AskedQuestion, ...] = ()


def load_corpus(folder: Path = FOLDER, vocabulary: Vocabulary | None = None) -> Corpus:
    """Read the corpus under `folder`; raises CorpusError with every fault, VocabularyError before that.

    A reference to a record that was refused is no fault of its own, and where a file cannot be read, only references
    to the vocabulary are judged.
    """
    reading = _Reading(folder, vocabulary or load_vocabulary())
    corpus = Corpus(
        reading.vocabulary,
        reading.read_editions(),
        reading.read_law(),
        reading.read_changes(),
        reading.read_questions("asked"),
        reading.read_questions("trials"),
    )
    reading.check_references(corpus)
    if reading.faults:
        raise CorpusError(reading.faults)
    return corpus


class _Reading:
    """One pass over the files, and one over the references, gathering faults on the way."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder = folder
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []
        self.file_of: dict[str, str] = {}
        #: Ids of records with faults.
        self.refused: set[str] = set()
        #: Whether some file cannot be read, so that nobody knows what it holds.
        self.unread = False

    def read_editions(self) -> tuple[EditionRecords, ...]:
        folders = sorted(path for path in (self.folder / "editions").glob("*") if path.is_dir())
        if not folders:
            self.faults.append(Fault("corpus/editions", "", "", "no edition here", "add editions/ID/edition.yaml"))
        return tuple(records for path in folders if (records := self._read_edition(path)))

    def _read_edition(self, folder: Path) -> EditionRecords | None:
        name = self._name(folder / "edition.yaml")
        if not (folder / "edition.yaml").is_file():
            self.faults.append(Fault(name, "", "", "no such file", "every edition has one"))
            self.unread = True
            return None
        before = len(self.faults)
        content = self._read(folder / "edition.yaml", name)
        edition = parse_record(Edition, content, name, "edition", self.faults) if len(self.faults) == before else None
        found: dict[str, list[Record]] = {section: [] for section in SECTIONS}
        for path in sorted(folder.glob("*.yaml")):
            if path.name not in ("edition.yaml", REMARKS):
                self._read_file(path, found)
        if edition is None:
            self.unread = True
            return None
        self._claim(edition, name, "edition")
        if edition.id != folder.name:
            cure = f"write '{folder.name}', or rename the folder"
            self.faults.append(Fault(name, f"edition '{edition.id}'", "id", "does not name its folder", cure))
        provisions = sorted((p for p in found["provisions"] if isinstance(p, Provision)), key=_document_order)
        return EditionRecords(
            edition,
            tuple(provisions),
            tuple(d for d in found["definitions"] if isinstance(d, Definition)),
            tuple(s for s in found["silences"] if isinstance(s, Silence)),
            tuple(c for c in found["conflicts"] if isinstance(c, Conflict)),
            self._read_remarks(folder / REMARKS),
        )

    def _read_remarks(self, path: Path) -> tuple[Remark, ...]:
        if not path.is_file():
            return ()
        name = self._name(path)
        entries = as_records(self._read(path, name), name, "", self.faults)
        remarks = (parse_record(Remark, data, name, "remark", self.faults) for data in entries)
        return tuple(remark for remark in remarks if remark)

    def _read_file(self, path: Path, found: dict[str, list[Record]]) -> None:
        name = self._name(path)
        content = self._read(path, name)
        if content is None:
            return
        if not isinstance(content, dict):
            self.faults.append(Fault(name, "", "", "not a mapping", f"start with one of {', '.join(SECTIONS)}"))
            return
        for section, entries in content.items():
            if section not in SECTIONS:
                cure = did_you_mean(str(section), SECTIONS) or f"use one of {', '.join(SECTIONS)}"
                self.faults.append(Fault(name, "", str(section), "no such section", cure))
                continue
            kind = section.rstrip("s")
            for data in as_records(entries, name, str(section), self.faults):
                record = parse_record(SECTIONS[section], data, name, kind, self.faults)
                if record is None:
                    self.refused |= ids_in(data)
                    continue
                self._claim(record, name, kind)
                self._check_own_ids(record, path.parent.name, name, kind)
                found[section].append(record)

    def _check_own_ids(self, record: Record, edition: str, name: str, kind: str) -> None:
        if not record.id.startswith(f"{edition}/"):
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "id", f"does not begin with '{edition}/'"))
        if not isinstance(record, Provision):
            return
        if record.paragraph is not None and record.id != f"{edition}/{record.paragraph}":
            cure = f"write '{edition}/{record.paragraph}'"
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "id", "does not name its paragraph", cure))
        if (record.kind == "paragraph") != (record.paragraph is not None):
            cure = "give an unnumbered block its own kind"
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "kind", "only a paragraph has a number", cure))
        if not record.pages and record.certainty == "primary":
            cure = "give its pages, or say what it rests on with certainty and evidence"
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "pages", "a primary record stands on a page", cure))
        if record.certainty != "primary" and not record.evidence:
            cure = "name the source that it rests on"
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "evidence", "this field is needed", cure))
        for duty in record.duties:
            self._claim(duty, name, "duty")
            if not duty.id.startswith(f"{record.id}/"):
                cure = f"begin it with '{record.id}/'"
                self.faults.append(Fault(name, f"duty '{duty.id}'", "id", "not under its provision", cure))

    def _claim(self, record: Record, name: str, kind: str) -> None:
        if record.id in self.file_of:
            cure = f"rename one; the other is in {self.file_of[record.id]}"
            self.faults.append(Fault(name, f"{kind} '{record.id}'", "id", "this id is taken", cure))
        self.file_of[record.id] = name

    def read_law(self) -> tuple[Legislation, ...]:
        acts = []
        for act, name in self._records_in("law", Legislation, "legislation"):
            for section in act.sections:
                self._claim(section, name, "section")
            acts.append(act)
        return tuple(acts)

    def read_changes(self) -> tuple[Change, ...]:
        changes = []
        for change, name in self._records_in("changes", Change, "change"):
            if not change.id.startswith(f"{change.from_edition}-{change.to_edition}/"):
                cure = f"begin it with '{change.from_edition}-{change.to_edition}/'"
                self.faults.append(Fault(name, f"change '{change.id}'", "id", "does not name its editions", cure))
            changes.append(change)
        return tuple(changes)

    def _records_in(self, folder: str, model: type[R], kind: str) -> Iterator[tuple[R, str]]:
        """Every sound record of a folder of lists, each with the name of its file."""
        for path in sorted((self.folder / folder).glob("*.yaml")):
            name = self._name(path)
            for data in as_records(self._read(path, name), name, "", self.faults):
                record = parse_record(model, data, name, kind, self.faults)
                if record is None:
                    self.refused |= ids_in(data)
                    continue
                self._claim(record, name, kind)
                yield record, name

    def read_questions(self, folder: str) -> tuple[AskedQuestion, ...]:
        """The questions of a folder's files, one a line: JSON, since thousands of YAML records take seconds to read."""
        asked: dict[tuple[str, str], AskedQuestion] = {}
        for path in sorted((self.folder / folder).glob("*.jsonl")):
            name, edition = self._name(path), path.stem.rpartition("-")[0]
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    data = {**json.loads(line), "edition": edition}
                except (ValueError, TypeError):
                    self.faults.append(Fault(name, f"line {number}", "", "no JSON object", "write one question a line"))
                    continue
                one = parse_record(AskedQuestion, data, f"{name}:{number}", "question", self.faults)
                if one and asked.setdefault((edition, one.question.lower()), one) is not one:
                    cure = "keep one, with everything that answers it"
                    self.faults.append(Fault(name, f"line {number}", "question", "this stands here twice", cure))
        return tuple(asked.values())

    def check_references(self, corpus: Corpus) -> None:
        bearers = {term.id for term in self.vocabulary.of_kind(*BEARERS)}
        events = {term.id for term in self.vocabulary.of_kind("event")}
        topics = {term.id for term in self.vocabulary.of_kind("topic")}
        law = {record.id for act in corpus.legislation for record in law_records(act)}
        provisions = {provision.id for records in corpus.editions for provision in records.provisions}
        duties = {duty.id: duty for records in corpus.editions for _, duty in records.duties}
        known = {
            "agency, role or group": bearers,
            "event": events,
            "topic": topics,
            "Act or section": law,
            "provision": provisions,
            "provision, Act or section": provisions | law,
            "duty": set(duties),
            "provision or duty": provisions | set(duties),
            "edition": {records.edition.id for records in corpus.editions},
            "printing": {printing.id for records in corpus.editions for printing in records.edition.printings},
        }
        answers = {records.edition.id: records.answers for records in corpus.editions}
        for folder, questions in (("asked", corpus.asked), ("trials", corpus.trials)):
            for question in questions:
                here = answers.get(question.edition, frozenset())
                for wrong in set(question.answered_by) - here - self.refused:
                    cure = did_you_mean(wrong, here)
                    what = f"no provision, duty or silence '{wrong}' in {question.edition}"
                    self.faults.append(Fault(f"corpus/{folder}", f"'{question.question}'", "answered_by", what, cure))
        for section in (section for act in corpus.legislation for section in act.sections):
            self._refer(section, "binds", section.binds, "agency, role or group", known)
        for change in corpus.changes:
            self._refer(change, "from_edition, to_edition", (change.from_edition, change.to_edition), "edition", known)
            self._refer(change, "before, after", (*change.before, *change.after), "provision or duty", known)
        for records in corpus.editions:
            for notice in records.edition.special_notices:
                self._refer(records.edition, "special_notices.topics", notice.topics, "topic", known)
            if records.edition.should_means:
                places = records.edition.should_means.stated_in
                self._refer(records.edition, "should_means.stated_in", places, "provision", known)
            for provision in records.provisions:
                self._refer(provision, "printing", (provision.printing,), "printing", known)
                self._refer(provision, "topics", provision.topics, "topic", known)
                self._refer(provision, "cites", provision.cites, "provision, Act or section", known)
                for duty in provision.duties:
                    self._check_duty(provision, duty, known)
            for definition in records.definitions:
                self._refer(definition, "stated_in", definition.stated_in, "provision", known)
            for silence in records.silences:
                self._refer(silence, "topics", silence.topics, "topic", known)
                self._refer(silence, "near", silence.near, "provision or duty", known)
            for conflict in records.conflicts:
                self._refer(conflict, "places", conflict.places, "provision", known)
                self._refer(conflict, "duties", conflict.duties, "duty", known)

    def _check_duty(self, provision: Provision, duty: Duty, known: dict[str, set[str]]) -> None:
        self._refer(duty, "who", duty.who, "agency, role or group", known)
        self._refer(duty, "recipients", duty.recipients, "agency, role or group", known)
        self._refer(duty, "beneficiary", (duty.beneficiary,), "agency, role or group", known)
        self._refer(duty, "trigger", (duty.trigger,), "event", known)
        self._refer(duty, "legal_basis", duty.legal_basis, "Act or section", known)
        self._refer(duty, "cites", duty.cites, "provision, Act or section", known)
        self._refer(duty, "also_in", duty.also_in, "provision", known)
        self._refer(duty, "if_missed", (duty.if_missed,), "duty", known)
        for limit in duty.time_limits:
            self._refer(duty, "time_limits.from", limit.anchors, "event", known)
        rules = {
            "who": (
                bool(duty.who) == (duty.who_basis == "not-stated"),
                "a bearer is named just when its basis is known",
            ),
            "force": (
                duty.force == "law" and not duty.legal_basis,
                "law needs the section that imposes it as legal_basis",
            ),
            "pages": (
                not set(duty.pages) <= set(provision.pages),
                f"not among the provision's pages {list(provision.pages)}",
            ),
            "also_in": (provision.id in duty.also_in, "names its own provision"),
        }
        for field, (broken, fault) in rules.items():
            if broken:
                self.faults.append(Fault(self.file_of[duty.id], f"duty '{duty.id}'", field, fault))

    def _refer(
        self, record: Record, field: str, ids: Iterable[str | None], what: str, known: dict[str, set[str]]
    ) -> None:
        if self.unread and what not in ("agency, role or group", "event", "topic"):
            return
        for wrong in (one for one in ids if one is not None and one not in known[what] | self.refused):
            kind = type(record).__name__.lower()
            cure = did_you_mean(wrong, known[what])
            self.faults.append(
                Fault(self.file_of[record.id], f"{kind} '{record.id}'", field, f"no {what} '{wrong}'", cure)
            )

    def _read(self, path: Path, name: str) -> Any:
        before = len(self.faults)
        content = read_yaml(path, name, self.faults)
        self.unread = self.unread or len(self.faults) > before
        return content

    def _name(self, path: Path) -> str:
        return f"corpus/{path.relative_to(self.folder).as_posix()}"


def law_records(act: Legislation) -> Iterator[Legislation | LegislationSection]:
    """An Act, then each of its sections."""
    yield act
    yield from act.sections


def _document_order(provision: Provision) -> tuple[int, int, str]:
    return min(provision.pages, default=0), provision.paragraph or 0, provision.id
