"""Places named in a text: titles and article numbers as people write them, read into addresses.

Titles resolve exactly or by a declared short form, never by substring: 药品管理法实施条例 is not 药品管理法.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kb.address import (
    NUMERAL,
    article_segment,
    instrument_name,
    to_chinese,
    to_number,
)

TITLE_END = (
    "法|法典|条例|办法|规定|规则|规范|细则|解释|决定|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求"
)
_PLACE = (
    rf"第(?P<article>{NUMERAL})条(?:之(?P<extra>{NUMERAL}))?"
    rf"(?:第?(?P<paragraph>{NUMERAL})款)?"
    rf"(?:第?[（(]?(?P<item>{NUMERAL})[）)]?项)?"
    rf"(?:第?(?P<subitem>{NUMERAL})目)?"
)
BARE_END = rf"解释[（(]?[一二三四五六七八九十]{{1,2}}[）)]?|{TITLE_END}|制度|章程|规程|手册|合同|协议"
"""What a name without 《》 ends in; a contract is no law, but its 第X条 is not the last law's either."""
REFERENCE = re.compile(
    r"(?:(?P<before>(?:19|20)\d{2}年?(?:版|修正|修订|修改|公布|施行)(?:版|的)*)?"
    rf"(?:《(?P<title>[^《》]{{2,80}}(?:〈[^〉]*〉[^《》]*)?)》"
    rf"|(?P<bare>(?:(?!第{NUMERAL}条)[\u4e00-\u9fff（）()]){{1,40}}(?:{BARE_END}))))?"
    rf"(?:[（(](?P<version>[^（）()]{{2,40}})[）)])?\s*(?:(?:[中里]面?|当中)?的|[中里]面?|当中|之)?\s*{_PLACE}"
)
LOOSE_PLACE = re.compile(
    rf"(?P<ordinal>第)?(?P<article>{NUMERAL})条(?:之(?P<extra>{NUMERAL}))?(?:第?(?P<paragraph>{NUMERAL})款)?"
)
COUNTED = re.compile("[了共有增删改前后这那每各上下约近超过]$")
"""Before N条 these say how many articles, not which one."""
LEAD_IN = re.compile(
    r"^(?:.*(?:根据|依据|按照|依照|违反|适用|参照|以及|请问|想问|关于|对于)|.*(?<=[法例定则])[和与及或](?!国)|[按据依和与及问查看])(?=.{2})"
)
BEFORE_TITLE = re.compile(
    r"(?:请问|想问|问一下|[问看查找读见按依据和与及或跟同对以并在是即如说讲把]|一下|根据|依据|按照|依照|参照|参考|对照|结合"
    r"|违反|适用|遵守|符合|执行|触犯|引用|援引|关于|对于|查询|了解|知道|告诉我|帮我|给我|其中|中国|我国|全国|咱们|我们|现行"
    "|为什么|什么叫|[那这]个?|那么|解释|解读|介绍|对比|比较|谈谈|说说|学习|遵循|目前|如果|因为|受|被|由)$"
)
"""What may stand right before a title written without 《》; after anything else the title is a longer one."""
MODIFIER = re.compile("(?:最新|现行|新修订|新|旧|老|原|版|修订|修正|后|的)+$")
FOREIGN = (
    "美国|欧盟|欧洲|英国|日本|韩国|印度|巴西|德国|法国|瑞士|意大利|加拿大|澳大利亚|俄罗斯|新加坡|泰国|越南|马来西亚"
)
ELSEWHERE = re.compile(FOREIGN)
"""Other countries: their law is not ours, whatever it is called."""
NOT_OURS = re.compile(rf"(?:{FOREIGN}|台湾|香港|澳门|[国省市县州区]|公司|企业|单位|医院|内部)(?:联邦|地区|现行)?的?$")
SELF_NAME = re.compile(r"(?:(?<![日基根文样版标])本|该|上述|前述)(?:法|条例|办法|规定|规范|细则|解释|规则)$")
"""Words that stand for the title named before; who reads them must know which text they are in."""
LISTED = re.compile(r"\s*[、，,和及与或至到]\s*|\s*以及\s*")
"""What may stand between two places of one title: 第三十二条和第三十三条."""
NAMED_EDITION = re.compile(
    r"(?P<year>(?:19|20)\d{2}|[一二][〇○零九][〇○零一二三四五六七八九]{2})年?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:第?[一二三四五]次)?"
    r"(?:修正|修订|修改|制定|公布|发布|施行|实施)?(?:版|文本|本)?的?"
)
"""The words of an edition: 2015年修正, 2019年版, 2027. A document number or （试行） is none."""
TITLE_EDITION = re.compile(r"(?P<title>.+?)[（(](?P<version>[^（）()]{4,20})[）)]$")
TITLE_ONLY = re.compile(r"《(?P<title>[^《》]{2,80})》(?:[（(](?P<version>[^（）()]{2,20})[）)])?")
CONTINUED = re.compile(
    rf"的?(?:实施(?:{TITLE_END})|司法解释|释义|若干|解释[（(]?[一二三四五六七八九十]+(?![下些点])|适用(?:若干|问题))"
)
"""Words that make another title of the one before them: 药品管理法 + 实施条例."""


class Reference(NamedTuple):
    """A place named in a text. `title` is None when the text only says 第X条; `path` is () for a whole document.

    `version` is the edition named with the title, as printed (`2015年修正`); `self_name` the word that stands for a
    title named before (`该法`), when there is one instead of a title.
    """

    raw: str
    start: int
    end: int
    title: str | None
    path: tuple[str, ...]
    version: str | None = None
    self_name: str | None = None


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


def edition_year(version: str) -> int:
    """The year of an edition: `2015年修正` → 2015, `二〇一九年版` → 2019. Raises ValueError when it is none."""
    match = NAMED_EDITION.fullmatch(version)
    if match is None:
        raise ValueError(f"不是版本年份：{version}")
    return to_number(match["year"])


def references(text: str, known: Mapping[str, str]) -> list[Reference]:
    """Every place named in `text`, in order. `known` maps each spoken title (full, short, alias) to its instrument.

    A bare name (without 《》) counts as a title when a known name ends right before 第X条 and a word begins with it;
    otherwise the whole run of characters is returned as an unknown title, so that it is reported, not resolved to a
    shorter one: 美国专利法 is not 专利法.
    """
    found: list[Reference] = []
    covered = [False] * len(text)
    for match in REFERENCE.finditer(text):
        path = place(match)
        if not path:
            continue
        reference = _reference(text, match, path, known)
        if (
            reference.title is None
            and reference.self_name is None
            and found
            and LISTED.fullmatch(text[found[-1].end : reference.start])
        ):
            last = found[-1]
            reference = reference._replace(title=last.title, version=last.version, self_name=last.self_name)
        found.append(reference)
        covered[reference.start : reference.end] = [True] * (reference.end - reference.start)
    for match in TITLE_ONLY.finditer(text):
        if not covered[match.start()]:
            title, version = _with_edition(match["title"], match["version"], known)
            end = match.end() if match["version"] and version == match["version"] else match.end("title") + 1
            found.append(Reference(text[match.start() : end], match.start(), end, title, (), version))
    return sorted(found, key=lambda reference: reference.start)


def _reference(text: str, match: re.Match[str], path: tuple[str, ...], known: Mapping[str, str]) -> Reference:
    """One match of REFERENCE with its title told apart from the words before it."""
    title, version, start, self_name = match["title"], match["version"], match.start(), None
    if title is None and match["bare"]:
        title, self_name = _bare_title(match["bare"], known)
        start = match.start("bare") + len(match["bare"]) - len(title or self_name or "")
    if title is not None and match["before"] and start <= match.end("before") + 1:
        start, version = match.start("before"), version or match["before"]
    if title is not None:
        title, version = _with_edition(title, version, known)
    return Reference(text[start : match.end()], start, match.end(), title, path, version if title else None, self_name)


def _bare_title(bare: str, known: Mapping[str, str]) -> tuple[str | None, str | None]:
    """`(title, self-name)` at the end of a run of characters; one of the two is None."""
    for at in range(len(bare)):
        if instrument_name(bare[at:]) in known and _begins_here(bare[:at]):
            return bare[at:], None
    if self_name := SELF_NAME.search(bare):
        return None, self_name[0]
    return LEAD_IN.sub("", bare) or bare, None


def _begins_here(before: str) -> bool:
    """Whether a title can begin after these words: nothing, a lead-in, or 最新的 and its like after one."""
    if not before or BEFORE_TITLE.search(before):
        return True
    plain = MODIFIER.sub("", before)
    if plain == before:
        return False
    if not plain or BEFORE_TITLE.search(plain):
        return True
    return before.endswith("的") and not NOT_OURS.search(plain)


def _with_edition(title: str, version: str | None, known: Mapping[str, str]) -> tuple[str, str | None]:
    """Title and edition told apart; brackets that name no edition are dropped, or belong to the title."""
    inside = TITLE_EDITION.fullmatch(title)
    if inside and instrument_name(title) not in known and NAMED_EDITION.fullmatch(inside["version"]):
        return inside["title"], inside["version"]
    return title, version if version and NAMED_EDITION.fullmatch(version) else None


def loose_places(question: str, known: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """`(instrument, path)` for each title of a question and its first place apart from a title.

    第X条 counts anywhere; a number without 第 only right after a title (药品管理法32条) or at the end of the question:
    新增了3条 is a number of articles.
    """
    folded = re.sub(r"[\s\u3000]", "", question)
    mentions = _mentions(folded, known)
    ends = {end for _, end, _ in mentions}
    last = len(folded.rstrip("？?。！!"))
    for match in LOOSE_PLACE.finditer(folded):
        at_end = match.end() == last and not COUNTED.search(folded[: match.start()])
        if (match["ordinal"] or match.start() in ends or at_end) and (path := place(match)):
            return [(instrument, path) for _, _, instrument in mentions]
    return []


def mentioned_titles(text: str, known: Mapping[str, str]) -> list[tuple[int, str]]:
    """`(position, instrument)` of known titles in a text, longest first at each place and never overlapping."""
    return [(start, instrument) for start, _, instrument in title_spans(text, known)]


def title_spans(text: str, known: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """The same as `(start, end, instrument)`; positions count characters of the text without its white space."""
    return _mentions(re.sub(r"[\s\u3000]", "", text), known)


def _mentions(folded: str, known: Mapping[str, str]) -> list[tuple[int, int, str]]:
    longest = max(map(len, known), default=0)
    found, position = [], 0
    while position < len(folded):
        for size in range(min(longest, len(folded) - position), 1, -1):
            end = position + size
            name = folded[position:end]
            if name in known and not CONTINUED.match(folded, end) and not _foreign(folded[:position]):
                found.append((position, end, known[name]))
                position = end - 1
                break
        position += 1
    return found


def _foreign(before: str) -> bool:
    """Whether the words before a title make it another country's or region's law."""
    return re.search(rf"(?:{FOREIGN}|台湾|香港|澳门)(?:联邦|地区)?的?《?$", before) is not None
