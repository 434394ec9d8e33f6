"""Cases with a conversation, a profile, a premise or a question back: asked as a person would, judged as a whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.answer_model import Mode, Turn
from assistant.model import EnterpriseProfile
from eval.answering import ANSWER_MEASURES
from eval.cases import Case, Gold, Place
from eval.record import read_runs
from eval.record import save as save_record
from eval.run import evaluate_suites
from eval.score import Cited, Seen
from eval.suites import Suite
from kb.errors import Unavailable

GOLD = Gold(title="样本药法", article="第二条")
TEXT = "生产假样本药的，处十倍以上二十倍以下罚款。"
PASSED = next(measure for measure in ANSWER_MEASURES if measure.name == "Passed")


def case(**fields: Any) -> Case:
    told = {"id": "a", "question": "那劣样本药呢", "tags": ["follow-up"], "source": "自编", **fields}
    if told.get("outcome", "answered") == "answered":
        told.setdefault("gold", [{"title": "样本药法", "article": "第二条"}])
    return Case.model_validate(told)


def seen(outcome: str = "answered", **fields: Any) -> Seen:
    place = Place.at("样本药法@2020-01-01/第二条", "样本药法")
    cited = (Cited(place, TEXT, 0, len(TEXT), "现行有效", TEXT),) if outcome in ("answered", "partial") else ()
    return Seen(None, outcome, TEXT, cited, None, 1.0)._replace(**fields)


class Recorder:
    """Answers everything with one article and keeps what it was asked; a question with 坏 brings it down."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Turn, ...], str | None, str]] = []
        self.searched: list[str] = []

    def documents(self) -> dict[str, Any]:
        return {"total": 1, "documents": [{"id": "样本药法@2020-01-01", "title": "样本药法"}]}

    def search(self, q: str, k: int, as_of: date | None, **_other: Any) -> dict[str, Any]:
        self.searched.append(q)
        return {"index_version": "v1", "passages": [self._cited()], "notes": []}

    def ask(
        self, question: str, as_of: date | None, *, history: Sequence[Turn] = (),
        profile: EnterpriseProfile | None = None, mode: Mode = "extractive",
    ) -> dict[str, Any]:  # fmt: skip
        self.asked.append((question, tuple(history), profile.name if profile else None, mode))
        if "坏" in question:
            raise Unavailable("索引尚未建立，请先装载法规。")
        return {
            "outcome": "answered", "text": f"{mode}：{TEXT}", "citations": [self._cited()], "reason": None,
            "index_version": "v1", "mode": mode, "premises": ["该法已经废止。"], "clarify": None,
        }  # fmt: skip

    def provision(self, address: str, as_of: date | None) -> dict[str, Any]:
        return {"address": address, "text": TEXT}

    def _cited(self) -> dict[str, Any]:
        return {
            "address": "样本药法@2020-01-01/第二条", "title": "样本药法", "quote": TEXT, "start": 0, "end": len(TEXT),
            "force": "现行有效",
        }  # fmt: skip


def suite(*cases: Case) -> Suite:
    return Suite("turns", cases, "0")


def test_a_history_is_asked_turn_by_turn_with_the_answers_given() -> None:
    # The follow-up must see the very answers that the person saw, not answers made up for the test.
    api = Recorder()
    told = case(history=["生产假样本药罚多少", "要办什么手续"], profile={"name": "甲公司"})
    evaluate_suites([suite(told)], api)
    first, second, last = api.asked
    assert (first[0], first[1]) == ("生产假样本药罚多少", ())
    assert [turn.content for turn in second[1]] == ["生产假样本药罚多少", f"extractive：{TEXT}"]
    assert [turn.role for turn in last[1]] == ["user", "assistant", "user", "assistant"]
    assert (last[0], last[2]) == ("那劣样本药呢", "甲公司")


def test_only_the_question_of_a_case_is_timed_and_a_follow_up_is_not_searched_alone() -> None:
    api, ticks = Recorder(), count()
    (run,) = evaluate_suites(
        [suite(case(history=["一问", "二问"]), case(id="b", question="生产假样本药罚多少"))], api,
        clock=lambda: float(next(ticks)),
    ).runs  # fmt: skip
    assert api.searched == ["生产假样本药罚多少"]
    follow_up, alone = run.scored
    assert follow_up.ranking is None
    assert (follow_up.search_seconds, follow_up.ask_seconds) == (None, 1.0)
    assert "Recall@10" in alone.scores
    assert "Recall@10" not in follow_up.scores
    assert run.empty_results == 0
    assert follow_up.asked == "一问 → 二问 → 那劣样本药呢"


def test_a_conversation_that_breaks_down_is_an_error_and_fails() -> None:
    (run,) = evaluate_suites([suite(case(history=["坏了吗"]))], Recorder()).runs
    assert run.errors == 1
    assert run.scored[0].scores["Passed"].value == 0.0


PREMISE = {"tags": ["premise"], "premise": ["已经废止|已废止"]}
BACK = {"tags": ["clarify"], "outcome": "clarify", "options": ["三类", "二类|第2类"]}


@pytest.mark.parametrize(
    ("expected", "given", "passed", "why"),
    [
        (case(), seen(), True, "outcome and gold"),
        (case(), seen(cited=()), False, "nothing cited"),
        (case(), seen("partial"), False, "half an answer"),
        (case(), seen("refused"), False, "refused"),
        (case(must_say=["二十倍"]), seen(), True, "said"),
        (case(must_say=["三十倍"]), seen(), False, "not said"),
        (case(must_not_say=["二十倍"]), seen(), False, "said what it must not"),
        (case(gold=[GOLD.model_dump(), {"title": "别的法"}]), seen(), True, "one gold is enough"),
        (case(**PREMISE), seen(premises=("该法已经废止。",)), True, "premise said"),
        (case(**PREMISE), seen("partial", premises=("该法已废止。",)), True, "partial beside a premise"),
        (case(**PREMISE), seen(text="该法已经废止。"), False, "a premise is said first, not in passing"),
        (case(**BACK), seen("clarify", options=("第三类医疗器械", "二类")), True, "options in other words"),
        (case(**BACK), seen("clarify", options=("三类",)), False, "an option is missing"),
        (case(**BACK), seen(options=("三类", "二类")), False, "answered instead of asked back"),
        (case(outcome="any"), seen("refused"), True, "any outcome"),
        (case(outcome="any"), seen("unavailable", error="断了"), False, "no outcome at all"),
        (case(outcome="refused"), seen("refused"), True, "a refusal that was due"),
    ],
)  # fmt: skip
def test_passed_is_every_expectation_at_once(expected: Case, given: Seen, passed: bool, why: str) -> None:
    score = PASSED.score(expected, given)
    assert score is not None
    assert (score.value == 1.0) is passed, (why, score.why)


def test_passed_speaks_of_no_other_sort_of_question() -> None:
    assert PASSED.score(case(tags=["colloquial"]), seen()) is None


def test_by_model_is_scored_beside_extracts_of_the_same_cases(tmp_path: Path) -> None:
    # The same table must hold both, and a record of one must never be read as the other.
    api = Recorder()
    both = evaluate_suites([suite(case())], api, mode="generative")
    assert [(run.suite, run.mode) for run in both.runs] == [("turns", "extractive"), ("turns·生成", "generative")]
    assert both.runs[1].changes is not None
    assert [one.cases for one in both.summaries if one.measure == "Passed"] == [1]
    assert [asked[3] for asked in api.asked] == ["extractive", "generative"]
    assert [run.scored[0].mode for run in both.runs] == ["extractive", "generative"]
    save_record(both, tmp_path / "both.json")
    assert set(read_runs(tmp_path / "both.json")) == {"turns", "turns·生成"}


def test_a_record_from_before_conversations_still_reads(tmp_path: Path) -> None:
    (run,) = evaluate_suites([suite(case())], Recorder()).runs
    saved = json.loads(run.model_dump_json())
    del saved["mode"]
    for one in saved["cases"]:
        del one["history"], one["mode"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
    assert read_runs(path)["turns"].cases[0].scores == run.cases[0].scores
