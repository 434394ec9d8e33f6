"""Texts ended by being listed: 决定废止下列文件：一、… or an attachment headed 国务院决定废止的行政法规.

A list is believed only where its head says so and nothing else: one that mixes 修改 and 废止 is in doubt until staff
have looked, and so is one that is still to come (拟废止).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.document_number import normalise
from ingest.structure.marks import mark_of

ENDS = r"(?:废止|停止执行|宣布失效)"
ENDING = re.compile(ENDS)
INSTRUMENTS = r"(?:文件|法规|规章|规定|公告|通告|通知)"
OPENS = re.compile(
    rf"(?:{ENDS}[^。：:]{{0,12}}(?:下列|以下)[^。：:]{{0,40}}?{INSTRUMENTS}[^。：:]{{0,60}}"
    rf"|(?:下列|以下)[^。：:]{{0,30}}?{INSTRUMENTS}[^。：:]{{0,40}}{ENDS}[^。：:]{{0,20}})[：:]$"
)
"""A head that names what it ends: 下列情形…停止执行 ends no text."""
HEADED = re.compile(r"[\u4e00-\u9fa5、]{0,40}(?:决定|予以|宣布)?废止的[\u4e00-\u9fa5、]{2,20}(?:[（(].{1,30}[）)])?")
MIXED = re.compile(r"修改|修订|修正")
PLANNED = re.compile(r"征求|拟")
NOT_THESE = re.compile(r"除|继续有效|以外")
WHICH = "这份清单里既有修改又有废止，看不出这一部属于哪一种，请核对。"
NOT_YET = "原文只是拟废止或征求意见，尚未生效，请待正式发布后确认。"
LONGEST = 300
CHANGED = re.compile(r"修改为|改为|作如下修改|作出修改|删去|增加")
"""In an entry: it is changed, not ended."""
NAMED = re.compile(r"《([^《》\n]{2,80}(?:《[^《》\n]{2,80}》[^《》\n]{0,40})?)》")
PLAIN_NAME = re.compile(
    r"[\u4e00-\u9fa5][\u4e00-\u9fa5〈〉、“”A-Za-z0-9]{0,80}(?:条例|办法|规定|规则|细则|规范|标准|程序|意见|通知|公告|通告|决定|[批答]复|函)"
    r"(?:[（(](?:试行|暂行)[）)])?(?=[（(；;。]|$)"
)
NO_NAME = re.compile(r"^(?:序号|文件名称|名称|文号|发布日期|备注)$")
TAIL = re.compile(r"[；;。]$")


class Ended(NamedTuple):
    """One entry: `at` is where its line starts."""

    at: int
    title: str
    number: str | None
    words: str
    doubt: str | None = None


def ended_by_list(title: str, text: str) -> Iterator[Ended]:
    """The entries of every list of ended texts, in order."""
    if (MIXED.search(title) and "废止" not in title) or not ENDING.search(text):
        return
    planned = NOT_YET if PLANNED.search(title) else None
    at, head = 0, None
    for line in text.split("\n"):
        words = line.strip()
        if len(words) > LONGEST:
            head = None
        elif entry := _entry(words) if head is not None else None:
            doubt = planned or _doubt_of(head or "")
            if not (doubt is WHICH and CHANGED.search(words)):
                yield Ended(at, entry[0], entry[1], words, doubt)
        elif not (head is not None and (words.startswith("|") or not words)):
            head = words if _opens(words) else None
        at += len(line) + 1


def _doubt_of(head: str) -> str | None:
    """What a head leaves open about each of its entries."""
    if PLANNED.search(head):
        return NOT_YET
    return WHICH if MIXED.search(head) else None


def _opens(line: str) -> bool:
    if not ENDING.search(line) or NOT_THESE.search(line):
        return False
    mark = mark_of(line)
    if OPENS.search(line):
        return True
    if mark and mark.style not in ("一、", "（一）", "附件"):
        return False  # 2.废止的文件目录 is a line of the list of attachments
    bare = line[mark.body :].strip() if mark else line
    return HEADED.fullmatch(bare) is not None and "关于" not in bare


def _entry(line: str) -> tuple[str, str | None] | None:
    """`(title, number)` of a numbered line, a table row or a line that starts with 《."""
    mark = mark_of(line)
    if mark is None and not line.startswith("《"):
        return None
    if mark is not None and mark.style in ("条", "章", "附件"):
        return None
    if mark is not None and mark.style == "表":
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        names = [cell for cell in cells if len(cell) > 4 and not NO_NAME.match(cell) and not normalise(cell)]
        names = names or [cell for cell in cells if NAMED.search(cell)]
        if not names:
            return None
        name = NAMED.search(names[0]) or PLAIN_NAME.match(names[0])
    else:
        rest = line[mark.body :] if mark else line
        name = NAMED.search(rest) or PLAIN_NAME.match(TAIL.sub("", rest))
    if name is None:
        return None
    title = name[1] if name.re is NAMED else name[0]
    return title, normalise(line.replace(title, "", 1))
