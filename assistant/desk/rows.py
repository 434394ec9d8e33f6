"""The rows of the desk's tables that people write: conversations, turns, ratings, questions for staff.

`visitor` is the hash of a person's key (`assistant.desk.visitor`); `assistant.desk.schema` makes the tables.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from assistant.desk.database import Moment, Table


class ConversationRow(Table):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class TurnRow(Table):
    """`number` orders the turns; `words` is the text of the answer, to search in."""

    __tablename__ = "turns"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    parent: Mapped[int | None] = mapped_column(ForeignKey("turns.number"))
    state: Mapped[str]
    as_of: Mapped[date | None] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer_id: Mapped[str | None]
    failure: Mapped[str | None]
    question: Mapped[str]
    words: Mapped[str | None]
    answer: Mapped[str | None]


class RatingRow(Table):
    __tablename__ = "ratings"

    visitor: Mapped[str] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(primary_key=True)
    useful: Mapped[bool]
    reason: Mapped[str | None]
    words: Mapped[str | None]
    rated_at: Mapped[datetime] = mapped_column(Moment)


class UnansweredRow(Table):
    """`day` is that of the question, `searched` what was looked for and what came closest, as JSON."""

    __tablename__ = "unanswered"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    visitor: Mapped[str]
    day: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    as_of: Mapped[date | None] = mapped_column(Date)
    answer_id: Mapped[str | None]
    reason: Mapped[str]
    state: Mapped[str]
    note: Mapped[str | None]
    contact: Mapped[str | None]
    question: Mapped[str]
    searched: Mapped[dict[str, Any]] = mapped_column(JSON)
