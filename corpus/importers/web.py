"""Pieces of a web page, and of the pages of gov.uk by its content API."""

import json
import re
from collections.abc import Iterator
from typing import Any

from corpus.documents import Piece
from corpus.importers.headings import Headings
from ontology.errors import DocumentError

SKIPPED = ("script", "style", "nav", "header", "footer", "form", "noscript", "svg", "template", "head", "button")
#: Elements that hold words of their own.
WORDS = ("p", "pre", "dd", "dt", "figcaption", "caption", "summary", "address")
#: Elements that part what they hold from what is around it.
BLOCKS = (*WORDS, "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "aside", "div",
          "section", "article", "main", "details", "figure", *SKIPPED)  # fmt: skip
#: What govspeak, gov.uk's Markdown, and others set apart from the text around it.
BOXES = re.compile(
    r"\b(?:call-to-action|information|advisory|help|warning|example|summary|contact|[\w-]+-notice|box)\b"
)
NUMBERED = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*\.|\d{1,3}(?:\.\d{1,3})+)\s+(?=\S)")
NOTE_LINK = re.compile(r"#(?:fn|footnote)[-:_]?(\w+)$")
NOTE_ID = re.compile(r"^(?:fn|footnote)[-:_]?(\w+)$")
#: Deeper pages are made, not written.
DEEPEST = 200


def read_content_api(text: str) -> Iterator[Piece]:
    """The pieces of a page as https://www.gov.uk/api/content/... gives it; raises DocumentError when it has no body."""
    try:
        page = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"this JSON cannot be read ({str(error)[:80]}); download it again.") from error
    details = page.get("details") if isinstance(page, dict) else None
    if not isinstance(details, dict):
        raise DocumentError("this JSON is not a page of gov.uk's content API; give the address of one.")
    parts = details["parts"] if isinstance(details.get("parts"), list) else [details]
    bodies = [
        (str(part.get("title") or ""), body) for part in parts if isinstance(part, dict) and (body := _body(part))
    ]
    if not bodies:
        attachments = details.get("attachments")
        urls = [one.get("url") for one in attachments if isinstance(one, dict)] if isinstance(attachments, list) else []
        near = f", such as {urls[0]}" if urls and isinstance(urls[0], str) else ""
        raise DocumentError(f"this page of gov.uk has no text of its own; add one of its attachments{near}.")
    for title, body in bodies:
        yield from read_web_page(f"<h1>{title}</h1>{body}" if len(bodies) > 1 else body)


def _body(part: dict[str, Any]) -> str:
    body = part.get("body")
    if isinstance(body, list):  # one text in several formats
        forms = [one for one in body if isinstance(one, dict) and isinstance(one.get("content"), str)]
        body = next((one["content"] for one in forms if one.get("content_type") == "text/html"), "")
    return body if isinstance(body, str) else ""


def read_web_page(text: str) -> Iterator[Piece]:
    """The pieces of a page, without menus, scripts and forms; raises DocumentError when it is no page."""
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(f"this web page cannot be read ({str(error)[:80]}); save it again.") from error
    yield from _Page().read(root)


class _Page:
    """Goes through a page once, with the headings and the numbered paragraph that are open."""

    def __init__(self) -> None:
        self.headings = Headings()
        #: A numbered paragraph waits for the lists that belong to it.
        self.waiting: Piece | None = None

    def read(self, root: Any) -> Iterator[Piece]:
        yield from self._walk(root, 0)
        yield from self._close()

    def _close(self) -> Iterator[Piece]:
        if self.waiting is not None:
            yield self.waiting
        self.waiting = None

    def _walk(self, element: Any, depth: int) -> Iterator[Piece]:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in SKIPPED or not tag or depth > DEEPEST:
            return
        if re.fullmatch(r"h[1-6]", tag):
            yield from self._close()
            self.headings.push(int(tag[1]), _words(element))
        elif "footnotes" in (element.get("class") or "").split():
            yield from self._close()
            yield from _footnotes(element)
        elif tag == "table":
            yield from self._close()
            yield from self._piece("table", element, _rows(element))
        elif tag in ("ul", "ol", "dl"):
            yield from self._list(element)
        elif tag in ("blockquote", "aside") or (tag == "div" and BOXES.search(element.get("class") or "")):
            yield from self._close()
            yield from self._piece("box", element, _lines(element))
        elif tag in WORDS or not any(True for _ in element.iterdescendants(*BLOCKS)):
            yield from self._paragraph(element, _words(element))
        else:
            yield from self._own_words(element, element.text)
            for child in element:
                yield from self._walk(child, depth + 1)
                yield from self._own_words(element, child.tail)

    def _own_words(self, element: Any, words: str | None) -> Iterator[Piece]:
        if words and words.strip():
            yield from self._close()
            yield Piece("text", words, heading=self.headings.path)

    def _paragraph(self, element: Any, words: str) -> Iterator[Piece]:
        if not words:
            return
        yield from self._close()
        if found := NUMBERED.match(words):
            number = found[1].rstrip(".")
            self.waiting = Piece("paragraph", words, number, self.headings.path, notes=_notes(element))
        else:
            yield Piece("text", words, heading=self.headings.path, notes=_notes(element))

    def _list(self, element: Any) -> Iterator[Piece]:
        lines = _items(element)
        if element.tag == "dl":
            yield from self._close()
            for term, meaning in _entries(element):
                yield Piece("glossary-entry", f"{term}: {meaning}", heading=(*self.headings.path, term))
        elif self.waiting is not None:
            before = self.waiting
            text = "\n".join((before.text, *(f"• {line}" for line in lines)))
            notes = (*before.notes, *_notes(element))
            self.waiting = Piece("paragraph", text, before.number, before.heading, notes=notes)
        else:
            yield from self._piece("list", element, "\n".join(lines))

    def _piece(self, kind: Any, element: Any, text: str) -> Iterator[Piece]:
        if text.strip():
            yield Piece(kind, text, heading=self.headings.path, notes=_notes(element))


def _words(element: Any) -> str:
    """The words of an element on one line, without the marks of footnotes and what no reader sees."""
    pieces: list[str] = []
    _gather(element, pieces, 0)
    return " ".join("".join(pieces).split())


def _gather(element: Any, pieces: list[str], depth: int) -> None:
    if depth > DEEPEST or not isinstance(element.tag, str) or element.tag in SKIPPED or _mark(element):
        return
    pieces.append(element.text or "")
    for child in element:
        _gather(child, pieces, depth + 1)
        if child.tag in ("br", "td", "th", "li", "p", "div"):
            pieces.append(" ")
        pieces.append(child.tail or "")


def _mark(element: Any) -> str:
    """The number of the footnote that an element is the mark of, else nothing."""
    if element.tag == "sup" and len(element) == 1:
        element = element[0]
    found = NOTE_LINK.search(element.get("href") or "") if element.tag == "a" else None
    return found[1] if found else ""


def _notes(element: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark for link in element.iter("a") if (mark := _mark(link))))


def _footnotes(element: Any) -> Iterator[Piece]:
    for item in element.iter("li"):
        if words := _words(item).rstrip("↩ "):
            found = NOTE_ID.match(item.get("id") or "")
            yield Piece("footnote", words, found[1] if found else "")


def _items(element: Any) -> list[str]:
    return [words for item in element if item.tag == "li" and (words := _words(item))]


def _entries(element: Any) -> Iterator[tuple[str, str]]:
    term = ""
    for item in element.iter("dt", "dd"):
        if item.tag == "dt":
            term = _words(item)
        elif words := _words(item):
            yield term, words


def _rows(element: Any) -> str:
    rows = ([_words(cell) for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr"))
    return "\n".join(" | ".join(row) for row in rows if any(row))


def _lines(element: Any) -> str:
    """The words of a box, each paragraph and each item of a list on a line of its own."""
    own: list[Any] = []
    inner: set[Any] = set()
    for block in element.iter("p", "li", "h2", "h3", "h4", "h5", "h6", "td"):
        if block not in inner:
            own.append(block)
            inner.update(block.iter())
    return "\n".join(map(_words, own)) if own else _words(element)
