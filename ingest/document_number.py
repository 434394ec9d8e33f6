"""文号: the forms regulators print, and their one normal form.

国家市场监督管理总局令第二十七号 → 国家市场监督管理总局令第27号; 国药监械[2002] 83号 → 国药监械〔2002〕83号;
（2021年 第8号）公告 → 公告2021年第8号. The raw words stay in the evidence.
"""

from __future__ import annotations

import re

from kb import document_number

_GAP = r"[ \t\u3000\xa0]{0,4}"
BRACKETED = re.compile(
    rf"[\u4e00-\u9fa5]{{2}}{_GAP}[〔\[［(（【﹝]{_GAP}\d{{4}}{_GAP}[〕\]］)）】﹞]{_GAP}第?{_GAP}\d{{1,4}}{_GAP}号"
)
NOTICE = re.compile(rf"(?<!\d)\d{{4}}{_GAP}年{_GAP}第{_GAP}[〇○零一二三四五六七八九十百千\d]{{1,5}}{_GAP}号")
"""Two forms by which a line is known to hold a number; `kb.document_number` reads them."""
STANDARD = re.compile(
    r"(?P<code>(?:GB|YY|WS|JJF|JJG|DB\d{2}|T/[A-Z]{2,8})(?:/[TZ])?)\s?(?P<serial>\d+(?:\.\d+)*)(?:\s?[-—–－]+\s?(?P<year>\d{4}))?"
)
LONGEST = 2000
"""Characters looked at: a number stands in a title or on a line, never deep in a page."""


def normalise(words: str) -> str | None:
    """The first number in some words in its normal form, or None."""
    return document_number.normalise(words[:LONGEST])


def is_number(words: str) -> bool:
    """Whether a line, perhaps in brackets, is a number and nothing else."""
    bare = words.strip().strip("（）()").strip()
    if len(bare) > 80:
        return False
    found = document_number.find(bare)
    alone = found is not None and (found.start, found.end) == (0, len(bare))
    return alone or STANDARD.fullmatch(bare) is not None


def standard(words: str) -> str | None:
    """The number of a standard when the words are nothing else: `GB/T 39735—2020` → `GB/T 39735-2020`."""
    if (match := STANDARD.fullmatch(words.strip())) is None:
        return None
    year = f"-{match['year']}" if match["year"] else ""
    return f"{match['code']} {match['serial']}{year}"
