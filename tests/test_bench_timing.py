"""The bench's arithmetic: a ratio that favours whoever goes second would make every figure worthless."""

from __future__ import annotations

import pytest

from bench import machine, timing


def test_rivals_take_turns_and_are_asked_equally_often() -> None:
    asked: list[str] = []
    rivals = {name: lambda question, name=name: asked.append(f"{name}{question}") for name in ("a", "b")}
    taken = timing.interleaved(rivals, ["1", "2"], rounds=2)
    assert asked[:2] == ["a1", "b1"]  # warming up, not timed
    assert asked[2:] == ["a1", "b1", "b2", "a2", "b1", "a1", "a2", "b2"]
    assert {name: [len(times) for times in rounds] for name, rounds in taken.items()} == {"a": [2, 2], "b": [2, 2]}


def test_ratio_is_taken_round_by_round() -> None:
    # A slow second round hits both alike: the ratio must not move.
    ours, theirs = [[1.0, 1.0, 1.0], [10.0, 10.0, 10.0]], [[4.0, 4.0, 4.0], [40.0, 40.0, 40.0]]
    assert timing.ratio(ours, theirs) == {"median": 0.25, "spread": [0.25, 0.25]}


def test_summary_is_in_milliseconds_with_the_spread_of_rounds() -> None:
    found = timing.summary([[0.010, 0.020, 0.030], [0.012, 0.022, 0.032]])
    assert found["p50_ms"] == pytest.approx(21)
    assert found["p50_spread_ms"] == [20, 22]
    assert found["calls"] == 6


@pytest.mark.parametrize(("load", "warned"), [(0.4, False), (1.5, False), (1.6, True)])
def test_busy_machine_is_said(load: float, warned: bool) -> None:
    assert (machine.warning({"load": load}) is not None) is warned


def test_facts_name_cores_and_load() -> None:
    found = machine.facts()
    assert found["cores"] >= 1
    assert found["load"] >= 0
