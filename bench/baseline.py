"""The yardstick: a plain llama-index `VectorStoreIndex` over the same chunks, the same vectors and the same encoder."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import TextNode

from kb.embed import Encoder, Progress, Vectors
from kb.embed_onnx import OnnxEncoder
from kb.knowledge import KnowledgeBase
from kb.llama import RegkbEmbedding
from kb.model import State
from kb.settings import BUNDLED_MODEL, Settings

TOP = 10


class FreshQueries:
    """Encodes every question anew, on either side, where the product remembers recent ones; passages stay cached.

    Without it the rival that is asked second would find the question's vector ready.
    """

    def __init__(self, settings: Settings, cached: Encoder) -> None:
        if settings.embed_model != BUNDLED_MODEL:
            raise SystemExit("对照测量只支持内置编码器，请不要设置 REGKB_EMBED_MODEL。")
        self._cached = cached
        self._model = OnnxEncoder(settings.models / BUNDLED_MODEL, settings.embed_threads)
        self.name, self.size, self.taught = self._cached.name, self._cached.size, self._cached.taught

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.queries(texts)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return self._model.turned(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._cached.passages(texts, progress)


def plain_retriever(knowledge: KnowledgeBase) -> tuple[BaseRetriever, int]:
    """The default in-memory store and its retriever at top 10, and how many nodes it holds."""
    held = knowledge.registry.held().values()
    documents = [entry.document.id for entry in held if entry.document.state is State.PUBLISHED]
    texts = [chunk.index_text for document in documents for chunk in knowledge.registry.chunks(document)]
    vectors = knowledge.encoder.passages(texts)
    nodes = [
        TextNode(id_=str(number), text=text, embedding=vector.tolist())
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    index = VectorStoreIndex(nodes, embed_model=RegkbEmbedding(knowledge.encoder))
    return index.as_retriever(similarity_top_k=TOP), len(nodes)
