"""A whole run over a small library that really searches: what is perfect, wrong, empty, refused, broken or skipped."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.compared import compare
from eval.record import Run, read_runs
from eval.record import save as save_record
from eval.report import by_tag, changes, compared, misses, table
from eval.run import evaluate
from kb.errors import BadInput, NotFound, Unavailable

LIBRARY = {
    ("样本药法", "第一条"): "持有样本药证的企业可以委托合格的工厂生产样本药，并签订委托协议。",
    ("样本药法", "第二条"): "生产假样本药的，处货值十倍以上二十倍以下的罚款。",
    ("样本药法", "第三条"): "主管部门应当自受理试验申请之日起六十日内答复，逾期视为同意。",
    ("样本苗法", "第一条"): "样本苗不得委托生产，确需委托的须经批准。",
}
Rank = Callable[[str, Sequence[tuple[str, str]]], list[tuple[str, str]]]


def pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def by_shared_pairs(question: str, places: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Most shared character pairs first; places that share none are left out."""
    shared = {place: len(pairs(question) & pairs(place[0] + LIBRARY[place])) for place in places}
    return sorted((place for place in places if shared[place]), key=lambda place: -shared[place])


def worst_first(question: str, places: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A broken ranker: everything is found, the least fitting on top."""
    ranked = by_shared_pairs(question, places)
    return [place for place in places if place not in ranked] + ranked[::-1]


class SmallApi:
    """The four calls over LIBRARY: ranks, quotes the best article, refuses when less than three pairs are shared."""

    def __init__(self, rank: Rank = by_shared_pairs, *, index: str = "v1", titles: tuple[str, ...] = ()) -> None:
        self.rank = rank
        self.index = index
        self.titles = titles or tuple(dict.fromkeys(title for title, _ in LIBRARY))

    def documents(self) -> dict[str, Any]:
        listed = [{"id": f"{title}@2020-01-01", "title": title} for title in self.titles]
        return {"total": len(listed), "documents": listed}

    def search(
        self, q: str, k: int, as_of: date | None, *, ranking: str = "full", without: Sequence[str] = ()
    ) -> dict[str, Any]:
        found = [self._passage(place) for place in self.rank(q, list(LIBRARY))[:k]]
        return {"query": q, "as_of": as_of, "index_version": self.index, "passages": found}

    def ask(self, question: str, as_of: date | None, **_more: Any) -> dict[str, Any]:
        best = self.rank(question, list(LIBRARY))[:1]
        sure = [place for place in best if len(pairs(question) & pairs(place[0] + LIBRARY[place])) >= 3]
        return {
            "outcome": "answered" if sure else "refused",
            "text": "".join(LIBRARY[place] for place in sure),
            "citations": [self._citation(place) for place in sure],
            "reason": None,
            "index_version": self.index,
        }

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        title, _, article = address.partition("@2020-01-01/")
        if (title, article) not in LIBRARY:
            raise NotFound(f"没有 {address}")
        return {"address": address, "text": LIBRARY[title, article]}

    def _citation(self, place: tuple[str, str]) -> dict[str, Any]:
        text = LIBRARY[place]
        return {**self._passage(place), "quote": text, "start": 0, "end": len(text)}

    def _passage(self, place: tuple[str, str]) -> dict[str, Any]:
        title, article = place
        document = f"{title}@2020-01-01"
        found = {"address": f"{document}/{article}", "document_id": document, "title": f"中华人民共和国{title}"}
        return {**found, "article": article, "force": "现行有效"}


class MisquotingApi(SmallApi):
    """Changes one character of every quote."""

    def _citation(self, place: tuple[str, str]) -> dict[str, Any]:
        right = super()._citation(place)
        return {**right, "quote": right["quote"].replace("。", "！")}


class DeadAddressApi(SmallApi):
    """Cites addresses at which nothing is kept."""

    def _citation(self, place: tuple[str, str]) -> dict[str, Any]:
        return {**super()._citation(place), "address": "无此文件@2020-01-01/第一条"}


class BrokenApi(SmallApi):
    """Cannot answer at all."""

    def ask(self, question: str, as_of: date | None, **_more: Any) -> dict[str, Any]:
        raise Unavailable("索引尚未建立，请先装载法规。")


class DownApi(SmallApi):
    """Says in its answer that a part is down, as the service does."""

    def ask(self, question: str, as_of: date | None, **_more: Any) -> dict[str, Any]:
        down = {"outcome": "unavailable", "reason": "索引尚未建立，请先装载法规。", "index_version": ""}
        return {**super().ask(question, as_of), **down, "text": "", "citations": []}


CASES: tuple[dict[str, Any], ...] = (
    {
        "id": "entrust",
        "question": "样本药可以委托工厂生产吗",
        "gold": [{"title": "样本药法", "article": "第一条"}],
        "must_say": ["委托协议"],
    },
    {
        "id": "fine",
        "question": "生产假样本药罚款多少",
        "gold": [{"title": "样本药法", "article": "第二条"}],
        "must_say": ["十倍以上二十倍以下"],
    },
    {
        "id": "silence",
        "question": "试验申请多久不答复视为同意",
        "gold": [{"title": "样本药法", "article": "第三条"}],
        "must_say": ["六十日|60日"],
    },
    {"id": "weather", "question": "明天下雨吗", "outcome": "refused", "tags": ["out-of-scope"]},
    {
        "id": "absent",
        "question": "样本器械怎么注册",
        "gold": [{"title": "样本器械法", "article": "第一条"}],
        "needs": ["corpus"],
    },
)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    lines = ({"tags": ["colloquial"], "source": "自编", **case} for case in CASES)
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def ticking() -> Callable[[], float]:
    """A clock that moves on by a second a reading, so that latency is known."""
    ticks = count()
    return lambda: float(next(ticks))


def means(run: Run) -> dict[str, float]:
    return {row.measure: row.mean for row in run.summaries}


def test_right_system_gets_full_marks(suite: Path) -> None:
    run = evaluate(suite, SmallApi(), clock=ticking())
    marks = means(run)
    assert marks.pop("False refusal") == 0.0
    assert set(marks.values()) == {1.0}
    assert {"Recall@10", "MRR@10", "Citation precision", "Quote exactness", "Number exactness"} <= set(marks)
    assert run.index_version == "v1"


def test_case_without_its_document_is_skipped_with_the_reason_and_never_passed(suite: Path) -> None:
    run = evaluate(suite, SmallApi(), clock=ticking())
    (skipped,) = run.skipped
    assert skipped.id == "absent"
    assert skipped.scores == {}
    assert skipped.skipped is not None
    assert "《样本器械法》" in skipped.skipped
    assert "corpus" in skipped.skipped
    recall = next(row for row in run.summaries if row.measure == "Recall@10")
    assert recall.cases == 3


def test_skipped_case_is_scored_once_its_document_is_loaded(suite: Path) -> None:
    # It is then found wanting: the article is not in the library, and that is a zero.
    run = evaluate(suite, SmallApi(titles=("样本药法", "样本苗法", "样本器械法")), clock=ticking())
    assert run.skipped == ()
    absent = next(case for case in run.scored if case.id == "absent")
    assert absent.scores["Recall@10"].value == 0.0


def test_case_of_a_version_that_is_not_loaded_is_skipped(suite: Path) -> None:
    # The law is there in another version only: the answer cannot be right, and not for want of quality.
    lines = suite.read_text(encoding="utf-8").splitlines()
    old = json.loads(lines[0]) | {"gold": [{"title": "样本药法", "article": "第一条", "version": "2001-01-01"}]}
    suite.write_text(json.dumps(old, ensure_ascii=False), encoding="utf-8")
    (skipped,) = evaluate(suite, SmallApi(), clock=ticking()).skipped
    assert skipped.skipped is not None
    assert "2001-01-01 版" in skipped.skipped


def test_broken_ranker_scores_lower_and_shows_as_losses(suite: Path, tmp_path: Path) -> None:
    # The one thing an evaluation must do.
    saved = tmp_path / "runs" / "good.json"
    good = evaluate(suite, SmallApi(), save=saved, clock=ticking())
    bad = evaluate(suite, SmallApi(worst_first, index="v2"), against=saved, clock=ticking())
    for measure in ("MRR@10", "Hit@1", "Citation precision", "Citation recall", "Number exactness"):
        assert means(bad)[measure] < means(good)[measure], measure
    assert bad.changes is not None
    assert bad.changes.gains == ()
    assert {change.measure for change in bad.changes.losses} >= {"MRR@10", "Hit@1", "False refusal"}
    assert bad.changes.index_before == "v1"
    back = compare(good, bad)
    assert back.losses == ()
    assert len(back.gains) == len(bad.changes.losses)


def test_misquote_costs_exactness_only(suite: Path) -> None:
    marks = means(evaluate(suite, MisquotingApi(), clock=ticking()))
    assert marks["Quote exactness"] == 0.0
    assert marks["Citation precision"] == 1.0


def test_address_that_leads_nowhere_is_a_finding_not_a_crash(suite: Path) -> None:
    run = evaluate(suite, DeadAddressApi(), clock=ticking())
    assert means(run)["Quote exactness"] == 0.0
    assert run.errors == 0


@pytest.mark.parametrize("api", [BrokenApi(), DownApi()], ids=["raises", "says so"])
def test_failure_is_counted_as_error_not_as_refusal(suite: Path, api: SmallApi) -> None:
    # "no content" and "the index is down" are different outcomes; neither may end the run.
    run = evaluate(suite, api, clock=ticking())
    assert run.errors == 4
    assert means(run)["Refusal accuracy"] == 0.0
    assert means(run)["False refusal"] == 0.0
    assert means(run)["Citation recall"] == 0.0
    assert run.latencies == ()
    assert all(case.error and "索引尚未建立" in case.error for case in run.scored)


def test_empty_results_and_latency_are_counted(suite: Path) -> None:
    run = evaluate(suite, SmallApi(), clock=ticking())
    assert run.empty_results == 1  # nothing in the library shares a pair with the weather
    assert [(timing.call, timing.p50, timing.calls) for timing in run.latencies] == [
        ("search", 1.0, 4),
        ("ask", 1.0, 4),
    ]


def test_cut_document_list_is_refused(suite: Path) -> None:
    # A page of the list instead of the whole would skip cases in silence.
    class Paging(SmallApi):
        def documents(self) -> dict[str, Any]:
            return {**super().documents(), "total": 400}

    with pytest.raises(BadInput, match="不完整"):
        evaluate(suite, Paging(), clock=ticking())


def test_saved_run_reads_back_the_same_and_the_same_seed_gives_the_same_run(suite: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    run = evaluate(suite, SmallApi(), save=saved, seed=3, clock=ticking())
    assert read_runs(saved) == {run.suite: run}
    assert evaluate(suite, SmallApi(), seed=3, clock=ticking()) == run
    assert list(tmp_path.glob("*.part")) == []


def test_progress_is_told_for_every_case(suite: Path) -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(suite, SmallApi(), clock=ticking(), progress=lambda name, done, of: told.append((name, done, of)))
    assert told == [("small", number, 5) for number in range(1, 6)]


def test_changed_suite_and_dropped_cases_are_named(suite: Path) -> None:
    # Comparing two different sets of questions must say so.
    before = evaluate(suite, SmallApi(), clock=ticking())
    suite.write_text("\n".join(suite.read_text(encoding="utf-8").splitlines()[1:]), encoding="utf-8")
    moved = compare(evaluate(suite, SmallApi(), clock=ticking()), before)
    assert moved.suite_changed
    assert moved.dropped == ("entrust",)
    assert moved.added == ()


@pytest.mark.parametrize("content", [None, "{}", "不是 JSON"], ids=["missing", "other JSON", "no JSON"])
def test_wrong_saved_run_is_refused_before_any_question_is_asked(
    suite: Path, tmp_path: Path, content: str | None
) -> None:
    saved = tmp_path / "old.json"
    if content is not None:
        saved.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="评测记录"):
        evaluate(suite, BrokenApi(), against=saved, clock=ticking())


def test_tables_show_numbers_reasons_and_skips(suite: Path, tmp_path: Path) -> None:
    saved = tmp_path / "good.json"
    save_record(evaluate(suite, SmallApi(), clock=ticking()), saved)
    bad = evaluate(suite, SmallApi(worst_first), against=saved, clock=ticking())
    console = Console(width=200, file=StringIO(), record=True)
    assert bad.changes is not None
    for view in (table(bad), by_tag(bad), misses(bad), compared("small", bad.changes), changes(bad.changes)):
        console.print(view)
    shown = console.export_text()
    for words in (
        "Recall@10",
        "95% 区间",
        "Latency ask",
        "跳过 1 题",
        "《样本器械法》",
        "首条是",
        "降",
        "变差",
        "名次完全相同",
        "out-of-scope",
    ):
        assert words in shown, words
