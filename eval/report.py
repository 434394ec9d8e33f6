"""A run on the console: the measures with their intervals, the misses with their reasons, gains and losses."""

from __future__ import annotations

from statistics import fmean

from rich.table import Table

from eval.measures import MEASURES
from eval.record import CaseRun, Change, Changes, Run

TELLING = ("Recall@10", "MRR@10", "Citation precision", "Citation recall", "Refusal accuracy", "False refusal")


def table(run: Run) -> Table:
    """Every measure with mean, 95 % interval and number of cases; then latency and the counts that averages hide."""
    scored, skipped = len(run.scored), len(run.skipped)
    view = Table(
        title=f"{run.suite}：{len(run.cases)} 题，评 {scored} 题，跳过 {skipped} 题",
        caption=f"索引 {run.index_version}　空结果 {run.empty_results}　出错 {run.errors}　随机种子 {run.seed}",
    )
    view.add_column("指标")
    view.add_column("均值", justify="right")
    view.add_column("95% 区间", justify="right")
    view.add_column("题数", justify="right")
    view.add_column("含义")
    means = {measure.name: measure.means for measure in MEASURES}
    for row in run.summaries:
        bounds = f"{row.low:.3f}–{row.high:.3f}"
        view.add_row(row.measure, f"{row.mean:.3f}", bounds, str(row.cases), means.get(row.measure, ""))
    for timing in run.latencies:
        p50, p95 = f"{timing.p50 * 1000:.1f} ms", f"p95 {timing.p95 * 1000:.1f} ms"
        view.add_row(f"Latency {timing.call}", p50, p95, str(timing.calls), "耗时的中位数与第 95 百分位")
    return view


def by_tag(run: Run) -> Table:
    """The measures that differ most between sorts of questions, one row a tag; a dash where none speaks."""
    view = Table(title="按题型")
    view.add_column("题型")
    view.add_column("题数", justify="right")
    for name in TELLING:
        view.add_column(name, justify="right")
    for tag in sorted({tag for case in run.scored for tag in case.tags}):
        cases = [case for case in run.scored if tag in case.tags]
        marks = ([case.scores[name].value for case in cases if name in case.scores] for name in TELLING)
        view.add_row(tag, str(len(cases)), *(f"{fmean(values):.3f}" if values else "—" for values in marks))
    return view


def misses(run: Run) -> Table:
    """Every case that is short of full marks, with the reason under each measure; then the skipped ones."""
    view = Table(title="失分与跳过", show_lines=True)
    view.add_column("题")
    view.add_column("问题")
    view.add_column("原因")
    for case in run.scored:
        if reasons := _reasons(case):
            view.add_row(case.id, case.question, "\n".join(reasons))
    for case in run.skipped:
        view.add_row(case.id, case.question, f"跳过：{case.skipped}")
    return view


def changes(moved: Changes) -> Table:
    """Gains and losses against the saved run, and the cases that came or went."""
    title = f"与索引 {moved.index_before} 的记录相比：升 {len(moved.gains)}，降 {len(moved.losses)}"
    notes = [f"新增 {len(moved.added)} 题", f"不再评 {len(moved.dropped)} 题：{'、'.join(moved.dropped) or '无'}"]
    view = Table(title=title, caption="　".join(notes) + ("　评测集已改动" if moved.suite_changed else ""))
    for name in ("", "题", "问题", "指标", "前", "后", "原因"):
        view.add_column(name)
    for sign, rows in (("降", moved.losses), ("升", moved.gains)):
        for change in rows:
            view.add_row(sign, *_cells(change))
    return view


def _reasons(case: CaseRun) -> list[str]:
    full = {measure.name: 0.0 if measure.lower_is_better else 1.0 for measure in MEASURES}
    return [
        f"{name} {score.value:.2f}：{score.why}" for name, score in case.scores.items() if score.value != full.get(name)
    ]


def _cells(change: Change) -> tuple[str, ...]:
    return change.id, change.question, change.measure, f"{change.before:.2f}", f"{change.after:.2f}", change.why
