"""The commands of the staff's queue: `regkb unanswered list` and `regkb unanswered close`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from kb.settings import Settings
from ui.console import AsJson, Body, call

commands = typer.Typer(help="转人工的问题：查看、办结", no_args_is_help=True)
STATES = {"open": "待处理", "taken": "处理中", "closed": "已办结"}
WISHES = {"refused": "没有答案", "human": "要求人工"}


class StateName(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


@commands.command("list")
def listed(
    state: Annotated[StateName | None, typer.Option("--state", help="只列一种：待处理、处理中、已办结")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="最多列多少条")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出转人工的问题，先来的在前，每条附当时检索了什么。"""
    asked = {"limit": str(limit)} | ({"state": state.value} if state else {})
    call("GET", "/api/unanswered", _queue, as_json, params=asked, headers=_staff())


@commands.command()
def close(
    identity: Annotated[str, typer.Argument(metavar="ID", help="问题的编号")],
    note: Annotated[str | None, typer.Option("--note", help="怎样处理的")] = None,
    as_json: AsJson = False,
) -> None:
    """办结一个问题。"""
    changes = {"state": "closed"} | ({"note": note} if note else {})
    call("PATCH", f"/api/unanswered/{identity}", _entry, as_json, json=changes, headers=_staff())


def _staff() -> dict[str, str]:
    from assistant.service import staff_token

    return {"Authorization": f"Bearer {staff_token(Settings().home)}"}


def _queue(body: Body, console: Console) -> None:
    for entry in body["unanswered"]:
        _entry(entry, console)
    shown = len(body["unanswered"])
    rest = f"，列出前 {shown} 条（--limit 可改）" if shown < body["total"] else ""
    console.print(f"共 {body['total']} 条{rest}", highlight=False)


def _entry(entry: Body, console: Console) -> None:
    def say(words: str, style: str = "") -> None:
        console.print(words, style=style, highlight=False, markup=False, soft_wrap=True)

    searched = entry["searched"]
    say(f"{entry['question']}", "bold")
    say(f"   {STATES[entry['state']]} · {WISHES[entry['reason']]} · {entry['asked_at'][:16]} · 编号 {entry['id']}")
    if searched["trouble"]:
        say(f"   当时没能检索：{searched['trouble']}", "dim")
    else:
        say(f"   按 {searched['day']} 检索 {searched['documents']} 部文件：{'、'.join(searched['terms'])}", "dim")
    for near in searched["nearest"]:
        say(f"   最接近：{near['label']}（{near['score']:.3f}）", "dim")
    for name, heading in (("contact", "联系方式"), ("note", "处理")):
        if entry[name]:
            say(f"   {heading}：{entry[name]}")
