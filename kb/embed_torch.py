"""Any other encoder: a sentence-transformers model by hub name or local folder. Importing this costs torch, about 10 s.

A local folder is never looked up on the network; whether a hub name is fetched is sentence-transformers' affair.
Prompts: what the settings say, else what the model itself says, else those of its family (`kb.embed_prompts`).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from kb.embed import Progress, Recipe, Vectors, check_text, stack, unit
from kb.embed_prompts import Prompts, family_prompts
from kb.errors import Unavailable

BATCH = 16
"""More texts at once gain nothing on few cores."""
TOKENS_AT_ONCE = 8192
"""Tokens of one batch: a model that reads thousands of them would else need gigabytes."""
PIECE = 1 << 20
OFFERED = 512
"""Texts handed over between two reports of progress."""

log = logging.getLogger(__name__)


class SentenceTransformerEncoder:
    """The model behind the encoder seam. `name` changes with weights, prompts, pooling and length."""

    taught = False

    def __init__(self, recipe: Recipe, threads: int) -> None:
        model = recipe.model
        local = Path(model).is_dir()
        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(model, local_files_only=local, device="cpu")
        except Exception as error:  # torch, transformers and safetensors raise private types
            raise Unavailable(
                f"向量模型 {model} 无法载入（{error}）：请检查 REGKB_EMBED_MODEL 的名称或文件夹"
            ) from error
        size = self._model.get_embedding_dimension()
        if size is None:
            raise Unavailable(f"向量模型 {model} 没有说明向量维数，不能用于建立索引")
        self.size = size
        self._limit = self._lengthened(recipe)
        self._prompts = _prompts(self._model, recipe)
        self._cut = 0
        mark = fingerprint(Path(model)) if local else revision(self._model)
        self.name = f"{Path(model).name if local else model}-{mark}-{self._manner()}"

    def queries(self, texts: Sequence[str]) -> Vectors:
        check_text(texts)
        if not texts:
            return stack([], self.size)
        found = self._model.encode_query(
            list(texts), prompt=self._prompts.query, batch_size=self._batch(texts), show_progress_bar=False
        )
        return unit(np.asarray(found, np.float32), texts)

    def turned(self, texts: Sequence[str]) -> Vectors:
        """As they are: the adapter was learnt for the bundled encoder alone."""
        return self.queries(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        check_text(texts)
        parts: list[Vectors] = [stack([], self.size)]
        for start in range(0, len(texts), OFFERED):
            part = list(texts[start : start + OFFERED])
            self._tell_of_cut(part)
            found = self._model.encode_document(
                part, prompt=self._prompts.passage, batch_size=self._batch(part), show_progress_bar=False
            )
            parts.append(unit(np.asarray(found, np.float32), part))
            if progress:
                progress(start + len(part), len(texts))
        return np.concatenate(parts)

    def _lengthened(self, recipe: Recipe) -> int | None:
        """Tokens the model reads of a text, None where it has no limit. A published configuration often says less than
        the model can; only a person who asks for more is given more, because the vectors of it are others."""
        room = _positions(self._model)
        if recipe.max_tokens:
            if room and recipe.max_tokens > room:
                raise Unavailable(
                    f"向量模型 {recipe.model} 至多读 {room} 个词元，REGKB_EMBED_MAX_TOKENS 却是 {recipe.max_tokens}："
                    "请改小或去掉这项设置"
                )
            self._model.max_seq_length = recipe.max_tokens
        limit = self._model.max_seq_length
        return int(limit) if limit else None

    def _manner(self) -> str:
        """Digest of what changes a vector besides the weights."""
        said = {
            "prompts": list(self._prompts), "limit": self._limit, "size": self.size,
            "pooling": [str(mode) for part in self._model if (mode := getattr(part, "pooling_mode", None))],
        }  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]

    def _batch(self, texts: Sequence[str]) -> int:
        longest = max(map(len, texts))
        return batch_size(min(longest, self._limit) if self._limit else longest)

    def _tell_of_cut(self, texts: Sequence[str]) -> None:
        """A text longer than the model reads is found by its beginning only: somebody must hear of it."""
        if self._limit is None or not hasattr(self._model.tokenizer, "encode"):
            return
        suspects = [text for text in texts if len(text) * 2 > self._limit]
        cut = sum(_tokens(self._model.tokenizer, self._prompts.passage + text) > self._limit for text in suspects)
        if cut and not self._cut:
            log.warning(
                "有文本超过向量模型一次能读的 %d 个词元，后面的部分没有计入向量；"
                "模型能读更多时可设 REGKB_EMBED_MAX_TOKENS",
                self._limit,
            )
        self._cut += cut


def batch_size(longest: int) -> int:
    """How many texts of at most `longest` tokens to run at once; a character is seldom more than a token."""
    return max(1, min(BATCH, TOKENS_AT_ONCE // max(1, longest)))


def fingerprint(folder: Path) -> str:
    """Digest of every file's name and content: a retrained model in the same folder is another model."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    return digest.hexdigest()[:12]


def revision(model: Any) -> str:
    """The hub commit of the weights, so that a changed model is another model."""
    commit = getattr(_config(model), "_commit_hash", None)
    return str(commit)[:12] if commit else "unversioned"


def _prompts(model: SentenceTransformer, recipe: Recipe) -> Prompts:
    said = {name: prompt for name, prompt in model.prompts.items() if prompt}
    own = Prompts(said.get("query", ""), next((said[n] for n in ("document", "passage", "corpus") if n in said), ""))
    known = own if any(own) else family_prompts(recipe.model)
    return Prompts(
        known.query if recipe.query_prompt is None else recipe.query_prompt,
        known.passage if recipe.passage_prompt is None else recipe.passage_prompt,
    )


def _config(model: Any) -> object:
    first = model[0]
    body = getattr(first, "auto_model", None) or getattr(first, "model", None)
    return getattr(body, "config", None)


def _positions(model: Any) -> int | None:
    """Tokens for which the model has positions at all. The RoBERTa family keeps two of them for itself."""
    config = _config(model)
    room = getattr(config, "max_position_embeddings", None)
    if not isinstance(room, int) or room <= 0:
        return None
    return room - 2 if "roberta" in str(getattr(config, "model_type", "")) else room


def _tokens(tokenizer: Any, text: str) -> int:
    return len(tokenizer.encode(text, truncation=False, verbose=False))
