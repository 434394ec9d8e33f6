"""The tree of a text while it is built, and how it becomes provisions with nested, gapless spans.

Blank characters between two provisions belong to the start of the second, so `[body, end)` is always clean to quote.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.model import Provision, Rung


@dataclass
class Node:
    """A place under construction. `first` is where its printed number starts, `body` where its words start."""

    rung: Rung
    segment: str
    first: int
    body: int
    number: str | None = None
    heading: str | None = None
    printed: str | None = None
    style: str = ""
    value: int = 0
    parts: tuple[int, ...] = ()
    last: str = ""  # the last line of words of its own, to see whether a sentence is finished
    bare: bool = False  # a heading without words of its own on its line
    above: tuple[str, ...] = ()  # numbers that stand in its own path but not in those of its children
    in_path: bool = True
    children: list[Node] = field(default_factory=list)
    held: Counter[Rung] = field(default_factory=Counter)  # how many children of each rung, to number them

    def add(self, child: Node) -> Node:
        self.children.append(child)
        self.held[child.rung] += 1
        return child


def flatten(top: Sequence[Node], text: str, pages: Sequence[int]) -> tuple[Provision, ...]:
    """Provisions in document order, parents before children, with unique paths."""
    return tuple(_lay(top, text, 0, len(text), (), (), pages, {}))


def _lay(
    nodes: Sequence[Node], text: str, low: int, high: int, path: tuple[str, ...], trail: tuple[str, ...],
    pages: Sequence[int], used: dict[tuple[str, ...], int],
) -> Iterator[Provision]:  # fmt: skip
    if not nodes:
        return
    starts = [_after_words(text, node.first, low) for node in nodes]
    if not path and not trail and low == 0:
        starts[0] = low
    for node, start, end in zip(nodes, starts, [*starts[1:], high], strict=True):
        body = _before_words(text, node.body, end)
        here = _unique((*path, *node.above, node.segment), used)
        yield Provision(
            path=here, rung=node.rung, number=node.number, heading=node.heading, start=start, body=body, end=end,
            page=bisect_right(pages, body) or None if pages else None, trail=trail,
        )  # fmt: skip
        below = (*trail, node.printed) if node.printed else trail
        yield from _lay(node.children, text, body, end, here if node.in_path else path, below, pages, used)


def _after_words(text: str, first: int, low: int) -> int:
    while first > low and text[first - 1].isspace():
        first -= 1
    return first


def _before_words(text: str, body: int, high: int) -> int:
    while body < high and text[body].isspace():
        body += 1
    return body


def _unique(path: tuple[str, ...], used: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    """The path, or with `·2`, `·3` … on its last segment when the text numbers two places alike."""
    count = used[path] = used.get(path, 0) + 1
    return path if count == 1 else _unique((*path[:-1], f"{path[-1]}·{count}"), used)
