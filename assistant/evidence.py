"""What the knowledge base holds for a question, and whether that is enough to answer from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from kb.address import Reference, instrument_name, references
from kb.knowledge import KnowledgeBase
from kb.lookup import known_titles
from kb.search import NO_FILTERS, Filters, Finding, Place, findings, named_places

DEPTH = 20
"""Findings weighed before the best are chosen."""
ENOUGH_TERMS = 0.55
ENOUGH_TERMS_WITH_MEANING = 0.3
NEAR_MEANING = 0.875
"""Calibrated on data/eval/core.jsonl (docs/decisions/006): the bundled encoder's cosines lie in a narrow band, so
meaning alone never suffices; a share of the question's own words must stand in the text as well."""


class Evidence(NamedTuple):
    """`named` are places the question names and the knowledge base holds; `missing` those it names in vain."""

    question: str
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]
    named: tuple[Place, ...]
    missing: tuple[Reference, ...]

    @property
    def sufficient(self) -> bool:
        if self.named:
            return True
        return any(
            f.share >= ENOUGH_TERMS or (f.share >= ENOUGH_TERMS_WITH_MEANING and f.cosine >= NEAR_MEANING)
            for f in self.findings[:3]
        )


def gather(knowledge: KnowledgeBase, question: str, *, as_of: date, filters: Filters = NO_FILTERS) -> Evidence:
    found = findings(knowledge, question, as_of=as_of, limit=DEPTH, filters=filters)
    named = named_places(knowledge, question, as_of, filters)
    missing = _missing(knowledge, question, named)
    return Evidence(question, knowledge.term_weights(question), tuple(found), tuple(named), tuple(missing))


def _missing(knowledge: KnowledgeBase, question: str, named: list[Place]) -> list[Reference]:
    """Places named by title and number that are not held: an unknown title, or a number the text does not have."""
    known = known_titles(knowledge.registry)
    held = {(p.document.instrument, p.provision.path[:1]) for p in named}
    return [
        r
        for r in references(question, known)
        if r.title and r.path and (known.get(instrument_name(r.title), ""), r.path[:1]) not in held
    ]
