"""The features of the second look and what they add up to: behaviour, not the numbers that were fitted."""

from __future__ import annotations

import math
from typing import Any

import pytest
from factories import document, provision
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import processor_seconds
from small_library import COURT, GUIDANCE, GUIDE, LAW, LOCAL, entry

from kb.model import Document, Kind, Level, Rung, Sector
from kb.registry import Reading
from kb.rerank import (
    WEIGHTS,
    Asked,
    Read,
    best_sentence,
    effect,
    features,
    finest,
    operative,
    pairs_held,
    same_place,
    same_sector,
    share,
    standing,
)  # fmt: skip
from kb.search import EXACT

PLAIN = document("样例管理办法")


def asked(words: str, *terms: str, meant: tuple[str, ...] = (), sectors: frozenset[Sector] = frozenset()) -> Asked:
    return Asked(words, dict.fromkeys(terms, 1.0), dict.fromkeys(meant, 1.0), sectors)


def read(text: str, held: Document = PLAIN, **fields: Any) -> Read:
    values: dict[str, Any] = {
        "document": held, "path": ("第一条",), "fused": 0.8, "meaning": 0.8, "headings": held.title, "text": text,
        "operative": 1,
    }  # fmt: skip
    return Read(**(values | fields))


def score(text: str, question: Asked, held: Document = PLAIN, **fields: Any) -> float:
    return standing(features(read(text, held, **fields), question))


def test_every_feature_has_its_weight_and_every_weight_its_feature() -> None:
    """A feature without a weight breaks every search, a weight without a feature is a promise nothing keeps."""
    assert features(read("样例。"), asked("样例", "样例")).keys() == WEIGHTS.keys()


def test_no_standing_reaches_a_place_that_was_named() -> None:
    """All features at their best together: the scores on the screen must still tell a named place apart."""
    assert sum(max(weight, 0.0) for weight in WEIGHTS.values()) < EXACT


@given(words=st.text(max_size=60), text=st.text(max_size=200), headings=st.text(max_size=30))
@settings(max_examples=80, deadline=None)
def test_features_of_any_text_stay_within_bounds(words: str, text: str, headings: str) -> None:
    """Whatever is asked and stored: every feature is finite and between -1 and 1, so no text can shout others down."""
    question = Asked(words, dict.fromkeys(words.split(), 2.0), {}, frozenset({Sector.DRUG}))
    found = features(read(text, headings=headings), question)
    assert all(math.isfinite(value) and -1 <= value <= 1 for value in found.values()), found


@pytest.mark.parametrize(
    "steps",
    [
        ("与此无关。", "储存有要求。", "样例药品的储存有要求。", "样例药品可以委托储存。"),
        ("与此无关。", "委托储存。"),
    ],
)
def test_each_term_that_a_text_holds_raises_it(steps: tuple[str, ...]) -> None:
    """The ground of all ranking by words."""
    question = asked("样例药品可以委托储存吗", "样例", "药品", "委托", "储存")
    scores = [score(text, question) for text in steps]
    assert scores == sorted(set(scores)), scores


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        ({"fused": 1.0}, {"fused": 0.2}, "both sides found it first"),
        ({"meaning": 1.0}, {"meaning": 0.0}, "nearer in meaning"),
        ({"operative": 1}, {"operative": 0}, "an article before an entry of an outline"),
        ({"operative": 0}, {"operative": -1}, "an entry before a preface"),
        ({"current": True}, {"current": False}, "a text amended by one that is not held gives way"),
    ],
)
def test_of_equal_words_the_better_placed_comes_first(better: dict[str, Any], worse: dict[str, Any], why: str) -> None:
    question = asked("样例药品储存", "样例", "储存")
    text = "样例药品的储存应当登记。"
    assert score(text, question, **better) > score(text, question, **worse), why


@pytest.mark.parametrize("lower", [GUIDE, GUIDANCE, COURT, LOCAL], ids=["guide", "guidance", "court", "local"])
def test_of_equal_words_and_meaning_the_law_comes_first(lower: dict[str, Any]) -> None:
    """A text that explains or applies the law is not the law."""
    question = asked("样例药品储存", "样例", "储存")
    scores = [score("样例药品储存。", question, document("样例办法", **kind), meaning=1.0) for kind in (LAW, lower)]
    assert scores[0] > scores[1]


def test_rank_does_not_lift_a_law_that_is_not_to_the_point() -> None:
    """With few words in common a law of any rank stayed on top of the notice that answers."""
    question = asked("技术服务平台固定人员不少于多少人", "技术服务平台", "固定", "人员")
    law = score("劳动者的人员安排。", question, document("样例劳动法", **LAW), meaning=0.0)
    notice = document("样例平台指南", kind=Kind.NOTICE, level=Level.NORMATIVE_DOCUMENT)
    assert score("技术服务平台固定人员不少于10人。", question, notice, meaning=0.7) > law


@pytest.mark.parametrize(
    ("question", "stated", "silent"),
    [
        (asked("样例许可多久办理", "样例"), "样例在三十日内办理。", "样例应当及时办理。"),
        (asked("样例罚多少", "样例"), "样例处五万元罚款。", "样例另行规定。"),
        (asked("什么是样例", "样例"), "本法所称样例，是指例子。", "样例应当登记。"),
    ],
    ids=["figure", "penalty", "definition"],
)
def test_a_text_that_states_what_is_asked_for_comes_before_one_that_does_not(
    question: Asked, stated: str, silent: str
) -> None:
    assert score(stated, question) > score(silent, question)


def test_what_the_lexicon_means_counts_for_a_text_that_says_it() -> None:
    """不还 is not a word of the statutes; 返还 is."""
    question = asked("借钱不还", "借钱", meant=("借款", "返还"))
    assert score("借款人应当返还借款。", question) > score("出卖人应当交付标的物。", question)


@pytest.mark.parametrize(
    ("named", "own", "other"),
    [(Sector.DEVICE, Sector.DEVICE, Sector.COSMETIC), (Sector.COSMETIC, Sector.COSMETIC, Sector.DRUG)],
)
def test_the_sector_of_the_question_decides_between_equal_rules(named: Sector, own: Sector, other: Sector) -> None:
    question = asked("注册申请", "注册", sectors=frozenset({named}))
    silent, fitting, clashing = (
        score("注册申请。", question, document(sectors=sectors)) for sectors in ((), (own,), (other,))
    )
    assert fitting > silent > clashing


@pytest.mark.parametrize(
    ("sectors", "asked_for", "expected"),
    [((), {Sector.DRUG}, 0), ((Sector.DRUG,), set(), 0), ((Sector.DRUG, Sector.DEVICE), {Sector.DEVICE}, 1)],
)
def test_silence_on_the_sector_is_no_clash(sectors: tuple[Sector, ...], asked_for: set[Sector], expected: int) -> None:
    question = asked("申请", sectors=frozenset(asked_for))
    assert same_sector(document(sectors=sectors), question) == expected


@pytest.mark.parametrize(
    ("region", "question", "expected"),
    [
        (None, "海南支持吗", 0),
        ("海南省", "海南支持吗", 1),
        ("海南省", "支持吗", -1),
        ("广州市黄埔区", "黄埔有什么补助", 1),
        ("广州市黄埔区", "广州有什么补助", 1),
        ("广州市黄埔区", "上海有什么补助", -1),
        ("上海市浦东新区", "浦东的办法", 1),
        ("广西壮族自治区", "广西的办法", 1),
        ("香港特别行政区", "香港的办法", 1),
        ("全国", "支持吗", -1),
    ],
)
def test_a_region_is_named_by_any_of_its_short_names(region: str | None, question: str, expected: int) -> None:
    assert same_place(document(region=region), question) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("应当在30日内答复", 1.0),
        ("应当在三十日内答复", 1.0),
        ("应当在３０日内答复", 1.0),
        ("应当在30天内答复", 1.0),
        ("应当在13日内答复", 0.5),
        ("", 0.0),
        ("🎉", 0.0),
    ],
)
def test_a_number_is_held_however_it_is_written(text: str, expected: float) -> None:
    assert share({"30日": 1.0, "答复": 1.0}, text) == expected


def test_a_rare_term_counts_for_more_than_a_common_one() -> None:
    weights = {"批签发": 5.0, "药品": 1.0}
    assert share(weights, "批签发") > share(weights, "药品") > 0


def test_a_question_without_terms_shares_nothing() -> None:
    assert share({}, "任何文字") == best_sentence({}, "标题", "任何文字") == 0.0
    assert pairs_held("", "任何文字") == pairs_held("吗", "任何文字") == pairs_held("🎉🎉🎉", "🎉🎉🎉") == 0.0


def test_one_sentence_that_answers_beats_a_long_text_that_has_every_word_somewhere() -> None:
    weights = dict.fromkeys(("样例", "委托", "储存"), 1.0)
    together, scattered = "样例可以委托储存。别的。", "样例应当登记。委托应当书面。储存应当防潮。"
    assert share(weights, together) == share(weights, scattered) == 1.0
    assert best_sentence(weights, "", together) > best_sentence(weights, "", scattered)
    # What stands in the headings is said of every sentence.
    assert best_sentence(weights, "样例", "委托储存。") == 1.0


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("委托储存", "可以委托储存", 1.0),
        ("委托储存", "委托他人储存", 2 / 3),
        ("委托储存", "无关", 0.0),
        ("ＧＭＰ", "gmp证书", 1.0),
        ("委托，储存", "委托储存", 2 / 2),
    ],
)
def test_neighbouring_characters_are_counted_once_and_never_across_a_comma(
    words: str, text: str, expected: float
) -> None:
    assert pairs_held(words, text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("path", "article", "expected"),
    [(("第三条",), True, 1), (("三",), False, 0), (("序言",), False, -1), (("附件1", "第三条"), True, 1)],
)
def test_articles_rule_entries_tell_and_prefaces_announce(path: tuple[str, ...], article: bool, expected: int) -> None:
    assert operative(path, article=article) == expected


def test_effect_falls_with_the_level() -> None:
    levels = (Level.LAW, Level.ADMINISTRATIVE_REGULATION, Level.DEPARTMENT_RULE, Level.NORMATIVE_DOCUMENT,
              Level.GUIDANCE, Level.REFERENCE)  # fmt: skip
    effects = [effect(document(level=level)) for level in levels]
    assert effects == sorted(set(effects), reverse=True)
    assert effect(document(**COURT)) < effect(document(level=Level.DEPARTMENT_RULE))


OUTLINE = "一、材料\n（一）申请表。\n（二）检验报告不少于3份。\n（三）说明书。\n（四）承诺函。"


def outline() -> Reading:
    lines = OUTLINE.splitlines()[1:]
    whole = entry(OUTLINE, "一", opens="一、", ends="承诺函。")
    parts = [entry(OUTLINE, "一", line[:3], opens=line, ends=line) for line in lines]
    return Reading(OUTLINE, {p.path: p for p in (whole, *parts)})


@pytest.mark.parametrize(
    ("words", "terms", "path"),
    [
        ("申请表", ("申请表",), ("一", "（一）")),
        ("检验报告要几份", ("检验", "报告"), ("一", "（二）")),
        ("申请表、检验报告、说明书和承诺函", ("申请表", "检验", "说明书", "承诺"), ("一",)),
        ("承诺函", ("承诺",), ("一", "（四）")),
    ],
)
def test_the_finest_entry_that_answers_alone(words: str, terms: tuple[str, ...], path: tuple[str, ...]) -> None:
    """Cited is the entry, or the whole where the entries answer only together."""
    reading = outline()
    assert finest(reading, reading.provisions["一",], "样例", asked(words, *terms)).path == path


def test_an_article_is_never_taken_apart() -> None:
    text = "第一条 申请表。第二款。"
    article, paragraph = provision("第一条", text=text), provision("第一条", "第一款", text=text, rung=Rung.PARAGRAPH)
    reading = Reading(text, {p.path: p for p in (article, paragraph)})
    assert finest(reading, article, "样例", asked("申请表", "申请表")) is article


@pytest.mark.parametrize("line", ["一", "1", "的，", "i", "第", "罚款三十日", "，a", " "], ids=repr)
def test_a_long_line_without_an_end_is_read_in_a_blink(line: str) -> None:
    """A damaged file may hold one line of megabytes: ten thousand characters may not take seconds."""
    question = asked("罚多少，多久，30日，什么是", "30日", "罚款", "没有")
    text = line * (10_000 // len(line))
    features(read(line), question)
    assert processor_seconds(lambda: features(read(text), question)) < 0.5
