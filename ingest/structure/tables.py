"""Tables as provisions: one for the table under its title, one for each row under its header.

A table is a run of lines that start with `|`. The short line just above it (表1 …, the name of a sheet) is its title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document_number import normalise
from ingest.structure.marks import DATE_LINE, Line, Mark
from ingest.structure.tree import Node
from kb.model import Rung

LONGEST_TITLE = 60
UNIT = re.compile(r"[（(]?(?:计量|金额)?单位\s?[:：]")
NOT_A_TITLE = re.compile(r"[（(［\[“”《]|注\d?\s?[:：.．]|[一二三四五六七八九十]+、")
A_BODY = re.compile(r".{2,}(?:局|委员会|中心|研究院|公司)$")  # who wrote the text, not what the table holds
UNFINISHED = ("。", "；", ";", "：", ":", "，", ",", "、", "！", "？", "…")


def mark_titles(lines: Sequence[Line]) -> list[Line]:
    """The lines, with 表题 as the mark of each line that is the title of the table below it."""
    marked = list(lines)
    for position, line in enumerate(lines):
        if not _in_table(line) or position == 0 or _in_table(lines[position - 1]):
            continue
        above = position - 1
        if UNIT.match(lines[above].text) and len(lines[above].text) <= LONGEST_TITLE and above:
            above -= 1
        if _may_be_title(lines[above]):
            for at in range(above, position):
                marked[at] = lines[at]._replace(mark=Mark("表题", 0, "表", 0))
    return marked


def add_table(parent: Node, lines: Sequence[Line], position: int) -> int:
    """Add the table that starts (with its title) at `position`; return the position after its last row."""
    line = lines[position]
    titled = line.mark is not None and line.mark.style == "表题"
    title = line.text if titled and not UNIT.match(line.text) else None
    count = parent.held[Rung.TABLE] + 1
    table = parent.add(Node(Rung.TABLE, f"表{count}", line.start, line.start, heading=title, printed=title))
    while (mark := lines[position].mark) and mark.style == "表题":
        position += 1
    header = position
    while position < len(lines) and _in_table(lines[position]):
        if position > header:
            row = lines[position].start
            table.add(Node(Rung.ROW, f"行{position - header}", row, row))
        position += 1
    return position


def _in_table(line: Line) -> bool:
    return line.mark is not None and line.mark.style == "表"


def _may_be_title(line: Line) -> bool:
    text = line.text
    if line.mark is not None or len(text) > LONGEST_TITLE or text.endswith(UNFINISHED) or NOT_A_TITLE.match(text):
        return False
    return not DATE_LINE.fullmatch(text) and not A_BODY.match(text) and normalise(text) is None
