"""The evaluation's calls over the HTTP contract, in process or to a running service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from assistant.answer_model import Mode, Question, Turn
from assistant.model import EnterpriseProfile
from ui.render import error_of

UNREMEMBERED = {"DNT": "1"}
"""The answers of an evaluation are nobody's: the change radar need not look after them."""
PAGE = 1000
"""Documents listed at a time, the most the API gives."""


class HttpApi:
    """Implements `eval.observe.Api` and `eval.citation_texts.CitationApi`; `page` documents are listed at a time."""

    def __init__(self, client: httpx.Client, page: int = PAGE) -> None:
        self._client = client
        self._page = page

    def search(
        self, q: str, k: int, as_of: date | None, *, ranking: str = "full", without: Sequence[str] = ()
    ) -> dict[str, Any]:
        other: dict[str, Any] = {"without": list(without)} if without else {}
        other |= {"ranking": ranking} if ranking != "full" else {}
        return self._sent("GET", "/api/search", params={"q": q, "k": k} | other | _day(as_of))

    def ask(
        self, question: str, as_of: date | None, *, history: Sequence[Turn] = (),
        profile: EnterpriseProfile | None = None, mode: Mode = "extractive",
    ) -> dict[str, Any]:  # fmt: skip
        asked = Question(question=question, as_of=as_of, history=tuple(history), profile=profile, mode=mode)
        return self._sent("POST", "/api/ask", json=asked.model_dump(mode="json", exclude_none=True))

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        return self._sent("GET", f"/api/provisions/{address}", params=_day(as_of))

    def documents(self) -> dict[str, Any]:
        """The whole list, page by page."""
        listed: list[dict[str, Any]] = []
        while True:
            page = self._sent("GET", "/api/documents", params={"limit": self._page, "offset": len(listed)})
            listed += page["documents"]
            if len(listed) >= page["total"] or not page["documents"]:
                return page | {"documents": listed}

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
