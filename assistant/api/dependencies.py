"""What routes ask for: the service, the staff, the date."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from assistant.service import STAFF_ONLY, Service
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
        raise NotAllowed(STAFF_ONLY)


Staff = Depends(staff)
