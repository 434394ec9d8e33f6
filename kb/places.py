"""The grammar of places: 第七十九条第一款第（二）项, 79条1款2项, 第三条至第五条, 第一款和第三款, 第三章第一节.

A place is a chain of steps down the ladder 编 章 节 条 款 项 目. A list or a range changes the last step, so
第十条第一款和第三款 are two places of one article. Articles stand alone: 第三章第二十条 is article 20.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kb.numerals import NUMERAL_CHARACTERS, ordinal, to_chinese

RUNGS = {"编": 0, "分编": 1, "部分": 1, "章": 2, "节": 3, "条": 4, "款": 5, "项": 6, "目": 7}
ARTICLE, PARAGRAPH, ITEM = RUNGS["条"], RUNGS["款"], RUNGS["项"]
GAP = r"[ \u3000\xa0]{0,2}"
NUMBER = f"[{NUMERAL_CHARACTERS}]{{1,9}}"
_ONE = rf"(?:[（(]{GAP}{NUMBER}{GAP}[）)]|{NUMBER}(?:之{NUMBER})?)"
_TO = "至|到|[-－–—~～]{1,2}"
_BETWEEN = rf"{GAP}(?:、|和|及|与|或者?|以及|{_TO}|(?=[（(])){GAP}"
_RUNG = (
    "条(?!件|例(?![外如举])|线|生产线|流水线)|款(?![式项]|产品)|项(?!目(?!的)|任务|工作|技术|研究)|目(?![录标的前])"
    "|章(?!程)|节(?![目点日能约课])|分编|编(?![号制码写])|部分"
)
GROUP = re.compile(
    rf"(?P<ordinal>第{GAP})?(?P<numbers>{_ONE}(?:{_BETWEEN}(?:第{GAP})?{_ONE}){{0,16}}){GAP}(?P<rung>{_RUNG})"
    rf"(?:之(?P<extra>{NUMBER}))?"
)
"""One step with all its numbers: 第三、五条, （一）至（三）项. The guards keep 第一条件, 第二项目 and 第三章程 out."""
_MEMBER = re.compile(
    rf"(?P<to>{_TO})|[（(]{GAP}(?P<inner>{NUMBER}){GAP}[）)]|(?P<plain>{NUMBER})(?:之(?P<extra>{NUMBER}))?"
)
_BARE_ITEM = re.compile(rf"[（(]{GAP}(?P<inner>[一二三四五六七八九十]{{1,3}}){GAP}[）)](?!{GAP}项)")
"""第五条（二）: an item without its word, right behind an article or a paragraph."""
_DEEPER = re.compile(rf"{GAP}(?:[的中之]{GAP}(?=第)|[（(](?=第{NUMBER}[款项][）)]))?")
_AND = re.compile(rf"{GAP}(?:(?P<to>{_TO})|(?P<sign>、)|[,，]?(?:以及|或者|[和及与或])|[,，](?=第)){GAP}")
_EXTRA = re.compile(rf"之(?P<extra>{NUMBER})(?!{GAP}[条款项])")
MOST = 2000
"""Places of one range: no statute has so many articles."""
SEGMENT = re.compile(r"第(?P<number>[^第]+?)(?P<rung>分编|部分|[编章节条款项目])(?:之(?P<extra>.+))?")


class Written(NamedTuple):
    """A place as written at `[start, end)`; `since` is the first place of a range whose last is `path`."""

    start: int
    end: int
    path: tuple[str, ...]
    since: tuple[str, ...] | None = None


class First(NamedTuple):
    """The first step at a place: its rung, where it ends, and whether its number stands in brackets."""

    rung: int
    end: int
    bracketed: bool


class _Member(NamedTuple):
    """One number of a step; `ranged` says that 至 stands before it."""

    start: int
    end: int
    segment: str
    ranged: bool = False


class _Group(NamedTuple):
    rung: int
    members: tuple[_Member, ...]
    end: int
    plain: bool = False
    """Written without 第 and brackets."""


class _Open(NamedTuple):
    """A place that may still go on downward: 第三条 before 第二款 is read."""

    start: int
    end: int
    chain: tuple[tuple[int, str], ...]
    ranged: bool


def first(text: str, at: int) -> First | None:
    """The step that begins at `at`, before it is read whole."""
    match = GROUP.match(text, at)
    return First(RUNGS[match["rung"]], match.end(), match["numbers"][0] in "（(") if match else None


def read(text: str, at: int, above: Sequence[str] = ()) -> list[Written]:
    """The places of one list that begins at `at`; [] when none does. `above` is the path that a 款, 项 or 目 written
    alone hangs on: the article or paragraph that 本条 or 前款 stands for, or an attachment."""
    found: list[Written] = []
    chain = tuple((rung_of(segment), segment) for segment in above)
    group, start, ranged = _group(text, at), at, False
    while group is not None:
        chain = tuple(step for step in chain if step[0] < group.rung)
        current: _Open | None = None
        for member in group.members:
            if current is not None:
                _close(found, current)
            current = _Open(
                member.start if current else start, member.end, (*chain, (group.rung, member.segment)),
                member.ranged if current else ranged,
            )  # fmt: skip
        assert current is not None  # a group has members
        chain = current.chain
        if (deeper := _deeper(text, current)) is not None:
            group, start, ranged = deeper, current.start, current.ranged
            continue
        _close(found, current)
        group, start, ranged = _next(text, current, group)
    return found


def _close(found: list[Written], place: _Open) -> None:
    path = path_of(place.chain)
    if place.ranged and found:
        first = found.pop()
        found.append(Written(first.start, place.end, path, first.path))
    else:
        found.append(Written(place.start, place.end, path))


def path_of(chain: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """An article stands alone, whatever part and chapter it was named with."""
    alone = any(rung == ARTICLE for rung, _ in chain)
    return tuple(segment for rung, segment in chain if not (alone and 0 <= rung < ARTICLE))


def _deeper(text: str, place: _Open) -> _Group | None:
    """The step right behind a place that goes further down: 第三条 + 第二款, 第五条 + （二）."""
    rung = place.chain[-1][0]
    if rung in (ARTICLE, PARAGRAPH) and (item := _BARE_ITEM.match(text, place.end)):
        segment = _segment("项", item["inner"])
        return _Group(ITEM, (_Member(item.start(), item.end(), segment),), item.end())
    gap = _DEEPER.match(text, place.end)
    at = gap.end() if gap else place.end
    group = _group(text, at)
    if group is None or group.rung <= rung or (group.plain and at > place.end):
        return None
    return group


def _next(text: str, place: _Open, last: _Group) -> tuple[_Group | None, int, bool]:
    """The next step of a list with where it begins and whether 至 stands before it."""
    sign = _AND.match(text, place.end)
    if sign is None:
        return None, place.end, False
    at, rung = sign.end(), place.chain[-1][0]
    ranged = sign["to"] is not None
    article, _, extra = place.chain[-1][1].partition("条之")
    if rung == ARTICLE and extra and (another := _EXTRA.match(text, at)):
        segment = f"{article}条之{_printed(another['extra'])}"
        return _Group(ARTICLE, (_Member(at, another.end(), segment),), another.end()), at, ranged
    if rung == ITEM and (item := _BARE_ITEM.match(text, at)):
        return _Group(ITEM, (_Member(at, item.end(), _segment("项", item["inner"])),), item.end()), at, ranged
    group = _group(text, at)
    if group is None or group.rung > rung:
        return None, at, False
    if group.plain and not (group.rung == rung and (last.plain or ranged or sign["sign"])):
        return None, at, False
    return group, at, ranged


def _group(text: str, at: int) -> _Group | None:
    match = GROUP.match(text, at)
    if match is None:
        return None
    word, extra = match["rung"], match["extra"]
    members: list[_Member] = []
    ranged, start = False, at
    for token in _MEMBER.finditer(text, match.start("numbers"), match.end("numbers")):
        if token["to"]:
            ranged = True
            continue
        segment = _segment(word, token["inner"] or token["plain"], token["extra"])
        members.append(_Member(start if not members else token.start(), token.end(), segment, ranged))
        ranged = False
    end = match.end()
    last = members[-1]
    if extra:
        last = last._replace(segment=f"{last.segment}之{_printed(extra)}")
    members[-1] = last._replace(end=end)
    plain = match["ordinal"] is None and match["numbers"][0] not in "（("
    return _Group(RUNGS[word], tuple(members), end, plain)


def _segment(rung: str, number: str, extra: str | None = None) -> str:
    """A canonical segment; a numeral that cannot be read stays as it was written: no provision answers to it."""
    if rung == "条":
        return f"第{_printed(number)}条" + (f"之{_printed(extra)}" if extra else "")
    if rung == "项":
        return f"第（{_printed(number)}）项"
    if rung == "目":
        try:
            return f"第{ordinal(number)}目"
        except ValueError:
            return f"第{number}目"
    return f"第{_printed(number)}{rung}"


def _printed(number: str) -> str:
    try:
        return to_chinese(ordinal(number))
    except ValueError:
        return number


def article_segment(number: int, extra: int | None = None) -> str:
    return f"第{to_chinese(number)}条" + (f"之{to_chinese(extra)}" if extra else "")


def rung_of(segment: str) -> int:
    """Where a canonical segment stands on the ladder; -1 for an attachment or an outline entry, which hold the rest."""
    match = SEGMENT.fullmatch(segment)
    return RUNGS[match["rung"]] if match else -1


def members(since: tuple[str, ...] | None, path: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Every place from `since` to `path`; a range whose ends are not numbers of one rung (第三条第二款至第五条,
    第三条之一至第五条) gives its two ends. Raises ValueError when it runs backwards or holds more than MOST places."""
    if since is None:
        return (path,)
    first, last = SEGMENT.fullmatch(since[-1]), SEGMENT.fullmatch(path[-1])
    if not first or not last or since[:-1] != path[:-1] or first["rung"] != last["rung"]:
        return (since, path)
    if first["extra"] or last["extra"]:
        return (since, path)
    low, high = ordinal(first["number"].strip("（）")), ordinal(last["number"].strip("（）"))
    if low > high:
        raise ValueError(f"范围的起点在终点之后：{since[-1]}至{path[-1]}。")
    if high - low >= MOST:
        raise ValueError(f"范围过大：{since[-1]}至{path[-1]}，请缩小后重试。")
    return tuple((*path[:-1], _segment(first["rung"], str(number))) for number in range(low, high + 1))
