"""Tables that a page end cut in two: the header printed again, the row that was cut, the label of a merged cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.readers.pdf.lines import Placed, Table
from ingest.readers.pdf.paragraphs import LINE_END, joint_of
from ingest.readers.pdf.tables import text_of

MOST_REPEATED = 3  # rows of a header
APART = 6.0  # points by which the columns of two pages may differ
SHORT = 6  # characters; a shorter cell was not broken in two


class Rest(NamedTuple):
    """What a page adds to the table of the page before: the `header` it repeats, the `cut` row of the page before as
    it reads with its second half (None for a whole one), and the `rows` that are new."""

    header: Table
    cut: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]


def joined(pages: list[list[Placed]]) -> dict[int, str]:
    """Make each table that goes on over page ends read as one, in place; returns the dropped headers by page."""
    dropped: dict[int, str] = {}
    head: Table | None = None
    ended = 0
    for number, page in enumerate(pages):
        if not page:
            continue
        first = page[0].line.table
        rest = _rest(head, pages[ended][-1].line.table, first) if head and first else None
        if rest is not None and first is not None:
            if rest.header.rows:
                dropped[number] = text_of(rest.header)
            if rest.cut is not None:
                before = pages[ended][-1]
                pages[ended][-1] = _with_rows(before, (*_rows(before)[:-1], rest.cut))
            page[:1] = [_with_rows(page[0], rest.rows, titles=0)] if rest.rows else []
        if page:
            head = head if rest is not None and len(page) == 1 else page[-1].line.table
            ended = number
    return dropped


def _rest(head: Table, before: Table | None, after: Table) -> Rest | None:
    """None when the second table is another one. `head` is the first part of the table, with its header."""
    if before is None or len(before.xs) != len(after.xs) or abs(before.xs[0] - after.xs[0]) > APART:
        return None
    repeated = 0
    while repeated < min(len(head.rows), len(after.rows) - 1, MOST_REPEATED):
        if head.rows[repeated] != after.rows[repeated]:
            break
        repeated += 1
    same = all(abs(one - other) <= APART for one, other in zip(before.xs, after.xs, strict=True))
    if not repeated and (not same or after.titles):
        return None
    header = after._replace(rows=after.rows[:repeated], titles=min(after.titles, repeated))
    rows = [list(row) for row in after.rows[repeated:]]
    labels = [(last, column) for start, last, column in after.blank if start == repeated]
    cut = _cut(before, rows[0], {column for _, column in labels})
    for last, column in labels:
        # the words of a merged cell are printed where it begins, on the page before
        for row in rows[: last - repeated + 1]:
            row[column] = before.rows[-1][column]
    return Rest(header, cut, tuple(map(tuple, rows[1:] if cut else rows)))


def _cut(before: Table, row: Sequence[str], labels: set[int]) -> tuple[str, ...] | None:
    """The last row with the rest of its words, if the next page begins with nothing but such rests."""
    last = before.rows[-1]
    more = [column for column, words in enumerate(row) if words and column not in labels]
    done = [column for column, words in enumerate(last) if words and not row[column] and column not in labels]
    broken = [column for column in more if column in before.full and not LINE_END.search(last[column])]
    if not done or not more or broken != more or max(len(last[column]) for column in more) < SHORT:
        return None
    return tuple(
        f"{words}{joint_of([words], rest)}{rest}" if column in more else words
        for column, (words, rest) in enumerate(zip(last, row, strict=True))
    )


def _rows(placed: Placed) -> tuple[tuple[str, ...], ...]:
    return placed.line.table.rows if placed.line.table else ()


def _with_rows(placed: Placed, rows: tuple[tuple[str, ...], ...], titles: int | None = None) -> Placed:
    table = placed.line.table
    assert table is not None
    table = table._replace(rows=rows, titles=table.titles if titles is None else titles)
    return placed._replace(line=placed.line._replace(text=text_of(table), table=table))
