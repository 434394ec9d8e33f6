"""How search slows down as the collection grows tenfold and more, and what a chunk costs in memory and on disk.

Each size is built by a child process under a time limit; then all of them are opened at once and take turns, so that
the load of the machine hits them alike. A size that was not ready in time is reported with how far it came.
"""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.goals import Goal
from bench.timing import summary
from bench.worker import TooSlow, Worker
from kb import validity
from kb.settings import Settings

READ_LIMIT_S = 300.0
DISK_BYTES = 12_000
"""Room for one point while it is built: log, vectors, graph, terms, payload, and the segment that replaces another."""
GOAL_A_DECADE = 2.0
GOAL_RECALL = 0.95
SIDES = ("dense", "sparse", "hybrid", "hybrid_as_of", "hybrid_documents")


def measure(
    settings: Settings, questions: Sequence[str], as_of: date, rounds: int, sizes: Sequence[int], limit_s: float
) -> dict[str, Any]:
    """Milliseconds, recall, memory and disk at each size, and the growth of each side's p50 per decade."""
    with TemporaryDirectory(prefix="regkb-bench-") as folder, ExitStack() as open_workers:
        found: dict[int, dict[str, Any]] = {}
        readers: dict[int, Worker] = {}
        for size in sorted(sizes):
            place = Path(folder) / str(size)
            found[size] = _built(settings, place, size, questions, limit_s)
            if "stopped" not in found[size]:
                readers[size] = open_workers.enter_context(_worker(settings, place, size))
                readers[size].ask("open", READ_LIMIT_S)
        taken = _taken(readers, validity.day_number(as_of), rounds)
        for size, reader in readers.items():
            found[size] |= {side: summary([turn[side] for turn in taken[size]]) for side in SIDES}
            found[size] |= reader.ask("recall", READ_LIMIT_S)
            found[size]["memory_bytes_per_chunk"] = reader.ask("memory", READ_LIMIT_S)
    decades = growth(taken)
    return {"made": _MADE, "sizes": {str(size): figures for size, figures in found.items()}, "per_decade": decades,
            "goals": _goals(found, decades)}  # fmt: skip


_MADE = (
    "前面的点是库中真实的分块；其余由真实向量加上另外一对真实近邻之差的三成到七成得到，"
    "词项取自同一分块并换掉五分之一；每 60 块算一部文件，十分之一的文件已失效"
)


def _worker(settings: Settings, folder: Path, size: int) -> Worker:
    return Worker(f"{size} 块", "bench.grown", [str(settings.home.resolve()), str(folder)])


def _built(
    settings: Settings, folder: Path, size: int, questions: Sequence[str], limit_s: float
) -> dict[str, Any]:  # fmt: skip
    """Figures of the building, or `stopped` with the reason and how far it came."""
    folder.mkdir()
    if (room := shutil.disk_usage(folder).free) < size * DISK_BYTES:
        return {"stopped": f"磁盘剩余 {room / 2**30:.0f} GiB，约需 {size * DISK_BYTES / 2**30:.0f} GiB"}
    print(f"  建 {size} 块的索引 …", file=sys.stderr, flush=True)
    try:
        with _worker(settings, folder, size) as builder:
            return builder.ask("build", limit_s, size=size, questions=list(questions))
    except TooSlow as late:
        shutil.rmtree(folder)
        return {"stopped": f"{late.limit_s:g} 秒内没有建好", "reached": late.last}


def _taken(readers: dict[int, Worker], day: int, rounds: int) -> dict[int, list[dict[str, list[float]]]]:
    """Seconds of each call, by size, round and side; the size that goes first changes with every round."""
    taken: dict[int, list[dict[str, list[float]]]] = {size: [] for size in readers}
    sizes = list(readers)
    for turn in range(rounds + 1):
        for size in sizes[turn % len(sizes) :] + sizes[: turn % len(sizes)] if sizes else ():
            answer = readers[size].ask("round", READ_LIMIT_S, day=day)
            if turn:  # the first round reads the index from disk
                taken[size].append(answer)
    return taken


def growth(taken: dict[int, list[dict[str, list[float]]]]) -> list[dict[str, Any]]:
    """Between each size and the next: how many times the p50 of each side is, as it would be over a tenfold."""
    sizes = sorted(taken)
    found = []
    for small, large in pairwise(sizes):
        decades = math.log10(large / small)
        pairs = list(zip(taken[small], taken[large], strict=True))
        ratios = {side: [median(b[side]) / median(a[side]) for a, b in pairs] for side in SIDES}
        found.append({
            "from": small, "to": large,
            **{side: {"ratio": round(median(r), 3), "per_decade": round(median(r) ** (1 / decades), 3),
                      "spread": [round(min(r), 3), round(max(r), 3)]} for side, r in ratios.items()},
        })  # fmt: skip
    return found


def _goals(found: dict[int, dict[str, Any]], decades: list[dict[str, Any]]) -> list[Goal]:
    """A step to a size that was not built stands in the table as not measured."""
    steps = {(step["from"], step["to"]): step for step in decades}
    goals = []
    for small, large in pairwise(sorted(found)):
        step = steps.get((small, large))
        for side, name in (("dense", "语义"), ("hybrid", "混合"), ("hybrid_as_of", "混合并按日期")):
            value = step[side]["per_decade"] if step else None
            goals.append(Goal.at_most(f"{small} → {large} 块，{name} p50 每十倍", value, GOAL_A_DECADE))
    for size, figures in found.items():
        recall = figures.get("recall_at_10")
        goals.append(Goal.at_least(f"{size} 块，语义 Recall@10（对逐一比较）", recall, GOAL_RECALL))
    return goals
