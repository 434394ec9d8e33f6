"""One client and eight at once over HTTP: how far the slowest answers move apart, and that none of them fails.

Every level and round starts a fresh server process and asks each question once, so that no answer is remembered and
every question is encoded. The levels take turns. A client waits for each answer before it asks again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import httpx
import numpy as np

from bench.goals import Goal
from bench.machine import resident_mib
from bench.serve import server
from kb.settings import Settings

LEVELS = (1, 8)
ROUNDS = 3
"""Rounds at most: each of them starts a server for every level."""
ASKED_MOST = 200
WARM_UP = 5
"""Questions asked before the clock starts: the first ones load code and dictionaries."""
GOAL_P95 = 6.0


class Level(NamedTuple):
    """One round of one level: seconds of each answer, seconds in all, answers that failed, MiB of the server."""

    seconds: list[float]
    whole: float
    failed: int
    resident_mib: float | None


def measure(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """p50, p95, answers a second and failures at each level, and the ratio of the p95 round by round."""
    every = max(len(questions) // (WARM_UP + ASKED_MOST), 1)
    questions = questions[::every][: WARM_UP + ASKED_MOST]  # some of every suite
    taken: dict[int, list[Level]] = {level: [] for level in LEVELS}
    for turn in range(min(rounds, ROUNDS)):
        for clients in LEVELS[turn % 2 :] + LEVELS[: turn % 2]:
            print(f"  {clients} 个客户端，第 {turn + 1} 轮 …", file=sys.stderr, flush=True)
            taken[clients].append(_level(settings, questions, as_of, clients))
    few, many = LEVELS
    ratios = [_p95(b) / _p95(a) for a, b in zip(taken[few], taken[many], strict=True)]
    failed = sum(level.failed for levels in taken.values() for level in levels)
    return {
        "questions": len(questions) - WARM_UP,
        **{f"{clients}_clients": _figures(levels) for clients, levels in taken.items()},
        "p95_ratio": {"median": round(median(ratios), 2), "spread": [round(min(ratios), 2), round(max(ratios), 2)]},
        "goals": [
            Goal.at_most(f"HTTP 检索 p95：{many} 个客户端对 {few} 个", round(median(ratios), 2), GOAL_P95),
            Goal.at_most("HTTP 检索：失败的应答", failed, 0, " 次"),
        ],
    }  # fmt: skip


def _level(settings: Settings, questions: Sequence[str], as_of: date, clients: int) -> Level:
    with server(settings) as (client, process, _):
        address, day = client.base_url, as_of.isoformat()
        for question in questions[:WARM_UP]:
            client.get("/api/search", params={"q": question, "as_of": day})
        asked = questions[WARM_UP:]

        def one_client(number: int) -> list[float | None]:
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as own:
                return [_seconds(own, question, day) for question in asked[number::clients]]

        begun = perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            answers = [seconds for part in pool.map(one_client, range(clients)) for seconds in part]
        whole = perf_counter() - begun
        good = [seconds for seconds in answers if seconds is not None]
        return Level(good, whole, len(answers) - len(good), resident_mib(process.pid))


def _seconds(client: httpx.Client, question: str, day: str) -> float | None:
    """How long an answer took; None when it failed."""
    begun = perf_counter()
    try:
        answered = client.get("/api/search", params={"q": question, "as_of": day}).is_success
    except httpx.TransportError:
        return None
    return perf_counter() - begun if answered else None


def _p95(level: Level) -> float:
    if not level.seconds:
        raise SystemExit("没有一次检索成功，请先用 regkb doctor 检查数据目录。")
    return float(np.percentile(level.seconds, 95))


def _figures(levels: Sequence[Level]) -> dict[str, Any]:
    every = np.concatenate([np.asarray(level.seconds) for level in levels]) * 1000
    return {
        "p50_ms": round(float(np.percentile(every, 50)), 1),
        "p95_ms": round(float(np.percentile(every, 95)), 1),
        "per_second": round(median(len(level.seconds) / level.whole for level in levels), 1),
        "failed": sum(level.failed for level in levels),
        "resident_mib": levels[-1].resident_mib,
    }
