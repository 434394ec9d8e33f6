"""The command line is a contract for scripts: one JSON document on stdout, words on stderr, exit codes that mean it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from command_line import Run
from filelock import FileLock
from rich.console import Console

from assistant.api import create_app
from assistant.service import Service
from ingest.pipeline import FileReport
from kb.model import State
from kb.settings import Settings
from ui.access import connect
from ui.library import open_library
from ui.progress import reported
from ui.render_library import ingested

PROFILE = """\
name: 样例生物
region: 广州市黄埔区
stage: 初创
kinds: [研发]
sectors: [药品]
founded: 2024-05-01
products: [{name: 小分子新药, phase: 准备IND}]
"""
PROFILE_JSON = {
    "name": "样例生物", "region": "广州市黄埔区", "stage": "初创", "kinds": ["研发"], "sectors": ["药品"],
    "founded": "2024-05-01", "products": [{"name": "小分子新药", "phase": "准备IND"}],
}  # fmt: skip
CHANGING = {"answer_id", "seconds"}
RULE = "样例显示管理办法\n第一条 本办法自2020年1月1日起施行。\n第二条 样例显示持有人应当每年报告。\n"


@pytest.fixture(scope="module")
def api_answers(own_settings: Settings) -> dict[str, Any]:
    """What the API itself answers to the requests of the rows below."""
    with connect(own_settings) as client:
        return {name: client.request(method, path, **parts).json() for name, (_, method, path, parts) in TWINS.items()}


TWINS: dict[str, tuple[list[str], str, str, dict[str, Any]]] = {
    "search": (
        ["search", "委托生产", "-k", "3"], "GET", "/api/search", {"params": {"q": "委托生产", "k": 3}},
    ),
    "search as of": (
        ["search", "委托生产", "-k", "3", "--as-of", "2015-01-01"],
        "GET", "/api/search", {"params": {"q": "委托生产", "k": 3, "as_of": "2015-01-01"}},
    ),
    "ask": (
        ["ask", "疫苗可以委托生产吗"], "POST", "/api/ask", {"json": {"question": "疫苗可以委托生产吗"}},
    ),
    "cite": (
        ["cite", "《药品管理法》第三十二条"], "POST", "/api/cite", {"json": {"text": "《药品管理法》第三十二条"}},
    ),
    "navigate": (
        ["navigate", "第二类医疗器械首次注册"], "POST", "/api/navigate", {"json": {"need": "第二类医疗器械首次注册"}},
    ),
    "match": (
        ["match", "--profile", "PROFILE"], "POST", "/api/match", {"json": {"profile": PROFILE_JSON}},
    ),
}  # fmt: skip


def steady(body: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs from one call to the next."""
    return {name: value for name, value in body.items() if name not in CHANGING}


@pytest.mark.parametrize("name", TWINS)
def test_json_is_the_object_of_the_api_and_nothing_else(
    run: Run, api_answers: dict[str, Any], tmp_path: Path, name: str
) -> None:
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    words = [str(tmp_path / "profile.yaml") if word == "PROFILE" else word for word in TWINS[name][0]]
    ran = run(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert steady(ran.json) == steady(api_answers[name])


def test_a_profile_may_be_json_as_well(run: Run, api_answers: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(PROFILE_JSON, ensure_ascii=False), encoding="utf-8")
    assert run("match", "--profile", str(tmp_path / "profile.json"), "--json").json == api_answers["match"]


def test_cite_reads_standard_input(run: Run) -> None:
    ran = run("cite", "-", "--json", stdin="见《药品管理法》第三十二条。\n又见《药品管理法》第九百九十九条。\n")
    assert [found["verdict"] for found in ran.json["citations"]] == ["valid", "not_found"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["search", "药品管理法第三十二条", "-k", "1"], "第三十二条"),
        (["ask", "疫苗可以委托生产吗"], "仅供参考"),
        (["cite", "《药品管理法》第三十二条"], "有效"),
        (["navigate", "第二类医疗器械首次注册"], "渠道"),
        (["doctor"], "通过"),
        (["verify"], "通过"),
    ],
)
def test_people_get_words(run: Run, words: list[str], shown: str) -> None:
    assert shown in run(*words).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["search", "药品", "--as-of", "2024-13-01"], "2024-13-01"),
        (["search", "药品", "--as-of", "昨天"], "昨天"),
        (["search", "药品", "-k", "0"], "-k"),
        (["search"], "Missing argument"),
        (["no-such-command"], "no-such-command"),
        (["match", "--profile", "missing.yaml"], "missing.yaml"),
        (["match", "--profile", "BROKEN"], "不是可读的"),
        (["match", "--profile", "UNKNOWN"], "colour"),
        (["backup", "missing-folder/x.zip"], "missing-folder"),
    ],
)
def test_wrong_use_is_exit_code_two_with_the_reason_on_stderr(
    run: Run, tmp_path: Path, words: list[str], sentence: str
) -> None:
    (tmp_path / "BROKEN").write_text("name: [", encoding="utf-8")
    (tmp_path / "UNKNOWN").write_text("name: 样例\ncolour: red\n", encoding="utf-8")
    ran = run(*(str(tmp_path / word) if word in ("BROKEN", "UNKNOWN") else word for word in words))
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("words", [["search", "药品"], ["ask", "疫苗"], ["verify"], ["backup", "x.zip"], ["doctor"]])
def test_an_empty_home_is_exit_code_three_with_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    """A fresh machine without the model is an environment to be prepared, not a question without an answer."""
    monkeypatch.setenv("REGKB_HOME", str(tmp_path / "fresh"))
    monkeypatch.chdir(tmp_path)
    ran = run(*words)
    assert ran.code == 3
    assert "regkb" in ran.out + ran.err or "REGKB_HOME" in ran.err
    assert "Traceback" not in ran.err


def test_bad_data_is_exit_code_four(run: Run, tmp_path: Path) -> None:
    (tmp_path / "foreign.zip").write_bytes(b"not a zip")
    ran = run("restore", str(tmp_path / "foreign.zip"))
    assert (ran.code, ran.out) == (4, "")
    assert "不是完整的备份文件" in ran.err


def test_a_file_that_cannot_be_read_is_exit_code_one_and_the_others_go_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "好.txt").write_text("样例产品管理办法\n第一条 持有人应当每年报告。\n", encoding="utf-8")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    ran = run("ingest", str(tmp_path / "好.txt"), str(tmp_path / "坏.pdf"), "--draft", "--json")
    assert ran.code == 1
    assert {Path(f["path"]).name: f["outcome"] for f in ran.json["files"]} == {"好.txt": "added", "坏.pdf": "failed"}


def test_a_dry_run_needs_no_knowledge_base_and_makes_none(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What will be read can be seen before anything is written, also while a service owns the knowledge base."""
    monkeypatch.setenv("REGKB_HOME", str(tmp_path / "fresh"))
    (tmp_path / "办法.txt").write_text(RULE, encoding="utf-8")
    ran = run("ingest", str(tmp_path / "办法.txt"), "--dry-run", "--json")
    assert ran.code == 0, ran.err
    (found,) = ran.json["files"]
    assert (found["outcome"], found["title"], found["counts"]["条"]) == ("preview", "样例显示管理办法", 2)
    assert found["effective_on"] == "2020-01-01"
    assert not (tmp_path / "fresh").exists()


def test_explain_writes_a_page_and_says_where(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "办法.txt").write_text(RULE, encoding="utf-8")
    ran = run("ingest", "办法.txt", "--explain")
    assert ran.code == 0, ran.err
    assert "办法.txt.explain.html" in ran.out
    assert "每年报告" in (tmp_path / "办法.txt.explain.html").read_text(encoding="utf-8")
    named = run("ingest", "办法.txt", "--explain", "--output", "对照.html", "--json")
    assert Path(named.json["page"]).read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["坏.pdf", "--explain"], 4, "坏.pdf"),  # bad data: the reader's own reason
        (["好.txt", "坏.pdf", "--explain"], 2, "每次看一个文件"),
        ([".", "--explain"], 2, "每次看一个文件"),
        (["好.txt", "--explain", "--draft"], 2, "每次只能用一个"),
        (["好.txt", "--dry-run", "--draft"], 2, "每次只能用一个"),
        (["好.txt", "--output", "x.html"], 2, "--explain"),
        (["没有.txt"], 2, "没有.txt"),
    ],
)
def test_ingest_says_what_cannot_be_done(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], code: int, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "好.txt").write_text(RULE, encoding="utf-8")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    ran = run("ingest", *words)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err


def test_show_prints_what_a_text_says_and_what_it_does_not(run: Run, tmp_path: Path) -> None:
    """By id or title; a draft as well, for whoever has the machine is staff."""
    (tmp_path / "显示.txt").write_text(RULE, encoding="utf-8")
    taken = run("ingest", str(tmp_path / "显示.txt"), "--draft", "--json").json["files"][0]
    shown = run("show", "样例显示管理办法").out
    for expected in (taken["document_id"], "草稿", "文号", "原文未载明", "2020-01-01", "依据："):
        assert expected in shown
    assert run("show", taken["document_id"]).out == shown
    whole = run("show", "《样例显示管理办法》", "--json").json
    assert (whole["state"], whole["number"], whole["original"]) == ("draft", None, "显示.txt")
    assert run("show", "没有这部法").code == 4


def test_the_outline_has_every_place_in_its_order(run: Run) -> None:
    outline = run("show", "药品管理法", "--outline").out
    places = ["第一章", "第一条", "第二章", "第十六条", "第一百五十五条"]
    assert [outline.index(place) for place in places] == sorted(outline.index(place) for place in places)
    whole = run("show", "药品管理法", "--json").json
    assert len(re.findall("第[零一二三四五六七八九十百]+条", outline)) >= whole["counts"]["条"]


def report(number: int, outcome: str = "added", **fields: object) -> dict[str, object]:
    """The JSON of one file of a run."""
    made = FileReport(
        path=f"夹/文件{number}.txt",
        outcome="failed",
        document_id=f"文件{number}@2020",
        title=f"文件{number}",
        kind="法律",
    )
    return made.model_dump(mode="json") | {"outcome": outcome, **fields}


def printed(files: list[dict[str, object]], *, verbose: bool = False) -> str:
    console = Console(file=io.StringIO(), width=100)
    totals = Counter(str(found["outcome"]) for found in files)
    ingested({"files": files, "totals": totals}, console, verbose=verbose)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_four_hundred_good_files_do_not_bury_the_bad_one() -> None:
    doubt = ("被遮盖的字 2 处，需人工核对", "第 3 页没有文字")
    files = [report(n, warnings=doubt) for n in range(400)]
    files += [report(400, "failed", reason="“文件400”加了密码。"), report(401, "skipped", reason="清单文件")]
    said = printed(files)
    assert said.count("\n") < 12
    for expected in (
        "未能读取  夹/文件400.txt：“文件400”加了密码。", "略过  夹/文件401.txt：清单文件", "共 402 个文件", "新增 400",
        "被遮盖的字 800 处（400 个文件，如 文件0.txt）", "第 3 页没有文字（400 个文件",
    ):  # fmt: skip
        assert expected in said
    assert "文件399.txt" in printed(files, verbose=True)


def test_words_of_a_file_are_not_read_as_markup() -> None:
    """A title in square brackets would vanish, and one with a slash would end the run."""
    said = printed([report(1, title="[red]办法[/bold]"), report(2, "failed", reason="“[/a].txt”损坏")])
    assert "《[red]办法[/bold]》" in said
    assert "“[/a].txt”损坏" in said


STEPS = [("读取", "甲", 0, 2), ("编码", "甲", 1, 9), ("编码", "甲", 9, 9), ("读取", "甲", 1, 2), ("识别", "乙", 25, 30),
         ("读取", "乙", 2, 2), ("索引", "", 1, 1)]  # fmt: skip


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_tells_the_file_from_the_work_inside_it(terminal: bool) -> None:
    """Bars on a terminal, a line now and then in a log; both end with all files done."""
    console = Console(file=io.StringIO(), width=120, force_terminal=terminal)
    with reported(console) as progress:
        for step in STEPS:
            progress(*step)
    assert isinstance(console.file, io.StringIO)
    said = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", console.file.getvalue())
    if terminal:
        assert "2/2" in said
        assert "索引" in said
    else:
        assert said.splitlines() == ["识别 25/30  乙", "读取 2/2  乙", "索引 1/1  "]


def test_a_log_of_many_files_has_a_line_for_every_twenty_five() -> None:
    console = Console(file=io.StringIO(), width=120)
    with reported(console) as progress:
        for done in range(100):
            progress("读取", f"{done}.txt", done, 100)
            progress("编码", f"{done}.txt", 50, 100)
            progress("added", f"{done}.txt", done + 1, 100)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == ["25/100", "50/100", "75/100", "100/100"]


@pytest.mark.parametrize("lock", ["writing.lock", "index/lock"])
def test_a_second_writer_waits_for_the_first(own_settings: Settings, lock: str) -> None:
    """Two windows, two ingests: the second says so and goes on by itself. A search that holds the index is waited for
    in the same way."""
    console = Console(file=io.StringIO(), width=120)
    other = FileLock(own_settings.home / lock, thread_local=False)  # let go of by another thread
    other.acquire()
    timer = threading.Timer(1.5, other.release)
    begun = time.monotonic()
    timer.start()
    with open_library(own_settings, console) as library:
        assert time.monotonic() - begun >= 1
        assert library.taken_in("0" * 64, State.DRAFT) is None
    timer.join()
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().count("另一个 regkb 正在写入") == 1


def test_eval_prints_one_document(run: Run, own_settings: Settings, tmp_path: Path) -> None:
    """A few real cases: the whole suite is the evaluation's own business."""
    core = (own_settings.data / "eval" / "core.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "few.jsonl").write_text("\n".join(core[:5]) + "\n", encoding="utf-8")
    ran = run("eval", str(tmp_path / "few.jsonl"), "--json", "--save", str(tmp_path / "run.json"))
    assert ran.code == 0
    assert len(ran.json["cases"]) == 5
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["cases"] == ran.json["cases"]


def test_doctor_and_verify_find_a_loaded_home_sound(run: Run) -> None:
    checks = run("doctor", "--json")
    assert checks.code == 0, checks.out
    findings = run("verify", "--json")
    assert findings.code == 0, findings.out
    assert {f["ok"] for f in findings.json["findings"]} == {True}


def test_doctor_says_what_an_absent_libreoffice_is_for_and_is_content(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only old Office files need it: a machine without it is sound, and says what it cannot read."""
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("doctor", "--json")
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert ran.code == 0
    assert checks["LibreOffice"]["ok"] is None
    assert "doc、wps" in checks["LibreOffice"]["detail"]
    assert checks["文字识别"]["ok"] is True


def test_backup_and_restore_by_command(run: Run, monkeypatch: pytest.MonkeyPatch, own_settings: Settings) -> None:
    archive, fresh = own_settings.home.parent / "kept.zip", own_settings.home.parent / "restored"
    made = run("backup", str(archive), "--json")
    assert made.code == 0
    assert made.json["bytes"] == archive.stat().st_size
    shutil.copytree(own_settings.models, fresh / "models")
    monkeypatch.setenv("REGKB_HOME", str(fresh))
    restored = run("restore", str(archive), "--json")
    assert restored.code == 0, restored.err
    assert restored.json["documents"] == made.json["manifest"]["documents"] > 50
    assert run("verify").code == 0
    refused = run("restore", str(archive))
    assert refused.code == 4
    assert "--force" in refused.err


def test_the_console_script_keeps_progress_off_standard_output(own_settings: Settings, tmp_path: Path) -> None:
    """In a process of its own, where nothing stands between the program and its two streams."""
    (tmp_path / "办法.txt").write_text("样例流程管理办法\n第一条 持有人应当每月报告。\n", encoding="utf-8")
    environment = os.environ | {
        "REGKB_HOME": str(own_settings.home), "REGKB_API_PORT": str(own_settings.api_port), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    command = [sys.executable, "-c", "from ui.cli import main; main()", "ingest", str(tmp_path / "办法.txt"), "--draft"]
    done = subprocess.run([*command, "--json"], env=environment, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["totals"]["added"] == 1
    assert done.stderr.strip(), "progress is shown, on stderr"


@pytest.fixture
def served(own_settings: Settings) -> Iterator[str]:
    """A running service over the same home: it holds the index, so nobody else can open it."""
    config = uvicorn.Config(
        create_app(Service.open(own_settings)), host="127.0.0.1", port=own_settings.api_port, log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield own_settings.api_url
    server.should_exit = True
    thread.join(timeout=30)


def test_while_a_service_runs_the_commands_go_through_it(run: Run, served: str, tmp_path: Path) -> None:
    found = run("search", "委托生产", "-k", "3", "--json")
    theirs = httpx.get(f"{served}/api/search", params={"q": "委托生产", "k": 3}, trust_env=False).json()
    assert (found.code, found.json) == (0, theirs)

    text = "样例服务管理办法\n第一条 本办法自2020年1月1日起施行。\n第二条 持有人应当在服务期间报告样例九十九。\n"
    (tmp_path / "服务.txt").write_text(text, encoding="utf-8")
    written = run("ingest", str(tmp_path / "服务.txt"), "--json")
    assert (written.code, written.json["totals"]["added"]) == (0, 1)
    listed = httpx.get(f"{served}/api/documents", params={"q": "样例服务管理办法"}, trust_env=False).json()
    assert listed["total"] == 1, "the service has it at once: the command wrote through it"

    saved = run("backup", str(tmp_path / "live.zip"), "--json")
    assert saved.code == 0, saved.err
    refused = run("restore", str(tmp_path / "live.zip"), "--force")
    assert refused.code == 3
    assert "先停止" in refused.err
    seen = run("verify", "--json")
    assert seen.code == 1
    assert [f["name"] for f in seen.json["findings"] if f["ok"] is not True] == ["索引"]
    assert run("doctor").code == 0
