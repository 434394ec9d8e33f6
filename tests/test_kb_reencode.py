"""Changing the encoder: the old index answers until the new one is whole; nothing is lost, nothing is encoded twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from factories import HashEncoder, chunk, document, provision
from qdrant_client import QdrantClient

from assistant.service import Service
from kb import reencode
from kb.embed import CachedEncoder, Encoder, Vectors
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import Document, Relation, State
from kb.points import index_points
from kb.reencode import Reencoding, label
from kb.registry import open_registry
from kb.search import search
from kb.settings import BUNDLED_MODEL, Settings
from kb.store import EVERYTHING, READ, Payload, VectorStore, Where
from kb.store_edge import EdgeStore
from kb.store_server import ServerStore
from kb.vector_cache import VectorCache
from ui.access import InProcess
from ui.doctor import Check, examine

DAY = date(2026, 11, 21)
STEPS = ("open", "encode", "create", "fill", "optimize", "give way", "take over", "discard")
FREE = STEPS[:5]
"""Steps during which writers are not held up."""
FIRST = "第一条 持有人可以自行生产样例药品。\n第二条 疫苗不得委托生产。\n"
SECOND = "第一条 持有人可以委托他人生产样例药品。\n第三条 批签发按季度进行。\n"
DRAFT, OTHER = "药品草案办法", "器械样例办法"


class Counting(HashEncoder):
    """An encoder that tells which texts it was really asked for."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.asked: list[str] = []

    def passages(self, texts: list[str], progress: object = None) -> Vectors:  # type: ignore[override]  # counts only
        self.asked += texts
        return super().passages(texts)


def cached(home: Path, size: int) -> tuple[CachedEncoder, Counting]:
    encoder = Counting(size)
    return CachedEncoder(encoder, VectorCache(home / "vectors.sqlite3", encoder.name, size)), encoder


def opened(
    home: Path, encoder: Encoder, store: VectorStore | None = None, hook: Callable[[str], None] = lambda _step: None
) -> KnowledgeBase:
    settings = Settings(home=home)
    return KnowledgeBase(
        open_registry(settings), store or EdgeStore(settings.index), encoder, settings.originals, hook,
        today=lambda: DAY,
    )  # fmt: skip


def put(
    knowledge: KnowledgeBase, text: str, held: Document | None = None, relations: tuple[Relation, ...] = ()
) -> None:
    provisions = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], start=p.body) for p in provisions]
    knowledge.replace(held or document(), text, provisions, chunks, relations, [], [], None)


def loaded(knowledge: KnowledgeBase) -> KnowledgeBase:
    put(knowledge, FIRST)
    put(knowledge, "第一条 器械应当备案。\n", document(OTHER))
    put(knowledge, "第一条 草案的规定。\n", document(DRAFT, state=State.DRAFT))
    return knowledge


def agrees(knowledge: KnowledgeBase) -> bool:
    """Whether the index holds exactly the points that the registry calls for, with what is read of them, and finds
    each by what is filtered by."""
    expected = {
        point.id: point.payload
        for held in knowledge.registry.held().values()
        if held.document.state is State.PUBLISHED
        for point in index_points(
            HashEncoder(knowledge.encoder.size), held.document, knowledge.registry.chunks(held.document.id),
            held.generation,
        )
    }  # fmt: skip
    asked = knowledge.encoder.queries(["药品"])[0].tolist()

    def found(where: Where) -> dict[str, Payload]:
        return {hit.id: hit.payload for hit in knowledge.store.dense(asked, where, 500)}

    read = {name: {key: payload[key] for key in READ} for name, payload in expected.items()}
    filtered = all(
        name in found(Where(payload["valid"], (payload["kind"],), (), (payload["region"],), (payload["document"],)))
        for name, payload in expected.items()
    )
    return found(EVERYTHING) == read and filtered


def answers(knowledge: KnowledgeBase) -> str:
    return search(knowledge, "疫苗委托生产", as_of=DAY)[0].text


@pytest.fixture(autouse=True)
def nobody_is_still_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The old index is kept a minute for searches that are under way; here there are none unless a test says so."""
    monkeypatch.setattr(reencode, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def memory() -> Iterator[VectorStore]:
    """A store of the server kind without a server: much quicker to make than an embedded one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
        warnings.filterwarnings("ignore", message="Local mode performs exact")
        yield ServerStore(QdrantClient(":memory:"))


@pytest.fixture(params=["edge", "memory"])
def store(request: pytest.FixtureRequest, memory: VectorStore, tmp_path: Path) -> VectorStore:
    return memory if request.param == "memory" else EdgeStore(tmp_path / "index")


def test_the_old_index_answers_until_the_new_one_is_whole(tmp_path: Path, store: VectorStore) -> None:
    """A reader at any step gets the full answer of one index, with vectors of one encoder, and sees one change."""
    seen: list[tuple[str, str, str]] = []
    knowledge = loaded(
        opened(
            tmp_path, HashEncoder(64), store,
            lambda step: seen.append((step, answers(knowledge), knowledge.index_version)) if step in STEPS else None,
        )
    )  # fmt: skip
    before, told = knowledge.index_version, list[tuple[int, int]]()
    change = knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=0)
    assert change.progress == (0, 3, "新模型", None)
    change.run(lambda done, total: told.append((done, total)))
    assert change.progress is None
    assert [step for step, _, _ in seen] == list(STEPS)
    assert {words for _, words, _ in seen} == {"疫苗不得委托生产。"}
    assert [version for _, _, version in seen] == [before] * 7 + [knowledge.index_version]
    assert before != knowledge.index_version
    assert (knowledge.encoder.name, knowledge.store.built_with()) == ("hash-32", label(HashEncoder(32)))
    assert told[-1] == (3, 3)
    assert agrees(knowledge)
    assert answers(knowledge) == "疫苗不得委托生产。"
    knowledge.close()


def replace_text(knowledge: KnowledgeBase) -> None:
    put(knowledge, SECOND)


def repeal_another(knowledge: KnowledgeBase) -> None:
    doubtful = Relation(kind="repeals", path=("第一条",), title=OTHER, evidence=f"《{OTHER}》同时废止")
    put(knowledge, "第一条 新的规定适用于器械。\n", document("新样例办法", version="2025-01-01"), (doubtful,))


def review_a_repeal(knowledge: KnowledgeBase) -> None:
    if "存疑办法@2025-01-01" not in knowledge.registry.held():
        doubtful = Relation(
            kind="repeals", path=("第一条",), title=OTHER, evidence=f"《{OTHER}》同时废止", doubt="两份文件同名"
        )
        put(knowledge, "第一条 存疑的规定。\n", document("存疑办法", version="2025-01-01"), (doubtful,))
    knowledge.review("存疑办法@2025-01-01", "repeals", ("第一条",), OTHER, True, DAY)


WRITES: list[Callable[[KnowledgeBase], object]] = [
    replace_text,
    repeal_another,  # moves the interval of a document that was indexed already
    review_a_repeal,
    lambda knowledge: knowledge.publish(document(DRAFT).id),
    lambda knowledge: knowledge.withdraw(document(OTHER).id),
    lambda knowledge: knowledge.edit(document(OTHER).id, {"sectors": ["化妆品"], "effective_on": "2021-01-01"}),
]


@pytest.mark.parametrize("step", FREE)
@pytest.mark.parametrize("write", range(len(WRITES)))
def test_a_write_meanwhile_is_not_lost(tmp_path: Path, memory: VectorStore, step: str, write: int) -> None:
    """Staff go on working for the hours that a large model takes; each row is a write, at each step of the change."""

    def hook(at: str) -> None:
        if at == step and knowledge.reencoding:
            WRITES[write](knowledge)

    knowledge = loaded(opened(tmp_path, HashEncoder(64), memory, hook))
    revision = knowledge.registry.revision
    knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=0).run()
    assert knowledge.registry.revision > revision, "the write took place"
    assert knowledge.encoder.size == 32
    assert agrees(knowledge)
    knowledge.close()


def test_a_write_in_the_last_moment_is_waited_for(tmp_path: Path) -> None:
    """Between the last look and the take-over nobody may write: a writer in another thread comes before or after."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    writer = threading.Thread(target=lambda: [put(knowledge, text) for _ in range(6) for text in (SECOND, FIRST)])
    writer.start()
    knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=0).run()
    writer.join(60)
    assert agrees(knowledge)
    knowledge.close()


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_kb_reencode import cached, opened
home = Path(sys.argv[2])
def stop(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
knowledge = opened(home, cached(home, 64)[0], hook=stop)
knowledge.change_encoder("新模型", lambda: cached(home, 32)[0], pause=0).run()
"""


@pytest.mark.parametrize("step", STEPS)
def test_kill_9_at_any_step_leaves_one_whole_index(tmp_path: Path, step: str) -> None:
    """Killed before the take-over the old index opens, after it the new one; going on encodes nothing again, and no
    half-built index stays on the disk."""
    loaded(opened(tmp_path, cached(tmp_path, 64)[0])).close()
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(tmp_path), step]
    assert subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode == -signal.SIGKILL
    taken_over = STEPS.index(step) > STEPS.index("give way")
    encoder, asked = cached(tmp_path, 32 if taken_over else 64)
    knowledge = opened(tmp_path, encoder)
    assert agrees(knowledge)
    assert answers(knowledge) == "疫苗不得委托生产。"
    assert asked.asked == []
    newer, asked = cached(tmp_path, 32)
    knowledge.change_encoder("新模型", lambda: newer, pause=0).run()
    assert len(asked.asked) == (3 if STEPS.index(step) <= STEPS.index("encode") else 0)
    assert (knowledge.encoder.size, agrees(knowledge)) == (32, True)
    assert len([p for p in (tmp_path / "index").iterdir() if p.is_dir()]) == 1
    knowledge.close()


def test_nothing_is_ever_encoded_twice(tmp_path: Path) -> None:
    """To another model and back: each text is encoded once by each model, whatever was rebuilt in between."""
    encoders = {size: cached(tmp_path, size) for size in (64, 32)}
    knowledge = loaded(opened(tmp_path, encoders[64][0]))
    for size in (32, 64, 32, 64):
        knowledge.change_encoder(str(size), lambda size=size: encoders[size][0], pause=0).run()  # type: ignore[misc]  # bound now
        assert (knowledge.encoder.size, agrees(knowledge)) == (size, True)
    knowledge.reindex()
    for _, counted in encoders.values():
        assert len(counted.asked) == len(set(counted.asked)) == 3
    knowledge.close()


def test_a_search_that_began_before_ends_well(tmp_path: Path) -> None:
    """Encoder and index are taken together, once for a search; the old index stays open while a search may be in it."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    failures, rounds, done = list[BaseException](), list[int](), threading.Event()

    def searching() -> None:
        try:
            while not done.is_set():
                serving = knowledge.serving
                asked = serving.encoder.queries(["疫苗委托生产"])[0].tolist()
                time.sleep(0.002)  # the change may come here
                assert len(serving.store.dense(asked, EVERYTHING, 10)) == 3
                rounds.append(len(asked))
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=searching) for _ in range(2)]
    for reader in readers:
        reader.start()
    change = knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=0.5)
    change.start()
    while change.progress:
        time.sleep(0.01)
    time.sleep(0.2)
    done.set()
    for reader in readers:
        reader.join(30)
    change.stop()
    assert failures == []
    assert {64, 32} <= set(rounds)
    knowledge.close()


class Slow(HashEncoder):
    """An encoder that a person has to wait for."""

    def passages(self, texts: list[str], progress: object = None) -> Vectors:  # type: ignore[override]  # slower only
        time.sleep(0.2)
        return super().passages(texts)


def test_closing_in_the_middle_keeps_the_old_index(tmp_path: Path) -> None:
    """The service is stopped while it re-encodes: it ends at once, and the next start has the old index whole."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    change = knowledge.change_encoder("新模型", lambda: Slow(32), pause=60)
    change.start()
    begun = time.monotonic()
    knowledge.close()
    assert time.monotonic() - begun < reencode.STOP_SECONDS
    assert change.progress is not None
    again = opened(tmp_path, HashEncoder(64))
    assert agrees(again)
    again.close()


def test_closing_in_the_pause_gives_up_the_old_index(tmp_path: Path) -> None:
    """The pause is for searches; a service that ends has none any more."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    change = knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=600)
    change.start()
    while change.progress:
        time.sleep(0.01)
    knowledge.close()
    assert [p.name for p in (tmp_path / "index").iterdir() if p.is_dir()] == [
        EdgeStore(tmp_path / "index")._shard_folder.name
    ]


def unavailable() -> Encoder:
    raise Unavailable("向量模型 新模型 无法载入")


def broken() -> Encoder:
    raise KeyError("private")


@pytest.mark.parametrize(("opening", "said"), [(unavailable, "无法载入"), (broken, "已记入日志")])
def test_a_model_that_cannot_be_opened_leaves_the_old_one(
    tmp_path: Path, opening: Callable[[], Encoder], said: str
) -> None:
    """A slip in the setting must not take the service down: the old index answers, and the reason is told."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    change = knowledge.change_encoder("新模型", opening)
    change.start()
    change.stop()
    assert change.progress is not None
    assert said in (change.progress.trouble or "")
    assert answers(knowledge) == "疫苗不得委托生产。"
    knowledge.close()


def test_another_name_of_the_same_model_changes_nothing(tmp_path: Path) -> None:
    """A model folder that was moved is the same model: nothing to do, and nothing is deleted."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    before = knowledge.index_version
    change = knowledge.change_encoder("新名字", lambda: HashEncoder(64), pause=0)
    change.run()
    assert (change.progress, knowledge.index_version) == (None, before)
    assert agrees(knowledge)
    knowledge.close()


# the same through the settings, with real models


@pytest.fixture
def home(tmp_path: Path, bundled_settings: Settings) -> Path:
    """A home with the bundled encoder and one text in its index."""
    made = tmp_path / "home"
    made.mkdir()
    (made / "models").symlink_to(bundled_settings.models)
    knowledge = KnowledgeBase.open(Settings(home=made, embed_threads=1))
    put(knowledge, FIRST)
    knowledge.close()
    return made


def test_settings_change_the_model_and_change_it_back(
    home: Path, tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """From the bundled model (384 numbers) to a sentence-transformers one (32) and back, by settings alone."""
    bundled = Settings(home=home, embed_threads=1)
    other = Settings(home=home, embed_threads=1, embed_model=str(tiny_model))
    knowledge = KnowledgeBase.open(other)
    assert knowledge.encoder.name.startswith(BUNDLED_MODEL)
    assert "regkb reindex" in caplog.text
    assert knowledge.reencoding is not None
    assert answers(knowledge) == "疫苗不得委托生产。"
    knowledge.reencoding.run()
    assert knowledge.encoder.size == 32
    knowledge.close()
    knowledge = KnowledgeBase.open(other)
    assert (knowledge.reencoding, knowledge.encoder.size) == (None, 32)
    knowledge.close()
    back = KnowledgeBase.open(bundled)  # the tiny model is opened again by what is remembered of it
    assert (back.encoder.size, back.reencoding is not None) == (32, True)
    assert isinstance(back.reencoding, Reencoding)
    back.reencoding.run()
    assert back.encoder.size == 384
    back.close()


def test_another_prompt_is_another_index(tmp_path: Path, tiny_model: Path) -> None:
    """Vectors made with a prompt and without are not comparable, though their size is the same."""
    plain = Settings(home=tmp_path, embed_threads=1, embed_model=str(tiny_model))
    knowledge = KnowledgeBase.open(plain)
    put(knowledge, FIRST)
    name = knowledge.encoder.name
    knowledge.close()
    knowledge = KnowledgeBase.open(plain.model_copy(update={"embed_passage_prompt": "段落："}))
    assert knowledge.encoder.name == name
    assert knowledge.reencoding is not None
    knowledge.reencoding.run()
    assert knowledge.encoder.name != name
    knowledge.close()


def test_a_model_that_is_gone_is_made_good_only_when_asked(tmp_path: Path, tiny_model: Path) -> None:
    """Retrained in place: its old vectors cannot be asked any more. The sentence says what to run, and that works."""
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    settings = Settings(home=tmp_path / "home", embed_threads=1, embed_model=str(folder))
    knowledge = KnowledgeBase.open(settings)
    put(knowledge, FIRST)
    knowledge.close()
    (folder / "retrained.json").write_text("{}")
    with pytest.raises(Unavailable, match="regkb reindex"):
        KnowledgeBase.open(settings)
    shutil.rmtree(folder)
    elsewhere = settings.model_copy(update={"embed_model": str(tiny_model), "embed_query_prompt": "问："})
    with pytest.raises(Unavailable, match="regkb reindex"):
        KnowledgeBase.open(elsewhere)
    told: list[tuple[int, int]] = []
    knowledge = KnowledgeBase.open(elsewhere, remake=lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)
    assert (knowledge.store.count(), knowledge.reencoding) == (2, None)
    knowledge.close()


def test_another_way_of_indexing_terms_is_brought_along_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program was updated: the vectors are all in the cache, so the index is made anew before it is searched."""
    monkeypatch.setattr(reencode, "TERMS_VERSION", reencode.TERMS_VERSION + 1)
    knowledge = KnowledgeBase.open(Settings(home=home, embed_threads=1))
    assert knowledge.store.built_with() == label(knowledge.encoder)
    assert knowledge.reencoding is None
    assert answers(knowledge) == "疫苗不得委托生产。"
    knowledge.close()


def test_the_service_and_the_doctor_tell_of_it(home: Path, tiny_model: Path) -> None:
    """Whoever runs the service sees how far it is; the service is ready all the while."""
    settings = Settings(home=home, embed_threads=1, embed_model=str(tiny_model), api_port=8491, ui_port=8492)
    told = next(check for check in examine(settings) if check.name == "知识库")
    assert isinstance(told, Check)
    assert (told.ok, "regkb reindex" in told.detail) == (True, True)
    service = Service.open(settings)
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["reencoding"]) == (
            200,
            {"done": 0, "total": 2, "model": str(tiny_model)},
        )
        assert service.knowledge.reencoding is not None
        service.knowledge.reencoding.run()
        assert "reencoding" not in client.get("/readyz").json()


def test_the_vectors_of_the_new_index_are_those_of_the_new_encoder(tmp_path: Path) -> None:
    """The score of a text asked for in its own words is 1 only if its vector is the new one."""
    knowledge = loaded(opened(tmp_path, HashEncoder(64)))
    knowledge.change_encoder("新模型", lambda: HashEncoder(32), pause=0).run()
    words = [c.index_text for c in knowledge.registry.chunks(document().id)]
    vectors = HashEncoder(32).passages(words)
    scores = [knowledge.store.dense(vector.tolist(), EVERYTHING, 1)[0].score for vector in vectors]
    assert np.allclose(scores, 1, atol=1e-4)
    knowledge.close()
