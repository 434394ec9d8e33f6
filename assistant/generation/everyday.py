"""Words of every day that say what statutes say in words of their own, and words of a claim that a text knows nothing
of."""

from __future__ import annotations

from collections.abc import Iterable

from kb.lexical import fold

PLAIN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("到期", ("届满",)),
    ("同意", ("准予", "批准")),
    ("具备条件", ("具备相应条件", "具备规定条件", "符合条件", "符合规定条件")),
    ("不具备条件", ("不具备本条例规定条件", "不具备本办法规定条件", "不具备规定条件")),
    ("不符合条件", ("不符合规定条件",)),
    ("产品质量", ("医疗器械质量", "药品质量", "化妆品质量")),
    ("产品名称", ("医疗器械名称", "药品名称", "化妆品名称")),
    ("产品", ("医疗器械", "药品", "化妆品")),
    ("达不到", ("不能达到",)),
    ("没有达到", ("未达到", "不能达到")),
    ("按期", ("在规定期限内", "按照规定的期限")),
    ("按时", ("在规定期限内",)),
    ("网上", ("网络",)),
    ("要写明", ("应当包括", "应当载明")),
    ("只能", ("仅能", "只可")),
    ("明知", ("知道",)),
    ("需要", ("应当",)),
    ("停产", ("停止生产",)),
    ("停用", ("停止使用",)),
    ("疾控", ("疾病预防控制",)),
    ("员工", ("工作人员", "从业人员")),
    ("负担", ("承担",)),
    ("承担", ("负担",)),
    ("开展", ("进行", "实施")),
    ("进行", ("开展", "实施")),
    ("给予", ("采取",)),
    ("致损", ("造成损害",)),
    ("受损", ("受到损害",)),
    ("体检", ("健康检查",)),
    ("卖药", ("销售药品",)),
    ("采用", ("采取",)),
    ("事先", ("前应当",)),
    ("后仍达不到", ("仍不能达到", "仍不符合")),
    ("行贿", ("进行贿赂",)),
    ("商家", ("经营者",)),
)
"""What a person or a model says, and the words of statutes for it."""
ANYONE = frozenset(("企业", "公司", "单位", "机构", "厂家", "双方", "一方", "对方", "人员"))
"""Words for one who acts, which a text may leave out."""
A_PAIR = 2


def foreign(terms: Iterable[str], words: str, text: str, meant: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Terms of the words of a claim of which nothing at all stands in a text, nor a word that says the same; `meant`
    are the lexicon's words for some of them. 经公证的 added to a rule is one."""
    plain, held = fold(words), fold(text)
    same = "".join(said for said, others in (*meant, *PLAIN) if any(fold(other) in held for other in others))
    return [
        term for term in terms
        if term not in same and term not in ANYONE and not _straddles(term, plain, held)
        and not any(term[at : at + A_PAIR] in held for at in range(max(1, len(term) - 1)))
    ]  # fmt: skip


def _straddles(term: str, words: str, held: str) -> bool:
    """Whether two characters end one word and begin another, both of which are held: 受|托生|产."""
    at = words.find(term)
    return len(term) == A_PAIR and at > 0 and words[at - 1 : at + 1] in held and words[at + 1 : at + 3] in held
