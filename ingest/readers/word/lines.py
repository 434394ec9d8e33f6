"""Lines in the making, with the words that stand beside them: left out, or read with doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.readers.raw import BLANK, LINE_BREAK
from kb.model import Repair

LINE_END = re.compile(LINE_BREAK)


class Mark(NamedTuple):
    """Words beside the text. `at` counts characters of the paragraph, later of the line numbered `line`.

    `inside` is True for words that stand in the text and may be wrong, False for words left out of it.
    """

    step: str
    words: str
    at: int
    line: int = 0
    certain: bool = True
    inside: bool = False


class Lines:
    """Lines of text without blank ones, each mark at its place in them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: list[Mark] = []
        self._rows: dict[int, str] = {}

    def add(self, text: str, marks: Iterable[Mark] = ()) -> None:
        """Add a paragraph. Its line breaks begin lines, which are stripped as `raw.tidy` does."""
        waiting = sorted(marks, key=lambda mark: mark.at)
        if not waiting and not LINE_END.search(text):
            if line := text.strip(BLANK):
                self.lines.append(line)
            return
        start, done = 0, 0
        for piece in re.split(f"({LINE_BREAK})", text):
            end = start + len(piece)
            line = piece.strip(BLANK + "\r\n\v\x85\u2028\u2029")
            cut = len(piece) - len(piece.lstrip(BLANK)) if line else 0
            while done < len(waiting) and waiting[done].at <= end:
                at = min(max(waiting[done].at - start - cut, 0), len(line))
                self.marks.append(waiting[done]._replace(at=at, line=len(self.lines)))
                done += 1
            if line:
                self.lines.append(line)
            start = end

    def add_row(self, line: str, cells: Sequence[Lines]) -> None:
        """Add a line made of the lines of its cells, with their marks: a table row, a note."""
        for cell in cells:
            for mark in cell.marks:
                # a search for each of very many marks in a very long row would not end
                at = max(line.find(mark.words), 0) if mark.inside and len(cell.marks) < 100 else 0
                self.marks.append(mark._replace(at=at, line=len(self.lines)))
        self._rows[len(self.lines)] = " ".join(words for cell in cells if (words := cell.words()))
        self.lines.append(line)

    def words(self) -> str:
        """All in one line, rows of a table without their bars: what goes into a cell of another table."""
        return " ".join(self._rows.get(at, line) for at, line in enumerate(self.lines))

    def extend(self, other: Lines) -> None:
        self._rows |= {at + len(self.lines): words for at, words in other._rows.items()}
        self.marks += [mark._replace(line=mark.line + len(self.lines)) for mark in other.marks]
        self.lines += other.lines

    def text(self) -> str:
        return "\n".join(self.lines)

    def records(self) -> tuple[tuple[Repair, ...], tuple[Repair, ...]]:
        """What is left out of the text, and what of it is in doubt, each at its offset."""
        starts, total = [], 0
        for line in self.lines:
            starts.append(total)
            total += len(line) + 1
        starts.append(max(total - 1, 0))
        left_out: list[Repair] = []
        doubts: list[Repair] = []
        for mark in self.marks:
            at = starts[min(mark.line, len(self.lines))] + mark.at
            into = doubts if mark.inside else left_out
            after = mark.words if mark.inside else ""
            into.append(Repair(step=mark.step, before=mark.words, after=after, at=at, certain=mark.certain))
        return tuple(left_out), tuple(doubts)
