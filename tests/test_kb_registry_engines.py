"""The registry keeps the same promises on every database it may stand on: SQLite under home, PostgreSQL at scale.

The server is named by REGKB_TEST_DATABASE_URL (`postgresql+psycopg://…`); each test has a schema of its own on it.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from factories import HashEncoder, chunk, document, provision
from sqlalchemy import create_engine, event, text

from kb import migrations
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import Relation, Repair, State
from kb.registry import Registry, open_registry
from kb.search import search
from kb.settings import Settings
from kb.store_edge import EdgeStore

SERVER = os.environ.get("REGKB_TEST_DATABASE_URL")
TEXT = "第一条 持有人可以委托生产样例药品。\n第二条 本办法自2020年7月1日起施行。\n"
DAY = date(2026, 11, 21)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=pytest.mark.skipif(not SERVER, reason="REGKB_TEST_DATABASE_URL names no PostgreSQL")
        ),
    ]
)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty registry on each database."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path)
        return
    schema = f"test_{uuid.uuid4().hex[:16]}"
    server = create_engine(str(SERVER))
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joined = "&" if "?" in str(SERVER) else "?"
    yield Settings(home=tmp_path, database_url=f"{SERVER}{joined}options=-csearch_path%3D{schema}")
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    opened = open_registry(settings)
    yield opened
    opened.close()


def evidence(number: int) -> str:
    """Long enough for the relations of one text to fill several pages of a database."""
    return f"依照{number}" + "的规定" * 60


def put(registry: Registry, title: str = "药品样例管理办法", words: str = TEXT, **fields: Any) -> str:
    """Write a text of articles; returns its id."""
    held = document(title, **fields)
    provisions = [provision(line.split()[0], text=line, within=words) for line in words.splitlines()]
    chunks = [chunk(p.path[0], text=words[p.body : p.end], start=p.body) for p in provisions]
    relations = [
        Relation(kind="cites", path=("第一条",), title=f"依据{n}", target=("第三条", "第二款"), evidence=evidence(n))
        for n in range(30)
    ]
    registry.write(
        held, words, f"digest-{words}"[:64], 1, provisions=provisions, chunks=chunks, relations=relations,
        repairs=[Repair(step="全角", before="Ａ", after="A", at=3)], notes=["请核对"],
        original=("样例.docx", "0" * 64),
    )  # fmt: skip
    return held.id


def test_what_is_written_is_read_back(registry: Registry) -> None:
    """Types that a database may bend: days, lists, an unknown value, characters outside the first plane."""
    words = TEXT.replace("样例", "𠮷𫝹", 1)
    name = put(registry, words=words, topics=("委托生产",), evidence={"number": "〔2020〕1号"})
    held = registry.document(name)
    assert (held.effective_on, held.number, held.topics) == (date(2020, 7, 1), None, ("委托生产",))
    assert held.evidence == {"number": "〔2020〕1号"}
    reading = registry.reading(name)
    assert reading.text == words
    assert list(reading.provisions) == [("第一条",), ("第二条",)]
    assert registry.citable.words([(name, ("第一条",))]) == {(name, ("第一条",)): words.splitlines()[0].split()[1]}
    assert [r.evidence for r in registry.relations_from(name)] == [evidence(n) for n in range(30)]
    assert registry.curation(name)[1] == ["请核对"]
    assert registry.original(name) == ("样例.docx", "0" * 64)


def test_a_new_text_takes_the_place_of_the_old_one_whole(registry: Registry) -> None:
    """No provision, chunk or relation of the text before is left: the deletion reaches all of them."""
    name = put(registry)
    put(registry, words="第一条 只剩这一条。\n")
    assert list(registry.reading(name).provisions) == [("第一条",)]
    assert registry.indexed_chunks() == 1
    assert registry.counted() == {"条": 1}
    assert len(registry.relations_from(name)) == 30


def test_relations_keep_the_order_of_the_text_after_many_writes(registry: Registry, settings: Settings) -> None:
    """A server puts new rows where old ones were removed: without being asked for an order it gives none."""
    titles = [f"样例办法{n}" for n in range(12)]
    for title in titles:
        put(registry, title)
    for title in titles[::2]:
        registry.write(
            document(title), TEXT, "d", 2, provisions=[], chunks=[], relations=[], repairs=[], notes=[], original=None
        )
    cleaned(settings)
    names = [put(registry, title) for title in titles[::-1]]
    cleaned(settings)
    for name in names:
        assert [r.evidence for r in registry.relations_from(name)] == [evidence(n) for n in range(30)], name


def cleaned(settings: Settings) -> None:
    """What a server does by itself at night: room is given free, and the plans of queries are made anew."""
    cleaner = create_engine(settings.database, isolation_level="AUTOCOMMIT")
    with cleaner.connect() as connection:
        connection.execute(text("VACUUM"))
        connection.execute(text("ANALYZE"))
    cleaner.dispose()


def test_a_write_that_fails_leaves_everything_as_it_was(registry: Registry) -> None:
    name = put(registry)
    revision = registry.revision
    broken: Any = [object()]
    with pytest.raises(AttributeError):
        registry.write(
            document(), "第一条 改了。\n", "other", 2, provisions=[], chunks=[], relations=[], repairs=[], notes=[],
            original=None, changes=broken,
        )  # fmt: skip
    assert registry.reading(name).text == TEXT
    assert registry.revision == revision


def test_corrections_of_staff_outlive_a_new_text(registry: Registry) -> None:
    name = put(registry)
    registry.edit(name, {"issuer": "国家药品监督管理局", "effective_on": "2021-01-01"})
    put(registry, words=TEXT.replace("可以", "不得"))
    held = registry.document(name)
    assert (held.issuer, held.effective_on) == ("国家药品监督管理局", date(2021, 1, 1))


def test_documents_come_in_the_order_of_their_code_points(registry: Registry) -> None:
    """A database that sorts by the rules of a language would give two installations two orders of equal hits."""
    titles = ["Ｂ办法", "a办法", "B办法", "药品办法", "办法", "ａ办法", "_办法"]
    names = [put(registry, title) for title in titles]
    registry.edit(names[0], {"region": "广东省"})  # forces a reading from the database
    fresh = Registry(registry._engine)
    assert list(fresh.held()) == sorted(names)


def test_another_process_sees_a_write(registry: Registry, settings: Settings) -> None:
    """A process that only reads follows the revision, so it never answers from an old snapshot for long."""
    other = open_registry(settings)
    try:
        assert other.held() == {}
        name = put(registry)
        other._read_at = 0  # as after FRESH_SECONDS
        assert other.document(name).title == "药品样例管理办法"
    finally:
        other.close()


def test_writes_at_the_same_time_are_all_counted(registry: Registry, settings: Settings) -> None:
    """A lost count would leave a snapshot that is old and looks new."""
    name = put(registry)
    before = registry.revision
    failures: list[Exception] = []

    def write(mine: Registry) -> None:
        try:
            for _ in range(5):
                mine.set_state(name, State.PUBLISHED, 1)
        except Exception as error:  # told in the main thread
            failures.append(error)

    writers = [open_registry(settings) for _ in range(3)]  # as three processes would have them
    threads = [threading.Thread(target=write, args=(mine,)) for mine in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = open_registry(settings)
    assert (failures, fresh.revision) == ([], before + 15)
    for opened in (*writers, fresh):
        opened.close()


def test_journal_intakes_and_named_values(registry: Registry) -> None:
    """Each is written again and again under one key: no database may refuse the second time."""
    name = put(registry)
    for _ in range(2):
        registry.begin(name)
        registry.note_taken_in("f" * 64, name)
        registry.mark("starter")
        registry.remember("encoder", "甲")
    assert registry.unfinished() == [name]
    registry.finish(name)
    assert registry.unfinished() == []
    known = registry.taken_in("f" * 64, State.PUBLISHED)
    assert known is not None
    assert known.id == name
    assert (registry.marked("starter"), registry.recalled("encoder")) == (True, "甲")


def test_a_knowledge_base_stands_on_it_and_opens_again(settings: Settings) -> None:
    """The whole way: replace, settle an end by a later text, close, open, search as of a day."""

    def opened() -> KnowledgeBase:
        return KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)

    def taken_in(knowledge: KnowledgeBase, version: str, words: str) -> None:
        places = [provision(line.split()[0], text=line, within=words) for line in words.splitlines()]
        chunks = [chunk(p.path[0], text=words[p.body : p.end], start=p.body) for p in places]
        knowledge.replace(document(version=version), words, places, chunks, [], [], [], ("甲.txt", words.encode()))

    knowledge = opened()
    taken_in(knowledge, "2020-07-01", TEXT)
    taken_in(knowledge, "2024-07-01", TEXT.replace("可以", "不得"))
    knowledge.close()
    again = opened()
    try:
        assert again.registry.document("药品样例管理办法@2020-07-01").superseded_on == date(2024, 7, 1)
        found = {day.year: search(again, "委托生产样例药品", as_of=day)[0].text for day in (date(2021, 1, 1), DAY)}
        assert ["可以" in found[2021], "不得" in found[2026]] == [True, True]
        assert again.registry.changes()
    finally:
        again.close()


def test_a_server_that_cannot_be_reached_is_said_without_the_password(tmp_path: Path) -> None:
    """The sentence goes to logs and screens; the address helps, the password must not be in it."""
    pytest.importorskip("psycopg", reason="the driver comes with the extra `postgres`")
    url = "postgresql+psycopg://regkb:geheim@127.0.0.1:9/regkb"
    with pytest.raises(Unavailable, match="登记库无法打开") as raised:
        open_registry(Settings(home=tmp_path, database_url=url))
    assert "geheim" not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)


def stopped_at(settings: Settings, revision: str) -> None:
    """A database as an older program left it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    engine = create_engine(settings.database)
    if engine.dialect.name == "sqlite":  # as the program opens it: a dropped table takes along what refers to it
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    if revision == "0003":
        put(Registry(engine))
    engine.dispose()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_a_registry_of_an_older_program_is_brought_along_with_all_it_holds(settings: Settings, revision: str) -> None:
    """Whoever updates the program and starts it again must find everything where it was."""
    stopped_at(settings, revision)
    opened = open_registry(settings)
    try:
        if revision == "0003":
            assert list(opened.reading("药品样例管理办法@2020-07-01").provisions) == [("第一条",), ("第二条",)]
            assert opened.indexed_chunks() == 2
            assert len(opened.relations_from("药品样例管理办法@2020-07-01")) == 30
        put(opened, "新的样例办法")
        assert "新的样例办法@2020-07-01" in opened.held()
    finally:
        opened.close()


def test_words_of_a_text_may_be_of_any_length(registry: Registry) -> None:
    """A server enforces what SQLite lets pass: the same file must be taken in by both."""
    long = "某市市场监督管理局、" * 60
    held = document(number=long, issuer=long, region=long)
    place = provision("第一条", text=TEXT, within=TEXT).model_copy(update={"heading": long, "number": long})
    relation = Relation(
        kind="cites",
        path=("第一条",),
        title="样例法",
        article=long,
        target=("第一条", long),
        number=long,
        evidence=long,
    )
    registry.write(
        held, TEXT, "d", 1, provisions=[place], chunks=[], relations=[relation], repairs=[], notes=[],
        original=(f"{long}.docx", "0" * 64),
    )  # fmt: skip
    fresh = Registry(registry._engine)
    assert fresh.document(held.id).issuer == long
    assert fresh.reading(held.id).provisions["第一条",].heading == long
    assert fresh.relations_from(held.id)[0].article == long
    assert fresh.original(held.id) == (f"{long}.docx", "0" * 64)


def test_one_process_writes_to_a_server(settings: Settings) -> None:
    """Two would each take the other's unfinished replace for what a crash left. A file needs no such lock: the folder
    of its index has one."""
    first, second = open_registry(settings), open_registry(settings)
    try:
        first.hold_for_writing()
        if settings.database_url:
            with pytest.raises(Unavailable, match="另一个 regkb 进程正在使用这个登记库"):
                second.hold_for_writing()
            first.close()
        second.hold_for_writing()
    finally:
        first.close()
        second.close()


def test_a_lost_connection_is_replaced(registry: Registry) -> None:
    """A server that was started again, or a firewall that drops idle connections, must cost no request."""
    if registry._engine.dialect.name == "sqlite":
        pytest.skip("a file has no connections to lose")
    put(registry)
    with registry._engine.connect() as ours:
        process = ours.scalar(text("SELECT pg_backend_pid()"))
    server = create_engine(str(SERVER))
    with server.connect() as other:
        assert other.scalar(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    server.dispose()
    assert registry.reading("药品样例管理办法@2020-07-01").text == TEXT
