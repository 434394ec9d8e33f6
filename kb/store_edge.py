"""The embedded vector store: the Qdrant engine inside this process, its data in one folder that one process owns.

The folder holds `meta.json` (which model and engine it was made with), `lock`, and `shard/`, which belongs to the
engine. Every write goes through the engine's write-ahead log and is flushed before it returns: it survives a killed
process and a power cut, so the registry may point to a generation as soon as `add` is back.
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
    GRAPH_BREADTH,
    INTEGERS,
    KEYWORDS,
    SPARE,
    SPARSE,
    Hit,
    Point,
    Where,
    best_first,
    check_points,
    refuse_other_model,
)
from kb.store_meta import Meta, read_meta, write_meta

POINTS_AT_ONCE = 1000
EXACT_BELOW = 30_000
"""Up to here every vector is compared: milliseconds, full recall, the same answer before and after `optimize`."""


class EdgeStore:
    """`kb.store.VectorStore` over a folder. Raises Unavailable when another process holds the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shard: edge.EdgeShard | None = None
        self._writing = Lock()
        self._points = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Unavailable(
                f"索引 {folder} 正被另一个进程使用：请通过正在运行的 regkb serve 访问，或先停止它再试"
            ) from error
        try:
            self._meta = read_meta(folder)
            if self._meta and self._shard_folder.exists():
                self._load()
        except BaseException:
            self._lock.release()
            raise

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
        self._write(shard, *(edge.UpdateOperation.upsert_points([_engine_point(p) for p in part]) for part in parts))

    def remove(self, document: str, *, keep_generation: int | None = None) -> None:
        kept: list[Any] = [] if keep_generation is None else [_is("generation", keep_generation)]
        doomed = edge.Filter(must=[_is("document", document)], must_not=kept)
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
        chosen = edge.Filter(must=[_is("document", document)])
        days = {"valid": valid, "ended": ended}
        self._write(self._open, edge.UpdateOperation.set_payload_by_filter(chosen, days))

    def dense(self, vector: Sequence[float], where: Where, limit: int) -> list[Hit]:
        return self._find([self._dense_request(vector, where, limit)], limit)[0]

    def sparse(self, terms: SparseTerms, where: Where, limit: int) -> list[Hit]:
        return self._find([_sparse_request(terms, where, limit)], limit)[0]

    def both(
        self, vector: Sequence[float], terms: SparseTerms, where: Where, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        requests = [self._dense_request(vector, where, limit), _sparse_request(terms, where, limit)]
        near, worded = self._find(requests, limit)
        return near, worded

    def count(self, where: Where = EVERYTHING) -> int:
        with self._reported():
            return self._open.count(edge.CountRequest(exact=True, filter=_filter(where)))

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
            self._lock.release()

    @property
    def _shard_folder(self) -> Path:
        return self._folder / "shard"

    @property
    def _open(self) -> edge.EdgeShard:
        if not self._shard:
            raise Unavailable(f"索引 {self._folder} 尚未建立或已关闭：请先运行 regkb load laws 或 regkb ingest")
        return self._shard

    def _create(self, size: int) -> None:
        # Made under another name: a shard without its payload indexes would answer, but slowly, for ever after.
        building = self._folder / "shard.building"
        shutil.rmtree(building, ignore_errors=True)
        with self._reported():
            shard = edge.EdgeShard.create(
                str(building),
                edge.EdgeConfig(
                    vectors={DENSE: edge.EdgeVectorParams(size=size, distance=edge.Distance.Cosine)},
                    sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
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
        how = edge.SearchParams(exact=self._points <= EXACT_BELOW, hnsw_ef=GRAPH_BREADTH)
        nearest = edge.Query.Nearest([float(number) for number in vector], using=DENSE)
        return edge.QueryRequest(
            limit=limit + SPARE, query=nearest, filter=_filter(where), params=how, with_payload=True
        )

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


def _engine_point(point: Point) -> edge.Point:
    vectors: dict[str, Any] = {DENSE: [float(number) for number in point.dense]}
    if point.sparse.indices:
        vectors[SPARSE] = edge.SparseVector(point.sparse.indices, point.sparse.values)
    return edge.Point(point.id, vectors, dict(point.payload))


def _sparse_request(terms: SparseTerms, where: Where, limit: int) -> edge.QueryRequest:
    nearest = edge.Query.Nearest(edge.SparseVector(terms.indices, terms.values), using=SPARSE)
    return edge.QueryRequest(limit=limit + SPARE, query=nearest, filter=_filter(where), with_payload=True)


def _filter(where: Where) -> edge.Filter | None:
    must: list[Any] = []
    if where.day is not None:
        must.append(edge.FieldCondition("valid", range=edge.RangeFloat(lte=where.day)))
        must.append(edge.FieldCondition("ended", range=edge.RangeFloat(gt=where.day)))
    if where.sectors:
        must.append(edge.Filter(should=[_any("sectors", where.sectors), edge.IsEmptyCondition("sectors")]))
    for key, values in (("kind", where.kinds), ("region", where.region), ("document", where.documents)):
        if values:
            must.append(_any(key, values))
    return edge.Filter(must=must) if must else None


def _is(key: str, value: str | int) -> edge.FieldCondition:
    return edge.FieldCondition(key, match=edge.MatchValue(value))


def _any(key: str, values: Sequence[str]) -> edge.FieldCondition:
    return edge.FieldCondition(key, match=edge.MatchAny(list(values)))
