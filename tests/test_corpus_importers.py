"""The importers: each format gives the same passages, and what cannot be read gives one sentence."""

import io
import json
import socket
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_corpus_official import CATALOGUE, EMPTY_PAGE, LOCKED, ONE_PAGE, WITHOUT_TEXT, page_of, pdf_of

from corpus.documents import Description, Document, Kind, NoWords, Piece, to_document
from corpus.importing import BY_THE_CLOCK, LARGEST, describe, import_file, read_pieces
from ontology.errors import DocumentError, InputError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CLML = "http://www.legislation.gov.uk/namespaces/legislation"
AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def description(kind: Kind = "local-procedure") -> Description:
    return Description(id="a", title="A", publisher="B", published=date(2024, 1, 1), kind=kind, edition="wt2023")


def pieces(folder: Path, name: str, content: str | bytes, kind: Kind = "local-procedure") -> list[Piece]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_pieces(path, kind))


def told(found: list[Piece]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(one.kind, one.number, one.heading, one.text) for one in found]


def word_file(body: str, notes: str = "", styles: str = "", lists: str = "") -> bytes:
    """A Word document with this body."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        package.writestr("word/footnotes.xml", f'<w:footnotes xmlns:w="{W}">{notes}</w:footnotes>')
        package.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
        package.writestr("word/numbering.xml", f'<w:numbering xmlns:w="{W}">{lists}</w:numbering>')
    return file.getvalue()


def paragraph(words: str, style: str = "", item: bool = False, after: str = "") -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:numPr/>" if item else ""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r>{after}</w:p>"


# What each format gives

MARKDOWN = """# Core groups

## Meetings

12. They meet soon.[^a]

- in a hall
- or online,
  by video

> Keep minutes.

| who | when |
|---|---|
| all | weekly |

[^a]: Soon is a week.
"""
WEB_PAGE = """<html><body><nav><p>Menu</p></nav><h1>Core groups</h1><h2>Meetings</h2>
<p>1.2 They meet soon<sup><a href="#fn:1">[footnote 1]</a></sup>:</p><ul><li>in a hall</li><li>or online</li></ul>
<p>Parents come.</p><ul><li>mothers</li></ul><div class="call-to-action"><p>Keep</p><p>minutes.</p></div>
<table><tr><th>who</th><th>when</th></tr><tr><td>all</td><td>weekly</td></tr></table>
<dl><dt>Soon</dt><dd>a week</dd></dl>
<div class="footnotes"><ol><li id="fn:1"><p>A week. <a href="#fnref:1">↩</a></p></li></ol></div></body></html>"""
MEETINGS = ("Core groups", "Meetings")


def test_markdown_gives_headings_numbers_lists_boxes_tables_and_notes(tmp_path: Path) -> None:
    found = pieces(tmp_path, "a.md", MARKDOWN)

    assert told(found) == [
        ("paragraph", "12", MEETINGS, "12. They meet soon."),
        ("list", "", MEETINGS, "in a hall\nor online, by video"),
        ("box", "", MEETINGS, "Keep minutes."),
        ("table", "", MEETINGS, "who | when\nall | weekly"),
        ("footnote", "a", MEETINGS, "Soon is a week."),
    ]
    assert found[0].notes == ("a",)


def test_a_web_page_gives_the_same_and_a_list_belongs_to_its_numbered_paragraph(tmp_path: Path) -> None:
    found = pieces(tmp_path, "a.html", WEB_PAGE)

    assert told(found) == [
        ("paragraph", "1.2", MEETINGS, "1.2 They meet soon:\n• in a hall\n• or online"),
        ("text", "", MEETINGS, "Parents come."),
        ("list", "", MEETINGS, "mothers"),
        ("box", "", MEETINGS, "Keep\nminutes."),
        ("table", "", MEETINGS, "who | when\nall | weekly"),
        ("glossary-entry", "", (*MEETINGS, "Soon"), "Soon: a week"),
        ("footnote", "1", (), "A week."),
    ]
    assert found[0].notes == ("1",)


def test_the_content_api_gives_the_same_as_the_page(tmp_path: Path) -> None:
    body = WEB_PAGE.partition("</nav>")[2]
    page = json.dumps({"title": "Core groups", "details": {"body": body}})
    parts = json.dumps({"details": {"parts": [{"title": "One", "body": "<p>A.</p>"}, {"title": "Two", "body": "B."}]}})

    assert pieces(tmp_path, "a.json", page) == pieces(tmp_path, "a.html", f"<html><body>{body}")
    assert told(pieces(tmp_path, "b.json", parts)) == [("text", "", ("One",), "A."), ("text", "", ("Two",), "B.")]


def test_a_publication_without_text_names_its_attachment(tmp_path: Path) -> None:
    page = json.dumps({"details": {"attachments": [{"url": "https://example.org/a.pdf"}]}})

    with pytest.raises(DocumentError, match=r"add one of its attachments, such as https://example.org/a.pdf\.$"):
        pieces(tmp_path, "a.json", page)


def test_a_word_document_gives_headings_numbers_lists_tables_and_notes(tmp_path: Path) -> None:
    style = '<w:style w:styleId="Kop2"><w:name w:val="heading 2"/></w:style>'
    mark = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    table = "<w:tbl><w:tr>" + "".join(f"<w:tc>{paragraph(one)}</w:tc>" for one in ("all", "weekly")) + "</w:tr></w:tbl>"
    body = (
        paragraph("Core groups", "Heading1")
        + paragraph("Meetings", "Kop2")
        + paragraph("2.1 They meet soon:", after=mark)
        + paragraph("in a hall", item=True)
        + paragraph("Parents come.")
        + paragraph("mothers", item=True)
        + table
    )
    note = f'<w:footnote w:id="7">{paragraph("A week.")}</w:footnote>'
    found = pieces(tmp_path, "a.docx", word_file(body, note, style))

    assert [(one.kind, one.number, one.heading, one.text.strip()) for one in found] == [
        ("paragraph", "2.1", MEETINGS, "2.1 They meet soon:\n• in a hall"),
        ("text", "", MEETINGS, "Parents come."),
        ("list", "", MEETINGS, "mothers"),
        ("table", "", MEETINGS, "all | weekly"),
        ("footnote", "7", (), "A week."),
    ]
    assert found[0].notes == ("7",)


def level(depth: int, form: str, pattern: str, style: str = "") -> str:
    told = f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/>' + (style and f'<w:pStyle w:val="{style}"/>')
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/>{told}</w:lvl>'


def in_list(words: str, number: int, depth: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


LISTS = (
    f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "decimal", "%1.%2")}'
    f"{level(2, 'lowerLetter', '(%3)')}</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="1">{level(0, "decimal", "%1)")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2">{level(0, "upperRoman", "Part %1", "Chapter")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="3">{level(0, "bullet", "•")}</w:abstractNum>'
    + "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(4))
    + '<w:num w:numId="5"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/>'
    "</w:lvlOverride></w:num>"
)
STYLES = (
    '<w:style w:styleId="Chapter"><w:name w:val="Chapter"/><w:basedOn w:val="Kop1"/><w:pPr><w:numPr>'
    '<w:numId w:val="3"/></w:numPr></w:pPr></w:style><w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Dots"><w:name w:val="Dots"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="Ours"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>'
)


def test_numbers_that_word_sets_by_itself_are_read_as_it_prints_them(tmp_path: Path) -> None:
    """Of lists and of styles; a list of another sort within a numbered paragraph is part of it."""
    first = (paragraph("Meetings", "Chapter"), in_list("They meet:", 1), in_list("soon", 1, 2), in_list("often", 1, 2))
    second = (in_list("First step", 2), in_list("All come.", 1, 1), in_list("Notes are kept.", 1, 1))
    third = (in_list("Later:", 1), paragraph("in a hall", "Dots"))
    fourth = (paragraph("Reviews", "Chapter"), paragraph("Yearly", "Own"), in_list("From nine.", 5))
    fifth = (in_list("Then ten.", 5), paragraph("Loose", "Round"), paragraph("a", "Dots"), in_list("b", 4))
    body = "".join((*first, *second, *third, *fourth, *fifth))
    found = pieces(tmp_path, "a.docx", word_file(body, styles=STYLES, lists=LISTS))

    later = ("Part II Reviews", "Yearly")
    assert [(one.kind, one.number, one.heading, " ".join(one.text.split())) for one in found] == [
        ("paragraph", "1", ("Part I Meetings",), "1. They meet: (a) soon (b) often 1) First step"),
        ("paragraph", "1.1", ("Part I Meetings",), "1.1 All come."),
        ("paragraph", "1.2", ("Part I Meetings",), "1.2 Notes are kept."),
        ("paragraph", "2", ("Part I Meetings",), "2. Later: • in a hall"),
        ("paragraph", "9", later, "9. From nine."),
        ("paragraph", "10", later, "10. Then ten."),
        ("text", "", later, "Loose"),
        ("list", "", later, "a b"),
    ]


CLML_ACT = f"""<Legislation xmlns="{CLML}"><Primary><Body><Part><Number>PART 1</Number><Title>Homes</Title>
<P1group><Title>Duty to ask</Title><P1><Pnumber>3A</Pnumber><P1para><P2><Pnumber>1</Pnumber><P2para>
<Text>A council must ask.<CommentaryRef Ref="c1"/></Text></P2para></P2><BlockAmendment><P1><Pnumber>9</Pnumber>
<P1para><Text>Inserted elsewhere.</Text></P1para></P1></BlockAmendment></P1para></P1></P1group></Part></Body>
<Schedules><Schedule><Number>SCHEDULE 2</Number><TitleBlock><Title>Forms</Title></TitleBlock><ScheduleBody><P1>
<Pnumber>1</Pnumber><P1para><Text>Use form A.</Text></P1para></P1></ScheduleBody></Schedule></Schedules></Primary>
<Commentaries>
<Commentary id="c1"><Para><Text>Inserted in 2020.</Text></Para></Commentary></Commentaries></Legislation>"""
AKN_ACT = f"""<akomaNtoso xmlns="{AKN}"><act><body><part><num>PART 1</num><heading>Homes</heading><section><num>3A</num>
<heading>Duty to ask</heading><subsection><num>(1)</num>
<content><p>A council must ask.<noteRef href="#c1"/></p></content>
</subsection><quotedStructure><section><num>9</num><content><p>Inserted elsewhere.</p></content></section>
</quotedStructure></section></part><hcontainer name="schedule"><num>SCHEDULE 2</num><heading>Forms</heading>
<paragraph><num>1</num><content><p>Use form A.</p></content></paragraph></hcontainer></body></act>
<note eId="c1"><p>Inserted in 2020.</p></note></akomaNtoso>"""


@pytest.mark.parametrize("act", [CLML_ACT, AKN_ACT], ids=["CLML", "Akoma Ntoso"])
def test_both_forms_of_an_act_give_sections_schedules_and_notes(tmp_path: Path, act: str) -> None:
    found = pieces(tmp_path, "act.xml", act, "legislation")

    assert [(one.kind, one.number, one.heading) for one in found] == [
        ("section", "3A", ("PART 1: Homes", "Duty to ask")),
        ("section", "Schedule 2 paragraph 1", ("SCHEDULE 2: Forms",)),
        ("footnote", "c1", ()),
    ]
    assert "(1) A council must ask." in found[0].text
    assert "Inserted elsewhere." in found[0].text, "an amendment's words belong to the section that makes it"
    assert found[0].notes == ("c1",)


def test_a_note_set_within_the_words_of_an_act_is_cited_where_it_stands(tmp_path: Path) -> None:
    """As Akoma Ntoso has it before an Act is published."""
    note = '<authorialNote eId="n1" marker="1"><p>2004 c. 31.</p></authorialNote>'
    section, told = pieces(tmp_path, "act.xml", AKN_ACT.replace('<noteRef href="#c1"/>', note), "legislation")[::2]

    assert (section.notes, told.number, told.text) == (("n1",), "n1", "2004 c. 31.")
    assert "2004 c. 31." not in section.text


# Anchors

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=()), max_size=60)
PIECES = st.lists(st.builds(Piece, kind=st.just("text"), text=TEXTS, number=TEXTS), min_size=1, max_size=12)


@given(PIECES)
def test_every_passage_stands_where_its_anchors_say(found: list[Piece]) -> None:
    try:
        document = to_document(description(), "a.txt", "0", found)
    except NoWords:
        return
    text = document.text
    for passage in document.passages:
        start, end = passage.position
        assert text[start:end] == passage.text == passage.quote.exact
        assert text[:start].endswith(passage.quote.prefix)
        assert text[end:].startswith(passage.quote.suffix)
    assert Document.model_validate_json(document.model_dump_json()) == document


WORDS = st.sampled_from(["councils ask", "parents", "they meet soon", "homes are found", "report to the panel"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["heading", "text", "item"]), WORDS), min_size=1, max_size=12))
def test_no_word_is_lost_whatever_the_format(tmp_path: Path, blocks: list[tuple[str, str]]) -> None:
    """The same document in three formats has the same words in the same order."""
    tags = {"heading": "h2", "text": "p", "item": "li"}
    web = "".join(f"<{tags[kind]}>{words}</{tags[kind]}>" for kind, words in blocks)
    marks = {"heading": "## ", "text": "", "item": "- "}
    plain = "\n\n".join(marks[kind] + words for kind, words in blocks)
    word = "".join(
        paragraph(words, "Heading2" if kind == "heading" else "", item=kind == "item") for kind, words in blocks
    )
    said = [words for kind, words in blocks if kind != "heading"]

    for name, content in (("a.html", f"<html><body>{web}"), ("a.md", plain), ("a.docx", word_file(word))):
        found = [line for one in pieces(tmp_path, name, content) for line in one.text.splitlines() if line]
        assert " ".join(found) == " ".join(said), name


# What cannot be read

LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def refusal(path: Path, kind: Kind = "local-procedure", seconds: float = BY_THE_CLOCK) -> str:
    with pytest.raises(DocumentError) as caught:
        import_file(path, description(kind), seconds=seconds)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "the file is empty; get it again."),
        ("a.txt", b" \n", "this holds no text; give a text, Markdown or HTML file."),
        (
            "a.txt",
            "naïve".encode("latin-1"),
            "this is neither PDF nor Word nor text in UTF-8; save it as one of these.",
        ),
        (
            "a.txt",
            "They meet.".encode("utf-16"),
            "this is neither PDF nor Word nor text in UTF-8; save it as one of these.",
        ),
        (
            "a.txt",
            b"\x89PNG\r\n\x1a\n" + bytes(64),
            "this is neither PDF nor Word nor text in UTF-8; save it as one of these.",
        ),
        ("a.xml", b" ", "this XML is not well formed ("),
        ("a.docx", b" ", "this Word document is damaged (File is not a zip file)"),
        ("a.pdf", b"", "the file is empty; get it again."),
        ("a.pdf", WITHOUT_TEXT, "the PDF holds no text (a scan?)"),
        ("a.pdf", page_of(b"One.").replace(b"%%EOF", b""), "the PDF is cut short"),
        ("a.pdf", page_of(b"One.")[:100], "the PDF is damaged or cut short; download it again"),
        ("a.pdf", b"<!doctype html><title>Not found</title>", "this is no PDF, whatever its name says"),
        (
            "a.pdf",
            pdf_of(CATALOGUE, ONE_PAGE, EMPTY_PAGE, LOCKED, trailer=b"/Encrypt 4 0 R /ID [<00> <00>] "),
            "the PDF is locked with a password; save it without one",
        ),
        ("a.docx", b"PK\x03\x04 and no more", "this Word document is damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "this is an old or a locked Word document"),
        ("a.xml", f"{LAUGHS}]><l>&i;</l>".encode(), "this XML declares entities"),
        ("a.xml", b"<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><l>&a;</l>", "this XML declares entities"),
        ("a.xml", b"<l><m></l>", "this XML is not well formed"),
        ("a.xml", b"<l/>", "this XML is 'l', which is not read"),
        ("a.xml", f'<Legislation xmlns="{CLML}"/>'.encode(), "no numbered sections found"),
        ("a.json", b'{"details": 3}', "this JSON is not a page of gov.uk's content API"),
        ("a.json", b'{"details": ', "this JSON cannot be read"),
        ("a.json", b"[" * 100_000, "this JSON cannot be read"),
        ("a.html", b"<html><script>alert(1)</script></html>", "this holds no text"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path, "legislation" if name == "a.xml" else "local-procedure").startswith(sentence)


def test_a_file_that_is_missing_a_folder_or_too_large_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(2_000_000_000)

    assert refusal(tmp_path) == "this is a folder; give a file in it."
    assert refusal(tmp_path / "none.pdf") == "there is no such file; give the path of the document."
    assert refusal(large) == f"the file has 2,000,000,000 bytes; the most is {LARGEST:,}."


def test_a_pdf_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    pages = b"<< /Type /Pages /Kids [%s] /Count 5000 >>" % (b"3 0 R " * 5000)
    path.write_bytes(pdf_of(CATALOGUE, pages, EMPTY_PAGE))

    assert refusal(path) == "the PDF has 5,000 pages; the most is 2,000"


def test_a_pdf_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    """A fifth of a gigabyte packed twice over into a page."""
    path = tmp_path / "packed.pdf"
    packed = zlib.compress(zlib.compress(bytes(200_000_000), 1), 9)
    stream = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    path.write_bytes(pdf_of(CATALOGUE, ONE_PAGE, EMPTY_PAGE.replace(b">>", b"/Contents 4 0 R >>"), stream))

    assert path.stat().st_size < 10_000
    assert refusal(path).startswith("the PDF holds no text")


@pytest.mark.parametrize(
    "asking",
    [
        "<!DOCTYPE l SYSTEM '{url}'><l/>",
        "<!DOCTYPE l [<!ENTITY % a SYSTEM '{url}'> %a;]><l/>",
        "<!DOCTYPE l [<!ENTITY a SYSTEM '{url}'>]><l>&a;</l>",
        "<l xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='{url}'/></l>",
        "<?xml-stylesheet type='text/xsl' href='{url}'?><l/>",
        "<l xmlns:s='http://www.w3.org/2001/XMLSchema-instance' s:noNamespaceSchemaLocation='{url}'/>",
    ],
    ids=["DTD", "parameter entity", "entity", "XInclude", "style sheet", "schema"],
)
def test_no_address_in_an_xml_is_ever_asked(tmp_path: Path, asking: str) -> None:
    path = tmp_path / "a.xml"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        path.write_text(asking.format(url=f"http://127.0.0.1:{listening.getsockname()[1]}/a"), encoding="utf-8")
        with pytest.raises(DocumentError):
            list(read_pieces(path, "legislation"))
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_a_word_document_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(60_000_000))

    assert refusal(path).startswith("this Word document unpacks to more than 50,000,000 bytes")


def test_guidance_names_its_edition_as_series_and_year() -> None:
    """Else nothing would tell which edition it follows."""

    def described(edition: str) -> str:
        published = date(2026, 3, 18)
        return describe("T", "P", published, "official-guidance", edition, "", {"wt2023"}).edition

    assert described("WT2026") == "wt2026"
    for edition in ("", "wt", "2026", "working together 2026"):
        with pytest.raises(InputError, match="Say with --about which edition this guidance is: series and year"):
            described(edition)


def test_a_file_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "slow.txt"
    path.write_text("Words.", encoding="utf-8")

    assert refusal(path, seconds=0.01).startswith("reading it took more than 0 seconds and was stopped")


def test_a_pdf_that_draws_without_end_is_stopped(tmp_path: Path) -> None:
    """A form drawn a hundred times over in each of ten others."""
    path = tmp_path / "deep.pdf"
    forms = [
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] "
        b"/Resources << /XObject << /F %d 0 R >> >> /Length 600 >>\nstream\n%s\nendstream"
        % (number + 1, b"/F Do " * 100)
        for number in range(4, 14)
    ]
    page = EMPTY_PAGE.replace(b">>", b"/Contents 14 0 R /Resources << /XObject << /F 4 0 R >> >> >>")
    stream = b"<< /Length 6 >>\nstream\n/F Do \nendstream"
    path.write_bytes(pdf_of(CATALOGUE, ONE_PAGE, page, *forms[:-1], stream, stream))

    assert refusal(path, seconds=4)
