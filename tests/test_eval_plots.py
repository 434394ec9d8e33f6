"""The plots: a mark stands where its figure says, names stay in their column, and nothing depends on the machine."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from eval.record import Difference, Summary
from eval.report_plots import WIDTH, Bar, Marks, Moved, bars, intervals, moves, paired, side_by_side

LONG = "医疗器械注册与备案管理办法逐条自测题集第二版"
DOT = re.compile(r'<path transform="translate\(([-\d.]+),[\d.]+\)" d="M[\d.]+,0A')
LINE = re.compile(r'<line transform="translate\(([-\d.]+),[\d.]+\)" x2="([\d.]+)" y2="0" stroke="var\(--range\)"')


def span(plot: str) -> float:
    """Pixels of the axis."""
    found = re.search(r'class="background" aria-hidden="true" d="M0,0h([1-9][\d.]*)v', plot)
    assert found
    return float(found[1])


def summary(mean: float, low: float, high: float) -> Summary:
    return Summary(measure="Recall@10", mean=mean, low=low, high=high, cases=9)


def difference(low: float, at: float, high: float, *, lower_is_better: bool = False) -> Difference:
    return Difference(
        measure="Recall@10", before=0.5, after=0.5 + at, difference=at, low=low, high=high, cases=9,
        lower_is_better=lower_is_better,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mean", "low", "high"), [(0.0, 0.0, 0.0), (0.5, 0.25, 0.75), (1.0, 0.9, 1.0)], ids=["none", "half", "all"]
)
def test_the_dot_and_its_interval_stand_where_the_figures_say(mean: float, low: float, high: float) -> None:
    # A plot that does not agree with its figure misleads more than none.
    plot = intervals("甲", [("Recall@10", summary(mean, low, high))])
    (dot,) = map(float, DOT.findall(plot))
    ((start, length),) = LINE.findall(plot)
    assert dot == pytest.approx(mean * span(plot))
    assert float(start) == pytest.approx(low * span(plot))
    assert float(length) == pytest.approx((high - low) * span(plot))
    assert f">{mean:.3f}</text>" in plot
    assert f">{low:.3f}–{high:.3f}</text>" in plot


@pytest.mark.parametrize(
    ("row", "colour"),
    [
        (difference(0.1, 0.2, 0.4), "good"),
        (difference(-0.4, -0.2, -0.1), "bad"),
        # A falling false refusal is good news.
        (difference(-0.4, -0.2, -0.1, lower_is_better=True), "good"),
        # The interval holds zero: no colour may claim more than the figures do.
        (difference(-0.1, 0.2, 0.4), "mark"),
    ],
)
def test_a_difference_is_coloured_only_where_its_interval_leaves_zero_out(row: Difference, colour: str) -> None:
    plot = paired("甲", [("Recall@10", row)])
    (dot,) = map(float, DOT.findall(plot))
    assert dot == pytest.approx(span(plot) * (0.5 + row.difference / 0.8)), (
        "zero in the middle, the widest bound at the end"
    )
    shown = re.findall(r'fill="var\(--(good|bad|mark)\)"', plot)
    assert set(shown) == {colour}


@pytest.mark.parametrize(
    ("bound", "numbers"),
    [
        (0.3, ["−0.3", "0", "0.3"]),
        # At a round bound five numbers would stand in each other's way.
        (0.1, ["−0.1", "0", "0.1"]),
        (0.0099, ["−0.007", "0", "0.007"]),
        (1.0, ["−1", "0", "1"]),
        # Nothing moved at all.
        (0.0, ["−1", "0", "1"]),
    ],
)
def test_an_axis_around_zero_has_three_round_numbers(bound: float, numbers: list[str]) -> None:
    plot = paired("甲", [("Recall@10", difference(-bound, 0.0, bound))])
    assert re.findall(r',14\)"[^>]*>([^<]+)<', plot) == numbers


def test_bars_are_as_long_as_their_counts() -> None:
    plot = bars("甲", [Bar("第 1 位", 6), Bar("第 2 位", 3), Bar("前 10 条未见", 0)])
    long, half, none = map(float, re.findall(r'd="M0,[\d.]+h([\d.]+)v16', plot))
    assert (half, none) == (pytest.approx(long / 2), 0)
    assert long == pytest.approx(span(plot))


def test_losses_go_left_and_gains_go_right_on_one_scale() -> None:
    plot = moves("甲", [Moved("Hit@1", 2, 4)])
    red = re.search(r'd="M([\d.]+),[\d.]+h([\d.]+)v16[^/]*fill="var\(--bad\)"', plot)
    green = re.search(r'd="M([\d.]+),[\d.]+h([\d.]+)v16[^/]*fill="var\(--good\)"', plot)
    assert red
    assert green
    middle = span(plot) / 2
    assert float(red[1]) + float(red[2]) == pytest.approx(middle)
    assert float(green[1]) == pytest.approx(middle)
    assert float(green[2]) == pytest.approx(2 * float(red[2]))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Citation precision", "Citation precision"),
        ("只用字面 lexical", "只用字面 lexical"),
        # A file of the reader's own may have any name; it must not run into the drawing.
        (LONG, "医疗器械注册与备案管理…"),
    ],
)
def test_a_name_is_shortened_only_when_its_column_is_too_narrow(name: str, shown: str) -> None:
    plot = side_by_side("甲", [Marks(name, (0.5, 0.4))])
    assert f">{shown}</text>" in plot
    assert name in plot, "in words it is whole"


def test_names_are_never_markup() -> None:
    plot = intervals("<b>", [("<script>&", summary(0.5, 0.4, 0.6))])
    assert "<b>" not in plot
    assert "<script" not in plot
    assert "&lt;script" in plot


def test_the_same_figures_give_the_same_picture_in_the_colours_of_the_page() -> None:
    def drawn() -> str:
        return intervals("甲", [("指标", summary(0.5, 0.4, 0.6))])

    assert drawn() == drawn()
    assert re.findall(r'(?:fill|stroke)="(?!none|var\(--)([^"]*)"', drawn()) == []
    assert drawn().startswith(f'<svg viewBox="0 0 {WIDTH} 46"')
    # Several pictures share the page: an id of one would be that of another.
    assert " id=" not in drawn()
    assert "http" not in drawn()


def test_no_rows_give_no_picture() -> None:
    assert [intervals("甲", []), paired("甲", []), bars("甲", []), moves("甲", []), side_by_side("甲", [])] == [""] * 5


def test_the_command_line_starts_without_loading_the_plots() -> None:
    # altair takes a third of a second that every other command would pay.
    loaded = "import sys, ui.cli, ui.cli_eval; print(sorted({'altair', 'vl_convert'} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=120)
    assert found.stdout.strip() == "[]"
