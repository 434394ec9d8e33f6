"""The line before the quotes promises no more than they hold; a verdict comes from their own clause or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_library import GUIDE, LAW, empty_library, put

from assistant.extracts.compose import composed
from assistant.extracts.extract import Quoted
from assistant.extracts.leads import NEUTRAL, follows
from assistant.extracts.stored_quotes import cite
from assistant.question.asking import Asking
from assistant.question.polarity import Polarity, polarity
from kb import lookup
from kb.knowledge import KnowledgeBase
from kb.model import CORRECTED, Rung
from kb.registry import Registry, open_registry
from kb.settings import Settings

TODAY = date(2026, 11, 21)
PLAIN_RULE = re.compile(
    "(?<![^。；\n])([^，。；：\n不未无可应经得]{2,16})(不得|可以)([^，。；：\n不未无]{2,20})(?=[。；])"
)


@pytest.fixture(scope="module")
def registry(starter_settings: Settings) -> Registry:
    return open_registry(starter_settings)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[KnowledgeBase]:
    knowledge = empty_library(tmp_path)
    yield knowledge
    knowledge.close()


def law(registry: Registry, address: str) -> str:
    document, provision = lookup.locate(registry, address, TODAY)
    return lookup.quotable(registry.reading(document.id), provision)


@pytest.mark.parametrize(
    ("question", "address", "verdict", "why"),
    [
        ("药品上市许可持有人可以委托生产吗", "药品管理法/第三十二条", Polarity.YES_IF, "allowed, with duties"),
        ("药品上市许可持有人能不能委托生产", "药品管理法/第三十二条", Polarity.YES_IF, "the same in other words"),
        ("血液制品可以委托生产吗", "药品管理法/第三十二条", Polarity.NO_BUT, "one of a list, with an exception"),
        ("麻醉药品能委托生产吗", "药品管理法/第三十二条", Polarity.NO_BUT, "one of a list"),
        ("医疗器械可以委托生产吗", "药品管理法/第三十二条", None, "the quote is on another thing"),
        ("化妆品能不能委托生产", "药品管理法/第三十二条", None, "the quote is on another thing"),
        ("药品上市许可持有人可以委托销售血液制品吗", "药品管理法/第三十二条", None, "another act"),
        ("疫苗可以委托生产吗", "疫苗管理法/第二十二条", Polarity.LEAVE, "the act is the case that needs leave"),
        ("医疗机构配制的制剂能不能在市场上销售", "药品管理法/第七十六条", Polarity.NO, "a plain ban on just this"),
        ("药品上市许可持有人可以转让药品上市许可吗", "药品管理法/第四十条", Polarity.YES_IF, "with leave"),
        ("麻醉药品可以作广告吗", "广告法/第十五条", Polarity.NO, "one of a list"),
        ("处方药可以作广告吗", "广告法/第十五条", None, "neither the ban nor the leave is on this"),
        ("公司可以设立分公司吗", "公司法/第十三条", Polarity.YES, "allowed and nothing more"),
        ("疫苗上市许可持有人要投保疫苗责任强制保险吗", "疫苗管理法/第六十八条", Polarity.MUST, "a plain duty"),
        ("药品通用名称能注册成商标吗", "药品管理法/第二十九条", None, "注册 is not what the clause forbids"),
        ("生产假药罚多少", "药品管理法/第一百一十六条", None, "no question of leave"),
        ("未取得药品批准证明文件可以生产药品吗", "药品管理法/第九十八条", None, "a negation is left to the reader"),
    ],
)  # fmt: skip
def test_a_verdict_stands_only_on_the_clause_of_the_asked_act(
    registry: Registry, question: str, address: str, verdict: Polarity | None, why: str
) -> None:
    assert polarity(question, [law(registry, address)]) is verdict, why


@pytest.mark.parametrize(
    ("question", "words", "verdict", "why"),
    [
        ("平台可以收费吗", "平台可以不收费。", None, "leave not to do it is none to do it"),
        ("平台可以收费吗", "平台不得收费。", Polarity.NO, "a ban on just this"),
        ("平台可以收费吗", "平台不得向学生收费。", None, "a narrower ban says nothing of the rest"),
        ("平台可以收费吗", "境外平台不得收费。", None, "a ban on some of them"),
        ("平台可以收费吗", "未经批准，平台不得收费。", None, "a ban with a condition"),
        ("平台可以收费吗", "未经备案的平台不得收费。", None, "a ban on some of them"),
        ("平台可以收费吗", "经物价部门核准，平台可以收费。", Polarity.YES_IF, "a condition goes before"),
        ("平台可以收费吗", "平台可以收费。", Polarity.YES, "in so many words"),
        ("平台可以收费吗", "平台可以收费。平台不得收费。", None, "two clauses that disagree"),
        ("平台可以收费吗", "平台不得收费；但是，节假日除外。", Polarity.NO_BUT, "an exception behind"),
        ("平台可以收费吗", "平台应当公开收费标准。", None, "another duty about the word"),
        ("平台要不要备案", "平台应当备案。", Polarity.MUST, "a duty"),
        ("平台要不要备案", "从事检验的平台应当备案。", Polarity.MUST_IF, "a duty of some"),
        ("平台要不要备案", "平台无需备案。", None, "a negation is left to the quote"),
        ("平台要不要备案", "平台不得拒绝备案。", None, "no duty"),
        ("可以收费吗", "平台可以收费。", None, "who may is not said"),
        ("平台收费可以吗", "平台可以收费。", None, "no act behind the word: left to the quote"),
        ("学校可以收费吗", "平台可以收费，学校应当公示。", None, "the leave is another's"),
    ],
)
def test_hard_clauses_leave_no_wrong_yes(question: str, words: str, verdict: Polarity | None, why: str) -> None:
    assert polarity(question, [words]) is verdict, why


def test_no_plain_ban_of_the_loaded_laws_is_answered_with_a_yes(registry: Registry) -> None:
    """Every 甲不得乙。 of the laws asked as 甲可以乙吗, and every 甲可以乙。 the same: the worst answer there is."""
    seen: Counter[tuple[str, Polarity | None]] = Counter()
    for held in registry.held().values():
        reading = registry.reading(held.document.id)
        for provision in reading.provisions.values():
            if provision.rung is Rung.ARTICLE:
                words = lookup.quotable(reading, provision)
                for rule in PLAIN_RULE.finditer(words):
                    seen[rule[2], polarity(f"{rule[1]}可以{rule[3]}吗", [words])] += 1
    assert sum(seen[("不得", verdict)] for verdict in (Polarity.YES, Polarity.YES_IF, Polarity.LEAVE)) == 0
    assert sum(seen[("可以", verdict)] for verdict in (Polarity.NO, Polarity.NO_BUT)) == 0
    assert seen[("不得", Polarity.NO)] > 50
    assert seen[("可以", Polarity.YES_IF)] > 20


@pytest.mark.parametrize(
    ("kind", "quote", "told"),
    [
        (Asking.PENALTY, "处五万元以上十万元以下的罚款。", "规定的处罚如下"),
        (Asking.PENALTY, "应当建立档案。", NEUTRAL),
        (Asking.DEADLINE, "应当在十五日内报告。", "规定的期限如下"),
        (Asking.DEADLINE, "应当及时报告。", "规定的期限如下"),
        (Asking.DEADLINE, "应当报告。", NEUTRAL),
        (Asking.AMOUNT, "面积不少于二百平方米。", "规定的数额如下"),
        (Asking.AMOUNT, "面积应当足够。", NEUTRAL),
        (Asking.MEANING, "本办法所称平台，是指提供检验服务的单位。", "规定的含义如下"),
        (Asking.MEANING, "有下列情形之一的，为劣质服务：\n（一）拖延；", "规定的含义如下"),
        (Asking.MEANING, "平台应当备案。", NEUTRAL),
        (Asking.WHAT, "平台应当备案。", NEUTRAL),
    ],
)
def test_the_line_promises_what_the_quote_holds(kind: Asking, quote: str, told: str) -> None:
    assert follows(kind, [quote]).startswith(told)


def quoted(knowledge: KnowledgeBase, *addresses: str) -> list[Quoted]:
    made = []
    for key, address in enumerate(addresses, start=1):
        document, provision = lookup.locate(knowledge.registry, address, TODAY)
        span = lookup.words(knowledge.registry.reading(document.id), provision)
        made.append(
            Quoted(cite(knowledge.registry, document, *span, TODAY, str(key)), "main" if key == 1 else "related")
        )
    return made


def test_a_text_without_force_and_an_ended_one_are_named_as_such(library: KnowledgeBase) -> None:
    """Nobody may take our own guide, or a repealed rule, for the law of the day; neither gets a verdict or a date."""
    put(
        library,
        "平台收费指南",
        "第一条 平台可以收费，应当自收到通知之日起三日内缴纳。",
        **GUIDE,
        effective_on=date(2020, 1, 1),
    )
    put(
        library, "平台旧办法", "第一条 平台可以收费，应当自收到通知之日起三日内缴纳。", **LAW,
        effective_on=date(2020, 1, 1), repealed_on=date(2022, 1, 1), evidence={"repealed_on": CORRECTED},
    )  # fmt: skip
    question = "昨天收到通知，平台可以收费吗"
    for title, told in (("平台收费指南", "非官方文本"), ("平台旧办法", "已废止")):
        made = composed(library, question, quoted(library, f"{title}/第一条"), as_of=TODAY, today=TODAY)
        assert told in made.text.splitlines()[0]
        assert "可以。" not in made.text.splitlines()[0]
        assert made.reckonings == ()


def test_the_quotes_follow_word_for_word_under_their_headings(library: KnowledgeBase) -> None:
    put(library, "平台办法", "第一条 平台可以收费。\n第二条 平台应当备案。", **LAW, effective_on=date(2020, 1, 1))
    quotes = quoted(library, "平台办法/第一条", "平台办法/第二条")
    made = composed(library, "平台可以收费吗", quotes, as_of=TODAY, today=TODAY)
    assert made.text.split("\n\n") == [
        "按2026年11月21日现行文本，可以。《平台办法》第一条这样规定：",
        "“平台可以收费。”[1]（《平台办法》第一条）",
        "相关规定：",
        "“平台应当备案。”[2]（《平台办法》第二条）",
    ]
    assert made.citations == tuple(q.citation for q in quotes)
