"""Sentences of a Chinese legal text as spans, so that a quote is always a slice."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”’」』）)]*|(?=\n)|$)")
_CLAUSE = re.compile(r"[^；;]+[；;]?")
LONG = 320
"""Characters above which a sentence is cut at its semicolons: a reader cannot take in more at once."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, without blank ends. They never overlap."""
    found: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        pieces = _CLAUSE.finditer(match[0]) if len(match[0]) > LONG else [re.match(r"(?s).*", match[0])]
        for piece in pieces:
            if piece is not None:
                span = _trimmed(text, match.start() + piece.start(), match.start() + piece.end())
                if span[0] < span[1]:
                    found.append(span)
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
