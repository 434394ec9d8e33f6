"""The arithmetic of a fine by multiples: 货值金额十五倍以上三十倍以下 and 不足十万元的，按十万元计算, for a value that
the question names. Every figure comes from the quote or from the question.

Where the law fines small values by sums (不足1万元的，并处5万元以上15万元以下罚款；1万元以上的，并处…倍), the value
decides which of the two it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from assistant.answer_model import Reckoning
from kb.model import Citation
from kb.numerals import to_number

_N = r"[\d一二两三四五六七八九十百]{1,5}"
_BASE = "货值金额|货值|违法所得|违法收入|销售金额|检验费用|所得收入"
_RANGE = re.compile(rf"(?P<base>{_BASE})(?P<low>{_N})倍以上(?P<high>{_N})倍以下的?罚款")
_FLOOR = re.compile(rf"(?P<base>{_BASE})不足(?P<below>{_N}[千万]?)元的?，?按(?P<counted>{_N}[千万]?)元(?:计算|罚款)?")
_SUM = rf"{_N}[千万]?"
_CASE = re.compile(
    rf"(?P<base>{_BASE})(?:(?:不足|不满|低于)(?P<under>{_SUM})元|(?P<least>{_SUM})元以上(?:(?:不足|不满)?(?P<below>{_SUM})元(?:以下)?)?)的[，,]"
)
"""For which values a fine is."""
_FIXED = re.compile(
    rf"(?P<base>{_BASE})(?:不足|不满|低于)(?P<under>{_SUM})元的，(?:可以)?并?处(?P<low>{_SUM})元以上(?P<high>{_SUM})元以下的?罚款"
)
_IN_BRACKETS = re.compile("（[^（）]{0,80}）")
_GRAVE = re.compile("情节(?:特别)?严重的[，,]")
_SAID = re.compile(
    r"(?P<base>货值(?:金额)?|违法所得|违法收入|销售金额)[^，。；？\d一二两三四五六七八九十百]{0,6}"
    r"(?P<number>\d{1,9}(?:\.\d{1,4})?|[一二两三四五六七八九十百]{1,5})(?P<unit>[十百千]?万|千|百)?(?:元|块|(?<=万)(?![\d盒瓶支台件人]))"
)
_UNITS = {None: 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000}
REACH = 300
"""Characters before a fine in which its clause begins; twice as many behind it may hold its floor."""


class _Floor(NamedTuple):
    words: str
    below: Decimal
    counted: Decimal


def multiples(question: str, citations: Sequence[Citation]) -> tuple[Reckoning, ...]:
    """One for each quoted fine that goes by what the question names in yuan; () where it names nothing."""
    said = {_base(match["base"]): _yuan(match["number"], match["unit"]) for match in _SAID.finditer(question)}
    made = [one for citation in citations for base, value in said.items() for one in _of_quote(citation, base, value)]
    return tuple(made)


def _base(printed: str) -> str:
    return printed.removesuffix("金额") if printed == "货值金额" else printed


def _of_quote(citation: Citation, base: str, value: Decimal) -> Iterator[Reckoning]:
    quote = citation.quote
    told = f"问题所说的{base}：{_printed(value)}。"
    for fixed in _FIXED.finditer(quote):
        if fixed["base"].startswith(base) and value < _amount(fixed["under"]):
            low, high = _printed(_amount(fixed["low"])), _printed(_amount(fixed["high"]))
            step = f"不足{_printed(_amount(fixed['under']))}，不按倍数算：罚款在{low}以上{high}以下。"
            yield Reckoning(rule=fixed[0], keys=(citation.key,), steps=(told, step))
    for fine in _RANGE.finditer(quote):
        if fine["base"].startswith(base) and _is_for(quote, fine.start(), base, value):
            yield _worked(citation, fine, base, value, told)


def _is_for(quote: str, at: int, base: str, value: Decimal) -> bool:
    """Whether a fine is for such a value: the nearest case that stands before it in its part of the sentence."""
    part = quote[max(quote.rfind(mark, max(0, at - REACH), at) for mark in "。；;\n：:") + 1 : at]
    cases = [case for case in _CASE.finditer(part) if case["base"].startswith(base)]
    if not cases:
        return True
    case = cases[-1]
    if case["under"]:
        return value < _amount(case["under"])
    return value >= _amount(case["least"]) and (not case["below"] or value < _amount(case["below"]))


def _worked(citation: Citation, fine: re.Match[str], base: str, value: Decimal, told: str) -> Reckoning:
    quote = citation.quote
    steps = [told]
    floors = _floors(quote, fine.end(), base)
    short = [floor for floor in floors if value < floor.below]
    steps += [f"不足{_printed(floor.below)}，按{_printed(floor.counted)}计算：“{floor.words}”。" for floor in short]
    if short and len(floors) > 1:
        steps.append("原文对不同情形规定了不同的起算数额，先看属于哪一种。")
    bases = dict.fromkeys([floor.counted for floor in short] + [value] * (len(short) < max(len(floors), 1)))
    low, high = to_number(fine["low"]), to_number(fine["high"])
    for one in bases:
        steps.append(
            f"按{_printed(one)}计：{fine['low']}倍是{_printed(one * low)}，{fine['high']}倍是{_printed(one * high)}，"
            f"罚款在{_printed(one * low)}以上{_printed(one * high)}以下。"
        )
    start = _begins(quote, fine.start())
    return Reckoning(rule=quote[start : fine.end()].strip(), keys=(citation.key,), steps=tuple(steps))


def _begins(quote: str, at: int) -> int:
    """Where the clause of a fine begins: no comma within brackets ends one, and 情节严重的 goes with it."""
    first = max(0, at - REACH)
    part = _IN_BRACKETS.sub(lambda match: "□" * len(match[0]), quote[first:at])
    start = max((part.rfind(mark) for mark in "，。；;\n"), default=-1) + 1
    segment = max((part.rfind(mark) for mark in "。；;\n"), default=-1) + 1
    return first + (segment if _GRAVE.match(part, segment) else start)


def _floors(quote: str, at: int, base: str) -> list[_Floor]:
    """The floors that stand with a fine: before the next one begins, else behind the last fine of the sentence, where
    they are for all of them."""
    last = min(len(quote), at + 2 * REACH)
    stop = quote.find("。", at, last)
    stop = last if stop < 0 else stop
    edges = [at, *(match.start() for match in _RANGE.finditer(quote, at, stop)), stop]
    parts = (_floors_in(quote, start, end, base) for start, end in pairwise(edges))
    return next((found for found in parts if found), [])


def _floors_in(quote: str, at: int, stop: int, base: str) -> list[_Floor]:
    return [
        _Floor(quote[_begins(quote, match.start()) : match.end()], _amount(match["below"]), _amount(match["counted"]))
        for match in _FLOOR.finditer(quote, at, stop)
        if match["base"].startswith(base)
    ]


def _amount(words: str) -> Decimal:
    unit = words[-1] if words[-1] in "千万" and not words.isdecimal() else None
    number = words.removesuffix(unit) if unit else words
    return Decimal(to_number(number) * _UNITS[unit])


def _yuan(number: str, unit: str | None) -> Decimal:
    return (Decimal(number) if number[0].isdigit() else Decimal(to_number(number))) * _UNITS[unit]


def _printed(yuan: Decimal) -> str:
    """As people write it: 150万元, 5000元, 7.5万元."""
    if yuan >= 10_000:
        return f"{(yuan / 10_000).normalize():f}万元"
    return f"{yuan.normalize():f}元"
