"""The arithmetic of limits and fines on loaded law: every figure from the quote, no day from a guess."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import LAW, empty_library, put

from assistant.answer_model import Reckoning
from assistant.extracts.event_kinds import family, same_act, same_event
from assistant.extracts.multiples import multiples
from assistant.extracts.reckoning import reckonings
from assistant.extracts.stored_quotes import cite
from assistant.extracts.time_limits import limits
from assistant.extracts.working_days import is_working_day
from assistant.question.event_days import EventDay, event_days, later
from kb import lookup
from kb.knowledge import KnowledgeBase
from kb.model import Citation
from kb.registry import Registry, open_registry
from kb.settings import Settings

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2010, 1, 1), date(2026, 6, 30))
INVENTED = """第一条 平台应当自受理之日起{n}个工作日内答复。检验所需时间不计入前款规定的期限。
第二条 平台应当自收到意见之日起{n}日内答复。
第三条 平台应当自签订合同之日起{n}个月内开工。
第四条 证书需要延续的，应当在有效期届满{n}个月前提出。
第五条 证书需要延续的，应当在有效期届满前90个工作日至30个工作日期间提出。
第六条 证书需要延续的，应当在期满前{n}个月内提出。
第七条 未按期答复的，自收到通知之日起三年内不得申请。"""


@pytest.fixture(scope="module")
def registry(starter_settings: Settings) -> Registry:
    return open_registry(starter_settings)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    knowledge = empty_library(tmp_path_factory.mktemp("invented"))
    put(knowledge, "平台办法", INVENTED.format(n=6), **LAW, effective_on=date(2005, 1, 1))
    working = "第一条 平台应当自收到意见之日起六日内答复。\n第二条 本办法规定的期限以工作日计算。"
    put(knowledge, "平台时限办法", working, **LAW, effective_on=date(2005, 1, 1))
    yield knowledge
    knowledge.close()


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    knowledge = empty_library(tmp_path_factory.mktemp("bracketed"))
    text = (
        "第一条 货值金额不足1万元的，并处5万元以上15万元以下罚款；"
        "货值金额1万元以上的，并处货值金额15倍以上30倍以下罚款。\n"
        "第二条 并处商品货值金额二倍以上十倍以下的罚款；情节严重的，并处货值金额十倍以上三十倍以下的罚款；"
        "货值金额不足五万元的，按五万元计算。"
    )
    put(knowledge, "平台处罚办法", text, **LAW, effective_on=date(2005, 1, 1))
    yield knowledge
    knowledge.close()


def quote(registry: Registry, address: str, key: str = "1") -> Citation:
    document, provision = lookup.locate(registry, address, TODAY)
    span = lookup.words(registry.reading(document.id), provision)
    return cite(registry, document, *span, TODAY, key)


def worked(registry: Registry, question: str, address: str, today: date = TODAY) -> tuple[Reckoning, ...]:
    return reckonings(registry, question, [quote(registry, address)], event_days(question, today), today)


@pytest.mark.parametrize(
    ("question", "address", "start", "end", "why"),
    [
        (
            "2026年3月2日受理的临床试验申请哪天出结果",
            "药品管理法/第十九条",
            (2026, 3, 2),
            (2026, 5, 28),
            "60 working days",
        ),
        (
            "昨天收到药品检验结果，几天内复验",
            "药品管理法/第一百零二条",
            (2026, 11, 20),
            (2026, 11, 27),
            "7 days by the calendar",
        ),
        (
            "9月26日收到检验结果，复验到哪天",
            "药品管理法/第一百零二条",
            (2026, 9, 26),
            (2026, 10, 8),
            "the last day is a holiday",
        ),
        ("昨天收到处罚决定书，什么时候前能复议", "行政复议法/第二十条", (2026, 11, 20), (2027, 1, 19), "60 days"),
        (
            "行政许可10月15日受理，什么时候出结果",
            "行政许可法/第四十二条",
            (2026, 10, 15),
            (2026, 11, 12),
            "its days are working days",
        ),
        (
            "9月1日收到听证告知书",
            "行政处罚法/第六十四条",
            (2026, 9, 1),
            (2026, 9, 8),
            "五日 of this law are working days",
        ),
        (
            "商标2027年5月1日到期，什么时候续展",
            "商标法/第四十条",
            (2026, 5, 1),
            (2027, 5, 1),
            "a window before the end",
        ),
        (
            "许可证2027年5月1日到期",
            "行政许可法/第五十条",
            (2027, 5, 1),
            (2027, 4, 1),
            "the applicant's days are plain days",
        ),
    ],
)
def test_limits_of_the_law_come_to_their_day(
    registry: Registry, question: str, address: str, start: tuple[int, int, int], end: tuple[int, int, int], why: str
) -> None:
    found = [one for one in worked(registry, question, address) if one.end]
    assert (found[0].start, found[0].end) == (date(*start), date(*end)), why
    assert found[0].rule in quote(registry, address).quote
    assert found[0].keys == ("1",)


@pytest.mark.parametrize(
    ("question", "address", "told", "why"),
    [
        (
            "3月2日提交的临床试验申请多久出结果",
            "药品管理法/第十九条",
            "受理临床试验申请",
            "another event than the rule's",
        ),
        ("2026年3月受理的临床试验申请多久出结果", "药品管理法/第十九条", "没有具体日期", "a month is no day"),
        ("许可证到期前多久申请延续", "行政许可法/第五十条", "往前推30日", "how a limit that runs back is counted"),
        ("许可证2027年5月到期，什么时候申请延续", "行政许可法/第五十条", "写明到期的年月日", "a month is no day"),
        ("商标什么时候续展", "商标法/第四十条", "往前推12个月", "no day in the question"),
    ],
)
def test_without_the_day_itself_no_day_is_given(
    registry: Registry, question: str, address: str, told: str, why: str
) -> None:
    (made,) = worked(registry, question, address)
    assert (made.start, made.end) == (None, None), why
    assert told in "".join(made.steps)


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("临床试验申请多久出结果", "药品管理法/第十九条"),  # nothing to explain without a day
        ("昨天收到许可申请被撤销的通知", "药品管理法/第一百二十三条"),  # ten years of refusal are no limit to keep to
        ("生产假药罚多少", "药品管理法/第一百一十六条"),
    ],
)
def test_where_nothing_is_to_be_counted_nothing_is(registry: Registry, question: str, address: str) -> None:
    assert worked(registry, question, address) == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("应当自受理之日起六十个工作日内决定", [("within", 60, "工作日", "受理")]),
        ("可以自收到结果之日起15日内提出", [("within", 15, "日", "收到结果")]),
        ("应当在接到报告后，于三日内处理", [("within", 3, "日", "接到报告")]),
        ("自公告之日起三个月内提出异议", [("within", 3, "月", "公告")]),
        ("自成立之日起五年内缴足", [("within", 5, "年", "成立")]),
        ("应当在有效期届满6个月前申请", [("before", 6, "月", "期限届满")]),
        ("应当在有效期届满前六个月申请", [("before", 6, "月", "期限届满")]),
        ("应当在有效期届满三十日前申请", [("before", 30, "日", "期限届满")]),
        ("应当在届满30个工作日前申请", [("before", 30, "工作日", "期限届满")]),
        ("在期满前十二个月内办理", [("last", 12, "月", "期限届满")]),
        ("届满前90个工作日至30个工作日期间提出", [("between", 90, "工作日", "期限届满")]),
        ("自执行完毕之日起十年内不得申请", []),
        ("十年内不受理其申请", []),
        ("违法行为在二年内未被发现的", []),
        ("期限为三年", []),
        ("", []),
    ],
)
def test_the_limits_in_words_of_law(words: str, expected: list[tuple[str, int, str, str]]) -> None:
    found = limits(words)
    assert [(one.how, one.number, one.unit, one.base) for one in found] == expected
    assert all(one.rule in words for one in found)


@given(DAYS)
def test_forward_limits_end_after_their_start_on_a_working_day(invented: KnowledgeBase, day: date) -> None:
    for event, article in (("受理", "一"), ("收到", "二"), ("签订", "三")):
        made = reckonings(
            invented.registry, "收到意见", [quote(invented.registry, f"平台办法/第{article}条")],
            [EventDay(day, "那天", event)], TODAY,
        )  # fmt: skip
        assert made[0].start == day
        assert made[0].end is not None
        assert made[0].end > day
        assert is_working_day(made[0].end)


@given(DAYS)
def test_limits_before_the_end_of_a_term_lie_before_it(invented: KnowledgeBase, day: date) -> None:
    ends = [EventDay(day, "那天", "到期")]
    for article in "四五六":
        (made,) = reckonings(
            invented.registry, "", [quote(invented.registry, f"平台办法/第{article}条")], ends, TODAY
        )  # fmt: skip
        assert made.start is not None
        assert made.end is not None
        assert made.start != made.end
        assert max(made.start, made.end) <= day
    between = reckonings(invented.registry, "", [quote(invented.registry, "平台办法/第五条")], ends, TODAY)[0]
    assert (is_working_day(between.start or day), is_working_day(between.end or day)) == (True, True)


@given(DAYS, st.integers(-60, 60))
def test_months_keep_the_number_of_the_day_or_end_the_month(day: date, months: int) -> None:
    """民法典 article 202: without a corresponding day the last one of the month."""
    end = later(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == min(day.day, calendar.monthrange(end.year, end.month)[1])


def test_a_text_that_counts_in_working_days_is_counted_so(invented: KnowledgeBase) -> None:
    (made,) = worked(invented.registry, "2026年9月30日收到意见，哪天答复", "平台时限办法/第一条")
    assert made.end == date(2026, 10, 14)
    assert "《平台时限办法》第二条" in "".join(made.steps)


def test_what_the_text_leaves_out_and_what_is_past_are_said(invented: KnowledgeBase) -> None:
    (made,) = worked(invented.registry, "2026年3月2日受理，哪天答复", "平台办法/第一条")
    steps = "".join(made.steps)
    assert "检验所需时间不计入前款规定的期限" in steps
    assert "已经过去" in steps


@pytest.mark.parametrize(
    ("question", "past"),
    [
        ("还有5个月到期，还来得及延续吗", True),
        ("证书2027年4月到期，还来得及延续吗", True),
        ("还有8个月到期，还来得及延续吗", False),
        ("证书2027年5月到期，还来得及延续吗", False),  # it may be the last of May: nothing is certain
    ],
)
def test_a_term_known_to_the_month_is_past_only_where_that_is_certain(
    invented: KnowledgeBase, question: str, past: bool
) -> None:
    (made,) = worked(invented.registry, question, "平台办法/第四条")
    assert (made.start, made.end) == (None, None)
    assert ("已经过去" in "".join(made.steps)) is past


def test_years_without_a_calendar_are_named(registry: Registry) -> None:
    (made,) = worked(registry, "今天受理的临床试验申请，哪天出结果", "药品管理法/第十九条")
    assert any("2027年" in step and "周末" in step for step in made.steps)


def test_a_ban_for_years_is_not_counted(invented: KnowledgeBase) -> None:
    assert worked(invented.registry, "昨天收到通知", "平台办法/第七条") == ()


def test_beyond_the_years_a_date_can_have_nothing_is_given(invented: KnowledgeBase) -> None:
    event = [EventDay(date.max - timedelta(days=2), "那天", "受理")]
    assert reckonings(invented.registry, "", [quote(invented.registry, "平台办法/第一条")], event, TODAY) == ()


@pytest.mark.parametrize(
    ("event", "other", "same"),
    [
        ("收到", "送达", True),
        ("批下来", "取得", True),
        ("到期", "届满", True),
        ("提交", "受理", False),
        ("吃饭", "受理", False),
    ],
)
def test_words_for_one_event_are_one(event: str, other: str, same: bool) -> None:
    assert (family(event) is not None and family(event) == family(other)) is same


@pytest.mark.parametrize(
    ("question", "address", "figures"),
    [
        ("生产假药货值金额5万元罚多少", "药品管理法/第一百一十六条", [("150万元", "300万元")]),
        ("卖假药货值20万罚多少", "药品管理法/第一百一十六条", [("300万元", "600万元")]),
        ("卖假药，货值十五万元", "药品管理法/第一百一十六条", [("225万元", "450万元")]),
        ("劣药货值50万元", "药品管理法/第一百一十七条", [("500万元", "1000万元")]),
        ("零售劣药货值只有3000块", "药品管理法/第一百一十七条", [("100万元", "200万元"), ("10万元", "20万元")]),
        ("批发劣药货值5万元", "药品管理法/第一百一十七条", [("100万元", "200万元"), ("50万元", "100万元")]),
        ("假药货值100盒", "药品管理法/第一百一十六条", []),
        ("生产假药罚多少", "药品管理法/第一百一十六条", []),
        ("销售金额5万元的假药", "药品管理法/第一百一十六条", []),
        ("货值5万元", "药品管理法/第三十二条", []),
    ],
)
def test_a_fine_by_multiples_is_worked_out_from_the_named_value(
    registry: Registry, question: str, address: str, figures: list[tuple[str, str]]
) -> None:
    """Where the law sets several floors, each case has its own line: which one it is, is not for us to choose."""
    made = multiples(question, [quote(registry, address)])
    steps = [step for one in made for step in one.steps if "罚款在" in step]
    assert [
        (low, high) for step, (low, high) in zip(steps, figures, strict=True) if f"罚款在{low}以上{high}以下" in step
    ] == figures
    assert all(one.rule in quote(registry, address).quote for one in made)


@pytest.mark.parametrize(
    ("value", "fines"),
    [
        ("8000元", ["罚款在5万元以上15万元以下"]),  # a small value is fined by sums
        ("1万元", ["罚款在15万元以上30万元以下"]),
        ("2万元", ["罚款在30万元以上60万元以下"]),
    ],
)
def test_the_value_decides_between_sums_and_multiples(bracketed: KnowledgeBase, value: str, fines: list[str]) -> None:
    """Multiples of a small value are not its fine where the law sets sums for it."""
    made = multiples(f"货值{value}罚多少", [quote(bracketed.registry, "平台处罚办法/第一条")])
    assert [
        step.rsplit("：", 1)[-1].rsplit("，", 1)[-1].rstrip("。") for one in made for step in one.steps[-1:]
    ] == fines


def test_a_floor_at_the_end_of_a_sentence_is_for_every_fine_in_it(bracketed: KnowledgeBase) -> None:
    made = multiples("货值1万元，违法所得3万元", [quote(bracketed.registry, "平台处罚办法/第二条")])
    assert [one.steps[-1] for one in made] == [
        "按5万元计：二倍是10万元，十倍是50万元，罚款在10万元以上50万元以下。",
        "按5万元计：十倍是50万元，三十倍是150万元，罚款在50万元以上150万元以下。",
    ]
    assert made[1].rule.startswith("情节严重的")


@pytest.mark.parametrize(
    ("question", "base", "same"),
    [
        ("昨天受理", "药品注册申请受理", True),
        ("昨天提交申请", "药品注册申请受理", False),  # it is not the day of submission that counts
        ("昨天公告", "公示期届满", False),
        ("许可证昨天到期", "公示期届满", False),
        ("许可证昨天到期", "有效期届满", True),
        ("昨天收到不予受理通知书", "收到申请", False),  # the office receives that
        ("我局昨天收到申请", "接到申请", True),
        ("昨天收到处罚决定书", "收到行政处罚决定书", True),
        ("昨天收到处罚决定书", "收到复议决定书", False),
        ("昨天收到处罚决定书", "行政处罚决定书送达", True),
        ("昨天收到补正通知", "申请人收到补正通知", True),
    ],
)
def test_a_day_is_counted_from_only_where_it_is_that_of_the_event(question: str, base: str, same: bool) -> None:
    """A last day counted from another event is a missed deadline."""
    (day,) = event_days(question, TODAY)
    assert same_event(base, day, question) is same


@pytest.mark.parametrize(
    ("question", "words", "same"),
    [
        ("收到处罚决定书，申请复议最晚哪天", "六十日内提出行政复议申请", True),
        ("收到处罚决定书，起诉最晚哪天", "六十日内，依法申请复议", False),
        ("收到处罚决定书，申请复议最晚哪天", "行政复议期限届满之日起十五日内，向人民法院提起行政诉讼", False),
        ("收到复议决定书，起诉最晚哪天", "自收到复议决定书之日起十五日内向人民法院提起诉讼", True),
        ("收到通知，几天内答复", "十日内答复", True),
    ],
)
def test_a_limit_for_another_act_is_not_counted(question: str, words: str, same: bool) -> None:
    assert same_act(words, question) is same


def test_limits_that_come_to_the_same_are_told_once(invented: KnowledgeBase) -> None:
    quotes = [quote(invented.registry, "平台办法/第四条", key) for key in "12"]
    (made,) = reckonings(invented.registry, "证书什么时候延续", quotes, [], TODAY)
    assert made.keys == ("1", "2")


def test_who_asks_how_long_a_certificate_holds_is_told_nothing_of_renewal(invented: KnowledgeBase) -> None:
    assert worked(invented.registry, "证书有效期多久", "平台办法/第四条") == ()


def test_a_long_line_without_a_full_stop_is_read_in_linear_time() -> None:
    line = "甲应当自受理之日起六十日内决定且" * 60_000
    begun = time.perf_counter()
    assert len(limits(line)) == 60_000
    assert time.perf_counter() - begun < 20
