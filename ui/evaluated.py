"""The evaluation's four calls over the HTTP contract, in process or to a running service."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from ui.render import error_of


class HttpApi:
    """Implements `eval.run.Api`."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def search(self, q: str, k: int, as_of: date | None) -> dict[str, Any]:
        return self._sent("GET", "/api/search", params={"q": q, "k": k} | _day(as_of))

    def ask(self, question: str, as_of: date | None) -> dict[str, Any]:
        return self._sent("POST", "/api/ask", json={"question": question} | _day(as_of))

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        return self._sent("GET", f"/api/provisions/{address}", params=_day(as_of))

    def documents(self) -> dict[str, Any]:
        return self._sent("GET", "/api/documents", params={"limit": 1000})

    def _sent(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        response = self._client.request(method, path, **parts)
        body: dict[str, Any] = response.json()
        if response.is_error:
            raise error_of(body, response.status_code)
        return body


def _day(as_of: date | None) -> dict[str, str]:
    return {"as_of": as_of.isoformat()} if as_of else {}
