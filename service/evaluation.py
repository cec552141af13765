"""Measures answers against practice questions: what was found, what the first card says, what was refused."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ontology.errors import Fault, InputError
from service.answer import Answer, DutyCard, Place, TimeLimit
from service.ask import Asking

#: Passages asked for, and judged.
DEPTH = 10
#: Figures that are better the lower they are.
LOWER_IS_BETTER = ("wrongly refused",)

Kind = Literal["duty", "list", "fact", "silent", "off-topic"]


class ExpectedLimit(BaseModel):
    """A time limit as the question's author read it; `anchors` are vocabulary ids, any of which will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    relation: str
    quantity: int | None = None
    unit: str | None = None
    day_kind: str | None = None
    date: str | None = None
    anchors: tuple[str, ...] = ()
    elsewhere: str | None = None


class ExpectedAnswer(BaseModel):
    """A place with the duty there; for an unnumbered block the page is the place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paragraph: int | None
    pages: tuple[int, ...]
    bearers: tuple[str, ...] = ()
    modality: str | None = None
    limit: ExpectedLimit | None = None
    law: tuple[str, ...] = ()


class Question(BaseModel):
    """A practice question: for a list every answer is wanted, for other kinds any one of them is right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    style: Literal["natural", "keyword", "scenario", "acronym", "typo"]
    chapter: str
    kind: Kind
    answers: tuple[ExpectedAnswer, ...] = ()
    near: tuple[str | int, ...] = ()
    note: str = ""
    #: What the question is about, where that is not the 2023 edition: another edition, or "law".
    edition: str = "wt2023"
    #: Where the answer was read, when that is not the guidance itself.
    source: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the guidance answers it."""
        return self.kind not in ("silent", "off-topic")


@dataclass(frozen=True)
class Row:
    """How one question went; a figure that does not apply is absent."""

    question: Question
    figures: dict[str, float]
    found: str
    file: str = ""
    #: How sure the answer was that the edition answers at all; None where that did not arise.
    confidence: float | None = None


@dataclass(frozen=True)
class Outcome:
    """Mean figures by group ("all", "style natural", "chapter 3.3"), and the rows they come from."""

    figures: dict[str, dict[str, float]]
    rows: tuple[Row, ...]


def evaluate_files(asking: Asking, paths: Sequence[Path]) -> Outcome:
    """Ask every question of the files that this build can be asked, and score the answers."""
    asked = [(path.stem, question) for path in paths for question in read_questions(path)]
    return summarise(
        replace(score(question, asking.ask(question.question, limit=DEPTH)), file=file)
        for file, question in asked
        if holds(asking, question)
    )


def fallen(outcome: Outcome, baseline: Path) -> list[str]:
    """The figures that are worse than those committed in `baseline` by more than its margin, a sentence each.

    The file holds `{"margin": 0.02, "figures": {group: {figure: value}}}`; raises InputError when it does not.
    """
    try:
        committed = json.loads(baseline.read_text(encoding="utf-8"))
        margin, figures = float(committed["margin"]), committed["figures"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{baseline}: is not a baseline (margin and figures as JSON): {error}.") from error
    faults = []
    for group, wanted in figures.items():
        now = outcome.figures.get(group, {})
        for name, value in wanted.items():
            loss = now.get(name, 1.0 if name in LOWER_IS_BETTER else 0.0) - value
            if (loss if name in LOWER_IS_BETTER else -loss) > margin:
                faults.append(f"{group}: {name} is {now.get(name)}, was {value}")
    return faults


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON Lines file; raises InputError naming each bad line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text; give a JSON Lines file of questions.") from error
    questions, faults = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                detail = error.errors()[0]
                field = ".".join(map(str, detail["loc"]))
                faults.append(Fault(str(path), f"line {number}", field, detail["msg"]))
    if faults:
        raise InputError("\n".join(map(str, faults)))
    return questions


def holds(asking: Asking, question: Question) -> bool:
    """Whether the build has the content that the question is about; off-topic ones can always be asked."""
    provisions = asking.library.cards["provisions"].values()
    if question.edition != "wt2023" and question.edition not in asking.library.cards["editions"]:
        return False
    if question.kind == "off-topic":
        return True
    paragraphs = {number for card in provisions for number in card["paragraphs"]}
    pages = {
        page for card in provisions if _is_unnumbered(card["paragraphs"], card["footnote"]) for page in card["pages"]
    }
    if question.kind == "silent":
        return not question.near or any(near in paragraphs or near in pages for near in map(_number, question.near))
    return all(a.paragraph in paragraphs if a.paragraph else set(a.pages) & pages for a in question.answers)


def score(question: Question, answer: Answer) -> Row:
    """The figures of one question, each between 0 and 1."""
    refused = float(answer.status == "no-answer")
    if not question.answerable:
        return Row(question, {f"{question.kind} refused": refused}, _found(answer), confidence=answer.confidence)
    figures = {"wrongly refused": refused, **_retrieval(question, answer)}
    if question.kind == "duty":
        figures |= _first_card(question, answer)
    if question.kind == "list":
        figures |= _list(question, answer)
    return Row(question, figures, _found(answer), confidence=answer.confidence)


def summarise(rows: Iterable[Row]) -> Outcome:
    """Means over all questions, by file, by style and by chapter."""
    kept = tuple(rows)
    groups: dict[str, list[Row]] = {"all": []}
    for row in kept:
        for group in ("all", f"file {row.file}", f"style {row.question.style}", f"chapter {row.question.chapter}"):
            groups.setdefault(group, []).append(row)
    return Outcome({name: _means(groups[name]) for name in sorted(groups, key=lambda n: (n != "all", n))}, kept)


def _means(rows: list[Row]) -> dict[str, float]:
    names = dict.fromkeys(name for row in rows for name in row.figures)
    means = {name: fmean(row.figures[name] for row in rows if name in row.figures) for name in names}
    return {"questions": len(rows), **{name: round(means[name], 3) for name in sorted(means)}}


def _retrieval(question: Question, answer: Answer) -> dict[str, float]:
    """Hit, reciprocal rank and nDCG over the passages; for a list each place counts, else the first right one."""
    from ir_measures import RR, Qrel, ScoredDoc, Success, iter_calc, nDCG

    if not any(one.paragraph or one.pages for one in question.answers):
        return {}  # answered from another edition or an Act, which has no place in this guidance
    wanted = question.answers if question.kind == "list" else question.answers[:1]
    qrels = [Qrel("q", str(number), 1) for number in range(len(_distinct(wanted)))]
    run: list[ScoredDoc] = []
    taken: set[int] = set()
    for rank, passage in enumerate(answer.passages[:DEPTH]):
        if question.kind == "list":
            hits = [n for n, one in enumerate(_distinct(wanted)) if n not in taken and _same_place(one, passage)]
        else:
            hits = [0] if not taken and any(_same_place(one, passage) for one in question.answers) else []
        taken |= set(hits[:1])
        run.append(ScoredDoc("q", str(hits[0]) if hits else f"wrong {rank}", float(DEPTH - rank)))
    measures = {
        Success @ 1: "hit@1",
        Success @ 5: "hit@5",
        Success @ 10: "hit@10",
        RR @ 10: "MRR@10",
        nDCG @ 10: "nDCG@10",
    }
    return {measures[one.measure]: float(one.value) for one in iter_calc(list(measures), qrels, run)}


def _distinct(answers: Sequence[ExpectedAnswer]) -> list[ExpectedAnswer]:
    return list({(one.paragraph, one.pages): one for one in answers}.values())


def _first_card(question: Question, answer: Answer) -> dict[str, float]:
    card = answer.duties[0] if answer.duties else None
    names = ("card source", "card bearer", "card modality", "card limit")
    best: tuple[bool, ...] = (False,) * 4
    for expected in question.answers if card else ():
        assert card is not None
        best = max(best, _agreement(expected, card), key=sum)
    figures = {name: float(right) for name, right in zip(names, best, strict=True)}
    figures["card all four"] = float(all(best))
    if any(one.limit for one in question.answers):
        figures["clock right"] = float(best[0] and best[3])
    return figures


def _agreement(expected: ExpectedAnswer, card: DutyCard) -> tuple[bool, bool, bool, bool]:
    """Source, bearer, modality and limit; the others count only with the right source, lest guesses score."""
    if not any(_same_place(expected, place) for place in (card.provision, *card.also_in)):
        return False, False, False, False
    return (
        True,
        {one.id.rpartition("/")[2] for one in card.bearers} == set(expected.bearers),
        card.modality == expected.modality,
        any(_same_limit(expected.limit, one) for one in card.time_limits) if expected.limit else not card.time_limits,
    )


def _list(question: Question, answer: Answer) -> dict[str, float]:
    """Recall of the expected duties and precision of the cards, matched one to one on place, bearer and modality."""
    left = list(answer.duties)
    matched = 0
    for expected in question.answers:
        for card in left:
            if all(_agreement(expected, card)[:3]):
                left.remove(card)
                matched += 1
                break
    shown = len(answer.duties)
    return {"list recall": matched / len(question.answers), "list precision": matched / shown if shown else 0.0}


def _same_place(expected: ExpectedAnswer, place: Place) -> bool:
    if expected.paragraph is not None:
        return expected.paragraph in place.paragraphs
    return _is_unnumbered(place.paragraphs, place.footnote) and bool(set(expected.pages) & set(place.pages))


def _is_unnumbered(paragraphs: list[int], footnote: int | None) -> bool:
    """Whether a page alone may name the place: a footnote may be named by its paragraph or by its page."""
    return not paragraphs or footnote is not None


def _same_limit(expected: ExpectedLimit, shown: TimeLimit) -> bool:
    duration = f"P{expected.quantity}{(expected.unit or '?')[0].upper()}" if expected.quantity else None
    anchors = {one.id.rpartition("/")[2] for one in shown.anchors}
    return (
        shown.relation == expected.relation
        and shown.duration == duration
        and shown.date == expected.date
        and (shown.day_kind == expected.day_kind or expected.unit != "day")
        and (not expected.anchors or bool(anchors & set(expected.anchors)))
    )


def _number(near: str | int) -> int:
    digits = "".join(character for character in str(near) if character.isdigit())
    return int(digits) if digits else 0


def _found(answer: Answer) -> str:
    if answer.status == "no-answer":
        return f"no answer ({answer.reason})"
    if not answer.duties:
        return "no duty"
    card = answer.duties[0]
    place = card.provision.paragraphs or card.provision.pages
    limits = "; ".join(limit.text for limit in card.time_limits)
    bearers = ", ".join(one.id.rpartition("/")[2] for one in card.bearers)
    passages = [place.paragraphs or place.pages for place in answer.passages[:5]]
    return f"{place} {bearers} {card.modality}: {card.action} [{limits}] score {card.score:g}; passages {passages}"


def figures_table(outcome: Outcome) -> str:
    """The figures as a table, a row a group."""
    names = list(outcome.figures.get("all", {}))
    width = max([5, *(len(group) for group in outcome.figures)])
    lines = [" ".join(["group".ljust(width), *(name.rjust(max(6, len(name))) for name in names)])]
    for group, figures in outcome.figures.items():
        cells = [
            (
                "-" if name not in figures else f"{figures[name]:g}" if name == "questions" else f"{figures[name]:.3f}"
            ).rjust(max(6, len(name)))
            for name in names
        ]
        lines.append(" ".join([group.ljust(width), *cells]))
    return "\n".join(lines) + "\n"


def reliability_table(outcome: Outcome) -> str:
    """For each fifth of confidence how many questions had it, their mean confidence, and which share is answerable."""
    lines = ["confidence  questions  mean   answerable"]
    for low in range(0, 100, 20):
        rows = [
            (row.confidence, row.question.answerable)
            for row in outcome.rows
            if row.confidence is not None and low <= min(row.confidence * 100, 99) < low + 20
        ]
        if rows:
            mean, share = fmean(confidence for confidence, _ in rows), fmean(answerable for _, answerable in rows)
            lines.append(f"{low / 100:.1f} to {low / 100 + 0.2:.1f}  {len(rows):9}  {mean:.3f}  {share:.3f}")
    return "\n".join(lines) + "\n"


def misses_text(outcome: Outcome) -> str:
    """Each question that went wrong: what was expected, and what was found instead."""
    lines = []
    for row in outcome.rows:
        bad = [name for name, value in row.figures.items() if (value > 0 if name in LOWER_IS_BETTER else value < 1)]
        if not bad or (row.question.answerable and row.figures.get("card all four", row.figures.get("hit@5")) == 1):
            continue
        lines.append(f"{row.question.id} [{row.question.style}] {row.question.question}")
        for one in row.question.answers[:3]:
            limit = f" {one.limit.relation} {one.limit.quantity} {one.limit.unit}" if one.limit else ""
            lines.append(f"   expected {one.paragraph or one.pages} {', '.join(one.bearers)} {one.modality}{limit}")
        lines.append(f"   found    {row.found}")
        lines.append(f"   scores   {', '.join(f'{name} {value:g}' for name, value in row.figures.items())}")
    return "\n".join(lines) + "\n"
