"""The cross-encoder seam: a real, if tiny, model scores passages; one that cannot is named and stops nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.service import Service
from kb.errors import BadInput, Unavailable
from kb.reranker import Reranker, UnavailableReranker, open_reranker
from kb.settings import BUNDLED_MODEL, Settings
from ui.access import InProcess

PASSAGES = ["药品应当报告", "化妆品备案", "医疗器械注册" * 200, ""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of our own: random weights, one layer of 32, one score."""
    return made(tmp_path_factory.mktemp("cross"), labels=1)


def made(folder: Path, labels: int) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(1)
    pieces = ["<pad>", "<unk>", "<sep>", *dict.fromkeys("药品医疗器械化妆许可备案注册生产经营应当报告怎么")]
    tokenizer = Tokenizer(models.WordLevel({piece: at for at, piece in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <sep>", pair="$A <sep> $B:1 <sep>:1", special_tokens=[("<sep>", 2)]
    )
    untyped: Any = PreTrainedTokenizerFast
    untyped(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", sep_token="<sep>").save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        num_labels=labels,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def opened(folder: Path | str, **more: Any) -> Reranker:
    reranker = open_reranker(Settings(rerank_model=str(folder), embed_threads=1, **more))
    assert reranker is not None
    return reranker


def test_no_setting_no_reranker() -> None:
    """None by default, and an empty variable means none: torch must not be paid for by accident."""
    assert open_reranker(Settings()) is None
    assert open_reranker(Settings(rerank_model="")) is None


def test_one_finite_score_for_each_passage(folder: Path) -> None:
    """In the order given, whatever their lengths; what is too long is cut, what is empty is scored as it is."""
    reranker = opened(folder)
    together = reranker.scores("药品怎么报告", PASSAGES)
    assert len(together) == 4
    assert all(math.isfinite(score) for score in together)
    assert len(set(together)) > 1
    alone = [reranker.scores("药品怎么报告", [passage])[0] for passage in PASSAGES]
    assert alone == pytest.approx(together, abs=1e-4)
    assert reranker.scores("药品", []) == []


def test_length_is_as_set_and_part_of_the_name(folder: Path) -> None:
    """A ranking made with another length is another ranking: its index version must differ."""
    short, long = opened(folder, rerank_max_tokens=32), opened(folder, rerank_max_tokens=256)
    assert short.name != long.name
    start = "药品应当报告" * 10
    one, other = short.scores("怎么", [start + "注册" * 50, start + "经营" * 50])
    assert one == pytest.approx(other, abs=1e-6), "what lies behind the limit has no part"
    one, other = long.scores("怎么", [start + "注册" * 50, start + "经营" * 50])
    assert one != pytest.approx(other, abs=1e-6)


def test_broken_unicode_is_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="Unicode"):
        opened(folder).scores("药品\ud800", ["药品"])


def test_a_score_that_is_no_number_is_refused(folder: Path, tmp_path: Path) -> None:
    """Weights that went to NaN in training would order the results at random without anybody noticing."""
    from safetensors.torch import load_file, save_file

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    weights["classifier.bias"][:] = float("nan")
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(Unavailable, match="无效的得分"):
        opened(tmp_path).scores("药品", ["报告", "备案"])


@pytest.mark.parametrize("damage", ["missing", "empty", "classes", "weights"])
def test_a_model_that_cannot_be_used_is_named_and_stops_nothing(folder: Path, tmp_path: Path, damage: str) -> None:
    """Opening never raises: what takes its place says, at each use, which setting to look at."""
    place = tmp_path / "model"
    if damage != "missing":
        place.mkdir()
    if damage == "classes":
        made(place, labels=3)
    elif damage == "weights":
        for path in folder.iterdir():
            (place / path.name).write_bytes(path.read_bytes()[:500])
    reranker = opened(place)
    assert isinstance(reranker, UnavailableReranker)
    with pytest.raises(Unavailable, match="REGKB_RERANK_MODEL"):
        reranker.scores("药品", ["报告"])


def test_the_service_starts_without_it_and_says_so(bundled_settings: Settings, tmp_path: Path) -> None:
    """A slip in the name of an extra must not take the whole service down, nor pass unseen."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / BUNDLED_MODEL).symlink_to(bundled_settings.models / BUNDLED_MODEL)
    wrong = str(tmp_path / "没有这个重排模型")
    service = Service.open(Settings(home=tmp_path, embed_threads=1, rerank_model=wrong))
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert wrong in ready.json()["notes"][0]
    service.close()
