"""Which entry of a revised list each entry of the old list became: by likeness of words, first in order, then moved.

Likeness is the cosine of the two entries' character pairs, where a pair counts the more the fewer entries hold it: 处…
以下罚款 stands everywhere and says little. Pairs are hashed, so that the work is two dense products. An entry to which
much was added is little like what it was: of those that likeness leaves over, one that holds every sentence of the
other is what became of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
BUCKETS = 8191
IN_PLACE = 0.3
"""Least likeness of two entries that stand between the same neighbours: below it one went and another came."""
MOVED = 0.6
"""Least likeness of two entries out of order, where the place says nothing."""
OWN = 30
"""Least characters of an entry that is found again whole in another one: fewer may stand there by chance."""
SENTENCE_END = re.compile("[。;；]")
MOST = 2_000
"""Entries of one side that are compared with each other (at most 131 MB); beyond it only equal words are matched."""


class Pair(NamedTuple):
    """Entry `old` became entry `new` (positions in the two lists). `margin` is how much more alike they are than either
    is to any other entry; negative where another one is more alike. `whole`: one holds all sentences of the other."""

    old: int
    new: int
    likeness: float
    margin: float
    whole: bool = False


def aligned(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The pairs in the order of `new`; entries without a counterpart are in none. Equal words have likeness 1."""
    equal = _equal(old, new)
    left = [at for at in range(len(old)) if at not in equal]
    right = [at for at in range(len(new)) if at not in set(equal.values())]
    found = [Pair(one, other, 1.0, 1.0) for one, other in equal.items()]
    if left and right and max(len(left), len(right)) <= MOST:
        found += _alike(old, new, left, right, equal)
    return sorted(found, key=lambda pair: pair.new)


def likenesses(old: Sequence[str], new: Sequence[str], among: Sequence[str]) -> Matrix:
    """`[len(old), len(new)]` in [0, 1]: how alike each text of one list is to each of the other. `among` are the texts
    by which it is told how common a pair of characters is."""
    weights = _rarity(among)
    counts = np.stack([_pairs(text) * weights for text in (*old, *new)])
    counts /= np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)
    product: Matrix = counts[: len(old)] @ counts[len(old) :].T
    return np.clip(product, 0, 1)


def _rarity(texts: Sequence[str]) -> Matrix:
    """For each pair of characters a weight that falls with the number of texts that hold it."""
    holding = np.zeros(BUCKETS, np.float32)
    for text in texts:
        holding += _pairs(text) > 0
    weights: Matrix = np.log1p(len(texts) / np.maximum(holding, 1)).astype(np.float32)
    return weights


def _equal(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Entries whose words stand once on each side, or equally often: then the first is the first, and so on."""
    places: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((old, new)):
        for at, text in enumerate(texts):
            places.setdefault(text, ([], []))[side].append(at)
    same = (pair for pair in places.values() if len(pair[0]) == len(pair[1]))
    return {one: other for ones, others in same for one, other in zip(ones, others, strict=True)}


def _alike(
    old: Sequence[str], new: Sequence[str], left: Sequence[int], right: Sequence[int], equal: dict[int, int]
) -> list[Pair]:
    likeness = likenesses([old[at] for at in left], [new[at] for at in right], (*old, *new))
    margin = _margins(likeness)
    same_stretch = np.equal.outer(*_fences(left, right, equal))
    gain = np.where(same_stretch, likeness - IN_PLACE + np.minimum(margin, 0), 0).clip(min=0)
    found = in_order(gain.astype(np.float32))
    gone, come = {one for one, _ in found}, {other for _, other in found}
    for one, other in sorted(np.argwhere(likeness >= MOVED).tolist(), key=lambda at: -likeness[at[0], at[1]]):
        if one not in gone and other not in come:
            found.append((one, other))
            gone.add(one)
            come.add(other)
    texts = ["" if i in gone else old[at] for i, at in enumerate(left)]
    others = ["" if j in come else new[at] for j, at in enumerate(right)]
    whole = {*_held(texts, others), *((one, other) for other, one in _held(others, texts))}
    seen = Counter([one for one, _ in whole]), Counter([other for _, other in whole])
    # halves of an entry that was split are both within it: then neither is surely what it became
    found += [(one, other) for one, other in whole if seen[0][one] == seen[1][other] == 1]
    return [Pair(left[i], right[j], float(likeness[i, j]), float(margin[i, j]), (i, j) in whole) for i, j in found]


def _held(texts: Sequence[str], among: Sequence[str]) -> list[tuple[int, int]]:
    """Which texts have every sentence in one of the others, as `(text, other)`; a short text is in none."""
    holding: dict[str, set[int]] = {}
    for at, text in enumerate(among):
        for sentence in SENTENCE_END.split(text):
            holding.setdefault(sentence, set()).add(at)
    found: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        if len(text) >= OWN:
            of_each = [holding.get(sentence, set()) for sentence in SENTENCE_END.split(text) if sentence]
            found += [(at, other) for other in set[int].intersection(*of_each)] if of_each else []
    return found


def _fences(
    left: Sequence[int], right: Sequence[int], equal: dict[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each entry, between which of the equal entries that keep their order it stands: only entries of the same
    stretch are aligned in place."""
    kept = _longest_rising([equal[one] for one in sorted(equal)])
    fixed = [(one, equal[one]) for one in sorted(equal) if equal[one] in kept]
    ones, others = [one for one, _ in fixed], [other for _, other in fixed]
    return np.searchsorted(ones, left), np.searchsorted(others, right)


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The values of a longest rising subsequence."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        at = int(np.searchsorted(tails, value))
        before[value] = tails[at - 1] if at else None
        tails[at : at + 1] = [value]
    found, value_or_none = set[int](), tails[-1] if tails else None
    while value_or_none is not None:
        found.add(value_or_none)
        value_or_none = before[value_or_none]
    return found


def in_order(gain: Matrix) -> list[tuple[int, int]]:
    """The pairs (row, column) that keep the order of both sides and together gain the most; no gain, no pair."""
    best = np.zeros((gain.shape[0] + 1, gain.shape[1] + 1), np.float32)
    for row, gains in enumerate(gain):
        taken = np.maximum(best[row, 1:], best[row, :-1] + gains)
        best[row + 1, 1:] = np.maximum.accumulate(taken)
    found, one, other = [], gain.shape[0], gain.shape[1]
    while one and other:
        if best[one, other] == best[one - 1, other]:
            one -= 1
        elif best[one, other] == best[one, other - 1]:
            other -= 1
        else:
            one, other = one - 1, other - 1
            found.append((one, other))
    return found[::-1]


def _margins(likeness: Matrix) -> Matrix:
    """Each likeness less the greatest other one of its row and column."""
    rivals = np.maximum(_best_other(likeness), _best_other(likeness.T).T)
    margins: Matrix = likeness - rivals
    return margins


def _best_other(rows: Matrix) -> Matrix:
    """For each place the greatest value of its row but itself, 0 where it stands alone."""
    first = rows.argmax(axis=1)
    others = rows.copy()
    others[np.arange(len(rows)), first] = 0
    found = np.repeat(rows.max(axis=1)[:, None], rows.shape[1], axis=1)
    found[np.arange(len(rows)), first] = others.max(axis=1)
    return found


def _pairs(text: str) -> Matrix:
    """How often each hashed pair of neighbouring characters stands in a text; one character is its own pair."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    pairs = codes[:-1] * 65_599 + codes[1:] if len(codes) > 1 else codes
    return np.bincount(pairs % BUCKETS, minlength=BUCKETS).astype(np.float32)
