"""The inbox: files go in through a running service, nothing is lost when it is away, and the folder stays as it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import uvicorn
from factories import HashEncoder
from live import _free_ports
from rich.console import Console

from assistant.api import create_app
from assistant.service import Service, staff_token
from ingest.pipeline import IngestReport
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore
from ui import watch as watching
from ui.watch import Away, Inbox, watch

FIRST = "样例收件管理办法\n第一条 收件人应当每年报告。\n第二条 本办法自2020年1月1日起施行。\n"
SECOND = "样例登记管理办法\n第一条 登记人应当每月报告。\n第二条 本办法自2021年1月1日起施行。\n"
OTHER_FIRST = "样例收件管理办法\n第一条 寄件人不必报告任何事项，也不缴纳费用。\n第二条 本办法自2020年1月1日起施行。\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    api, pages = _free_ports()
    return Settings(home=tmp_path / "home", api_port=api, ui_port=pages, embed_threads=1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "收件"
    made.mkdir()
    (made / "甲.txt").write_text(FIRST, encoding="utf-8")
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.05)
    monkeypatch.setattr(watching, "FIRST_WAIT", 0.2)


@contextmanager
def served(settings: Settings) -> Iterator[KnowledgeBase]:
    """The real API over an empty knowledge base, on its port."""
    knowledge = KnowledgeBase(
        open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals,
    )  # fmt: skip
    service = Service(
        settings=settings, knowledge_or_none=knowledge, trouble=None, items=(), paths=(), measures=(), catalogue=(),
        templates=(), staff_token=staff_token(settings.home), today=lambda: date(2026, 11, 21),
    )  # fmt: skip
    config = uvicorn.Config(create_app(service), host="127.0.0.1", port=settings.api_port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield knowledge
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def looked(settings: Settings, folder: Path, state: State = State.PUBLISHED) -> IngestReport:
    """One look, as `--once` does it."""
    return watch(
        settings, folder, state=state, every=None, stop=Event(), console=Console(quiet=True), shown=lambda _: None
    )


class Kept:
    """A watch in a thread, as the worker runs it; `reports` are its take-ins, `said` its words."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.stop, self.reports = Event(), list[IngestReport]()
        self.console = Console(file=open(os.devnull, "w"), record=True, width=300)  # noqa: SIM115 - closed in end()
        self.summary: IngestReport | None = None

        def run() -> None:
            self.summary = watch(
                settings, folder, state=State.PUBLISHED, every=0.1, stop=self.stop, console=self.console,
                shown=self.reports.append,
            )  # fmt: skip

        self._thread = threading.Thread(target=run)
        self._thread.start()

    @property
    def said(self) -> str:
        return self.console.export_text(clear=False)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(timeout=60)
        self.console.file.close()
        assert not self._thread.is_alive()


@pytest.fixture
def kept(settings: Settings, inbox: Path) -> Iterator[Kept]:
    made = Kept(settings, inbox)
    yield made
    made.end()


def test_each_file_goes_in_once_and_stays_where_it_is(settings: Settings, inbox: Path) -> None:
    """A second look, as after a restart of the worker, must neither write nor report the file as new."""
    with served(settings) as knowledge:
        first = looked(settings, inbox)
        assert [(f.outcome, f.path) for f in first.files] == [("added", str(inbox / "甲.txt"))]
        revision = knowledge.registry.revision
        assert looked(settings, inbox).totals == {"unchanged": 1}
        assert knowledge.registry.revision == revision
        original = knowledge.registry.original("样例收件管理办法@2020-01-01") or knowledge.registry.original(
            next(iter(knowledge.registry.held()))
        )
        assert original is not None
        assert knowledge.original(original[1]).read_text(encoding="utf-8") == FIRST
    assert (inbox / "甲.txt").read_text(encoding="utf-8") == FIRST


def test_a_watch_reports_what_is_new_or_changed_and_nothing_else(settings: Settings, inbox: Path) -> None:
    with served(settings):
        kept = Kept(settings, inbox)
        try:
            until(lambda: len(kept.reports) == 1)
            (inbox / "乙.txt").write_text(SECOND, encoding="utf-8")
            until(lambda: len(kept.reports) == 2)
            (inbox / "甲.txt").write_text(FIRST.replace("每年", "每季度"), encoding="utf-8")
            until(lambda: len(kept.reports) == 3)
        finally:
            kept.end()
    named = [[(Path(f.path).name, f.outcome) for f in report.files] for report in kept.reports]
    assert named == [[("甲.txt", "added")], [("乙.txt", "added")], [("甲.txt", "changed")]]
    assert kept.summary is not None
    assert {Path(f.path).name: f.outcome for f in kept.summary.files} == {"甲.txt": "changed", "乙.txt": "added"}


def test_a_namesake_that_comes_later_does_not_replace_the_first(settings: Settings, inbox: Path) -> None:
    """Two texts of one title are told apart within one run only: a watch that handed over single files would let the
    later one overwrite the earlier one, and the other way round after a restart."""
    with served(settings) as knowledge:
        looked(settings, inbox)
        (inbox / "丙.txt").write_text(OTHER_FIRST, encoding="utf-8")
        (inbox / "丙.txt").rename(inbox / "甲乙.txt")  # after 甲.txt in the order of the folder
        looked(settings, inbox)
        texts = [knowledge.registry.reading(name).text for name in knowledge.registry.held()]
    assert sorted("寄件人" in text for text in texts) == [False, True]


def test_a_service_that_is_away_is_waited_for(settings: Settings, inbox: Path, kept: Kept) -> None:
    """The worker may be up before the API, and the API may be gone in between: the words say so, no file is blamed."""
    until(lambda: kept.said.count("秒后再试") >= 2)
    assert settings.api_url in kept.said
    with served(settings):
        until(lambda: bool(kept.reports))
        assert kept.reports[0].totals == {"added": 1}
    (inbox / "乙.txt").write_text(SECOND, encoding="utf-8")
    said = kept.said.count("秒后再试")
    until(lambda: kept.said.count("秒后再试") > said)
    with served(settings):
        until(lambda: len(kept.reports) == 2)
    assert [f.outcome for f in kept.reports[1].files] == ["added"]


def test_waits_grow_to_a_limit(
    settings: Settings, inbox: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A service that is down over night must not be asked every second."""
    monkeypatch.setattr(watching, "FIRST_WAIT", 2)
    waited: list[float] = []

    class Clock(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if timeout and timeout >= 1:
                waited.append(timeout)
            if len(waited) == 9:
                self.set()
            return self.is_set()

    watch(
        settings, inbox, state=State.PUBLISHED, every=5, stop=Clock(), console=Console(quiet=True),
        shown=lambda _: None,
    )  # fmt: skip
    assert waited == [2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_a_single_look_without_a_service_is_an_error(settings: Settings, inbox: Path) -> None:
    """Cron must see the failure; and the folder of a service that is only starting must not be opened beside it."""
    with pytest.raises(Unavailable, match="没有数据目录"):
        looked(settings, inbox)
    assert not settings.home.exists()


def test_trouble_of_the_service_in_the_middle_is_not_the_fault_of_a_file(
    settings: Settings, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was being sent when the index broke is sent again later, and what went in before is told as new."""
    (inbox / "乙.txt").write_text(SECOND, encoding="utf-8")
    with served(settings) as knowledge:
        whole: Any = knowledge.replace
        calls: list[int] = []

        def breaks(*parts: Any) -> Any:
            calls.append(len(calls))
            if len(calls) == 2:
                raise Unavailable("索引暂时无法使用。")
            return whole(*parts)

        monkeypatch.setattr(knowledge, "replace", breaks)
        kept = Kept(settings, inbox)
        try:
            until(lambda: bool(kept.reports))
        finally:
            kept.end()
    assert "索引暂时无法使用。" in kept.said
    assert kept.reports[0].totals == {"added": 2}


def test_an_unreadable_file_is_reported_once_and_does_not_stop_the_rest(settings: Settings, inbox: Path) -> None:
    (inbox / "坏.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with served(settings):
        kept = Kept(settings, inbox)
        try:
            until(lambda: len(kept.reports) == 1)
            (inbox / "乙.txt").write_text(SECOND, encoding="utf-8")
            until(lambda: len(kept.reports) == 2)
        finally:
            kept.end()
    assert kept.reports[0].totals == {"added": 1, "failed": 1}
    assert kept.reports[1].totals == {"added": 1}


def test_a_file_that_is_still_being_copied_is_left_for_the_next_look(tmp_path: Path) -> None:
    """Half a file would be taken in as a whole one."""
    growing, ready = tmp_path / "半份.txt", tmp_path / "好.txt"
    growing.write_text("第一", encoding="utf-8")
    ready.write_text("第一条", encoding="utf-8")
    inbox = Inbox(tmp_path)
    settled, fresh = inbox.settled(lambda _: growing.write_text("第一条 全文", encoding="utf-8"))
    assert (list(settled), fresh) == ([ready], [ready])
    inbox.taken(settled)
    assert inbox.settled(lambda _: None)[1] == [growing]


def test_a_folder_that_went_away_is_waited_for(tmp_path: Path) -> None:
    """A network share drops out and comes back; its files are not deleted meanwhile."""
    folder = tmp_path / "共享"
    folder.mkdir()
    inbox = Inbox(folder)
    assert inbox.settled(lambda _: None) == ({}, [])
    folder.rmdir()
    with pytest.raises(Away, match="共享"):
        inbox.settled(lambda _: None)


@pytest.fixture
def command(settings: Settings) -> Callable[..., subprocess.Popen[str]]:
    environment = os.environ | {
        "REGKB_HOME": str(settings.home), "REGKB_API_PORT": str(settings.api_port), "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "300",
    }  # fmt: skip

    def started(*words: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-c", "from ui.cli import main; main()", "watch", *words]
        return subprocess.Popen(
            line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )  # fmt: skip

    return started


def test_the_command_ends_cleanly_on_sigterm_with_one_summary(
    settings: Settings, inbox: Path, command: Callable[..., subprocess.Popen[str]]
) -> None:
    """A container is stopped with SIGTERM: exit 0, and what was done stands on stdout as one document."""
    with served(settings) as knowledge:
        process = command(str(inbox), "--every", "1", "--json")
        try:
            until(lambda: len(knowledge.registry.held()) == 1, 120)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            out, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert json.loads(out)["totals"] == {"added": 1}
    assert "甲.txt" in said
    assert "Traceback" not in said


def test_the_command_looks_once(settings: Settings, inbox: Path, command: Callable[..., subprocess.Popen[str]]) -> None:
    """For cron: exit 1 when a file failed, 3 when the service is away; `--draft` publishes nothing."""
    away = command(str(inbox), "--once")
    said = away.communicate(timeout=120)[1]
    assert (away.returncode, "Traceback" in said) == (3, False)
    (inbox / "坏.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with served(settings) as knowledge:
        once = command(str(inbox), "--once", "--draft", "--json")
        out, said = once.communicate(timeout=120)
        assert [held.document.state for held in knowledge.registry.held().values()] == [State.DRAFT]
    assert once.returncode == 1, said
    assert json.loads(out)["totals"] == {"added": 1, "failed": 1}
