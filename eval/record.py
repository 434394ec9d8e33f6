"""The record of a run: what is saved as JSON, read back, and compared with a later run case by case."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError

from eval.measures import MEASURES, Score
from kb.errors import BadInput
from kb.model import Frozen


class CaseRun(Frozen):
    """One case in one run. `skipped` gives the reason when documents it needs are not loaded; it then has no scores.

    Seconds are wall time. `results` counts the passages found, `citations` the citations of the answer.
    """

    id: str
    question: str
    tags: tuple[str, ...]
    skipped: str | None = None
    error: str | None = None
    outcome: str | None = None
    results: int = 0
    citations: int = 0
    search_seconds: float | None = None
    ask_seconds: float | None = None
    scores: dict[str, Score] = Field(default_factory=dict)


class Summary(Frozen):
    """A measure over the cases it speaks about: mean, 95 % bootstrap interval, number of cases."""

    measure: str
    mean: float
    low: float
    high: float
    cases: int


class Latency(Frozen):
    """Seconds at the median and at the 95th percentile over the calls of one kind."""

    call: str
    p50: float
    p95: float
    calls: int


class Change(Frozen):
    """A case whose score under a measure moved between two runs."""

    id: str
    question: str
    measure: str
    before: float
    after: float
    why: str


class Changes(Frozen):
    """What moved against a saved run. `dropped` are cases that were scored then and are not now."""

    suite_changed: bool
    index_before: str
    gains: tuple[Change, ...]
    losses: tuple[Change, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


class Run(Frozen):
    """A whole run, as it is saved. `suite_sha256` tells whether two runs asked the same questions."""

    suite: str
    suite_sha256: str
    index_version: str
    seed: int
    summaries: tuple[Summary, ...]
    latencies: tuple[Latency, ...]
    empty_results: int
    errors: int
    cases: tuple[CaseRun, ...]
    changes: Changes | None = None

    @property
    def scored(self) -> tuple[CaseRun, ...]:
        return tuple(case for case in self.cases if case.skipped is None)

    @property
    def skipped(self) -> tuple[CaseRun, ...]:
        return tuple(case for case in self.cases if case.skipped is not None)


def compare(run: Run, against: Run) -> Changes:
    """Gains and losses of `run` over `against`, case by case and measure by measure."""
    lower = {measure.name for measure in MEASURES if measure.lower_is_better}
    before = {case.id: case for case in against.scored}
    gains: list[Change] = []
    losses: list[Change] = []
    for case in run.scored:
        for name, score in case.scores.items():
            old = before[case.id].scores.get(name) if case.id in before else None
            if old is None or abs(score.value - old.value) < 1e-9:
                continue
            change = Change(
                id=case.id, question=case.question, measure=name, before=old.value, after=score.value, why=score.why
            )
            better = (score.value > old.value) != (name in lower)
            (gains if better else losses).append(change)
    now = {case.id for case in run.scored}
    return Changes(
        suite_changed=run.suite_sha256 != against.suite_sha256,
        index_before=against.index_version,
        gains=tuple(gains),
        losses=tuple(losses),
        added=tuple(case.id for case in run.scored if case.id not in before),
        dropped=tuple(name for name in before if name not in now),
    )


def read_run(path: Path) -> Run:
    """A saved run. Raises BadInput when there is none or it is not one of ours."""
    try:
        return Run.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"读不到评测记录 {path}：{error}") from error
    except ValidationError as error:
        raise BadInput(f"{path} 不是评测记录，或由不同版本的 regkb 写成，请重新评测保存一份。") from error


def save_run(run: Run, path: Path) -> None:
    """Write the run as JSON, whole or not at all, making the folder when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(run.model_dump_json(indent=1), encoding="utf-8")
    os.replace(unfinished, path)
