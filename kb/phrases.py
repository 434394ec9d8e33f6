"""Known phrases in a running text: the longest at each place, from left to right, never overlapping.

A phrase may hold one gap (借…不还): a few characters of the same clause may stand there. Time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import rjieba

from kb.lexical import fold

GAP = "…"
WIDEST_GAP = 10
"""Characters that a gap may hold: 借了我三万块钱一直不还 is one thing said."""
SELF_EVIDENT = 4
"""A phrase of so many characters may begin within a word (需要什么材料 holds 要什么材料); a shorter one may not, and
none may end within one (要不要批准 does not hold 要不要批)."""
_NONE: list[tuple[str, str, str]] = []
_STOPS = frozenset("，。；：？！、,;:?!\n")


class Span(NamedTuple):
    """`phrase` as it is known stands at `[start, end)`."""

    start: int
    end: int
    phrase: str


class Phrases:
    """`phrases` in their folded form; `spans` wants a text folded alike."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._starting: dict[str, list[tuple[str, str, str]]] = {}
        for phrase in sorted(set(phrases), key=lambda p: (-len(p), p)):
            head, _, tail = phrase.partition(GAP)
            if head:
                self._starting.setdefault(head[:2], []).append((phrase, head, tail))

    def spans(
        self, text: str, boundaries: Collection[int] | None = None, taken: Iterable[tuple[int, int]] = ()
    ) -> list[Span]:
        """The phrases in `text`. `boundaries` are the places where its words begin and end, for phrases to keep to
        (代工 is not in 替代工艺). No phrase begins within `taken`, spans in order, or reaches into one."""
        blocked = {at for start, end in taken for at in range(start, end)}
        found: list[Span] = []
        at = 0
        while at < len(text):
            span = None if at in blocked else self._at(text, at, boundaries, blocked)
            if span:
                found.append(span)
            at = span.end if span else at + 1
        return found

    def _at(self, text: str, at: int, boundaries: Collection[int] | None, blocked: set[int]) -> Span | None:
        here = self._starting.get(text[at : at + 2], _NONE)
        if alone := self._starting.get(text[at]):
            here = [*here, *alone]
        best, length = None, 0
        for phrase, head, tail in here:
            if len(head) + len(tail) <= length:
                continue
            end = self._end(text, at, head, tail)
            if end and _whole(text, at, end, boundaries) and blocked.isdisjoint(range(at, end)):
                best, length = Span(at, end, phrase), len(head) + len(tail)
        return best

    @staticmethod
    def _end(text: str, at: int, head: str, tail: str) -> int | None:
        if not text.startswith(head, at):
            return None
        end = at + len(head)
        if not tail:
            return end
        found = text.find(tail, end, end + WIDEST_GAP + len(tail))
        if found < 0 or not _STOPS.isdisjoint(text[end:found]):
            return None
        return found + len(tail)


def fold_in_place(text: str) -> str:
    """The folded text where that keeps every character in its place, else only in lower case."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """The words of a text by the general dictionary, in order and without a hole."""
    spans, at = [], 0
    for word in rjieba.cut(text, False):
        spans.append((at, at + len(word)))
        at += len(word)
    return spans


def word_ends(text: str) -> frozenset[int]:
    """The places where the words of a text begin and end."""
    return frozenset((0, *(end for _, end in word_spans(text))))


def _whole(text: str, start: int, end: int, boundaries: Collection[int] | None) -> bool:
    """Whether a phrase is cut out of no longer word: IND is not in INDEX, nor a short phrase across two words."""
    if _latin(text[start]) and start and _latin(text[start - 1]):
        return False
    if _latin(text[end - 1]) and end < len(text) and _latin(text[end]):
        return False
    return boundaries is None or (end in boundaries and (end - start >= SELF_EVIDENT or start in boundaries))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
