"""What a web page puts around a document: navigation and counters above it, links, editors and owners below it.

Only the first and the last lines are looked at, line by line from the edge inwards; the middle of a text is never
touched, so a rule that speaks of links or printing stays whole.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.repair.edit import Edit, apart

HEAD_LINES = 12
TAIL_LINES = 60
LONG = 120  # a longer line is the document's own

NAVIGATION = re.compile(
    r"新闻资讯|新闻动态|新闻中心|政策法规|法规文件|通知公告|信息公开|首页|返回首页|网站首页|繁體|简体|无障碍|登录|注册|搜索"
    r"|(?:您|你)?(?:所在的|的|现在的)?(?:当前)?位置[:：].*|首页(?: ?[>»›/＞·-] ?[^>»›/＞]{1,20}){1,8}"
)
COUNTER = re.compile(
    r"(?:发布|更新|发文|成文)?(?:日期|时间)[:：]?.{0,40}?"
    r"(?:阅读数?|阅读量|浏览次数|浏览量?|点击[数率]?|访问量|字号|字体|打印|分享|来源)(?:[:：].{0,60}|[\[【（(]?[大中小\d].{0,40}|)"
    r"|(?:信息|文章|稿件)?来源[:：].{0,40}?(?:(?:发布|更新)?(?:日期|时间)|浏览|阅读|点击|字号|字体).{0,60}"
    r"|(?:阅读[数量]|浏览次数|浏览量|点击数|访问量|阅读次数)[:：] ?\d{1,9} ?次?"
)
SIZE = re.compile(r"【?(?:字号|字体)(?:大小)?[:：]?\s?[\[【（(]?\s?(?:特?大|中|小|默认|超大)[\s\])】）、|大中小]{0,12}")
SHARE = re.compile(
    r"[\[【（(]?(?:分享[到至]?|(?:用微信)?扫一扫|打印[本此]页|打印|关闭窗口|关闭本页|关闭|返回顶部|返回列表|收藏|我?要?纠错)[\]】）)]?"
    r"(?:[:：| ].{0,30}|在手机打开当前页.{0,10}|(?:[\[【（(](?:打印|关闭|收藏|返回)[\]】）)]){0,3})"
)
SIGNED = re.compile(r"[\[【（(]?(?:责任编辑|责编|网络编辑|本文编辑)[:：].{0,30}")
NEIGHBOUR = re.compile(r"(?:上一[篇条]|下一[篇条]|[前后]一篇)[:：].*")
OWNER = re.compile(
    r"(?:版权所有|Copyright|©|.{0,30}ICP备\d{6,}|.{0,20}公网安备|(?:政府)?网站标识码|网站地图|友情链接|网站声明|隐私声明"
    r"|关于我们|联系我们|免责声明[:：]|声明[:：]本[站网文]|转载请注明).*"
)
BESIDE_OWNER = re.compile(r"(?:主办|承办|主办单位|承办单位|技术支持|地址|邮编|电话|访问量)[:： ].*|建议使用.*|您是第.*")
LINKS_BELOW = re.compile(
    r"点击.{0,12}阅读原文.*|阅读原文|(?:相关|推荐|延伸|热门)(?:链接|阅读|新闻|文章|文件|资讯|信息|推荐)[:：]?|原文链接[:：].*"
)
"""Below these stand links to other pages, however many."""
LINK = re.compile(
    r"[-·•>»]\s?.*|.{2,90}\s?[\[(（]?20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\])）]?|https?://\S*|【.{1,10}】.*"
)

HEAD_RULES = (NAVIGATION, COUNTER, SIZE, SHARE)
TAIL_RULES = (SHARE, SIGNED, NEIGHBOUR, OWNER, COUNTER)


class _Line(NamedTuple):
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def site_furniture(text: str) -> list[Edit]:
    """Lines of the page dropped whole, with their line breaks; a page's date line keeps its record in `before`."""
    head, tail = _edges(text)
    edits = [
        # the line break after the line goes with it
        Edit(line.start, min(len(text), line.end + 1), "")
        for line in _head_furniture(head)
    ]
    if (start := _tail_start(tail)) is not None:
        # with the last lines gone, so is the line break before them
        edits.append(Edit(max(0, start - 1), len(text), ""))
    return apart(edits)


def _head_furniture(lines: list[_Line]) -> list[_Line]:
    """Navigation at the very top; counters also below the title."""
    found = []
    top = True
    for line in lines:
        top = top and _is(line, HEAD_RULES)
        if top or _is(line, (COUNTER, SIZE)):
            found.append(line)
    return found


def _tail_start(lines: list[_Line]) -> int | None:
    """Where the page's own words begin below the document: a heading with nothing but links to the end, or a block of
    furniture."""
    last = len(lines)
    while True:
        before = last
        while last and _is(lines[last - 1], TAIL_RULES):
            last -= 1
        beside = last
        while beside and last < len(lines) and _is(lines[beside - 1], (BESIDE_OWNER,)):
            beside -= 1
        if beside < last and any(_is(line, (OWNER,)) for line in lines[last:]):
            last = beside
        links = last
        while links and _is(lines[links - 1], (LINK,)):
            links -= 1
        if links and _is(lines[links - 1], (LINKS_BELOW,)):
            last = links - 1
        if last == before:
            return lines[last].start if last < len(lines) else None


def _is(line: _Line, rules: tuple[re.Pattern[str], ...]) -> bool:
    return len(line.text) <= LONG and any(rule.fullmatch(line.text) for rule in rules)


def _edges(text: str) -> tuple[list[_Line], list[_Line]]:
    """The first and the last lines with their offsets. A text so short that they meet is looked at from both sides."""
    head: list[_Line] = []
    at = 0
    while at < len(text) and len(head) < HEAD_LINES:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        head.append(_Line(at, text[at:end]))
        at = end + 1
    tail: list[_Line] = []
    end = len(text)
    while end >= 0 and len(tail) < TAIL_LINES:
        start = text.rfind("\n", 0, end) + 1
        tail.append(_Line(start, text[start:end]))
        end = start - 1
    return head, tail[::-1]
