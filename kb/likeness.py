"""Whether two copies of a text are the same words: copies differ in spaces, punctuation widths and mark-up."""

from __future__ import annotations

import re
import unicodedata

SHINGLE = 12
ENOUGH = 0.9
"""Share of the shorter copy's 12-character runs that the other must hold. Two copies of one statute from different
sites score above 0.95; a revision that renumbers and rewrites chapters scores below 0.8."""


def same_words(one: str, other: str) -> bool:
    """Same words, and about as many of them: a truncated copy is not the same."""
    left, right = _shingles(one), _shingles(other)
    if not left or not right:
        return left == right
    return len(left & right) / max(len(left), len(right)) >= ENOUGH


def _shingles(text: str) -> set[str]:
    words = "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text)))
    return {words[i : i + SHINGLE] for i in range(max(1, len(words) - SHINGLE + 1))} if words else set()
