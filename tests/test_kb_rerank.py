"""The second look of search: which of several texts on one matter comes first, and at which place it is cited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import HashEncoder, chunk, document, provision

from kb.knowledge import KnowledgeBase
from kb.model import Document, Kind, Level, Passage, Provision, Rung, Sector
from kb.registry import Reading, open_registry
from kb.rerank import Candidate, asked, condition_fit, finest, operative, same_place, share, standing
from kb.search import RERANKED, findings, search
from kb.settings import Settings
from kb.store_edge import EdgeStore

DAY = date(2026, 11, 21)
LAW: dict[str, Any] = {"kind": Kind.LAW, "level": Level.LAW}
LOCAL: dict[str, Any] = {"kind": Kind.LOCAL_REGULATION, "level": Level.LOCAL_REGULATION, "region": "海南省"}
GUIDE: dict[str, Any] = {"kind": Kind.GUIDE, "level": Level.REFERENCE}
TECHNICAL: dict[str, Any] = {"kind": Kind.GUIDANCE, "level": Level.GUIDANCE}
COURT: dict[str, Any] = {"kind": Kind.JUDICIAL_INTERPRETATION, "level": Level.LAW}


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path)
    made = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    yield made
    made.close()


def put(knowledge: KnowledgeBase, title: str, text: str, **fields: Any) -> None:
    """A text of articles, one a line, each line opening with its number and a blank."""
    held = document(title, **fields)
    places = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    _store(knowledge, title, text, places, places, held)


def put_outline(knowledge: KnowledgeBase, title: str, text: str, places: list[Provision], indexed: list[str]) -> None:
    """An outline whose chunks are the entries with the paths `indexed`."""
    chosen = [p for p in places if "/".join(p.path) in indexed]
    fields: dict[str, Any] = {"kind": Kind.POLICY, "level": Level.NORMATIVE_DOCUMENT}
    _store(knowledge, title, text, places, chosen, document(title, **fields))


def _store(
    knowledge: KnowledgeBase, title: str, text: str, places: list[Provision], chosen: list[Provision], held: Document
) -> None:
    chunks = [chunk(*p.path, text=text[p.body : p.end], title=title, start=p.body) for p in chosen]
    knowledge.replace(held, text, places, chunks, [], [], [], (f"{title}.txt", text.encode()))


def ranked(knowledge: KnowledgeBase, question: str) -> list[Passage]:
    return search(knowledge, question, as_of=DAY)


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


@pytest.mark.parametrize("other", [GUIDE, TECHNICAL], ids=["guide", "guideline"])
def test_a_text_that_explains_never_stands_before_the_law_that_answers(
    knowledge: KnowledgeBase, other: dict[str, Any]
) -> None:
    # The explaining text repeats the question's words and so wins on words and meaning alone.
    put(knowledge, "样例药品法", "第三条 持有人可以自行生产样例药品，也可以委托他人生产样例药品。", **LAW)
    put(knowledge, "持有人委托生产样例药品说明", "第一条 持有人可以委托生产样例药品：委托生产样例药品。", **other)
    assert ranked(knowledge, "持有人可以委托生产样例药品吗")[0].title == "样例药品法"


def test_of_equal_words_the_law_stands_before_the_interpretation_of_the_courts(knowledge: KnowledgeBase) -> None:
    put(knowledge, "样例药品案件解释", "第三条 样例药品可以委托他人储存。", **COURT)
    put(knowledge, "样例药品管理法律", "第三条 样例药品可以委托他人储存 。", **LAW)
    assert [p.title for p in ranked(knowledge, "样例药品可以委托储存吗")] == ["样例药品管理法律", "样例药品案件解释"]


def test_guides_do_not_push_the_law_out_of_the_candidates(knowledge: KnowledgeBase) -> None:
    # More guide entries than are read a second time, all nearer to the question's words.
    many = "\n".join(f"第{n}条 委托储存样例药品的说明。" for n in range(100, 101 + RERANKED))
    put(knowledge, "委托储存样例药品说明", many, **GUIDE)
    put(knowledge, "样例药品法", "第三条 储存样例药品可以委托他人，双方应当签订质量协议并约定各自责任。", **LAW)
    assert ranked(knowledge, "委托储存样例药品")[0].title == "样例药品法"


def test_the_sector_of_the_question_decides_between_equal_rules(knowledge: KnowledgeBase) -> None:
    put(knowledge, "样例注册规则甲", "第三条 注册申请应当提交研究资料。", sectors=(Sector.DEVICE,))
    put(knowledge, "样例注册规则乙", "第三条 注册申请应当提交研究资料。", sectors=(Sector.COSMETIC,))
    assert ranked(knowledge, "面膜注册申请提交什么研究资料")[0].title == "样例注册规则乙"
    assert ranked(knowledge, "耗材注册申请提交什么研究资料")[0].title == "样例注册规则甲"


def test_a_question_for_a_figure_prefers_the_article_that_states_one(knowledge: KnowledgeBase) -> None:
    text = "第一条 样例许可申请由受理机关办理。\n第二条 样例许可申请由受理机关在三十日内办理。"
    put(knowledge, "样例许可办法", text)
    assert ranked(knowledge, "样例许可申请受理机关多久办理")[0].article == "第二条"


@pytest.mark.parametrize(("question", "narrower_first"), [("生产样例假药罚多少", True), ("生产样例假药", False)])
def test_a_question_for_a_penalty_prefers_the_norm_whose_condition_is_the_act_itself(
    question: str, narrower_first: bool
) -> None:
    # The second norm is what the engines found first; only a question for a penalty turns that round.
    read = asked(question, {"生产": 1.0, "样例": 1.0, "假药": 1.0})
    held = document(**LAW)
    exact = Candidate(held, 0.9, 0.9, held.title, "生产样例假药的，处罚款。", 1, False)
    graver = Candidate(held, 1.0, 1.0, held.title, "生产样例假药且情节严重拒不改正的，处罚款。", 1, False)
    assert (standing(exact, read) > standing(graver, read)) is narrower_first


def test_a_text_that_opens_with_no_condition_fits_none() -> None:
    assert condition_fit({"条件": 1.0}, "没有写条件。") == 0.0


OUTLINE = (
    "样例平台建设指南为了样例平台的人员和场地而制定。\n"
    "七、建设条件\n"
    "（一）所在区域的平台服务能力领先，平台技术服务有特色，入驻企业20家以上。\n"
    "（二）服务场地面积150平方米以上。\n"
    "（三）固定人员原则上不少于10人。"
)


def outline() -> list[Provision]:
    def entry(*path: str, opens: str, ends: str, **fields: Any) -> Provision:
        start, end = OUTLINE.index(opens), OUTLINE.index(ends) + len(ends)
        return provision(*path, text=OUTLINE[start:end], within=OUTLINE, rung=Rung.HEADING, **fields)

    above = ("七、建设条件",)
    return [
        provision("序言", text=OUTLINE.splitlines()[0], within=OUTLINE, rung=Rung.TEXT),
        entry("七", opens="七、", ends="10人。"),
        entry("七", "（一）", opens="（一）", ends="20家以上。", trail=above),
        entry("七", "（二）", opens="（二）", ends="150平方米以上。", trail=above),
        entry("七", "（三）", opens="（三）", ends="10人。", trail=above),
    ]


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
    put_outline(knowledge, "样例平台建设指南", OUTLINE, outline(), ["序言", "七"])
    best = ranked(knowledge, question)[0]
    assert best.address.endswith(path)
    assert "七" not in [p.address.rpartition("/")[2] for p in ranked(knowledge, question)]


def test_an_entry_is_found_once_when_it_and_its_container_are_both_indexed(knowledge: KnowledgeBase) -> None:
    put_outline(knowledge, "样例平台建设指南", OUTLINE, outline(), ["七", "七/（三）"])
    addresses = [p.address for p in ranked(knowledge, "样例平台固定人员不少于多少人")]
    assert len(addresses) == len(set(addresses))


def test_a_container_whose_entries_answer_only_together_stays_whole() -> None:
    text = "一、材料\n（一）申请表。\n（二）检验报告。\n（三）说明书。\n（四）承诺函。"
    lines = text.splitlines()
    whole = provision("一", text=text, within=text, rung=Rung.HEADING)
    entries = [provision("一", line[:3], text=line, within=text, rung=Rung.HEADING) for line in lines[1:]]
    reading = Reading(text, {p.path: p for p in (whole, *entries)})
    weights = {"申请表": 1.0, "检验": 1.0, "说明书": 1.0, "承诺": 1.0}
    assert finest(reading, whole, "样例", asked("申请表、检验报告、说明书和承诺函", weights)) == whole


def test_of_equal_words_an_article_stands_before_an_entry_and_both_before_a_preface() -> None:
    places = [("第三条",), ("三",), ("序言",)]
    rules = [operative(path, article=path[0].startswith("第")) for path in places]
    question = asked("样例药品储存", {"样例": 1.0, "储存": 1.0})
    held = document()
    scores = [standing(Candidate(held, 1.0, 1.0, held.title, "样例药品储存。", r, False), question) for r in rules]
    assert scores[0] > scores[1] > scores[2]


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
    ],
)
def test_a_region_is_named_by_any_of_its_short_names(region: str | None, question: str, expected: int) -> None:
    assert same_place(document(region=region), question) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("应当在30日内答复", 1.0), ("应当在三十日内答复", 1.0), ("应当在13日内答复", 0.5), ("", 0.0)],
)
def test_a_number_is_held_however_it_is_written(text: str, expected: float) -> None:
    assert share({"30日": 1.0, "答复": 1.0}, text) == expected


def test_a_question_without_terms_shares_nothing() -> None:
    assert share({}, "任何文字") == 0.0


def test_equal_questions_give_equal_orders(knowledge: KnowledgeBase) -> None:
    # Two articles with the same words: only the address can decide, and it must decide the same way every time.
    put(knowledge, "样例规则乙", "第一条 样例药品储存。")
    put(knowledge, "样例规则甲", "第一条 样例药品储存 。")
    first = findings(knowledge, "样例药品储存", as_of=DAY)
    assert first == findings(knowledge, "样例药品储存", as_of=DAY)
    assert len(first) == 2
