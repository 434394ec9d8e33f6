"""Routes of navigation and policy matching."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from assistant.answer_model import Question
from assistant.api.dependencies import ServiceAtHand
from assistant.guidance.match import match
from assistant.guidance.navigate import navigate
from assistant.model import EnterpriseProfile, NavigationResult
from assistant.question.asked_day import understood
from kb.model import Frozen

routes = APIRouter(prefix="/api")


class NavigateRequest(Frozen):
    need: str = Field(min_length=1, max_length=500)
    profile: EnterpriseProfile | None = None
    as_of: date | None = None


class MatchRequest(Frozen):
    profile: EnterpriseProfile
    as_of: date | None = None


@routes.post("/navigate")
def navigate_need(service: ServiceAtHand, request: NavigateRequest) -> NavigationResult:
    """The items for a need, by the law of the day that is set, else of the one the need names in words."""
    asked = understood(Question(question=request.need, as_of=request.as_of), service.today(), "查找")
    found = navigate(
        asked.sought, request.profile, items=service.items, paths=service.paths, search=service.search,
        quoter=service.quoter, as_of=asked.day,
    )  # fmt: skip
    return found.model_copy(update={"as_of": asked.day, "notes": asked.notes})


@routes.post("/match")
def match_profile(service: ServiceAtHand, request: MatchRequest) -> dict[str, Any]:
    found = match(
        request.profile, measures=service.measures, quoter=service.quoter, as_of=request.as_of or service.today()
    )
    return {"matches": found}
