"""What the first questions would otherwise wait for, read beforehand: the texts, the definitions they give, the names
they go by, the known questions, the dictionaries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from kb.errors import RegkbError
from kb.knowledge import KnowledgeBase
from kb.registry_reader import TEXTS_KEPT
from kb.search import search

log = logging.getLogger(__name__)
FIRST_QUESTIONS = ("什么是药品上市许可持有人", "药品管理办法第一条", "药品和化妆品的广告有什么不同，罚多少")
"""One that asks a meaning, one that names a text that may not exist, one in parts: each kind reads tables of its own
when it is asked for the first time."""


def warm(knowledge: KnowledgeBase, as_of: date, wanted: Callable[[], bool] = lambda: True) -> bool:
    """Read it all, as long as it is `wanted`; whether it came to the end. It takes about three seconds for a thousand
    texts. A text or a part that cannot be read is told of when somebody asks for it."""
    registry = knowledge.registry
    for name in list(registry.held())[:TEXTS_KEPT]:
        if not wanted():
            return False
        try:
            registry.reading(name)
            registry.defined_terms.of(name)
        except RegkbError:
            log.info("a text was not read beforehand", exc_info=True)
    for question in FIRST_QUESTIONS:
        if not wanted():
            return False
        try:
            search(knowledge, question, as_of=as_of)
        except RegkbError:
            log.info("a search was not tried beforehand", exc_info=True)
    return True
