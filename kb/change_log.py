"""The change radar's entries in the registry: written in the transaction of the change itself, read newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from kb.radar import ChangeEntry
from kb.tables import ChangeRow


def record(session: Session, entries: Iterable[ChangeEntry]) -> None:
    """Add entries to a transaction that is under way."""
    for entry in entries:
        columns = entry.model_dump(exclude={"id", "places"})
        session.add(ChangeRow(**columns, places=[place.model_dump(mode="json") for place in entry.places]))


def entries(
    engine: Engine, *, since: date | None = None, document: str | None = None, limit: int = 50
) -> list[ChangeEntry]:
    """The newest entries first: of `since` or later; of one document or what was compared with it, or of one
    instrument, as `document` names it."""
    query = select(ChangeRow).order_by(ChangeRow.id.desc()).limit(limit)
    if since:
        query = query.where(ChangeRow.recorded_on >= since)
    if document:
        named = (ChangeRow.document_id, ChangeRow.against, ChangeRow.instrument)
        query = query.where(or_(*(column == document for column in named)))
    with Session(engine) as session:
        return [_entry_of(row) for row in session.scalars(query)]


def _entry_of(row: ChangeRow) -> ChangeEntry:
    plain: Mapping[str, object] = {name: getattr(row, name) for name in ChangeEntry.model_fields}
    return ChangeEntry.model_validate(plain)
