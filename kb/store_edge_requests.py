"""What is asked of the embedded engine and what is handed to it, in its own words: filters, requests, points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import qdrant_edge as edge

from kb.lexical import SparseTerms
from kb.store import DENSE, EVERY_SECTOR, GRAPH_BREADTH, READ, SPARE, SPARSE, Point, Where, indexed


def engine_point(point: Point) -> edge.Point:
    vectors: dict[str, Any] = {DENSE: [float(number) for number in point.dense]}
    if point.sparse.indices:
        vectors[SPARSE] = edge.SparseVector(point.sparse.indices, point.sparse.values)
    return edge.Point(point.id, vectors, indexed(point.payload))


def dense_request(vector: Sequence[float], where: Where, limit: int, *, exact: bool) -> edge.QueryRequest:
    how = edge.SearchParams(exact=exact, hnsw_ef=GRAPH_BREADTH, acorn=edge.AcornSearchParams(enable=True))
    nearest = edge.Query.Nearest([float(number) for number in vector], using=DENSE)
    return edge.QueryRequest(
        limit=limit + SPARE, query=nearest, filter=filter_of(where), params=how, with_payload=list(READ)
    )


def sparse_request(terms: SparseTerms, where: Where, limit: int) -> edge.QueryRequest:
    nearest = edge.Query.Nearest(edge.SparseVector(terms.indices, terms.values), using=SPARSE)
    return edge.QueryRequest(limit=limit + SPARE, query=nearest, filter=filter_of(where), with_payload=list(READ))


def filter_of(where: Where) -> edge.Filter | None:
    must: list[Any] = []
    if where.day is not None:
        must.append(edge.FieldCondition("valid", range=edge.RangeFloat(lte=where.day)))
        must.append(edge.FieldCondition("ended", range=edge.RangeFloat(gt=where.day)))
    if where.sectors:
        must.append(any_value("sectors", (*where.sectors, EVERY_SECTOR)))
    for key, values in (("kind", where.kinds), ("region", where.region), ("document", where.documents)):
        if values:
            must.append(any_value(key, values))
    return edge.Filter(must=must) if must else None


def is_value(key: str, value: str | int) -> edge.FieldCondition:
    return edge.FieldCondition(key, match=edge.MatchValue(value))


def any_value(key: str, values: Sequence[str]) -> edge.FieldCondition:
    return edge.FieldCondition(key, match=edge.MatchAny(list(values)))
