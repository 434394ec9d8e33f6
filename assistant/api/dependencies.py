"""What routes ask for: the service, the staff, the date."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from assistant.service import Service
from kb.errors import NotAllowed


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceAtHand = Annotated[Service, Depends(_service)]


def _as_of(service: ServiceAtHand, as_of: Annotated[date | None, Query()] = None) -> date:
    return as_of or service.today()


AsOf = Annotated[date, Depends(_as_of)]


def staff(service: ServiceAtHand, authorization: Annotated[str, Header()] = "") -> None:
    """Raises NotAllowed without the staff token."""
    if not service.may_write(authorization):
        raise NotAllowed("此操作需要工作人员令牌。令牌在首次启动时打印，也保存在数据目录的 staff_token 文件中。")


Staff = Depends(staff)
