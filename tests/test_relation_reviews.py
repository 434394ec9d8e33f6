"""Relations in doubt wait for staff: until they decide, nothing happens to the text that is named; the decision acts at
once, and holds when the file is read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from factories import HashEncoder, chunk, document
from typer.testing import CliRunner

from assistant.service import Service, staff_token
from ingest.relations import relations
from ingest.structure.text import structure
from kb.errors import NotFound
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore
from kb.validity import force
from ui import cli
from ui.access import InProcess

TODAY = date(2026, 11, 21)
FORMER = document("样例要点集", version="2010-01-01")
RULE = document("样例管理办法", version="2020-07-01")
WORDS = "样例管理办法\n第一条 甲应当备案。\n第二条 本办法自2020年7月1日起施行。《样例要点集》同时废止。"


def put(knowledge: KnowledgeBase, held: Document, text: str) -> None:
    provisions = structure(text)
    chunks = [chunk(*p.path, text=text[p.body : p.end], start=p.body) for p in provisions]
    found = relations(held.title, text, provisions)
    knowledge.replace(held, text, provisions, chunks, found, [], [], ("样例.txt", text.encode()))


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path)
    made = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    put(made, FORMER, "样例要点集\n第一条 乙。")
    put(made, RULE, WORDS)
    yield made
    made.close()


def former(knowledge: KnowledgeBase) -> Force:
    return force(knowledge.registry.document(FORMER.id), TODAY)


def decide(knowledge: KnowledgeBase, accepted: bool) -> None:
    knowledge.review(RULE.id, "repeals", ("第二条",), FORMER.title, accepted, TODAY)


def test_a_doubtful_repeal_ends_nothing_until_it_is_accepted(knowledge: KnowledgeBase) -> None:
    assert [c.relation.title for c in knowledge.registry.relations(waiting=True)] == [FORMER.title]
    assert former(knowledge) is Force.IN_FORCE
    decide(knowledge, accepted=True)
    assert former(knowledge) is Force.REPEALED
    assert knowledge.registry.relations(waiting=True) == []
    (accepted,) = knowledge.registry.relations_to(FORMER.instrument)
    assert accepted.relation.doubt is None


def test_a_refused_relation_is_gone_everywhere(knowledge: KnowledgeBase) -> None:
    decide(knowledge, accepted=False)
    assert former(knowledge) is Force.IN_FORCE
    assert knowledge.registry.relations(waiting=True) == []
    assert knowledge.registry.relations_to(FORMER.instrument) == []
    assert FORMER.title not in [r.title for r in knowledge.registry.relations_from(RULE.id)]


def test_staff_may_change_their_mind(knowledge: KnowledgeBase) -> None:
    decide(knowledge, accepted=True)
    decide(knowledge, accepted=False)
    assert former(knowledge) is Force.IN_FORCE


def test_a_decision_survives_a_new_reading(knowledge: KnowledgeBase) -> None:
    decide(knowledge, accepted=True)
    put(knowledge, RULE, WORDS.replace("甲应当备案", "甲应当登记"))
    assert knowledge.registry.relations(waiting=True) == []
    assert former(knowledge) is Force.REPEALED


def test_a_decision_survives_a_restart(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    decide(knowledge, accepted=False)
    again = open_registry(Settings(home=tmp_path))
    assert again.relations_to(FORMER.instrument) == []
    again.close()


def test_what_no_text_says_cannot_be_decided(knowledge: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match="请刷新列表"):
        knowledge.review(RULE.id, "repeals", ("第九条",), FORMER.title, True, TODAY)


class Kept(InProcess):
    """The API over a service that outlives each of its clients."""

    def close(self) -> None:
        pass


@pytest.fixture
def service(knowledge: KnowledgeBase, tmp_path: Path) -> Service:
    return Service(
        settings=Settings(home=tmp_path), knowledge_or_none=knowledge, trouble=None, items=(), paths=(), measures=(),
        catalogue=(), templates=(), staff_token=staff_token(tmp_path), today=lambda: TODAY,
    )  # fmt: skip


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    staff = {"Authorization": f"Bearer {service.staff_token}"}
    with httpx.Client(base_url="http://regkb", transport=Kept(service), headers=staff) as made:
        yield made


def test_the_work_list_and_the_decision_over_http(client: httpx.Client, knowledge: KnowledgeBase) -> None:
    body = client.get("/api/relations", params={"waiting": True}).json()
    (row,) = body["relations"]
    assert (row["address"], row["title"], row["kind"]) == (f"{RULE.id}/第二条", FORMER.title, "repeals")
    assert row["document_title"] == RULE.title
    assert row["evidence"] in WORDS
    assert row["doubt"]
    decision = {name: row[name] for name in ("document_id", "kind", "address", "title")} | {"accepted": True}
    assert client.post("/api/relations/review", json=decision).json() == {"outcome": "accepted"}
    assert client.get("/api/relations", params={"waiting": True}).json()["total"] == 0
    assert former(knowledge) is Force.REPEALED


@pytest.mark.parametrize(
    ("change", "status"),
    [({"address": f"{FORMER.id}/第二条"}, 422), ({"title": "甲办法"}, 404), ({"kind": "mentions"}, 422)],
    ids=["another document's address", "no such relation", "no such kind"],
)
def test_a_wrong_decision_is_refused_in_words(client: httpx.Client, change: dict[str, str], status: int) -> None:
    good = {"document_id": RULE.id, "kind": "repeals", "address": f"{RULE.id}/第二条", "title": FORMER.title}
    response = client.post("/api/relations/review", json=good | {"accepted": True} | change)
    assert response.status_code == status
    assert response.json()["detail"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/relations"), ("POST", "/api/relations/review")])
def test_both_are_for_staff(service: Service, method: str, path: str) -> None:
    with httpx.Client(base_url="http://regkb", transport=Kept(service)) as stranger:
        assert stranger.request(method, path, json={}).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        ([], {"repeals"}),
        (["--waiting"], {"repeals"}),
        (["--kind", "amends"], set()),
        (["--document", FORMER.id], set()),
    ],
    ids=["all", "waiting", "of one kind", "of one document"],
)
def test_the_command_lists_them(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], kinds: set[str]
) -> None:
    monkeypatch.setenv("REGKB_HOME", str(tmp_path))
    reached = httpx.Client(base_url="http://regkb", transport=Kept(service))
    monkeypatch.setattr("ui.access.connect", lambda *_: reached)
    ran = CliRunner().invoke(cli.app, ["relations", "--json", *arguments])
    assert ran.exit_code == 0, ran.output
    body: dict[str, Any] = json.loads(ran.stdout)
    assert {row["kind"] for row in body["relations"]} == kinds


def test_people_see_the_words_and_the_doubt(service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REGKB_HOME", str(tmp_path))
    monkeypatch.setattr("ui.access.connect", lambda *_: httpx.Client(base_url="http://regkb", transport=Kept(service)))
    shown = CliRunner().invoke(cli.app, ["relations"]).stdout
    assert "废止" in shown
    assert f"{RULE.id}/第二条 → 《{FORMER.title}》" in shown
    assert "待确认：" in shown
    assert "共 1 条" in shown
