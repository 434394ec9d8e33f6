"""`/metrics` for Prometheus, and the middleware that counts and times every request by its route."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.dependencies import ServiceAtHand
from assistant.tally import Tally, tally_of

routes = APIRouter()
UNKNOWN = "other"
"""Paths that are no route of ours: a label for each that a stranger tries would fill the memory."""
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS")
CUT_OFF = 499
"""The client went away before there was a status."""


@routes.get("/metrics")
def metrics(service: ServiceAtHand) -> Response:
    return Response(tally_of(service).page(service), media_type=CONTENT_TYPE_LATEST)


class Counting:
    """ASGI middleware: the outermost one, so that refusals of the others count too."""

    def __init__(self, app: ASGIApp, tally: Tally, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app, self._tally, self._clock = app, tally, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._clock(), CUT_OFF

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else UNKNOWN
            self._tally.request(method, _route(scope), status, self._clock() - begun)


def _route(scope: Scope) -> str:
    """The path as it is declared: an address of a provision or a number of a conversation is no label."""
    return str(getattr(scope.get("route"), "path", UNKNOWN))
