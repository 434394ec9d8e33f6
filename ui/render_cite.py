"""What `regkb cite` prints for people, and what `regkb eval citations` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.checking.marked import VERDICT_LABEL
from eval.citations import CitationRun, KindCount
from ui.console import Body

VERDICT_STYLE = {
    "valid": "green", "not_found": "red", "unknown_document": "yellow", "not_in_force": "magenta",
    "quote_mismatch": "red", "ambiguous": "blue",
}  # fmt: skip


def cited(body: Body, console: Console) -> None:
    """Each citation with its verdict, its reason in whole on the next line; the counts last, where the eye ends."""
    found = body["citations"]
    if not found:
        console.print("文字中没有找到法条引用。")
        return
    for one in found:
        style, word = VERDICT_STYLE[one["verdict"]], VERDICT_LABEL[one["verdict"]]
        console.print(f"[{style}]{word}[/]  [bold]{escape(one['raw'])}[/bold]", highlight=False, soft_wrap=True)
        console.print(f"      {escape(one['detail'])}", highlight=False, soft_wrap=True)
    counts = Counter(one["verdict"] for one in found)
    parts = [f"{word} {counts[verdict]}" for verdict, word in VERDICT_LABEL.items() if counts[verdict]]
    console.print(f"共 {len(found)} 处引用：{'，'.join(parts)}", highlight=False)


def citation_run(run: CitationRun, console: Console) -> None:
    """Both rates, the counts by kind, and every false verdict with what was asked and what was said."""
    console.print(_kinds(f"错误的引用：误判为有效 {run.false_valid}／{run.wrong}", run.wrong_kinds, "误判为有效"))
    console.print(_kinds(f"正确的引用：判为有效 {run.right_valid}／{run.right}", run.right_kinds, "未判为有效"))
    for false in run.false_verdicts:
        console.print(
            f"[bold]{escape(false.kind)}[/bold] 应为{escape(false.expected)}，判为{_word(false.verdict)}："
            f"{escape(false.text)}\n  [dim]{escape(false.detail)}[/dim]",
            highlight=False,
        )
    console.print(
        f"误判有效率 {run.false_valid_rate:.2%}（目标 0），正确引用通过率 {run.right_valid_rate:.2%}（目标 ≥ 99%）"
        f"，随机种子 {run.seed}，按 {run.as_of}",
        highlight=False,
    )


def _kinds(title: str, kinds: Sequence[KindCount], failed: str) -> Table:
    table = Table(title=title)
    table.add_column("种类")
    table.add_column("数量", justify="right")
    table.add_column(failed, justify="right")
    table.add_column("判为")
    for kind in kinds:
        said = "，".join(f"{_word(verdict)} {count}" for verdict, count in kind.verdicts.items())
        table.add_row(kind.kind, str(kind.count), str(kind.failed), said)
    return table


def _word(verdict: str) -> str:
    return VERDICT_LABEL.get(verdict, "没有认出")
