"""A build's records, opened for what needs no search; imports nothing of what searching needs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.build import CARDS_FILE, COMPARISONS_FILE, Build

#: What a duty's card shows of the official text of its place.
OFFICIAL = ("document", "publisher", "licence", "text")


@dataclass(frozen=True)
class Catalogue:
    """The records of a build, for what needs no search."""

    build_id: str
    cards: dict[str, Any]
    #: Where texts of one series are set side by side; None where there are none.
    comparisons: Path | None = field(default=None, kw_only=True)


def open_catalogue(build: Build) -> Catalogue:
    """Read a build's cards alone, which takes a fraction of the time of its indexes."""
    cards = json.loads((build.folder / CARDS_FILE).read_text(encoding="utf-8"))
    for duty, card in cards["duties"].items():
        place = cards["provisions"][duty.rpartition("/")[0]]
        card["official"] = {name: place[name] for name in OFFICIAL} if place["text_kind"] == "official" else None
    comparisons = build.folder / COMPARISONS_FILE
    return Catalogue(build.id, cards, comparisons=comparisons if comparisons.is_file() else None)
