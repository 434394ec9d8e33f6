"""A web page as a tree that is safe to walk: depth bounded before parsing, no recursion while walking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEEPEST = 600
"""Elements inside elements. Browsers stop near 512; the parser takes quadratic time on deeper ones."""
TAG = re.compile(r"<(/?)([a-zA-Z]{1,12})")
INSIDE = re.compile(r"^#[^#!/]|#_?toc", re.I)
_VOID = """
br hr img input link meta area base col embed source track wbr param frame
"""
VOID = frozenset(_VOID.split())
_CLOSED_BY_THE_NEXT = """
p li td th tr tbody thead tfoot dd dt option html head body
"""
CLOSED_BY_THE_NEXT = frozenset(_CLOSED_BY_THE_NEXT.split())
"""Elements that may be left open: thousands of them in a row are not nested."""

Node = LexborNode


def parse(text: str) -> LexborHTMLParser:
    """The tree of a page, built in linear time whatever the page holds."""
    return LexborHTMLParser("".join(_shallow(text)))


def walk(root: Node, enter: Callable[[Node], bool], leave: Callable[[Node], None]) -> None:
    """Visit every node in the order of the page. `enter` says whether to go inside; `leave` follows an entered one."""
    parents: list[Node] = []
    node: Node | None = root
    while node is not None:
        if enter(node):
            if (child := node.first_child) is not None:
                parents.append(node)
                node = child
                continue
            leave(node)
        while parents and node is not None and (after := node.next) is None:
            node = parents.pop()
            leave(node)
        if not parents:
            return
        node = after


def attributes(node: Node) -> dict[str, str]:
    """Attributes with lower-case names; one without a value is ''."""
    return {name.lower(): value or "" for name, value in node.attributes.items()}


def leads_away(tag: str, given: Mapping[str, str]) -> bool:
    """Whether an element is a link to something else. A mark that headings are found by, and an entry of the table of
    contents that leads to it, are words of the document."""
    if tag != "a":
        return False
    place = given.get("href", "").strip()
    return not INSIDE.search(place) if place else not given.keys() & {"name", "id"}


def _shallow(text: str) -> Iterator[str]:
    """The page without the tags that open deeper than DEEPEST; their words stay."""
    depth = dropped = position = 0
    for match in TAG.finditer(text):
        name = match[2].lower()
        if name in VOID or name in CLOSED_BY_THE_NEXT:
            continue
        if not match[1]:
            if depth < DEEPEST:
                depth += 1
                continue
            dropped += 1
        elif dropped:
            dropped -= 1
        else:
            depth = max(0, depth - 1)
            continue
        yield text[position : match.start()]
        end = text.find(">", match.end())
        position = len(text) if end < 0 else end + 1
    yield text[position:]
