"""Two runs of a suite side by side: what moved case by case, whether the means differ, which rankings are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eval.record import CaseRun, Change, Changes, Difference, Run, Summary
from eval.resampling import interval_of_difference
from eval.score import Score

EQUAL = 1e-9


def compare(run: Run, against: Run) -> Changes:
    """Gains and losses of `run` over `against`, and the paired difference of every measure. Measures and cases that
    only one of them has are left out of both; the same seed gives the same intervals."""
    before = {case.id: case for case in against.scored}
    now = {case.id: case for case in run.scored}
    both = [(before[name], case) for name, case in now.items() if name in before]
    gains, losses = _moved(run, both)
    ranked = [(old, new) for old, new in both if old.ranking is not None and new.ranking is not None]
    moved = tuple(new.id for old, new in ranked if old.ranking != new.ranking)
    return Changes(
        suite_changed=run.suite_sha256 != against.suite_sha256,
        index_before=against.index_version,
        gains=tuple(gains),
        losses=tuple(losses),
        added=tuple(name for name in now if name not in before),
        dropped=tuple(name for name in before if name not in now),
        differences=differences(
            run.summaries, [(old.scores, new.scores) for old, new in both], np.random.default_rng(run.seed)
        ),
        rankings_compared=len(ranked),
        rankings_identical=len(ranked) - len(moved),
        rankings_moved=moved,
    )


def differences(
    measures: Sequence[Summary],
    pairs: Sequence[tuple[Mapping[str, Score], Mapping[str, Score]]],
    random: np.random.Generator,
) -> tuple[Difference, ...]:
    """The paired difference of each measure over the cases that both sides of `pairs` (before, after) were scored by
    it; measures without such a case are left out."""
    found = []
    for row in measures:
        name = row.measure
        values = [(old[name].value, new[name].value) for old, new in pairs if name in old and name in new]
        if not values:
            continue
        before, after = zip(*values, strict=True)
        low, high = interval_of_difference(before, after, random)
        was, is_now = float(np.mean(before)), float(np.mean(after))
        difference = Difference(
            measure=name, before=was, after=is_now, difference=is_now - was, low=low, high=high, cases=len(values),
            lower_is_better=row.lower_is_better,
        )  # fmt: skip
        found.append(difference)
    return tuple(found)


def worsened(runs: Sequence[Run]) -> list[tuple[str, Difference]]:
    """`(suite, difference)` for every measure whose paired interval lies wholly on the worse side."""
    return [
        (run.suite, difference)
        for run in runs
        if run.changes
        for difference in run.changes.differences
        if difference.verdict == "worse"
    ]


def _moved(run: Run, both: Sequence[tuple[CaseRun, CaseRun]]) -> tuple[list[Change], list[Change]]:
    lower = {row.measure for row in run.summaries if row.lower_is_better}
    gains: list[Change] = []
    losses: list[Change] = []
    for old, new in both:
        for name, score in new.scores.items():
            earlier = old.scores.get(name)
            if earlier is None or abs(score.value - earlier.value) < EQUAL:
                continue
            change = Change(
                id=new.id, question=new.question, measure=name, before=earlier.value, after=score.value, why=score.why
            )
            better = (score.value > earlier.value) != (name in lower)
            (gains if better else losses).append(change)
    return gains, losses
