"""The picture of the process as SVG, as PNG and in words, each made from the same boxes and lines."""

import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from service import process
from service.catalogue import Catalogue
from service.materials.document import Picture

#: The event that tells the picture of child protection from the others.
CHILD_PROTECTION = "initial-child-protection-conference"
#: How many dots of the PNG stand for one of the SVG.
SCALE = 2
INK, LINE, PLAIN, CLOCKED = "#17212b", "#47555e", "#ffffff", "#e3eff1"
PADDING, LINE_HEIGHT, FIRST_LINE = 12, 20, 28
#: How high a part of a picture is on a slide, as a share of its width.
SLIDE = 0.55
#: Steps along a bend.
STEPS = 12
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


def child_protection(catalogue: Catalogue, edition: str) -> process.Picture:
    """The boxes and lines of the child protection process."""
    pictures = process.pictures_of(process.events_of(catalogue, edition))
    return next(one for one in pictures if any(box.event.id == CHILD_PROTECTION for box in one.boxes))


def picture_block(drawn: process.Picture) -> Picture:
    """The picture for a document."""
    return Picture(to_svg(drawn), partial(to_png, drawn), in_words(drawn), drawn.width, drawn.height)


def slide_pictures(drawn: process.Picture) -> list[Picture]:
    """The picture in parts that can be read on a slide; each begins with the row that the one before ended with."""
    from PIL import Image

    tops = sorted({box.y for box in drawn.boxes})
    bottoms = {top: max(box.y + box.height for box in drawn.boxes if box.y == top) for top in tops}
    whole = Image.open(io.BytesIO(to_png(drawn)))
    parts: list[Picture] = []
    first = 0
    while first < len(tops) - 1:
        last = first + 1
        while last + 1 < len(tops) and bottoms[tops[last + 1]] - tops[first] <= drawn.width * SLIDE:
            last += 1
        top, bottom = max(0, tops[first] - 4), min(drawn.height, bottoms[tops[last]] + 4)
        written = io.BytesIO()
        whole.crop((0, top * SCALE, drawn.width * SCALE, bottom * SCALE)).save(written, "PNG", optimize=True)
        boxes = [box for box in drawn.boxes if tops[first] <= box.y <= tops[last]]
        words = in_words(replace(drawn, boxes=boxes))
        parts.append(Picture("", written.getvalue, words, drawn.width, bottom - top))
        first = last
    return parts


def to_svg(drawn: process.Picture) -> str:
    """The picture as an SVG file."""
    return _templates.get_template("picture.svg").render(
        picture=drawn, words=in_words(drawn), lines=[(line, points_of(line)[-1]) for line in drawn.lines]
    )


def in_words(drawn: process.Picture) -> str:
    """What the picture shows: each event with its time limits and what comes after it."""
    labels = {box.event.id: box.event.label for box in drawn.boxes}
    parts = []
    for box in drawn.boxes:
        count = len(box.event.clocks)
        clocks = f" ({count} time limit{'' if count == 1 else 's'})" if count else ""
        after = ", ".join(labels[name] for name in box.event.after if name in labels)
        parts.append(f"{box.event.label}{clocks}{f' leads to {after}' if after else ''}")
    return f"The child protection process from top to bottom: {'; '.join(parts)}."


def to_png(drawn: process.Picture) -> bytes:
    """The picture as PNG, drawn here, so that it needs no library of the machine's."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (drawn.width * SCALE, drawn.height * SCALE), PLAIN)
    pen = ImageDraw.Draw(image)
    for line in drawn.lines:
        points = [(x * SCALE, y * SCALE) for x, y in points_of(line)]
        pen.line(points, fill=LINE, width=2 * SCALE, joint="curve")
        x, y = points[-1]
        pen.polygon([(x, y), (x - 5 * SCALE, y - 9 * SCALE), (x + 5 * SCALE, y - 9 * SCALE)], fill=LINE)
    font = ImageFont.load_default(15 * SCALE)
    for box in drawn.boxes:
        corners = [box.x * SCALE, box.y * SCALE, (box.x + box.width) * SCALE, (box.y + box.height) * SCALE]
        pen.rounded_rectangle(corners, 4 * SCALE, CLOCKED if box.event.clocks else PLAIN, INK, SCALE)
        for number, line in enumerate(box.lines):
            place = ((box.x + PADDING) * SCALE, (box.y + FIRST_LINE + number * LINE_HEIGHT) * SCALE)
            pen.text(place, line, INK, font, anchor="ls")
    written = io.BytesIO()
    image.quantize(palette=_shades(), dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _shades() -> Any:
    """The colours of the picture: each ink on each ground, in sixteen steps."""
    from PIL import Image, ImageColor

    grounds, inks = ([ImageColor.getrgb(one) for one in some] for some in ((PLAIN, CLOCKED), (INK, LINE)))
    held = Image.new("P", (1, 1))
    held.putpalette(
        [
            round(below + (above - below) * step / 15)
            for ground in grounds
            for ink in inks
            for step in range(16)
            for below, above in zip(ground, ink, strict=True)
        ]
    )
    return held


def points_of(path: str) -> list[tuple[float, float]]:
    """The points along an SVG path of moves, bends and verticals."""
    found: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MCV])([^MCV]*)", path):
        values = [float(one) for one in numbers.split()]
        if command == "M":
            found.append((values[0], values[1]))
        elif command == "V":
            found.append((found[-1][0], values[0]))
        else:
            x, y = found[-1]
            for step in range(1, STEPS + 1):
                t = step / STEPS
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                found.append(
                    (
                        sum(w * v for w, v in zip(weights, (x, values[0], values[2], values[4]), strict=True)),
                        sum(w * v for w, v in zip(weights, (y, values[1], values[3], values[5]), strict=True)),
                    )
                )
    return found
