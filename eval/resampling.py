"""Intervals by resampling the cases: of a mean, of the difference of two runs, of a gain over the better of several.

Every interval is the 95 % percentile bootstrap. Two runs are compared on the same cases, resampled together: a hard
case is hard for both, so that the interval of the difference is far narrower than the two side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
BOUNDS = (2.5, 97.5)

Share = tuple[float, float]
Sample = NDArray[np.float64]


def interval(values: Sequence[float], random: np.random.Generator, *, resamples: int = RESAMPLES) -> Share:
    """95 % interval of the mean. Raises ValueError without values."""
    (means,) = _resampled([values], random, resamples)
    return _bounds(means)


def interval_of_difference(
    before: Sequence[float], after: Sequence[float], random: np.random.Generator, *, resamples: int = RESAMPLES
) -> Share:
    """95 % interval of mean(after) - mean(before) over the same cases in the same order. Raises ValueError without
    values, or when the two do not pair."""
    was, now = _resampled([before, after], random, resamples)
    return _bounds(now - was)


def interval_of_gain(
    whole: Sequence[float], sides: Sequence[Sequence[float]], random: np.random.Generator, *, resamples: int = RESAMPLES
) -> Share | None:
    """95 % interval of mean(whole) / (the best of the sides' means) - 1, the better side chosen anew in every
    resample; None when a resample has nothing but zeros on all sides. Raises ValueError as above."""
    mine, *others = _resampled([whole, *sides], random, resamples)
    best = np.max(np.stack(others), axis=0)
    return _bounds(mine / best - 1) if best.min() > 0 else None


def _resampled(columns: Sequence[Sequence[float]], random: np.random.Generator, resamples: int) -> list[Sample]:
    """The means of each column over the same resamples of its rows."""
    if not columns[0]:
        raise ValueError("没有分数，算不出区间")
    table = np.asarray(columns, dtype=float)
    rows = random.integers(table.shape[1], size=(resamples, table.shape[1]))
    return [np.asarray(column[rows].mean(axis=1)) for column in table]


def _bounds(means: Sample) -> Share:
    low, high = np.percentile(means, BOUNDS)
    return float(low), float(high)
