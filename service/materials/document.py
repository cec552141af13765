"""The neutral document that every format is written from: blocks in reading order, and what is said of the whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Line:
    """A line of text; `link` is an https address that it leads to."""

    text: str
    link: str | None = None
    strong: bool = False


#: The lines of one cell of a table, or of one point of a list.
Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Heading:
    text: str
    level: Literal[2, 3] = 2
    #: Whether it begins a page, where there are pages.
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    text: str
    small: bool = False


@dataclass(frozen=True)
class Points:
    """A list; numbered or not. `notes` are what a speaker says of each item, with its source."""

    items: tuple[Lines, ...]
    numbered: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """What must not be overlooked: that an edition is superseded, that something is uncertain or not settled."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under column headings; `widths` are shares of the whole width, `notes` what a speaker says of each row."""

    caption: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Lines, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG and, drawn when it is wanted, as PNG, with the words that say the same."""

    svg: str
    png: Callable[[], bytes]
    alt: str
    width: int
    height: int


Block = Heading | Paragraph | Points | Note | Table | Picture


@dataclass(frozen=True)
class Brand:
    """A trainer's own name, logo and colour."""

    name: str = ""
    colour: str = "14424d"
    logo: bytes | None = None
    logo_kind: Literal["png", "jpeg"] = "png"

    @property
    def author(self) -> str:
        """Whom a file names as its author."""
        return self.name or "safeguarding-kg"

    @property
    def logo_alt(self) -> str:
        """The words that stand for the logo."""
        return f"Logo of {self.name}" if self.name else "Logo"

    @property
    def ink(self) -> str:
        """Black or white, whichever stands out more on the colour: 4.5 to 1 at the least."""
        return "000000" if luminance(self.colour) > 0.179 else "ffffff"

    @property
    def heading(self) -> str:
        """The colour of headings on white: the trainer's where it stands out 4.5 to 1, else nearly black."""
        return self.colour if 1.05 / (luminance(self.colour) + 0.05) >= 4.5 else "17212b"


def luminance(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Stamp:
    """What every file says of itself: which edition, whether that is superseded, when and from what it was made."""

    edition: str
    status: str
    notices: tuple[str, ...]
    made: str
    build: str
    brand: Brand = field(default_factory=Brand)

    @property
    def line(self) -> str:
        """One line for the foot of every page."""
        return f"{self.edition} ({self.status}). Made on {self.made}. Not legal advice."

    @property
    def closing(self) -> tuple[str, ...]:
        """What stands at the end of every file, before the address of the licence."""
        return f"{self.line} Build {self.build}.", f"{SAFETY} {CAUTION}", ATTRIBUTION


@dataclass(frozen=True)
class Document:
    """A whole document."""

    title: str
    subtitle: str
    stamp: Stamp
    blocks: tuple[Block, ...]

    @property
    def foot(self) -> str:
        """What stands at the foot of every page."""
        return f"{self.title}{'' if self.title.endswith(('?', '.', '!')) else '.'} {self.stamp.line}"


LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = (
    "Made from safeguarding-kg, summaries in its own words, licensed CC BY 4.0. Share it with this line. "
    "The guidance and the law are Crown copyright; none of their text is here."
)
#: What stands in every file; none of it is about a case.
SAFETY = "If a child is in danger now, call 999."
CAUTION = "Guidance for England, not legal advice. Every statement is a summary: read the paragraph that it names."
