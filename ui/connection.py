"""One connection to the service: a request out, JSON or an event stream back, every failure as a sentence.

Raises subclasses of `kb.errors.RegkbError`: the one the service named, or `Unavailable` when it cannot be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from kb.errors import RegkbError, Unavailable
from ui.wire import BY_STATUS, events, named_error
from ui.words import say

TIMEOUT_SECONDS = 120.0
"""Long enough for a language model on two cores; search answers in well under one second."""
VISITOR_HEADER = "X-Regkb-Visitor"


class Connection:
    """A connection to the service at `url`. `token` is the staff token, `visitor` the key of the person whose
    conversations these are; each is sent only when it is given."""

    def __init__(
        self, url: str, token: str | None = None, timeout: float = TIMEOUT_SECONDS, visitor: str | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url
        self.timeout = timeout
        self.visitor = visitor
        # trust_env off: a proxy of the environment must never see questions meant for a local service.
        # Idle connections are dropped before the service drops them (5 s), or a late click would meet a dead one.
        limits = httpx.Limits(keepalive_expiry=2)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, limits=limits, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def _own(self, visitor: str | None) -> dict[str, str]:
        key = visitor or self.visitor
        return {VISITOR_HEADER: key} if key else {}

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

    def _events(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Iterator[tuple[str, Any]]:
        """The events of an answer up to `done`. Closing the iterator hangs up. Raises what an `error` event names, and
        Unavailable where the stream ends without `done`."""
        request = self._http.build_request(
            "POST", path, json=body, headers=headers | {"Accept": "text/event-stream"}
        )  # fmt: skip
        try:
            response = self._http.send(request, stream=True)
            try:
                if response.is_error:
                    response.read()
                    raise self._error(response)
                for name, data in events(response.iter_lines()):
                    if name == "error":
                        raise named_error(data, Unavailable)
                    yield name, data
                    if name == "done":
                        return
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        raise Unavailable(say("api.cut"))

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
