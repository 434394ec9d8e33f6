"""Which of several quoted texts goes first, and why: sentences beside the answer, which hide no side of it.

The order is that of the Legislation Law (立法法): a law before an administrative regulation, that before local
regulations and departmental rules, those before local government rules and before documents below them. Between a
departmental rule and a local regulation there is no order; between texts of one rank the newer and the special one go
first. Our own guides and answers are grounds for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from assistant.extracts.sentences import sentences
from kb import validity
from kb.address import COUNTRY, to_number
from kb.model import Citation, Document, Force, Kind, Level
from kb.registry import Registry
from kb.search import WITHOUT_FORCE

NOTES_MOST = 4
FIGURES_MOST = 4
RANK: dict[Level, int] = {
    Level.CONSTITUTION: 0,
    Level.LAW: 1,
    Level.ADMINISTRATIVE_REGULATION: 2,
    Level.LOCAL_REGULATION: 3,
    Level.DEPARTMENT_RULE: 3,
    Level.LOCAL_RULE: 4,
    Level.NORMATIVE_DOCUMENT: 5,
    Level.GUIDANCE: 6,
    Level.REFERENCE: 7,
}
UNRANKED = {
    frozenset((Level.DEPARTMENT_RULE, Level.LOCAL_REGULATION)): (
        "部门规章与地方性法规之间不分高下，规定不一致、不能确定如何适用时由国务院提出意见：认为应当适用地方性法规的，"
        "由国务院决定；认为应当适用部门规章的，提请全国人民代表大会常务委员会裁决。"
    ),
    frozenset((Level.DEPARTMENT_RULE, Level.LOCAL_RULE)): (
        "部门规章与地方政府规章效力相等，各在权限范围内施行，规定不一致的由国务院裁决。"
    ),
}
RULING = {Level.LAW: "全国人民代表大会常务委员会", Level.ADMINISTRATIVE_REGULATION: "国务院"}
"""Who decides between a newer general and an older special provision; elsewhere the body that made them."""
_NUMBER = "[〇○零一二三四五六七八九十百千万两0-9０-９.]"
FIGURE = re.compile(
    rf"(?<![第年月/〇○零一二三四五六七八九十百千万两0-9０-９.])(?:百分之(?P<percent>{_NUMBER}{{1,16}})"
    rf"|(?P<number>{_NUMBER}{{1,16}})\s?(?P<unit>个?工作日|个?月|周?年(?!度)|日|天|小时|倍|元|%|％))"
)
"""An amount with its unit. Not 第三年 or 上一年度, not the day of a calendar."""
ALIKE = 0.4
"""Share of the shorter sentence's pairs of characters that the other one has, where both may speak of one matter."""
DEVIATING = re.compile("经济特区|自由贸易港|浦东新区")
"""Regulations of these areas may deviate from national law under an authorisation."""
SAME_UNIT = {"天": "日", "％": "%", "周年": "年", "个月": "月", "个工作日": "工作日"}


Figures = dict[str, frozenset[float]]
"""Unit → amounts."""


class Stated(NamedTuple):
    """A quoted sentence with figures; `pairs` are the pairs of characters of its other words."""

    pairs: frozenset[str]
    figures: Figures


class Side(NamedTuple):
    """What an answer quotes of one document."""

    document: Document
    key: str
    stated: tuple[Stated, ...]

    @property
    def name(self) -> str:
        return f"《{self.document.title.removeprefix(COUNTRY)}》[{self.key}]"


def notes(registry: Registry, citations: Sequence[Citation]) -> tuple[str, ...]:
    """A note for each thing a reader must know to weigh the citations of one answer, the most pressing first."""
    sides = _sides(registry, citations)
    grounds = [side for side in sides if side.document.kind not in WITHOUT_FORCE]
    found = [
        *_out_of_force(citations, sides),
        *(_precedence(one, other) for one, other in combinations(grounds, 2)),
        _no_ground([side for side in sides if side.document.kind in WITHOUT_FORCE], grounds),
    ]
    return tuple(dict.fromkeys(note for note in found if note))[:NOTES_MOST]


def _sides(registry: Registry, citations: Sequence[Citation]) -> list[Side]:
    sides: dict[str, Side] = {}
    for citation in citations:
        stated = _stated(citation.quote)
        held = sides.get(citation.document_id)
        if held:
            sides[citation.document_id] = held._replace(stated=held.stated + stated)
        else:
            sides[citation.document_id] = Side(registry.document(citation.document_id), citation.key, stated)
    return list(sides.values())


def _stated(quote: str) -> tuple[Stated, ...]:
    words = [quote[start:end] for start, end in sentences(quote)]
    return tuple(
        Stated(frozenset(map("".join, pairwise(FIGURE.sub("", one)))), figures)
        for one in words if (figures := figures_of(one))
    )  # fmt: skip


def figures_of(words: str) -> Figures:
    """The amounts a text states by unit: 三十日 and 30天 are both `{"日": {30.0}}`; the year 2019 is none."""
    found: dict[str, set[float]] = {}
    for match in FIGURE.finditer(words):
        unit = match["unit"] or "%"
        try:
            amount = _amount(match["percent"] or match["number"])
        except ValueError:
            continue  # 千万 in 千万元, two points in a number
        if (unit, amount // 1000) not in (("年", 1), ("年", 2)):
            found.setdefault(SAME_UNIT.get(unit, unit), set()).add(amount)
    return {unit: frozenset(amounts) for unit, amounts in found.items()}


def _amount(printed: str) -> float:
    """The number in words of a law: 一万五千, 1.5万, 三十. Raises ValueError."""
    whole, ten_thousand, rest = printed.partition("万")
    if ten_thousand:
        return _amount(whole) * 10_000 + (_amount(rest) if rest else 0.0)
    return float(whole) if "." in whole else float(to_number(whole))


def _out_of_force(citations: Sequence[Citation], sides: Sequence[Side]) -> list[str]:
    """That the answer leans on words which are not, or not surely, in force: once for each text and reason."""
    binding = {side.document.id for side in sides if side.document.kind not in WITHOUT_FORCE}
    found: dict[tuple[str, str], list[str]] = {}
    for citation in citations:
        if citation.document_id in binding and citation.force is not Force.IN_FORCE:
            why = citation.notice or f"效力状态为{citation.force}，请勿直接作为依据。"
            found.setdefault((citation.title, why), []).append(citation.key)
    return [f"《{title.removeprefix(COUNTRY)}》[{']['.join(keys)}]：{why}" for (title, why), keys in found.items()]


def _precedence(one: Side, other: Side) -> str | None:
    """Which of two texts goes first where their figures differ or only one of them is local; None where neither is so
    or one tells courts how to apply the other."""
    figures = _figures_apart(one, other)
    if Kind.JUDICIAL_INTERPRETATION in (one.document.kind, other.document.kind):
        return None
    if one.document.region and other.document.region and not _same_area(one.document, other.document):
        return _each_at_home(one, other)
    local = bool(one.document.region) != bool(other.document.region)
    if not figures and not local:
        return None
    apart = f"写明的数字不同（{figures}），如果说的是同一事项：" if figures else ""
    return f"{_described(one)}与{_described(other)}{apart or '：'}{_order(one, other)}"


def _order(one: Side, other: Side) -> str:
    levels = {one.document.level, other.document.level}
    if len(levels) == 1:
        order = _among_equals(one, other)
    elif frozenset(levels) in UNRANKED:
        order = UNRANKED[frozenset(levels)]
    else:
        higher, lower = sorted((one, other), key=lambda side: RANK[side.document.level])
        order = f"{higher.document.level}的效力高于{lower.document.level}，以{higher.name}为准。"
    return order + "".join(_only_here(side) for side in (one, other))


def _among_equals(one: Side, other: Side) -> str:
    level, issuers = one.document.level, {one.document.issuer, other.document.issuer}
    if level is Level.DEPARTMENT_RULE and len(issuers) == 2 and None not in issuers:
        return "不同部门的规章效力相等，各在权限范围内施行，规定不一致的由国务院裁决。"
    ruling = RULING.get(level, "制定机关")
    return (
        f"两者层级相同，同一机关制定的，{_newer(one, other)}，特别规定优先于一般规定；"
        f"新的一般规定与旧的特别规定不一致、不能确定的，由{ruling}裁决。"
    )


def _newer(one: Side, other: Side) -> str:
    begun = {side.name: validity.start(side.document) for side in (one, other)}
    if None in begun.values() or begun[one.name] == begun[other.name]:
        return "新的规定优先于旧的规定"
    newest = max(begun, key=lambda name: str(begun[name]))
    return f"新的规定优先于旧的规定（{newest}较新，{begun[newest]}起施行）"


def _only_here(side: Side) -> str:
    document = side.document
    if not document.region:
        return ""
    deviating = "；其中经授权变通的规定，在当地优先适用" if DEVIATING.search(document.title) else ""
    return f"{side.name}只在{document.region}适用，可以比上位法具体，不得与上位法抵触{deviating}。"


def _each_at_home(one: Side, other: Side) -> str:
    areas = "，".join(f"{side.name}只在{side.document.region}适用" for side in (one, other))
    return f"{areas}：请看所在地的那一部。"


def _same_area(one: Document, other: Document) -> bool:
    """Whether one region holds the other: 广州市黄埔区 lies in 广州市, 广州市 in 广东省 is not written in its name."""
    near, far = str(one.region), str(other.region)
    return near.startswith(far) or far.startswith(near)


def _figures_apart(one: Side, other: Side) -> str:
    """The figures of one unit that sentences on one matter have none of in common, as both texts state them."""
    alike = [(mine, its) for mine in one.stated for its in other.stated if _alike(mine.pairs, its.pairs)]
    ours, theirs = _united(mine for mine, _ in alike), _united(its for _, its in alike)
    units = [unit for unit, amounts in ours.items() if unit in theirs and not amounts & theirs[unit]]
    return "；".join(
        f"[{one.key}] {_amounts(ours[unit], unit)}与[{other.key}] {_amounts(theirs[unit], unit)}" for unit in units
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * max(1, min(len(one), len(other)))


def _united(stated: Iterable[Stated]) -> Figures:
    united: Figures = {}
    for sentence in stated:
        for unit, amounts in sentence.figures.items():
            united[unit] = united.get(unit, frozenset()) | amounts
    return united


def _amounts(amounts: frozenset[float], unit: str) -> str:
    printed = [f"{a / 10_000:g}万{unit}" if a >= 10_000 else f"{a:g}{unit}" for a in sorted(amounts)]
    return f"{'、'.join(printed[:FIGURES_MOST])}{'等' if len(printed) > FIGURES_MOST else ''}"


def _described(side: Side) -> str:
    return f"{side.name}（{side.document.region or '全国'}，{side.document.level}）"


def _no_ground(sides: Sequence[Side], grounds: Sequence[Side]) -> str | None:
    """That guides, cases and answers quoted here bind nobody."""
    if not sides:
        return None
    names = "、".join(f"{side.name}（{side.document.kind}）" for side in sides)
    instead = f"以{'、'.join(side.name for side in grounds)}为准" if grounds else "请以其所引法规的原文为准"
    return f"{names}没有法律效力，不能单独作为依据，{instead}。"
