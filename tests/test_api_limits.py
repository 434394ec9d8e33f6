"""What an anonymous or oversized request may cost: nothing is read before the token and the length are checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.service import Service, staff_token
from kb.settings import Settings
from ui.access import InProcess


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    service = Service.open(Settings(home=tmp_path, upload_limit_mb=1))
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as made:
        yield made


@pytest.mark.parametrize("path", ["/api/documents", "/api/library/replace", "/api/library/optimize"])
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer falsch"}])
def test_staff_paths_ask_for_the_token_before_the_body(client: httpx.Client, path: str, header: dict[str, str]) -> None:
    response = client.post(path, content=b"x" * 100, headers=header)
    assert (response.status_code, response.json()["error"]) == (401, "NotAllowed")


def test_a_public_body_has_a_limit(client: httpx.Client) -> None:
    for path, megabytes in (("/api/ask", 2), ("/api/cite", 8)):
        response = client.post(path, content=b"x" * (megabytes * 1024 * 1024 + 1))
        assert response.status_code == 413
        assert "上限" in response.json()["detail"]


def test_a_million_characters_may_be_checked(client: httpx.Client) -> None:
    """Escaped as JSON a Chinese character is six bytes: the bound on bodies must not undercut the promised length."""
    body = b'{"text": "' + b"\\u6cd5" * 1_000_000 + b'"}'
    response = client.post("/api/cite", content=body, headers={"Content-Type": "application/json"})
    assert response.json()["error"] == "Unavailable"  # it was read: only the encoder is missing here


def test_an_empty_token_file_makes_nobody_staff(tmp_path: Path) -> None:
    """A full disk at first start must not leave a token that everybody has."""
    (tmp_path / "staff_token").write_text("", encoding="utf-8")
    token = staff_token(tmp_path)
    assert len(token) >= 32
    assert (tmp_path / "staff_token").stat().st_mode & 0o077 == 0
    assert staff_token(tmp_path) == token
