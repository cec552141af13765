"""The whole graph as files that stand on their own: RDF, tables, SQLite, their description and their checksums.

The same build gives the same bytes: everything is sorted and no clock is consulted.
"""

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from indexer.build import CARDS_FILE, GRAPH_FILE, Build
from ontology.errors import InputError
from ontology.namespaces import PREFIXES
from service.json_ld import to_json_ld
from service.tables import TABLES, to_csv, write_sqlite

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DESCRIPTION, CHECKSUMS, NOTES = "dcat.ttl", "SHA256SUMS", "LICENCE.txt"
DATA = "https://w3id.org/safeguarding-kg/data"
TITLE = "Safeguarding guidance as a knowledge graph"
MEANING = (
    "Who must, should or may do what, by when, and where it says so, in the statutory guidance on safeguarding "
    "children in England and the law under it."
)
LICENCE_TEXT = f"""{TITLE}: version VERSION, build BUILD

Licence: Creative Commons Attribution 4.0 International, {LICENCE}
Attribute it to: safeguarding-kg.

The records are facts and summaries in the project's own words. The guidance and the law that they describe are Crown
copyright; no text of theirs is here. Every summary names the paragraph or section to read. This is not legal advice.
"""
#: What each file is, and its media type.
FILES = {
    "safeguarding-kg.ttl": ("All graphs together, as Turtle", "text/turtle"),
    "safeguarding-kg.nq.gz": ("Each graph by its name, as N-Quads, compressed", "application/gzip"),
    "safeguarding-kg.jsonld": ("All graphs together, as JSON-LD", "application/ld+json"),
    "safeguarding-kg.sqlite": ("The four tables in one SQLite file", "application/vnd.sqlite3"),
    **{f"{table.name}.csv": (table.meaning, "text/csv") for table in TABLES},
}


def data_version(build: Build) -> str:
    """The version that addresses and files carry: the project's, and the build's."""
    return f"{version('safeguarding-kg')}+{build.id}"


def export_data(build: Build, folder: Path) -> list[Path]:
    """Write every file into `folder`, which appears whole or not at all; raises InputError where it cannot."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: something is there already; give a folder that is new or empty.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".exporting-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: cannot write there ({error.strerror}); give a folder of yours.") from error
    try:
        _write_all(build, aside)
        aside.chmod(0o755)
        os.replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return sorted(folder.iterdir())


def _write_all(build: Build, folder: Path) -> None:
    from pyoxigraph import RdfFormat, Triple, parse, serialize

    quads = (build.folder / GRAPH_FILE).read_bytes()
    # Without a name and a time in its header, the same content gives the same file.
    (folder / "safeguarding-kg.nq.gz").write_bytes(gzip.compress(quads, compresslevel=9, mtime=0))
    triples: list[Triple] = sorted(
        {quad.triple for quad in parse(quads, format=RdfFormat.N_QUADS)}, key=lambda one: str(one)
    )
    turtle = (serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").splitlines(keepends=True)
    # The engine writes the prefixes in no order of its own.
    (folder / "safeguarding-kg.ttl").write_bytes(b"".join([*sorted(turtle[: len(PREFIXES)]), *turtle[len(PREFIXES) :]]))
    (folder / "safeguarding-kg.jsonld").write_bytes(to_json_ld(triples))
    cards: dict[str, Any] = json.loads((build.folder / CARDS_FILE).read_text(encoding="utf-8"))
    for table in TABLES:
        (folder / f"{table.name}.csv").write_bytes(to_csv(table, cards))
    write_sqlite(cards, folder / "safeguarding-kg.sqlite")
    (folder / "csv-metadata.json").write_text(_csv_metadata(), encoding="utf-8")
    notes = LICENCE_TEXT.replace("VERSION", data_version(build).partition("+")[0]).replace("BUILD", build.id)
    (folder / NOTES).write_text(notes, encoding="utf-8")
    (folder / DESCRIPTION).write_bytes(describe_data(build, folder, f"{DATA}/", DATA))
    sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir()))
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")


def describe_data(build: Build, folder: Path, address: str, page: str) -> bytes:
    """The files in `folder` as a DCAT dataset with downloads under `address` and a `page` for people, in Turtle."""
    from rdflib import DCTERMS, OWL, RDF, XSD, Graph, Literal, Namespace, URIRef

    dcat, spdx = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://spdx.org/rdf/terms#")
    graph = Graph()
    graph.bind("dcat", dcat)
    graph.bind("spdx", spdx)
    current, dataset = URIRef(DATA), URIRef(f"{DATA}/{data_version(build)}")
    for one in (current, dataset):
        graph.add((one, RDF.type, dcat.Dataset))
        graph.add((one, DCTERMS.title, Literal(TITLE, "en")))
        graph.add((one, DCTERMS.license, URIRef(LICENCE)))
        graph.add((one, DCTERMS.creator, Literal("safeguarding-kg")))
        graph.add((one, dcat.landingPage, URIRef(page)))
    graph.add((dataset, DCTERMS.description, Literal(MEANING, "en")))
    graph.add((dataset, OWL.versionInfo, Literal(data_version(build))))
    graph.add((current, dcat.hasVersion, dataset))
    for name, (title, media_type) in FILES.items():
        path = folder / name
        distribution, checksum = URIRef(f"{dataset}/{name}"), URIRef(f"{dataset}/{name}#sha256")
        graph.add((dataset, dcat.distribution, distribution))
        graph.add((distribution, RDF.type, dcat.Distribution))
        graph.add((distribution, DCTERMS.title, Literal(title, "en")))
        graph.add((distribution, DCTERMS.license, URIRef(LICENCE)))
        graph.add((distribution, dcat.downloadURL, URIRef(address + name)))
        media = URIRef(f"https://www.iana.org/assignments/media-types/{media_type}")
        graph.add((distribution, dcat.mediaType, media))
        graph.add((distribution, dcat.byteSize, Literal(path.stat().st_size, datatype=XSD.nonNegativeInteger)))
        graph.add((distribution, spdx.checksum, checksum))
        graph.add((checksum, RDF.type, spdx.Checksum))
        graph.add((checksum, spdx.algorithm, spdx.checksumAlgorithm_sha256))
        graph.add((checksum, spdx.checksumValue, Literal(_sha256(path), datatype=XSD.hexBinary)))
    return graph.serialize(format="turtle", encoding="utf-8")


def _csv_metadata() -> str:
    """What the tables and columns mean, as CSV on the Web has it."""
    tables = [
        {
            "url": f"{table.name}.csv",
            "dc:description": table.meaning,
            "tableSchema": {
                "columns": [
                    {
                        "name": column.name,
                        "titles": column.name,
                        "dc:description": column.meaning,
                        "datatype": "integer" if column.kind == "INTEGER" else "string",
                    }
                    for column in table.columns
                ]
            },
        }
        for table in TABLES
    ]
    content = {"@context": "http://www.w3.org/ns/csvw", "dc:license": {"@id": LICENCE}, "tables": tables}
    return json.dumps(content, indent=1) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
