"""Questions that compare or ask several things, and those that only seem to."""

from __future__ import annotations

import pytest
from plain_questions import PLAIN_QUESTIONS
from processor_time import processor_seconds

from kb.decomposition import LONGEST, parts_of

KNOWN = {name: name for name in ("药品管理法", "药品管理法实施条例", "行政复议法", "行政诉讼法")}


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("药品和医疗器械的再注册期限有什么区别", ("药品的再注册期限", "医疗器械的再注册期限")),
        # the first member's kind is meant for the second too
        ("药品批发和零售的许可条件分别是什么", ("药品批发的许可条件是什么", "药品零售的许可条件是什么")),
        # the last member's kind is meant for the first too
        ("境内和境外申请人提交的资料有什么区别", ("境内申请人提交的资料", "境外申请人提交的资料")),
        ("第一、二类医疗器械的注册有什么不同", ("第一类医疗器械的注册", "第二类医疗器械的注册")),
        ("一类二类三类医疗器械各自怎么管", ("一类医疗器械怎么管", "二类医疗器械怎么管", "三类医疗器械怎么管")),
        ("批准、备案、报告三种变更有什么区别", ("批准变更", "备案变更", "报告变更")),
        # 处罚 speaks of both, 条件 belongs to its member
        ("假药和劣药处罚有什么不同", ("假药处罚", "劣药处罚")),
        ("注册条件和备案条件有什么区别", ("注册条件", "备案条件")),
        # names of laws are one member each, whatever stands in them
        (
            "药品管理法和药品管理法实施条例对委托生产的规定有什么不同",
            ("药品管理法对委托生产的规定", "药品管理法实施条例对委托生产的规定"),
        ),
        ("行政复议法与行政诉讼法哪个更严", ("行政复议法", "行政诉讼法")),
        ("IND和NDA的审评时限有什么不同", ("IND的审评时限", "NDA的审评时限")),
        ("药品和器械哪个审批更快", ("药品审批", "器械审批")),
        ("药品再注册跟器械延续注册比有什么不一样", ("药品再注册", "器械延续注册")),
        ("请问MAH和生产企业各自承担什么责任？", ("MAH承担什么责任", "生产企业承担什么责任")),
        # several questions: each later one is told what the first is about
        (
            "药品再注册什么时候申请？要交哪些材料？逾期怎么办？",
            ("药品再注册什么时候申请", "药品再注册要交哪些材料", "药品再注册逾期怎么办"),
        ),
        # and the facts told before
        (
            "我们公司收到处罚决定书。能申诉吗？多久内？",
            ("我们公司收到处罚决定书，能申诉吗", "我们公司收到处罚决定书，多久内"),
        ),
    ],
)
def test_parts_stand_alone(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question, KNOWN) == parts


@pytest.mark.parametrize(
    "question",
    [
        "生产和经营需要什么条件",  # one question about both
        "罚款和没收违法所得可以同时吗",
        "怎么申请药品注册和生产许可",
        "比较严重的不良反应怎么报",  # 比较 is an adverb
        "不同意处罚怎么办",  # 不同 in 不同意
        "不同规格的药品要分别注册吗",
        "先备案还是先生产",
        "要不要备案，怎么备案",  # nothing says what
        "",
        "和和和有什么区别",
        "区别",
    ],
)
def test_simple_questions_stay_whole(question: str) -> None:
    """A question torn apart wrongly is searched wrongly."""
    assert parts_of(question, KNOWN) == ()


@pytest.mark.parametrize("unit", ["吗，", "有", "、", "一类", "比较", "和", "A和", "什么，", "在会能可以", "请问"])
def test_no_question_takes_long(unit: str) -> None:
    """The patterns hold many optional words; none may try them in every combination."""
    question = (unit * LONGEST)[:LONGEST]
    assert processor_seconds(lambda: parts_of(question, KNOWN)) < 0.1
    assert processor_seconds(lambda: parts_of(question[:-5] + "有什么区别", KNOWN)) < 0.1


def test_a_story_is_not_taken_apart() -> None:
    """Its clauses lean on each other."""
    assert parts_of("我们公司的情况比较复杂，" * 40 + "能申诉吗？多久内？", KNOWN) == ()


def test_plain_questions_stay_whole() -> None:
    """Of the plain questions one alone compares."""
    assert [question for question in PLAIN_QUESTIONS if parts_of(question, KNOWN)] == ["定金和订金有区别吗"]
