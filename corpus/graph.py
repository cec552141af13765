"""The one mapping from records to RDF: vocabulary, law and editions, each into its named graph."""

from collections.abc import Iterable

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Dataset, Graph, Literal, URIRef

from corpus.commentary import Commentary
from corpus.limits import TimeLimit
from corpus.loader import Corpus, EditionRecords, law_records
from corpus.records import Certainty, Change, Duty, Legislation, Provision
from corpus.wording import duty_sentence, limit_anchors, limit_text
from ontology.namespaces import GRAPH, PREFIXES, SG, TIME, individual
from ontology.vocabulary import Term, Vocabulary

KIND_CLASSES = {
    "agency": SG.Agency,
    "role": SG.Role,
    "group": SG.Group,
    "event": SG.Event,
    "topic": SKOS.Concept,
}
UNITS = {"day": TIME.unitDay, "month": TIME.unitMonth, "year": TIME.unitYear}


#: Aspects whose word is a property's name already.
ASPECTS = {
    "modality": SG.modalityAspect,
    "action": SG.actionAspect,
    "time-limit": SG.timeLimitAspect,
    "trigger": SG.triggerAspect,
    "legal-basis": SG.legalBasisAspect,
}


def to_dataset(corpus: Corpus, commentary: Iterable[Commentary] = ()) -> Dataset:
    """The corpus as a dataset: graph `ontology` gets the vocabulary, `law` the Acts, and each edition its own.

    No blank nodes; every individual has a label; pages are those of the edition's newest printing.
    """
    dataset = Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    names = Names(corpus)
    vocabulary = dataset.graph(GRAPH.ontology)
    for term in corpus.vocabulary.terms:
        _add_term(vocabulary, term, names)
    law = dataset.graph(GRAPH.law)
    for act in corpus.legislation:
        _add_legislation(law, act, names)
    for records in corpus.editions:
        _add_edition(dataset.graph(GRAPH[records.edition.id]), records, names)
    for change in corpus.changes:
        _add_change(dataset.graph(GRAPH.changes), change, names)
    for document in commentary:
        _add_commentary(dataset.graph(GRAPH.commentary), document)
    return dataset


class Names:
    """IRIs of everything that a record can refer to by its id."""

    def __init__(self, corpus: Corpus) -> None:
        self.vocabulary: Vocabulary = corpus.vocabulary
        self._kind = {term.id: term.kind for term in corpus.vocabulary.terms}
        self._law = {
            record.id: URIRef(record.iri) if record.iri else individual("legislation", record.id)
            for act in corpus.legislation
            for record in law_records(act)
        }
        self._printings = {one.id for records in corpus.editions for one in records.edition.printings}
        self._duties = {duty.id for records in corpus.editions for _, duty in records.duties}

    def __getitem__(self, record_id: str) -> URIRef:
        if record_id in self._kind:
            return individual(self._kind[record_id], record_id)
        if record_id in self._law:
            return self._law[record_id]
        if record_id in self._printings:
            return individual("printing", record_id)
        return individual("duty" if record_id in self._duties else "provision", record_id)


def _add_term(graph: Graph, term: Term, names: Names) -> None:
    node = names[term.id]
    _describe(graph, node, KIND_CLASSES[term.kind], term.label)
    graph.add((node, SKOS.prefLabel, Literal(term.label, "en")))
    graph.add((node, SKOS.definition, Literal(term.definition, "en")))
    _texts(graph, node, SKOS.altLabel, (*term.synonyms, *term.acronyms), "en")
    _texts(graph, node, SKOS.hiddenLabel, term.misspellings, "en")
    for prop, ids in (
        (SG.includes, term.includes),
        (SG.hasPost, term.has_post),
        (SG.hasPart, term.has_part),
        (SKOS.broader, term.broader),
        (SG.precedes, term.precedes),
    ):
        _links(graph, node, prop, ids, names)
    for one in term.may_include:
        membership = URIRef(f"{node}/may-include/{one.member}")
        label = f"{names.vocabulary[one.member].label}, when {one.when}"
        _describe(graph, membership, SG.ConditionalMembership, label)
        graph.add((node, SG.mayInclude, names[one.member]))
        graph.add((node, SG.membership, membership))
        graph.add((membership, SG.member, names[one.member]))
        graph.add((membership, SG.condition, Literal(one.when)))
    _validity(graph, node, term.valid_from, term.valid_until)


def _add_legislation(graph: Graph, act: Legislation, names: Names) -> None:
    node = names[act.id]
    _describe(graph, node, SG.Legislation, act.title)
    _texts(graph, node, SKOS.altLabel, act.synonyms, "en")
    _texts(graph, node, SG.gist, (act.gist,))
    _texts(graph, node, SG.commencement, (act.commencement,))
    if act.year:
        graph.add((node, SG.year, Literal(act.year)))
    graph.add((node, DCTERMS.source, Literal(act.evidence)))
    for section in act.sections:
        part = names[section.id]
        _describe(graph, part, SG.LegislationSection, f"{act.title}, {section.label}")
        graph.add((node, SG.section, part))
        graph.add((part, SG.gist, Literal(section.gist)))
        _texts(graph, part, DCTERMS.title, (section.title,), "en")
        _links(graph, part, SG.binds, section.binds, names)
        _texts(graph, part, SG.inForceFrom, (str(section.in_force_from) if section.in_force_from else None,))
        _texts(graph, part, SG.commencement, (section.commencement,))
        _texts(graph, part, DCTERMS.source, (section.evidence,))
        _pages(graph, part, section.pages)
        _certainty(graph, part, section.certainty)


def _add_edition(graph: Graph, records: EditionRecords, names: Names) -> None:
    edition = records.edition
    node = individual("edition", edition.id)
    _describe(graph, node, SG.Edition, edition.title)
    graph.add((node, DCTERMS.title, Literal(edition.title, "en")))
    graph.add((node, DCTERMS.publisher, Literal(edition.publisher)))
    graph.add((node, SG.published, Literal(edition.published.isoformat())))
    if edition.in_force_from:
        graph.add((node, SG.inForceFrom, Literal(edition.in_force_from.isoformat())))
    if edition.in_force_until:
        graph.add((node, SG.inForceUntil, Literal(edition.in_force_until.isoformat())))
    if edition.supersedes:
        graph.add((node, SG.supersedes, individual("edition", edition.supersedes)))
    graph.add((node, SG.editionStatus, _code(edition.status)))
    _texts(graph, node, SG.note, edition.notices)
    if edition.should_means:
        graph.add((node, SG.shouldMeans, Literal(edition.should_means.text)))
    _texts(graph, node, DCTERMS.source, edition.evidence)
    _certainty(graph, node, edition.certainty)
    for printing in edition.printings:
        printed = individual("printing", printing.id)
        _describe(graph, printed, SG.Printing, f"{edition.title}, printing of {printing.date.isoformat()}")
        graph.add((node, SG.printing, printed))
        graph.add((printed, SG.date, Literal(printing.date.isoformat())))
        graph.add((printed, SG.url, Literal(printing.url)))
        _texts(graph, printed, SG.sha256, (printing.sha256,))
    for provision in records.provisions:
        _add_provision(graph, node, provision, names)
    for definition in records.definitions:
        term = individual("definition", definition.id)
        _describe(graph, term, SG.Definition, definition.term)
        graph.add((term, SG.edition, node))
        graph.add((term, SG.meaning, Literal(definition.meaning)))
        _texts(graph, term, SKOS.altLabel, definition.synonyms, "en")
        _links(graph, term, SG.statedIn, definition.stated_in, names)
    for silence in records.silences:
        gap = individual("silence", silence.id)
        _describe(graph, gap, SG.Silence, silence.question)
        graph.add((gap, SG.edition, node))
        graph.add((gap, SG.question, Literal(silence.question)))
        graph.add((gap, SG.note, Literal(silence.note)))
        _links(graph, gap, SG.topic, silence.topics, names)
        _links(graph, gap, SG.near, silence.near, names)
    for conflict in records.conflicts:
        clash = individual("conflict", conflict.id)
        _describe(graph, clash, SG.Conflict, conflict.label)
        graph.add((clash, SG.edition, node))
        graph.add((clash, SG.differs, Literal(conflict.differs)))
        _links(graph, clash, SG.place, conflict.places, names)
        _links(graph, clash, SG.conflictingDuty, conflict.duties, names)
        _texts(graph, clash, SG.commentarySaying, conflict.commentary)


def _add_provision(graph: Graph, edition: URIRef, provision: Provision, names: Names) -> None:
    node = names[provision.id]
    _describe(graph, node, SG.Provision, f"{provision.heading[-1]} ({where(provision)})")
    graph.add((node, SG.edition, edition))
    graph.add((node, SG.provisionKind, Literal(provision.kind)))
    if provision.paragraph:
        graph.add((node, SG.paragraph, Literal(provision.paragraph)))
    _pages(graph, node, provision.pages)
    graph.add((node, SG.heading, Literal(provision.heading[-1])))
    graph.add((node, SG.headingPath, Literal(" > ".join(provision.heading))))
    graph.add((node, SG.gist, Literal(provision.gist)))
    _certainty(graph, node, provision.certainty)
    _texts(graph, node, DCTERMS.source, provision.evidence)
    _links(graph, node, SG.ofPrinting, (provision.printing,), names)
    _links(graph, node, SG.topic, provision.topics, names)
    _links(graph, node, SG.cites, provision.cites, names)
    for duty in provision.duties:
        _add_duty(graph, edition, provision, duty, names)


def where(provision: Provision) -> str:
    """The paragraph, else the first page: "paragraph 153", "page 92"."""
    if provision.paragraph:
        return f"paragraph {provision.paragraph}"
    return f"page {provision.pages[0]}" if provision.pages else "page not known"


def _add_commentary(graph: Graph, document: Commentary) -> None:
    node = individual("commentary", document.id)
    _describe(graph, node, SG.Commentary, document.title)
    graph.add((node, SG.about, individual("edition", document.about)))
    graph.add((node, DCTERMS.publisher, Literal(document.publisher)))
    graph.add((node, SG.published, Literal(document.published.isoformat())))
    graph.add((node, SG.sha256, Literal(document.sha256)))


def _add_change(graph: Graph, change: Change, names: Names) -> None:
    node = individual("change", change.id)
    _describe(graph, node, SG.Change, change.label)
    graph.add((node, SG.fromEdition, individual("edition", change.from_edition)))
    graph.add((node, SG.toEdition, individual("edition", change.to_edition)))
    graph.add((node, SG.changeKind, _code(change.kind)))
    for aspect in change.aspects:
        graph.add((node, SG.aspect, ASPECTS.get(aspect) or _code(aspect)))
    _links(graph, node, SG.wasIn, change.before, names)
    _links(graph, node, SG.isIn, change.after, names)
    graph.add((node, SG.note, Literal(change.note)))
    _certainty(graph, node, change.certainty)
    _texts(graph, node, DCTERMS.source, change.evidence)


def _add_duty(graph: Graph, edition: URIRef, provision: Provision, duty: Duty, names: Names) -> None:
    node = names[duty.id]
    _describe(graph, node, SG.Duty, duty_sentence(duty, names.vocabulary))
    graph.add((node, SG.edition, edition))
    graph.add((node, SG.statedIn, names[provision.id]))
    _pages(graph, node, duty.pages or provision.pages)
    _links(graph, node, SG.bearer, duty.who, names)
    graph.add((node, SG.bearerMode, _code(duty.who_mode)))
    graph.add((node, SG.bearerBasis, _code(duty.who_basis)))
    graph.add((node, SG.modality, _code(duty.modality)))
    graph.add((node, SG.modalityWording, Literal(duty.modality_wording)))
    graph.add((node, SG.force, _code(duty.force)))
    graph.add((node, SG.action, Literal(duty.action)))
    _texts(graph, node, SG.actionPart, duty.parts)
    _texts(graph, node, SG.condition, (duty.condition,))
    _texts(graph, node, SG.exception, (duty.exception,))
    _texts(graph, node, SG.onlyIf, (duty.only_if,))
    for prop, ids in (
        (SG.recipient, duty.recipients),
        (SG.beneficiary, (duty.beneficiary,)),
        (SG.trigger, (duty.trigger,)),
        (SG.ifMissed, (duty.if_missed,)),
        (SG.legalBasis, duty.legal_basis),
        (SG.cites, duty.cites),
        (SG.alsoIn, duty.also_in),
    ):
        _links(graph, node, prop, ids, names)
    _certainty(graph, node, duty.certainty)
    _texts(graph, node, DCTERMS.source, duty.evidence or provision.evidence)
    _validity(graph, node, duty.valid_from, duty.valid_until)
    for rank, limit in enumerate(duty.time_limits, 1):
        _add_limit(graph, node, duty, rank, limit, names)


def _add_limit(graph: Graph, duty_node: URIRef, duty: Duty, rank: int, limit: TimeLimit, names: Names) -> None:
    node = URIRef(f"{duty_node}/limit/{rank}")
    text = limit_text(duty, limit, names.vocabulary)
    _describe(graph, node, SG.TimeLimit, text)
    graph.add((duty_node, SG.timeLimit, node))
    graph.add((node, SG.limitText, Literal(text)))
    graph.add((node, SG.rank, Literal(rank)))
    graph.add((node, SG.limitRelation, _code(limit.relation)))
    graph.add((node, SG.setBy, _code(limit.set_by or duty.force)))
    if limit.quantity is not None and limit.unit is not None:
        graph.add((node, SG.quantity, Literal(limit.quantity)))
        unit = SG.unitWorkingDay if limit.day_kind == "working" else UNITS[limit.unit]
        graph.add((node, SG.unit, unit))
    if limit.day_kind:
        graph.add((node, SG.dayKind, _code(limit.day_kind)))
    for prop, value in (
        (SG.duration, limit.duration),
        (SG.date, limit.date),
        (SG.elsewhere, limit.elsewhere),
        (SG.which, limit.which),
        (SG.until, limit.until),
    ):
        _texts(graph, node, prop, (value,))
    _links(graph, node, SG.anchor, limit_anchors(duty, limit), names)


def _describe(graph: Graph, node: URIRef, kind: URIRef, label: str) -> None:
    graph.add((node, RDF.type, kind))
    graph.add((node, RDF.type, OWL.NamedIndividual))
    graph.add((node, RDFS.label, Literal(label, "en")))


def _texts(graph: Graph, node: URIRef, prop: URIRef, values: Iterable[str | None], language: str | None = None) -> None:
    for value in values:
        if value is not None:
            graph.add((node, prop, Literal(value, language)))


def _links(graph: Graph, node: URIRef, prop: URIRef, ids: Iterable[str | None], names: Names) -> None:
    for one in ids:
        if one is not None:
            graph.add((node, prop, names[one]))


def _pages(graph: Graph, node: URIRef, pages: Iterable[int]) -> None:
    for page in pages:
        graph.add((node, SG.page, Literal(page, datatype=XSD.integer)))


def _certainty(graph: Graph, node: URIRef, certainty: Certainty) -> None:
    graph.add((node, SG.certainty, _code(certainty)))


def _validity(graph: Graph, node: URIRef, start: object, end: object) -> None:
    _texts(graph, node, SG.validFrom, (str(start) if start else None,))
    _texts(graph, node, SG.validUntil, (str(end) if end else None,))


def _code(word: str) -> URIRef:
    """The individual for a record's code word: `must-not` is `sg:mustNot`."""
    first, *rest = word.split("-")
    return SG[first + "".join(part.capitalize() for part in rest)]
