"""Pieces of plain text and Markdown."""

import re
from collections.abc import Iterator

from corpus.documents import Piece
from corpus.importers.headings import Headings

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
NUMBERED = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*)\.?\s+(?=\D)")
NOTE = re.compile(r"^\[\^(\w+)\]:\s*")
CITED = re.compile(r"\[\^(\w+)\]")
RULED = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$")
BLOCK_END = re.compile(r"\n\s*\n|\n(?=#{1,6}\s)|(?<=[.!?])\n(?!\s*(?:[-*+•|>]|\d{1,3}[.)])\s)|(?<=\A)(?=#)")


def read_plain(text: str) -> Iterator[Piece]:
    """The blocks of a text that blank lines part; Markdown's headings, lists, tables, quotations and notes are told."""
    headings = Headings()
    for block in BLOCK_END.split(text):
        first, _, rest = block.strip("\n").partition("\n")
        if found := HEADING.match(first.strip()):
            headings.push(len(found[1]), found[2])
            block = rest
        if block.strip():
            yield _piece(block.strip("\n").splitlines(), headings.path)


def _piece(lines: list[str], heading: tuple[str, ...]) -> Piece:
    whole = " ".join(" ".join(lines).split())
    notes = tuple(dict.fromkeys(CITED.findall(whole)))
    if found := NOTE.match(whole):
        return Piece("footnote", whole[found.end() :], found[1], heading)
    if all(line.lstrip().startswith(">") for line in lines):
        return Piece(
            "box", "\n".join(CITED.sub("", line.lstrip("> \t")) for line in lines), heading=heading, notes=notes
        )
    if len(lines) > 1 and any(map(RULED.match, lines)):
        rows = (line.strip().strip("|") for line in lines if not RULED.match(line))
        cells = "\n".join(" | ".join(cell.strip() for cell in row.split("|")) for row in rows)
        return Piece("table", CITED.sub("", cells), heading=heading, notes=notes)
    if ITEM.match(lines[0]) and (len(lines) > 1 or not NUMBERED.match(lines[0])):
        items = "\n".join(ITEM.sub("\n", line) for line in lines)
        joined = (" ".join(item.split()) for item in items.split("\n\n"))
        return Piece("list", "\n".join(CITED.sub("", item) for item in joined), heading=heading, notes=notes)
    found = NUMBERED.match(whole)
    return Piece(
        "paragraph" if found else "text", CITED.sub("", whole), found[1] if found else "", heading, notes=notes
    )
