"""The record of a run: what is saved as JSON and read back, whole enough to be compared with a later one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from eval.score import Score
from kb.errors import BadInput
from kb.model import Frozen


class CaseRun(Frozen):
    """One case in one run. `skipped` gives the reason when documents it needs are not loaded; it then has no scores.

    Seconds are wall time. `results` counts the passages found, `citations` the citations of the answer. `ranking` is
    the addresses of the first passages, best first; None where the question was not searched for, and in a record made
    before rankings were kept. `history` are the questions before it, `mode` whose words the answer was in.
    """

    id: str
    question: str
    history: tuple[str, ...] = ()
    tags: tuple[str, ...]
    skipped: str | None = None
    error: str | None = None
    outcome: str | None = None
    mode: str | None = None
    results: int = 0
    citations: int = 0
    ranking: tuple[str, ...] | None = None
    search_seconds: float | None = None
    ask_seconds: float | None = None
    scores: dict[str, Score] = Field(default_factory=dict)

    @property
    def asked(self) -> str:
        """The questions in their order, for people to read."""
        return " → ".join((*self.history, self.question))


class Summary(Frozen):
    """A measure over the cases it speaks about: mean, 95 % bootstrap interval, number of cases."""

    measure: str
    mean: float
    low: float
    high: float
    cases: int
    means: str = ""
    lower_is_better: bool = False


class Latency(Frozen):
    """Seconds at the median and at the 95th percentile over the calls of one kind."""

    call: str
    p50: float
    p95: float
    calls: int


class Difference(Frozen):
    """A measure over the same cases twice: both means, `after` - `before`, and the paired 95 % interval of that."""

    measure: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    cases: int
    lower_is_better: bool = False

    @property
    def verdict(self) -> Literal["better", "worse", "open"]:
        """`open` as long as the interval holds zero: the cases cannot tell the two apart."""
        if self.low <= 0 <= self.high:
            return "open"
        return "better" if (self.low > 0) != self.lower_is_better else "worse"


class Change(Frozen):
    """A case whose score under a measure moved between two runs."""

    id: str
    question: str
    measure: str
    before: float
    after: float
    why: str


class Changes(Frozen):
    """What moved against a saved run. `dropped` are cases that were scored then and are not now; `rankings_identical`
    of `rankings_compared` cases have the same passages in the same order, `rankings_moved` names the others."""

    suite_changed: bool
    index_before: str
    gains: tuple[Change, ...]
    losses: tuple[Change, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    rankings_compared: int = 0
    rankings_identical: int = 0
    rankings_moved: tuple[str, ...] = ()


class Beside(Frozen):
    """Another way to rank the same cases in the same run: one side alone, plain fusion, or the product `without` some
    of its parts. `differences` are this way minus the product, `scores` those of each case by its id (none where suites
    are pooled). Its speed is not kept: the product's own search has just encoded the question for it."""

    name: str
    ranking: str
    without: tuple[str, ...] = ()
    summaries: tuple[Summary, ...]
    differences: tuple[Difference, ...]
    scores: dict[str, dict[str, Score]] = Field(default_factory=dict)


class Gain(Frozen):
    """How much better the product's mean is than that of the better of `over`: 0.1 is ten per cent. The interval is
    None where those found nothing at all in some resample."""

    measure: str
    over: tuple[str, ...]
    better: str
    gain: float
    low: float | None
    high: float | None


class Run(Frozen):
    """One suite in one run, as it is saved. `suite_sha256` tells whether two runs asked the same questions, `mode` in
    whose words the answers were asked for."""

    suite: str
    suite_sha256: str
    index_version: str
    seed: int
    mode: str = "extractive"
    summaries: tuple[Summary, ...]
    latencies: tuple[Latency, ...]
    empty_results: int
    errors: int
    cases: tuple[CaseRun, ...]
    beside: tuple[Beside, ...] = ()
    gains: tuple[Gain, ...] = ()
    changes: Changes | None = None

    @property
    def scored(self) -> tuple[CaseRun, ...]:
        return tuple(case for case in self.cases if case.skipped is None)

    @property
    def skipped(self) -> tuple[CaseRun, ...]:
        return tuple(case for case in self.cases if case.skipped is not None)


class Evaluation(Frozen):
    """Several suites in one run; the rest is over all their cases together."""

    runs: tuple[Run, ...]
    summaries: tuple[Summary, ...]
    latencies: tuple[Latency, ...]
    beside: tuple[Beside, ...] = ()
    gains: tuple[Gain, ...] = ()


def read_runs(path: Path) -> Mapping[str, Run]:
    """The runs of a saved file by their suite, whether one was saved or several. Raises BadInput when there is none or
    it is not one of ours."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"读不到评测记录 {path}：{error}") from error
    for kind in (Evaluation, Run):
        try:
            read = kind.model_validate_json(text)
        except ValidationError:
            continue
        return {run.suite: run for run in (read.runs if isinstance(read, Evaluation) else (read,))}
    raise BadInput(f"{path} 不是评测记录，或由不同版本的 regkb 写成，请重新评测保存一份。")


def save(record: Run | Evaluation, path: Path) -> None:
    """Write the record as JSON, whole or not at all, making the folder when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(record.model_dump_json(indent=1), encoding="utf-8")
    os.replace(unfinished, path)
