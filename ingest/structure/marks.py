"""What a line opens: an article, a chapter, an outline entry, a table row, an attachment, or nothing.

A mark is only a claim made by the look of one line; whether it is accepted depends on what came before it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import zip_longest
from typing import NamedTuple

from kb.address import article_segment, to_chinese, to_number

CHINESE = "[〇零一二三四五六七八九十百千]{1,8}"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
SPACE = r"[ \t\u3000\xa0]"

DIVISION = re.compile(rf"第(?P<number>{CHINESE}|\d{{1,3}})(?P<rung>分编|编|章|节|部{SPACE}?分)(?P<title>.*)")
SENTENCE = re.compile(r"[，。；：、？]|的|规定")
ARTICLE = re.compile(
    rf"第{SPACE}*(?P<number>{CHINESE}|[\d０-９]{{1,4}}){SPACE}*条(?:之(?P<extra>[一二三四五六七八九十]{{1,3}}))?(?P<gap>{SPACE}*)"
)
REFERENCE = re.compile(
    r"[、，,；;。）)]|至|和|或|与|及|以及|的|规定|所|第(?!.{1,3}类|三人|三方)|款|项|中|之|修改|增加|改为"
)
UNIT = r"(?:[%％‰℃°μ]|(?:mg|ml|mL|kg|g|mm|cm|m|L|V|A|Hz|kHz|MHz|kPa|mol|h|s)(?![A-Za-z])|[倍万亿元])"
"""Behind a decimal it makes the number a measure, not a heading."""
LISTED = re.compile(
    rf"项(?:规定|所|的|情形)|[、，和或及与至]?{SPACE}*[（(]{SPACE}*[一二三四五六七八九十\d]{{1,3}}{SPACE}*[）)]"
)
"""Behind （一） or （1） it makes the number a reference: （一）至（六）项所列…"""
GRADES = re.compile(r"[二三四五六七八九十]{1,2}(?:级|类|期|、)")
"""Behind 一、 it makes the number part of a series: 二、三类医疗器械…"""
OUTLINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一、", re.compile(rf"(?P<number>{CHINESE}){SPACE}*、{SPACE}*")),
    ("（一）", re.compile(rf"[（(]{SPACE}*(?P<number>{CHINESE}){SPACE}*[）)]{SPACE}*[、.．]?{SPACE}*")),
    ("1.1", re.compile(rf"(?P<number>[1-9]\d?(?:[.．]\d{{1,2}}){{1,4}})(?![\d.．]|{UNIT})[.．、]?{SPACE}*")),
    ("1 ", re.compile(rf"(?P<number>[1-9]\d?){SPACE}+(?=[\u4e00-\u9fff])")),
    ("1.", re.compile(rf"(?P<number>\d{{1,3}}){SPACE}*[.．、](?![\d０-９]){SPACE}*")),
    ("（1）", re.compile(rf"[（(]{SPACE}*(?P<number>\d{{1,3}}){SPACE}*[）)]{SPACE}*[、.．]?{SPACE}*")),
    ("1）", re.compile(rf"(?P<number>\d{{1,2}})[）)]{SPACE}*")),
    ("①", re.compile(rf"(?P<number>[{CIRCLED}]){SPACE}*")),
)
ATTACHMENT = re.compile(
    rf"附{SPACE}*(?P<word>件|录|表|(?={SPACE}*(?:\d{{1,2}}{SPACE}*)?(?:[:：]|$))){SPACE}*"
    rf"(?P<number>(?:[\d０-９]{{1,3}}(?:[-－—–.．]\d{{1,2}}(?!\d))?|[一二三四五六七八九十]{{1,3}}|[A-ZⅠ-Ⅻ]{{1,3}}(?![A-Za-z]))?){SPACE}*"
    rf"(?P<sign>[:：.、]?){SPACE}*(?P<title>[^。]{{0,50}})"
)
NOT_A_TITLE = re.compile(r"[的中及和与所应由为等或]|[（(].*[：:]$")
UNNUMBERED = re.compile(rf"(?:总{SPACE}*则|附{SPACE}*则|罚{SPACE}*则|法{SPACE}*律{SPACE}*责{SPACE}*任)")
CONTENTS = re.compile(rf"目{SPACE}*[录次]")
DATE_LINE = re.compile(r"[二〇○零一\d]{4}年[〇○零一二三四五六七八九十\d]{1,3}月[〇○零一二三四五六七八九十\d]{1,3}日")
RANK = {"编": 1, "分编": 2, "部分": 2, "章": 3, "节": 4}


class Mark(NamedTuple):
    """`style` names the kind of number (`条`, `章`, `一、`, `（1）` …); `body` is the length of the printed number."""

    style: str
    value: int
    segment: str
    body: int
    parts: tuple[int, ...] = ()
    extra: int = 0
    spaced: bool = True


class Line(NamedTuple):
    """One line that is not blank, `[start, end)` without its surrounding spaces."""

    start: int
    end: int
    text: str
    mark: Mark | None


def read_lines(text: str) -> list[Line]:
    lines, position = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            start = position + raw.index(words[0])
            lines.append(Line(start, start + len(words), words, mark_of(words)))
        position += len(raw) + 1
    return [_checked(line, following) for line, following in zip_longest(lines, lines[1:])]


def _checked(line: Line, following: Line | None) -> Line:
    """附则 without a number is a chapter only where an article or a section follows."""
    mark = line.mark
    if mark is None or mark.style != "章" or mark.value:
        return line
    opens = following is not None and following.mark is not None and following.mark.style in ("条", "节")
    return line if opens else line._replace(mark=None)


def next_marks(lines: Sequence[Line], styles: Container[str]) -> list[Mark | None]:
    """For each line the mark of the next later line in one of these styles, found in one pass."""
    following: list[Mark | None] = [None] * len(lines)
    for position in range(len(lines) - 2, -1, -1):
        mark = lines[position + 1].mark
        following[position] = mark if mark and mark.style in styles else following[position + 1]
    return following


def mark_of(line: str) -> Mark | None:
    """The mark at the start of a line, or None for plain text."""
    if line.startswith("|"):
        return Mark("表", 0, "表", 0)
    if len(line) <= 12 and UNNUMBERED.fullmatch(line):
        return Mark("章", 0, re.sub(r"\s", "", line), 0)
    if line.startswith("第"):
        return _article(line) or _division(line)
    if line.startswith("附"):
        return _attachment(line)
    for style, pattern in OUTLINE:
        match = pattern.match(line)
        if match and not (match.end() == len(line) and style == "1.1"):
            return _outline(style, match)
    return None


def _outline(style: str, match: re.Match[str]) -> Mark | None:
    number = match["number"]
    if style == "1.1":
        parts = tuple(int(part) for part in re.split("[.．]", number))
        return Mark(f"1.{len(parts)}", parts[-1], ".".join(map(str, parts)), match.end(), parts)
    value = CIRCLED.index(number) + 1 if style == "①" else _number(number)
    if value is None or value > 999 or _is_reference(style, match):
        return None
    printed = {"（一）": f"（{number}）", "（1）": f"（{number}）", "1）": f"{number}）"}.get(style, number)
    return Mark(style, value, printed, match.end(), (value,) if style in ("1.", "1 ") else ())


def _is_reference(style: str, match: re.Match[str]) -> bool:
    behind = {"（一）": LISTED, "（1）": LISTED, "一、": GRADES}.get(style)
    if behind is None or match[0][-1].isspace():  # "一、 二类产品" with a space is a heading
        return False
    return behind.match(match.string, match.end()) is not None


def _article(line: str) -> Mark | None:
    match = ARTICLE.match(line)
    if not match or not (value := _number(match["number"])):
        return None
    extra = _number(match["extra"]) if match["extra"] else 0
    # "第一条、第二条规定的…" or "第五条的规定" is a reference, whatever stands before it
    if not match["gap"] and REFERENCE.match(line, match.end()):
        return None
    segment = article_segment(value, extra or None)
    spaced = bool(match["gap"]) or match.end() == len(line)
    return Mark("条", value, segment, match.end(), extra=extra or 0, spaced=spaced)


def _division(line: str) -> Mark | None:
    match = DIVISION.match(line)
    if not match or not (value := _number(match["number"])):
        return None
    title = match["title"]
    spaced = not title or title[0] in " \t\u3000\xa0"
    if len(title) > 50 or title.endswith(("。", "；")) or (not spaced and (len(title) > 20 or SENTENCE.search(title))):
        return None
    rung = match["rung"].replace(" ", "").replace("\u3000", "")
    body = match.start("title") + len(title) - len(title.lstrip())
    return Mark(rung, value, f"第{to_chinese(value)}{rung}", body)


def _attachment(line: str) -> Mark | None:
    match = ATTACHMENT.fullmatch(line)
    if not match or line.endswith(("；", ";")):
        return None
    if not match["number"] and not match["sign"] and NOT_A_TITLE.match(match["title"]):
        return None  # 附件的规格…, 附件（主要包括…）按照…：
    number = match["number"].translate(str.maketrans("０１２３４５６７８９－—–．", "0123456789---."))
    return Mark("附件", 0, f"附{match['word']}{number}", match.start("title"))


def _number(words: str) -> int | None:
    try:
        value = to_number(words)
    except ValueError:
        return None
    return value if 0 < value < 10_000 else None
