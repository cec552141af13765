"""A finished file put where it is wanted: made aside first, then renamed; no existing one is lost unasked."""

import os
import tempfile
from pathlib import Path

from ontology.errors import InputError


def check_place(path: Path, force: bool) -> None:
    """Refuse, before anything is made, a place that cannot be written to or holds a file already."""
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; give the name of a file in it.")
    if path.exists() and not force:
        raise InputError(f"{path}: something is there already; give another name, or replace it with --force.")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first.")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: cannot write there; give a folder of yours.")


def write_file(path: Path, content: bytes, force: bool) -> None:
    """Write the whole file or nothing; raises InputError where it cannot."""
    check_place(path, force)
    aside = None
    try:
        with tempfile.NamedTemporaryFile(prefix=".exporting-", dir=path.parent, delete=False) as file:
            aside = Path(file.name)
            file.write(content)
        aside.chmod(0o644)
        os.replace(aside, path)
    except OSError as error:
        if aside:
            aside.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot write there ({error.strerror}); give a folder of yours.") from error
