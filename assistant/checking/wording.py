"""Quoted words against stored words, character by character: whether they stand there, and where they first differ.

White space and the width and shape of punctuation do not count. Everything else does: a quotation that cuts a number
(十五倍 to 五倍) or the 不得 before its first word says something else than the text.
"""

from __future__ import annotations

import re
from array import array
from functools import cached_property
from typing import NamedTuple

from kb.compare import WIDTHS

AROUND = 8
"""Characters shown before a difference, and twice as many after it."""
SEEDS = 24
"""Places of a quotation that are tried to lay it along the text; the more, the more mistakes before the first match."""
_SEED = 5
"""Characters of such a piece; fewer in a short quotation, of which a third may be wrong."""
_NUMERAL = frozenset("〇零一二三四五六七八九十百千万亿两0123456789")
_DENIALS = (
    "不得", "不应", "不能", "不可", "不予", "不需", "不必", "不再", "不宜", "不准", "不许", "禁止", "严禁", "无须",
    "无需", "未经", "尚未", "没有", "并非", "不", "未",
)  # fmt: skip
_DENIED = re.compile("不(?!良|同|断|仅|论|动产|锈)|未(?!成年|来)|禁止|严禁|无[须需]|没有|并非")
_STOP = re.compile("[.,;:?!]")
_UNITS = frozenset("%‰.")
_OMITTED = re.compile(r"…+|\.{3,}|⋯+")
_PUNCTUATION = str.maketrans("。、「」『』“”‘’＂—–－―○", '.."""""""""----〇') | WIDTHS
_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_ENDS = '".,;:!?'


class Difference(NamedTuple):
    """Where quoted words leave the stored ones: `quoted` and `stored` are the words around that place."""

    quoted: str
    stored: str


class Words:
    """A stored text, folded once for every quotation that is compared with it."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.folded = folded(raw)

    def holds(self, quote: str) -> bool:
        """Whether the quoted words stand in it, in order where …… leaves some out."""
        at = 0
        parts = _parts(quote)
        for part in parts:
            found = self._find(part, at)
            if found < 0 or (at and self._denied(at, found) is not None):
                return False
            at = found + len(part)
        return bool(parts)

    def place_of(self, quote: str) -> int | None:
        """Offset in the raw text of the first word of a quotation that it holds, None where it does not."""
        if not self.holds(quote):
            return None
        return self._kept[self._find(_parts(quote)[0], 0)]

    def difference(self, quote: str) -> Difference | None:
        """The first place where a quotation leaves the words that it follows most; None where it follows none."""
        at = 0
        for part in _parts(quote):
            found = self._find(part, at)
            if found < 0:
                return self._difference(part)
            if at and (hidden := self._denied(at, found)) is not None:
                stored = self._stored(hidden - AROUND, hidden + 2 * AROUND)
                return Difference(f"{self._stored(at - AROUND, at)}……{part[: 2 * AROUND]}", stored)
            at = found + len(part)
        return None

    def _denied(self, start: int, end: int) -> int | None:
        """Where a denial stands that …… leaves out of the clauses it cuts into; None where it hides none."""
        left_out = self.folded[start:end]
        stops = [stop.start() for stop in _STOP.finditer(left_out)] or [len(left_out)]
        denied = _DENIED.search(left_out, 0, stops[0]) or _DENIED.search(left_out, stops[-1])
        return start + denied.start() if denied else None

    def _difference(self, part: str) -> Difference | None:
        start = self._along(part)
        if start is None:
            return None
        at = next((n for n in range(len(part)) if self.folded[start + n : start + n + 1] != part[n]), len(part))
        if at < len(part):
            begin = max(0, at - AROUND)
            return Difference(part[begin : at + 2 * AROUND], self._stored(start + begin, start + at + 2 * AROUND))
        if not self._cut(start, start + at):
            return None
        begin, end = (max(0, at - 2 * AROUND), at) if not self._cut(start, start + 1) else (0, 2 * AROUND)
        return Difference(part[begin:end], self._stored(start + begin - (0 if begin else AROUND), start + end + AROUND))

    def _stored(self, start: int, end: int) -> str:
        """The raw words behind a span of the folded ones, on one line."""
        kept = self._kept[max(0, start) : end]
        return re.sub(r"\s+", "", self.raw[kept[0] : kept[-1] + 1]) if kept else ""

    def _along(self, words: str) -> int | None:
        """Where the text must begin for most pieces of `words` to stand in their places."""
        votes: dict[int, int] = {}
        size = min(_SEED, max(2, len(words) // 4))
        step = max(1, (len(words) - size) // SEEDS)
        for at in range(0, max(1, len(words) - size + 1), step):
            found = self.folded.find(words[at : at + size])
            if found >= at:
                votes[found - at] = votes.get(found - at, 0) + 1
        return max(votes, key=lambda start: votes[start]) if votes else None

    def _find(self, part: str, at: int) -> int:
        found = self.folded.find(part, at)
        while found >= 0 and self._cut(found, found + len(part)):
            found = self.folded.find(part, found + 1)
        return found

    def _cut(self, start: int, end: int) -> bool:
        """Whether a number or a denial goes on across either end of a span."""
        text = self.folded
        before, after = text[start - 1 : start], text[end : end + 1]
        if text[start] in _NUMERAL and (before in _NUMERAL if before else False):
            return True
        if text[start].isdigit() and before == "." and text[start - 2 : start - 1].isdigit():
            return True
        if after and text[end - 1] in _NUMERAL and after in _NUMERAL:
            return True
        if (
            after
            and text[end - 1].isdigit()
            and after in _UNITS
            and (after != "." or text[end + 1 : end + 2].isdigit())
        ):
            return True
        return any(text.endswith(denial, 0, start) for denial in _DENIALS) if start else False

    @cached_property
    def _kept(self) -> array[int]:
        """The offset in the raw text of each folded character."""
        kept, at = array("q"), 0
        for space in _SPACE.finditer(self.raw.translate(_PUNCTUATION)):
            kept.extend(range(at, space.start()))
            at = space.end()
        kept.extend(range(at, len(self.raw)))
        return kept


def folded(words: str) -> str:
    """Words as they are compared: white space between two digits stays, so that 1 5 is not 15."""
    return _SPACE.sub("", words.translate(_PUNCTUATION))


def _parts(quote: str) -> list[str]:
    """The folded pieces of a quotation between its ……, without the punctuation at their ends."""
    return [part for part in (folded(piece).strip(_ENDS) for piece in _OMITTED.split(quote)) if part]
