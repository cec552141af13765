"""Reads the PDF of an Act as legislation.gov.uk publishes it into its sections.

It leans on the publisher's layout: a section's number and title stand at the left margin in larger type than the
running head, its text is indented, and editorial annotations are set smaller under a line of their own.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from statistics import median

from corpus.pages import Line, read_pages
from ontology.errors import DocumentError

SECTION_HEADING = re.compile(r"^\[?\s*(\d+[A-Z]{0,3})\s+(\D.*)$")
PARAGRAPH = re.compile(r"^\[?\s*(\d{1,3}[A-Z]{0,3})\s+(\S.*)$")
DIVISION = re.compile(r"^\[?\s*(?:(SCHEDULE)\s+(\d+[A-Z]*)(?!\S).*|(PART|CHAPTER)\s+([0-9A-Z]+)\s*)$")
SCHEDULES = re.compile(r"^SCHEDULES?\b")
ANNOTATIONS = re.compile(
    r"^(?:Textual Amendments|Commencement Information|Modifications etc|Marginal Citations|Extent Information"
    r"|Subordinate Legislation Made)"
)
#: Set beside what is not in force yet.
PROSPECTIVE = "PROSPECTIVE"
#: A subsection or an item of a list, which stands further left where an amendment has put it in.
NUMBERED = re.compile(r"^\[?\s*\(\w{1,4}\)")
#: A word broken at its hyphen by the end of a line; "pre- and post-" is none.
BROKEN = re.compile(r"(?<=\w)- (?!and\b|or\b|to\b)(?=[a-z])")
#: What the publisher says of the whole document, in a box at its end.
AFTERWORD = re.compile(r"\s*(?:Status|Changes to legislation):\s*$")
NO_ACT = "{path}: no numbered sections found; give the PDF of an Act from legislation.gov.uk"
#: Points by which a section's heading stands left of its text.
OUTDENT = 15.0
#: Points by which annotations are set smaller than the text.
SMALLER = 2.0
#: Points by which headings of chapters are set larger than the text.
LARGER = 0.15
#: Points from the bottom of the page above which the running head stands.
RUNNING_HEAD = 730.0
#: Points by which the middle of a heading may miss the middle of the text.
OFF_CENTRE = 6.0
#: What opens the words that an amendment inserts.
QUOTES = ("\u201c", "\u2018")
#: Headings by how deep they stand; one between sections, in italics, stands below all.
DEPTH = {"SCHEDULE": 0, "PART": 1, "CHAPTER": 2}
BETWEEN = 3


@dataclass
class ActSection:
    """One section, or one paragraph of a schedule, as printed: number, title, words, pages, what the editors note."""

    number: str
    title: str
    lines: list[Line] = field(default_factory=list)
    annotations: list[Line] = field(default_factory=list)
    #: The headings that it stands under: schedule, Part, chapter, and the one between sections.
    heading: tuple[str, ...] = ()
    #: Of the schedule that it is a paragraph of; empty for a section.
    schedule: str = ""

    @property
    def text(self) -> str:
        """Its words on one line, without the brackets of amendments; an Act breaks words at their own hyphens alone."""
        words = re.sub(r"[\[\]]", "", re.sub(r"\s+", " ", " ".join(line.text for line in self.lines))).strip()
        return BROKEN.sub("-", words)

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
    return {one.number: one for one in read_whole_act(path) if not one.schedule}


def read_whole_act(path: Path) -> list[ActSection]:
    """The sections of an Act and the paragraphs of its schedules, in order; raises DocumentError as `read_act` does."""
    pages = read_pages(path)
    lines = [line for body, notes in pages for line in (*body, *notes) if line.y < RUNNING_HEAD]
    margin = _text_margin(lines)
    if margin is None:
        raise DocumentError(NO_ACT.format(path=path))
    sections = _Sections(margin, median(line.size for line in lines), _centre(lines)).read(lines)
    if not any(not one.schedule for one in sections):
        raise DocumentError(NO_ACT.format(path=path))
    return sections


class _Sections:
    """Goes through the lines of an Act once, with what is open at each."""

    def __init__(self, margin: float, size: float, centre: float) -> None:
        self.margin, self.size, self.centre = margin, size, centre
        self.found: list[ActSection] = []
        self.known: set[tuple[str, str]] = set()
        self.current: ActSection | None = None
        self.annotating = False
        self.headings: dict[int, str] = {}
        self.schedule = ""
        #: The heading that the lines next below belong to.
        self.titling: int | None = None

    def read(self, lines: list[Line]) -> list[ActSection]:
        for line in takewhile(lambda line: not (line.boxed and AFTERWORD.match(line.text)), lines):
            self._take(line, line.text.strip())
        return self.found

    def _take(self, line: Line, text: str) -> None:
        division = DIVISION.match(text) if self._central(line) or text.startswith("SCHEDULE") else None
        if SCHEDULES.fullmatch(text):
            self.current, self.headings = None, {}
        elif division and not self._quoted(line):
            self._divide(division)
        elif self._is_title(line, text):
            named = self.headings[self.titling or 0]
            self.headings[self.titling or 0] = f"{named} {text}" if ":" in named else f"{named}: {text}"
        elif self._is_annotation(line, text):
            self.annotating = True
            if self.current is not None:
                self.current.annotations.append(line)
        elif (found := self._beginning(line, text)) is not None:
            self._begin(found, line)
        elif self._is_heading(line, text):
            last = self.headings.get(BETWEEN, "") if self.titling == BETWEEN else ""
            self.headings[BETWEEN] = f"{last} {text}".strip(" []")
            self.titling, self.current, self.annotating = BETWEEN, None, False
        elif line.size >= self.size - SMALLER and self._is_text(line, text):
            if self.current is None and self.schedule:
                self._open("", "")
            self.annotating, self.titling = False, None
            if self.current is not None and self._runs_on(line, text):
                self.current.title = " ".join(re.sub(r"[\[\]]", " ", f"{self.current.title} {text}").split())
            elif self.current is not None:
                self.current.lines.append(line)

    def _divide(self, found: re.Match[str]) -> None:
        name, number = found[1] or found[3], found[2] or found[4]
        depth = DEPTH[name]
        kept = {level: heading for level, heading in self.headings.items() if level < depth}
        self.headings = {**kept, depth: f"{name.capitalize()} {number}"}
        self.schedule = number if depth == 0 else self.schedule
        self.titling, self.current, self.annotating = depth, None, False

    def _begin(self, found: re.Match[str], line: Line) -> None:
        self.known.add((self.schedule, found[1]))
        if self.schedule:
            self._open(found[1], "").lines.append(replace(line, text=found[2]))
        else:
            self._open(found[1], found[2].strip(" ]"))

    def _open(self, number: str, title: str) -> ActSection:
        heading = tuple(" ".join(self.headings[depth].split()) for depth in sorted(self.headings))
        self.current = ActSection(number, title, heading=heading, schedule=self.schedule)
        self.found.append(self.current)
        self.annotating, self.titling = False, None
        return self.current

    def _beginning(self, line: Line, text: str) -> re.Match[str] | None:
        if not self._outdented(line) or line.size < self.size - SMALLER:
            return None
        found = (PARAGRAPH if self.schedule else SECTION_HEADING).match(text)
        return found if found and (self.schedule, found[1]) not in self.known else None

    def _is_annotation(self, line: Line, text: str) -> bool:
        if ANNOTATIONS.match(text):
            return True
        return line.size < self.size - SMALLER and self.annotating

    def _is_title(self, line: Line, text: str) -> bool:
        """Whether it is, in small capitals, the title of the Part, chapter or schedule just numbered."""
        return self.titling in DEPTH.values() and self._central(line) and text == text.upper()

    def _is_heading(self, line: Line, text: str) -> bool:
        """Whether it is a heading between sections, set in the middle, and not one that an amendment inserts."""
        central = self._central(line) and line.x > self.margin
        return central and line.size >= self.size + LARGER and text[:1] not in QUOTES and text.strip("[] ") != ""

    def _is_text(self, line: Line, text: str) -> bool:
        """Whether it holds words of the Act, as nothing does that stands left of the text but what is numbered."""
        if text.strip("[] ") == "" or text == PROSPECTIVE:
            return False
        return bool(self.schedule) or not self._outdented(line) or NUMBERED.match(text) is not None

    def _runs_on(self, line: Line, text: str) -> bool:
        """Whether it is more of the title of the section that has just begun, set as large as that."""
        if self.schedule or self.current is None or self.current.lines or line.size < self.size + LARGER:
            return False
        return not self._quoted(line) and NUMBERED.match(text) is None

    def _quoted(self, line: Line) -> bool:
        return line.text.lstrip()[:1] in QUOTES

    def _central(self, line: Line) -> bool:
        return abs((line.x + line.right) / 2 - self.centre) < OFF_CENTRE

    def _outdented(self, line: Line) -> bool:
        return line.x < self.margin - OUTDENT


def _text_margin(lines: list[Line]) -> float | None:
    """The left edge of the subsections' text; None where there are none."""
    size = median(line.size for line in lines) if lines else 0.0
    edges = [line.x for line in lines if abs(line.size - size) < 0.5 and line.text.lstrip().startswith("(1)")]
    return median(edges) if edges else None


def _centre(lines: list[Line]) -> float:
    """The middle of the text, where the numbers of Parts and chapters stand."""
    middles = [(line.x + line.right) / 2 for line in lines if DIVISION.fullmatch(line.text.strip())]
    return median(middles or [(min(line.x for line in lines) + max(line.right for line in lines)) / 2])
