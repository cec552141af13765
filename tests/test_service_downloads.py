"""The downloads: whole, described, checked, the same bytes every time, and the same facts in every format."""

import csv
import gzip
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Server
from pyoxigraph import RdfFormat, parse
from rdflib import DCTERMS, OWL, RDF, XSD, Graph, Literal, Namespace, URIRef

from indexer.build import CARDS_FILE, GRAPH_FILE, Build, open_build
from ontology.errors import InputError
from service.exports import CHECKSUMS, DATA, DESCRIPTION, FILES, LICENCE, NOTES, data_version, export_data
from service.tables import BETWEEN, TABLES

DCAT, SPDX = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def build(hash_data: Path) -> Build:
    return open_build(hash_data)


@pytest.fixture(scope="module")
def cards(build: Build) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((build.folder / CARDS_FILE).read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def folder(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "data"
    export_data(build, folder)
    return folder


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Whole, and the same every time


def test_every_file_is_there_and_has_its_checksum(folder: Path) -> None:
    sums = dict(line.split("  ")[::-1] for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines())
    assert {path.name for path in folder.iterdir()} == {*sums, CHECKSUMS}
    assert {*FILES, DESCRIPTION, NOTES, "csv-metadata.json"} == sums.keys()
    for name, expected in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected


def test_another_process_writes_the_same_bytes(build: Build, folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from indexer.build import open_folder; "
        "from service.exports import export_data; "
        "export_data(open_folder(Path(sys.argv[1]), thorough=False), Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, str(build.folder), str(tmp_path / "again")], check=True)
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_folder_with_something_in_it_is_left_alone(build: Build, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="something is there already; give a folder that is new or empty"):
        export_data(build, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


# RDF


def test_every_format_holds_the_same_triples(build: Build, folder: Path) -> None:
    quads = {
        str(one) for one in parse(gzip.decompress((folder / "safeguarding-kg.nq.gz").read_bytes()), RdfFormat.N_QUADS)
    }
    assert quads == {str(one) for one in parse(path=str(build.folder / GRAPH_FILE), format=RdfFormat.N_QUADS)}
    triples = {str(one.triple) for one in parse(path=str(build.folder / GRAPH_FILE), format=RdfFormat.N_QUADS)}
    named = {one for one in triples if "_:" not in one}
    for name, style in (("safeguarding-kg.ttl", RdfFormat.TURTLE), ("safeguarding-kg.jsonld", RdfFormat.JSON_LD)):
        given = {str(one.triple) for one in parse(path=str(folder / name), format=style)}
        assert len(given) == len(triples)
        assert {one for one in given if "_:" not in one} == named


# Tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_a_row_for_each_record(folder: Path, cards: dict[str, Any], table: Any) -> None:
    rows = rows_of(folder, table.name)
    expected = {
        "duties": len(cards["duties"]),
        "clocks": sum(len(duty["time_limits"]) for duty in cards["duties"].values()),
        "changes": len(cards["changes"]),
        "law": len(cards["law"]),
    }
    assert len(rows) == expected[table.name] > 0
    assert list(rows[0]) == [column.name for column in table.columns]


def test_a_duty_is_told_with_its_condition_and_exception(folder: Path, cards: dict[str, Any]) -> None:
    rows = {row["id"]: row for row in rows_of(folder, "duties")}
    for duty in cards["duties"].values():
        row = rows[duty["id"]]
        for field in ("modality", "force", "action", "condition", "exception", "only_if", "certainty"):
            assert row[field] == (duty[field] or "")
        assert row["bearers"].split(BETWEEN) == ([one["label"] for one in duty["bearers"]] or [""])


def test_the_governing_clock_of_an_assessment(folder: Path) -> None:
    (clock,) = [row for row in rows_of(folder, "clocks") if row["duty"].endswith("/wt2023/155/conclude")]
    assert (clock["relation"], clock["duration"], clock["day_kind"], clock["paragraph"]) == (
        "within",
        "P45D",
        "working",
        "155",
    )
    assert clock["counts_from"] == "referral received"


def test_no_item_of_a_list_holds_what_parts_items(cards: dict[str, Any]) -> None:
    labels = {one["label"] for duty in cards["duties"].values() for one in duty["bearers"]}
    assert not any(BETWEEN in label for label in labels)
    assert not any(BETWEEN in text for change in cards["changes"].values() for text in change["evidence"])


def test_sqlite_holds_the_same_rows_and_says_what_they_mean(folder: Path) -> None:
    with sqlite3.connect(folder / "safeguarding-kg.sqlite") as database:
        for table in TABLES:
            kept = database.execute(f'SELECT * FROM "{table.name}"').fetchall()
            text = [tuple("" if cell is None else str(cell) for cell in row) for row in kept]
            assert text == [tuple(row.values()) for row in rows_of(folder, table.name)]
        told = set(database.execute('SELECT "table", "column" FROM columns WHERE meaning <> \'\''))
        assert told == {(table.name, column.name) for table in TABLES for column in table.columns}
        (most,) = database.execute(
            "SELECT bearers FROM clocks WHERE edition = 'wt2023' AND modality = 'must' AND duration IS NOT NULL "
            "GROUP BY bearers ORDER BY COUNT(*) DESC LIMIT 1"
        ).fetchone()
        assert most
    database.close()


def test_the_columns_are_described_for_programs(folder: Path) -> None:
    described = json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))
    assert {one["url"] for one in described["tables"]} == {f"{table.name}.csv" for table in TABLES}
    assert all(column["dc:description"] for one in described["tables"] for column in one["tableSchema"]["columns"])


# Description


def test_the_description_names_each_file_with_size_checksum_and_licence(build: Build, folder: Path) -> None:
    graph = Graph().parse(folder / DESCRIPTION)
    dataset = URIRef(f"{DATA}/{data_version(build)}")
    assert (URIRef(DATA), DCAT.hasVersion, dataset) in graph
    assert graph.value(dataset, OWL.versionInfo) == Literal(data_version(build))
    assert graph.value(dataset, DCTERMS.license) == URIRef(LICENCE)
    distributions = set(graph.objects(dataset, DCAT.distribution))
    assert len(distributions) == len(FILES)
    for one in distributions:
        path = folder / str(one).rpartition("/")[2]
        assert (one, RDF.type, DCAT.Distribution) in graph
        assert graph.value(one, DCTERMS.license) == URIRef(LICENCE)
        assert int(str(graph.value(one, DCAT.byteSize))) == path.stat().st_size
        checksum = graph.value(one, SPDX.checksum)
        expected = Literal(hashlib.sha256(path.read_bytes()).hexdigest(), datatype=XSD.hexBinary)
        assert graph.value(checksum, SPDX.checksumValue) == expected


# Over HTTP


@pytest.fixture(scope="module")
def client(hash_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hash_server.url, timeout=60) as client:
        yield client


def test_the_page_leads_to_every_file(client: httpx.Client, build: Build) -> None:
    page = client.get("/downloads", headers={"Accept": "text/html"}).text
    for name in (*FILES, NOTES, CHECKSUMS, "csv-metadata.json"):
        assert f'itemprop="contentUrl" href="/downloads/{data_version(build).replace("+", "%2B")}/{name}"' in page
    assert f'<article itemscope itemtype="https://schema.org/Dataset" itemid="{DATA}">' in page
    assert f'itemprop="version" content="{data_version(build)}"' in page


@pytest.mark.parametrize("name", [*FILES, NOTES, CHECKSUMS, DESCRIPTION])
def test_a_file_over_http_is_the_file_of_the_command(
    client: httpx.Client, build: Build, folder: Path, name: str
) -> None:
    response = client.get(f"/downloads/{data_version(build)}/{name}")
    assert (response.status_code, response.content) == (200, (folder / name).read_bytes())
    assert "immutable" in response.headers["cache-control"]
    led = client.get(f"/downloads/latest/{name}")
    assert (led.status_code, led.headers["location"]) == (307, str(response.url))


def test_a_program_gets_the_description_with_addresses_that_work(client: httpx.Client) -> None:
    response = client.get("/downloads", headers={"Accept": "text/turtle"})
    graph = Graph().parse(io.BytesIO(response.content), format="turtle")
    addresses = sorted(map(str, graph.objects(None, DCAT.downloadURL)))
    assert len(addresses) == len(FILES)
    assert {str(one) for one in graph.objects(None, DCAT.landingPage)} == {str(response.url)}
    assert all(client.head(address).status_code == 200 for address in addresses)


@pytest.mark.parametrize(
    "path", ["latest/graph.nq", "latest/..%2Fmanifest.json", "0.0.1/duties.csv", "latest/%2Fetc%2Fpasswd", "latest/"]
)
def test_nothing_else_can_be_downloaded(client: httpx.Client, path: str) -> None:
    assert client.get(f"/downloads/{path}").status_code == 404
