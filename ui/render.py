"""What the command line prints for people; `--json` prints the same objects raw."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kb import errors as known_errors
from kb.errors import RegkbError
from kb.model import NOT_STATED

Body = dict[str, Any]
FORCE_STYLE = {"现行有效": "green", "尚未施行": "yellow", "已被修改": "magenta", "已废止": "red"}
ROLES = {
    "found": "检索所得", "parent": "所在条文", "neighbour": "相邻条文", "definition": "定义", "referred": "所引条文",
}  # fmt: skip
CHECK_MARKS = {True: "[green]通过[/green]", False: "[red]有问题[/red]", None: "[yellow]没有[/yellow]"}


def passages(body: Body, console: Console) -> None:
    console.print(f"[dim]按 {body['as_of']} 的文本[/dim]\n", highlight=False)
    for rank, passage in enumerate(body["passages"], start=1):
        found = "、".join({"dense": "语义", "lexical": "字面", "exact": "条号"}[f] for f in passage["found_by"])
        console.print(f"[bold]{rank}. {escape(passage['label'])}[/bold]  {force(passage['force'])}  [dim]{found}[/dim]")
        console.print(escape(_short(passage["text"])), highlight=False)
        _validity(passage, console)
        console.print(f"[dim]{escape(passage['address'])}[/dim]\n", highlight=False)
    if not body["passages"]:
        console.print("没有找到相关条款。")
    _referred(body["cross_references"], console)


def context(body: Body, console: Console) -> None:
    """The blocks of a context, each whole: it is there to be read or handed on."""
    made = body["context"]
    console.print(f"[dim]按 {body['as_of']} 的文本，共 {made['characters']} 字[/dim]\n", highlight=False)
    for block in made["blocks"]:
        role = f"[dim]{ROLES[block['role']]}[/dim]"
        console.print(f"[bold]{escape(block['label'])}[/bold]  {force(block['force'])}  {role}", highlight=False)
        console.print(escape(block["text"]) + "\n", highlight=False, soft_wrap=True)
    if not made["blocks"]:
        console.print("没有找到相关条款。")
    if made["left_out"]:
        console.print(f"[dim]另有 {made['left_out']} 条检索结果未放入。[/dim]", highlight=False)


def answer(body: Body, console: Console) -> None:
    console.print(escape(body["text"]), highlight=False)
    if body["clarify"]:
        console.print(f"（{'／'.join(map(escape, body['clarify']['options']))}）")
    if body["table"]:
        _table(body["table"], console)
    for reckoning in body["reckonings"]:
        _reckoning(reckoning, console)
    for citation in body["citations"]:
        since = citation["effective_on"] or NOT_STATED
        console.print(
            f"[dim]\\[{citation['key']}][/dim] {escape(citation['label'])}  {force(citation['force'])}  施行 {since}"
        )
        _validity(citation, console)
    _referred(body["cross_references"], console)
    if body["nearest"]:
        console.print("\n[bold]最接近的条款（不构成回答）[/bold]")
    for passage in body["nearest"]:
        console.print(f"· {escape(passage['label'])}  {force(passage['force'])}", highlight=False)
    if body["items"]:
        console.print("\n[bold]服务事项[/bold]")
        navigation({"items": body["items"], "notes": (), "clarify": None}, console)
    for name, heading in (("notes", "说明"), ("next_steps", "下一步"), ("suggestions", "还可以问")):
        if body[name]:
            console.print(f"\n[bold]{heading}[/bold]")
            for entry in body[name]:
                console.print(f"· {escape(entry)}", highlight=False)
    console.print(f"\n[dim]按 {body['as_of']} 的文本[/dim]", highlight=False)
    if body["reason"]:
        console.print(f"[dim]{escape(body['reason'])}[/dim]", highlight=False)
    written = f"（{escape(body['model'])}）" if body["model"] else ""
    console.print(f"[dim]{escape(body['label'])}{written}[/dim]", highlight=False)


def _table(table: Body, console: Console) -> None:
    """A comparison; each cell with the marks of its citations."""
    drawn = Table("", *map(escape, table["columns"]), show_lines=True)
    for row in table["rows"]:
        cells = (escape(cell["text"] + "".join(f"[{key}]" for key in cell["keys"])) for cell in row["cells"])
        drawn.add_row(escape(row["name"]), *cells)
    console.print(drawn)


def _reckoning(reckoning: Body, console: Console) -> None:
    keys = "".join(f"[{key}]" for key in reckoning["keys"])
    console.print(f"\n[bold]推算[/bold]  {escape(reckoning['rule'] + keys)}", highlight=False)
    for step in reckoning["steps"]:
        console.print(f"  {escape(step)}", highlight=False)
    if reckoning["end"]:
        console.print(f"  [bold]到期日：{reckoning['end']}[/bold]", highlight=False)


def navigation(body: Body, console: Console) -> None:
    for rank, item in enumerate(body["items"], start=1):
        console.print(f"[bold]{rank}. {escape(item['name'])}[/bold]（{item['id']}）")
        console.print(f"   为什么：{escape(item['why'])}", highlight=False)
        console.print(
            f"   渠道：{item['channel'] or NOT_STATED}  时限：{item['time_limit'] or NOT_STATED}", highlight=False
        )
        for citation in item["basis"]:
            console.print(f"   依据：{escape(citation['label'])}  {force(citation['force'])}", highlight=False)
            _validity(citation, console)
    for note in body["notes"]:
        console.print(f"[dim]{escape(note)}[/dim]", highlight=False)
    if body["clarify"]:
        console.print(
            f"\n{escape(body['clarify']['question'])}（{'／'.join(map(escape, body['clarify']['options']))}）"
        )


def matches(body: Body, console: Console) -> None:
    words = {"match": "可享受", "potential": "差一项或缺信息", "info": "仅供参考", "no": "不符合"}
    marks = {"met": "✓ 已满足", "unmet": "✗ 不满足", "unknown": "? 待补充"}
    for level in words:
        for found in (m for m in body["matches"] if m["level"] == level and level != "no"):
            console.print(f"[bold]{words[level]}  {escape(found['title'])}[/bold]（{found['id']}，{found['region']}）")
            for condition in found["conditions"]:
                quote = f"：“{condition['citation']['quote']}”" if condition["citation"] else ""
                console.print(f"   {marks[condition['verdict']]}  {escape(condition['text'] + quote)}", highlight=False)
            console.print(
                f"   金额：{found['amount'] or NOT_STATED}  窗口：{found['window'] or NOT_STATED}", highlight=False
            )


def checks(body: Body, console: Console) -> None:
    for check in body["checks"]:
        mark = CHECK_MARKS[check["ok"]]
        console.print(f"{mark}  {escape(check['name'])}：{escape(check['detail'])}", highlight=False)


def error_of(body: Body, status: int) -> RegkbError:
    """The error that the service reported, with its sentence and exit code."""
    named = getattr(known_errors, str(body.get("error")), RegkbError)
    kind = named if isinstance(named, type) and issubclass(named, RegkbError) else RegkbError
    return kind(str(body.get("detail") or f"服务返回 {status}"))


def force(word: str) -> str:
    """The word of a force in its colour."""
    return f"[{FORCE_STYLE.get(word, 'dim')}]{word}[/]"


def _validity(quoted: Body, console: Console) -> None:
    """What is to be known of a text that is not in force, and where to read on."""
    if quoted["notice"]:
        console.print(f"   [yellow]{escape(quoted['notice'])}[/yellow]", highlight=False)
    if quoted["replaced_by"]:
        console.print(f"   [dim]接替它的条文：{escape(quoted['replaced_by'])}[/dim]", highlight=False)


def _referred(references: list[Body], console: Console) -> None:
    if references:
        console.print("\n[bold]所引条文[/bold]")
    for reference in references:
        passage = reference["passage"]
        console.print(f"· {escape(passage['label'])}  {force(passage['force'])}  [dim]{escape(_by(reference))}[/dim]")
        console.print(f"  {escape(_short(passage['text']))}", highlight=False)
        _validity(passage, console)


def _by(reference: Body) -> str:
    """Where a reference was read: the words and the place below the document."""
    return f"“{reference['words']}”，见 {reference['by']}"


def _short(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[:most] + "…"
