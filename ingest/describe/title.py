"""The title of a text, from its own first lines; file names and records only where the text has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ingest.document_number import BRACKETED, NOTICE, is_number
from ingest.structure.marks import mark_of
from kb.address import instrument_name
from kb.dates import DATE

ENDINGS = re.compile(
    r"(?:法|法典|条例|办法|规定|规则|规范|细则|解释|决定|决议|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求|"
    r"要点|制度|方案|规划|批复|函|说明|附录|清单|名单|答复|规程|章程|解读|修正案|大纲|公约|计划|须知|手册|问答|(?<!代)表)"
    r"(?:[（(][^（）()]{1,30}[）)])*$"
)
ORPHAN = re.compile(r"^附\s*[件录表]\s*[\d一二三四五六七八九十]*[:：]?$")
ISSUED = re.compile(
    r"(?:印发|发布|公布|颁布).{0,3}《([^《》]+)》(?:[（(][^（）()]{1,20}[）)])?的(?:通知|公告|通告)"
    r"|关于(?:印发|发布|公布)([^《》]{4,80})的(?:通知|公告|通告)(?:[（(][^（）()]{1,30}[）)])?$"
)
EDITION = re.compile(r"[（(]\s*(\d{4})\s*年?\s*(?:第?[一二三四五六]?次?)?(?:修订|修正|修改)?\s*(?:版|本)?\s*[）)]")
EDITION_LINE = re.compile(r"[（(](?:\d{4}\s*年?.{0,6}版|试行|暂行|征求意见稿)[）)]")
YEAR_LINE = re.compile(r"(\d{4})\s?年版")
FILE_DATE = re.compile(r"[（(]\d{4}-\d{2}-\d{2}[）)]")
INNER = re.compile(r"(?<=[\u3400-\u9fff《》（）〈〉、])[ \u3000\xa0]+(?=[\u3400-\u9fff《》（）〈〉、])")
GENERIC = re.compile(r"(?:sheet|工作表|表格|新建.{0,12}|未命名.{0,6}|[^\u4e00-\u9fff]{0,3})\s?\d*", re.I)
"""Names that an office program gives, and signs without a word."""
LONGEST = 120
LETTERHEAD = re.compile(
    r"(?P<body>[\u4e00-\u9fa5、 \u3000\xa0]{2,60}?(?:[局部院厅委署]|委员会|管委会|政府|中心|办公室))"
    r"[ \u3000\xa0]{0,8}(?:文[ \u3000\xa0]{0,8}件|公[ \u3000\xa0]{0,8}告|通[ \u3000\xa0]{0,8}告|令)?"
)
FORM = re.compile(r"(?:文\s{0,8}件|公\s{0,8}告|通\s{0,8}告|令)|第?\s?[\d〇零一二三四五六七八九十]{1,4}\s?号")
PROMULGATED = re.compile(r"^《([^《》]{2,80})》[^《》]{0,80}?(?:现予|予以)(?:公布|发布)")
BANNER = re.compile(
    r"\d{6}|特\s{0,4}急|加\s{0,4}急|急\s{0,4}件|平\s{0,4}急|(?:机密|秘密)(?:\s?★.{0,10})?|内部资料.{0,12}|ICS[\s\d.,;；]*"
    r"|(?:CCS\s?)?[A-Z]\s?\d{2}|备案号.{0,20}"
)
"""Lines printed above a letterhead or the cover of a standard: copy number, urgency, classification."""
COVER = re.compile(
    r"[A-Z]{2}(?:/[A-Z])?|[\u4e00-\u9fa5]{2,20}(?:国家|行业|地方|团体|企业)标准|(?:部分)?代替.{2,80}|Replac.{2,80}"
)
"""Lines of the cover of a standard that stand above its name, beside its number."""
STANDARD_ISSUED = re.compile(r"\d{4}\s?-.{2,8}发布|发布$|前\s*言$|[\dA-Za-z (（]")
HEAD = 12  # lines in which a letterhead ends and the title of what is promulgated comes


def find_title(lines: Sequence[str], name: str, given: Mapping[str, object]) -> tuple[str, str, int]:
    """`(title, the words or record it rests on, number of lines up to the end of the title)`."""
    if (promulgated := _promulgated(lines)) is not None:
        return promulgated
    first = 0
    while first < len(lines) - 1 and ORPHAN.match(lines[first]):
        first += 1
    if (cover := _standard_cover(lines, first)) is not None:
        return cover
    first = _below_letterhead(lines, first)
    joined, count = "", 0
    for line in lines[first : first + 3]:
        number = NOTICE.search(line) or BRACKETED.search(line) or YEAR_LINE.fullmatch(line.strip())
        if not may_be_title(line) or (joined and number):
            break
        joined, count = joined + line, count + 1
        if ENDINGS.search(tidy_title(joined)):
            break
    if count and first + count < len(lines) and EDITION_LINE.fullmatch(lines[first + count]):
        joined, count = joined + lines[first + count], count + 1
    edition = YEAR_LINE.fullmatch(lines[first + count].strip()) if count and first + count < len(lines) else None
    if edition:
        joined, count = f"{joined}（{edition[1]}年版）", count + 1
    printed = lines[first] if count > 1 and not edition and not ENDINGS.search(tidy_title(joined)) else joined
    title = tidy_title(printed)
    if issued := ISSUED.search(title):
        named = tidy_title(issued[1] or issued[2])
        return _issued_text(named, lines[first + 1 : first + 12], title), printed, first + count
    if title and ENDINGS.search(title):
        return title, printed, first + count
    if isinstance(stated := given.get("title"), str) and stated.strip():
        return tidy_title(stated), "来源记录：标题", first + count
    if title:
        return title, printed, first + 1
    return tidy_title(FILE_DATE.sub("", PurePath(name).stem)), "文件名", first


def without_banner(lines: Sequence[str]) -> list[str]:
    """The lines without those above a letterhead or cover; all of them when nothing else is left."""
    first = 0
    while first < len(lines) and BANNER.fullmatch(lines[first].strip()[:LONGEST]):
        first += 1
    return list(lines[first:] or lines)


def _standard_cover(lines: Sequence[str], first: int) -> tuple[str, str, int] | None:
    """The name of a standard below 中华人民共和国…标准 and its number; its parts stand on up to three lines."""
    below = first
    while below < min(len(lines), first + HEAD) and (COVER.fullmatch(lines[below].strip()) or is_number(lines[below])):
        below += 1
    above = [line.strip() for line in lines[first:below]]
    if not any(line.endswith("标准") for line in above) or not any(is_number(line) for line in above):
        return None
    last = below
    while last < min(len(lines), below + 3) and may_be_title(lines[last]) and not STANDARD_ISSUED.match(lines[last]):
        last += 1
    printed = "".join(lines[below:last])
    return (tidy_title(printed), printed, last) if printed else None


def letterhead(lines: Sequence[str]) -> str | None:
    """The body in whose name a text begins: 国家药品监督管理局文件, or its name alone above 公告."""
    match = LETTERHEAD.fullmatch(lines[0].strip()) if lines and len(lines[0]) <= LONGEST else None
    if match is None or _below_letterhead(lines, 0) == 0:
        return None
    return re.sub(r"\s+", "", match["body"])


def _below_letterhead(lines: Sequence[str], first: int) -> int:
    """The line after issuer, form and number where they stand above a title; else `first`."""
    below = first
    while below < min(len(lines) - 1, first + HEAD) and _is_letterhead(lines[below].strip()):
        below += 1
    # a body alone may be the first line of the title; a form or a number shows that it is a letterhead
    shown = any(FORM.search(line[-8:]) or is_number(line) for line in lines[first:below])
    ends = shown and any(ENDINGS.search(tidy_title(line)) for line in lines[below : below + 3] if may_be_title(line))
    return below if ends else first


def _is_letterhead(line: str) -> bool:
    if len(line) > LONGEST:
        return False
    return is_number(line) or LETTERHEAD.fullmatch(line) is not None or FORM.fullmatch(line) is not None


def _promulgated(lines: Sequence[str]) -> tuple[str, str, int] | None:
    """The text an order promulgates: 《…》已经…通过，现予公布. Its own title follows below the signature."""
    for at, line in enumerate(lines[:HEAD]):
        if match := PROMULGATED.match(line[: LONGEST * 4]):
            title = tidy_title(match[1])
            below = next((n for n in range(at + 1, len(lines)) if tidy_title(lines[n]) == title), at)
            return title, line, below + 1
    return None


def may_be_title(line: str) -> bool:
    """Whether a line near the top can be part of a title: short; no sentence, number, date or heading."""
    if (
        len(line) > LONGEST
        or line.endswith(("。", "：", ":", "；", "，", "？", "?"))
        or line[:1] in "（(|［["
        or DATE.match(line)
    ):
        return False
    if GENERIC.fullmatch(line) or is_number(line):
        return False
    mark = mark_of(line)
    return mark is None or mark.style not in ("条", "章", "节", "编", "一、", "（一）", "附件", "表")


def tidy_title(words: str) -> str:
    words = words.strip()
    whole = words.count("《") == 1 and words.startswith("《") and words.endswith("》")
    return INNER.sub("", words[1:-1] if whole else words)


def instrument_and_edition(title: str) -> tuple[str, str | None]:
    """`(instrument, year)`: the name that all versions share, and the year of an edition word such as （2014年版）."""
    edition = EDITION.search(title)
    return instrument_name(EDITION.sub("", title)), edition[1] if edition else None


def _issued_text(named: str, lines: Sequence[str], notice: str) -> str:
    """A notice that issues a text: that text's own title, of up to three lines, if it follows; else the notice's."""
    for start in range(len(lines)):
        joined = ""
        for line in lines[start : start + 3]:
            if not may_be_title(line) or mark_of(line) is not None:  # 1.样例办法 is a line of the list of attachments
                break
            joined += tidy_title(line)
            if joined.endswith(named) and "《" not in joined and len(joined) <= LONGEST:
                return joined
    return notice
