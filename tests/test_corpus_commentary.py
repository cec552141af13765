"""Commentary that a user adds: read, split, kept whole or not at all, and always told apart from guidance."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.commentary import PASSAGE_WORDS, Commentary, held_commentary, to_commentary
from corpus.importing import describe, import_file
from corpus.store import keep_document, remove_document
from indexer.build import DOCUMENTS, make_build
from ontology.errors import DocumentError, InputError
from service.ask import Asking
from service.library import open_library

ABOUT: dict[str, Any] = {
    "title": "A briefing on core groups",
    "publisher": "A partnership",
    "published": date(2024, 2, 1),
    "about": "wt2023",
    "editions": {"wt2018", "wt2023"},
}
MARKDOWN = "# What is new\n\nCore groups meet in a hall.\n\n## Who comes\n\nParents come.\nChildren may come.\n"
HTML = (
    "<!doctype html><html><head><title>t</title><style>p{}</style></head><body><nav><p>Menu</p></nav>"
    "<h2>Who comes</h2><p>Parents <b>come</b>.</p><ul><li>Children may come.</li></ul><script>evil()</script>"
    "</body></html>"
)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def add_commentary(
    folder: Path, path: Path, title: str, publisher: str, published: date, about: str, editions: set[str]
) -> Commentary:
    """As `safeguard corpus add --replace` does it."""
    description = describe(title, publisher, published, "commentary", about, "", editions)
    document = import_file(path, description)
    keep_document(folder, document, replace=True)
    return to_commentary(document)


def test_markdown_is_split_under_its_headings(tmp_path: Path) -> None:
    document = add_commentary(tmp_path / "held", write(tmp_path, "a.md", MARKDOWN), **ABOUT)

    assert [(one.heading, one.text) for one in document.passages] == [
        ("What is new", "Core groups meet in a hall."),
        ("Who comes", "Parents come. Children may come."),
    ]
    assert held_commentary(tmp_path / "held") == (document,)


def test_html_is_read_without_menus_scripts_and_styles(tmp_path: Path) -> None:
    document = add_commentary(tmp_path / "held", write(tmp_path, "a.html", HTML), **ABOUT)

    assert [(one.heading, one.text) for one in document.passages] == [("Who comes", "Parents come. Children may come.")]


def test_a_long_text_becomes_passages_of_bearable_length(tmp_path: Path) -> None:
    text = "\n\n".join("One sentence of seven words stands here." for _ in range(200))
    document = add_commentary(tmp_path / "held", write(tmp_path, "a.txt", text), **ABOUT)

    assert len(document.passages) > 5
    assert all(len(one.text.split()) <= PASSAGE_WORDS for one in document.passages)


def test_a_long_block_is_parted_at_its_lines(tmp_path: Path) -> None:
    rows = "\n".join(f"| role {number} | comes to each of the meetings |" for number in range(100))
    document = add_commentary(tmp_path / "held", write(tmp_path, "a.md", f"| who | does |\n|---|---|\n{rows}"), **ABOUT)

    assert len(document.passages) > 5
    assert all(len(one.text.split()) <= PASSAGE_WORDS for one in document.passages)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"\xff\xfe\x00", "this is neither PDF nor Word nor text in UTF-8; save it as one of these."),
        ("a.txt", b"", "the file is empty; get it again."),
        ("a.txt", bytes(range(1, 9)) * 20, "this holds no text; give a text, Markdown or HTML file."),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        add_commentary(tmp_path / "held", write(tmp_path, name, content), **ABOUT)

    assert str(caught.value).endswith(sentence)
    assert held_commentary(tmp_path / "held") == ()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        add_commentary(tmp_path / "held", tmp_path / "none.txt", **ABOUT)


def test_an_edition_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no edition 'wt2019'; did you mean 'wt2018'"):
        add_commentary(tmp_path, write(tmp_path, "a.md", MARKDOWN), **{**ABOUT, "about": "wt2019"})


def test_the_same_title_takes_the_place_of_the_first(tmp_path: Path) -> None:
    add_commentary(tmp_path / "held", write(tmp_path, "a.md", MARKDOWN), **ABOUT)
    second = add_commentary(tmp_path / "held", write(tmp_path, "b.md", "Another text."), **ABOUT)

    assert held_commentary(tmp_path / "held") == (second,)


def test_a_title_that_only_begins_like_another_does_not_take_its_place(tmp_path: Path) -> None:
    long = "A briefing for head teachers and governors on what has changed "
    first = {**ABOUT, "title": f"{long} in autumn"}
    held = add_commentary(tmp_path / "held", write(tmp_path, "a.md", MARKDOWN), **first)

    with pytest.raises(InputError, match="The title begins like that of"):
        add_commentary(tmp_path / "held", write(tmp_path, "b.md", "Other."), **{**ABOUT, "title": f"{long} in spring"})
    assert held_commentary(tmp_path / "held") == (held,)


def test_a_document_can_be_removed(tmp_path: Path) -> None:
    document = add_commentary(tmp_path / "held", write(tmp_path, "a.md", MARKDOWN), **ABOUT)

    with pytest.raises(InputError, match="There is no document 'b'"):
        remove_document(tmp_path / "held", "b")
    remove_document(tmp_path / "held", document.id)
    assert held_commentary(tmp_path / "held") == ()


def test_commentary_stands_below_guidance_and_is_called_so(tmp_path: Path) -> None:
    """Even where it has the question's very words."""
    text = "Members of the core group gather inside ten working days once the first conference is over."
    add_commentary(tmp_path / DOCUMENTS, write(tmp_path, "a.txt", text), **ABOUT)
    asking = Asking(open_library(make_build(tmp_path, model="hash")))
    answer = asking.ask("Do members of the core group gather inside ten working days once the conference is over?")

    kinds = [passage.kind for passage in answer.passages]
    assert "commentary" in kinds
    assert kinds == sorted(kinds, key=lambda kind: kind == "commentary")
    assert all(duty.provision.edition == "wt2023" for duty in answer.duties)
