"""From the row of a turn to what people are shown of it, and to what a next question is understood by."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import cast

from pydantic import ValidationError

from assistant.answer_model import Answer, Turn
from assistant.desk.conversation_model import StoredTurn, TurnState
from assistant.desk.feedback_model import GivenRating
from assistant.desk.rows import TurnRow

log = logging.getLogger(__name__)
KILLED = "服务在回答途中中断，这个问题没有得到回答。请重新提问。"
OUTDATED = "这条回答由另一版本的程序写下，现在读不出来。请重新提问。"
LONGEST = 4000
"""Characters of an answer that a next question is understood by."""


def stored(
    row: TurnRow, parent: str | None, siblings: tuple[str, ...], rating: GivenRating | None, *, alive: bool,
    so_far: Answer | None,
) -> StoredTurn:  # fmt: skip
    """`alive` says that the reply to it is on its way, `so_far` is what was let out of that."""
    state, failure, answer = cast("TurnState", row.state), row.failure, None
    if state == "running":
        state, failure, answer = ("running", None, so_far) if alive else ("failed", KILLED, None)
    elif row.answer:
        try:
            answer = Answer.model_validate_json(row.answer)
        except ValidationError:
            log.warning("the answer of turn %s cannot be read", row.id)
            state, failure = "failed", OUTDATED
    return StoredTurn(
        id=row.id, parent=parent, question=row.question, as_of=row.as_of, asked_at=row.asked_at, state=state,
        failure=failure, answer=answer, siblings=siblings, rating=rating,
    )  # fmt: skip


def history(rows: Sequence[TurnRow]) -> tuple[Turn, ...]:
    """Questions and the texts of their answers, oldest first; a question without an answer stands alone."""
    said: list[Turn] = []
    for row in rows:
        said.append(Turn(role="user", content=row.question))
        if row.words:
            said.append(Turn(role="assistant", content=row.words[:LONGEST]))
    return tuple(said)
