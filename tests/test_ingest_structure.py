"""Structure: the legal addresses of a text, and that no word is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.structure import structure
from kb.model import Provision, Rung

LAW = """样例管理法
（2020年1月1日第一届样例大会通过）
目录
第一章 总则
第二章 附则
第一章 总则
第一条为了规范样例，制定本法。
第二条　国家保护样例。
前款所称样例，包括下列情形：
（一）甲类：
1.重的；
2.轻的。
（二）乙类。
国家鼓励研究样例。
第二条之一　依照第一条、
第二条的规定办理。
第二章 附则
第一节 施行
第三条　有下列情形之一的，从其规定：
（一）计量为
19.20克的；
（二）其他。
第四条　本法自2020年3月1日起施行。
附件1
样例目录
| 序号 | 名称 |
| 1 | 甲 |
| 2 | 乙 |
附件2 办事规则
第一条　按本规则办理。
第二条　本规则由主管部门解释。"""

GUIDE = """样例平台建设指南
为做好建设，制定本指南。
一、总体要求
（一）原则
1.统筹。坚持统筹规划。
2.对接。做好对接工作。
（二）任务
（1）上市前主要是：①资料预审；②检验指导。
同时提供预检查服务。
（2）上市后主要是变更。
二、职责
管理部门的职责是：
（一）制定政策。
（二）开展评估。
建设单位的职责是：
（一）提供投入。
特此通知。
样例市样例局
2026年1月23日"""


def spans(text: str, provisions: tuple[Provision, ...]) -> None:
    """The promises every structure keeps: nested, in order, gapless, nothing lost, addresses unique."""
    position, open_ends = 0, [len(text)]
    for provision in provisions:
        assert provision.start <= provision.body <= provision.end <= len(text)
        assert provision.start >= position
        position = provision.start
        while open_ends and provision.start >= open_ends[-1] and len(open_ends) > 1:
            open_ends.pop()
        assert provision.end <= open_ends[-1]
        open_ends.append(provision.end)
    top: list[Provision] = []
    for provision in provisions:
        if not top or provision.start >= top[-1].end:
            top.append(provision)
    if provisions:
        assert "".join(text[p.start : p.end] for p in top) == text
    assert len({p.path for p in provisions}) == len(provisions)


def words(text: str, *path: str) -> str:
    return next(text[p.body : p.end] for p in structure(text) if p.path == path)


def test_law_addresses() -> None:
    paths = [p.path for p in structure(LAW) if p.rung is not Rung.ROW]
    assert paths == [
        ("序言",),
        ("目录",),
        ("第一章",),
        ("第一条",),
        ("第二条",),
        ("第二条", "第一款"),
        ("第二条", "第二款"),
        ("第二条", "第二款", "第（一）项"),
        ("第二条", "第二款", "第（一）项", "第1目"),
        ("第二条", "第二款", "第（一）项", "第2目"),
        ("第二条", "第二款", "第（二）项"),
        ("第二条", "第三款"),
        ("第二条之一",),
        ("第二条之一", "第一款"),
        ("第二条之一", "第二款"),  # a reference at the start of a line opens no article
        ("第二章",),
        ("第二章", "第一节"),
        ("第三条",),
        ("第三条", "第（一）项"),
        ("第三条", "第（二）项"),
        ("第四条",),
        ("附件1",),
        ("附件1", "表1"),
        ("附件2",),
        ("附件2", "第一条"),
        ("附件2", "第二条"),
    ]
    spans(LAW, structure(LAW))


@pytest.mark.parametrize(
    ("path", "quote"),
    [
        (("第一条",), "为了规范样例，制定本法。"),  # no space after 条
        (("第二条", "第二款", "第（一）项", "第2目"), "轻的。"),
        (("第二条", "第三款"), "国家鼓励研究样例。"),  # an unnumbered paragraph after a list
        (("第三条", "第（一）项"), "计量为\n19.20克的；"),  # a decimal is a figure, not a heading
        (("附件1", "表1", "行2"), "| 2 | 乙 |"),
    ],
)
def test_quotes_leave_the_number_out(path: tuple[str, ...], quote: str) -> None:
    assert words(LAW, *path) == quote


def test_trail_names_the_headings_above() -> None:
    assert next(p.trail for p in structure(LAW) if p.path == ("第三条",)) == ("第二章 附则", "第一节 施行")


def test_guide_addresses() -> None:
    assert [p.path for p in structure(GUIDE)] == [
        ("序言",),
        ("一",),
        ("一", "（一）"),
        ("一", "（一）", "1"),
        ("一", "（一）", "2"),
        ("一", "（二）"),
        ("一", "（二）", "（1）"),
        ("一", "（二）", "（1）", "①"),
        ("一", "（二）", "（1）", "②"),
        ("一", "（二）", "（1）", "段1"),  # the tail belongs to the list above it
        ("一", "（二）", "（2）"),
        ("二",),
        ("二", "（一）"),
        ("二", "（二）"),
        ("二", "段1"),
        ("二", "（一）·2"),  # a second list numbered alike loses nothing
        ("二", "段2"),
        ("落款",),
    ]
    spans(GUIDE, structure(GUIDE))


def test_numbers_that_run_on_across_sections_stay_with_their_section() -> None:
    text = "一、甲\n1.一事。先做。\n2.二事。再做。\n二、乙\n3.三事。后做。"
    assert [p.path for p in structure(text)] == [("一",), ("一", "1"), ("一", "2"), ("二",), ("二", "3")]


def test_pages_are_kept() -> None:
    text = "第一条　甲。\n第二条　乙。"
    assert [p.page for p in structure(text, (0, text.index("第二条")))] == [1, 2]


LINES = st.sampled_from(
    [*LAW.split("\n"), *GUIDE.split("\n"), "", "  ", "附件", "目录", "1.1 范围", "1.2 依据", "第九十九条的规定"]
)


@given(st.lists(LINES | st.text(max_size=8), max_size=40).map("\n".join))
def test_any_text_keeps_every_word(text: str) -> None:
    """Lines in any order: the spans are nested, in order and give the text back."""
    spans(text, structure(text))
    assert bool(structure(text)) == bool(text.strip())
