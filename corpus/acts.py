"""Reads the PDF of an Act as legislation.gov.uk publishes it into its sections.

It leans on the publisher's layout: a section's number and title stand at the left margin in larger type than the
running head, its text is indented, and editorial annotations are set smaller under a line of their own.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from corpus.pages import Line, read_pages
from ontology.errors import DocumentError

SECTION_HEADING = re.compile(r"^\[?\s*(\d+[A-Z]{0,3})\s+(\D.*)$")
ANNOTATIONS = re.compile(
    r"^(?:Textual Amendments|Commencement Information|Modifications etc|Marginal Citations|Extent Information)"
)
SCHEDULES = re.compile(r"^SCHEDULES?\b")
NO_ACT = "{path}: no numbered sections found; give the PDF of an Act from legislation.gov.uk"
#: Points by which a section's heading stands left of its text.
OUTDENT = 15.0
#: Points by which annotations are set smaller than the text.
SMALLER = 2.0
#: Points by which headings of chapters are set larger than the text.
LARGER = 0.15
#: Points from the bottom of the page above which the running head stands.
RUNNING_HEAD = 730.0


@dataclass
class ActSection:
    """One section as printed: its number, title, words, pages and what the editors note on it."""

    number: str
    title: str
    lines: list[Line] = field(default_factory=list)
    annotations: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words on one line, the brackets of amendments taken out."""
        return re.sub(r"\s+", " ", " ".join(line.text for line in self.lines)).replace("[", "").replace("]", "").strip()

    @property
    def notes(self) -> str:
        """The editors' annotations (amendments, commencement) on one line."""
        return re.sub(r"\s+", " ", " ".join(line.text for line in self.annotations)).strip()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it stands on, in order."""
        return tuple(sorted({line.page for line in self.lines}))


def read_act(path: Path) -> dict[str, ActSection]:
    """The sections of an Act by number; raises DocumentError when it is no PDF of an Act with numbered sections."""
    pages = read_pages(path)
    lines = [line for body, notes in pages for line in (*body, *notes) if line.y < RUNNING_HEAD]
    margin = _text_margin(lines)
    if margin is None:
        raise DocumentError(NO_ACT.format(path=path))
    size = median(line.size for line in lines)
    sections: dict[str, ActSection] = {}
    current: ActSection | None = None
    annotating = False
    for line in lines:
        text = line.text.strip()
        outdented = line.x < margin - OUTDENT
        if SCHEDULES.match(text) and line.size >= size - SMALLER:
            if sections:
                break
        elif line.size < size - SMALLER or ANNOTATIONS.match(text):
            annotating = annotating or bool(ANNOTATIONS.match(text))
            if annotating and current is not None:
                current.annotations.append(line)
        elif outdented and (found := SECTION_HEADING.match(text)) and found[1] not in sections:
            current = sections[found[1]] = ActSection(found[1], found[2].strip(" ]"))
            annotating = False
        elif current is not None and not outdented and line.size < size + LARGER:
            annotating = False
            current.lines.append(line)
    if not sections:
        raise DocumentError(NO_ACT.format(path=path))
    return sections


def _text_margin(lines: list[Line]) -> float | None:
    """The left edge of the subsections' text; None where there are none."""
    size = median(line.size for line in lines) if lines else 0.0
    edges = [line.x for line in lines if abs(line.size - size) < 0.5 and line.text.lstrip().startswith("(1)")]
    return median(edges) if edges else None
