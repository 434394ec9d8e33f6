"""Our encoder as a llama-index embedding, so that its indexes and retrievers run on the same vectors as ours.

Always pass it as `embed_model=`: the library's global settings are never touched, they fall back to a paid service.
"""

from __future__ import annotations

import asyncio

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from kb.embed import Encoder


class RegkbEmbedding(BaseEmbedding):
    """A `BaseEmbedding` around an encoder: queries and texts are encoded as the encoder does for each."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder, embed_batch_size: int = 64) -> None:
        super().__init__(model_name=encoder.name, embed_batch_size=embed_batch_size)
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        return "RegkbEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(number) for number in self._encoder.queries([query])[0]]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in row] for row in self._encoder.passages(texts)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        # The encoder computes; in a thread it does not hold up the event loop.
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)
