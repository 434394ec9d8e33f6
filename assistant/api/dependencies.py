"""What routes ask for: the service, the staff, the date, the person."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response
from pydantic import AfterValidator

from assistant.api.failures import HALVES
from assistant.desk.visitor import HEADER, known
from assistant.service import STAFF_ONLY, Service
from kb.errors import BadInput, NotAllowed

NOTHING_ASKED = "问题不能为空：请写出要问的内容。"


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


def _visitor(response: Response, key: Annotated[str, Header(alias=HEADER)] = "") -> str:
    response.headers["Cache-Control"] = "no-store"  # the same address shows each person something else
    return known(key)


Visitor = Annotated[str, Depends(_visitor)]
"""The key of the person who asks; without a good one the route raises NotAllowed."""


def whole_characters(words: str) -> str:
    """The words, if all of their characters are whole. Raises BadInput."""
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise BadInput(HALVES) from error
    return words


Words = Annotated[str, AfterValidator(whole_characters)]


def asking_something(words: str) -> str:
    """The words, if there are any. Raises BadInput."""
    if not words.strip():
        raise BadInput(NOTHING_ASKED)
    return words


AskedWords = Annotated[str, AfterValidator(whole_characters), AfterValidator(asking_something)]
"""A question: whole characters, and not blanks alone."""


def wants_events(accept: Annotated[str, Header()] = "") -> bool:
    return "text/event-stream" in accept


AsEvents = Annotated[bool, Depends(wants_events)]
"""Whether the answer is wanted as events while it comes."""


def _untracked(dnt: Annotated[str, Header()] = "") -> bool:
    return dnt == "1"


Untracked = Annotated[bool, Depends(_untracked)]
"""Whether the request says `DNT: 1`: the change radar is then not told what its answer cites."""
