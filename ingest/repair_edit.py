"""One proposed change of a text: what the repair steps speak in."""

from __future__ import annotations

import re
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `[start, end)` by `after`. Equal words with `certain=False` are a flag, not a change."""

    start: int
    end: int
    after: str
    certain: bool = True


def drop(pattern: re.Pattern[str], text: str) -> list[Edit]:
    return [Edit(match.start(), match.end(), "") for match in pattern.finditer(text)]
