"""The route that says the force of every document on several dates, and why it is not known where it is not."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from assistant.api.dependencies import ServiceAtHand
from kb import validity
from kb.model import Document, Force, Frozen, State

routes = APIRouter(prefix="/api")
DATES_MOST = 12


class ForceOn(Frozen):
    on: date
    force: Force
    reason: str


class DocumentForces(Frozen):
    id: str
    title: str
    version: str
    forces: tuple[ForceOn, ...]


class Validity(Frozen):
    """The JSON of `/api/validity`; `counts` maps each date to how many documents have which force on it, whether or not
    they are listed."""

    dates: tuple[date, ...]
    documents: tuple[DocumentForces, ...]
    counts: dict[date, dict[Force, int]]


@routes.get("/validity")
def forces(
    service: ServiceAtHand, on: Annotated[list[date] | None, Query(max_length=DATES_MOST)] = None,
    unknown_only: bool = False,
) -> Validity:  # fmt: skip
    """The force of every published document on each date, today where none is given; with `unknown_only` those that
    have none on one of them."""
    dates = tuple(dict.fromkeys(on or [service.today()]))
    held = [h.document for h in service.knowledge.registry.held().values() if h.document.state is State.PUBLISHED]
    rows = [_row(document, dates) for document in sorted(held, key=lambda d: d.id)]
    counts = {day: dict(Counter(row.forces[at].force for row in rows)) for at, day in enumerate(dates)}
    shown = [row for row in rows if not unknown_only or any(f.force is Force.UNKNOWN for f in row.forces)]
    return Validity(dates=dates, documents=tuple(shown), counts=counts)


def _row(document: Document, dates: tuple[date, ...]) -> DocumentForces:
    return DocumentForces(
        id=document.id, title=document.title, version=document.version,
        forces=tuple(
            ForceOn(on=day, force=validity.force(document, day), reason=validity.reason(document, day))
            for day in dates
        ),
    )  # fmt: skip
