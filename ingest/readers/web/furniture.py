"""What belongs to the site and not to the document, told by the names and words that Chinese sites use for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SILENT = """
script style noscript template svg math select button textarea option datalist input head iframe object embed
audio video canvas title map rp
"""
SILENT = frozenset(_SILENT.split())
"""Elements whose words are no words of the page; `object` and `iframe` hold what is said when they fail."""
SITE_PARTS = frozenset(("nav", "header", "footer", "aside", "form", "dialog", "menu"))
_SITE_NAMES = """
nav navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs mbx mianbaoxie dqwz weizhi position
footer foot copyright friendlink yqlj sidebar aside share sharebar bdsharebuttonbox bdshare bshare jiathis
social fenxiang fx related relate xgxw xglj xgwd xgyd xgwz xgjd recommend recommended hot ranking toolbar tools
pagination pager prevnext shangxia comment comments search login qrcode ewm erweima banner logo ads advert
topbar wza print dayin fontsize zihao rich_media_tool qr
"""
SITE_NAMES = frozenset(_SITE_NAMES.split())
NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,20}|rich_media_tool")

CONTROL_LINE = re.compile(
    r"(?:【|\[)?(?:打印(?:本页|此页|本文)?|关闭(?:本页|窗口|此页)?|返回(?:顶部|列表|上一页|首页)?|收藏(?:本页)?|分享(?:到|至|给|按钮)?"
    r"|字体|字号|大|中|小|纠错|朗读|收听|微信|微博|QQ空间|我要纠错|无障碍(?:浏览|阅读)?|[Tt][|+-]?|A[+-]?)(?:】|\])?"
)
CONTROL_SPLIT = re.compile(r"[\s|｜/:：、,，【】\[\]（）()]+")
SITE_LINE = re.compile(
    r"(?:当前位置|您(?:现在)?的位置|您所在的位置|您当前的位置|现在位置|所在位置)\s{0,4}[:：]"
    r"|(?:分享到|分享至)\s{0,4}[:：]?|(?:扫一扫|扫描二维码|微信扫一扫|手机扫一扫|用微信扫)"
    r"|(?:上一篇|下一篇|上一条|下一条|上一页|下一页)(?:\s{0,4}[:：]|$|\s)"
    r"|(?:浏览|阅读|点击|访问)(?:次数|数|量|人次)?\s{0,4}[:：]\s{0,4}\d{0,9}|阅读\s{0,3}\d{1,9}$"
    r"|(?:信息|文章|稿件)?来源\s{0,4}[:：][^。；]{1,40}$|(?:点击[^。]{0,14})?阅读原文"
    r"|点击.{0,12}(?:蓝字|关注).{0,8}$"
    r"|(?:责任编辑|编辑|责编|审核|校对)\s{0,4}[:：][^。]{0,30}$|【(?:打印|关闭|纠错|大|中|小)】"
)
SITE_FOOT = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|网站地图|技术支持\s{0,3}[:：]|copyright|©|建议使用.{0,20}浏览器|(?:本站|网站)声明",
    re.I,
)
RELATED = re.compile(
    r"(?:【|■|◆)?(?:相关(?:链接|阅读|新闻|文章|报道|推荐|信息|解读|政策|内容|文件|稿件|资讯)|推荐阅读|延伸阅读|热门(?:推荐|文章|新闻)|猜你喜欢|往期(?:回顾|推荐|精彩)|最新(?:文章|资讯))"
    r"\s{0,4}[:：】]?"
)
DATE_LINE = re.compile(
    r"(?:(?:发布|发表|更新)?(?:时间|日期)|来源|信息来源|文章来源|稿件来源)\s{0,4}[:：].{0,120}"
    r"|\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\s{1,4}\d{1,2}:\d{2}(?::\d{2})?|(?=\s{0,8}\D))"
    r"(?:\s{0,8}(?:来源|作者|浏览|阅读|点击|字体|字号).{0,80})?"
)
ALONE = re.compile(r"\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?")
"""A date and nothing else is as likely the day under a signature."""
PLAIN_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
ON = re.compile(
    r"\d{4}(?:-\d{1,2}-\d{1,2}|年\d{1,2}月\d{1,2}日|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}|[01]\d[0-3]\d(?!\d))"
)
DATA_FILE = re.compile(r"\.(?:docx?|pdf|xlsx?|zip|rar|wps|et|ofd|pptx?|txt)(?![a-z])", re.I)
PAGER = re.compile(r"(?:上|下)一?页|共\s{0,3}\d{1,4}\s{0,3}页")
PAGER_PART = re.compile(
    r"首页|尾页|末页|上一?页|下一?页|[共第]?\s{0,3}\d{1,4}\s{0,3}页|\d{1,4}|[<>«»‹›…|｜/\s\[\]（）()]"
)
"""The row of page numbers under a text that a site cuts into pages."""
LONGEST = 80  # a line of furniture is short; a sentence of a law that holds such a word is not


def named_as_furniture(tag: str, given: Mapping[str, str]) -> bool:
    """Whether an element calls itself a part of the site: by its tag, or by a word of its class or id."""
    if tag in SITE_PARTS:
        return True
    names = f"{given.get('class', '')} {given.get('id', '')}"
    if not names.strip() or len(names) > 300:
        return False
    return any(part.lower() in SITE_NAMES for part in NAME_PART.findall(names)) or "footer" in names.lower()


def is_control(line: str) -> bool:
    """Buttons only, such as 字体：大 中 小 打印 关闭."""
    parts = [part for part in CONTROL_SPLIT.split(line[:LONGEST]) if part]
    return len(line) <= LONGEST and bool(parts) and all(CONTROL_LINE.fullmatch(part) for part in parts)


def is_furniture(line: str) -> bool:
    """Whether a whole line is a button, a position line, a read count, or a copyright notice."""
    if len(line) > LONGEST:
        return bool(len(line) <= 4 * LONGEST and SITE_FOOT.search(line) and "条" not in line)
    return is_control(line) or bool(SITE_LINE.match(line) or SITE_FOOT.search(line) or is_pager(line))


def is_pager(line: str) -> bool:
    return len(line) <= LONGEST and bool(PAGER.search(line)) and not PAGER_PART.sub("", line)


def date_line(line: str) -> bool:
    """The line under a title that says when and whence the page came: 发布时间：2026-01-27 来源：……"""
    return (
        len(line) <= 2 * LONGEST
        and not ALONE.fullmatch(line)
        and bool(DATE_LINE.fullmatch(line))
        and bool(ON.search(line))
    )
