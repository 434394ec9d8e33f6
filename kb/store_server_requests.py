"""What is asked of a Qdrant server and what is sent to it, in the words of its client: filters, requests, points."""

from __future__ import annotations

from collections.abc import Sequence

from qdrant_client import models

from kb.lexical import SparseTerms
from kb.store import DENSE, EVERY_SECTOR, GRAPH_BREADTH, READ, SPARE, SPARSE, Point, Where, indexed


def engine_point(point: Point) -> models.PointStruct:
    vectors: dict[str, list[float] | models.SparseVector] = {DENSE: [float(number) for number in point.dense]}
    if point.sparse.indices:
        vectors[SPARSE] = models.SparseVector(indices=point.sparse.indices, values=point.sparse.values)
    return models.PointStruct(id=point.id, vector=vectors, payload=indexed(point.payload))


def dense_request(vector: Sequence[float], where: Where, limit: int) -> models.QueryRequest:
    return models.QueryRequest(
        query=[float(number) for number in vector],
        using=DENSE,
        filter=filter_of(where),
        limit=limit + SPARE,
        params=models.SearchParams(hnsw_ef=GRAPH_BREADTH, acorn=models.AcornSearchParams(enable=True)),
        with_payload=list(READ),
    )


def sparse_request(terms: SparseTerms, where: Where, limit: int) -> models.QueryRequest:
    query = models.SparseVector(indices=terms.indices, values=terms.values)
    return models.QueryRequest(
        query=query, using=SPARSE, filter=filter_of(where), limit=limit + SPARE, with_payload=list(READ)
    )


def filter_of(where: Where) -> models.Filter | None:
    must: list[models.Condition] = []
    if where.day is not None:
        must.append(models.FieldCondition(key="valid", range=models.Range(lte=where.day)))
        must.append(models.FieldCondition(key="ended", range=models.Range(gt=where.day)))
    if where.sectors:
        must.append(any_value("sectors", (*where.sectors, EVERY_SECTOR)))
    for key, values in (("kind", where.kinds), ("region", where.region), ("document", where.documents)):
        if values:
            must.append(any_value(key, values))
    return models.Filter(must=must) if must else None


def is_value(key: str, value: str | int) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def any_value(key: str, values: Sequence[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))
