"""The time limits in the words of a rule: 自受理之日起六十个工作日内, 届满6个月前, 届满前90个工作日至30个工作日期间."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from kb.numerals import to_number

Unit = Literal["工作日", "日", "月", "年"]
How = Literal["within", "before", "last", "between"]
_N = r"[\d〇零一二两三四五六七八九十百]{1,5}"
_UNIT = "(?:个?工作日|日|天|个?月|年)"
_SPAN = rf"({_N})\s?({_UNIT})"
_ENDS = "(?:届满|期满|到期)之?"
_BACKWARD = re.compile(
    rf"{_ENDS}前?\s?{_SPAN}(?:前)?至\s?{_SPAN}(?:前|期间|之间|内)?|{_ENDS}前\s?{_SPAN}(以?内|之内)?|{_ENDS}\s?{_SPAN}[之以]?前"
)
_FORWARD = re.compile(
    rf"(?P<base>[^，。；;：:\n]{{1,48}}?)(?:之日(?:次日)?起|当日起|次日起|日起|时起|之后|后|之日)[，,]?[^，。；;：:\n\d〇零一二两三四五六七八九十百]{{0,14}}"
    rf"(?P<number>{_N})\s?(?P<unit>{_UNIT})(?:以内|之内|内)"
)
_FROM = re.compile("自|从|在|于|应当|可以|向|对|后|；")
_BARS = re.compile(r"(?:[，,]\s?)?(?:不予?受理|不得|禁止|不再|未|没有|又|均|累计|连续|多次|两次|发生)")
_CLAUSE_END = "，。；;\n"
LONGEST_CLAUSE = 300
"""Characters on each side of a limit that are read for the ends of its clause."""


class Limit(NamedTuple):
    """`within` so many units after `base`, an event as printed (受理临床试验申请); `before` the end of a term by so
    many at least; in the `last` so many before it; `between` `number` and `nearer` units before it. `rule` are the
    words of the law."""

    how: How
    number: int
    unit: Unit
    base: str
    rule: str
    nearer: int = 0


def limits(words: str) -> list[Limit]:
    """The limits in some words of a law, in their order. A ban for years (十年内不受理) is no limit to keep to."""
    found = sorted([*_backward(words), *_forward(words)], key=lambda one: one[0])
    return [limit for _, limit in found]


def _backward(words: str) -> Iterator[tuple[int, Limit]]:
    for match in _BACKWARD.finditer(words):
        far, far_unit, near, _, number, unit, inside, early, early_unit = match.groups()
        rule = _clause(words, match.start(), match.end())
        if far:
            limit = Limit("between", to_number(far), _unit(far_unit), "期限届满", rule, to_number(near))
        elif number:
            limit = Limit("last" if inside else "before", to_number(number), _unit(unit), "期限届满", rule)
        else:
            limit = Limit("before", to_number(early), _unit(early_unit), "期限届满", rule)
        yield match.start(), limit


def _forward(words: str) -> Iterator[tuple[int, Limit]]:
    for match in _FORWARD.finditer(words):
        if _BARS.match(words, match.end()) or _ends_a_term(match["base"]):
            continue
        base = _FROM.split(match["base"])[-1].strip()
        if base:
            rule = _clause(words, match.start("base"), match.end())
            yield match.start(), Limit("within", to_number(match["number"]), _unit(match["unit"]), base, rule)


def _ends_a_term(base: str) -> bool:
    return base.endswith(("届满前", "期满前"))


def _unit(printed: str) -> Unit:
    unit = printed.removeprefix("个")
    return cast(Unit, "日" if unit == "天" else unit)


def _clause(words: str, start: int, end: int) -> str:
    """The words from the beginning of the clause that holds `start` to the end of the one that holds `end`."""
    low, high = max(0, start - LONGEST_CLAUSE), min(len(words), end + LONGEST_CLAUSE)
    first = max(low - 1, *(words.rfind(mark, low, start) for mark in _CLAUSE_END)) + 1
    last = min((at for mark in _CLAUSE_END if (at := words.find(mark, end, high)) >= 0), default=high)
    return words[first:last].strip()
