"""Where on a page the document is: known containers of Chinese sites first, else where the words are dense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from ingest.readers.web.furniture import SILENT, named_as_furniture
from ingest.readers.web.table import is_layout
from ingest.readers.web.tree import Node, attributes, walk
from ingest.readers.web.weight import Weights

SURE = (
    "#zoom, #UCAP-CONTENT, .TRS_Editor, .TRS_UEDITOR, #js_content, #vsb_content, "
    "#xxgk_content, .trs_editor_view, #ivs_content, .my_doccontent, .Custom_UnionStyle, #info_content, "
    ".pages_content, .zwgk_content, #mainText, #con_con"
)
"""Containers that publishing systems put around the text itself and nothing else."""
LIKELY = (
    "article, main, [itemprop=articleBody], .article-content, .article_content, .articleContent, .article-con, "
    ".news_content, .newsContent, .news-content, .content-text, .text-content, .detail-content, .xxgk-content, "
    ".content, #content, .text, .con, .article, #article, .wzcon, .bt-content, .contentbox, .view, .art_con"
)
"""Names that mostly stand for the text, and sometimes for the page around it."""
ENOUGH = 20  # characters that make a sure container more than an empty frame
SHARE_OF_LIKELY = 0.4
DOMINANT = 0.7
"""A child that holds this share of the words is gone into; below it, the words are spread over the children."""
NEAR = 1.6
"""The surroundings of the text are searched as long as they hold no more than this many times its words."""
_WHOLE = """
p li dl ol ul h1 h2 h3 h4 h5 h6 a b strong em pre blockquote
"""
WHOLE = frozenset(_WHOLE.split())
ROWS = frozenset(("tbody", "thead", "tfoot", "tr"))


class Main(NamedTuple):
    """`nodes` hold the text; `around` is the part of the page where its title, date and attachments stand; `sure`
    says that a known container was found, so that every word in it is the document's."""

    nodes: tuple[Node, ...]
    around: Node
    sure: bool


def find_main(page: LexborHTMLParser, body: Node, weights: Weights) -> Main:
    """The element that holds the document. Never fails: at worst it is the body."""
    whole = weights[body.mem_id]

    def prose(node: Node) -> int:
        weight = weights.get(node.mem_id)
        return weight.prose if weight else 0

    sure = page.css(SURE)
    largest = max(sure, key=prose, default=None)
    if largest is not None and prose(largest) >= ENOUGH:
        # a text may be published in several containers, one after the other; a side column has one of its own
        around = _around(largest, weights)
        return Main(tuple(node for node in sure if _is_in(node, around)), around, True)
    outside = {node.mem_id for node in _site_parts(body, weights)}
    likely = [node for node in page.css(LIKELY) if prose(node) >= SHARE_OF_LIKELY * whole.prose and prose(node)]
    start = max(likely, key=prose, default=body)
    node = _widened(_densest(start, weights, outside), start, weights, outside)
    return Main((node,), _around(node, weights), False)


def is_site_part(node: Node, given: dict[str, str], weights: Weights, body: Node) -> bool:
    """Named as furniture, and not so large that it must hold the document: some sites wrap all in a form."""
    if not named_as_furniture(node.tag or "", given) or _of_the_article(node):
        return False
    weight = weights.get(node.mem_id)
    return weight is None or weight.prose < 0.3 * max(1, weights[body.mem_id].prose)


def _of_the_article(node: Node) -> bool:
    """The head of an article holds its title, its foot the signature; those of a page hold the site's own words."""
    above = node.parent
    return node.tag in ("header", "footer") and above is not None and above.tag in ("article", "main", "section")


def _site_parts(body: Node, weights: Weights) -> Iterator[Node]:
    found: list[Node] = []

    def enter(node: Node) -> bool:
        if not node.is_element_node or node.tag in SILENT:
            return False
        if is_site_part(node, attributes(node), weights, body):
            found.append(node)
            return False
        return True

    walk(body, enter, lambda node: None)
    yield from found


def _densest(start: Node, weights: Weights, outside: set[int]) -> Node:
    """Down from `start` for as long as one child holds most of the words; into no paragraph and no table of data."""
    node = start
    while True:
        heaviest, total = None, 0
        for child in _children(node):
            if (weight := weights.get(child.mem_id)) and child.mem_id not in outside:
                total += weight.prose
                if heaviest is None or weight.prose > weights[heaviest.mem_id].prose:
                    heaviest = child
        if heaviest is None or weights[heaviest.mem_id].prose < DOMINANT * total or heaviest.tag in WHOLE:
            break
        if heaviest.tag == "table" and not is_layout(heaviest, weights):
            break
        node = heaviest
    while node.tag in ROWS and node.parent is not None:
        node = node.parent
    return node


def _widened(node: Node, start: Node, weights: Weights, outside: set[int]) -> Node:
    """Up again for as long as what joins is words rather than links: the short lines beside the largest block."""
    while node.mem_id != start.mem_id and (above := node.parent) is not None and above.tag not in ("body", "form"):
        words, links = weights[above.mem_id].words, weights[above.mem_id].links
        apart = [child for child in _children(above) if child.mem_id in outside]
        words -= weights[node.mem_id].words + sum(weights[child.mem_id].words for child in apart)
        links -= weights[node.mem_id].links + sum(weights[child.mem_id].links for child in apart)
        if links > 0.3 * words:
            break
        node = above
    while node.tag in ROWS and node.parent is not None:
        node = node.parent
    return node


def _around(node: Node, weights: Weights) -> Node:
    most = NEAR * max(200, weights[node.mem_id].prose)
    while (above := node.parent) is not None and above.mem_id in weights and weights[above.mem_id].prose <= most:
        node = above
    return node


def _is_in(node: Node | None, outer: Node) -> bool:
    while node is not None and node.mem_id != outer.mem_id:
        node = node.parent
    return node is not None


def _children(node: Node) -> Iterator[Node]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
