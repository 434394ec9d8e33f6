"""The conversations people have had: kept for the person whose key began them, and for nobody else.

A turn is written when it begins and when it ends. A turn that is written as running while nothing runs belongs to a
service that was killed, and is read as failed. Answers are kept as their JSON; one that this program can no longer read
is failed too, with its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.answer_model import Answer, Turn
from assistant.desk.branches import Branches, Twig
from assistant.desk.conversation_model import (
    ConversationHead,
    ConversationList,
    ConversationPage,
    ConversationPath,
    StoredTurn,
    TurnState,
)
from assistant.desk.database import Desk, desk_of
from assistant.desk.feedback import ratings_of
from assistant.desk.rows import ConversationRow, TurnRow
from assistant.desk.turn_reading import history, stored
from assistant.desk.visitor import mark
from assistant.running import Replies, replies_of
from assistant.service import Service
from kb.errors import Conflict, NotFound

MOST_CONVERSATIONS, MOST_TURNS = 1000, 500
TITLE_LENGTH = 30
REMEMBERED = 6
"""Turns of the path that a new question is understood by."""
NO_CONVERSATION = "没有这个对话，或它已被删除。"


def now() -> datetime:
    return datetime.now(UTC)


class Begun(NamedTuple):
    """A turn that was put in after `parent`, and what was said before it, oldest first."""

    id: str
    parent: str | None
    history: tuple[Turn, ...]


class Conversations:
    """The store on a desk. `visitor` is everywhere the key of a person. Safe to share between threads. Raises NotFound
    for what is not there or belongs to somebody else, Unavailable when the file cannot be used."""

    def __init__(self, desk: Desk, replies: Replies, clock: Callable[[], datetime] = now) -> None:
        self._desk, self._replies, self._clock = desk, replies, clock

    def create(self, visitor: str, conversation: str) -> ConversationHead:
        """A new conversation of that id. Raises Conflict when the person has as many as may be."""
        moment, owner = self._clock(), mark(visitor)
        row = ConversationRow(id=conversation, visitor=owner, title="", created_at=moment, updated_at=moment)
        with self._desk.writing() as session:
            held = select(func.count()).where(ConversationRow.visitor == owner)
            if (session.scalar(held) or 0) >= MOST_CONVERSATIONS:
                raise Conflict(f"已有 {MOST_CONVERSATIONS} 个对话，不能再新建。请先删除不再需要的对话。")
            session.add(row)
            session.flush()
            return _head(row, 0)

    def page(self, visitor: str, *, words: str = "", limit: int = 20, offset: int = 0) -> ConversationList:
        """The person's conversations, newest first; `words` are looked for in titles, questions and answers."""
        mine: list[ColumnElement[bool]] = [ConversationRow.visitor == mark(visitor)]
        if words:
            mine.append(_holds(words))
        turns = select(func.count()).where(TurnRow.conversation == ConversationRow.id)
        listed = (
            select(ConversationRow, turns.correlate(ConversationRow).scalar_subquery()).where(*mine)
            .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc()).limit(limit).offset(offset)
        )  # fmt: skip
        with self._desk.reading() as session:
            total = session.scalar(select(func.count()).select_from(ConversationRow).where(*mine)) or 0
            heads = tuple(_head(row, count) for row, count in session.execute(listed))
            return ConversationList(total=total, conversations=heads)

    def read(
        self, visitor: str, conversation: str, *, leaf: str | None = None, limit: int = 30, before: str | None = None
    ) -> ConversationPage:
        """The last `limit` turns of a path, or of those before the turn `before`. The path goes to the newest turn of
        all, or of the branch that `leaf` begins or ends."""
        alive = self._replies.names()
        with self._desk.reading() as session:
            row, branches = _owned(session, visitor, conversation), _branches(session, conversation)
            path = branches.path(branches.newest_below(leaf) if leaf else branches.newest)
            if before:
                last = branches.find(before)
                path = path[: path.index(last)] if last in path else branches.path(last)[:-1]
            shown = path[max(0, len(path) - limit) :]
            return ConversationPage(
                id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at,
                earlier=len(path) - len(shown), turns=self._turns(session, visitor, branches, shown, alive),
            )  # fmt: skip

    def path(self, visitor: str, conversation: str, leaf: str | None = None) -> ConversationPath:
        """All turns from the first question to the turn `leaf` and no further, None for the newest."""
        alive = self._replies.names()
        with self._desk.reading() as session:
            row, branches = _owned(session, visitor, conversation), _branches(session, conversation)
            path = branches.path(branches.find(leaf) if leaf else branches.newest)
            return ConversationPath(_head(row, len(branches)), self._turns(session, visitor, branches, path, alive))

    def turn(self, visitor: str, conversation: str, turn: str) -> StoredTurn:
        alive = self._replies.names()
        with self._desk.reading() as session:
            _owned(session, visitor, conversation)
            branches = _branches(session, conversation)
            return self._turns(session, visitor, branches, [branches.find(turn)], alive)[0]

    def begin(
        self, visitor: str, conversation: str, turn: str, question: str, as_of: date | None, *,
        parent: str | None = None, afresh: bool = False,
    ) -> Begun:  # fmt: skip
        """Put in a turn of that id, running, after `parent`: None is the newest turn, or with `afresh` none at all. The
        first question names the conversation. Raises Conflict when it has as many turns as may be."""
        moment = self._clock()
        with self._desk.writing() as session:
            row, branches = _owned(session, visitor, conversation), _branches(session, conversation)
            if len(branches) >= MOST_TURNS:
                raise Conflict(f"这个对话已有 {MOST_TURNS} 轮，不能再问。请新建一个对话。")
            after = branches.find(parent) if parent else None if afresh else branches.newest
            session.add(
                TurnRow(
                    id=turn, conversation=conversation, parent=after.number if after else None, state="running",
                    as_of=as_of, asked_at=moment, question=question,
                )
            )  # fmt: skip
            row.updated_at = moment
            row.title = row.title or " ".join(question.split())[:TITLE_LENGTH]
            before = _rows(session, branches.path(after)[-REMEMBERED:])
            return Begun(turn, after.id if after else None, history(before))

    def end(self, turn: str, state: TurnState, answer: Answer | None = None, failure: str | None = None) -> None:
        """How a turn ended. One that was deleted meanwhile stays so."""
        values = {"state": state, "failure": failure}
        if answer:
            values |= {"answer": answer.model_dump_json(), "answer_id": answer.answer_id, "words": answer.text}
        with self._desk.writing() as session:
            session.execute(update(TurnRow).where(TurnRow.id == turn).values(values))
            held = ConversationRow.id == select(TurnRow.conversation).where(TurnRow.id == turn).scalar_subquery()
            session.execute(update(ConversationRow).where(held).values(updated_at=self._clock()))

    def stop(self, visitor: str, conversation: str, turn: str) -> None:
        """Stop a running turn; one that is over stays as it is."""
        with self._desk.reading() as session:
            _owned(session, visitor, conversation)
            _branches(session, conversation).find(turn)
        self._cut_off([turn])

    def rename(self, visitor: str, conversation: str, title: str) -> ConversationHead:
        with self._desk.writing() as session:
            row = _owned(session, visitor, conversation)
            row.title = title
            return _head(row, len(_branches(session, conversation)))

    def delete(self, visitor: str, conversation: str) -> None:
        """With all its turns; those that are running are stopped."""
        with self._desk.writing() as session:
            row = _owned(session, visitor, conversation)
            running = _running(session, TurnRow.conversation == conversation)
            session.delete(row)
        self._cut_off(running)

    def delete_all(self, visitor: str) -> None:
        """All conversations of a person."""
        mine = ConversationRow.visitor == mark(visitor)
        with self._desk.writing() as session:
            running = _running(session, TurnRow.conversation.in_(select(ConversationRow.id).where(mine)))
            session.execute(delete(ConversationRow).where(mine))
        self._cut_off(running)

    def forget(self, before: datetime) -> int:
        """Delete what nobody has gone on with since `before`; returns how many conversations that were."""
        with self._desk.writing() as session:
            gone = delete(ConversationRow).where(ConversationRow.updated_at < before)
            return len(list(session.scalars(gone.returning(ConversationRow.id))))

    def _cut_off(self, turns: Sequence[str]) -> None:
        for turn in turns:
            self._replies.stop(turn)

    def _turns(
        self, session: Session, visitor: str, branches: Branches, twigs: Sequence[Twig], alive: frozenset[str]
    ) -> tuple[StoredTurn, ...]:
        """`alive` are the replies that were on their way before anything was read: one may end meanwhile."""
        rows = _rows(session, twigs)
        ratings = ratings_of(session, mark(visitor), [row.answer_id for row in rows if row.answer_id])
        return tuple(
            stored(
                row, branches.parent_of(twig), branches.siblings(twig), ratings.get(row.answer_id or ""),
                alive=row.id in alive or row.id in self._replies, so_far=self._replies.so_far(row.id),
            )
            for row, twig in zip(rows, twigs, strict=True)
        )  # fmt: skip


def conversations(service: Service) -> Conversations:
    """The store of a service."""
    return Conversations(desk_of(service), replies_of(service))


def forget_old(service: Service, clock: Callable[[], datetime] = now) -> int:
    """Delete what nobody has gone on with for as long as the settings say; returns how many conversations."""
    return conversations(service).forget(clock() - timedelta(days=service.settings.conversation_days))


def _owned(session: Session, visitor: str, conversation: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation)
    if row is None or row.visitor != mark(visitor):
        raise NotFound(NO_CONVERSATION)
    return row


def _branches(session: Session, conversation: str) -> Branches:
    query = select(TurnRow.number, TurnRow.id, TurnRow.parent).where(TurnRow.conversation == conversation)
    return Branches(Twig(number, identity, parent) for number, identity, parent in session.execute(query))


def _rows(session: Session, twigs: Sequence[Twig]) -> list[TurnRow]:
    """The rows of some turns, in their order."""
    query = select(TurnRow).where(TurnRow.number.in_([twig.number for twig in twigs]))
    by_number = {row.number: row for row in session.scalars(query)}
    return [by_number[twig.number] for twig in twigs]


def _running(session: Session, chosen: ColumnElement[bool]) -> list[str]:
    return list(session.scalars(select(TurnRow.id).where(chosen, TurnRow.state == "running")))


def _holds(words: str) -> ColumnElement[bool]:
    said = (TurnRow.question.contains(words, autoescape=True), TurnRow.words.contains(words, autoescape=True))
    turns = select(TurnRow.number).where(TurnRow.conversation == ConversationRow.id, or_(*said))
    return or_(ConversationRow.title.contains(words, autoescape=True), turns.exists())


def _head(row: ConversationRow, turns: int) -> ConversationHead:
    return ConversationHead(
        id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at, turns=turns
    )  # fmt: skip
