"""A search as people ask for it: the day its words name, what was corrected, and the context to read the hits in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from assistant.answer_model import Question
from assistant.question.asked_day import understood
from assistant.question.not_held_then import not_held_then
from assistant.question.rewrite import Rewriter, Rewritten
from assistant.reading.context import Context, assemble
from kb.crossreferences import brought_along
from kb.knowledge import KnowledgeBase
from kb.model import CrossReference, Frozen, Passage
from kb.search import Filters, How, found
from kb.understanding import Understood

REFERRING = 5
"""The first passages of a search bring along what they refer to; those further down are seldom read."""


class Searched(Frozen):
    """The JSON of `/api/search`. `understood` is what the question was taken to mean; `notes` are sentences on the day,
    on corrections, on a law that is not held in the version of that day and on parts of the search that failed."""

    query: str
    as_of: date
    index_version: str
    passages: tuple[Passage, ...]
    cross_references: tuple[CrossReference, ...]
    understood: dict[str, Any]
    notes: tuple[str, ...]
    context: Context | None = None


def searched(
    knowledge: KnowledgeBase, query: str, *, as_of: date | None, today: date, limit: int, filters: Filters, how: How,
    budget: int = 0, rewriter: Rewriter | None = None,
) -> Searched:  # fmt: skip
    """Search by the day that is set, else by the one the query names, else today; with a context of `budget` characters
    where that is not 0. Raises Unavailable when a part that the search needs is down."""
    asked = understood(Question(question=query, as_of=as_of), today, "检索")
    other = rewriter(asked.sought) if rewriter and how.ranking == "full" else Rewritten(None, None)
    result = found(
        knowledge, asked.sought, as_of=asked.day, limit=limit, filters=filters, how=how, other_words=other.text
    )
    passages = [finding.passage for finding in result.findings]
    notes = [*asked.notes, *result.notes, *([other.note] if other.note else [])]
    if how.ranking == "full":
        notes += not_held_then(knowledge, asked.sought, result.findings, asked.day, today, filters)
    return Searched(
        query=query, as_of=asked.day, index_version=knowledge.index_version, passages=tuple(passages),
        cross_references=tuple(brought_along(knowledge.registry, passages[:REFERRING], asked.day)),
        understood=_told(result.understood), notes=tuple(notes),
        context=_context(knowledge, passages, asked.day, query, budget, filters.documents) if budget else None,
    )  # fmt: skip


def _context(
    knowledge: KnowledgeBase, passages: Sequence[Passage], day: date, query: str, budget: int, chosen: Sequence[str]
) -> Context:
    return assemble(knowledge.registry, passages, day, budget=budget, question=query, chosen=chosen)


def _told(understood: Understood) -> dict[str, Any]:
    return {
        "question": understood.question,
        "corrections": [one._asdict() for one in understood.corrections],
        "expansions": [{"said": one.said, "meant": list(one.meant)} for one in understood.expansions],
        "parts": list(understood.parts),
    }
