"""The addresses of the official documents: those that are set take the place of those in the build."""

from dataclasses import replace
from typing import Any

from service.library import Library


def with_documents(library: Library, documents: dict[str, str]) -> Library:
    """The library with every place of an edition leading to the document that is set for it, at the same page."""
    if not documents:
        return library
    cards: dict[str, Any] = _moved(library.cards, documents)
    for edition, address in documents.items():
        if edition in cards["editions"]:
            cards["editions"][edition]["document"] = address
    return replace(library, cards=cards)


def _moved(value: Any, documents: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_moved(one, documents) for one in value]
    if not isinstance(value, dict):
        return value
    moved = {name: _moved(one, documents) for name, one in value.items()}
    # A place of another printing has pages of its own, which the document that is set may not have.
    if moved.get("edition") in documents and moved.get("pages") and "url" in moved and not moved.get("printing"):
        moved["url"] = f"{documents[moved['edition']]}#page={moved['pages'][0]}"
    return moved
