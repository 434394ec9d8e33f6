"""Dates are read in every form that documents print, and an impossible one is never corrected into another day."""

from __future__ import annotations

from datetime import date

import pytest

from kb.dates import parse


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("自一九九三年一月一日起", date(1993, 1, 1)),
        ("二〇一九年十二月二十六日", date(2019, 12, 26)),
        ("二○○八年十月三十日", date(2008, 10, 30)),  # ○ is a drawn circle, not the numeral
        ("２０２０年７月１日", date(2020, 7, 1)),
        ("2026-01-27 08:56", date(2026, 1, 27)),
        ("2024 年  7 月 1 日", date(2024, 7, 1)),
        ("2024.01.15", date(2024, 1, 15)),
        ("条款编号 1.2024.01.15", None),  # the number of an entry, not a day
        ("2020年2月30日", None),  # impossible: not corrected
    ],
)
def test_dates(words: str, day: date | None) -> None:
    assert parse(words) == day
