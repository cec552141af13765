"""HermiT through owlready2: is the ontology consistent, and what does it entail? Needs Java."""

import io
import shutil
from dataclasses import dataclass
from typing import Any

from ontology.errors import SafeguardError
from ontology.namespaces import SG

#: What the SPARQL materialisation claims to compute, and HermiT is asked about.
PROPERTIES = ("appliesTo", "concerns", "includes", "cites")
CLASSES = ("Requirement", "Expectation", "Permission", "Prohibition")


class Inconsistent(SafeguardError):
    """HermiT finds a contradiction."""


@dataclass(frozen=True)
class Entailed:
    """What HermiT entails: (subject, predicate, object) IRIs of the properties and classes asked about."""

    relations: frozenset[tuple[str, str, str]]
    memberships: frozenset[tuple[str, str]]
    unsatisfiable: frozenset[str]


def java_available() -> bool:
    """Whether HermiT can run on this machine."""
    return shutil.which("java") is not None


def reason(ntriples: bytes) -> Entailed:
    """Run HermiT over N-Triples (ontology and data); raises Inconsistent.

    owlready2 returns no values inferred through sub-properties, so those are closed here.
    """
    import owlready2

    world = owlready2.World()
    merged = world.get_ontology("https://w3id.org/safeguarding-kg/merged#")
    merged.load(fileobj=io.BytesIO(ntriples), format="ntriples")
    try:
        with merged:
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise Inconsistent("HermiT finds that the ontology and the data contradict each other") from error
    finally:
        unsatisfiable = frozenset(one.iri for one in world.inconsistent_classes())
    relations = {
        (subject.iri, str(SG[name]), value.iri) for name in PROPERTIES for subject, value in _pairs(world, name)
    }
    relations |= {(s, str(SG.appliesTo), o) for s, o in _iris(world, "bearer")}
    relations |= {(s, str(SG.cites), o) for s, o in _iris(world, "legalBasis")}
    memberships = {(one.iri, str(SG[name])) for name in CLASSES for one in world[str(SG[name])].instances()}
    return Entailed(frozenset(relations), frozenset(memberships), unsatisfiable)


def _pairs(world: Any, name: str) -> list[tuple[Any, Any]]:
    return [(s, o) for s, o in world[str(SG[name])].get_relations() if hasattr(s, "iri") and hasattr(o, "iri")]


def _iris(world: Any, name: str) -> list[tuple[str, str]]:
    return [(subject.iri, value.iri) for subject, value in _pairs(world, name)]
