"""What a text refers to. A reference read into the wrong text or the wrong article sends readers there; one that is not
read is missing from the page of what it points at."""

from __future__ import annotations

import pytest

from ingest.relations import relations
from ingest.structure.text import structure

RULE = """样例管理办法
第一章 总则
第一条 为了甲，根据《甲法》，制定本办法。
第二条 甲应当备案。
乙应当备案。
第三条 {words}
第二章 责任
第四条 丙应当备案。
第五条 本办法自2020年7月1日起施行。"""

Cited = tuple[str, str]


def cited(words: str, title: str = "样例管理办法") -> list[Cited]:
    text = RULE.format(words=words)
    found = relations(title, text, structure(text))
    return [(r.title, "/".join(r.target)) for r in found if r.kind == "cites" and r.path == ("第三条",)]


@pytest.mark.parametrize(
    ("words", "found", "why"),
    [
        ("依照《甲法》第二条第一款第（三）项办理。", [("甲法", "第二条/第一款/第（三）项")], "down to the item"),
        ("依照《甲法》第二条、第四条办理。", [("甲法", "第二条"), ("甲法", "第四条")], "a list goes on with the title"),
        ("依照《甲法》第二条至第四条办理。", [("甲法", "第二条"), ("甲法", "第三条"), ("甲法", "第四条")], "a range"),
        ("依照《甲法》第一百二十条之一办理。", [("甲法", "第一百二十条之一")], "条之一 is an article of its own"),
        ("依照本办法第二条第二款处理。", [("样例管理办法", "第二条/第二款")], "the text itself"),
        ("违反第四条规定的，处罚款。", [("样例管理办法", "第四条")], "an article without any title is the text's own"),
        ("违反本办法第四十条规定的，处罚款。", [], "an article that it does not have"),
        ("前款规定以外的，依照本条办理。", [], "its own article is no citation"),
        ("依照《甲法》办理，但《甲法》另有规定的除外。", [("甲法", "")], "a text as a whole, once"),
        ("依照《甲法》和《甲法》第二条办理。", [("甲法", "第二条")], "the article says more than the whole"),
        ("向主管部门提交《样例申请表》。", [], "a form is no text of law"),
        ("取得《药品生产许可证》后方可生产。", [], "nor is a certificate"),
        ("参照《甲指导原则》执行。", [("甲指导原则", "")], "a guideline"),
        ("构成犯罪的，依照刑法第一百四十一条处罚。", [("刑法", "第一百四十一条")], "a statute without brackets"),
        ("可以按照合同第四条办理。", [], "the article of a contract"),
    ],
)  # fmt: skip
def test_what_an_article_refers_to(words: str, found: list[Cited], why: str) -> None:
    assert cited(words) == found, why


def test_a_short_name_leads_to_the_text_it_stands_for() -> None:
    text = "样例通知\n第一条 依照《甲监督管理条例》（以下简称《条例》）办理。\n第二条 依照《条例》第五条处罚。"
    found = [(r.title, r.target) for r in relations("样例通知", text, structure(text)) if r.path == ("第二条",)]
    assert found == [("甲监督管理条例", ("第五条",))]


def test_the_ground_of_a_text_and_what_it_ends_are_not_cited_again() -> None:
    text = "样例办法\n第一条 根据《甲法》，制定本办法。\n第二条 本办法自2020年7月1日起施行。《乙办法》同时废止。"
    found = [(r.kind, r.title) for r in relations("样例办法", text, structure(text))]
    assert found == [("repeals", "乙办法"), ("implements", "甲法")]


def test_a_heading_of_a_chapter_is_no_reference() -> None:
    """第二章 责任 stands behind the words of the article before it."""
    assert cited("甲应当备案。") == []


def test_every_citation_says_its_words() -> None:
    text = RULE.format(words="违反本办法第四条、第二条规定的，依照《甲法》第五条处罚。")
    found = [r for r in relations("样例管理办法", text, structure(text)) if r.kind == "cites"]
    assert len(found) == 3
    assert all(r.evidence in text and len(r.evidence) > 3 for r in found)
