"""The documents that a user keeps: one folder each, written aside and put in place in one step."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from corpus.documents import Description, Document
from ontology.errors import DocumentError, InputError
from ontology.record_files import did_you_mean

FILE = "document.json"

Kept = Literal["added", "replaced"]


def keep_document(folder: Path, document: Document, replace: bool = False) -> Kept:
    """Keep a document under `folder`, all or nothing, and say whether it took another's place.

    Raises InputError for one that is held already, or whose other printing is held unless `replace` is given, and
    DocumentError where the folder cannot be written.
    """
    documents = held_documents(folder)
    refuse_held(documents, document, document.sha256, replace)
    held = next((one for one in documents if one.id == document.id), None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".adding-", dir=folder))
    except OSError as error:
        raise DocumentError(f"{folder}: cannot write there ({error.strerror}); set SAFEGUARD_DATA.") from error
    try:
        (aside / FILE).write_text(document.model_dump_json(indent=1), encoding="utf-8")
        if held is None:
            aside.rename(folder / document.id)
        else:
            os.replace(aside / FILE, folder / document.id / FILE)
    except OSError as error:
        raise DocumentError(f"{folder}: the document cannot be kept ({error.strerror}); free some space.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return "added" if held is None else "replaced"


def refuse_held(documents: Sequence[Document], wanted: Description, sha256: str, replace: bool) -> None:
    """Raises InputError where one of the documents held is in the way of the one wanted, from a file of this hash."""
    same_file = next((one for one in documents if one.sha256 == sha256), None)
    if same_file is not None and same_file.id == wanted.id:
        raise InputError(f"'{same_file.id}' is held already, from the very same file; there is nothing to do.")
    if same_file is not None:
        raise InputError(
            f"This very file is held already, as '{same_file.id}'; to describe it otherwise, first "
            f"`safeguard corpus remove {same_file.id}`."
        )
    held = next((one for one in documents if one.id == wanted.id), None)
    if held is None:
        return
    if held.title != wanted.title:
        raise InputError(f"The title begins like that of '{held.title}', which is held; give another, or remove it.")
    if not replace:
        raise InputError(
            f"new printing: '{held.id}' is held from another file (sha256 {held.sha256[:12]}, this one is "
            f"{sha256[:12]}); keep the new one in its place with --replace."
        )


def held_documents(folder: Path) -> tuple[Document, ...]:
    """Every document kept under `folder`, by id; raises DocumentError for one that cannot be read."""
    return tuple(_read(path) for path in sorted(folder.glob(f"[!.]*/{FILE}")))


def find_document(folder: Path, name: str) -> Document:
    """The document of that id; raises InputError when there is none."""
    _known(folder, name)
    return _read(folder / name / FILE)


def remove_document(folder: Path, name: str) -> None:
    """Take a document away in one step; raises InputError when there is none of that id."""
    _known(folder, name)
    aside = Path(tempfile.mkdtemp(prefix=".removing-", dir=folder))
    os.replace(folder / name, aside / name)
    shutil.rmtree(aside, ignore_errors=True)


def _known(folder: Path, name: str) -> None:
    names = {path.parent.name for path in folder.glob(f"[!.]*/{FILE}")}
    if name not in names:
        cure = did_you_mean(name, names) or (f"there is {', '.join(sorted(names))}" if names else "none has been added")
        raise InputError(f"There is no document '{name[:60]}'; {cure}")


def _read(path: Path) -> Document:
    try:
        return Document.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        cure = f"remove it with `safeguard corpus remove {path.parent.name}` and add it again"
        raise DocumentError(f"{path}: this document cannot be read; {cure}.") from error
