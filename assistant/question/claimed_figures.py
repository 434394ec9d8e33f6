"""A figure that a question has heard somewhere and that the provision in question states otherwise.

It speaks only where the person asks whether a figure is right, one provision is plainly the one that is meant, and that
provision holds one figure of the unit for it; nothing is said as soon as another reading would make the claim right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.question.asked_day import Asked
from kb.knowledge import KnowledgeBase
from kb.model import Force, Level, Passage
from kb.numerals import to_number
from kb.relevance import coverage
from kb.search import WITHOUT_FORCE, Finding, findings

_HEARD = re.compile(
    "(?:我?听(?:人|别人|同行|朋友)?说(?:过)?|据说|网上说|有人(?:说|告诉我)|都说|不是说|我?(?:一直)?以为|我?记得)[，,]?"
)
_IS_IT = re.compile(
    "[，,]?(?:对吗|对吧|对不对|是吗|是吧|是真的吗|真的吗|是不是真的|没错吧|有这回事吗|是这样吗)[？?。]*$"
)
_ISNT_IT = re.compile("不是(?=.{1,12}吗[？?]?$)")
_NUMBER = "[\\d〇零一二三四五六七八九十百千两]{1,8}"
_UNIT = "工作日|倍|年|个月|日|天|万元|元|小时"
_FIGURE = re.compile(rf"(?P<number>{_NUMBER})个?(?P<unit>{_UNIT})")
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})个?(?P<low_unit>{_UNIT})以上(?:至|到)?(?P<high>{_NUMBER})个?(?P<unit>{_UNIT})以下"
)
_AT_LEAST = re.compile("(?:不少于|不低于|至少|不短于|超过|不足|满)$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_GENERAL = re.compile("中华人民共和国|管理|监督|质量|办法|条例|规定|规范|实施|细则|暂行|试行|若干|问题")
LOOKED_AT = 6
FIRST = 2
"""Places of the search in which the provision that is meant stands."""
SPEAKS = 0.6
"""Share of the words that the provision must hold…"""
CLEAR = 0.08
"""…and by how much more than any other one in which the claim would be right."""


class Figure(NamedTuple):
    """A number or a range in a unit, as written."""

    low: int
    high: int
    unit: str
    words: str


def claimed_figures(knowledge: KnowledgeBase, asked: Asked) -> Iterator[str]:
    """At most one sentence, with the words of the provision."""
    question = asked.question
    if not (_HEARD.search(question) or _IS_IT.search(question) or _ISNT_IT.search(question)):
        return
    claims = figures(question)
    if len(claims) != 1:
        return
    claim = claims[0]
    said = _ISNT_IT.sub("", _IS_IT.sub("", _HEARD.sub("", question)))
    weights = knowledge.term_weights(re.sub(rf"{re.escape(claim.words)}[以之]?[内后前]?", "，", said))
    asking = said.replace(claim.words, f"多少{claim.unit}")
    found = findings(knowledge, asking, as_of=asked.day, limit=LOOKED_AT)
    stated = _stated(weights, found, claim)
    if stated and _of_this_text(knowledge, stated[0], question):
        passage, figure = stated
        yield f"条文写的不是{claim.words}：{passage.label}写的是“{figure.words}”。"


def _of_this_text(knowledge: KnowledgeBase, passage: Passage, question: str) -> bool:
    """Whether the question is of what the text is about: a law is of wide scope, a rule of what its title says. The
    term of an approval of advertisements is not that of the approval of a medicine."""
    if knowledge.registry.document(passage.document_id).level is Level.LAW:
        return True
    return coverage(knowledge.term_weights(_GENERAL.sub("，", passage.title)), question) >= SPEAKS


def figures(text: str) -> list[Figure]:
    """The figures of a text in its order; a range is one figure."""
    made: list[Figure] = []
    ranges = list(_RANGE.finditer(text))
    for match in ranges:
        low, high = _read(match["low"]), _read(match["high"])
        if low is not None and high is not None and match["low_unit"] == match["unit"]:
            made.append(Figure(low, high, _plain(match["unit"]), match[0]))
    for match in _FIGURE.finditer(text):
        inside = any(one.start() <= match.start() < one.end() for one in ranges)
        number = _read(match["number"])
        if not inside and number is not None and not (match["unit"] == "年" and _YEAR.fullmatch(match["number"])):
            made.append(Figure(number, number, _plain(match["unit"]), match[0]))
    return made


def _stated(weights: Mapping[str, float], found: Sequence[Finding], claim: Figure) -> tuple[Passage, Figure] | None:
    """The provision that is meant and its one figure, which is not the claim."""
    passages = [f.passage for f in found if f.passage.kind not in WITHOUT_FORCE and f.passage.force is Force.IN_FORCE]
    meant = [(one, figure) for one in passages if (figure := _of_the_matter(weights, one.text, claim.unit))]
    if not meant:
        return None
    best, figure = max(meant, key=lambda one: (_holds(weights, one[0]), _clearest(weights, one[0].text, claim.unit)))
    share = _holds(weights, best)
    if share < SPEAKS or best not in passages[:FIRST] or figure.low <= claim.low <= figure.high:
        return None
    near = [one for one in meant if _holds(weights, one[0]) > share - CLEAR]
    if any(other[:3] != figure[:3] for _, other in near):
        return None
    beside = [p for p in passages if p.document_id == best.document_id and p is not best]
    if any(_claim_stands(p.text, claim) and _holds(weights, p) > share - CLEAR for p in beside):
        return None
    return (best, figure) if not _claim_stands(best.text, claim) or _split(best.text, claim.unit) else None


def _clearest(weights: Mapping[str, float], text: str, unit: str) -> float:
    clauses = (clause for clause in re.split("[，；。\n]", text) if any(f.unit == unit for f in figures(clause)))
    return max((coverage(weights, clause) for clause in clauses), default=0.0)


def _holds(weights: Mapping[str, float], passage: Passage) -> float:
    return coverage(weights, f"{passage.title}{passage.text}")


def _claim_stands(text: str, claim: Figure) -> bool:
    return any(figure.unit == claim.unit and figure.low <= claim.low <= figure.high for figure in figures(text))


def _split(text: str, unit: str) -> bool:
    """Whether a text gives each of several things its own figure of the unit."""
    return len({figure[:3] for figure in figures(text) if figure.unit == unit}) > 1


def _of_the_matter(weights: Mapping[str, float], text: str, unit: str) -> Figure | None:
    """The one figure of the unit in the text; where there are several, that of the clause that holds clearly most of
    the words. None where it is a bound from below, or unsure."""
    clauses = [(clause, [f for f in figures(clause) if f.unit == unit]) for clause in re.split("[，；。\n]", text)]
    holding = [(clause, own) for clause, own in clauses if own]
    values = {figure[:3] for _, own in holding for figure in own}
    if len(values) > 1:
        ranked = sorted(((coverage(weights, clause), at) for at, (clause, _) in enumerate(holding)), reverse=True)
        if ranked[0][0] < SPEAKS or any(share > ranked[0][0] - CLEAR for share, _ in ranked[1:]):
            return None
        holding = [holding[ranked[0][1]]]
    if not holding or len({figure[:3] for figure in holding[0][1]}) != 1:
        return None
    clause, own = holding[0]
    return None if _AT_LEAST.search(clause[: clause.find(own[0].words)]) else own[0]


def _read(words: str) -> int | None:
    try:
        return to_number(words)
    except ValueError:
        return None


def _plain(unit: str) -> str:
    return "日" if unit == "天" else unit
