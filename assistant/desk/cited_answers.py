"""Which provisions the answers given have cited, so that a change of the law can name the answers it makes doubtful.

Only that is kept: an answer's id, its day, the day it was asked for, its outcome and the addresses it cites. No word of
a question or of a person is. The newest answers are kept; losing them loses no text.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date

from sqlalchemy import Date, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assistant.answer_model import Answer
from assistant.desk.database import Desk, Table, desk_of
from assistant.service import Service
from kb.address import split
from kb.errors import Unavailable
from kb.model import Frozen

log = logging.getLogger(__name__)
KEPT = 100_000
"""Answers kept, about 40 MB; the oldest go first."""
REST_SECONDS = 30.0
"""A log in trouble is left alone for so long: answers must not wait for it one after the other."""


class CitedAnswer(Frozen):
    """An answer that was given on `day`, by the law of `as_of`; `addresses` are those that it cites."""

    answer_id: str
    day: date
    as_of: date
    outcome: str
    addresses: tuple[str, ...]


class PlaceRow(Table):
    __tablename__ = "cited_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[int] = mapped_column(ForeignKey("cited_answers.id", ondelete="CASCADE"))
    document_id: Mapped[str] = mapped_column(String(400))
    address: Mapped[str] = mapped_column(String(800))


class AnswerRow(Table):
    __tablename__ = "cited_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(Date)
    as_of: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(20))
    places: Mapped[list[PlaceRow]] = relationship(order_by=PlaceRow.id, passive_deletes=True)


class CitedAnswers:
    """The log on a desk; `kept` is how many answers stay in it."""

    def __init__(self, desk: Desk, kept: int = KEPT) -> None:
        self._desk = desk
        self._kept = kept

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
        with self._desk.writing() as session:
            session.execute(delete(AnswerRow).where(AnswerRow.answer_id == answer.answer_id))
            session.add(row)
            session.flush()
            session.execute(delete(AnswerRow).where(AnswerRow.id <= row.id - self._kept))

    def citing(self, document_id: str, limit: int = 200) -> list[CitedAnswer]:
        """The newest answers that cite a version of a text. Raises Unavailable."""
        citing = select(PlaceRow.answer).where(PlaceRow.document_id == document_id)
        query = select(AnswerRow).where(AnswerRow.id.in_(citing)).order_by(AnswerRow.id.desc()).limit(limit)
        with self._desk.reading() as session:
            return [
                CitedAnswer(
                    answer_id=row.answer_id, day=row.day, as_of=row.as_of, outcome=row.outcome,
                    addresses=tuple(place.address for place in row.places),
                )
                for row in session.scalars(query)
            ]  # fmt: skip


def answers_of(service: Service) -> CitedAnswers:
    """The log of a service."""
    return CitedAnswers(desk_of(service))


def remember(service: Service, answer: Answer) -> None:
    """Log an answer that is being given. Whatever is wrong with the log, the answer goes out."""
    memory(service)(answer)


def memory(service: Service, clock: Callable[[], float] = time.monotonic) -> Callable[[Answer], None]:
    """What logs the answers of a service, ready: it can be used while the service closes, when nothing can be opened
    any more."""
    rest = service.parts.get(_Rest, _Rest)
    try:
        kept = answers_of(service) if clock() >= rest.until else None
    except Unavailable:
        kept = None
        rest.until = clock() + REST_SECONDS
        log.warning("answers are not logged", exc_info=True)

    def remembered(answer: Answer) -> None:
        if kept is None or clock() < rest.until:
            return
        try:
            kept.add(answer, service.today())
        except Unavailable:
            rest.until = clock() + REST_SECONDS
            log.warning("an answer was not logged", exc_info=True)

    return remembered


class _Rest:
    """Until when the log of a service is left alone, in seconds of a clock."""

    until = 0.0

    def close(self) -> None:
        """Nothing is held."""
