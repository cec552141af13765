"""What the words of a SPARQL query say before it runs: its form, and whether it updates, calls SERVICE or names graphs.

A query is cut into the tokens of the grammar (SPARQL 1.1, 19.8): in one, a word that stands by itself is a keyword,
whereas in a literal, an address, a comment, a variable or a prefixed name it is not. Where the cut could be read two
ways, the reading that refuses more is taken; each token is looked at once, so that a long query costs little.
"""

import re
from dataclasses import dataclass
from typing import Literal

from ontology.errors import QueryError

QueryForm = Literal["solutions", "boolean", "triples"]

LONGEST_QUERY = 100_000
FORMS: dict[str, QueryForm] = {
    "select": "solutions",
    "ask": "boolean",
    "construct": "triples",
    "describe": "triples",
}
PROLOGUE = ("prefix", "base")
UPDATES = {"insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"}
#: Code point escapes may stand anywhere in a query, in keywords too (SPARQL 1.1, 19.2).
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
TOKEN = re.compile(
    r"""(?P<long>\"{3}|'{3})
      | (?:\#[^\n\r]*                                            # a comment
      | <[^<>"{}|^`\\\x00-\x20]*>                                # an address
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'            # a short literal
      | [?$]\w+ | @[A-Za-z][\w-]*                                # a variable, a language
      | (?:[^\W\d][\w.-]*)?:(?:[\w.:%-]|\\.)*                    # a prefixed name, a blank node
      | \\.)
      | (?P<word>[^\W\d]\w*)
      | .""",
    re.VERBOSE | re.DOTALL,
)
REST = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
}


@dataclass(frozen=True)
class QueryWords:
    """What is known of a query that may be run."""

    #: None where no form can be made out; the engine then says what is wrong, and where.
    form: QueryForm | None
    #: Whether it chooses its graphs by FROM or FROM NAMED.
    names_graphs: bool


def read_words(query: str) -> QueryWords:
    """What the query says; raises QueryError for what is never run: an update, a SERVICE, a query beyond the limit."""
    if not query.strip():
        raise QueryError("The query is empty; write for instance SELECT * WHERE { ?duty a sg:Duty } LIMIT 10")
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"The query has {len(query):,} characters; the most is {LONGEST_QUERY:,}.")
    plain = ESCAPE.sub(lambda found: chr(_code_point(found)), query)
    places = _keywords(plain)
    words = [word for word, _ in places]
    first, place = next(((word, place) for word, place in places if word not in PROLOGUE), ("", len(plain)))
    if first in UPDATES:
        raise QueryError("This is an update; the graph can only be read. Use SELECT, ASK, CONSTRUCT or DESCRIBE.")
    # An engine may part keywords that touch ("trueSERVICE"), so a word need only hold the other; and a quote written
    # as an escape ends a literal for some parsers and not for others.
    if any("service" in word for word in words) or (_escapes_ascii(query) and "service" in plain.lower()):
        raise QueryError("SERVICE is not allowed: queries reach no other server.")
    form = next((form for word, form in FORMS.items() if first.startswith(word)), None)
    if form is None and not plain[:place].rstrip().lower().endswith(PROLOGUE):
        # Of this the engine says only that it expects CONSTRUCT, and where it gave up looking for that.
        line, column = plain.count("\n", 0, place) + 1, place - plain.rfind("\n", 0, place)
        raise QueryError(
            f"The query cannot be read: line {line}, column {column}: expected SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    return QueryWords(form, any("from" in word for word in words))


def _keywords(query: str) -> list[tuple[str, int]]:
    """Every word that stands by itself, in small letters, and where it starts."""
    found: list[tuple[str, int]] = []
    unclosed: set[str] = set()
    place = 0
    while place < len(query):
        token = TOKEN.match(query, place)
        assert token is not None  # the last choice takes any character
        place = token.end()
        if token["word"]:
            found.append((token["word"].lower(), token.start()))
        elif (quotes := token["long"]) and quotes not in unclosed:
            if rest := REST[quotes].match(query, place):
                place = rest.end()
            else:  # it is an empty literal and a quote; once none closes, none later does
                unclosed.add(quotes)
    return found


def _code_point(escape: re.Match[str]) -> int:
    return int(escape[1] or escape[2], 16)


def _escapes_ascii(query: str) -> bool:
    return any(_code_point(found) < 0x80 for found in ESCAPE.finditer(query))
