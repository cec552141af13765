"""Records laid out as an answer shows them (the JSON contract of the answer, without scores)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from corpus.commentary import Commentary
from corpus.graph import Names, where
from corpus.limits import TimeLimit
from corpus.loader import Corpus, EditionRecords, law_records
from corpus.records import Change, Conflict, Duty, Legislation, Provision
from corpus.wording import duty_sentence, limit_anchors, limit_text
from indexer.documents import passage_id
from indexer.official import Official
from ontology.namespaces import individual
from ontology.vocabulary import Term

Card = dict[str, Any]


def to_cards(corpus: Corpus, commentary: tuple[Commentary, ...] = ()) -> dict[str, Any]:
    """Everything that an answer may show, by record id: editions, their records, terms, law, changes, commentary."""
    cards: dict[str, Any] = {
        "editions": {},
        "provisions": {},
        "duties": {},
        "definitions": {},
        "silences": {},
        "terms": {term.id: _term(term) for term in corpus.vocabulary.terms},
        "law": _law(corpus),
        "commentary": {
            passage_id(one, number): {
                "id": str(individual("commentary", passage_id(one, number))),
                "edition": one.about,
                "heading": ": ".join(
                    filter(None, (f"{one.title} ({one.publisher}, {one.published})", passage.heading))
                ),
                "text": passage.text,
            }
            for one in commentary
            for number, passage in enumerate(one.passages, 1)
        },
        "changes": {change.id: _change(change, corpus) for change in corpus.changes},
        "official": {"places": [], "passages": [], "owners": [], "successors": {}},
    }
    for records in corpus.editions:
        maker = _CardMaker(corpus, records)
        cards["editions"][records.edition.id] = maker.edition()
        cards["provisions"].update((provision.id, maker.passage(provision)) for provision in records.provisions)
        cards["duties"].update((duty.id, maker.duty(provision, duty)) for provision, duty in records.duties)
        cards["definitions"].update((one.id, maker.definition(one.id)) for one in records.definitions)
        cards["silences"].update((one.id, maker.silence(one.id)) for one in records.silences)
    return cards


def add_official(cards: dict[str, Any], official: Official) -> None:
    """Put the official text that is held into the cards: beside our gist, before what is older, or on its own."""
    for provision, text in official.texts.items():
        card = cards["provisions"][provision]
        card.update({**text, "text_kind": "official", "gist": card["text"]})
    for duty, card in cards["duties"].items():
        card["in_newer"] = official.marks.get(duty.rpartition("/")[0])
    for edition, newer in official.newer.items():
        card = cards["editions"][edition]
        card["newer"] = newer
        # What was said of the edition that replaced this one gives way to its text.
        replaced = card["notices"] if newer["edition"] in card["neighbours"] else []
        card["notices"] = [
            f"{card['title']} has been replaced by {newer['title']}, whose official text is held here and comes first. "
            f"Each duty of {card['title']} says whether its place there is the same, edited or not found.",
            *(one for one in card["notices"] if one not in replaced),
        ]
        if newer["edition"] in cards["editions"]:
            cards["editions"][newer["edition"]]["status"] = "text-held"
            cards["editions"][newer["edition"]]["notices"] = [
                f"The official text of {newer['title']} is held here, but no record of its duties: what is recorded of "
                "it is what others report, and no time limit of it is counted here."
            ]
    cards["official"] = {
        "places": list(official.texts),
        "passages": official.passages,
        "owners": official.owners,
        "successors": {one: numbers for one, numbers in official.successors.items() if numbers},
    }


def heading_text(provision: Provision) -> str:
    """The nearest heading; for one bearer's part of a table, with the heading of the table before it."""
    if provision.kind == "table" and len(provision.heading) > 3:
        return ": ".join(heading.rstrip(":") for heading in provision.heading[-2:])
    return provision.heading[-1]


def _term(term: Term) -> Card:
    return {
        "id": str(individual(term.kind, term.id)),
        "kind": term.kind,
        "label": term.label,
        "definition": term.definition,
        "synonyms": list(term.synonyms),
        "acronyms": list(term.acronyms),
        "misspellings": list(term.misspellings),
        "broader": list(term.broader),
        "precedes": list(term.precedes),
        "includes": list(term.includes),
        "has_post": list(term.has_post),
        "has_part": list(term.has_part),
        "may_include": [{"member": one.member, "when": one.when} for one in term.may_include],
    }


def _law(corpus: Corpus) -> Card:
    """Every Act and section by id, with the duties that rest on it and the places that cite it."""
    names = Names(corpus)
    resting: dict[str, list[str]] = {}
    citing: dict[str, list[str]] = {}
    for records in corpus.editions:
        for provision in records.provisions:
            for duty in provision.duties:
                for section in duty.legal_basis:
                    resting.setdefault(section, []).append(duty.id)
            named = {*provision.cites, *(one for duty in provision.duties for one in (*duty.cites, *duty.legal_basis))}
            for section in sorted(named):
                citing.setdefault(section, []).append(provision.id)
    return {
        record.id: {
            "id": str(names[record.id]),
            "official": record.iri,
            "act": act.id,
            "act_title": act.title,
            "act_synonyms": list(act.synonyms),
            "year": act.year,
            "label": None if isinstance(record, Legislation) else record.label,
            "title": record.title,
            "gist": record.gist,
            "binds": [] if isinstance(record, Legislation) else [_reference(one, corpus) for one in record.binds],
            "in_force_from": _iso(None if isinstance(record, Legislation) else record.in_force_from),
            "commencement": record.commencement,
            "certainty": "primary" if isinstance(record, Legislation) else record.certainty,
            "evidence": record.evidence,
            "pages": [] if isinstance(record, Legislation) else list(record.pages),
            "duties": resting.get(record.id, []),
            "cited_by": citing.get(record.id, []),
        }
        for act in corpus.legislation
        for record in law_records(act)
    }


def _change(change: Change, corpus: Corpus) -> Card:
    names = Names(corpus)
    provisions = {one.id: one for records in corpus.editions for one in records.provisions}
    duties = {duty.id: (provision, duty) for records in corpus.editions for provision, duty in records.duties}

    def shown(record: str) -> Card:
        if record in duties:
            provision, duty = duties[record]
            return {
                "id": str(names[record]),
                "text": duty_sentence(duty, corpus.vocabulary),
                "where": where(provision),
                "certainty": duty.certainty,
            }
        provision = provisions[record]
        certainty = provision.certainty
        return {
            "id": str(names[record]),
            "text": heading_text(provision),
            "where": where(provision),
            "certainty": certainty,
        }

    named = {who for one in (*change.before, *change.after) if one in duties for who in duties[one][1].who}
    return {
        "id": str(individual("change", change.id)),
        "label": change.label,
        "from_edition": change.from_edition,
        "to_edition": change.to_edition,
        "kind": change.kind,
        "aspects": list(change.aspects),
        "before": [shown(one) for one in change.before],
        "after": [shown(one) for one in change.after],
        "note": change.note,
        "certainty": change.certainty,
        "evidence": list(change.evidence),
        "bearers": sorted(named),
    }


def _reference(term_id: str, corpus: Corpus) -> Card:
    term = corpus.vocabulary[term_id]
    return {"id": str(individual(term.kind, term.id)), "label": term.label}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class _CardMaker:
    """Lays out the records of one edition."""

    def __init__(self, corpus: Corpus, records: EditionRecords) -> None:
        self.vocabulary = corpus.vocabulary
        self.names = Names(corpus)
        self.records = records
        self.sections = {s.id: f"{act.title}, {s.label}" for act in corpus.legislation for s in act.sections}
        self.sections |= {act.id: act.title for act in corpus.legislation}
        self.provisions = {provision.id: provision for provision in records.provisions}
        self.duties = {duty.id: (provision, duty) for provision, duty in records.duties}
        self.noted = {cited: one.paragraph for one in records.provisions for cited in one.cites}
        held = [printing for printing in records.edition.printings if printing.sha256]
        newest = max(held, key=lambda printing: printing.date, default=None)
        self.pdf = newest.url if newest else None

    def edition(self) -> Card:
        edition = self.records.edition
        return {
            "id": edition.id,
            "title": edition.title,
            "status": edition.status,
            "published": edition.published.isoformat(),
            "document": self.pdf,
            "notices": list(edition.notices),
            "special_notices": [
                {
                    "text": one.text,
                    "topics": list(one.topics),
                    "since": _iso(one.since),
                    "until": _iso(one.until),
                }
                for one in edition.special_notices
            ],
            "should_means": self.should_means(),
            "in_force_from": _iso(edition.in_force_from),
            "in_force_until": _iso(edition.in_force_until),
            "neighbours": [one for one in (edition.supersedes, edition.superseded_by) if one],
            "duties": len(self.duties),
            "newer": None,
        }

    def should_means(self) -> Card | None:
        meaning = self.records.edition.should_means
        if meaning is None:
            return None
        return {"text": meaning.text, "places": [self.place(self.provisions[one]) for one in meaning.stated_in]}

    def passage(self, provision: Provision) -> Card:
        return {
            **self.place(provision),
            "kind": "guidance",
            "heading_path": list(provision.heading),
            "topics": list(provision.topics),
            "is_drawn": provision.kind == "flow-chart",
            "text": provision.gist,
            "text_kind": "gist",
            "certainty": provision.certainty,
            "evidence": list(provision.evidence),
        }

    def place(self, provision: Provision, pages: tuple[int, ...] = ()) -> Card:
        shown = pages or provision.pages
        is_footnote = provision.kind == "footnote"
        # Readers find a footnote by the paragraph that it hangs on.
        paragraph = self.noted.get(provision.id) if is_footnote else provision.paragraph
        return {
            "id": str(self.names[provision.id]),
            "edition": self.records.edition.id,
            "paragraphs": [paragraph] if paragraph else [],
            "footnote": int(provision.number) if is_footnote else None,
            "pages": list(shown),
            "printing": self.printing(provision),
            "heading": heading_text(provision),
            "url": f"{self.pdf}#page={shown[0]}" if self.pdf and shown and not provision.printing else None,
        }

    def printing(self, provision: Provision) -> str | None:
        """Which printing its pages are of, in words, where the edition has several with pages of their own."""
        found = next((one for one in self.records.edition.printings if one.id == provision.printing), None)
        return f"printing of {found.date:%B %Y}" if found else None

    def duty(self, provision: Provision, duty: Duty) -> Card:
        return {
            "id": str(self.names[duty.id]),
            "bearers": self.terms(duty.who),
            "bearer_mode": duty.who_mode,
            "bearer_basis": duty.who_basis,
            "modality": duty.modality,
            "modality_wording": duty.modality_wording,
            "force": duty.force,
            "action": duty.action,
            "parts": list(duty.parts),
            "recipients": self.terms(duty.recipients),
            "beneficiary": self.term(duty.beneficiary),
            "trigger": self.term(duty.trigger),
            "condition": duty.condition,
            "exception": duty.exception,
            "only_if": duty.only_if,
            "if_missed": self.if_missed(duty),
            "time_limits": [self.limit(duty, limit) for limit in duty.time_limits],
            "legal_basis": self.references(duty.legal_basis),
            "cites": self.references(duty.cites),
            "provision": self.place(provision, duty.pages),
            "also_in": [self.place(self.provisions[one]) for one in duty.also_in],
            "conflicts": [self.conflict(one) for one in self.records.conflicts if duty.id in one.duties],
            "acts_on": self.acts_on(duty),
            "set_against": self.set_against(duty),
            "status": "curated",
            "certainty": duty.certainty,
            "evidence": list(duty.evidence or provision.evidence),
            "valid_from": duty.valid_from.isoformat() if duty.valid_from else None,
            "valid_until": duty.valid_until.isoformat() if duty.valid_until else None,
            "in_newer": None,
        }

    def acts_on(self, duty: Duty) -> list[str]:
        """Ids of the events that the action names as what is to be done, rather than as what it counts from."""
        anchors = {anchor for limit in duty.time_limits for anchor in limit_anchors(duty, limit)}
        return [
            event.id
            for event in self.vocabulary.of_kind("event")
            if event.id not in anchors
            and event.id != duty.trigger
            and any(name.lower() in duty.action.lower() for name in (event.label, *event.synonyms))
        ]

    def set_against(self, duty: Duty) -> list[str]:
        """Ids of the duties that a conflict sets beside this one."""
        against = (
            other
            for one in self.records.conflicts
            if duty.id in one.duties and not one.commentary
            for other in one.duties
        )
        return [other for other in dict.fromkeys(against) if other != duty.id]

    def limit(self, duty: Duty, limit: TimeLimit) -> Card:
        return {
            "text": limit_text(duty, limit, self.vocabulary),
            "relation": limit.relation,
            "duration": limit.duration,
            "day_kind": limit.day_kind,
            "date": limit.date,
            "set_by": limit.set_by or duty.force,
            "anchors": self.terms(limit_anchors(duty, limit)),
            "which": limit.which,
            "until": limit.until,
        }

    def if_missed(self, duty: Duty) -> str | None:
        if duty.if_missed is None:
            return None
        provision, following = self.duties[duty.if_missed]
        return f"{duty_sentence(following, self.vocabulary)} ({where(provision)})"

    def conflict(self, conflict: Conflict) -> Card:
        return {
            "id": str(individual("conflict", conflict.id)),
            "label": conflict.label,
            "differs": conflict.differs,
            "commentary": list(conflict.commentary),
            "places": [self.place(self.provisions[one]) for one in conflict.places],
        }

    def definition(self, record_id: str) -> Card:
        definition = next(one for one in self.records.definitions if one.id == record_id)
        return {
            "id": str(individual("definition", definition.id)),
            "edition": self.records.edition.id,
            "term": definition.term,
            "meaning": definition.meaning,
            "stated_in": list(definition.stated_in),
        }

    def silence(self, record_id: str) -> Card:
        silence = next(one for one in self.records.silences if one.id == record_id)
        return {
            "id": str(individual("silence", silence.id)),
            "edition": self.records.edition.id,
            "question": silence.question,
            "note": silence.note,
            "near": [one for one in silence.near if one in self.provisions]
            + [self.duties[one][0].id for one in silence.near if one in self.duties],
        }

    def term(self, term_id: str | None) -> Card | None:
        return {"id": str(self.names[term_id]), "label": self.vocabulary[term_id].label} if term_id else None

    def terms(self, ids: Iterable[str]) -> list[Card]:
        return [card for one in ids if (card := self.term(one))]

    def references(self, ids: Iterable[str]) -> list[Card]:
        return [{"id": str(self.names[one]), "label": self.sections.get(one) or self.cited(one)} for one in ids]

    def cited(self, provision_id: str) -> str:
        return where(self.provisions[provision_id])
