"""Repairs: each known damage is mended visibly, and text without damage is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.repair import repair

GLOSSED = (
    "藥品監(jiān)督管理應(yīng)當(dāng)著力解決產(chǎn)業(yè)問(wèn)題"
    "(以下統(tǒng)稱“平臺(tái)”),產(chǎn)業(yè)帶動(dòng)效應(yīng)顯著的平臺(tái)"
)
CLEAN = (
    "第一章 总则\n第一条　为了加强管理（以下简称本办法），制定本办法。\n"
    "（一）显著改善的，依照第三条执行；\n1.1 计量 19.20 克（API）。"
)


@pytest.mark.parametrize(
    ("damaged", "mended", "step"),
    [
        # glosses go, real brackets with glosses inside stay, 著力 becomes 着力 while 顯著 keeps its 著
        (GLOSSED, "药品监督管理应当着力解决产业问题(以下统称“平台”),产业带动效应显著的平台", "括注拼音"),
        # a lead byte was lost: one byte put back gives a known place
        ("支持??诟咝聟^、洋浦", "支持海口高新區、洋浦", "字节错位"),
        # pinyin driven into the two halves of one character
        ("请遵照?qǐng)?zhí)行。", "请遵照執行。", "字中夹拼音"),
        ("[bookmark: _Toc1]\n一、总则", "一、总则", "文字处理软件残留"),
        ("[bookmark: _Toc1]一、总则", "一、总则", "文字处理软件残留"),
        ("第一章\u3000总\u3000\u3000则\n正文", "第一章 总则\n正文", "标题空格"),
        ("药\u200b品\ufeff", "药品", "不可见字符"),
        ("新闻资讯\n通知\n日期:2026-01-27 08:56:09 阅读数:16\n正文。", "通知\n正文。", "网页页眉页脚"),
        ("正文。\n点击左下方“阅读原文”查看来源\n- 别的新闻\n- 又一条", "正文。", "网页页眉页脚"),
        ("正文。\n— 12 —\n第 3 页 共 9 页\n续文。", "正文。\n续文。", "页码"),
    ],
)
def test_damage_is_mended_and_recorded(damaged: str, mended: str, step: str) -> None:
    result = repair(damaged)
    assert result.text == mended
    assert step in {fix.step for fix in result.repairs}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("营造**产业生态", "被遮盖的字"),  # nobody may guess the masked word
        ("支持??甲乙丙^建设", "字节错位"),  # no byte gives a known name
    ],
)
def test_what_cannot_be_proved_is_kept_and_flagged(text: str, step: str) -> None:
    result = repair(text)
    assert result.text == text
    assert [(fix.step, fix.certain) for fix in result.repairs] == [(step, False)]


def test_a_missing_figure_is_said_in_its_place() -> None:
    result = repair("（二）附图\n[image: ]\n图1 架构图")
    assert result.text == "（二）附图\n［缺图］\n图1 架构图"
    assert not result.repairs[0].certain


def test_records_point_into_the_text_as_it_was() -> None:
    """A curator sees each repair in the original: the offset must survive the repairs before it."""
    for fix in repair(GLOSSED + "\n营造**产业生态").repairs:
        if fix.step != "繁体转简体":
            assert (GLOSSED + "\n营造**产业生态")[fix.at :].startswith(fix.before)


def test_page_starts_move_with_the_text() -> None:
    text = "第一页\u200b\u200b。\n第二页。"
    result = repair(text, pages=(0, text.index("第二页")))
    assert [result.text[at : at + 3] for at in result.pages] == ["第一页", "第二页"]


def test_clean_legal_text_is_untouched() -> None:
    assert repair(CLEAN) == (CLEAN, (), ())


PIECES = st.sampled_from(
    [
        "照?qǐng)?zhí)行",
        "新闻资讯",
        "目 录",
        "点击“阅读原文”",
        "- 链接",
        "監督應當規範",
        "日期:2026-01-27 阅读数:1",
        "監(jiān)",
        "药品",
        "(API)",
        "??诟咝聟^",
        "**",
        "[image: ]",
        "[bookmark: x]",
        "\n",
        "\u200b",
        "第一章\u3000总\u3000则",
        "- 1 -",
    ]
)


def test_cut_characters_side_by_side_are_all_mended_at_once() -> None:
    """Each needs the words around it, which are also its neighbour's."""
    damaged = "照?qǐng)?zhí)行" * 5
    assert repair(damaged).text == repair("照?qǐng)?zhí)行").text * 5


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_repair_never_raises_and_settles(text: str) -> None:
    """Any mixture of damage: no error, offsets inside the text, and a text once mended and re-mended stays the same."""
    result = repair(text)
    assert all(0 <= fix.at <= len(text) for fix in result.repairs)
    settled = repair(repair(result.text).text).text
    assert repair(settled).text == settled
