"""Buttons for trainers on the pages: the same files, as attachments, and no question in an address."""

import io
import re
from pathlib import Path

import docx
import pytest
from fastapi.testclient import TestClient
from lxml import html

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
def client(hash_data: Path) -> TestClient:
    with TestClient(create_app(Settings(data_dir=hash_data))) as client:
        return client


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
        given = client.get(address, params=sent)
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


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("role-pack?role=socail+worker", 422, "did you mean &#39;social worker&#39;?"),
        ("quiz?n=101", 422, "less than or equal to 100"),
        ("briefing?topic=core-groups&role=coroner", 422, "so there is nothing to write"),
        ("handout?format=exe", 422, "format"),
        ("changes-briefing?since=2026-05-01", 422, "so there is nothing to write"),
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
