"""The commands about versions: `compare` two of them; `changes`: what happened to the texts, and what points there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

import httpx
import typer

from kb.errors import BadInput, NotFound
from kb.model import Force
from kb.settings import Settings
from ui import render_versions
from ui.console import AsJson, Body, fetch, show
from ui.render import error_of

commands = typer.Typer()
DAY = ["%Y-%m-%d"]


@commands.command()
def compare(
    old: Annotated[str, typer.Argument(help="旧版本的编号（如 商标法@2019-04-23），或一部文件的名称")],
    new: Annotated[str | None, typer.Argument(help="新版本的编号；只给名称时不填，改用 --from 与 --to")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="这一天执行的版本")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="与这一天执行的版本对照，默认今天")] = None,
    everything: Annotated[bool, typer.Option("--all", help="没有变化的条款也列出")] = False,
    as_json: AsJson = False,
) -> None:
    """逐条对照两个版本：修改、新增、删去、只改条号，改动的词标出。

    例：regkb compare 商标法 --from 2026-11-21 --to 2027-01-02
    """
    if (new is None) == (start is None) or (new and end):
        raise BadInput("请给出两个版本的编号，或一部文件的名称加 --from 日期（和 --to 日期）。")
    body = _compared(old, new, start, end)
    show(body, as_json, lambda found, console: render_versions.compared(found, console, everything=everything))


@commands.command()
def changes(
    since: Annotated[datetime | None, typer.Option("--since", formats=DAY, help="这一天以来记下的变化")] = None,
    document: Annotated[str | None, typer.Option("--document", help="一部文件的编号或名称")] = None,
    limit: Annotated[int, typer.Option("-n", min=1, max=500, help="最多列出多少条，新的在前")] = 50,
    as_json: AsJson = False,
) -> None:
    """法规变化：收入、更正、废止、被取代了什么，哪些条款变了，哪些条款、事项、政策、模板和回答引用了它们。"""
    from assistant.service import staff_token

    params = {"since": since.date().isoformat() if since else None, "document": document, "limit": limit}
    staff = {"Authorization": f"Bearer {staff_token(Settings().home)}"}
    given = {name: value for name, value in params.items() if value is not None}
    show(fetch("GET", "/api/changes", params=given, headers=staff), as_json, render_versions.changes)


def _compared(old: str, new: str | None, start: datetime | None, end: datetime | None) -> Body:
    from assistant.service import staff_token
    from ui.access import connect

    settings = Settings()
    staff = {"Authorization": f"Bearer {staff_token(settings.home)}"}
    with connect(settings) as client:
        pair = [old, new] if new else [_version_on(client, old, day) for day in (start, end)]
        if not new and pair[0] == pair[1]:
            raise BadInput(f"这两天对应的是所存的同一版本（{pair[0]}）。请换一个日期，或直接给出两个版本的编号。")
        return _body(client.get("/api/compare", params={"old": pair[0], "new": pair[1]}, headers=staff))


def _version_on(client: httpx.Client, name: str, day: datetime | None) -> str:
    params = {"as_of": day.date().isoformat()} if day else {}
    found = _body(client.get(f"/api/documents/{quote(name.strip('《》').partition('@')[0])}", params=params))
    if found["force"] == Force.NOT_YET:  # before the first version that is held, this very one is what comes back
        since = f"，{found['effective_on']} 起施行" if found["effective_on"] else ""
        raise NotFound(
            f"知识库没有《{found['title']}》在 {params.get('as_of', '今天')} 执行的版本：所存最早的是"
            f" {found['version']} 版{since}。请换一个日期，或直接给出两个版本的编号。"
        )
    return str(found["id"])


def _body(response: httpx.Response) -> Body:
    body: Body = response.json()
    if response.is_error:
        raise error_of(body, response.status_code)
    return body
