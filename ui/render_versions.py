"""What `compare` and `changes` print for people: the articles that changed with their words, the changes with what they
touch."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from kb.model import NOT_STATED
from ui.render import Body, force

HOW_LABEL = {"same": "未变", "renumbered": "只改条号", "changed": "修改", "added": "新增", "removed": "删去"}
HOW_STYLE = {"same": "dim", "renumbered": "cyan", "changed": "yellow", "added": "green", "removed": "red"}
EVENT_LABEL = {
    "added": "收入", "corrected": "更正", "superseded": "被取代", "repealed": "废止", "amended": "被修改",
    "withdrawn": "撤回", "published": "发布",
}  # fmt: skip
TOUCH_LABEL = {
    "provision": "条款", "template": "模板", "case": "案例", "guide": "指南", "qa": "问答", "service_item": "服务事项",
    "route": "办事路径", "measure": "政策措施", "answer": "已作出的回答",
}  # fmt: skip
MARK_STYLE = {"same": "", "removed": "red strike", "added": "green underline"}
PLAIN_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
"""For a screen without colours."""
AROUND = 24
"""Characters of unchanged words that are shown before and after a changed one."""
TOUCHES_SHOWN = 8
PLACES_SHOWN = 12


def compared(body: Body, console: Console, *, everything: bool) -> None:
    for side in ("old", "new"):
        version = body[side]
        since = f"{version['effective_on']} 施行" if version["effective_on"] else f"施行日期{NOT_STATED}"
        name = "旧" if side == "old" else "新"
        console.print(
            f"{name}：[bold]{escape(version['title'])}[/bold] {escape(version['version'])}  {since}  "
            f"{force(version['force'])}",
            highlight=False,
        )
    console.print("，".join(f"{HOW_LABEL[how]} {count} 处" for how, count in body["counts"].items()), highlight=False)
    for change in body["changes"]:
        if everything or change["how"] != "same":
            console.print(_heading(change))
            if change["how"] not in ("same", "renumbered"):
                console.print(_marked(change, console), highlight=False, soft_wrap=True)


def changes(body: Body, console: Console) -> None:
    for entry in body["changes"]:
        console.print(
            f"[bold]{EVENT_LABEL[entry['event']]}[/bold]  {entry['recorded_on']}  {escape(entry['words'])}",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
        places = [_place(change) for change in entry["places"]]
        if places:
            more = f" 等 {len(places)} 处" if len(places) > PLACES_SHOWN else ""
            console.print(f"   {'、'.join(places[:PLACES_SHOWN])}{more}", style="dim", highlight=False, markup=False)
        for kind, count in Counter(touch["kind"] for touch in entry["touches"]).items():
            console.print(f"   {TOUCH_LABEL[kind]} {count}", highlight=False)
            for touch in [t for t in entry["touches"] if t["kind"] == kind][:TOUCHES_SHOWN]:
                where = touch["address"] or touch["id"]
                line = f"   · {touch['title']}（{where}）：{touch['words']}"
                console.print(" ".join(line.split()), highlight=False, markup=False, soft_wrap=True)
    if not body["changes"]:
        console.print("没有记下的变化。")


def _heading(change: Body) -> Text:
    labels = [side["label"] for side in (change["old"], change["new"]) if side]
    words = labels[0] if len(set(labels)) == 1 else " → ".join(labels)
    return Text.assemble("\n", (HOW_LABEL[change["how"]], HOW_STYLE[change["how"]]), "  ", (words, "bold"))


def _marked(change: Body, console: Console) -> Text:
    """The words of both sides in one text; long stretches that stayed are cut in their middle."""
    found = Text()
    coloured = console.color_system is not None
    for mark in change["marks"]:
        before, after = ("", "") if coloured else PLAIN_MARKS[mark["op"]]
        words = _shortened(mark["text"]) if mark["op"] == "same" else mark["text"]
        found.append(f"{before}{words}{after}", MARK_STYLE[mark["op"]] if coloured else "")
    return found


def _shortened(words: str) -> str:
    return words if len(words) <= 2 * AROUND + 4 else f"{words[:AROUND]} … {words[-AROUND:]}"


def _place(change: Body) -> str:
    old, new = ("".join(change[side]) if change[side] else None for side in ("old", "new"))
    if old and new and old != new:
        return f"{HOW_LABEL[change['how']]}{old}→{new}"
    return f"{HOW_LABEL[change['how']]}{new or old}"
