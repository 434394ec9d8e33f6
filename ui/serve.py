"""`regkb serve`: prepare what is missing, start the API and the pages, say where they are, stop both together."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Literal

import httpx
import uvicorn
from rich.console import Console

from assistant.api import create_app
from assistant.service import Service
from kb import bundled_model
from kb.errors import RegkbError, Unavailable
from kb.knowledge import KnowledgeBase
from kb.settings import BUNDLED_MODEL, Settings
from ui.progress import reported
from ui.starter import load_starter

FREE_BYTES = 1_500_000_000
"""What the encoder, the index and the caches need at most while they are being built."""
START_SECONDS = 90
STOP_SECONDS = 5
"""What answers on their way are given when the service stops; they are kept as far as they came."""
Only = Literal["api", "ui"]
STARTER = "starter"
"""Set in the registry once the starter knowledge base is complete: an interrupted first load is taken up again."""


def serve(settings: Settings, console: Console, only: Only | None = None, listen: str | None = None) -> None:
    """Run until interrupted. Raises Unavailable, before anything is started, with what to do.

    `only` starts one half alone, as in a container of its own; the pages then find the API at `api_host`. `listen` is
    the address to listen on, None for `api_host`.
    """
    for ending in (signal.SIGTERM, signal.SIGINT):  # so that the pages are ended too, also when started with "&"
        signal.signal(ending, lambda _number, _frame: sys.exit(0))
    timings: dict[str, float] = {}
    address = listen or settings.api_host
    check_ports(settings, address, only)
    if only == "ui":
        _serve_pages(settings, address, console)
        return
    _check_disk(settings)
    with _timed(timings, "编码器"):
        prepare_encoder(settings, console)
    with _timed(timings, "打开"), nullcontext() if only else _pages(settings, address) as pages:
        service = Service.open(settings)
        if service.knowledge_or_none is None:
            _remake_index(settings, console)
            service = Service.open(settings)
        if service.knowledge_or_none is None:
            raise Unavailable(service.trouble or "知识库没有打开。")
        with _timed(timings, "装载"):
            _load_starter(service, settings, console)
        config = uvicorn.Config(
            create_app(service), host=address, port=settings.api_port, log_level="warning",
            timeout_graceful_shutdown=STOP_SECONDS,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="api")
        thread.start()
        try:
            _wait(f"{settings.api_url}/readyz", "接口")
            if pages:
                _wait(f"http://{address}:{settings.ui_port}/_stcore/health", "页面")
                _announce(settings, service, timings, console)
            else:  # what is said here ends in the log of a container, where a secret has no place
                console.print(f"接口就绪：{settings.api_url}/docs。工作人员令牌在数据目录的 staff_token 文件中。")
            if change := service.knowledge.reencoding:
                change.start(Milestones(console).told)
            while thread.is_alive() and (pages is None or pages.poll() is None):
                thread.join(timeout=0.5)
        finally:
            server.should_exit = True
            thread.join(timeout=15)


def _serve_pages(settings: Settings, address: str, console: Console) -> None:
    with _pages(settings, address) as pages:
        _wait(f"http://{address}:{settings.ui_port}/_stcore/health", "页面")
        console.print(f"页面就绪：http://{address}:{settings.ui_port}，接口在 {settings.api_url}。")
        if pages.wait():
            raise RegkbError("页面的进程意外结束，请查看上面的输出。")


def prepare_encoder(settings: Settings, console: Console) -> None:
    """Convert the bundled encoder once, and again after an upgrade that changes it; another model is opened by
    sentence-transformers when first used. One that was made before may still serve until its successor is ready."""
    folder = settings.models / BUNDLED_MODEL
    wanted = settings.embed_model == BUNDLED_MODEL or folder.is_dir()
    if wanted and not bundled_model.is_ready(folder):
        console.print("正在准备向量模型（首次运行或升级后进行，约一分钟）…")
        bundled_model.build(folder, lambda stage: console.print(f"  {stage}", highlight=False))


def _remake_index(settings: Settings, console: Console) -> None:
    """An index whose encoder is gone is made anew; what else keeps the knowledge base from opening is raised."""
    KnowledgeBase.open(settings, remake=Milestones(console).told).close()


class Milestones:
    """The progress of an index that is made with another encoder: a line for each twentieth, so that a log stays
    readable."""

    def __init__(self, console: Console) -> None:
        self._console, self._said = console, -1

    @property
    def begun(self) -> bool:
        return self._said >= 0

    def told(self, done: int, total: int) -> None:
        part = 20 * done // total if total else 20
        if part != self._said:
            self._said = part
            self._console.print(f"用设置的向量模型重新编码：{done}/{total} 段（{part * 5}%）", highlight=False)


def _load_starter(service: Service, settings: Settings, console: Console) -> None:
    if service.knowledge.registry.marked(STARTER):
        return
    console.print("正在装载起始知识库：国家法律与自编的指南、事项、案例…")
    with reported(console) as progress:
        reports = load_starter(service.knowledge, settings.data, progress)
    failed = [r for r in reports if r.outcome == "failed"]
    for report in failed:
        console.print(f"未能装载：{report.path}：{report.reason}", style="red")
    if not failed:
        service.knowledge.registry.mark(STARTER)
    console.print(f"已装载 {len(reports) - len(failed)} 部文件。")


def check_ports(settings: Settings, address: str | None = None, only: Only | None = None) -> None:
    """Raises Unavailable for a port of ours that is taken on `address`, None for `api_host`."""
    for part, port, name, variable in (
        ("api", settings.api_port, "接口", "REGKB_API_PORT"),
        ("ui", settings.ui_port, "页面", "REGKB_UI_PORT"),
    ):
        if only not in (None, part):
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address or settings.api_host, port))
            except OSError as error:
                raise Unavailable(
                    f"{name}端口 {port} 已被占用。请关闭占用它的程序，或设 {variable} 换一个端口。"
                ) from error


def _check_disk(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        (settings.home / ".probe").write_text("", encoding="utf-8")
        (settings.home / ".probe").unlink()
    except OSError as error:
        raise Unavailable(
            f"数据目录 {settings.home} 不能写入（{error.strerror}）。请检查权限，或设 REGKB_HOME。"
        ) from error
    free = shutil.disk_usage(settings.home).free
    # On a Qdrant server the index takes no room here, the cache of its vectors does.
    built = settings.vectors if settings.qdrant_url else settings.index
    if free < FREE_BYTES and not built.exists():
        raise Unavailable(
            f"数据目录所在磁盘只剩 {free // 2**20} MB，首次建库约需 {FREE_BYTES // 2**20} MB。请先清理空间。"
        )


@contextmanager
def _pages(settings: Settings, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """The pages in a process of their own, ended with this one."""
    app = files("ui") / "app.py"
    command = [
        sys.executable, "-m", "streamlit", "run", str(app), "--server.address", address,
        "--server.port", str(settings.ui_port), "--server.headless", "true", "--browser.gatherUsageStats", "false",
        # its greeting would ask an address on the internet for our own
        "--logger.hideWelcomeMessage", "true",
    ]  # fmt: skip
    environment = os.environ | {"REGKB_API_PORT": str(settings.api_port)}
    root = Path(str(app)).parent.parent
    process = subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(url: str, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RegkbError(f"{name}没有在 {START_SECONDS} 秒内启动：{url}")


def _announce(settings: Settings, service: Service, timings: dict[str, float], console: Console) -> None:
    spent = "，".join(f"{name} {seconds:.1f} 秒" for name, seconds in timings.items() if seconds >= 0.05)
    console.print(f"\n[bold]页面[/bold]  http://{settings.api_host}:{settings.ui_port}")
    console.print(f"[bold]接口[/bold]  {settings.api_url}/docs")
    console.print(f"[bold]工作人员令牌[/bold]  {service.staff_token}", highlight=False)
    console.print(f"就绪{f'（{spent}）' if spent else ''}。按 Ctrl+C 停止。")


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    timings[name] = time.perf_counter() - begun
