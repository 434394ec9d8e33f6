"""Search end to end over a real registry and a real embedded index: what comes first, and what each part does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from factories import HashEncoder
from small_library import COURT, GUIDANCE, GUIDE, LAW, LOCAL, empty_library, entry, put, put_outline

from kb.candidates import RANK_CONSTANT
from kb.embed import Vectors, unit
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.lexical import query_terms
from kb.lexicon import Lexicon
from kb.model import Kind, Passage, Sector
from kb.search import RERANKED, Filters, Found, How, Part, Ranking, findings, found, search
from kb.store import Where

DAY = date(2026, 11, 21)
DRUG = """第一条 持有人可以委托合格的工厂生产样例药品，并签订质量协议。
第二条 生产假冒样例药品的，处货值金额十倍罚款。
第三条 临床试验申请应当自受理之日起六十日内答复，逾期视为同意。
第四条 注册证书有效期五年，届满六个月前申请再注册。
第五条 广告不得含有保证疗效的断言。
第六条 不良反应应当在十五日内报告监测机构。"""
DEVICE = """第一条 第二类器械由省级部门审批，第一类器械实行备案。
第二条 器械说明书应当载明禁忌症与注意事项。
第三条 植入器械的使用单位应当永久保存购进记录。
第四条 器械召回分为三级，一级召回一日内通知使用者。
第五条 进口器械应当有中文标签。
第六条 网络销售器械的平台应当核验经营者资质。"""
DRUG_RULES, DEVICE_RULES = "样例药品管理办法", "样例器械管理办法"
ASKED = (
    ("委托工厂生产样例药品行吗", DRUG_RULES, "第一条"), ("生产假冒样例药品罚多少", DRUG_RULES, "第二条"),
    ("临床试验申请多久答复", DRUG_RULES, "第三条"), ("注册证书有效期届满前多久申请再注册", DRUG_RULES, "第四条"),
    ("广告能保证疗效吗", DRUG_RULES, "第五条"), ("不良反应几日内报告", DRUG_RULES, "第六条"),
    ("第二类器械谁审批", DEVICE_RULES, "第一条"), ("器械说明书要写禁忌症吗", DEVICE_RULES, "第二条"),
    ("植入器械购进记录保存多久", DEVICE_RULES, "第三条"), ("器械一级召回几日内通知", DEVICE_RULES, "第四条"),
    ("进口器械要不要中文标签", DEVICE_RULES, "第五条"), ("网络销售器械平台核验资质吗", DEVICE_RULES, "第六条"),
)  # fmt: skip
LEXICON = """
entries:
  - {said: [代工], meant: [委托生产, 受托生产], kind: colloquial}
misspelt: {购近记录: 购进记录}
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = empty_library(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Two rules of six articles each; nothing in it is changed by a test."""
    home = tmp_path_factory.mktemp("library")
    (home / "lexicon.yaml").write_text(LEXICON, encoding="utf-8")
    made = empty_library(home, lexicon=Lexicon.load(home / "lexicon.yaml"))
    put(made, DRUG_RULES, DRUG)
    put(made, DEVICE_RULES, DEVICE, sectors=(Sector.DEVICE,))
    yield made
    made.close()


def ranked(knowledge: KnowledgeBase, question: str) -> list[Passage]:
    return search(knowledge, question, as_of=DAY)


def places(result: Found | Sequence[Passage]) -> list[str]:
    passages = [f.passage for f in result.findings] if isinstance(result, Found) else result
    return [passage.address for passage in passages]


def asked(knowledge: KnowledgeBase, question: str, *without: Part, ranking: Ranking = "full", **more: Any) -> Found:
    return found(knowledge, question, as_of=DAY, how=How(ranking, frozenset(without)), **more)


def gain(rankings: Sequence[Sequence[Passage]]) -> float:
    """Mean nDCG@10 over ASKED, one right article each."""
    told = 0.0
    for passages, (_, title, article) in zip(rankings, ASKED, strict=True):
        ranks = [at for at, p in enumerate(passages[:10], 1) if (p.title, p.article) == (title, article)]
        told += 1 / math.log2(ranks[0] + 1) if ranks else 0.0
    return told / len(ASKED)


def test_the_right_article_comes_first_and_a_reversed_ranking_is_far_worse(library: KnowledgeBase) -> None:
    """The measure that every change is judged by must feel the order, and the order must be worth something."""
    good = [ranked(library, question) for question, _, _ in ASKED]
    assert gain(good) > 0.9
    assert gain([passages[::-1] for passages in good]) < gain(good) - 0.3


def test_equal_calls_give_equal_rankings(library: KnowledgeBase) -> None:
    """Down to the scores: what a saved run is compared with."""
    for ranking in get_args(Ranking):
        for question, _, _ in ASKED[:3]:
            assert asked(library, question, ranking=ranking) == asked(library, question, ranking=ranking)


def test_the_best_are_the_same_however_many_are_wanted(library: KnowledgeBase) -> None:
    question = ASKED[3][0]
    ten = places(asked(library, question, limit=10))
    for limit in (1, 3, 7):
        assert places(asked(library, question, limit=limit)) == ten[:limit]


# What stands before what.


@pytest.mark.parametrize(
    ("question", "first"),
    [("样例药品可以委托储存吗", "样例药品法"), ("海南的样例药品可以委托储存吗", "海南样例药品条例")],
)
def test_national_law_comes_before_a_local_text_unless_its_region_is_named(
    knowledge: KnowledgeBase, question: str, first: str
) -> None:
    put(knowledge, "样例药品法", "第三条 样例药品可以委托他人储存。", **LAW)
    put(knowledge, "海南样例药品条例", "第三条 样例药品可以委托他人储存。本省海南范围内适用。", **LOCAL)
    assert ranked(knowledge, question)[0].title == first


@pytest.mark.parametrize("other", [GUIDE, GUIDANCE, COURT], ids=["guide", "guidance", "court"])
def test_of_equal_words_the_law_stands_before_the_text_that_explains_it(
    knowledge: KnowledgeBase, other: dict[str, Any]
) -> None:
    put(knowledge, "样例药品储存说明", "第三条 样例药品可以委托他人储存。", **other)
    put(knowledge, "样例药品储存法律", "第三条 样例药品可以委托他人储存 。", **LAW)
    assert [p.title for p in ranked(knowledge, "样例药品可以委托储存吗")] == ["样例药品储存法律", "样例药品储存说明"]


def test_guides_do_not_push_the_law_out_of_the_candidates(knowledge: KnowledgeBase) -> None:
    """More guide entries than are read a second time: a law that was never read cannot be put first."""
    many = "\n".join(f"第{n}条 委托储存样例药品的说明。" for n in range(100, 101 + RERANKED))
    put(knowledge, "委托储存样例药品说明", many, **GUIDE)
    put(knowledge, "样例药品法", "第三条 储存样例药品可以委托他人，双方应当签订质量协议并约定各自责任。", **LAW)
    assert "样例药品法" in [p.title for p in search(knowledge, "委托储存样例药品", as_of=DAY, limit=RERANKED)]


def test_the_sector_of_the_question_decides_between_equal_rules(knowledge: KnowledgeBase) -> None:
    put(knowledge, "样例注册规则甲", "第三条 注册申请应当提交研究资料。", sectors=(Sector.DEVICE,))
    put(knowledge, "样例注册规则乙", "第三条 注册申请应当提交研究资料。", sectors=(Sector.COSMETIC,))
    assert ranked(knowledge, "面膜注册申请提交什么研究资料")[0].title == "样例注册规则乙"
    assert ranked(knowledge, "耗材注册申请提交什么研究资料")[0].title == "样例注册规则甲"


OUTLINE = (
    "样例平台建设指南为了样例平台的人员和场地而制定。\n"
    "七、建设条件\n"
    "（一）所在区域的平台服务能力领先，平台技术服务有特色，入驻企业20家以上。\n"
    "（二）服务场地面积150平方米以上。\n"
    "（三）固定人员原则上不少于10人。"
)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("样例平台固定人员不少于多少人", "七/（三）"),
        ("样例平台的服务场地要多大", "七/（二）"),
        ("样例平台入驻企业要多少家", "七/（一）"),
    ],
)
def test_an_outline_indexed_as_one_is_found_at_its_finest_entry(
    knowledge: KnowledgeBase, question: str, path: str
) -> None:
    above = ("七、建设条件",)
    entries = [
        entry(OUTLINE, "七", opens="七、", ends="10人。"),
        entry(OUTLINE, "七", "（一）", opens="（一）", ends="20家以上。", trail=above),
        entry(OUTLINE, "七", "（二）", opens="（二）", ends="150平方米以上。", trail=above),
        entry(OUTLINE, "七", "（三）", opens="（三）", ends="10人。", trail=above),
    ]
    put_outline(knowledge, "样例平台建设指南", OUTLINE, entries, ["七", "七/（三）"])
    found_at = [p.address.partition("/")[2] for p in ranked(knowledge, question)]
    assert found_at[0] == path
    assert "七" not in found_at
    assert len(found_at) == len(set(found_at))


# Day and filters.


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2014, 12, 31), None),
        (date(2015, 1, 1), "2015-01-01"),
        (date(2020, 12, 31), "2015-01-01"),
        (date(2021, 1, 1), "2021-01-01"),
        (date(2030, 1, 1), "2021-01-01"),
    ],
)
def test_only_what_applies_on_the_day_is_found(knowledge: KnowledgeBase, day: date, title: str | None) -> None:
    """In every way of ranking: a measure over texts that no longer apply would be of another library."""
    for version in ("2015-01-01", "2021-01-01"):
        put(knowledge, "样例规则", f"第一条 样例药品储存{version[:4]}。", version=version)
    for ranking in get_args(Ranking):
        result = found(knowledge, "样例药品储存", as_of=day, how=How(ranking))
        assert [f.passage.address.split("@")[1][:10] for f in result.findings] == ([title] if title else []), ranking


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(), {"甲规则", "乙规则", "丙条例"}),
        (Filters(kinds=(Kind.LAW,)), {"乙规则"}),
        (Filters(sectors=(Sector.COSMETIC,)), {"乙规则", "丙条例"}),
        (Filters(region=("海南省",)), {"丙条例"}),
        (Filters(documents=("甲规则@2020-07-01",)), {"甲规则"}),
        (Filters(documents=("没有@2020-07-01",)), set()),
        (Filters(kinds=(Kind.LAW,), region=("海南省",)), set()),
    ],
)
@pytest.mark.parametrize("ranking", get_args(Ranking))
@pytest.mark.parametrize("question", ["样例储存", "甲规则第一条、乙规则第一条和丙条例第一条"])
def test_a_filter_leaves_only_what_satisfies_it(
    knowledge: KnowledgeBase, filters: Filters, left: set[str], ranking: Ranking, question: str
) -> None:
    """Texts that state no sector belong to all of them; a place that is named is no way round a filter."""
    put(knowledge, "甲规则", "第一条 样例储存。")
    put(knowledge, "乙规则", "第一条 样例储存。", sectors=(), **LAW)
    put(knowledge, "丙条例", "第一条 样例储存。", sectors=(Sector.COSMETIC,), **LOCAL)
    result = asked(knowledge, question, ranking=ranking, filters=filters)
    found_titles = {f.passage.title for f in result.findings}
    assert found_titles == left if ranking == "full" or question == "样例储存" else found_titles <= left


# A place that is named.


@pytest.mark.parametrize(
    "question", [f"{DRUG_RULES}第五条", f"《{DRUG_RULES}》第五条对委托工厂生产样例药品、签订质量协议怎么说"]
)
def test_a_place_that_is_named_comes_first_whatever_else_the_question_says(
    library: KnowledgeBase, question: str
) -> None:
    first = asked(library, question).findings[0]
    assert (first.passage.title, first.passage.article, first.passage.found_by) == (DRUG_RULES, "第五条", ("exact",))
    others = [f.passage.score for f in asked(library, question).findings[1:]]
    assert first.passage.score > max(others)
    assert places(asked(library, question)).count(first.passage.address) == 1
    assert all("exact" not in f.passage.found_by for f in asked(library, question, "exact").findings)


def test_a_place_that_is_named_is_shown_when_it_applies_no_more(knowledge: KnowledgeBase) -> None:
    """With its force: the reader asked for it."""
    put(knowledge, "样例规则", "第一条 样例储存。", expires_on=date(2022, 1, 1))
    put(knowledge, "别的规则", "第一条 样例储存。")
    passages = ranked(knowledge, "样例规则第一条")
    assert [p.title for p in passages] == ["样例规则", "别的规则"]
    assert str(passages[0].force) != "现行有效"
    assert [p.title for p in ranked(knowledge, "样例储存")] == ["别的规则"]


# Parts of a question, its words and its slips.

COMPARED = "样例药品和样例器械的召回分级有什么区别"


def test_the_parts_of_a_question_come_in_turn(knowledge: KnowledgeBase) -> None:
    """Else the side with more words in common takes all the places, and a comparison has one side."""
    put(knowledge, "样例药品办法", "\n".join(f"第{n}条 样例药品的召回分级，其{n}。" for n in "一二三四五六七八九"))
    put(knowledge, "样例器械办法", "第一条 样例器械的召回分级。", sectors=(Sector.DEVICE,))
    result = asked(knowledge, COMPARED)
    assert len(result.understood.parts) == 2
    assert [f.part for f in result.findings[:2]] == [1, 2]
    assert [f.passage.title for f in result.findings[:2]] == ["样例药品办法", "样例器械办法"]
    assert len(places(result)) == len(set(places(result)))
    whole = asked(knowledge, COMPARED, "parts")
    assert {f.part for f in whole.findings} == {0}
    assert len(asked(knowledge, COMPARED, limit=3).findings) == 3


def test_the_lexicon_finds_what_is_said_in_other_words(library: KnowledgeBase) -> None:
    """代工 stands in no article; switched off, the article is found by nothing but the other words."""
    question = "找厂子代工"
    assert asked(library, question, ranking="lexical").findings == []
    helped = asked(library, question)
    assert [(e.said, e.meant) for e in helped.understood.expansions] == [("代工", ("委托生产", "受托生产"))]
    by_words = [f for f in helped.findings if "lexical" in f.passage.found_by]
    assert (by_words[0].passage.title, by_words[0].passage.article) == (DRUG_RULES, "第一条")
    assert by_words[0].features["meant"] > 0
    alone = asked(library, question, "lexicon")
    assert all("lexical" not in f.passage.found_by and f.features["meant"] == 0 for f in alone.findings)


def test_a_slip_is_mended_and_told_of_and_can_be_left(library: KnowledgeBase) -> None:
    result = asked(library, "植入器械购近记录保存")
    assert result.understood.question == "植入器械购进记录保存"
    assert any("购近记录" in note and "购进记录" in note for note in result.notes)
    left = asked(library, "植入器械购近记录保存", "corrections")
    assert (left.understood.question, left.notes) == ("植入器械购近记录保存", ())


# The two sides, as they are and as they are fused.


def test_what_a_term_means_is_answered_where_it_is_defined(knowledge: KnowledgeBase) -> None:
    """Articles that use a term are many, and each holds all the words of the question."""
    rules = "\n".join(f"第{n}条 样例药品应当是合格的样例药品。" for n in "一三四五")
    put(knowledge, "样例条例", f"{rules}\n第六条 本条例所称样例药品，是指用于展示的物质。")
    assert ranked(knowledge, "什么是样例药品")[0].article == "第六条"
    assert ranked(knowledge, "样例药品是否合格")[0].article != "第六条"
    named = ranked(knowledge, "样例条例第一条的样例药品是什么意思")
    assert named[0].article == "第一条"
    other = asked(knowledge, "什么是样例药品", filters=Filters(kinds=(Kind.LAW,)))
    assert not other.findings


def test_traditional_characters_are_told_of_once(library: KnowledgeBase) -> None:
    notes = asked(library, "藥品管理與醫療器械註冊").notes
    assert notes == ("已把繁体字按简体检索。",)


def test_one_side_alone_is_that_side_of_the_index(library: KnowledgeBase) -> None:
    """What the product is measured against must be what it says: the engine's own order, of the words as typed."""
    question = "器械 召回 几级 通知"
    vector = library.encoder.queries([question])[0].tolist()
    where = Where(day=20261121)
    near = [f"{h.payload['document']}/{h.payload['path']}" for h in library.store.dense(vector, where, 10)]
    worded = [
        f"{h.payload['document']}/{h.payload['path']}" for h in library.store.sparse(query_terms(question), where, 10)
    ]
    assert places(asked(library, question, ranking="dense")) == near
    assert places(asked(library, question, ranking="lexical")) == worded
    rank: dict[str, float] = {}
    for side in (near, worded):
        # Of twelve articles ten are asked for here: those beyond can be no better than eleventh on that side.
        for at, place in enumerate(side, 1):
            rank[place] = rank.get(place, 0.0) + 1 / (RANK_CONSTANT + at)
    fused = asked(library, question, ranking="fusion")
    assert fused.findings[0].passage.address == max(rank, key=lambda place: rank[place])
    for finding in fused.findings[:3]:
        assert finding.passage.score == pytest.approx(rank[finding.passage.address], abs=1e-5)


@pytest.mark.parametrize("ranking", ["dense", "lexical", "fusion"])
def test_a_plain_ranking_has_none_of_the_product_in_it(library: KnowledgeBase, ranking: Ranking) -> None:
    """No place looked up, no slip mended, no other words, no reading: else the comparison flatters the product."""
    result = asked(library, f"{DRUG_RULES}第五条代工购近记录", ranking=ranking)
    assert result.findings
    assert result.notes == result.understood.corrections == result.understood.expansions == ()
    assert all("exact" not in f.passage.found_by and not f.features for f in result.findings)


def test_without_the_second_look_the_fused_order_stands(library: KnowledgeBase) -> None:
    """Read or not, the same texts; what differs is the order, and only where reading told something."""
    moved = 0
    for question, _, _ in ASKED:
        unread, read = (asked(library, question, *without, limit=20) for without in (("rerank",), ()))
        fused = [f.features["fused"] for f in unread.findings]
        scores = [f.passage.score for f in read.findings]
        assert fused == sorted(fused, reverse=True)
        assert scores == sorted(scores, reverse=True)
        assert set(places(unread)) == set(places(read))
        moved += places(unread) != places(read)
    assert moved


# The learnt adapter and the words of a model.


class TaughtEncoder(HashEncoder):
    """The instant encoder, taught: a question comes out turned a little to one side."""

    taught = True

    def turned(self, texts: Sequence[str]) -> Vectors:
        aside = np.random.default_rng(1).standard_normal(self.size).astype(np.float32)
        return unit(self.queries(texts) + 0.5 * aside / np.linalg.norm(aside), texts)


def test_the_adapter_takes_part_only_where_it_was_learnt_and_is_not_switched_off(
    tmp_path: Path, library: KnowledgeBase
) -> None:
    made = empty_library(tmp_path, TaughtEncoder())
    put(made, DRUG_RULES, DRUG)
    question = ASKED[1][0]
    turned, plain = asked(made, question), asked(made, question, "adapter")
    assert any(f.plain > 0 and f.plain != f.cosine for f in turned.findings)
    assert all(f.plain == 0 for f in plain.findings)
    # Of both, `dense` ranks by the vector as it comes.
    by_meaning = {f.passage.address: f.cosine for f in asked(made, question, ranking="dense").findings}
    assert {f.passage.address: f.cosine for f in plain.findings} == by_meaning
    assert {f.passage.address: f.plain for f in turned.findings} == by_meaning
    made.close()
    assert asked(library, question, "adapter") == asked(library, question)


@pytest.mark.parametrize("words", [f"{DEVICE_RULES}第六条", f"《{DEVICE_RULES}》第六条规定网络销售器械应当核验资质"])
def test_words_of_a_model_bend_the_vector_and_nothing_else(library: KnowledgeBase, words: str) -> None:
    """A model invents numbers and names: none of them may be looked for, or stand in what was understood."""
    question = "广告能保证疗效吗"
    alone, helped = (asked(library, question, limit=20, other_words=given) for given in (None, words))
    assert helped.understood == alone.understood
    assert helped.notes == alone.notes
    assert all("exact" not in f.passage.found_by for f in helped.findings)
    shares = [{f.passage.address: f.share for f in one.findings} for one in (alone, helped)]
    assert shares[0] == shares[1]
    assert [f.cosine for f in helped.findings] != [f.cosine for f in alone.findings]
    by_words = [asked(library, question, ranking="lexical", other_words=w) for w in (words, None)]
    assert by_words[0] == by_words[1]


def test_no_words_of_a_model_are_no_change(library: KnowledgeBase) -> None:
    question = ASKED[0][0]
    assert asked(library, question, other_words="") == asked(library, question)


# A cross-encoder.


class Failing:
    name = "坏"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        raise Unavailable("内存不足")


class Preferring:
    """A cross-encoder of one opinion: texts with these words answer."""

    def __init__(self, words: str) -> None:
        self.name, self.words = words, words

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        return [9.0 if self.words in passage else -9.0 for passage in passages]


TWINS = "第一条 样例药品储存应当登记。\n第二条 样例药品储存应当登记备查。"


def test_a_cross_encoder_is_heard(tmp_path: Path) -> None:
    """Two articles that the features can hardly tell apart: its opinion puts either first."""
    for at, words in enumerate(("登记。", "备查")):
        made = empty_library(tmp_path / str(at), reranker=Preferring(words))
        put(made, "样例规则", TWINS)
        assert ranked(made, "样例药品储存登记")[0].article == ("第一条", "第二条")[at]
        assert asked(made, "样例药品储存登记").notes == ()
        made.close()


def test_a_cross_encoder_that_fails_leaves_the_ranking_and_a_note(tmp_path: Path) -> None:
    """A failure is reported, and never passed off as nothing found."""
    results = []
    for name, reranker in (("with", Failing()), ("without", None)):
        made = empty_library(tmp_path / name, reranker=reranker)
        put(made, "样例药品办法", TWINS)
        put(made, "样例器械办法", "第一条 样例器械储存应当登记。")
        results.append(asked(made, "样例药品和样例器械的储存登记有什么区别"))
        if reranker:
            assert asked(made, "样例药品储存登记", "rerank").notes == ()
            assert asked(made, "样例药品储存登记", ranking="fusion").notes == ()
        made.close()
    failed, fine = results
    assert failed.findings == fine.findings
    assert fine.notes == ()
    assert len(failed.notes) == 1, "once, though each part of the question met it"
    assert "内存不足" in failed.notes[0]


# Odd questions and odd libraries.

ODD = [
    pytest.param("", id="nothing"), pytest.param("   \n", id="blanks"), pytest.param("的吗呢", id="stop words"),
    pytest.param("？？？", id="punctuation"), pytest.param("🎉💊🧪", id="emoji"), pytest.param("\x00", id="null"),
    pytest.param("药" * 500, id="500 characters"), pytest.param("药品和器械、" * 83, id="a list of 500"),
    pytest.param("第一条" * 166, id="places of 500"), pytest.param("《" * 500, id="open titles"),
    pytest.param("一" * 500, id="numerals"), pytest.param("ﷺ㍿ℌ①", id="compatibility characters"),
]  # fmt: skip


@pytest.mark.parametrize("question", ODD)
@pytest.mark.parametrize("ranking", get_args(Ranking))
def test_any_question_is_searched_without_harm(library: KnowledgeBase, question: str, ranking: Ranking) -> None:
    """Nothing typed may break a search; what is found keeps every promise."""
    result = asked(library, question, ranking=ranking)
    assert len(places(result)) == len(set(places(result))) <= 10
    assert all(math.isfinite(f.passage.score) and 0 <= f.share <= 1 for f in result.findings)


@pytest.mark.parametrize("question", ["的吗呢", "🎉💊🧪"])
def test_a_question_without_a_term_has_no_side_of_words(library: KnowledgeBase, question: str) -> None:
    assert asked(library, question, ranking="lexical").findings == []
    assert all(f.passage.found_by == ("dense",) and f.share == 0 for f in asked(library, question).findings)


@pytest.mark.parametrize("ranking", get_args(Ranking))
def test_an_empty_index_holds_nothing(knowledge: KnowledgeBase, ranking: Ranking) -> None:
    """No error, and no finding: the library is there and has nothing."""
    for question in (f"{DRUG_RULES}第一条", "生产假药罚多少", COMPARED, "的吗呢"):
        assert asked(knowledge, question, ranking=ranking).findings == []


def test_what_was_withdrawn_is_found_by_no_ranking(knowledge: KnowledgeBase) -> None:
    held = put(knowledge, DRUG_RULES, DRUG)
    put(knowledge, DEVICE_RULES, DEVICE)
    knowledge.withdraw(held.id)
    for ranking in get_args(Ranking):
        result = asked(knowledge, "样例药品管理办法第五条 广告能保证疗效吗", ranking=ranking)
        assert {f.passage.title for f in result.findings} <= {DEVICE_RULES}


def test_search_and_findings_are_the_same_ranking(library: KnowledgeBase) -> None:
    """Three doors to one room: the page, the answer and the evaluation must see one order."""
    question = ASKED[2][0]
    every = asked(library, question)
    assert findings(library, question, as_of=DAY) == every.findings
    assert search(library, question, as_of=DAY) == [f.passage for f in every.findings]
