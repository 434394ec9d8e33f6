"""What some families of encoders want put before a text and do not say in their own configuration.

Only for models without prompts of their own; a setting stands above both. Each row names the model card it was read
from.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Prompts(NamedTuple):
    """What goes before a question and before a passage; "" where nothing does."""

    query: str
    passage: str


NO_PROMPTS = Prompts("", "")

FAMILIES: tuple[tuple[re.Pattern[str], Prompts], ...] = (
    (
        # model card: intfloat/multilingual-e5-large-instruct
        re.compile("e5-.*instruct"),
        Prompts("Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", ""),
    ),
    # model card: intfloat/multilingual-e5-small, e5-base-v2
    (re.compile(r"(?:^|[-_])e5-(?:small|base|large)"), Prompts("query: ", "passage: ")),
    # model card: BAAI/bge-large-zh-v1.5
    (re.compile("bge-(?:small|base|large)-zh"), Prompts("为这个句子生成表示以用于检索相关文章：", "")),
    # model card: BAAI/bge-large-en-v1.5
    (
        re.compile("bge-(?:small|base|large)-en"),
        Prompts("Represent this sentence for searching relevant passages: ", ""),
    ),
    # model card: sensenova/piccolo-base-zh
    (re.compile("piccolo-(?:base|large)-zh$"), Prompts("查询: ", "结果: ")),
)
"""The first that fits the last part of the name. bge-m3, gte, m3e and text2vec want nothing; Qwen3-Embedding and
gte-Qwen2 say their own."""


def family_prompts(model: str) -> Prompts:
    """The prompts of the family that a hub name or folder belongs to; none for a family that is not known."""
    name = model.rstrip("/").rpartition("/")[2].lower()
    return next((prompts for pattern, prompts in FAMILIES if pattern.search(name)), NO_PROMPTS)
