"""Notices and guides: 一、（一）1.（1）① in the order this very text uses them.

The level of a style is where it first appears below the open entries, not a fixed table: one guide nests 1. under
（一）, another （一） under 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.structure.articles import open_division
from ingest.structure.circled import split_circled
from ingest.structure.marks import OUTLINE, RANK, Line, Mark, next_marks
from ingest.structure.tables import add_table
from ingest.structure.tree import Node
from kb.model import Rung

FINISHED = ("。", "；", ";", "！", "？", "…")
ASKED = ("？", "?")
"""A question is answered by what follows it."""
HEADING_LENGTH = 60
FIRST_SENTENCE = re.compile(r"([^，。；：\n]{2,26})。(?=.)")
CLOSING = re.compile(r"特此(?:公告|通告|通知|函告|函复|复函|批复|说明)[。！]?")
SHORT = 30
TRAIL_LENGTH = 60
ALIKE = 4  # lists of one style inside each other; more is a text that numbers every line 1.
ENTRIES = {style for style, _ in OUTLINE} | {f"1.{depth}" for depth in range(2, 6)} | {"条", *RANK}


def build_outline(parent: Node, lines: Sequence[Line]) -> None:
    """Put the outline of one part under `parent`; words without a number stay with the entry they follow."""
    open_nodes: list[Node] = [parent]
    following = next_marks(lines, ENTRIES)
    position = 0
    while position < len(lines):
        line = lines[position]
        mark = _accepted(line, open_nodes)
        if mark is None:
            _add_words(open_nodes, line, following[position])
        elif mark.style in ("表", "表题"):
            if mark.style == "表题":
                _close_finished(open_nodes, following[position])
            position = add_table(open_nodes[-1], lines, position)
            continue
        elif mark.style in RANK:
            _open_division(open_nodes, line, mark, lines[position + 1 : position + 2])
        else:
            _open_entry(open_nodes, line, mark)
        position += 1


def _accepted(line: Line, open_nodes: list[Node]) -> Mark | None:
    mark = line.mark
    if mark is None or mark.style in ("条", "附件"):
        return None
    if mark.style == "1 ":  # 1 范围, as standards print it; 3 个工作日 is no heading
        last = next((node.value for node in open_nodes if node.style == "1 "), 0)
        return mark if mark.value == last + 1 and _is_heading(line.text) and len(line.text) <= SHORT else None
    if not mark.style.startswith("1.") or mark.style == "1.":
        return mark
    # 1.2 is a heading only as a child or the next sibling of an open number; 19.20 in a sentence is a figure
    for node in open_nodes:
        if node.parts == mark.parts[:-1] or (node.parts[:-1] == mark.parts[:-1] and node.value + 1 == mark.value):
            return mark if node.parts else None
    return mark if mark.value == 1 and _is_heading(line.text) else None


def _open_division(open_nodes: list[Node], line: Line, mark: Mark, following: Sequence[Line]) -> None:
    containers = [node for node in open_nodes if node is open_nodes[0] or node.style in RANK]
    node = open_division(containers, line, mark, following)
    node.in_path, node.above = True, ()  # without articles the numbers below restart in every chapter
    open_nodes[:] = containers


def _open_entry(open_nodes: list[Node], line: Line, mark: Mark) -> None:
    depth = _depth(open_nodes, mark)
    del open_nodes[depth:]
    words = line.text[mark.body :].strip()
    heading: str | None = words if _is_heading(line.text) else None
    if heading is None and (match := FIRST_SENTENCE.match(words)):
        heading = match[1]
    number = line.text[: mark.body].strip()
    node = Node(
        Rung.HEADING, mark.segment, line.start, line.start + mark.body, number=number, heading=heading,
        printed=number + (heading or words[:TRAIL_LENGTH]), style=mark.style, value=mark.value, parts=mark.parts,
        last=line.text, bare=_is_heading(line.text),
    )  # fmt: skip
    open_nodes[-1].add(node)
    open_nodes.append(node)
    if mark.style != "①":
        split_circled(node, line, Rung.HEADING)


def _depth(open_nodes: list[Node], mark: Mark) -> int:
    """How many open entries stay open: those above the place where this style belongs."""
    same = [depth for depth, node in enumerate(open_nodes) if depth and node.style == mark.style]
    if not same:
        if mark.parts:  # 1.2.1 goes under 1.2 even when other entries are open below it
            for depth, node in enumerate(open_nodes):
                if node.parts and node.parts == mark.parts[:-1]:
                    return depth + 1
        return len(open_nodes)
    for depth in reversed(same):
        if open_nodes[depth].value + 1 == mark.value:
            return depth
    # a list that starts again at 1 inside an unfinished entry is a list of that entry
    unfinished = len(open_nodes) - 1 == same[-1] and not open_nodes[-1].last.endswith(FINISHED)
    if mark.value == 1 and unfinished and len(same) < ALIKE:
        return len(open_nodes)
    return same[-1]


def _add_words(open_nodes: list[Node], line: Line, following: Mark | None) -> None:
    if CLOSING.fullmatch(line.text):
        del open_nodes[1:]
    _close_finished(open_nodes, following)
    holder = open_nodes[-1]
    holder.last = line.text
    if len(open_nodes) == 1 and holder.rung is not Rung.ATTACHMENT:
        _add_top_words(holder, line)
    elif holder.children:
        holder = holder.add(_words(holder, line))
        split_circled(holder, line, Rung.HEADING)
    else:
        split_circled(holder, line, Rung.HEADING)


def _add_top_words(holder: Node, line: Line) -> None:
    """Words outside every entry: all before the first number are one preface, later ones are paragraphs."""
    if not holder.children:
        holder.add(Node(Rung.TEXT, "序言", line.start, line.start))
    elif holder.children[-1].segment != "序言":
        split_circled(holder.add(_words(holder, line)), line, Rung.HEADING)


def _close_finished(open_nodes: list[Node], following: Mark | None) -> None:
    while len(open_nodes) > 1 and _is_over(open_nodes[-1], following):
        open_nodes.pop()


def _is_over(entry: Node, following: Mark | None) -> bool:
    """Whether plain words after an entry are no longer its own: it ended in a full stop and its list does not go on."""
    if entry.bare or not entry.style or entry.style in RANK or not entry.last.endswith(FINISHED):
        return False
    if entry.last.endswith(ASKED):
        return False
    goes_on = following is not None and following.style == entry.style and following.value == entry.value + 1
    return not goes_on


def _words(holder: Node, line: Line) -> Node:
    preface = bool(holder.children) and holder.children[0].segment == "序言"
    return Node(Rung.TEXT, f"段{holder.held[Rung.TEXT] - preface + 1}", line.start, line.start)


def _is_heading(line: str) -> bool:
    return len(line) <= HEADING_LENGTH and not line.endswith((*FINISHED, "：", ":", "，", ","))
