"""Reading beforehand: the first question must not wait for what the hundredth finds read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from small_library import empty_library, put
from small_service import ANOTHER, small_service

from assistant.api import create_app
from kb.errors import NotFound, Unavailable
from kb.knowledge import KnowledgeBase
from kb.warming import FIRST_QUESTIONS, warm

DAY = date(2026, 11, 21)
LIMIT_S = 20.0


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = empty_library(tmp_path)
    for name in ("白鹭办法", "苍鹭办法", "夜鹭办法"):
        put(made, name, f"第一条 本办法所称{name[:2]}，是指样例。\n第二条 {name[:2]}应当登记。")
    yield made
    made.close()


def test_every_text_is_read_and_every_kind_of_question_tried(
    knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Afterwards no search reads a text from the database: the first reader gets the speed of the hundredth."""
    assert warm(knowledge, DAY)
    monkeypatch.setattr(knowledge.registry, "_read", _fails)
    assert {knowledge.registry.reading(name).text for name in knowledge.registry.held()}
    assert any("什么是" in question for question in FIRST_QUESTIONS)


def test_it_stops_when_it_is_no_longer_wanted(knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is told to stop must not read on for seconds."""
    read: list[str] = []
    whole = knowledge.registry.reading
    monkeypatch.setattr(knowledge.registry, "reading", lambda name: read.append(name) or whole(name))
    assert not warm(knowledge, DAY, wanted=lambda: not read)
    assert len(read) == 1


@pytest.mark.parametrize("error", [NotFound("文件正在更新"), Unavailable("索引出错")])
def test_what_cannot_be_read_is_left_for_whoever_asks(
    error: Exception, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> None:
        raise error

    monkeypatch.setattr(knowledge.registry, "reading", broken)
    assert warm(knowledge, DAY)


def test_the_service_says_when_it_is_warm_and_answers_before(tmp_path: Path) -> None:
    service = small_service(tmp_path)
    with TestClient(create_app(service)) as client:
        assert client.get("/api/search", params={"q": ANOTHER}).json()["passages"]
        until = time.monotonic() + LIMIT_S
        while not client.get("/readyz").json()["warm"]:
            assert time.monotonic() < until, "没有读完"
            time.sleep(0.02)


def _fails(*_: object) -> None:
    raise AssertionError("又读了一次")
