"""Which media type a client gets: of those on offer, the one its Accept header likes best (RFC 9110, 12.5.1)."""

from collections.abc import Iterable, Sequence

HTML = "text/html"
JSON_RESULTS = "application/sparql-results+json"
XML_RESULTS = "application/sparql-results+xml"
CSV_RESULTS = "text/csv"
TSV_RESULTS = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"

#: By the short name that `format=` and the endings of addresses take.
RESULTS = {"json": JSON_RESULTS, "xml": XML_RESULTS, "csv": CSV_RESULTS, "tsv": TSV_RESULTS}
TRIPLES = {"ttl": TURTLE, "nt": N_TRIPLES, "jsonld": JSON_LD, "rdf": RDF_XML}
#: General types that a client may name instead of the exact one.
GENERAL = {
    "application/json": (JSON_RESULTS, JSON_LD),
    "application/xml": (XML_RESULTS, RDF_XML),
    "text/xml": (XML_RESULTS, RDF_XML),
}


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered type of the highest quality, the first offered among equals; None where the client takes none.

    A client that names a general type, such as application/json, takes the offered type that is of that kind.
    """
    ranges = list(_ranges(accept or "")) or [("*/*", 1.0)]
    best = max(offered, key=lambda one: _quality(one, ranges))
    return best if _quality(best, ranges) > 0 else None


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        kind, *parameters = (one.strip().lower() for one in part.split(";"))
        weights = [one[2:] for one in parameters if one.startswith("q=")]
        try:
            quality = min(max(float(weights[0]), 0.0), 1.0) if weights else 1.0
        except ValueError:
            quality = 1.0
        if kind:
            yield kind, quality


def _quality(offered: str, ranges: Iterable[tuple[str, float]]) -> float:
    """The quality of the most exact range that takes in the offered type."""
    rank = {offered: 4, f"{offered.partition('/')[0]}/*": 2, "*/*": 1}
    rank |= {general: 3 for general, exact in GENERAL.items() if offered in exact}
    return max(((rank[kind], quality) for kind, quality in ranges if kind in rank), default=(0, 0.0))[1]
