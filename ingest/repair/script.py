"""Traditional to Simplified, only for a text that is mostly Traditional: a quoted 藥 elsewhere is left alone."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.repair.edit import Edit

HAN = re.compile(r"[\u3400-\u9fff]")
MOSTLY = 0.1  # share of the Chinese characters that conversion would change; real Traditional prose has 0.25 and more
MANY = 200_000  # more changed characters than this are listed line by line: each record costs memory
FEW = 10  # fewer changed characters than this prove nothing


@functools.cache
def _converter() -> Any:
    from opencc import OpenCC

    # tw2s rather than t2s: it turns 著力 into 着力 and leaves 显著 alone
    return OpenCC("tw2s")


def simplified(text: str) -> str:
    """The text in Simplified characters, character for character: lines that would change length stay as they are."""
    simple: str = _converter().convert(text)
    if len(simple) == len(text):
        return simple
    lines = text.split("\n")
    converted: list[str] = [_converter().convert(line) for line in lines]
    return "\n".join(new if len(new) == len(old) else old for old, new in zip(lines, converted, strict=True))


def to_simplified(text: str) -> list[Edit]:
    simple = simplified(text)
    if simple == text:
        return []
    characters = len(HAN.findall(text))
    if characters < FEW:
        return []
    changed = np.flatnonzero(_codes(text) != _codes(simple)).tolist()
    if len(changed) < max(FEW, MOSTLY * characters):
        return []
    runs = _runs(changed) if len(changed) <= MANY else _lines(changed, text)
    return [Edit(start, end, simple[start:end]) for start, end in runs]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring positions as spans."""
    for _, run in groupby(enumerate(positions), lambda pair: pair[1] - pair[0]):
        together = [position for _, position in run]
        yield together[0], together[-1] + 1


def _lines(positions: Sequence[int], text: str) -> Iterator[tuple[int, int]]:
    """The same by line: from the first position on it to the last."""
    start = end = stop = -1
    for position in positions:
        if position >= stop:
            if start >= 0:
                yield start, end
            start, stop = position, text.find("\n", position)
            stop = len(text) if stop < 0 else stop
        end = position + 1
    yield start, end
