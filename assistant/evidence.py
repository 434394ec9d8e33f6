"""What the knowledge base holds for a question, and whether that is enough to answer from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from kb.knowledge import KnowledgeBase
from kb.lexical import fold
from kb.lookup import known_titles
from kb.references import ELSEWHERE, Reference, references
from kb.search import NO_FILTERS, Filters, Finding, Place, findings, named_place, named_places

DEPTH = 20
"""Findings weighed before the best are chosen."""
ENOUGH_TERMS = 0.55
"""Share of the question's own words that suffices by itself."""
WITH_MEANING = ((0.3, 0.875), (0.2, 0.885))
"""Smaller shares that suffice with a cosine at least as high as the one beside them. Calibrated on
data/eval/core.jsonl (docs/decisions/005): the bundled encoder's cosines lie in a narrow band, everyday matters stay
below 0.87 and questions in plain words about our matters reach 0.885, but meaning alone never suffices."""
AT_HOME = re.compile("中国|我国|国内|境内|进口|出口")
"""With these a question on another country still asks about our law."""
ABBREVIATION = re.compile(r"[a-z]{2}")
"""A Latin abbreviation of the question that the text lacks: its words must then carry the answer, not its meaning."""


class Evidence(NamedTuple):
    """`named` are places the question names and the knowledge base holds; `missing` those it names in vain."""

    question: str
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]
    named: tuple[Place, ...]
    missing: tuple[Reference, ...]

    @property
    def sufficient(self) -> bool:
        abroad = ELSEWHERE.search(self.question) and not AT_HOME.search(self.question)
        if self.named and not abroad:
            return True
        return any(_answers(finding, self.question, self.weights) for finding in self.findings[:3])


def _answers(finding: Finding, question: str, weights: Mapping[str, float]) -> bool:
    passage = finding.passage
    words = fold(f"{passage.title} {' '.join(passage.path)} {passage.text}")
    if any(place not in words for place in ELSEWHERE.findall(question)):
        return False
    if finding.share >= ENOUGH_TERMS:
        return True
    if any(ABBREVIATION.search(term) and term not in words for term in weights):
        return False
    return any(finding.share >= share and finding.cosine >= cosine for share, cosine in WITH_MEANING)


def gather(knowledge: KnowledgeBase, question: str, *, as_of: date, filters: Filters = NO_FILTERS) -> Evidence:
    found = findings(knowledge, question, as_of=as_of, limit=DEPTH, filters=filters)
    named = named_places(knowledge, question, as_of, filters)
    missing = _missing(knowledge, question, as_of, filters)
    return Evidence(question, knowledge.term_weights(question), tuple(found), tuple(named), tuple(missing))


def _missing(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters) -> list[Reference]:
    """Places named by title and number that are not held: an unknown title, an edition that is not here, or a number
    the text does not have. What is held but not among the documents that are chosen is not missing."""
    registry = knowledge.registry
    titled = (r for r in references(question, known_titles(registry)) if r.title and r.path)
    return [r for r in titled if not any(named_place(registry, r, as_of, f) for f in (filters, NO_FILTERS))]
