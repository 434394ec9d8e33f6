"""Raised figures: a power that is set above the line by its type alone has to be a character of its own in plain text.

Without it 10⁶ CFU reads as 106 CFU, and 3 m² as 3 m2.
"""

from __future__ import annotations

RAISED = str.maketrans("0123456789+-−－n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")


def superscript(words: str) -> str:
    """Raised words in characters that are raised by themselves; what is no number (［1］, TM, a) stays as it is."""
    raised = words.translate(RAISED)
    return raised if all(char not in words for char in raised.strip()) else words
