"""Repairs of damaged text: an ordered table of named steps, each leaving a before/after record a curator can refuse.

A step looks at the text and proposes edits; only this module's `repair` applies them, so that every offset (of the
record, of page starts) can be carried along. What cannot be proved is kept and flagged `certain=False`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from ingest import repair_furniture, repair_script, repair_web_copy
from ingest.repair_edit import Edit
from kb.model import Repair

Step = Callable[[str], list[Edit]]

STEPS: tuple[tuple[str, Step], ...] = (
    ("不可见字符", repair_furniture.invisible),
    ("文字处理软件残留", repair_furniture.bookmarks),
    ("缺图", repair_furniture.images),
    ("字节错位", repair_web_copy.shifted_bytes),
    ("字中夹拼音", repair_web_copy.pinyin_inside),
    ("括注拼音", repair_web_copy.pinyin_after),
    ("繁体转简体", repair_script.to_simplified),
    ("网页页眉页脚", repair_furniture.site_furniture),
    ("页码", repair_furniture.page_numbers),
    ("标题空格", repair_furniture.heading_spaces),
    ("被遮盖的字", repair_web_copy.masked),
)
"""Order matters: bytes before pinyin (a shifted character hides its own pinyin), pinyin before script conversion."""


class Repaired(NamedTuple):
    """The repaired text, the record of every repair, and the page starts carried along."""

    text: str
    repairs: tuple[Repair, ...]
    pages: tuple[int, ...] = ()


def repair(text: str, pages: Sequence[int] = ()) -> Repaired:
    """Run every step once. Never raises; running it on its own result changes nothing more."""
    records: list[Repair] = []
    history: list[_Applied] = []
    starts = list(pages)
    for name, step in STEPS:
        edits = step(text)
        for edit in edits:
            at = edit.start
            for applied in reversed(history):
                at = applied.before(at)
            records.append(
                Repair(step=name, before=text[edit.start : edit.end], after=edit.after, at=at, certain=edit.certain)
            )
        changes = [edit for edit in edits if edit.after != text[edit.start : edit.end]]
        if changes:
            applied = _Applied(changes)
            starts = [applied.after(start) for start in starts]
            text = applied.apply(text)
            history.append(applied)
    return Repaired(text, tuple(records), tuple(starts))


class _Applied:
    """One step's edits, able to map an offset forth and back."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._old_starts = [edit.start for edit in edits]
        shifts = list(accumulate(len(edit.after) - (edit.end - edit.start) for edit in edits))
        self._shifts = [0, *shifts]
        self._new_starts = [edit.start + shift for edit, shift in zip(edits, self._shifts, strict=False)]

    def apply(self, text: str) -> str:
        parts, position = [], 0
        for edit in self._edits:
            parts += [text[position : edit.start], edit.after]
            position = edit.end
        return "".join([*parts, text[position:]])

    def after(self, offset: int) -> int:
        """Where an offset of the old text is in the new one; inside an edit, the edit's start."""
        count = bisect_right(self._old_starts, offset)
        if count and offset < self._edits[count - 1].end:
            return self._new_starts[count - 1]
        return offset + self._shifts[count]

    def before(self, offset: int) -> int:
        """Where an offset of the new text was in the old one; inside an edit, the edit's start."""
        count = bisect_right(self._new_starts, offset)
        if count and offset < self._new_starts[count - 1] + len(self._edits[count - 1].after):
            return self._edits[count - 1].start
        return offset - self._shifts[count]
