"""The promise of every answer, held against the whole suite over the real starter base: quotes are slices of the law,
in force on the date asked, and what is not ours is refused."""

from __future__ import annotations

import httpx
import pytest

from assistant.service import Service
from eval.run import Run, evaluate
from ui.access import InProcess
from ui.evaluated import HttpApi


@pytest.fixture
def run(service: Service) -> Run:
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as client:
        return evaluate(service.settings.data / "eval" / "core.jsonl", HttpApi(client), seed=7)


def test_every_quote_of_every_answer_is_verbatim_and_in_force(run: Run) -> None:
    """One wrong character or one silent use of old text in any answer of the suite fails here, with its case."""
    for measure in ("Quote exactness", "Validity"):
        scored = {case.id: case.scores[measure] for case in run.cases if measure in case.scores}
        assert len(scored) > 60, "the suite must really have been answered"
        assert {name: score.why for name, score in scored.items() if score.value < 1} == {}
    assert [case.id for case in run.cases if case.error] == []


def test_quality_stays_above_its_floor(run: Run) -> None:
    """A little under the figures of docs/decisions/005: a change that costs more than noise is noticed here."""
    means = {summary.measure: summary.mean for summary in run.summaries}
    floors = {"Recall@10": 0.90, "MRR@10": 0.75, "Citation recall": 0.75, "Refusal accuracy": 0.95}
    assert {m: means[m] for m, floor in floors.items() if means[m] < floor} == {}
    assert means["False refusal"] <= 0.08
