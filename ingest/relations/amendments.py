"""What a text changes in others: 关于修改《甲条例》的决定, 关于修改和废止部分…的决定, a notice that says 将…修改为….

Each relation names one place of the amended text as it stood; the day is the amending text's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.relations.amended_places import Change, Reader
from ingest.relations.named import INNER, TITLE, Found, doubt_about, named, plain
from ingest.relations.new_words import without_new_words
from ingest.repeal_lists import PLAIN_NAME
from ingest.structure.marks import mark_of
from kb.address import COUNTRY

AMENDING = re.compile(
    r"关于(?:修改|修订|修正)(?:和废止)?(?P<titles>.{2,120}?)的(?:决定|决议|公告|通告|通知|命令)(?:[（(].{1,30}[）)])?$"
    r"|关于废止和修改.{2,80}$"
)
REVISION = re.compile(r"(?P<title>.{2,60}?)修正案(?:草案)?(?:[（(].{1,10}[）)])?$")
SEVERAL = re.compile(r"^(?:和|部分|有关|等|若干|一批|\d|[一二三四五六七八九十]+[部件])|部分|等.{0,6}[部件]|》[、和及]")
"""A decision on 部分行政法规 names no text in its title."""
EXPLICIT = re.compile(
    r"(?:将|删[去除])《[^《》\n]{2,80}》(?:[（(][^（）()\n]{0,60}[）)])?[^《》，。；\n]{0,3}?"
    r"第[^《》，。；\n]{1,8}[章节条]"
)
"""In any other text only these words change another one."""
FINAL = re.compile(r"本(?:决定|修正案)自|(?:根据|依据)本决定")
STYLES = frozenset(("一、", "（一）", "1.", "（1）", "条"))
KEPT = 300


class Line(NamedTuple):
    """A line without its number: `at` is the offset of `words`, `style` that of the number (None: none)."""

    at: int
    words: str
    style: str | None


def amendments(title: str, text: str) -> Iterator[Found]:
    """Every place that `text`, called `title`, changes in another text; first the text as a whole where it is named."""
    subject = _subject(title)
    decides = subject is not None or AMENDING.search(title) is not None
    if subject:
        yield Found("amends", 0, subject, title[:KEPT], doubt=doubt_about(subject, title))
    if decides or EXPLICIT.search(text):
        yield from _by_lines(title, text, subject, decides)


def _by_lines(title: str, text: str, subject: str | None, decides: bool) -> Iterator[Found]:
    reader = Reader()
    if subject:
        reader.name(subject, None)
    for line in _lines(without_new_words(text)):
        if FINAL.match(line.words):
            continue
        if line.style:
            reader.new_entry()
        if decides and line.style and (heading := _heading(line.words)):
            reader.name(*heading)
            continue
        if not decides and not EXPLICIT.match(line.words) and not EXPLICIT.search(line.words):
            continue
        for change in reader.changes(line.words):
            name = change.title or subject
            if name and (decides or change.title):
                yield _found(name, change, text, line.at, title)


def _found(name: str, change: Change, text: str, at: int, title: str) -> Found:
    start = at + change.start
    words = text[start : min(at + change.end, start + KEPT)].strip("，,；; \u3000")
    return Found(
        "amends", start, name, words, change.article and change.article[:40], change.target,
        change.number, doubt_about(name, title),
    )  # fmt: skip


def _subject(title: str) -> str | None:
    """The one text that the title of a decision names."""
    if match := AMENDING.search(title):
        titles = (match["titles"] or "").translate(INNER)
        if not titles or SEVERAL.search(titles):
            return None
        quoted = TITLE.match(titles)
        if quoted and titles[quoted.end() :].startswith(("、", "和", "及", "与", "等")):
            return None
        name = named(quoted).title if quoted else plain(titles)
        return name if len(name) > 2 else None
    if match := REVISION.fullmatch(title):
        name = plain(match["title"])
        return name if name.startswith(COUNTRY) or name.endswith(("法", "条例", "办法", "规定")) else None
    return None


def _heading(words: str) -> tuple[str, str | None] | None:
    """The instrument that a line names and says no more of: 一、甲管理办法（…令第14号公布）."""
    bare = words.strip().rstrip("：:")
    match = TITLE.fullmatch(bare)
    if match:
        found = named(match)
        return found.title, found.number
    name = PLAIN_NAME.match(bare)
    return (name[0], None) if name and re.fullmatch(r"(?:[（(][^（）()]*[）)])?", bare[name.end() :]) else None


def _lines(masked: str) -> Iterator[Line]:
    at = 0
    for raw in masked.split("\n"):
        words = raw.lstrip(" \t\u3000\xa0")
        mark = mark_of(words) if words else None
        body = mark.body if mark and mark.style in STYLES else 0
        yield Line(at + len(raw) - len(words) + body, words[body:], mark.style if mark and body else None)
        at += len(raw) + 1
