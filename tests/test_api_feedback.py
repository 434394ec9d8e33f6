"""Ratings and questions handed to a person: what is kept, who may read it, and what the asker is told."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_service import QUESTION, TEXT, TITLE, small_service

from assistant.desk.feedback import MOST_A_DAY
from assistant.handed_over import looked_for
from assistant.service import Service
from kb.settings import Settings
from ui.access import InProcess

STAFF = {"Authorization": "Bearer secret"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    opened = small_service(tmp_path_factory.mktemp("home"))
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> httpx.Client:
    """Somebody who was not here before; the service outlives the client."""
    headers = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    return httpx.Client(base_url="http://regkb", transport=InProcess(service), headers=headers)


def handed(client: httpx.Client, **changed: Any) -> httpx.Response:
    body = {"question": QUESTION, "reason": "human", "consent": True} | changed
    return client.post("/api/unanswered", json={name: value for name, value in body.items() if value is not ...})


def queue(client: httpx.Client, **asked_for: Any) -> list[dict[str, Any]]:
    response = client.get("/api/unanswered", params={"limit": 500} | asked_for, headers=STAFF)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["unanswered"]
    return found


def rated(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post("/api/ratings", json=body)


def test_a_rating_is_shown_with_its_turn_and_can_be_changed(client: httpx.Client) -> None:
    here = client.post("/api/conversations", json={}).json()["id"]
    turn = client.post(f"/api/conversations/{here}/turns", json={"question": QUESTION}).json()
    assert turn["rating"] is None
    answer = turn["answer"]["answer_id"]
    assert rated(client, answer_id=answer, useful=True).status_code == 204
    assert rated(client, answer_id=answer, useful=False, reason="不完整", words="少了期限").status_code == 204
    page = client.get(f"/api/conversations/{here}").json()
    assert page["turns"][0]["rating"] == {"useful": False, "reason": "不完整"}
    listed = client.get("/api/ratings", headers=STAFF).json()
    mine = [one for one in listed["ratings"] if one["answer_id"] == answer]
    assert [(one["useful"], one["reason"], one["words"]) for one in mine] == [(False, "不完整", "少了期限")]


def test_a_rating_of_one_person_is_not_that_of_another(client: httpx.Client, service: Service) -> None:
    other = httpx.Client(
        base_url="http://regkb", transport=InProcess(service), headers={"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    )
    assert rated(client, answer_id="两人", useful=True).status_code == 204
    assert rated(other, answer_id="两人", useful=False, reason="已过时").status_code == 204
    listed = client.get("/api/ratings", headers=STAFF).json()
    assert sorted(one["useful"] for one in listed["ratings"] if one["answer_id"] == "两人") == [False, True]
    assert listed["reasons"]["已过时"] == 1
    narrowed = client.get("/api/ratings", params={"useful": "false"}, headers=STAFF).json()
    assert (narrowed["total"], {one["useful"] for one in narrowed["ratings"]}) == (listed["total"], {False})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"useful": True}, "answer_id 没有给出"),
        ({"answer_id": "a", "useful": "vielleicht"}, "useful 应是 true 或 false"),
        (
            {"answer_id": "a", "useful": False, "reason": "不喜欢"},
            "reason 只能是 答非所问、引用不对、不完整、已过时、看不懂、其他",
        ),
        ({"answer_id": "a", "useful": True, "words": "字" * 501}, "words 最多 500 个字"),
        ({"answer_id": "a" * 65, "useful": True}, "answer_id 最多 64 个字"),
    ],
)
def test_a_bad_rating_is_said_in_chinese(client: httpx.Client, body: dict[str, Any], said: str) -> None:
    response = rated(client, **body)
    assert (response.status_code, response.json()["detail"]) == (422, f"请求有误：{said}。")


def test_a_question_is_handed_over_with_what_a_search_finds(client: httpx.Client) -> None:
    response = handed(client, contact=" 王工 13800000000 ", answer_id="答", as_of="2026-10-01")
    assert response.status_code == 201
    told = response.json()
    assert told["id"][:8] in told["words"]
    assert "联系方式" in told["words"]
    one = next(one for one in queue(client) if one["id"] == told["id"])
    assert (one["question"], one["contact"], one["state"], one["note"]) == (QUESTION, "王工 13800000000", "open", None)
    assert (one["answer_id"], one["as_of"], one["reason"]) == ("答", "2026-10-01", "human")
    searched = one["searched"]
    assert (searched["day"], searched["documents"], searched["trouble"]) == ("2026-10-01", 1, None)
    assert searched["nearest"][0]["label"] == f"《{TITLE}》第一条"
    scores = [near["score"] for near in searched["nearest"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert len(searched["nearest"]) == len(TEXT.splitlines())
    assert "不良反应" in searched["terms"]
    assert "visitor" not in one


@pytest.mark.parametrize("consent", [False, ...])
def test_nothing_is_kept_without_consent(client: httpx.Client, consent: object) -> None:
    before = len(queue(client))
    response = handed(client, consent=consent)
    assert (response.status_code, response.json()["error"]) == (422, "BadInput")
    assert "同意" in response.json()["detail"]
    assert len(queue(client)) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"question": ...}, "question 没有给出"),
        ({"question": "问" * 2001}, "question 最多 2000 个字"),
        ({"reason": "weil"}, "reason 只能是 refused、human"),
        ({"contact": "1" * 101}, "contact 最多 100 个字"),
        ({"consent": "jein"}, "consent 应是 true 或 false"),
        ({"state": "closed"}, "state 不是这个接口的字段"),
    ],
)
def test_a_bad_question_is_said_in_chinese(client: httpx.Client, changed: dict[str, Any], said: str) -> None:
    response = handed(client, **changed)
    assert (response.status_code, response.json()["detail"]) == (422, f"请求有误：{said}。")


def test_one_person_has_so_many_waiting_a_day(client: httpx.Client) -> None:
    """A queue that staff work from must not be flooded by one browser; what they took up no longer counts."""
    first = handed(client).json()["id"]
    for _ in range(MOST_A_DAY - 1):
        assert handed(client).status_code == 201
    refused = handed(client)
    assert (refused.status_code, str(MOST_A_DAY) in refused.json()["detail"]) == (422, True)
    assert client.patch(f"/api/unanswered/{first}", json={"state": "taken"}, headers=STAFF).status_code == 200
    assert handed(client).status_code == 201


def test_staff_work_the_queue_from_its_oldest(client: httpx.Client) -> None:
    first, second = (handed(client, question=f"{QUESTION}{n}", reason="refused").json()["id"] for n in "甲乙")
    order = [one["id"] for one in queue(client, state="open")]
    assert order.index(first) < order.index(second)
    work = f"/api/unanswered/{first}"
    taken = client.patch(work, json={"state": "taken", "note": "问过省局"}, headers=STAFF).json()
    assert (taken["state"], taken["note"]) == ("taken", "问过省局")
    closed = client.patch(work, json={"state": "closed"}, headers=STAFF).json()
    assert (closed["state"], closed["note"]) == ("closed", "问过省局"), "what is not given stays"
    assert first not in [one["id"] for one in queue(client, state="open")]
    assert first in [one["id"] for one in queue(client, state="closed")]
    assert client.patch(work, json={"note": None}, headers=STAFF).json()["note"] is None
    assert client.patch(work, json={"state": None}, headers=STAFF).status_code == 422
    assert client.patch("/api/unanswered/x", json={"state": "taken"}, headers=STAFF).status_code == 404
    page = client.get("/api/unanswered", params={"limit": 1, "offset": 1}, headers=STAFF).json()
    assert (len(page["unanswered"]), page["total"] >= 2) == (1, True)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer falsch"}])
def test_only_staff_read_and_work(client: httpx.Client, header: dict[str, str]) -> None:
    tries = [
        client.get("/api/ratings", headers=header), client.get("/api/unanswered", headers=header),
        client.patch("/api/unanswered/x", json={"state": "taken"}, headers=header),
    ]  # fmt: skip
    assert [(one.status_code, one.json()["error"]) for one in tries] == [(401, "NotAllowed")] * 3


def test_a_person_without_a_key_gives_nothing(client: httpx.Client) -> None:
    for path, body in (
        ("/api/ratings", {"answer_id": "a", "useful": True}),
        ("/api/unanswered", {"question": QUESTION, "reason": "human", "consent": True}),
    ):
        assert client.post(path, json=body, headers={"X-Regkb-Visitor": ""}).status_code == 401


def test_a_question_can_be_handed_over_while_the_search_is_down(tmp_path: Path) -> None:
    """That nothing can be searched is the best reason to ask a person."""
    service = Service.open(Settings(home=tmp_path), today=lambda: date(2026, 11, 21))
    found = looked_for(service, QUESTION, None)
    assert (found.day, found.nearest, found.documents) == (date(2026, 11, 21), (), None)
    assert found.trouble == service.trouble
    service.close()
