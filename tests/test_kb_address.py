"""Addresses are what citations stand on: a wrong reading here is a wrong law on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.address import (
    Address,
    article_of,
    article_segment,
    instrument_name,
    join,
    label,
    parse,
    printed,
    split,
    to_chinese,
    to_number,
)
from kb.numerals import ordinal
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


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("二三十", "two tens"),
        ("十百", "tens before hundreds"),
        ("一百二", "102 in a statute, 120 in speech"),
        ("一千十", "a rank left out without 零"),
        ("零", "nothing is number 0"),
        ("0", "nothing is number 0"),
        ("12345", "beyond any statute"),
        ("1十", "two kinds of digits"),
    ],
)
def test_what_only_looks_like_the_number_of_a_provision_is_refused(words: str, why: str) -> None:
    """Read leniently each of these would verify as some article that was not meant."""
    with pytest.raises(ValueError, match="不是条款序号"):
        ordinal(words)


@given(st.integers(1, 9999))
def test_every_number_of_a_provision_is_read_as_itself(number: int) -> None:
    printed_number = to_chinese(number)
    assert ordinal(printed_number) == ordinal(str(number)) == number
    assert ordinal(printed_number.replace("零", "〇").replace("二千", "两千")) == number


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
        ("《药品召回管理办法》（试行）第三条", "药品召回管理办法（试行）", None, "for trial use is a text of its own"),
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


L = "药品管理法"


@pytest.mark.parametrize(
    ("words", "canonical", "why"),
    [
        ("药品管理法79条1款2项", ["《药品管理法》第七十九条第一款第（二）项"], "the shortest way to type it"),
        ("第七十九条第一款第（二）项", ["第七十九条第一款第（二）项"], "a place without a title"),
        ("32条", ["第三十二条"], "a number and 条"),
        ("第三十二条", ["第三十二条"], "an article"),
        ("第120条之1", ["第一百二十条之一"], "之 in digits"),
        ("第一百二十之一条", ["第一百二十条之一"], "之 before 条"),
        ("刑法第一百二十条之一第二款", ["《刑法》第一百二十条之一第二款"], "a paragraph of 之一"),
        ("中华人民共和国药品管理法第32条", ["《药品管理法》第三十二条"], "the country is not printed"),
        ("《中华人民共和国药品管理法》第三十二条", ["《药品管理法》第三十二条"], "nor in book marks"),
        ("《药品管理法》（2019年修订）第三十二条", ["《药品管理法》（2019年修订）第三十二条"], "an edition behind"),
        ("《药品管理法》(2019年修订)第三十二条", ["《药品管理法》（2019年修订）第三十二条"], "ASCII brackets"),
        ("《药品管理法》[2019版]第三条", ["《药品管理法》（2019版）第三条"], "square brackets"),
        ("《药品管理法（2019年修订）》第三条", ["《药品管理法》（2019年修订）第三条"], "an edition inside"),
        ("（2019年修订）《药品管理法》第三条", ["《药品管理法》（2019年修订）第三条"], "an edition before"),
        ("2015年修订的《药品管理法》第三十条", ["《药品管理法》（2015年修订）第三十条"], "an edition in words"),
        ("2015年版药品管理法第三十条", ["《药品管理法》（2015年版）第三十条"], "before a bare title"),
        ("药品管理法（2015年版）第3条", ["《药品管理法》（2015年版）第三条"], "behind a bare title"),
        ("药品管理法2019年修订版第三条", ["《药品管理法》（2019年修订版）第三条"], "without brackets"),
        ("《药品管理法》（主席令第31号）第三条", ["《药品管理法》第三条"], "a document number is no edition"),
        ("《药品召回管理办法》（试行）第三条", ["《药品召回管理办法（试行）》第三条"], "（试行） belongs to the title"),
        ("《药品召回管理办法（试行）》第三条", ["《药品召回管理办法（试行）》第三条"], "and inside"),
        ("《关于修改《药品管理法》的决定》第二条", ["《关于修改〈药品管理法〉的决定》第二条"], "inner marks are 〈〉"),
        ("《药品管理法》", ["《药品管理法》"], "a whole text"),
        ("药品管理法", ["《药品管理法》"], "a whole text without marks"),
        ("药品管理法：第三条", ["《药品管理法》第三条"], "a colon"),
        ("药品管理法 第三条 第二款", ["《药品管理法》第三条第二款"], "blanks"),
        ("药品管理法的第三条", ["《药品管理法》第三条"], "的"),
        ("药品管理法里面的第三条", ["《药品管理法》第三条"], "里面的"),
        ("《GB 9706.1-2020》第3条", ["《GB 9706.1-2020》第三条"], "digits in the title"),
        ("公司法司法解释三第五条", ["《公司法司法解释三》第五条"], "a numeral in the title"),
        ("第三方物流管理规定第五条", ["《第三方物流管理规定》第五条"], "第 in the title"),
        ("第三条至第五条", ["第三条", "第四条", "第五条"], "a range is all its members"),
        ("药品管理法第3-5条", ["《药品管理法》第三条", "《药品管理法》第四条", "《药品管理法》第五条"], "in digits"),
        ("第三条、第五条", ["第三条", "第五条"], "a list"),
        ("第一款、第三款", ["第一款", "第三款"], "paragraphs without their article"),
        ("第（一）、（三）项", ["第（一）项", "第（三）项"], "items without it"),
        ("第十条第一款和第三款", ["第十条第一款", "第十条第三款"], "a shared article"),
        ("第三条第（一）至（三）项", ["第三条第（一）项", "第三条第（二）项", "第三条第（三）项"], "a range of items"),
        ("第三条第一款至第五条第二款", ["第三条第一款", "第五条第二款"], "ends of different articles: only they"),
        ("第二章第一节", ["第二章第一节"], "a section"),
        ("第三章至第四章", ["第三章", "第四章"], "chapters"),
        ("《民法典》第一编第二章第十三条", ["《民法典》第十三条"], "articles stand alone"),
        ("《平台建设指南》三、（二）1.", ["《平台建设指南》三（二）1"], "an outline"),
        ("《平台建设指南》七", ["《平台建设指南》七"], "one level of an outline"),
        ("《某某附录》第二部分2.1", ["《某某附录》第二部分2.1"], "a part and a decimal entry"),
        ("《某办法》附件2第七条第（一）项", ["《某办法》附件2第七条第（一）项"], "an article of an attachment"),
        ("《某办法》的附件 2", ["《某办法》附件2"], "an attachment"),
        ("《药品管理法》第一百二条", ["《药品管理法》第一百二条"], "kept as written: nothing answers to it"),
    ],
)
def test_an_address_is_printed_in_one_form(words: str, canonical: list[str], why: str) -> None:
    found = parse(words)
    assert [printed(address) for address in found] == canonical, why
    assert [parse(printed(address)) for address in found] == [(address,) for address in found], why


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "请写出"),
        ("你好", "读不出"),
        ("《药品管理法》第三条，持有人应当", "读不出"),  # an address is nothing but an address
        ("第三条件", "读不出"),
        ("第五条至第三条", "起点在终点之后"),
        ("第" * 500, "请写出"),
    ],
)
def test_what_is_no_address_is_refused_with_a_way_out(words: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(words)


numbers = st.integers(1, 1300).map(to_chinese)
few = st.integers(1, 40).map(to_chinese)
articles = st.builds(article_segment, st.integers(1, 1300), st.one_of(st.none(), st.integers(1, 20)))
paragraphs, items, subitems = (
    few.map(lambda n: f"第{n}款"),
    few.map(lambda n: f"第（{n}）项"),
    st.integers(1, 30).map(lambda n: f"第{n}目"),
)
below = st.one_of(
    st.just(()), st.tuples(paragraphs), st.tuples(items), st.tuples(paragraphs, items), st.tuples(items, subitems),
    st.tuples(paragraphs, items, subitems),
)  # fmt: skip
within_article = st.builds(lambda article, rest: (article, *rest), articles, below)
divisions = st.one_of(
    st.tuples(few.map(lambda n: f"第{n}编")),
    st.tuples(few.map(lambda n: f"第{n}编"), few.map(lambda n: f"第{n}分编"), few.map(lambda n: f"第{n}章")),
    st.tuples(few.map(lambda n: f"第{n}章")),
    st.tuples(few.map(lambda n: f"第{n}章"), few.map(lambda n: f"第{n}节")),
)
outlines = st.tuples(
    few.filter(lambda n: len(n) < 4), few.map(lambda n: f"（{n}）"), st.integers(1, 99).map(str),
    st.integers(1, 99).map(lambda n: f"（{n}）"), st.sampled_from("①②⑳"),
).flatmap(lambda levels: st.integers(1, 5).map(lambda depth: levels[:depth]))  # fmt: skip
attachments = st.builds(
    lambda n, rest: (f"附件{n}", *rest), st.integers(1, 99), st.one_of(st.just(()), within_article, outlines)
)
titles = st.sampled_from(
    [
        "药品管理法",
        "药品管理法实施条例",
        "药品召回管理办法（试行）",
        "关于修改〈药品管理法〉的决定",
        "GB 9706.1-2020",
        "第三方物流规定",
    ]
)
editions = st.one_of(
    st.none(), st.builds("{}年{}".format, st.integers(1980, 2030), st.sampled_from(["修订", "修正", "版"]))
)
addresses = st.one_of(
    st.builds(Address, titles, editions, st.one_of(st.just(()), within_article, divisions, outlines, attachments)),
    st.builds(Address, st.none(), st.none(), st.one_of(within_article, divisions, outlines)),
)


@given(addresses)
def test_a_printed_address_is_read_back_as_itself(address: Address) -> None:
    """What we print anywhere can be pasted into the search box and finds the same place, on every rung."""
    assert parse(printed(address)) == (address,)


@given(
    st.sampled_from(
        [
            "《药品管理法》",
            "药品管理法",
            "中华人民共和国药品管理法",
            "《中华人民共和国药品管理法》的",
            "2019年版药品管理法",
        ]
    ),
    st.integers(1, 1300),
    st.integers(0, 9),
    st.integers(1, 9),
    st.tuples(*[st.booleans()] * 4),
)
def test_every_way_of_writing_a_place_comes_to_one_form(
    title: str, article: int, paragraph: int, item: int, style: tuple[bool, bool, bool, bool]
) -> None:
    """However it is typed, the canonical form is the same and stays the same when it is read again."""
    chinese, ordinal_sign, blank, bracket = style
    sign = "第" if ordinal_sign or title.endswith("的") else ""
    gap = " " if blank and sign else ""
    write = to_chinese if chinese else str
    words = f"{title}{sign}{gap}{write(article)}{gap}条"
    words += f"{sign}{write(paragraph)}款" if paragraph else ""
    words += f"第（{write(item)}）项" if bracket else f"第{write(item)}项"
    path = (
        article_segment(article),
        *([f"第{to_chinese(paragraph)}款"] if paragraph else []),
        f"第（{to_chinese(item)}）项",
    )
    version = "2019年版" if title.startswith("2019") else None
    assert parse(words) == (Address(L, version, path),)
