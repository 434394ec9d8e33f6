"""An evaluation as one HTML file that opens anywhere: plots, tables, every miss with its reason, gains and losses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import pairwise

from eval.ranking import RANKING_MEASURES
from eval.record import CaseRun, Evaluation, Latency, Run, Summary
from eval.report import OVERVIEW, grouped, means, reasons, tagged
from eval.report_compared import beside, changes
from eval.report_parts import case_item, figure_row, table_of
from eval.report_plots import Bar, bars, intervals
from eval.report_style import STYLE, STYLE_HASH

RANKS = ((1, 1, "第 1 位"), (2, 2, "第 2 位"), (3, 3, "第 3 位"), (4, 5, "第 4–5 位"), (6, 10, "第 6–10 位"))
MILLISECONDS = (0, 10, 20, 50, 100, 200, 500, 1000)
TAGS = {
    "colloquial": "口语", "exact": "指名条文", "multi": "多处", "time": "时间", "near-miss": "相近法规",
    "out-of-scope": "范围之外", "absent": "库中没有", "guide": "指南与政策", "comparison": "比较", "alias": "简称",
    "typo": "错别字", "general": "一般法律", "follow-up": "接着问", "clarify": "先问清楚", "premise": "前提有误",
}  # fmt: skip


def page(evaluation: Evaluation, *, made_on: date) -> str:
    """The whole file. It holds no script and asks for nothing outside itself."""
    runs = evaluation.runs
    scored = [case for run in runs for case in run.scored]
    sections = [
        ("overview", "总览", _overview(evaluation)),
        ("suites", "各题集", _suites(evaluation)),
        ("tags", "按题型", _tags(scored)),
        ("ranks", "名次分布", _ranks(runs)),
        ("latency", "耗时", _latency(evaluation, scored)),
        ("beside", "与其他排序相比", beside(evaluation)),
        ("changes", "与上次相比", "".join(map(changes, runs))),
        ("misses", "失分", "".join(_misses(run, unfolded=len(runs) == 1) for run in runs)),
        ("skipped", "跳过", _skipped(runs)),
    ]
    shown = [(name, title, body) for name, title, body in sections if body]
    links = "".join(f'<a href="#{name}">{title}</a>' for name, title, _ in shown)
    bodies = "".join(f'<section id="{name}"><h2>{title}</h2>{body}</section>' for name, title, body in shown)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; "
        "base-uri 'none'; form-action 'none'\">"
        f"<title>评测报告 · {made_on.isoformat()}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>评测报告</h1>{_head(evaluation, made_on)}<nav>{links}</nav>{bodies}</main></body></html>\n"
    )


def _head(evaluation: Evaluation, made_on: date) -> str:
    runs = evaluation.runs
    scored, skipped = sum(len(run.scored) for run in runs), sum(len(run.skipped) for run in runs)
    index = "、".join(dict.fromkeys(run.index_version for run in runs))
    errors, empty = sum(run.errors for run in runs), sum(run.empty_results for run in runs)
    return (
        f'<p class="quiet">{made_on.isoformat()}，{len(runs)} 个题集，评 {scored} 题，跳过 {skipped} 题；'
        f"出错 {errors} 题，空结果 {empty} 题。索引 {escape(index)}，随机种子 {runs[0].seed}。</p>"
    )


def _overview(evaluation: Evaluation) -> str:
    names = {measure.name for measure in RANKING_MEASURES}
    parts: dict[str, list[tuple[str, Summary]]] = {"检索": [], "回答": []}
    for row in evaluation.summaries:
        parts["检索" if row.measure in names else "回答"].append((_arrowed(row), row))
    plots = figure_row((title, "", intervals(title, rows)) for title, rows in parts.items())
    meant = "".join(f"<dt>{escape(row.measure)}</dt><dd>{escape(row.means)}</dd>" for row in evaluation.summaries)
    note = "全部题目合在一起。点是均值，粗线是 95% 自助法区间，横轴从 0 到 1；↓ 表示越低越好。"
    words = f"<details><summary>指标的含义</summary><dl>{meant}</dl></details>"
    return f'<p class="note">{note}</p>{plots}{words}'


def _suites(evaluation: Evaluation) -> str:
    head = ["题集", "题数", *OVERVIEW, "问答 p50"]
    rows = [
        [run.suite, str(len(run.scored)), *means(run.summaries, OVERVIEW), _p50(run.latencies)]
        for run in evaluation.runs
    ]
    scored = sum(len(run.scored) for run in evaluation.runs)
    total = ["合计", str(scored), *means(evaluation.summaries, OVERVIEW), _p50(evaluation.latencies)]
    if len(rows) == 1:
        return table_of(head, rows)
    each: dict[str, list[tuple[str, Summary]]] = {_arrowed(row): [] for row in evaluation.summaries}
    for run in evaluation.runs:
        for row in run.summaries:
            each[_arrowed(row)].append((run.suite, row))
    return table_of(head, rows, total) + figure_row((name, "", intervals(name, rows)) for name, rows in each.items())


def _arrowed(row: Summary) -> str:
    return row.measure + " ↓" * row.lower_is_better


def _tags(cases: Sequence[CaseRun]) -> str:
    note = '<p class="note">一题可以有几个题型；没有这项指标的题型记为“—”。</p>'
    rows = [[f"{TAGS.get(tag, '')} {tag}".strip(), *cells] for tag, cells in tagged(cases, OVERVIEW)]
    return note + table_of(["题型", "题数", *OVERVIEW], rows)


def _ranks(runs: Sequence[Run]) -> str:
    """Where the first gold stands, over all the suites and in each."""
    together = [("全部题集", [case for run in runs for case in run.scored])] if len(runs) > 1 else []
    shown = [*together, *((run.suite, run.scored) for run in runs)]
    plots = figure_row((name, "", bars(f"{name}：第一条应找条文的名次", _ranked(cases))) for name, cases in shown)
    return plots and f'<p class="note">第一条应找条文排在第几位，每题一次。</p>{plots}'


def _ranked(cases: Sequence[CaseRun]) -> list[Bar]:
    """Cases by rank, which is kept as its reciprocal; no bars where no case has one."""
    values = [case.scores["MRR@10"].value for case in cases if "MRR@10" in case.scores]
    ranks = [round(1 / value) if value else 0 for value in values]
    counted = [Bar(name, sum(low <= rank <= high for rank in ranks)) for low, high, name in RANKS]
    return [*counted, Bar("前 10 条未见", ranks.count(0))] if ranks else []


def _latency(evaluation: Evaluation, cases: Sequence[CaseRun]) -> str:
    calls = {"search": ("检索", [c.search_seconds for c in cases]), "ask": ("问答", [c.ask_seconds for c in cases])}
    figures = []
    for timing in evaluation.latencies:
        name, seconds = calls[timing.call]
        spent = [1000 * value for value in seconds if value is not None]
        counted = [
            Bar(f"{low}–{high} 毫秒", sum(low <= value < high for value in spent))
            for low, high in pairwise(MILLISECONDS)
        ]
        counted.append(Bar(f"{MILLISECONDS[-1]} 毫秒以上", sum(value >= MILLISECONDS[-1] for value in spent)))
        percentiles = (
            f"中位数 {timing.p50 * 1000:.0f} 毫秒，第 95 百分位 {timing.p95 * 1000:.0f} 毫秒，{timing.calls} 次"
        )
        figures.append((name, percentiles, bars(f"{name}耗时", counted)))
    return figure_row(figures)


def _misses(run: Run, *, unfolded: bool) -> str:
    missed = [(case, reasons(case, run.summaries)) for case in run.scored]
    listed = [
        case_item(
            case.id, case.asked,
            [f"<b>{escape(names)}</b>：{escape(why)}" for names, why in grouped(short)],
        )
        for case, short in missed
        if short
    ]  # fmt: skip
    if not listed:
        return ""
    title = f"{escape(run.suite)}：{len(listed)} 题有失分，{len(run.scored) - len(listed)} 题满分"
    opened = " open" if unfolded else ""
    return f'<details{opened}><summary>{title}</summary><ul class="cases">{"".join(listed)}</ul></details>'


def _skipped(runs: Sequence[Run]) -> str:
    rows = [case_item(case.id, case.asked, [escape(case.skipped or "")]) for run in runs for case in run.skipped]
    if not rows:
        return ""
    summary = f"{len(rows)} 题所需的文件没有收录"
    return f'<details><summary>{summary}</summary><ul class="cases">{"".join(rows)}</ul></details>'


def _p50(rows: Sequence[Latency]) -> str:
    return next((f"{row.p50 * 1000:.0f} ms" for row in rows if row.call == "ask"), "—")
