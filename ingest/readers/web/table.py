"""Tables of a page: which ones hold data and which only set the page, and data as rows of cells."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.raw import table_line
from ingest.readers.web.tree import Node, attributes
from ingest.readers.web.weight import Weights

WIDEST = 200
"""A cell may say that it spans a thousand columns; no table that people read is wider than this."""
REPEATED = 2_000_000
"""Characters that merged cells may repeat in one table, so that a small page cannot grow into gigabytes."""
LONG_CELL, MANY_BLOCKS = 200, 4
GROUPS = ("tbody", "thead", "tfoot")


def is_layout(table: Node, weights: Weights) -> bool:
    """Whether a table sets the page: one column, or one cell with many blocks that hold most of its words."""
    given = attributes(table)
    if given.get("role") in ("presentation", "none"):
        return True
    total = weights[table.mem_id].words if table.mem_id in weights else 0
    columns, ruled = 0, given.get("border", "0").strip() not in ("", "0") or "border" in given.get("style", "")
    for row in rows_of(table):
        cells = list(cells_of(row))
        columns = max(columns, sum(_span(cell, "colspan") for cell in cells))
        for cell in cells:
            weight = weights.get(cell.mem_id)
            if weight is None or weight.words < max(LONG_CELL, total / 2) or weight.blocks < MANY_BLOCKS:
                continue
            # a ruled table of a guide may hold half of its words in one cell; one that holds nearly all is a frame
            if not ruled or weight.words > 0.9 * total:
                return True
    return columns <= 1


def rows_of(table: Node) -> Iterator[Node]:
    """Its own rows, not those of tables in it."""
    for child in _elements(table):
        if child.tag == "tr":
            yield child
        elif child.tag in GROUPS:
            yield from (row for row in _elements(child) if row.tag == "tr")


def cells_of(row: Node) -> Iterator[Node]:
    return (cell for cell in _elements(row) if cell.tag in ("td", "th"))


class TableRows:
    """Rows being filled cell by cell. A cell merged downwards is repeated in each row; one merged to the right keeps
    its place by empty cells after it."""

    def __init__(self) -> None:
        self.shortened = False
        self._rows: list[list[str]] = []
        self._below: dict[int, tuple[int, str]] = {}
        self._row: list[str] | None = None
        self._repeated = 0

    def begin_row(self) -> None:
        self.end_row()
        self._row = []

    def add(self, words: str, columns: int, rows: int) -> None:
        """One cell; `rows` 0 means down to the last row."""
        if self._row is None:
            self._row = []
        self._take_from_above()
        columns = max(1, min(columns, WIDEST, WIDEST - len(self._row)))
        words = " ".join(words.split())
        if rows != 1:
            for column in range(len(self._row), len(self._row) + columns):
                self._below[column] = (rows - 1 if rows else 1 << 16, words if column == len(self._row) else "")
        self._row += [words, *[""] * (columns - 1)]

    def end_row(self) -> None:
        if self._row is None:
            return
        self._take_from_above()
        self._rows.append(self._row)
        self._row = None

    def lines(self) -> list[str]:
        """`| a | b |` for every row that says anything; columns that are empty in every row left out at the edges."""
        self.end_row()
        rows = [row for row in self._rows if any(row)]
        last = max((at + 1 for row in rows for at, cell in enumerate(row) if cell), default=0)
        return [table_line([*row[:last], *[""] * (last - len(row))]) for row in rows]

    def _take_from_above(self) -> None:
        if self._row is None:
            return
        while (held := self._below.get(len(self._row))) and held[0] > 0:
            left, words = held
            self._below[len(self._row)] = (left - 1, words)
            self._repeated += len(words)
            if self._repeated > REPEATED:
                words, self.shortened = "", True
            self._row.append(words)


def span_of(cell: Node) -> tuple[int, int]:
    """`(columns, rows)` of a cell."""
    return _span(cell, "colspan"), _span(cell, "rowspan")


def _span(cell: Node, which: str) -> int:
    value = (cell.attributes.get(which) or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _elements(node: Node) -> Iterator[Node]:
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            yield child
        child = child.next
