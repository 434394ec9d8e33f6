"""A database that cannot be used is said in a sentence that helps and keeps the password; what cannot be kept is
refused before anything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from factories import HashEncoder, chunk, document, provision

from kb.errors import BadInput, Unavailable
from kb.keepable import LONGEST_INSTRUMENT, LONGEST_KEY
from kb.knowledge import KnowledgeBase
from kb.model import Relation
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore

TEXT = "第一条 持有人可以委托生产样例药品。\n"
PLACE = provision("第一条", text=TEXT, within=TEXT)
LONG = "长" * (LONGEST_KEY + 1)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("geheim", "写法不对"),
        ("postgresql+psycopg://regkb:1@host:geheim/regkb", "写法不对"),  # the port is no number
        ("postgresql+psycopg://regkb:1@geheim@host/regkb", "写法不对"),  # a password with an @, not written as %40
        ("orakel://regkb:geheim@host/regkb", "不认得 orakel"),
        ("postgresql+psycopg9://regkb:geheim@host/regkb", r"不认得 postgresql\+psycopg9"),
        ("mssql+pymssql://regkb:geheim@host/regkb", r"没有安装 mssql\+pymssql 的驱动"),
        ("sqlite:///registry.sqlite3?timeout=geheim", "不接受它的参数"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_the_password(address: str, words: str, tmp_path: Path) -> None:
    """Whoever starts the service reads the log, and so do others."""
    with pytest.raises(Unavailable, match=f"^REGKB_DATABASE_URL 不能使用：.*{words}") as raised:
        open_registry(Settings(home=tmp_path, database_url=address))
    error: BaseException | None = raised.value
    while error:  # a log prints the causes as well
        assert "geheim" not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize(
    ("address", "said", "unsaid"),
    [
        ("sqlite:////no/such/folder/registry.sqlite3", "磁盘空间与权限", "数据库服务"),
        ("postgresql+psycopg://regkb:geheim@127.0.0.1:9/regkb", "数据库服务", "磁盘"),
        ("postgresql+psycopg://regkb@127.0.0.1:9/regkb?password=geheim", "127.0.0.1:9/regkb）", "磁盘"),
    ],
)
def test_what_to_look_at_is_of_the_kind_of_database(address: str, said: str, unsaid: str, tmp_path: Path) -> None:
    """The disk of this machine is no concern of a server."""
    if address.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="the driver comes with the extra `postgres`")
    with pytest.raises(Unavailable, match="登记库无法打开") as raised:
        open_registry(Settings(home=tmp_path, database_url=address))
    sentence = str(raised.value)
    assert said in sentence
    assert unsaid not in sentence
    assert "geheim" not in sentence
    assert "\n" not in sentence


def test_a_registry_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    """Going back to an older program needs the backup of then: it must be said, not guessed at."""
    settings = Settings(home=tmp_path)
    open_registry(settings).close()
    with closing(sqlite3.connect(tmp_path / "registry.sqlite3")) as sql:
        sql.execute("UPDATE alembic_version SET version_num = '9999'")
        sql.commit()
    with pytest.raises(Unavailable, match="结构比这个程序新"):
        open_registry(settings)


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path)
    opened = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    yield opened
    opened.close()


def cited(**fields: Any) -> Relation:
    return Relation(**({"kind": "cites", "path": ("第一条",), "title": "样例法", "evidence": "依照"} | fields))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"document": document(id=f"样例@{LONG}")}, "文件编号有"),
        ({"document": document("题" * (LONGEST_INSTRUMENT + 1))}, "题名有 301 个字符，最多 300 个"),
        ({"provisions": [PLACE.model_copy(update={"path": ("第一条", LONG)})]}, "条款地址有"),
        ({"relations": [cited(path=("第一条", LONG))]}, "条款地址有"),
        ({"text": TEXT + "\0"}, "正文的第 20 个字符（U\\+0000）"),
        ({"text": "甲\ud800"}, "正文的第 2 个字符（U\\+D800）"),
        ({"provisions": [PLACE.model_copy(update={"heading": "总\udfff"})]}, "条款的编号与标题"),
        ({"relations": [cited(article="第\0条")]}, "对其他文件的引用"),
        ({"document": document(evidence={"number": "\0"})}, "文件的说明"),
        ({"notes": ["请\0核对"]}, "文件的说明"),
        ({"original": ("坏\udce4名.txt", b"1")}, "文件名的第 2 个字符"),
    ],
)
def test_what_no_database_can_keep_is_refused_before_anything_is_written(
    changed: dict[str, Any], words: str, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """PostgreSQL refuses it in the last step, with points in the index and the original on the disk; SQLite takes some
    of it, and the registry could then never be moved."""
    given: dict[str, Any] = {
        "document": document(), "text": TEXT, "provisions": [PLACE],
        "chunks": [chunk("第一条", text=TEXT, start=0)], "relations": [cited()], "repairs": [], "notes": [],
        "original": ("样例.txt", TEXT.encode()),
    }  # fmt: skip
    with pytest.raises(BadInput, match=words):
        knowledge.replace(**(given | changed))
    assert knowledge.registry.held() == {}
    assert knowledge.registry.unfinished() == []
    assert knowledge.store.count() == 0
    assert [path for path in (tmp_path / "originals").rglob("*") if path.is_file()] == []
    assert knowledge.replace(**given) == "added"  # and nothing stands in the way of a sound copy
    # the registry's own door is shut as well
    row = {name: value for name, value in (given | changed).items() if name not in ("document", "text")}
    row["original"] = (row["original"][0], "0" * 64)
    with pytest.raises(BadInput, match=words):
        knowledge.registry.write((given | changed)["document"], (given | changed)["text"], "d", 2, **row)


def test_a_correction_with_such_a_character_is_refused(knowledge: KnowledgeBase) -> None:
    """It comes over HTTP, where \\u0000 and half of a pair are sound JSON."""
    knowledge.replace(document(), TEXT, [PLACE], [], [], [], [], None)
    for words in ("局\0", "局\ud83d"):
        with pytest.raises(BadInput, match="更正的内容的第 2 个字符"):
            knowledge.edit(document().id, {"issuer": words})
    assert knowledge.registry.document(document().id).issuer == document().issuer
