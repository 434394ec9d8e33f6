"""What a question leaves out: taken from the person's last question where there is one, asked back where not."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.answer_model import Question
from assistant.model import Clarification

FOLLOW_UP = re.compile(
    r"^(?:那么?|它|这个?|该|其|如果|要是|换成|还有|不做|不办|罚多少|多久|要多久|什么时候|为什么|\d{4}年)"
)
SHORT = 16
"""Characters up to which a question may lean on the one before; a longer one speaks for itself."""


def standing_alone(question: Question) -> str:
    """The question itself, or, where it is a short follow-up, the person's last question and it together."""
    asked = [turn.content for turn in question.history if turn.role == "user"]
    words = question.question.strip()
    if not asked or len(words) > SHORT or not FOLLOW_UP.match(words):
        return words
    return f"{asked[-1].strip().rstrip('？?。')}，{words}"[:2000]


_GENERIC = """
不要 产品 企业 公司 内容 别的 别的要求 办理 化妆品 医疗 医疗器械 变更 可以 后果 器械 处罚
备案 多久 审批 延续 怎样 情况 手续 文件 时间 时限 有效 期限 材料 条件 标准 注册
流程 申请 罚 罚款 药品 要求 规定 许可 证 责任 费用 资料 还有 问题 需要
"""
GENERIC = frozenset(_GENERIC.split())
"""Words that say what is wanted but not of what: alone they match everything and answer nothing."""
SECTORS = frozenset(("药品", "医疗器械", "化妆品"))
PROCEDURES = frozenset(("注册", "备案", "延续", "变更"))
"""A sector and a procedure together are a matter: 药品注册申请要什么材料."""
MEANING = re.compile("什么是|是什么意思|指什么|的定义|的含义")
BARE_FOLLOW_UP = re.compile(r"^那么?.{1,8}呢[？?]?$")
ASK_MATTER = Clarification(
    question="请补充一下：是哪一类产品、哪个环节或哪件事？",
    options=("药品注册", "医疗器械注册", "化妆品备案", "生产与委托生产", "处罚"),
)


def open_matter(question: str, terms: Collection[str]) -> Clarification | None:
    """The question back when a question names no matter: it is a follow-up to nothing, or holds only generic words.

    A question without any term is no matter of ours and is left to be refused.
    """
    if BARE_FOLLOW_UP.match(question):
        return ASK_MATTER
    told = [term for term in terms if term not in GENERIC and not term.isdigit()]
    matter = (SECTORS & set(terms) and PROCEDURES & set(terms)) or MEANING.search(question)
    return ASK_MATTER if terms and not told and not matter else None
