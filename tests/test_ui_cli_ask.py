"""Asking at the command line: options reach the service, an answer reaches a file, staff see what was handed over."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from command_line import Run
from rich.console import Console

from kb.settings import Settings
from ui import render
from ui.access import connect

PROFILE = "name: 样例生物\nregion: 广州市黄埔区\nsectors: [药品]\n"


def test_a_question_after_another_is_made_whole_from_it(run: Run) -> None:
    alone = run("ask", "那疫苗呢", "--mode", "extractive", "--json").json
    followed = run("ask", "那疫苗呢", "--after", "药品可以委托生产吗", "--mode", "extractive", "--json").json
    assert followed["asked"] != alone["asked"]
    assert "委托生产" in followed["asked"]
    assert followed["citations"][0]["title"].endswith("疫苗管理法")


@pytest.mark.parametrize("end", ["docx", "md", "pdf"])
def test_an_answer_is_saved_with_label_and_citation(run: Run, tmp_path: Path, end: str) -> None:
    """The label must be in the file itself: a copy that lost it would pass for an official text."""
    saved = tmp_path / f"回答.{end}"
    ran = run("ask", "疫苗可以委托生产吗", "--save", str(saved))
    assert ran.code == 0
    assert str(saved) in ran.err.replace("\n", "")
    data = saved.read_bytes()
    if end == "md":
        assert "仅供参考" in data.decode("utf-8")
        assert "疫苗管理法" in data.decode("utf-8")
    elif end == "docx":
        with zipfile.ZipFile(saved) as packed:
            assert "仅供参考" in packed.read("word/document.xml").decode("utf-8")
    else:
        assert data.startswith(b"%PDF-")


def test_a_format_we_cannot_write_is_refused_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    ran = run("ask", "疫苗可以委托生产吗", "--save", str(tmp_path / "回答.xls"))
    assert ran.code == 2
    assert ".docx、.md、.pdf" in ran.err
    assert ran.out == ""


def test_a_profile_goes_with_the_question(run: Run, tmp_path: Path) -> None:
    """The profile says where the firm is, so its items say that they apply there."""
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    with_profile = run("ask", "药品再注册怎么办理", "--profile", str(path), "--json").json
    without = run("ask", "药品再注册怎么办理", "--json").json
    assert "其他地区" in without["items"][0]["why"]
    assert "其他地区" not in with_profile["items"][0]["why"]


@pytest.mark.parametrize(
    ("options", "field", "values"),
    [
        (["--kind", "法律"], "kind", {"法律"}),
        (["--document", "药品管理法@2019-08-26"], "document_id", {"药品管理法@2019-08-26"}),
        (["--kind", "法律", "--kind", "办事指南"], "kind", {"法律", "办事指南"}),
    ],
)
def test_a_search_keeps_to_what_was_chosen(run: Run, options: list[str], field: str, values: set[str]) -> None:
    found = run("search", "药品再注册", *options, "-k", "20", "--json").json["passages"]
    assert found
    assert {passage[field] for passage in found} <= values


def test_a_region_is_found_under_the_name_that_documents_carry(run: Run) -> None:
    """People say 黄埔; documents say 广州市黄埔区 or 黄埔区."""
    from assistant.guidance.regions import spellings

    assert spellings("上海") == ("上海", "上海市")
    assert spellings("广州市黄埔区") == ("广州市黄埔区", "黄埔区", "广东省广州市黄埔区")
    assert spellings("某地") == ("某地",)
    said = run("search", "药品", "--region", "黄埔", "--json")
    assert said.code == 0
    assert said.json["passages"] == run("search", "药品", "--region", "广州市黄埔区", "--json").json["passages"]


def test_staff_list_and_close_what_was_handed_over(run: Run, own_settings: Settings) -> None:
    question = {"question": "药店装修补贴哪里领", "reason": "human", "consent": True, "contact": "a@example.com"}
    with connect(own_settings) as client:
        made = client.post("/api/unanswered", json=question, headers={"X-Regkb-Visitor": "v" * 32}).json()
    shown = run("unanswered", "list", "--state", "open").out
    for words in ("药店装修补贴哪里领", "待处理", "要求人工", "a@example.com", made["id"]):
        assert words in shown
    assert run("unanswered", "close", made["id"], "--note", "已电话答复").code == 0
    assert run("unanswered", "list", "--state", "open", "--json").json["total"] == 0
    closed = run("unanswered", "list", "--state", "closed", "--json").json["unanswered"]
    assert [(one["id"], one["note"]) for one in closed] == [(made["id"], "已电话答复")]


def test_doctor_names_versions_and_says_that_no_model_is_set(run: Run) -> None:
    checks = {check["name"]: check for check in run("doctor", "--json").json["checks"]}
    assert "索引版本" in checks["知识库"]["detail"]
    assert "词表版本" in checks["知识库"]["detail"]
    assert checks["语言模型"]["ok"] is None


def test_doctor_does_not_call_the_model_that_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens there: were it called, the check would fail. A key in the address is not printed."""
    monkeypatch.setenv("REGKB_LLM_URL", "http://user:secret@127.0.0.1:9/v1")
    monkeypatch.setenv("REGKB_LLM_MODEL", "some-model")
    ran = run("doctor", "--json")
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert checks["语言模型"]["ok"] is True
    assert "some-model" in checks["语言模型"]["detail"]
    assert "secret" not in ran.out


def test_table_and_arithmetic_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Marks in square brackets are rich's own markup and must survive it."""
    body = {
        "text": "如下[1]", "clarify": None, "citations": [], "cross_references": [], "nearest": [], "items": [],
        "notes": [], "next_steps": [], "suggestions": [], "reason": None, "label": "仅供参考", "model": "样例模型",
        "as_of": "2026-11-21",
        "table": {"columns": ["期限"], "rows": [{"name": "药品", "cells": [{"text": "五年", "keys": ["1"]}]}]},
        "reckonings": [{"rule": "届满六个月前", "keys": ["1"], "steps": ["往前数六个月"], "start": "2027-08-15",
                        "end": "2027-02-15"}],
    }  # fmt: skip
    render.answer(body, Console(width=100))
    out = capsys.readouterr().out
    for words in ("药品", "五年[1]", "届满六个月前[1]", "往前数六个月", "到期日：2027-02-15", "样例模型"):
        assert words in out
