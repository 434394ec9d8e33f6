"""Quoted words against stored words: where a fold is too wide, a changed rule passes for the law's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processor_time import processor_seconds

from assistant.checking.quotations import owned, quotations
from assistant.checking.wording import Words, folded
from kb.references import Reference

STORED = (
    "生产样例药品应当遵守规范，不得委托生产；罚款十五倍以上三十倍以下。\n浓度不超过3.5%，温度2 8摄氏度，"
    "共计1500元。持有人未经批准不得变更，变更后应当在三十日内报告。"
)


@pytest.mark.parametrize(
    ("quote", "held", "why"),
    [
        ("应当遵守规范", True, "a piece"),
        ("应当遵守规范,不得委托生产;罚款", True, "the width of signs"),
        ("三十倍以下。浓度", True, "over a line break"),
        ("应当 遵守　规范", True, "spaces of both widths"),
        ("“应当遵守规范”", True, "quotation marks of its own"),
        ("应当遵守……罚款十五倍", True, "a gap that is marked"),
        ("罚款十五倍……应当遵守", False, "the parts in another order"),
        ("五倍以上三十倍", False, "begins within a number"),
        ("罚款十五倍以上三十", True, "ends with a whole number"),
        ("罚款十", False, "ends within a number"),
        ("委托生产", False, "the 不得 before it is cut off"),
        ("罚款……以下", True, "nothing denies what follows the gap"),
        ("规范……委托生产", False, "the gap hides the 不得"),
        ("应当遵守规范……生产", False, "the gap hides the 不得 of the clause it cuts into"),
        ("应当遵守规范……罚款十五倍", True, "a gap may leave out a whole clause that denies something"),
        ("5%，温度", False, "begins within 3.5"),
        ("浓度不超过3", False, "ends within 3.5"),
        ("浓度不超过3.5", False, "the % is part of the figure"),
        ("温度28摄氏度", False, "2 8 is not 28"),
        ("共计1500元", True, "a whole figure"),
        ("共计1500", True, "without its unit"),
        ("批准不得变更", False, "the 未经 before it is cut off"),
        ("变更后应当在三十日内报告。", True, "a stop at its end"),
        ("变更后应当在三十日内报告,", True, "another sign at its end"),
        ("变更后应当于三十日内报告", False, "one character changed"),
        ("……", False, "nothing but a gap"),
    ],
)
def test_words_are_held_only_as_they_stand(quote: str, held: bool, why: str) -> None:
    assert Words(STORED).holds(quote) is held, why


@pytest.mark.parametrize(
    ("quote", "stored", "why"),
    [
        ("罚款十五倍以上二十倍以下", "三十倍", "a changed number"),
        ("生产样例药品可以遵守规范", "应当遵守", "a changed word near the beginning"),
        ("五倍以上三十倍以下", "十五倍", "a number cut at its front"),
        ("委托生产；罚款十五倍以上", "不得委托", "a denial cut off"),
        ("应当遵守规范……生产", "不得委托", "a denial left out"),
        ("变更后应当在三十日内报", "三十日内报告", "words that stand there need no difference"),
    ],
)
def test_the_first_difference_is_shown_with_the_stored_words(quote: str, stored: str, why: str) -> None:
    different = Words(STORED).difference(quote)
    assert (different is None) if why.startswith("words that") else (different and stored in different.stored), why


@given(st.text("甲乙丙不得，。；“”\n 　0123十五%.…", max_size=60), st.integers(0, 59), st.integers(1, 30))
def test_a_slice_is_told_from_a_cut_and_never_crashes(raw: str, start: int, size: int) -> None:
    """Whatever is held must be in the folded text; where it stands leads back to a character of the raw one."""
    words, quote = Words(raw), raw[start : start + size]
    if words.holds(quote) and "…" not in quote:
        assert folded(quote).strip('".,;:!?') in words.folded
        at = words.place_of(quote)
        assert at is not None
        assert 0 <= at < len(raw)
    words.difference(quote)


def test_folding_a_fold_changes_nothing() -> None:
    assert folded(folded(STORED)) == folded(STORED)


HOSTILE = {
    "open quotation marks": "“甲",
    "closed quotations without an end": "“样例条文样例”",
    "straight marks": '"样例',
    "brackets behind stops": "。（《样例",
    "ends": "。\n",
    "spaces": " ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_quotations_are_found_in_linear_time(piece: str) -> None:
    """One line of megabytes is a usual export of a table; reading it must not take the square of its length."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        cited = [
            Reference(text[at : at + 1], at, at + 1, "样例法", ("第一条",)) for at in range(0, size - 9, size // 500)
        ]
        return min(processor_seconds(lambda: list(owned(text, cited))) for _ in range(2))

    assert seconds(400_000) < 12 * seconds(100_000) + 0.05


def test_quotations_are_told_from_terms() -> None:
    found = quotations(
        "实行“双随机检查”（以下简称“双随机”）和“药”品检查，规定：“公开”，简称“公”，又见“持有人建立追溯制度”，“必须自产”。"
    )
    assert [(quote.words, quote.introduced, quote.long) for quote in found] == [
        ("双随机检查", False, False),
        ("公开", True, False),
        ("持有人建立追溯制度", False, True),
        ("必须自产", False, True),
    ]
