"""A page as the lines a browser shows, in one walk, each with the part of the page it stands in.

Nothing is dropped here: what is hidden or belongs to the site comes out too, marked as such.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ingest.readers.superscript import superscript
from ingest.readers.web.furniture import DATA_FILE, SILENT
from ingest.readers.web.hidden import Eyes
from ingest.readers.web.list import PRINTED, Numbered
from ingest.readers.web.main import Main
from ingest.readers.web.table import TableRows, is_layout, span_of
from ingest.readers.web.tree import Node, attributes, leads_away, walk
from ingest.readers.web.weight import Weight, Weights
from ingest.readers.web.words import EDGES, PLAIN, breaks_line, is_raised, picture, squeezed
from ingest.readers.web.zone import ASIDE, Zone, Zones


class Piece(NamedTuple):
    """One line. `linked` is the share of it in links, 0 to 1; `heading` is 1 to 6 in a heading, else 0; `files` says
    that it links to documents; `faint` are words of it that a reader may not see."""

    words: str
    zone: Zone
    linked: float = 0.0
    heading: int = 0
    files: bool = False
    faint: tuple[str, ...] = ()


class _Open(NamedTuple):
    """What an entered element has to undo when it is left."""

    breaks: bool
    zone: Zone
    link: bool
    faint: bool
    heading: int
    kept_spaces: bool
    raised: bool
    listed: bool
    part: Literal["", "table", "row", "cell"]


class Lines:
    """Writes the lines of a page while it is walked; `pieces` holds them in the order of the page."""

    def __init__(self, body: Node, main: Main, weights: Weights, eyes: Eyes) -> None:
        self.pieces: list[Piece] = []
        self.frames = 0
        self.shortened = False
        self._body, self._weights = body, weights
        self._zones = Zones(body, main, weights, eyes)
        self._open: list[_Open | None] = []
        self._zone: Zone = "far"
        self._links = self._faint = self._heading = self._pre = self._raised = 0
        self._lists: list[Numbered | None] = []
        self._table: TableRows | None = None
        self._tables = 0  # tables open inside a table of data
        self._cell: tuple[int, int] | None = None
        self._clear()
        self._waiting = self._line()

    def run(self) -> None:
        walk(self._body, self._enter, self._leave)
        self._flush()

    def _clear(self) -> None:
        self._parts: list[str] = []
        self._linked = 0
        self._files = False
        self._mark = ""
        self._unsure: list[str] = []

    def _enter(self, node: Node) -> bool:
        if node.is_text_node:
            self._text(node.text_content or "")
            return False
        tag = node.tag or ""
        if not node.is_element_node:
            return False
        if tag in SILENT:
            self.frames += tag in ("iframe", "object", "embed") and self._zone == "main"
            return False
        if tag in ("br", "hr"):
            self._break()
            return False
        given = attributes(node)
        if tag in PLAIN and not given:
            self._open.append(None)
            return True
        if tag == "img":
            self._picture(given)
            return False
        self._begin(node, tag, given, self._weights.get(node.mem_id) or Weight())
        return True

    def _begin(self, node: Node, tag: str, given: dict[str, str], weight: Weight) -> None:
        zone, faint = self._zones.of(node, given, weight, self._zone)
        part = self._part_of(node, tag, zone)
        breaks = (part == "" and breaks_line(tag, given)) or part in ("table", "row")
        before = _Open(
            breaks, self._zone, leads_away(tag, given), faint, self._heading, tag == "pre", is_raised(tag, given),
            tag in ("ol", "ul"), part,
        )  # fmt: skip
        if zone in ASIDE and zone != self._zone:
            self._put_aside()
        elif breaks or zone != self._zone:
            self._break()
        self._open.append(before)
        self._zone = zone
        self._links += before.link
        self._faint += faint
        self._pre += before.kept_spaces
        self._raised += before.raised
        if before.link and DATA_FILE.search(given.get("href", "")):
            self._files = True
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._heading = int(tag[1])
        if before.listed:
            self._lists.append(Numbered(given) if tag == "ol" else None)
        if tag == "li" and self._lists and (numbers := self._lists[-1]) and self._table is None:
            self._mark = numbers.mark(given)
        self._begin_part(node, part)

    def _leave(self, node: Node) -> None:
        before = self._open.pop()
        if before is None:
            return
        if before.part == "cell":
            self._end_cell()
        if self._zone in ASIDE and before.zone != self._zone:
            self._take_up()
        elif before.breaks or before.zone != self._zone:
            self._break()
        self._links -= before.link
        self._faint -= before.faint
        self._pre -= before.kept_spaces
        self._raised -= before.raised
        if before.listed:
            self._lists.pop()
        if before.part == "table":
            self._end_table()
        elif before.part == "row" and self._table is not None:
            self._table.end_row()
        elif node.tag == "table" and self._table is not None:
            self._tables -= 1
        elif node.tag == "li":
            self._mark = ""
        self._zone, self._heading = before.zone, before.heading

    def _part_of(self, node: Node, tag: str, zone: Zone) -> Literal["", "table", "row", "cell"]:
        if tag == "table":
            if self._table is not None:
                self._tables += 1
                return ""
            framing = self._zones.is_above_main(node) or is_layout(node, self._weights)
            return "" if zone in ASIDE or framing else "table"
        if self._table is None or self._tables or zone in ASIDE:
            return ""
        return "row" if tag == "tr" else "cell" if tag in ("td", "th") else ""

    def _begin_part(self, node: Node, part: str) -> None:
        if part == "table":
            self._table, self._tables = TableRows(), 0
        elif part == "row" and self._table is not None:
            self._table.begin_row()
        elif part == "cell":
            self._parts.clear()
            self._cell = span_of(node)

    def _end_cell(self) -> None:
        if self._table is not None and self._cell is not None:
            self._table.add(squeezed("".join(self._parts)), *self._cell)
        self._parts.clear()
        self._cell = None

    def _end_table(self) -> None:
        if self._table is None:
            return
        lines = self._table.lines()
        linked = min(1.0, self._linked / max(1, sum(map(len, lines))))
        for line in lines:
            self.pieces.append(Piece(line, self._zone, linked, 0, self._files, tuple(self._unsure)))
            self._unsure = []
        self.shortened = self.shortened or self._table.shortened
        self._table = None
        self._clear()

    def _text(self, words: str) -> None:
        if self._links:
            self._linked += len("".join(words.split()))
        if self._faint and words.strip():
            self._unsure.append(" ".join(words.split()))
        if self._raised:
            words = superscript(words)
        if not self._pre or self._cell is not None:
            self._parts.append(words)
            return
        first, *rest = words.split("\n")
        self._parts.append(first)
        for line in rest:
            self._flush()
            self._parts.append(line)

    def _picture(self, given: dict[str, str]) -> None:
        if self._zone != "main" or not (shown := picture(given)):
            return
        if self._cell is not None:
            self._parts.append(f" {shown} ")
            return
        self._break()
        self.pieces.append(Piece(shown, self._zone))

    def _put_aside(self) -> None:
        """Words that a reader does not see may stand in the middle of a line: the line waits for them to end."""
        self._waiting = self._line()
        self._cell = None
        self._clear()

    def _line(self) -> tuple[list[str], int, bool, str, list[str], tuple[int, int] | None]:
        return self._parts, self._linked, self._files, self._mark, self._unsure, self._cell

    def _take_up(self) -> None:
        self._flush()
        self._parts, self._linked, self._files, self._mark, self._unsure, self._cell = self._waiting

    def _break(self) -> None:
        """End of a line; inside a cell, where a row must stay one line, a space."""
        if self._cell is not None:
            self._parts.append(" ")
        else:
            self._flush()

    def _flush(self) -> None:
        words = squeezed("".join(self._parts)).strip(EDGES)
        if words:
            if self._mark and not PRINTED.match(words):
                words = f"{self._mark}{words}"
            linked = self._linked / max(1, len("".join(words.split())))
            self.pieces.append(
                Piece(words, self._zone, min(1.0, linked), self._heading, self._files, tuple(self._unsure))
            )
            self._clear()
        else:
            self._parts.clear()
