"""The bench of search: what it grows, compares and reports, checked on small numbers against the real engine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_library import empty_library, put

from bench import growth, sides
from bench.bm25 import PlainBm25
from bench.encoders import recall
from bench.goals import Goal, goals_in, table
from bench.grown import Nearest
from bench.synthetic import BATCH, Base, Batch, batches, id_of
from bench.worker import TooSlow, Worker
from eval.cases import Case, Gold, Place
from kb import search
from kb.lexical import SparseTerms, passage_terms, query_terms
from kb.settings import Settings
from kb.store import EVERYTHING, Payload, VectorStore, Where, open_store

SIZE = 16
TEXTS = ("药品经营许可证有效期为五年", "医疗器械注册证有效期为五年", "化妆品备案人应当提交资料", "药品召回分为三级")


@pytest.fixture(scope="module")
def base() -> Base:
    random = np.random.default_rng(3)
    vectors = random.standard_normal((40, SIZE)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = [passage_terms(TEXTS[number % len(TEXTS)]) for number in range(40)]
    fields: list[Payload] = [
        {"kind": "法律", "sectors": ["药品"], "region": "", "instrument": "某法"} for _ in range(40)
    ]
    return Base(vectors, terms, fields)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = open_store(Settings(home=tmp_path))
    opened.ensure(SIZE, "bench")
    yield opened
    opened.close()


def _all(base: Base, count: int) -> Batch:
    (only,) = batches(base, count)
    return only


def test_real_passages_come_first_and_the_rest_stays_near_them(base: Base) -> None:
    # Were the added vectors random, the graph's recall would say nothing about texts.
    made = _all(base, 200)
    assert np.allclose(made.vectors[:40], base.vectors)
    assert np.allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-5)
    to_base = (made.vectors[40:] @ base.vectors.T).max(axis=1)
    strangers = np.random.default_rng(4).standard_normal((160, SIZE))
    strangers /= np.linalg.norm(strangers, axis=1, keepdims=True)
    assert np.median(to_base) > np.median((strangers @ base.vectors.T).max(axis=1))
    assert len({tuple(vector) for vector in made.vectors.round(5).tolist()}) == 200


def test_a_smaller_collection_is_the_beginning_of_a_larger_one(base: Base) -> None:
    # Sizes are compared with one another: they must not differ in anything but size.
    small, large = _all(base, 100), _all(base, BATCH)
    assert [p.id for p in small.points] == [p.id for p in large.points[:100]]
    assert np.array_equal(_all(base, BATCH).vectors, large.vectors)


def test_terms_stay_those_of_passages(base: Base) -> None:
    known = {index for terms in base.terms for index in terms.indices}
    for point in _all(base, 200).points:
        assert point.sparse.indices == sorted(set(point.sparse.indices))
        assert set(point.sparse.indices) <= known
        assert len(point.sparse.values) == len(point.sparse.indices)


def test_the_truth_is_the_same_in_pieces_and_at_once(base: Base) -> None:
    # Recall is judged by it: a mistake in merging the pieces would pass as an engine's loss.
    vectors = _all(base, 300).vectors
    pieces = Nearest(base.vectors[:5])
    for start in range(0, 300, 70):
        pieces.see(start, vectors[start : start + 70])
    whole = np.argsort(-(base.vectors[:5] @ vectors.T), axis=1, kind="stable")[:, :10]
    assert np.array_equal(pieces.numbers, whole)
    assert pieces.numbers[:, 0].tolist() == [0, 1, 2, 3, 4]  # a vector is nearest to itself


def test_the_engine_finds_what_the_truth_says(base: Base, store: VectorStore) -> None:
    made = _all(base, 300)
    store.add(made.points)
    truth = Nearest(base.vectors[:5])
    truth.see(0, made.vectors)
    for vector, numbers in zip(base.vectors[:5], truth.numbers, strict=True):
        assert {hit.id for hit in store.dense(vector.tolist(), EVERYTHING, 10)} == {id_of(int(n)) for n in numbers}
    in_force = store.count(Where(day=20261121))
    assert 0 < in_force < 300  # the filter by day leaves something out


def test_plain_bm25_agrees_with_the_engine(base: Base, store: VectorStore) -> None:
    # The yardstick must do the same work, or its time is no measure of ours.
    made = _all(base, 200)
    store.add(made.points)
    plain = PlainBm25([point.sparse for point in made.points])
    question = query_terms("药品经营许可证有效期")
    ours = store.sparse(question, EVERYTHING, 30)
    theirs = dict(plain.best(question, 200))
    assert ours
    assert [theirs[int(hit.id.replace("-", ""), 16)] for hit in ours] == pytest.approx(
        [h.score for h in ours], rel=1e-3
    )
    assert plain.best(SparseTerms([], []), 5) == []


@pytest.mark.parametrize(
    ("small", "large", "factor", "per_decade"),
    [(10_000, 100_000, 2.0, 2.0), (10_000, 1_000_000, 4.0, 2.0), (250_000, 1_000_000, 1.0, 1.0)],
)
def test_growth_is_stated_for_a_tenfold(small: int, large: int, factor: float, per_decade: float) -> None:
    def turn(milliseconds: float) -> dict[str, list[float]]:
        return {side: [milliseconds] * 3 for side in growth.SIDES}

    (step,) = growth.growth({small: [turn(1.0), turn(7.0)], large: [turn(factor), turn(7.0 * factor)]})
    assert step["dense"]["per_decade"] == pytest.approx(per_decade, abs=1e-3)
    assert step["dense"]["spread"] == [factor, factor]


def test_the_second_look_is_timed_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Subtracted from whole searches it came out as nothing: both of them read the candidates."""
    made = empty_library(tmp_path)
    put(made, "样例规则", "第一条 样例药品应当登记。\n第二条 样例器械应当备案。")
    read = search.second_look

    def slowly(*given: Any) -> Any:
        time.sleep(0.005 * len(given[1]))
        return read(*given)

    monkeypatch.setattr(search, "second_look", slowly)
    found = sides.second_look_ms(made, ["样例药品登记", "样例器械备案"], date(2026, 11, 22), 2)
    assert 5 * sides.GOAL_RERANKED <= found["p50_ms"] <= found["p95_ms"]
    assert search.second_look is slowly
    made.close()


def test_recall_counts_the_golds_of_each_case() -> None:
    places = [Place("某法", "某法@2020-01-01", (f"第{n}条",)) for n in range(12)]
    both = (Gold(title="某法", article="第0条"), Gold(title="某法", article="第11条"))
    case = Case(id="a", question="问什么", gold=both, tags=("multi",), source="本测试")
    passages = np.eye(12, dtype=np.float32)
    question = np.arange(12, 0, -1, dtype=np.float32)[None, :]  # the nearest are 0, 1, 2 … 9
    assert recall(question, passages, [case], places) == 0.5


@pytest.mark.parametrize(
    ("goal", "met", "shown"),
    [
        (Goal.at_most("甲", 0.33, 0.33), True, "| 甲 | 0.33× | ≤ 0.33× | 达到 |"),
        (Goal.at_most("乙", 3.01, 3.0), False, "| 乙 | 3.01× | ≤ 3× | 未达到 |"),
        (Goal.at_least("丙", 0.95, 0.95), True, "| 丙 | 0.95 | ≥ 0.95 | 达到 |"),
        (Goal.at_least("丁", None, 0.95), None, "| 丁 | 未测 | ≥ 0.95 | — |"),
    ],
)
def test_a_figure_says_whether_its_goal_is_met(goal: Goal, met: bool | None, shown: str) -> None:
    assert goal.met is met
    assert goal.row() == shown


def test_the_table_can_be_made_again_from_the_saved_figures() -> None:
    figures = {"a": {"goals": [Goal.at_most("甲", 1.0, 2.0)]}, "b": {"c": {"goals": [Goal.at_least("乙", 3, 2)]}}}
    read_back = json.loads(json.dumps(figures))
    assert list(goals_in(read_back)) == list(goals_in(figures))
    assert table(read_back).count("达到") == 2


def test_a_child_that_takes_too_long_is_ended_and_says_how_far_it_came(tmp_path: Path) -> None:
    with Worker("试", "bench.grown", [str(tmp_path / "none"), str(tmp_path)]) as worker:
        with pytest.raises(TooSlow) as late:
            worker.ask("open", 0.001)
        assert late.value.last == {}
        assert "0.001" in str(late.value)


def test_a_size_that_was_not_built_in_time_stands_in_the_table_as_not_measured(tmp_path: Path) -> None:
    found = growth.measure(Settings(home=tmp_path), ["问什么"], date(2026, 11, 21), 1, [100, 200], limit_s=0.001)
    assert {figures["stopped"] for figures in found["sizes"].values()} == {"0.001 秒内没有建好"}
    assert "| 100 → 200 块，语义 p50 每十倍 | 未测 | ≤ 2× | — |" in table(found)


def test_a_child_that_fails_is_not_a_figure(tmp_path: Path) -> None:
    with (
        Worker("试", "bench.grown", [str(tmp_path / "none"), str(tmp_path)]) as worker,
        pytest.raises(SystemExit, match="停止"),
    ):
        worker.ask("open", 60)
