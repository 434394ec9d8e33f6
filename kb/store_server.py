"""The same index on a Qdrant server or cluster, for more than one process or machine.

The collection's own metadata says which model it was built with. Writes wait until the server has applied them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException

from kb.errors import Unavailable
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

COLLECTION = "regkb"
POINTS_AT_ONCE = 500
TIMEOUT = 30


def connect(url: str) -> QdrantClient:
    """A client of the server at `url`; nothing is sent yet."""
    return QdrantClient(url=url, timeout=TIMEOUT, check_compatibility=False)


class ServerStore:
    """`kb.store.VectorStore` over a Qdrant client."""

    def __init__(self, client: QdrantClient, collection: str = COLLECTION) -> None:
        self._client, self._collection = client, collection
        self._size = 0

    def ensure(self, size: int, model: str) -> None:
        with self._reported():
            if self._client.collection_exists(self._collection):
                built = self._client.get_collection(self._collection).config.metadata or {}
                known = str(built.get("model", "未知")), int(built.get("size", 0))
                refuse_other_model(self._collection, known, (model, size))
            else:
                self._create(size, model)
            # Asked for each time: a creation that was cut short may have left some out, and repeating is free.
            for field in KEYWORDS:
                self._client.create_payload_index(self._collection, field, models.PayloadSchemaType.KEYWORD, wait=True)
            for field in INTEGERS:
                self._client.create_payload_index(self._collection, field, models.PayloadSchemaType.INTEGER, wait=True)
        self._size = size

    def add(self, points: Sequence[Point]) -> None:
        check_points(points, self._size)
        with self._reported():
            for start in range(0, len(points), POINTS_AT_ONCE):
                part = [_engine_point(point) for point in points[start : start + POINTS_AT_ONCE]]
                self._client.upsert(self._collection, part, wait=True)

    def remove(self, document: str, *, keep_generation: int | None = None) -> None:
        kept: list[models.Condition] = [] if keep_generation is None else [_is("generation", keep_generation)]
        doomed = models.Filter(must=[_is("document", document)], must_not=kept)
        with self._reported():
            self._client.delete(self._collection, models.FilterSelector(filter=doomed), wait=True)

    def generations(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        offset = None
        with self._reported():
            while True:
                records, offset = self._client.scroll(
                    self._collection, limit=5_000, offset=offset, with_payload=["document", "generation"]
                )
                for record in records:
                    payload = record.payload or {}
                    found.setdefault(payload["document"], set()).add(payload["generation"])
                if offset is None:
                    return found

    def set_interval(self, document: str, valid: int, ended: int) -> None:
        chosen = models.Filter(must=[_is("document", document)])
        with self._reported():
            self._client.set_payload(self._collection, {"valid": valid, "ended": ended}, points=chosen, wait=True)

    def dense(self, vector: Sequence[float], where: Where, limit: int) -> list[Hit]:
        return self._find([_dense_request(vector, where, limit)], limit)[0]

    def sparse(self, terms: SparseTerms, where: Where, limit: int) -> list[Hit]:
        return self._find([_sparse_request(terms, where, limit)], limit)[0] if terms.indices else []

    def both(
        self, vector: Sequence[float], terms: SparseTerms, where: Where, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        requests = [_dense_request(vector, where, limit)]
        if terms.indices:
            requests.append(_sparse_request(terms, where, limit))
        near, *worded = self._find(requests, limit)
        return near, worded[0] if worded else []

    def count(self, where: Where = EVERYTHING) -> int:
        with self._reported():
            return self._client.count(self._collection, count_filter=_filter(where), exact=True).count

    def optimize(self) -> None:
        """Nothing to do: a server optimises by itself in the background."""

    def close(self) -> None:
        self._client.close()

    def _create(self, size: int, model: str) -> None:
        self._client.create_collection(
            self._collection,
            vectors_config={DENSE: models.VectorParams(size=size, distance=models.Distance.COSINE)},
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            metadata={"model": model, "size": size},
        )

    def _find(self, requests: list[models.QueryRequest], limit: int) -> list[list[Hit]]:
        with self._reported():
            answers = self._client.query_batch_points(self._collection, requests)
        return [
            best_first([Hit(str(p.id), p.score, p.payload or {}) for p in answer.points], limit) for answer in answers
        ]

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        # ValueError is what the client's in-memory mode raises for a collection that is not there.
        except (ApiException, QdrantException, OSError, ValueError) as error:
            raise Unavailable(
                f"Qdrant 服务的集合 {self._collection} 无法使用（{error}）：请检查 REGKB_QDRANT_URL 与服务状态，"
                "尚未导入时先运行 regkb load laws"
            ) from error


def _engine_point(point: Point) -> models.PointStruct:
    vectors: dict[str, list[float] | models.SparseVector] = {DENSE: [float(number) for number in point.dense]}
    if point.sparse.indices:
        vectors[SPARSE] = models.SparseVector(indices=point.sparse.indices, values=point.sparse.values)
    return models.PointStruct(id=point.id, vector=vectors, payload=dict(point.payload))


def _dense_request(vector: Sequence[float], where: Where, limit: int) -> models.QueryRequest:
    return models.QueryRequest(
        query=[float(number) for number in vector],
        using=DENSE,
        filter=_filter(where),
        limit=limit + SPARE,
        params=models.SearchParams(hnsw_ef=GRAPH_BREADTH),
        with_payload=True,
    )


def _sparse_request(terms: SparseTerms, where: Where, limit: int) -> models.QueryRequest:
    query = models.SparseVector(indices=terms.indices, values=terms.values)
    return models.QueryRequest(query=query, using=SPARSE, filter=_filter(where), limit=limit + SPARE, with_payload=True)


def _filter(where: Where) -> models.Filter | None:
    must: list[models.Condition] = []
    if where.day is not None:
        must.append(models.FieldCondition(key="valid", range=models.Range(lte=where.day)))
        must.append(models.FieldCondition(key="ended", range=models.Range(gt=where.day)))
    if where.sectors:
        unstated = models.IsEmptyCondition(is_empty=models.PayloadField(key="sectors"))
        must.append(models.Filter(should=[_any("sectors", where.sectors), unstated]))
    for key, values in (("kind", where.kinds), ("region", where.region), ("document", where.documents)):
        if values:
            must.append(_any(key, values))
    return models.Filter(must=must) if must else None


def _is(key: str, value: str | int) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def _any(key: str, values: Sequence[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))
