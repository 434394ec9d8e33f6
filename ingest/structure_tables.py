"""Tables as provisions: one for the table, one for each row under its header."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.structure_marks import Line
from ingest.structure_tree import Node
from kb.model import Rung


def add_table(parent: Node, lines: Sequence[Line], position: int) -> int:
    """Add the table that starts at `position` under `parent`; return the position after its last row."""
    count = sum(child.rung is Rung.TABLE for child in parent.children) + 1
    first = lines[position].start
    table = parent.add(Node(Rung.TABLE, f"表{count}", first, first))
    end = position
    while end < len(lines) and (mark := lines[end].mark) and mark.style == "表":
        if end > position:
            row = lines[end].start
            table.add(Node(Rung.ROW, f"行{end - position}", row, row))
        end += 1
    return end
