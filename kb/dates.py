"""Dates as Chinese documents print them: 2020年7月1日, 一九九三年一月一日, 二〇一九年八月二十六日, 2026-01-27,
2024.01.15.
"""

from __future__ import annotations

import re
from datetime import date

from kb.numerals import to_number

_DIGIT = "[〇○零一二三四五六七八九\\d]"
_SMALL = "[〇○零一二三四五六七八九十\\d]{1,3}"
PATTERN = rf"{_DIGIT}{{4}}\s{{0,2}}年\s{{0,2}}{_SMALL}\s{{0,2}}月\s{{0,2}}{_SMALL}\s{{0,2}}日"
DATE = re.compile(rf"({_DIGIT}{{4}})\s{{0,2}}年\s{{0,2}}({_SMALL})\s{{0,2}}月\s{{0,2}}({_SMALL})\s{{0,2}}日")
_PLAIN_DATE = r"(?<![\d.])\d{4}(?:-\d{1,2}-|\.\d{1,2}\.|/\d{1,2}/)\d{1,2}(?![\d.])"
ISO = re.compile(r"(?<![\d.])(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?![\d.])")
ANY = rf"(?:{PATTERN}|{_PLAIN_DATE})"


def parse(words: str) -> date | None:
    """The first date in some words, or None. An impossible one (2月30日) is None, not corrected."""
    match = DATE.search(words) or ISO.search(words)
    if not match:
        return None
    try:
        year, month, day = map(to_number, match.groups())
        return date(year, month, day)
    except ValueError:
        return None
