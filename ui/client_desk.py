"""The calls of a person's own records: conversations, ratings, questions handed to a person.

`visitor` is the person's key, 22 to 64 characters of A-Za-z0-9_-; without one that of the connection is sent. What
belongs to somebody else is NotFound.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any, cast
from urllib.parse import quote

from assistant.answer_model import Answer
from assistant.events import Cited, Token
from assistant.model import EnterpriseProfile
from kb.model import Citation
from ui.connection import Connection
from ui.contract_desk import (
    Begun,
    ConversationHead,
    ConversationList,
    ConversationPage,
    ExportFormat,
    HandedOver,
    StoredTurn,
    TurnEvent,
)
from ui.wire import given, profile_json

EXPORT_SECONDS = 60.0


class DeskClient(Connection):
    """The part of the client that speaks for one person."""

    def begin(self, visitor: str | None = None) -> ConversationHead:
        """A new, empty conversation."""
        return cast(ConversationHead, self._json("POST", "/api/conversations", json={}, headers=self._own(visitor)))

    def conversations(
        self, query: str | None = None, *, limit: int = 20, offset: int = 0, visitor: str | None = None
    ) -> ConversationList:
        """One page of this person's conversations, newest first; `query` looks in titles, questions and answers."""
        asked = given(q=query, limit=limit, offset=offset)
        return cast(ConversationList, self._json("GET", "/api/conversations", params=asked, headers=self._own(visitor)))

    def conversation(
        self, identity: str, *, leaf: str | None = None, before: str | None = None, limit: int = 30,
        visitor: str | None = None,
    ) -> ConversationPage:  # fmt: skip
        """The path to `leaf` (default: the newest turn): its last `limit` turns, or those before the turn `before`."""
        asked = given(leaf=leaf, before=before, limit=limit)
        body = self._json("GET", _path(identity), params=asked, headers=self._own(visitor))
        turns = tuple(StoredTurn.read(turn) for turn in body["turns"])
        return ConversationPage(str(body["id"]), str(body["title"]), int(body["earlier"]), turns)

    def ask_in(
        self, identity: str, question: str, *, parent: str | None, as_of: date | None = None,
        profile: EnterpriseProfile | None = None, visitor: str | None = None,
    ) -> Generator[TurnEvent]:  # fmt: skip
        """Ask in a conversation, after the turn `parent`, None for a new beginning. Yields the turn's id first, then
        text and citations as they come and, last, the whole checked answer. Closing the iterator stops the answer."""
        body = given(question=question, as_of=as_of, profile=profile_json(profile)) | {"parent": parent}
        for name, data in self._events(f"{_path(identity)}/turns", body, self._own(visitor)):
            event = _read(name, data)
            if event is not None:
                yield event

    def stop(self, identity: str, turn: str, visitor: str | None = None) -> None:
        """End a turn that is being answered; its stream ends with what had been let out."""
        self._send("POST", f"{_path(identity)}/turns/{quote(turn)}/stop", headers=self._own(visitor))

    def rename(self, identity: str, title: str, visitor: str | None = None) -> None:
        self._send("PATCH", _path(identity), json={"title": title}, headers=self._own(visitor))

    def delete(self, identity: str, visitor: str | None = None) -> None:
        self._send("DELETE", _path(identity), headers=self._own(visitor))

    def export(self, identity: str, form: ExportFormat, turn: str | None = None, visitor: str | None = None) -> bytes:
        """The conversation as a file, up to `turn`, with its citations and the label of generated content inside."""
        asked = given(format=form, turn=turn)
        path = f"{_path(identity)}/export"
        return self._send(
            "GET", path, params=asked, headers=self._own(visitor), timeout=EXPORT_SECONDS
        ).content  # fmt: skip

    def rate(
        self, answer_id: str, *, useful: bool, reason: str | None = None, words: str | None = None,
        visitor: str | None = None,
    ) -> None:  # fmt: skip
        """Say whether an answer was useful; said again, it replaces what was said before."""
        body = given(answer_id=answer_id, useful=useful, reason=reason, words=words)
        self._send("POST", "/api/ratings", json=body, headers=self._own(visitor))

    def hand_over(
        self, question: str, *, reason: str, consent: bool, as_of: date | None = None, answer_id: str | None = None,
        contact: str | None = None, visitor: str | None = None,
    ) -> HandedOver:  # fmt: skip
        """Put a question into the queue that people work from; `reason` is refused or human. Raises BadInput without
        the asker's consent."""
        body = given(
            question=question, as_of=as_of, answer_id=answer_id, reason=reason, contact=contact, consent=consent
        )
        return cast(HandedOver, self._json("POST", "/api/unanswered", json=body, headers=self._own(visitor)))


def _path(identity: str) -> str:
    return f"/api/conversations/{quote(identity, safe='')}"


def _read(name: str, data: Any) -> TurnEvent | None:
    """An event of the stream as what it is; one of a later contract is passed over."""
    match name:
        case "turn":
            return Begun(str(data["id"]), data.get("parent"))
        case "token":
            return Token(str(data["text"]))
        case "citation":
            return Cited(Citation.model_validate(data))
        case "done":
            return Answer.model_validate(data)
    return None
