"""The connection under one call of a language model: it can be cut off at any moment from another thread.

Limits of time cannot be left to read timeouts, which a server that drips a byte now and then never exceeds. So a timer,
or whoever no longer wants the answer, shuts the socket down, and the thread that waits on it wakes at once. Every try
has a connection of its own; nothing is kept alive that could be dead by the next call.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Event, Lock, Timer
from typing import Any, Literal, Self

import httpx

Cut = Literal["late", "silent", "long", "closed"]
"""Why a call was cut off: the whole took too long, nothing came, too much came, nobody wants it any more."""

SENT_HEADERS = ("host", "content-type", "content-length", "transfer-encoding")
"""What is kept of the headers that the client library sets; it adds a description of this machine to them, and whatever
environment variables of its own say."""
END = b"[DONE]"


class Wire(httpx.BaseTransport):
    """A transport for one call. `key` goes into the authorization header, none without one. Not more than
    `limit_bytes` are taken in. `cut_by` says why it was cut; `ended` is set when a stream said that it is complete,
    `truncated` by whoever reads the answer where the model stopped only because it had reached its limit."""

    def __init__(self, key: str | None, limit_bytes: int, verify: ssl.SSLContext | bool) -> None:
        self._key, self._limit, self._verify = key, limit_bytes, verify
        self._guard, self._over = Lock(), Event()
        self._below: httpx.HTTPTransport | None = None
        self._socket: socket.socket | None = None
        self._timers: dict[Cut, Timer] = {}
        self.cut_by: Cut | None = None
        self.ended = self.truncated = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def arm(self, why: Cut, seconds: float) -> None:
        """Cut the call off in so many seconds unless it is disarmed or over by then."""
        timer = Timer(seconds, self.cut, (why,))
        timer.daemon = True
        with self._guard:
            if self._over.is_set():
                return
            replaced, self._timers[why] = self._timers.get(why), timer
        if replaced:
            replaced.cancel()
        timer.start()

    def disarm(self, why: Cut) -> None:
        with self._guard:
            timer = self._timers.pop(why, None)
        if timer:
            timer.cancel()

    def cut(self, why: Cut) -> None:
        """End the call now, from whatever thread; the first reason stands. Nothing happens once it is over."""
        with self._guard:
            if self._over.is_set():
                return
            self.cut_by = why
            self._over.set()
            _shut(self._socket)

    def rest(self, seconds: float) -> None:
        """Wait before the next try, not longer than until the call is cut."""
        self._over.wait(seconds)

    def hang_up(self) -> None:
        """The call is over: no timer is left, no connection open."""
        with self._guard:
            self._over.set()
            timers, self._timers = list(self._timers.values()), {}
            self._socket = None
        for timer in timers:
            timer.cancel()
        self.close()

    def close(self) -> None:
        below, self._below = self._below, None
        if below:
            below.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._over.is_set():
            raise httpx.ConnectError("cut off before it began")
        self.close()
        self._below = httpx.HTTPTransport(verify=self._verify, trust_env=False, limits=httpx.Limits(max_connections=1))
        request.headers = httpx.Headers(
            [(name, request.headers[name]) for name in SENT_HEADERS if name in request.headers]
        )
        # Unpacked, a small answer could become a huge one.
        request.headers.update({"accept-encoding": "identity", "user-agent": "regkb"})
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        request.extensions = {**request.extensions, "trace": self._trace}
        response = self._below.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        counted = _Counted(response.stream, self, self._limit)
        return httpx.Response(
            response.status_code, headers=response.headers, stream=counted, extensions=response.extensions
        )

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Keep hold of the socket, first the plain one and then the encrypted one around it."""
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._guard:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.cut_by:
                    _shut(self._socket)


class _Counted(httpx.SyncByteStream):
    """A body that ends the call when it grows too large, and notes the mark at the end of a stream."""

    def __init__(self, body: httpx.SyncByteStream, wire: Wire, limit: int) -> None:
        self._body, self._wire, self._left = body, wire, limit

    def __iter__(self) -> Iterator[bytes]:
        last = b""
        for chunk in self._body:
            self._left -= len(chunk)
            if self._left < 0:
                self._wire.cut("long")
                raise httpx.ReadError("too long")
            last = (last + chunk)[-64:]
            self._wire.ended = END in last
            yield chunk

    def close(self) -> None:
        self._body.close()


def _shut(held: socket.socket | None) -> None:
    if held is not None:
        with suppress(OSError):  # it is down already
            # Not held.shutdown: that of an encrypted socket takes its state from under the thread that reads.
            socket.socket.shutdown(held, socket.SHUT_RDWR)
