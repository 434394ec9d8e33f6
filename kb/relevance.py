"""How well a text speaks to a question: the share of the question's terms it holds, rare terms counting more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from kb.lexical import SparseTerms, fold, term_id, terms
from kb.store import VectorStore, Where

TERM_CEILING = 2.2
"""The most a single term contributes to a BM25 sum besides its IDF: k1 + 1."""


class TermWeights:
    """The IDF of terms as the index has it, remembered for one index version."""

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        # Version, weights and the weight of an unseen term change in one assignment: searches run side by side.
        self._state: tuple[str, dict[str, float], float] = ("", {}, 0.0)

    def of(self, question: str, index_version: str) -> dict[str, float]:
        """The weight of each distinct term of a question: the best score of the term alone, over its ceiling. A term
        that the index does not hold gets the weight of one that stands in a single chunk."""
        version, known, unseen = self._state
        if index_version != version:
            known, unseen = {}, math.log(1 + max(self._store.count(), 1) / 1.5)
            self._state = (index_version, known, unseen)
        for term in (asked := dict.fromkeys(terms(question))):
            if term not in known:
                best = self._store.sparse(SparseTerms([term_id(term)], [1.0]), Where(), 1)
                known[term] = best[0].score / TERM_CEILING if best else unseen
        return {term: known[term] for term in asked}


def coverage(weights: Mapping[str, float], text: str) -> float:
    """Weighted share in [0, 1] of the question's terms that `text` holds; 0 for a question without terms."""
    total = sum(weights.values())
    if not total:
        return 0.0
    held, folded = _terms_of(text)
    return sum(weight for term, weight in weights.items() if term in held or term in folded) / total


@lru_cache(maxsize=8192)
def _terms_of(text: str) -> tuple[frozenset[str], str]:
    return frozenset(terms(text)), fold(text)
