"""Cases summed up: the mean of each measure with its interval, and the latency of each call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eval.record import CaseRun, Latency, Summary
from eval.resampling import interval
from eval.score import Measure, Score


def summaries(
    scores: Sequence[Mapping[str, Score]], measures: Sequence[Measure], random: np.random.Generator
) -> tuple[Summary, ...]:
    """One row a measure that speaks about any of the cases; `scores` holds those of each case by measure."""
    rows = []
    for measure in measures:
        values = [marks[measure.name].value for marks in scores if measure.name in marks]
        if not values:
            continue
        low, high = interval(values, random)
        row = Summary(
            measure=measure.name, mean=float(np.mean(values)), low=low, high=high, cases=len(values),
            means=measure.means, lower_is_better=measure.lower_is_better,
        )  # fmt: skip
        rows.append(row)
    return tuple(rows)


def latencies(cases: Sequence[CaseRun]) -> tuple[Latency, ...]:
    """Seconds of the calls that did not fail."""
    timed = (
        ("search", [case.search_seconds for case in cases if case.search_seconds is not None]),
        ("ask", [case.ask_seconds for case in cases if case.ask_seconds is not None]),
    )
    return tuple(_latency(call, seconds) for call, seconds in timed if seconds)


def _latency(call: str, seconds: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(np.asarray(seconds, dtype=float), [50, 95])
    return Latency(call=call, p50=float(p50), p95=float(p95), calls=len(seconds))
