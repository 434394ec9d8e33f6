"""Lines on a page and the order they are read in: columns found by the gap between them, a heading above both first.

Everything here is geometry on boxes, so that a text layer (points) and a recognised image (pixels) share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple

BINS = 240  # the width of a page is looked at in so many strips
LEAST = 3  # lines on each side before a gap counts as one between columns
GAP = 0.8  # characters between columns, at least
GAP_LEFT = 0.2  # what the wide boxes of recognition leave of it
FILLED = 0.4  # a line as wide as this share of its side is running text, not a cell of a list
WORD_SPACE = 0.25  # in characters; words further apart on one line are kept apart by a space
LARGE = 1.4  # times the usual height, from which a line is a title
FAR = 1.6  # characters between parts that belong to different columns of a list


class Table(NamedTuple):
    """The rows of a ruled table on one page; `xs` are the edges of its columns, the first `titles` rows stand above
    all of them. What shows that a page end cut it: `full` are the columns of the last row filled to their right edge,
    `blank` the cells without words that span several rows, as (first row, last row, column)."""

    xs: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    titles: int = 0
    full: frozenset[int] = frozenset()
    blank: tuple[tuple[int, int, int], ...] = ()


class Line(NamedTuple):
    """Words on one visual line; the box is in points or pixels from the top left corner of the page.

    `confidence` (0 to 1) is None for words that were not recognised from an image. The text of a line with a `table`
    holds all its rows, one to a text line; an `apart` line has parts set far apart on it, as the cells of a list are.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None
    table: Table | None = None
    apart: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def character(self) -> float:
        """About the width of one Chinese character."""
        # UTF-8 tells half-width from full-width characters by one byte against three, at no cost
        units = (len(self.text) + len(self.text.encode("utf-8", "replace"))) / 4
        height = self.bottom - self.top
        return min((self.x1 - self.x0) / units, 1.5 * height) if units else height


class Placed(NamedTuple):
    """A line with the left and right edge of the column it stands in."""

    line: Line
    left: float
    right: float


def in_reading_order(lines: Sequence[Line], margins: tuple[float, float] | None = None) -> list[Placed]:
    """The lines of a page or column. `margins` are the left and right edge of text known from other pages."""
    gutter = _gutter(lines)
    left, right = edges(lines)
    if margins:
        left, right = min(left, margins[0]), max(right, margins[1])
    placed: list[Placed] = []
    for band, columns in _bands(lines, gutter) if gutter is not None else [(list(lines), False)]:
        if columns:
            for column in _sides(band, gutter or 0.0):
                placed += in_reading_order(column)
        else:
            placed += [Placed(line, left, right) for line in in_rows(band)]
    return placed


def edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Left and right edge of the text; one line that sticks out to the right does not move it, nor do large titles."""
    if not lines:
        return 0.0, 0.0
    usual = sorted(line.bottom - line.top for line in lines)[len(lines) // 2]
    text = [line for line in lines if line.table or line.bottom - line.top <= LARGE * usual]
    rights = sorted(line.x1 for line in text)
    return min(line.x0 for line in text), rights[-1] if len(rights) < 4 else rights[-2]


def in_rows(lines: Iterable[Line], within: float = inf) -> list[Line]:
    """Lines from top to bottom; what stands beside another at the same height becomes one line with it, unless more
    than `within` characters lie between."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        row = rows[-1] if rows else None
        if row and not line.table and not row[0].table and _level(row[0], line):
            row.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in _merged(sorted(row, key=lambda line: line.x0), within)]


def _bands(lines: Sequence[Line], gutter: float) -> list[tuple[list[Line], bool]]:
    """The page cut across into bands: lines on both sides of the gap in columns (True), or lines across it."""
    bands: list[tuple[list[Line], bool]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        start, end = _reach(line)
        beside = not start < gutter < end
        if bands and bands[-1][1] == beside:
            bands[-1][0].append(line)
        else:
            bands.append(([line], beside))
    checked: list[tuple[list[Line], bool]] = []
    for band, beside in bands:
        columns = beside and all(map(_is_column, _sides(band, gutter)))
        if checked and not columns and not checked[-1][1]:
            checked[-1][0].extend(band)
        else:
            checked.append((band, columns))
    return checked


def _sides(lines: Sequence[Line], gutter: float) -> tuple[list[Line], list[Line]]:
    left = [line for line in lines if line.x0 + line.x1 <= 2 * gutter]
    return left, [line for line in lines if line.x0 + line.x1 > 2 * gutter]


def _reach(line: Line) -> tuple[float, float]:
    """From where to where a line surely has ink: the boxes of recognition stand out by half a character."""
    margin = 0.0 if line.confidence is None else min(0.5 * (line.bottom - line.top), (line.x1 - line.x0) / 4)
    return line.x0 + margin, line.x1 - margin


def _gutter(lines: Sequence[Line]) -> float | None:
    """The x between two columns of running text; None where the page has one column."""
    if len(lines) < 2 * LEAST:
        return None
    start, end = min(line.x0 for line in lines), max(line.x1 for line in lines)
    if end <= start:
        return None
    strip = (end - start) / BINS
    steps = [0] * (BINS + 2)
    for line in lines:
        first_ink, last_ink = _reach(line)
        steps[int((first_ink - start) / strip)] += 1
        steps[min(int((last_ink - start) / strip), BINS) + 1] -= 1
    crossed, covering = [], 0
    for step in steps[:BINS]:
        covering += step
        crossed.append(covering)
    middle = range(BINS // 5, BINS - BINS // 5)
    least = min(crossed[at] for at in middle)
    first, length = _longest_run([at for at in middle if crossed[at] == least])
    character = sorted(line.character for line in lines)[len(lines) // 2]
    gutter = start + (first + length / 2) * strip
    needed = GAP if all(line.confidence is None for line in lines) else GAP_LEFT
    if length * strip < needed * character or not any(columns for _, columns in _bands(lines, gutter)):
        return None
    return gutter


def _longest_run(positions: Sequence[int]) -> tuple[int, int]:
    """Start and length of the longest run of consecutive numbers."""
    best = (positions[0], 1)
    start = previous = positions[0]
    for position in positions[1:]:
        if position != previous + 1:
            start = position
        best = max(best, (start, position - start + 1), key=lambda run: run[1])
        previous = position
    return best


def _is_column(lines: Sequence[Line]) -> bool:
    if len(lines) < LEAST:
        return False
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    filled = sum(line.x1 - line.x0 >= FILLED * width for line in lines)
    # cells of a list are as short as a word; a column of text has lines of some length
    long = sum(len(line.text) >= 8 for line in lines)
    return 2 * filled >= len(lines) and 2 * long >= len(lines)


def _level(first: Line, second: Line) -> bool:
    height = min(first.bottom - first.top, second.bottom - second.top)
    return abs(first.middle - second.middle) < 0.45 * height


def _merged(row: Sequence[Line], within: float) -> list[Line]:
    merged = [row[0]]
    for other in row[1:]:
        line = merged[-1]
        gap = other.x0 - line.x1
        if gap > within * line.character:
            merged.append(other)
            continue
        known = [(part.confidence, len(part.text)) for part in (line, other) if part.confidence is not None]
        weight = sum(length for _, length in known)
        space = " " if gap > WORD_SPACE * line.character else ""
        merged[-1] = Line(
            f"{line.text}{space}{other.text}",
            line.x0, min(line.top, other.top), max(line.x1, other.x1), max(line.bottom, other.bottom),
            sum(share * length for share, length in known) / weight if weight else None,
            apart=line.apart or other.apart or gap > FAR * line.character,
        )  # fmt: skip
    return merged
