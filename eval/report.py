"""A run on the console: the measures with their intervals, the misses with their reasons, gains and losses, other
rankings beside the product."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from rich.box import SIMPLE_HEAD
from rich.table import Table

from eval.record import CaseRun, Change, Changes, Difference, Evaluation, Run, Summary
from eval.score import Score

OVERVIEW = (
    "Recall@10", "nDCG@10", "MRR@10", "Hit@1", "law-hit@5", "Citation precision", "Citation recall", "Number exactness",
    "Refusal accuracy", "Passed", "False refusal",
)  # fmt: skip
"""What tells most of a suite or a sort of question in one row."""
NARROW = ("Recall@10", "nDCG@10", "Hit@1", "law-hit@5", "Citation recall", "Refusal accuracy", "False refusal")
"""As many of them as stand side by side on 80 columns."""
COMPARED = ("nDCG@10", "Recall@10")


def table(run: Run) -> Table:
    """Every measure with mean, 95 % interval and number of cases; then latency and the counts that averages hide."""
    scored, skipped = len(run.scored), len(run.skipped)
    view = _view(
        f"{run.suite}：{len(run.cases)} 题，评 {scored} 题，跳过 {skipped} 题",
        "指标", "均值", "95% 区间", "题数", "含义", words=("含义",),
        caption=f"索引 {run.index_version}　空结果 {run.empty_results}　出错 {run.errors}　随机种子 {run.seed}",
    )  # fmt: skip
    for row in run.summaries:
        view.add_row(row.measure, f"{row.mean:.3f}", f"{row.low:.3f}–{row.high:.3f}", str(row.cases), row.means)
    for timing in run.latencies:
        p50, p95 = f"{timing.p50 * 1000:.1f} ms", f"p95 {timing.p95 * 1000:.1f} ms"
        view.add_row(f"Latency {timing.call}", p50, p95, str(timing.calls), "耗时的中位数与第 95 百分位")
    return view


def by_tag(run: Run) -> Table:
    """The measures that differ most between sorts of questions, one row a tag; a dash where none speaks."""
    view = _view(f"{run.suite}：按题型", "题型", "题数", *NARROW)
    for tag, cells in tagged(run.scored, NARROW):
        view.add_row(tag, *cells)
    return view


def overview(evaluation: Evaluation) -> Table:
    """One row a suite, and one over all their cases."""
    view = _view("总览", "题集", "评/共", *NARROW, caption="跳过的题所需的文件没有收录")
    for run in evaluation.runs:
        view.add_row(run.suite, f"{len(run.scored)}/{len(run.cases)}", *means(run.summaries, NARROW))
    scored = sum(len(run.scored) for run in evaluation.runs)
    every = sum(len(run.cases) for run in evaluation.runs)
    view.add_row("合计", f"{scored}/{every}", *means(evaluation.summaries, NARROW), style="bold")
    return view


def misses(run: Run) -> Table:
    """Every case that is short of full marks, with the reason under each measure; then the skipped ones."""
    view = Table(title=f"{run.suite}：失分与跳过", show_lines=True)
    for name in ("题", "问题", "原因"):
        view.add_column(name)
    for case in run.scored:
        if short := reasons(case, run.summaries):
            lines = (f"{names}：{why}" for names, why in grouped(short))
            view.add_row(case.id, case.asked, "\n".join(lines))
    for case in run.skipped:
        view.add_row(case.id, case.asked, f"跳过：{case.skipped}")
    return view


def beside(name: str, of: Run | Evaluation) -> Table:
    """The product and each other way to rank the same cases, with the paired difference to the product."""
    gains = (
        f"{gain.measure} 比其中较好的 {gain.better} 相对 {gain.gain:+.1%}" + _bounds(gain.low, gain.high, "+.1%")
        for gain in of.gains
    )
    heads = [head for measure in COMPARED for head in (measure, "差", "95% 区间")]
    view = _view(f"{name}：同题同库的其他排序，差是与产品之差", "排序", *heads, caption="　".join(gains) or None)
    # The product's own mean over the same cases: a suite may hold others that no ranking is scored on.
    own = {row.measure: row.before for one in of.beside for row in one.differences}
    view.add_row("product", *(cell for measure in COMPARED for cell in (f"{own[measure]:.3f}", "", "")))
    for one in of.beside:
        rows = {row.measure: row for row in one.differences}
        view.add_row(one.name, *(cell for m in COMPARED for cell in (f"{rows[m].after:.3f}", *_difference(rows[m]))))
    return view


def compared(suite: str, moved: Changes) -> Table:
    """Every measure before and now over the same cases, and whether the difference is more than chance."""
    same = f"名次完全相同 {moved.rankings_identical}/{moved.rankings_compared} 题"
    view = _view(
        f"{suite}：与索引 {moved.index_before} 的记录配对比较", "指标", "前", "后", "差", "95% 区间", "题数", "结论",
        caption=same,
    )  # fmt: skip
    words = {"better": "变好", "worse": "变差", "open": "不能断定"}
    for row in moved.differences:
        cells = (f"{row.before:.3f}", f"{row.after:.3f}", *_difference(row))
        view.add_row(row.measure, *cells, str(row.cases), words[row.verdict])
    return view


def changes(moved: Changes) -> Table:
    """Gains and losses against the saved run, and the cases that came or went."""
    title = f"与索引 {moved.index_before} 的记录相比：升 {len(moved.gains)}，降 {len(moved.losses)}"
    notes = [f"新增 {len(moved.added)} 题", f"不再评 {len(moved.dropped)} 题：{'、'.join(moved.dropped) or '无'}"]
    view = Table(title=title, caption="　".join(notes) + ("　题集已改动" if moved.suite_changed else ""))
    for name in ("", "题", "问题", "指标", "前", "后", "原因"):
        view.add_column(name)
    for sign, rows in (("降", moved.losses), ("升", moved.gains)):
        for change in rows:
            view.add_row(sign, *_cells(change))
    return view


def tagged(cases: Sequence[CaseRun], measures: Sequence[str]) -> list[tuple[str, list[str]]]:
    """For each tag the number of its cases and their means, a dash where no case has the measure."""
    rows = []
    for tag in sorted({tag for case in cases for tag in case.tags}):
        own = [case for case in cases if tag in case.tags]
        marks = ([case.scores[name].value for case in own if name in case.scores] for name in measures)
        rows.append((tag, [str(len(own)), *(f"{fmean(values):.3f}" if values else "—" for values in marks)]))
    return rows


def means(rows: Sequence[Summary], measures: Sequence[str]) -> list[str]:
    """The means as they are printed, a dash where there is none."""
    found = {row.measure: f"{row.mean:.3f}" for row in rows}
    return [found.get(name, "—") for name in measures]


def reasons(case: CaseRun, measures: Sequence[Summary]) -> list[tuple[str, Score]]:
    """The measures under which a case is short of full marks, with its score."""
    full = {row.measure: 0.0 if row.lower_is_better else 1.0 for row in measures}
    return [(name, score) for name, score in case.scores.items() if score.value != full.get(name)]


def grouped(short: Sequence[tuple[str, Score]]) -> list[tuple[str, str]]:
    """`(measures with their values, reason)`, measures that give one reason side by side."""
    named: dict[str, list[str]] = {}
    for name, score in short:
        named.setdefault(score.why, []).append(f"{name} {score.value:.2f}")
    return [("、".join(names), why) for why, names in named.items()]


def _view(title: str, *heads: str, caption: str | None = None, words: tuple[str, ...] = ()) -> Table:
    """A table whose first column is a name and whose others are figures, but for those that are `words`."""
    view = Table(title=title, caption=caption, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for at, head in enumerate(heads):
        figure = at > 0 and head not in words
        parted = head.replace("@", "\n@").replace(" ", "\n") if figure and head.isascii() else head
        view.add_column(parted, justify="right" if figure else "left", no_wrap=head not in words, overflow="fold")
    return view


def _difference(row: Difference) -> tuple[str, str]:
    return f"{row.difference:+.3f}", f"{row.low:+.3f}…{row.high:+.3f}"


def _bounds(low: float | None, high: float | None, form: str) -> str:
    return "" if low is None or high is None else f"（{low:{form}}…{high:{form}}）"


def _cells(change: Change) -> tuple[str, ...]:
    return change.id, change.question, change.measure, f"{change.before:.2f}", f"{change.after:.2f}", change.why
