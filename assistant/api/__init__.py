"""The service over HTTP: routes by noun, errors translated in one place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from assistant.api import ask, changes, health, library, match, relations, validity
from assistant.api.limits import BodyLimit
from assistant.service import Service
from kb.errors import RegkbError

log = logging.getLogger(__name__)


def create_app(service: Service) -> FastAPI:
    """The application over an opened service, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(title="regkb", version="0.1.0", lifespan=lifespan, description="生物医药法规知识库与智能助手")
    app.state.service = service
    app.add_exception_handler(RegkbError, _regkb_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(BodyLimit, limit_mb=service.settings.upload_limit_mb, may_write=service.may_write)
    for part in (ask, changes, health, library, match, relations, validity):
        app.include_router(part.routes)
    return app


def _regkb_error(_request: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, RegkbError) else 500
    return JSONResponse({"error": type(error).__name__, "detail": str(error)}, status_code=status)


def _database_error(_request: Request, error: Exception) -> JSONResponse:
    log.error("database", exc_info=error)
    return JSONResponse({"error": "Unavailable", "detail": "登记库暂时无法读写，请稍后再试。"}, status_code=503)


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    """The traceback goes to the log, never to the client."""
    return JSONResponse(
        {"error": "InternalError", "detail": "服务内部出错，已记入日志。请稍后再试或联系工作人员。"}, status_code=500
    )


def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "；".join(f"{'.'.join(map(str, p['loc'][1:])) or '请求体'}：{p['msg']}" for p in problems)
    return JSONResponse({"error": "BadInput", "detail": f"请求有误：{detail}"}, status_code=422)
