"""The real thing for tests: a loaded starter knowledge base, and the running pages over a copy of it with
one repealed text more."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from assistant.service import Service
from ingest.incoming import Incoming
from ingest.pipeline import ingest_file
from ingest.prepare import Here
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.settings import Settings
from ui.starter import load_starter

START_SECONDS = 90
REPEALED, REPEALING = "白鹭号检测平台管理办法", "白鹭号检测平台服务条例"


@pytest.fixture(scope="session")
def starter_settings(bundled_settings: Settings) -> Settings:
    """Settings of a home with the default laws and our own content, loaded as a new user's first start loads them."""
    knowledge = KnowledgeBase.open(bundled_settings)
    try:
        reports = load_starter(knowledge, bundled_settings.data, lambda *_: None)
    finally:
        knowledge.close()
    assert [r for r in reports if r.outcome in ("failed", "skipped")] == []
    return bundled_settings


@pytest.fixture
def service(starter_settings: Settings) -> Iterator[Service]:
    opened = Service.open(starter_settings)
    assert opened.trouble is None
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def live_home(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the starter home for the running site; its `staff_token` file opens the staff's part."""
    home = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(starter_settings.home, home)
    _put_in_a_repeal(home)
    return home


class Site(NamedTuple):
    """Where the pages and the service behind them are."""

    pages: str
    api: str


@pytest.fixture(scope="session")
def live(live_home: Path) -> Iterator[Site]:
    with running_site(live_home) as site:
        yield site


@pytest.fixture(scope="session")
def live_site(live: Site) -> str:
    """The address of running pages with the real service behind."""
    return live.pages


@pytest.fixture(scope="session")
def live_api(live: Site) -> str:
    """The address of the service behind them."""
    return live.api


@contextmanager
def running_site(home: Path, **more: str) -> Iterator[Site]:
    """Pages that run over a home, with `more` in their environment; ended with the block."""
    api, pages = _free_ports()
    ports = {"REGKB_API_PORT": str(api), "REGKB_UI_PORT": str(pages)}
    environment = os.environ | {"REGKB_HOME": str(home)} | ports | more
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve"]
    log = home.parent / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=home.parent, stdout=out, stderr=out)
    try:
        _wait(f"http://127.0.0.1:{pages}/_stcore/health", process, log)
        _wait(f"http://127.0.0.1:{api}/readyz", process, log)
        yield Site(f"http://127.0.0.1:{pages}", f"http://127.0.0.1:{api}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _put_in_a_repeal(home: Path) -> None:
    """An invented rule and the one that repeals it, put in before the site starts: the starter laws hold no repeal."""
    knowledge = KnowledgeBase.open(Settings(home=home, embed_threads=1))
    texts = {
        REPEALED: ("2010年3月1日", "第一条 白鹭号平台按季度收取检测费。", "第二条 本办法自2010年4月1日起施行。"),
        REPEALING: (
            "2024年3月1日",
            "第一条 白鹭号平台不收取检测费。",
            f"第二条 本条例自2024年4月1日起施行。《{REPEALED}》同时废止。",
        ),
    }
    try:
        for title, (published, *articles) in texts.items():
            text = "\n".join([title, f"（{published}公布）", *articles])
            reports = ingest_file(
                knowledge, Incoming(f"{title}.txt", text.encode()), parser=Here(), source=Source(name="测试"), given={},
                state=State.PUBLISHED, progress=lambda *_: None,
            )  # fmt: skip
            assert [one.outcome for one in reports] == ["added"]
    finally:
        knowledge.close()


def _free_ports() -> tuple[int, int]:
    """Two ports that are free now; both sockets are held until both are chosen, so that they differ."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"{url} did not come up:\n{log.read_text(encoding='utf-8')[-2000:]}")
