"""The command that lists what the texts say about each other: `regkb relations`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from kb.settings import Settings
from ui.console import AsJson, Body, call
from ui.words import RELATION_LABEL

commands = typer.Typer()
MOST = 50_000


class RelationName(StrEnum):
    REPEALS = "repeals"
    AMENDS = "amends"
    IMPLEMENTS = "implements"
    CITES = "cites"


@commands.command("relations")
def relations(
    kind: Annotated[RelationName | None, typer.Option(help="只列一种：废止、修改、制定依据或引用")] = None,
    document: Annotated[str | None, typer.Option(help="只列一部文件的，给出文件编号")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="只列有疑问、等待工作人员确认的")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="最多列多少条")] = 1000,
    as_json: AsJson = False,
) -> None:
    """列出从原文读出的废止、修改、制定依据与引用关系，每条附原文的话。"""
    from assistant.service import staff_token

    asked = {"waiting": waiting, "limit": limit, "kind": kind.value if kind else None, "document": document}
    staff = {"Authorization": f"Bearer {staff_token(Settings().home)}"}
    params = {name: value for name, value in asked.items() if value is not None}
    call("GET", "/api/relations", _shown, as_json, params=params, headers=staff)


def _shown(body: Body, console: Console) -> None:
    def say(words: str, style: str = "") -> None:
        console.print(words, style=style, highlight=False, markup=False, soft_wrap=True)

    for row in body["relations"]:
        number = f"（{row['number']}）" if row["number"] else ""
        told = f"{RELATION_LABEL[row['kind']]}  {row['address']} → 《{row['title']}》{number}{row['article'] or ''}"
        say(told)
        say(f"      {row['evidence']}", "dim")
        if row["doubt"]:
            console.print(
                f"      待确认：{row['doubt']}", style="yellow", highlight=False, markup=False, soft_wrap=True
            )
    shown = len(body["relations"])
    rest = f"，列出前 {shown} 条（--limit 可改）" if shown < body["total"] else ""
    say(f"共 {body['total']} 条{rest}")
