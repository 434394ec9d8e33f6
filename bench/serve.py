"""The API as a process of its own: how long until it is ready, how much memory it holds, how fast it answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from time import perf_counter, sleep
from typing import Any, NamedTuple

import httpx

from bench.machine import resident_mib
from bench.timing import interleaved, summary
from kb.settings import Settings

STARTUP_LIMIT_S = 120.0
SERVER = """
import sys, uvicorn
from assistant.api import create_app
from assistant.service import Service
from kb.settings import Settings
uvicorn.run(create_app(Service.open(Settings())), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


class Started(NamedTuple):
    """Seconds from the start until it answers, and until it has read beforehand what the first questions need."""

    ready_s: float
    warm_s: float


def measure(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Seconds to ready, MiB resident before and after the questions, milliseconds of `/api/ask` and `/api/search`."""
    with server(settings) as (client, process, started):
        at_start = resident_mib(process.pid)
        day = as_of.isoformat()
        calls = {
            "ask": lambda question: _ok(client.post("/api/ask", json={"question": question, "as_of": day})),
            "search": lambda question: _ok(client.get("/api/search", params={"q": question, "as_of": day})),
        }
        first = interleaved({"ask_first": calls["ask"]}, questions, rounds=1)
        taken = first | interleaved(calls, questions, rounds)
        after = resident_mib(process.pid)
    return {
        "ready_s": round(started.ready_s, 2),
        "warm_s": round(started.warm_s, 2),
        "resident_mib": {"ready": at_start, "after_questions": after},
        **{name: summary(times) for name, times in taken.items()},
        "note": "ask_first 是第一次问，含问题编码；ask 与 search 是重复问，编码已记住",
    }


def _ok(response: httpx.Response) -> None:
    response.raise_for_status()


@contextmanager
def server(settings: Settings) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes], Started]]:
    """A server over the home folder, given when it is warm; it is stopped at the end. Raises SystemExit when it does
    not get ready."""
    port = _free_port()
    environment = os.environ | {"REGKB_HOME": str(settings.home.resolve())}
    begun = perf_counter()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            ready_s = _seconds_until("status", "ok", client, process, begun)
            yield client, process, Started(ready_s, _seconds_until("warm", True, client, process, begun))
    finally:
        process.terminate()
        process.wait(timeout=30)


def _seconds_until(
    name: str, value: object, client: httpx.Client, process: subprocess.Popen[bytes], begun: float
) -> float:
    """Since `begun`, until the service says this of itself."""
    while _said(client).get(name) != value:
        if process.poll() is not None or perf_counter() - begun > STARTUP_LIMIT_S:
            raise SystemExit(f"API 没有就绪（{name}），请先用 regkb doctor 检查数据目录，再看它的日志。")
        sleep(0.02)
    return perf_counter() - begun


def _said(client: httpx.Client) -> dict[str, Any]:
    try:
        said: dict[str, Any] = client.get("/readyz").json()
    except (httpx.TransportError, ValueError):  # not there yet, or not in our words
        return {}
    return said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
