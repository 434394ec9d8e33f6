"""Any other encoder: a sentence-transformers model by hub name or local folder. Importing this costs torch, about 10 s.

A local folder is never looked up on the network; whether a hub name is fetched is sentence-transformers' affair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from kb.embed import Progress, Vectors, check_text, stack, unit
from kb.errors import Unavailable

BATCH = 16
PIECE = 1 << 20
OFFERED = 512
"""Texts handed over between two reports of progress."""


class SentenceTransformerEncoder:
    """The model behind the encoder seam, with its own prompts for queries and documents where it has them."""

    def __init__(self, model: str, threads: int) -> None:
        local = Path(model).is_dir()
        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(model, local_files_only=local)
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"向量模型 {model} 无法载入（{error}）：请检查 REGKB_EMBED_MODEL 的名称或文件夹"
            ) from error
        size = self._model.get_embedding_dimension()
        if size is None:
            raise Unavailable(f"向量模型 {model} 没有说明向量维数，不能用于建立索引")
        self.size = size
        self.name = f"{Path(model).name if local else model}-{_fingerprint(Path(model)) if local else self._revision()}"

    def queries(self, texts: Sequence[str]) -> Vectors:
        check_text(texts)
        if not texts:
            return stack([], self.size)
        found = self._model.encode_query(list(texts), batch_size=BATCH, show_progress_bar=False)
        return unit(np.asarray(found, np.float32), texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        check_text(texts)
        parts: list[Vectors] = [stack([], self.size)]
        for start in range(0, len(texts), OFFERED):
            part = list(texts[start : start + OFFERED])
            found = self._model.encode_document(part, batch_size=BATCH, show_progress_bar=False)
            parts.append(unit(np.asarray(found, np.float32), part))
            if progress:
                progress(start + len(part), len(texts))
        return np.concatenate(parts)

    def _revision(self) -> str:
        """The hub commit of the weights, so that a changed model is another model."""
        body = getattr(self._model[0], "auto_model", None)
        commit = getattr(getattr(body, "config", None), "_commit_hash", None)
        return str(commit)[:12] if commit else "unversioned"


def _fingerprint(folder: Path) -> str:
    """Digest of every file's name and content: a retrained model in the same folder is another model."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    return digest.hexdigest()[:12]
