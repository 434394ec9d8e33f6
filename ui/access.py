"""How the command line reaches the system: the running service when there is one, else the same API in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

import httpx

from assistant.api import create_app
from assistant.service import PRODUCT, Service, home_mark
from kb.settings import Settings


class InProcess(httpx.BaseTransport):
    """Runs the API without a socket, so that the command line and the evaluation get what users get."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._transport = httpx.ASGITransport(app=create_app(service))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        inner = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        response = await self._transport.handle_async_request(inner)
        content = b"".join([piece async for piece in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self._service.close()


def is_running(settings: Settings) -> bool:
    """Whether the service of this very data folder answers on the API port."""
    expected = {"status": "ok", "product": PRODUCT, "home": home_mark(settings)}
    try:
        return bool(httpx.get(f"{settings.api_url}/healthz", timeout=2, trust_env=False).json() == expected)
    except (httpx.HTTPError, ValueError):
        return False


def connect(settings: Settings, today: Callable[[], date] = date.today) -> httpx.Client:
    """A client of the running service, or of one opened in this process for as long as the client lives."""
    if is_running(settings):
        return httpx.Client(base_url=settings.api_url, timeout=600, trust_env=False)
    return httpx.Client(base_url="http://regkb", transport=InProcess(Service.open(settings, today)))
