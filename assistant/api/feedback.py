"""Routes of ratings and of questions handed to a person: everybody gives them, staff read and work on them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from assistant.api.dependencies import AskedWords, ServiceAtHand, Staff, Visitor, Words
from assistant.desk.feedback import feedback
from assistant.desk.feedback_model import QueueState, Ratings, Reason, Unanswered, UnansweredList, Wish
from assistant.handed_over import looked_for
from kb.errors import BadInput
from kb.model import Frozen

routes = APIRouter(prefix="/api")
NO_CONSENT = "转交前需要您同意：问题（和您填写的联系方式）会保存下来，由平台工作人员查看。请勾选同意后再提交。"
HANDED_OVER = "已转交平台工作人员，编号 {id}。"
CALLED_BACK = "工作人员处理后会按您留下的联系方式回复。"
NOT_CALLED_BACK = "您没有留联系方式，处理结果不会另行通知。"
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class NewRating(Frozen):
    answer_id: Words = Field(min_length=1, max_length=64)
    useful: bool
    reason: Reason | None = None
    words: Words | None = Field(default=None, max_length=500)


class HandOver(Frozen):
    """A question for a person, with the asker's consent to its being kept and read."""

    question: AskedWords = Field(min_length=1, max_length=2000)
    as_of: date | None = None
    answer_id: Words | None = Field(default=None, max_length=64)
    reason: Wish
    contact: Words | None = Field(default=None, max_length=100)
    consent: bool = False


class HandedOver(Frozen):
    """`words` is what to tell the asker."""

    id: str
    words: str


class Work(Frozen):
    """What is given is set."""

    state: QueueState | None = None
    note: Words | None = Field(default=None, max_length=2000)


@routes.post("/ratings", status_code=204)
def rate(service: ServiceAtHand, visitor: Visitor, given: NewRating) -> None:
    feedback(service).rate(visitor, given.answer_id, useful=given.useful, reason=given.reason, words=given.words)


@routes.get("/ratings", dependencies=[Staff])
def ratings(service: ServiceAtHand, useful: bool | None = None, limit: Limit = 50, offset: Offset = 0) -> Ratings:
    """The newest first; `useful` narrows what is listed, not what is counted."""
    return feedback(service).ratings(useful=useful, limit=limit, offset=offset)


@routes.post("/unanswered", status_code=201)
def hand_over(service: ServiceAtHand, visitor: Visitor, given: HandOver) -> HandedOver:
    """Put a question into the queue of the staff, with what a search finds for it today."""
    if not given.consent:
        raise BadInput(NO_CONSENT)
    identity = str(uuid.uuid4())
    contact = (given.contact or "").strip() or None
    feedback(service).hand_over(
        visitor, identity, given.question, reason=given.reason, today=service.today(), as_of=given.as_of,
        answer_id=given.answer_id, contact=contact, searched=looked_for(service, given.question, given.as_of),
    )  # fmt: skip
    words = HANDED_OVER.format(id=identity[:8]) + (CALLED_BACK if contact else NOT_CALLED_BACK)
    return HandedOver(id=identity, words=words)


@routes.get("/unanswered", dependencies=[Staff])
def unanswered(
    service: ServiceAtHand, state: QueueState | None = None, limit: Limit = 50, offset: Offset = 0
) -> UnansweredList:
    """The queue, oldest first."""
    return feedback(service).unanswered(state=state, limit=limit, offset=offset)


@routes.patch("/unanswered/{identity}", dependencies=[Staff])
def work_on(service: ServiceAtHand, identity: str, given: Work) -> Unanswered:
    changes = given.model_dump(exclude_unset=True)
    if changes.get("state", "open") is None:
        raise BadInput("state 只能是 open、taken、closed。")
    return feedback(service).work_on(identity, changes)
