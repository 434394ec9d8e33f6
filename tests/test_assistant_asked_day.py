"""A question that names its own day must not be answered by today's law; a date of something else must not move it."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.asked_day import asked_day

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
    ],
)  # fmt: skip
def test_dates_of_other_things(question: str, why: str) -> None:
    assert asked_day(question, TODAY) is None, why
