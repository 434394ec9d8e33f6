"""Legal addresses: how a provision is named in an URL, in a sentence, and in what people type.

An address is `document_id/segment/segment…`, e.g. `药品管理法@2019-08-26/第三十二条/第二款`. Titles resolve exactly or
by a declared short form, never by substring: 药品管理法实施条例 is not 药品管理法.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[〇○零一二三四五六七八九十百千两0-9０-９]+"
COUNTRY = "中华人民共和国"
EDITION = re.compile(r"（(?:试行|暂行|修订|修正|\d{4}年?版?|[一二三四五六七八九十\d]+年.{0,6})）$")


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


def article_segment(number: int, extra: int | None = None) -> str:
    return f"第{to_chinese(number)}条" + (f"之{to_chinese(extra)}" if extra else "")


def instrument_name(title: str) -> str:
    """The key of an instrument: its title without 《》, spaces, the country's name and characters unfit for an URL."""
    name = re.sub(r"[\s\u3000《》]+", "", title).replace("〈", "").replace("〉", "")
    name = name.translate(str.maketrans("()", "（）"))
    if name.startswith(COUNTRY) and len(name) > len(COUNTRY) + 1:
        name = name[len(COUNTRY) :]
    return re.sub(r"[/@#?%\\]", "-", name)


def spoken_names(title: str) -> set[str]:
    """The names an instrument goes by: its title, without the country's name, and without （试行） or an edition."""
    instrument = instrument_name(title)
    return {re.sub(r"[\s\u3000《》]", "", title), instrument, EDITION.sub("", instrument)}


def join(document_id: str, path: Iterable[str]) -> str:
    return "/".join((document_id, *path))


def split(address: str) -> tuple[str, tuple[str, ...]]:
    """`(document or instrument id, path)` of an address."""
    document_id, *path = address.strip("/").split("/")
    return document_id, tuple(path)


def label(title: str, path: Iterable[str]) -> str:
    """How people cite it: 《药品管理法》第三十二条第二款; 《…指南》七（四）."""
    short = title.removeprefix(COUNTRY) if len(title) > len(COUNTRY) + 1 else title
    segments = [s for s in path if s not in ("序言", "落款")]
    words = ""
    for segment in segments:
        words += _between(words[-1:], segment[0]) + segment
    return f"《{short}》{words}"


def _between(last: str, first: str) -> str:
    """二 and 4 read as 二、4; 1 and 2 as 1·2; everything else stands side by side."""
    if not first.isascii() or not last:
        return ""
    return "·" if last.isascii() else "、" if last in DIGITS or last in UNITS else ""


def article_of(path: Iterable[str]) -> str | None:
    """The bare article label of a path, or None for a text without articles."""
    return next((s for s in path if re.fullmatch(r"第[^章节编款项目（）]+条(?:之.+)?", s)), None)
