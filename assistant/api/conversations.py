"""Routes of a person's conversations: the list, one path of turns, a new turn, stop, rename, delete."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from assistant.answer_model import Answer, Mode, Question, Turn
from assistant.api.ask import remembering
from assistant.api.dependencies import AsEvents, AskedWords, ServiceAtHand, Untracked, Visitor, Words
from assistant.api.failures import failure
from assistant.api.stream import StreamedReply, WholeReply, exhaust, named, pieces
from assistant.desk.conversation_model import (
    ConversationHead,
    ConversationList,
    ConversationPage,
    StoredTurn,
    TurnState,
)
from assistant.desk.conversations import Conversations, conversations
from assistant.events import Event
from assistant.model import EnterpriseProfile
from assistant.running import Running, replies_of
from kb.errors import BadInput, Unavailable
from kb.model import Frozen

log = logging.getLogger(__name__)
routes = APIRouter(prefix="/api/conversations")
TurnId = Annotated[str | None, Query(max_length=64)]


class NewConversation(Frozen):
    """Nothing is to be said of a new conversation: its first question names it."""


class NewTitle(Frozen):
    title: Words = Field(min_length=1, max_length=60)


class NewTurn(Frozen):
    """A question in a conversation, as in `/api/ask`. `parent` is the turn that it follows: absent the newest one, null
    none. To edit a question is to ask with the parent of its turn, to ask again likewise."""

    question: AskedWords = Field(min_length=1, max_length=2000)
    as_of: date | None = None
    profile: EnterpriseProfile | None = None
    documents: tuple[str, ...] = Field(default=(), max_length=200)
    mode: Mode | None = None
    parent: str | None = Field(default=None, max_length=64)

    @property
    def afresh(self) -> bool:
        return self.parent is None and "parent" in self.model_fields_set


@routes.post("", status_code=201)
def create(service: ServiceAtHand, visitor: Visitor, _wanted: NewConversation | None = None) -> ConversationHead:
    return conversations(service).create(visitor, str(uuid.uuid4()))


@routes.get("")
def page(
    service: ServiceAtHand, visitor: Visitor, q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20, offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> ConversationList:  # fmt: skip
    """The person's conversations, newest first; `q` is looked for in titles, questions and answers."""
    return conversations(service).page(visitor, words=q.strip(), limit=limit, offset=offset)


@routes.delete("", status_code=204)
def delete_all(service: ServiceAtHand, visitor: Visitor) -> None:
    conversations(service).delete_all(visitor)


@routes.get("/{conversation}")
def read(
    service: ServiceAtHand, visitor: Visitor, conversation: str, leaf: TurnId = None, before: TurnId = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 30,
) -> ConversationPage:  # fmt: skip
    """The last turns of the path to the newest turn, of all or of the branch with `leaf`; or those before `before`."""
    return conversations(service).read(visitor, conversation, leaf=leaf, limit=limit, before=before)


@routes.patch("/{conversation}")
def rename(service: ServiceAtHand, visitor: Visitor, conversation: str, wanted: NewTitle) -> ConversationHead:
    title = " ".join(wanted.title.split())
    if not title:
        raise BadInput("对话的名称不能为空。")
    return conversations(service).rename(visitor, conversation, title)


@routes.delete("/{conversation}", status_code=204)
def delete(service: ServiceAtHand, visitor: Visitor, conversation: str) -> None:
    conversations(service).delete(visitor, conversation)


@routes.post("/{conversation}/turns", response_model=StoredTurn)
def ask(
    service: ServiceAtHand, visitor: Visitor, conversation: str, wanted: NewTurn, as_events: AsEvents,
    untracked: Untracked,
) -> Response:  # fmt: skip
    """Ask in a conversation. As events: `turn` first, then those of `/api/ask`; else the stored turn when it is over.
    A client that goes away stops it, and what had been let out is kept."""
    wanted.model_dump_json()  # fails here for halves of characters, which could be kept nowhere
    store, replies, turn = conversations(service), replies_of(service), str(uuid.uuid4())
    replies.expect(turn)
    try:
        begun = store.begin(
            visitor, conversation, turn, wanted.question, wanted.as_of, parent=wanted.parent, afresh=wanted.afresh
        )
        running = replies.begin(service, _question(wanted, begun.history), turn)
    except BaseException:
        replies.forget(turn)
        raise
    events = running.events() if untracked else remembering(service, running.events())
    events = _kept(store, turn, running, events)
    if as_events:
        opening = named("turn", {"id": turn, "parent": begun.parent})
        return StreamedReply(replies.threads, running.stop, pieces(events, opening))

    def whole() -> StoredTurn:
        made = exhaust(events)
        kept = store.turn(visitor, conversation, turn)
        if kept.answer or not isinstance(made, Answer):
            return kept
        state: TurnState = "stopped" if running.cut_short else "done"  # though it could not be kept
        return kept.model_copy(update={"state": state, "failure": None, "answer": made})

    return WholeReply(replies.threads, running.stop, whole)


@routes.post("/{conversation}/turns/{turn}/stop", status_code=202)
def stop(service: ServiceAtHand, visitor: Visitor, conversation: str, turn: str) -> dict[str, str]:
    """End a running turn: its stream then ends with what had been let out. One that is over stays as it is."""
    conversations(service).stop(visitor, conversation, turn)
    return {"id": turn}


def _question(wanted: NewTurn, history: tuple[Turn, ...]) -> Question:
    return Question(
        question=wanted.question, as_of=wanted.as_of, history=history, profile=wanted.profile,
        documents=wanted.documents, mode=wanted.mode,
    )  # fmt: skip


def _kept(store: Conversations, turn: str, running: Running, events: Iterator[Event]) -> Iterator[Event]:
    """The events, of which the answer, or the failure, is kept before it goes out. Should it not be possible to keep
    it, it goes out all the same."""
    try:
        for event in events:
            if isinstance(event, Answer):
                _end(store, turn, "stopped" if running.cut_short else "done", answer=event)
            yield event
    except Exception as error:
        _end(store, turn, "failed", failure=failure(error)["detail"])
        raise


def _end(
    store: Conversations, turn: str, state: TurnState, *, answer: Answer | None = None, failure: str | None = None
) -> None:
    try:
        store.end(turn, state, answer, failure)
    except Unavailable:
        log.warning("the end of a turn was not kept", exc_info=True)
