"""The grammar of places by itself: where each place of a list stands, what a range holds, how an outline is cited."""

from __future__ import annotations

import pytest

from kb.outlines import outline, outline_path
from kb.places import members, read, rung_of


@pytest.mark.parametrize(
    ("words", "raws", "why"),
    [
        ("第三、五条规定", ["第三", "五条"], "each number of a list has words of its own"),
        ("第十条第一款和第三款的", ["第十条第一款", "第三款"], "the article belongs to the first"),
        ("第三条至第五条、第七条", ["第三条至第五条", "第七条"], "a range is one"),
        ("刑法", [], "no place at all"),
        ("第三条 持有人", ["第三条"], "a blank ends it"),
        ("第三条第三方", ["第三条"], "第三方 is no step"),
        ("第三条第二类医疗器械", ["第三条"], "nor is 第二类"),
        ("第三条和本条例", ["第三条"], "nor what follows 和"),
        ("第三条第五条", ["第三条"], "an article does not hang on an article"),
    ],
)
def test_each_place_of_a_list_keeps_its_own_words(words: str, raws: list[str], why: str) -> None:
    """Two references that share words would be marked one over the other on the screen."""
    assert [words[place.start : place.end] for place in read(words, 0)] == raws, why


def test_a_step_written_alone_hangs_on_what_is_above_it() -> None:
    found = read("第二款、第三款第（一）项", 0, ("附件2", "第七条"))
    assert [place.path for place in found] == [
        ("附件2", "第七条", "第二款"),
        ("附件2", "第七条", "第三款", "第（一）项"),
    ]


@pytest.mark.parametrize(
    ("since", "path", "expected", "why"),
    [
        (None, ("第三条",), [("第三条",)], "no range"),
        (("第九条",), ("第十一条",), [("第九条",), ("第十条",), ("第十一条",)], "both ends count"),
        (
            ("第三条", "第（一）项"),
            ("第三条", "第（二）项"),
            [("第三条", "第（一）项"), ("第三条", "第（二）项")],
            "items of one article",
        ),
        (("第三条", "第二款"), ("第五条",), [("第三条", "第二款"), ("第五条",)], "ends on different rungs"),
        (("第三条之一",), ("第五条",), [("第三条之一",), ("第五条",)], "what stands after 之一 is not known here"),
    ],
)
def test_a_range_is_all_that_lies_between_its_ends(
    since: tuple[str, ...] | None, path: tuple[str, ...], expected: list[tuple[str, ...]], why: str
) -> None:
    assert list(members(since, path)) == expected, why


@pytest.mark.parametrize(
    ("since", "path", "said"),
    [
        (("第五条",), ("第三条",), "起点在终点之后"),
        (("第一条",), ("第九千条",), "范围过大"),
        (("第零条",), ("第三条",), "不是条款序号"),
    ],
)
def test_a_range_that_cannot_be_is_refused(since: tuple[str, ...], path: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        members(since, path)


@pytest.mark.parametrize(
    ("words", "path", "why"),
    [
        ("三（二）", ("三", "（二）"), "two levels"),
        ("七、（四）1.", ("七", "（四）", "1"), "as it stands in the text"),
        ("三（二）1（1）①", ("三", "（二）", "1", "（1）", "①"), "all levels"),
        ("二、4", ("二", "4"), "a level left out"),
        ("三、加强监管", None, "a heading"),
        ("一、2026年", None, "a year"),
        ("一、3条", None, "a number of articles"),
    ],
)
def test_an_outline_is_read_from_two_levels_on(words: str, path: tuple[str, ...] | None, why: str) -> None:
    found = outline(words, 0)
    assert (found.path if found else None) == path, why


@pytest.mark.parametrize(
    ("cited", "held", "why"),
    [
        (("第三部分", "第（二）项"), ("三", "（二）"), "a part of a notice and its item"),
        (("第三条",), ("三",), "the article of a text that has none"),
        (("第三条", "第（二）项"), ("三", "（二）"), "and its item"),
        (("第三条", "第二款"), None, "a paragraph has no number in an outline"),
        (("第三条之一",), None, "nor has 之一"),
        (("三", "（二）"), None, "an outline already"),
    ],
)
def test_a_text_without_articles_is_cited_as_if_it_had_them(
    cited: tuple[str, ...], held: tuple[str, ...] | None, why: str
) -> None:
    assert outline_path(cited) == held, why


@pytest.mark.parametrize(
    ("segment", "rung"),
    [
        ("第一编", 0),
        ("第二章", 2),
        ("第三条之一", 4),
        ("第二款", 5),
        ("第（三）项", 6),
        ("第1目", 7),
        ("附件2", -1),
        ("（四）", -1),
    ],
)
def test_a_stored_segment_has_its_place_on_the_ladder(segment: str, rung: int) -> None:
    assert rung_of(segment) == rung
