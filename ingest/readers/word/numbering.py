"""Automatic numbering: what Word prints before a paragraph and keeps nowhere in its text.

Counters belong to the abstract list, so that two lists over one abstract go on counting; a list that says where it
starts begins anew when it is first used.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.readers.word.names import Element, W, child, is_on, shown, val, whole
from ingest.readers.word.numerals import printed
from ingest.readers.word.styles import Styles

LEVELS = 9
PLACE = re.compile(r"%([1-9])")
NEAR = {"tab": " ", "space": " ", "nothing": ""}


class Level(NamedTuple):
    """One level of a list. `restart` is the level (1-based) after which it begins anew, 0 for never."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"
    style: str | None = None
    hidden: bool = False


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        self._levels: dict[str, tuple[Level, ...]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        for element in () if root is None else root:
            if element.tag == W + "abstractNum":
                self._abstract[element.get(W + "abstractNumId") or ""] = element
            elif element.tag == W + "num":
                self._lists[element.get(W + "numId") or ""] = element

    def label(self, properties: Element | None, style: str | None) -> str:
        """Count one paragraph and return its printed number with the blank after it, "" for a paragraph without.

        `properties` is the w:pPr of the paragraph, `style` the id of its style.
        """
        place = self._place(properties, style)
        if place is None:
            return ""
        name, depth = place
        levels = self._levels_of(name)
        if depth >= len(levels):
            return ""
        count = self._count(name, depth, levels)
        level = levels[depth]
        if level.format == "bullet" or level.hidden or not level.text:
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at >= len(levels):
                return ""
            value = count[at]
            return printed(
                levels[at].start if value is None else value, "decimal" if level.legal else levels[at].format
            )

        text = PLACE.sub(number, level.text)
        return text + NEAR.get(level.suffix, " ") if text.strip() else ""

    def _place(self, properties: Element | None, style: str | None) -> tuple[str, int] | None:
        """The list and the level a paragraph stands in: its own say first, then that of its style."""
        own = child(properties, "numPr")
        inherited = self._styles.numbering(style)
        name = val(child(own, "numId")) or inherited.name
        if not name or name == "0" or name not in self._lists:
            return None
        stated = val(child(own, "ilvl"))
        if stated is None and own is None:
            linked = {level.style: at for at, level in enumerate(self._levels_of(name)) if level.style}
            for styled in (style, inherited.style):
                if styled in linked:
                    return name, linked[styled]
        return name, max(whole(stated, inherited.level or 0), 0)

    def _count(self, name: str, depth: int, levels: tuple[Level, ...]) -> list[int | None]:
        count = self._counts.setdefault(self._abstract_of(name), [None] * LEVELS)
        current = count[depth]
        override = child(self._override(name, depth), "startOverride")
        if override is not None and (name, depth) not in self._begun:
            current = None
        self._begun.add((name, depth))
        count[depth] = levels[depth].start if current is None else current + 1
        for deeper in range(depth + 1, len(levels)):
            restart = levels[deeper].restart
            if restart is None or depth < restart:
                count[deeper] = None
        return count

    def _levels_of(self, name: str) -> tuple[Level, ...]:
        if name not in self._levels:
            abstract = self._abstract.get(self._abstract_of(name))
            base = {whole(level.get(W + "ilvl"), 0): level for level in _children(abstract, "lvl")}
            levels = []
            for depth in range(LEVELS):
                override = self._override(name, depth)
                own = child(override, "lvl")
                level = _level(base.get(depth) if own is None else own)
                start = val(child(override, "startOverride"))
                levels.append(level if start is None else level._replace(start=whole(start, level.start)))
            self._levels[name] = tuple(levels)
        return self._levels[name]

    def _abstract_of(self, name: str) -> str:
        """The abstract list a list counts in; one that only names a list style is followed to that style's list."""
        for _ in range(LEVELS):
            abstract = val(child(self._lists.get(name), "abstractNumId")) or ""
            link = val(child(self._abstract.get(abstract), "numStyleLink"))
            linked = self._styles.numbering(link).name if link else None
            if not linked or linked == name or linked not in self._lists:
                return abstract
            name = linked
        return abstract

    def _override(self, name: str, depth: int) -> Element | None:
        for override in _children(self._lists.get(name), "lvlOverride"):
            if whole(override.get(W + "ilvl"), 0) == depth:
                return override
        return None


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else list(element.findall(W + name))


def _level(element: Element | None) -> Level:
    if element is None:
        return Level()
    restart = val(child(element, "lvlRestart"))
    return Level(
        start=whole(val(child(element, "start")), 0 if child(element, "start") is None else 1),
        format=_format(element),
        text=val(child(element, "lvlText")) or "",
        restart=None if restart is None else whole(restart, 0),
        legal=is_on(child(element, "isLgl")),
        suffix=val(child(element, "suff")) or "tab",
        style=val(child(element, "pStyle")),
        hidden=is_on(child(element, "rPr", "vanish")),
    )


def _format(element: Element) -> str:
    """The number format; a custom one stands in an alternative whose fallback every program knows."""
    for inner in shown(element):
        if inner.tag == W + "numFmt" and val(inner) != "custom":
            return val(inner) or "decimal"
    for fallback in element.iter(W + "numFmt"):
        if val(fallback) != "custom":
            return val(fallback) or "decimal"
    return "decimal"
