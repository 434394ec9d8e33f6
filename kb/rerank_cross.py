"""A cross-encoder of sentence-transformers, by hub name or local folder. Importing this costs torch, about 10 s.

A local folder is never looked up on the network; whether a hub name is fetched is sentence-transformers' affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import CrossEncoder

from kb.embed import check_text
from kb.embed_torch import batch_size, fingerprint, revision
from kb.errors import Unavailable


class CrossEncoderReranker:
    """The model behind the reranker seam. A passage longer than `max_tokens` is judged by its beginning."""

    def __init__(self, model: str, threads: int, max_tokens: int) -> None:
        local = Path(model).is_dir()
        torch.set_num_threads(threads)
        try:
            self._model = CrossEncoder(model, max_length=max_tokens, device="cpu", local_files_only=local)
        except Exception as error:  # torch, transformers and safetensors raise private types
            raise Unavailable(
                f"重排模型 {model} 无法载入（{error}）：请检查 REGKB_RERANK_MODEL 的名称或文件夹，不用时去掉这项设置"
            ) from error
        if self._model.num_labels != 1:
            raise Unavailable(
                f"重排模型 {model} 给出 {self._model.num_labels} 个类别而不是一个相关性得分，不能用于排序："
                "请换一个模型，或去掉 REGKB_RERANK_MODEL"
            )
        self._max_tokens = max_tokens
        self.name = f"{Path(model).name if local else model}-{self._mark(Path(model), local)}-{max_tokens}"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        if not passages:
            return []
        check_text([question, *passages])
        longest = len(question) + max(map(len, passages))
        try:
            found = self._model.predict(
                [(question, passage) for passage in passages],
                batch_size=batch_size(min(longest, self._max_tokens)),
                show_progress_bar=False,
            )
        except (RuntimeError, ValueError, IndexError) as error:  # out of memory, a tokenizer that does not fit
            raise Unavailable(f"重排模型 {self.name} 运行出错（{error}），本次没有用它") from error
        numbers = np.asarray(found, np.float64).reshape(-1)
        if len(numbers) != len(passages) or not np.isfinite(numbers).all():
            raise Unavailable(f"重排模型 {self.name} 给出了无效的得分（非数或缺失），本次没有用它")
        return [float(number) for number in numbers]

    def _mark(self, folder: Path, local: bool) -> str:
        return fingerprint(folder) if local else revision(self._model)
