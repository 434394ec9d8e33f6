"""The chance that a finding answers a question: which way each signal pulls, whatever the numbers that were fitted."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from factories import document
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.extracts.sufficiency import ENOUGH, WEIGHTS, WEIGHTS_OF_OTHERS, abroad, chance, signals
from kb.known_questions import KnownQuestions, Nearness
from kb.model import Force, Passage
from kb.search import Finding

GOOD: dict[str, Any] = {"share": 0.9, "cosine": 0.8, "plain": 0.93}
POOR: dict[str, Any] = {"share": 0.0, "cosine": 0.0, "plain": 0.0}


def finding(
    text: str, *, title: str = "药品样例管理办法", score: float = 1.0, share: float = 0.5, cosine: float = 0.7,
    plain: float = 0.9, **features: float,
) -> Finding:  # fmt: skip
    held = document(title)
    passage = Passage(
        address=f"{held.id}/第一条", document_id=held.id, title=held.title, label="第一条", article="第一条", path=(),
        text=text, kind=held.kind, force=Force.IN_FORCE, effective_on=date(2020, 7, 1), repealed_on=None, score=score,
        found_by=("dense",),
    )  # fmt: skip
    return Finding(passage, cosine, share, 0, plain, features)


def beside(answerable: float, unanswerable: float) -> Nearness:
    """A question as near as this to one that has an answer and to one that has none."""
    there, nowhere = (np.array([[at, math.sqrt(1 - at * at)]], np.float32) for at in (answerable, unanswerable))
    return KnownQuestions(there, {}, nowhere).near(np.array([1, 0], np.float32))


USUAL = beside(0.7, 0.55)


def likely(question: str, terms: tuple[str, ...], found: Finding, known: Nearness | None = USUAL) -> float:
    return chance(question, dict.fromkeys(terms, 1.0), found, known=known)


@pytest.mark.parametrize(("weights", "known"), [(WEIGHTS, USUAL), (WEIGHTS_OF_OTHERS, None)])
def test_every_signal_has_its_weight_and_every_weight_its_signal(
    weights: dict[str, float], known: Nearness | None
) -> None:
    """A signal without a weight breaks every answer; without any weights at all every question would be answered."""
    assert weights.keys() == signals("样例", {"样例": 1.0}, finding("样例"), known=known).keys()
    assert all(weights.values())


def test_a_question_nearer_to_one_without_an_answer_is_refused() -> None:
    """Every word may be there: people ask again what no law says."""
    found = finding("样例药品的储存应当登记。", score=1.0, **GOOD)
    assert likely("样例药品储存", ("样例",), found, beside(0.8, 0.5)) >= ENOUGH
    assert likely("样例药品储存", ("样例",), found, beside(0.5, 0.8)) < ENOUGH


def test_an_answer_is_told_from_what_has_nothing_to_do_with_it() -> None:
    """The two ends: if these do not lie on their sides, nothing does."""
    terms = ("样例", "储存")
    answers = finding("样例药品的储存应当登记。", score=2.0, sentence=0.9, pairs=0.8, **GOOD)
    stranger = finding("广告应当真实。", score=0.3, sentence=0.0, pairs=0.0, **POOR)
    assert likely("样例药品怎么储存", terms, answers) >= ENOUGH
    assert likely("明天会下雨吗", ("明天", "下雨"), stranger, beside(0.4, 0.5)) < ENOUGH / 2
    assert likely("样例药品怎么储存", terms, answers, None) >= ENOUGH
    assert likely("明天会下雨吗", ("明天", "下雨"), stranger, None) < ENOUGH


@pytest.mark.parametrize("question", ["😀😀", "怎么办", "？？？"])
def test_a_question_without_words_is_not_answered_whatever_lies_near(question: str) -> None:
    """An encoder has a nearest text for anything; only words that the lexicon understands make a question of it."""
    near = {"cosine": 0.9, "plain": 0.95}
    assert chance(question, {}, finding("样例应当登记。", share=0.0, **near)) < ENOUGH
    assert chance(question, {}, finding("样例应当登记。", share=0.0, meant=1.0, **near)) > ENOUGH


def test_cosines_of_another_encoder_do_not_count() -> None:
    """They are near 0 for one encoder and near 1 for the next: read on the fitted scale, every question is answered."""
    low, high = (finding("样例药品。", **{**GOOD, "cosine": c, "plain": c}) for c in (0.05, 0.95))
    weights = {"样例": 1.0}
    assert chance("样例", weights, low) == chance("样例", weights, high)
    stranger = finding("广告应当真实。", score=1.0, share=0.0, cosine=0.9, plain=0.0, sentence=0.0, pairs=0.0)
    assert chance("明天会下雨吗", {"明天": 1.0, "下雨": 1.0}, stranger) < ENOUGH


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        ({"cosine": 0.95}, {"cosine": 0.1}, "nearer in meaning"),
        ({"plain": 0.95}, {"plain": 0.85}, "nearer before it is turned"),
        ({"meant": 1.0}, {"meant": 0.0}, "holds the words of the statutes for what is said"),
        ({"score": 2.0}, {"score": 0.5}, "stands higher"),
    ],
)
def test_what_speaks_for_an_answer(better: dict[str, float], worse: dict[str, float], why: str) -> None:
    one, other = (finding("样例药品的储存。", **given) for given in (better, worse))
    assert likely("样例药品储存", ("样例", "储存"), one) > likely("样例药品储存", ("样例", "储存"), other), why


def test_without_known_questions_the_words_are_heard() -> None:
    one, other = (finding("样例药品的储存。", share=share) for share in (0.9, 0.1))
    assert likely("样例药品储存", ("样例", "储存"), one, None) > likely("样例药品储存", ("样例", "储存"), other, None)


@pytest.mark.parametrize(
    ("asks", "plain", "why"),
    [
        ("样例检验收费多少", "样例检验怎么做", "a price that the text does not state"),
        ("样例审批进度在哪查，老板是谁", "样例审批由什么部门负责", "a person"),
        ("样例去年批了多少家", "样例怎么批", "a number of firms, no rule"),
        ("你觉得样例将来会不会取消", "样例可以取消", "a forecast"),
        ("样例系统点哪个按钮", "样例系统怎么建", "a screen"),
        ("上海的样例怎么办", "样例怎么办", "a place the text does not name"),
        ("美国的样例怎么办", "样例怎么办", "another country"),
    ],
)
def test_what_is_asked_for_and_no_text_can_state_speaks_against(asks: str, plain: str, why: str) -> None:
    """Every word may agree, and the answer still not be there."""
    found = finding("样例应当经检验部门审批。", **GOOD)
    assert likely(asks, ("样例",), found) < likely(plain, ("样例",), found), why


def test_a_price_that_the_text_states_weighs_less_against_it_than_one_it_does_not() -> None:
    states, silent = finding("样例检验收费五万元。", **GOOD), finding("样例检验应当登记。", **GOOD)
    assert likely("样例检验收费多少", ("样例",), states) > likely("样例检验收费多少", ("样例",), silent)


@pytest.mark.parametrize(
    ("question", "without", "with_it"),
    [
        ("样例补偿按百分之几", "按规定补偿。", "按百分之三十补偿。"),
        ("样例罚多少万", "处以罚款。", "处五万元以下罚款。"),
        ("样例几天批", "应当及时批准。", "应当在三十日内批准。"),
        ("样例要满几岁", "成年人可以申请。", "年满十八周岁可以申请。"),
        ("样例洁净区温度多少度", "控制温度。", "控制在18℃至26℃。"),
        ("卖样例要坐几年牢", "由公安机关拘留。", "处三年以下有期徒刑。"),
    ],
)
def test_a_figure_that_is_asked_for_must_stand_in_the_text(question: str, without: str, with_it: str) -> None:
    assert signals(question, {"样例": 1.0}, finding(without))["figure"] == 1.0
    assert signals(question, {"样例": 1.0}, finding(with_it))["figure"] == 0.0


@pytest.mark.parametrize("word", ["abc", "药监"], ids=["abbreviation", "rare word"])
def test_a_telling_word_that_the_text_lacks_speaks_against(word: str) -> None:
    question, weights = f"{word}证书怎么办", {word: 6.0, "证书": 1.0}
    holds, lacks = finding(f"{word}证书应当登记。", **GOOD), finding("样例证书应当登记。", **GOOD)
    assert chance(question, weights, holds) > chance(question, weights, lacks)


@pytest.mark.parametrize("written", ["ABC", "abc", "ＡＢＣ", "ａｂｃ"])
def test_an_abbreviation_is_held_however_it_is_written(written: str) -> None:
    assert signals("abc证书", {"abc": 1.0}, finding(f"样例证书（{written}）"))["abbreviation"] == 0.0


@pytest.mark.parametrize(
    ("question", "text", "elsewhere"),
    [
        ("上海的样例政策", "上海市支持样例。", 0.0),
        ("上海的样例政策", "海南省支持样例。", 1.0),
        ("样例政策", "海南省支持样例。", 0.0),
        ("上海和海南的样例政策", "海南省支持样例。", 1.0),
    ],
)
def test_a_place_of_ours_that_the_text_does_not_name(question: str, text: str, elsewhere: float) -> None:
    assert signals(question, {}, finding(text))["elsewhere"] == elsewhere


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("美国FDA的510k怎么申请", True),
        ("欧盟怎么注册", True),
        ("从美国进口药品要什么手续", False),
        ("德国设备在我国注册要什么", False),
        ("药品怎么注册", False),
        ("", False),
    ],
)
def test_a_question_on_another_countrys_law(question: str, expected: bool) -> None:
    assert abroad(question) is expected


@given(
    question=st.text(max_size=80), text=st.text(max_size=80), share=st.floats(0, 1), cosine=st.floats(-1, 1),
    plain=st.floats(-1, 1), score=st.floats(0, 4),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_the_chance_of_anything_is_a_chance(
    question: str, text: str, share: float, cosine: float, plain: float, score: float
) -> None:
    """Whatever is asked and found: between 0 and 1, and no error."""
    found = finding(text, score=score, share=share, cosine=cosine, plain=plain)
    for weights in ({}, {"": 1.0}, {"样例": 0.0}, dict.fromkeys(question.split(), 3.0)):
        likely_so = chance(question, weights, found)
        assert 0.0 <= likely_so <= 1.0
        assert math.isfinite(likely_so)
