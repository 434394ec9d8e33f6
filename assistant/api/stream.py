"""One reply over HTTP: as events while it comes, or as JSON when all of it is there.

Either way a client that goes away stops it at once, and no thread works on for nobody. Events are pulled one by one,
each when the one before it was sent, so that a slow reader slows the model down instead of filling the memory.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

from fastapi.responses import Response
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from assistant.answer_model import Answer
from assistant.api.failures import failure
from assistant.events import Cited, Event, Token

HEARTBEAT_SECONDS = 10.0
"""After so long without a piece a comment is sent: proxies close what is silent."""
HEARTBEAT = ": \n\n"
LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""JSON itself escapes the others."""
UNKEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class _Watched(Response):
    """A response that calls `stop` as soon as the client goes away. `stop` may be called from any thread."""

    def __init__(self, threads: Executor, stop: Callable[[], None], media_type: str) -> None:
        super().__init__(headers=UNKEPT, media_type=media_type)
        del self.headers["content-length"]
        self._threads, self._stop = threads, stop

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stop()


class WholeReply(_Watched):
    """JSON of what `whole` gives, which is called in a thread; what it raises is raised here."""

    def __init__(self, threads: Executor, stop: Callable[[], None], whole: Callable[[], BaseModel]) -> None:
        super().__init__(threads, stop, "application/json")
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.ensure_future(self._watch(receive))
        try:
            # Shielded: a call that still waits for a thread would else never be made, and never be over.
            made = await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._threads, self._whole))
        except asyncio.CancelledError:
            self._stop()
            raise
        finally:
            watching.cancel()
        body = made.model_dump_json().encode()
        await Response(body, headers=UNKEPT, media_type="application/json")(scope, receive, send)


class StreamedReply(_Watched):
    """`pieces` of a text/event-stream, pulled to their end whatever happens. They must end soon after `stop`, and raise
    nothing: there is no status left to say it with."""

    def __init__(
        self, threads: Executor, stop: Callable[[], None], pieces: Iterator[str], heartbeat: float = HEARTBEAT_SECONDS
    ) -> None:
        super().__init__(threads, stop, "text/event-stream")
        self._pieces, self._heartbeat = pieces, heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.ensure_future(self._watch(receive))
        over = False
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while (piece := await self._next(send)) is not None:
                await self._send_on(send, piece)
            over = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watching.cancel()
            if not over:
                self._stop()
                with suppress(RuntimeError):  # the service has closed, and its replies with it
                    self._threads.submit(exhaust, self._pieces)

    async def _next(self, send: Send) -> str | None:
        """The next piece, None after the last one."""
        step = asyncio.get_running_loop().run_in_executor(self._threads, next, self._pieces, None)
        try:
            while not step.done():
                await asyncio.wait({step}, timeout=self._heartbeat)
                if not step.done():
                    await self._send_on(send, HEARTBEAT)
        except asyncio.CancelledError:
            self._stop()
            await asyncio.wait({step})  # else the pieces could not be pulled to their end
            raise
        return step.result()

    async def _send_on(self, send: Send, piece: str) -> None:
        try:
            await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
        except OSError:  # some servers say so when nobody reads any more
            self._stop()


def pieces(events: Iterator[Event], opening: str = "") -> Iterator[str]:
    """Events as they are sent, after `opening`; a failure is the event `error`."""
    if opening:
        yield opening
    try:
        for event in events:
            yield _written(event)
    except Exception as error:
        yield named("error", failure(error))


def _written(event: Event) -> str:
    if isinstance(event, Token):
        return named("token", {"text": event.text})
    if isinstance(event, Cited):
        return named("citation", event.citation.model_dump(mode="json"))
    return named("done", event.model_dump(mode="json"))


def named(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {one_line(data)}\n\n"


def one_line(data: dict[str, Any]) -> str:
    """JSON without a character at which any reader ends a line: many take more for one than the format does."""
    return json.dumps(data, ensure_ascii=False).translate(LINE_ENDS)


def last(events: Iterator[Event]) -> Answer:
    """Pull events to their end; the last is the answer."""
    *_, answer = events
    assert isinstance(answer, Answer)
    return answer


def exhaust(left: Iterator[object]) -> object:
    """Pull what is left, so that the answer or its part is kept; nobody is there to be told of a failure. Returns the
    last that came, None where nothing did."""
    last = None
    with suppress(Exception):
        for last in left:  # noqa: B007 - the last one is what is asked for
            pass
    return last
