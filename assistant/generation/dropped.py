"""What a model leaves out while it keeps the rest of a rule: the case that a duty holds in, the approval before it, a
word that narrows what it is about (重大质量风险, 第三类医疗器械). What is left then says more than the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.generation.claims import Clause, clauses
from assistant.generation.ground import Unit

_NARROWING = re.compile(
    "(?:重大|严重|较大|较重|特别|高风险|随意|擅自|无正当理由|直接|故意|明知|主要|关键|首次|初次|连续|附条件|急需|罕见|创新|儿童"
    "|未成年|特殊|普通|进口|国产|境外|境内|单独|书面|植入类|介入类|无菌|第[一二三]类|处方|主管|明显|唯一|团体|现场|已上市)"
    "(?:的|地)?(?=([\u3400-\u9fff]{2}))"
)
_GRADED = re.compile("第?([一二三ⅠⅡⅢ])类")
_PLAIN_GRADE = str.maketrans("ⅠⅡⅢ", "一二三")
_HARMLESS = re.compile(
    "及时|立即|依法|依照|按照|规定|相关|有关|有效|适当|人民政府|上市许可|中华人民共和国|应当|可以|进行|予以|开展|实施|分别|具体|自行|期间"
    "|要求|活动|情况|工作|主动|应|等|其|的|所|并|已经?|为|在|对|将|向|由|于|于其|本|该|上述|前述|还|也|各"
)
_LISTS = re.compile("[、，或和及与]")
_APPROVED = re.compile(r"\s*(?:但是|但)?(?:(?:未|非)?经.{0,30}(?:批准|同意|核准|许可|审核|审查|申请|确认|评估|检修))")
_EXCEPTED = re.compile(r"\s*除.{1,200}外\s*\Z")
_MERE_OBJECT = re.compile(r"\s*[对在].*(?:进行|实施|开展|作出|给予)[^的时后前下内]*\Z")
_GOES_ON = re.compile(r"\s*还")
"""With which a sentence goes on from the one before it, where the condition stands."""
_OWN_ACTOR = re.compile(
    "[^，]{0,60}(?:持有人|注册人|备案人|申请人|当事人|企业|机构|单位|部门|机关|经营者|生产者|个人|人员|双方)(?=[\u3400-\u9fff]{4})"
)
_HOLDER = re.compile("注册人|备案人|申请人|持有人")
_GOVERNING = frozenset(("患有", "存在", "发现", "经营", "销售", "使用", "生产", "进口", "从事", "提供", "发生", "取得"))
"""Verbs whose object is narrowed by what stands between."""
_NO_OBJECT = re.compile("条件|许可|企业|活动|单位|机构|人员|备案|过程|情况|前|后|的|者|时|记录|环节|质量")
_ELSEWHERE = re.compile("下列|以下|前款|前条|上述|另有规定|本条|违反")
_PART = re.compile("、|或者|以及|及其|和")
_HANZI = re.compile("[\u3400-\u9fff]+")
KEPT, KEPT_OF_SHORT, KEPT_WITH_LAST, LAST_TOLD, SHORT = 0.4, 0.2, 0.1, 0.3, 8
"""Least share of the words of a condition that a claim under it repeats: of any, of one so short, and of one whose last
words, which say what it comes down to, are told."""
MEANT, AS_GOOD = 0.5, 0.9
"""How much of a claim a stored clause must hold to be what it says in other words; and how near others come to that."""
A_WORD, A_CHOICE, TOLD, UNTOLD = 2, 8, 0.5, 0.2
LONGEST = 2000
"""Characters of a clause; what is longer is no sentence of a rule."""
GAP, NEAR = 30, 0.5
_DENIES = frozenset("不未无非")
LAST, ALL_BUT_LAST = 5, 0.6
"""Characters of what a condition comes down to, and what must be told of it where they are not."""


def dropped(text: str, claim: Sequence[Clause], unit: Unit) -> bool:
    """Whether a claim is a stored sentence without what limits it. `text` is the whole sentence of the model."""
    return _widened(text, claim, unit) or _shortened(text, claim, unit) or _without_condition(text, claim, unit)


def _widened(text: str, claim: Sequence[Clause], unit: Unit) -> bool:
    """质量风险 where the text knows 重大质量风险 only."""
    grades = {found[1].translate(_PLAIN_GRADE) for found in _GRADED.finditer(text)}
    for clause in claim:
        likes = [(len(one.pairs & clause.pairs), one.text) for one in unit.clauses]
        best = max(like for like, _ in likes)
        for held in (text for like, text in likes if like >= NEAR * best and len(text) <= LONGEST):
            for found in _NARROWING.finditer(held):
                word, behind = found[0].removesuffix("的").removesuffix("地"), found[1]
                if behind not in clause.text or word in text or (grades and word[0] == "第"):
                    continue
                if not any(_bare(behind, held)):
                    return True
    return False


def _bare(word: str, held: str) -> Iterator[re.Match[str]]:
    """Where a word stands without one that narrows it."""
    narrowed = {found.start(1) for found in _NARROWING.finditer(held)}
    return (found for found in re.finditer(re.escape(word), held) if found.start() not in narrowed)


def _shortened(text: str, claim: Sequence[Clause], unit: Unit) -> bool:
    """经营医疗器械 where the text says 经营其注册的医疗器械: words side by side between which the text limits them."""
    said = _pairs(_HOLDER.sub("　", text))
    for clause in claim:
        for run in _HANZI.findall(clause.matter):
            for at in range(len(run) - 3):
                left, right = run[at : at + 2], run[at + 2 : at + 4]
                if left not in _GOVERNING or _NO_OBJECT.match(right) or left + right in unit.around:
                    continue
                gaps = [gap for one in unit.clauses for gap in _between(left, right, one.text)]
                if gaps and all(_limits(gap, said) for gap in gaps):
                    return True
    return False


def _between(left: str, right: str, text: str) -> Iterator[str]:
    """What stands between two words of a clause, close to each other."""
    for found in re.finditer(re.escape(right), text):
        at = text.rfind(left, max(0, found.start() - GAP), found.start())
        if at >= 0 and found.start() > at + A_WORD:
            yield text[at + A_WORD : found.start()]


def _limits(gap: str, said: frozenset[str]) -> bool:
    """Whether words between two others narrow them, and the model does not say so elsewhere."""
    if _LISTS.search(gap) and not gap.endswith("的"):
        return False
    own = _pairs(_HARMLESS.sub("　", gap))
    return bool(own) and len(own & said) < KEPT * len(own)


def _without_condition(text: str, claim: Sequence[Clause], unit: Unit) -> bool:
    """Whether a claim holds in any case what the text holds in one."""
    if len(unit.parts) > 1 and not unit.parts[-1].text.startswith("但"):
        return False  # a list
    said = _pairs(text)
    for clause in claim:
        if clause.conditional or not clause.pairs or _GOES_ON.match(claim[0].text):
            continue
        likes = [(len(clause.pairs & one.pairs) / len(clause.pairs), at) for at, one in enumerate(unit.clauses)]
        mains = [(like, at) for like, at in likes if not unit.clauses[at].conditional]
        best = max(mains, default=(0.0, 0))[0]
        if best < MEANT:
            continue
        meant = [at for like, at in mains if like >= AS_GOOD * best]
        if all(_untold(_before(unit, at), unit.clauses[at], said) for at in meant):
            return True
    return False


def _before(unit: Unit, at: int) -> list[Clause]:
    """The conditions nearest before a stored clause, and the approval that it needs: its own, else those led in."""
    own: list[Clause] = []
    for one in reversed(unit.clauses[:at]):
        if not unit.start <= one.start and any(other.conditional for other in own):
            break
        if one.conditional or (_APPROVED.match(one.text) and not one.modes and unit.start <= one.start):
            own.append(one)
        elif any(other.conditional for other in own):
            break
    return [
        one for one in own
        if not _ELSEWHERE.search(one.text) and not _EXCEPTED.match(one.text) and not _MERE_OBJECT.match(one.text)
    ]  # fmt: skip


def _untold(conditions: Sequence[Clause], main: Clause, said: frozenset[str]) -> bool:
    """Whether hardly anything of what a clause depends on stands in the sentence of a model."""
    nearest = next((one for one in conditions if one.conditional), None)
    for one in conditions:
        share = _share(one, main, said) if one is nearest or not one.conditional else None
        last = _pairs(one.text.rstrip("的时后，　 ")[-LAST:]) - main.pairs
        least = KEPT if last & said or not last else ALL_BUT_LAST
        if len(_pairs(_predicate(one))) <= SHORT:
            least = KEPT_OF_SHORT
        elif last and len(last & said) >= LAST_TOLD * len(last):
            least = KEPT_WITH_LAST
        if share is not None and share < least:
            return True
    return False


def _share(condition: Clause, main: Clause, said: frozenset[str]) -> float | None:
    """How much of a condition is told, without who acts in it; of things it lists a short one may be left out. None
    where it adds nothing to the clause itself."""
    parts = [(one, _pairs(one) - main.pairs) for one in _PART.split(_predicate(condition))]
    shares = [len(own & said) / len(own) if own else 1.0 for _, own in parts]
    if max(shares) >= TOLD:
        parts = [
            (words, own) for (words, own), share in zip(parts, shares, strict=True)
            if share >= UNTOLD or len(words) > A_CHOICE or words[:1] in _DENIES
        ]  # fmt: skip
    whole: frozenset[str] = frozenset().union(*(own for _, own in parts))
    if any(words[:1] in _DENIES and own and len(own & said) < KEPT * len(own) for words, own in parts[1:]):
        return 0.0
    return len(whole & said) / len(whole) if len(whole) > A_WORD else None


def _predicate(condition: Clause) -> str:
    """A condition without the one who acts in it."""
    text = _OWN_ACTOR.sub("", condition.text, count=1)
    return text if len(_pairs(text)) > A_WORD else condition.text


def _pairs(text: str) -> frozenset[str]:
    return frozenset().union(*(one.pairs for one in clauses(text)))
