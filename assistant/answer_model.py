"""The JSON of `/api/ask` and `/api/cite`: a question, its answer or refusal, and the verdicts on citations."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.model import Clarification, EnterpriseProfile
from kb.model import Citation, CrossReference, Force, Frozen, Passage, Verdict

Outcome = Literal["answered", "partial", "clarify", "refused", "unavailable"]


class Turn(Frozen):
    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Question(Frozen):
    """The body of `/api/ask`. Without `as_of` the day that the question names in words holds, else today. `documents`
    limits the search to these document ids."""

    question: str = Field(min_length=1, max_length=2000)
    as_of: date | None = None
    history: tuple[Turn, ...] = Field(default=(), max_length=50)
    profile: EnterpriseProfile | None = None
    documents: tuple[str, ...] = Field(default=(), max_length=200)


class Answer(Frozen):
    """`text` carries `[1]` keys of `citations`; every quote in it is a slice of a stored provision.

    A refusal has no citations: `nearest` then holds what came closest and `next_steps` the way forward. `unavailable`
    means that a part is down, which is never passed off as a refusal. `cross_references` are provisions that the quotes
    refer to; `notes` say why it is by this day, which of several texts goes first and what is not in force. `seconds`
    are wall time per stage.
    """

    answer_id: str
    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    notes: tuple[str, ...] = ()
    clarify: Clarification | None = None
    next_steps: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest: tuple[Passage, ...] = ()
    reason: str | None = None
    as_of: date
    mode: Literal["extractive", "generative"] = "extractive"
    index_version: str
    seconds: dict[str, float] = Field(default_factory=dict)


class ComparedQuote(Frozen):
    """Quoted words that were compared with what is cited; `[start, end)` is their span in the text, quotation marks
    included. `nearest` are the stored words that they differ from, None where they agree or follow nothing there."""

    words: str
    start: int
    end: int
    nearest: str | None


class CitedPlace(Frozen):
    """One citation found in somebody's text: `span` counts characters of that text.

    `force` is that of the place on the day asked, `replaced_by` the address of what took its place where that is held,
    `quote` the quotation that decided, None where there was none to compare.
    """

    raw: str
    span: tuple[int, int]
    address: str | None
    label: str | None
    verdict: Verdict
    detail: str
    force: Force | None = None
    replaced_by: str | None = None
    quote: ComparedQuote | None = None


class CiteRequest(Frozen):
    text: str = Field(min_length=1, max_length=1_000_000)
    as_of: date | None = None


class CiteReport(Frozen):
    citations: tuple[CitedPlace, ...]
