"""Sentences and paragraphs of a Chinese legal text as spans, so that a quote is always a slice.

A paragraph (款) is a line. Some lines say nothing alone: an item of a list needs the lead of its list, a row of a table
its header, a question of a guide its answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？]+[”’」』）)]*|(?=\n)|$)")
_CLAUSE = re.compile(r"[^；;]+[；;]?")
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]|[（(]?\d{1,2}[)）.．、](?!\d)|[①-⑳]")
_ROW, _ASKS = "|", ("问：", "问:")
LONG = 320
"""Characters above which a sentence is cut at its semicolons: a reader cannot take in more at once."""
ANSWER_LINES = 3
"""How far below its question a line may stand and still be the answer to it."""


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


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of the lines of `text` that hold words, in order, without blank ends."""
    lines = (_trimmed(text, match.start(), match.end()) for match in re.finditer(r"[^\n]+", text))
    return [span for span in lines if span[0] < span[1]]


def understood_with(words: Sequence[str], at: int) -> list[int]:
    """Numbers of the lines to read line `at` of `words` with, itself among them, in order: the list below a lead, the
    lead above an item, the header of a table's row, the answer to a guide's question or the question it answers."""
    if words[at].startswith(_ASKS):
        return [at, *_while(words, at + 1, lambda line: not line.startswith(_ASKS))]
    if words[at].endswith(("：", ":")):
        return [at, *_while(words, at + 1, lambda line: bool(_ITEM.match(line)))]
    if words[at].startswith(_ROW):
        header = next((n + 1 for n in range(at - 1, -1, -1) if not words[n].startswith(_ROW)), 0)
        return sorted({header, at})
    if _ITEM.match(words[at]):
        above = next((n for n in range(at - 1, -1, -1) if not _ITEM.match(words[n])), None)
        return [at] if above is None or not words[above].endswith(("：", ":")) else [above, at]
    asked = next((n for n in range(at - 1, max(-1, at - ANSWER_LINES - 1), -1) if words[n].startswith(_ASKS)), None)
    return [at] if asked is None else [asked, *range(asked + 1, at + 1)]


def _while(words: Sequence[str], start: int, holds: Callable[[str], bool]) -> list[int]:
    """Numbers of the lines from `start` on that hold, up to the first that does not."""
    end = start
    while end < len(words) and holds(words[end]):
        end += 1
    return list(range(start, end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
