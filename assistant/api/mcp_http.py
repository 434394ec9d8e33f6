"""The tools of `assistant.mcp_server` over streamable HTTP at `/mcp`, without sessions: each request stands alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.routing import Route

from assistant.service import Service
from kb.errors import RegkbError, Unavailable
from kb.settings import Settings

INSIDE = "http://regkb"
SECONDS = 600
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")


@asynccontextmanager
async def tools_served(app: FastAPI, service: Service) -> AsyncIterator[None]:
    """Serve the tools for as long as the application runs; they call its own routes, without a socket."""
    from mcp.server.transport_security import TransportSecuritySettings  # half a second that no command line needs

    from assistant.mcp_server import tool_server

    names = allowed_names(service.settings)
    security = TransportSecuritySettings(
        allowed_hosts=[form for name in names for form in (name, f"{name}:*")],
        allowed_origins=[f"{scheme}://{form}" for scheme in ("http", "https") for n in names for form in (n, f"{n}:*")],
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # what is told is the sentence of the system
    async with httpx.AsyncClient(transport=transport, base_url=INSIDE, timeout=SECONDS) as inside:
        server = tool_server(FetchThrough(inside))
        served = server.streamable_http_app(json_response=True, stateless_http=True, transport_security=security)
        # Only POST: a GET would wait for messages that a server without sessions never sends, and hold its connection.
        posted = [Route(one.path, one.endpoint, methods=["POST"]) for one in served.routes if isinstance(one, Route)]
        app.router.routes.extend(posted)
        async with server.session_manager.run():
            yield


def allowed_names(settings: Settings) -> Sequence[str]:
    """Names under which a browser may call the tools. Any other name of this machine is taken for a page elsewhere that
    had its own name pointed here (DNS rebinding)."""
    return tuple(dict.fromkeys((*OWN_NAMES, settings.api_host, *settings.mcp_hosts.split())))


class FetchThrough:
    """Requests through a client of httpx."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        response = await self._client.request(method, path, params=params, json=json)
        body: dict[str, Any] = response.json()
        if response.is_error:
            raise (
                RegkbError(str(body.get("detail"))) if response.status_code < 500 else Unavailable(str(body["detail"]))
            )
        return body
