"""A plain client of server-sent events holds a conversation: no library of ours, only lines over HTTP."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api_server import served

from assistant.service import Service

QUESTION = "药品上市许可持有人可以委托生产吗"
EVENTS = {"Accept": "text/event-stream"}

Event = tuple[str, dict[str, Any]]


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    key = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    with served(service) as address, httpx.Client(
        base_url=address, headers=key, timeout=60, trust_env=False
    ) as made:  # fmt: skip
        yield made


def streamed(client: httpx.Client, path: str, body: dict[str, Any]) -> list[Event]:
    """The events of a reply, read as the standard of server-sent events has it."""
    found: list[Event] = []
    with client.stream("POST", path, json=body, headers=EVENTS) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        name, data = "message", list[str]()
        for line in response.iter_lines():
            if not line:
                if data:
                    found.append((name, json.loads("\n".join(data))))
                name, data = "message", []
            elif not line.startswith(":"):
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                name = value if field == "event" else name
                data += [value] if field == "data" else []
    return found


def told(events: list[Event]) -> str:
    return "".join(data["text"] for name, data in events if name == "token")


def test_three_turns_of_one_conversation(client: httpx.Client) -> None:
    """Begin, ask, ask on, ask again otherwise; all of it is there when it is read back."""
    conversation = client.post("/api/conversations", json={}).json()["id"]
    path = f"/api/conversations/{conversation}/turns"
    first = streamed(client, path, {"question": QUESTION})
    second = streamed(client, path, {"question": "疫苗呢"})
    third = streamed(client, path, {"question": "血液制品呢", "parent": first[0][1]["id"]})
    for events in (first, second, third):
        assert [events[0][0], events[-1][0]] == ["turn", "done"]
        answer = events[-1][1]
        assert told(events) == answer["text"]
        assert [data["key"] for name, data in events if name == "citation"] == [c["key"] for c in answer["citations"]]
    assert first[0][1]["parent"] is None
    assert second[0][1]["parent"] == third[0][1]["parent"] == first[0][1]["id"]
    assert any("疫苗" in citation["label"] for citation in second[-1][1]["citations"])

    page = client.get(f"/api/conversations/{conversation}").json()
    assert [turn["question"] for turn in page["turns"]] == [QUESTION, "血液制品呢"]
    assert page["turns"][-1]["answer"] == third[-1][1]
    assert page["turns"][-1]["siblings"] == [second[0][1]["id"], third[0][1]["id"]]


def test_one_question_without_a_conversation(client: httpx.Client) -> None:
    events = streamed(client, "/api/ask", {"question": QUESTION})
    assert {name for name, _ in events} == {"token", "citation", "done"}
    assert told(events) == events[-1][1]["text"]
    whole = client.post("/api/ask", json={"question": QUESTION}).json()
    assert events[-1][1] | {"seconds": None} == whole | {"seconds": None}
