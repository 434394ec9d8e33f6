"""The title of a text, from its own first lines; file names and records only where the text has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ingest.dates import DATE
from ingest.document_number import BRACKETED, NOTICE, ORDER
from ingest.structure_marks import mark_of
from kb.address import instrument_name

ENDINGS = re.compile(
    r"(?:法|法典|条例|办法|规定|规则|规范|细则|解释|决定|决议|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求|"
    r"要点|制度|方案|规划|批复|函|说明|附录|清单|名单|答复|规程|章程|解读|修正案|大纲|公约|计划|须知|手册|问答)"
    r"(?:[（(][^（）()]{1,30}[）)])*$"
)
ORPHAN = re.compile(r"^附\s*[件录表]\s*[\d一二三四五六七八九十]*[:：]?$")
ISSUED = re.compile(r"印发.{0,3}《([^《》]+)》的通知")
EDITION = re.compile(r"[（(]\s*(\d{4})\s*年?\s*(?:第?[一二三四五六]?次?)?(?:修订|修正|修改)?\s*(?:版|本)?\s*[）)]")
EDITION_LINE = re.compile(r"[（(](?:\d{4}\s*年?.{0,6}版|试行|暂行|征求意见稿)[）)]")
FILE_DATE = re.compile(r"[（(]\d{4}-\d{2}-\d{2}[）)]")
INNER = re.compile(r"(?<=[\u3400-\u9fff《》（）〈〉、])[ \u3000\xa0]+(?=[\u3400-\u9fff《》（）〈〉、])")
LONGEST = 120


def find_title(lines: Sequence[str], name: str, given: Mapping[str, object]) -> tuple[str, str, int]:
    """`(title, the words or record it rests on, number of lines up to the end of the title)`."""
    first = 0
    while first < len(lines) - 1 and ORPHAN.match(lines[first]):
        first += 1
    joined, count = "", 0
    for line in lines[first : first + 3]:
        if not may_be_title(line) or (joined and (NOTICE.search(line) or BRACKETED.search(line))):
            break
        joined, count = joined + line, count + 1
        if ENDINGS.search(tidy_title(joined)):
            break
    if count and first + count < len(lines) and EDITION_LINE.fullmatch(lines[first + count]):
        joined, count = joined + lines[first + count], count + 1
    printed = lines[first] if count > 1 and not ENDINGS.search(tidy_title(joined)) else joined
    title = tidy_title(printed)
    if issued := ISSUED.search(title):
        return _issued_text(tidy_title(issued[1]), lines[first + 1 : first + 12], title), printed, first + count
    if title and ENDINGS.search(title):
        return title, printed, first + count
    if isinstance(stated := given.get("title"), str) and stated.strip():
        return tidy_title(stated), "来源记录：标题", first + count
    if title:
        return title, printed, first + 1
    return tidy_title(FILE_DATE.sub("", PurePath(name).stem)), "文件名", first


def may_be_title(line: str) -> bool:
    """Whether a line near the top can be part of a title: short; no sentence, number, date or heading."""
    if len(line) > LONGEST or line.endswith(("。", "：", ":", "；", "，")) or line[0] in "（(|［[" or DATE.match(line):
        return False
    if any(pattern.fullmatch(line) for pattern in (BRACKETED, NOTICE, ORDER)):
        return False
    mark = mark_of(line)
    return mark is None or mark.style not in ("条", "章", "节", "编", "一、", "（一）", "附件", "表")


def tidy_title(words: str) -> str:
    words = words.strip()
    return INNER.sub("", words.strip("《》") if words.count("《") == 1 and words.startswith("《") else words)


def instrument_and_edition(title: str) -> tuple[str, str | None]:
    """`(instrument, year)`: the name that all versions share, and the year of an edition word such as （2014年版）."""
    edition = EDITION.search(title)
    return instrument_name(EDITION.sub("", title)), edition[1] if edition else None


def _issued_text(named: str, lines: Sequence[str], notice: str) -> str:
    """A notice that issues a text: that text's own title, of up to three lines, if it follows; else the notice's."""
    for start in range(len(lines)):
        joined = ""
        for line in lines[start : start + 3]:
            if not may_be_title(line):
                break
            joined += tidy_title(line)
            if joined.endswith(named) and "《" not in joined and len(joined) <= LONGEST:
                return joined
    return notice
