"""What Word's styles and lists say of a paragraph: whether it is a heading, and the number that Word sets before it."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpus.importers.xml import local

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADING_STYLE = re.compile(r"^(?:heading\s*([1-9])|(title))$", re.IGNORECASE)
#: A style rests on others, no deeper than this.
DEEPEST = 20
#: Word's outline has levels from 0; this one and those above are no headings.
BODY_TEXT = 9
#: Larger numbers are written in figures, whatever the list asks for.
LARGEST = 1_000
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
         (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class Style:
    """What a style gives to its paragraphs."""

    #: Of a heading, from 0 for the title; None for other text.
    level: int | None = None
    #: The list that they are numbered or bulleted by; empty for none.
    numbered_by: str = ""
    #: How deep in that list; None where the list itself names the style.
    depth: int | None = None


@dataclass(frozen=True)
class _Level:
    """One level of a list: how its numbers are written, and from which they count."""

    start: int
    form: str
    pattern: str
    style: str


class Mark(NamedTuple):
    """What Word sets before a paragraph: its number, or nothing for a bullet; and the list that it is counted in."""

    text: str
    list: str


@dataclass
class _List:
    """A list with its levels, and how far each has been counted; several numberings may share it."""

    name: str
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


def read_styles(part: Any) -> dict[str, Style]:
    """Every style by its id, with what it takes from the styles that it rests on."""
    written = {one.get(f"{W}styleId") or "": one for one in (part if part is not None else ())}
    return {name: _style(name, written, 0) for name in written}


def _style(name: str, written: dict[str, Any], depth: int) -> Style:
    if name not in written or depth > DEEPEST:
        return Style()
    element = written[name]
    base = _style(value(element, "basedOn"), written, depth + 1)
    found = HEADING_STYLE.match(value(element, "name"))
    outline = _whole(next(element.iter(f"{W}outlineLvl"), None), BODY_TEXT)
    level = base.level
    if found:
        level = int(found[1] or 0)
    elif outline < BODY_TEXT:
        level = outline + 1
    numbering = next(element.iter(f"{W}numPr"), None)
    if numbering is None:
        return Style(level, base.numbered_by, base.depth)
    return Style(level, value(numbering, "numId") or base.numbered_by, _depth(numbering))


class Numbers:
    """Counts the lists of one document on, as Word does."""

    def __init__(self, part: Any) -> None:
        lists: dict[str, _List] = {}
        self._lists: dict[str, _List] = {}
        #: Where a numbering begins its list anew, until it has.
        self._anew: dict[str, dict[int, int]] = {}
        for element in part if part is not None else ():
            if local(element) == "abstractNum":
                levels = {_whole_of(one, f"{W}ilvl"): _level(one) for one in element if local(one) == "lvl"}
                name = element.get(f"{W}abstractNumId") or ""
                lists[name] = _List(name, levels)
        for element in part if part is not None else ():
            if local(element) == "num" and (theirs := lists.get(value(element, "abstractNumId"))):
                name = element.get(f"{W}numId") or ""
                self._lists[name] = theirs
                overrides = (
                    (one, next(one.iter(f"{W}startOverride"), None)) for one in element.iter(f"{W}lvlOverride")
                )
                self._anew[name] = {
                    _whole_of(one, f"{W}ilvl"): _whole(start, 1) for one, start in overrides if start is not None
                }

    def next(self, properties: Any, style: str, styles: dict[str, Style]) -> Mark | None:
        """The mark of the next paragraph with these properties and this style; None where it is in no list."""
        theirs = styles.get(style, Style())
        name, depth = theirs.numbered_by, theirs.depth
        numbering = next((one for one in properties if local(one) == "numPr"), None)
        if numbering is not None:
            name, depth = value(numbering, "numId") or name, _depth(numbering)
        if name == "0" or (numbering is None and not name):
            return None
        found = self._lists.get(name)
        if found is None:
            return Mark("", "")
        if depth is None:
            depth = next((at for at, one in found.levels.items() if style and one.style == style), 0)
        return Mark(self._count(name, found, depth), found.name)

    def _count(self, name: str, found: _List, depth: int) -> str:
        anew = self._anew[name]
        if depth in anew:
            found.counts[depth] = anew.pop(depth)
        else:
            level = found.levels.get(depth)
            found.counts[depth] = found.counts[depth] + 1 if depth in found.counts else level.start if level else 1
        found.counts = {at: count for at, count in found.counts.items() if at <= depth}
        level = found.levels.get(depth)
        if level is None or level.form in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = found.levels.get(at, level)
            return _written(found.counts.get(at, other.start), other.form)

        return re.sub(r"%([1-9])", number, level.pattern).strip()


def _level(element: Any) -> _Level:
    start = next((one for one in element if local(one) == "start"), None)
    return _Level(
        _whole(start, 1), value(element, "numFmt") or "decimal", value(element, "lvlText"), value(element, "pStyle")
    )


def _written(number: int, form: str) -> str:
    if not 0 < number <= LARGEST:
        return str(number)
    match form:
        case "lowerLetter" | "upperLetter":
            letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        case "lowerRoman" | "upperRoman":
            letters = ""
            for worth, letter in ROMAN:
                letters += letter * (number // worth)
                number %= worth
        case _:
            return str(number)
    return letters.upper() if form.startswith("upper") else letters


def _depth(numbering: Any) -> int | None:
    found = next((one for one in numbering if local(one) == "ilvl"), None)
    return None if found is None else _whole(found, 0)


def value(element: Any, name: str) -> str:
    """The value of a child of this name; empty where there is none."""
    return next((one.get(f"{W}val") or "" for one in element if local(one) == name), "")


def _whole(element: Any, default: int) -> int:
    return default if element is None else _whole_of(element, f"{W}val", default)


def _whole_of(element: Any, name: str, default: int = 0) -> int:
    written = element.get(name) or ""
    return int(written) if re.fullmatch(r"\d{1,6}", written, re.ASCII) else default
