"""Words that stand for something named elsewhere: 本法, 该条例, 上述规定, 前款, 本条, 该条.

本… and 前… point at the text they stand in, and are resolved only where it is known which text that is (`Home`);
该…, 同… and 上述… point at what was cited last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from kb.numerals import ordinal, to_chinese
from kb.places import ARTICLE, ITEM, NUMBER, PARAGRAPH, rung_of

KINDS = (
    "条例|办法|规定|规范|细则|解释|规则|通知|公告|通告|决定|意见|指南|指导原则|原则|准则|标准|制度|程序|目录|章程|规程"
    "|方案|文件|要求|措施|法典|法律|法"
)
INSTRUMENT = re.compile(
    rf"(?P<which>(?:(?<![日基根文样版标成资脚剧课])|(?<=[造构形]成))本|该部?|此|上述|前述|(?<![合共])同|这部)"
    rf"(?P<kind>(?:实施|管理|暂行|审查|司法)?(?:{KINDS}))$"
)
"""A word for an instrument (成本 and 样本 are none, 造成本法 is), at the end of the words before a place."""
GENERIC = re.compile(rf"(?:实施|管理|暂行)?(?:{KINDS})")
"""A name that is only a kind of text: 《条例》第五条, where no short name was declared."""
PLACE = (
    r"(?P<which>(?<![目以日当从提先])(?:前|上)一?|下一?|本|该|此|同一?|其中?(?=第))"
    r"(?P<count>[两二三四])?(?P<unit>条(?![例款件约目线文码幅])|款(?![式项])|项(?!目|链)|章(?!程)|节(?![目点约日能])"
    rf"|(?<=其)(?=第{NUMBER}[款项])|(?<=其中)(?=第{NUMBER}[款项]))"
)
"""A word for a place: 前款, 本条, 上一条, 前两款, 该项; 其 before 第二款."""
SPOKEN_OF = re.compile(r"(?:的?规定|所[列称述规]|的情形|情形|中的?|第|[（(])")
"""What stands behind 该款, 该项, 本章 when they mean a provision and not goods."""
_PARAGRAPH_LINE = re.compile(
    r"^(?![ \u3000\t]*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.．、]|[①-⑳]))[ \u3000\t]*\S", re.MULTILINE
)
_UNITS = {"条": ARTICLE, "款": PARAGRAPH, "项": ITEM, "章": 2, "节": 3}
_EDITION = re.compile(r"[（(][^（）()]{1,20}[）)]$")
_KIND_END = re.compile(rf"(?:{KINDS})$")


class Home(NamedTuple):
    """The text being read is (part of) the provision at `path` of the instrument `title`; `aliases` are the short names
    that the instrument declares elsewhere."""

    title: str
    path: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}

    @property
    def within(self) -> tuple[str, ...]:
        """The attachment the text stands in, () for the body of the instrument."""
        article = next((at for at, segment in enumerate(self.path) if rung_of(segment) == ARTICLE), 0)
        return self.path[:article]

    @property
    def article(self) -> tuple[str, ...]:
        """The path of the article the text stands in, () where it is in none."""
        at = next((at for at, segment in enumerate(self.path) if rung_of(segment) == ARTICLE), None)
        return () if at is None else self.path[: at + 1]


class Meant(NamedTuple):
    """The places a word stands for: `path`, and `since` where it stands for several in a row (前两款)."""

    path: tuple[str, ...]
    since: tuple[str, ...] | None = None


def kind_of(title: str) -> str | None:
    """The kind of text a title names: 药品注册管理办法（试行） → 办法; 法典 and 法律 count as 法."""
    plain = _EDITION.sub("", title)
    match = _KIND_END.search(plain[-6:])
    return None if match is None else "法" if match[0] in ("法典", "法律") else match[0]


def own_place(home: Home, which: str, count: str | None, unit: str, paragraph: int | None) -> Meant | None:
    """What 本条, 前款 or 前两款 means in the provision at home; `paragraph` is the number of the paragraph the word
    stands in, where the text tells. None where it means nothing that can be said."""
    rung = _UNITS[unit]
    if rung < ARTICLE:
        own = next((at for at, segment in enumerate(home.path) if rung_of(segment) == rung), None)
        return Meant(home.path[: own + 1]) if own is not None and which == "本" else None
    chain = list(home.path)
    if rung == PARAGRAPH and home.article == home.path and home.path and paragraph and paragraph < 10_000:
        chain.append(f"第{to_chinese(paragraph)}款")
    at = next((at for at, segment in enumerate(chain) if rung_of(segment) == rung), None)
    if at is None:
        return None
    if which == "本":
        return Meant(tuple(chain[: at + 1]))
    if which not in ("前", "前一", "上", "上一", "下", "下一"):
        return None
    step = 1 if which.startswith("下") else -1
    last = _moved(chain[at], step)
    first = _moved(chain[at], step * ordinal(count)) if count else None
    if last is None or (count and first is None):
        return None
    path = (*chain[:at], last)
    return Meant(path, (*chain[:at], first) if first else None)


def _moved(segment: str, by: int) -> str | None:
    """The provision so many places on: 第三条 → 第二条, 第三条之二 → 第三条之一; None before the first."""
    match = re.fullmatch(r"(第（?)(.+?)(）?[条款项])(?:之(.+))?", segment)
    if match is None:
        return None
    try:
        if match[4]:
            extra = ordinal(match[4]) + by
            return f"{match[1]}{match[2]}{match[3]}" + (f"之{to_chinese(extra)}" if extra else "")
        return f"{match[1]}{to_chinese(ordinal(match[2]) + by)}{match[3]}"
    except ValueError:
        return None


class Paragraphs:
    """The paragraphs of an article by their lines; a line that begins with （一） or 1. belongs to the one before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None

    def at(self, position: int) -> int:
        """The number of the paragraph that a position stands in, from 1."""
        if self._starts is None:
            self._starts = [match.start() for match in _PARAGRAPH_LINE.finditer(self._text)]
        return max(1, bisect_right(self._starts, position))
