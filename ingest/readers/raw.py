"""What every reader returns, and the tidying of lines they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kb.model import Repair


class RawText(NamedTuple):
    """The text of a file before repair.

    `pages` are offsets in `text` where each page (slide, sheet) starts, () without pages. `confidence` is the share of
    certainty (0 to 1) of each page that was recognised from an image, None for a page with text of its own; () when no
    page was. `left_out` are words of the file that are not in `text` (a page header, a deleted revision, hidden text):
    `before` holds them, `after` is empty, `at` is where in `text` they would stand. `doubts` mark words that are in
    `text` but may be wrong (read with low confidence): `before == after`, `certain` False. `notes` are sentences for
    the curator.
    """

    text: str
    format: str
    encoding: str | None = None
    pages: tuple[int, ...] = ()
    title: str | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[Repair, ...] = ()
    doubts: tuple[Repair, ...] = ()
    confidence: tuple[float | None, ...] = ()


LINE_BREAK = r"\r\n|[\n\r\v\x85\u2028\u2029]"
BLANK = " \t\u3000\xa0\ufeff\f"


def tidy(text: str) -> str:
    """One paragraph per line: line ends unified, indentation and blank lines dropped. No character is changed."""
    lines = (line.strip(BLANK) for line in re.split(LINE_BREAK, text))
    return "\n".join(line for line in lines if line)


def table_line(cells: Iterable[str]) -> str:
    """One table row as a line; inner line breaks become spaces so that a row stays one line."""
    return "| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |"
