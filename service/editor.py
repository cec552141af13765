"""The editor page for SPARQL: a text area, worked examples by purpose, what the graph holds; and a query's results."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import OWL

from ontology.errors import QueryError
from ontology.namespaces import PREFIXES
from ontology.questions import by_purpose, competency_questions
from service import pages
from service.charts import Bars, Links, links_of, picture_of_rows
from service.json_ld import RDF_TYPE
from service.media_types import JSON_RESULTS, RESULTS, TRIPLES
from service.ontology_page import diagram
from service.sparql import QueryPool, QueryResult
from service.statuses import status_of
from service.style import STATIC
from service.summary import class_terms, property_terms, short, summarise, terms

EXAMPLE_QUERY = """SELECT ?bearer ?action ?limit ?page WHERE {
  ?duty a sg:Requirement ;
        sg:bearer/skos:prefLabel ?bearer ;
        sg:action ?action ;
        sg:page ?page .
  OPTIONAL { ?duty sg:timeLimit/sg:limitText ?limit }
}
ORDER BY ?page
"""
#: More rows than these make a page slow; the downloads have them all.
ROWS_SHOWN = 500
#: What makes the box comfortable, where it was built at set-up.
SCRIPT = "built/editor.js"
#: An address longer than this is refused by some programs on the way, so no link to it is offered.
LONGEST_LINK = 8_000


def editor_page(request: Request) -> Response:
    """The editor with an example in it, or with the one that `?example=` names."""
    examples = {one.id: one for one in competency_questions()}
    chosen = examples.get(request.query_params.get("example", ""))
    query = chosen.query if chosen else EXAMPLE_QUERY
    shown = {**_help(request.app.state.queries), "query": query, "chosen": chosen, "title": "SPARQL"}
    return pages.page(request, "sparql.html", shown)


def results_page(
    request: Request, pool: QueryPool, query: str, default_graphs: list[str], named_graphs: list[str]
) -> Response:
    """The editor with the query's results below: a table or text, a picture, a permanent link and downloads."""
    shown: dict[str, Any] = {**_help(pool), "query": query, "title": "SPARQL results"}
    try:
        result = pool.run(query, JSON_RESULTS, default_graphs, named_graphs)
    except QueryError as error:
        response = pages.page(request, "sparql.html", {**shown, "fault": str(error)}, status_of(error))
        if response.status_code == 503:
            response.headers["Retry-After"] = "5"
        return response
    graphs = [("default-graph-uri", one) for one in default_graphs] + [("named-graph-uri", one) for one in named_graphs]
    shown |= _links(query, graphs, result) | {"notice": result.notice}
    if result.form == "triples":
        return pages.page(request, "sparql.html", {**shown, "text": result.body.decode(), "links": _links_of(result)})
    results = json.loads(result.body)
    if result.form == "solutions":
        rows = results["results"]["bindings"]
        picture = picture_of_rows(results["head"]["vars"], rows)
        shown["bars" if isinstance(picture, Bars) else "links"] = picture
        shown["rows"] = len(rows)
        del results["results"]["bindings"][ROWS_SHOWN:]
    return pages.page(request, "sparql.html", {**shown, "results": results, "most": ROWS_SHOWN})


def _links(query: str, graphs: list[tuple[str, str]], result: QueryResult) -> dict[str, Any]:
    """The query's own address and those of its results as files."""
    link = f"/sparql?{urlencode([('query', query), *graphs])}"
    if len(link) > LONGEST_LINK:
        return {}
    formats = TRIPLES if result.form == "triples" else RESULTS if result.form == "solutions" else {}
    return {"link": link, "downloads": {name: f"{link}&format={name}" for name in formats}}


def _links_of(result: QueryResult) -> Links | None:
    """The things that the triples name, with what links them."""
    found = [
        (_term(quad.subject), short(quad.predicate.value), _term(quad.object))
        for quad in parse(result.body, format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
        and quad.predicate.value != RDF_TYPE
    ]  # fmt: skip
    return links_of(found, "What leads to what")


def _term(term: NamedNode) -> dict[str, str]:
    return {"type": "uri", "value": term.value}


def _help(pool: QueryPool | None) -> dict[str, Any]:
    """What stands on the page whatever was asked; without a build nothing is counted."""
    boxes, arrows = diagram()
    return {
        "chosen": None, "notice": None, "results": None, "text": None, "link": None, "downloads": {}, "rows": 0,
        "bars": None, "links": None, "boxes": boxes, "arrows": arrows,
        "script": pages.asset(SCRIPT) if (STATIC / SCRIPT).is_file() else None,
        "examples": by_purpose(competency_questions()),
        "classes": class_terms(), "properties": property_terms(), "values": terms(OWL.NamedIndividual),
        "prefixes": PREFIXES, "summary": summarise(pool) if pool else None,
    }  # fmt: skip
