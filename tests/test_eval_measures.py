"""Each measure checked by hand on the smallest case that tells right from wrong."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from eval.answering import says
from eval.cases import Case, Gold, Place
from eval.measures import MEASURES
from eval.resampling import interval, interval_of_difference, interval_of_gain
from eval.score import Cited, Score, Seen

STORED = "甲企业应当自受理之日起六十日内答复；逾期未答复的，视为同意。"
RIGHT, OTHER, BESIDE = "第一条", "第二条", "第三条"


def place(article: str, title: str = "甲法") -> Place:
    return Place.at(f"{title}@2020-01-01/{article}", title)


def cited(
    article: str, quote: str = STORED, *, start: int = 0, force: str = "现行有效", stored: str | None = STORED
) -> Cited:
    return Cited(place(article), quote, start, start + len(quote), force, stored)


def seen(
    *found: str, cites: tuple[Cited, ...] = (), outcome: str = "answered", text: str = "", error: str | None = None
) -> Seen:
    return Seen(tuple(place(article) for article in found), outcome, text, cites, 0.1, 0.2, error=error)


def case(**fields: object) -> Case:
    given = {
        "id": "a",
        "question": "多久答复",
        "gold": [Gold(title="甲法", article=RIGHT)],
        "tags": ["exact"],
        "source": "自编",
    }
    return Case.model_validate({**given, **fields})


def score(name: str, asked: Case, got: Seen) -> Score | None:
    measure = next(measure for measure in MEASURES if str(measure) == name)
    return measure.score(asked, got)


TWO = case(gold=[Gold(title="甲法", article=RIGHT), Gold(title="甲法", article=OTHER)])
BESIDES = case(accept=[Gold(title="甲法", article=BESIDE)])
NUMBER = case(must_say=["六十日|60日", "视为同意"])
FORBIDDEN = case(must_say=["同意"], must_not_say=["不予受理"])
EITHER = case(gold=[Gold(title="甲法", article=RIGHT, also=(Gold(title="甲法", article=BESIDE),))])
GRADED = case(gold=[Gold(title="甲法", article=RIGHT, grade=2), Gold(title="甲法", article=OTHER)])
OLD = case(gold=[Gold(title="甲法", article=RIGHT, version="2001-01-01")])
LAST = case(gold=[Gold(title="乙法", article=RIGHT)])
ABOUT = case(gold=[], about=[Gold(title="甲法")], outcome="any")
REFUSE = case(gold=[], outcome="refused")
ASK_BACK = case(gold=[], outcome="clarify")

FILLER = tuple(f"第{number}条" for number in "四五六七八九")


@pytest.mark.parametrize(
    ("name", "asked", "got", "value", "why"),
    [
        ("Recall@10", case(), seen(RIGHT), 1.0, "perfect"),
        ("Recall@10", TWO, seen(RIGHT, BESIDE), 0.5, "one of two"),
        ("Recall@10", case(), seen(), 0.0, "an empty result is a zero, not a gap"),
        ("Recall@10", case(), seen(*FILLER, *FILLER, RIGHT), 0.0, "the eleventh place and later do not count"),
        ("Recall@10", REFUSE, seen(RIGHT), None, "nothing to find"),
        ("Recall@10", TWO, seen(RIGHT, f"{RIGHT}/第一款", f"{RIGHT}/第二款"), 0.5, "one gold three times is one gold"),
        ("Recall@10", EITHER, seen(BESIDE), 1.0, "what says the same will do"),
        ("nDCG@10", case(), seen(RIGHT), 1.0, "on top"),
        ("nDCG@10", case(), seen(OTHER, RIGHT), 1 / log2(3), "second of one"),
        ("nDCG@10", TWO, seen(RIGHT), 1 / (1 + 1 / log2(3)), "the ideal holds both"),
        ("nDCG@10", TWO, seen(RIGHT, f"{RIGHT}/第一款", OTHER), 1.5 / (1 + 1 / log2(3)), "a repeat takes a place"),
        (
            "nDCG@10",
            EITHER,
            seen(BESIDE, RIGHT),
            1.0,
            "two places of one gold: the first settles it, the ideal has one",
        ),
        ("nDCG@10", EITHER, seen(OTHER, BESIDE, RIGHT), 1 / log2(3), "and the second earns nothing"),
        ("nDCG@10", GRADED, seen(OTHER, RIGHT), (1 + 2 / log2(3)) / (2 + 1 / log2(3)), "the better one ought to lead"),
        ("nDCG@10", case(), seen(), 0.0, "an empty result is a zero"),
        ("law-hit@5", case(), seen(OTHER), 1.0, "right law, wrong article"),
        ("law-hit@5", case(gold=[Gold(title="乙法", article=RIGHT)]), seen(RIGHT), 0.0, "right article, wrong law"),
        ("law-hit@5", OLD, seen(RIGHT), 1.0, "the law in another version is still that law"),
        (
            "law-hit@5",
            LAST,
            Seen((*[place(OTHER)] * 5, place(RIGHT, "乙法")), "", "", (), 0, 0),
            0.0,
            "the sixth place",
        ),
        ("law-hit@5", case(), seen(), 0.0, "an empty result is a zero"),
        ("law-hit@5", REFUSE, seen(OTHER), None, "nothing to find"),
        ("MRR@10", case(), seen(OTHER, BESIDE, RIGHT), 1 / 3, "third place"),
        ("MRR@10", TWO, seen(OTHER, RIGHT), 1.0, "the first that is right counts"),
        ("MRR@10", case(), seen(OTHER), 0.0, "not found"),
        ("Hit@1", case(), seen(RIGHT, OTHER), 1.0, "on top"),
        ("Hit@1", case(), seen(OTHER, RIGHT), 0.0, "second is not a hit at one"),
        ("Citation precision", case(), seen(cites=(cited(RIGHT), cited(OTHER))), 0.5, "one beside the point"),
        ("Citation precision", BESIDES, seen(cites=(cited(RIGHT), cited(BESIDE))), 1.0, "accepted beside gold"),
        ("Citation precision", case(), seen(outcome="refused"), 0.0, "nothing cited where there was an answer"),
        ("Citation recall", BESIDES, seen(cites=(cited(BESIDE),)), 0.0, "accepted is not asked for"),
        ("Citation recall", TWO, seen(cites=(cited(RIGHT), cited(BESIDE))), 0.5, "one of two"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT),)), 1.0, "verbatim"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT, "六十日", start=11),)), 1.0, "a verbatim part"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT, "六十日", start=10),)), 0.0, "one character off"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT, STORED.replace("；", ";")),)), 0.0, "one width changed"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT, stored=None),)), 0.0, "an address that leads nowhere"),
        ("Quote exactness", case(), seen(cites=(cited(RIGHT, ""),)), 0.0, "an empty quote proves nothing"),
        ("Quote exactness", REFUSE, seen(outcome="refused"), None, "nothing was quoted"),
        ("Validity", case(), seen(cites=(cited(RIGHT), cited(OTHER, force="已废止"))), 0.5, "one repealed"),
        ("Validity", case(), seen(cites=(cited(OTHER, force="尚未施行"),)), 0.0, "not yet in force"),
        ("Validity", ABOUT, seen(cites=(cited(OTHER, force="尚未施行"),)), 1.0, "the question is about that text"),
        ("Validity", case(), seen(cites=(cited(RIGHT, force="不明"),)), 1.0, "unknown is shown, not wrong"),
        ("Number exactness", NUMBER, seen(cites=(cited(RIGHT),)), 1.0, "only the fact with a number is asked"),
        ("Number exactness", NUMBER, seen(text="六十日", cites=()), 0.0, "said, but not quoted"),
        ("Number exactness", case(must_say=["视为同意"]), seen(cites=(cited(RIGHT),)), None, "no number to check"),
        ("Must say", NUMBER, seen(text="六十日内", cites=()), 0.5, "one of two said"),
        ("Must say", FORBIDDEN, seen(text="同意，但不予受理"), 0.5, "said what it must not"),
        ("Must say", FORBIDDEN, seen(error="Unavailable：没有索引"), 0.0, "silence of a broken system is no virtue"),
        ("Refusal accuracy", REFUSE, seen(outcome="refused"), 1.0, "refused as it should"),
        ("Refusal accuracy", REFUSE, seen(outcome="answered"), 0.0, "answered the weather"),
        ("Refusal accuracy", REFUSE, seen(outcome="unavailable"), 0.0, "a failure is not a refusal"),
        ("Refusal accuracy", case(), seen(outcome="refused"), None, "counted as false refusal instead"),
        ("Clarify accuracy", ASK_BACK, seen(outcome="clarify"), 1.0, "asked back"),
        ("Clarify accuracy", ASK_BACK, seen(outcome="answered"), 0.0, "guessed"),
        ("False refusal", case(), seen(outcome="refused"), 1.0, "refused what the law answers"),
        ("False refusal", case(), seen(outcome="partial"), 0.0, "a partial answer is no refusal"),
    ],
)
def test_measure_by_hand(name: str, asked: Case, got: Seen, value: float | None, why: str) -> None:
    result = score(name, asked, got)
    assert (None if result is None else pytest.approx(result.value)) == value, why


def test_every_score_says_why() -> None:
    # A number without its reason cannot be mended.
    wrong = seen(OTHER, cites=(cited(OTHER, force="已废止", stored=None),), text="不予受理")
    for measure in MEASURES:
        for asked in (case(), FORBIDDEN, NUMBER, REFUSE, ASK_BACK):
            result = measure.score(asked, wrong)
            assert result is None or len(result.why) > 2, measure
    missed = score("Citation recall", case(), wrong)
    assert missed is not None
    assert "《甲法》第一条" in missed.why


@pytest.mark.parametrize(
    ("words", "fact", "said", "why"),
    [
        ("罚款十五年以下", "五年", False, "a longer number is another number"),
        ("五年以下", "五年", True, "whole number"),
        ("固定人员100人", "10人", False, "no, 00人"),
        ("不少于 10 人", "10人", True, "blanks do not matter"),
        ("不少于１０人", "10人", True, "full-width digits are the same digits"),
        ("有效期为5年", "五年|5年", True, "either spelling"),
        ("面积1.5米", "5米", False, "a decimal is one number"),
        ("应当备案", "备案", True, "plain words need no boundary"),
        ("二十日内", "二十", True, "a unit may follow"),
        ("二十五日内", "二十", False, "but no further numeral"),
    ],
)
def test_number_is_said_only_as_a_whole(words: str, fact: str, said: bool, why: str) -> None:
    assert says(words, fact) is said, why


def test_interval_holds_the_mean_and_repeats_with_its_seed() -> None:
    # The same seed must give the same table, or a change of intervals would look like a change of quality.
    values = [1.0] * 15 + [0.0] * 5
    low, high = interval(values, np.random.default_rng(7))
    assert (low, high) == interval(values, np.random.default_rng(7))
    assert 0.5 < low < 0.75 < high < 1.0


def test_interval_narrows_with_more_cases_and_is_a_point_without_spread() -> None:
    few, many = [1.0, 0.0] * 5, [1.0, 0.0] * 200
    random = np.random.default_rng(0)
    (low, high), (lower, higher) = interval(few, random), interval(many, random)
    assert higher - lower < (high - low) / 3
    assert interval([1.0] * 9, random) == (1.0, 1.0)


def test_interval_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="没有分数"):
        interval([], np.random.default_rng(0))


def test_paired_difference_is_surer_than_two_intervals() -> None:
    """Hard and easy cases spread both runs; the second is better by the same little on every one of them."""
    before = [0.1, 0.9] * 20
    after = [value + 0.05 for value in before]
    low, high = interval_of_difference(before, after, np.random.default_rng(0))
    assert (low, high) == (pytest.approx(0.05), pytest.approx(0.05))
    assert interval(after, np.random.default_rng(0))[0] < interval(before, np.random.default_rng(0))[1]


def test_difference_of_runs_that_do_not_pair_is_an_error() -> None:
    with pytest.raises(ValueError, match="shape"):
        interval_of_difference([0.1, 0.2], [0.1], np.random.default_rng(0))


def test_gain_is_over_the_better_of_the_sides_in_every_resample() -> None:
    # Each side is the better one somewhere: against one of them alone the gain would look larger than it is.
    whole, one, other = [0.6] * 20, [0.5] * 10 + [0.4] * 10, [0.4] * 10 + [0.5] * 10
    bounds = interval_of_gain(whole, [one, other], np.random.default_rng(0))
    assert bounds is not None
    assert 0.2 < bounds[0] < bounds[1] <= 0.6 / 0.45 - 1 + 1e-9
    assert interval_of_gain(whole, [[0.0] * 20, [0.0] * 20], np.random.default_rng(0)) is None


def test_measures_print_as_they_are_named() -> None:
    names = [str(measure) for measure in MEASURES]
    assert names[:5] == ["Recall@10", "nDCG@10", "MRR@10", "Hit@1", "law-hit@5"]
    assert len(set(names)) == len(names)
