"""What a text repeals: a repeal read wrongly takes a law in force out of every answer."""

from __future__ import annotations

import pytest

from ingest.relations import relations
from ingest.structure.text import structure


@pytest.mark.parametrize(
    ("text", "ended", "why"),
    [
        ("《甲办法》《乙办法》同时废止。", [("甲办法", None), ("乙办法", None)], "a list without separators"),
        (
            "本办法自2020年7月1日起施行。《甲办法》（国务院令第5号）、2003年6月4日公布的《乙办法》（卫生部令第7号）同时废止。",
            [("甲办法", None), ("乙办法", None)],
            "numbers and the day of publication stand between",
        ),
        (
            "《甲办法》（卫监发〔2003〕5号）自本办法施行之日起废止。",
            [("甲办法", None)],
            "the day stands before the verb",
        ),
        ("《甲通知》等3份文件同时废止。", [("甲通知", None)], "the last of a longer list"),
        ("《甲办法》（以下简称《办法》）同时废止。", [("甲办法", None)], "its short form is not a second text"),
        ("依照《甲法》制定的《乙办法》同时废止。", [("乙办法", None)], "the law it was made under stays"),
        ("依据《甲法》《丙法》，《乙办法》自公布之日起废止。", [("乙办法", None)], "the ground of the repeal stays"),
        ("《甲法》施行之日起，《乙办法》废止。", [("乙办法", None)], "the law that sets the day stays"),
        ("根据《甲法》的规定，注册收费项目自2020年1月1日起停止执行。", [], "a fee ends, not the law behind it"),
        ("《甲办法》规定的收费项目自2020年1月1日起停止执行。", [], "a fee that it set ends, not the text"),
        ("《关于废止甲办法的决定》自公布之日起施行。", [], "废止 inside a title"),
        ("自公布之日起，《甲办法》实施后，原许可同时废止。", [], "a permit ends, not the text"),
        ("自发布之日起，《甲办法》第十条第二款予以废止。", [("甲办法", "第十条第二款")], "one paragraph only"),
        ("《甲办法》第三条、第五条同时废止。", [("甲办法", "第三条、第五条")], "two articles only"),
        ("《甲办法》中的部分条款同时废止。", [("甲办法", "部分条款")], "a part that is not numbered"),
        (
            "《甲办法》《乙办法》第三条同时废止。",
            [("甲办法", None), ("乙办法", "第三条")],
            "the part is the last one's",
        ),
    ],
)
def test_only_titles_joined_to_the_verb_are_repealed(text: str, ended: list[tuple[str, str | None]], why: str) -> None:
    found = [(r.title, r.article) for r in relations("样例办法", text, ()) if r.kind == "repeals"]
    assert found == ended, why


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("根据《甲法》、《乙法》，制定本办法。", ["甲法", "乙法"]),
        ("依照《甲法》办理。根据《乙法》的规定，结合实际，制定本条例。", ["乙法"]),  # an earlier sentence is no ground
        ("制定本办法。", []),
    ],
)
def test_what_a_text_was_made_under(text: str, basis: list[str]) -> None:
    assert [r.title for r in relations("样例办法", text, ()) if r.kind == "implements"] == basis


def test_a_ministry_goes_by_its_name_alone() -> None:
    """中华人民共和国卫生部令第82号 and 卫生部令第82号 are one order: otherwise a repeal misses its text."""
    text = "《甲办法》（中华人民共和国卫生部令第82号）同时废止。"
    assert [r.number for r in relations("样例办法", text, ())] == ["卫生部令第82号"]


def test_what_a_document_without_headings_cites_has_a_place() -> None:
    text = "| 序号 | 依据 |\n| 1 | 《甲法》第三条 |"
    assert [(r.title, r.path) for r in relations("样例表", text, structure(text))] == [("甲法", ("表1",))]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "《甲》" * 200_000 + "同时废止，自公布之日起。",
        "根据制定本" * 200_000,
        "依照" * 400_000 + "《甲》废止日起",
        "《" * 1_000_000,
    ],
    ids=["titles", "grounds", "ground without end", "open titles"],
)
def test_hard_texts_take_linear_time(text: str) -> None:
    """A million characters in one sentence: seconds, not hours."""
    assert isinstance(relations("样例办法", text, ()), tuple)
