"""Visual lines joined into paragraphs, across columns and page ends, by the edges of the column and the indentation.

A line that stops short of its column's right edge ends its paragraph; a full one goes on in the next line unless that
is indented or opens with a legal number. A number after which the sentence goes on (第三十条规定的 …) is a reference
that the page width broke, and no opening.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.pdf.lines import Line, Placed

NUMERAL = "〇零一二三四五六七八九十百千两"
LINE_END = re.compile(r"[。；：！？!?;:…][”’）)]?$")
LINE_GOES_ON = re.compile(r"[，。；：、！？）》〉”’,;:]")
OPENING = re.compile(
    rf"(?P<reference>第[{NUMERAL}\d]{{1,8}}(?:分编|[编章节条])(?:之[{NUMERAL}]{{1,3}})?|[（(][{NUMERAL}\d]{{1,4}}[）)]"
    rf"|附\s?[件录表]\s?[{NUMERAL}\d]{{0,3}})|[（(]\s?\d{{4}}\s?年[^（）()]{{4,60}}(?:通过|公布|发布|令第)|[{NUMERAL}]{{1,4}}、|\d{{1,3}}[.．、)）](?!\d)|[①-⑳㈠-㈩⑴-⒇•●■◆▪]|目\s{{0,4}}录$|\|"
)
GOES_ON = re.compile(r"\s?(?:第|规定|所列|所称|之一|项|款|目|[的、，至和或及与])")
FIRST_WORD = re.compile(r"(?:[!-~]{1,30}|[《（“‘]{0,3}.)[，。；：、！？）》〉”’]{0,4}")
HALF_SAID = re.compile(r"(?:[第至和或及与（《“]|依照|按照|根据|违反|附[件表录图]|[表图])$")
NOTE = re.compile(r"[（(]\s?\d{4}\s?年")
NOTE_LINES = 12
HYPHEN = "\ufffe"
INDENT = 1.2  # characters from the left edge at which a line counts as indented
DEEP = 3.6  # further in than this it is centred or set to the right
OTHER_SIZE = 1.15
SLACK = 1.7  # characters that may be missing at the right edge of a full line


class Joined(NamedTuple):
    """`offsets` says for each page where in `text` each of its lines starts; `pages` where each page starts."""

    text: str
    pages: tuple[int, ...]
    offsets: tuple[tuple[int, ...], ...]


def paragraphs(pages: Sequence[Sequence[Placed]]) -> Joined:
    """The lines of all pages, in reading order, as one text with one paragraph to a line."""
    indented = _indented([placed for page in pages for placed in page])
    parts: list[str] = []
    length = 0
    starts, offsets = [], []
    previous: Placed | None = None
    paragraph: list[str] = []
    for page in pages:
        start, places = None, []
        for placed in page:
            if previous is None:
                joint = ""
            elif continues(previous, placed, indented=indented) or _inside_note(paragraph, placed):
                joint = joint_of(parts, placed.line.text)
                length = length - 1 if parts[-1].endswith(HYPHEN) else length
                parts[-1] = parts[-1].removesuffix(HYPHEN)
            else:
                joint = "\n"
                paragraph = []
            paragraph.append(placed.line.text)
            length += len(joint)
            start = length if start is None else start
            places.append(length)
            parts += [joint, placed.line.text]
            length += len(placed.line.text)
            previous = placed
        starts.append(length if start is None else start)
        offsets.append(tuple(places))
    return Joined("".join(parts).replace(HYPHEN, "-"), tuple(starts), tuple(offsets))


def continues(previous: Placed, placed: Placed, *, indented: bool) -> bool:
    """Whether a line belongs to the paragraph of the line before it. `indented` says how paragraphs begin here."""
    before, line = previous.line, placed.line
    if before.table or line.table or any(one.apart and not OPENING.match(one.text) for one in (before, line)):
        return False
    if LINE_GOES_ON.match(line.text):
        return True
    character = before.character
    short = previous.right - before.x1 > _first_word(line.text) * character + SLACK * character
    if short or _other_size(before, line):
        return False
    ended = LINE_END.search(before.text) is not None
    inset = line.x0 - placed.left
    opening = OPENING.match(line.text)
    if opening:
        if indented and opening["reference"] and inset < INDENT * line.character:
            return not ended
        reference = opening["reference"] and GOES_ON.match(line.text, opening.end())
        return not ended and bool(reference or HALF_SAID.search(before.text))
    if indented and inset >= INDENT * line.character:
        # a block set in as a whole goes on at the same edge, a long title in the middle of the page
        as_before = abs(inset - (before.x0 - previous.left)) < character or _centred(placed)
        return not ended and as_before
    return indented or not ended


def _inside_note(paragraph: Sequence[str], placed: Placed) -> bool:
    """Whether a line stands in the bracketed note below a title （2019年…通过）, set narrower than the text."""
    if not NOTE.match(paragraph[0]) or len(paragraph) > NOTE_LINES or placed.line.table:
        return False
    opened, closed = (sum(text.count(mark) for text in paragraph for mark in marks) for marks in ("（(", "）)"))
    return opened > closed


def _other_size(before: Line, line: Line) -> bool:
    """Whether the characters of two lines differ in size, by width and height alike: a title and its text."""
    widths = sorted((before.character, line.character))
    heights = sorted((before.bottom - before.top, line.bottom - line.top))
    return len(line.text) > 1 and widths[1] > OTHER_SIZE * widths[0] and heights[1] > OTHER_SIZE * heights[0]


def _centred(placed: Placed) -> bool:
    line = placed.line
    aside = (line.x0 - placed.left) - (placed.right - line.x1)
    return abs(aside) < 2 * line.character and line.x0 - placed.left > DEEP * line.character


def joint_of(parts: Sequence[str], after: str) -> str:
    """What stands between two joined lines: nothing, or the space between two Latin words."""
    before = parts[-1]
    if before.endswith(HYPHEN):
        # the layer marks a hyphen at a line end: it was set by the type, unless a number or a capital follows
        return "-" if after[:1].isdigit() or after[:1].isupper() else ""
    both = before[-1:].isascii() and after[:1].isascii() and after[:1].isalnum()
    return " " if both and (before[-1].isalpha() or after[0].isalpha()) and before[-1] not in "-/(" else ""


def _first_word(text: str) -> float:
    """Width in characters of what could not be cut off the start of a line: a Latin word, or one character, and the
    marks after it that must not begin a line."""
    word = FIRST_WORD.match(text)
    return sum(0.5 if char.isascii() else 1.0 for char in word[0]) if word else 1.0


def _indented(lines: Sequence[Placed]) -> bool:
    """Whether paragraphs here begin with an indent: judged by the lines after a line that ended short."""
    inside = flush = 0
    for previous, placed in pairwise(lines):
        character = previous.line.character
        if placed.line.table or previous.line.table or previous.right - previous.line.x1 < 4 * character:
            continue
        set_in = (placed.line.x0 - placed.left) / (placed.line.character or 1)
        inside += INDENT <= set_in <= DEEP
        flush += set_in < INDENT
    return inside > flush
