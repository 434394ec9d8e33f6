"""What the styles of a Word file say of a paragraph or run: its list, and whether its words can be seen."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from ingest.readers.word.names import OFF, Element, W, child, is_on, val, whole

TINY = 4
"""Half points below which nobody can read a letter."""
WHITE = 0xFA


class Look(NamedTuple):
    """How the words of a run look. `ground` is True on a shade or highlight of their own."""

    hidden: bool = False
    white: bool = False
    ground: bool = False
    tiny: bool = False
    struck: bool = False
    raised: bool = False
    font: str = ""


class Listed(NamedTuple):
    """The list a style stands in: list id, level, and the id of the style that says so."""

    name: str | None = None
    level: int | None = None
    style: str | None = None


class Styles:
    """The styles of a file, each with what it inherits."""

    def __init__(self, root: Element | None) -> None:
        styles = [] if root is None else root.findall(W + "style")
        self._styles: dict[str, Element] = {style.get(W + "styleId") or "": style for style in styles}
        self._paragraph = next(
            (
                style.get(W + "styleId")
                for style in styles
                if style.get(W + "type") == "paragraph" and (style.get(W + "default") or "0").lower() not in OFF
            ),
            None,
        )
        self._plain = _changed(Look(), child(root, "docDefaults", "rPrDefault", "rPr"))
        self._looks: dict[str | None, Look] = {}
        self._named: dict[tuple[Look, str], Look] = {}
        self._lists: dict[str | None, Listed] = {}

    def style_of(self, properties: Element | None) -> str | None:
        """The style id of a paragraph by its w:pPr."""
        return val(child(properties, "pStyle")) or self._paragraph

    @functools.cached_property
    def _contents(self) -> frozenset[str]:
        return frozenset(name for name in self._styles if self._names_contents(name))

    def is_contents(self, style: str | None) -> bool:
        """A line of a table of contents."""
        return style in self._contents

    def _names_contents(self, style: str) -> bool:
        name = val(child(self._styles.get(style), "name")) or ""
        return name.lower().startswith("toc ") and name[4:].isdigit()

    def numbering(self, style: str | None) -> Listed:
        if style not in self._lists:
            found = Listed()
            for element in reversed(self._chain(style)):
                listed = child(element, "pPr", "numPr")
                if listed is None:
                    continue
                name, level = val(child(listed, "numId")), val(child(listed, "ilvl"))
                found = Listed(
                    name or found.name, found.level if level is None else whole(level, 0), element.get(W + "styleId")
                )
            self._lists[style] = found
        return self._lists[style]

    def look(self, run: Element | None, style: str | None) -> Look:
        """The look of a run by its w:rPr and the style of its paragraph."""
        if style not in self._looks:
            self._looks[style] = self._styled(self._plain, style)
        look = self._looks[style]
        if run is None or not len(run):
            return look
        if run[0].tag == STYLE and (named := val(run[0])):  # the schema puts it first
            if (look, named) not in self._named:
                self._named[look, named] = self._styled(look, named)
            look = self._named[look, named]
        return _changed(look, run)

    def _styled(self, look: Look, style: str | None) -> Look:
        for element in reversed(self._chain(style)):
            look = _changed(look, child(element, "rPr"))
            if _shade(child(element, "pPr", "shd")):
                look = look._replace(ground=True)
        return look

    def _chain(self, style: str | None) -> list[Element]:
        """A style and those it is based on, itself first; a circle ends where it closes."""
        chain: list[Element] = []
        seen: set[str] = set()
        while style and style in self._styles and style not in seen:
            seen.add(style)
            chain.append(self._styles[style])
            style = val(child(self._styles[style], "basedOn"))
        return chain


def _changed(look: Look, properties: Element | None) -> Look:
    """A look with what a w:rPr says of it."""
    if properties is None:
        return look
    for element in properties:
        change = CHANGES.get(element.tag)
        if change is not None:
            look = change(look, element)
    return look


def _hidden(look: Look, element: Element) -> Look:
    return look._replace(hidden=is_on(element))


def _coloured(look: Look, element: Element) -> Look:
    white = _white(val(element))
    return look if white == look.white else look._replace(white=white)


def _sized(look: Look, element: Element) -> Look:
    tiny = whole(val(element), TINY) < TINY
    return look if tiny == look.tiny else look._replace(tiny=tiny)


def _grounded(look: Look, element: Element) -> Look:
    ground = _shade(element) if element.tag == SHADE else (val(element) or "none") not in ("none", "white")
    return look if ground == look.ground else look._replace(ground=ground)


def _struck(look: Look, element: Element) -> Look:
    return look._replace(struck=is_on(element))


def _raised(look: Look, element: Element) -> Look:
    return look._replace(raised=val(element) == "superscript")


def _set_in(look: Look, element: Element) -> Look:
    font = element.get(ASCII_FONT) or element.get(OTHER_FONT) or look.font
    return look if font == look.font else look._replace(font=font)


STYLE = W + "rStyle"
SHADE, ASCII_FONT, OTHER_FONT = W + "shd", W + "ascii", W + "hAnsi"
CHANGES: dict[str, Callable[[Look, Element], Look]] = {
    W + "vanish": _hidden, W + "color": _coloured, W + "sz": _sized, SHADE: _grounded, W + "highlight": _grounded,
    W + "strike": _struck, W + "dstrike": _struck, W + "rFonts": _set_in,
    W + "vertAlign": _raised,
}  # fmt: skip
"""Run properties that bear on what a reader sees. Strike and double strike are not set together in practice."""


@functools.cache
def _white(colour: str | None) -> bool:
    try:
        value = int(colour or "", 16)
    except ValueError:
        return False
    return len(colour or "") == 6 and all(value >> shift & 0xFF >= WHITE for shift in (0, 8, 16))


def _shade(element: Element | None) -> bool:
    """Whether a w:shd gives a ground other than the page's."""
    if element is None or element.tag != W + "shd":
        return False
    fill = (element.get(W + "fill") or "auto").lower()
    return (fill != "auto" and not _white(fill)) or (val(element) or "clear") not in ("clear", "nil")


def shaded(properties: Element | None) -> bool:
    """Whether a w:pPr or w:tcPr gives a ground other than the page's."""
    return _shade(child(properties, "shd"))
