"""The one way the pages reach the system: its HTTP contract, read into types, with failures as sentences.

Every method raises a subclass of `kb.errors.RegkbError`: the one the service named, or `Unavailable` when the service
cannot be reached, so a page can tell "no content" from "no service".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast
from urllib.parse import quote

import httpx

from assistant.answer_model import Answer
from assistant.model import EnterpriseProfile, NavigationResult, PolicyMatch
from kb.errors import BadInput, Conflict, NotAllowed, NotFound, RegkbError, Unavailable, UnreadableFile
from kb.model import Passage
from ui.contract import Coverage, DocumentList, DocumentPage, ProvisionPage, SearchResult, TakenIn, TemplateRow
from ui.words import say

TIMEOUT_SECONDS = 120.0
"""Long enough for a language model on two cores; search answers in well under one second."""
UPLOAD_SECONDS = 3600.0
"""A scan is recognised page by page, which takes seconds a page."""

ERRORS: Mapping[str, type[RegkbError]] = {
    kind.__name__: kind for kind in (NotFound, BadInput, UnreadableFile, Conflict, NotAllowed, Unavailable)
}
BY_STATUS: Mapping[int, type[RegkbError]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    415: UnreadableFile,
    422: BadInput,
    503: Unavailable,
}


class Client:
    """A connection to the service at `url`; `token` is the staff token, sent only when it is given."""

    def __init__(self, url: str, token: str | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url
        self.timeout = timeout
        # trust_env off: a proxy of the environment must never see questions meant for a local service.
        # Idle connections are dropped before the service drops them (5 s), or a late click would meet a dead one.
        limits = httpx.Limits(keepalive_expiry=2)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, limits=limits, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        as_of: date | None = None,
        kind: str | None = None,
        sector: str | None = None,
        region: str | None = None,
        document: str | None = None,
    ) -> SearchResult:
        """Passages for a query, best first, of the texts valid on `as_of` (today when None)."""
        body = self._json(
            "GET",
            "/api/search",
            params=given(q=query, k=k, as_of=as_of, kind=kind, sector=sector, region=region, document=document),
        )
        body["passages"] = [Passage.model_validate(passage) for passage in body["passages"]]
        return cast(SearchResult, body)

    def ask(
        self,
        question: str,
        *,
        as_of: date | None = None,
        history: list[dict[str, str]] | None = None,
        profile: EnterpriseProfile | None = None,
    ) -> Iterator[str | Answer]:
        """Yield the pieces of the answer's text as they are written and, last, the whole checked answer."""
        request = self._http.build_request(
            "POST",
            "/api/ask",
            json=given(question=question, as_of=as_of, history=history, profile=profile_json(profile)),
            headers={"Accept": "text/event-stream"},
        )
        try:
            response = self._http.send(request, stream=True)
            try:
                if response.is_error:
                    response.read()
                    raise self._error(response)
                for name, data in events(response.iter_lines()):
                    if name == "token":
                        yield data if isinstance(data, str) else str(data.get("text", ""))
                    elif name == "error":
                        raise named_error(data, Unavailable)
                    elif name == "done":
                        yield Answer.model_validate(data)
                        return
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        raise Unavailable(say("api.cut"))

    def provision(self, address: str, as_of: date | None = None) -> ProvisionPage:
        """One provision with its neighbours, references and versions."""
        return cast(ProvisionPage, self._json("GET", f"/api/provisions/{quote(address)}", params=given(as_of=as_of)))

    def navigate(
        self, need: str, profile: EnterpriseProfile | None = None, as_of: date | None = None
    ) -> NavigationResult:
        """The service items for a need in words, in the order in which they are done."""
        body = self._json("POST", "/api/navigate", json=given(need=need, profile=profile_json(profile), as_of=as_of))
        return NavigationResult.model_validate(body)

    def match(self, profile: EnterpriseProfile, as_of: date | None = None) -> list[PolicyMatch]:
        """Every measure with its conditions judged for this firm."""
        body = self._json("POST", "/api/match", json=given(profile=profile_json(profile), as_of=as_of))
        return [PolicyMatch.model_validate(match) for match in body["matches"]]

    def documents(
        self,
        *,
        query: str | None = None,
        kind: str | None = None,
        force: str | None = None,
        state: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> DocumentList:
        """One page of the documents that fit the filters, and how many fit in all."""
        filters = given(q=query, kind=kind, force=force, state=state, limit=limit, offset=offset)
        return cast(DocumentList, self._json("GET", "/api/documents", params=filters))

    def document(self, identity: str, as_of: date | None = None) -> DocumentPage:
        """A document with its whole text as an outline."""
        return cast(DocumentPage, self._json("GET", f"/api/documents/{quote(identity)}", params=given(as_of=as_of)))

    def upload(self, name: str, content: bytes) -> TakenIn:
        """Hand a file in (staff). Its first document comes back as a draft, with a report of every file in it."""
        sent = {"file": (name, content)}
        return cast(TakenIn, self._json("POST", "/api/documents", files=sent, timeout=UPLOAD_SECONDS))

    def comparison(self, identity: str) -> str:
        """Original and repaired text of a document side by side, as an HTML page (staff)."""
        return self._send("GET", f"/api/documents/{quote(identity)}/comparison", timeout=UPLOAD_SECONDS).text

    def original(self, identity: str) -> bytes:
        """The file a document was read from (staff)."""
        return self._send("GET", f"/api/documents/{quote(identity)}/original").content

    def correct(self, identity: str, fields: Mapping[str, object]) -> DocumentPage:
        """Correct fields of a document, or set its state to `published` (staff)."""
        return cast(DocumentPage, self._json("PATCH", f"/api/documents/{quote(identity)}", json=dict(fields)))

    def withdraw(self, identity: str) -> None:
        """Take a document out of search (staff); its text is kept."""
        self._send("DELETE", f"/api/documents/{quote(identity)}")

    def coverage(self) -> Coverage:
        """What the knowledge base holds, and what it does not."""
        return cast(Coverage, self._json("GET", "/api/coverage"))

    def templates(self) -> list[TemplateRow]:
        """The dossier and report templates that can be downloaded."""
        return cast(list[TemplateRow], self._json("GET", "/api/templates"))

    def template(self, identity: str) -> bytes:
        """A template as a Word file."""
        return self._send("GET", f"/api/templates/{quote(identity)}").content

    def _json(self, method: str, path: str, **parts: Any) -> Any:
        response = self._send(method, path, **parts)
        try:
            return response.json()
        except ValueError as error:
            raise Unavailable(say("api.strange", status=response.status_code)) from error

    def _send(self, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **parts)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if response.is_error:
            raise self._error(response)
        return response

    def _unreachable(self, error: httpx.HTTPError) -> Unavailable:
        if isinstance(error, httpx.ReadTimeout):
            return Unavailable(say("api.slow", seconds=round(self.timeout)))
        if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
            return Unavailable(say("api.dropped"))
        return Unavailable(say("api.down", url=self.url))

    def _error(self, response: httpx.Response) -> RegkbError:
        kind = BY_STATUS.get(response.status_code, Unavailable)
        try:
            return named_error(response.json(), kind)
        except ValueError:
            return kind(say("api.strange", status=response.status_code))


def given(**values: object) -> dict[str, Any]:
    """Only the values that are known: dates as ISO text, None and empty text left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None and value != ""
    }


def profile_json(profile: EnterpriseProfile | None) -> dict[str, Any] | None:
    """A profile as the contract sends it: absent means unknown."""
    return profile.model_dump(mode="json", by_alias=True, exclude_defaults=True) if profile else None


def named_error(body: Any, otherwise: type[RegkbError]) -> RegkbError:
    """The error the service named, with its own sentence. ValueError when the body is not an error object."""
    if not isinstance(body, dict) or "detail" not in body:
        raise ValueError("not an error object")
    return ERRORS.get(str(body.get("error")), otherwise)(str(body["detail"]))


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Server-sent events as (name, JSON data). Comments and events without data are passed over."""
    name, data = "message", list[str]()
    for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line:
            if data:
                yield name, json.loads("\n".join(data))
            name, data = "message", []
