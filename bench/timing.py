"""Timing side by side: the things compared take turns on every question, so that load hits them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

ROUNDS = 5
Ask = Callable[[str], object]
Rounds = list[list[float]]
"""Seconds of each call, one list a round."""


def interleaved(rivals: Mapping[str, Ask], questions: Sequence[str], rounds: int = ROUNDS) -> dict[str, Rounds]:
    """Seconds of each rival on each question in every round, after one call to warm up.

    The first rival changes with every question.
    """
    names = list(rivals)
    for name in names:
        rivals[name](questions[0])
    taken: dict[str, Rounds] = {name: [[] for _ in range(rounds)] for name in names}
    for turn in range(rounds):
        for number, question in enumerate(questions):
            shift = (turn + number) % len(names)
            for name in names[shift:] + names[:shift]:
                begun = time.perf_counter()
                rivals[name](question)
                taken[name][turn].append(time.perf_counter() - begun)
    return taken


def summary(rounds: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Milliseconds: the median of the rounds' medians with their spread, and the 95th percentile of all calls."""
    medians = [median(times) * 1000 for times in rounds]
    every = np.concatenate([np.asarray(times) for times in rounds]) * 1000
    return {
        "p50_ms": round(median(medians), 2),
        "p50_spread_ms": [round(min(medians), 2), round(max(medians), 2)],
        "p95_ms": round(float(np.percentile(every, 95)), 2),
        "rounds": len(rounds),
        "calls": len(every),
    }


def ratio(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Our median over theirs, round by round: the median of the rounds and their spread."""
    found = [median(mine) / median(other) for mine, other in zip(ours, theirs, strict=True)]
    return {"median": round(median(found), 3), "spread": [round(min(found), 3), round(max(found), 3)]}
