"""What other texts and the catalogue do to the versions of an instrument: who may end or change what, from when."""

from __future__ import annotations

from datetime import date

import pytest
from factories import document

from kb.endings import printed_day
from kb.grounds import Change, Grounds, KnownStart, KnownVersion, Repeal
from kb.model import CORRECTED, Force
from kb.settlement import same_number, settle
from kb.store import OPEN_END
from kb.validity import force, interval, reason

TODAY = date(2026, 11, 21)
PLACES = (("第十九条", "第二款"), ("第一百零三条",))
ORDER = Change(
    date(2025, 1, 20), date(2024, 12, 6), "国务院令第797号", "决定@2024-12-06", "将第十九条第二款修改为", PLACES
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 31), Force.IN_FORCE),  # the day before the new text takes effect
        (date(2026, 11, 1), Force.REPEALED),  # on the day itself
    ],
)
def test_a_repeal_in_another_text_ends_a_version(day: date, expected: Force) -> None:
    old = document("样例规范", version="2014-12-29")
    (settled,) = settle([old], Grounds([Repeal(date(2026, 11, 1), "新样例规范@2025", "原规范同时废止")]))
    assert force(settled, day) is expected
    assert "原规范同时废止" in settled.evidence["repealed_on"]


def test_withdrawing_the_repealing_text_takes_the_repeal_back() -> None:
    old = document("样例规范", version="2014-12-29")
    (ended,) = settle([old], Grounds([Repeal(date(2026, 11, 1), "新样例规范@2025", "同时废止")]))
    (restored,) = settle([ended], Grounds())
    assert restored == old


def test_a_text_that_repeals_its_own_former_edition_ends_it_and_stays() -> None:
    """The device GMP of 2025 repeals 公告2014年第64号 of the same title: the old one is 已废止, not only superseded; 49
    of 237 repeals of a real corpus are of this kind."""
    old = document("样例规范", version="2015-03-01", number="公告2014年第64号")
    new = document("样例规范", version="2026-11-01", number=None)
    first, second = settle(
        [old, new], Grounds([Repeal(date(2026, 11, 1), new.id, "同时废止", "国家食品药品监督管理总局公告2014年第64号")])
    )
    assert force(first, date(2026, 10, 31)) is Force.IN_FORCE
    assert force(first, TODAY) is Force.REPEALED
    assert force(second, TODAY) is Force.IN_FORCE


@pytest.mark.parametrize(
    ("printed", "number", "ended", "why"),
    [
        ("局令第28号", "国家食品药品监督管理局令第28号", True, "the number of the version"),
        ("局令第17号", "国家食品药品监督管理局令第28号", False, "an earlier edition, which ended long ago"),
        ("局令第28号", None, True, "a version whose number is not known"),
        (None, "国家食品药品监督管理局令第28号", True, "a clause that prints no number"),
        ("公告2014年第64号", "公告2015年第64号", False, "another year"),
        (
            "国食药监械〔2009〕833号",
            "国家食品药品监督管理局令第28号",
            True,
            "forms that cannot be compared decide nothing",
        ),
    ],
)
def test_a_number_in_the_clause_says_which_edition_it_ends(
    printed: str | None, number: str | None, ended: bool, why: str
) -> None:
    held = document("样例办法", version="2007-10-01", number=number)
    (settled,) = settle([held], Grounds([Repeal(date(2020, 7, 1), "新办法@2020-01-22", "同时废止", printed)]))
    assert (settled.repealed_on is not None) is ended, why


@pytest.mark.parametrize(
    ("by", "printed", "number", "ended", "why"),
    [
        ("样例程序@2021-12-29", None, None, False, "the copy may be the new text itself"),
        ("样例程序@2021-12-29", "国食药监械〔2009〕565号", None, False, "nothing tells which text it is"),
        ("新办法@2021-12-29", "国食药监械〔2009〕565号", None, False, "the clause means one of several"),
        ("样例程序@2021-12-29", "国食药监械〔2009〕565号", "国食药监械〔2009〕565号", True, "the very number"),
        ("新办法@2021-12-29", None, None, True, "a text of another name ends all of this one"),
    ],
)
def test_a_copy_without_a_day_is_ended_only_where_it_must_be_meant(
    by: str, printed: str | None, number: str | None, ended: bool, why: str
) -> None:
    """医疗器械应急审批程序 is held without a day or number: a wrong repeal would take it out of every answer."""
    copy = document("样例程序", version="2009-08-28", number=number, effective_on=None, valid_from=None)
    copy = copy.model_copy(update={"version": "undated"})
    (settled,) = settle([copy], Grounds([Repeal(date(2021, 12, 29), by, "同时废止", printed)]))
    assert (force(settled, TODAY) is Force.REPEALED) is ended, why


def test_amendments_to_a_law_do_not_replace_each_other() -> None:
    """宪法修正案 of 1988 is no former edition of that of 1993; a text of any other name is."""
    for title, expected in (("样例法修正案", Force.IN_FORCE), ("样例法", Force.AMENDED)):
        first, _second = settle(
            [document(title, version="1988-04-12"), document(title, version="1993-03-29")], Grounds()
        )
        assert force(first, TODAY) is expected, title


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("《甲法》、《中华人民共和国样例法》、《乙法》同时废止", "…《中华人民共和国样例法》…同时废止"),
        ("《样例法》、《甲法》、《乙法》同时废止", "《样例法》…同时废止"),
        ("《样例法》和《甲法》同时废止", "《样例法》和《甲法》同时废止"),
        ("下列文件同时废止：《甲法》、《乙法》、《丙法》", "下列文件同时废止：《甲法》、《乙法》、《丙法》"),
    ],
)
def test_of_a_clause_that_lists_many_only_this_title_is_told(clause: str, told: str) -> None:
    """生态环境法典 ends ten laws in one clause, which every reason repeated in full."""
    grounds = Grounds([Repeal(date(2026, 8, 15), "法典@2026-03-12", clause)])
    (ended,) = settle([document("中华人民共和国样例法", instrument="样例法")], grounds)
    assert reason(ended, TODAY).endswith(f"：“{told}”。")


@pytest.mark.parametrize(
    ("version", "day", "expected", "why"),
    [
        ("2017-03-01", date(2018, 3, 18), Force.IN_FORCE, "the day before"),
        ("2017-03-01", date(2022, 1, 1), Force.AMENDED, "after a revision that only the later text tells of"),
        ("2018-03-19", date(2022, 1, 1), Force.IN_FORCE, "the very text of that revision"),
    ],
)
def test_a_revision_printed_with_a_later_text_is_known(version: str, day: date, expected: Force, why: str) -> None:
    """计量法实施细则 of 2017 was 现行有效 in 2022, though the text of 2022 prints a revision of 2018."""
    evidence = {"history": "2017-03-01、2018-03-19、2022-03-29"}
    held = [document("样例细则", version=version), document("样例细则", version="2022-03-29", evidence=evidence)]
    first, second = settle(held, Grounds())
    assert force(first, day) is expected, why
    assert second.amended_on is None
    if expected is Force.AMENDED:
        assert "《样例细则》（2022-03-29 版）载明2018-03-19的修改" in reason(first, day)
    assert settle([first, second], Grounds()) == [first, second], "settling twice equals settling once"


def test_the_same_words_under_two_dates_are_a_conflict() -> None:
    """互联网药品信息服务管理办法 is held as of 2004 and of 2017 with the very same articles: one date is wrong."""
    held = [document("样例办法", version=day) for day in ("2004-07-08", "2017-11-07")]
    grounds = Grounds(same_words={held[0].id: held[1].id})
    first, second = settle(settle(held, grounds), grounds)
    assert [(c.field, c.kept, c.other) for c in first.conflicts] == [("version", "2004-07-08", "2017-11-07")]
    assert "文字完全相同" in first.conflicts[0].other_from
    assert second.conflicts == ()


def test_a_version_that_was_replaced_before_is_not_said_to_lack_a_later_one() -> None:
    """实施条例 of 2016 gave way in 2019: what came in 2026 is told of the version of 2019 alone."""
    versions = [document("样例条例", version=day) for day in ("2016-02-06", "2019-03-02")]
    settled = settle(versions, Grounds(known=[KnownVersion("2026-01-16", date(2026, 5, 15))]))
    assert [v.amended_on for v in settled] == [None, date(2026, 5, 15)]


def test_a_clause_that_a_version_says_itself_does_not_end_it() -> None:
    """An amended text repeats the clause of its first version (原办法同时废止): that one ended the text before both."""
    first, second = document("样例办法", version="2013-06-01"), document("样例办法", version="2016-07-20")
    clause = Repeal(second.valid_from or TODAY, second.id, "原办法同时废止", None, frozenset({first.id, second.id}))
    settled = settle([first, second], Grounds([clause]))
    assert [force(v, TODAY) for v in settled] == [Force.AMENDED, Force.IN_FORCE]


def test_a_repeal_stated_by_staff_is_kept() -> None:
    stated = document(
        "样例通告", version="2010-01-01", repealed_on=date(2015, 1, 1), evidence={"repealed_on": CORRECTED}
    )
    (settled,) = settle([stated], Grounds([Repeal(date(2020, 1, 1), "他文@2020-01-01", "同时废止")]))
    assert settled.repealed_on == date(2015, 1, 1)


def test_a_newer_version_that_is_known_but_not_held_is_said_and_does_not_hide_the_text() -> None:
    """实施条例: the text held is older than one the catalogue knows; it stays findable and is marked 已被修改."""
    held = document("样例条例", version="2019-03-02")
    known = [KnownVersion("2026-01-16", date(2026, 5, 15))]
    (settled,) = settle([held], Grounds(known=known))
    assert force(settled, date(2026, 5, 14)) is Force.IN_FORCE
    assert force(settled, date(2026, 5, 15), ("第五条",)) is Force.AMENDED
    assert interval(settled) == (20190302, OPEN_END)
    assert "2026-01-16 版" in settled.evidence["amended_on"]
    newer = document("样例条例", version="2026-01-16", effective_on=date(2026, 5, 15))
    both = settle([settled, newer], Grounds(known=known))
    assert [v.amended_on for v in both] == [None, None], "once it is held, the version itself ends the older one"


@pytest.mark.parametrize(
    "grounds",
    [
        Grounds(changes=[ORDER]),
        Grounds(known=[KnownVersion("2024-12-06", date(2025, 1, 20), PLACES, "国务院令第797号")]),
    ],
    ids=["a loaded order", "the catalogue"],
)
def test_an_order_that_changes_two_places_leaves_the_rest_in_force(grounds: Grounds) -> None:
    """医疗器械监督管理条例 from 2025-01-20: 第十九条第二款 and 第一百零三条, and nothing else."""
    (settled,) = settle([document("样例条例", version="2020-12-21", effective_on=date(2021, 6, 1))], grounds)
    assert [a.places for a in settled.amendments] == [PLACES]
    assert settled.amended_on is None
    assert force(settled, TODAY) is Force.AMENDED
    assert force(settled, TODAY, ("第二十条",)) is Force.IN_FORCE
    assert force(settled, TODAY, ("第一百零三条",)) is Force.AMENDED


@pytest.mark.parametrize(
    ("version", "effective", "touched", "why"),
    [
        ("2020-12-21", date(2021, 6, 1), True, "made before, in force when it came"),
        ("2024-12-06", date(2025, 1, 20), False, "made by the order: the change is in its words"),
        ("2025-06-01", date(2025, 9, 1), False, "made later"),
        ("2024-12-01", date(2025, 3, 1), False, "not in force on the day: nobody changes what has not begun"),
    ],
)
def test_a_change_touches_only_what_was_made_before_it(version: str, effective: date, touched: bool, why: str) -> None:
    (settled,) = settle([document("样例条例", version=version, effective_on=effective)], Grounds(changes=[ORDER]))
    assert bool(settled.amendments) is touched, why


def test_a_version_that_took_over_by_then_has_the_change() -> None:
    old = document("样例条例", version="2020-12-21")
    new = document("样例条例", version="2024-12-06", effective_on=date(2025, 1, 20))
    assert [v.amendments for v in settle([old, new], Grounds(changes=[ORDER]))] == [(), ()]


def test_a_decision_that_does_not_say_where_puts_the_whole_text_out_of_date() -> None:
    (settled,) = settle([document("样例条例", version="2020-12-21")], Grounds(changes=[ORDER._replace(places=())]))
    assert settled.amended_on == date(2025, 1, 20)
    assert force(settled, TODAY, ("第五条",)) is Force.AMENDED


def test_the_decision_gives_the_day_of_the_version_it_made() -> None:
    """专利法实施细则 of 2023-12-11 prints only the day of its first version; the decision took effect in 2024-01."""
    said = {"effective_on": "原文只载明最初版本的施行日期，修正后的施行日期未载明"}
    made = document("样例细则", version="2024-12-06", effective_on=None, evidence=said)
    (settled,) = settle([made], Grounds(changes=[ORDER]))
    assert settled.effective_on == date(2025, 1, 20)
    assert settle([settled], Grounds()) == [made]


@pytest.mark.parametrize(
    ("grounds", "since"),
    [
        (Grounds(changes=[ORDER]), date(2025, 1, 20)),
        (Grounds(known=[KnownVersion("2024-12-06", date(2025, 1, 20))]), date(2025, 1, 20)),
        (Grounds(known=[KnownVersion("2024-12-06", date(2024, 12, 6))]), date(2024, 12, 6)),
        (Grounds(), date(2024, 12, 6)),
    ],
    ids=["the decision that made it", "the catalogue", "a catalogue that agrees", "nothing else is known"],
)
def test_a_day_that_only_a_record_says_gives_way(grounds: Grounds, since: date) -> None:
    """民事诉讼法 of 2023-09-01: a collection gives the day of adoption as that of effect, four months too early."""
    record = {"effective_on": "某数据集：2024-12-06"}
    made = document("样例法", version="2024-12-06", evidence=record)
    (settled,) = settle([made], grounds)
    assert settled.effective_on == since
    told = [(c.field, c.kept, c.other, c.other_from) for c in settled.conflicts]
    shown = [("effective_on", str(since), "2024-12-06", record["effective_on"])]
    assert told == (shown if since != made.effective_on else []), "both are shown"
    assert settle([settled], grounds) == [settled]
    assert settle([settled], Grounds()) == [made]


def test_sources_that_disagree_are_shown_and_the_text_stands() -> None:
    """The text's own clause goes before the catalogue, a clause of another text before its record of a repeal."""
    held = document("样例条例", version="2019-03-02", evidence={"effective_on": "自2019年3月2日起施行"})
    clause = Repeal(date(2026, 5, 15), "新条例@2026-01-16", "同时废止")
    record = Repeal(date(2026, 1, 16), "本库文件目录", "由《新条例》替代")
    (settled,) = settle([held], Grounds([clause], (), [KnownVersion("2019-03-02", date(2019, 4, 1))], record))
    assert (settled.effective_on, settled.repealed_on) == (date(2019, 3, 2), date(2026, 5, 15))
    assert [(c.field, c.kept, c.other) for c in settled.conflicts] == [
        ("effective_on", "2019-03-02", "2019-04-01"),
        ("repealed_on", "2026-05-15", "2026-01-16"),
    ]
    assert settle([settled], Grounds())[0].conflicts == (), "what was compared is gone"


@pytest.mark.parametrize(
    ("version", "number", "since", "why"),
    [
        ("2017", "公告2017年第104号", date(2018, 8, 1), "an undated copy with the very number"),
        ("2017", "公告2014年第16号", None, "another text of that name"),
        ("2017", None, None, "nothing tells which text it is"),
        ("2017-09-04", "公告2017年第104号", None, "a dated version speaks for itself"),
    ],
)
def test_the_catalogue_dates_an_undated_copy_by_its_number_alone(
    version: str, number: str | None, since: date | None, why: str
) -> None:
    """医疗器械分类目录 prints a number and no day: the end of 2017 would be half a year too early."""
    copy = document("样例目录", version="2017-09-04", number=number, effective_on=None, valid_from=date(2017, 12, 31))
    copy = copy.model_copy(update={"version": version})
    grounds = Grounds(recorded_start=KnownStart(date(2018, 8, 1), "国家食品药品监督管理总局公告2017年第104号"))
    (settled,) = settle([copy], grounds)
    assert settled.effective_on == since, why
    assert settle([settled], Grounds()) == [copy]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("国务院令第739号", "中华人民共和国国务院令第739号", True),
        ("国务院令第739号", "国务院令第680号", False),
        ("公告2014年第64号", "2014年第64号", True),
        ("国药监械〔2002〕83号", "国药监械〔2003〕83号", False),
        ("国务院令第739号", "公告2014年第64号", None),
        ("GB/T 39735-2020", "国务院令第739号", None),
        (None, "国务院令第739号", None),
    ],
)
def test_numbers_compare_by_year_and_serial(one: str | None, other: str | None, same: bool | None) -> None:
    """Bodies are printed with their former names and without them; a wrong 同号 would end the wrong edition."""
    assert same_number(one, other) is same


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("本办法自2004年7月8日起施行，原办法同时废止", date(2004, 7, 8)),
        ("自二〇二七年一月一日起，《样例办法》废止", date(2027, 1, 1)),
        ("自2004年7月8日起施行的《样例办法》同时废止", None),
        ("2007年7月10日公布的《样例办法》同时废止", None),
        ("自2004年13月8日起废止", None),
    ],
)
def test_a_repeal_is_in_effect_from_the_day_its_clause_prints(words: str, day: date | None) -> None:
    assert printed_day(words) == day
