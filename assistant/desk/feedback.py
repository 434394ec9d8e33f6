"""What people say about answers, and the questions they hand to a person: staff read both, without knowing who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assistant.desk.database import Desk, desk_of
from assistant.desk.feedback_model import (
    GivenRating,
    QueueState,
    Rating,
    Ratings,
    Reason,
    Search,
    Unanswered,
    UnansweredList,
    Wish,
)
from assistant.desk.rows import RatingRow, UnansweredRow
from assistant.desk.visitor import mark
from assistant.service import Service
from kb.errors import BadInput, NotFound

MOST_A_DAY = 20
"""Questions of one person a day that nobody has taken up yet."""


def now() -> datetime:
    return datetime.now(UTC)


class Feedback:
    """The store on a desk. `visitor` is the key of a person. Raises Unavailable when the file cannot be used."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime] = now) -> None:
        self._desk, self._clock = desk, clock

    def rate(
        self, visitor: str, answer_id: str, *, useful: bool, reason: Reason | None = None, words: str | None = None
    ) -> None:
        """Said again, it replaces what the same person said of the same answer before."""
        with self._desk.writing() as session:
            session.merge(
                RatingRow(
                    visitor=mark(visitor), answer_id=answer_id, useful=useful, reason=reason, words=words,
                    rated_at=self._clock(),
                )
            )  # fmt: skip

    def ratings(self, *, useful: bool | None = None, limit: int = 50, offset: int = 0) -> Ratings:
        """The newest first; `useful` narrows what is listed, not what is counted."""
        chosen: list[ColumnElement[bool]] = [] if useful is None else [RatingRow.useful == useful]
        listed = select(RatingRow).where(*chosen).order_by(RatingRow.rated_at.desc()).limit(limit).offset(offset)
        counted = select(RatingRow.useful, RatingRow.reason, func.count()).group_by(RatingRow.useful, RatingRow.reason)
        with self._desk.reading() as session:
            groups = [(bool(was), why, int(count)) for was, why, count in session.execute(counted)]
            return Ratings(
                total=sum(count for _, _, count in groups), useful=sum(count for was, _, count in groups if was),
                reasons={why: count for was, why, count in groups if why and not was},
                ratings=tuple(Rating.model_validate(_fields(row, "visitor")) for row in session.scalars(listed)),
            )  # fmt: skip

    def hand_over(
        self, visitor: str, identity: str, question: str, *, reason: Wish, searched: Search, today: date,
        as_of: date | None = None, answer_id: str | None = None, contact: str | None = None,
    ) -> None:  # fmt: skip
        """Put a question into the queue. Raises BadInput when the person has too many waiting from this day."""
        owner = mark(visitor)
        waiting = select(func.count()).where(
            UnansweredRow.visitor == owner, UnansweredRow.day == today, UnansweredRow.state == "open"
        )
        with self._desk.writing() as session:
            if (session.scalar(waiting) or 0) >= MOST_A_DAY:
                raise BadInput(
                    f"今天已转交 {MOST_A_DAY} 个问题，工作人员还没有处理完。请明天再转，或等其中一些处理后再试。"
                )
            session.add(
                UnansweredRow(
                    id=identity, visitor=owner, day=today, asked_at=self._clock(), as_of=as_of, answer_id=answer_id,
                    reason=reason, state="open", contact=contact, question=question,
                    searched=searched.model_dump(mode="json"),
                )
            )  # fmt: skip

    def unanswered(self, *, state: QueueState | None = None, limit: int = 50, offset: int = 0) -> UnansweredList:
        """The queue, oldest first."""
        chosen: list[ColumnElement[bool]] = [] if state is None else [UnansweredRow.state == state]
        listed = select(UnansweredRow).where(*chosen).order_by(UnansweredRow.number).limit(limit).offset(offset)
        with self._desk.reading() as session:
            total = session.scalar(select(func.count()).select_from(UnansweredRow).where(*chosen)) or 0
            return UnansweredList(total=total, unanswered=tuple(_told(row) for row in session.scalars(listed)))

    def work_on(self, identity: str, changes: dict[str, str | None]) -> Unanswered:
        """Set `state`, `note` or both. Raises NotFound."""
        with self._desk.writing() as session:
            row = session.scalar(select(UnansweredRow).where(UnansweredRow.id == identity))
            if row is None:
                raise NotFound("没有这条待答问题。")
            for name, value in changes.items():
                setattr(row, name, value)
            session.flush()
            return _told(row)


def feedback(service: Service) -> Feedback:
    """The store of a service."""
    return Feedback(desk_of(service))


def ratings_of(session: Session, owner: str, answers: Sequence[str]) -> dict[str, GivenRating]:
    """What a person, by the mark of the key, said of some answers, by their ids."""
    query = select(RatingRow).where(RatingRow.visitor == owner, RatingRow.answer_id.in_(answers))
    return {
        row.answer_id: GivenRating.model_validate({"useful": row.useful, "reason": row.reason})
        for row in session.scalars(query)
    }


def _told(row: UnansweredRow) -> Unanswered:
    return Unanswered.model_validate(_fields(row, "visitor", "number", "day"))


def _fields(row: RatingRow | UnansweredRow, *hidden: str) -> dict[str, Any]:
    names = [column.name for column in row.__table__.columns]
    return {name: getattr(row, name) for name in names if name not in hidden}
