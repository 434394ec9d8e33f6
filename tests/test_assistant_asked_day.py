"""A question that names its own day must not be answered by today's law; a date of something else must not move it."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer_model import Question, Turn
from assistant.question.asked_day import asked_day, understood

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("question", "day", "why"),
    [
        ("2023年时网络安全等级保护义务不履行罚多少", date(2023, 12, 31), "a year alone is its last day"),
        ("在2023年，网络安全等级保护义务不履行罚多少", date(2023, 12, 31), "the year opens the question"),
        ("2015年时专利法实施细则怎么规定奖励和报酬", date(2015, 12, 31), "before a title"),
        ("截至2024年6月30日，公司股东滥用法人独立地位承担什么责任", date(2024, 6, 30), "the day itself"),
        ("2027年1月2日商标续展怎么规定", date(2027, 1, 2), "a day to come"),
        ("2024-06-30 股东出资期限怎么规定", date(2024, 6, 30), "as computers write it"),
        ("按照2018年的规定，药品委托生产要办什么手续", date(2018, 12, 31), "by the law of a year"),
        ("药品管理法第三十二条2018年有效吗", date(2018, 12, 31), "the force is asked for"),
        ("2020年3月份的时候医疗器械临床试验怎么备案", date(2020, 3, 31), "a month alone is its last day"),
        ("2019年12月1日之前假药怎么认定", date(2019, 11, 30), "the day before"),
        ("2026年时药品再注册提前多久申请", TODAY, "the year that runs is judged by today"),
        ("那2025年呢", date(2025, 12, 31), "a follow-up on another year"),
        ("请问2021年底化妆品备案要什么材料", date(2021, 12, 31), "a polite word before it"),
        ("2026年10月31日医疗器械生产质量管理规范对设计开发的要求", date(2026, 10, 31), "生产 stands in a title"),
        ("2021年药品生产许可证怎么办", date(2021, 12, 31), "生产 stands in the name of a licence"),
        ("2019年11月药品上市许可持有人的义务", date(2019, 11, 30), "上市 stands in the name of a holder"),
        ("2019年药品委托生产要办什么手续", date(2019, 12, 31), "委托生产 is the matter, not what happened"),
        ("二〇一九年时假药怎么认定", date(2019, 12, 31), "a year in Chinese figures"),
        ("一九九八年的时候开药店要什么证", date(1998, 12, 31), "a year in Chinese figures, of the last century"),
        ("19年的时候药品委托生产要办什么手续", date(2019, 12, 31), "a year as people say it"),
        ("19年11月药品委托生产怎么规定", date(2019, 11, 30), "a year as people say it, with its month"),
        ("去年的规定是什么", date(2025, 12, 31), "by the law of a year counted from today"),
        ("前年的时候药品再注册提前多久", date(2024, 12, 31), "a year counted from today"),
        ("按照前年的规定，药品再注册提前多久", date(2024, 12, 31), "by the law of a year counted from today"),
        ("今年年初药品再注册怎么规定", date(2026, 1, 31), "the beginning of a year is its first month"),
        ("上个月的规定是怎样的", date(2026, 10, 31), "the month before"),
        ("2020年底药品再注册怎么规定", date(2020, 12, 31), "the end of a year"),
    ],
)  # fmt: skip
def test_the_day_of_the_question(question: str, day: date, why: str) -> None:
    found = asked_day(question, TODAY)
    assert found is not None, why
    assert found.day == day, why


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("2019年取得的医疗器械注册证怎么延续", "the day of a certificate"),
        ("我们公司2022年成立，能申请什么政策", "the founding of a firm"),
        ("商标法（2019年修正）第十条", "an edition"),
        ("商标法2019年修正第十条是什么", "an edition without brackets"),
        ("药品生产质量管理规范2010年版还有效吗", "an edition"),
        ("2026年新商标法第五十七条", "an edition, as people say it"),
        ("2014年第64号公告还有效吗", "a document number"),
        ("国药监械注〔2020〕12号文说了什么", "a document number"),
        ("《医疗器械分类目录》（2017年第104号）怎么用", "a document number in brackets"),
        ("2025年8月1日起施行的办法有哪些要求", "the first day of a text"),
        ("2018年公布的目录有哪些", "the publication of a text"),
        ("产品2025年3月到期，什么时候提出延续", "a deadline"),
        ("2023年和2025年时罚款有什么不同", "two days are a comparison"),
        ("药品再注册提前多久申请", "no date at all"),
        ("2023年13月时怎么规定", "no such month"),
        ("2024年3月生产的这批药现在怎么召回", "when the batch was made"),
        ("有效期到2027年5月的注册证现在能延续吗", "how long a certificate lasts"),
        ("工作满10年的时候要签无固定期限合同吗", "a length of time"),
        ("养老保险交满15年时能领吗", "a length of time"),
        ("前年走的时候少给我俩月工资，还能要吗", "when something happened to the person"),
        ("去年生产的这批药怎么召回", "when the batch was made"),
        ("上个月房东把房卖了，要我搬走", "when something happened to the person"),
        ("今年的诺贝尔医学奖给了谁", "no law is asked for"),
        ("2019年11月生产假药怎么处罚", "a deed is judged by the law of today unless that of then is asked for"),
    ],
)  # fmt: skip
def test_dates_of_other_things(question: str, why: str) -> None:
    assert asked_day(question, TODAY) is None, why


def notes(question: str, as_of: date | None = None) -> str:
    return "".join(understood(Question(question=question, as_of=as_of), TODAY).notes)


@pytest.mark.parametrize(
    ("question", "said", "why"),
    [
        ("2019年11月生产假药怎么处罚", "从旧兼从轻", "a deed of the past: the law of then may be milder"),
        ("去年销售劣药会罚多少", "行为发生在去年", "a deed of last year"),
        ("医疗器械注册证2027年5月1日到期，什么时候申请延续", "2027年5月1日是到期的日子", "an event to come"),
        ("2019年取得的医疗器械注册证怎么延续", "2019年是取得的日子", "an event of the past"),
    ],
)
def test_a_date_taken_for_an_event_is_told(question: str, said: str, why: str) -> None:
    # Whoever meant the law of that day must be able to see that it was read otherwise.
    asked = understood(Question(question=question), TODAY)
    assert asked.day == TODAY
    assert said in "".join(asked.notes), why
    assert asked.events


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("注册证还有五个月到期怎么补救", "a length of time, counted from today"),
        ("今天受理的申请多久出结果", "today is the day to count from, and the one to judge by"),
        ("2023年时生产假药怎么处罚", "the day is taken for the one to judge by, which is told"),
        ("药品再注册提前多久申请", "no date"),
        ("2014年第64号公告还有效吗", "a document number"),
    ],
)
def test_no_other_date_is_told_as_an_event(question: str, why: str) -> None:
    assert "的日子" not in notes(question), why
    assert "行为发生" not in notes(question), why


def test_with_another_day_chosen_nothing_is_said_of_today() -> None:
    assert "今天" not in notes("2019年11月生产假药怎么处罚", date(2019, 11, 15))


def test_the_day_of_the_conversation_holds_until_another_is_named() -> None:
    first = Turn(role="user", content="2018年时，药品可以委托生产吗")
    assert understood(Question(question="疫苗呢", history=(first,)), TODAY).day == date(2018, 12, 31)
    assert understood(Question(question="2015年呢", history=(first,)), TODAY).day == date(2015, 12, 31)
    assert understood(Question(question="现在呢", history=(first,)), TODAY).day == TODAY
    assert understood(Question(question="公司注册资本多久缴足", history=(first,)), TODAY).day == TODAY
