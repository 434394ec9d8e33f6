"""With the index on a Qdrant server there is no index folder under home: what looks for one must ask the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from kb.errors import Unavailable
from kb.settings import Settings
from ui import serve
from ui.doctor import examine

Asked = list[tuple[str, str, str | None]]
"""Method, path and API key of each request."""


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def empty_server(asked: Asked) -> Iterator[str]:
    """What a Qdrant server without any collection answers to one that only looks; the address of it."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.command, self.path, self.headers.get("api-key")))
            result = {"aliases": []} if self.path == "/aliases" else {"exists": False}
            body = json.dumps({"result": result, "status": "ok", "time": 0.0}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Not into the output of the tests."""

    server = HTTPServer(("127.0.0.1", 0), Empty)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def told(settings: Settings) -> tuple[bool | None, str]:
    check = next(check for check in examine(settings) if check.name == "知识库")
    return check.ok, check.detail


def test_the_doctor_looks_at_the_server_and_makes_nothing_there(
    empty_server: str, asked: Asked, tmp_path: Path
) -> None:
    """To open an index makes it; a look must not, and it must be let in by a server that asks for a key."""
    settings = Settings(home=tmp_path, qdrant_url=empty_server, qdrant_key="geheim", api_port=8497, ui_port=8498)
    assert told(settings) == (False, "尚未建立，运行 regkb serve 会自动装载起始内容")
    assert {(method, key) for method, _, key in asked} == {("GET", "geheim")}
    assert list(tmp_path.iterdir()) == []
    assert "geheim" not in repr(settings)


def test_the_doctor_tells_a_server_that_does_not_answer_from_an_empty_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, qdrant_url="http://127.0.0.1:9", api_port=8497, ui_port=8498)
    ok, detail = told(settings)
    assert ok is False
    assert "REGKB_QDRANT_URL" in detail


@pytest.mark.parametrize(("url", "there"), [(None, "index"), ("http://127.0.0.1:9", "vectors.sqlite3")])
def test_a_full_disk_keeps_only_the_first_start_from_starting(
    url: str | None, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been built needs no room to be built: a service that ran yesterday must start today."""
    monkeypatch.setattr(serve, "FREE_BYTES", 2**80)
    settings = Settings(home=tmp_path, qdrant_url=url)
    with pytest.raises(Unavailable, match="首次建库约需"):
        serve._check_disk(settings)
    (tmp_path / there).mkdir()
    serve._check_disk(settings)
