"""The official documents and where they are published, and how they are brought up to date."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field

from corpus.documents import Description
from corpus.downloads import Limits, Unreachable, download
from corpus.importing import file_sha256, import_file
from corpus.records import Text
from corpus.store import held_documents, keep_document
from ontology.errors import CorpusError, DocumentError, Fault, SafeguardError
from ontology.record_files import as_records, parse_record, read_yaml

LIST = Path(__file__).parent / "sources.yaml"

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Progress = Callable[[str], None]


class Source(Description):
    """A document and where it is published."""

    #: Left out where the publisher keeps the document at no address that stays.
    url: Text | None = None
    #: Where a person finds it.
    page: Text
    #: Of what the address gives, where that does not change.
    sha256: Hash | None = None
    #: Hashes of files known to be this document.
    files: tuple[Hash, ...] = ()

    @property
    def description(self) -> Description:
        """What is kept of it with the document."""
        return Description(**self.model_dump(include=set(Description.model_fields)))


@dataclass(frozen=True)
class Outcome:
    """What became of one source, in a word and a sentence."""

    id: str
    state: Literal["added", "replaced", "unchanged", "new printing", "by hand", "failed"]
    sentence: str


def load_sources(path: Path = LIST) -> tuple[Source, ...]:
    """The sources in a list; raises CorpusError with every fault in it."""
    faults: list[Fault] = []
    content = read_yaml(path, path.name, faults)
    rows = content.get("sources") if isinstance(content, dict) else None
    parsed = [
        parse_record(Source, row, path.name, "source", faults) for row in as_records(rows, path.name, "sources", faults)
    ]
    sources = [source for source in parsed if source is not None]
    ids = [source.id for source in sources]
    faults += [
        Fault(path.name, f"source '{one}'", "id", "stands twice", "keep one") for one in ids if ids.count(one) > 1
    ]
    if faults:
        raise CorpusError(faults)
    return tuple(sources)


def known_file(sha256: str, sources: tuple[Source, ...]) -> Description | None:
    """The description of a file that is known by its hash; None for any other file."""
    return next((one.description for one in sources if sha256 in (one.sha256, *one.files)), None)


def sync_documents(
    folder: Path,
    cache: Path,
    sources: tuple[Source, ...],
    replace: bool = False,
    offline: bool = False,
    limits: Limits | None = None,
    progress: Progress = lambda _: None,
) -> Iterator[Outcome]:
    """Fetch each source and keep what is new, one after the other; what fails leaves the rest and the store alone.

    A copy of each download stays in `cache`, and serves where the network does not.
    """
    for source in sources:
        if source.url is None:
            yield Outcome(source.id, "by hand", f"download it from {source.page}, then `safeguard corpus add` the file")
            continue
        try:
            progress(f"{source.id}: {'looking in the cache' if offline else f'downloading {source.url}'}")
            with fetched(source.url, cache, offline, limits, progress) as path:
                outcome = _keep(folder, source, path, replace, progress)
            yield outcome
        except SafeguardError as error:
            yield Outcome(source.id, "failed", str(error))


@contextmanager
def fetched(
    url: str, cache: Path, offline: bool = False, limits: Limits | None = None, progress: Progress = lambda _: None
) -> Iterator[Path]:
    """A file with what an address gives; the copy in the cache where the network fails, or `offline` is given.

    What was downloaded becomes that copy at the end, unless an error leaves the block: what cannot be read never takes
    the place of what could. Raises DocumentError where there is neither download nor copy, InputError for an address
    that is not downloaded from.
    """
    name = unquote(PurePosixPath(urlsplit(url).path).name)[-80:].replace("/", "_").replace("\0", "") or "page"
    path = cache / hashlib.sha256(url.encode()).hexdigest()[:16] / name
    if offline:
        if not path.is_file():
            raise DocumentError(f"{url}: there is no copy of it here; run it once with the network.")
        yield path
        return
    try:
        content = download(url, limits)
    except Unreachable as error:
        if not path.is_file():
            raise
        progress(f"{error} Using the copy downloaded before.")
        yield path
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".downloading-", dir=path.parent))
    except OSError as error:
        raise _unkept(cache, error) from error
    try:
        new = aside / name
        try:
            new.write_bytes(content)
        except OSError as error:
            raise _unkept(cache, error) from error
        yield new
        os.replace(new, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _unkept(cache: Path, error: OSError) -> DocumentError:
    return DocumentError(f"{cache}: the download cannot be kept ({error.strerror}); set SAFEGUARD_DATA.")


def _keep(folder: Path, source: Source, path: Path, replace: bool, progress: Progress) -> Outcome:
    found = file_sha256(path)
    held = {one.id: one for one in held_documents(folder)}.get(source.id)
    if held is not None and held.sha256 == found:
        return Outcome(source.id, "unchanged", f"as held, {len(held.passages)} passages")
    progress(f"{source.id}: reading")
    document = import_file(path, source.description, source.url or "")
    expected = held.sha256 if held is not None else source.sha256 or found
    if expected != found and not replace:
        whose = "the one held" if held is not None else "the one this version was checked with"
        return Outcome(
            source.id,
            "new printing",
            f"the publisher's file (sha256 {found[:12]}, {len(document.passages)} passages) is not {whose} "
            f"({expected[:12]}); keep it with --replace",
        )
    return Outcome(source.id, keep_document(folder, document, replace), f"{len(document.passages)} passages")
