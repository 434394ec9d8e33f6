"""Force on a date is the product's first promise; each row here is a trap met in real texts."""

from __future__ import annotations

from datetime import date

import pytest
from factories import document

from kb.model import Force, Kind, Level
from kb.store import OPEN_END
from kb.validity import KnownVersion, Repeal, day_number, force, interval, settle

OLD, NEW = date(2019, 4, 23), date(2027, 1, 1)


def test_a_version_ends_when_the_next_one_starts() -> None:
    """商标法: a public record calls the version of 2027 现行有效, yet the one of 2019 is in force in 2026."""
    old = document("样例法", version="2019-04-23", effective_on=None, valid_from=OLD)
    new = document("样例法", version="2026-06-26", effective_on=NEW, valid_from=NEW)
    first, second = settle([old, new], [])
    day = date(2026, 11, 21)
    assert (force(first, day), force(second, day)) == (Force.IN_FORCE, Force.NOT_YET)
    assert (force(first, NEW), force(second, NEW)) == (Force.AMENDED, Force.IN_FORCE)
    assert interval(first) == (20190423, 20270101)
    assert interval(second) == (20270101, OPEN_END)


def test_a_version_without_dates_is_unknown_never_in_force() -> None:
    undated = document("样例指南", version="2020-01-01", effective_on=None, valid_from=None)
    assert force(undated, date(2026, 1, 1)) is Force.UNKNOWN
    assert interval(undated) == (0, OPEN_END)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 31), Force.IN_FORCE),  # the day before the new text takes effect
        (date(2026, 11, 1), Force.REPEALED),  # on the day itself
    ],
)
def test_a_repeal_in_another_text_ends_a_version(day: date, expected: Force) -> None:
    old = document("样例规范", version="2014-12-29")
    repeal = Repeal(date(2026, 11, 1), "新样例规范@2025", "原规范同时废止")
    (settled,) = settle([old], [repeal])
    assert force(settled, day) is expected
    assert "原规范同时废止" in settled.evidence["repealed_on"]


def test_withdrawing_the_repealing_text_takes_the_repeal_back() -> None:
    old = document("样例规范", version="2014-12-29")
    (ended,) = settle([old], [Repeal(date(2026, 11, 1), "新样例规范@2025", "同时废止")])
    (restored,) = settle([ended], [])
    assert restored == old


def test_a_law_that_repeals_its_own_former_text_stays_in_force() -> None:
    """49 of 237 repeals of a real corpus name a document of the same title: only what began before is ended."""
    old = document("样例办法", version="2014-01-01")
    new = document("样例办法", version="2021-10-01")
    first, second = settle([old, new], [Repeal(date(2021, 10, 1), new.id, "同时废止")])
    assert force(first, date(2022, 1, 1)) is Force.REPEALED
    assert force(second, date(2022, 1, 1)) is Force.IN_FORCE


def test_a_repeal_stated_by_staff_is_kept() -> None:
    stated = document(
        "样例通告", version="2010-01-01", repealed_on=date(2015, 1, 1), evidence={"repealed_on": "工作人员更正"}
    )
    (settled,) = settle([stated], [])
    assert settled.repealed_on == date(2015, 1, 1)


def test_a_newer_version_that_is_known_but_not_held_is_said_and_does_not_hide_the_text() -> None:
    """实施条例: the text held is older than one the catalogue knows; it stays findable and is marked 已被修改."""
    held = document("样例条例", version="2019-03-02")
    (settled,) = settle([held], [], [KnownVersion("2026-01-16", date(2026, 5, 15))])
    assert force(settled, date(2026, 5, 14)) is Force.IN_FORCE
    assert force(settled, date(2026, 5, 15)) is Force.AMENDED
    assert interval(settled) == (20190302, OPEN_END)
    assert "2026-01-16 版" in settled.evidence["amended_on"]
    newer = document("样例条例", version="2026-01-16", effective_on=date(2026, 5, 15))
    both = settle([settled, newer], [], [KnownVersion("2026-01-16", date(2026, 5, 15))])
    assert [v.amended_on for v in both] == [None, None], "once it is held, the version itself ends the older one"


def test_reference_material_has_no_force() -> None:
    guide = document("样例指南", kind=Kind.GUIDE, level=Level.REFERENCE)
    assert force(guide, date(2026, 1, 1)) is Force.UNKNOWN


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2028, 7, 22), Force.IN_FORCE),  # the last day is still in force
        (date(2028, 7, 23), Force.REPEALED),
    ],
)
def test_a_text_that_gives_itself_a_last_day_ends_with_it(day: date, expected: Force) -> None:
    measures = document("样例若干措施", version="2025-07-23", expires_on=date(2028, 7, 22))
    assert force(measures, day) is expected
    valid, ended = interval(measures)
    assert (valid <= day_number(day) < ended) is (expected is Force.IN_FORCE)
