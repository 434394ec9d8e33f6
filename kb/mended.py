"""Places that a line break, a scan or a table pulled apart, joined before they are read: 第三十⏎二条, 第 三 十 二 条.

A place that is not read leaves its law cited as a whole, which would then be found in order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from kb.numerals import NUMERAL_CHARACTERS

_SPACE = r"[ \t\r\n\u3000\xa0]{0,4}"
_RUNG = "[条條款项項目章节節编編]"
_NUMBER = rf"(?:[（(]{_SPACE})?(?:[{NUMERAL_CHARACTERS}]{_SPACE}){{1,9}}(?:[）)]{_SPACE})?"
_APART = re.compile(
    rf"第{_SPACE}{_NUMBER}{_RUNG}(?:{_SPACE}之{_SPACE}[{NUMERAL_CHARACTERS}](?![{NUMERAL_CHARACTERS}]))?"
    rf"(?:[ \t\r\u3000\xa0]?\n[ \t\u3000]{{0,3}}(?=第{_NUMBER}[款项項目]))?"
)
_WHITE = re.compile(r"[ \t\r\n\u3000\xa0]+")
_PRINTED = str.maketrans("條項節編", "条项节编")


class Mended(NamedTuple):
    """`words` to be read; `cuts` are the places in them where white space was taken out, `taken` how much of it was
    by then."""

    words: str
    cuts: list[int]
    taken: list[int]

    def original(self, at: int) -> int:
        """The offset in the text as it was printed of an offset in `words`."""
        return at + (self.taken[cut - 1] if (cut := bisect_right(self.cuts, at)) else 0)


def mended(text: str) -> Mended:
    """The text with each place that stands apart joined, and its unit as it is written today (條 → 条)."""
    pieces: list[str] = []
    cuts: list[int] = []
    taken: list[int] = []
    reached = size = 0
    for match in _APART.finditer(text):
        place = match[0].translate(_PRINTED)
        if place == match[0] and not _WHITE.search(place):
            continue
        pieces.append(text[reached : match.start()])
        size += match.start() - reached
        at = 0
        for white in _WHITE.finditer(place):
            pieces.append(place[at : white.start()])
            size += white.start() - at
            at = white.end()
            cuts.append(size)
            taken.append(match.start() + at - size)
        pieces.append(place[at:])
        size += len(place) - at
        reached = match.end()
    return Mended("".join(pieces) + text[reached:], cuts, taken)
