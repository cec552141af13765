"""The site as a whole, without a browser: every page, every link, every field, and what is sent over the wire."""

import asyncio
import csv
import gzip
import io
import json
import re
import subprocess
from collections.abc import Iterator
from html import unescape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient
from lxml import etree, html
from test_service_api import HEADERS, TYPED

from indexer.build import open_build
from service import pages
from service import style as style_module
from service.accuracy import read_accuracy
from service.answer import DutyCard
from service.app import create_app
from service.browse import reach_of
from service.changes import directions_of
from service.crowding import MOST_AT_ONCE
from service.duties import list_duties
from service.editor import SCRIPT
from service.entities import page_of
from service.entity_door import ENDINGS
from service.exports import CHECKSUMS, data_version
from service.library import Library, open_library
from service.process import events_of, pictures_of
from service.reach import find_role
from service.settings import Settings
from service.spreadsheets import FORMULA, csv_text
from service.style import style

ROOT = Path(__file__).parent.parent
VALIDATOR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
HTML = {"Accept": "text/html"}
QUESTION = "When does the core group meet?"
COUNTS = "SELECT ?kind (COUNT(*) AS ?number) { ?one a ?kind } GROUP BY ?kind"
PAGES = (
    "/", f"/?q={quote(QUESTION)}", f"/?q={quote(QUESTION)}&start=2026-12-10&role=police", "/?q=recipe+for+pancakes",
    "/?q=What+changed+for+the+core+group+since+2018", "/duties", "/duties?role=police&timed=true&sort=who", "/browse",
    "/roles", "/roles/head-teacher", "/topics", "/topics/consent", "/process", "/editions", "/editions/wt2018",
    "/editions/wt2026", "/glossary", "/changes", "/changes?kind=stronger", "/legislation", "/legislation/ca1989/s47",
    "/deadlines", "/deadlines?event=strategy-discussion", "/about", "/privacy", "/accessibility",
    "/how-answers-are-made", "/docs", "/sparql", f"/sparql?query={quote(COUNTS)}", "/sparql?query=DESCRIBE+sg:must",
    "/id/duty/wt2023/155/conclude.html", "/id/role/social-worker.html", "/ontology", "/downloads",
)  # fmt: skip
FAULTY = {"/no/such/page": 404, "/duties?role=zzz": 422, "/changes?from=wt2023&to=wt2018": 422, "/roles/zzz": 404}


@pytest.fixture(scope="module")
def client(hash_data: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=hash_data, report_to="errors@example.org", front_door="01632 960000")
    with TestClient(create_app(settings), headers=HTML, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def library(hash_data: Path) -> Library:
    return open_library(open_build(hash_data))


# Every page.


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there_with_its_headers(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers
    sheet, rest = response.text.count(f"<style>{style()}</style>"), response.text.replace(style(), "")
    assert (sheet, rest.count("<style")) == (1, 1)
    assert not re.search(r"\sstyle=|<script(?! src=)|\son\w+=", rest)


@pytest.mark.parametrize(("address", "status"), FAULTY.items())
def test_an_error_is_a_page_with_a_way_on(client: TestClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert "01632 960000" in response.text
    assert html.fromstring(response.text).xpath("//main//a[starts-with(@href, '/')] | //main//form")


def test_without_a_build_every_page_that_needs_one_says_how_to_make_one(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path)), headers=HTML) as client:
        for address in ("/", "/duties", "/roles", "/process", "/editions", "/glossary", "/changes", "/legislation"):
            response = client.get(address)
            assert (response.status_code, "safeguard build" in response.text) == (503, True), address
        for address in ("/about", "/privacy", "/accessibility", "/how-answers-are-made", "/docs"):
            assert client.get(address).status_code == 200, address


def test_who_asks_too_much_at_once_is_told_to_wait_and_others_are_served(client: TestClient) -> None:
    async def status_of_each(number: int) -> list[httpx.Response]:
        def from_address(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(client.app, client=(address, 1))
            return httpx.AsyncClient(transport=transport, base_url="http://here", headers=HTML)

        async with from_address("192.0.2.1") as one, from_address("192.0.2.2") as other:
            asked = [*(one.get("/about") for _ in range(number)), other.get("/about")]
            return list(await asyncio.gather(*asked))

    assert client.portal is not None
    *answers, other = client.portal.call(status_of_each, MOST_AT_ONCE + 2)
    assert [one.status_code for one in answers] == [200] * MOST_AT_ONCE + [429] * 2
    assert other.status_code == 200
    refused = answers[-1]
    assert (refused.headers["retry-after"], "01632 960000" in refused.text) == ("1", True)
    assert {name: refused.headers[name] for name in HEADERS} == HEADERS
    assert html.fromstring(refused.text).xpath("//h1/text() | //main//a[@href='/']/text()") == [
        "Too many requests", "Ask a question",
    ]  # fmt: skip
    after = client.portal.call(status_of_each, MOST_AT_ONCE)
    assert {one.status_code for one in after} == {200}, "nothing is remembered"


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_the_inside(hash_data: Path, tmp_path: Path) -> None:
    (tmp_path / "builds").symlink_to(hash_data / "builds")
    (tmp_path / "current").write_bytes((hash_data / "current").read_bytes())
    exported = tmp_path / "exports" / data_version(open_build(hash_data))
    exported.mkdir(parents=True)
    (exported / CHECKSUMS).touch()  # as if somebody had taken the other files away
    settings = Settings(data_dir=tmp_path, front_door="01632 960000")
    with TestClient(create_app(settings), headers=HTML, raise_server_exceptions=False) as client:
        response = client.get("/downloads")
        program = client.get("/downloads", headers={"Accept": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    tree = html.fromstring(response.text)
    assert tree.xpath("//h1/text()") == ["Something went wrong"]
    assert "01632 960000" in response.text
    assert tree.xpath("//main//a[@href='/']")
    assert str(tmp_path) not in response.text
    assert (program.status_code, list(program.json())) == (500, ["error"])


def test_every_link_leads_to_a_page(client: TestClient) -> None:
    found: set[str] = set()
    for address in PAGES:
        links = html.fromstring(client.get(address).text).xpath("//a/@href | //link/@href | //script/@src")
        found |= {str(link).partition("#")[0] for link in links if str(link).startswith("/")}
    assert len(found) > 1000
    # All pages of records are made by one door: of each kind one is opened, the others must be known to the graph.
    records = {link for link in found if link.startswith("/id/") and link.rpartition(".")[2] not in ENDINGS}
    rows = client.app.state.queries.run("SELECT DISTINCT ?s { ?s a ?kind }").body
    known = {page_of(row["s"]["value"]) for row in json.loads(rows)["results"]["bindings"]}
    assert records - known == set()
    opened = (found - records) | {min(one) for _, one in groupby(sorted(records), key=lambda link: link.split("/")[2])}
    assert {link: status for link in sorted(opened) if (status := client.get(link).status_code) != 200} == {}


def test_links_within_a_page_lead_somewhere(client: TestClient) -> None:
    for address in PAGES:
        tree = html.fromstring(client.get(address).text)
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), address
        missing = {link for link in tree.xpath("//a/@href") if link.startswith("#") and link[1:] not in ids}
        assert missing == set(), address


def test_html_is_valid(client: TestClient, tmp_path: Path) -> None:
    if not VALIDATOR.is_file():
        pytest.skip(f"the HTML validator is not installed: {VALIDATOR}")
    for number, address in enumerate((*PAGES, *FAULTY)):
        (tmp_path / f"{number}.html").write_text(client.get(address).text, encoding="utf-8")
    posted = client.post("/deadlines", data={"event": "strategy-discussion", "date": "2026-12-10"})
    (tmp_path / "deadlines.html").write_text(posted.text, encoding="utf-8")
    # Of the sheet the validator knows neither a property that browsers have nor the Design System's word to old ones.
    unknown = ".*(Property “paint-order” doesn't exist|unrecognized media “screen.”).*"
    command = ["java", "-Dfile.encoding=UTF-8", "-jar", str(VALIDATOR), "--errors-only", "--skip-non-html"]
    command += ["--filterpattern", unknown, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("events", "dates", "closed", "field"),
    [
        (["strategy-discussion", ""], ["2026-12-10", "2026-12-11"], "", "event-2"),
        (["strategy-discussion", "referral-received"], ["2026-12-10", ""], "", "date-2"),
        (["strategy-discussion", "zzz"], ["2026-12-10", "2026-12-11"], "", "event-2"),
        (["strategy-discussion", "referral-received"], ["2026-12-10", "2026-02-30"], "", "date-2"),
        (["strategy-discussion", "referral-received"], ["2026-12-10", "1800-02-01"], "", "date-2"),
        (["strategy-discussion", "referral-received"], ["2026-12-10", "2026-12-20"], "", "date-1"),
        (["strategy-discussion"], ["2026-12-10"], "2026-12-29 soon", "closed"),
        ([], [], "", "event-1"),
    ],
)
def test_a_fault_among_the_deadlines_leads_to_its_field(
    client: TestClient, events: list[str], dates: list[str], closed: str, field: str
) -> None:
    response = client.post("/deadlines", data={"event": events, "date": dates, "closed": closed})
    tree = html.fromstring(response.text)
    assert response.status_code == 422
    assert tree.xpath("//*[@role='alert']//a/@href") == [f"#{field}"], response.text
    assert tree.xpath("//*[@aria-invalid]/@id") == [field]
    assert tree.xpath(f"//details[not(@open)]//*[@id='{field}']") == [], "the field is to be seen"


def test_headings_tell_cards_apart(client: TestClient) -> None:
    """Who reads by headings alone hears what each card is about."""
    for question in (QUESTION, "What should the police do when they suspect significant harm?", "What must the GP do?"):
        tree = html.fromstring(client.post("/", data={"q": question}).text)
        headings = [" ".join(one.text_content().split()) for one in tree.xpath("//main//h3")]
        assert len(headings) > 1
        assert len(headings) == len(set(headings)), question


# Over the wire.


def test_the_first_answer_is_small(client: TestClient) -> None:
    response = client.get(f"/?q={quote(QUESTION)}")
    assert response.headers["content-encoding"] == "br"
    tree = html.fromstring(response.text)
    files = [str(one) for one in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src")]
    parts = [response.text.encode(), *(client.get(one).content for one in files)]
    assert len(files) == 2
    assert sum(len(gzip.compress(part)) for part in parts) < 60_000
    scripts = [client.get(str(one)).content for one in tree.xpath("//script/@src")]
    assert sum(len(gzip.compress(script)) for script in scripts) < 100_000


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)],
)
@pytest.mark.parametrize(
    "address", ["/glossary", "/api/status", "/sparql?query=SELECT+*+{+%3Fa+%3Fb+%3Fc+}+LIMIT+99&format=tsv"]
)
def test_what_is_sent_is_packed_as_the_client_takes_it(
    client: TestClient, address: str, accepted: str, sent: str | None
) -> None:
    plain = client.get(address, headers={"accept-encoding": "identity"})
    packed = client.get(address, headers={"accept-encoding": accepted})
    assert plain.headers.get("content-encoding") is None
    assert packed.headers.get("content-encoding") == (sent if len(plain.content) >= 1000 else None)
    assert packed.content == plain.content
    assert "accept-encoding" in packed.headers["vary"].lower()


def test_the_query_editor_is_the_one_large_script(client: TestClient) -> None:
    if not (style_module.STATIC / SCRIPT).is_file():
        pytest.skip(f"{SCRIPT} was not built")
    sources = html.fromstring(client.get("/sparql").text).xpath("//script/@src")
    sizes = [client.get(str(one)).num_bytes_downloaded for one in sources]
    assert len(sizes) == 2
    assert sum(sizes) < 100_000
    assert SCRIPT not in client.get("/").text


def test_the_query_page_counts_what_there_is(client: TestClient) -> None:
    tree = html.fromstring(client.get("/sparql").text)
    terms = {str(one.get("data-term")): one.text_content() for one in tree.xpath("//*[@data-term]")}
    assert {"sg:Duty", "sg:bearer", "sg:must", "graph:wt2023", "skos:"} <= terms.keys()
    assert re.fullmatch(r"sg:Duty \(1,\d{3}\)", terms["sg:Duty"])
    assert all(one.getnext().tag == "dd" for one in tree.xpath("//*[@data-term]"))
    assert tree.xpath("//*[local-name()='svg'][contains(@class, 'diagram')]")


def test_assets_may_be_kept_and_answers_may_not(client: TestClient) -> None:
    assert "immutable" in client.get(pages.asset("comfort.js")).headers["cache-control"]
    assert client.post("/", data={"q": QUESTION}).headers["cache-control"] == "private, no-cache"


def test_the_style_sheet_has_nothing_that_is_reserved() -> None:
    assert not re.search(r"transport|@font-face|crown|url\(|</", style(), re.IGNORECASE)


def test_the_style_sheet_is_small() -> None:
    assert len(gzip.compress(style().encode(), 5)) < 9_000, "every page carries it"


def test_every_class_of_a_component_that_a_page_uses_has_its_rules(client: TestClient) -> None:
    """What the build leaves out is what nothing uses: a class that the Design System has is in the sheet, too."""
    if "govuk-button" not in style():
        pytest.skip("the style sheet was not built")
    kept = set(re.findall(r"\.(govuk-[\w-]+)", style()))
    known = {
        name
        for sheet in (ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk").glob("govuk-frontend.min.css")
        for name in re.findall(r"\.(govuk-[\w-]+)", sheet.read_text(encoding="utf-8"))
    }
    used = {
        name
        for address in (*PAGES, *FAULTY)
        for classes in html.fromstring(client.get(address).text).xpath("//@class")
        for name in str(classes).split()
    }
    assert len(known) > 200
    assert (used & known) - kept == set()


def test_without_built_assets_the_plain_sheet_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = (style_module.STATIC / "style.css").read_text(encoding="utf-8")
    (tmp_path / "style.css").write_text(plain, encoding="utf-8")
    monkeypatch.setattr(style_module, "STATIC", tmp_path)
    assert style.__wrapped__() == plain.strip()


# Nothing typed becomes markup.

BREAKS = ("", '"', "'", ">", '">', "'>", "-->", "</p>", "</title>", "</textarea>", "</option>", "</svg>", "]]>", "\\")
CALLS = (
    "<probe>", "<probe onprobe=1>", "<svg><probe/></svg>", "<script>probe()</script>", " onprobe=1 ",
    "<img src=probe onerror=probe()>", "<a href=javascript:probe()>", "<iframe srcdoc='<probe>'>",
    "{{1337*1337}}", "{%probe%}", "=probe()", "&#60;probe&#62;",
)  # fmt: skip
INJECTIONS = tuple(dict.fromkeys((*TYPED, *(before + call for before in BREAKS for call in CALLS))))


def test_there_are_enough_injections() -> None:
    assert len(INJECTIONS) >= 200


def assert_harmless(text: str, typed: str) -> None:
    tree = html.fromstring(text.replace(f"<style>{style()}</style>", "", 1))
    assert tree.xpath("//probe | //iframe | //img | //base | //style | //*[@onprobe or @onerror or @srcdoc]") == [], (
        typed
    )
    assert [one for one in tree.xpath("//script") if one.get("src") is None or one.text] == [], typed
    addresses = tree.xpath("//@href | //@action | //@src")
    assert [one for one in addresses if re.match(r"\s*(javascript|data|//)", one, re.IGNORECASE)] == [], typed
    assert "1787569" not in text, typed


@pytest.mark.parametrize("typed", INJECTIONS)
def test_nothing_typed_into_any_field_becomes_markup(client: TestClient, typed: str) -> None:
    asked = {"q": QUESTION}
    path = quote(typed, safe="")
    values = f"{json.dumps(typed)} 2"
    responses = [
        client.post("/", data={"q": typed, "confirmed": "true"}),
        client.get("/", params={"q": typed}),
        *(client.post("/", data={**asked, field: typed}) for field in ("role", "on", "edition", "start")),
        *(client.get("/duties", params={field: typed}) for field in ("role", "modality", "topic", "edition", "sort")),
        *(client.get("/changes", params={field: typed}) for field in ("from", "role", "aspect", "kind")),
        client.get("/legislation", params={"q": typed}),
        client.get("/duties", params={"bearer": typed}),
        client.get("/sparql", params={"example": typed}),
        client.post("/sparql", data={"query": typed}),
        client.post("/sparql", data={"query": f"SELECT ?v ?v2 {{ VALUES (?v ?v2) {{ ({values}) ('b' 1) }} }}"}),
        client.get("/deadlines", params={"event": typed}),
        client.post("/deadlines", data={"event": typed, "date": typed, "closed": typed}),
        *(client.get(f"{place}/{path}") for place in ("", "/roles", "/topics", "/editions", "/legislation")),
    ]
    for response in responses:
        assert response.status_code < 500, response.url
        if response.headers["content-type"].startswith("text/html"):
            assert_harmless(response.text, typed)


def test_no_cell_is_a_formula(client: TestClient) -> None:
    text = csv_text(("a",), [(start + "probe()",) for start in FORMULA])
    assert [row[0][:1] for row in csv.reader(io.StringIO(text, newline=""))] == ["a", *"'" * len(FORMULA)]
    for address in ("/duties?format=csv", "/duties?format=csv&edition=wt2018"):
        rows = list(csv.reader(io.StringIO(client.get(address).text, newline="")))
        assert len(rows) > 100
        assert [cell for row in rows for cell in row if cell.startswith(FORMULA)] == []


# What the pages say.


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (f"/?q={quote(QUESTION)}&role=zzz", "role"), (f"/?q={quote(QUESTION)}&on=banana", "on"),
        (f"/?q={quote(QUESTION)}&start=1800-01-01", "start"), ("/?q=+", "q"), ("/duties?role=zzz", "role"),
        ("/changes?role=zzz", "role"), ("/legislation?q=zzz", "q"),
    ],
)  # fmt: skip
def test_a_fault_is_tied_to_the_field_that_it_is_about(client: TestClient, address: str, field: str) -> None:
    tree = html.fromstring(client.get(address).text)
    (box,) = tree.xpath(f"//*[@id='{field}']")
    assert box.get("aria-invalid") == "true"
    (summary,) = tree.xpath("//div[contains(@class, 'govuk-error-summary')]//li/a")
    assert summary.get("href") == f"#{field}"
    described = [
        " ".join(tree.get_element_by_id(one).text_content().split()) for one in box.get("aria-describedby").split()
    ]
    assert any(one.endswith(summary.text_content().strip()) for one in described)
    assert len(tree.xpath("//*[@aria-invalid]")) == 1
    assert tree.findtext(".//title").startswith("Problem: ")


def test_links_that_lead_to_different_places_have_different_names(client: TestClient) -> None:
    for address in (f"/?q={quote(QUESTION)}", "/changes?kind=stronger", "/legislation/ca1989/s47"):
        places: dict[str, set[str]] = {}
        for link in html.fromstring(client.get(address).text).xpath("//main//a[@href]"):
            places.setdefault(" ".join(link.text_content().split()), set()).add(str(link.get("href")))
        several = {
            name: found
            for name, found in places.items()
            if len(found) > 1 and len({one.partition("#")[0] for one in found}) > 1
        }
        assert several == {}, address


def test_an_acronym_is_told_once_with_the_words_that_it_stands_for(client: TestClient) -> None:
    rows = html.fromstring(client.get("/glossary").text).xpath("//h2[text()='Acronyms']/following-sibling::dl[1]/div")
    told = {row.findtext("dt"): row.findtext("dd") for row in rows}
    assert len(told) == len(rows)
    assert told["ICB"].startswith("integrated care board: ")
    assert told["CCE"].startswith("child criminal exploitation (see harm outside the home): ")
    assert told["s47"].startswith("section 47 ")
    assert told["ABE"].startswith("see criminal investigation: "), "a word that leads to a topic is not what that means"


def test_the_list_of_changes_begins_with_what_is_to_be_done_otherwise(client: TestClient) -> None:
    tree = html.fromstring(client.get("/changes").text)
    groups = [str(one).partition(" (") for one in tree.xpath("//h2[@class='group']/text()")]
    assert [name for name, _, _ in groups][:2] == ["Stronger", "Weaker"]
    assert groups[-1][0] == "Unchanged"
    assert sum(int(count.strip(")")) for _, _, count in groups) == len(tree.xpath("//article"))
    assert [str(one) for one in tree.xpath("//nav[@aria-label='Kinds of change']//a/@href")] == [
        f"#{one}" for one in tree.xpath("//h2[@class='group']/@id")
    ]


def test_a_card_reads_in_one_order_and_has_its_own_address(client: TestClient) -> None:
    card = html.fromstring(client.get(f"/?q={quote(QUESTION)}").text).xpath("//article[contains(@class, 'card')]")[0]
    names = [str(name) for name in card.xpath("./dl/div/dt/text()")]
    order = ["By when", "Triggered by", "The law", "Where it says so"]
    assert [name for name in names if name in order] == [name for name in order if name in names]
    (address,) = card.xpath(".//a[starts-with(., 'Address of this record')]/@href")
    assert address.startswith("/id/duty/wt2023/")
    (citation,) = card.xpath(".//button/@data-copy")
    assert citation.endswith(f"https://w3id.org/safeguarding-kg{address}")


def test_an_error_report_carries_the_record_and_nothing_of_the_question(client: TestClient) -> None:
    tree = html.fromstring(client.post("/", data={"q": f"{QUESTION} Zzyzx"}).text)
    links = [unescape(one) for one in tree.xpath("//a[contains(text(), 'Report an error')]/@href")]
    assert links
    assert all(
        one.startswith("mailto:errors@example.org?subject=Error%20in%20record%20https%3A//w3id.org") for one in links
    )
    assert not [one for one in links if "zzyzx" in one.lower()]


def test_a_start_date_gives_dates(client: TestClient) -> None:
    text = client.post("/", data={"q": QUESTION, "start": "2026-12-10"}).text
    assert "24 December 2026" in text, "10 working days from 10 December 2026"
    refused = client.post("/", data={"q": QUESTION, "start": "10 Dec"})
    assert refused.status_code == 422


def test_a_question_gets_a_link_only_when_asked_for(client: TestClient) -> None:
    posted = client.post("/", data={"q": QUESTION}).text
    assert "core+group" not in posted
    assert "core%20group" not in posted
    assert "Make a link to this question" in posted
    named = client.post("/", data={"q": f"{QUESTION} 07700 900123", "confirmed": "true"}).text
    assert "Make a link to this question" not in named


def test_the_documents_that_are_set_take_the_place_of_those_in_the_build(hash_data: Path) -> None:
    settings = Settings(data_dir=hash_data, documents="wt2023=https://example.org/wt.pdf")
    with TestClient(create_app(settings), headers=HTML) as client:
        assert "https://example.org/wt.pdf#page=97" in client.get(f"/?q={quote(QUESTION)}").text
        assert "assets.publishing" not in client.get("/duties").text
        assert "https://example.org/wt.pdf" in client.get("/editions").text


def test_the_picture_of_the_process_says_what_the_table_says(client: TestClient, library: Library) -> None:
    tree = html.fromstring(client.get("/process").text)
    events = events_of(library, "wt2023")
    drawn = [box.event.id for picture in pictures_of(events) for box in picture.boxes]
    linked = {event for event, one in events.items() if one.before or one.after}
    assert sorted(drawn) == sorted(linked), "every event that hangs together with another is drawn once"
    assert len(tree.xpath("//*[local-name()='svg']//*[local-name()='path'][@class='way']")) == sum(
        len(one.after) for one in events.values()
    )
    for event in events.values():
        (row,) = tree.xpath(f"//tr[@id='{event.id}']")
        assert len(row.xpath("./td[2]/a")) == len(event.after)
        assert len(row.xpath("./td[3]/ul/li")) == len(event.clocks)


def test_no_two_boxes_of_the_process_overlap(library: Library) -> None:
    for picture in pictures_of(events_of(library, "wt2023")):
        for number, one in enumerate(picture.boxes):
            for other in picture.boxes[number + 1 :]:
                assert (
                    one.x + one.width <= other.x
                    or other.x + other.width <= one.x
                    or one.y + one.height <= other.y
                    or other.y + other.height <= one.y
                )
            assert one.x >= 0
            assert one.x + one.width <= picture.width


@pytest.mark.parametrize("written", ["sports club", "Sports clubs", "GPs", "schools"])
def test_a_role_may_be_written_as_one_or_as_several(library: Library, written: str) -> None:
    assert find_role(written, library.cards["terms"])


def test_a_role_sees_what_applies_and_why(library: Library) -> None:
    lists = reach_of(library.cards, "head-teacher", "wt2023")
    assert {one.why for one in lists["organisation"]} >= {"through: school"}
    assert {one.bearer.id for one in lists["everyone"]} >= {"practitioner"}
    assert all(one.condition for one in lists["you"] if one.bearer.id == "core-group")


@pytest.mark.parametrize("role", ["social-worker", "local-authority", "police"])
def test_a_long_list_is_parted_by_topic_and_leaves_no_duty_out(client: TestClient, library: Library, role: str) -> None:
    page = client.get(f"/roles/{role}")
    assert len(gzip.compress(page.content)) < 30_000
    tree = html.fromstring(page.text)
    parted = [one for found in reach_of(library.cards, role, "wt2023").values() for one in found if one.parts]
    assert parted
    for one in parted:
        asked = f"bearer={one.bearer.id}&edition=wt2023"
        assert client.get(f"/api/duties?{asked}").json()["total"] == one.total
        assert f"/duties?{asked}" in tree.xpath("//a/@href")
        under = set()
        for part in one.parts:
            listed = list_duties(library, "wt2023", bearer=one.bearer.id, topic=part.topic.id)
            assert listed.total == part.topic.duties
            under |= {duty.id for duty in listed.duties}
        assert len(under) == one.total


def test_a_change_is_stronger_where_a_should_became_a_must(library: Library) -> None:
    firm = {"must": 3, "must-not": 3, "should": 2, "should-not": 2, "none-stated": 1, "may": 0, "need-not": 0}
    duties: dict[str, DutyCard] = library.cards["duties"]
    seen = set()
    for card in library.cards["changes"].values():
        found = directions_of(card, library)
        seen |= set(found)
        if {"stronger", "weaker"} & set(found):
            older, newer = (
                max(
                    firm[duties[one["id"].partition("/duty/")[2]]["modality"]]
                    for one in card[side]
                    if "/duty/" in one["id"]
                )  # type: ignore[index]
                for side in ("before", "after")
            )
            assert ("stronger" in found) == (newer > older)
    assert seen == {"new", "gone", "moved", "reworded", "stronger", "weaker", "changed", "unchanged"}


def test_the_feed_is_atom_and_names_every_change(client: TestClient, library: Library) -> None:
    response = client.get("/changes.atom?from=wt2018&to=wt2023")
    assert response.headers["content-type"].startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = etree.fromstring(response.content)
    ids = [one.findtext(f"{atom}id") for one in feed.findall(f"{atom}entry")]
    wanted = [one["id"] for one in library.cards["changes"].values() if one["from_edition"] == "wt2018"]
    assert sorted(map(str, ids)) == sorted(wanted)
    assert feed.findtext(f"{atom}updated") == "2023-12-15T00:00:00Z"


def test_the_page_for_programs_names_every_call(client: TestClient) -> None:
    text = client.get("/docs").text
    paths = client.get("/openapi.json").json()["paths"]
    assert {path for path in paths if f" {path}</code>" not in text} == set()


def test_the_measured_figures_are_told(client: TestClient) -> None:
    text = client.get("/how-answers-are-made").text
    rows = read_accuracy().rows
    assert len(rows) >= 6
    for words, figures in rows:
        assert words in text
        assert all(figure is None or 0 <= figure <= 1 for figure in figures)


# What was understood can be set right.


def test_a_term_that_was_not_meant_is_taken_out_by_its_button(client: TestClient) -> None:
    first = html.fromstring(client.post("/", data={"q": "What must the GP do?"}).text)
    (button,) = first.xpath("//button[@name='without'][@form='ask'][@value='general-practitioner']")
    assert "Not GP" in button.text_content()
    second = html.fromstring(client.post("/", data={"q": "What must the GP do?", "without": button.get("value")}).text)
    assert second.xpath("//button[@name='without'][@value='general-practitioner']") == []
    assert second.xpath("//input[@type='hidden'][@name='without']/@value") == ["general-practitioner"]
    assert "You said: not GP." in second.text_content()


def test_a_mended_word_is_told_and_can_be_searched_for_as_typed(client: TestClient) -> None:
    first = client.post("/", data={"q": "stratergy discussion"}).text
    assert "“stratergy” as <strong>strategy</strong>" in first
    assert "stratergy” as" not in client.post("/", data={"q": "stratergy discussion", "as_typed": "true"}).text


def test_a_term_that_nobody_knows_is_passed_over(client: TestClient) -> None:
    response = client.post("/", data={"q": "What must the GP do?", "without": "<script>alert(1)</script>"})
    assert response.status_code == 200
    assert "alert(1)" not in response.text
