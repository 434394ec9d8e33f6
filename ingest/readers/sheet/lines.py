"""A grid of words as lines: what stands alone is a line of its own, what stands in columns is a table row."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.readers.raw import table_line


def lines_of_grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """Title lines, then header and rows; empty rows left out, empty columns at the edges cut.

    A row with one filled cell is a line of its own above the first header, behind the last full row, and where it
    follows an empty row; elsewhere it is a row of the table, such as the heading of a group.
    """
    filled = [[at for at, words in enumerate(row) if words.strip()] for row in rows]
    full = [at for at, places in enumerate(filled) if len(places) > 1]
    first = min((filled[at][0] for at in full), default=0)
    last = max((filled[at][-1] for at in full), default=0)
    lines: list[str] = []
    apart = True
    for at, row in enumerate(rows):
        places = filled[at]
        if not places:
            apart = True
        elif len(places) > 1:
            lines.append(table_line([*row[first : last + 1], *[""] * (last + 1 - len(row))]))
            apart = False
        elif apart or not full or at > full[-1]:
            lines.append(" ".join(row[places[0]].split()))
        else:
            lines.append(table_line([*row[first : last + 1], *[""] * (last + 1 - len(row))]))
    return lines
