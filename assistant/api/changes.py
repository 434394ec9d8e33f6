"""Routes of versions: two of them side by side, and the change radar with what points at each change."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query

from assistant.api.dependencies import AsOf, ServiceAtHand, Staff, staff
from assistant.desk.cited_answers import CitedAnswer, answers_of
from assistant.reading.compared import Comparison, comparison
from assistant.reading.touched import touched
from assistant.service import Service
from kb.errors import BadInput
from kb.model import Document, State
from kb.radar import ChangeEntry

routes = APIRouter(prefix="/api")


@routes.get("/compare")
def compare(
    service: ServiceAtHand, as_of: AsOf, old: Annotated[str, Query(min_length=1, max_length=400)],
    new: Annotated[str, Query(min_length=1, max_length=400)], authorization: Annotated[str, Header()] = "",
) -> Comparison:  # fmt: skip
    """Two documents by their ids, unit by unit. What is not published is compared for staff only."""
    if old == new:
        raise BadInput("要对照的两个编号相同。请给出两个不同的版本。")
    before, after = (_readable(service, name, authorization) for name in (old, new))
    return comparison(service.knowledge, before, after, as_of)


@routes.get("/changes", dependencies=[Staff])
def changes(
    service: ServiceAtHand, since: date | None = None,
    document: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """What happened to the texts, newest first, each with what points at it. `document` is an id or an instrument."""
    entries = service.knowledge.registry.changes(since=since, document=document, limit=limit)
    return {"changes": [_with_touches(service, entry) for entry in entries]}


def _readable(service: Service, name: str, authorization: str) -> Document:
    document = service.knowledge.registry.document(name)
    if document.state is not State.PUBLISHED:
        staff(service, authorization)
    return document


def _with_touches(service: Service, entry: ChangeEntry) -> dict[str, Any]:
    found = touched(
        service.knowledge.registry, entry, service.today(), items=service.items, paths=service.paths,
        measures=service.measures, answers=_answers(service, entry),
    )  # fmt: skip
    return entry.model_dump(mode="json") | {
        "touches": [touch.model_dump(mode="json") for touch in found],
        "touched": Counter(touch.kind for touch in found),
    }


def _answers(service: Service, entry: ChangeEntry) -> list[CitedAnswer]:
    """The answers that may have quoted the text as it was before."""
    texts = dict.fromkeys(name for name in (entry.against, entry.document_id) if name)
    return [answer for name in texts for answer in answers_of(service).citing(name)]
