"""The texts that search runs over: one for each record, and for each passage of commentary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from corpus.commentary import Commentary
from corpus.loader import Corpus, EditionRecords
from corpus.records import AskedQuestion, Duty
from corpus.wording import duty_sentence, limit_text
from ontology.vocabulary import Vocabulary

SENTENCE_END = re.compile(r"(?<=[.;?]) +(?=[A-Z(])")

#: Whose questions are searched one by one; what the other writers asked is in the learned points.
SEARCHED = ("a", "l", "n", "p", "r", "s", "u", "v", "w", "z")
#: A question that so many records answer asks for a list; lists are searched one by one, whoever asked for them.
LIST = 3

DocumentKind = Literal["provision", "duty", "definition", "silence", "change", "commentary"]


@dataclass(frozen=True)
class Document:
    """One searchable text and the record that it stands for."""

    kind: DocumentKind
    #: The record's id, which with the kind gives its IRI.
    record: str
    edition: str
    #: For words and for meaning.
    text: str
    #: Parts of the text that are also searched by meaning on their own, since a long text blurs what each part says.
    parts: tuple[str, ...]
    #: For words alone: labels, acronyms and synonyms of what the text names.
    labels: str
    #: Questions that people ask and this record answers, for words.
    asked: tuple[str, ...] = ()
    #: Those of them that are searched by meaning one by one.
    searched: tuple[str, ...] = ()


def to_documents(corpus: Corpus, commentary: tuple[Commentary, ...] = ()) -> list[Document]:
    """Every searchable text, in the order of the editions and their provisions."""
    asked: dict[str, list[AskedQuestion]] = {}
    for question in corpus.asked:
        for record in question.answered_by:
            asked.setdefault(record, []).append(question)
    documents = [
        replace(
            document,
            asked=tuple(one.question for one in asked.get(document.record, ())),
            searched=tuple(one.question for one in asked.get(document.record, ()) if _is_searched(one)),
        )
        for records in corpus.editions
        for document in _of_edition(records, corpus.vocabulary)
    ]
    held = {records.edition.id for records in corpus.editions if any(True for _ in records.duties)}
    for change in corpus.changes:
        # What changed after the newest edition held is told with that edition.
        edition = change.to_edition if change.to_edition in held else change.from_edition
        documents.append(Document("change", change.id, edition, f"{change.label}. {change.note}", (change.label,), ""))
    documents += [
        Document("commentary", passage_id(one, number), one.about, f"{passage.heading}. {passage.text}", (), one.title)
        for one in commentary
        for number, passage in enumerate(one.passages, 1)
    ]
    return documents


def unanswered(corpus: Corpus) -> list[str]:
    """Questions that people ask and no record answers, by which a question is known that is none of ours."""
    return [one.question for one in corpus.asked if not one.answered_by and one.by in SEARCHED]


@dataclass(frozen=True)
class Rows:
    """What is embedded, in the order of the vector index: texts of documents, questions asked of them, and others."""

    texts: list[str]
    #: The document of each of the first texts.
    text_owners: list[int]
    #: The documents that answer each question after those.
    asked_owners: list[list[int]]


def search_rows(documents: list[Document], others: list[str]) -> Rows:
    """The rows of the vector index; `others` are the questions that nothing answers."""
    own = [(number, text) for number, one in enumerate(documents) for text in (one.text, *one.parts)]
    asked: dict[str, list[int]] = {}
    for number, one in enumerate(documents):
        for question in one.searched:
            asked.setdefault(question, []).append(number)
    return Rows([*(text for _, text in own), *asked, *others], [number for number, _ in own], list(asked.values()))


def _is_searched(question: AskedQuestion) -> bool:
    return question.by in SEARCHED or len(question.answered_by) >= LIST


def passage_id(commentary: Commentary, number: int) -> str:
    """The id of a passage of commentary, for instance `a-briefing/3`."""
    return f"{commentary.id}/{number}"


def _of_edition(records: EditionRecords, vocabulary: Vocabulary) -> Iterator[Document]:
    edition = records.edition.id
    for provision in records.provisions:
        heading = provision.heading[-1]
        labels = _labels(provision.topics, vocabulary)
        sentences = tuple(SENTENCE_END.split(provision.gist))
        yield Document("provision", provision.id, edition, f"{heading}. {provision.gist}", sentences, labels)
        for duty in provision.duties:
            text = _duty_text(duty, vocabulary)
            yield Document("duty", duty.id, edition, f"{heading}. {text}", (), _duty_labels(duty, vocabulary))
    for definition in records.definitions:
        text = f"{definition.term}: {definition.meaning}"
        yield Document("definition", definition.id, edition, text, (), ". ".join(definition.synonyms))
    for silence in records.silences:
        yield Document("silence", silence.id, edition, silence.question, (), _labels(silence.topics, vocabulary))


def _duty_text(duty: Duty, vocabulary: Vocabulary) -> str:
    parts = [duty_sentence(duty, vocabulary)]
    parts += [limit_text(duty, limit, vocabulary) for limit in duty.time_limits]
    parts += [f"when: {vocabulary[duty.trigger].label}"] if duty.trigger else []
    parts += [f"if {duty.condition}"] if duty.condition else []
    parts += [f"unless {duty.exception}"] if duty.exception else []
    parts += duty.parts
    return ". ".join(parts)


def _duty_labels(duty: Duty, vocabulary: Vocabulary) -> str:
    anchors = (anchor for limit in duty.time_limits for anchor in limit.anchors)
    named = (*duty.who, *duty.recipients, *([duty.trigger] if duty.trigger else []), *anchors)
    return _labels(named, vocabulary)


def _labels(ids: tuple[str, ...], vocabulary: Vocabulary) -> str:
    words = [word for one in ids for word in (vocabulary[one].label, *vocabulary[one].acronyms)]
    return ". ".join(dict.fromkeys(words))
