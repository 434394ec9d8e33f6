"""Force on a date is the product's first promise; each row here is a trap met in real texts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from factories import document
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.grounds import Change, Grounds, KnownVersion, Repeal
from kb.model import Amendment, Document, Force, Kind, Level
from kb.settlement import settle
from kb.store import OPEN_END
from kb.validity import YEAR_ONLY, applies, chosen, day_number, force, interval, reason, start

OLD, NEW = date(2019, 4, 23), date(2027, 1, 1)
TODAY = date(2026, 11, 21)
CHANGED = Amendment(
    on=date(2025, 1, 20), places=(("第十九条", "第二款"), ("第一百零三条",)), by="国务院令第797号",
    source="决定@2024-12-06", evidence="将第十九条第二款修改为",
)  # fmt: skip


def test_a_version_ends_when_the_next_one_starts() -> None:
    """商标法: a public record calls the version of 2027 现行有效, yet the one of 2019 is in force in 2026."""
    old = document("样例法", version="2019-04-23", effective_on=None, valid_from=OLD)
    new = document("样例法", version="2026-06-26", effective_on=NEW, valid_from=NEW)
    first, second = settle([old, new], Grounds())
    assert (force(first, TODAY), force(second, TODAY)) == (Force.IN_FORCE, Force.NOT_YET)
    assert (force(first, NEW), force(second, NEW)) == (Force.AMENDED, Force.IN_FORCE)
    assert interval(first) == (20190423, 20270101)
    assert interval(second) == (20270101, OPEN_END)


def test_a_version_without_dates_is_unknown_never_in_force() -> None:
    undated = document("样例指南", version="2020-01-01", effective_on=None, valid_from=None)
    assert force(undated, date(2026, 1, 1)) is Force.UNKNOWN
    assert interval(undated) == (0, OPEN_END)


@pytest.mark.parametrize(
    ("day", "expected", "found"),
    [
        (date(2025, 12, 31), Force.NOT_YET, False),
        (date(2026, 11, 21), Force.UNKNOWN, True),  # this year's text must be found, and nobody knows since when
        (date(2026, 12, 31), Force.IN_FORCE, True),
    ],
)
def test_a_text_that_names_only_its_year(day: date, expected: Force, found: bool) -> None:
    """（2026年修订版） without a day: hiding it loses it, calling it valid in January is false."""
    evidence = {"valid_from": f"标题载明2026年，{YEAR_ONLY}"}
    edition = document(version="2026-12-31", effective_on=None, evidence=evidence)
    assert force(edition, day) is expected
    assert applies(edition, day) is found
    if expected is Force.UNKNOWN:
        assert "标题载明2026年" in reason(edition, day)


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
    assert applies(measures, day) is (expected is Force.IN_FORCE)


@pytest.mark.parametrize(
    ("path", "expected", "why"),
    [
        (None, Force.AMENDED, "the document as a whole is no longer as printed"),
        (("第十九条", "第二款"), Force.AMENDED, "the place itself"),
        (("第十九条",), Force.AMENDED, "the article holds the changed paragraph"),
        (("第十九条", "第二款", "第（一）项"), Force.AMENDED, "an item in the changed paragraph"),
        (("第十九条", "第一款"), Force.IN_FORCE, "the paragraph beside it stands"),
        (("第一百零三条", "第（二）项"), Force.AMENDED, "an item of a changed article"),
        (("第一百零三条之一",), Force.IN_FORCE, "之一 is another article"),
        (("第一百条",), Force.IN_FORCE, "no part of its name counts"),
        (("第二章",), Force.AMENDED, "a chapter may hold the place, and says nothing of its articles"),
    ],
)
def test_a_partial_amendment_touches_its_places_only(path: tuple[str, ...] | None, expected: Force, why: str) -> None:
    """国务院令第797号 changed two places of 医疗器械监督管理条例: calling all of it out of date hides the rest."""
    regulation = document("样例条例", version="2021-02-09", amendments=(CHANGED,))
    assert force(regulation, TODAY, path) is expected, why
    assert force(regulation, date(2025, 1, 19), path) is Force.IN_FORCE, "not before its day"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (None, Force.AMENDED),  # the text as a whole stands
        (("第十九条",), Force.AMENDED),  # its second paragraph is gone
        (("第十九条", "第一款"), Force.IN_FORCE),
        (("第十九条", "第二款"), Force.REPEALED),
        (("第一百零三条", "第一款", "第（二）项"), Force.REPEALED),
    ],
)
def test_a_place_that_was_repealed_alone(path: tuple[str, ...] | None, expected: Force) -> None:
    """《甲条例》第一百零三条同时废止 ends that article, not the regulation."""
    ended = document(version="2020-12-21", amendments=(CHANGED.model_copy(update={"ended": True}),))
    assert force(ended, TODAY, path) is expected
    assert force(ended, date(2025, 1, 19), path) is Force.IN_FORCE


@pytest.mark.parametrize(
    ("place", "path", "expected"),
    [
        (("第三条", "第一款", "第（二）项"), ("第三条", "第（二）项"), Force.AMENDED),
        (("第三条", "第（二）项"), ("第三条", "第一款", "第（二）项"), Force.AMENDED),
        (("第三条", "第（二）项"), ("第三条", "第二款"), Force.IN_FORCE),
        (("第三条", "第一款", "第（二）项"), ("第三条", "第（三）项"), Force.IN_FORCE),
    ],
)
def test_an_item_is_the_same_with_or_without_its_only_paragraph(
    place: tuple[str, ...], path: tuple[str, ...], expected: Force
) -> None:
    """Orders write 第三条第（二）项 where the text counts 第一款, and the other way round."""
    changed = document(version="2020-01-01", amendments=(CHANGED.model_copy(update={"places": (place,)}),))
    assert force(changed, TODAY, path) is expected


ENDED = date(2025, 1, 1)
REASONS: list[tuple[dict[str, Any], tuple[str, ...] | None, str]] = [
    ({"evidence": {"effective_on": "本办法自2020年7月1日起施行。"}}, None, "自2020年7月1日起施行：“本办法自"),
    ({"effective_on": None}, None, "施行日期原文未载明，自2020年7月1日起算"),
    ({"effective_on": date(2027, 1, 1)}, None, "2026年11月21日尚未施行"),
    ({"effective_on": None, "valid_from": None, "evidence": {"version": "原文未载明日期"}}, None, "原文未载明日期"),
    (
        {"repealed_on": ENDED, "evidence": {"repealed_on": "由他文废止·新办法@2024-06-01｜本办法废止"}},
        None,
        "《新办法》（2024-06-01 版）：“本办法废止”",
    ),
    ({"expires_on": ENDED, "evidence": {"expires_on": "有效期五年"}}, None, "2025年1月1日，已经届满：“有效期五年”"),
    (
        {"evidence": {"effective_on": "由他文修改·决定@2020-06-01｜修改为"}},
        None,
        "起施行（见《决定》（2020-06-01 版））。",
    ),
    (
        {"evidence": {"effective_on": "本库文件目录记载：2020-06-01 版自 2020-07-01 起施行；某数据集：2020-06-01"}},
        None,
        "起施行（本库文件目录记载：2020-06-01 版自 2020-07-01 起施行）。",
    ),
    ({"evidence": {"effective_on": "某数据集：2020-07-01"}}, None, "起施行（数据来源 某数据集：2020-07-01）。"),
    (
        {"effective_on": None, "evidence": {"valid_from": f"标题载明2020年，{YEAR_ONLY}"}},
        None,
        "起算（标题载明2020年，",
    ),
    ({"amendments": (CHANGED.model_copy(update={"ended": True}),)}, ("第一百零三条",), "起被国务院令第797号废止"),
    ({"superseded_on": ENDED}, None, "自2025年1月1日起由本库所存的后一版本取代"),
    ({"amendments": (CHANGED,)}, None, "第十九条第二款、第一百零三条自2025年1月20日起被国务院令第797号修改"),
    ({"amendments": (CHANGED,)}, ("第五条",), "自2020年7月1日起施行"),
    ({"level": Level.REFERENCE, "kind": Kind.GUIDE}, None, "参考资料"),
]


@pytest.mark.parametrize(("fields", "path", "words"), REASONS)
def test_every_force_has_its_reason(fields: dict[str, Any], path: tuple[str, ...] | None, words: str) -> None:
    """A chip without its ground is an assertion; one sentence says what it rests on, or why nothing is known."""
    told = reason(document("样例办法", version="2020-07-01", **fields), TODAY, path)
    assert words in told
    assert told.endswith("。")
    assert told.count("。") == 1


@pytest.mark.parametrize("day", [date(2019, 1, 1), TODAY])
def test_a_version_without_a_day_never_pushes_aside_one_that_has_one(day: date) -> None:
    undated = document("样例办法", version="1999-01-01", effective_on=None, valid_from=None)
    dated = document("样例办法", version="2018-07-01", amended_on=date(2026, 5, 15))
    found = chosen([undated, dated], day)
    assert found is not None
    assert found.id == dated.id


DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Document], Grounds]:
    """Up to five versions of one instrument, with repeals, changes and versions that are only known of."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=5, unique=True)))
    versions = []
    for day in days:
        begun = day + timedelta(days=draw(st.integers(0, 400)))
        expires = begun + timedelta(days=draw(st.integers(1, 2000))) if draw(st.booleans()) else None
        versions.append(
            document(
                "样例办法", version=day.isoformat(), effective_on=begun if draw(st.booleans()) else None,
                valid_from=begun, expires_on=expires if draw(st.integers(0, 4)) == 0 else None,
            )
        )  # fmt: skip
    repeals = [Repeal(day, "他文@2020-01-01", "同时废止") for day in draw(st.lists(DAYS, max_size=2))]
    changes = [
        Change(
            day,
            day - timedelta(days=30),
            "某令",
            "某令@2020-01-01",
            "修改",
            draw(st.sampled_from([(), (("第一条",),)])),
        )
        for day in draw(st.lists(DAYS, max_size=2))
    ]
    known = [KnownVersion(day.isoformat(), day) for day in draw(st.lists(DAYS, max_size=2))]
    return versions, Grounds(repeals, changes, known)


@given(histories(), DAYS)
@settings(max_examples=300, deadline=None)
def test_the_filter_of_the_index_and_the_force_agree(history: tuple[list[Document], Grounds], day: date) -> None:
    """A search as of a day looks at whole intervals: what it finds must be what force calls applicable, and of one
    instrument exactly one version must be there from the first day on, unless it was ended."""
    settled = settle(*history)
    ordered = sorted(settled, key=lambda v: (str(start(v)), v.version))
    for version in settled:
        valid, ended = interval(version)
        superseded = version.superseded_on is not None and day >= version.superseded_on
        expected = force(version, day) not in (Force.NOT_YET, Force.REPEALED) and not superseded
        assert (valid <= day_number(day) < ended) is expected
    applying = [v for v in ordered if applies(v, day)]
    assert len(applying) <= 1
    found = chosen(ordered, day)
    assert found is not None
    begun = [v for v in ordered if force(v, day) is not Force.NOT_YET]
    if applying:
        assert found.id == applying[0].id
    elif begun:
        assert force(begun[-1], day) is Force.REPEALED, "a gap after the first version is only ever an end"
    else:
        assert found.id == ordered[0].id, "before the first version, the first one to come"


@given(histories())
@settings(max_examples=200, deadline=None)
def test_settling_twice_equals_settling_once(history: tuple[list[Document], Grounds]) -> None:
    """The registry settles at every opening: what was worked out must never feed what is worked out next."""
    versions, grounds = history
    once = settle(versions, grounds)
    assert settle(once, grounds) == once
    restored = settle(once, Grounds())
    assert restored == settle(versions, Grounds()), "and goes when its grounds go"
