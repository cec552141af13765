"""The reader of official documents, on the real PDF and on files that are none."""

import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.official import Block, OfficialDocument, read_official
from ontology.errors import DocumentError

# The real document


def test_the_paragraphs_are_1_to_403_in_the_order_of_the_pages(official: OfficialDocument) -> None:
    numbers = [block.number for block in official.blocks if block.kind == "paragraph"]
    pages = [block.pages[0] for block in official.blocks if block.kind == "paragraph"]

    assert official.page_count == 168
    assert numbers == list(range(1, 404))
    assert pages == sorted(pages)


def test_a_paragraph_begins_with_its_number(official: OfficialDocument) -> None:
    assert [n for n, block in official.paragraphs.items() if not block.text.startswith(f"{n}. ")] == []


def test_a_paragraph_stands_on_pages_that_follow_on(official: OfficialDocument) -> None:
    pages = [block.pages for block in official.paragraphs.values()]

    assert [one for one in pages if list(one) != list(range(one[0], one[-1] + 1))] == []
    assert max(map(len, pages)) == 3


@pytest.mark.parametrize(
    ("paragraph", "pages"),
    [(1, (8,)), (9, (10,)), (133, (50,)), (153, (58,)), (155, (59,)), (218, (80, 81)), (330, (133,)), (403, (153,))],
)
def test_a_paragraph_stands_on_its_pages(official: OfficialDocument, paragraph: int, pages: tuple[int, ...]) -> None:
    assert official.paragraphs[paragraph].pages == pages


@pytest.mark.parametrize(("chapter", "page"), [("1", 11), ("2", 23), ("3", 43), ("4", 106), ("5", 131), ("6", 145)])
def test_a_chapter_begins_on_its_page_of_the_body_not_of_the_contents_list(
    official: OfficialDocument, chapter: str, page: int
) -> None:
    pages = [
        block.pages[0] for block in official.paragraphs.values() if block.heading[0].startswith(f"Chapter {chapter}:")
    ]

    assert min(pages) == page


@pytest.mark.parametrize("page", [27, 29])
def test_numbers_in_a_box_are_not_paragraphs(official: OfficialDocument, page: int) -> None:
    (box,) = [block for block in official.unnumbered((page,)) if block.kind == "box"]
    there = [number for number, block in official.paragraphs.items() if page in block.pages]

    assert re.findall(r"(?<!\S)(\d)\. (?=[A-Z])", box.text) == list("123456")
    assert box.number is None
    assert min(there) > 6


def test_a_line_that_happens_to_begin_with_a_number_is_not_a_paragraph(official: OfficialDocument) -> None:
    """On page 133 an age stands at the beginning of a wrapped line, with a full stop and a new sentence after it."""
    (holder,) = [block for block in official.blocks if any(line.text.startswith("18. If") for line in block.lines)]

    assert (holder.number, holder.pages) == (332, (133,))
    assert 133 not in official.paragraphs[18].pages


def test_the_footnotes_are_1_to_243_and_are_no_paragraphs(official: OfficialDocument) -> None:
    lines_of_paragraphs = {id(line) for block in official.paragraphs.values() for line in block.lines}

    assert list(official.footnotes) == list(range(1, 244))
    assert not [note for note in official.footnotes.values() if {*map(id, note.lines)} & lines_of_paragraphs]


@pytest.mark.parametrize(("note", "page"), [(1, 7), (22, 27), (70, 51), (193, 133), (209, 141), (243, 161)])
def test_a_footnote_stands_on_its_page(official: OfficialDocument, note: int, page: int) -> None:
    assert official.footnotes[note].pages == (page,)


def test_no_footnote_is_cited_twice_and_none_that_there_is_not(official: OfficialDocument) -> None:
    cited = Counter(note for block in official.blocks if block.kind != "footnote" for note in block.notes)

    assert cited.keys() <= official.footnotes.keys()
    assert set(cited.values()) == {1}


@pytest.mark.parametrize(("paragraph", "notes"), [(53, (22,)), (271, (160, 161)), (274, (163, 164)), (332, (193,))])
def test_a_paragraph_knows_the_footnotes_that_it_cites(
    official: OfficialDocument, paragraph: int, notes: tuple[int, ...]
) -> None:
    block = official.paragraphs[paragraph]

    assert set(notes) <= set(block.notes)
    assert not [note for note in notes if str(note) in block.text]


def test_the_six_flow_charts_stand_each_on_a_page_of_its_own(official: OfficialDocument) -> None:
    charts = {number: block.pages for number, block in official.flow_charts.items()}

    assert charts == {1: (76,), 2: (78,), 3: (102,), 4: (103,), 5: (104,), 6: (105,)}


@pytest.mark.parametrize(("page", "kind"), [(85, "box"), (105, "flow-chart"), (133, "box")])
def test_unnumbered_text_is_found_by_its_page(official: OfficialDocument, page: int, kind: str) -> None:
    found = official.unnumbered((page,))

    assert kind in {block.kind for block in found}
    assert all(block.kind not in ("paragraph", "footnote") and page in block.pages for block in found)


def test_the_contents_list_and_the_running_feet_are_not_read_as_paragraphs(official: OfficialDocument) -> None:
    first = official.paragraphs[1].pages[0]
    feet = [
        line
        for block in official.paragraphs.values()
        for line in block.lines
        if line.text.strip() == str(line.page) and line.y < 60
    ]

    assert [block for block in official.paragraphs.values() if min(block.pages) < first] == []
    assert feet == []


# Files that are none


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF written by hand from its objects, the first of which is the catalogue."""
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            trailer,
            len(body),
        )
    )


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
EMPTY_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
LOCKED = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"00" * 32, b"11" * 32)
WITHOUT_TEXT = pdf_of(CATALOGUE, ONE_PAGE, EMPTY_PAGE)


def page_of(*lines: bytes) -> bytes:
    """A PDF of one page with these lines, each after its position."""
    text = b"BT /F1 12 Tf %s ET" % b" ".join(
        b"1 0 0 1 72 %d Tm (%s) Tj" % (700 - 20 * n, one) for n, one in enumerate(lines)
    )
    page = EMPTY_PAGE.replace(b">>", b"/Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    return pdf_of(CATALOGUE, ONE_PAGE, page, stream, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")


def complaint(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read_official(path)
    return str(caught.value)


NO_PDF = "this is no PDF, whatever its name says; download it again"
DAMAGED = "the PDF is damaged or cut short; download it again"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", NO_PDF),
        (b"1. This is a text file.\n", NO_PDF),
        (b"<!doctype html><title>Not found</title>", NO_PDF),
        (WITHOUT_TEXT[:100], DAMAGED),
        (
            pdf_of(CATALOGUE, ONE_PAGE, EMPTY_PAGE, LOCKED, trailer=b"/Encrypt 4 0 R /ID [<00> <00>] "),
            "the PDF is locked with a password; save it without one",
        ),
        (WITHOUT_TEXT, "the PDF holds no text (a scan?); use the publisher's own PDF"),
    ],
    ids=["empty file", "text file", "web page", "truncated PDF", "locked PDF", "PDF without text"],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "guidance.pdf"
    path.write_bytes(content)

    assert complaint(path) == f"{path}: {why}"


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_the_real_document_cut_short_is_refused_by_name(
    tmp_path: Path, official: OfficialDocument, share: float
) -> None:
    whole = official.path.read_bytes()
    path = tmp_path / "half.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])

    assert complaint(path) == f"{path}: {DAMAGED}"


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.pdf", tmp_path):
        assert complaint(path) == f"{path}: there is no such file; give the path of the guidance's PDF"


def test_a_document_may_be_one_page_long(tmp_path: Path) -> None:
    path = tmp_path / "short.pdf"
    path.write_bytes(page_of(b"Preface", b"1. Councils act.", b"3. They do.", b"2. They report."))

    document = read_official(path)

    found = [(block.kind, block.number, block.text) for block in document.blocks]
    assert found == [
        ("text", None, "Preface"),
        ("paragraph", 1, "1. Councils act. 3. They do."),
        ("paragraph", 2, "2. They report."),
    ]


def test_a_block_is_its_lines(official: OfficialDocument) -> None:
    paragraph = official.paragraphs[218]

    assert Block("paragraph", 218, (), paragraph.lines[:1]).pages == (80,)
    assert {line.page for line in paragraph.lines} == {80, 81}
    assert "  " not in paragraph.text
