"""What the knowledge base holds for a question, and whether that is enough to answer from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from assistant.extracts.sufficiency import ENOUGH, abroad, chance
from assistant.question.rewrite import Rewriter, Rewritten
from kb.knowledge import KnowledgeBase
from kb.known_questions import Nearness, beside_known
from kb.lookup import known_titles
from kb.named_places import Place, named_place
from kb.references import Reference, references
from kb.search import NO_FILTERS, Filters, Finding, found

DEPTH = 20
"""Findings weighed before the best are chosen."""
CONSIDERED = 3
"""Findings of which one must be enough to answer from."""
ENOUGH_TERMS = 0.55
"""Share of the question's own words from which a guide is on the same matter."""


class Evidence(NamedTuple):
    """`named` are places the question names and the knowledge base holds; `missing` those it names in vain;
    `notes` are sentences of the search for the reader; `known` is for `sufficiency.chance`."""

    question: str
    weights: Mapping[str, float]
    findings: tuple[Finding, ...]
    named: tuple[Place, ...]
    missing: tuple[Reference, ...]
    notes: tuple[str, ...] = ()
    known: Nearness | None = None

    @property
    def sufficient(self) -> bool:
        if self.named and not abroad(self.question):
            return True
        first = self.findings[:CONSIDERED]
        chances = (chance(self.question, self.weights, f, known=self.known) for f in first)
        return any(one >= ENOUGH for one in chances)


def gather(
    knowledge: KnowledgeBase, question: str, *, as_of: date, filters: Filters = NO_FILTERS,
    rewriter: Rewriter | None = None,
) -> Evidence:  # fmt: skip
    """What is held for a question; `question` of the result is what it was understood to say, corrections made."""
    other = rewriter(question) if rewriter else Rewritten(None, None)
    result = found(knowledge, question, as_of=as_of, limit=DEPTH, filters=filters, other_words=other.text)
    asked = result.understood.question
    missing = _missing(knowledge, asked, as_of, filters)
    weights = knowledge.term_weights(asked)
    notes = (*result.notes, *([other.note] if other.note else []))
    known = beside_known(knowledge.encoder, asked)
    return Evidence(asked, weights, tuple(result.findings), result.named, tuple(missing), notes, known)


def _missing(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters) -> list[Reference]:
    """Places named by title and number that are not held: an unknown title, an edition that is not here, or a number
    the text does not have. What is held but not among the documents that are chosen is not missing."""
    registry = knowledge.registry
    known = knowledge.lexicon.names(known_titles(registry))  # else 按新药法第九十八条 is an unknown title as a whole
    titled = (r for r in references(question, known) if r.title and r.path)
    among = (filters.documents, ())
    return [r for r in titled if not any(named_place(knowledge, r, as_of, chosen) for chosen in among)]
