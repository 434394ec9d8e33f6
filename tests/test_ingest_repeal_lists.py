"""Texts that end by standing in a list, and what a list may not end: a wrong repeal hides a law in force."""

from __future__ import annotations

import pytest

from ingest.relations import relations
from ingest.structure.text import structure


def ended(title: str, text: str) -> list[tuple[str, str | None]]:
    return [(r.title, r.number) for r in relations(title, text, ()) if r.kind == "repeals"]


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        (
            "决定废止下列文件，自本公告发布之日起停止执行：\n一、《关于甲的通知》（国药监械〔2004〕5号）\n二、《关于乙的通知》\n特此公告。",
            [("关于甲的通知", "国药监械〔2004〕5号"), ("关于乙的通知", None)],
            "a list below its sentence",
        ),
        (
            "附件2\n国务院决定废止的行政法规\n一、甲条例（1990年1月1日国务院令第50号公布）\n二、乙暂行规定（1995年国务院批准）",
            [("甲条例", "国务院令第50号"), ("乙暂行规定", None)],
            "names without 《》 under a heading",
        ),
        (
            "附件2\n废止的文件目录\n| 序号 | 文件名称 | 文号 |\n| 1 | 关于甲的通知 | 国药监械〔2004〕5号 |",
            [("关于甲的通知", "国药监械〔2004〕5号")],
            "a table",
        ),
        (
            "有下列情形之一的，停止执行：\n（一）申请人要求停止执行；\n（二）法律规定停止执行的。",
            [],
            "no text is named",
        ),
        ("附件：1.有效文件目录\n2.废止的文件目录\n3.甲办法\n样例局", [], "a list of attachments"),
        ("附件1\n国务院决定修改的行政法规\n一、甲条例第五条修改为：乙。", [], "amended, not ended"),
        ("决定废止下列文件：\n一、《甲办法》\n本公告自发布之日起施行。\n一、《乙办法》", [("甲办法", None)], "it ends"),
    ],
)
def test_lists(text: str, found: list[tuple[str, str | None]], why: str) -> None:
    assert ended("关于废止部分文件的决定", text) == found, why


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("关于废止部分文件的决定（征求意见稿）", "决定废止下列文件：\n一、《甲管理办法》", "a draft"),
        ("关于文件清理的公告", "拟废止的文件目录\n一、《甲管理办法》", "planned"),
        (
            "关于修改和废止部分文件的决定",
            "修改和废止的文件目录\n一、《甲管理办法》",
            "which is which",
        ),
    ],
)
def test_a_list_that_leaves_it_open_waits_for_staff(title: str, text: str, why: str) -> None:
    (found,) = relations(title, text, ())
    assert (found.kind, found.title, found.doubt is not None) == ("repeals", "甲管理办法", True), why


def test_a_mixed_list_says_itself_what_it_changes() -> None:
    text = "修改和废止的文件目录\n一、《甲管理办法》第三条修改为：“乙。”\n二、《丙管理办法》"
    found = [(r.kind, r.title, r.doubt is not None) for r in relations("关于修改和废止部分文件的决定", text, ())]
    assert found == [("amends", "甲管理办法", False), ("repeals", "丙管理办法", True)]


def test_an_entry_stands_in_its_attachment() -> None:
    listed = "附件2\n废止的文件目录\n| 序号 | 名称 |\n| 1 | 《关于甲的通知》 |"
    text = f"关于废止文件的公告\n现公布。\n特此公告。\n样例局\n2024年1月3日\n{listed}"
    assert [r.path for r in relations("关于废止文件的公告", text, structure(text))] == [("附件2",)]


@pytest.mark.parametrize(
    ("clause", "number"),
    [
        ("2007年7月10日原国家食品药品监督管理局令第28号公布的《甲办法》同时废止。", "国家食品药品监督管理局令第28号"),
        (
            "2009年4月7日原卫生部、原国家工商行政管理总局令第65号发布的《甲办法》同时废止。",
            "卫生部、国家工商行政管理总局令第65号",
        ),
        ("2003年6月4日公布的《甲办法》同时废止。", None),
    ],
)
def test_the_order_in_front_of_a_title(clause: str, number: str | None) -> None:
    """Most rules of the regulator name the order before the title: else a repeal goes by the title alone."""
    assert ended("样例办法", f"本办法自2020年7月1日起施行。{clause}") == [("甲办法", number)]


def test_short_forms_are_no_ground() -> None:
    text = "根据《甲法》、《乙条例》（以下简称《甲》、《条例》），制定本办法。"
    assert [r.title for r in relations("样例办法", text, ()) if r.kind == "implements"] == ["甲法", "乙条例"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "决定废止下列" * 200_000 + "：",
        "废止下列文件：\n" + "一、《" * 100_000,
        "公布的《" * 300_000,
    ],
)
def test_a_line_of_megabytes(text: str) -> None:
    relations("关于废止的决定", text, ())
