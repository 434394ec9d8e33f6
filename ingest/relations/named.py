"""A text named inside another one: its title as printed, the number beside it, and what about it is doubtful."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ingest.document_number import normalise
from kb.model import RelationKind

TITLE = re.compile(
    r"《(?P<title>[^《》\n]{2,80}(?:《[^《》\n]{2,60}》[^《》\n]{0,40})?)》(?:\s?[（(](?P<bracket>[^（）()\n]{1,40})[）)])?"
)
"""A title, and the brackets right behind it: a number, （试行） or a short form."""
INSIDE = re.compile(r"[（(](?P<bracket>[^（）()]{4,40}号[^（）()]{0,4})[）)]$")
"""A document number printed inside the title: 《医疗器械生产质量管理规范（2014年第64号）》."""
TRIAL = re.compile(r"(?:暂行|试行)$")
COURT = re.compile(r"最高人民(?:法院|检察院)(?:、最高人民(?:法院|检察院))?$")
"""The official title of a judicial interpretation holds the names of the courts that stand in front of 《》."""
FORMS = (
    "法典?|通则|总则|条例|办法|规定|规则|规范|细则|解释|决定|决议|指南|指引|指导(?:原则|意见)|措施|原则|通知|公告|通告|意见|标准|目录"
    "|程序|要求|方案|规程|章程|制度|[批答]?复|复函|函|纲要|规划|要点|大纲|准则|清单|药典|说明|命令|令|修正案|法(?:草案)?"
    "|技术条件|方法|补充规定|计划|政策|守则|纪要|名单|项目|安排|议定书|公约|协定"
)
EDITION = (
    r"(?:[（(〔\[][^（）()]{1,30}[）)〕\]]|[一二三四五六七八九十]+|(?:19|20)\d\d年?版?"
    r"|第[一二三四五六七八九十\d]+(?:部分|号|版)[^（）()]{0,20})"
)
INSTRUMENT = re.compile(rf"(?:.*(?:{FORMS})|关于.*){EDITION}{{0,3}}")
STANDARD = re.compile(r"(?:GB|YY|WS|ISO|IEC|ICH)[ /\dTZE]")
PAPER = re.compile(
    r"(?:证|证书|证明|批件|执照|凭证|(?<!清)单据?|表|文书|通知书|决定书|报告书?|合格证|申请书|协议书?|合同)"
    r"(?:[（(][^（）()]*[）)])?$"
)
"""A paper that the law gives out or asks for, not a text of law: 《药品生产许可证》 ends without ending any text."""
VAGUE = re.compile(
    "(?:本|该|有关|相关|上述|原|旧|新|技术|审评|审查|注册|管理|监督|工作|指导|实施|暂行|试行|补充|若干|具体|质量)*"
    "(?:法|条例|办法|规定|规则|规范|细则|解释|决定|指南|指引|原则|通知|公告|通告|意见|标准|目录|程序|要求|方案)"
    "(?:[（(](?:试行|暂行)[）)])?"
)
DRAFT = re.compile("征求意见|草案|讨论稿|送审稿")

INNER = str.maketrans("〈〉<>", "《》《》")
UNCLEAR = "标题“{}”过于笼统，看不出是哪一部文件，请核对。"
UNFORMED = "“{}”不像法规文件的名称，请核对是否确为文件。"
IN_DRAFT = "这句话写在征求意见稿或草案里，尚未生效，请待正式发布后确认。"


class Found(NamedTuple):
    """A relation before it has its place: `at` is an offset of the text inside the provision it stands in."""

    kind: RelationKind
    at: int
    title: str
    words: str
    article: str | None = None
    target: tuple[str, ...] = ()
    number: str | None = None
    doubt: str | None = None


class Named(NamedTuple):
    """A title as a plain name, and the document number printed with it."""

    title: str
    number: str | None


def named(match: re.Match[str], before: str = "") -> Named:
    """The text named by a match of TITLE; `before` is what stands in front of it."""
    title, bracket = match["title"], match["bracket"] or ""
    number = normalise(bracket)
    if number is None and TRIAL.fullmatch(bracket):
        title = f"{title}（{bracket}）"
    if inside := INSIDE.search(title):
        number = number or normalise(inside["bracket"])
        title = title[: inside.start()] if normalise(inside["bracket"]) else title
    courts = COURT.search(before) if title.startswith("关于") else None
    return Named(plain(f"{courts[0] if courts else ''}{title}"), number)


def plain(title: str) -> str:
    """A title as a plain name; the inner 〈〉 of a nested title become 《》 again."""
    bare = re.sub(r"[\s\u3000]", "", title)
    if bare.startswith("《") and bare.endswith("》") and bare.count("《") == 1:
        bare = bare[1:-1]
    return bare.translate(INNER)


def is_instrument(title: str) -> bool:
    """Whether a title has the form of a text with rules: not a certificate, a form or a book."""
    return bool(STANDARD.match(title) or INSTRUMENT.fullmatch(title)) and not PAPER.search(title)


def is_paper(title: str) -> bool:
    return PAPER.search(title) is not None and not title.startswith("关于")


def doubt_about(title: str, host: str) -> str | None:
    """Why staff must look before the text `title` is ended or changed by a text called `host`."""
    if DRAFT.search(host):
        return IN_DRAFT
    if VAGUE.fullmatch(title):
        return UNCLEAR.format(title)
    return None if is_instrument(title) else UNFORMED.format(title)


def meant(found: Found, host: str, aliases: Mapping[str, str]) -> Found:
    """A relation whose doubtful title is a short name that the text `host` declares, with the title it stands for."""
    title = aliases.get(found.title)
    if title is None or found.doubt not in (UNCLEAR.format(found.title), UNFORMED.format(found.title)):
        return found
    return found._replace(title=plain(title), doubt=doubt_about(plain(title), host))
