"""`/embed`: one box and its answer, to be shown in a frame of somebody's website.

It keeps nothing in the browser, loads nothing from elsewhere and may be framed only where the settings allow. Its style
and script come from their own addresses, so that its policy needs no exception for anything inline.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.answer_model import LABEL
from assistant.api.dependencies import ServiceAtHand
from assistant.service import Service

routes = APIRouter()
PARTS = files("assistant.api") / "embed_page"
GUARDED = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@routes.get("/embed", response_class=HTMLResponse, include_in_schema=False)
def embed(service: ServiceAtHand, request: Request) -> HTMLResponse:
    page = Template((PARTS / "page.html").read_text(encoding="utf-8"))
    made = page.substitute(label=escape(LABEL), pages=escape(pages_address(service, request), quote=True))
    policy = content_policy(service.settings.embed_origins.split())
    return HTMLResponse(made, headers=GUARDED | {"Content-Security-Policy": policy, "Cache-Control": "no-cache"})


@routes.get("/embed/page.css", include_in_schema=False)
def style() -> Response:
    return _part("page.css", "text/css")


@routes.get("/embed/page.js", include_in_schema=False)
def script() -> Response:
    return _part("page.js", "text/javascript")


def content_policy(origins: list[str]) -> str:
    """A Content-Security-Policy under which the page talks to this service alone; `origins` may frame it."""
    framing = " ".join(["'self'", *origins])
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {framing}"
    )


def pages_address(service: Service, request: Request) -> str:
    """Where the full pages are: as the settings say, else on their own port of the machine that was asked."""
    settings = service.settings
    name = request.url.hostname or settings.api_host
    machine = f"[{name}]" if ":" in name else name
    return (settings.pages_url or f"{request.url.scheme}://{machine}:{settings.ui_port}").rstrip("/")


def _part(name: str, media_type: str) -> Response:
    headers = GUARDED | {"Cache-Control": "no-cache"}
    return Response((PARTS / name).read_bytes(), media_type=f"{media_type}; charset=utf-8", headers=headers)
