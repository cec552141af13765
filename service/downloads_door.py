"""`/downloads`: the whole graph as files, each under an address that always gives the same bytes."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException

from indexer.build import Build, open_folder
from ontology.errors import BuildError, SafeguardError
from service import pages
from service.exports import CHECKSUMS, DATA, DESCRIPTION, FILES, MEANING, NOTES, TITLE, data_version, describe_data
from service.media_types import HTML, TURTLE, choose

router = APIRouter(include_in_schema=False)

#: The files that come with the data.
PAPERS = {
    "csv-metadata.json": ("What the tables' columns mean, as CSV on the Web", "application/csvm+json"),
    NOTES: ("The licence", "text/plain"),
    CHECKSUMS: ("The checksum of every file", "text/plain"),
}
LATEST = "latest"
FOREVER = "public, max-age=31536000, immutable"

_writing = threading.Lock()


@router.get("/downloads")
def downloads(request: Request) -> Response:
    """What can be downloaded: a page for a person, DCAT for a program."""
    build = _build(request)
    folder = _folder(request, build)
    address = str(request.url_for("download", edition=data_version(build), name="x")).removesuffix("x")
    headers = {"Vary": "Accept"}
    if choose(request.headers.get("accept"), (HTML, TURTLE)) == TURTLE:
        return Response(
            describe_data(build, folder, address, str(request.url_for("downloads"))), media_type=TURTLE, headers=headers
        )
    listed = [
        {"name": name, "title": title, "media_type": media_type, "size": (folder / name).stat().st_size}
        for name, (title, media_type) in {**FILES, **PAPERS}.items()
    ]
    dataset = {"iri": DATA, "name": TITLE, "description": MEANING, "version": data_version(build)}
    shown = {"title": "Downloads", "files": listed, **dataset}
    response = pages.page(request, "downloads.html", shown)
    response.headers.update(headers)
    return response


@router.get("/downloads/{edition}/{name}")
def download(request: Request, edition: str, name: str) -> Response:
    """One file of one version; `latest` leads to the version that is current."""
    build = _build(request)
    known = {**FILES, **PAPERS, DESCRIPTION: ("", TURTLE)}
    if name not in known or edition not in (LATEST, data_version(build)):
        raise HTTPException(404)
    if edition == LATEST:
        return RedirectResponse(request.url_for("download", edition=data_version(build), name=name), 307)
    path = _folder(request, build) / name
    return FileResponse(path, media_type=known[name][1], filename=name, headers={"Cache-Control": FOREVER})


def _build(request: Request) -> Build:
    if request.app.state.asking is None:
        raise BuildError(request.app.state.problem)
    builds: Path = request.app.state.settings.data_dir / "builds"
    return open_folder(builds / request.app.state.asking.library.build_id, thorough=False)


def _folder(request: Request, build: Build) -> Path:
    """Where the files of this build lie; they are written when first asked for, by a process of their own.

    They lie beside the builds, or in a temporary folder where the data folder cannot be written to.
    """
    kept: Path | None = getattr(request.app.state, "exported", None)
    with _writing:
        if kept is not None and (kept / CHECKSUMS).is_file():
            return kept
        beside = request.app.state.settings.data_dir / "exports" / data_version(build)
        for folder in (beside, Path(tempfile.gettempdir()) / f"safeguard-{data_version(build)}"):
            if _ours(folder / CHECKSUMS) or _written(build, folder):
                request.app.state.exported = folder
                return folder
    raise SafeguardError("The files could not be written; see that the data folder can be written to.")


def _ours(file: Path) -> bool:
    """Whether it is there and was written by whoever runs this: to a temporary folder others may write too."""
    return file.is_file() and file.stat().st_uid == os.getuid()


def _written(build: Build, folder: Path) -> bool:
    code = (
        "import sys; from pathlib import Path; from indexer.build import open_folder; "
        "from service.exports import export_data; "
        "export_data(open_folder(Path(sys.argv[1]), thorough=False), Path(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(build.folder), str(folder)], capture_output=True, check=False
    )
    return done.returncode == 0
