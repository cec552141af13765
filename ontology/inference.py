"""Materialises what the ontology entails, by SPARQL; `reasoner` proves it against HermiT."""

from pathlib import Path
from typing import cast

from pyoxigraph import QueryTriples, Store, Triple

RULES = Path(__file__).parent / "inference.rq"


def infer(store: Store) -> set[Triple]:
    """The triples that follow from the union of the store's graphs and are not stated in it."""
    entailed = cast(QueryTriples, store.query(RULES.read_text(encoding="utf-8"), use_default_graph_as_union=True))
    stated = {quad.triple for quad in store}
    return {triple for triple in entailed if triple not in stated}
