"""Titles in running text: where a name without 《》 begins, which edition it names, and whose law it is.

Titles resolve exactly or by a declared short form, never by substring: 药品管理法实施条例 is not 药品管理法, and
美国专利法 is not 专利法.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.numerals import to_number

COUNTRY = "中华人民共和国"
EDITION = re.compile(r"（(?:试行|暂行|修订|修正|\d{4}年?版?|[一二三四五六七八九十\d]+年.{0,6})）$")

TITLE_END = (
    "法|法典|条例|办法|规定|规则|规范|细则|解释|决定|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求"
)
BARE_END = rf"解释[（(]?[一二三四五六七八九十]{{1,2}}[）)]?|{TITLE_END}|制度|章程|规程|手册|合同|协议"
"""What a name without 《》 ends in; a contract is no law, but its 第X条 is not the last law's either."""
LEAD_IN = re.compile(
    r"^(?:.*(?:根据|依据|按照|依照|违反了?|适用|参照|以及|请问|想问|关于|对于|符合|属于|认定为|视为|是指|具备|构成|触犯|行使|贯彻|落实)|.*(?<=[法例定则范])[和与及或](?!国)|[按据依和与及问查看])(?=.{2})"
)
BEFORE_TITLE = re.compile(
    r"(?:请问|想问|问一下|[看查找翻读念发贴搜瞅瞧讲说问背]一?[下眼]|[翻搜瞅瞧]|[问看查找读见按依据和与及或跟同对以并在是即如说讲把]|一下|根据|依据|按照|依照|参照|参考|对照|结合"
    r"|违反|违反了|适用|遵守|符合|执行|受理|提起|提交|高于|低于|就|行使|实施|贯彻|落实|履行|触犯|引用|援引|关于|对于|查询|了解|知道|告诉我|帮我|给我|其中|中国|我国|全国|咱们|我们|现行"
    "|认为|主张|指出|提到|强调|承认|查阅|阅读|修改|修订|废止|时候|当时|此时|那时|届时|[了过着]"
    "|属于|认定为|视为|是指|具备|构成|涉及|除|或者|以及|具有|从事|超出|计算|应当|不适用|[（(][一二三四五六七八九十0-9]{1,3}[）)]|(?<![国洲盟湾港门])有|为什么|什么叫|[那这]个?|那么|解释|解读|介绍|对比|比较|谈谈|说说|学习|遵循|目前|如果|因为|受|被|由)$"
)
"""What may stand right before a title written without 《》; after anything else the title is a longer one."""
MODIFIER = re.compile("(?:最新|现行|新修订|新|旧|老|原|版|修订|修正|后|的)+$")
FOREIGN = (
    "美国|欧盟|欧洲|英国|日本|韩国|印度|巴西|德国|法国|瑞士|意大利|加拿大|澳大利亚|俄罗斯|新加坡|泰国|越南|马来西亚"
)
ELSEWHERE = re.compile(FOREIGN)
"""Other countries: their law is not ours, whatever it is called."""
NOT_OURS = re.compile(rf"(?:{FOREIGN}|台湾|香港|澳门|[国省市县州区]|公司|企业|单位|医院|内部)(?:联邦|地区|现行)?的?$")
ABROAD = re.compile(rf"(?:{FOREIGN}|台湾|香港|澳门)(?:联邦|地区)?的?《?$")
OTHER_TEXT = re.compile("(?:草案|[见审议布订论]稿)|^(?:试行|暂行)$")
"""What brackets behind a title say of a text that is not the one in force under that title."""
NAMED_EDITION = re.compile(
    r"(?P<year>(?:19|20)\d{2}|[一二][〇○零九][〇○零一二三四五六七八九]{2})年?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:第?[一二三四五]次)?"
    r"(?:修正|修订|修改|制定|公布|发布|施行|实施|新)?(?:版|文本|本)?(?:后?的)?"
)
"""The words of an edition: 2015年修正, 2019年版, 2027. A document number or （试行） is none."""
EDITION_WORDS = r"(?:19|20)\d{2}年?(?:第?[一二三四五]次)?(?:版|修正|修订|修改|公布|施行|新)(?:版|文本|本)?"
EDITION_BEFORE = re.compile(rf"{EDITION_WORDS}(?:后?的)?$")
EDITION_BEHIND = re.compile(rf"[ \u3000]?(?P<version>{EDITION_WORDS})(?=第|[ \u3000的中])")
EDITION_TAIL = re.compile(rf"({EDITION_WORDS})$")
_TITLE_EDITION = re.compile(r"(?P<title>.+?)[（(\[](?P<version>[^（）()\[\]]{4,20})[）)\]]$", re.DOTALL)
_BARE_TAIL = re.compile(rf"(?:{BARE_END})$")
_NOT_BARE = re.compile(r".*[^\u4e00-\u9fff（）()]", re.DOTALL)
_NOT_NAMED = re.compile(r".*[\s，。；：、！？“”‘’「」『』《》,;:!?\"]", re.DOTALL)
BRACKETS = str.maketrans("()", "（）")
_EDITION_STOP = re.compile(rf".*{EDITION_WORDS}(?:后?的)?(?=[\u4e00-\u9fff（）()]{{2,60}}$)", re.DOTALL)
_OPEN = re.compile(r"^.*[（(](?=[^（）()]*$)")
"""An opening bracket that nothing closes, and what stands before it."""
PAPER = re.compile(
    r"(?:证|证明|批件|[请告知明定见报诺标托同诉]书|表|台账|记录|报告|档案|标签|合同|协议|发票)(?:[（(][^（）()]*[）)])?$"
)
"""What a title of a certificate, a form or a record ends in: no instrument, unless it is known as one."""
LONGEST_NAME = 80
LONGEST_BARE = 42


def instrument_name(title: str) -> str:
    """The key of an instrument: its title without 《》, spaces, the country's name and characters unfit for an URL."""
    name = re.sub(r"[\s\u3000《》]+", "", title).replace("〈", "").replace("〉", "")
    name = name.translate(BRACKETS)
    if name.startswith(COUNTRY) and len(name) > len(COUNTRY) + 1:
        name = name[len(COUNTRY) :]
    return re.sub(r"[/@#?%\\]", "-", name)


def edition_year(version: str) -> int:
    """The year of an edition: `2015年修正` → 2015, `二〇一九年版` → 2019. Raises ValueError when it is none."""
    match = NAMED_EDITION.fullmatch(version)
    if match is None:
        raise ValueError(f"不是版本年份：{version}")
    return to_number(match["year"])


def with_edition(title: str, version: str | None, known: bool) -> tuple[str, str | None]:
    """Title and edition told apart; brackets that name no edition are dropped, or belong to the title, as they do where
    the title is `known` with them."""
    inside = None if known else _TITLE_EDITION.fullmatch(title)
    if inside and NAMED_EDITION.fullmatch(inside["version"]):
        return inside["title"], inside["version"]
    return title, version if version and NAMED_EDITION.fullmatch(version) else None


class Alias(NamedTuple):
    """A short name declared in a text at `[start, end)` of it: from `end` on `name` stands for `title`."""

    name: str
    title: str
    start: int
    end: int


class Names:
    """The titles that can be named: those known everywhere, and the short names declared in the text being read."""

    def __init__(self, known: Mapping[str, str], aliases: Sequence[Alias] = ()) -> None:
        self._known = known
        self._ends: set[str] | None = None
        self._aliases: dict[str, list[Alias]] = {}
        for alias in aliases:
            self._aliases.setdefault(instrument_name(alias.name), []).append(alias)

    def holds(self, name: str, at: int) -> bool:
        """Whether a name (see `instrument_name`) is known at a place of the text."""
        return name in self._known or (bool(self._aliases) and self._declared(name, at) is not None)

    def title(self, words: str, at: int) -> str:
        """The title that words at a place stand for: what a short name was declared for, else the words."""
        declared = self._declared(instrument_name(words), at) if self._aliases else None
        return declared or words

    def _declared(self, name: str, at: int) -> str | None:
        return next((a.title for a in reversed(self._aliases.get(name, ())) if a.end <= at), None)

    def at_end(self, before: str, at: int) -> str | None:
        """The longest known name at the end of the words before `at`, when a title can begin there."""
        if self._ends is None:
            self._ends = {name[-1:] for name in (*self._known, *self._aliases)}
        if before[-1:].translate(BRACKETS) not in self._ends:
            return None
        stop = _NOT_NAMED.match(before)
        run = before[stop.end() :] if stop else before
        plain = run.translate(BRACKETS)
        for start in range(max(0, len(run) - LONGEST_NAME), len(run) - 1):
            name = plain[start:]
            held = self.holds(name, at) or (name.startswith(COUNTRY) and self.holds(name[len(COUNTRY) :], at))
            if held and begins_here(run[:start]):
                return run[start:]
        return None


def unknown_name(before: str) -> str | None:
    """The name that some words end in, though nobody knows it; None when they end in no word for a text."""
    if not _BARE_TAIL.search(before[-8:]):
        return None
    edition = _EDITION_STOP.match(before)
    stop = edition or _NOT_BARE.match(before)
    run = (before[stop.end() :] if stop else before)[-LONGEST_BARE:]
    if not _BARE_TAIL.search(run) or len(run) < 2:
        return None
    run = _OPEN.sub("", run).removeprefix("的")
    return LEAD_IN.sub("", run) or run


def begins_here(before: str) -> bool:
    """Whether a title can begin after these words: nothing, a lead-in, an edition, or 最新的 and its like after one."""
    if edition := EDITION_BEFORE.search(before[-24:]):
        before = before[: -len(edition[0])]
    if not before or before[-1] in "（(" or BEFORE_TITLE.search(before):
        return True
    plain = MODIFIER.sub("", before)
    if plain == before:
        return False
    if not plain or BEFORE_TITLE.search(plain):
        return True
    return before.endswith("的") and not NOT_OURS.search(plain)
