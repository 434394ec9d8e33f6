"""Force on several dates, over the real starter set: what the done-when list of the product asks of every document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from typer.testing import CliRunner

from assistant.reading.pages import document_page
from assistant.service import Service
from kb.settings import Settings
from ui.access import InProcess
from ui.cli import app

DATES = ["2015-01-01", "2022-01-01", "2026-11-21"]


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as made:
        yield made


def test_every_document_has_a_force_or_a_reason_on_every_date(client: httpx.Client) -> None:
    body = client.get("/api/validity", params={"on": DATES}).json()
    assert body["dates"] == DATES
    rows = [found for row in body["documents"] for found in row["forces"]]
    assert len(rows) == 3 * len(body["documents"])
    assert all(found["reason"].endswith("。") for found in rows)
    for day in DATES:
        assert sum(body["counts"][day].values()) == len(body["documents"])
    unknown = client.get("/api/validity", params={"on": DATES, "unknown_only": True}).json()
    assert {f["force"] for row in unknown["documents"] for f in row["forces"]} == {"不明"}
    assert unknown["counts"] == body["counts"]


@pytest.mark.parametrize(
    ("name", "day", "version", "force"),
    [
        ("商标法", "2026-11-21", "2019-04-23", "现行有效"),
        ("商标法", "2027-01-01", "2026-06-26", "现行有效"),
    ],
)
def test_two_versions_answer_differently_at_two_dates(
    client: httpx.Client, name: str, day: str, version: str, force: str
) -> None:
    """A record calls the version of 2027 现行有效; its own last article says otherwise."""
    body = client.get(f"/api/documents/{name}", params={"as_of": day}).json()
    assert (body["version"], body["force"]) == (version, force)
    assert body["reason"].startswith("自")
    current = {e["document_id"] for e in body["timeline"] if e["current"] and e["kind"] == "version"}
    assert current == {f"{name}@{version}"}


def test_a_future_article_says_so_and_leads_to_the_one_in_force(client: httpx.Client) -> None:
    page = client.get("/api/provisions/商标法@2026-06-26/第二条", params={"as_of": "2026-11-21"}).json()
    assert page["force"] == "尚未施行"
    assert "现在执行的是 2019-04-23 版" in page["notice"]
    assert page["replaced_by"] in (None, *(row["address"] for row in page["versions"]))
    assert client.get(f"/api/provisions/{page['replaced_by'] or '商标法/第一条'}").status_code == 200


def test_the_command_prints_the_same(starter_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGKB_HOME", str(starter_settings.home))
    given = ["validity", *(word for day in DATES for word in ("--on", day)), "--unknown"]
    printed = CliRunner().invoke(app, [*given, "--json"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout)["dates"] == DATES
    shown = CliRunner().invoke(app, given)
    assert shown.exit_code == 0, shown.output
    assert f"{DATES[-1]}：" in shown.stdout


def test_a_record_that_does_not_fit_the_day_is_shown_on_the_page(service: Service) -> None:
    """现行有效 in a record, 2027-01-01 in the text: until then the page shows both, afterwards there is no conflict."""
    held = service.knowledge.registry.document("商标法@2026-06-26")
    told = held.model_copy(update={"evidence": held.evidence | {"force": "某库：现行有效"}})
    shown = {
        day: [c.other for c in document_page(service.knowledge, told, day).conflicts if c.field == "force"]
        for day in (date(2026, 11, 21), date(2027, 1, 1))
    }
    assert shown == {date(2026, 11, 21): ["现行有效"], date(2027, 1, 1): []}
