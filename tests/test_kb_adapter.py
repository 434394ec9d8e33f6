"""The learnt turn of a question: what is shipped, what it is put into, and what a question becomes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from kb import bundled_model
from kb.adapter import FILE, PARTS, Adapter, fingerprint, read_adapter, write_adapter
from kb.e5_weights import read_weights
from kb.embed import open_encoder
from kb.embed_onnx import OnnxModel
from kb.errors import Unavailable
from kb.settings import BUNDLED_MODEL, Settings
from ui.serve import prepare_encoder


@pytest.fixture(scope="module")
def shipped() -> Adapter:
    return read_adapter(FILE)


def test_the_file_is_small_and_holds_plain_numbers_alone() -> None:
    """It is read wherever the model is made: no pickle in it, and no bigger than a picture."""
    assert FILE.stat().st_size < 1_500_000
    with zipfile.ZipFile(FILE) as parts:
        for name in parts.namelist():
            with parts.open(name) as part:
                major, _minor = np.lib.format.read_magic(part)
                read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
                assert not read(part)[2].hasobject, name


def test_it_was_learnt_on_the_weights_that_are_installed(shipped: Adapter) -> None:
    """Other weights mean other things: the adapter would then silently rest."""
    assert shipped.weights == hashlib.sha256(bundled_model.weights_file().read_bytes()).hexdigest()


def test_it_fits_every_layer_above_its_level(shipped: Adapter) -> None:
    shape = read_weights(bundled_model.weights_file()).shape
    layers = shape.layers - shipped.level
    for part in PARTS:
        outputs = shape.inner if part == "fi" else shape.hidden
        inputs = shape.inner if part == "fo" else shape.hidden
        assert shipped.down[part].shape[::2] == (layers, inputs), part
        assert shipped.up[part].shape[:2] == (layers, outputs), part
        assert shipped.change(shipped.level, part).shape == (outputs, inputs)
        assert np.isfinite(shipped.down[part]).all()
        assert np.isfinite(shipped.up[part]).all()


def drawn(scale: float = 0.1) -> Adapter:
    made = np.random.default_rng(0)
    sizes = {"fi": (384, 1536), "fo": (1536, 384)}
    down = {p: made.standard_normal((2, 4, sizes.get(p, (384, 384))[0])).astype(np.float32) * scale for p in PARTS}
    up = {p: made.standard_normal((2, sizes.get(p, (384, 384))[1], 4)).astype(np.float32) * scale for p in PARTS}
    return Adapter("weights", 10, down, up)


def test_written_and_read_again_it_changes_the_same(tmp_path: Path) -> None:
    """Eight bits a number, a scale a row: what is added stays within a hundredth of what was learnt."""
    learnt = drawn()
    learnt.up["q"][0, 3] = 0  # a row that learnt nothing has no scale
    write_adapter(learnt, tmp_path / "a.npz")
    read = read_adapter(tmp_path / "a.npz")
    assert (read.weights, read.level) == ("weights", 10)
    for part in PARTS:
        for layer in (10, 11):
            whole, rounded = learnt.change(layer, part), read.change(layer, part)
            assert np.abs(whole - rounded).max() <= 0.02 * np.abs(whole).max(), part
    assert not read.change(10, "q")[3].any()


def test_a_file_with_a_pickle_in_it_is_refused(tmp_path: Path) -> None:
    """Reading one would run what it holds."""
    file = tmp_path / "bad.npz"
    np.savez(file, q_down=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_adapter(file)


STORED = (0.0586, -0.0114, -0.0037, -0.0945)
"""The first numbers of a passage as they were stored before there was an adapter."""
QUESTIONS = ("药品再注册要提前多久申请", "同事借我钱不还", "IND 默示许可要等几天")


def test_a_question_is_turned_and_a_passage_is_not(bundled_settings: Settings) -> None:
    """Vectors that were stored before the adapter was learnt stay what they are; a question is the same every time."""
    encoder = open_encoder(bundled_settings)
    assert encoder.taught
    plain, turned = encoder.queries(QUESTIONS), encoder.turned(QUESTIONS)
    assert turned.shape == plain.shape == (len(QUESTIONS), encoder.size)
    assert turned.dtype == np.float32
    assert np.linalg.norm(turned, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert ((plain * turned).sum(axis=1) < 0.95).all(), "a question is turned"
    passage = encoder.passages(["药品上市许可持有人应当对已上市药品开展上市后评价，持续管理药品风险。"])[0]
    assert passage[:4] == pytest.approx(STORED, abs=2e-3)


def test_what_was_kept_of_the_lower_layers_changes_nothing(bundled_settings: Settings) -> None:
    """Whether the question was encoded just before, long before or never, it becomes the same vector."""
    folder = bundled_settings.models / BUNDLED_MODEL
    fresh = OnnxModel(folder, threads=1).turned(QUESTIONS)
    model = OnnxModel(folder, threads=1)
    model.encode(QUESTIONS, keep=True)
    assert np.array_equal(model.turned(QUESTIONS), fresh)
    model.encode([f"第{number}问" for number in range(40)], keep=True)
    assert np.array_equal(model.turned(QUESTIONS), fresh)


def test_it_brings_questions_in_plain_words_to_their_provisions(bundled_settings: Settings) -> None:
    """None of these is a training question: plain words of a founder beside a provision and a near miss of ours."""
    encoder = open_encoder(bundled_settings)
    rows = [
        (
            "厂子搬家了许可证要不要换",
            "生产地址变更的，持证人应当在变更前向原发证部门申请变更许可证。",
            "许可证载明企业名称、法定代表人、生产地址和生产范围。",
        ),
        (
            "病人用了我们的药起疹子要不要往上报",
            "持有人获知不良反应的，应当按照规定的时限报告。",
            "持有人应当在说明书与标签上注明贮藏条件和有效期。",
        ),
        (
            "老板不给交社保怎么办",
            "用人单位未按时足额缴纳社会保险费的，由征收机构责令限期缴纳。",
            "个人跨地区就业的，其基本养老保险关系随本人转移。",
        ),
    ]
    gained = 0.0
    for question, right, wrong in rows:
        near, far = encoder.passages([right, wrong])
        before, after = encoder.queries([question])[0], encoder.turned([question])[0]
        assert float(after @ near) > float(after @ far), question
        gained += float(after @ (near - far)) - float(before @ (near - far))
    assert gained > 0


def test_a_model_made_with_another_adapter_is_not_ready(
    bundled_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade the model is made anew, or questions would be turned by what was learnt before."""
    folder = bundled_settings.models / BUNDLED_MODEL
    other = tmp_path / "other.npz"
    write_adapter(drawn(), other)
    assert bundled_model.is_ready(folder)
    monkeypatch.setattr(bundled_model, "ADAPTER", other)
    assert not bundled_model.is_ready(folder)


def test_without_the_questions_side_the_model_says_so(bundled_settings: Settings, tmp_path: Path) -> None:
    """Weights other than those it was learnt on get no adapter; to ask for it is a mistake that is named."""
    made = bundled_settings.models / BUNDLED_MODEL
    for name in (bundled_model.MODEL, bundled_model.TOKENIZER):
        (tmp_path / name).symlink_to(made / name)
    manifest = {
        "recipe": bundled_model.RECIPE,
        "source": "0" * 64,
        "adapter": fingerprint(FILE),
        "files": {n: (tmp_path / n).stat().st_size for n in (bundled_model.MODEL, bundled_model.TOKENIZER)},
    }
    (tmp_path / bundled_model.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert bundled_model.is_ready(tmp_path)
    assert not bundled_model.is_taught(tmp_path)
    model = OnnxModel(tmp_path, threads=1)
    assert model.encode(QUESTIONS).shape == (3, 384)
    with pytest.raises(Unavailable, match="make setup"):
        model.turned(QUESTIONS)


@pytest.mark.slow
def test_weights_it_was_not_learnt_on_go_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another release of the wheel: the model is made, said to be untaught, and its passages are what they were."""
    other = tmp_path / "other.npz"
    write_adapter(drawn(), other)
    monkeypatch.setattr(bundled_model, "ADAPTER", other)
    settings = Settings(home=tmp_path / "home", embed_threads=1)
    folder, said = settings.models / BUNDLED_MODEL, list[str]()
    bundled_model.build(folder, said.append)
    assert any("不是在这份权重上学的" in line for line in said)
    assert bundled_model.is_ready(folder)
    encoder = open_encoder(settings)
    assert not encoder.taught
    passage = encoder.passages(["药品上市许可持有人应当对已上市药品开展上市后评价，持续管理药品风险。"])[0]
    assert passage[:4] == pytest.approx(STORED, abs=2e-3)


@pytest.mark.parametrize(
    ("model", "there", "made"), [("another", True, True), ("another", False, False), (BUNDLED_MODEL, False, True)]
)
def test_a_model_of_before_is_made_anew_where_it_may_still_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, there: bool, made: bool
) -> None:
    """Another model was chosen and re-encoding goes on: until it is done the bundled one answers, after an upgrade
    too. Without it the whole library would be encoded before the service starts."""
    settings = Settings(home=tmp_path, embed_model=model)
    if there:
        (settings.models / BUNDLED_MODEL).mkdir(parents=True)
    built: list[Path] = []
    monkeypatch.setattr(bundled_model, "build", lambda folder, _say: built.append(folder))
    prepare_encoder(settings, Console(quiet=True))
    assert built == ([settings.models / BUNDLED_MODEL] if made else [])
