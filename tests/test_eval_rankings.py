"""Runs over a real, small knowledge base: the same ranking twice is the same, a broken one is caught, and other ways to
rank stand beside the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from factories import HashEncoder, chunk, document, provision

from eval.beside import RANKINGS, without
from eval.cases import Case, Gold
from eval.compared import worsened
from eval.record import Run, save
from eval.run import evaluate_suites
from eval.suites import Suite
from kb.errors import BadInput, Unavailable
from kb.knowledge import KnowledgeBase
from kb.registry import open_registry
from kb.search import How, Part, Ranking, found
from kb.settings import Settings
from kb.store_edge import EdgeStore

DAY = date(2026, 11, 21)
LAWS = {
    "样例药品管理办法": (
        "持有人可以委托合格的工厂生产样例药品，并签订质量协议。",
        "生产假冒样例药品的，处货值金额十倍罚款。",
        "临床试验申请应当自受理之日起六十日内答复，逾期视为同意。",
        "注册证书有效期五年，届满六个月前申请再注册。",
        "广告不得含有保证疗效的断言。",
        "不良反应应当在十五日内报告监测机构。",
    ),
    "样例器械管理办法": (
        "第二类器械由省级部门审批，第一类器械实行备案。",
        "器械说明书应当载明禁忌症与注意事项。",
        "植入器械的使用单位应当永久保存购进记录。",
        "器械召回分为三级，一级召回一日内通知使用者。",
        "进口器械应当有中文标签。",
        "网络销售器械的平台应当核验经营者资质。",
    ),
}
ASKED = (
    ("委托工厂生产样例药品行吗", 0, 1), ("生产假冒样例药品罚多少", 0, 2), ("临床试验申请多久答复", 0, 3),
    ("注册证书有效期届满前多久申请再注册", 0, 4), ("广告能保证疗效吗", 0, 5), ("不良反应几日内报告", 0, 6),
    ("第二类器械谁审批", 1, 1), ("器械说明书要写禁忌症吗", 1, 2), ("植入器械购进记录保存多久", 1, 3),
    ("器械一级召回几日内通知", 1, 4), ("进口器械要不要中文标签", 1, 5), ("网络销售器械平台核验资质吗", 1, 6),
)  # fmt: skip
NUMERALS = "一二三四五六"


class SmallKnowledge:
    """`eval.observe.Api` over the real search of a real index; nothing is asked but the ranking."""

    def __init__(self, knowledge: KnowledgeBase, *, reverse: bool = False) -> None:
        self.knowledge, self.reverse = knowledge, reverse

    def search(
        self, q: str, k: int, as_of: date | None, *, ranking: str = "full", without: Sequence[str] = ()
    ) -> dict[str, Any]:
        assert ranking in get_args(Ranking)
        assert set(without) <= set(get_args(Part))
        how = How(ranking, frozenset(without))  # type: ignore[arg-type]  # just checked
        result = found(self.knowledge, q, as_of=as_of or DAY, limit=50, how=how)
        passages = [finding.passage.model_dump(mode="json") for finding in result.findings]
        ordered = passages[::-1] if self.reverse else passages
        return {"passages": ordered[:k], "notes": result.notes, "index_version": self.knowledge.index_version}

    def documents(self) -> dict[str, Any]:
        held = [held.document for held in self.knowledge.registry.held().values()]
        return {"total": len(held), "documents": [{"id": one.id, "title": one.title} for one in held]}

    def ask(self, question: str, as_of: date | None) -> dict[str, Any]:
        raise AssertionError("a ranking alone is judged")

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        raise AssertionError("a ranking alone is judged")


class OldService(SmallKnowledge):
    """Ignores the parameters it does not know, as a service of an earlier release does."""

    def search(
        self, q: str, k: int, as_of: date | None, *, ranking: str = "full", without: Sequence[str] = ()
    ) -> dict[str, Any]:
        body = super().search(q, k, as_of)
        return {name: value for name, value in body.items() if name != "notes"}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path_factory.mktemp("small"))
    made = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    for title, rules in LAWS.items():
        lines = [f"第{NUMERALS[at]}条 {rule}" for at, rule in enumerate(rules)]
        text = "\n".join(lines)
        provisions = [provision(line.split()[0], text=line, within=text) for line in lines]
        chunks = [chunk(p.path[0], text=text[p.body : p.end], title=title, start=p.body) for p in provisions]
        made.replace(document(title), text, provisions, chunks, [], [], [], None)
    yield made
    made.close()


@pytest.fixture
def suite() -> Suite:
    titles = list(LAWS)
    cases = [
        Case(
            id=f"case-{number}", question=question, tags=("exact",), source="自编",
            gold=(Gold(title=titles[law], article=f"第{NUMERALS[article - 1]}条"),),
        )
        for number, (question, law, article) in enumerate(ASKED)
    ]  # fmt: skip
    return Suite("small", tuple(cases), "0" * 64, answers=False)


@pytest.fixture
def saved(knowledge: KnowledgeBase, suite: Suite, tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    save(evaluate_suites([suite], SmallKnowledge(knowledge)), path)
    return path


def run_of(api: SmallKnowledge, suite: Suite, **options: Any) -> Run:
    (run,) = evaluate_suites([suite], api, **options).runs
    return run


def test_the_same_index_twice_gives_the_same_rankings_and_nothing_worse(
    knowledge: KnowledgeBase, suite: Suite, saved: Path
) -> None:
    # The promise under every other comparison.
    run = run_of(SmallKnowledge(knowledge), suite, against=saved)
    assert run.changes is not None
    assert (run.changes.rankings_identical, run.changes.rankings_compared) == (12, 12)
    assert {row.difference for row in run.changes.differences} == {0.0}
    assert worsened([run]) == []


def test_a_reversed_ranking_is_caught(knowledge: KnowledgeBase, suite: Suite, saved: Path) -> None:
    # A deliberately broken ranker over the very same index must not pass.
    run = run_of(SmallKnowledge(knowledge, reverse=True), suite, against=saved)
    worse = {row.measure: row for _, row in worsened([run])}
    assert {"nDCG@10", "MRR@10", "Hit@1"} <= worse.keys()
    assert all(row.high < 0 for row in worse.values())
    assert run.changes is not None
    assert run.changes.gains == ()
    assert len(run.changes.rankings_moved) == 12
    assert {loss.id for loss in run.changes.losses} == {case.id for case in suite.cases}


def test_the_mended_ranking_is_better_again(knowledge: KnowledgeBase, suite: Suite, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    save(evaluate_suites([suite], SmallKnowledge(knowledge, reverse=True)), broken)
    run = run_of(SmallKnowledge(knowledge), suite, against=broken)
    assert run.changes is not None
    assert {row.verdict for row in run.changes.differences if row.measure in ("nDCG@10", "Hit@1")} == {"better"}


def test_one_lost_case_of_twelve_is_not_called_worse(knowledge: KnowledgeBase, suite: Suite, saved: Path) -> None:
    """A gate that cries at every single case is soon ignored."""
    lost = suite.cases[0].model_copy(update={"gold": (Gold(title="样例药品管理办法", article="第九十九条"),)})
    run = run_of(SmallKnowledge(knowledge), suite._replace(cases=(lost, *suite.cases[1:])), against=saved)
    assert run.changes is not None
    assert [loss.id for loss in run.changes.losses if loss.measure == "Recall@10"] == ["case-0"]
    assert worsened([run]) == []


def test_other_rankings_stand_beside_the_product_over_the_same_cases(knowledge: KnowledgeBase, suite: Suite) -> None:
    run = run_of(SmallKnowledge(knowledge), suite, ways=(*RANKINGS, without("rerank")))
    assert [one.name for one in run.beside] == ["dense", "lexical", "fusion", "−rerank"]
    own = {row.measure: row.mean for row in run.summaries}
    for one in run.beside:
        for row in one.differences:
            assert row.before == pytest.approx(own[row.measure])
            assert row.difference == pytest.approx(row.after - row.before)
            assert row.cases == 12
    (gain,) = run.gains
    better = max(one.summaries[1].mean for one in run.beside[:2])
    assert gain.gain == pytest.approx(own["nDCG@10"] / better - 1)
    assert gain.low is not None
    assert gain.high is not None
    assert gain.low <= gain.gain <= gain.high


def test_a_service_that_ignores_the_ranking_is_found_out(knowledge: KnowledgeBase, suite: Suite) -> None:
    # It would show every part of the product to be worth nothing.
    for way in (*RANKINGS, without("rerank")):
        with pytest.raises(Unavailable, match="旧版本"):
            run_of(OldService(knowledge), suite, ways=(way,))


def test_several_suites_are_pooled_and_compared_each_with_its_own(
    knowledge: KnowledgeBase, suite: Suite, tmp_path: Path
) -> None:
    halves = [
        suite._replace(name=name, cases=cases) for name, cases in (("甲", suite.cases[:4]), ("乙", suite.cases[4:]))
    ]
    both = evaluate_suites(halves, SmallKnowledge(knowledge))
    assert {row.measure: row.cases for row in both.summaries}["Recall@10"] == 12
    save(both, tmp_path / "both.json")
    sides = evaluate_suites(halves, SmallKnowledge(knowledge), ways=RANKINGS)
    whole = run_of(SmallKnowledge(knowledge), suite, ways=RANKINGS)
    for pooled, single in zip(sides.beside, whole.beside, strict=True):
        assert [row.mean for row in pooled.summaries] == pytest.approx([row.mean for row in single.summaries])
    assert sides.gains[0].gain == pytest.approx(whole.gains[0].gain)
    again = evaluate_suites(halves, SmallKnowledge(knowledge), against=tmp_path / "both.json")
    assert [run.changes.rankings_identical for run in again.runs if run.changes] == [4, 8]


def test_a_saved_run_of_other_suites_is_refused(knowledge: KnowledgeBase, suite: Suite, saved: Path) -> None:
    # Comparing nothing with nothing would pass every gate.
    with pytest.raises(BadInput, match="small"):
        evaluate_suites([suite._replace(name="其他")], SmallKnowledge(knowledge), against=saved)
