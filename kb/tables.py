"""The SQL schema of the registry. Migrations in `kb/migrations` bring a database to it.

Only keys have a length, which `kb.keepable` holds every write to: PostgreSQL enforces it and SQLite does not.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "ChangeRow", "ChunkRow", "DocumentRow", "EditRow", "IntakeRow", "MetaRow", "PendingRow", "ProvisionRow",
    "RelationRow", "ReviewRow", "Table",
]  # fmt: skip


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, list[dict[str, Any]]: JSON}  # noqa: RUF012 - SQLAlchemy reads it from the class


class DocumentRow(Table):
    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(400), primary_key=True)
    instrument: Mapped[str] = mapped_column(String(300), index=True)
    version: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[str] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    sectors: Mapped[list[str]]
    topics: Mapped[list[str]]
    stages: Mapped[list[str]] = mapped_column(server_default="[]")
    issued_on: Mapped[date | None] = mapped_column(Date)
    published_on: Mapped[date | None] = mapped_column(Date)
    effective_on: Mapped[date | None] = mapped_column(Date)
    valid_from: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    repealed_on: Mapped[date | None] = mapped_column(Date)
    superseded_on: Mapped[date | None] = mapped_column(Date)
    amended_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), index=True)
    source: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    amendments: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    conflicts: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    repairs: Mapped[list[dict[str, Any]]] = mapped_column(deferred=True)
    notes: Mapped[list[str]] = mapped_column(deferred=True)
    text: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    original: Mapped[str | None] = mapped_column(String(64))
    original_name: Mapped[str | None] = mapped_column(Text)
    generation: Mapped[int] = mapped_column(default=0)


class _Placed:
    """Columns of a row that belongs to one generation of a document."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(400))


class ProvisionRow(_Placed, Table):
    __tablename__ = "provisions"
    __table_args__ = (Index("ix_provisions_place", "document_id", "path"),)

    ordinal: Mapped[int]
    rung: Mapped[str] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(Text)
    heading: Mapped[str | None] = mapped_column(Text)
    start: Mapped[int]
    body: Mapped[int]
    end: Mapped[int]
    page: Mapped[int | None]
    trail: Mapped[list[str]]


class ChunkRow(_Placed, Table):
    __tablename__ = "chunks"
    __table_args__ = (Index("ix_chunks_document", "document_id"),)

    part: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    index_text: Mapped[str] = mapped_column(Text)


class RelationRow(_Placed, Table):
    __tablename__ = "relations"
    __table_args__ = (Index("ix_relations_document", "document_id"), Index("ix_relations_target", "instrument", "kind"))

    kind: Mapped[str] = mapped_column(String(20))
    instrument: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(Text)
    article: Mapped[str | None] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text, server_default="")
    number: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    doubt: Mapped[str | None] = mapped_column(Text)


class ReviewRow(Table):
    """What staff decided about a relation that was in doubt: kept by what the relation says, so that it survives every
    re-ingest."""

    __tablename__ = "relation_reviews"

    document_id: Mapped[str] = mapped_column(String(400), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    title: Mapped[str] = mapped_column(String(400), primary_key=True)
    accepted: Mapped[bool]
    decided_on: Mapped[date] = mapped_column(Date)


class ChangeRow(Table):
    """Something that happened to a text, with the places of it that changed: what the change radar reads."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_document", "document_id"), Index("ix_changes_day", "recorded_on"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recorded_on: Mapped[date] = mapped_column(Date)
    event: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str] = mapped_column(String(400))
    instrument: Mapped[str] = mapped_column(String(300))
    against: Mapped[str | None] = mapped_column(String(400))
    places: Mapped[list[dict[str, Any]]]
    words: Mapped[str] = mapped_column(Text)


class EditRow(Table):
    """What staff corrected: an overlay by document and field that survives every re-ingest."""

    __tablename__ = "edits"

    document_id: Mapped[str] = mapped_column(String(400), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)  # JSON


class PendingRow(Table):
    """A replace that has begun and not ended: its orphans are swept when the knowledge base is next opened."""

    __tablename__ = "pending"

    document_id: Mapped[str] = mapped_column(String(400), primary_key=True)


class IntakeRow(Table):
    """A file that was taken in: its fingerprint, and the document and digest it gave."""

    __tablename__ = "intakes"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(400))
    digest: Mapped[str] = mapped_column(String(64))


class MetaRow(Table):
    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
