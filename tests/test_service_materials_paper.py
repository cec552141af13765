"""Materials laid out as pages by LibreOffice: nothing runs over, nothing is cut, at the longest that the data hold."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from indexer.build import open_build
from service.answer import duty_card
from service.catalogue import Catalogue, open_catalogue
from service.materials import kinds
from service.materials.brand import read_brand
from service.materials.content import Wish
from service.materials.document import Document
from service.materials.role_pack import role_pack

pytestmark = pytest.mark.long
#: The role whom most duties reach, and topics with the longest and the most duties.
ROLE = "social-worker"
TOPICS = ("assessment", "child-death-reviews", "core-groups", "information-sharing")
#: So many points of every edge of a page stay white.
EDGE = 8


@pytest.fixture(scope="module")
def catalogue(hash_data: Path) -> Catalogue:
    return open_catalogue(open_build(hash_data))


@pytest.fixture(scope="module")
def pages(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pypdfium2.PdfDocument]:
    """Every kind of Word file and slides as LibreOffice lays it out, and every kind of PDF, by its name."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("paper")
    wish = Wish(date(2026, 11, 22), read_brand("Anytown Safeguarding Children Partnership", "#8a1c1c"))
    files = {
        "role-pack.docx": kinds.role_pack_file(catalogue, wish, "docx", quiet, ROLE),
        "role-deck.pptx": kinds.role_pack_file(catalogue, wish, "pptx", quiet, ROLE),
        "partners-deck.pptx": kinds.role_pack_file(catalogue, wish, "pptx", quiet, "safeguarding partners"),
        "changes.docx": kinds.changes_briefing_file(catalogue, wish, "docx", quiet, "wt2018"),
        "changes-deck.pptx": kinds.changes_briefing_file(catalogue, wish, "pptx", quiet, "wt2018"),
        "changes-paper.pdf": kinds.changes_briefing_file(catalogue, wish, "pdf", quiet, "wt2018"),
        "poster.pdf": kinds.poster_file(catalogue, wish, "pdf", quiet),
        "handout.docx": kinds.list_handout_file(catalogue, wish, "docx", quiet, role="safeguarding partners"),
        "handout-paper.pdf": kinds.list_handout_file(catalogue, wish, "pdf", quiet, topic="core-groups"),
    }
    for topic in TOPICS:
        files[f"briefing-{topic}.docx"] = kinds.briefing_file(catalogue, wish, "docx", quiet, topic)
        files[f"paper-{topic}.pdf"] = kinds.briefing_file(catalogue, wish, "pdf", quiet, topic)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    office = [str(folder / name) for name in files if not name.endswith("pdf")]
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), *office], capture_output=True, check=True, timeout=300)
    return {name: pypdfium2.PdfDocument(folder / f"{Path(name).stem}.pdf") for name in files}


def quiet(step: str) -> None:
    """Progress that nobody reads."""


def text_of(document: pypdfium2.PdfDocument) -> str:
    """The text of all pages, without the foot that stands between two of them."""
    pages = (page.get_textpage().get_text_range() for page in document)
    return " ".join(
        re.sub(r"Role pack: [^.]*\. Working [^.]*\. Made [^.]*\. Not legal advice\. Page \d+", "", page)
        for page in pages
    )


def test_every_file_opens_and_what_has_to_be_short_is(pages: dict[str, pypdfium2.PdfDocument]) -> None:
    counts = {name: len(document) for name, document in pages.items()}
    assert min(counts.values()) >= 1
    assert {name: count for name, count in counts.items() if name.startswith(("briefing", "paper")) and count > 2} == {}
    assert {name: counts[name] for name in ("changes.docx", "changes-paper.pdf", "poster.pdf")} == {
        "changes.docx": 1, "changes-paper.pdf": 1, "poster.pdf": 1,
    }  # fmt: skip


def test_what_must_and_should_be_done_stands_on_one_page(pages: dict[str, pypdfium2.PdfDocument]) -> None:
    first, second = (pages["role-pack.docx"][number].get_textpage().get_text_range() for number in (0, 1))
    assert "What you must and should do, by when" in first
    assert second.lstrip().startswith("All of it, by topic")


def test_nothing_touches_the_edge_of_a_page(pages: dict[str, pypdfium2.PdfDocument]) -> None:
    """Words that run over a slide or a page stand outside its margin, or at its very edge."""
    for name, document in pages.items():
        for number, page in enumerate(document, 1):
            width, height = page.get_size()
            text = page.get_textpage()
            for place in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(place)
                inside = left >= EDGE and right <= width - EDGE and bottom >= EDGE and top <= height - EDGE
                assert inside, (name, number, text.get_text_bounded(left, bottom, right, top)[:80])


def test_no_words_of_a_slide_stand_on_its_foot(pages: dict[str, pypdfium2.PdfDocument]) -> None:
    for name, document in pages.items():
        if "deck" in name:
            for number, page in enumerate(document, 1):
                text = page.get_textpage()
                low = [text.get_rect(place) for place in range(text.count_rects())]
                words = {text.get_text_bounded(*rect).strip() for rect in low if rect[1] < 24}
                assert all("Not legal advice" in one or one.isdigit() or not one for one in words), (
                    name,
                    number,
                    words,
                )


def test_nothing_is_cut_at_the_longest_duty(catalogue: Catalogue, pages: dict[str, pypdfium2.PdfDocument]) -> None:
    """Every word of a role pack stands on its pages, the longest duty to its last part."""
    wish = Wish(date(2026, 11, 22), read_brand("Anytown Safeguarding Children Partnership", "#8a1c1c"))
    document: Document = role_pack(catalogue, ROLE, wish, quiet)
    told = squeezed(text_of(pages["role-pack.docx"]))
    points = [line.text for block in document.blocks for item in getattr(block, "items", ()) for line in item]
    assert [line for line in points if squeezed(line) not in told] == []
    cards = [duty_card(card) for card in catalogue.cards["duties"].values() if card["provision"]["edition"] == "wt2023"]
    partners = [duty for duty in cards if any(one.label == "safeguarding partners" for one in duty.bearers)]
    longest = max(partners, key=lambda duty: len(duty.action) + sum(map(len, duty.parts)))
    handout = squeezed(text_of(pages["handout.docx"]))
    assert [part for part in (longest.action, *longest.parts) if squeezed(part) not in handout] == []


def squeezed(text: str) -> str:
    """The letters and digits alone: lines break where the paper ends."""
    return "".join(one for one in text if one.isalnum())
