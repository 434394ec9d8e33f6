"""The vector cache: what goes in comes out, nothing stale comes out, and a broken file says what to do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.embed import Vectors
from kb.errors import Unavailable
from kb.vector_cache import VectorCache


def unit_rows(count: int, size: int = 8, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_vectors_come_back_at_unit_length_in_the_order_asked(tmp_path: Path) -> None:
    """Repeats and unknown texts are asked for in one call; float16 must not shorten a vector."""
    cache = VectorCache(tmp_path / "v.sqlite3", "m", 8)
    rows = unit_rows(2)
    cache.put(["甲", "乙"], rows)
    second, unknown, first, again = cache.get(["乙", "丙", "甲", "乙"])
    assert unknown is None
    assert first is not None
    assert second is not None
    assert again is not None
    assert np.allclose(np.stack([first, second, again]), rows[[0, 1, 1]], atol=1e-3)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-6)
    cache.close()


def test_another_model_or_size_misses(tmp_path: Path) -> None:
    """One file serves all models: a vector of one must never be given out as another's."""
    path = tmp_path / "v.sqlite3"
    VectorCache(path, "m", 8).put(["甲"], unit_rows(1))
    assert VectorCache(path, "n", 8).get(["甲"]) == [None]
    assert VectorCache(path, "m", 16).get(["甲"]) == [None]


def test_more_texts_than_one_select_takes(tmp_path: Path) -> None:
    """SQLite limits the parameters of a statement; a large document must not meet that limit."""
    cache = VectorCache(tmp_path / "v.sqlite3", "m", 8)
    texts = [f"第{n}条" for n in range(2_345)]
    rows = unit_rows(len(texts))
    cache.put(texts, rows)
    found = cache.get(texts)
    assert all(v is not None and float(v @ row) > 0.999 for v, row in zip(found, rows, strict=True))


def test_damaged_entry_is_a_miss(tmp_path: Path) -> None:
    """A blob that is cut short or full of NaN is computed again, not searched with."""
    path = tmp_path / "v.sqlite3"
    cache = VectorCache(path, "m", 8)
    cache.put(["甲", "乙"], unit_rows(2))
    with sqlite3.connect(path) as sql:
        keys = [row[0] for row in sql.execute("SELECT key FROM vectors ORDER BY key")]
        sql.execute("UPDATE vectors SET value = ? WHERE key = ?", (b"\0", keys[0]))
        sql.execute("UPDATE vectors SET value = ? WHERE key = ?", (np.full(8, np.nan, "<f2").tobytes(), keys[1]))
    sql.close()
    assert cache.get(["甲", "乙"]) == [None, None]


def test_wrong_shape_is_refused(tmp_path: Path) -> None:
    """A programming error must not fill the cache with vectors under the wrong texts."""
    cache = VectorCache(tmp_path / "v.sqlite3", "m", 8)
    with pytest.raises(ValueError, match="shape"):
        cache.put(["甲", "乙"], unit_rows(3))
    assert cache.get(["甲", "乙"]) == [None, None]


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """A bulk load and the service share the file: neither may fail with "database is locked" or lose a vector."""
    path = tmp_path / "v.sqlite3"
    writer = (
        "import sys, numpy as np; from pathlib import Path; from kb.vector_cache import VectorCache\n"
        "cache = VectorCache(Path(sys.argv[1]), 'm', 8)\n"
        "for n in range(60): cache.put([f'{sys.argv[2]}{n}'], np.eye(1, 8, dtype=np.float32))\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", writer, str(path), who]) for who in "ab"]
    assert [child.wait(60) for child in children] == [0, 0]
    found = VectorCache(path, "m", 8).get([f"{who}{n}" for who in "ab" for n in range(60)])
    assert all(vector is not None for vector in found)


def test_file_that_is_no_database(tmp_path: Path) -> None:
    """The message must name the file and say that deleting it loses nothing."""
    path = tmp_path / "v.sqlite3"
    path.write_text("这不是数据库" * 100, encoding="utf-8")
    with pytest.raises(Unavailable, match="可以安全删除"):
        VectorCache(path, "m", 8)
