"""Compare and change radar over HTTP, and the log of answers behind the radar: what a reader and what staff get."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from factories import FIRST, SECOND, HashEncoder, chunk, document, provision
from rich.console import Console

from assistant.answer_model import Answer
from assistant.desk.cited_answers import CitedAnswers, remember
from assistant.desk.database import FILE, Desk, desk_of
from assistant.model import Measure, MeasureCondition, PathStep, ProvisionReference, RegulatoryPath, ServiceItem
from assistant.service import Service
from kb.backup import back_up
from kb.knowledge import KnowledgeBase
from kb.model import Citation, Document, Force, Kind, Level, Relation, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore
from ui import render_versions
from ui.access import InProcess

TODAY = date(2026, 11, 21)
TITLE = "药品样例管理办法"
OLD, NEW = document(TITLE), document(TITLE, version="2027-01-01")
REPORTING = ProvisionReference(title=f"《{TITLE}》", path=("第三条",))
UNCHANGED = ProvisionReference(title=TITLE, path=("第一条",))


def item(name: str, *basis: ProvisionReference) -> ServiceItem:
    return ServiceItem(
        id=name, name=f"事项{name}", summary="", lane="注册护航", stage="上市后变更", keywords=("报告",), basis=basis
    )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A real service over three texts; its service items, route and measure rest on single articles."""
    settings = Settings(home=tmp_path)
    knowledge = KnowledgeBase(
        open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals, today=lambda: TODAY
    )
    put(knowledge, FIRST, OLD)
    cites = Relation(
        kind="cites", path=("第一条",), title=TITLE, article="第三条", target=("第三条",), evidence="依照第三条"
    )
    for name, kind, level in (
        ("甲细则", Kind.DEPARTMENT_RULE, Level.DEPARTMENT_RULE),
        ("乙指南", Kind.GUIDE, Level.REFERENCE),
    ):
        other = document(name, kind=kind, level=level)
        put(knowledge, f"第一条 {name}：依照《{TITLE}》第三条报告。\n", other, cites)
    put(knowledge, SECOND, NEW)
    condition = MeasureCondition(
        field="region", op="in", value=("广州市",), hard=True, text="在广州市", reference=REPORTING
    )
    step = PathStep(id="报告", name="报告", summary="", basis=(REPORTING,))
    made = Service(
        settings=settings, knowledge_or_none=knowledge, trouble=None,
        items=[item("甲", REPORTING), item("乙", UNCHANGED)],
        paths=[RegulatoryPath(id="路径", name="路径", sector="药品", action="报告", keywords=("报告",), steps=(step,))],
        measures=[
            Measure(
                id="措施", title="措施", region="广州市", addressee="firm", support="", conditions=(condition,),
                reference=UNCHANGED,
            )
        ],
        catalogue=(), templates=(), staff_token="secret", today=lambda: TODAY,
    )  # fmt: skip
    yield made
    made.close()


def put(knowledge: KnowledgeBase, text: str, held: Document, *relations: Relation) -> None:
    provisions = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], start=p.body) for p in provisions]
    knowledge.replace(held, text, provisions, chunks, relations, [], [], ("样例.txt", text.encode()))


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    # the service is closed by its own fixture
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as made:
        yield made


STAFF = {"Authorization": "Bearer secret"}


def got(client: httpx.Client, path: str, **params: object) -> dict[str, Any]:
    response = client.get(path, params=params, headers=STAFF)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def answer(name: str, *addresses: str) -> Answer:
    cited = tuple(
        Citation(
            key=str(n), address=address, document_id=address.split("/")[0], title=TITLE, label=address, article=None,
            quote="报告", start=0, end=2, force=Force.IN_FORCE, effective_on=None, source=document().source,
        )
        for n, address in enumerate(addresses, start=1)
    )  # fmt: skip
    return Answer(
        answer_id=name, outcome="answered", text="秘密的问题", citations=cited, as_of=TODAY, index_version="r1"
    )


def test_two_versions_side_by_side(client: httpx.Client) -> None:
    body = got(client, "/api/compare", old=OLD.id, new=NEW.id)
    assert (body["old"]["force"], body["new"]["force"]) == ("现行有效", "尚未施行")
    assert body["counts"] == {"same": 1, "renumbered": 1, "changed": 1, "added": 1, "removed": 0}
    changed = next(c for c in body["changes"] if c["how"] == "changed")
    assert (changed["old"]["address"], changed["new"]["label"]) == (f"{OLD.id}/第三条", "第四条")
    assert [m for m in changed["marks"] if m["op"] != "same"] == [
        {"op": "removed", "text": "十五"}, {"op": "added", "text": "三十"},
    ]  # fmt: skip
    for side, op in (("old", "removed"), ("new", "added")):
        for change in (c for c in body["changes"] if c[side]):
            assert "".join(m["text"] for m in change["marks"] if m["op"] in ("same", op)) == change[side]["text"]
    added = next(c for c in body["changes"] if c["how"] == "added")
    assert (added["old"], added["likeness"]) == (None, 0)


@pytest.mark.parametrize(
    ("old", "new", "status", "why"),
    [
        (OLD.id, OLD.id, 422, "nothing to compare"),
        (OLD.id, "没有@2020", 404, "not held"),
        (OLD.id, "", 422, "no second text"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(
    client: httpx.Client, old: str, new: str, status: int, why: str
) -> None:
    response = client.get("/api/compare", params={"old": old, "new": new})
    assert (response.status_code, bool(response.json()["detail"])) == (status, True), why


def test_a_draft_is_compared_for_staff_only(client: httpx.Client, service: Service) -> None:
    draft = document(TITLE, version="2028-01-01", state=State.DRAFT)
    put(service.knowledge, SECOND.replace("三十日", "六十日"), draft)
    params = {"old": OLD.id, "new": draft.id}
    assert client.get("/api/compare", params=params).status_code == 401
    assert client.get("/api/compare", params=params, headers=STAFF).status_code == 200


def test_the_radar_is_for_staff(client: httpx.Client) -> None:
    assert client.get("/api/changes").status_code == 401


def test_a_new_version_names_what_points_at_what_it_changes(client: httpx.Client, service: Service) -> None:
    """Texts by kind, service items, routes, measures by their conditions, and answers that quoted the old words."""
    remember(service, answer("问过", f"{OLD.id}/第三条"))
    remember(service, answer("别的", f"{OLD.id}/第一条"))
    entry = got(client, "/api/changes", document=NEW.id)["changes"][0]
    assert (entry["event"], entry["against"], entry["recorded_on"]) == ("added", OLD.id, "2026-11-21")
    assert {(t["kind"], t["id"], t["address"]) for t in entry["touches"]} == {
        ("provision", "甲细则@2020-07-01", "甲细则@2020-07-01/第一条"),
        ("guide", "乙指南@2020-07-01", "乙指南@2020-07-01/第一条"),
        ("service_item", "甲", None), ("route", "路径/报告", None), ("measure", "措施", None), ("answer", "问过", None),
    }  # fmt: skip
    assert entry["touched"] == dict.fromkeys(("provision", "guide", "service_item", "route", "measure", "answer"), 1)


def test_a_first_text_touches_nothing(client: httpx.Client) -> None:
    first = got(client, "/api/changes")["changes"][-1]
    assert (first["document_id"], first["places"], first["touches"]) == (OLD.id, [], [])


def test_a_withdrawn_text_touches_all_that_points_at_it(client: httpx.Client, service: Service) -> None:
    service.knowledge.withdraw(NEW.id)
    remember(service, answer("问过新的", f"{NEW.id}/第一条"))
    entry = next(e for e in got(client, "/api/changes")["changes"] if e["event"] == "withdrawn")
    assert {"service_item", "answer", "provision"} <= {t["kind"] for t in entry["touches"]}


def test_changes_are_asked_for_by_day_and_number(client: httpx.Client) -> None:
    assert got(client, "/api/changes", since="2026-11-22")["changes"] == []
    assert len(got(client, "/api/changes", limit=2)["changes"]) == 2
    assert client.get("/api/changes", params={"since": "昨天"}, headers=STAFF).status_code == 422


def test_the_command_line_prints_both_for_people(client: httpx.Client) -> None:
    """Without colours the marks are printed as signs, so that a file or a pipe keeps them."""
    console = Console(width=200, color_system=None)
    with console.capture() as printed:
        render_versions.compared(got(client, "/api/compare", old=OLD.id, new=NEW.id), console, everything=False)
        render_versions.changes(got(client, "/api/changes"), console)
    words = printed.get()
    assert "第三条 → 第四条" in words
    assert "[-十五-]{+三十+}" in words
    assert "未变 1 处" in words
    assert "服务事项 1" in words
    assert "修改第三条→第四条" in words


def test_the_log_of_answers_keeps_no_word_of_a_question(service: Service) -> None:
    remember(service, answer("问过", f"{OLD.id}/第三条/第二款"))
    desk_of(service).close()
    with sqlite3.connect(service.settings.home / FILE) as stored:
        rows = [*stored.execute("select * from cited_answers"), *stored.execute("select * from cited_places")]
    assert rows == [
        (1, "问过", "2026-11-21", "2026-11-21", "answered"), (1, 1, OLD.id, f"{OLD.id}/第三条/第二款"),
    ]  # fmt: skip


def test_the_newest_answers_are_kept_and_an_answer_given_again_is_new(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    kept = CitedAnswers(desk, kept=3)
    for name in ("甲", "乙", "甲", "丙", "丁"):
        kept.add(answer(name, f"{OLD.id}/第三条", f"{OLD.id}/第一条"), TODAY)
    found = kept.citing(OLD.id)
    assert [a.answer_id for a in found] == ["丁", "丙", "甲"]
    assert found[0].addresses == (f"{OLD.id}/第三条", f"{OLD.id}/第一条")
    desk.close()
    with sqlite3.connect(tmp_path / FILE) as stored:
        assert stored.execute("select count(*) from cited_places").fetchone() == (6,), (
            "the places went with the answers"
        )


@pytest.mark.parametrize("made", [answer("", f"{OLD.id}/第一条"), answer("空")])
def test_an_answer_that_cites_nothing_is_not_logged(tmp_path: Path, made: Answer) -> None:
    desk = Desk(tmp_path)
    kept = CitedAnswers(desk)
    kept.add(made, TODAY)
    assert kept.citing(OLD.id) == []
    desk.close()


def test_a_broken_log_fails_no_answer_and_is_said_so_to_staff(client: httpx.Client, service: Service) -> None:
    (service.settings.home / FILE).write_bytes(b"this is no database at all, but it is long enough to look like one")
    remember(service, answer("问过", f"{OLD.id}/第三条"))
    response = client.get("/api/changes", headers=STAFF)
    assert response.status_code == 503
    assert FILE in response.json()["detail"]


def test_a_backup_takes_the_log_along(service: Service, tmp_path: Path) -> None:
    remember(service, answer("问过", f"{OLD.id}/第三条"))
    made = back_up(service.settings, tmp_path / "备份.zip", datetime(2026, 11, 21, tzinfo=UTC))
    assert FILE in made.manifest.members
