"""How many words each element of a page holds, those in links counted apart: what main text is told from menus by."""

from __future__ import annotations

from ingest.readers.web.furniture import SILENT
from ingest.readers.web.tree import Node, attributes, leads_away, walk

_BLOCKS = """
p div section article li dd dt h1 h2 h3 h4 h5 h6 br tr table blockquote pre
"""
BLOCKS = frozenset(_BLOCKS.split())


class Weight:
    """Characters of an element and all in it: those in links counted apart, and how many blocks hold them."""

    __slots__ = ("blocks", "links", "words")

    def __init__(self) -> None:
        self.words = self.links = self.blocks = 0

    @property
    def prose(self) -> int:
        return self.words - self.links


Weights = dict[int, Weight]
"""By the `mem_id` of an element."""


def measure(body: Node) -> Weights:
    """The weight of every element, by its `mem_id`, in one walk."""
    weights: Weights = {}
    above: list[tuple[Weight, bool]] = []
    links = 0

    def enter(node: Node) -> bool:
        nonlocal links
        if node.is_text_node:
            if above and (count := len("".join((node.text_content or "").split()))):
                above[-1][0].words += count
                above[-1][0].links += count if links else 0
            return False
        tag = node.tag
        if not node.is_element_node or tag in SILENT:
            return False
        away = tag == "a" and leads_away(tag, attributes(node))
        links += away
        weights[node.mem_id] = weight = Weight()
        weight.blocks = int(tag in BLOCKS)
        above.append((weight, away))
        return True

    def leave(node: Node) -> None:
        nonlocal links
        weight, away = above.pop()
        links -= away
        if above:
            outer = above[-1][0]
            outer.words += weight.words
            outer.links += weight.links
            outer.blocks += weight.blocks

    walk(body, enter, leave)
    return weights
