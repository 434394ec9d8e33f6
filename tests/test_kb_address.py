"""Addresses are what citations stand on: a wrong reading here is a wrong law on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.address import article_of, article_segment, instrument_name, join, label, split, to_chinese, to_number
from kb.references import edition_year, loose_places, mentioned_titles, references

KNOWN = {
    "中华人民共和国药品管理法": "药品管理法",
    "药品管理法": "药品管理法",
    "刑法": "刑法",
    "药品注册管理办法": "药品注册管理办法",
}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百", 100),
        ("一百一十", 110),
        ("一百零三", 103),
        ("一千二百六十", 1260),
        ("79", 79),
        ("７９", 79),  # full-width digits come from web copies
        ("二〇二五", 2025),  # digit by digit, as years are written
        ("两", 2),
    ],
)
def test_numerals_are_read_in_every_usual_form(words: str, number: int) -> None:
    assert to_number(words) == number


@pytest.mark.parametrize("words", ["", "第", "甲", "一a"])
def test_what_is_no_numeral_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        to_number(words)


@given(st.integers(1, 9999))
def test_printing_and_reading_a_number_round_trips(number: int) -> None:
    """Every article number a statute can have comes back as itself."""
    assert to_number(to_chinese(number)) == number


@given(st.integers(1, 1300), st.one_of(st.none(), st.integers(1, 20)))
def test_a_printed_article_is_read_back_as_the_same_place(number: int, extra: int | None) -> None:
    segment = article_segment(number, extra)
    found = references(f"《药品管理法》{segment}", KNOWN)
    assert [(r.title, r.path) for r in found] == [("药品管理法", (segment,))]


@pytest.mark.parametrize(
    ("text", "title", "path", "why"),
    [
        ("《药品管理法》第三十二条", "药品管理法", ("第三十二条",), "the plain form"),
        ("药品管理法第32条", "药品管理法", ("第三十二条",), "Arabic digits, no book marks"),
        ("请问药品管理法第一百二十三条", "药品管理法", ("第一百二十三条",), "words before a bare title are not title"),
        ("刑法第一百二十条之一", "刑法", ("第一百二十条之一",), "之一 is an article of its own"),
        (
            "《药品管理法》第九十八条第二款第（三）项",
            "药品管理法",
            ("第九十八条", "第二款", "第（三）项"),
            "item with the usual brackets",
        ),
        ("《药品管理法》第98条第2款第3项", "药品管理法", ("第九十八条", "第二款", "第（三）项"), "all in digits"),
        ("《药品管理法》第79条第1款", "药品管理法", ("第七十九条", "第一款"), "paragraph in digits"),
        ("药品管理法实施条例第五条", "药品管理法实施条例", ("第五条",), "never resolved to the shorter known title"),
        ("根据不存在法第五条", "不存在法", ("第五条",), "an unknown bare title is reported as it stands"),
        ("第五条", None, ("第五条",), "no title at all"),
    ],
)
def test_places_are_found_as_people_write_them(text: str, title: str | None, path: tuple[str, ...], why: str) -> None:
    assert [(r.title, r.path) for r in references(text, KNOWN)] == [(title, path)], why


LAWS = {name: name for name in ("药品管理法", "疫苗管理法", "专利法", "商标法", "公司法", "药品召回管理办法")}


@pytest.mark.parametrize(
    ("text", "titles", "why"),
    [
        ("美国专利法第十一条", ["美国专利法"], "another country's law"),
        ("请问美国的专利法第十一条", ["美国的专利法"], "的 does not make it ours"),
        ("根据日本商标法第四条", ["日本商标法"], "a lead-in before another country"),
        ("台湾地区公司法第五条", ["台湾地区公司法"], "another legal region"),
        ("内部药品管理法第三条", ["内部药品管理法"], "any word that is no lead-in makes a longer title"),
        ("我国专利法第十一条", ["专利法"], "our own country"),
        ("咱们现行的公司法第五条", ["公司法"], "现行的 after a lead-in"),
        ("新公司法第五条", ["公司法"], "新 alone"),
        ("销售假药违反药品管理法第九十八条", ["药品管理法"], "a verb that takes a law"),
        ("想问药品管理法第三条", ["药品管理法"], "a question word"),
        ("药品管理法第三十条和疫苗管理法第五条", ["药品管理法", "疫苗管理法"], "the second does not swallow the first"),
        ("药品管理法第三十条和药品管理法第九百条", ["药品管理法", "药品管理法"], "the same law twice"),
        ("药品管理法中第三十条", ["药品管理法"], "a particle between"),
        ("药品管理法里面的第三十条", ["药品管理法"], "a longer particle between"),
        ("为什么药品管理法第九十八条这么规定", ["药品管理法"], "a question that begins with why"),
        ("公司法司法解释三第五条", ["公司法司法解释三"], "an interpretation is not the law"),
        ("本公司内部制度第三十条", ["本公司内部制度"], "a house rule has a name of its own"),
    ],
)
def test_a_bare_title_begins_where_a_word_begins(text: str, titles: list[str], why: str) -> None:
    assert [r.title for r in references(text, LAWS)] == titles, why


@pytest.mark.parametrize(
    ("text", "title", "version", "why"),
    [
        ("《药品管理法》（2015年修正）第三十条", "药品管理法", "2015年修正", "behind the book marks"),
        ("药品管理法（2027）第三十条", "药品管理法", "2027", "a year alone, no book marks"),
        ("《药品管理法》(2019年版)第三十条", "药品管理法", "2019年版", "ASCII brackets"),
        ("《药品管理法（2015年修正）》第三十条", "药品管理法", "2015年修正", "inside the book marks"),
        ("根据2015年修订的《药品管理法》第三十条", "药品管理法", "2015年修订的", "before the title"),
        ("2015年版药品管理法第三十条", "药品管理法", "2015年版", "before a bare title"),
        ("《药品管理法》（2015年修正）", "药品管理法", "2015年修正", "a whole text"),
        ("《药品管理法》（主席令第31号）第三十条", "药品管理法", None, "a document number is no edition"),
        ("《药品召回管理办法》（试行）第三条", "药品召回管理办法", None, "for trial use is no edition"),
    ],
)
def test_an_edition_is_read_with_its_title(text: str, title: str, version: str | None, why: str) -> None:
    assert [(r.title, r.version) for r in references(text, LAWS)] == [(title, version)], why
    if version:
        assert edition_year(version) in (2015, 2019, 2027)


def test_what_is_no_edition_has_no_year() -> None:
    with pytest.raises(ValueError, match="不是版本年份"):
        edition_year("试行")


def test_a_self_name_is_kept_apart_from_titles() -> None:
    found = references("企业应当遵守该办法第五条，香港基本法第三条", LAWS)
    assert [(r.title, r.self_name) for r in found] == [(None, "该办法"), ("香港基本法", None)]


@pytest.mark.parametrize(
    ("question", "path", "why"),
    [
        ("药品管理法32条", ("第三十二条",), "right after the title"),
        ("药品管理法委托生产，第32条怎么说", ("第三十二条",), "第 makes it a place anywhere"),
        ("药品管理法里委托生产是32条？", ("第三十二条",), "at the end of the question"),
        ("药品管理法新增了3条什么规定", None, "a number of articles"),
        ("药品管理法新增了3条", None, "a number of articles at the end"),
        ("美国的专利法11条", None, "another country's law"),
        ("公司法司法解释三的3条", None, "another title"),
    ],
)
def test_a_number_without_its_title_beside_it(question: str, path: tuple[str, ...] | None, why: str) -> None:
    assert [p for _, p in loose_places(question, LAWS)] == ([path] if path else []), why


def test_a_list_of_articles_keeps_its_title() -> None:
    found = references("药品管理法第三十二条、第三十三条和第五十条，刑法第三条", KNOWN)
    assert [r.title for r in found] == ["药品管理法", "药品管理法", "药品管理法", "刑法"]


def test_spans_count_characters_of_the_text() -> None:
    text = "依据《药品注册管理办法》第八条，和刑法第三条。"
    for reference in references(text, KNOWN):
        assert text[reference.start : reference.end] == reference.raw


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("药品管理法和刑法哪个重", ["药品管理法", "刑法"]),
        ("药品管理法实施条例怎么说", []),  # a longer title that is not loaded
        ("中华人民共和国药品管理法", ["药品管理法"]),  # the full title once, not twice
        ("刑法司法解释三有效吗", []),
        ("药品管理法释义", []),
        ("刑法若干规定", []),
        ("药品管理法的实施细则", []),
        ("药品管理法解释一下", ["药品管理法"]),  # a request, not the title of an interpretation
        ("美国药品管理法怎么说", []),  # another country's law of the same name
    ],
)
def test_titles_are_mentioned_whole_or_not_at_all(text: str, found: list[str]) -> None:
    assert [instrument for _, instrument in mentioned_titles(text, KNOWN)] == found


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("中华人民共和国药品管理法", "药品管理法"),
        ("《药品 注册管理办法》", "药品注册管理办法"),
        ("关于修改〈公司法〉的决定", "关于修改公司法的决定"),
        ("GB/T 9706.1", "GB-T9706.1"),  # a slash would end the document part of an address
        ("药品召回管理办法(试行)", "药品召回管理办法（试行）"),
    ],
)
def test_an_instrument_has_one_name(title: str, name: str) -> None:
    assert instrument_name(title) == name


def test_labels_and_addresses_are_printed_as_people_cite() -> None:
    path = ("第三十二条", "第二款")
    assert label("中华人民共和国药品管理法", path) == "《药品管理法》第三十二条第二款"
    assert label("平台建设指南", ("七", "（四）")) == "《平台建设指南》七（四）"
    assert split(join("药品管理法@2019-08-26", path)) == ("药品管理法@2019-08-26", path)
    assert article_of(path) == "第三十二条"
    assert article_of(("七", "（四）")) is None
