"""Reads XML from others safely: nothing outside it is fetched, no entity is expanded, no tree grows without end."""

from typing import Any

from ontology.errors import DocumentError

ENTITIES = "this XML declares entities, which are not read from strangers; give it without them."


def parse_xml(content: bytes) -> Any:
    """The root element; raises DocumentError for what is not well formed or declares entities."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as error:
        if "entity" in str(error).lower():
            raise DocumentError(ENTITIES) from error
        raise DocumentError(f"this XML is not well formed ({str(error)[:120]}); download it again.") from error
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise DocumentError(ENTITIES)
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
