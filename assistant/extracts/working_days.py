"""Working days by the official calendar: weekends, public holidays and the weekends that are worked instead of them.

The calendar of a year is published shortly before it begins. A year that the library does not hold yet is counted by
weekends alone, and whoever counts is told which years that were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from chinese_calendar import constants, is_workday

HELD = frozenset(day.year for day in constants.holidays)
"""Years of which the arrangement of holidays is known."""
SATURDAY = 5
_DAY = timedelta(days=1)


class Counted(NamedTuple):
    """The day on which a count ends, and the years in it that were counted by weekends alone."""

    day: date
    unheld: tuple[int, ...]


def is_working_day(day: date) -> bool:
    """Whether offices work on a day; of a year that is not held, whether it is no Saturday or Sunday."""
    return bool(is_workday(day)) if day.year in HELD else day.weekday() < SATURDAY


def counted(start: date, days: int) -> Counted:
    """The working day that is `days` working days after `start`, or before it where `days` is negative. `start` itself
    is not counted. Raises OverflowError beyond the years that a date can have."""
    step = _DAY if days > 0 else -_DAY
    day, left, years = start, abs(days), {start.year}
    while left:
        day += step
        years.add(day.year)
        left -= is_working_day(day)
    return Counted(day, tuple(sorted(years - HELD)))


def next_working_day(day: date) -> date:
    """The day itself where it is a working day, else the first one after it."""
    return next(later for later in _onward(day, _DAY) if is_working_day(later))


def last_working_day(day: date) -> date:
    """The day itself where it is a working day, else the last one before it."""
    return next(earlier for earlier in _onward(day, -_DAY) if is_working_day(earlier))


def _onward(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
