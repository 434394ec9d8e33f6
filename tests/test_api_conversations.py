"""Conversations over HTTP as the chat page uses them: ask, follow up, edit, ask again, find, rename, delete."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from small_service import ANOTHER, QUESTION, TITLE, one_person, small_service

from assistant.answer_model import Answer
from assistant.desk.cited_answers import answers_of
from assistant.desk.conversations import forget_old
from assistant.service import Service
from kb.backup import back_up
from ui.wire import events

OTHER = {"X-Regkb-Visitor": "b" * 32}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    opened = small_service(tmp_path_factory.mktemp("home"))
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> httpx.Client:
    return one_person(service)


def begun(client: httpx.Client) -> str:
    response = client.post("/api/conversations", json={})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def asked(client: httpx.Client, conversation: str, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    response = client.post(f"/api/conversations/{conversation}/turns", json={"question": question, **more})
    assert response.status_code == 200, response.text
    turn: dict[str, Any] = response.json()
    return turn


def read(client: httpx.Client, conversation: str, **asked_for: Any) -> dict[str, Any]:
    response = client.get(f"/api/conversations/{conversation}", params=asked_for)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def test_a_turn_is_answered_kept_and_read_back_as_it_was(client: httpx.Client) -> None:
    here = begun(client)
    turn = asked(client, here, as_of="2026-11-01")
    assert UUID(turn["id"]).version == UUID(here).version == 4
    assert (turn["state"], turn["parent"], turn["failure"], turn["as_of"]) == ("done", None, None, "2026-11-01")
    assert turn["answer"]["citations"][0]["title"] == TITLE
    assert turn["siblings"] == [turn["id"]]
    page = read(client, here)
    assert page["turns"] == [turn]
    assert (page["title"], page["earlier"]) == (QUESTION, 0)
    for moment in (page["created_at"], page["updated_at"], turn["asked_at"]):
        assert datetime.fromisoformat(moment).utcoffset() is not None
    listed = client.get("/api/conversations").json()
    assert (listed["total"], listed["conversations"][0]["turns"]) == (1, 1)


def test_events_begin_with_the_turn_and_are_what_is_kept(client: httpx.Client) -> None:
    here = begun(client)
    path = f"/api/conversations/{here}/turns"
    response = client.post(path, json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    got = list(events(response.text.splitlines()))
    assert got[0][0] == "turn"
    assert got[-1][0] == "done"
    assert {name for name, _ in got[1:-1]} == {"token", "citation"}
    done = Answer.model_validate(got[-1][1])
    assert "".join(data["text"] for name, data in got if name == "token") == done.text
    turn = read(client, here)["turns"][0]
    assert (turn["id"], turn["parent"]) == (got[0][1]["id"], got[0][1]["parent"])
    assert turn["answer"] == got[-1][1]


def test_a_follow_up_is_understood_by_its_own_path(client: httpx.Client) -> None:
    """那标签呢 leans on what was asked before it on its path, not on the newest thing said anywhere."""
    here = begun(client)
    first = asked(client, here, QUESTION)
    asked(client, here, "今天天气怎么样", parent=None)
    follow_up = asked(client, here, "那标签呢", parent=first["id"])
    assert follow_up["parent"] == first["id"]
    assert follow_up["answer"]["asked"] != "那标签呢"
    alone = asked(client, here, "那标签呢", parent=None)
    assert alone["answer"]["asked"] == "那标签呢"


def test_edit_ask_again_and_choose_a_branch(client: httpx.Client) -> None:
    here = begun(client)
    first = asked(client, here)
    second = asked(client, here, ANOTHER)
    assert second["parent"] == first["id"], "without a parent a question follows the newest turn"
    edited = asked(client, here, "白鹭制剂可以委托生产吗", parent=first["id"])
    again = asked(client, here, edited["question"], parent=first["id"])
    page = read(client, here)
    assert [turn["id"] for turn in page["turns"]] == [first["id"], again["id"]]
    assert page["turns"][1]["siblings"] == [second["id"], edited["id"], again["id"]]
    assert [turn["id"] for turn in read(client, here, leaf=second["id"])["turns"]] == [first["id"], second["id"]]
    assert read(client, here, limit=1)["earlier"] == 1
    assert asked(client, here, parent=None)["siblings"][0] == first["id"]


def test_find_rename_and_delete(client: httpx.Client) -> None:
    here, there = begun(client), begun(client)
    asked(client, here)
    asked(client, there, ANOTHER)
    for words, expected in (("不良反应", here), ("贮藏条件", there)):
        found = client.get("/api/conversations", params={"q": words}).json()
        assert [head["id"] for head in found["conversations"]] == [expected]
        assert found["total"] == 1
    renamed = client.patch(f"/api/conversations/{here}", json={"title": "  不良反应\n的期限 "})
    assert renamed.json()["title"] == "不良反应 的期限"
    assert client.patch(f"/api/conversations/{here}", json={"title": "\n "}).status_code == 422
    assert client.delete(f"/api/conversations/{here}").status_code == 204
    assert client.get(f"/api/conversations/{here}").status_code == 404
    assert client.delete("/api/conversations").status_code == 204
    assert client.get("/api/conversations").json() == {"total": 0, "conversations": []}


def test_two_people_do_not_see_each_other(client: httpx.Client) -> None:
    here = begun(client)
    turn = asked(client, here)["id"]
    path = f"/api/conversations/{here}"
    tries = [
        client.get(path, headers=OTHER), client.patch(path, json={"title": "他的"}, headers=OTHER),
        client.delete(path, headers=OTHER), client.post(f"{path}/turns", json={"question": "问"}, headers=OTHER),
        client.post(f"{path}/turns/{turn}/stop", headers=OTHER), client.get(f"{path}/export", headers=OTHER),
    ]  # fmt: skip
    assert [response.status_code for response in tries] == [404] * len(tries)
    assert client.get("/api/conversations", headers=OTHER).json()["total"] == 0
    assert client.delete("/api/conversations", headers=OTHER).status_code == 204
    assert len(read(client, here)["turns"]) == 1


@pytest.mark.parametrize("key", [None, "", "zu-kurz", "a" * 65, "a" * 30 + "%"])
def test_without_a_key_there_are_no_conversations(client: httpx.Client, key: str | None) -> None:
    headers = {"X-Regkb-Visitor": key or ""}
    for method, path in (("POST", ""), ("GET", ""), ("DELETE", ""), ("GET", "/x"), ("DELETE", "/x")):
        response = client.request(method, f"/api/conversations{path}", headers=headers)
        assert (response.status_code, response.json()["error"]) == (401, "NotAllowed")
        assert "X-Regkb-Visitor" in response.json()["detail"]


@pytest.mark.parametrize(
    "path", ["nicht-da", "00000000-0000-4000-8000-000000000000", "' OR 1=1 --", "%F0%9F%98%80"]
)  # fmt: skip
def test_what_is_not_there_is_said_so(client: httpx.Client, path: str) -> None:
    response = client.get(f"/api/conversations/{path}")
    assert (response.status_code, response.json()["error"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question 没有给出"),
        ({"question": ""}, "question 不能为空"),
        ({"question": "问" * 2001}, "question 最多 2000 个字"),
        ({"question": 5}, "question 应是文字"),
        ({"question": "问", "as_of": "明天"}, "as_of 应是日期，写作 2026-01-31"),
        ({"question": "问", "as_of": "2026-02-30"}, "as_of 应是日期，写作 2026-01-31"),
        ({"question": "问", "mode": "magic"}, "mode 只能是 extractive、generative"),
        ({"question": "问", "history": []}, "history 不是这个接口的字段"),
        ({"question": "问", "documents": ["x"] * 201}, "documents 最多 200 项"),
        ({"question": "问", "documents": "x"}, "documents 应是列表"),
        ({"question": "问", "profile": {"name": "甲", "employees": -1}}, "profile.employees 不能小于 0"),
        ({"question": "问", "profile": {"name": "甲", "stage": "退休"}}, "profile.stage 只能是 初创、成长、成熟"),
        ({"question": "问", "profile": "甲"}, "profile 应是 JSON 对象"),
        ([], "请求体 应是 JSON 对象"),
    ],
)
def test_a_bad_request_is_said_in_chinese(client: httpx.Client, body: Any, said: str) -> None:
    response = client.post(f"/api/conversations/{begun(client)}/turns", json=body)
    assert (response.status_code, response.json()["error"]) == (422, "BadInput")
    assert response.json()["detail"] == f"请求有误：{said}。"


@pytest.mark.parametrize(
    ("asked_for", "said"),
    [
        ({"limit": "0"}, "limit 不能小于 1"),
        ({"limit": "101"}, "limit 不能大于 100"),
        ({"limit": "viele"}, "limit 应是整数"),
        ({"q": "x" * 201}, "q 最多 200 个字"),
    ],
)
def test_a_bad_query_is_said_in_chinese(client: httpx.Client, asked_for: dict[str, str], said: str) -> None:
    response = client.get("/api/conversations", params=asked_for)
    assert response.json() == {"error": "BadInput", "detail": f"请求有误：{said}。"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "不是有效的 JSON"),
        (b'{"question": "\\ud83d"}', "不完整的字符"),
        (b"", "没有给出"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_in_chinese(client: httpx.Client, content: bytes, said: str) -> None:
    for path in (f"/api/conversations/{begun(client)}/turns", "/api/ask"):
        response = client.post(path, content=content, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.json()["error"]) == (422, "BadInput"), path
        assert said in response.json()["detail"]


def test_half_a_character_is_said_by_every_route(client: httpx.Client) -> None:
    """A route that does not look for it must not answer with an error of its own."""
    headers = {"Content-Type": "application/json"}
    for path, body in (
        ("/api/cite", b'{"text": "\\udc00"}'),
        ("/api/ratings", b'{"answer_id": "\\udc00", "useful": true}'),
        ("/api/ask", b'{"question": "a", "history": [{"role": "user", "content": "\\udc00"}]}'),
    ):
        response = client.post(path, content=body, headers=headers)
        assert (response.status_code, "不完整的字符" in response.json()["detail"]) == (422, True), path


def test_who_does_not_want_to_be_tracked_keeps_the_conversation_alone(client: httpx.Client, service: Service) -> None:
    here = begun(client)
    path = f"/api/conversations/{here}/turns"
    told = asked(client, here, as_of="2026-10-01")["answer"]
    document = told["citations"][0]["document_id"]
    body = {"question": ANOTHER, "as_of": "2026-10-01"}
    untold = client.post(path, json=body, headers={"DNT": "1"}).json()["answer"]
    assert untold["citations"][0]["document_id"] == document
    known = [one.answer_id for one in answers_of(service).citing(document)]
    assert told["answer_id"] in known
    assert untold["answer_id"] not in known
    assert len(read(client, here)["turns"]) == 2


def test_what_is_asked_outside_a_conversation_is_not_kept(client: httpx.Client, service: Service) -> None:
    secret = f"{QUESTION}，我们公司叫鹭岛生物"
    for accept in ("application/json", "text/event-stream"):
        assert client.post("/api/ask", json={"question": secret}, headers={"Accept": accept}).status_code == 200
    files = service.settings.home.glob("*.sqlite3*")
    assert "鹭岛生物".encode() not in b"".join(path.read_bytes() for path in files)


def test_old_conversations_go_after_the_days_that_are_set(client: httpx.Client, service: Service) -> None:
    begun(client)
    late = datetime.fromisoformat("2999-01-01T00:00:00+00:00")
    assert service.settings.conversation_days == 180
    assert forget_old(service) == 0
    assert forget_old(service, clock=lambda: late) >= 1
    assert client.get("/api/conversations").json()["total"] == 0


def test_a_service_that_is_down_is_a_kept_answer_of_its_own(tmp_path: Path) -> None:
    """An encoder that is missing is no reason to lose the question."""
    service = Service.open(small_service(tmp_path).settings.model_copy(update={"home": tmp_path / "leer"}))
    with one_person(service) as client:
        turn = asked(client, begun(client))
    assert (turn["state"], turn["answer"]["outcome"]) == ("done", "unavailable")


def test_a_backup_brings_conversations_along(client: httpx.Client, service: Service, tmp_path: Path) -> None:
    here = begun(client)
    turn = asked(client, here)
    made = back_up(service.settings, tmp_path / "备份.zip", datetime.fromisoformat("2026-11-21T00:00:00+00:00"))
    assert "desk.sqlite3" in made.manifest.members
    unpacked = tmp_path / "neu"
    unpacked.mkdir()
    with zipfile.ZipFile(tmp_path / "备份.zip") as archive:
        archive.extractall(unpacked)
    again = small_service(unpacked)
    with one_person(again) as other:
        other.headers = client.headers
        assert read(other, here)["turns"] == [turn]


def test_the_contract_is_what_openapi_says(client: httpx.Client) -> None:
    """Other engineers read the shapes there."""
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in {
        "/api/conversations": {"get", "post", "delete"},
        "/api/conversations/{conversation}": {"get", "patch", "delete"},
        "/api/conversations/{conversation}/turns": {"post"},
        "/api/conversations/{conversation}/turns/{turn}/stop": {"post"},
        "/api/ratings": {"get", "post"},
        "/api/unanswered": {"get", "post"},
        "/api/unanswered/{identity}": {"patch"},
    }.items():
        assert methods <= set(paths[path]), path
    assert "StoredTurn" in json.dumps(paths["/api/conversations/{conversation}/turns"])
