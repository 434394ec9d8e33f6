"""The encoder seam: texts become unit vectors, each of them computed once.

The bundled model runs on onnxruntime and tokenizers alone (`kb.embed_onnx`); any other model is run by
sentence-transformers (`kb.embed_torch`), imported only then. Either is wrapped in `CachedEncoder`. A `Recipe` is what
an encoder is opened by: it is remembered beside the index, so that the one that built it can be opened again after the
settings have changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import BadInput, RegkbError, Unavailable
from kb.model import Frozen
from kb.settings import BUNDLED_MODEL, Settings
from kb.vector_cache import VectorCache

Vectors = NDArray[np.float32]
"""Shape (texts, size); every row has unit length."""

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""

QUERIES_KEPT = 2048
SLICE = 256
"""Texts encoded between two writes to the cache: what a killed run loses at most."""


class Recipe(Frozen):
    """What an encoder is opened by, as the settings say it; None leaves the matter to the model."""

    model: str
    query_prompt: str | None = None
    passage_prompt: str | None = None
    max_tokens: int | None = None


class Encoder(Protocol):
    """Turns texts into vectors. `name` identifies weights, tokenizer, prompts, pooling and length: it is part of every
    cache key. `taught` says whether it learnt to turn questions towards the provisions that answer them."""

    name: str
    size: int
    taught: bool

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One vector per question."""
        ...

    def turned(self, texts: Sequence[str]) -> Vectors:
        """One vector per question, turned; only where the encoder was taught."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One vector per passage."""
        ...


def recipe_of(settings: Settings) -> Recipe:
    return Recipe(
        model=settings.embed_model, query_prompt=settings.embed_query_prompt,
        passage_prompt=settings.embed_passage_prompt, max_tokens=settings.embed_max_tokens,
    )  # fmt: skip


def open_encoder(settings: Settings, recipe: Recipe | None = None) -> Encoder:
    """The encoder that the settings name, or the one of another recipe, with its caches under `home`.

    Raises Unavailable when the bundled model was not prepared yet or the named one cannot be loaded.
    """
    recipe = recipe or recipe_of(settings)
    encoder: Encoder
    if recipe.model == BUNDLED_MODEL:
        from kb.embed_onnx import OnnxEncoder

        if recipe != Recipe(model=BUNDLED_MODEL):
            raise Unavailable(
                "内置向量模型的前缀与长度是固定的：请去掉 REGKB_EMBED_QUERY_PROMPT、REGKB_EMBED_PASSAGE_PROMPT 与 "
                "REGKB_EMBED_MAX_TOKENS，它们只用于另选的模型"
            )
        encoder = OnnxEncoder(settings.models / BUNDLED_MODEL, settings.embed_threads)
    else:
        from kb.embed_torch import SentenceTransformerEncoder

        encoder = SentenceTransformerEncoder(recipe, settings.embed_threads)
    return CachedEncoder(encoder, VectorCache(settings.vectors, encoder.name, encoder.size))


class CachedEncoder:
    """An encoder that remembers: passages on disk by content, the latest questions in memory."""

    def __init__(self, encoder: Encoder, cache: VectorCache) -> None:
        self.name, self.size, self.taught = encoder.name, encoder.size, encoder.taught
        self._encoder, self._cache = encoder, cache
        self._queries, self._turned = _Recent(encoder.queries), _Recent(encoder.turned)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return stack(self._queries(texts), self.size)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return stack(self._turned(texts), self.size)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        check_text(texts)
        found = self._cache.get(texts)
        missing = list(dict.fromkeys(text for text, vector in zip(texts, found, strict=True) if vector is None))
        done = len(texts) - len(missing)
        # Neighbours in length share a slice, so that short texts are not padded to the longest of the document.
        missing.sort(key=len)
        for start in range(0, len(missing), SLICE):
            part = missing[start : start + SLICE]
            self._cache.put(part, self._encoder.passages(part))
            if progress:
                progress(done + start + len(part), len(texts))
        if missing:
            # Read back instead of kept: the first run and the second then return the very same numbers.
            found = self._cache.get(texts)
        elif progress:
            progress(len(texts), len(texts))
        return stack([vector for vector in found if vector is not None], self.size)

    def close(self) -> None:
        self._cache.close()


class _Recent:
    """Remembers what the latest questions became."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._encode = encode
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> list[Vectors]:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known |= dict(zip(fresh, self._encode(fresh), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > QUERIES_KEPT:
                self._kept.popitem(last=False)
        return [known[text] for text in texts]


def stack(rows: Sequence[Vectors], size: int) -> Vectors:
    """Rows as one array of shape (rows, size), also when there are none."""
    return np.asarray(rows, np.float32).reshape(len(rows), size)


def unit(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    """Rows scaled to unit length. Raises RegkbError, naming the text, for a row that is zero or not finite."""
    lengths = np.linalg.norm(vectors, axis=1)
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
    if bad.size:
        raise RegkbError(f"编码器给出了无效向量（零或非数），共 {bad.size} 段，第一段：{texts[int(bad[0])][:40]!r}")
    return np.asarray(vectors / lengths[:, None], np.float32)


def check_text(texts: Sequence[str]) -> None:
    """Raise BadInput for a text that is not valid Unicode: a lone surrogate makes tokenizers and hashes fail."""
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadInput(f"文本第 {error.start + 1} 个字符不是有效的 Unicode 字符，请检查来源文件的编码") from error
