"""The vector store seam: points with a dense and a sparse vector, found by meaning or by terms as of a date.

Two engines answer the same contract (`tests/test_kb_store.py`): the embedded one (`kb.store_edge`) and a Qdrant
server (`kb.store_server`). Nothing outside `kb.store*` imports a vector engine.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple, Protocol

from kb.errors import RegkbError, Unavailable
from kb.lexical import SparseTerms
from kb.settings import Settings

OPEN_END = 99991231
"""`ended` of a version without a repeal date: days are integers yyyymmdd, so one range filter serves."""

Payload = dict[str, str | int | list[str]]
"""Keys are always: document, generation (int), path, start (int), end (int), valid (int yyyymmdd, 0 if unknown),
ended (int yyyymmdd, OPEN_END if open), kind, sectors (list), region, instrument."""


class Point(NamedTuple):
    """One chunk in the index. `id` is a UUID; `dense` has unit length."""

    id: str
    dense: Sequence[float]
    sparse: SparseTerms
    payload: Payload


class Where(NamedTuple):
    """What a hit must satisfy; an empty field asks nothing.

    `day` (yyyymmdd) keeps points with valid <= day < ended. `sectors` keeps points with any of them, or with none
    stated at all: a general law applies to every sector. The other tuples keep points that have one of the values.
    """

    day: int | None = None
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


EVERYTHING = Where()

DENSE, SPARSE = "dense", "terms"
"""Names of the two vectors of a point."""
EVERY_SECTOR = "不限"
"""What stands in the index for a text that states no sector: asking for a value is served by the payload index, asking
whether a field is empty is not."""
KEYWORDS = ("document", "kind", "sectors", "region", "instrument")
INTEGERS = ("generation", "valid", "ended")
"""Payload keys that are filtered by: every engine indexes them."""
GRAPH_LINKS, GRAPH_CARE, LINKS_BY_FIELD = 16, 100, 0
"""How the graph is built (m, ef_construct, payload_m). Links among the points of one filter value come in beyond about
200,000 points only and take the most of the building then: a filtered search walks the graph over two steps instead
(ACORN), see docs/decisions/030."""
GRAPH_BREADTH = 512
"""Candidates the graph search keeps (hnsw_ef): a million points need as many, and half a millisecond pays for them."""
SPARE = 16
"""Hits fetched beyond the limit, so that ties at the cut are decided by id and not by the engine's order."""
SCORE_DIGITS = 5


READ = ("document", "generation", "path", "start", "end")
"""What a hit brings back of its payload: the registry knows the rest."""


class Hit(NamedTuple):
    """A point that was found, with the READ part of its payload; `score` is the cosine of the dense side or the BM25
    sum of the sparse side."""

    id: str
    score: float
    payload: Payload


class VectorStore(Protocol):
    """What every engine does. All of them raise `kb.errors.Unavailable` when the index cannot be used."""

    def built_with(self) -> str | None:
        """The model the index was built with, None before it was built."""
        ...

    def ensure(self, size: int, model: str) -> None:
        """Create the index for vectors of `size` numbers made by `model`; refuse one built with another."""
        ...

    def successor(self, size: int, model: str) -> VectorStore:
        """An empty index for another model beside this one, in place of what an interrupted build left there. It is
        found again only after `give_way`."""
        ...

    def give_way(self, successor: VectorStore) -> None:
        """From now on, and after any crash, the successor is the index that opens. One step: it happened or it did not.
        This one goes on answering until it is discarded."""
        ...

    def discard(self) -> None:
        """Close, and delete what it holds: for an index that gave way, or a successor that will not take over."""
        ...

    def add(self, points: Sequence[Point]) -> None:
        """Write points, replacing those with the same id. They are durable when this returns."""
        ...

    def remove(self, document: str, *, keep_generation: int | None = None) -> None:
        """Delete the points of a document, all of them or all but one generation."""
        ...

    def generations(self) -> dict[str, set[int]]:
        """The generations present per document, to sweep what an interrupted ingest left behind."""
        ...

    def set_interval(self, document: str, valid: int, ended: int) -> None:
        """Set the days a document is valid, on all its points, without touching the vectors."""
        ...

    def dense(self, vector: Sequence[float], where: Where, limit: int) -> list[Hit]:
        """The nearest points by cosine, best first, ties by id."""
        ...

    def sparse(self, terms: SparseTerms, where: Where, limit: int) -> list[Hit]:
        """The best points by weighted terms, best first, ties by id; no terms, no hits."""
        ...

    def both(
        self, vector: Sequence[float], terms: SparseTerms, where: Where, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """`dense` and `sparse` in one call to the engine."""
        ...

    def count(self, where: Where = EVERYTHING) -> int:
        """How many points satisfy `where`, exactly."""
        ...

    def optimize(self) -> None:
        """Build the graph and compact; call it after a bulk load, never per document."""
        ...

    def close(self) -> None:
        """Flush and let go of the index; closing twice is harmless."""
        ...


def open_store(settings: Settings) -> VectorStore:
    """The engine that the settings ask for: a server when `qdrant_url` is set, else the embedded one under `home`."""
    # Each engine is imported only when it is asked for: the other one's library costs up to a second.
    if settings.qdrant_url:
        from kb.store_server import ServerStore, connect

        return ServerStore(connect(settings.qdrant_url, settings.qdrant_key))
    from kb.store_edge import EdgeStore

    return EdgeStore(settings.index)


def indexed(payload: Payload) -> dict[str, str | int | list[str]]:
    """A payload as the engines hold it."""
    return {**payload, "sectors": payload["sectors"] or [EVERY_SECTOR]}


def best_first(hits: list[Hit], limit: int) -> list[Hit]:
    """Order by score, then id, and cut: the engines leave the order of ties open, an evaluation must not.

    Scores are rounded first: their last digits differ between one call and the next.
    """
    rounded = [(-round(hit.score, SCORE_DIGITS), hit.id, hit.payload) for hit in hits]
    rounded.sort(key=itemgetter(0, 1))
    return [Hit(name, -score, payload) for score, name, payload in rounded[:limit]]


def check_points(points: Sequence[Point], size: int) -> None:
    """Refuse a vector of another length, zero, or not finite: an engine would take it and never find it again."""
    for point in points:
        length = math.hypot(*point.dense) if len(point.dense) == size else math.nan
        if not (math.isfinite(length) and length > 0):
            place = f"{point.payload.get('document')} {point.payload.get('path')}"
            raise RegkbError(f"{place} 的向量无效（应为 {size} 个有限且不全为零的数），未写入索引")


def check_query(vector: Sequence[float], size: int) -> None:
    """Raise Unavailable for a question whose vector is of another model than the index."""
    if len(vector) != size:
        raise Unavailable(
            f"问题的向量有 {len(vector)} 个数，索引里的有 {size} 个：两者不是同一个向量模型，请运行 regkb doctor 检查"
        )


def folder_mark(model: str) -> str:
    """Twelve hexadecimal digits that stand for a model in the name of its index."""
    return hashlib.sha256(model.encode()).hexdigest()[:12]


def refuse_other_model(index: str, built: tuple[str, int], asked: tuple[str, int]) -> None:
    """Raise Unavailable unless the index was built with the model and size that are in use now."""
    if built != asked:
        raise Unavailable(
            f"索引 {index} 由模型 {built[0]}（{built[1]} 维）建立，当前设置的模型是 {asked[0]}（{asked[1]} 维）："
            "请改回原模型，或运行 regkb reindex 用当前模型重建索引"
        )
