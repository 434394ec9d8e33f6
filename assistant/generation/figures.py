"""Numbers with their units as a sentence states them: 六十日, 60日, 百分之五, 10万元以上50万元以下, 届满前六个月.

Chinese and Arabic spellings of one number are equal, and so are 天 and 日. What bounds a number (以上, 不超过, 届满…前)
belongs to it: 五年以下 is not 五年以上.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from kb.numerals import to_number

_HANZI = "〇零一二两三四五六七八九十百千"
_NUMBER = (
    rf"(?:\d+(?:,\d{{3}})*(?:\.\d{{1,6}})?|[{_HANZI}]{{1,9}})[十百千]?(?:万[{_HANZI}]{{0,7}}|亿[{_HANZI}]{{0,7}}万?)?"
)
_UNIT = (
    "个?工作日|个?自然日|个?小时|分钟|个?月|周岁|立方米|平方米|平方厘米|毫克|千克|公斤|微克|毫升|毫米|厘米|公里|摄氏度|"
    "日|天|年|周|元|美元|倍|人|名|家|次|项|件|份|批|克|吨|升|米|度|类|级|期|岁|位|种|个|成|%|‰|℃|㎡|"
    "(?:mg|kg|ml|μg|ug|mm|cm|km|iu|ppm|g|l|m)(?![a-z])"
)
_FIGURE = re.compile(
    rf"(?:(?P<share>百分之|千分之|万分之)(?P<part>\d+(?:\.\d+)?|[{_HANZI}]{{1,6}})(?:点(?P<rest>[{_HANZI}]{{1,4}}))?)"
    rf"|(?:第(?P<ordinal>\d+|[{_HANZI}]{{1,4}}|i{{1,3}})(?P<kind>类|级|期))"
    rf"|(?P<half>半)(?P<halved>年|个月|日|天)"
    rf"|(?<![单同统唯之某逐专])(?P<number>{_NUMBER}|(?<![a-z])i{{1,3}}(?=[类级期]))\s?"
    rf"(?P<to>(?:至|到|-|—|–|~)\s?(?P<other>{_NUMBER})\s?)?(?P<unit>{_UNIT})(?![别型似])"
    rf"|(?P<bare>\d+(?:\.\d+)?)"
)
_ALIKE = {
    "天": "日", "自然日": "日", "个工作日": "工作日", "个自然日": "日", "个月": "月", "个小时": "小时", "㎡": "平方米",
    "周岁": "岁", "公斤": "kg", "千克": "kg", "毫克": "mg", "克": "g", "毫升": "ml", "微克": "μg", "ug": "μg",
    "摄氏度": "℃", "度": "℃", "名": "人", "位": "人",
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3}
_SMALL_TALK = frozenset("个种项件份名位人家次类级期周度成")
"""Units with which 一 is an article more than a number: 一种, 一项."""
_LEAST = re.compile(
    r"(?:不(?:得|能|应当?)?(?:少于|低于|短于|小于)|至少|最[少低短]|起码|≥|>=)(?:为|是|应当?|要|提前|有|保存|留存|保留)?$"
)
_MOST = re.compile(
    r"(?:不(?:得|能|应当?)?(?:超过|高于|多于|大于|超出|长于)|至多|最[多高长大晚迟]|≤|<=)(?:可以?)?(?:为|是|处|延长)?$"
)
_OVER, _UNDER = re.compile(r"(?:超过|高于|多于|大于|超出|>)$"), re.compile(r"(?:不足|不满|未满|低于|少于|小于|<)$")
_BEFORE = re.compile(r"(?:之?前|提前|提早|早于)(?:的|了|至少|不少于)?$")
_UP, _DOWN = re.compile(r"[^，。；]{0,1}(?:及|或)?以上"), re.compile(r"[^，。；]{0,1}(?:及|或)?以下")
_AHEAD, _LATER = re.compile(r"(?:以|之)?前(?!款|项|条|述|置)"), re.compile(r"(?:以|之)?后(?!续)")
_LOOK_BACK = 10
_RANGE_ON = re.compile(rf"(?:至|到|-|—|–|~)\s?(?:百分之)?[\d{_HANZI}]")
_RANGE_FROM = re.compile(rf"(?:{_UNIT}|[\d{_HANZI}])\s?(?:至|到|-|—|–|~)\s?$")
"""15倍至30倍, 百分之五至百分之十."""


class Figure(NamedTuple):
    """`value` of `unit` ("" for a bare number), at `[start, end)`. `bound` is "", "≥", "≤", ">" or "<"; `side` is
    "before" or "after" some event, "" where it is neither."""

    value: Decimal
    unit: str
    bound: str
    side: str
    start: int
    end: int

    def agrees(self, stored: Figure) -> bool:
        """Whether a stored figure says the same; 至少提前六个月 and 届满六个月前 do."""
        same = (self.value, self.unit, self.side) == (stored.value, stored.unit, stored.side)
        early = self.side == "before" and {self.bound, stored.bound} <= {"", "≥"}
        return same and (self.bound == stored.bound or early)


def figures(text: str) -> list[Figure]:
    """Every figure of a text, in order. Linear in its length."""
    plain = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", _ascii(text))
    found: list[Figure] = []
    for match in _FIGURE.finditer(plain):
        found += _read(plain, match)
    return found


def _ascii(text: str) -> str:
    """As `folded`, but Chinese punctuation stays, so that places in the text stay and clauses can be told."""
    return "".join(_plain(one) for one in text)


def _plain(one: str) -> str:
    if one in "，。；：（）！？":
        return one
    if one in "ⅠⅡⅢ":
        return "123"["ⅠⅡⅢ".index(one)]
    return plain if len(plain := unicodedata.normalize("NFKC", one).lower()) == 1 else one


def _read(text: str, match: re.Match[str]) -> list[Figure]:
    start, end = match.span()
    if match["share"]:
        scale = {"百": "%", "千": "‰", "万": "‱"}[match["share"][0]]
        value = _value(match["part"])
        if match["rest"]:
            value += Decimal("0." + "".join(str(to_number(one)) for one in match["rest"]))
        return [Figure(value, scale, *_bounds(text, start, end), start, end)]
    if match["ordinal"]:
        return [Figure(_value(match["ordinal"]), match["kind"], "", "", start, end)]
    if match["half"]:
        return [Figure(Decimal("0.5"), _unit(match["halved"]), *_bounds(text, start, end), start, end)]
    if match["bare"]:
        return [Figure(Decimal(match["bare"]), "", "", "", start, end)]
    unit = _unit(match["unit"])
    bound, side = _bounds(text, start, end)
    if match["to"]:
        other = _value(match["other"])
        first = _value(match["number"])
        large = next((size for size in "亿万" if size in match["other"]), None)
        if large and not re.search("[万亿]", match["number"]):
            first *= {"万": 10_000, "亿": 100_000_000}[large]
        return [
            Figure(first, unit, "≥", side, start, end), Figure(other, unit, "≤", side, start, end),
        ]  # fmt: skip
    value = _value(match["number"])
    if value == 1 and match["number"] == "一" and unit in _SMALL_TALK and not bound:
        return []
    return [Figure(value, unit, bound, side, start, end)]


def _bounds(text: str, start: int, end: int) -> tuple[str, str]:
    left, right = text[max(0, start - _LOOK_BACK) : start], text[end : end + 8]
    bound = ""
    for mark, before, after in (("≥", _LEAST, _UP), ("≤", _MOST, _DOWN)):
        if before.search(left) or after.match(right):
            bound = mark
    if not bound and _RANGE_ON.match(right):
        bound = "≥"
    if not bound and _RANGE_FROM.search(left):
        bound = "≤"
    if not bound:
        bound = ">" if _OVER.search(left) else "<" if _UNDER.search(left) else ""
    side = "before" if _BEFORE.search(left) or _AHEAD.match(right) else "after" if _LATER.match(right) else ""
    return bound, side


def _unit(printed: str) -> str:
    return _ALIKE.get(printed, printed)


def _value(words: str) -> Decimal:
    """10万, 一百二十万, 1.5亿, 三千, 10,000. A run that is no number (十百) counts as what its characters add up to."""
    plain = words.replace(",", "")
    if plain in _ROMAN:
        return Decimal(_ROMAN[plain])
    total = Decimal(0)
    for size, times in (("亿", 100_000_000), ("万", 10_000)):
        if size in plain:
            head, _, plain = plain.partition(size)
            total += (_small(head) if head else Decimal(1)) * times
    return total + (_small(plain) if plain else Decimal(0))


def _small(words: str) -> Decimal:
    if scaled := re.fullmatch(r"(\d+(?:\.\d+)?)([十百千])", words):
        return Decimal(scaled[1]) * {"十": 10, "百": 100, "千": 1000}[scaled[2]]
    return Decimal(words) if re.fullmatch(r"\d+(?:\.\d+)?", words) else Decimal(to_number(words))
