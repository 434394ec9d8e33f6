"""Asking back: one short question where what is left open decides the answer, and none where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from small_library import LAW, empty_library, put

from assistant.answer_model import Question, Turn
from assistant.model import Clarification
from assistant.question.asked_day import understood
from assistant.question.clarify import question_back, settled
from kb.decomposition import parts_of
from kb.knowledge import KnowledgeBase
from kb.open_points import ALL, each_case, open_point, picked

TODAY = date(2026, 11, 21)
SECTORS = ("药品", "医疗器械", "化妆品", ALL)
CLASSES = ("一类", "二类", "三类", ALL)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    made = empty_library(Path(tmp_path_factory.mktemp("clarify")))
    put(made, "药品管理法", "第一条 样例药品的规则。\n第二条 样例药品的第二条规则。", **LAW)
    put(made, "疫苗管理法", "第一条 样例疫苗的规则。", **LAW)
    put(made, "医疗器械监督管理条例", "第一条 样例器械的规则。\n第二条 样例器械的第二条规则。")
    yield made
    made.close()


def back(library: KnowledgeBase, words: str, *history: tuple[str, str], **profile: Any) -> Clarification | None:
    turns = tuple(Turn.model_validate({"role": role, "content": content}) for role, content in history)
    firm = {"name": "样例公司", **profile} if profile else None
    question = Question.model_validate({"question": words, "history": turns, "profile": firm})
    return question_back(library, question, understood(question, TODAY))


@pytest.mark.parametrize(
    ("words", "options", "why"),
    [
        ("变更怎么办", SECTORS, "every sector has its own procedure"),
        ("许可证快到期了怎么续", SECTORS, "a licence of what"),
        ("我们的新产品上市前要办什么手续", SECTORS, "a product of what kind"),
        ("在网上卖产品要办哪些手续", SECTORS, "the three are sold by different rules"),
        ("医疗器械怎么注册", CLASSES, "the classes go different ways"),
        ("卖医疗器械要办什么证", CLASSES, "nothing, a filing or a licence"),
        ("开厂生产医疗器械要办什么证", CLASSES, "a filing or a licence"),
        ("体外诊断试剂怎么申报上市", CLASSES, "reagents have classes, too"),
        ("化妆品上市要走什么流程", ("特殊化妆品", "普通化妆品", ALL), "registered or filed"),
        (
            "药品上市后变更怎么申报",
            ("重大变更（审批类）", "中等变更（备案类）", "微小变更（报告类）", ALL),
            "the kind of change decides",
        ),
        (
            "药品审评要多少天",
            ("临床试验申请", "上市许可申请", "补充申请", "再注册申请", ALL),
            "each application has its own time limit",
        ),
        ("药企的质量负责人要什么学历", ("生产企业", "经营企业", ALL), "makers and sellers differ"),
        ("第二条", ("药品管理法", "医疗器械监督管理条例", ALL), "only laws that have this article are offered"),
        ("第一条是怎么规定的？", ("药品管理法", "医疗器械监督管理条例", "疫苗管理法", ALL), "which law's article"),
    ],
)
def test_what_decides_the_answer_is_asked(
    library: KnowledgeBase, words: str, options: tuple[str, ...], why: str
) -> None:
    asked = back(library, words)
    assert asked is not None, why
    assert asked.options == options, why


@pytest.mark.parametrize(
    "words", ["晚了怎么办", "没办会怎么样", "逾期了会怎么罚", "罚多少"], ids=["late", "not done", "overdue", "a fine"]
)
def test_an_outcome_of_nothing_is_asked_of_what(library: KnowledgeBase, words: str) -> None:
    assert back(library, words) is not None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("药品管理法第几条说的是假药", "a law is named"),
        ("药品管理法第二条", "law and article are named"),
        ("什么是备案", "a meaning is the same for all"),
        ("注册和备案有什么区别", "the difference itself is asked"),
        ("医疗器械分几类", "the classes themselves are asked"),
        ("化妆品是要注册还是备案", "both cases are asked"),
        ("没有许可证就生产药品怎么处罚", "the act is named"),
        ("注册商标到期了续展怎么办理", "trade marks are no products"),
        ("公司变更登记要什么手续", "a company is no product"),
        ("行政许可变更怎么申请", "permits in general"),
        ("合同变更怎么办", "a contract is no product"),
        ("生产许可证弄丢了多久能补回来", "a word beyond the procedure may be what decides"),
        ("药品再注册要提前多久提出", "one answer"),
        ("医疗器械注册证到期前多长时间申请延续注册", "both classes have one answer"),
        ("三类植入器械想上市，要走哪些步骤", "the class is named"),
        ("药品注册申请要什么材料", "one article says it"),
        ("药品换生产工艺，要不要重新报批", "the change is named"),
        ("面膜怎么备案", "a filing is for ordinary cosmetics"),
        ("劳 动 法 第 44 条", "a place is named, with blanks"),
    ],
)
def test_what_can_be_answered_is_not_asked_back(library: KnowledgeBase, words: str, why: str) -> None:
    assert open_point(words) is None, why
    if "第 44" not in words:  # that law is not held here
        assert back(library, words) is None, why


@pytest.mark.parametrize(
    ("words", "profile", "options"),
    [
        ("变更手续怎么办", {"sectors": ["药品", "化妆品"]}, SECTORS),
        ("产品注册要走哪些步骤", {"sectors": ["医疗器械"]}, CLASSES),
        ("产品注册要走哪些步骤", {"sectors": ["医疗器械"], "products": [{"class": "III类"}]}, None),
        ("产品注册要走哪些步骤", {"products": [{"name": "冠脉支架", "class": "第三类"}]}, None),
        ("产品召回该怎么做", {"sectors": ["药品"]}, None),
    ],
    ids=["two sectors settle nothing", "class unknown", "class known", "sector by the product", "sector known"],
)
def test_the_profile_is_looked_at_first(
    library: KnowledgeBase, words: str, profile: dict[str, Any], options: tuple[str, ...] | None
) -> None:
    asked = back(library, words, **profile)
    assert (asked.options if asked else None) == options


def test_the_profile_settles_what_is_searched_and_says_so(library: KnowledgeBase) -> None:
    question = Question.model_validate(
        {"question": "产品召回该怎么做", "profile": {"name": "样例", "sectors": ["药品"]}}
    )
    known = settled(library, question, understood(question, TODAY))
    assert known.question == known.sought == "药品召回该怎么做"
    assert any("企业画像" in note for note in known.notes)


def test_nothing_is_asked_twice_in_one_conversation(library: KnowledgeBase) -> None:
    first = back(library, "变更怎么办")
    assert first is not None
    said = (("user", "变更怎么办"), ("assistant", first.question))
    assert back(library, "备案怎么做", *said) is None


def test_an_answer_to_our_question_is_not_met_with_the_next_one(library: KnowledgeBase) -> None:
    # 药品 picked for 变更怎么办 leaves the kind of change open: one question is enough.
    first = back(library, "变更怎么办")
    assert first is not None
    assert back(library, "药品", ("user", "变更怎么办"), ("assistant", first.question)) is None


def test_chosen_documents_are_answered_from_as_they_are(library: KnowledgeBase) -> None:
    question = Question(question="变更怎么办", documents=("药品管理法@2020-07-01",))
    assert question_back(library, question, understood(question, TODAY)) is None


@pytest.mark.parametrize(
    ("picked_words", "said"),
    [
        ("医疗器械怎么注册，三类", "第三类医疗器械怎么注册"),
        ("医疗器械怎么注册，第三类", "第三类医疗器械怎么注册"),
        ("产品召回该怎么做，化妆品", "化妆品召回该怎么做"),
        ("卖医疗器械要办什么证，二类", "经营第二类医疗器械要办什么证"),
        ("药品上市后变更怎么申报，微小变更", "药品上市后微小变更怎么申报"),
        ("医疗器械怎么注册，快一点", None),
        ("商标怎么注册，三类", None),
    ],
)
def test_a_picked_option_goes_where_it_belongs(picked_words: str, said: str | None) -> None:
    assert picked(picked_words) == said


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (f"产品召回怎么做（{ALL}）", ("药品召回怎么做", "医疗器械召回怎么做", "化妆品召回怎么做")),
        ("医疗器械怎么注册，三种情况都说", tuple(f"第{n}类医疗器械怎么注册" for n in "一二三")),
        ("化妆品上市要走什么流程（都要）", ("特殊化妆品上市要走什么流程", "普通化妆品上市要走什么流程")),
        (f"药品管理法第二条（{ALL}）", ()),
    ],
)
def test_every_case_is_a_question_of_its_own(words: str, parts: tuple[str, ...]) -> None:
    assert each_case(words) == parts
    assert parts_of(words, {}) == parts


def test_every_law_of_a_bare_article_is_named(library: KnowledgeBase) -> None:
    question = Question(question=f"第二条（{ALL}）")
    assert (
        settled(library, question, understood(question, TODAY)).question
        == "药品管理法第二条、医疗器械监督管理条例第二条"
    )


@pytest.mark.parametrize("words", ["变更" * 100_000, "产品" * 100_000 + "怎么办", "第" * 200_000, "都" * 200_000])
def test_a_long_line_is_read_at_once(words: str) -> None:
    assert picked(words) is None
    assert each_case(words) == ()
