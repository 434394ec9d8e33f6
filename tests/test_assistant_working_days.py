"""Working days follow the official calendar; a year it does not hold is counted by weekends and said to be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.extracts.working_days import HELD, counted, is_working_day, last_working_day, next_working_day

HELD_DAYS = st.dates(date(min(HELD), 3, 1), date(max(HELD), 6, 1))


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2026, 11, 20), True, "a Friday"),
        (date(2026, 11, 21), False, "a Saturday"),
        (date(2026, 10, 1), False, "National Day is a Thursday in 2026"),
        (date(2026, 10, 10), True, "a Saturday that is worked for the holiday"),
        (date(2026, 2, 17), False, "the first day of the Spring Festival"),
        (date(2025, 5, 5), False, "a Monday off instead of the holiday"),
        (date(2024, 2, 4), True, "a Sunday worked before the Spring Festival"),
        (date(2027, 10, 1), True, "2027 is not held: a Friday counts"),
        (date(2027, 10, 2), False, "2027 is not held: a Saturday does not"),
    ],
)
def test_a_day_is_worked_by_the_calendar_of_its_year(day: date, works: bool, why: str) -> None:
    assert is_working_day(day) is works, why


@pytest.mark.parametrize(
    ("start", "days", "end", "unheld"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8), ()),  # the whole National Day holiday lies between
        (date(2026, 9, 30), 3, date(2026, 10, 10), ()),  # a Saturday that is worked
        (date(2026, 10, 10), 1, date(2026, 10, 12), ()),
        (date(2026, 11, 21), 1, date(2026, 11, 23), ()),  # from a Saturday
        (date(2026, 10, 8), -1, date(2026, 9, 30), ()),  # backwards over the holiday
        (date(2026, 12, 30), 5, date(2027, 1, 6), (2027,)),
        (date(2028, 1, 3), -3, date(2027, 12, 29), (2027, 2028)),
        (date(2026, 11, 20), 0, date(2026, 11, 20), ()),
    ],
)
def test_the_first_day_is_not_counted_and_unheld_years_are_named(
    start: date, days: int, end: date, unheld: tuple[int, ...]
) -> None:
    assert counted(start, days) == (end, unheld)


@given(HELD_DAYS, st.integers(1, 120))
def test_a_count_ends_on_a_working_day_and_holds_just_so_many(start: date, days: int) -> None:
    """Checked against a plain count of every day between, which shares no code with the one that walks."""
    for way in (1, -1):
        end = counted(start, way * days).day
        between = [start + way * timedelta(days=n) for n in range(1, abs((end - start).days) + 1)]
        assert is_working_day(end)
        assert sum(map(is_working_day, between)) == days


@given(HELD_DAYS)
def test_the_working_days_next_to_a_day_enclose_it(day: date) -> None:
    before, after = last_working_day(day), next_working_day(day)
    assert before <= day <= after
    assert (before == day) is (after == day) is is_working_day(day)
