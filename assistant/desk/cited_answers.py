"""Which provisions the answers given have cited, so that a change of the law can name the answers it makes doubtful.

Only that is kept: an answer's id, its day, the day it was asked for, its outcome and the addresses it cites. No word of
a question or of a person is. The newest answers are kept, in a file of their own beside the registry: it goes with a
backup, and losing it loses no text. Its one schema is created as it stands, because the oldest rows always go.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Date, ForeignKey, String, create_engine, delete, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from assistant.answer_model import Answer
from assistant.service import Service
from kb.address import split
from kb.errors import Unavailable
from kb.model import Frozen

log = logging.getLogger(__name__)
FILE = "desk.sqlite3"
KEPT = 100_000
"""Answers kept, about 40 MB; the oldest go first."""


class CitedAnswer(Frozen):
    """An answer that was given on `day`, by the law of `as_of`; `addresses` are those that it cites."""

    answer_id: str
    day: date
    as_of: date
    outcome: str
    addresses: tuple[str, ...]


class Table(DeclarativeBase):
    pass


class PlaceRow(Table):
    __tablename__ = "cited_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[int] = mapped_column(ForeignKey("cited_answers.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[str] = mapped_column(String(400), index=True)
    address: Mapped[str] = mapped_column(String(800))


class AnswerRow(Table):
    __tablename__ = "cited_answers"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(64), unique=True)
    day: Mapped[date] = mapped_column(Date)
    as_of: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(20))
    places: Mapped[list[PlaceRow]] = relationship(order_by=PlaceRow.id, passive_deletes=True)


class CitedAnswers:
    """The log under a data folder; `kept` is how many answers stay in it."""

    def __init__(self, home: Path, kept: int = KEPT) -> None:
        self._engine = create_engine(f"sqlite:///{home / FILE}")
        self._kept = kept
        event.listen(self._engine, "connect", _pragmas)
        with _said():
            Table.metadata.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def add(self, answer: Answer, day: date) -> None:
        """Remember what an answer cites; one that cites nothing is passed over. The same answer given again counts as
        new. Raises Unavailable."""
        addresses = tuple(dict.fromkeys(citation.address for citation in answer.citations))
        if not answer.answer_id or not addresses:
            return
        places = [PlaceRow(document_id=split(address)[0], address=address) for address in addresses]
        row = AnswerRow(
            answer_id=answer.answer_id, day=day, as_of=answer.as_of, outcome=answer.outcome, places=places
        )  # fmt: skip
        with _said(), Session(self._engine) as session, session.begin():
            session.execute(delete(AnswerRow).where(AnswerRow.answer_id == answer.answer_id))
            session.add(row)
            session.flush()
            session.execute(delete(AnswerRow).where(AnswerRow.id <= row.id - self._kept))

    def citing(self, document_id: str, limit: int = 200) -> list[CitedAnswer]:
        """The newest answers that cite a version of a text. Raises Unavailable."""
        citing = select(PlaceRow.answer).where(PlaceRow.document_id == document_id)
        query = select(AnswerRow).where(AnswerRow.id.in_(citing)).order_by(AnswerRow.id.desc()).limit(limit)
        with _said(), Session(self._engine) as session:
            return [
                CitedAnswer(
                    answer_id=row.answer_id, day=row.day, as_of=row.as_of, outcome=row.outcome,
                    addresses=tuple(place.address for place in row.places),
                )
                for row in session.scalars(query)
            ]  # fmt: skip


def answers_of(service: Service) -> CitedAnswers:
    """The log of a service, opened at its first use and closed with the service."""
    return service.parts.get(CitedAnswers, lambda: CitedAnswers(service.settings.home))


def remember(service: Service, answer: Answer) -> None:
    """Log an answer that is being given. Whatever is wrong with the log, the answer goes out."""
    try:
        answers_of(service).add(answer, service.today())
    except Unavailable:
        log.warning("an answer was not logged", exc_info=True)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable(f"回答记录（{FILE}）无法读写：{error}。请检查磁盘空间与权限。") from error


def _pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=1000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
