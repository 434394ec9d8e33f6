"""The command that prints the force of every document on several dates: `regkb validity`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ui.console import AsJson, Body, call

commands = typer.Typer()
UNKNOWN = "不明"


@commands.command("validity")
def validity(
    on: Annotated[
        list[datetime] | None, typer.Option("--on", formats=["%Y-%m-%d"], help="哪一天，可以给几次，默认今天")
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="只列效力不明的文件及其原因")] = False,
    as_json: AsJson = False,
) -> None:
    """列出每部文件在各日的效力，效力不明的说明原因。"""
    dates = [day.date().isoformat() for day in on or []]
    call("GET", "/api/validity", _shown, as_json, params={"on": dates, "unknown_only": unknown})


def _shown(body: Body, console: Console) -> None:
    table = Table("文件", *body["dates"], box=None, pad_edge=False)
    for row in body["documents"]:
        table.add_row(escape(row["id"]), *(escape(found["force"]) for found in row["forces"]))
    console.print(table)
    for row in body["documents"]:
        reason = next((found["reason"] for found in row["forces"] if found["force"] == UNKNOWN), None)
        if reason:
            console.print(f"[dim]{escape(row['id'])}：{escape(reason)}[/dim]")
    for day in body["dates"]:
        told = "，".join(f"{force} {count}" for force, count in body["counts"][day].items())
        console.print(f"{day}：{escape(told)}")
