"""Names of WordprocessingML and the few ways its attributes are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Element = Any
"""An lxml element; the library has no types of its own."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VALUE = W + "val"
OFF = frozenset(("0", "false", "off", "none"))


def val(element: Element | None) -> str | None:
    """The w:val of an element, None without one."""
    return None if element is None else element.get(VALUE)


def is_on(element: Element | None) -> bool:
    """A switch: on when it is there and does not say otherwise."""
    return element is not None and (element.get(VALUE) or "true").lower() not in OFF


def whole(words: str | None, default: int) -> int:
    """A whole number of an attribute; what is none, or beyond any sense, gives the default."""
    try:
        number = int(words or "")
    except ValueError:
        return default
    return number if abs(number) < 10**9 else default


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of w: names."""
    for name in path:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def alternative(element: Element) -> Element | None:
    """What of an mc:AlternateContent is read: its first choice, or the fallback where no choice has content."""
    for choice in element.findall(ALTERNATE + "Choice"):
        if len(choice):
            return choice
    return element.find(ALTERNATE + "Fallback")


def shown(element: Element) -> Iterator[Element]:
    """Every element below in order, one reading of each alternative, and text boxes not entered."""
    pending = list(reversed(element))
    while pending:
        inner = pending.pop()
        if inner.tag == ALTERNATE + "AlternateContent":
            chosen = alternative(inner)
            pending += [] if chosen is None else reversed(chosen)
            continue
        yield inner
        if inner.tag != W + "txbxContent":
            pending += reversed(inner)
