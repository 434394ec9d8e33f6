"""The day of an event in a question: a date without a year is not guessed at random, and a rule's date is no event."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.event_days import event_days

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("question", "day", "words", "event"),
    [
        ("今天受理的临床试验申请，最晚哪天出结果", date(2026, 11, 21), "今天", "受理"),
        ("我们3月2日提交的注册申请，多久能批", date(2026, 3, 2), "3月2日", "提交"),
        ("我们12月2日提交的申请怎么还没消息", date(2025, 12, 2), "12月2日", "提交"),
        ("准备3月2日提交", date(2027, 3, 2), "3月2日", "提交"),
        ("证书2027年5月1日到期", date(2027, 5, 1), "2027年5月1日", "到期"),
        ("2027年5月1日医疗器械注册证到期", date(2027, 5, 1), "2027年5月1日", "到期"),
        ("3月2日我们的药品注册申请被受理", date(2026, 3, 2), "3月2日", "受理"),
        ("3月2日变更注册申请受理", date(2026, 3, 2), "3月2日", "受理"),
        ("我收到市场监管局的处罚决定书是11月10日", date(2026, 11, 10), "11月10日", "收到"),
        ("证书 2027 年 5 月 1 日到期", date(2027, 5, 1), "2027 年 5 月 1 日", "到期"),
        ("12月1日到期，还来得及吗", date(2026, 12, 1), "12月1日", "到期"),
        ("3月2日到期，怎么续", date(2027, 3, 2), "3月2日", "到期"),
        ("3月2日已经到期了怎么办", date(2026, 3, 2), "3月2日", "到期"),
        ("有效期至2027年5月1日，什么时候续", date(2027, 5, 1), "2027年5月1日", "到期"),
        ("到期日是明年5月1日", date(2027, 5, 1), "明年5月1日", "到期"),
        ("受理日期为2026.3.2，多久审完", date(2026, 3, 2), "2026.3.2", "受理"),
        ("2026-03-02受理", date(2026, 3, 2), "2026-03-02", "受理"),
        ("2026/3/2受理", date(2026, 3, 2), "2026/3/2", "受理"),
        ("昨天收到处罚决定书，几天内复议", date(2026, 11, 20), "昨天", "收到"),
        ("前天签收的不予受理通知书", date(2026, 11, 19), "前天", "签收"),
        ("上周五收到检验报告", date(2026, 11, 13), "上周五", "收到"),
        ("这周一送达的裁决书", date(2026, 11, 16), "这周一", "送达"),
        ("上上周三提交", date(2026, 11, 4), "上上周三", "提交"),
        ("上个月15号受理的", date(2026, 10, 15), "上个月15号", "受理"),
        ("本月底到期", date(2026, 11, 30), "本月底", "到期"),
        ("下个月底到期", date(2026, 12, 31), "下个月底", "到期"),
        ("去年12月1日取得的注册证", date(2025, 12, 1), "去年12月1日", "取得"),
        ("许可证明年3月底到期", date(2027, 3, 31), "明年3月底", "到期"),
        ("二〇二六年三月二日受理", date(2026, 3, 2), "二〇二六年三月二日", "受理"),
        ("三月二日受理", date(2026, 3, 2), "三月二日", "受理"),
        ("三天前收到发补通知", date(2026, 11, 18), "三天前", "收到"),
        ("30天后到期", date(2026, 12, 21), "30天后", "到期"),
        ("许可证还有20天到期", date(2026, 12, 11), "还有20天", "到期"),
        ("两周前提交", date(2026, 11, 7), "两周前", "提交"),
        ("2月29日受理", date(2024, 2, 29), "2月29日", "受理"),
        ("我11月20号收到的不予受理通知", date(2026, 11, 20), "11月20号", "收到"),
        ("《药品管理法》怎么规定，我们昨天被处罚了", date(2026, 11, 20), "昨天", "处罚"),
    ],
)
def test_a_day_is_read_with_what_happens_on_it(question: str, day: date, words: str, event: str) -> None:
    assert event_days(question, TODAY) == ((day, words, event, True),)


@pytest.mark.parametrize(
    ("question", "day", "event"),
    [
        ("2019年生产的假药怎么处罚", date(2019, 12, 31), "生产"),
        ("2027年5月到期的药品注册证书", date(2027, 5, 31), "到期"),
        ("注册证明年5月到期", date(2027, 5, 31), "到期"),
        ("去年取得的证", date(2025, 12, 31), "取得"),
        ("上个月受理的", date(2026, 10, 31), "受理"),
        ("注册证还有5个月到期", date(2027, 4, 21), "到期"),
        ("还剩一个半月到期", date(2027, 1, 21), "到期"),
    ],
)
def test_a_month_or_a_year_alone_is_told_but_not_exact(question: str, day: date, event: str) -> None:
    """Nothing may be counted from it: a limit worked out from a guessed day would be an invented date."""
    ((found, _, told, exact),) = event_days(question, TODAY)
    assert (found, told, exact) == (day, event, False)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("2019年修正的药品管理法", "an edition"),
        ("药品管理法2019年8月26日公布", "the date of a text"),
        ("按2019年的规定怎么罚", "the day of the law, no event"),
        ("2027年1月1日起施行的商标法", "the start of a text"),
        ("2014年第64号公告", "a document number"),
        ("《2020年4月1日会议纪要》收到了", "a date in a title"),
        ("届满30日前申请可以吗", "counted from the end of a term, not from today"),
        ("收到通知15天后起诉可以吗", "counted from another event"),
        ("2月30日受理", "no day of any calendar"),
        ("2026年13月1日受理", "no month"),
        ("2019年药品生产质量管理规范", "生产 is part of a name"),
        ("药品上市后5年", "a length of time"),
        ("生产假药罚多少", "no day at all"),
        ("", "nothing"),
    ],
)
def test_what_is_no_day_of_the_asker_is_left_alone(question: str, why: str) -> None:
    assert event_days(question, TODAY) == (), why


def test_several_days_come_in_their_order() -> None:
    found = event_days("3月2日提交，4月1日受理，证书2027年5月1日到期", TODAY)
    assert [(one.day, one.event) for one in found] == [
        (date(2026, 3, 2), "提交"), (date(2026, 4, 1), "受理"), (date(2027, 5, 1), "到期"),
    ]  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 12), st.integers(1, 28))
def test_without_a_year_the_past_is_past_and_the_end_of_a_term_to_come(today: date, month: int, day: int) -> None:
    """Within a year on either side: a guess further off would be no guess of a person."""
    (happened,) = event_days(f"{month}月{day}日收到", today)
    (ends,) = event_days(f"{month}月{day}日到期", today)
    assert 0 <= (today - happened.day).days <= 366
    assert 0 <= (ends.day - today).days <= 366


def test_a_long_line_takes_time_in_proportion() -> None:
    """A pasted file is one line: twice the text may take about twice the time, never four times."""

    def taken(length: int) -> float:
        begun = time.process_time()
        event_days("3月2日提交的申请，" * length, TODAY)
        return time.process_time() - begun

    taken(2_000)
    assert taken(40_000) < 4 * 2 * max(taken(20_000), 0.05)
