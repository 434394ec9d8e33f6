"""The embedded vector store: the Qdrant engine inside this process, its data in one folder that one process owns.

The folder holds `meta.json` (which model and engine it was made with, and in which folder it is), `lock`, and `shard/`
or `shard-MARK/`, which belongs to the engine. An index of another model is built in a folder of its own and takes over
by the writing of `meta.json`; folders that it does not name are left over and deleted at the next opening. Every
write goes through the engine's write-ahead log and is flushed before it returns: it survives a killed process and a
power cut, so the registry may point to a generation as soon as `add` is back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import qdrant_edge as edge
from filelock import FileLock, Timeout

from kb.errors import RegkbError, Unavailable
from kb.lexical import SparseTerms
from kb.store import (
    DENSE,
    EVERYTHING,
    GRAPH_CARE,
    GRAPH_LINKS,
    INTEGERS,
    KEYWORDS,
    LINKS_BY_FIELD,
    SPARSE,
    Hit,
    Point,
    VectorStore,
    Where,
    best_first,
    check_points,
    check_query,
    folder_mark,
    refuse_other_model,
)
from kb.store_edge_requests import dense_request, engine_point, filter_of, is_value, sparse_request
from kb.store_meta import SHARD, Meta, read_meta, write_meta

POINTS_AT_ONCE = 1000
EXACT_BELOW = 30_000
"""Up to here every vector is compared: milliseconds, full recall, the same answer before and after `optimize`."""

WHOLE_SCAN_KB = 10_000
"""Kilobytes of vectors up to which what a filter leaves is compared one by one: the engine's own default."""


class EdgeStore:
    """`kb.store.VectorStore` over a folder. Raises Unavailable when another process holds the folder.

    `lock` and `meta` are given for an index that is built beside another one, which holds the folder already.
    """

    def __init__(self, folder: Path, lock: FileLock | None = None, meta: Meta | None = None) -> None:
        self._folder = folder
        self._shard: edge.EdgeShard | None = None
        self._writing = Lock()
        self._points = 0
        folder.mkdir(parents=True, exist_ok=True)
        # Not bound to a thread: the index of another model is built in one and closed in another.
        self._lock = lock or FileLock(folder / "lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Unavailable(
                f"索引 {folder} 正被另一个进程使用：请通过正在运行的 regkb serve 访问，或先停止它再试"
            ) from error
        self._holds = True
        try:
            self._meta = meta or read_meta(folder)
            if self._meta and not meta:
                self._clear_leftovers(self._meta.shard)
            if self._meta and self._shard_folder.exists():
                self._load()
        except BaseException:
            self._release()
            raise

    def built_with(self) -> str | None:
        return self._meta.model if self._meta else None

    def successor(self, size: int, model: str) -> EdgeStore:
        if self._meta is None:
            raise Unavailable(f"索引 {self._folder} 尚未建立：请先运行 regkb load laws 或 regkb ingest")
        meta = Meta(model, size, _engine(), f"{SHARD}-{folder_mark(model)}")
        if meta.shard == self._meta.shard:
            raise ValueError(f"{model} is the model of this very index")
        self._clear_leftovers(self._meta.shard)
        made = EdgeStore(self._folder, self._lock, meta)
        try:
            made._create(size)
            made._load()
        except BaseException:
            made.close()
            raise
        return made

    def give_way(self, successor: VectorStore) -> None:
        if not isinstance(successor, EdgeStore) or successor._folder != self._folder or successor._meta is None:
            raise ValueError("not a successor of this index")
        write_meta(self._folder, successor._meta)

    def discard(self) -> None:
        self.close()
        shutil.rmtree(self._shard_folder, ignore_errors=True)

    def ensure(self, size: int, model: str) -> None:
        if self._meta:
            refuse_other_model(str(self._folder), (self._meta.model, self._meta.size), (model, size))
        if self._shard:
            return
        if not self._meta:
            if self._shard_folder.exists():
                raise Unavailable(
                    f"索引 {self._folder} 缺少 meta.json，无法确认所用模型：请从备份恢复，或删除后重新导入"
                )
            self._meta = Meta(model, size, _engine())
            write_meta(self._folder, self._meta)
        self._create(size)
        self._load()

    def add(self, points: Sequence[Point]) -> None:
        shard, size = self._open, self._meta.size if self._meta else 0
        check_points(points, size)
        parts = [points[start : start + POINTS_AT_ONCE] for start in range(0, len(points), POINTS_AT_ONCE)]
        self._write(shard, *(edge.UpdateOperation.upsert_points([engine_point(p) for p in part]) for part in parts))

    def remove(self, document: str, *, keep_generation: int | None = None) -> None:
        kept: list[Any] = [] if keep_generation is None else [is_value("generation", keep_generation)]
        doomed = edge.Filter(must=[is_value("document", document)], must_not=kept)
        self._write(self._open, edge.UpdateOperation.delete_points_by_filter(doomed))

    def generations(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        offset = None
        with self._reported():
            while True:
                records, offset = self._open.scroll(
                    edge.ScrollRequest(offset=offset, limit=10_000, with_payload=["document", "generation"])
                )
                for record in records:
                    payload = record.payload or {}
                    found.setdefault(payload["document"], set()).add(payload["generation"])
                if offset is None:
                    return found

    def set_interval(self, document: str, valid: int, ended: int) -> None:
        chosen = edge.Filter(must=[is_value("document", document)])
        days = {"valid": valid, "ended": ended}
        self._write(self._open, edge.UpdateOperation.set_payload_by_filter(chosen, days))

    def dense(self, vector: Sequence[float], where: Where, limit: int) -> list[Hit]:
        return self._find([self._dense_request(vector, where, limit)], limit)[0]

    def sparse(self, terms: SparseTerms, where: Where, limit: int) -> list[Hit]:
        return self._find([sparse_request(terms, where, limit)], limit)[0]

    def both(
        self, vector: Sequence[float], terms: SparseTerms, where: Where, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        requests = [self._dense_request(vector, where, limit), sparse_request(terms, where, limit)]
        near, worded = self._find(requests, limit)
        return near, worded

    def count(self, where: Where = EVERYTHING) -> int:
        with self._reported():
            return self._open.count(edge.CountRequest(exact=True, filter=filter_of(where)))

    def optimize(self) -> None:
        with self._writing, self._reported():
            self._open.optimize()
            self._open.flush()

    def close(self) -> None:
        shard, self._shard = self._shard, None
        try:
            if shard:
                with self._writing, self._reported():
                    shard.flush()
                    shard.close()
        finally:
            self._release()

    def _release(self) -> None:
        """Once for each store: another one may share the lock."""
        held, self._holds = self._holds, False
        if held:
            self._lock.release()

    def _clear_leftovers(self, kept: str) -> None:
        """Indexes that were given up, and those whose building was cut short."""
        for left in self._folder.glob(f"{SHARD}*"):
            if left.name != kept and left.is_dir():
                shutil.rmtree(left, ignore_errors=True)

    @property
    def _shard_folder(self) -> Path:
        return self._folder / (self._meta.shard if self._meta else SHARD)

    @property
    def _open(self) -> edge.EdgeShard:
        if not self._shard:
            raise Unavailable(f"索引 {self._folder} 尚未建立或已关闭：请先运行 regkb load laws 或 regkb ingest")
        return self._shard

    def _create(self, size: int) -> None:
        # Made under another name: a shard without its payload indexes would answer, but slowly, for ever after.
        building = self._shard_folder.with_name(f"{self._shard_folder.name}.building")
        shutil.rmtree(building, ignore_errors=True)
        with self._reported():
            shard = edge.EdgeShard.create(
                str(building),
                edge.EdgeConfig(
                    vectors={DENSE: edge.EdgeVectorParams(size=size, distance=edge.Distance.Cosine)},
                    sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
                    hnsw_config=edge.HnswIndexConfig(
                        m=GRAPH_LINKS,
                        ef_construct=GRAPH_CARE,
                        full_scan_threshold=WHOLE_SCAN_KB,
                        payload_m=LINKS_BY_FIELD,
                    ),
                    wal_enabled=True,
                ),
            )
            for field in KEYWORDS:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
            for field in INTEGERS:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Integer))
            shard.flush()
            shard.close()
        os.replace(building, self._shard_folder)

    def _load(self) -> None:
        with self._reported():
            self._shard = edge.EdgeShard.load(str(self._shard_folder))
            self._points = self._shard.info().points_count

    def _write(self, shard: edge.EdgeShard, *operations: edge.UpdateOperation) -> None:
        """Apply the operations and flush: tens of milliseconds, far below what encoding a document takes."""
        with self._writing, self._reported():
            for operation in operations:
                shard.update(operation)
            shard.flush()
            self._points = shard.info().points_count

    def _dense_request(self, vector: Sequence[float], where: Where, limit: int) -> edge.QueryRequest:
        if self._meta:
            check_query(vector, self._meta.size)
        return dense_request(vector, where, limit, exact=self._points <= EXACT_BELOW)

    def _find(self, requests: list[edge.QueryRequest], limit: int) -> list[list[Hit]]:
        with self._reported():
            answers = self._open.query_batch(edge.QueryBatchRequest(requests))
        return [best_first([Hit(str(p.id), p.score, p.payload or {}) for p in answer], limit) for answer in answers]

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except RegkbError:
            raise
        except Exception as error:  # the engine raises bare Exception
            built = self._meta.engine if self._meta else "未知"
            raise Unavailable(
                f"索引 {self._folder} 出错（{error}；建立时引擎 {built}，现在 {_engine()}）："
                "请运行 regkb doctor 检查，必要时从备份恢复"
            ) from error


def _engine() -> str:
    return f"qdrant-edge {version('qdrant-edge-py')}"
