"""Whether a claim and stored words agree: the same figures of the same things, the same must, may and must not of the
same deeds, the same denials."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.generation.claims import Clause, sides
from assistant.generation.figures import Figure
from assistant.generation.ground import Ground, Unit

ALIGNED = 0.75
"""Stored clauses this close to the best likeness are what the claim may be put in other words of."""
NEAR = 0.8
"""How near to the best likeness the clause must be in which the claim's figure stands: 五年 of another clause is no
ground."""
LEAST_LIKE = 0.2
GOVERNED = 0.62
"""Least share of what a claim's must or may governs that the stored must or may governs as well."""
CLOSER = 0.15
"""By how much of what it governs a stored clause with another mode must be closer to a claim to speak against it."""
_REFUSED = frozenset("予再作得受")
"""What stands behind a denial that turns the whole: 不予, 不再, 不作."""
A_WORD = 2
"""Pairs of characters of a condition that is no more than a word."""
WHOLLY, LONG_ENOUGH = 0.9, 4
"""What a must or may governs is the stored one's where they share so much of it, of at least so many pairs."""
MERGED = 3
"""Stored clauses that one clause of a model may put together."""


def likeness(claim: Sequence[Clause], unit: Unit) -> float:
    pairs = pairs_of(claim)
    return len(pairs & unit.pairs) / len(pairs) if pairs else 0.0


def same_figures(
    clause: Clause, claim: Sequence[Clause], told: Sequence[Figure], unit: Unit, ground: Ground
) -> bool:  # fmt: skip
    """Whether every figure of a clause stands in a sentence, in the clause of it that speaks of the same thing, and
    behind the same words where several stand there (价款十倍或者损失三倍). `told` are all the figures of the
    sentence."""
    stored = ground.figures(clause.pairs if clause.conditional and clause.pairs else pairs_of(claim))
    for figure in clause.figures:
        holders = [one for one in stored if unit.holds(one.place) and figure.agrees(one.figure)]
        rivals = [
            one for one in stored
            if one.figure.unit == figure.unit and not any(other.agrees(one.figure) for other in told)
        ]  # fmt: skip
        best = max((one.like for one in holders), default=0.0)
        if not holders or best < NEAR * max((one.like for one in rivals), default=0.0):
            return False
        left = clause.left_of(figure)
        if left and any(one.left == left for one in rivals) and not any(one.left == left for one in holders):
            return False
    return True


def same_sides(claim: Sequence[Clause], unit: Unit) -> bool:
    """Whether 前 and 后 stand behind the same deeds: 销售前 is not 销售后."""
    for clause in claim:
        for deed, side in sides(clause.text):
            stored = {other for stem, other in sides(unit.around) if stem == deed}
            later = side == "后" and "起" in stored  # 退出之日起 is 退出后
            if stored and side not in stored and not later:
                return False
            begins = {stem for stem, other in sides(unit.around) if other == "起"}
            if side == "起" and begins and deed not in begins:
                return False  # 自申请之日起 is not 自核准之日起
    return True


def same_modes(claim: Sequence[Clause], unit: Unit, before: frozenset[str]) -> bool:
    """Whether a sentence says must, may, must not and not where the claim does."""
    inherited = before
    for clause in claim:
        bare = clause.conditional and len(clause.pairs) <= A_WORD and not clause.modes and not clause.denied  # 必要时
        if clause.pairs and not bare and not _same_mode(clause, inherited, unit):
            return False
        inherited = clause.modes or inherited
    return True


def _same_mode(clause: Clause, inherited: frozenset[str], unit: Unit) -> bool:
    held = unit.clauses
    if clause.modes and not clause.denied and all(_whole(mode, told, held) for mode, told in clause.governed.items()):
        return True
    runs = [held[at : at + size] for size in range(1, MERGED + 1) for at in range(len(held) - size + 1)]
    likes = [len(clause.pairs & pairs_of(run)) / len(clause.pairs) for run in runs]
    best = max(likes, default=0.0)
    if best < LEAST_LIKE:
        return not clause.modes and not clause.denied and not unit.modes & {"barred", "neednot"}
    place = {id(one): at for at, one in enumerate(held)}
    for run, like in zip(runs, likes, strict=True):
        telling = [one for one in run if not one.conditional] or (list(run) if clause.conditional else [])
        if like < ALIGNED * best or not telling or len(_moded(telling, clause)) > 1:
            continue
        own = frozenset().union(*(one.modes for one in telling))
        left = next((one.modes for one in reversed(held[: place[id(run[0])]]) if one.modes), frozenset())
        own -= {"may"} if clause.conditional and not clause.modes else set()
        if _same_denials(clause, run) and _agree(clause.modes, inherited, own, left) and _governs(clause, run):
            return True
    return False


def _moded(telling: Sequence[Clause], clause: Clause) -> list[frozenset[str]]:
    """The modes of stored clauses put together; those that are alike count once where a figure says which is meant."""
    found = [one.modes for one in telling if one.modes]
    return list(dict.fromkeys(found)) if clause.figures else found


def _whole(mode: str, told: frozenset[str], held: Sequence[Clause]) -> bool:
    """Whether one stored clause with this mode, and no denial, says it all."""
    return len(told) >= LONG_ENOUGH and any(
        len(told & one.governed.get(mode, frozenset())) >= WHOLLY * len(told) and not one.denied for one in held
    )


def no_other_mode(clause: Clause, ground: Ground) -> bool:
    """Whether no stored clause says 可以 of the same deed, more closely, where the claim says 应当."""
    for mode, told in clause.governed.items():
        likes = {True: 0, False: 0}
        for name, stored in ground.governed:
            likes[name == mode] = max(likes[name == mode], len(told & stored))
        if likes[False] > likes[True] + CLOSER * len(told):
            return False
    return True


def _same_denials(clause: Clause, run: Sequence[Clause]) -> bool:
    """Whether 不 and 未 stand before the same things; of stored cases (不齐全或者不符合…的) one may be left out."""
    denied = [one for stored in run for one in stored.denied]
    dropped = [one for one in denied if one not in clause.denied]
    if all(one in denied for one in clause.denied):
        turned = (
            not clause.denied and not clause.modes & {"barred", "neednot"} and any(one in _REFUSED for one in dropped)
        )
        return not turned and not any(one in clause.text for one in dropped)
    undone: frozenset[str] = frozenset().union(*(stored.undone for stored in run))
    return len(denied) == len(clause.denied) and len(clause.undone & undone) >= A_WORD


def _governs(clause: Clause, run: Sequence[Clause]) -> bool:
    """Whether the stored must or may is about the same deed: 应当取得许可证 is no ground for 应当自行生产."""
    for mode, told in clause.governed.items():
        stored: set[str] = set()
        for at, one in enumerate(run):
            if mode in one.governed:
                stored |= one.pairs | pairs_of(run[at + 1 :])
        stored = stored or set(pairs_of(run))
        if told and len(told & stored) < GOVERNED * len(told):
            return False
    return True


def pairs_of(run: Sequence[Clause]) -> frozenset[str]:
    return frozenset().union(*(one.pairs for one in run))


def _agree(told: frozenset[str], told_before: frozenset[str], own: frozenset[str], left: frozenset[str]) -> bool:
    """Whether the modes of a clause are those of the stored words: `own` of them, `left` of what stands before them."""
    if not told:
        return own <= {"must"} | told_before
    if (own - told) & {"barred", "neednot", "favoured"}:
        return False
    for mode in told:
        plain_duty = mode == "must" and not own and not left - {"must"}
        if not (mode in own or (not own and mode in left) or plain_duty):
            return False
    return True
