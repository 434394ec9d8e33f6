"""Bounds on what a request may send, before any of it is read: staff bodies need the token, all have a limit.

What is wrong in a JSON body is told value by value, and each costs a hundred times its own length: the number of values
is bounded beside the number of bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service import STAFF_ONLY
from kb.errors import BadInput

STAFF_PATHS = ("/api/documents", "/api/library")
WRITING = ("POST", "PATCH", "PUT", "DELETE")
PUBLIC_LIMIT = 2 * 1024 * 1024
"""Bytes of a question with its history."""
CITE_PATH, CITE_LIMIT = "/api/cite", 8 * 1024 * 1024
"""A text to check may hold a million characters, each up to six bytes when it is escaped."""
STAFF_FACTOR = 4
"""A prepared document travels as JSON with its original in base64: up to four times the file itself."""
MOST_VALUES = 20_000
"""Values in a public body: fifty turns, two hundred documents and a profile are under a thousand."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(")[^"\\]*+(?:\\.[^"\\]*+)*+(\\?)\Z', re.DOTALL)
"""A JSON string; its groups hold what is needed to go on with one that does not end here."""


class BodyLimit:
    """ASGI middleware: 401 before a staff body is read without the token, 413 when a body is said to be over its limit.
    One that turns out to be so raises BadInput where it is read."""

    def __init__(self, app: ASGIApp, limit_mb: int, may_write: Callable[[str], bool]) -> None:
        self._app = app
        self._staff_limit = limit_mb * STAFF_FACTOR * 1024 * 1024
        self._may_write = may_write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in WRITING:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        for_staff = scope["path"].startswith(STAFF_PATHS)
        if for_staff and not self._may_write(headers.get("authorization", "")):
            await _refuse(401, "NotAllowed", STAFF_ONLY)(scope, receive, send)
            return
        public = CITE_LIMIT if scope["path"] == CITE_PATH else PUBLIC_LIMIT
        limit = self._staff_limit if for_staff else public
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await _refuse(413, "BadInput", f"请求内容超过 {limit // 2**20} MB 的上限。")(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit, most_values=None if for_staff else MOST_VALUES), send)


def _refuse(status: int, error: str, detail: str) -> JSONResponse:
    return JSONResponse({"error": error, "detail": detail}, status_code=status)


def _counted(receive: Receive, limit: int, most_values: int | None) -> Receive:
    """A body is cut off as soon as it is over a limit, also one sent in pieces without its length."""
    read, values = 0, _Values()

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        body = message.get("body", b"")
        read += len(body)
        if read > limit:
            raise BadInput(f"请求内容超过 {limit // 2**20} MB 的上限。")
        if most_values is not None:
            values.add(body)
            if values.seen > most_values:
                raise BadInput(f"请求内容的项目太多：最多 {most_values} 项。")
        return message

    return counted


class _Values:
    """Counts the values of a JSON text that comes in pieces: what separates them, outside of strings."""

    def __init__(self) -> None:
        self.seen = 0
        self._left = b""

    def add(self, piece: bytes) -> None:
        outside = _STRING.sub(rb"\1\2", self._left + piece)
        begun = outside.find(b'"')
        self._left = outside[begun:] if begun >= 0 else b""
        self.seen += outside.count(b",")
