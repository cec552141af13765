"""Buttons for trainers on the pages: the same files, as attachments, and no question in an address."""

import base64
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from fastapi.testclient import TestClient
from lxml import html
from PIL import Image

from service.app import create_app
from service.settings import Settings

#: Each page with what its buttons lead to.
PAGES = {
    "/roles/designated-safeguarding-lead": {"role-pack", "quiz"},
    "/topics/core-groups": {"briefing", "quiz"},
    "/changes": {"changes-briefing"},
    "/process": {"poster"},
    "/duties?topic=core-groups": {"handout"},
}
BEGINNINGS = {"docx": b"PK", "pptx": b"PK", "pdf": b"%PDF", "html": b"<!DOCTYPE", "svg": b"<svg", "csv": b"number"}


@pytest.fixture(scope="module")
def client(hash_data: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=hash_data))) as client:
        yield client


@pytest.mark.parametrize("page", PAGES)
def test_every_button_of_a_page_gives_its_file(client: TestClient, page: str) -> None:
    shown = html.fromstring(client.get(page, headers={"Accept": "text/html"}).text)
    forms = {
        form.get("action", ""): form for form in shown.iter("form") if form.get("action", "").startswith("/materials")
    }
    assert {address.removeprefix("/materials/") for address in forms} == PAGES[page]
    for address, form in forms.items():
        assert len({one.get("id") for one in form.iter("select")}) == 1
        fields = dict(form.fields) | {"format": form.inputs["format"].value_options[0]}
        sent = {name: value for name, value in fields.items() if value is not None and name}
        assert (form.get("method"), form.get("enctype")) == ("post", "multipart/form-data")
        given = client.post(address, data=sent, files={"logo": ("", b"")})
        assert given.status_code == 200, given.text
        assert re.fullmatch(r'attachment; filename="[a-z-]+\.[a-z.]+"', given.headers["Content-Disposition"])
        assert given.content.startswith(BEGINNINGS[fields["format"]])


def test_the_buttons_of_an_answer_post_its_question(client: TestClient) -> None:
    shown = html.fromstring(client.post("/", data={"q": "When does the core group meet?", "role": "police"}).text)
    (form,) = shown.xpath("//form[@id='ask']")
    assert form.get("method") == "post"
    buttons = shown.xpath("//button[@form='ask'][@formaction='/materials/answer']")
    assert [button.get("value") for button in buttons] == ["docx", "pdf", "html"]
    fields = {name: value for name, value in form.fields.items() if name and value}
    assert {button.get("formenctype") for button in buttons} == {"multipart/form-data"}
    for button in buttons:
        given = client.post("/materials/answer", data=fields | {button.get("name"): button.get("value")})
        assert given.content.startswith(BEGINNINGS[button.get("value")])
        assert given.headers["Content-Disposition"] == f'attachment; filename="answer.{button.get("value")}"'


def test_a_question_is_posted_and_stays_out_of_addresses_and_names(client: TestClient) -> None:
    assert client.get("/materials/answer", params={"q": "x"}).status_code == 405
    given = client.post("/materials/answer", data={"q": "When does the core group meet?", "format": "docx"})
    assert given.headers["Content-Disposition"] == 'attachment; filename="answer.docx"'
    assert given.headers["Cache-Control"] == "private, no-cache"
    assert docx.Document(io.BytesIO(given.content)).core_properties.title == "When does the core group meet?"
    named = "When does the core group of Ann Example, born 1 May 2015, meet?"
    given = client.post("/materials/answer", data={"q": named, "format": "html"})
    assert given.status_code == 200
    assert "Ann Example" not in given.text


def picture(width: int = 40, kind: str = "png") -> bytes:
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ann Example"
    Image.new("RGB", (width, 20), "#8a1c1c").save(written, kind, exif=exif)
    return written.getvalue()


TYPED = 'Anytown & <b>District</b> "quoted"'


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_trainers_own_name_logo_and_colour_go_into_the_file_and_nowhere_else(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sent = {"topic": "core-groups", "format": "html", "name": TYPED, "colour": "#ffff00"}
    with caplog.at_level("INFO"):
        given = client.post("/materials/briefing", data=sent, files={"logo": ("Ann Example.png", picture(kind=kind))})
    shown = html.fromstring(given.text)
    assert TYPED in [one.text for one in shown.iterfind(".//header/p")]
    assert shown.find(".//header/img").get("alt") == f"Logo of {TYPED}"
    logo = base64.b64decode(shown.find(".//header/img").get("src").partition("base64,")[2])
    assert b"Ann Example" not in logo, "a photograph tells its camera and its place"
    assert Image.open(io.BytesIO(logo)).size == (40, 20)
    assert "header { background: #ffff00; color: #000000;" in given.text, "black words can be read on yellow"
    assert given.headers["Cache-Control"] == "private, no-cache"
    assert "Anytown" not in caplog.text
    assert "Ann Example" not in caplog.text
    assert "/materials/{kind}" in caplog.text, "the log would show it"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "logo", "sentence"),
    [
        ({"colour": "<b>red"}, None, "&#39;&lt;b&gt;red&#39; is no colour; write it as six digits"),
        ({"name": "x" * 81}, None, "The name is longer than 80 characters"),
        ({}, b"GIF89a", "The logo: this is no PNG or JPEG picture of at most 1 MB; give another."),
        ({}, b"", "The logo: this is no PNG or JPEG picture"),
        ({}, picture()[:60], "The logo: this is no whole PNG or JPEG picture; give another."),
        ({}, picture() + bytes(1_000_000), "The logo: this is no PNG or JPEG picture of at most 1 MB; give another."),
        ({}, picture() + bytes(3_000_000), "What was sent is too large; give a logo of at most 1 MB."),
    ],
)  # fmt: skip
def test_a_brand_that_cannot_be_used_is_a_page_that_says_why(
    client: TestClient, sent: dict[str, str], logo: bytes | None, sentence: str
) -> None:
    files = None if logo is None else {"logo": ("logo.png", logo)}
    data = {"topic": "core-groups", "format": "html", **sent}
    given = client.post("/materials/briefing", data=data, files=files, headers={"Accept": "text/html"})
    assert (given.status_code, given.headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert sentence in given.text
    assert "<h1>That cannot be read</h1>" in given.text


def test_a_picture_of_too_many_dots_is_refused_before_it_is_opened(client: TestClient) -> None:
    bomb = io.BytesIO()
    Image.new("1", (10_000, 5_000)).save(bomb, "png")
    files = {"logo": ("logo.png", bomb.getvalue())}
    given = client.post("/materials/poster", files=files, headers={"Accept": "text/html"})
    assert given.status_code == 422
    assert "this picture has too many dots" in given.text


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("role-pack?role=socail+worker", 422, "did you mean &#39;social worker&#39;?"),
        ("quiz?n=101", 422, "less than or equal to 100"),
        ("briefing?topic=core-groups&role=coroner", 422, "so there is nothing to write"),
        ("handout?format=exe", 422, "format"),
        ("changes-briefing?since=2026-05-01", 422, "so there is nothing to write"),
        ("role-pack?role=", 422, "role: String should have at least 1 character"),
        ("none", 404, "There is no such page here."),
    ],
)
def test_what_cannot_be_made_is_a_page_that_says_why(
    client: TestClient, address: str, status: int, sentence: str
) -> None:
    given = client.get(f"/materials/{address}", headers={"Accept": "text/html"})
    assert (given.status_code, given.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert sentence in given.text
    assert "Content-Disposition" not in given.headers
