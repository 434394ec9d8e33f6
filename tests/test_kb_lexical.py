"""Chinese terms: what people type and what statutes print must meet in the same terms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lexical import AVERAGE_LENGTH, K1, B, SparseTerms, fold, passage_terms, query_terms, term_id, terms

SAME_TERM = [
    # a person types Arabic figures, the statute prints Chinese ones
    ("30日", "三十日", "30日"),
    ("20个工作日", "二十个工作日", "20工作日"),
    ("15天", "十五日", "15日"),
    ("3万元", "三万元", "3万元"),
    ("30%", "百分之三十", "30%"),
    # classes and phases in every way they are written
    ("二类", "第二类", "2类"),
    ("Ⅱ类", "2类", "2类"),
    ("III期", "三期", "3期"),
    ("第30条", "第三十条", "30条"),
    # full width comes from Word files and from input methods
    ("ＧＭＰ", "gmp", "gmp"),
    ("ＵＤＩ", "UDI", "udi"),
    ("５㎎", "5mg", "5mg"),
    # compatibility hanzi look the same and are not
    ("\u2f64于", "用于", "用于"),
]


@pytest.mark.parametrize(("typed", "printed", "term"), SAME_TERM)
def test_two_spellings_one_term(typed: str, printed: str, term: str) -> None:
    """Each row is a pair of spellings that a search must not tell apart."""
    assert term in terms(typed)
    assert term in terms(printed)


APART = [
    # a month of the calendar is not a span of months
    ("3个月", "3月"),
    # no number is hidden in these words
    ("统一类别", "一类"),
    ("同一年度", "一年"),
    # another quantity
    ("三十日", "十日"),
    ("0.5mg", "5mg"),
    ("10万元", "10元"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_things_share_no_number(one: str, other: str) -> None:
    """Each row is a pair that careless patterns would join."""
    assert not set(terms(one)) & {t for t in terms(other) if any(c.isdigit() for c in t)}


WHOLE = [
    ("MAH委托生产", "mah"),
    ("申报IND前", "ind"),
    ("PD-1/L1抑制剂", "pd-1/l1"),
    ("0.5mg/kg", "kg"),
    ("ICH Q7", "q7"),
    ("β-内酰胺类", "内酰胺"),
    # the field's compounds, unknown to a general dictionary, and the words inside them
    ("药物警戒制度", "药物警戒"),
    ("药物警戒制度", "警戒"),
    ("附条件批准上市", "附条件批准"),
    ("上市许可持有人", "上市许可持有人"),
    # unknown compound: pairs of characters, so that it can be found at all
    ("毒麻精放", "麻精"),
    # one character that carries the matter
    ("处罚款，卖假酒的", "酒"),
    ("国令第680号", "680号"),
]


@pytest.mark.parametrize(("text", "term"), WHOLE)
def test_term_is_found(text: str, term: str) -> None:
    """Each row is a term that a search for it depends on."""
    assert term in terms(text)


@pytest.mark.parametrize("text", ["", "  \n\u3000", "？！。，《》（）", "的了和", "请问怎么办呢", "①②⒈⑴"])
def test_nothing_to_look_for(text: str) -> None:
    """Question words are rare in statutes: kept, their IDF would outweigh the matter asked about."""
    assert terms(text) == []
    assert query_terms(text) == SparseTerms([], [])


def test_query_counts_each_term_once() -> None:
    """The query side of BM25 is 1.0 per term; repeating a word must not double it."""
    found = query_terms("召回 药品召回 召回")
    assert set(found.values) == {1.0}
    assert len(found.indices) == len(set(found.indices))
    assert term_id("召回") in found.indices


def test_passage_weight_is_bm25() -> None:
    """One term once in a text of one term, computed by hand from the published formula."""
    found = passage_terms("药品")
    expected = (K1 + 1) / (1 + K1 * (1 - B + B / AVERAGE_LENGTH))
    assert found.indices == [term_id("药品")]
    assert found.values == pytest.approx([expected])


def test_frequency_saturates_and_length_is_paid_for() -> None:
    """Ten mentions are worth less than ten times one; the same mention weighs less in a longer text."""

    def weight(text: str) -> float:
        found = passage_terms(text)
        return found.values[found.indices.index(term_id("召回"))]

    assert weight("召回") < weight("召回 " * 10) < 3 * weight("召回")
    assert weight("召回") > weight("召回" + "药品生产企业" * 50)


def test_title_terms_are_found_and_cost_nothing() -> None:
    """An article seldom repeats what its law is about; its own words must not pay for a long title."""
    title = "疫苗储存和运输管理规范"
    plain, titled = passage_terms("应当逐批签发"), passage_terms("应当逐批签发", title=title)
    weights = dict(zip(titled.indices, titled.values, strict=True))
    assert term_id("疫苗") in weights
    assert all(weights[index] == value for index, value in zip(plain.indices, plain.values, strict=True))


@given(st.text(max_size=200))
def test_any_text_gives_a_valid_vector(text: str) -> None:
    """Uploads hold anything: ids must ascend and be 32-bit, weights be positive and finite, or the engine refuses."""
    for found in (passage_terms(text, title=text[:20]), query_terms(text)):
        assert found.indices == sorted(set(found.indices))
        assert all(0 <= index < 2**32 for index in found.indices)
        assert all(math.isfinite(value) and value > 0 for value in found.values)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_found(text: str) -> None:
    """Callers may hand over text that was folded already (the cache, the glossary): the terms must be the same."""
    assert terms(fold(text)) == terms(text)
