"""The part of a page that an element stands in: the document, its surroundings, the site, or out of sight."""

from __future__ import annotations

from typing import Literal

from ingest.readers.web.hidden import Eyes
from ingest.readers.web.main import Main, is_site_part
from ingest.readers.web.tree import Node
from ingest.readers.web.weight import Weight, Weights

Zone = Literal["main", "near", "far", "site", "hidden", "deleted", "reading"]
"""In the document; around it; elsewhere; in a menu or foot; unseen; struck out; a pronunciation above a character."""
ASIDE = ("hidden", "deleted", "reading")
MOSTLY_LINKS = 0.5


class Zones:
    """Tells the zone of an element from that of the element around it."""

    def __init__(self, body: Node, main: Main, weights: Weights, eyes: Eyes) -> None:
        self._body, self._weights, self._eyes = body, weights, eyes
        self._main = {node.mem_id for node in main.nodes}
        self._around = main.around.mem_id
        self._above = {above for node in main.nodes for above in _ancestors(node)}
        self._most = max((weights[key].words for key in self._main if key in weights), default=0)

    def of(self, node: Node, given: dict[str, str], weight: Weight, outer: Zone) -> tuple[Zone, bool]:
        """`(zone, whether its words may be unseen)` of an element inside `outer`."""
        tag, key = node.tag or "", node.mem_id
        if outer in ASIDE:
            return outer, False
        if tag == "rt":
            return "reading", False
        holds_main = key in self._above or key in self._main
        # a page that a script shows, such as an article of a messaging service, is hidden as a whole when saved
        sight = "shown" if holds_main and weight.words >= self._most / 2 else self._eyes.sight(node, given)
        if sight == "hidden":
            return "hidden", False
        if tag in ("del", "s", "strike"):
            return "deleted", False
        faint = sight == "doubtful"
        if key in self._main:
            return "main", faint
        if not holds_main and self._may_go(weight, outer) and is_site_part(node, given, self._weights, self._body):
            return "site", faint
        return ("near" if key == self._around and outer == "far" else outer), faint

    def is_above_main(self, node: Node) -> bool:
        """Whether the document stands inside: such a table sets the page, however little it holds."""
        return node.mem_id in self._above

    def _may_go(self, weight: Weight, outer: Zone) -> bool:
        """Inside the document only what is small or full of links can be a part of the site."""
        return outer != "main" or weight.words < 0.15 * self._most or weight.links > MOSTLY_LINKS * weight.words


def _ancestors(node: Node) -> list[int]:
    found = []
    above = node.parent
    while above is not None:
        found.append(above.mem_id)
        above = above.parent
    return found
