"""Which words of a text changed: a diff of words, in which a number is one word and so is each punctuation mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

import numpy as np
import rjieba

from kb.alignment import in_order
from kb.model import Frozen

Op = Literal["same", "removed", "added"]

TOKEN = re.compile(
    r"\d+(?:[.,．，]\d+)*[%％‰]?|[A-Za-z]+|\s+"
    r"|第?[〇零一二三四五六七八九十百千万亿两]{2,}|第[一二三四五六七八九十]|[一二三四五六七八九十两](?=[个日年月天倍万元条款项次名])"
    r"|(?P<word>[\u3400-\u9fff])|.",
    re.DOTALL,
)
SENTENCE = re.compile(r"[^。；;\n]+[。；;\n]*|[。；;\n]+")
LONG = 20_000
"""Characters of both texts above which sentences are compared first, and words only within changed ones."""
MOST = 4_000_000
"""Pairs of words that are compared at most; beyond it the whole stretch counts as changed."""


class Mark(Frozen):
    """A run of words. The `same` and `removed` runs of a diff joined give the old text, `same` and `added` the new."""

    op: Op
    text: str


Run = tuple[Op, str]


def marks(old: str, new: str) -> list[Mark]:
    """The words of both texts as runs; between two `same` runs the removed words stand before the added ones."""
    runs = _by_sentence(old, new) if len(old) + len(new) > LONG else _by_word(old, new)
    return [Mark(op=op, text=text) for op, text in _tidied(runs)]


def _by_word(old: str, new: str) -> Iterator[Run]:
    return _diff(_words(old), _words(new))


def _by_sentence(old: str, new: str) -> Iterator[Run]:
    """A changed stretch of sentences is compared by words where it is short enough."""
    runs = _diff(SENTENCE.findall(old), SENTENCE.findall(new))
    for same, stretch in groupby(runs, key=lambda run: run[0] == "same"):
        if same:
            yield from stretch
            continue
        gone, come = _sides(stretch)
        yield from _by_word(gone, come) if len(gone) + len(come) <= LONG else _replaced(gone, come)


def _diff(left: Sequence[str], right: Sequence[str]) -> Iterator[Run]:
    """The longest common words in order, a word counting by its length: a comma is no reason to break a stretch."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    yield "same", "".join(left[:head])
    yield from _between(left[head : len(left) - tail], right[head : len(right) - tail])
    yield "same", "".join(left[len(left) - tail :])


def _between(left: Sequence[str], right: Sequence[str]) -> Iterator[Run]:
    if not left or not right or len(left) * len(right) > MOST:
        yield from _replaced("".join(left), "".join(right))
        return
    numbers = {word: at for at, word in enumerate(dict.fromkeys((*left, *right)))}
    equal = np.equal.outer([numbers[word] for word in left], [numbers[word] for word in right])
    weights = np.array([len(word) if word[0].isalnum() else 0.3 for word in left], np.float32)
    one = other = 0
    for at, place in [*in_order(equal * weights[:, None]), (len(left), len(right))]:
        yield from _replaced("".join(left[one:at]), "".join(right[other:place]))
        if at < len(left):
            yield "same", left[at]
        one, other = at + 1, place + 1


def _tidied(runs: Iterable[Run]) -> Iterator[Run]:
    """One run for neighbours of a kind; a lone character that stayed between two changed stretches goes with them."""
    joined = list(_joined(run for run in runs if run[1]))
    kept: list[Run] = []
    for at, (op, text) in enumerate(joined):
        lonely = op == "same" and 0 < at < len(joined) - 1 and len(text) == 1
        kept += [("removed", text), ("added", text)] if lonely else [(op, text)]
    yield from _joined(kept)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    for same, stretch in groupby(runs, key=lambda run: run[0] == "same"):
        gone, come = _sides(stretch)
        if same:
            yield "same", gone
        else:
            yield from _replaced(gone, come)


def _sides(runs: Iterable[Run]) -> tuple[str, str]:
    """What a changed stretch was and what it became."""
    found = list(runs)
    return (
        "".join(text for op, text in found if op != "added"),
        "".join(text for op, text in found if op != "removed"),
    )


def _replaced(old: str, new: str) -> Iterator[Run]:
    if old:
        yield "removed", old
    if new:
        yield "added", new


def _words(text: str) -> list[str]:
    """The text cut into words; joined they are the text."""
    found: list[str] = []
    for is_word, run in groupby(TOKEN.finditer(text), key=lambda match: match["word"] is not None):
        pieces = [match[0] for match in run]
        found += rjieba.cut("".join(pieces)) if is_word else pieces
    return found
