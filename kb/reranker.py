"""The cross-encoder seam: a second opinion on the best passages, by reading question and passage together.

None is used unless `rerank_model` names one. One that cannot be loaded does not stop the service: it takes part as
`UnavailableReranker`, so that every search says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kb.errors import Unavailable
from kb.settings import Settings


class Reranker(Protocol):
    """Scores passages for a question. `name` identifies weights and length: rankings with it are its own."""

    name: str

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """One finite number per passage, higher is better. Raises Unavailable with a sentence when it cannot."""
        ...


class UnavailableReranker:
    """Stands for a model that was asked for and could not be loaded; `trouble` says why and what to do."""

    def __init__(self, model: str, trouble: str) -> None:
        self.name, self.trouble = f"{model}（不可用）", trouble

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        raise Unavailable(self.trouble)


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, None when they name none. Importing it costs torch, about 10 s."""
    if not settings.rerank_model:
        return None
    from kb.rerank_cross import CrossEncoderReranker

    try:
        return CrossEncoderReranker(settings.rerank_model, settings.embed_threads, settings.rerank_max_tokens)
    except Unavailable as error:
        return UnavailableReranker(settings.rerank_model, str(error))
