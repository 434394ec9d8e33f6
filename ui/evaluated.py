"""The evaluation's calls over the HTTP contract, in process or to a running service."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from ui.render import error_of

UNREMEMBERED = {"DNT": "1"}
"""The answers of an evaluation are nobody's: the change radar need not look after them."""


class HttpApi:
    """Implements `eval.run.Api` and `eval.citation_texts.CitationApi`."""

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

    def document(self, document_id: str, as_of: date | None) -> dict[str, Any]:
        return self._sent("GET", f"/api/documents/{quote(document_id)}", params=_day(as_of))

    def cite(self, text: str, as_of: date | None) -> dict[str, Any]:
        return self._sent("POST", "/api/cite", json={"text": text} | _day(as_of))

    def _sent(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        response = self._client.request(method, path, headers=UNREMEMBERED, **parts)
        body: dict[str, Any] = response.json()
        if response.is_error:
            raise error_of(body, response.status_code)
        return body


def _day(as_of: date | None) -> dict[str, str]:
    return {"as_of": as_of.isoformat()} if as_of else {}
