"""Traditional to Simplified, only for a text that is mostly Traditional: a quoted 藥 elsewhere is left alone."""

from __future__ import annotations

import functools
import re
from itertools import groupby
from typing import Any

from ingest.repair_edit import Edit

HAN = re.compile(r"[\u3400-\u9fff]")
MOSTLY = 0.1  # share of the Chinese characters that conversion would change; real Traditional prose has 0.25 and more
FEW = 10  # fewer changed characters than this prove nothing


@functools.cache
def _converter() -> Any:
    from opencc import OpenCC

    # tw2s rather than t2s: it turns 著力 into 着力 and leaves 显著 alone
    return OpenCC("tw2s")


def to_simplified(text: str) -> list[Edit]:
    characters = len(HAN.findall(text))
    if characters < FEW:
        return []
    simple = _converter().convert(text)
    if len(simple) != len(text):  # a variant of another length: offsets would slip, so leave the text as it is
        return []
    changed = [position for position, (old, new) in enumerate(zip(text, simple, strict=True)) if old != new]
    if len(changed) < max(FEW, MOSTLY * characters):
        return []
    edits = []
    for _, run in groupby(enumerate(changed), lambda pair: pair[1] - pair[0]):
        positions = [position for _, position in run]
        start, end = positions[0], positions[-1] + 1
        edits.append(Edit(start, end, simple[start:end]))
    return edits
