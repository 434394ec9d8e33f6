"""The search route: the day in the words, corrections that can be undone, and the context, on the real laws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from assistant.service import Service
from kb import lookup
from kb.address import split
from kb.settings import Settings
from ui.access import InProcess

TODAY = date(2026, 11, 21)
OLD, NEW = "商标法@2019-04-23", "商标法@2026-06-26"
NOT_HELD = "知识库没有2015年12月31日有效的《药品管理法》文本（现存最早一版自2019年12月1日起施行）。"


@pytest.fixture(scope="module")
def opened(starter_settings: Settings) -> Iterator[Service]:
    service = Service.open(starter_settings, lambda: TODAY)
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(opened: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url="http://regkb", transport=InProcess(opened)) as made:
        yield made


def found(client: httpx.Client, query: str, **more: Any) -> dict[str, Any]:
    response = client.get("/api/search", params={"q": query, **more})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize(
    ("query", "given", "day", "document", "note", "why"),
    [
        ("商标续展怎么规定", {}, "2026-11-21", OLD, None, "no day is today"),
        ("2027年1月2日商标续展怎么规定", {}, "2027-01-02", NEW, "按2027年1月2日的有效文本检索", "the day in words"),
        ("2027年时商标续展怎么规定", {"as_of": "2024-06-30"}, "2024-06-30", OLD, "所选日期", "the day set goes first"),
        ("商标法（2019年修正）第四十条", {}, "2026-11-21", OLD, None, "an edition is no day"),
    ],
)
def test_the_day_in_the_words_is_searched_by(
    client: httpx.Client, query: str, given: dict[str, str], day: str, document: str, note: str | None, why: str
) -> None:
    body = found(client, query, **given)
    assert (body["as_of"], body["passages"][0]["document_id"]) == (day, document), why
    assert any(note in said for said in body["notes"]) if note else body["notes"] == [], why
    assert body["query"] == query


def test_navigation_goes_by_the_day_in_the_words_too(client: httpx.Client) -> None:
    plain = client.post("/api/navigate", json={"need": "药品再注册"}).json()
    dated = client.post("/api/navigate", json={"need": "2025年6月30日药品再注册"}).json()
    assert (plain["as_of"], plain["notes"]) == ("2026-11-21", [])
    assert dated["as_of"] == "2025-06-30"
    assert "按2025年6月30日的有效文本查找" in dated["notes"][0]
    assert [item["id"] for item in dated["items"]] == [item["id"] for item in plain["items"]]


def test_a_correction_is_told_and_can_be_undone(client: httpx.Client) -> None:
    mended = found(client, "药品管里法第三十二条")
    assert mended["understood"]["corrections"][0]["meant"] == "药品管理法"
    assert mended["passages"][0]["label"] == "《药品管理法》第三十二条"
    assert any("药品管里法" in note for note in mended["notes"])
    typed = found(client, "药品管里法第三十二条", exact_words=True)
    assert typed["understood"]["corrections"] == []
    assert "exact" not in typed["passages"][0]["found_by"]


@pytest.mark.parametrize(
    ("query", "given", "told", "why"),
    [
        ("2015年药品管理法怎么处罚假药", {}, [NOT_HELD], "the law is named"),
        ("药品上市许可持有人可以委托生产吗", {"as_of": "2015-12-31"}, [NOT_HELD], "the law of today is clearly meant"),
        ("药品上市许可持有人可以委托生产吗", {}, [], "today it is held"),
        ("商标续展怎么规定", {"as_of": "2024-06-30"}, [], "a version of that day is held"),
        ("今天天气怎么样", {"as_of": "2015-12-31"}, [], "no law is meant"),
    ],
)
def test_a_law_that_is_not_held_as_of_the_day_is_told(
    client: httpx.Client, query: str, given: dict[str, str], told: list[str], why: str
) -> None:
    """Else the next best of what is held passes for the law of that day; an answer says so as the search does."""
    assert [note for note in found(client, query, **given)["notes"] if "知识库没有" in note] == told, why
    answer = client.post("/api/ask", json={"question": query, **given}, headers={"DNT": "1"}).json()
    assert [note for note in answer["notes"] if "知识库没有" in note] == told, why


def test_the_context_holds_what_the_passages_need(client: httpx.Client, opened: Service) -> None:
    body = found(client, "生产假药罚多少", context=2000)
    context = body["context"]
    assert 0 < context["characters"] == sum(len(block["text"]) for block in context["blocks"]) <= 2000
    assert context["blocks"][0]["label"].startswith(body["passages"][0]["label"])
    assert {"found", "definition"} <= {block["role"] for block in context["blocks"]}
    registry = opened.knowledge.registry
    for block in context["blocks"]:
        document_id, path = split(block["address"])
        reading = registry.reading(document_id)
        assert block["text"] in lookup.quotable(reading, reading.provisions[path])
    assert found(client, "生产假药罚多少", context=2000)["context"] == context
    assert found(client, "生产假药罚多少")["context"] is None


@pytest.mark.parametrize("given", [{"context": 20001}, {"context": -1}, {"ranking": "best"}, {"without": "thinking"}])
def test_parameters_out_of_bounds_are_refused(client: httpx.Client, given: dict[str, Any]) -> None:
    response = client.get("/api/search", params={"q": "委托生产", **given})
    assert (response.status_code, response.json()["error"]) == (422, "BadInput")


@pytest.mark.parametrize("ranking", ["full", "fusion", "dense", "lexical"])
def test_every_ranking_can_be_asked_for(client: httpx.Client, ranking: str) -> None:
    """What the product is measured against is searched by the same route, over the same index."""
    passages = found(client, "药品上市许可持有人可以委托生产吗", ranking=ranking, k=5)["passages"]
    assert len(passages) == 5
    sides = {side for passage in passages for side in passage["found_by"]}
    assert sides == {ranking} if ranking in ("dense", "lexical") else {"dense", "lexical"} <= sides
