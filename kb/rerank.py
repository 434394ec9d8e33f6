"""The second look at what a search found: reading each candidate against the question, not only ranking it.

The features and their weights were set on `data/eval/core.jsonl` (docs/decisions/005); each is one line of `standing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kb.lexical import terms
from kb.model import Document
from kb.relevance import coverage

FUSED = 0.4
TERMS = 0.6
HYPOTHESIS = 0.15
IN_FIELD = 0.05
CONDITION = re.compile(r"[^。；\n]{2,60}?的，")
"""The condition a legal norm opens with (假定): 生产、销售假药的，…"""


class Candidate(NamedTuple):
    """`fused` is the fused score as a share of the best one; `indexed` is title, trail and text."""

    document: Document
    fused: float
    text: str
    indexed: str


def standing(candidate: Candidate, weights: Mapping[str, float]) -> float:
    """The score by which candidates are put in order; about 1 for a perfect match."""
    return (
        FUSED * candidate.fused
        + TERMS * coverage(weights, candidate.indexed)
        + HYPOTHESIS * hypothesis(candidate.text, weights)
        + (IN_FIELD if candidate.document.sectors else 0.0)
    )


def hypothesis(text: str, weights: Mapping[str, float]) -> float:
    """How much of the article's own condition the question states: 生产、销售假药的， fits 生产假药罚多少 better than a
    condition that adds 情节严重 does. 0 where the article opens with no condition."""
    condition = CONDITION.match(text)
    held = set(terms(condition[0])) if condition else set()
    return len(held & weights.keys()) / len(held) if held else 0.0
