"""Requests made to hurt, and files in trouble: each is refused cheaply and in the shape of the contract, and what can
still work goes on working."""

from __future__ import annotations

import gc
import json
import re
import sqlite3
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_server import served
from small_service import QUESTION, one_person, small_service

from assistant.api.limits import MOST_VALUES, _Values
from assistant.desk.cited_answers import REST_SECONDS, answers_of, memory
from assistant.export.markdown import escaped
from assistant.service import Service
from regkb import Answer, Client

JSON = {"Content-Type": "application/json"}
MANY = ",".join(["0"] * (MOST_VALUES + 2))
CHAT = {"messages": [{"role": "user", "content": QUESTION}]}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = small_service(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> httpx.Client:
    return one_person(service)


def begun(client: httpx.Client) -> str:
    return f"/api/conversations/{client.post('/api/conversations', json={}).json()['id']}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", f'{{"question":"问","history":[{MANY}]}}'),
        ("/api/ask", f'{{"question":"问","documents":[{MANY}]}}'),
        ("/api/cite", '{"text":"文",' + ",".join(f'"{at}":0' for at in range(MOST_VALUES + 2)) + "}"),
        ("/api/match", f'{{"profile":{{"name":"某","sectors":[{MANY}]}}}}'),
        ("/v1/chat/completions", f'{{"messages":[{MANY}]}}'),
        ("/mcp", f'{{"jsonrpc":"2.0","id":1,"method":"ping","params":[{MANY}]}}'),
    ],
    ids=["history", "documents", "unknown fields", "profile", "messages", "tools"],
)
def test_a_body_of_countless_wrong_values_is_refused_before_it_is_looked_at(
    service: Service, path: str, body: str
) -> None:
    """Told one by one, the mistakes of two megabytes were thirty megabytes, nine seconds and a gigabyte of memory."""
    with served(service) as address:
        answer = httpx.post(f"{address}{path}", content=body.encode(), headers=JSON, trust_env=False)
    assert answer.status_code in (400, 422)
    assert "项目太多" in answer.text
    assert len(answer.text) < 300


def test_few_of_many_mistakes_are_told(client: httpx.Client) -> None:
    body = {"question": "问", **{f"字段{at}": 0 for at in range(1000)}}
    said = client.post("/api/ask", json=body).json()["detail"]
    assert "字段0" in said
    assert said.endswith("等 1000 处。")
    assert len(said) < 500


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a":"一,二","b":[1,2,3]}', 3),
        ('["\\"",",\\\\",",",""]', 3),
        ('{"长":"' + '\\\\\\"，,' * 50 + '","b":0}', 1),
        ('["没有结束,,,,', 0),
        ("", 0),
    ],
    ids=["commas in a string", "escaped quotes", "many escapes", "no end", "nothing"],
)
def test_values_are_counted_wherever_the_body_is_cut(text: str, values: int) -> None:
    """A network cuts a body where it likes, also within a character or an escape."""
    sent = text.encode()
    for size in (1, 2, 3, 7, max(1, len(sent))):
        counted = _Values()
        for at in range(0, len(sent), size):
            counted.add(sent[at : at + size])
        assert counted.seen == values, size


def test_counting_takes_time_by_length_alone() -> None:
    """Escaped quotes in a string without an end make a careless pattern begin again at each of them."""
    taken = time.process_time()
    _Values().add(b'"' + b'\\"' * 1_000_000)
    assert time.process_time() - taken < 2


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029", "\x0b", "\x1e"], ids=ascii)
def test_a_line_end_in_a_question_does_not_cut_the_stream(service: Service, end: str) -> None:
    """Readers of lines, the Python client's among them, end a line at more characters than the stream's format does; a
    question pasted from a Word file has them."""
    with served(service) as address:
        *_, last = Client(address).ask(f"白鹭制剂的标签{end}应当注明什么")
    assert isinstance(last, Answer)
    assert end in last.asked


@pytest.mark.parametrize("field", [{"documents": ["\ud800"]}, {"profile": {"name": "\ud800"}}], ids=str)
def test_halves_of_characters_anywhere_are_said_and_nothing_is_kept(
    client: httpx.Client, field: dict[str, Any]
) -> None:
    body = json.dumps({"question": QUESTION, **field}).encode()
    conversation = begun(client)
    for path in ("/api/ask", f"{conversation}/turns"):
        answer = client.post(path, content=body, headers=JSON)
        assert (answer.status_code, "不完整的字符" in answer.json()["detail"]) == (422, True), path
    assert client.get(conversation).json()["turns"] == []


@pytest.mark.parametrize("blank", [" ", "\u3000\n"], ids=ascii)
def test_blanks_are_no_question(client: httpx.Client, blank: str) -> None:
    conversation = begun(client)
    for path, more in (("/api/ask", {}), (f"{conversation}/turns", {}), ("/api/unanswered", {"reason": "human"})):
        answer = client.post(path, json={"question": blank, **more})
        assert (answer.status_code, "问题不能为空" in answer.json()["detail"]) == (422, True), path


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nothing", 404), ("DELETE", "/api/ask", 405), ("GET", "/mcp", 405)],
)
def test_what_no_route_takes_is_said_as_the_contract_says_it(
    service: Service, method: str, path: str, status: int
) -> None:
    """A GET of the tools used to wait for ever."""
    with served(service) as address:
        answer = httpx.request(method, f"{address}{path}", timeout=5, trust_env=False)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "detail"})


@pytest.mark.parametrize(
    "asked",
    [
        {"response_format": {"type": "json_object"}},
        {"tool_choice": "required"},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"modalities": ["text", "audio"]},
        {"logprobs": True},
        {"n": 0},
    ],
    ids=str,
)
def test_a_chat_program_is_told_what_it_will_not_get(client: httpx.Client, asked: dict[str, Any]) -> None:
    """A program that asked for JSON or a call of a tool would stumble over a text later, without knowing why."""
    answer = client.post("/v1/chat/completions", json=CHAT | asked)
    assert answer.status_code == 400
    assert next(iter(asked)) in answer.json()["error"]["message"]


def test_a_chat_program_may_ask_for_what_is_given_anyway(client: httpx.Client) -> None:
    usual = {
        "response_format": {"type": "text"},
        "tool_choice": "auto",
        "tools": [],
        "max_tokens": 5,
        "logprobs": False,
    }
    answer = client.post("/v1/chat/completions", json=CHAT | usual)
    assert answer.status_code == 200, answer.text
    assert "[1]" in answer.json()["choices"][0]["message"]["content"]


def test_what_is_unknown_to_the_chat_api_has_its_shape(client: httpx.Client) -> None:
    told = client.post("/v1/embeddings", json={}).json()["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert told["code"] is None  # it is not the model that is missing


def test_what_a_person_sees_is_kept_by_nobody_on_the_way(client: httpx.Client) -> None:
    """The address of the list is the same for everybody: a proxy that kept it would show it to the next."""
    for path in ("/api/conversations", begun(client)):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_page_far_away_is_refused(client: httpx.Client) -> None:
    """A number that the database cannot hold was an error of ours."""
    staff = {"Authorization": "Bearer secret"}
    for path in ("/api/ratings", "/api/unanswered"):
        assert client.get(path, params={"offset": "9" * 30}, headers=staff).status_code == 422


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(tmp_path: Path) -> None:
    """On a full disk the turn begins and its end cannot be written."""
    service = small_service(tmp_path)
    client = one_person(service)
    conversation = begun(client)
    with sqlite3.connect(tmp_path / "desk.sqlite3") as sql:
        sql.execute("CREATE TRIGGER full BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    sql.close()
    turn = client.post(f"{conversation}/turns", json={"question": QUESTION}).json()
    assert (turn["state"], turn["failure"]) == ("done", None)
    assert "三十日" in turn["answer"]["text"]
    service.close()


def test_a_log_in_trouble_is_left_alone_for_a_while(tmp_path: Path) -> None:
    """Each answer would wait five seconds for a file that another process holds, one after the other."""
    service = small_service(tmp_path)
    clock = [100.0]
    given = Answer.model_validate(
        one_person(service).post("/api/ask", json={"question": QUESTION}, headers={"DNT": "1"}).json()
    )
    document = given.citations[0].document_id
    answers_of(service)
    with sqlite3.connect(tmp_path / "desk.sqlite3") as sql:
        sql.execute("CREATE TRIGGER full BEFORE INSERT ON cited_answers BEGIN SELECT RAISE(ABORT, 'full'); END")
    logged = memory(service, lambda: clock[0])
    logged(given)
    with sql:
        sql.execute("DROP TRIGGER full")
    sql.close()
    logged(given)
    assert answers_of(service).citing(document) == []
    clock[0] += REST_SECONDS
    logged(given)
    assert [one.answer_id for one in answers_of(service).citing(document)] == [given.answer_id]
    service.close()


def test_an_address_behind_a_key_makes_no_link_in_markdown() -> None:
    """A line of a document such as `[1]: https://…` would turn every key of the file into a link to that address."""
    assert escaped("[1]: https://evil.example").startswith("\\[1\\]")
    assert escaped("可以委托[1]。") == "可以委托[1]。"


def test_the_page_of_the_interface_needs_no_other_site(client: httpx.Client) -> None:
    """Offline it would be blank, and online the reader's browser would call a server nobody has chosen."""
    page = client.get("/docs").text
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert linked
    assert all(link.startswith("/") and client.get(link).status_code == 200 for link in linked), linked


def test_an_application_that_is_done_with_leaves_nothing(tmp_path: Path) -> None:
    """A knowledge base takes 150 MB: what FastAPI keeps of a route must not keep the service."""
    opened = small_service(tmp_path)
    client = one_person(opened)
    assert client.get("/docs").status_code == 200
    held = weakref.ref(opened)
    client.close()
    opened.close()
    del opened, client
    gc.collect()
    assert held() is None
