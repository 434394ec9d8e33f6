"""Original and repaired text laid side by side: which stretch of the one stands beside which paragraph of the other.

A row is a paragraph of the repaired text with the stretch of the original it came from, or a stretch of the original
that has no paragraph any more. The rows in order make up both texts, line breaks and outer blanks aside.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.offsets import Change, OffsetMap
from ingest.readers.raw import LINE_BREAK
from kb.model import Repair

BREAK = re.compile(LINE_BREAK)


class Row(NamedTuple):
    """`[start, end)` of the original beside `[new_start, new_end)` of the repaired text, which is empty where nothing
    is left. `changes` are indices of the changes either side shows; `left_out` what a reader set aside here."""

    start: int
    end: int
    new_start: int
    new_end: int
    changes: range
    left_out: tuple[Repair, ...] = ()

    @property
    def plain(self) -> bool:
        return not self.changes and not self.left_out


def rows(
    original: str, repaired: str, offsets: OffsetMap, shown: Sequence[Change], left_out: Sequence[Repair]
) -> list[Row]:
    """Every paragraph of both texts, in order. `shown` are the changes of `offsets` that are worth showing; `left_out`
    is in the order of its places."""
    starts, ends = [change.start for change in shown], [change.end for change in shown]
    spans = list(_spans(original, repaired, offsets))
    found, taken = [], 0
    for position, (start, end, new_start, new_end) in enumerate(spans):
        first, last = bisect_left(ends, start), bisect_right(starts, end)
        while first < last and not _touches(shown[first], start, end):
            first += 1
        while first < last and not _touches(shown[last - 1], start, end):
            last -= 1
        until = taken
        while until < len(left_out) and (left_out[until].at <= end or position == len(spans) - 1):
            until += 1
        found.append(Row(start, end, new_start, new_end, range(first, last), tuple(left_out[taken:until])))
        taken = until
    return found


def _touches(change: Change, start: int, end: int) -> bool:
    """Whether a change has characters in the span, or stands in it or at its edge without any."""
    if change.start == change.end:
        return start <= change.start <= end
    return change.start < end and change.end > start


def _spans(original: str, repaired: str, offsets: OffsetMap) -> Iterator[tuple[int, int, int, int]]:
    """Paragraphs with what they came from; what lies between two goes to its line, or is a row of its own."""
    done = 0
    pending: tuple[int, int, int, int] | None = None
    for new_start, new_end in _lines(repaired):
        start, end = offsets.original_span(new_start, new_end)
        start = max(start, done)
        breaks = list(BREAK.finditer(original, done, start))
        if pending:
            # the rest of the line belongs to the paragraph before
            cut = breaks[0].start() if breaks else done
            yield (pending[0], cut, pending[2], pending[3])
            done = cut
        begin = breaks[-1].end() if breaks else done
        if breaks or pending is None:
            yield from ((at, stop, new_start, new_start) for at, stop in _inked(original, done, begin))
        pending = (begin, max(end, start), new_start, new_end)
        done = max(end, start)
    if pending:
        rest = BREAK.search(original, done)
        cut = rest.start() if rest else len(original)
        yield (pending[0], cut, pending[2], pending[3])
        done = cut
    yield from ((at, stop, len(repaired), len(repaired)) for at, stop in _inked(original, done, len(original)))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if end > at:
            yield at, end
        at = end + 1


def _inked(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines of `[start, end)` that are not blank."""
    at = start
    for brk in BREAK.finditer(text, start, end):
        if text[at : brk.start()].strip():
            yield at, brk.start()
        at = brk.end()
    if text[at:end].strip():
        yield at, end
