"""Repairs: each known damage is mended visibly, and text without damage is left alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processor_time import processor_seconds

from ingest.repair import script as repair_script
from ingest.repair.steps import repair

GLOSSED = (
    "藥品監(jiān)督管理應(yīng)當(dāng)著力解決產(chǎn)業(yè)問(wèn)題"
    "(以下統(tǒng)稱“平臺(tái)”),產(chǎn)業(yè)帶動(dòng)效應(yīng)顯著的平臺(tái)"
)
CLEAN = (
    "第一章 总则\n第一条　为了加强管理（以下简称本办法），制定本办法。\n"
    "（一）显著改善的，依照第三条执行；\n1.1 计量 19.20 克（API）。"
)


def _misread(text: str, written: str, read: str) -> str:
    """What is seen when bytes of one encoding are read in another."""
    return text.encode(written).decode(read)


@pytest.mark.parametrize(
    ("damaged", "mended", "step"),
    [
        # glosses go, real brackets with glosses inside stay, 著力 becomes 着力 while 顯著 keeps its 著
        (GLOSSED, "药品监督管理应当着力解决产业问题(以下统称“平台”),产业带动效应显著的平台", "括注拼音"),
        # a lead byte was lost: one byte put back gives a known place
        ("支持??诟咝聟^、洋浦", "支持海口高新區、洋浦", "字节错位"),
        # pinyin driven into the two halves of one character
        ("请遵照?qǐng)?zhí)行。", "请遵照执行。", "字中夹拼音"),
        ("[bookmark: _Toc1]\n一、总则", "一、总则", "文字处理软件残留"),
        ("[bookmark: _Toc1]一、总则", "一、总则", "文字处理软件残留"),
        ("第一章\u3000总\u3000\u3000则\n正文", "第一章 总则\n正文", "标题空格"),
        ("药\u200b品\ufeff", "药品", "不可见字符"),
        ("新闻资讯\n通知\n日期:2026-01-27 08:56:09 阅读数:16\n正文。", "通知\n正文。", "网页页眉页脚"),
        ("正文。\n点击左下方“阅读原文”查看来源\n- 别的新闻\n- 又一条", "正文。", "网页页眉页脚"),
        ("正文。\n— 12 —\n第 3 页 共 9 页\n续文。", "正文。\n续文。", "页码"),
        # the same loss in other words: a name, the opening of a title, a term; with and without full-width marks
        ("已修订?!稐l例》自", "已修订。《條例》自", "字节错位"),
        ("依照？".replace("？", "?") + "！掇k法》的", "依照。《辦法》的", "字节错位"),
        ("加强?幤焚|量管理", "加强藥品質量管理", "字节错位"),
        ("开展?O督管理", "开展監督管理", "字节错位"),
        # any cut character whose sound and neighbours leave one choice; the sound may be glossed elsewhere in the text
        ("现加强?jiā)?jiān)督管理", "现加强监督管理", "字中夹拼音"),
        ("验(yàn)收。经检?jiǎn)?yàn)合格", "验(yàn)收。经检验合格", "字中夹拼音"),
        # UTF-8 once read as GBK, as Latin-1, as Windows Latin; GBK read as Latin-1
        (_misread("药品监督管理", "utf-8", "gb18030"), "药品监督管理", "乱码还原"),
        (_misread("药品监督管理局（海口）", "utf-8", "latin-1"), "药品监督管理局（海口）", "乱码还原"),
        ("注册管理办法：" + "\n" + _misread("许可证", "gbk", "latin-1"), "注册管理办法：\n许可证", "乱码还原"),
        ('一、总则 HYPERLINK "http://a.b/c" 见附件', "一、总则  见附件", "文字处理软件残留"),
        ('目录\nTOC \\o "1-3" \\h \\z\n一、总则', "目录\n\n一、总则", "文字处理软件残留"),
        # invisible characters that hide or reorder words; a rare name and a private character stay
        ("药\U000e0041品\u202e\u2066监\u061c管\x00", "药品监管", "不可见字符"),
        ("𠮷野家\ue000药\u200d品", "𠮷野家\ue000药品", "不可见字符"),
        # what a page puts above and below a document
        (
            "首页 > 政策法规 > 正文\n某通知\n发布时间：2024-05-06 来源：某局 浏览次数：12\n字号：大 中 小\n正文。",
            "某通知\n正文。",
            "网页页眉页脚",
        ),
        (
            "正文。\n上一篇：没有了\n责任编辑：张三\n【打印】【关闭】\n主办单位：某局\n版权所有 某局 京ICP备05000000号",
            "正文。",
            "网页页眉页脚",
        ),
        ("正文。\n相关链接\n- 甲新闻\n某公司上市 2024-01-02\n分享到：微信", "正文。", "网页页眉页脚"),
    ],
)
def test_damage_is_mended_and_recorded(damaged: str, mended: str, step: str) -> None:
    result = repair(damaged)
    assert result.text == mended
    assert step in {fix.step for fix in result.repairs}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("第一条锟斤拷锟斤拷管理", "乱码"),
        ("烫烫烫烫内容", "乱码"),
        ("药品\ufffd管理", "乱码"),
        ("请按????办理", "乱码"),
        # so many bytes lost that the line cannot be turned back
        ("鑽\ue21a搧鐩戠潱绠＄悊灞\ufffd鍏\ue100憡", "乱码"),
        ("见错误!未找到引用源。的规定", "文字处理软件残留"),
        # a slipped run that ends in a lost byte: no single reading
        ("关于规定?！栋旆ā返耐ㄖ?", "字节错位"),
        ("加强?jiā)?xiè)理", "字中夹拼音"),  # no character of that sound makes a word
        ("营造**产业生态", "被遮盖的字"),  # nobody may guess the masked word
        ("支持??甲乙丙^建设", "字节错位"),  # no byte gives a known name
    ],
)
def test_what_cannot_be_proved_is_kept_and_flagged(text: str, step: str) -> None:
    result = repair(text)
    assert result.text == text
    assert [(fix.step, fix.certain) for fix in result.repairs] == [(step, False)]


@pytest.mark.parametrize(
    "text",
    [
        "是否需要?请提供A类资料?",
        "何时?办理B证",
        "Crème brûlée à la carte, déjà vu",
        "中文里有 café 和 naïve",
        "温度 25±2°C，α＝0.05",
        "繁体字見於引文：藥事法。",  # a quoted word does not make a Traditional text
        "某通知\n申请人可以打印、关闭窗口。\n二、相关链接\n- 甲\n- 乙\n三、责任编辑：依法办理\n四、结束",
        "某办法\n第一条 正文。\n附件：1.某表\n2.某清单",
        "第２８号（ＧＭＰ）共１２页",  # full-width digits stay as printed
        "甲**乙".replace("**", "*"),
    ],
)
def test_what_only_looks_like_damage_is_left_alone(text: str) -> None:
    assert repair(text)[:2] == (text, ())


def test_a_line_that_lost_its_last_byte_is_turned_back_and_flagged() -> None:
    """An odd number of bytes leaves one without a partner; one lost character is better than a lost line."""
    damaged = "药品注册管理办法规定，应当提交资料。".encode().decode("gb18030", "replace")
    result = repair(damaged)
    assert result.text == "药品注册管理办法规定，应当提交资料\ufffd"
    assert [(fix.step, fix.certain) for fix in result.repairs] == [("乱码还原", False), ("乱码", False)]
    assert "请找一份完好的文件" in result.notes[0]


def test_half_a_surrogate_pair_is_replaced_and_flagged() -> None:
    """It cannot be stored as UTF-8 at all; the whole file would be refused for it later."""
    result = repair("药\ud842品")
    assert (result.text, [fix.certain for fix in result.repairs]) == ("药\ufffd品", [False])


def test_layout_keeps_paragraphs_and_lists_nothing() -> None:
    """Every way to end a line, and the blanks people set type with; too many to be shown one by one."""
    text = "\ufeff第一条　甲\r\n\r\n　　第二条　乙 \x0b\u2028\xa0丙\x85\t丁\n"
    result = repair(text)
    assert result.text == "第一条　甲\n第二条　乙\n丙\n丁"
    assert {fix.step for fix in result.repairs} <= {"不可见字符"}
    assert [text[result.offsets.to_original(at)] for at, one in enumerate(result.text) if one != "\n"] == [
        one for one in result.text if one != "\n"
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "?!掇",
        "[bookmark:",
        "[image:",
        "監(jiān)督",
        "鑽搧",
        "Ã¥",
        "照?qǐng)?zhí)行",
        'HYPERLINK "',
        "第一章 ",
        "- a\n",
        "*",
        "?",
        " ",
    ],
)
def test_time_grows_with_the_text_and_not_with_its_square(pattern: str) -> None:
    """A 5 MB single line made to hurt must not hold the parser."""

    def seconds(length: int) -> float:
        text = (pattern * length)[:length]
        return processor_seconds(lambda: repair(text))

    seconds(1000)
    small = max(0.02, min(seconds(50_000) for _ in range(3)))
    # four times the text: linear is 4, quadratic 16, and other work on the machine lies between
    assert min(seconds(200_000) for _ in range(2)) < 10 * small


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
    assert repair(CLEAN)[:3] == (CLEAN, (), ())


PIECES = st.sampled_from(
    [
        "版权所有",
        "责任编辑：张三",
        "相关链接",
        "\ud800",
        "\U000e0001",
        "鑽搧鐩戠",
        "Ò©Æ·",
        "锟斤拷",
        "开展?O督管理",
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


def test_a_very_long_traditional_text_is_recorded_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million records would not fit into the memory of the parser; the text must come out the same."""
    text = "\n藥品監督管理\n\n應當遵守規定\n第一条\n違反者處罰款並責令補辦"
    whole = repair(text)
    monkeypatch.setattr(repair_script, "MANY", 5)
    by_line = repair(text)
    assert by_line.text == whole.text
    assert [fix.before for fix in by_line.repairs] == ["藥品監", "應當遵守規", "違反者處罰款並責令補辦"]
    assert all(text[fix.at :].startswith(fix.before) for fix in by_line.repairs)


SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="没有 ../shared（真实文本），略过")
def test_the_scraped_notice_comes_out_clean() -> None:
    """Every damage of a real copying site at once; its figures are those counted by hand in the source."""
    result = repair((SEEDS / "hainan_measures_scraped.txt").read_text("utf-8"))
    steps = Counter(fix.step for fix in result.repairs)
    assert not re.search(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]", result.text), "no pinyin is left"
    assert repair(result.text).text == result.text
    assert steps["被遮盖的字"] == result.text.count("**") == 4
    assert not re.search(r"破产|阅读原文|新闻资讯|阅读数", result.text)
    assert all(words in result.text for words in ("海口高新区", "遵照执行", "着力解决", "效应显著", "(此件主动公开)"))
    assert steps["网页页眉页脚"] == 3
    assert [fix for fix in result.repairs if not fix.certain and fix.step != "被遮盖的字"] == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="没有 ../shared（真实文本），略过")
def test_the_word_guide_loses_its_bookmarks_and_says_its_figures_are_missing() -> None:
    result = repair((SEEDS / "guangzhou_platform_guide.txt").read_text("utf-8"))
    assert Counter(fix.step for fix in result.repairs) == {"文字处理软件残留": 25, "缺图": 2}
    assert "bookmark" not in result.text
    assert result.text.count("［缺图］") == 2
