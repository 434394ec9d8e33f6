"""The bundled encoder: multilingual-e5-small as int8 ONNX, run by onnxruntime and tokenizers, without torch.

Texts are run one at a time. Dynamic int8 takes its scale from the whole batch, so a text's vector would depend on its
neighbours; alone it is the same in every run, which a cache needs, and on few cores a batch gains nothing. They take
turns, whoever asks: each run uses all the threads it was given, and eight at once would only get in each other's way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from kb import bundled_model
from kb.embed import Progress, Vectors, check_text, stack, unit
from kb.errors import Unavailable

MAX_TOKENS = 512


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
        self._session = onnxruntime.InferenceSession(
            str(folder / bundled_model.MODEL), options, providers=["CPUExecutionProvider"]
        )
        self.size = int(self._session.get_outputs()[0].shape[1])
        self._turn = Lock()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape (texts, size). Raises RegkbError for a vector without direction."""
        rows: list[Vectors] = []
        for text in texts:
            ids = np.asarray([self._tokenizer.encode(text).ids], np.int64)
            with self._turn:
                (vector,) = self._session.run(["vector"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
            rows.append(vector[0])
            if progress:
                progress(len(rows), len(texts))
        return unit(stack(rows, self.size), texts)


class OnnxEncoder:
    """The bundled model behind the encoder seam, with the prefixes it was trained with."""

    def __init__(self, folder: Path, threads: int) -> None:
        if not bundled_model.is_ready(folder):
            raise Unavailable(f"内置向量模型尚未准备好（{folder}）：请先运行 regkb serve 或 make run，首次会自动转换")
        self.name = bundled_model.identity(folder)
        try:
            self._model = OnnxModel(folder, threads)
        except Exception as error:  # onnxruntime and tokenizers raise bare or private types
            raise Unavailable(
                f"内置向量模型无法载入（{folder}：{error}）：请删除该文件夹后运行 make run 重新生成"
            ) from error
        self.size = self._model.size

    def queries(self, texts: Sequence[str]) -> Vectors:
        check_text(texts)
        return self._model.encode([f"query: {text}" for text in texts])

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        check_text(texts)
        return self._model.encode([f"passage: {text}" for text in texts], progress)
