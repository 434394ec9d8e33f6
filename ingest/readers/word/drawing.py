"""Drawings of a Word file: the words in their boxes, and whether there is a figure that no reader turns into text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.readers.word.names import CHART, DIAGRAM, PICTURE, WP, Element, R, V, W, shown, whole
from ingest.readers.word.parts import WordParts

MILLIMETRE = 36_000
"""In English metric units, in which drawings are measured."""
THIN, SMALL = 1, 2.5
"""Millimetres: a picture this thin is a line; one this small both ways is an ornament."""
SIDE = re.compile(r"(?<![\w-])(width|height):\s?([\d.]{1,9})(pt|in|cm|mm|px)?")
MILLIMETRES = {"pt": 0.353, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 0.265}


class Drawn(NamedTuple):
    """A drawing: its text boxes (w:txbxContent), its lines without a box, and whether it shows a figure.

    `inline` is True for a figure that stands in the line like a letter.
    """

    boxes: tuple[Element, ...] = ()
    lines: tuple[str, ...] = ()
    figure: bool = False
    inline: bool = False


def drawn(element: Element, parts: WordParts) -> Drawn:
    """Read a w:drawing, w:pict or w:object."""
    boxes: list[Element] = []
    lines: list[str] = []
    figure = False
    for inner in shown(element):
        tag = inner.tag
        if tag == W + "txbxContent":
            boxes.append(inner)
        elif tag == PICTURE + "pic" or tag == CHART + "chart" or (tag == V + "imagedata" and not _ornament(inner)):
            figure = True
        elif tag == DIAGRAM + "relIds":
            lines += parts.diagram(inner.get(R + "dm") or "")
        elif tag == V + "textpath" and inner.get("string"):
            lines.append(inner.get("string") or "")
    frame = next((inner for inner in element if inner.tag in (WP + "inline", WP + "anchor")), None)
    if frame is not None:
        figure = figure and not _small(frame) and not _unseen(frame)
    inline = (frame is not None and frame.tag == WP + "inline") or (frame is None and not _floating(element))
    return Drawn(tuple(boxes), tuple(lines), figure, inline)


def _unseen(frame: Element) -> bool:
    about = frame.find(WP + "docPr")
    return about is not None and about.get("hidden") in ("1", "true")


def _small(frame: Element) -> bool:
    extent = frame.find(WP + "extent")
    if extent is None:
        return False
    sides = [whole(extent.get(side), 10 * MILLIMETRE) / MILLIMETRE for side in ("cx", "cy")]
    return min(sides) < THIN or max(sides) < SMALL


def _ornament(image: Element) -> bool:
    sides = [float(number) * MILLIMETRES[unit or "px"] for _, number, unit in _sides(image) if number.count(".") < 2]
    return len(sides) == 2 and (min(sides) < THIN or max(sides) < SMALL)


def _sides(image: Element) -> list[tuple[str, str, str]]:
    shape = image.getparent()
    return SIDE.findall((shape.get("style") or "")[:1000]) if shape is not None else []


def _floating(element: Element) -> bool:
    return any("position:absolute" in (shape.get("style") or "") for shape in element if isinstance(shape.tag, str))
