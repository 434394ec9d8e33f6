"""Addresses are what citations stand on: a wrong reading here is a wrong law on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.address import (
    article_of,
    article_segment,
    instrument_name,
    join,
    label,
    mentioned_titles,
    references,
    split,
    to_chinese,
    to_number,
)

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
