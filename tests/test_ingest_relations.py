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
        ("《甲办法》第三条、第五条同时废止。", [("甲办法", "第三条"), ("甲办法", "第五条")], "two articles only"),
        ("《甲办法》中的部分条款同时废止。", [("甲办法", "部分条款")], "a part that is not numbered"),
        (
            "《甲办法》《乙办法》第三条同时废止。",
            [("甲办法", None), ("乙办法", "第三条")],
            "the part is the last one's",
        ),
        ("现决定废止《甲办法》、《乙办法》。", [("甲办法", None), ("乙办法", None)], "the verb stands in front"),
        (
            "二、废止2004年5月8日卫生部发布的《甲办法》，自2020年7月1日起生效。",
            [("甲办法", None)],
            "who issued it stands between",
        ),
        ("现予以废止《甲办法》第三条。", [("甲办法", "第三条")], "the verb in front of a part"),
        ("《甲办法》已废止，同时应当注意过渡安排。", [], "a report of what another text did"),
        ("建议同时废止《甲办法》。", [], "a wish"),
        ("不得擅自废止《甲办法》，同时不得停止执行。", [], "a prohibition"),
        ("《甲办法》于2020年1月1日起失效。", [("甲办法", None)], "another verb"),
        ("《甲办法》自2027年1月1日起停止施行。", [("甲办法", None)], "another verb, far ahead"),
        ("《药品生产许可证》同时废止。", [], "a certificate ends, no text of law"),
        ("自本办法施行之日起，《药品经营许可证》失效。", [], "so does this one"),
        ("已灭菌产品应当同时注明《甲标准》要求的失效日期。", [], "a date of expiry on a label"),
        ("本办法自2020年7月1日起施行。与本办法不一致的，以本办法为准。", [], "no text is named"),
        ("凡与《甲法》抵触的规定，同时失效。", [], "what contradicts the law ends, not the law"),
        ("《甲办法》（试行）同时废止。", [("甲办法（试行）", None)], "the brackets belong to the title"),
        ("《甲办法（2014年第64号）》同时废止。", [("甲办法", None)], "the number does not"),
        (
            "最高人民法院、最高人民检察院《关于甲案件的解释》同时废止。",
            [("最高人民法院、最高人民检察院关于甲案件的解释", None)],
            "the title of an interpretation holds the courts",
        ),
        ("在《甲条例》废止之前，本办法自2024年1月1日起试行，《乙办法》停止执行。", [("乙办法", None)], "not yet ended"),
        ("自2024年1月1日起，企业执行《甲条例》，《乙办法》停止执行。", [("乙办法", None)], "the one that applies now"),
        ("现发布《甲目录》，自2024年1月1日起施行，《乙目录》同时废止。", [("乙目录", None)], "the one put out here"),
        ("现印发《甲目录》，《乙目录》自2024年1月1日起废止。", [("乙目录", None)], "with nothing in between"),
        ("《甲规定》（附件1），自2024年1月1日起施行，《乙规定》同时废止。", [("乙规定", None)], "it takes effect"),
        ("自2024年1月1日起公布《甲指南》；《乙指南》同时废止。", [("乙指南", None)], "behind a semicolon"),
        (
            "本决定自2024年1月1日起施行，同时废止《甲办法》，适用《乙办法》。",
            [("甲办法", None)],
            "the verb stands in front",
        ),
        ("1998年1月1日卫生部发布《甲办法》同时废止。", [("甲办法", None)], "published, and it alone ends"),
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


@pytest.mark.parametrize(
    ("clause", "number"),
    [
        ("《样例办法》（国家食品药品监督管理总局公告2014年第64号）同时废止。", "公告2014年第64号"),
        ("2014年12月29日原国家食品药品监督管理总局发布的《样例办法（2014年第64号）》同时废止。", "2014年第64号"),
        ("2007年7月10日国家食品药品监督管理局令第28号公布的《样例办法》同时废止。", "国家食品药品监督管理局令第28号"),
        ("《样例办法》（国务院令第739号）同时废止。", "国务院令第739号"),
        ("《样例办法》（国食药监械〔2009〕833号）同时废止。", "国食药监械〔2009〕833号"),
        ("2003年6月4日公布的《样例办法》同时废止。", None),
    ],
)
def test_a_text_ends_its_former_self_by_number(clause: str, number: str | None) -> None:
    """The number alone tells the former text from the one that speaks: both have one title."""
    found = relations("样例办法", f"第八条 本办法自2020年7月1日起施行。{clause}", ())
    assert [(r.title, r.number) for r in found if r.kind == "repeals"] == [("样例办法", number)]


def test_two_former_texts_of_one_title_are_two() -> None:
    text = "《甲办法》（国药监械〔2002〕5号）、《甲办法》（国药监械〔2004〕9号）同时废止。"
    found = [r.number for r in relations("样例办法", text, ()) if r.kind == "repeals"]
    assert found == ["国药监械〔2002〕5号", "国药监械〔2004〕9号"]


@pytest.mark.parametrize(
    ("title", "text", "doubtful", "why"),
    [
        ("样例办法", "《药品注册管理办法》同时废止。", False, "plain"),
        ("样例办法", "《管理办法》同时废止。", True, "any of a thousand texts"),
        ("样例办法", "《审评指导原则》同时废止。", True, "so general that it names none"),
        ("样例办法", "《百草集》同时废止。", True, "no text with rules"),
        ("样例办法", "国食药监注〔2005〕12号同时废止。", True, "a number without a title"),
        ("样例办法（征求意见稿）", "《药品注册管理办法》同时废止。", True, "a draft"),
    ],
)
def test_what_staff_must_look_at(title: str, text: str, doubtful: bool, why: str) -> None:
    """A doubtful repeal acts only once staff accept it, so a law in force stays in the answers until then."""
    (found,) = (r for r in relations(title, text, ()) if r.kind == "repeals")
    assert (found.doubt is not None) == doubtful, why


def test_a_decision_named_for_what_it_ends() -> None:
    found = relations("样例局关于废止《甲办法》的决定", "现决定废止《甲办法》。", ())
    assert {(r.kind, r.title) for r in found} == {("repeals", "甲办法")}


def test_the_constitution_is_named_without_brackets() -> None:
    text = "第一条 为了甲，根据宪法，制定本法。"
    assert [r.title for r in relations("样例法", text, ()) if r.kind == "implements"] == ["中华人民共和国宪法"]


def test_a_short_name_that_ends_is_the_text_it_stands_for() -> None:
    text = "《药品甲管理办法》（以下简称《办法》）已经修订。自本公告发布之日起，《办法》同时废止。"
    found = [(r.title, r.doubt) for r in relations("样例公告", text, ()) if r.kind == "repeals"]
    assert found == [("药品甲管理办法", None)]
