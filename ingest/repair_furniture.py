"""What is on a page but not in the document: word-processor marks, site heads and tails, page numbers, odd spaces."""

from __future__ import annotations

import re

from ingest.repair_edit import Edit, drop

INVISIBLE = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufffe\x00-\x08\x0e-\x1f\x7f]+"
)
BOOKMARK = re.compile(r"^(?:\[bookmark:[^\]\n]*\])+\n|(?:\[bookmark:[^\]\n]*\])+", re.M)
IMAGE = re.compile(r"\[image:[^\]\n]*\]")
MISSING = "［缺图］"

SITE_HEAD = re.compile(r"\A(?:(?:新闻资讯|新闻动态|政策法规|首页|当前位置[:：][^\n]*|您的位置[:：][^\n]*)\n)+")
READ_COUNT = re.compile(
    r"^(?:发布)?(?:日期|时间)[:：]\s*\d{4}-\d{1,2}-\d{1,2}[ \d:]*"
    r"(?:阅读数|浏览次数|点击数|阅读)[:：]\s*\d+[^\S\n]*(?:\n|\Z)",
    re.M,
)
READ_ORIGINAL = re.compile(r"^点击[^\n]{0,12}阅读原文[^\n]*(?:\n|\Z)", re.M)
LINK_LIST = re.compile(r"(?:-[^\n]*(?:\n|\Z)){1,30}\Z")
PAGE_NUMBER = re.compile(
    r"^[^\S\n]*(?:[-—–]{1,2}[^\S\n]*\d{1,4}[^\S\n]*[-—–]{1,2}"
    r"|第[^\S\n]?\d{1,4}[^\S\n]?页(?:[^\S\n]?[，,/]?[^\S\n]?共[^\S\n]?\d{1,4}[^\S\n]?页)?)[^\S\n]*(?:\n|\Z)",
    re.M,
)
HEADING = re.compile(r"^(第[〇零一二三四五六七八九十百\d]{1,6}(?:分编|[编章节]))([^\S\n]*)([^\n，。；、]{1,40})$", re.M)
CONTENTS = re.compile(r"^目[^\S\n]+录$", re.M)
INNER_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[^\S\n]+(?=[\u3400-\u9fff])")


def invisible(text: str) -> list[Edit]:
    return drop(INVISIBLE, text)


def bookmarks(text: str) -> list[Edit]:
    """Word's bookmark names, with the line when nothing else stands on it."""
    return drop(BOOKMARK, text)


def images(text: str) -> list[Edit]:
    """A figure that is not here: said in its place, so that nobody takes the text for complete."""
    return [Edit(match.start(), match.end(), MISSING, certain=False) for match in IMAGE.finditer(text)]


def site_furniture(text: str) -> list[Edit]:
    """Navigation above the title, the date-and-read-count line, and everything from 阅读原文 on that is only links."""
    edits = drop(SITE_HEAD, text) + drop(READ_COUNT, text)
    for match in READ_ORIGINAL.finditer(text):
        links = LINK_LIST.match(text, match.end())
        start, end = match.start(), links.end() if links else match.end()
        # with the last line gone, so is the line break before it
        edits.append(Edit(start - 1 if end == len(text) and start else start, end, ""))
    return _apart(edits)


def page_numbers(text: str) -> list[Edit]:
    return drop(PAGE_NUMBER, text)


def heading_spaces(text: str) -> list[Edit]:
    """第一章　总　　则 → 第一章 总则: spaces that only set the type."""
    edits = []
    for match in HEADING.finditer(text):
        title = INNER_SPACE.sub("", match[3].strip())
        # without a space after the number this may be a sentence ("第三章规定的…"), not a heading
        if match[2] and title and (clean := f"{match[1]} {title}") != match[0]:
            edits.append(Edit(match.start(), match.end(), clean))
    return _apart(edits + [Edit(match.start(), match.end(), "目录") for match in CONTENTS.finditer(text)])


def _apart(edits: list[Edit]) -> list[Edit]:
    """In order, overlapping ones left out: two rules may claim the same line."""
    out: list[Edit] = []
    for edit in sorted(edits):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
    return out
