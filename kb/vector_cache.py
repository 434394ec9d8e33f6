"""Every vector is computed once: a content-addressed cache in one SQLite file, shared by processes.

The key is the SHA-256 of the model's name and the text, so a changed model or text simply misses. Vectors are kept
as float16: half the room, and the rounding (1e-3 of a cosine at most) is far below the encoder's own int8 noise.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.errors import Unavailable

BUSY_SECONDS = 30.0
KEYS_AT_ONCE = 500
"""Parameters of one SELECT: below the lowest limit SQLite was ever built with."""


class VectorCache:
    """The vectors of one model. Safe for several threads and processes; an unreadable entry counts as a miss."""

    def __init__(self, path: Path, model: str, size: int) -> None:
        self._path, self._model, self._size = path, model, size
        self._lock = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._reported():
            self._sql = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
            _into_wal(self._sql)
            # A power cut may lose the latest vectors, never damage the file: they are computed again.
            self._sql.execute("PRAGMA synchronous = NORMAL")
            self._sql.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")

    def get(self, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """The vector of each text, unit length, or None where it is not known."""
        keys = [self._key(text) for text in texts]
        known: dict[bytes, bytes] = {}
        distinct = list(dict.fromkeys(keys))
        with self._lock, self._reported():
            for start in range(0, len(distinct), KEYS_AT_ONCE):
                part = distinct[start : start + KEYS_AT_ONCE]
                marks = ",".join("?" * len(part))
                known.update(self._sql.execute(f"SELECT key, value FROM vectors WHERE key IN ({marks})", part))  # noqa: S608 - only question marks are put in
        return [self._vector(known.get(key)) for key in keys]

    def put(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep one row of `vectors` (shape (texts, size)) per text, in one transaction."""
        if vectors.shape != (len(texts), self._size):
            raise ValueError(f"{len(texts)} texts of size {self._size}, but vectors of shape {vectors.shape}")
        rows = [(self._key(text), row.tobytes()) for text, row in zip(texts, vectors.astype("<f2"), strict=True)]
        with self._lock, self._reported():
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                self._sql.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            except BaseException:
                self._sql.execute("ROLLBACK")
                raise
            self._sql.execute("COMMIT")

    def close(self) -> None:
        self._sql.close()

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._model}\0{text}".encode()).digest()

    def _vector(self, value: bytes | None) -> NDArray[np.float32] | None:
        if value is None or len(value) != 2 * self._size:
            return None
        vector = np.frombuffer(value, "<f2").astype(np.float32)
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if np.isfinite(length) and length > 0 else None

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(
                f"向量缓存 {self._path} 无法使用（{error}）；该文件可以安全删除，删除后向量会重新计算"
            ) from error


def _into_wal(sql: sqlite3.Connection) -> None:
    """Two processes that make the file at once: SQLite does not wait for a lock while it changes the journal."""
    for wait in (0.02 * 2**attempt for attempt in range(10)):
        try:
            sql.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(wait)
    sql.execute("PRAGMA journal_mode = WAL")
