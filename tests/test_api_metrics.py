"""What is counted for the operators: enough to see trouble, nothing by which anybody could be known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.answer_model import Answer, Question
from assistant.generation.llm import Model
from assistant.generation.llm_endpoint import endpoint
from assistant.reply import in_pieces
from assistant.service import Service
from assistant.tally import counted, tally_of
from kb.model import Citation, Force, Source
from ui.access import InProcess

SECRET = "白鹭号检测平台的秘密问题"


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as made:
        yield made


def samples(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels, as Prometheus itself reads them."""
    page = client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


def counted_at(client: httpx.Client, name: str, **labels: str) -> float:
    return samples(client).get((name, tuple(sorted(labels.items()))), 0.0)


def test_requests_are_counted_and_timed_by_route_and_status(client: httpx.Client) -> None:
    """Refusals before any route count as well; a path that is no route must not become a label."""
    client.get("/api/search", params={"q": SECRET})
    client.get("/api/search", params={"q": ""})
    client.get("/api/provisions/没有这部法@2020-01-01/第一条")
    client.get("/wp-admin/setup.php")
    client.request("POST", "/api/documents", content=b"x")
    found = samples(client)

    def requests(route: str, status: str, method: str = "GET") -> float:
        labels = {"method": method, "route": route, "status": status}
        return found.get(("regkb_requests_total", tuple(sorted(labels.items()))), 0.0)

    assert requests("/api/search", "200") == 1
    assert requests("/api/search", "422") == 1
    assert requests("/api/provisions/{address:path}", "404") == 1
    assert requests("other", "404") == 1
    assert requests("other", "401", "POST") == 1
    assert found["regkb_request_seconds_count", (("route", "/api/search"),)] == 2


def test_nothing_of_a_question_or_a_person_is_in_it(client: httpx.Client) -> None:
    client.get("/api/search", params={"q": SECRET}, headers={"X-Forwarded-For": "203.0.113.9"})
    client.post("/api/ask", json={"question": SECRET})
    client.get(f"/api/provisions/{SECRET}")
    page = client.get("/metrics").text
    assert SECRET not in page
    assert "203.0.113.9" not in page
    assert not re.search(r"[\u4e00-\u9fff]", page)


def test_what_is_held_is_told(client: httpx.Client, service: Service) -> None:
    """Two figures that show at once when an index was lost."""
    found = samples(client)
    assert found["regkb_ready", ()] == 1
    assert found["regkb_documents", ()] == client.get("/api/coverage").json()["documents"]
    assert found["regkb_index_info", (("version", service.knowledge.index_version),)] == 1


def test_a_broken_knowledge_base_is_told_as_such(service: Service) -> None:
    broken = replace(service, knowledge_or_none=None, trouble="没有打开")
    with httpx.Client(base_url="http://regkb", transport=InProcess(broken)) as client:
        assert samples(client)["regkb_ready", ()] == 0


def citation() -> Citation:
    return Citation(
        key="1", address="甲@2020-01-01/第一条", document_id="甲@2020-01-01", title="甲", label="《甲》第一条",
        article="第一条", quote="可以", start=0, end=2, force=Force.IN_FORCE, effective_on=None,
        source=Source(name="测试"),
    )  # fmt: skip


def given(**fields: object) -> Answer:
    values = {
        "answer_id": "1", "outcome": "answered", "text": "可以。[1]", "citations": (citation(),),
        "as_of": date(2026, 11, 21), "index_version": "v",
    }  # fmt: skip
    return Answer.model_validate(values | fields)


@pytest.mark.parametrize(
    ("answer", "asked_for", "model", "failed", "why"),
    [
        (given(), None, True, 1, "the model was there and its words were not"),
        (given(mode="generative"), None, True, 0, "the model worded it"),
        (given(), "extractive", True, 0, "extracts were asked for"),
        (given(), None, False, 0, "there is no model"),
        (given(outcome="refused", citations=()), None, True, 0, "there was nothing to word"),
    ],
)
def test_answers_and_failures_of_the_model_are_counted(
    service: Service, answer: Answer, asked_for: str | None, model: bool, failed: int, why: str
) -> None:
    """An operator sees that the model is gone before a user says so; the events go through unchanged."""
    with_model = replace(service, model=Model(endpoint("http://127.0.0.1:1/v1", "m", None)) if model else None)
    question = Question.model_validate({"question": SECRET, "mode": asked_for})
    with httpx.Client(base_url="http://regkb", transport=InProcess(with_model)) as client:
        before = counted_at(client, "regkb_answers_total", outcome=answer.outcome, mode=answer.mode)
        events = list(counted(with_model, question, in_pieces(answer)))
        assert events == list(in_pieces(answer))
        after = counted_at(client, "regkb_answers_total", outcome=answer.outcome, mode=answer.mode)
        assert after - before == 1
        assert counted_at(client, "regkb_model_failures_total") == failed, why
    assert tally_of(service) is tally_of(with_model)
