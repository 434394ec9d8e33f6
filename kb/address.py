"""Legal addresses: how a provision is named in an URL, in a sentence, and in what people type.

An address is `document_id/segment/segment…`, e.g. `药品管理法@2019-08-26/第三十二条/第二款`. Titles resolve exactly or
by a declared short form, never by substring: 药品管理法实施条例 is not 药品管理法.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[〇○零一二三四五六七八九十百千两0-9０-９]+"
COUNTRY = "中华人民共和国"

TITLE_END = (
    "法|法典|条例|办法|规定|规则|规范|细则|解释|决定|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求"
)
_PLACE = (
    rf"第(?P<article>{NUMERAL})条(?:之(?P<extra>{NUMERAL}))?"
    rf"(?:第?(?P<paragraph>{NUMERAL})款)?"
    rf"(?:第?[（(]?(?P<item>{NUMERAL})[）)]?项)?"
    rf"(?:第?(?P<subitem>{NUMERAL})目)?"
)
REFERENCE = re.compile(
    rf"(?:《(?P<title>[^《》]{{2,80}}(?:〈[^〉]*〉[^《》]*)?)》|(?P<bare>[\u4e00-\u9fff（）()]{{1,40}}(?:{TITLE_END})))?"
    rf"(?:[（(](?P<version>[^（）()]{{2,20}})[）)])?\s*{_PLACE}"
)
LOOSE_PLACE = re.compile(rf"第?(?P<article>{NUMERAL})条(?:之(?P<extra>{NUMERAL}))?(?:第?(?P<paragraph>{NUMERAL})款)?")
LEAD_IN = re.compile(r"^(?:.*(?:根据|依据|按照|依照|违反|适用|参照|以及|请问|关于|对于)|[按据依和与及问查看])(?=.{2})")
SELF_NAMES = frozenset(
    ("本法", "该法", "本条例", "该条例", "本办法", "该办法", "本规定", "该规定", "本规范", "上述规定")
)
"""Words that stand for the title named before; who reads them must know which text they are in."""
LISTED = re.compile(r"\s*[、，,和及与或至到]\s*|\s*以及\s*")
"""What may stand between two places of one title: 第三十二条和第三十三条."""
EDITION = re.compile(r"（(?:试行|暂行|修订|修正|\d{4}年?版?|[一二三四五六七八九十\d]+年.{0,6})）$")
TITLE_ONLY = re.compile(r"《(?P<title>[^《》]{2,80})》")


class Reference(NamedTuple):
    """A place named in a text. `title` is None when the text only says 第X条; `path` is () for a whole document."""

    raw: str
    start: int
    end: int
    title: str | None
    path: tuple[str, ...]


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


def place(match: re.Match[str]) -> tuple[str, ...]:
    """Canonical path segments of a matched place; () when a numeral cannot be read."""
    found = match.groupdict()
    try:
        extra = found.get("extra")
        segments = [article_segment(to_number(found["article"]), to_number(extra) if extra else None)]
        if found.get("paragraph"):
            segments.append(f"第{to_chinese(to_number(found['paragraph']))}款")
        if found.get("item"):
            segments.append(f"第（{to_chinese(to_number(found['item']))}）项")
        if found.get("subitem"):
            segments.append(f"第{to_number(found['subitem'])}目")
    except ValueError:
        return ()
    return tuple(segments)


def references(text: str, known: Mapping[str, str]) -> list[Reference]:
    """Every place named in `text`, in order. `known` maps each spoken title (full, short, alias) to its instrument.

    A bare name (without 《》) counts as a title when a known name ends right before 第X条; otherwise the whole run of
    characters is returned as an unknown title, so that it is reported, not resolved to a shorter one.
    """
    found: list[Reference] = []
    covered = [False] * len(text)
    for match in REFERENCE.finditer(text):
        path = place(match)
        if not path:
            continue
        title, start = match["title"], match.start()
        if title is None and match["bare"]:
            bare = match["bare"]
            title = next((bare[i:] for i in range(len(bare)) if instrument_name(bare[i:]) in known), None)
            if title is None:
                title = LEAD_IN.sub("", bare) or bare
                title = None if title in SELF_NAMES else title
            start = match.start("bare") + len(bare) - len(title or "")
        if title is None and found and LISTED.fullmatch(text[found[-1].end : start]):
            title = found[-1].title
        found.append(Reference(text[start : match.end()], start, match.end(), title, path))
        covered[start : match.end()] = [True] * (match.end() - start)
    for match in TITLE_ONLY.finditer(text):
        if not covered[match.start()]:
            found.append(Reference(match[0], match.start(), match.end(), match["title"], ()))
    return sorted(found, key=lambda reference: reference.start)


def mentioned_titles(text: str, known: Mapping[str, str]) -> list[tuple[int, str]]:
    """`(position, instrument)` of known titles in a text, longest first at each place and never overlapping."""
    folded = re.sub(r"[\s\u3000]", "", text)
    longest = max(map(len, known), default=0)
    found, position = [], 0
    while position < len(folded):
        for size in range(min(longest, len(folded) - position), 1, -1):
            name = folded[position : position + size]
            if name in known and not _continues(folded[position + size :]):
                found.append((position, known[name]))
                position += size - 1
                break
        position += 1
    return found


def _continues(rest: str) -> bool:
    """Whether the words after a title make it another title: 药品管理法 + 实施条例."""
    return re.match(rf"(?:实施)(?:{TITLE_END})", rest) is not None
