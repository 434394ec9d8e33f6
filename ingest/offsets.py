"""Where every place of a repaired text was in the original, and back, however many steps lie between.

An offset map is a sorted list of changes; whatever lies between two changes is the same on both sides. Maps compose:
`first.then(second)` tells of both, and changes of the two that touch the same characters become one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from ingest.repair.edit import Edit


class Change(NamedTuple):
    """`[start, end)` of the original became `[new_start, new_end)` of the repaired text; `steps` names who did it.

    A flag is a change that left the words as they are. `certain` is False when any of the steps was not certain.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    steps: tuple[str, ...]
    certain: bool = True

    @property
    def shift(self) -> int:
        """By how many characters the text after it moved."""
        return (self.new_end - self.new_start) - (self.end - self.start)


class OffsetMap:
    """Changes in order, none overlapping another, and the arithmetic over them. Offsets count characters.

    Mapping is O(log n) in the number of changes, composing is linear in those of both maps.
    """

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.changes: tuple[Change, ...] = tuple(changes)
        self._starts = [change.start for change in self.changes]
        self._new_starts = [change.new_start for change in self.changes]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OffsetMap) and self.changes == other.changes

    def __hash__(self) -> int:
        return hash(self.changes)

    def __repr__(self) -> str:
        return f"OffsetMap({list(self.changes)!r})"

    @classmethod
    def of(cls, step: str, edits: Sequence[Edit]) -> OffsetMap:
        """The map of one step's edits, which are in order and do not overlap."""
        shifts = accumulate((len(edit.after) - (edit.end - edit.start) for edit in edits), initial=0)
        return cls(
            Change(start, end, start + shift, start + shift + len(after), (step,), certain)
            for (start, end, after, certain), shift in zip(edits, shifts, strict=False)
        )

    def then(self, later: OffsetMap) -> OffsetMap:
        """This map followed by another, whose original is this one's repaired text."""
        if not self.changes or not later.changes:
            return self if self.changes else later
        joined = []
        before = after = 0  # shifts of this map and of the later one up to the group at hand
        for start, end, mine, theirs in _groups(self.changes, later.changes):
            own, new = _shift(mine), _shift(theirs)
            both = mine + theirs
            steps = tuple(dict.fromkeys(step for change in both for step in change.steps))
            certain = all(change.certain for change in both)
            joined.append(Change(start - before, end - before - own, start + after, end + after + new, steps, certain))
            before, after = before + own, after + new
        return OffsetMap(joined)

    def to_repaired(self, offset: int) -> int:
        """Where the character at an offset of the original is now; of one that is gone, where it would stand."""
        if not (at := bisect_right(self._starts, offset)):
            return offset
        change = self.changes[at - 1]
        if offset >= change.end:
            return offset + change.new_end - change.end
        return change.new_start + (0 if change.shift else offset - change.start)

    def to_original(self, offset: int) -> int:
        """Where the character at an offset of the repaired text was; inside a change of length, where that began."""
        if not (at := bisect_right(self._new_starts, offset)):
            return offset
        change = self.changes[at - 1]
        if offset >= change.new_end:
            return offset + change.end - change.new_end
        return change.start + (0 if change.shift else offset - change.new_start)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The original of `[start, end)` of the repaired text; a change it cuts into is taken whole."""
        first = self.to_original(start)
        if end <= start:
            return first, first
        change = self.changes[at - 1] if (at := bisect_right(self._new_starts, end - 1)) else None
        if change and change.shift and end - 1 < change.new_end:
            return first, change.end
        return first, self.to_original(end - 1) + 1


def _shift(changes: Sequence[Change]) -> int:
    shift = 0
    for start, end, new_start, new_end, _steps, _certain in changes:
        shift += new_end - new_start - end + start
    return shift


_Group = tuple[int, int, list[Change], list[Change]]


def _groups(first: Sequence[Change], later: Sequence[Change]) -> Iterable[_Group]:
    """Changes of both maps that share characters of the text between the two, with the span they cover there.

    Touching ones stay apart, save two empty spans at one place, which have no order of their own.
    """
    spans = sorted(
        [(change.new_start, change.new_end, 0, change) for change in first]
        + [(change.start, change.end, 1, change) for change in later],
        key=_span,
    )
    start = end = -1
    sides: tuple[list[Change], list[Change]] = ([], [])
    for begin, stop, side, change in spans:
        if begin < end or begin == stop == start == end:
            end = max(end, stop)
        else:
            if start >= 0:
                yield start, end, *sides
            start, end, sides = begin, stop, ([], [])
        sides[side].append(change)
    yield start, end, *sides


def _span(item: tuple[int, int, int, Change]) -> tuple[int, int]:
    return item[0], item[1]
