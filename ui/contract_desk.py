"""The JSON of a person's own records: conversations with their turns, ratings, questions handed to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, TypedDict

from assistant.answer_model import Answer
from assistant.events import Cited, Token

ExportFormat = Literal["docx", "pdf", "md"]
TurnState = Literal["running", "done", "stopped", "failed"]


class ConversationHead(TypedDict):
    """One row of the history; `title` is empty until the first question names it, times are ISO text."""

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: int


class ConversationList(TypedDict):
    total: int
    conversations: list[ConversationHead]


class Rating(TypedDict):
    useful: bool
    reason: str | None


class HandedOver(TypedDict):
    """A question that a person will look at; `words` is what to tell who asked it."""

    id: str
    words: str


@dataclass(frozen=True)
class StoredTurn:
    """One question of a conversation with its answer, or with the sentence that says why there is none.

    `siblings` are the turns that begin at the same place, this one included, oldest first: an edited question and a
    second answer are siblings. `as_of` is the day asked for, None for today.
    """

    id: str
    parent: str | None
    question: str
    as_of: date | None
    state: str
    failure: str | None
    answer: Answer | None
    siblings: tuple[str, ...]
    rating: Rating | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> StoredTurn:
        """A turn as the service sends it."""
        answer, day = body.get("answer"), body.get("as_of")
        return cls(
            id=str(body["id"]), parent=body["parent"], question=str(body["question"]),
            as_of=date.fromisoformat(day) if day else None, state=str(body["state"]), failure=body.get("failure"),
            answer=Answer.model_validate(answer) if answer else None,
            siblings=tuple(body.get("siblings") or (str(body["id"]),)), rating=body.get("rating"),
        )  # fmt: skip


@dataclass(frozen=True)
class ConversationPage:
    """The last turns of the path to a leaf, oldest first; `earlier` counts those of the path before them."""

    id: str
    title: str
    earlier: int
    turns: tuple[StoredTurn, ...]


class Begun(NamedTuple):
    """The first event of a turn: its id, and the turn that it follows."""

    id: str
    parent: str | None


TurnEvent = Begun | Token | Cited | Answer
