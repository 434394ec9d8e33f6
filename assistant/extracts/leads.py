"""The one line before the quotes: what sort of answer follows and where it stands. It says the answer itself only where
the quoted words do, and what it cannot tell it leaves to them: 这样规定."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.answer_model import Reckoning
from assistant.extracts.reckoning import UNHELD
from assistant.question.asking import Asking
from assistant.question.polarity import polarity
from kb.model import Citation, Document, Force
from kb.rerank import HAS_AMOUNT, HAS_MEANING, HAS_PENALTY
from kb.search import WITHOUT_FORCE
from kb.validity import chinese_day

NEUTRAL = "这样规定"
LONGEST_RULE = 40
"""Characters of the words of a limit that are said in the line itself."""
_HAS_TERM = re.compile(
    r"[\d〇零一二三四五六七八九十百两]\s?(?:个?工作日|日|天|个?月|年(?!以[上下])|小时)|当日|立即|及时|即时|每年|每月|定期|长期|终身"
)
_FOLLOWS: dict[Asking, tuple[re.Pattern[str], str]] = {
    Asking.PENALTY: (HAS_PENALTY, "规定的处罚如下"),
    Asking.DEADLINE: (_HAS_TERM, "规定的期限如下"),
    Asking.AMOUNT: (HAS_AMOUNT, "规定的数额如下"),
    Asking.WHO: (
        re.compile("部门|机关|机构|委员会|人民政府|法院|企业|持有人|注册人|备案人|申请人|申办者|负责人|受权人|单位|个人|人员|医师|药师|局|院|中心"),
        "规定的主体如下",
    ),
    Asking.MATERIALS: (re.compile("材料|资料|文件|证明|申请书|许可证|身份证"), "对材料的规定如下"),
    Asking.CONDITION: (re.compile("条件|情形|具备|符合|的，|方可|要求"), "规定的条件如下"),
    Asking.PROCEDURE: (re.compile("应当|可以|申请|提交|报告|备案|办理|批准"), "规定的办法如下"),
    Asking.MEANING: (HAS_MEANING, "规定的含义如下"),
}  # fmt: skip
"""What is promised, and the words of a quote that keep the promise; without them the line promises nothing."""
_LISTS_A_MEANING = re.compile(
    "(?:下列|之一)[^。]{0,12}[，的]?(?:属于|为|视为|是)[^。]{1,16}[：:]|(?:的|按照?)[，为][^。]{0,4}(?:为|论处)"
)


def lead(
    asking: Asking, question: str, quotes: Sequence[Citation], document: Document, as_of: date, *,
    table: bool = False, reckonings: Sequence[Reckoning] = (),
) -> str:  # fmt: skip
    """The line for at least one quote, the first of `document`. A text without force and one that is not in force on
    the day are named as such."""
    first = quotes[0]
    place = f"《{first.title.removeprefix('中华人民共和国')}》{first.article or ''}"
    day = f"按{chinese_day(as_of)}"
    if document.kind in WITHOUT_FORCE:
        later = document.version[:4].isdigit() and document.version > as_of.isoformat()
        made = f"，{document.version} 编写，说的不是所问日期的法规" if later else ""
        return (
            f"{day}有效的法规原文中没有找到直接条款；本库自编的{place}（{document.kind}，非官方文本{made}）这样说明："
        )
    if first.force is not Force.IN_FORCE:
        return f"{day}，最相关的是{place}（效力状态：{first.force}，请留意）："
    reckonings = [one for one in reckonings if any(c.key in one.keys for c in quotes)]
    if table:
        return f"{day}现行文本，各方的规定如下，对照见表；先看{place}{_ends(reckonings)}："
    same = [citation for citation in quotes if citation.document_id == first.document_id]
    verdict = polarity(question, [citation.quote for citation in same if citation.force is Force.IN_FORCE])
    told = follows(asking, [citation.quote for citation in same])
    return f"{day}现行文本，{verdict or ''}{place}{told}{_ends(reckonings)}："


def follows(asking: Asking, quotes: Sequence[str]) -> str:
    """What is said to follow, in the words for the sort of question; NEUTRAL where the quotes hold no such thing."""
    promised = _FOLLOWS.get(asking)
    if promised is None:
        return NEUTRAL
    keeps, words = promised
    held = any(keeps.search(quote) for quote in quotes)
    if asking is Asking.MEANING:
        held = held or any(_LISTS_A_MEANING.search(quote) for quote in quotes)
    return words if held else NEUTRAL


def _ends(reckonings: Sequence[Reckoning]) -> str:
    """The days that the limits come to, in the line itself: they are what is looked for first."""
    dated = [one for one in reckonings if one.end]
    days = "、".join(dict.fromkeys(chinese_day(one.end) for one in dated if one.end))
    rough = any(UNHELD in step for one in dated for step in one.steps)
    how = "，其中未扣除尚未收录的法定节假日，请留出余地" if rough else ""
    rules = {one.rule for one in dated}
    rule = next(iter(rules)) if len(rules) == 1 else ""
    by = f"按“{rule}”" if 0 < len(rule) <= LONGEST_RULE else ""
    return f"（{by}推算最晚到{days}{how}，步骤见期限推算）" if days else ""
