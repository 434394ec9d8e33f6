"""Titles and numbers in a question, where people write them apart: 药品管理法委托生产，第32条怎么说."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.numerals import NUMERAL, ordinal, to_chinese
from kb.places import article_segment
from kb.titles import ABROAD, TITLE_END

LOOSE_PLACE = re.compile(
    rf"(?P<ordinal>第)?(?P<article>{NUMERAL})条(?:之(?P<extra>{NUMERAL}))?(?:第?(?P<paragraph>{NUMERAL})款)?"
)
COUNTED = re.compile("[了共有增删改前后这那每各上下约近超过]$")
"""Before N条 these say how many articles, not which one."""
CONTINUED = re.compile(
    rf"的?(?:实施(?:{TITLE_END})|司法解释|释义|若干|解释[（(]?[一二三四五六七八九十]+(?![下些点])|适用(?:若干|问题))|[律院人]|规(?!定)"
)
"""Words that make another title of the one before them (药品管理法 + 实施条例), or another word of a short spoken name
(环保法 + 规)."""
LISTED = re.compile(r"\s*[、，,和及与或至到]\s*|\s*以及\s*")
"""What may stand between two places of one title: 第三十二条和第三十三条."""


def place(match: re.Match[str]) -> tuple[str, ...]:
    """Canonical path of a match with the groups article, extra and paragraph; () when a numeral cannot be read."""
    found = match.groupdict()
    try:
        extra = found.get("extra")
        segments = [article_segment(ordinal(found["article"]), ordinal(extra) if extra else None)]
        if found.get("paragraph"):
            segments.append(f"第{to_chinese(ordinal(found['paragraph']))}款")
    except ValueError:
        return ()
    return tuple(segments)


def loose_places(question: str, known: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """`(instrument, path)` for each title of a question and its first place apart from a title.

    第X条 counts anywhere; a number without 第 only right after a title (药品管理法32条) or at the end of the question:
    新增了3条 is a number of articles.
    """
    folded = re.sub(r"[\s\u3000]", "", question)
    mentions = _mentions(folded, known)
    ends = {end for _, end, _ in mentions}
    last = len(folded.rstrip("？?。！!"))
    for match in LOOSE_PLACE.finditer(folded):
        at_end = match.end() == last and not COUNTED.search(folded[: match.start()])
        if (match["ordinal"] or match.start() in ends or at_end) and (path := place(match)):
            return [(instrument, path) for _, _, instrument in mentions]
    return []


def mentioned_titles(text: str, known: Mapping[str, str]) -> list[tuple[int, str]]:
    """`(position, instrument)` of known titles in a text, longest first at each place and never overlapping."""
    return [(start, instrument) for start, _, instrument in title_spans(text, known)]


def title_spans(text: str, known: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """The same as `(start, end, instrument)`; positions count characters of the text without its white space."""
    return _mentions(re.sub(r"[\s\u3000]", "", text), known)


def _mentions(folded: str, known: Mapping[str, str]) -> list[tuple[int, int, str]]:
    longest = max(map(len, known), default=0)
    found, position = [], 0
    while position < len(folded):
        for size in range(min(longest, len(folded) - position), 1, -1):
            end = position + size
            name = folded[position:end]
            if name in known and not CONTINUED.match(folded, end) and not _foreign(folded, position):
                found.append((position, end, known[name]))
                position = end - 1
                break
        position += 1
    return found


def _foreign(folded: str, at: int) -> bool:
    """Whether the words before a title make it another country's or region's law."""
    return ABROAD.search(folded[max(0, at - 12) : at]) is not None
