"""An answer in the words of a language model, every sentence of which is grounded in a stored provision."""

from __future__ import annotations

from collections.abc import Generator

from assistant.answer import WorkedOut
from assistant.events import Cited, Event, Token
from assistant.llm import Model
from kb.knowledge import KnowledgeBase


def generated(model: Model, knowledge: KnowledgeBase, worked: WorkedOut) -> Generator[Event, None, None]:
    """Put `worked.answer`, which has citations, in other words; its evidence is what the model is given to read."""
    made = worked.answer
    yield Token(made.text)
    yield from (Cited(citation) for citation in made.citations)
    yield made
