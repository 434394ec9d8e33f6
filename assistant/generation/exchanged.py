"""What a model exchanges while nearly every word of its sentence stands in the text: one sector, act or grade for
another, 或者 for 并, who acts for whom it is done to, the day that a time limit runs from, the case that a fine is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.generation.claims import Clause, clauses, quotations
from assistant.generation.figures import Figure
from assistant.generation.ground import Unit
from assistant.generation.parties import other_party, places

_SECTORS = ("药品", "医疗器械", "化妆品")
_KINDS = (
    _SECTORS, ("注册", "备案"), ("生产", "经营", "使用", "进口", "出口", "研制", "批发", "零售"), ("国产", "进口"),
    ("境内", "境外"), ("普通", "特殊"), ("甲类", "乙类", "丙类"), ("延续", "变更", "补发", "首次"), ("轻微", "严重"),
    ("注销", "撤销", "吊销", "暂扣"), ("没收", "罚款", "警告", "拘留", "责令", "通报批评"), ("收到", "受理"),
    ("处方药", "非处方"), ("每年", "每季度", "每半年", "每月", "每周"), ("口头", "书面"), ("公开", "保密"),
)  # fmt: skip
"""Words of one kind: where a text speaks of one, another is something else."""
_OR = re.compile("(?:或者|或是|或)")
_JOINED = re.compile("([\u3400-\u9fff]{2})(或者|或是|或|并且|而且|以及|且|并|和)([\u3400-\u9fff]{2})")
_ONLY = re.compile("只有|只能|只可|只限|仅|唯有|唯一|才|限于")
_ONLY_TOO = re.compile("只|仅|才|方可|方能|唯一|限于")
_ANCHOR = re.compile("(?:自|从)([^，；。自从]{2,40}?)(?:之日|当日|之时|次日|开始|起)")
_EVENT = re.compile(
    "收到|接到|受理|发布|公布|批准|核准|取得|获得|签发|送达|作出|发生|终了|结束|知道|发现|届满|到期|实施|施行|生效|注销|登记|完成|开始"
    "|上市|销售|签订|提交|停止|变更|入驻|退出|交付|申请|授权|离职"
)
_SAME_EVENT = {
    "接到": "收到",
    "获得": "取得",
    "到期": "届满",
    "公布": "发布",
    "核准": "批准",
    "施行": "实施",
    "结束": "终了",
}
_GRADE = re.compile("[一二三四甲乙]级|第?[一二三ⅠⅡⅢ]类|[甲乙]类|[ⅠⅡⅢ]期")
_IS = re.compile("(?<![视作认成以因行])(?:为|是)(?![否了准由])([^为是]{4,})$")
_EITHER, _BOTH = re.compile(r"\s*(?:或者|或是|或)"), re.compile(r"\s*(?:并且|而且|且)")
PREDICATE = 0.65
"""Least share of what a claim says something is that the text must hold."""
NEARLY, RIVAL, A_CHOICE = 0.8, 0.6, 2
"""How alike clauses are that say the same, and conditions that can be taken for one another."""


def exchanged(told: Sequence[Clause], claim: Sequence[Clause], unit: Unit, title: str) -> bool:
    """Whether a claim says another thing than a stored sentence that holds its words. `told` are the clauses of the
    whole sentence of the model."""
    words = "，".join(clause.text for clause in claim)
    return (
        _other_kind(words, unit.around, title)
        or _other_quote(words, unit)
        or _other_joint(words, unit.around)
        or (_ONLY.search(words) is not None and not _ONLY_TOO.search(unit.around))
        or _other_anchor(words, unit.around)
        or _other_grade(told, claim, unit)
        or _other_case(claim, unit)
        or _other_condition(claim, unit)
        or _other_predicate(claim, unit)
        or other_party(claim, unit)
        or _other_link(claim, unit)
    )


def _other_kind(words: str, held: str, title: str) -> bool:
    """药品 where the text is of 医疗器械, 经营 where it is of 生产."""
    for kind in _KINDS:
        told = [word for word in kind if word in words]
        text = held + title if kind is _SECTORS else held
        stored = [word for word in kind if word in text]
        if stored and any(word not in stored for word in told):
            return True
    return False


def _other_quote(words: str, unit: Unit) -> bool:
    """What 非处方药 must print where it is 处方药 that must print it."""
    for quote in quotations(words):
        holders = [one.text for one in unit.clauses if quote in one.text]
        if holders and all(_other_kind(_told_apart(words), _told_apart(one), "") for one in holders):
            return True
    return False


def _told_apart(text: str) -> str:
    return text.replace("非处方药", "非处方")


def _other_joint(words: str, held: str) -> bool:
    """或者 where the text says 并, and the other way round."""
    for left, joint, right in _JOINED.findall(words):
        either = _OR.fullmatch(joint) is not None
        joints = _joints(left, right, held)
        if joints and all((_OR.fullmatch(one) is not None) != either for one in joints):
            return True
    return False


def _joints(left: str, right: str, held: str) -> list[str]:
    """What stands before a word in a text, close behind another: 或者 or 并."""
    found = []
    for at in places(right, held):
        before = held[max(0, at - 2) : at]
        joint = next(
            (one for one in ("或者", "并且", "而且", "以及", "或", "并", "且", "和") if before.endswith(one)), None
        )
        if joint and left[-1:] in held[max(0, at - 24) : at]:
            found.append(joint)
    return found


def _other_anchor(words: str, held: str) -> bool:
    """自收到…之日起 where the text says 自受理…之日起."""
    stored = [_events(one) for one in _ANCHOR.findall(held)]
    return any(
        told and stored and not any(told <= one for one in stored) for told in map(_events, _ANCHOR.findall(words))
    )  # fmt: skip


def _events(words: str) -> set[str]:
    return {_SAME_EVENT.get(one, one) for one in _EVENT.findall(words)}


def _other_grade(told: Sequence[Clause], claim: Sequence[Clause], unit: Unit) -> bool:
    """一级召回 with the time limit of 三级召回: a figure belongs to the grade named last before it."""
    wanted = list(_graded(told))
    places = {clause.start + figure.start for clause in claim for figure in clause.figures}
    stored = list(_graded(unit.clauses))
    for place, grade, figure in wanted:
        if place not in places or grade is None:
            continue
        grades = [other for _, other, one in stored if other is not None and figure.agrees(one)]
        if grades and grade not in grades:
            return True
    return False


def _graded(held: Sequence[Clause]) -> Iterator[tuple[int, str | None, Figure]]:
    """Every figure, where it stands and the grade named last before it."""
    last: str | None = None
    for clause in held:
        marks = [(found.end(), found[0].removeprefix("第")) for found in _GRADE.finditer(clause.text)]
        for figure in clause.figures:
            if any(figure.start < end <= figure.end + 1 for end, _ in marks):
                continue  # 第三类 is itself a figure
            before = [grade for end, grade in marks if end <= figure.start]
            yield clause.start + figure.start, before[-1] if before else last, figure
        last = marks[-1][1] if marks else last


def _other_condition(claim: Sequence[Clause], unit: Unit) -> bool:
    """What follows in one case under the condition of another that reads nearly alike."""
    told = [clause for clause in claim if clause.conditional and clause.pairs]
    rest = [clause for clause in claim if not clause.conditional and clause.pairs]
    cases = [(at, one) for at, one in enumerate(unit.clauses) if one.conditional and one.pairs]
    if not told or not rest or len(cases) < A_CHOICE:
        return False
    meant = [at for at, one in cases if _alike(told[-1], one) >= NEARLY and one.denied == told[-1].denied]
    likes = [(_alike(rest[0], one), at) for at, one in enumerate(unit.clauses) if not one.conditional]
    best = max(likes, default=(0.0, 0))[0]
    if not meant or best < NEARLY:
        return False
    for like, at in likes:
        led = [case for case, one in cases if case < at and _alike(told[-1], one) >= RIVAL]
        if like >= NEARLY * best and (not led or led[-1] in meant):
            return False
    return True


def _alike(told: Clause, held: Clause) -> float:
    return len(told.pairs & held.pairs) / len(told.pairs)


def _other_predicate(claim: Sequence[Clause], unit: Unit) -> bool:
    """延续起始日为 another day than the text says."""
    for clause in claim:
        told = None if clause.conditional else _IS.search(clause.matter)
        pairs = clauses(told[1])[0].pairs if told and told[1].strip("　 ") else frozenset()
        if len(pairs) > A_CHOICE and len(pairs & unit.pairs) < PREDICATE * len(pairs):
            return True
    return False


def _other_case(claim: Sequence[Clause], unit: Unit) -> bool:
    """The fine for 货值金额不足1万元 under 货值金额1万元以上: a figure belongs to the case with figures before it."""
    cases = [figure for clause in claim if clause.conditional for figure in clause.figures]
    if not cases:
        return False
    for clause in claim:
        for figure in () if clause.conditional else clause.figures:
            led = list(_cases(unit, figure))
            if led and not any(any(case.agrees(one) for one in led_by for case in cases) for led_by in led):
                return True
    return False


def _cases(unit: Unit, wanted: Figure) -> Iterator[list[Figure]]:
    """For every place where a figure stands, the figures of the case right before it."""
    last: list[Figure] = []
    for clause in unit.clauses:
        if clause.conditional and clause.figures:
            last = clause.figures
        elif last and any(wanted.agrees(one) for one in clause.figures):
            yield last


def _other_link(claim: Sequence[Clause], unit: Unit) -> bool:
    """A clause that goes on with 或者 where the text goes on with 且."""
    for clause in claim:
        mark = _EITHER if _EITHER.match(clause.text) else _BOTH if _BOTH.match(clause.text) else None
        if mark is None or not clause.pairs:
            continue
        other = _BOTH if mark is _EITHER else _EITHER
        nearest = max(unit.clauses, key=lambda one: len(one.pairs & clause.pairs))
        if other.match(nearest.text):
            return True
    return False
