"""The vector store contract, run over every engine, and what only the embedded one promises."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import HashEncoder
from qdrant_client import QdrantClient, models

from kb import store_edge_requests, store_server_requests
from kb.errors import RegkbError, Unavailable
from kb.lexical import SparseTerms, passage_terms, query_terms
from kb.settings import Settings
from kb.store import (
    EVERYTHING,
    GRAPH_BREADTH,
    GRAPH_CARE,
    GRAPH_LINKS,
    OPEN_END,
    READ,
    Point,
    VectorStore,
    Where,
    open_store,
)
from kb.store_edge import EdgeStore
from kb.store_server import ServerStore

SIZE = 64
MODEL = "hash-64"
ENCODER = HashEncoder(SIZE)
SERVER = os.environ.get("REGKB_TEST_QDRANT_URL")


@pytest.fixture(
    params=[
        "edge",
        "memory",
        pytest.param(
            "server", marks=pytest.mark.skipif(not SERVER, reason="REGKB_TEST_QDRANT_URL names no Qdrant server")
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    """An empty index of each engine."""
    made: VectorStore
    collection = f"regkb-test-{uuid.uuid4().hex}"
    client: QdrantClient | None = None
    if request.param == "edge":
        made = EdgeStore(tmp_path / "index")
    else:
        client = QdrantClient(":memory:") if request.param == "memory" else QdrantClient(url=SERVER)
        made = ServerStore(client, collection)
    with warnings.catch_warnings():
        # The in-memory mode says that payload indexes and search parameters do nothing there: true, and no matter here.
        warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
        warnings.filterwarnings("ignore", message="Local mode performs exact")
        made.ensure(SIZE, MODEL)
        yield made
        if request.param == "server" and client:
            for known in client.get_collections().collections:
                if known.name.startswith(collection):
                    client.delete_collection(known.name)
    made.close()


def point(text: str, document: str = "甲@1", **payload: str | int | list[str]) -> Point:
    values: dict[str, str | int | list[str]] = {
        "document": document,
        "generation": 1,
        "path": "第一条",
        "start": 0,
        "end": len(text),
        "valid": 20200101,
        "ended": OPEN_END,
        "kind": "部门规章",
        "sectors": ["药品"],
        "region": "全国",
        "instrument": document.split("@")[0],
    }
    values |= payload
    name = f"{values['document']}/{values['generation']}/{text}"
    dense = [float(number) for number in ENCODER.passages([text])[0]]
    return Point(str(uuid.uuid5(uuid.NAMESPACE_URL, name)), dense, passage_terms(text), values)


def query(text: str) -> tuple[list[float], SparseTerms]:
    return [float(number) for number in ENCODER.queries([text])[0]], query_terms(text)


TEXTS = ("药品召回应当及时", "化妆品标签应当真实", "医疗器械注册检验", "疫苗批签发管理")


def test_both_sides_find_the_text(store: VectorStore) -> None:
    """Each side alone, and both in one call, put the right passage first, with what a search reads of its payload."""
    store.add([point(text) for text in TEXTS])
    for text in TEXTS:
        vector, words = query(text)
        near, worded = store.both(vector, words, Where(), 3)
        assert near == store.dense(vector, Where(), 3)
        assert worded == store.sparse(words, Where(), 3)
        assert near[0].id == worded[0].id == point(text).id
        assert near[0].payload == {key: point(text).payload[key] for key in READ}
        assert near[0].score == pytest.approx(1, abs=1e-4)
        assert len(near) == 3


def test_rare_terms_outweigh_common_ones(store: VectorStore) -> None:
    """The sparse score is BM25 with IDF: without it, two common words would beat the one that matters."""
    common = [point(f"药品 生产 经营 {n}号") for n in range(20)]
    store.add([*common, point("批签发")])
    _, words = query("药品 生产 批签发")
    assert store.sparse(words, Where(), 1)[0].id == point("批签发").id


def test_no_terms_no_hits(store: VectorStore) -> None:
    """A question of stop words only has no sparse side; a passage of punctuation only is still found by meaning."""
    store.add([point(text) for text in TEXTS] + [point("——")])
    vector, _ = query("——")
    near, worded = store.both(vector, SparseTerms([], []), Where(), 2)
    assert near[0].id == point("——").id
    assert worded == []
    assert store.sparse(SparseTerms([], []), Where(), 2) == []


DAYS = [
    # (valid, ended, day asked, found)
    (20200101, OPEN_END, 20191231, False),  # the day before it takes effect
    (20200101, OPEN_END, 20200101, True),  # the day it takes effect counts
    (20200101, 20220301, 20220228, True),  # its last day
    (20200101, 20220301, 20220301, False),  # the day of repeal no longer counts
    (0, OPEN_END, 19500101, True),  # unknown start: not hidden, the force says 不明
    (20200101, OPEN_END, None, True),  # no day asked
    (20261231, OPEN_END, 20261230, False),  # not yet effective, near the end of a year
]


@pytest.mark.parametrize(("valid", "ended", "day", "found"), DAYS)
def test_as_of_interval(store: VectorStore, valid: int, ended: int, day: int | None, found: bool) -> None:
    """valid <= day < ended, on both sides and in the count: an error here is law that is not in force."""
    store.add([point("药品召回", valid=valid, ended=ended)])
    vector, words = query("药品召回")
    near, worded = store.both(vector, words, Where(day=day), 5)
    assert [len(near), len(worded), store.count(Where(day=day))] == [int(found)] * 3


FILTERS = [
    # a drug question must see drug law and general law, not cosmetics
    (Where(sectors=("药品",)), {"甲", "乙", "丁"}),
    (Where(sectors=("化妆品", "医疗器械")), {"丙", "丁"}),
    (Where(kinds=("法律",)), {"乙"}),
    (Where(kinds=("法律", "部门规章")), {"甲", "乙", "丁"}),
    (Where(region=("广东",)), {"丙"}),
    (Where(documents=("甲@1", "丙@1")), {"甲", "丙"}),
    (Where(documents=("没有@1",)), set()),
    # all at once
    (Where(day=20240101, kinds=("法律",), sectors=("药品",), region=("全国",), documents=("乙@1",)), {"乙"}),
    (Where(day=20240101, kinds=("法律",), sectors=("化妆品",)), set()),
]


@pytest.mark.parametrize(("where", "expected"), FILTERS)
def test_filters(store: VectorStore, where: Where, expected: set[str]) -> None:
    """Each row is a filter and the instruments it leaves; the sides and the count agree."""
    store.add(
        [
            point("药品召回", "甲@1"),
            point("药品召回", "乙@1", kind="法律", sectors=["药品", "其他"]),
            point("药品召回", "丙@1", kind="政策措施", sectors=["化妆品"], region="广东"),
            point("药品召回", "丁@1", sectors=[]),
        ]
    )
    vector, words = query("药品召回")
    near, worded = store.both(vector, words, where, 10)
    assert {str(hit.payload["document"]).split("@")[0] for hit in near} == expected
    assert {str(hit.payload["document"]).split("@")[0] for hit in worded} == expected
    assert store.count(where) == len(expected)


def test_ties_are_ordered_by_id(store: VectorStore) -> None:
    """Equal texts in many versions score alike; an evaluation must see the same order every time."""
    points = [point("药品召回", f"{n}@1") for n in range(12)]
    random.Random(1).shuffle(points)
    store.add(points)
    vector, words = query("药品召回")
    expected = sorted(p.id for p in points)[:5]
    assert [hit.id for hit in store.dense(vector, Where(), 5)] == expected
    assert [hit.id for hit in store.sparse(words, Where(), 5)] == expected


def test_replacing_a_generation(store: VectorStore) -> None:
    """Re-ingest adds the new generation and then removes the old: no moment without the document, none left over."""
    store.add([point(text, generation=1) for text in TEXTS] + [point("别的", "乙@1", generation=7)])
    store.add([point(text, generation=2) for text in TEXTS[:2]])
    assert store.generations() == {"甲@1": {1, 2}, "乙@1": {7}}
    store.remove("甲@1", keep_generation=2)
    assert store.generations() == {"甲@1": {2}, "乙@1": {7}}
    assert store.count() == 3
    store.remove("甲@1")
    assert store.generations() == {"乙@1": {7}}
    store.remove("没有@1")
    assert store.count() == 1


def test_writing_twice_is_writing_once(store: VectorStore) -> None:
    """A retried ingest sends the same ids again."""
    store.add([point(text) for text in TEXTS])
    store.add([point(text) for text in TEXTS])
    store.add([])
    assert store.count() == len(TEXTS)


def test_repeal_moves_the_interval_only(store: VectorStore) -> None:
    """A later law that repeals this one must take effect in searches without encoding anything again."""
    store.add([point("药品召回"), point("药品召回", "乙@1")])
    store.set_interval("甲@1", 20200101, 20230101)
    vector, words = query("药品召回")
    near, worded = store.both(vector, words, Where(day=20230101), 5)
    assert [hit.payload["document"] for hit in near] == [hit.payload["document"] for hit in worded] == ["乙@1"]
    as_before = Where(20221231, ("部门规章",), ("药品",), ("全国",), ("甲@1",))
    kept = store.dense(vector, as_before, 5)[0]
    assert kept.payload == {name: point("药品召回").payload[name] for name in READ}
    assert kept.score == pytest.approx(1, abs=1e-4)


def test_optimize_changes_no_answer(store: VectorStore) -> None:
    """It is for speed; below the exact limit the hits before and after must be the same."""
    store.add([point(f"{text}第{n}条") for n in range(100) for text in TEXTS])
    vector, words = query("疫苗批签发第7条")
    before = store.both(vector, words, Where(day=20240101), 10)
    store.optimize()
    assert store.both(vector, words, Where(day=20240101), 10) == before


@pytest.mark.parametrize(
    "dense", [[0.0] * SIZE, [float("nan")] * SIZE, [1.0] * (SIZE - 1), [float("inf")] + [0.0] * (SIZE - 1)]
)
def test_bad_vectors_are_refused(store: VectorStore, dense: list[float]) -> None:
    """A zero, non-finite or short vector would be stored and never found, or break every later search."""
    with pytest.raises(RegkbError, match="甲@1"):
        store.add([point("好"), point("坏")._replace(dense=dense)])
    assert store.count() == 0


def test_other_model_is_refused_by_name(store: VectorStore) -> None:
    """Vectors of two models are not comparable; the message must name both so that a person can choose."""
    store.ensure(SIZE, MODEL)
    with pytest.raises(Unavailable, match=r"hash-64.*另一个模型"):
        store.ensure(SIZE, "另一个模型")
    with pytest.raises(Unavailable, match="128"):
        store.ensure(128, MODEL)


def opened_again(store: VectorStore, folder: Path) -> VectorStore:
    """What the next opening finds: the embedded folder is let go of first, a server is simply asked again."""
    if isinstance(store, ServerStore):
        return ServerStore(store._client, store._base)
    return EdgeStore(folder)


NEW_SIZE, NEW_MODEL = 32, "hash-32"
NEW = HashEncoder(NEW_SIZE)


def new_point(text: str) -> Point:
    return point(text)._replace(dense=[float(number) for number in NEW.passages([text])[0]])


def test_successor_takes_over_in_one_step(store: VectorStore, tmp_path: Path) -> None:
    """Another model's index is built beside this one: neither sees the other's points, and which one opens changes with
    `give_way` and nothing else."""
    store.add([point(text) for text in TEXTS])
    successor = store.successor(NEW_SIZE, NEW_MODEL)
    assert (store.built_with(), successor.built_with()) == (MODEL, NEW_MODEL)
    successor.add([new_point(text) for text in TEXTS[:2]])
    assert (store.count(), successor.count()) == (4, 2)
    vector, words = query(TEXTS[0])
    assert store.both(vector, words, Where(), 1)[0][0].id == point(TEXTS[0]).id
    store.give_way(successor)
    assert store.count() == 4, "a search that has begun goes on"
    store.discard()
    near = successor.dense([float(number) for number in NEW.queries([TEXTS[0]])[0]], Where(day=20240101), 5)
    assert near[0].id == point(TEXTS[0]).id
    if isinstance(successor, EdgeStore):
        successor.close()
    again = opened_again(successor, tmp_path / "index")
    assert again.built_with() == NEW_MODEL
    again.ensure(NEW_SIZE, NEW_MODEL)
    assert again.count() == 2
    third = again.successor(SIZE, MODEL)  # and back to the first model, whose old points are gone
    assert third.count() == 0
    third.close()
    again.close()


def test_successor_that_was_given_up_is_not_found(store: VectorStore, tmp_path: Path) -> None:
    """Building was cut short: the old index opens, and the next attempt begins with an empty one."""
    store.add([point(text) for text in TEXTS])
    half = store.successor(NEW_SIZE, NEW_MODEL)
    half.add([new_point(TEXTS[0])])
    half.close()
    if isinstance(store, EdgeStore):
        store.close()
    again = opened_again(store, tmp_path / "index")
    again.ensure(SIZE, MODEL)
    assert (again.built_with(), again.count()) == (MODEL, 4)
    anew = again.successor(NEW_SIZE, NEW_MODEL)
    assert anew.count() == 0
    anew.close()
    again.close()


def test_folder_stays_ours_until_both_indexes_are_closed(tmp_path: Path) -> None:
    """The lock is shared: closing the old index must not let another process in while the new one is in use."""
    store = EdgeStore(tmp_path / "index")
    store.ensure(SIZE, MODEL)
    successor = store.successor(NEW_SIZE, NEW_MODEL)
    store.give_way(successor)
    closing = threading.Thread(target=store.discard)  # in another thread, as the service does it
    closing.start()
    closing.join()
    store.close()
    with pytest.raises(Unavailable, match="另一个进程"):
        EdgeStore(tmp_path / "index")
    successor.close()
    EdgeStore(tmp_path / "index").close()


def test_query_of_another_model_is_refused(store: VectorStore) -> None:
    """An engine would answer with its own words, or with nonsense; the sentence says that two models were mixed."""
    store.add([point(TEXTS[0])])
    for asked in ([1.0] * NEW_SIZE, [1.0] * (SIZE + 1), []):
        with pytest.raises(Unavailable, match="不是同一个向量模型"):
            store.dense(asked, Where(), 1)
        with pytest.raises(Unavailable, match="不是同一个向量模型"):
            store.both(asked, SparseTerms([1], [1.0]), Where(), 1)


FILTERED_BY = {"document", "kind", "sectors", "region", "generation", "valid", "ended"}


def test_filters_are_indexed_in_the_embedded_engine(tmp_path: Path) -> None:
    """A filter without a payload index still answers, only slower with every text: nobody would notice for months."""
    store = EdgeStore(tmp_path / "index")
    store.ensure(SIZE, MODEL)
    successor = store.successor(NEW_SIZE, NEW_MODEL)
    for made in (store, successor):
        assert made._shard is not None
        assert set(made._shard.info().payload_schema) >= FILTERED_BY
        made.close()


class Noting(QdrantClient):
    """A client that notes which payload indexes it was asked for: its in-memory mode keeps none."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.indexed: set[tuple[str, str]] = set()
        self.graphs: list[models.HnswConfigDiff | None] = []

    def create_collection(self, *rest: Any, hnsw_config: models.HnswConfigDiff | None = None, **more: Any) -> bool:
        self.graphs.append(hnsw_config)
        return super().create_collection(*rest, hnsw_config=hnsw_config, **more)

    def create_payload_index(self, collection_name: str, field_name: str, *rest: object, **more: object) -> None:  # type: ignore[override]  # notes only
        self.indexed.add((collection_name, field_name))


@pytest.mark.filterwarnings("ignore:Local mode performs exact")
def test_filters_are_indexed_on_a_server() -> None:
    """The same promise for the server kind, for the first collection and for that of another model."""
    client = Noting(":memory:")
    store = ServerStore(client)
    store.ensure(SIZE, MODEL)
    successor = store.successor(NEW_SIZE, NEW_MODEL)
    for collection in (store._collection, successor._collection):
        assert {field for name, field in client.indexed if name == collection} >= FILTERED_BY
    store.close()


@pytest.mark.filterwarnings("ignore:Local mode performs exact")
def test_the_graph_has_no_links_by_filter_value_and_filters_walk_over_two_steps(tmp_path: Path) -> None:
    """Only speed would tell, and only with hundreds of thousands of points: see docs/decisions/030."""
    client = Noting(":memory:")
    server, embedded = ServerStore(client), EdgeStore(tmp_path / "index")
    for made in (server, embedded):
        made.ensure(SIZE, MODEL)
        made.close()
    (settings,) = (tmp_path / "index").glob("shard*/edge_config.json")
    graph = json.loads(settings.read_text(encoding="utf-8"))["hnsw_config"]
    assert graph.items() >= {"m": GRAPH_LINKS, "ef_construct": GRAPH_CARE, "payload_m": 0}.items()
    assert client.graphs == [models.HnswConfigDiff(m=GRAPH_LINKS, ef_construct=GRAPH_CARE, payload_m=0)]
    embedded_asks = store_edge_requests.dense_request([0.0], EVERYTHING, 1, exact=False).params
    server_asks = store_server_requests.dense_request([0.0], EVERYTHING, 1).params
    assert embedded_asks is not None
    assert server_asks is not None
    for asks in (embedded_asks, server_asks):
        assert asks.hnsw_ef == GRAPH_BREADTH
        assert asks.acorn is not None
        assert asks.acorn.enable


@pytest.mark.skipif(not SERVER, reason="REGKB_TEST_QDRANT_URL names no Qdrant server")
def test_filters_are_indexed_on_a_real_server() -> None:
    """What the server itself says of a collection that we made."""
    client, name = QdrantClient(url=SERVER), f"regkb-test-{uuid.uuid4().hex}"
    store = ServerStore(client, name)
    store.ensure(SIZE, MODEL)
    assert set(client.get_collection(name).payload_schema) >= FILTERED_BY
    client.delete_collection(name)
    store.close()


@pytest.mark.slow
def test_searching_while_writing(tmp_path: Path) -> None:
    """The service answers from several threads while a document is loaded: no error, and every hit is whole.

    (A server does this by itself; the client's in-memory mode is not made for threads.)
    """
    store = EdgeStore(tmp_path / "index")
    store.ensure(SIZE, MODEL)
    store.add([point(text) for text in TEXTS])
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        vector, words = query(TEXTS[0])
        try:
            while not done.is_set():
                near, worded = store.both(vector, words, Where(day=20240101), 5)
                assert near[0].id == worded[0].id == point(TEXTS[0]).id
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(20):
        store.add([point(f"标签 {n}号 {m}类", f"{n}@1") for m in range(10)])
    done.set()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert store.count() == len(TEXTS) + 200
    store.close()


def test_index_that_was_never_built(tmp_path: Path) -> None:
    """No index is a failure of the installation, never "nothing found"; the sentence says what to run."""
    stores: list[VectorStore] = [EdgeStore(tmp_path / "index"), ServerStore(QdrantClient(":memory:"))]
    for empty in stores:
        with pytest.raises(Unavailable, match="regkb load laws"):
            empty.dense([1.0] * SIZE, Where(), 1)
        with pytest.raises(Unavailable, match="regkb load laws"):
            empty.count()
        empty.close()


def test_server_that_does_not_answer() -> None:
    """A dead server is reported with the setting to look at."""
    store = open_store(Settings(qdrant_url="http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match="REGKB_QDRANT_URL"):
        store.ensure(SIZE, MODEL)
    store.close()


def test_embedded_index_outlives_its_process(tmp_path: Path) -> None:
    """What was written is there after closing, with its model; closing twice is harmless."""
    settings = Settings(home=tmp_path)
    first = open_store(settings)
    first.ensure(SIZE, MODEL)
    first.add([point(text) for text in TEXTS])
    first.close()
    first.close()
    second = open_store(settings)
    assert second.count() == len(TEXTS)
    with pytest.raises(Unavailable, match="hash-64"):
        second.ensure(SIZE, "另一个模型")
    second.close()


def test_second_process_is_told_what_to_do(tmp_path: Path) -> None:
    """Two owners would corrupt the folder; the message names it and the way out."""
    owner = EdgeStore(tmp_path / "index")
    program = (
        "import sys; from pathlib import Path; from kb.store_edge import EdgeStore; from kb.errors import Unavailable\n"
        "try: EdgeStore(Path(sys.argv[1]))\n"
        "except Unavailable as error: sys.stdout.buffer.write(str(error).encode())\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "index")]
    said = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    assert str(tmp_path / "index") in said
    assert "regkb serve" in said
    owner.close()
    assert subprocess.run(command, capture_output=True, check=True, timeout=60).stdout == b""


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        # cut short by a full disk
        (lambda folder: (folder / "meta.json").write_text("{"), "meta.json 已损坏"),
        # names a folder outside the index
        (
            lambda folder: (folder / "meta.json").write_text(
                '{"model": "m", "size": 8, "engine": "e", "shard": "../../originals"}'
            ),
            "meta.json 已损坏",
        ),
        # lost in a copy: the vectors may be of any model
        (lambda folder: (folder / "meta.json").unlink(), "缺少 meta.json"),
        (lambda folder: (folder / "shard" / "edge_config.json").write_text("{"), "regkb doctor"),
    ],
)
def test_damaged_index_is_reported(tmp_path: Path, damage: object, message: str) -> None:
    """Each row is a damage and the words that must name it; nothing is silently created anew over old data."""
    folder = tmp_path / "index"
    store = EdgeStore(folder)
    store.ensure(SIZE, MODEL)
    store.add([point("药品")])
    store.close()
    assert callable(damage)
    damage(folder)
    with pytest.raises(Unavailable, match=message):
        EdgeStore(folder).ensure(SIZE, MODEL)


def test_creation_that_was_cut_short(tmp_path: Path) -> None:
    """Killed between meta.json and the shard: the next start finishes the work."""
    folder = tmp_path / "index"
    store = EdgeStore(folder)
    store.ensure(SIZE, MODEL)
    store.close()
    (folder / "shard").rename(folder / "shard.building")
    again = EdgeStore(folder)
    again.ensure(SIZE, MODEL)
    again.add([point("药品")])
    assert again.count() == 1
    again.close()


WRITER = """
import sys, uuid
from pathlib import Path
from kb.lexical import SparseTerms
from kb.store import Point
from kb.store_edge import EdgeStore
store = EdgeStore(Path(sys.argv[1]))
store.ensure(8, "m")
print("ready", flush=True)
for n in range(100_000):
    ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{sys.argv[2]}-{n}-{k}")) for k in range(5)]
    payload = {"document": f"{sys.argv[2]}-{n}", "generation": 1, "path": "第一条", "start": 0, "end": 1,
               "valid": 0, "ended": 99991231, "kind": "法律", "sectors": [], "region": "", "instrument": "甲"}
    store.add([Point(id, [1.0 + k] * 8, SparseTerms([n], [1.0]), payload) for k, id in enumerate(ids)])
    print(n, flush=True)
"""


def test_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """`add` returned means kept: killed at random moments six times over one index, every acked point is there."""
    folder = tmp_path / "index"
    moments = random.Random(7)
    acked: set[str] = set()
    for attempt in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(attempt)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        timer = threading.Timer(moments.uniform(0.05, 0.5), os.kill, (child.pid, signal.SIGKILL))
        timer.start()
        acked |= {f"{attempt}-{line.strip()}" for line in child.stdout if line.endswith("\n")}
        assert child.wait(30) == -signal.SIGKILL
        timer.join()
        child.stdout.close()
        store = EdgeStore(folder)
        assert acked <= store.generations().keys()
        assert all(store.count(Where(documents=(document,))) == 5 for document in acked)
        assert len(store.sparse(SparseTerms([0], [1.0]), Where(documents=(f"{attempt}-0",)), 9)) in (0, 5)
        store.close()
    assert len(acked) > 20


def test_point_that_was_stored_is_unit_length(tmp_path: Path) -> None:
    """Cosine scores compare across engines and with brute force over the encoder's own vectors."""
    store = EdgeStore(tmp_path / "index")
    store.ensure(SIZE, MODEL)
    store.add([point(text) for text in TEXTS])
    vector, _ = query("药品标签召回")
    found = {hit.id: hit.score for hit in store.dense(vector, Where(), 10)}
    for text in TEXTS:
        assert found[point(text).id] == pytest.approx(float(np.dot(point(text).dense, vector)), abs=1e-5)
    store.close()
