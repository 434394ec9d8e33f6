"""What the report sets side by side: the product and other rankings of the same cases, this run and the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from eval.record import Beside, Change, Difference, Evaluation, Run
from eval.report_parts import case_item, figure_row, table_of
from eval.report_plots import Marks, Moved, intervals, moves, paired, side_by_side

WAYS = {"product": "产品", "dense": "只用语义", "lexical": "只用字面", "fusion": "简单融合"}
KEY = "●□△◇"
"""The shapes of `side_by_side`, in words."""
BESIDE = ("nDCG@10", "Recall@10")


def beside(evaluation: Evaluation) -> str:
    """The product and the other rankings at a glance, then suite by suite. Empty where no other was asked for."""
    ranked = [run for run in evaluation.runs if run.beside]
    if len(ranked) < 2:
        return "".join(_ways(run) for run in ranked)
    shown: list[tuple[str, Run | Evaluation]] = [("全部题集", evaluation), *((run.suite, run) for run in ranked)]
    others = [one.name for one in evaluation.beside if one.name in WAYS]
    key = "　".join(f"{mark} {WAYS[name]}" for mark, name in zip(KEY, ("product", *others), strict=True))
    at_a_glance = figure_row(
        (measure, "", side_by_side(f"{measure}，{key}", [_marks(name, of, others, measure) for name, of in shown]))
        for measure in BESIDE
        if others
    )
    note = f'<p class="key">{key}</p>' if others else ""
    folded = (
        f"<details{' open' if of is evaluation else ''}><summary>{escape(name)}</summary>{_ways(of)}</details>"
        for name, of in shown
    )
    return note + at_a_glance + "".join(folded)


def _marks(name: str, of: Run | Evaluation, others: Sequence[str], measure: str) -> Marks:
    """The product's mean and the others', over the cases that all of them were scored on."""
    rows = {one.name: _difference(one, measure) for one in of.beside}
    return Marks(name, (next(iter(rows.values())).before, *(rows[other].after for other in others)))


def _ways(of: Run | Evaluation) -> str:
    said, plots = "", []
    for gain in of.gains:
        bounds = "" if gain.low is None or gain.high is None else f"（95% 区间 {gain.low:+.1%} 到 {gain.high:+.1%}）"
        over = "、".join(gain.over)
        said += f"<p>{gain.measure} 比 {over} 中较好的 {gain.better} 相对 {gain.gain:+.1%}{bounds}。</p>"
    for measure in BESIDE:
        own = [("product", row) for row in of.summaries if row.measure == measure]
        others = [(one.name, row) for one in of.beside for row in one.summaries if row.measure == measure]
        moved = [(_way(one.name), _difference(one, measure)) for one in of.beside]
        plots.append((measure, "", intervals(measure, [(_way(name), row) for name, row in (*own, *others)])))
        plots.append((f"{measure} 与产品之差", "同题配对，负数不如产品", paired(f"{measure} 与产品之差", moved)))
    return said + figure_row(plots)


def _difference(one: Beside, measure: str) -> Difference:
    return next(row for row in one.differences if row.measure == measure)


def _way(name: str) -> str:
    return f"{WAYS[name]} {name}" if name in WAYS else name.replace("−", "去掉 ")


def changes(run: Run) -> str:
    """What moved against the saved run; empty where there is none."""
    moved = run.changes
    if moved is None:
        return ""
    same = f"名次完全相同 {moved.rankings_identical}/{moved.rankings_compared} 题"
    also = [f"新增 {len(moved.added)} 题"] * bool(moved.added)
    also += [f"不再评 {len(moved.dropped)} 题：{'、'.join(moved.dropped)}"] * bool(moved.dropped)
    also += ["题集已改动"] * moved.suite_changed
    note = escape("；".join([f"索引 {moved.index_before} → {run.index_version}", same, *also]))
    parts = [f'<h3>{escape(run.suite)}</h3><p class="note">{note}。</p>']
    down, up = (Counter(row.measure for row in rows) for rows in (moved.losses, moved.gains))
    named = [(row.measure, row) for row in moved.differences]
    counted = [Moved(name, down[name], up[name]) for name, _ in named if down[name] or up[name]]
    means = paired("均值之差", [(name + " ↓" * row.lower_is_better, row) for name, row in named])
    shown = [("均值之差", "同题配对，粗线是 95% 区间", means), ("升降的题数", "", moves("升降的题数", counted))]
    parts.append(figure_row(shown))
    rows = [[name, f"{row.before:.3f}", f"{row.after:.3f}", str(row.cases)] for name, row in named]
    parts.append(f"<details><summary>前后均值</summary>{table_of(['指标', '前', '后', '题数'], rows)}</details>")
    parts += [_moved("降", "bad", moved.losses), _moved("升", "good", moved.gains)]
    return "".join(parts)


def _moved(title: str, tone: str, rows: Sequence[Change]) -> str:
    """The cases that moved one way, each once with all its measures."""
    cases: dict[str, list[Change]] = {}
    for row in rows:
        cases.setdefault(row.id, []).append(row)
    if not cases:
        return ""
    listed = "".join(
        case_item(name, own[0].question, [_change(row, tone) for row in own]) for name, own in cases.items()
    )
    return f'<details><summary>{title} {len(cases)} 题</summary><ul class="cases">{listed}</ul></details>'


def _change(row: Change, tone: str) -> str:
    moved = f'{row.before:.2f} → <span class="{tone}">{row.after:.2f}</span>'
    return f"<b>{row.measure}</b> {moved}：{escape(row.why)}"
