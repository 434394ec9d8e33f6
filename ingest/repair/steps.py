"""Repairs of damaged text: an ordered table of named steps, each leaving a before/after record a curator can refuse.

A step looks at the text and proposes edits; only this module's `repair` applies them, so that every offset (of the
record, of page starts, of any place a reader asks for) can be carried along. What cannot be proved is kept and flagged
`certain=False`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ingest.offsets import OffsetMap
from ingest.repair import furniture, garbled, script, shifted, site, web_copy
from ingest.repair.edit import Edit
from kb.model import Repair

Step = Callable[[str], list[Edit]]
LAYOUT = "版面空白"
"""Blank lines and indentation: mapped like every repair, but too many and too plain to be listed."""
GARBLED = "乱码"
SHIFTED = "字节错位"

STEPS: tuple[tuple[str, Step], ...] = (
    ("乱码还原", garbled.restored),
    (GARBLED, garbled.garbled),
    ("不可见字符", furniture.invisible),
    (LAYOUT, furniture.layout),
    ("文字处理软件残留", furniture.artefacts),
    ("缺图", furniture.images),
    (SHIFTED, shifted.shifted_bytes),
    ("字中夹拼音", web_copy.pinyin_inside),
    ("括注拼音", web_copy.pinyin_after),
    ("繁体转简体", script.to_simplified),
    ("网页页眉页脚", site.site_furniture),
    ("页码", furniture.page_numbers),
    ("标题空格", furniture.heading_spaces),
    ("被遮盖的字", web_copy.masked),
)
"""Order matters: wrongly read bytes before all else (their control characters are data), bytes before pinyin (a shifted
character hides its own pinyin), pinyin before script conversion, and conversion before the words of a web page."""
WORTH_SAYING = 0.005  # share of unreadable characters from which on a better copy should be looked for


class Repaired(NamedTuple):
    """The repaired text, the record of every repair, the page starts carried along, the map between the two texts, and
    sentences for the curator."""

    text: str
    repairs: tuple[Repair, ...]
    pages: tuple[int, ...] = ()
    offsets: OffsetMap = OffsetMap()
    notes: tuple[str, ...] = ()


def repair(text: str, pages: Sequence[int] = ()) -> Repaired:
    """Run every step once. Never raises; running it on its own result changes nothing more."""
    records: list[Repair] = []
    offsets = OffsetMap()
    for name, step in STEPS:
        edits = step(text)
        if name != LAYOUT:
            records += [
                Repair(
                    step=name, before=text[edit.start : edit.end], after=edit.after,
                    at=offsets.to_original(edit.start), certain=edit.certain,
                )
                for edit in edits
            ]  # fmt: skip
        offsets = offsets.then(OffsetMap.of(name, edits))
        text = _applied(text, edits)
    return Repaired(text, tuple(records), tuple(map(offsets.to_repaired, pages)), offsets, _notes(text, records))


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.start], edit.after]
        position = edit.end
    return "".join([*parts, text[position:]])


def _notes(text: str, records: Sequence[Repair]) -> tuple[str, ...]:
    lost = sum(len(fix.after) for fix in records if fix.step in (GARBLED, SHIFTED) and not fix.certain)
    share = lost / max(1, len(text))
    words = f"约 {share:.0%}" if share >= 0.01 else "近 1%"
    return (f"{words} 的文字读不出来（乱码），请找一份完好的文件",) if share >= WORTH_SAYING else ()
