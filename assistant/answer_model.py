"""The JSON of `/api/ask` and `/api/cite`: a question, its answer or refusal, and the verdicts on citations."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.model import Clarification, EnterpriseProfile, NavigationItem
from kb.model import Citation, CrossReference, Force, Frozen, Passage, Verdict

Outcome = Literal["answered", "partial", "clarify", "refused", "unavailable"]
Mode = Literal["extractive", "generative"]
LABEL = "AI生成，仅供参考，以官方文本为准"
"""Shown with every answer and inside every export: 人工智能生成合成内容标识办法 articles 4 and 5."""


class Turn(Frozen):
    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Question(Frozen):
    """The body of `/api/ask`. Without `as_of` the day that the question names in words holds, else today. `documents`
    limits the search to these document ids. `mode` None means the model where one is configured, else extracts."""

    question: str = Field(min_length=1, max_length=2000)
    as_of: date | None = None
    history: tuple[Turn, ...] = Field(default=(), max_length=50)
    profile: EnterpriseProfile | None = None
    documents: tuple[str, ...] = Field(default=(), max_length=200)
    mode: Mode | None = None


class Cell(Frozen):
    """One cell of a comparison: verbatim words and the keys of their citations; without keys it says that nothing was
    found."""

    text: str
    keys: tuple[str, ...] = ()


class TableRow(Frozen):
    name: str
    cells: tuple[Cell, ...]


class Table(Frozen):
    """A comparison: one row for each thing compared (a sector, a version), one cell for each of `columns`."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


class Reckoning(Frozen):
    """The arithmetic of a time limit: the law's words for it (`rule`, of the citations `keys`), how it is counted, a
    sentence a step, and the day on which it ends; `start` and `end` are None where the question gives no day."""

    rule: str
    keys: tuple[str, ...]
    steps: tuple[str, ...]
    start: date | None = None
    end: date | None = None


class Answer(Frozen):
    """`text` carries `[1]` keys of `citations`; every quote in it is a slice of a stored provision.

    `asked` is the question as it was answered, made whole from those before it. `premises` correct what the question
    takes for granted (a repealed rule, a wrong number); `text` begins with them. A refusal has no citations: `nearest`
    then holds what came closest and `next_steps` the way forward. `unavailable` means that a part is down, which is
    never passed off as a refusal. `cross_references` are provisions that the quotes refer to; `notes` say why it is by
    this day, which of several texts goes first and what is not in force. `items` are the service items for a question
    of how to do something. `model` names the language model of a generated answer, `removed` counts its sentences that
    had no ground and were left out. `seconds` are wall time per stage.
    """

    answer_id: str
    outcome: Outcome
    text: str
    asked: str = ""
    premises: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    table: Table | None = None
    reckonings: tuple[Reckoning, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    notes: tuple[str, ...] = ()
    clarify: Clarification | None = None
    next_steps: tuple[str, ...] = ()
    items: tuple[NavigationItem, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest: tuple[Passage, ...] = ()
    reason: str | None = None
    as_of: date
    mode: Mode = "extractive"
    model: str | None = None
    removed: int = 0
    label: str = LABEL
    index_version: str
    seconds: dict[str, float] = Field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must be told beside the text: first why the answer is not whole, then the notes."""
        return (*([self.reason] if self.outcome == "partial" and self.reason else []), *self.notes)


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
