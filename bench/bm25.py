"""Plain BM25 and nothing else: an inverted index of numpy arrays in memory, without filters, dates or texts.

The yardstick from outside the store. It scores every posting of the question's terms into one array and takes the
best, which is what the fastest Python implementations do; the terms and weights are those of our own index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.lexical import SparseTerms


class PlainBm25:
    """Built from the weighted terms of the passages, in order; a passage is known by its place in it."""

    def __init__(self, passages: Sequence[SparseTerms]) -> None:
        places, weights = defaultdict[int, list[int]](list), defaultdict[int, list[float]](list)
        for place, terms in enumerate(passages):
            for term, weight in zip(terms.indices, terms.values, strict=True):
                places[term].append(place)
                weights[term].append(weight)
        self._count = len(passages)
        self._postings: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}
        for term, held in places.items():
            rarity = np.log(1 + (self._count - len(held) + 0.5) / (len(held) + 0.5))
            self._postings[term] = np.asarray(held), np.asarray(weights[term], np.float32) * np.float32(rarity)

    def best(self, question: SparseTerms, limit: int) -> list[tuple[int, float]]:
        """Places of the best passages with their scores, best first; only those that hold a term of the question."""
        scores = np.zeros(self._count, np.float32)
        for term in question.indices:
            if term in self._postings:
                held, weights = self._postings[term]
                scores[held] += weights
        some = np.argpartition(-scores, limit)[:limit] if limit < self._count else np.arange(self._count)
        ordered = some[np.argsort(-scores[some], kind="stable")]
        return [(int(place), float(scores[place])) for place in ordered if scores[place] > 0]
