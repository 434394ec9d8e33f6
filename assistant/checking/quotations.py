"""Quotations in somebody's text, and which of its citations each of them belongs to.

A quotation belongs to the citation in brackets behind it, else to the last one before it in its sentence, else to the
next one. Citations in a list (第一条、第三条：“…”) have it together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.references import Reference

LEAST, LEAST_BEHIND_COLON = 4, 2
"""Characters below which quoted words are no quotation; behind a colon (规定：“终身”) fewer are one."""
A_TERM = 8
"""Below this many characters quoted words may be a mere term or name, unless they are introduced as the text's own."""
_TELLING = re.compile("应当|必须|不得|可以|禁止|[〇一二三四五六七八九十百千万0-9０-９]+个?[日天月年次倍元%％]")
"""What makes words more than a term, however short they are."""
CLOSE = 12
"""Characters between a citation and a quotation up to which nothing else in the sentence may hold its words."""
NEAR_BEFORE, NEAR_AFTER = 8, 3
"""How many citations of its sentence a quotation may stand for: a list is longer than that only in a catalogue."""
LOOK_BACK = 24
"""Characters before a quotation that are read for 规定： and the like."""
_FIGURE = re.compile(
    r"[约满足超过不]{0,3}[〇零一二两三四五六七八九十百千万亿0-9０-９.．]+个?"
    r"(?:[日天月年次倍元%％‰周岁℃]|小时|分钟|工作日|万元|亿元)(?:以[上下内])?"
)
"""A number with its unit is compared, however short it is: “3年” where the law says 5."""
_ALIAS = re.compile(r"(?:简称|下称|下[统合]称)(?:为|作)?[:：]?\s*$")
"""What stands before a short name that the writer gives to something."""
_POSSESSED = re.compile(r"(?:我司|我院|[我本](?:公司|单位|院|所|厂|部门)|公司|本院|[其该])的?$")
"""Before a name of the writer's own: 我司“质量体系改进计划”."""
_SAME_BREATH = re.compile(r"[，,、；;]?(?:以及|并且|[和及与并或])?")
_QUOTED = re.compile(
    r"“([^“”]{0,3000})”|(?<=[：:])”([^“”\n]{0,3000})”|‘([^‘’]{0,3000})’"
    r"|「([^「」]{0,3000})」|『([^『』]{0,3000})』|\"([^\"\n]{0,3000})\"|＂([^＂\n]{0,3000})＂"
)
"""Marks that open and close may hold several paragraphs; straight ones, which do not tell, end with their line."""
_INTRODUCED = re.compile(
    r"(?:规定|明确|要求|指出|写明|载明|原文|表述|内容|条文|(?<![简下])称|写道|写着|如下|[：:])(?:了|为|是|如下)?[：:，,]?\s*$"
)
_SENTENCE_END = re.compile(
    r"[：:]\s+|(?:[。！？!?]+|\n+(?!\s{0,6}(?:>\s{0,3})?[“「『]))(?!\s{0,6}[—–－-]{1,3}\s{0,3}《)"
)
"""Not at the line breaks behind a colon, before a quotation or before the source of one."""
_BRACKETS_BEHIND = re.compile(r"\s{0,4}[（(]《(?:[^\n（）()]|[（(][^\n（）()]{0,60}[）)]){0,200}[）)][。]?")
_LEADS_BEHIND = re.compile(r"[”」』\"]?[。，,；;]?\s*[（(\[【—－-]+[^（(。]{0,8}")
_LISTED = re.compile(r"[\s、，,和及与或并以]{1,4}")
_EACH = re.compile("[均都]|分别")


class Quoted(NamedTuple):
    """Quoted words; `[start, end)` is their span with the quotation marks. `introduced`: 规定： or the like stands
    before them, or before the quotation that they go on from; `long`: they are more than a term; `figure`: they are a
    number with its unit; `possessed`: somebody's own name for something may stand in them (我司“…计划”)."""

    words: str
    start: int
    end: int
    introduced: bool
    long: bool
    figure: bool = False
    possessed: bool = False


class Owned(NamedTuple):
    """A quotation with the citations it belongs to, by their place in the list: `owners` in the order of the text;
    `near` are others of its sentence that may hold it as well; `each` says that every owner must; `named`: it is a
    name of the writer's own, which says nothing of the law."""

    quote: Quoted
    owners: tuple[int, ...]
    near: tuple[int, ...]
    each: bool
    named: bool = False


def owned(text: str, cited: Sequence[Reference]) -> Iterator[Owned]:
    """Every quotation of `text` that belongs to one of the citations, which are in the order of the text."""
    quotes = quotations(text)
    if not quotes or not cited:
        return
    ends = _sentence_ends(text, quotes)
    own = _outside(quotes, cited)
    starts = [cited[at].start for at in own]
    for quote in quotes:
        at = bisect_right(ends, quote.start)
        sentence = (ends[at - 1] if at else 0, ends[at] if at < len(ends) else len(text))
        first, last = bisect_left(starts, sentence[0]), bisect_left(starts, sentence[1])
        middle, behind = bisect_left(starts, quote.start), bisect_left(starts, quote.end)
        before = [n for n in own[max(first, middle - NEAR_BEFORE) : middle] if cited[n].end <= quote.start]
        after = own[behind : min(last, behind + NEAR_AFTER + NEAR_BEFORE)]
        if quote.figure and not quote.introduced and not before:
            continue
        found = _owners(text, quote, cited, before, after)
        if found:
            owners, close = found
            near = () if close else tuple(n for n in (*before, *after[:NEAR_AFTER]) if n not in owners)
            gap = text[cited[owners[-1]].end : quote.start][:CLOSE] if owners[-1] in before else ""
            named = quote.possessed and not close and owners[0] in after
            yield Owned(quote, owners, near, bool(_EACH.search(gap)), named)


def _outside(quotes: Sequence[Quoted], cited: Sequence[Reference]) -> list[int]:
    """The citations that do not stand in a quotation themselves: what a quotation mentions does not own another."""
    starts = [quote.start for quote in quotes]

    def inside(reference: Reference) -> bool:
        at = bisect_right(starts, reference.start) - 1
        return at >= 0 and reference.start < quotes[at].end

    return [at for at, reference in enumerate(cited) if not inside(reference)]


def quotations(text: str) -> list[Quoted]:
    """Every quotation that is long enough for one, in order; outer ones where they are nested."""
    found: list[Quoted] = []
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group is not None)
        left = text[max(0, match.start() - LOOK_BACK) : match.start()]
        if _ALIAS.search(left):
            continue
        last = found[-1] if found and match.start() - found[-1].end <= LEAST else None
        goes_on = last is not None and _SAME_BREATH.fullmatch(text, last.end, match.start()) is not None
        introduced = _INTRODUCED.search(left) is not None or bool(last and goes_on and last.introduced)
        size, figure = len(words.strip()), _FIGURE.fullmatch(words.strip()) is not None
        if figure or size >= (LEAST_BEHIND_COLON if text[max(0, match.start() - 1)] in "：:" else LEAST):
            telling = _TELLING.search(words) is not None
            possessed = not introduced and not telling and _POSSESSED.search(left) is not None
            long = size >= A_TERM or telling or figure or bool(last and goes_on and last.long)
            found.append(
                Quoted(words, match.start(), match.end(), introduced, long, figure and size < LEAST, possessed)
            )
    return found


def _sentence_ends(text: str, quotes: Sequence[Quoted]) -> list[int]:
    """Where sentences end: not within a quotation, and behind （《…》第X条） that follows a full stop."""
    ends, reached = [], 0
    inside = [(quote.start, quote.end) for quote in quotes]
    at = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0][0] in "：:":
            continue
        while at < len(inside) and inside[at][1] <= match.start():
            at += 1
        if match.start() < reached or (at < len(inside) and inside[at][0] < match.start()):
            continue
        behind = _BRACKETS_BEHIND.match(text, match.end())
        reached = behind.end() if behind else match.end()
        ends.append(reached)
    return ends


def _owners(
    text: str, quote: Quoted, cited: Sequence[Reference], before: Sequence[int], after: Sequence[int]
) -> tuple[tuple[int, ...], bool] | None:
    """The citations a quotation belongs to, and whether they stand so close that no other one can be meant."""
    if before and quote.introduced and quote.start - cited[before[-1]].end <= CLOSE:
        return _run(text, cited, before[::-1])[::-1], True
    if after:
        gap = text[quote.end : min(cited[after[0]].start, quote.end + 2 * LOOK_BACK)]
        if cited[after[0]].start - quote.end <= LOOK_BACK and _LEADS_BEHIND.fullmatch(gap):
            return _run(text, cited, after), True
    if before:
        owners = _run(text, cited, before[::-1])[::-1]
        return owners, quote.start - cited[owners[-1]].end <= CLOSE
    return (_run(text, cited, after), False) if after else None


def _run(text: str, cited: Sequence[Reference], places: Sequence[int]) -> tuple[int, ...]:
    """The first of `places` and those that a list joins to it."""
    run = [places[0]]
    for place in places[1:]:
        left, right = sorted((run[-1], place))
        gap = text[cited[left].end : min(cited[right].start, cited[left].end + 8)]
        if not _LISTED.fullmatch(gap):
            break
        run.append(place)
    return tuple(run)
