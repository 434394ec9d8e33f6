"""What to say where the law a question is about is held, but in no version that applied on the day asked.

Whoever asks about 2015 otherwise gets the next best of what is held from then, and takes it for the law of the matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kb import lookup, validity
from kb.knowledge import KnowledgeBase
from kb.mentions import title_spans
from kb.model import Document, Force, Level
from kb.search import Filters, Finding, findings

LEGAL = frozenset((Level.LAW, Level.ADMINISTRATIVE_REGULATION, Level.LOCAL_REGULATION, Level.DEPARTMENT_RULE))
CLEARLY = 0.2
"""How far the best provision of today must stand above the best one of the day asked, by the score of the search…"""
SPEAKS_OF_IT = 0.45
"""…and the share of the question's words that it must hold, for its text to be the law of the matter."""


def not_held_then(
    knowledge: KnowledgeBase, question: str, found: Sequence[Finding], as_of: date, today: date,
    filters: Filters,
) -> tuple[str, ...]:  # fmt: skip
    """A sentence for each law that is clearly the subject of a question, by name or because its text of today answers
    far better than anything held from the day asked, and that is held in later versions alone."""
    if filters.documents or as_of >= today:
        return ()  # of a law that is still to come the passages themselves say so
    named = list(_named(knowledge, question))
    asked = named or list(_of_today(knowledge, question, found, today, filters))
    notes = (_note(knowledge, instrument, as_of) for instrument in dict.fromkeys(asked))
    return tuple(note for note in notes if note)


def _named(knowledge: KnowledgeBase, question: str) -> Iterator[str]:
    known = knowledge.lexicon.names(lookup.known_titles(knowledge.registry))
    yield from (instrument for *_, instrument in title_spans(question, known))


def _of_today(
    knowledge: KnowledgeBase, question: str, found: Sequence[Finding], today: date, filters: Filters
) -> Iterator[str]:
    best = next(iter(findings(knowledge, question, as_of=today, limit=1, filters=filters)), None)
    if best is None or best.share < SPEAKS_OF_IT:
        return
    document = knowledge.registry.document(best.passage.document_id)
    then = max((one.passage.score for one in found), default=0.0)
    if document.level in LEGAL and best.passage.score >= then + CLEARLY:
        yield document.instrument


def _note(knowledge: KnowledgeBase, instrument: str, as_of: date) -> str | None:
    held = knowledge.registry.versions(instrument)
    if not held or any(validity.force(version, as_of) is not Force.NOT_YET for version in held):
        return None
    first = min(held, key=lambda version: validity.start(version) or date.max)
    day = validity.chinese_day(as_of)
    return f"知识库没有{day}有效的{validity.cited(first.title)}文本（现存最早一版{_begins(first)}）。"


def _begins(document: Document) -> str:
    if document.effective_on:
        return f"自{validity.chinese_day(document.effective_on)}起施行"
    begun = validity.start(document)
    return f"施行日期原文未载明，自{validity.chinese_day(begun)}起算" if begun else f"为 {document.version} 版"
