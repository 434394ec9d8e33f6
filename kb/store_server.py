"""The same index on a Qdrant server or cluster, for more than one process or machine.

The collection's own metadata says which model it was built with. Writes wait until the server has applied them. The
index of another model is a collection of its own; it takes over when the alias `NAME-current` is pointed at it, which
the server does in one step. Without that alias the collection NAME is the index. One process writes; others that only
read go on with the collection they opened until they are started again.
"""

from __future__ import annotations

import logging
import re
import warnings
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
from kb.store_server_requests import dense_request, engine_point, filter_of, is_value, sparse_request

COLLECTION = "regkb"
CURRENT = "-current"
MARKED = re.compile("-[0-9a-f]{12}")
POINTS_AT_ONCE = 500
TIMEOUT = 30

log = logging.getLogger(__name__)


def connect(url: str, key: str | None = None) -> QdrantClient:
    """A client of the server at `url`, with its API key where it asks for one; nothing is sent yet."""
    if key and url.startswith("http:"):
        log.warning("REGKB_QDRANT_KEY 经未加密的 http 发送：只适合外人到不了的内部网络，否则请给 Qdrant 配上 https。")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        return QdrantClient(url=url, api_key=key or None, timeout=TIMEOUT, check_compatibility=False)


class ServerStore:
    """`kb.store.VectorStore` over a Qdrant client. `opened` names the collection of an index that is built beside
    another one."""

    def __init__(self, client: QdrantClient, collection: str = COLLECTION, opened: str | None = None) -> None:
        self._client, self._base, self._opened = client, collection, opened
        self._size = 0
        self._owns_client = True

    def built_with(self) -> str | None:
        with self._reported():
            built = self._built()
        return built[0] if built else None

    def ensure(self, size: int, model: str) -> None:
        with self._reported():
            if known := self._built():
                refuse_other_model(self._collection, known, (model, size))
            else:
                self._create(size, model)
            self._index_payload()
        self._size = size

    def successor(self, size: int, model: str) -> ServerStore:
        made = ServerStore(self._client, self._base, f"{self._base}-{folder_mark(model)}")
        made._owns_client, made._size = False, size
        with self._reported():
            current = self._collection
        if made._opened == current:
            raise ValueError(f"{model} is the model of this very index")
        with self._reported():
            self._clear_leftovers()
            made._create(size, model)
            made._index_payload()
        return made

    def give_way(self, successor: VectorStore) -> None:
        if not isinstance(successor, ServerStore) or successor._base != self._base:
            raise ValueError("not a successor of this index")
        alias = f"{self._base}{CURRENT}"
        with self._reported():
            before = [
                models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
                for known in self._client.get_aliases().aliases
                if known.alias_name == alias
            ]
            pointed = models.CreateAlias(collection_name=successor._collection, alias_name=alias)
            self._client.update_collection_aliases([*before, models.CreateAliasOperation(create_alias=pointed)])
        # The client goes on with the one that stays.
        successor._owns_client, self._owns_client = self._owns_client, False

    def discard(self) -> None:
        with self._reported():
            self._client.delete_collection(self._collection)
        self.close()

    def add(self, points: Sequence[Point]) -> None:
        check_points(points, self._size)
        with self._reported():
            for start in range(0, len(points), POINTS_AT_ONCE):
                part = [engine_point(point) for point in points[start : start + POINTS_AT_ONCE]]
                self._client.upsert(self._collection, part, wait=True)

    def remove(self, document: str, *, keep_generation: int | None = None) -> None:
        kept: list[models.Condition] = [] if keep_generation is None else [is_value("generation", keep_generation)]
        doomed = models.Filter(must=[is_value("document", document)], must_not=kept)
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
        chosen = models.Filter(must=[is_value("document", document)])
        with self._reported():
            self._client.set_payload(self._collection, {"valid": valid, "ended": ended}, points=chosen, wait=True)

    def dense(self, vector: Sequence[float], where: Where, limit: int) -> list[Hit]:
        self._check(vector)
        return self._find([dense_request(vector, where, limit)], limit)[0]

    def sparse(self, terms: SparseTerms, where: Where, limit: int) -> list[Hit]:
        return self._find([sparse_request(terms, where, limit)], limit)[0] if terms.indices else []

    def both(
        self, vector: Sequence[float], terms: SparseTerms, where: Where, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        self._check(vector)
        requests = [dense_request(vector, where, limit)]
        if terms.indices:
            requests.append(sparse_request(terms, where, limit))
        near, *worded = self._find(requests, limit)
        return near, worded[0] if worded else []

    def count(self, where: Where = EVERYTHING) -> int:
        with self._reported():
            return self._client.count(self._collection, count_filter=filter_of(where), exact=True).count

    def optimize(self) -> None:
        """Nothing to do: a server optimises by itself in the background."""

    def close(self) -> None:
        if self._owns_client:
            self._client.close()

    @property
    def _collection(self) -> str:
        """Found once: whoever opened the store stays with the collection whose vectors it can read."""
        if self._opened is None:
            aliases = self._client.get_aliases().aliases
            named = [known.collection_name for known in aliases if known.alias_name == f"{self._base}{CURRENT}"]
            self._opened = named[0] if named else self._base
        return self._opened

    def _built(self) -> tuple[str, int] | None:
        """Model and size, None where there is no collection."""
        if not self._client.collection_exists(self._collection):
            return None
        known = self._client.get_collection(self._collection).config.metadata or {}
        return str(known.get("model", "未知")), int(known.get("size", 0))

    def _index_payload(self) -> None:
        """Asked for each time: a creation that was cut short may have left some out, and repeating is free."""
        for field in KEYWORDS:
            self._client.create_payload_index(self._collection, field, models.PayloadSchemaType.KEYWORD, wait=True)
        for field in INTEGERS:
            self._client.create_payload_index(self._collection, field, models.PayloadSchemaType.INTEGER, wait=True)

    def _clear_leftovers(self) -> None:
        """Collections of other models that were given up, or whose building was cut short."""
        for known in self._client.get_collections().collections:
            ours = known.name.startswith(self._base) and MARKED.fullmatch(known.name[len(self._base) :])
            if (ours or known.name == self._base) and known.name != self._collection:
                self._client.delete_collection(known.name)

    def _create(self, size: int, model: str) -> None:
        self._client.create_collection(
            self._collection,
            vectors_config={DENSE: models.VectorParams(size=size, distance=models.Distance.COSINE)},
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            hnsw_config=models.HnswConfigDiff(m=GRAPH_LINKS, ef_construct=GRAPH_CARE, payload_m=LINKS_BY_FIELD),
            metadata={"model": model, "size": size},
        )

    def _check(self, vector: Sequence[float]) -> None:
        if self._size:  # 0: not opened yet, which the engine itself reports
            check_query(vector, self._size)

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
                f"Qdrant 服务的集合 {self._opened or self._base} 无法使用（{error}）："
                "请检查 REGKB_QDRANT_URL 与服务状态，尚未导入时先运行 regkb load laws"
            ) from error
