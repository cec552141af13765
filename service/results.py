"""Rows of a SPARQL query in the four formats that the W3C gives them, up to a number of rows and of bytes.

The engine could write them too, but only whole: cut off, its JSON and XML would not be well formed.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from service.media_types import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS, XML_RESULTS

MOST_ROWS = 100_000
LARGEST_RESULT = 20_000_000
XSD = "http://www.w3.org/2001/XMLSchema#"
#: Numbers that Turtle writes without quotes, which spreadsheets and data frames then read as numbers.
PLAIN = {
    f"{XSD}integer": re.compile(r"[+-]?\d+"),
    f"{XSD}decimal": re.compile(r"[+-]?\d*\.\d+"),
    f"{XSD}double": re.compile(r"[+-]?(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+"),
    f"{XSD}boolean": re.compile(r"true|false"),
}
#: What XML 1.0 cannot hold in any spelling.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Term = NamedNode | BlankNode | Literal | Triple
Row = Sequence[Term | None]


@dataclass(frozen=True)
class Written:
    """The bytes of a result, and what was left out of it, if anything."""

    body: bytes
    notice: str | None


@dataclass(frozen=True)
class _Style:
    head: Callable[[Sequence[str]], str]
    row: Callable[[Sequence[str], Row], str]
    between: str
    tail: Callable[[str | None], str]


def write_rows(
    names: Sequence[str],
    rows: Iterable[Row],
    media_type: str,
    most_rows: int = MOST_ROWS,
    most_bytes: int = LARGEST_RESULT,
) -> Written:
    """Rows as JSON, XML, CSV or TSV; stops at either limit, with a notice, in the result too where the format has room.

    Reads no row beyond the limit, so a query that would give rows for hours ends with those that there was room for.
    """
    style = STYLES[media_type]
    parts, size, notice = [style.head(names).encode()], 0, None
    for number, row in enumerate(rows):
        part = ((style.between if number else "") + style.row(names, row)).encode("utf-8", "replace")
        size += len(part)
        if number == most_rows or size > most_bytes:
            reached = f"{most_rows:,} rows" if number == most_rows else f"{most_bytes // 1_000_000} MB"
            notice = f"Only the first {number:,} rows are given: a result holds at most {reached}. Add a LIMIT."
            break
        parts.append(part)
    parts.append(style.tail(notice).encode())
    return Written(b"".join(parts), notice)


def write_boolean(answer: bool, media_type: str) -> bytes:
    """True or false, as XML or JSON."""
    word = str(answer).lower()
    if media_type == XML_RESULTS:
        return f"{XML_START}<head></head><boolean>{word}</boolean></sparql>".encode()
    return f'{{"head":{{}},"boolean":{word}}}'.encode()


def _json_term(term: Term) -> dict[str, Any]:
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case Literal():
            written = {"type": "literal", "value": term.value}
            if term.language:
                written["xml:lang"] = term.language
            elif term.datatype.value != f"{XSD}string":
                written["datatype"] = term.datatype.value
            return written
        case BlankNode():
            return {"type": "bnode", "value": term.value}
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}


def _json_row(names: Sequence[str], row: Row) -> str:
    bound = {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None}
    return json.dumps(bound, ensure_ascii=False, separators=(",", ":"))


def _json_tail(notice: str | None) -> str:
    return "]}}" if notice is None else f']}},"notice":{json.dumps(notice)}}}'


XML_START = '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml_term(term: Term) -> str:
    match term:
        case NamedNode():
            return f"<uri>{_xml(term.value)}</uri>"
        case Literal():
            extra = ""
            if term.language:
                extra = f" xml:lang={quoteattr(term.language)}"
            elif term.datatype.value != f"{XSD}string":
                extra = f" datatype={quoteattr(term.datatype.value)}"
            return f"<literal{extra}>{_xml(term.value)}</literal>"
        case BlankNode():
            return f"<bnode>{_xml(term.value)}</bnode>"
    return (
        f"<triple><subject>{_xml_term(term.subject)}</subject><predicate>{_xml_term(term.predicate)}</predicate>"
        f"<object>{_xml_term(term.object)}</object></triple>"
    )


def _xml(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _xml_head(names: Sequence[str]) -> str:
    variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    return f"{XML_START}<head>{variables}</head><results>"


def _xml_row(names: Sequence[str], row: Row) -> str:
    bound = (
        f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
        for name, term in zip(names, row, strict=True)
        if term is not None
    )
    return f"<result>{''.join(bound)}</result>"


def _xml_tail(notice: str | None) -> str:
    return f"</results>{f'<!-- {notice} -->' if notice else ''}</sparql>"


def _csv_row(_: Sequence[str], row: Row) -> str:
    return ",".join(map(_csv_cell, row)) + "\r\n"


def _csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    value = term.value if isinstance(term, NamedNode | Literal) else str(term)
    return '"' + value.replace('"', '""') + '"' if re.search(r'[",\r\n]', value) else value


def _tsv_row(_: Sequence[str], row: Row) -> str:
    return "\t".join(map(_tsv_cell, row)) + "\n"


def _tsv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal) and (plain := PLAIN.get(term.datatype.value)) and plain.fullmatch(term.value):
        return term.value
    return str(term)


STYLES = {
    JSON_RESULTS: _Style(
        lambda names: f'{{"head":{{"vars":{json.dumps(list(names))}}},"results":{{"bindings":[',
        _json_row,
        ",",
        _json_tail,
    ),
    XML_RESULTS: _Style(_xml_head, _xml_row, "", _xml_tail),
    CSV_RESULTS: _Style(lambda names: ",".join(names) + "\r\n", _csv_row, "", lambda _: ""),
    TSV_RESULTS: _Style(lambda names: "\t".join(f"?{name}" for name in names) + "\n", _tsv_row, "", lambda _: ""),
}
