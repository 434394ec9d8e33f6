"""The way on from an answer: what it suggests must answer when it is asked, and what it tells to do must be whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision
from small_library import GUIDE, LAW, empty_library, put, stored

from assistant.answer import Content, work_out
from assistant.answer_model import Answer, Question
from assistant.extracts.evidence import gather
from assistant.extracts.stored_quotes import StoredQuoter
from assistant.extracts.way_on import Offers, WayOn, way_on
from assistant.model import PathStep, ProvisionReference, RegulatoryPath, ServiceItem
from assistant.question.asked_day import asked_day
from assistant.reply import whole
from assistant.service import Service
from eval.cases import read_cases
from kb.address import split
from kb.knowledge import KnowledgeBase
from kb.model import Passage

TODAY = date(2026, 11, 21)
SUITES = Path(__file__).parents[1] / "data" / "eval"
LEAST_ANSWERED = 0.95
LAWTEXT = (
    "第一条 本法所称白鹭制剂，是指用白鹭草制成的外用制剂。\n"
    "第二条 白鹭制剂的持有人应当在三十日内报告不良反应，报告的内容依照本法第五条的规定。\n"
    "第三条 白鹭制剂的持有人应当建立召回制度。\n"
    "第四条 白鹭制剂的标签应当注明贮藏条件。\n"
    "第五条 不良反应的报告应当写明批号、时间和处理结果。\n"
    "第六条 违反本法第二条规定的，由药品监督管理部门处一万元以上五万元以下的罚款。\n"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = empty_library(tmp_path)
    yield made
    made.close()


def with_penalties(knowledge: KnowledgeBase) -> None:
    """The law with its last article under 法律责任."""
    places = []
    for line in LAWTEXT.splitlines():
        chapter = "第二章 法律责任" if "罚款" in line else "第一章 总则"
        places.append(provision(line.split()[0], text=line, within=LAWTEXT, trail=(chapter,)))
    stored(knowledge, LAWTEXT, places, places, document("白鹭制剂管理法", **LAW))


def on_from(knowledge: KnowledgeBase, question: str, as_of: date = TODAY) -> tuple[Answer, WayOn]:
    made = work_out(knowledge, Question(question=question, as_of=as_of), today=TODAY, content=Content()).answer
    evidence = gather(knowledge, question, as_of=as_of)
    assert made.citations, made.text
    return made, way_on(knowledge, evidence, made.citations, profile=None, offers=None, as_of=as_of, today=TODAY)


def test_suggestions_are_the_penalty_the_reference_the_term_and_the_neighbours(library: KnowledgeBase) -> None:
    with_penalties(library)
    made, found = on_from(library, "白鹭制剂管理法第二条")
    assert split(made.citations[0].address)[1] == ("第二条",)
    assert found.suggestions == (
        "《白鹭制剂管理法》第六条：对违反第二条的处罚",
        "《白鹭制剂管理法》第五条：不良反应的报告应当写明批号、时间和处理结果",
        "《白鹭制剂管理法》第三条：白鹭制剂的持有人应当建立召回制度",
        "《白鹭制剂管理法》第四条：白鹭制剂的标签应当注明贮藏条件",
    )


def test_a_suggestion_on_another_day_names_it_and_keeps_it(library: KnowledgeBase) -> None:
    with_penalties(library)
    then = date(2025, 12, 31)
    _, found = on_from(library, "白鹭制剂管理法第二条", then)
    assert found.suggestions
    for words in found.suggestions:
        named = asked_day(words, TODAY)
        assert named is not None, words
        assert named.day == then


def test_nothing_is_suggested_from_a_text_without_force(library: KnowledgeBase) -> None:
    """A guide's neighbours are no rules; to send a reader from one to the next would pass them off as such."""
    put(library, "白鹭制剂办事指南", LAWTEXT, **GUIDE)
    _, found = on_from(library, "白鹭制剂办事指南第二条")
    assert found.suggestions == ()


def no_search(query: str, as_of: date, kinds: object) -> list[Passage]:
    return []


def test_a_step_says_channel_time_limit_and_materials_and_what_is_unknown(library: KnowledgeBase) -> None:
    """What the source does not state is said to be unknown, never left out as if nothing were needed."""
    put(library, "白鹭制剂管理法", LAWTEXT, **LAW)
    place = ProvisionReference(title="白鹭制剂管理法", path=("第二条",))
    item = ServiceItem(
        id="S1", name="再注册资料预审", summary="看资料", lane="注册护航", stage="上市后", channel="线下",
        materials=("批准证明文件",), keywords=("再注册",), basis=(place,),
    )  # fmt: skip
    path = RegulatoryPath(
        id="p", name="药品再注册", sector="药品", action="再注册", keywords=("再注册",),
        steps=(PathStep(id="a", name="提出再注册申请", summary="届满前提出。", item="S1"),
               PathStep(id="b", name="领取批件", summary="到受理部门领取。", time_limit="10日内")),
    )  # fmt: skip
    offers = Offers((item,), (path,), no_search, StoredQuoter(library))
    evidence = gather(library, "药品再注册怎么办理", as_of=TODAY)
    citation = on_from(library, "白鹭制剂管理法第二条")[0].citations
    found = way_on(library, evidence, citation, profile=None, offers=offers, as_of=TODAY, today=TODAY)
    assert found.next_steps == (
        "第1步　提出再注册申请（可用服务：再注册资料预审；渠道：线下；材料：批准证明文件；时限：原文未载明）",
        "第2步　领取批件（时限：10日内；渠道、材料：原文未载明）",
    )
    assert [one.id for one in found.items] == ["S1", "p/b"]


def test_no_steps_where_the_question_asks_what_a_rule_says(library: KnowledgeBase) -> None:
    put(library, "白鹭制剂管理法", LAWTEXT, **LAW)
    offers = Offers((), (), no_search, StoredQuoter(library))
    evidence = gather(library, "白鹭制剂的标签应当注明什么", as_of=TODAY)
    citations = on_from(library, "白鹭制剂管理法第四条")[0].citations
    found = way_on(library, evidence, citations, profile=None, offers=offers, as_of=TODAY)
    assert (found.next_steps, found.items) == ((), ())


def test_what_is_suggested_over_the_suites_answers_when_it_is_asked(service: Service) -> None:
    """A suggestion that ends in a refusal sends a reader into a wall; the suites stand for what people ask."""
    cases = [case for suite in ("core", "drug", "lay") for case in read_cases(SUITES / f"{suite}.jsonl") if case.gold]
    made = [whole(service, Question(question=case.question, as_of=TODAY)) for case in cases[::6]]
    suggested = dict.fromkeys(words for one in made for words in one.suggestions)
    outcomes = {words: whole(service, Question(question=words, as_of=TODAY)).outcome for words in suggested}
    assert len(outcomes) >= 30
    failed = [words for words, outcome in outcomes.items() if outcome != "answered"]
    assert len(failed) <= (1 - LEAST_ANSWERED) * len(outcomes), failed
