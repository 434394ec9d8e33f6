"""`/docs`: the interface in a browser, without another site: its scripts come from the wheel of fastapi-offline.

That package's own application class is not used: its page is a function made anew for each application, which FastAPI
keeps in a cache for ever, and with it everything the application holds.
"""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

routes = APIRouter()
SCRIPTS = "/docs-scripts"


@routes.get("/docs", include_in_schema=False)
def page(request: Request) -> HTMLResponse:
    root = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json", title="regkb", swagger_js_url=f"{root}{SCRIPTS}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{SCRIPTS}/swagger-ui.css", swagger_favicon_url=f"{root}{SCRIPTS}/favicon.png",
    )  # fmt: skip


def serve_scripts(app: FastAPI) -> None:
    app.mount(SCRIPTS, StaticFiles(directory=str(files("fastapi_offline") / "static")), name="docs")
