"""Lists ①…；②… that are written on in one paragraph, in laws as in guides."""

from __future__ import annotations

from ingest.structure.marks import CIRCLED, Line
from ingest.structure.tree import Node
from kb.model import Rung


def split_circled(node: Node, line: Line, rung: Rung) -> None:
    """Add ①, ②, ③ … of one line as entries under `node` when at least two follow in order."""
    places: list[int] = []
    position = 0
    for sign in CIRCLED:
        if (position := line.text.find(sign, position)) < 0:
            break
        places.append(position)
    if len(places) < 2 or line.start + places[0] < node.body:
        return
    for value, place in enumerate(places, 1):
        first = line.start + place
        sign = CIRCLED[value - 1]
        node.add(Node(rung, sign, first, first + 1, number=sign, style="inline", value=value))
