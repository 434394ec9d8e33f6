"""Chinese and Arabic whole numbers as statutes write them, read and printed."""

from __future__ import annotations

import re

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL_CHARACTERS = "〇○零一二三四五六七八九十百千两0-9０-９"
NUMERAL = f"[{NUMERAL_CHARACTERS}]+"
_ONE = "[一二三四五六七八九两]"
_ZERO = "[零〇○]"
WELL_FORMED = re.compile(
    rf"[0-9０-９]+|[零〇○一二三四五六七八九]+"
    rf"|(?:{_ONE}千(?:(?={_ONE}百)|(?={_ZERO})|$))?(?:{_ZERO}?{_ONE}百(?:(?={_ONE}?十)|(?={_ZERO})|$))?"
    rf"(?:{_ZERO}?{_ONE}?十)?(?:{_ZERO}?{_ONE})?"
)
"""Digits, numerals digit by digit, or thousands, hundreds, tens and ones in that order, 零 where a rank is left out."""


def to_number(words: str) -> int:
    """Read a Chinese or Arabic whole number: `一百二十三`, `一二三`, `123`, `１２３`. Raises ValueError."""
    if words.isdecimal():
        return int(words)
    if not words or any(c not in DIGITS and c not in UNITS and not c.isdecimal() for c in words):
        raise ValueError(f"不是数字：{words}")
    if not any(c in UNITS for c in words):
        return int("".join(str(DIGITS[c] if c in DIGITS else int(c)) for c in words))
    total = digit = 0
    for c in words:
        if c in UNITS:
            total += (digit or 1) * UNITS[c]
            digit = 0
        else:
            digit = DIGITS[c] if c in DIGITS else int(c)
    return total + digit


def ordinal(words: str) -> int:
    """The number of a provision, from 1 to 9999. Raises ValueError, also for what only looks like a number: 二三十,
    一百二 (120 or 102?), 十百."""
    if not words or WELL_FORMED.fullmatch(words) is None or not 0 < (number := to_number(words)) < 10_000:
        raise ValueError(f"不是条款序号：{words}")
    return number


def to_chinese(number: int) -> str:
    """Print a whole number from 1 to 9999 as statutes do: 110 → 一百一十, 12 → 十二, 1001 → 一千零一."""
    if not 0 < number < 10_000:
        raise ValueError(f"条款序号应在 1 到 9999 之间：{number}")
    out, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if pending_zero else "") + "零一二三四五六七八九"[digit] + name
            pending_zero = False
        elif out:
            pending_zero = True
    return out[1:] if out.startswith("一十") else out
