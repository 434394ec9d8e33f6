"""What a decision changes: the places of the old text, and no others. A place too many hides words in force; a place
too few shows words that no longer apply."""

from __future__ import annotations

import pytest

from ingest.relations import relations
from ingest.structure.text import structure

Amended = list[tuple[str, str | None, str]]


def amended(title: str, text: str) -> Amended:
    found = relations(title, text, structure(text))
    return [(r.title, r.article, "/".join(r.target)) for r in found if r.kind == "amends"]


@pytest.mark.parametrize(
    ("entry", "places", "why"),
    [
        ("将第五条修改为：“乙。”", ["第五条"], "an article as a whole"),
        ("第五条第二款修改为：“乙。”", ["第五条/第二款"], "one paragraph"),
        ("将第五条第一款第三项修改为：“乙。”", ["第五条/第一款/第（三）项"], "one item"),
        ("将第五条第（三）项中的“甲”修改为“乙”。", ["第五条/第（三）项"], "words of one item"),
        ("将第五条、第七条中的“甲”修改为“乙”。", ["第五条", "第七条"], "a list"),
        ("将第五条第一款、第三款中的“甲”修改为“乙”。", ["第五条/第一款", "第五条/第三款"], "a list of paragraphs"),
        ("将第五条至第七条中的“甲”修改为“乙”。", ["第五条", "第六条", "第七条"], "a range"),
        ("将第十八条改为第十九条，删去第二款。", ["第十八条/第二款"], "the new number is nobody's place yet"),
        ("将第四十条改为第四十二条，增加一款，作为第二款：“乙。”", ["第四十条"], "what gets a paragraph changes"),
        ("将第六条改为第八条，第二款修改为：“乙。”", ["第六条/第二款"], "the paragraph of the old article"),
        ("将第六十一条改为第六十四条，其中的“甲”修改为“乙”。", ["第六十一条"], "其中 is the article"),
        ("将第六条改为第八条，第七条改为第九条。", [], "articles that only move have not changed"),
        ("增加一条，作为第三条：“依照本法第五条修改为丙。”", [""], "a new article changes none that stands"),
        ("在第五条后增加一条，作为第五条之一：“乙。”", [""], "nor does the one in front of it"),
        ("第四十一条增加四款，作为第二款至第五款：“乙。”", ["第四十一条"], "new paragraphs"),
        ("第五条第一款后增加一款，作为第二款：“乙。”", ["第五条"], "not the paragraph in front of it"),
        ("在第五条中的“甲”后增加“乙”。", ["第五条"], "words put in"),
        ("删去第五条、第六条。", ["第五条", "第六条"], "articles that end"),
        ("删去第五条第二款中的“甲”。", ["第五条/第二款"], "words that end"),
        ("将第五条第二款中的“甲”删去。", ["第五条/第二款"], "the verb behind"),
        ("将第八条、第九条第一项合并，作为第九条，修改为：“乙。”", ["第八条", "第九条/第（一）项"], "merged"),
        ("第一百二十条之一修改为：“乙。”", ["第一百二十条之一"], "条之一 is an article of its own"),
        ("将第三章修改为：“乙。”", ["第三章"], "a chapter"),
        ("将第五条修改为：“违反第九条，修改为丙。\n“第十条修改为丁。”", ["第五条"], "the new words give no orders"),
        ('将第五条修改为："甲。\n"第十条修改为丁。"\n二、将第六条修改为："乙。"', ["第五条", "第六条"], "plain marks"),
        ("将第六条第二款修改为：“乙。”\n第三款修改为：“丙。”", ["第六条/第二款", "第六条/第三款"], "it goes on below"),
        ("根据《乙法》第九条，将第五条修改为：“丙。”", ["第五条"], "the ground of the change stays"),
        ("将“甲”修改为“乙”。", [""], "words of the text at large"),
    ],
)  # fmt: skip
def test_the_places_of_one_entry(entry: str, places: list[str], why: str) -> None:
    found = amended("关于修改《甲条例》的决定", f"关于修改《甲条例》的决定\n一、{entry}\n本决定自公布之日起施行。")
    assert [title for title, _, _ in found] == ["甲条例"] * len(found)
    whole, *rest = found
    assert whole == ("甲条例", None, "")
    assert [target for _, _, target in rest if target] == [p for p in places if p], why


@pytest.mark.parametrize(
    ("title", "text", "found", "why"),
    [
        (
            "国务院关于修改和废止部分行政法规的决定",
            "附件1\n国务院决定修改的行政法规\n一、将《甲条例》第十九条第二款中的“甲”修改为“乙”。\n第一百零三条修改为：“丙。”\n"
            "二、删去《乙条例》第五条之一。\n附件2\n国务院决定废止的行政法规\n一、丙条例（1990年国务院令第50号公布）",
            [("甲条例", "第十九条第二款"), ("甲条例", "第一百零三条"), ("乙条例", "第五条之一")],
            "each entry names its own text, and goes on with it",
        ),
        (
            "关于修改部分规章的决定",
            "一、甲管理办法（2004年8月5日局令第14号公布）\n（一）将第五条修改为：“乙。”\n（二）删去第七条。\n"
            "二、对《乙管理办法》作出修改\n（一）将第九条第一款修改为：“丙。”",
            [("甲管理办法", "第五条"), ("甲管理办法", "第七条"), ("乙管理办法", "第九条第一款")],
            "the text stands in a heading",
        ),
        (
            "关于样例事项的通知",
            "一、请遵照《乙法》第三条执行。\n二、将《甲规定》第五条第二款中的“甲”修改为“乙”。",
            [("甲规定", "第五条第二款")],
            "a notice changes only what it names",
        ),
        (
            "国务院关于修改部分行政法规的决定",
            "一、将《甲条例》（1990年国务院令第50号公布）第五条第一款修改为“乙”，第二款中的“丙”修改为“丁”；第九条改为第十条，"
            "将其中的“甲”修改为“乙”；删去第十二条。",
            [("甲条例", "第五条第一款"), ("甲条例", "第五条第二款"), ("甲条例", "第九条"), ("甲条例", "第十二条")],
            "many changes in one sentence",
        ),
        ("关于修改〈甲条例〉的决定", "一、删去第五条。", [("甲条例", None), ("甲条例", "第五条")], "other brackets"),
        (
            "关于修改《甲办法》和《乙办法》的决定",
            "一、将《甲办法》第五条修改为：“丙。”\n二、将《乙办法》第七条修改为：“丁。”",
            [("甲办法", "第五条"), ("乙办法", "第七条")],
            "two texts in the title, one in each entry",
        ),
        ("关于样例的通知", "将《甲条例》第五条的要求落实到位。", [], "no verb of change"),
        ("样例指导原则", "按照《甲办法》第五条，将名称改为“乙”。", [], "a guide that renames a product"),
        ("关于修改部分行政法规的决定", "一、将第五条修改为：“乙。”", [], "of a text that nobody named"),
        (
            "中华人民共和国甲法修正案（二）",
            "一、将甲法第五条修改为：“乙。”",
            [("中华人民共和国甲法", None), ("中华人民共和国甲法", "第五条")],
            "a 修正案 names its law",
        ),
        (
            "最高人民法院关于修改《最高人民法院关于甲案件的规定》的决定",
            "根据《乙法》，决定作如下修改：\n将第十二条修改为：“甲。\n乙。”\n本决定自2021年12月1日起施行。",
            [("最高人民法院关于甲案件的规定", None), ("最高人民法院关于甲案件的规定", "第十二条")],
            "no numbered entries, and a quote of two lines with one mark in front",
        ),
    ],
)
def test_what_a_decision_amends(title: str, text: str, found: list[tuple[str, str | None]], why: str) -> None:
    assert [(name, article) for name, article, _ in amended(title, text)] == found, why


def test_a_draft_decision_waits_for_staff() -> None:
    text = "一、将《甲管理办法》第五条修改为：“乙。”"
    (found,) = relations("关于修改部分规章的决定（征求意见稿）", text, ())
    assert found.doubt is not None


def test_each_change_says_its_words_and_its_entry() -> None:
    text = "关于修改《甲条例》的决定\n一、将第五条修改为：“乙。”\n二、删去第七条。\n本决定自公布之日起施行。"
    found = [(r.path, r.evidence) for r in relations("关于修改《甲条例》的决定", text, structure(text)) if r.target]
    assert found == [(("一",), "将第五条修改为"), (("二",), "删去第七条")]
    assert all(words in text for _, words in found)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "将《甲》第一条" * 50_000,
        "将第五条第一款、" * 50_000 + "修改为：“",
        "一、“" * 100_000,
        "增加一款，作为第" * 50_000,
        "删去《" * 100_000,
        "第一条至" * 50_000,
    ],
)
def test_a_line_of_megabytes(text: str) -> None:
    relations("关于修改《甲条例》的决定", text, ())
