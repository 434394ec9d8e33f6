"""How alike two copies of a text are: copies differ in spaces, punctuation widths and mark-up."""

from __future__ import annotations

import re
import unicodedata

SHINGLE = 12


def likeness(one: str, other: str) -> float:
    """Share in [0, 1] of the longer copy's 12-character runs that both hold; 1 for two texts without words."""
    left, right = _shingles(one), _shingles(other)
    return len(left & right) / max(len(left), len(right)) if left or right else 1.0


def _shingles(text: str) -> set[str]:
    words = "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text)))
    return {words[i : i + SHINGLE] for i in range(max(1, len(words) - SHINGLE + 1))} if words else set()
