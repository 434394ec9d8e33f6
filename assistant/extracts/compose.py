"""The words of an extractive answer: a lead of ours, then verbatim quotes, each under its mark; beside them the table
of a comparison and the arithmetic of time limits and fines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import Reckoning, Table
from assistant.extracts.editions_compared import ASKS_EDITIONS, editions_compared
from assistant.extracts.extract import Part, Quoted
from assistant.extracts.leads import lead
from assistant.extracts.multiples import multiples
from assistant.extracts.reckoning import reckonings
from assistant.extracts.tabulated import tabulated
from assistant.question.asking import asking
from assistant.question.event_days import event_days
from kb.knowledge import KnowledgeBase
from kb.model import Citation, Force
from kb.search import WITHOUT_FORCE

PARTS: dict[Part, str] = {"main": "", "named": "其中所引条文：", "related": "相关规定："}


class Composed(NamedTuple):
    """`text` carries the keys of `citations`."""

    text: str
    citations: tuple[Citation, ...]
    table: Table | None = None
    reckonings: tuple[Reckoning, ...] = ()
    notes: tuple[str, ...] = ()


def composed(
    knowledge: KnowledgeBase, question: str, quoted: Sequence[Quoted], *, as_of: date, today: date
) -> Composed:
    """The answer to `question`, which stands alone, from at least one quote."""
    citations = tuple(q.citation for q in quoted)
    editions = editions_compared(knowledge.registry, question, citations, as_of)
    table = editions.table if editions else _table(knowledge, question, citations)
    reckoned = _reckoned(knowledge, question, quoted, today)
    lines = [_lead(knowledge, question, quoted, as_of, table, reckoned)]
    for part, heading in PARTS.items():
        found = [q.citation for q in quoted if q.part == part]
        lines += [*([heading] if found and heading else []), *(_line(c) for c in found)]
    if editions and editions.further:
        lines += ["对照的另一版本：", *(_line(c) for c in editions.further)]
        citations = (*citations, *editions.further)
    return Composed("\n\n".join(lines), citations, table, reckoned)


def _table(knowledge: KnowledgeBase, question: str, citations: Sequence[Citation]) -> Table | None:
    """Editions are no two things with rules of their own: where only one is held, there is nothing to set beside it."""
    return None if ASKS_EDITIONS.search(question) else tabulated(knowledge, question, citations)


def _reckoned(knowledge: KnowledgeBase, question: str, quoted: Sequence[Quoted], today: date) -> tuple[Reckoning, ...]:
    """From texts that rule on the day asked: a guide's summary or a repealed rule is no ground for a date. A fine is
    worked out by what answers the question alone: what is related to it punishes other deeds."""
    registry = knowledge.registry
    ruling = [
        one
        for one in quoted
        if one.citation.force is Force.IN_FORCE
        and registry.document(one.citation.document_id).kind not in WITHOUT_FORCE
    ]
    counted = reckonings(registry, question, [one.citation for one in ruling], event_days(question, today), today)
    return (*counted, *multiples(question, [one.citation for one in ruling if one.part == "main"]))


def _lead(
    knowledge: KnowledgeBase, question: str, quoted: Sequence[Quoted], as_of: date, table: Table | None,
    reckoned: Sequence[Reckoning],
) -> str:  # fmt: skip
    best = [q.citation for q in quoted if q.part == "main"] or [quoted[0].citation]
    document = knowledge.registry.document(best[0].document_id)
    return lead(asking(question), question, best, document, as_of, table=table is not None, reckonings=reckoned)


def _line(citation: Citation) -> str:
    force = "" if citation.force is Force.IN_FORCE else f"，效力状态：{citation.force}"
    return f"“{citation.quote}”[{citation.key}]（{citation.label}{force}）"
