"""What sort of thing a question asks for: who, what, how long, how much, whether one may. Rules over plain Chinese.

The patterns that other modules share (a meaning, a penalty, an amount) are those of `kb.rerank`, so that what a search
looks for and what an answer is led in by are read from the same words.
"""

from __future__ import annotations

import re
from enum import StrEnum

from kb.rerank import ASKS_AMOUNT, ASKS_MEANING, ASKS_PENALTY


class Asking(StrEnum):
    """One question asks for one of these; the value is what it is called in Chinese."""

    COMPARISON = "比较"
    MEANING = "含义"
    PERMISSION = "是否可以"
    DUTY = "是否必须"
    PENALTY = "处罚"
    DEADLINE = "期限"
    WHO = "主体"
    MATERIALS = "材料"
    AMOUNT = "数额"
    CONDITION = "条件"
    PROCEDURE = "做法"
    WHAT = "内容"


ASKS_COMPARISON = re.compile(
    "区别|(?<!大)不同(?!意)|不一样|差别|差异|差在|异同|对比|比较|区分|分别(?!是否)|各自|各(?=[是要需有由罚几放找])|各(?:多少|多久)"
    "|一样[吗么]|是否一样|相同吗|是否相同|两样|(?:哪个|哪种|谁)更"
)
ASKS_PERMISSION = re.compile(
    "可不可以|能不能|能否|可否|是否(?:可以|允许|能)|允不允许|行不行|准不准|让不让|合不合[法规]|违不违[法规]|犯不犯法|合[法规][吗么]|违[法规][吗么]|犯法[吗么]"
    r"|(?:可以|允许|能|准|让|行|成|可)(?:[^，。；？?]{0,30})?[吗么嘛](?:[？?。！!]|$)|(?:可以|行|允许)[吗么]|可以不[？?]?$"
)
ASKS_DUTY = re.compile(
    "要不要|需不需要|必不必须|用不用|该不该|是不是(?:必须|都?要|需要|每)|是否(?:应当|必须|需要|需|要)|非得|得不得"
    r"|(?:必须|需要|应当|应该|要|得|须|用)(?:[^，。；？?]{0,30})?[吗么](?:[？?。！!]|$)"
)
_ASKS_WHAT_IS = re.compile("什么(?:样的?)?(?!时候|情).{0,4}(?:才?算|属于)(?!什么)")
_ASKS_PRICE = re.compile("几成|费用|收费|价格")
_ORDINAL = re.compile("哪几|第几")
_ASKS_FIGURE = re.compile("多少|几(?!乎)|多久|多长|多大|何时|什么时候|怎么|怎样|如何|什么|啥|哪|谁|为何|为什么|咋")
_ASKS_FINE = re.compile(
    "(?:罚|判|赔)(?:款|金)?(?:多少|几|什么|多重|不罚)|怎么(?:罚|判|处罚|处理|追究)|罚则|如何处[罚理]"
    "|会?(?:怎么样|怎样|有什么后果|有何后果|受什么处罚|被怎么)[？?]?$|后果是|会被怎|量级|罚款.{0,6}(?:倍|幅度|比例|基数|多少|量级|范围)|处罚.{0,6}(?:怎|如何|什么|标准|规定|是|幅度)|罚款$"
)
_ASKS_DEADLINE = re.compile(
    "多久|多长时间|多长|多少(?:个)?(?:工作日|天|日|小时|个?月|年)|几(?:个)?(?:工作日|天|日|小时|个?月|年)|何时|什么时候|啥时候|哪天|哪年|几号|几月"
    "|期限|时限|有效期(?:是|为|有|多|到)|最晚|最迟|来得及|管几年|提前多|频次|多长期"
)
_ASKS_WHO = re.compile(
    "谁|哪个(?:部门|机关|单位|机构|局)|哪些(?:部门|机关|单位|机构|人)|哪(?:一)?级|什么(?:部门|机关|单位|机构)|归.{0,6}管|由哪|找哪|(?:去|到|向|报|在|交)哪(?:里|儿|个|些|办|一级)|报哪|主体|省里还是市里|跟谁"
    "|(?:省|市|县|国家)[^，]{0,6}还是[^，]{0,4}(?:省|市|县|国家)"
)
_ASKS_MATERIALS = re.compile(
    "(?:什么|哪些|啥|几份|何种)(?:样的)?(?:申请|申报|证明|注册|备案)?(?:材料|资料|文件|手续|证件|证明)|(?:材料|资料|文件|证件)(?:有|是|要|需要)?(?:哪些|什么|啥|清单)|要(?:交|带|准备|提交|报)(?:什么|哪些|啥)"
    "|(?:材料|资料)清单"
)
_ASKS_CONDITION = re.compile(
    "(?<!附)条件|什么时候算|(?:什么|哪些|何种|啥)(?:样的)?情[况形]|(?:具备|符合|满足)(?:什么|哪些|啥)|什么(?:样的)?.{1,12}(?:可以|能|才)|什么要求|哪些要求|要求(?:是|有)|资格(?:要求|是|有)"
)
_ASKS_HOW = re.compile(
    "怎么|怎样|如何|咋|流程|程序|步骤|先做什么|先(?:去)?(?:拿|办|做)什么|手续|该做|做些什么|注意什么|注意哪"
)


def asking(question: str) -> Asking:
    """What a question that stands alone asks for; WHAT where no rule says more."""
    if ASKS_COMPARISON.search(question):
        return Asking.COMPARISON
    yes_or_no = None if _ASKS_FIGURE.search(_last(question)) else _yes_or_no(question)
    if yes_or_no:
        return yes_or_no
    if ASKS_MEANING.search(question.replace("概念验证", "")) or _ASKS_WHAT_IS.search(question):
        return Asking.MEANING
    if _ASKS_FINE.search(question) and ASKS_PENALTY.search(question):
        return Asking.PENALTY
    for kind, pattern in (
        (Asking.DEADLINE, _ASKS_DEADLINE), (Asking.MATERIALS, _ASKS_MATERIALS), (Asking.WHO, _ASKS_WHO),
        (Asking.CONDITION, _ASKS_CONDITION),
    ):  # fmt: skip
        if pattern.search(question):
            return kind
    if _ASKS_FINE.search(question):
        return Asking.PENALTY
    if ASKS_AMOUNT.search(_ORDINAL.sub("", question)) or _ASKS_PRICE.search(question):
        return Asking.AMOUNT
    return Asking.PROCEDURE if _ASKS_HOW.search(question) else Asking.WHAT


def _yes_or_no(question: str) -> Asking | None:
    if ASKS_PERMISSION.search(question):
        return Asking.PERMISSION
    return Asking.DUTY if ASKS_DUTY.search(question) else None


def _last(question: str) -> str:
    """The last clause: what goes before tells the case."""
    return re.split("[，,；;。]", question.rstrip("？?。！! "))[-1]
