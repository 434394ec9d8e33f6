"""One proposed change of a text: what the repair steps speak in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `[start, end)` by `after`. Equal words with `certain=False` are a flag, not a change."""

    start: int
    end: int
    after: str
    certain: bool = True


def drop(pattern: re.Pattern[str], text: str) -> list[Edit]:
    return [Edit(match.start(), match.end(), "") for match in pattern.finditer(text)]


def flag(pattern: re.Pattern[str], text: str) -> list[Edit]:
    """What is kept as it is and shown to the curator."""
    return [Edit(match.start(), match.end(), match[0], certain=False) for match in pattern.finditer(text)]


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """In order, overlapping ones left out, the longer first: two rules may claim the same words."""
    out: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
    return out
