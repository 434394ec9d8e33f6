"""The cases themselves: a wrong gold article or a figure the law does not state would make every score a lie."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from suite_texts import DATA, held_for, is_there, texts

from eval.answering import says
from eval.cases import Case, Gold, Place, read_cases
from kb.address import instrument_name
from kb.errors import BadInput

SUITES = sorted((DATA / "eval").glob("*.jsonl"))


def readable(suite: Path) -> tuple[Case, ...]:
    """The cases, or none: `test_every_suite_reads` then says what is wrong, and the others are still checked."""
    try:
        return read_cases(suite)
    except BadInput:
        return ()


CASES = [(suite.stem, case) for suite in SUITES for case in readable(suite)]
IN_CASE = pytest.mark.parametrize("case", [pytest.param(case, id=f"{suite}-{case.id}") for suite, case in CASES])


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_every_suite_reads(suite: Path) -> None:
    assert read_cases(suite)


def test_no_case_comes_twice_under_one_id_or_with_one_question() -> None:
    # A run over all suites names cases by their id, and a question asked twice would weigh double.
    ids = Counter(case.id for _, case in CASES)
    asked = Counter((case.history, case.question, case.as_of) for _, case in CASES)
    assert [name for name, times in ids.items() if times > 1] == []
    assert [question for question, times in asked.items() if times > 1] == []


def test_core_is_large_and_varied_enough_to_mean_something() -> None:
    # Every sort of question must be there, or an average would speak for sorts that were never asked.
    cases = [case for suite, case in CASES if suite == "core"]
    tags = [tag for case in cases for tag in case.tags]
    assert len(cases) >= 150
    for tag in ("colloquial", "exact", "multi", "time", "near-miss", "out-of-scope", "absent", "guide"):
        assert tags.count(tag) >= 2, tag
    assert {case.outcome for case in cases} == {"answered", "refused", "clarify", "any"}


@pytest.mark.parametrize(
    "question",
    [
        "药品上市许可持有人可以委托生产吗",
        "临床试验申请多少个工作日内没回复算同意",
        "疫苗可以委托生产吗",
        "药品管理法第一百二十三条",
        "生产假药罚多少",
        "商标法现在执行哪个版本",
        "公司注册资本多久缴足",
        "明天广州天气",
        "帮我写首诗",
        "药品注册证书有效期届满前多久申请再注册",
        "技术服务平台固定人员不少于多少人",
        "海南支持概念验证中心吗",
    ],
)
def test_questions_of_the_main_flow_are_in_the_suite(question: str) -> None:
    # These are promised to work in the browser; they must never drop out of the suite.
    assert question in {case.question for suite, case in CASES if suite == "core"}


@IN_CASE
def test_gold_is_in_the_texts_and_states_the_facts(case: Case) -> None:
    # A gold place must exist in that very version, and the answer's figures must be its words.
    absent = [need for need in case.needs if not is_there(need)]
    if absent:
        pytest.skip(f"not beside the checkout: {absent}")
    found = [texts(gold, held_for(case)) for gold in case.gold]
    assert all(found), [str(gold) for gold, own in zip(case.gold, found, strict=True) if not own]
    for fact in case.must_say if case.gold else ():
        assert any(says(text, fact) for own in found for text in own), fact


@IN_CASE
def test_places_named_beside_the_gold_exist(case: Case) -> None:
    # A slip in `accept` or `about` would never show: it only makes precision stricter, or skips the case.
    if not all(map(is_there, ("corpus", "seeds", *case.needs))):
        pytest.skip("not every collection is beside the checkout")
    everything = held_for(case.model_copy(update={"needs": ("laws", "content", "corpus", "seeds")}))
    for gold in (*case.accept, *case.about):
        assert texts(gold, everything), str(gold)


LAW, GUIDE = "药品管理法", "指南"


@pytest.mark.parametrize(
    ("gold", "place", "covered", "why"),
    [
        (Gold(title=LAW, article="第三十条"), ("中华人民共和国药品管理法", "第三十条"), True, "short title"),
        (Gold(title=LAW, article="第三十条"), (LAW, "第三十条/第二款"), True, "a paragraph of it"),
        (Gold(title=LAW, article="第三十条"), ("药品管理法实施条例", "第三十条"), False, "near name"),
        (Gold(title=LAW, article="第三十条"), (LAW, "第三十一条"), False, "next article"),
        (Gold(title=LAW, article="第三十条"), (LAW, "第三十条之一"), False, "之一 is another article"),
        (Gold(title=GUIDE, path=("七",)), (GUIDE, "七/（四）"), True, "below the heading"),
        (Gold(title=GUIDE, path=("七", "（四）")), (GUIDE, "七"), False, "above the place"),
        (Gold(title=GUIDE, path=("七",)), (GUIDE, "八"), False, "another heading"),
        (Gold(title=LAW, version="2019-04-23"), (LAW, "第四十条"), False, "another version"),
        (Gold(title=LAW, version="2020-01-01"), (LAW, "第四十条"), True, "any place of the version"),
        (Gold(title="条例", also=(Gold(title="办法", article="第二条"),)), ("办法", "第二条"), True, "says the same"),
    ],
)
def test_gold_covers_only_its_own_place(gold: Gold, place: tuple[str, str], covered: bool, why: str) -> None:
    title, path = place
    assert gold.covers(Place.at(f"{instrument_name(title)}@2020-01-01/{path}", title)) is covered, why


def test_edition_mark_in_a_title_does_not_hide_the_instrument() -> None:
    # Documents print （2014年版） in the title; the instrument of the id does not have it.
    place = Place.at("医疗器械生产质量管理规范@2014/第一条", "医疗器械生产质量管理规范（2014年版）")
    assert Gold(title="医疗器械生产质量管理规范", article="第一条").covers(place)


GOOD: dict[str, Any] = {
    "id": "a",
    "question": "委托生产吗",
    "gold": [{"title": "药品管理法", "article": "第三十二条"}],
    "tags": ["exact"],
    "source": "自编",
}


@pytest.mark.parametrize(
    ("lines", "says_what"),
    [
        ([GOOD, GOOD], "重复"),
        ([{**GOOD, "gold": []}], "gold"),
        ([{**GOOD, "outcome": "refused"}], "拒答"),
        ([{**GOOD, "tags": ["口语"]}], "第 1 行"),
        ([{**GOOD, "gold": [{"title": "药", "article": "第一条", "path": ["一"]}]}], "只能写一个"),
        ([{**GOOD, "gold": GOOD["gold"] + GOOD["gold"]}], "两次"),
        ([GOOD, {**GOOD, "id": "b", "extra": 1}], "第 2 行"),
        ([{**GOOD, "options": ["药品"]}], "options"),
        ([{**GOOD, "history": ["  "]}], "history"),
        ([], "没有题目"),
    ],
    ids=[
        "same id",
        "nothing to find",
        "refusal with gold",
        "unknown tag",
        "two places",
        "gold twice",
        "unknown field",
        "options of an answer",
        "empty question before",
        "empty",
    ],
)
def test_wrong_suite_is_refused_with_the_line(tmp_path: Path, lines: list[object], says_what: str) -> None:
    # A suite is edited by hand: the sentence must lead to the line.
    path = tmp_path / "suite.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    with pytest.raises(BadInput, match=says_what):
        read_cases(path)


def test_missing_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.jsonl"):
        read_cases(tmp_path / "none.jsonl")
