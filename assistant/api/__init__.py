"""The service over HTTP: routes by noun, errors translated in one place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Event

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import PydanticSerializationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from assistant.api import (
    ask,
    changes,
    conversations,
    embed,
    export,
    feedback,
    health,
    interface_page,
    library,
    match,
    metrics,
    openai_chat,
    relations,
    validity,
)
from assistant.api.failures import failure, problems
from assistant.api.limits import BodyLimit
from assistant.api.mcp_http import tools_served
from assistant.desk.conversations import forget_old
from assistant.service import Service
from assistant.tally import tally_of
from kb.errors import BadInput, NotFound, RegkbError
from kb.warming import warm

log = logging.getLogger(__name__)
DAY_SECONDS = 24 * 60 * 60
STATUS = {"BadInput": 422, "Unavailable": 503, "InternalError": 500}
"""Of failures that are no error of ours by kind."""
UNSERVED = {
    400: ("BadInput", "请求体读不出来，请检查它的格式。"),
    404: ("NotFound", "没有这个接口。接口的清单见 /docs。"),
    405: ("BadInput", "这个接口不接受这种请求方法。接口的清单见 /docs。"),
}
"""What the framework says by a status alone."""


def create_app(service: Service) -> FastAPI:
    """The application over an opened service, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        forgetting = asyncio.create_task(_forgetting(service))
        stopping = Event()
        warming = asyncio.create_task(_warming(app, service, stopping))
        try:
            async with tools_served(app, service):
                yield
        finally:
            forgetting.cancel()
            stopping.set()
            await warming
            with suppress(asyncio.CancelledError):
                await forgetting
            service.close()

    app = FastAPI(
        title="regkb", version="0.1.0", lifespan=lifespan, description="生物医药法规知识库与智能助手", docs_url=None,
        redoc_url=None,
    )  # fmt: skip
    app.state.service = service
    app.state.warm = False
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _unserved)
    for kind in (RegkbError, SQLAlchemyError, UnicodeEncodeError, PydanticSerializationError, Exception):
        app.add_exception_handler(kind, _told)
    app.add_middleware(BodyLimit, limit_mb=service.settings.upload_limit_mb, may_write=service.may_write)
    app.add_middleware(metrics.Counting, tally=tally_of(service))
    for part in (
        ask, changes, conversations, embed, export, feedback, health, interface_page, library, match, metrics,
        openai_chat, relations, validity,
    ):  # fmt: skip
        app.include_router(part.routes)
    interface_page.serve_scripts(app)
    return app


def _told(request: Request, error: Exception) -> JSONResponse:
    if request.url.path.startswith(f"{openai_chat.routes.prefix}/"):
        return openai_chat.refused(error)
    told = failure(error)
    status = error.status if isinstance(error, RegkbError) else STATUS[told["error"]]
    return JSONResponse(told, status_code=status)


def _unserved(request: Request, error: Exception) -> JSONResponse:
    """What the framework says of a request that no route takes, or whose body cannot be read, in our words."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, RegkbError):  # the reason why the body was cut off
        return _told(request, error.__cause__)
    kind, words = UNSERVED.get(error.status_code, ("BadInput", str(error.detail)))
    told = _told(request, NotFound(words) if kind == "NotFound" else BadInput(words))
    told.status_code = error.status_code
    told.headers.update(error.headers or {})
    return told


def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({"error": "BadInput", "detail": problems(found)}, status_code=422)


async def _warming(app: FastAPI, service: Service, stopping: Event) -> None:
    """Read beforehand what the first questions need, while the service answers already."""
    if service.knowledge_or_none is None:
        return
    try:
        app.state.warm = await run_in_threadpool(
            warm, service.knowledge, service.today(), lambda: not stopping.is_set()
        )
    except Exception:  # the questions then read what they need
        log.warning("the texts were not read beforehand", exc_info=True)


async def _forgetting(service: Service) -> None:
    """Delete old conversations at the start and once a day."""
    while True:
        try:
            await run_in_threadpool(forget_old, service)
        except Exception:  # whatever it is today, it must not be the end of forgetting
            log.warning("old conversations were not deleted", exc_info=True)
        await asyncio.sleep(DAY_SECONDS)
