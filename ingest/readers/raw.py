"""What every reader returns, and the tidying of lines they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class RawText(NamedTuple):
    """The text of a file before repair. `pages` are offsets in `text` where each page starts, () without pages."""

    text: str
    format: str
    encoding: str | None = None
    pages: tuple[int, ...] = ()
    title: str | None = None
    notes: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """One paragraph per line: line ends unified, indentation and blank lines dropped. No character is changed."""
    lines = (line.strip(" \t\u3000\xa0\ufeff\f") for line in re.split(r"\r\n|[\n\r\v\x85\u2028\u2029]", text))
    return "\n".join(line for line in lines if line)


def table_line(cells: Iterable[str]) -> str:
    """One table row as a line; inner line breaks become spaces so that a row stays one line."""
    return "| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |"
