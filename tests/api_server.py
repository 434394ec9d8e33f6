"""The API behind a socket of this machine, for clients that speak to nothing less."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from assistant.api import create_app
from assistant.service import Service


@contextmanager
def served(service: Service, **settings: object) -> Iterator[str]:
    """The address of the API over an opened service, which stays open; `settings` change single settings."""
    changed = replace(service, settings=service.settings.model_copy(update=settings))
    app = create_app(changed)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run, name="api")
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "接口没有启动"
            assert time.monotonic() < deadline, "接口没有在 30 秒内启动"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
