"""The learnt turn of a question's vector: what is shipped, whom it is for, and what any vector becomes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from factories import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.adapter import FILE, Adapter, adapter_for
from kb.embed import open_encoder, unit
from kb.errors import RegkbError
from kb.settings import Settings


def shipped_for() -> str:
    with np.load(FILE, allow_pickle=False) as held:
        return str(held["encoder"])


@pytest.fixture(scope="module")
def adapter() -> Adapter:
    found = adapter_for(shipped_for())
    assert found is not None
    return found


def size() -> int:
    with np.load(FILE, allow_pickle=False) as held:
        return int(held["bias"].shape[0])


def test_the_file_is_small_and_holds_plain_numbers_alone() -> None:
    """It is read by every search of every copy: no pickle in it, and no bigger than a picture."""
    assert FILE.stat().st_size < 300_000
    with zipfile.ZipFile(FILE) as parts:
        for name in parts.namelist():
            with parts.open(name) as part:
                major, _minor = np.lib.format.read_magic(part)
                read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
                assert not read(part)[2].hasobject, name
    with np.load(FILE, allow_pickle=False) as held:
        shapes = {name: held[name].shape for name in held.files}
    assert shapes == {"matrix": (size(), size()), "scale": (size(),), "bias": (size(),), "encoder": ()}


def test_it_was_learnt_for_the_bundled_encoder(bundled_settings: Settings) -> None:
    """A new export of the model has a new name; the adapter would then silently rest."""
    encoder = open_encoder(bundled_settings)
    assert (encoder.name, encoder.size) == (shipped_for(), size())
    vector = encoder.queries(["药品再注册要提前多久申请"])[0]
    turned = adapter_for(encoder.name)
    assert turned is not None
    assert 0.3 < float(vector @ turned(vector)) < 0.9999, "a question is turned, and not away from itself"


@pytest.mark.parametrize("name", ["", "hash-64", "BAAI/bge-m3", "multilingual-e5-small"])
def test_vectors_of_another_encoder_are_left_alone(name: str) -> None:
    """Their numbers mean other things: turned by this matrix they would point nowhere."""
    assert adapter_for(name) is None
    assert adapter_for(shipped_for() + "x") is None


@given(seed=st.integers(0, 2**32 - 1), spread=st.floats(1e-3, 10))
@settings(max_examples=100, deadline=None)
def test_any_question_becomes_a_finite_vector_of_unit_length(adapter: Adapter, seed: int, spread: float) -> None:
    """The index compares by cosine and refuses anything else; flat and spiky vectors alike must come out whole."""
    raw = np.random.default_rng(seed).standard_normal(size()) * np.random.default_rng(seed + 1).random(size()) ** spread
    vector = unit(raw.astype(np.float32)[None, :], ["问题"])[0]
    turned = adapter(vector)
    assert turned.dtype == np.float32
    assert turned.shape == (size(),)
    assert np.isfinite(turned).all()
    assert float(np.linalg.norm(turned)) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(turned, adapter(vector)), "equal questions, equal vectors"


@pytest.mark.parametrize("at", range(0, 384, 37))
def test_a_vector_along_one_axis_is_turned_too(adapter: Adapter, at: int) -> None:
    """A single number may carry a whole vector, and of either sign."""
    for sign in (1.0, -1.0):
        vector = np.zeros(size(), np.float32)
        vector[at] = sign
        assert float(np.linalg.norm(adapter(vector))) == pytest.approx(1.0, abs=1e-5)


def test_of_nothing_learnt_nothing_is_turned() -> None:
    vector = HashEncoder(8).queries(["药品"])[0]
    none = Adapter(np.zeros((8, 8), np.float32), np.zeros(8, np.float32))
    assert none(vector) == pytest.approx(vector, abs=1e-6)


def test_a_vector_without_a_direction_is_refused() -> None:
    """Zero or not a number has no cosine: an error that says so, never a ranking out of nothing."""
    adapter = Adapter(np.zeros((4, 4), np.float32), np.zeros(4, np.float32))
    for broken in (np.zeros(4, np.float32), np.full(4, np.nan, np.float32)):
        with pytest.raises(RegkbError, match="无效向量"):
            adapter(broken)


def test_a_file_with_a_pickle_in_it_is_refused(tmp_path: Path) -> None:
    """Reading one would run what it holds."""
    file = tmp_path / "bad.npz"
    np.savez(file, encoder=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        adapter_for("x", file)
