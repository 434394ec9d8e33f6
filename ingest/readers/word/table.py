"""Tables of a Word file: rows as lines, merged cells spread out, and tables that only set out a page taken apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ingest.readers.raw import table_line
from ingest.readers.word.lines import Lines
from ingest.readers.word.names import Element, W, child, is_on, val, whole
from ingest.readers.word.styles import shaded

COLUMNS = 63
"""The most columns Word lays out."""
REPEATED = 200
"""Characters of a cell merged downwards up to which its words are repeated in each row it spans."""
LAYOUT_SHARE = 0.7
RUNNING = 3
"""Paragraphs that make a cell running text."""

ReadCell = Callable[[Element, bool], Lines]
"""Reads the blocks of a w:tc; True when the cell gives white letters a ground to be seen on."""
DropRow = Callable[[Element], None]
Row = list[Lines]


class Grid(NamedTuple):
    """A table with every row brought to its columns; `spans` is True for a row of one cell across them all."""

    rows: list[Row]
    spans: list[bool]


def write_table(table: Element, out: Lines, read_cell: ReadCell, drop: DropRow) -> None:
    """Add a table to the lines. `drop` is told of each row or cell that is hidden or that a revision deleted."""
    grid = _grid(table, read_cell, drop)
    if not any(cell.lines for row in grid.rows for cell in row):
        for row in grid.rows:
            for cell in row:
                out.extend(cell)
        return
    if _is_layout(grid):
        for row in grid.rows:
            for cell in row:
                out.extend(cell)
        return
    captioned = False
    for row, spans in zip(grid.rows, grid.spans, strict=True):
        if not any(cell.lines for cell in row):
            for cell in row:
                out.extend(cell)
        elif spans and not captioned:
            out.extend(row[0])  # a title over all columns is no header row
        else:
            captioned = True
            out.add_row(table_line(cell.words() for cell in row), row)


def _grid(table: Element, read_cell: ReadCell, drop: DropRow) -> Grid:
    styled = child(table, "tblPr", "tblStyle") is not None
    rows: list[Row] = []
    spans: list[bool] = []
    above: dict[int, str] = {}
    for element in _inside(table, "tr"):
        properties = child(element, "trPr")
        if child(properties, "del") is not None or is_hidden_row(element):
            drop(element)
            continue
        row: Row = [Lines() for _ in range(_count(properties, "gridBefore", 0))]
        cells = 0
        for cell in _inside(element, "tc"):
            about = child(cell, "tcPr")
            if child(about, "cellDel") is not None:
                drop(cell)
                continue
            if len(row) >= COLUMNS:
                break
            row += _cell(cell, about, len(row), above, read_cell, styled)
            cells += 1
        row += [Lines() for _ in range(min(_count(properties, "gridAfter", 0), COLUMNS - len(row)))]
        if row:
            rows.append(row)
            spans.append(cells == 1)
    width = max((len(row) for row in rows), default=0)
    # a lone cell is a title only when the table has more columns than it
    return Grid(rows, [lone and len(row) == width > 1 for lone, row in zip(spans, rows, strict=True)])


def _cell(
    cell: Element, about: Element | None, column: int, above: dict[int, str], read_cell: ReadCell, styled: bool
) -> Row:
    """One cell and the empty ones after it that keep the place of its width."""
    down, across = child(about, "vMerge"), child(about, "hMerge")
    words = read_cell(cell, styled or shaded(about))
    if across is not None and (val(across) or "continue") == "continue" and not words.lines:
        return [words]
    if down is None:
        above.pop(column, None)
    elif val(down) == "restart" or column not in above:
        said = words.words()
        above[column] = said if len(said) <= REPEATED else ""
    elif not words.lines:
        words.add(above[column])
    width = min(_count(about, "gridSpan", 1), COLUMNS - column)
    return [words, *(Lines() for _ in range(width - 1))]


def _is_layout(grid: Grid) -> bool:
    """Whether the table only places text: one column of words, or running text that fills it."""
    used = {column for row in grid.rows for column, cell in enumerate(row) if cell.lines}
    if len(used) <= 1:
        return True
    sizes = [(sum(map(len, cell.lines)), len(cell.lines)) for row in grid.rows for cell in row]
    total = sum(size for size, _ in sizes)
    if any(paragraphs >= RUNNING and size >= LAYOUT_SHARE * total for size, paragraphs in sizes):
        return True
    return len(grid.rows) == 1 and any(paragraphs > 1 for _, paragraphs in sizes)


def _inside(element: Element, name: str) -> list[Element]:
    """Rows of a table or cells of a row, also those within content controls and insertions."""
    found: list[Element] = []
    for inner in element:
        if inner.tag == W + name:
            found.append(inner)
        elif inner.tag in WRAPPERS:
            found += _inside(inner, name)
    return found


WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))


def _count(properties: Element | None, name: str, default: int) -> int:
    return min(max(whole(val(child(properties, name)), default), default), COLUMNS)


def is_hidden_row(row: Element) -> bool:
    """Whether a w:tr, or any other block, is a row that is not shown."""
    return is_on(child(row, "trPr", "hidden"))
