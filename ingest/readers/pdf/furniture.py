"""Running headers, footers and page numbers: words that come back at the same edge of page after page.

A number in them may stay or grow with the page. Numbers of 附件 and articles are words of the text, however often a
page begins with one. The header of a firm's procedure is a small table (文件编号, 版本, 第 3 页 共 8 页).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.paragraphs import OPENING

Edge = Literal["top", "bottom"]
PAGE_NUMBER = re.compile(
    r"[-—–－_·~\s]{0,6}(?:第\s?)?\d{1,4}\s?页?(?:[\s，,/／|]{0,4}(?:共|of)?\s?\d{1,4}\s?页?)?[-—–－_·~\s]{0,6}", re.I
)
DASH = "[-—–－]"
MARKED_NUMBER = re.compile(
    # recognition may lose one of the two dashes
    rf"{DASH}\s{{0,3}}\d{{1,4}}(?:\s{{0,3}}{DASH})?|\d{{1,4}}\s{{0,3}}{DASH}"
    r"|第\s?\d{1,4}\s?页(?:[\s，,/／]{0,4}共\s?\d{1,4}\s?页)?"
)
NUMBER = re.compile(r"\d{1,6}")
EDGE_LINES = 3
EDGE_SHARE = 0.16  # of the page height, within which headers and footers stand
SAME_PLACE = 0.01  # of the page height, by about which a running line may move
OFTEN = 3  # pages
LONGEST = 80  # characters; a longer line is text
LONGEST_TABLE, MOST_ROWS = 240, 4  # of a table that may be a header
MOST_NUMBERS, MOST_IN_TABLE = 3, 12  # in a header of one line, in a table


class Furniture(NamedTuple):
    """Lines of one page that are not its text, with the edge where each stood."""

    lines: tuple[tuple[Line, Edge], ...]

    def step(self, line: Line) -> str:
        return "页码" if PAGE_NUMBER.fullmatch(line.text) else "页眉页脚"


def furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[Furniture]:
    """For each page the lines that are header, footer or page number; a page stands for itself, blank ones count."""
    edges = [list(_edge_lines(lines, height)) for lines, height in zip(pages, heights, strict=True)]
    step = SAME_PLACE * max(heights, default=0.0) or 1.0
    seen: defaultdict[tuple[Edge, str, int], set[int]] = defaultdict(set)
    for number, lines in enumerate(edges):
        for line, edge in lines:
            for key in _keys(line, number):
                seen[edge, key, _place(line, edge, heights[number], step)].add(number)
    filled = sum(bool(page) for page in pages)
    often = max(2, min(OFTEN, (filled + 1) // 2))

    def comes_back(line: Line, edge: Edge, number: int) -> bool:
        place = _place(line, edge, heights[number], step)
        near = ([seen.get((edge, key, place + by), set()) for by in (-1, 0, 1)] for key in _keys(line, number))
        found = [sets for sets in near if sum(map(len, sets)) >= often]
        if line.table or not OPENING.match(line.text):
            return bool(found)
        # 第一章 总则 opens each law of a collection; only a heading above one page after another is a running one
        beside = {number - 2, number - 1, number + 1, number + 2}
        return any(beside & places for sets in found for places in sets)

    return [
        Furniture(
            tuple(
                (line, edge)
                for line, edge in lines
                if MARKED_NUMBER.fullmatch(line.text) or comes_back(line, edge, number)
            )
        )
        for number, lines in enumerate(edges)
    ]


def _edge_lines(lines: Sequence[Line], height: float) -> Iterator[tuple[Line, Edge]]:
    plain = [line for line in lines if (_is_small(line) if line.table else len(line.text) <= LONGEST)]
    inward = sorted(plain, key=lambda line: line.middle)
    for line in inward[:EDGE_LINES]:
        if line.middle < EDGE_SHARE * height:
            yield line, "top"
    for line in inward[-EDGE_LINES:]:
        if line.middle > (1 - EDGE_SHARE) * height:
            yield line, "bottom"


def _place(line: Line, edge: Edge, height: float, step: float) -> int:
    """How far from its edge a line stands, in steps: what runs stands at one place, words of a table do not."""
    return round((line.middle if edge == "top" else height - line.middle) / step)


def _is_small(table: Line) -> bool:
    return len(table.text) <= LONGEST_TABLE and table.text.count("\n") < MOST_ROWS


def _keys(line: Line, page: int) -> Iterator[str]:
    """The line as it stands, and with one or two of its numbers as their distance from the page's own."""
    words = "".join(line.text.split())
    yield words
    numbers = [int(match[0]) for match in NUMBER.finditer(words)]
    most = MOST_IN_TABLE if line.table else MOST_NUMBERS
    if not 0 < len(numbers) <= most or (not line.table and OPENING.match(words)):
        return
    frame = NUMBER.sub("#", words)
    for count in (1, 2):
        for growing in combinations(range(len(numbers)), count):
            shown = (f"+{one - page}" if at in growing else str(one) for at, one in enumerate(numbers))
            yield f"{frame} {' '.join(shown)}"
