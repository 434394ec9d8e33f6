"""Ruled tables: the grid that the ruling lines draw, and the words in its cells.

Two neighbouring fields without a line between them are one merged cell. What spans rows is repeated in each of them, so
that every row can be read by itself; what spans columns is written once. Outer sides may be open. A frame around text
(one column or one row) is no table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ingest.readers.pdf.lines import Line, Table
from ingest.readers.raw import table_line

NEAR = 3.0  # points within which two lines are one, or touch
MOST_RULES = 4000  # of one page; more is a drawing
MOST_FIELDS = 20_000


class Rule(NamedTuple):
    """A ruling line, level or upright: `at` is its y or x, `start` to `end` its extent, from the top left corner."""

    upright: bool
    at: float
    start: float
    end: float


class Grid(NamedTuple):
    """A table on a page. `xs` and `ys` are the places of its lines, `cell[row][column]` numbers the cell that a field
    belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cell: tuple[tuple[int, ...], ...]

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell around a point; None outside the table."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self.cell[row][column]


def grids(rules: Sequence[Rule]) -> list[Grid]:
    """The tables that the ruling lines of one page draw, from top to bottom."""
    level = _merged([rule for rule in rules if not rule.upright])
    upright = _merged([rule for rule in rules if rule.upright])
    if len(level) < 2 or not upright or len(level) + len(upright) > MOST_RULES:
        return []
    found = [_grid(rows, columns) for rows, columns in _connected(level, upright)]
    return sorted((grid for grid in found if grid), key=lambda grid: grid.ys[0])


class Cell(NamedTuple):
    """The words of a cell; `end` is the x at which their last line ends, `size` about the width of a character."""

    words: str
    end: float
    size: float


def table_on_page(grid: Grid, cells: Mapping[int, Cell]) -> Line | None:
    """`cells` are those that have words. Rows without any words are left out; None when no row has."""
    kept = [fields for fields in grid.cell if any(cell in cells for cell in fields)]
    if not kept:
        return None
    rows = []
    for fields in kept:
        before = (None, *fields)
        shown = [cells.get(cell) if cell != before[column] else None for column, cell in enumerate(fields)]
        rows.append(tuple(cell.words if cell else "" for cell in shown))
    titles = 0
    while titles < len(kept) - 1 and len(set(kept[titles])) == 1:
        titles += 1
    full = frozenset(at for at in range(len(grid.xs) - 1) if _is_full(grid, kept[-1], at, cells))
    table = Table(grid.xs, tuple(rows), titles, full, tuple(_blank(kept, cells)))
    return Line(text_of(table), grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1], table=table)


def text_of(table: Table) -> str:
    """The rows as lines; a title over all columns is no row of cells."""
    titles = [row[0] for row in table.rows[: table.titles]]
    return "\n".join([*titles, *(table_line(row) for row in table.rows[table.titles :])])


def _is_full(grid: Grid, fields: Sequence[int], column: int, cells: Mapping[int, Cell]) -> bool:
    cell = cells.get(fields[column])
    if cell is None or (column and fields[column] == fields[column - 1]):
        return False
    right = grid.xs[max(at for at, field in enumerate(fields) if field == fields[column]) + 1]
    return right - cell.end <= 2 * NEAR + 1.2 * cell.size


def _blank(kept: Sequence[Sequence[int]], cells: Mapping[int, Cell]) -> Iterator[tuple[int, int, int]]:
    for column in range(len(kept[0])):
        start = 0
        for row in range(1, len(kept) + 1):
            if row == len(kept) or kept[row][column] != kept[start][column]:
                field = kept[start][column]
                if row - start > 1 and field not in cells and not (column and kept[start][column - 1] == field):
                    yield start, row - 1, column
                start = row


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules at nearly one place put on the same coordinate, and pieces that touch made one."""
    merged: list[Rule] = []
    cluster: list[Rule] = []
    for rule in [*sorted(rules, key=lambda rule: rule.at), None]:
        if cluster and (rule is None or rule.at - cluster[-1].at > NEAR):
            at = sum(piece.at for piece in cluster) / len(cluster)
            pieces = sorted(cluster, key=lambda piece: piece.start)
            current = pieces[0]._replace(at=at)
            for piece in pieces[1:]:
                if piece.start <= current.end + NEAR:
                    current = current._replace(end=max(current.end, piece.end))
                else:
                    merged.append(current)
                    current = piece._replace(at=at)
            merged.append(current)
            cluster = []
        if rule is not None:
            cluster.append(rule)
    return merged


def _connected(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that cross or touch one another."""
    leader = list(range(len(level) + len(upright)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    places = [rule.at for rule in level]
    for number, column in enumerate(upright, len(level)):
        first = bisect_right(places, column.start - NEAR)
        for row in range(first, len(level)):
            if level[row].at > column.end + NEAR:
                break
            if level[row].start - NEAR <= column.at <= level[row].end + NEAR:
                leader[find(row)] = find(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate([*level, *upright]):
        groups.setdefault(find(number), ([], []))[rule.upright].append(rule)
    return list(groups.values())


def _grid(level: Sequence[Rule], upright: Sequence[Rule]) -> Grid | None:
    ends = [end for rule in level for end in (rule.start, rule.end)]
    if not ends:
        return None
    ys = _places([rule.at for rule in level])
    xs = _places([min(ends), *(rule.at for rule in upright), max(ends)])
    height, width = len(ys) - 1, len(xs) - 1
    if height < 2 or width < 2 or height * width > MOST_FIELDS:
        return None
    leader = list(range(height * width))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    walls = _Walls(upright), _Walls(level)
    for row in range(height):
        y = (ys[row] + ys[row + 1]) / 2
        for column in range(width):
            x = (xs[column] + xs[column + 1]) / 2
            here = row * width + column
            if column + 1 < width and not walls[0].between(xs[column + 1], y):
                leader[find(here + 1)] = find(here)
            if row + 1 < height and not walls[1].between(ys[row + 1], x):
                leader[find(here + width)] = find(here)
    cells = tuple(tuple(find(row * width + column) for column in range(width)) for row in range(height))
    distinct_columns = {tuple(row[column] for row in cells) for column in range(width)}
    return Grid(xs, ys, cells) if len(distinct_columns) > 1 and len(set(cells)) > 1 else None


class _Walls:
    """Whether a ruling line runs past a point."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._at: dict[float, list[Rule]] = {}
        for rule in rules:
            self._at.setdefault(rule.at, []).append(rule)
        self._places = sorted(self._at)

    def between(self, at: float, along: float) -> bool:
        start = bisect_right(self._places, at - NEAR)
        for place in self._places[start:]:
            if place > at + NEAR:
                return False
            if any(rule.start - NEAR <= along <= rule.end + NEAR for rule in self._at[place]):
                return True
        return False


def _places(values: Sequence[float]) -> tuple[float, ...]:
    """Coordinates in order, those that are nearly one given once."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > NEAR:
            places.append(value)
    return tuple(places)
