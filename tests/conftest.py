"""Shared fixtures: the real bundled model, built once per run, and a tiny sentence-transformers model of our own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from kb import bundled_model
from kb.settings import BUNDLED_MODEL, Settings

pytest_plugins = ["live", "command_line", "contract_pages", "journeys"]  # live first: the others import it

# In CI the examples of Hypothesis are the same in every run: a red run is then about the change. Elsewhere they vary.
hypothesis.settings.register_profile("ci", derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def bundled_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose home holds the ready bundled model; set REGKB_TEST_HOME to keep it between runs."""
    kept = os.environ.get("REGKB_TEST_HOME")
    home = Path(kept) if kept else tmp_path_factory.mktemp("home")
    settings = Settings(home=home, embed_threads=1)
    bundled_model.build(settings.models / BUNDLED_MODEL, lambda stage: None)
    return settings


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a real sentence-transformers model: random weights, one layer of 32, a 200-piece tokenizer, prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    body, folder = tmp_path_factory.mktemp("tiny-body"), tmp_path_factory.mktemp("tiny-model")
    common = "药品医疗器械化妆许可备案注册生产经营使用监督管理条办法规定企业人应当报告临床试验疫苗中"
    pieces = ["<pad>", "<unk>", *dict.fromkeys(common), *(chr(code) for code in range(33, 127))]
    pieces += [chr(0x4E00 + at) for at in range(400) if chr(0x4E00 + at) not in common][: 200 - len(pieces)]
    tokenizer = Tokenizer(models.WordLevel({piece: at for at, piece in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    untyped: Any = PreTrainedTokenizerFast
    untyped(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>").save_pretrained(body)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(body)
    transformer = Transformer(str(body), max_seq_length=64)
    model = SentenceTransformer(
        modules=[transformer, Pooling(32, pooling_mode="mean")],
        device="cpu",
        prompts={"query": "Q:", "document": "D:"},
    )
    model.save(str(folder))
    return folder
