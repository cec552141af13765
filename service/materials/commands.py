"""`safeguard export role-pack`, `briefing`, `changes-briefing`, `poster`, `quiz` and `handout`."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ontology.errors import InputError
from service.settings import read_settings

if TYPE_CHECKING:
    from indexer.build import Build
    from service.catalogue import Catalogue

#: After so many seconds the command says what it is doing.
PATIENCE = 2.0


def add_commands(group: click.Group) -> None:
    """Add the commands to `safeguard export`."""
    for command in (role_pack, briefing, changes_briefing, poster, quiz, handout):
        group.add_command(command)


def _common(formats: tuple[str, ...]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that every kind of file has."""
    options = (
        click.option("--format", "style", type=click.Choice(formats), default=formats[0], show_default=True,
                     help="What sort of file to write."),
        click.option("-o", "--output", "path", required=True, type=click.Path(path_type=Path),
                     help="The file to write."),
        click.option("--force", is_flag=True, help="Replace a file that is there already."),
        click.option("--edition", help="Make it from this edition, such as wt2023."),
        click.option("--date", "day", metavar="DATE", help="The date that the file carries; today if left out."),
        click.option("--name", default="", help="Your own or your organisation's name, to stand in the file."),
        click.option("--logo", type=click.Path(path_type=Path), help="A PNG or JPEG file to stand at the top."),
        click.option("--colour", default="", metavar="#HEX", help="Your own colour, such as #14424d."),
    )  # fmt: skip

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _export(make: Callable[..., bytes], search: bool = False, **given: Any) -> None:
    """Make a file's content and put it where it is wanted; nothing is written where something cannot be used."""
    started = time.monotonic()
    with Progress() as progress:
        progress("opening the build")
        from datetime import date

        from indexer.build import open_build
        from service.materials.brand import read_brand
        from service.materials.content import Wish
        from service.materials.files import check_place, write_file
        from service.working_days import read_date

        path, force, style = given.pop("path"), given.pop("force"), given.pop("style")
        check_place(path, force)
        brand = read_brand(given.pop("name"), given.pop("colour"), given.pop("logo"))
        day = given.pop("day")
        wish = Wish(read_date(day) if day else date.today(), brand, given.pop("edition"))
        build = open_build(read_settings().data_dir, thorough=False)
        held = _opened(build, search)
        progress("making the file")
        content = make(held, wish, style, progress=progress, **given)
        write_file(path, content, force)
    click.echo(f"{path} ({len(content):,} bytes, {time.monotonic() - started:.1f} s)")


def _opened(build: "Build", search: bool) -> "Catalogue":
    """The build with its indexes where something is searched for, else its records alone."""
    if search:
        from service.library import open_library

        return open_library(build)
    from service.catalogue import open_catalogue

    return open_catalogue(build)


class Progress:
    """Says what is being done once a person has waited longer than one does without a word, and each step after."""

    def __init__(self) -> None:
        self._step = ""
        self._is_late = False
        self._timer = threading.Timer(PATIENCE, self._late)
        self._timer.daemon = True

    def __enter__(self) -> "Progress":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def __call__(self, step: str) -> None:
        self._step = step
        if self._is_late:
            self._tell()

    def _late(self) -> None:
        self._is_late = True
        self._tell()

    def _tell(self) -> None:
        click.echo(f"  {self._step} ...", err=True)


@click.command("role-pack")
@click.option("--role", required=True, help="The role, agency or group that it is for.")
@_common(("docx", "pptx", "pdf", "html"))
def role_pack(**given: Any) -> None:
    """Write what a role must and should do, by when, with the detail, the process and what changed."""
    from service.materials.kinds import role_pack_file

    _export(role_pack_file, **given)


@click.command()
@click.option("--role", help="Only duties and changes that reach this role, agency or group.")
@click.option("--topic", help="Only duties and changes under this topic.")
@click.option("--n", "count", type=int, default=20, show_default=True, help="How many questions.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number gives other questions.")
@_common(("gift", "moodle-xml", "csv", "html"))
def quiz(**given: Any) -> None:
    """Write quiz questions, made from the graph, with their answers."""
    from service.materials.kinds import quiz_file

    _export(quiz_file, **given)


@click.command()
@click.option("--topic", required=True, help="What it is about.")
@click.option("--role", help="Only duties and changes that reach this role, agency or group.")
@_common(("docx", "pdf", "html"))
def briefing(**given: Any) -> None:
    """Write a seven-minute briefing on a topic: at most two pages, with questions to discuss and an action table."""
    from service.materials.kinds import briefing_file

    _export(briefing_file, **given)


@click.command("changes-briefing")
@click.option("--since", required=True, metavar="EDITION|DATE", help="The edition or the day that you last trained by.")
@click.option("--role", help="Only changes that reach this role, agency or group.")
@_common(("docx", "pptx", "pdf", "html"))
def changes_briefing(**given: Any) -> None:
    """Write what changed since you last trained: one side of A4, or slides with their sources in the notes."""
    from service.materials.kinds import changes_briefing_file

    _export(changes_briefing_file, **given)


@click.command()
@_common(("pdf", "svg"))
def poster(**given: Any) -> None:
    """Write the child protection process with its clocks as an A3 poster."""
    from service.materials.kinds import poster_file

    _export(poster_file, **given)


@click.command()
@click.option("--question", help="A handout of the answer to this question; left out: of a list of duties.")
@click.option("--role", help="Only duties that reach this role, agency or group; with a question, whose each duty is.")
@click.option("--modality", help="Only duties of this modality, such as must.")
@click.option("--topic", help="Only duties under this topic.")
@click.option("--timed", is_flag=True, help="Only duties with a time limit.")
@click.option("--sort", default="place", show_default=True, help="The order: place, who, modality or clock.")
@_common(("docx", "pdf", "html"))
def handout(question: str | None, **given: Any) -> None:
    """Write a handout of an answer or of a list of duties, with every citation."""
    from service.materials.kinds import list_handout_file

    if question is None:
        _export(list_handout_file, **given)
        return
    filters = [name for name in ("modality", "topic", "timed") if given.pop(name)]
    if filters or given.pop("sort") != "place":
        raise InputError(
            "A question is answered whole; leave out --modality, --topic, --timed and --sort, or the question."
        )
    _export(_answered(question), search=True, **given)


def _answered(question: str) -> Callable[..., bytes]:
    """What makes a handout of the answer to a question."""

    def make(library: Any, wish: Any, style: str, progress: Any, role: str | None) -> bytes:
        from service.ask import Asking
        from service.materials.kinds import answer_handout_file

        answer = Asking(library).ask(question, wish.edition, role)
        return answer_handout_file(library, wish, style, progress, answer, role, titled=True)

    return make
