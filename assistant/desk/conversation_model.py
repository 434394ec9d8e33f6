"""The JSON of conversations: a row of the list, a stored turn, one page of a path."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple

from assistant.answer_model import Answer
from assistant.desk.feedback_model import GivenRating
from kb.model import Frozen

TurnState = Literal["running", "done", "stopped", "failed"]


class ConversationHead(Frozen):
    """`title` is empty until the first question names it; `turns` counts those of all branches."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int


class ConversationList(Frozen):
    total: int
    conversations: tuple[ConversationHead, ...]


class StoredTurn(Frozen):
    """A question with its answer, or with `failure`, the sentence that says why there is none. `as_of` is the day that
    was set, None where none was. `siblings` are the turns at the same place, this one among them, oldest first.

    A `running` turn has what was let out so far as its answer; a `stopped` one what had been let out.
    """

    id: str
    parent: str | None
    question: str
    as_of: date | None
    asked_at: datetime
    state: TurnState
    failure: str | None = None
    answer: Answer | None = None
    siblings: tuple[str, ...]
    rating: GivenRating | None = None


class ConversationPage(Frozen):
    """Turns of one path in order; `earlier` counts those of the path before them."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    earlier: int
    turns: tuple[StoredTurn, ...]


class ConversationPath(NamedTuple):
    """A whole path from the first question to one turn."""

    head: ConversationHead
    turns: tuple[StoredTurn, ...]
