"""The command `safeguard`. Exit status: 0 done or answered, 1 failed, 2 cannot be used as asked, 3 no answer."""

import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from ontology.errors import InputError, QueryError, SafeguardError
from service.materials.commands import add_commands
from service.settings import VARIABLES, Settings, read_settings

NO_ANSWER = 3


class _Group(click.Group):
    """Shows every SafeguardError as its sentence, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SafeguardError as error:
            click.echo(str(error), err=True)
            ctx.exit(2 if isinstance(error, InputError | QueryError) else 1)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Environment"):
            formatter.write_dl([(name, meaning) for name, _, meaning in VARIABLES])


@click.group(cls=_Group)
@click.version_option(package_name="safeguarding-kg")
def main() -> None:
    """Who must do what, by when, and where it says so: English child-safeguarding guidance."""


@main.command()
@click.option("--against", "pdf", type=click.Path(path_type=Path), help="The official PDF to confirm records against.")
@click.option("--edition", default="wt2023", show_default=True, help="The edition that the PDF is of.")
@click.option("--report", is_flag=True, help="Print counts of everything held, and with --against what may be missing.")
def check(pdf: Path | None, edition: str, report: bool) -> None:
    """Check vocabulary, corpus, shapes and reasoning; with --against, confirm records against the PDF."""
    from corpus.loader import load_corpus
    from corpus.official import read_official
    from indexer.checks import hermit_differences, shape_violations, union
    from indexer.graph import to_store
    from ontology.reasoner import java_available

    _check_build()
    corpus = load_corpus()
    document = read_official(pdf) if pdf else None  # before the minutes of reasoning
    click.echo(f"records: {sum(len(one.provisions) for one in corpus.editions)} provisions, "
               f"{sum(1 for one in corpus.editions for _ in one.duties)} duties, no faults")  # fmt: skip
    violations = shape_violations(union(to_store(corpus), inferred=True))
    for violation in violations:
        click.echo(f"shape: {violation}")
    click.echo(f"shapes: {len(violations)} violations")
    differences: list[str] = []
    if java_available():
        differences = hermit_differences(corpus)
        for difference in differences:
            click.echo(f"HermiT: {difference}")
        click.echo(f"HermiT: consistent, {len(differences)} differences from the materialised inferences")
    else:
        click.echo("HermiT: skipped, since Java is not installed")
    unexplained = _confirm(document, edition, corpus, report) if document or report else 0
    sys.exit(1 if violations or differences or unexplained else 0)


def _check_build() -> None:
    """The current build's files, hashed; a data folder without a build is no fault."""
    from indexer.build import POINTER, open_build

    settings = read_settings()
    if (settings.data_dir / POINTER).is_file():
        build = open_build(settings.data_dir)
        click.echo(f"build {build.id}: {len(build.manifest['files'])} files as the manifest says")


def _confirm(document: Any, edition: str, corpus: Any, report: bool) -> int:
    from corpus.report import data_report
    from corpus.verification import verify

    records = next((one for one in corpus.editions if one.edition.id == edition), None)
    if records is None:
        raise InputError(
            f"There is no edition '{edition}'; the corpus has {', '.join(o.edition.id for o in corpus.editions)}"
        )
    if report:
        for line in data_report(records, document):
            click.echo(line)
    if document is None:
        return 0
    click.echo(
        f"{document.path.name}: {len(document.paragraphs)} numbered paragraphs, "
        f"{len(document.footnotes)} footnotes, {len(document.flow_charts)} flow charts"
    )
    outcome = verify(records, corpus.legislation, document)
    for unconfirmed, reason in outcome.explained:
        click.echo(f"not confirmed: {unconfirmed} (reason: {reason})")
    for unconfirmed in outcome.unexplained:
        click.echo(f"NOT CONFIRMED, no reason given: {unconfirmed}")
    for record in outcome.stale:
        click.echo(f"reason no longer needed: {record}")
    click.echo(
        f"confirmed against the PDF: {len(records.provisions)} provisions, {sum(1 for _ in records.duties)} duties; "
        f"{len(outcome.explained)} points not confirmed, each with its reason; {len(outcome.unexplained)} without"
    )
    return len(outcome.unexplained) + len(outcome.stale)


@main.command()
@click.option(
    "--model", default="all-MiniLM-L6-v2", show_default=True, help="A sentence-transformers model, by name or path."
)
def build(model: str) -> None:
    """Compile ontology and corpus into a build, and make it current."""
    from indexer.build import make_build

    settings = read_settings()
    started = time.perf_counter()
    made = make_build(settings.data_dir, model, lambda step: click.echo(f"  {step} ...", err=True))
    counts = made.manifest["counts"]
    click.echo(
        f"build {made.id} in {settings.data_dir}: {counts['provisions']} provisions, {counts['duties']} duties, "
        f"{counts['time_limits']} time limits, {counts['quads']} quads; {time.perf_counter() - started:.1f} s"
    )


@main.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@click.option("--edition", help="Answer from this edition, such as wt2023.")
@click.option("--role", help="Show the duties that reach this role, agency or group.")
@click.option("--on", metavar="DATE", help="Answer as on this day, as 2019-05-01.")
@click.option("--limit", type=int, default=5, show_default=True, help="At most so many passages (1 to 50).")
@click.option("--explain", is_flag=True, help="Say of each duty why it stands where it does.")
def ask(
    question: tuple[str, ...],
    as_json: bool,
    edition: str | None,
    role: str | None,
    on: str | None,
    limit: int,
    explain: bool,
) -> None:
    """Answer a question."""
    from indexer.build import open_build
    from service.ask import Asking
    from service.library import open_library
    from service.text import answer_text

    asking = Asking(open_library(open_build(read_settings().data_dir, thorough=False)))
    answer = asking.ask(" ".join(question), edition, role, limit, on, explain=explain)
    if as_json:
        click.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        click.echo(answer_text(answer, role), nl=False)
    sys.exit(0 if answer.status == "answered" else NO_ANSWER)


@main.command()
@click.argument("citation", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print it as the API gives it.")
def law(citation: tuple[str, ...], as_json: bool) -> None:
    """Say what a section is, which duties rest on it and where it is cited."""
    from indexer.build import open_build
    from service.law import Law
    from service.library import open_library
    from service.text import law_text

    found = Law(open_library(open_build(read_settings().data_dir, thorough=False))).find(" ".join(citation))
    if as_json:
        click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        click.echo(law_text(found), nl=False)


@main.group("corpus")
def documents() -> None:
    """Add, list, show and remove documents, or fetch the official ones; `safeguard build` then takes them in."""


@documents.command()
@click.argument("place", metavar="FILE|URL")
@click.option(
    "--kind",
    type=click.Choice(["official-guidance", "legislation", "commentary", "local-procedure"]),
    default="commentary",
    show_default=True,
    help="What sort of document it is.",
)
@click.option("--title", help="The document's title.")
@click.option("--publisher", help="Who published it.")
@click.option("--published", metavar="DATE", help="When, as 2024-01-31.")
@click.option("--about", "edition", help="The edition that it is, or is about; for commentary wt2023 if left out.")
@click.option("--licence", default="", help="The licence that it is published under.")
@click.option("--replace", is_flag=True, help="Let it take the place of another printing that is held.")
def add(
    place: str,
    kind: Any,
    title: str | None,
    publisher: str | None,
    published: str | None,
    edition: str | None,
    licence: str,
    replace: bool,
) -> None:
    """Add a document from a FILE or URL: PDF, web page, XML, Word, Markdown or text.

    An official document that is known needs no options.
    """
    from corpus.importing import check_file, describe, file_sha256, import_file
    from corpus.loader import load_corpus
    from corpus.sources import fetched, known_file, load_sources
    from corpus.store import held_documents, keep_document, refuse_held
    from indexer.build import DOCUMENTS, DOWNLOADS
    from service.working_days import read_date

    data = read_settings().data_dir
    is_url = "://" in place
    if is_url:
        _progress(f"downloading {place}")
    with fetched(place, data / DOWNLOADS, progress=_progress) if is_url else nullcontext(Path(place)) as path:
        check_file(path)
        sha256 = file_sha256(path)
        description = None if title else known_file(sha256, load_sources())
        if description is None:
            if not (title and publisher and published):
                raise InputError(
                    "This file is not known here; say what it is with --title, --publisher and --published, "
                    "and for guidance or an Act with --kind."
                )
            editions = {records.edition.id for records in load_corpus().editions}
            commentary = kind in ("commentary", "local-procedure")
            about = edition or ("wt2023" if commentary else "")
            description = describe(title, publisher, read_date(published), kind, about, licence, editions)
        refuse_held(held_documents(data / DOCUMENTS), description, sha256, replace)
        _progress(f"reading {place}")
        document = import_file(path, description, place if is_url else "")
    done = keep_document(data / DOCUMENTS, document, replace)
    click.echo(
        f"{done} {document.kind} {document.id}: {len(document.passages)} passages; run `safeguard build` to search it"
    )


def _progress(step: str) -> None:
    click.echo(f"  {step} ...", err=True)


@documents.command("list")
def list_documents() -> None:
    """List the documents that are held."""
    from corpus.store import held_documents
    from indexer.build import DOCUMENTS

    held = held_documents(read_settings().data_dir / DOCUMENTS)
    if not held:
        click.echo("No document is held yet; add one with `safeguard corpus add`, or fetch the official ones with "
                   "`safeguard corpus sync`.", err=True)  # fmt: skip
    for one in held:
        about = f"; about {one.edition}" if one.edition else ""
        click.echo(f"{one.id}: {one.title} ({one.publisher}, {one.published}); {one.kind}{about}; "
                   f"{len(one.passages)} passages")  # fmt: skip


@documents.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the whole document with the anchors of its passages.")
def show(name: str, as_json: bool) -> None:
    """Show the document NAME: what it is, and its passages."""
    from corpus.store import find_document
    from indexer.build import DOCUMENTS
    from service.text import document_text

    document = find_document(read_settings().data_dir / DOCUMENTS, name)
    click.echo(document.model_dump_json(indent=2) if as_json else document_text(document), nl=as_json)


@documents.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the document NAME."""
    from corpus.store import remove_document
    from indexer.build import DOCUMENTS

    remove_document(read_settings().data_dir / DOCUMENTS, name)
    click.echo(f"removed {name}; run `safeguard build` to forget it in searches too")


@documents.command("compare")
@click.argument("older", metavar="A")
@click.argument("newer", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print every passage with what became of it, as JSON.")
def compare_documents(older: str, newer: str, as_json: bool) -> None:
    """Compare the older edition A with the newer B: names of documents that are held, or files."""
    from corpus.comparing import compare
    from ontology.vocabulary import load_vocabulary
    from service.text import comparison_text

    one, other = _held_or_file(older), _held_or_file(newer)
    _progress(f"comparing {len(one.passages)} passages with {len(other.passages)}")
    found = compare(one, other, load_vocabulary(), _encode())
    click.echo(found.model_dump_json(indent=2) if as_json else comparison_text(found), nl=as_json)


def _held_or_file(place: str) -> Any:
    from corpus.importing import import_unknown
    from corpus.store import find_document, held_documents
    from indexer.build import DOCUMENTS

    folder = read_settings().data_dir / DOCUMENTS
    is_file = Path(place).name != place or Path(place).suffix or Path(place).exists()
    if is_file and place not in {held.id for held in held_documents(folder)}:
        _progress(f"reading {place}")
        return import_unknown(Path(place))
    return find_document(folder, place)


def _encode() -> Any:
    """What tells the meaning of passages, from the current build; None where there is no build."""
    from indexer.build import ENCODER_FOLDER, POINTER, open_build
    from indexer.encoder import load_encoder
    from indexer.models import HASH_MODEL

    data = read_settings().data_dir
    build = open_build(data, thorough=False) if (data / POINTER).is_file() else None
    if build is None or build.manifest["model"] == HASH_MODEL:
        _progress("no build with a model is here, so passages are matched by their words, not their meaning")
        return None
    return load_encoder(build.folder / ENCODER_FOLDER).encode


@documents.command()
@click.option("--offline", is_flag=True, help="Use what was downloaded before, without the network.")
@click.option("--replace", is_flag=True, help="Let new printings take the place of those held.")
@click.option("--sources", type=click.Path(path_type=Path), help="Another list than the one of official documents.")
def sync(offline: bool, replace: bool, sources: Path | None) -> None:
    """Fetch the official documents, and say which have changed."""
    from corpus.sources import LIST, load_sources, sync_documents
    from indexer.build import DOCUMENTS, DOWNLOADS

    data = read_settings().data_dir
    known = load_sources(sources or LIST)
    failed = False
    for outcome in sync_documents(data / DOCUMENTS, data / DOWNLOADS, known, replace, offline, progress=_progress):
        click.echo(f"{outcome.id}: {outcome.state}: {outcome.sentence}")
        failed = failed or outcome.state == "failed"
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--from", "older", default="wt2018", show_default=True, help="The older edition.")
@click.option("--to", "newer", default="wt2023", show_default=True, help="The newer edition.")
@click.option("--role", help="Only changes that reach this role, agency or group.")
@click.option("--aspect", help="Only changes of this aspect, such as who or time-limit.")
@click.option("--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def changes(older: str, newer: str, role: str | None, aspect: str | None, style: str) -> None:
    """List what changed between two editions."""
    from indexer.build import open_build
    from service.changes import find_changes
    from service.library import open_library
    from service.text import changes_csv, changes_text

    library = open_library(open_build(read_settings().data_dir, thorough=False))
    found = find_changes(library, older, newer, role, aspect)
    if style == "json":
        click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        click.echo(changes_csv(found) if style == "csv" else changes_text(found), nl=False)


@main.command()
@click.argument("event")
@click.argument("date")
@click.option("--and", "others", nargs=2, multiple=True, metavar="EVENT DATE", help="A further event and its date.")
@click.option("--closed", multiple=True, metavar="DATE", help="A day on which your place is closed; not a working day.")
@click.option("--event-day-counts", is_flag=True, help="Count the day of the event itself as day 1.")
@click.option("--edition", help="Count by this edition, such as wt2023.")
@click.option("--alarm", type=click.IntRange(0, 60), help="With ics, an alarm so many days before.")
@click.option("--json", "style", flag_value="json", help="The same as --format json.")
@click.option("--format", "style", type=click.Choice(["text", "json", "csv", "ics", "svg"]), default="text")
def deadline(
    event: str,
    date: str,
    others: tuple[tuple[str, str], ...],
    closed: tuple[str, ...],
    event_day_counts: bool,
    edition: str | None,
    alarm: int | None,
    style: str,
) -> None:
    """Count every deadline that EVENT on DATE starts."""
    from indexer.build import open_build
    from service.deadlines import Calculator
    from service.library import open_library
    from service.text import deadlines_text
    from service.timeline import to_calendar, to_csv, to_svg
    from service.working_days import WorkingDays, read_dates

    calculator = Calculator(open_library(open_build(read_settings().data_dir, thorough=False)), edition)
    found = calculator.deadlines([(event, date), *others], WorkingDays(read_dates(closed), event_day_counts))
    match style:
        case "json":
            click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
        case "csv":
            click.echo(to_csv(found), nl=False)
        case "ics":
            click.echo(to_calendar(found, alarm), nl=False)
        case "svg":
            click.echo(to_svg(found))
        case _:
            click.echo(deadlines_text(found), nl=False)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def sparql(file: Path, style: str) -> None:
    """Run the SPARQL query in FILE over the current build."""
    from indexer.build import open_build
    from service.sparql import CSV_RESULTS, JSON_RESULTS, QueryPool
    from service.text import results_table

    settings = read_settings()
    try:
        query = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as text; give a file with a SPARQL query.") from error
    pool = QueryPool(open_build(settings.data_dir, thorough=False).folder, seconds=settings.query_seconds)
    try:
        result = pool.run(query, CSV_RESULTS if style == "csv" else JSON_RESULTS)
    finally:
        pool.close()
    tabular = style == "table" and result.media_type == JSON_RESULTS
    click.echo(results_table(result.body) if tabular else result.body.decode(), nl=False)


@main.group()
def export() -> None:
    """Write what is held into files."""


add_commands(export)


@export.command()
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="A folder, new or empty."
)
def data(folder: Path) -> None:
    """Write the whole graph: RDF, tables, SQLite, DCAT description, checksums."""
    from indexer.build import open_build
    from service.exports import export_data

    for path in export_data(open_build(read_settings().data_dir, thorough=False), folder):
        click.echo(f"{path} ({path.stat().st_size:,} bytes)")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the page, the API and SPARQL."""
    import logging

    import uvicorn

    from indexer.build import POINTER
    from service.app import create_app
    from service.finishing import access_log

    settings: Settings = read_settings()
    click.echo(f"http://{host}:{port}")
    if not (settings.data_dir / POINTER).is_file():
        click.echo(
            f"There is no build in {settings.data_dir}, so every answer is a 503; run `safeguard build`.", err=True
        )
    logging.basicConfig(format="%(message)s")
    access_log.setLevel(logging.INFO)
    # uvicorn's own access log holds the query string, and with it the question: the app writes one without.
    uvicorn.run(create_app(settings), host=host, port=port, access_log=False, log_level="warning", server_header=False)


@main.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--misses", is_flag=True, help="Print each question that went wrong, with what was found.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Fail when a figure falls below this file's.")
def evaluate(files: tuple[Path, ...], as_json: bool, misses: bool, baseline: Path | None) -> None:
    """Measure answers on the practice questions in FILES (JSON Lines)."""
    from indexer.build import open_build
    from service.ask import Asking
    from service.evaluation import evaluate_files, fallen, figures_table, misses_text, reliability_table
    from service.library import open_library

    asking = Asking(open_library(open_build(read_settings().data_dir, thorough=False)))
    outcome = evaluate_files(asking, files)
    if as_json:
        click.echo(json.dumps(outcome.figures, indent=2))
    else:
        click.echo(f"{figures_table(outcome)}\n{reliability_table(outcome)}", nl=False)
    if misses:
        click.echo(misses_text(outcome), nl=False)
    faults = fallen(outcome, baseline) if baseline else []
    for fault in faults:
        click.echo(f"fallen: {fault}", err=True)
    sys.exit(1 if faults else 0)


@main.group()
def bench() -> None:
    """Measure retrieval on benchmarks from outside."""


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--questions", type=click.Path(path_type=Path), help="Ask these instead of the folder's own (JSON Lines)."
)
@click.option("--model", default="all-MiniLM-L6-v2", show_default=True, help="A sentence-transformers model.")
@click.option("--learn", is_flag=True, help="Learn from every second question first, and ask the others.")
def obliqa(folder: Path, questions: Path | None, model: str, learn: bool) -> None:
    """Index the passages of ObliQA in FOLDER and ask its questions."""
    from service.benchmark import run_obliqa

    figures = run_obliqa(folder, questions, model, lambda step: click.echo(f"  {step} ...", err=True), learning=learn)
    click.echo(
        f"{figures.questions} questions, {figures.passages} passages: recall@10 {figures.recall:.3f}, "
        f"MAP@10 {figures.average_precision:.3f}; {figures.questions_a_second:.0f} questions a second, "
        f"indexing {figures.indexing_seconds:.0f} s, peak memory {figures.peak_megabytes:.0f} MB"
    )
