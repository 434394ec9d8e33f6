"""Who acts in a claim, and to or through whom: a party that the text names elsewhere is not the one who must act."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.generation.claims import Clause, clauses
from assistant.generation.ground import Unit

_ACTOR = re.compile(
    "([\u3400-\u9fff]{0,8}(?:人员|持有人|申请人|注册人|备案人|当事人|代表人|负责人|企业|单位|机构|部门|机关|委托方|受托方|经营者"
    "|生产者|消费者|中心))$"
)
_HANDED = re.compile("(?:对(?!应)|向|由|经(?!营|济|办|纪|销)|与|将|把|在|自(?![己行])|被|给|以(?![上下外及内])).*$")
_PASSED = re.compile("(?:对|向|由|经(?!营|济|办|纪|销)|与|将|把|被|给|报|从)[^，；。]{0,12}$")
_DEED = re.compile(
    "应当|必须|不得|可以|需要|有权|负责|(?<![反供相适对响效])应(?![急用对激])|须|需(?!求)|(?<![必主重])要(?![求件素约])|(?<!许)可(?![能靠行见追控疑])"
)
_PARTY = re.compile(
    "(提交|报送|上报|报告(?!提交|报送|由)|移送|通知|委托|责令|要求|由)([\u3400-\u9fff]{0,14}?(?:机构|持有人|注册人|备案人|申请人|企业|单位|经营者"
    "|消费者|当事人|负责人|委员会|人员))"
)
_DOER = re.compile(
    "([\u3400-\u9fff]{0,8}(?:持有人|注册人|备案人|责任人|申请人|申办者|机构|企业|单位|部门|机关|者|方))"
    "(?=[还也均都]?(?:应当|应|必须|须|不得|可以|有权|负责|责令|通知|发现|立即)[\u3400-\u9fff])"
)
_TOLD_TO = re.compile("(?:通知|责令|要求|委托|对|向|将|给|与)[^，；。]{0,16}$")
_FINDS = re.compile("发现|通知|需要")
_TRADES = frozenset(("销售", "零售", "批发", "生产", "经营", "使用", "受托", "储存", "运输", "研制", "接种", "检验"))
LOOK_BACK = 24
SHARED = 3
"""Pairs of characters by which two clauses are about one deed."""
_WORTH = 0.8
"""How near to the closest stored clause another must come to be what a claim may mean."""
_LAST = 4
"""Characters of an actor's name that tell it from others: 受托生产企业, 生产企业."""


def other_party(claim: Sequence[Clause], unit: Unit) -> bool:
    """Whether another acts in a claim, or it is done to another, than in the stored sentence that holds its words."""
    return _other_actor(claim, unit) or _other_behind(claim, unit) or _other_doer(claim, unit)


def places(word: str, text: str) -> Iterator[int]:
    """Every place where a word stands in a text."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _other_actor(claim: Sequence[Clause], unit: Unit) -> bool:
    """Whether the text names the one who acts in the claim only as one to whom something is done."""
    for clause in claim:
        deed = _DEED.search(clause.text)
        if deed is None or clause.conditional:
            continue
        named = _ACTOR.search(_HANDED.sub("", clause.text[: deed.start()]).rstrip("　 都均也还仍"))
        if named is None:
            continue
        actor = named[1][-_LAST - 2 :] if named[1].startswith("受托", max(0, len(named[1]) - 6)) else named[1][-_LAST:]
        name = actor if actor in unit.around else actor[-2:]
        standing = [(one, at) for one in unit.clauses for at in places(name, one.text)]
        if standing and not any(_acts(one, at) for one, at in standing):
            return True
        if not standing and _another_acts(clause, unit):
            return True
    return False


def _another_acts(told: Clause, unit: Unit) -> bool:
    """Whether the stored clause nearest to a claim names one who acts; the claim's own is not there."""
    acting = [one for one in unit.clauses if one.pairs & told.pairs and _DEED.search(one.text)]
    if not acting:
        return False
    nearest = max(acting, key=lambda one: len(one.pairs & told.pairs))
    deed = _DEED.search(nearest.text)
    return deed is not None and _ACTOR.search(_HANDED.sub("", nearest.text[: deed.start()])) is not None


def _acts(clause: Clause, at: int) -> bool:
    """Whether a name stands where the one who acts does: before the deed, and not behind 对, 向 or 由."""
    deed = _DEED.search(clause.text)
    by = clause.text[:at].endswith(("由", "经")) or re.search("由[^，；。]{0,12}$", clause.text[:at]) is not None
    return by or ((deed is None or at < deed.start()) and not _PASSED.search(clause.text[:at]))


def _other_behind(claim: Sequence[Clause], unit: Unit) -> bool:
    """委托持有人 where the text says 委托监测机构: the party behind a verb is not that of the text."""
    for clause in claim:
        for verb, party in _PARTY.findall(clause.text):
            if "的" in party:
                continue
            stored = [
                one.text for one in unit.clauses if verb in one.text and (verb != "由" or _shares_deed(clause, one))
            ]  # fmt: skip
            if stored and party[-_LAST:] in unit.around and not any(_behind(verb, party, one) for one in stored):
                return True
            if verb in ("由", "委托") and stored and not any(party[-_LAST:] in one for one in stored):
                return True
    return False


def _shares_deed(told: Clause, held: Clause) -> bool:
    return len(told.pairs & held.pairs) >= SHARED


def _behind(verb: str, party: str, text: str) -> bool:
    return text.find(party[-_LAST:], text.find(verb)) >= 0 or party[-_LAST:] in text[: text.rfind(verb)]


def _other_doer(claim: Sequence[Clause], unit: Unit) -> bool:
    """接种者 where 接种单位 must act: who acts in a claim stands behind another deed of the text, or nowhere in it."""
    for clause in claim:
        named = None if clause.conditional and not _FINDS.search(clause.text) else _DOER.search(clause.text)
        if named is None:
            continue
        name = named[1][-_LAST:]
        if name not in unit.around:
            if named[1].endswith(("者", "方")) and not named[1].endswith("双方") and named[1][-3:] not in unit.around:
                return True
            if _other_trade(name, clause, unit):
                return True
            continue
        deed = frozenset().union(*(one.pairs for one in clauses(clause.text[named.end() :])))
        likes = [
            (len(deed & one.pairs), at) for at, one in enumerate(unit.clauses) if one.conditional == clause.conditional
        ]  # fmt: skip
        best = max(likes, default=(0, 0))[0]
        near = [at for like, at in likes if like >= _WORTH * best]
        if best and not any(_does(name, unit, at) for at in near):
            return True
    return False


def _other_trade(name: str, told: Clause, unit: Unit) -> bool:
    """零售企业 where it is 批发企业 that must act."""
    nearest = max(unit.clauses, key=lambda one: len(one.pairs & told.pairs))
    own = _DOER.search(nearest.text)
    if own is None or own[1][-2:] != name[-2:]:
        return False
    return own[1][-4:-2] != name[:2] and {own[1][-4:-2], name[:2]} <= _TRADES


def _does(name: str, unit: Unit, at: int) -> bool:
    """Whether a name stands where the one who acts in a stored clause does: in it, else in what comes before it."""
    text = unit.clauses[at].text
    own = _DOER.search(text)
    if own is not None and name not in text:
        return False
    deed = _DEED.search(text)
    if name in (text[: deed.start()] if deed else text):
        return True
    return any(
        not _TOLD_TO.search(one.text[max(0, place - LOOK_BACK) : place]) for one in unit.clauses[:at]
        for place in places(name, one.text)
    )  # fmt: skip
