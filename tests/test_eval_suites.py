"""Sets of other people's making: plain questions and BEIR folders, read as they come and refused with file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import HashEncoder

from eval.beir import is_beir, load, read_beir
from eval.cases import Gold
from eval.plain_sets import read_plain
from eval.run import evaluate_suites
from eval.suites import find_suites, read_suite
from kb.errors import BadInput
from kb.knowledge import KnowledgeBase
from kb.registry import open_registry
from kb.search import search
from kb.settings import Settings
from kb.store_edge import EdgeStore

PLAIN = {"question": "委托生产要签什么", "gold": [{"title": "药品管理法", "article": "第三十二条"}]}


def written(path: Path, *rows: object) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "gold", "why"),
    [
        ({"title": "专利法", "article": "第三十二条"}, Gold(title="专利法", article="第三十二条"), "as printed"),
        ({"law": "专利法", "article": "第32条"}, Gold(title="专利法", article="第三十二条"), "law, digits"),
        ({"title": "刑法", "article": "120条之1"}, Gold(title="刑法", article="第一百二十条之一"), "条之一"),
        ({"title": "刑法", "article": "第１２条"}, Gold(title="刑法", article="第十二条"), "full-width digits"),
        ({"title": "药品管理法"}, Gold(title="药品管理法"), "any place of the law"),
        ({"title": "商标法", "version": "2026-11-04"}, Gold(title="商标法", version="2026-11-04"), "one version"),
    ],
)  # fmt: skip
def test_plain_gold_is_read_as_people_write_it(tmp_path: Path, place: object, gold: Gold, why: str) -> None:
    (case,) = read_plain(written(tmp_path / "a.jsonl", {"question": "怎么办呢", "gold": [place]}))
    assert case.gold == (gold,), why


def test_plain_rows_keep_their_id_and_day_and_fields_of_others_do_no_harm(tmp_path: Path) -> None:
    rows = ({**PLAIN, "id": "STARD_7", "licence": "MIT", "as_of": "2018-01-01"}, PLAIN | {"gold": PLAIN["gold"] * 2})
    first, second = read_plain(written(tmp_path / "a.jsonl", *rows))
    assert (first.id, first.as_of, second.id) == ("stard-7", date(2018, 1, 1), "row-2")
    assert len(second.gold) == 1, "a place named twice is one place"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((PLAIN, "{"), "a.jsonl 第 2 行有误：不是 JSON"),
        ((PLAIN, "[1]"), "第 2 行"),
        ((PLAIN, {"question": "怎么办呢"}), "第 2 行有误：缺少 gold"),
        ((PLAIN, {"question": "怎么办呢", "gold": []}), "第 2 行.*gold"),
        ((PLAIN, {"question": "怎么办呢", "gold": [{"article": "第一条"}]}), "第 2 行有误：缺少 law"),
        ((PLAIN, {"question": "怎么办呢", "gold": [{"title": "药品管理法", "article": "三二条之"}]}), "不是条号"),
        ((PLAIN, {"question": "怎么办呢", "gold": [{"title": "药品管理法", "article": "第二三十条"}]}), "条款序号"),
        ((PLAIN, {"question": "怎么办呢", "gold": "药品管理法"}), "第 2 行有误：应是"),
        ((PLAIN | {"id": "a"}, PLAIN | {"id": "A"}), "第 2 行的编号 a"),
    ],
)
def test_bad_plain_row_is_refused_with_file_and_line(tmp_path: Path, rows: tuple[object, ...], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_suite(written(tmp_path / "a.jsonl", *rows))


def test_a_suite_of_ours_is_told_from_a_plain_set_by_its_tags(tmp_path: Path) -> None:
    # Our own format is strict: an unknown field there is a slip, not somebody else's data.
    own = {**PLAIN, "id": "a", "tags": ["exact"], "source": "自编"}
    assert read_suite(written(tmp_path / "own.jsonl", own)).cases[0].source == "自编"
    with pytest.raises(BadInput, match="第 1 行"):
        read_suite(written(tmp_path / "slip.jsonl", own | {"licence": "MIT"}))


def test_a_folder_without_suites_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有题集"):
        find_suites(tmp_path)


CORPUS = [
    {"_id": "d1", "title": "委托生产", "text": "持有人可以委托合格的工厂生产样例药品，并签订质量协议。"},
    {"_id": "d/2", "title": "", "text": "生产假冒样例药品的，处货值金额十倍罚款。"},
    {"_id": "d3", "title": "召回", "text": "一级召回一日内通知使用者。"},
    {"_id": "d4", "title": "只有题名的文献", "text": ""},
    {"_id": "d5", "title": "标签", "text": "进口器械应当有中文标签。"},
]
QUERIES = [
    {"_id": "q1", "text": "委托工厂生产样例药品"},
    {"_id": "q2", "text": "假冒样例药品罚款"},
    {"_id": "q3", "text": "没有人判断过的问题"},
    {"_id": "q4", "text": "中文标签与召回"},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td1\t1", "q1\td3\t0", "q2\td/2\t2", "q4\td5\t2", "q4\td3\t1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set" / "qrels").mkdir(parents=True)
    written(tmp_path / "set" / "corpus.jsonl", *CORPUS)
    written(tmp_path / "set" / "queries.jsonl", *QUERIES)
    written(tmp_path / "set" / "qrels" / "test.tsv", *QRELS)
    written(tmp_path / "set" / "qrels" / "train.tsv", QRELS[0])
    return tmp_path / "set"


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path / "home")
    made = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    yield made
    made.close()


class OverKnowledge:
    """The search of a real knowledge base, for a suite that asks for nothing else."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    def search(self, q: str, k: int, as_of: date | None, **_other: object) -> dict[str, Any]:
        passages = search(self.knowledge, q, as_of=date(2026, 11, 21), limit=k)
        return {"passages": [one.model_dump(mode="json") for one in passages], "index_version": "v1"}

    def documents(self) -> dict[str, Any]:
        held = [held.document for held in self.knowledge.registry.held().values()]
        return {"total": len(held), "documents": [{"id": one.id, "title": one.title} for one in held]}

    def ask(self, question: str, as_of: date | None, **_more: Any) -> dict[str, Any]:
        raise AssertionError("a retrieval set judges no answers")

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        raise AssertionError("a retrieval set judges no answers")


def test_beir_set_is_read_with_its_grades_and_without_unjudged_queries(folder: Path) -> None:
    assert is_beir(folder)
    judged = read_beir(folder)
    assert judged.suite.name == "set-test", "the judgements of the test part go before the others"
    assert [(case.question, [(gold.title, gold.grade) for gold in case.gold]) for case in judged.suite.cases] == [
        ("委托工厂生产样例药品", [("d1", 1)]),
        ("假冒样例药品罚款", [("text-2", 2)]),  # an id with a slash cannot stand in an address
        ("中文标签与召回", [("d5", 2), ("d3", 1)]),
    ]
    assert judged.texts[3].text == "只有题名的文献"


def test_beir_set_is_scored_over_an_index_of_its_documents(folder: Path, knowledge: KnowledgeBase) -> None:
    judged = read_beir(folder)
    told: list[int] = []
    load(knowledge, judged.texts, lambda done, _total: told.append(done))
    assert told == [1, 2, 3, 4, 5]
    (run,) = evaluate_suites([judged.suite], OverKnowledge(knowledge)).runs
    assert run.skipped == ()
    means = {row.measure: row.mean for row in run.summaries}
    assert means["Recall@10"] == 1.0
    assert means["Hit@1"] == 1.0
    assert set(means) == {"Recall@10", "nDCG@10", "MRR@10", "Hit@1", "law-hit@5"}, "no answer is judged"
    assert [timing.call for timing in run.latencies] == ["search"]


def test_a_part_of_a_beir_set_holds_what_its_queries_need_and_says_that_it_is_one(folder: Path) -> None:
    part = read_beir(folder, limit=4)
    assert [text.name for text in part.texts] == ["d1", "text-2", "d3", "d4"]
    assert [case.question for case in part.suite.cases] == ["委托工厂生产样例药品", "假冒样例药品罚款"]
    assert "4篇" in part.suite.name


@pytest.mark.parametrize(
    ("name", "rows", "says"),
    [
        ("corpus.jsonl", [CORPUS[0], "{"], r"corpus\.jsonl 第 2 行有误：不是 JSON"),
        ("corpus.jsonl", [CORPUS[0], {"_id": "d2"}], r"corpus\.jsonl 第 2 行有误：缺少文字 text"),
        ("corpus.jsonl", ["[]"], r"corpus\.jsonl 第 1 行有误：应是一个对象"),
        ("queries.jsonl", [{"text": "没有编号"}], r"queries\.jsonl 第 1 行有误：缺少文字 _id"),
        ("qrels/test.tsv", [QRELS[0], "q1\td1"], r"test\.tsv 第 2 行"),
        ("qrels/test.tsv", [QRELS[0], "q1\td1\t很相关"], r"test\.tsv 第 2 行"),
        ("qrels/test.tsv", QRELS[:1], "没有可评的问题"),
    ],
)
def test_bad_beir_row_is_refused_with_file_and_line(folder: Path, name: str, rows: list[object], says: str) -> None:
    written(folder / name, *rows)
    with pytest.raises(BadInput, match=says):
        read_beir(folder)
