"""The commands that people ask with: `regkb ask` and `regkb search`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from kb.errors import BadInput
from kb.model import Kind, Sector
from kb.settings import Settings
from ui import render
from ui.console import AsJson, Body, errors, fetch, show

commands = typer.Typer()

AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天的有效文本，默认今天")]
SAVED = (".docx", ".md", ".pdf")


class ModeName(StrEnum):
    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


@commands.command()
def search(
    question: Annotated[str, typer.Argument(help="要找的内容")],
    limit: Annotated[int, typer.Option("-k", min=1, max=50)] = 10,
    as_of: AsOf = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="只在这些文种中找，可重复")] = None,
    sector: Annotated[list[Sector] | None, typer.Option("--sector", help="只找这些领域，可重复")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="只找这些地区的文件，如 上海，可重复")] = None,
    document: Annotated[list[str] | None, typer.Option("--document", help="只在这些文件编号中找，可重复")] = None,
    context: Annotated[
        int,
        typer.Option("--context", min=0, max=20_000, help="按这么多字数汇集上下文：条文、列项的首句、定义、所引条文"),
    ] = 0,
    exact_words: Annotated[bool, typer.Option("--exact-words", help="按原词检索，不纠正错别字")] = False,
    as_json: AsJson = False,
) -> None:
    """检索条款。"""
    asked = {"q": question, "k": limit, "context": context, "exact_words": exact_words}
    chosen = {"kind": kind, "sector": sector, "region": _regions(region), "document": document}
    asked |= {name: [str(value) for value in values] for name, values in chosen.items() if values}
    found = fetch("GET", "/api/search", params=asked | day(as_of))
    for note in () if as_json else found["notes"]:
        errors.print(note, highlight=False, markup=False, soft_wrap=True)
    show(found, as_json, render.context if context else render.passages)


@commands.command()
def ask(
    question: Annotated[str, typer.Argument(help="问题")],
    as_of: AsOf = None,
    profile: Annotated[
        Path | None, typer.Option("--profile", help="企业画像（JSON 或 YAML）", exists=True, dir_okay=False)
    ] = None,
    mode: Annotated[
        ModeName | None, typer.Option("--mode", help="摘录原文，或用配置的语言模型；默认有模型就用")
    ] = None,
    after: Annotated[list[str] | None, typer.Option("--after", help="之前问过的问题，可重复，先问的在前")] = None,
    save: Annotated[Path | None, typer.Option("--save", help="另存为 .docx、.md 或 .pdf", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """提问，得到逐字引用的回答，或如实的“没有依据”。"""
    if save and save.suffix.lower() not in SAVED:
        raise BadInput(f"文件名 {save.name} 的结尾应是 {'、'.join(SAVED)} 之一。")
    common = day(as_of) | ({"profile": read_profile(profile)} if profile else {}) | ({"mode": mode} if mode else {})
    with _connected() as client:
        body = _asked(client, question, after or (), common)
        if save:
            _save(client, body, question, save)
    show(body, as_json, render.answer)
    raise typer.Exit(3 if body["outcome"] == "unavailable" else 0)


def day(as_of: datetime | None) -> dict[str, Any]:
    """The day of an option as the service reads it; nothing where none is set."""
    return {"as_of": as_of.date().isoformat()} if as_of else {}


def read_profile(path: Path) -> Any:
    """The JSON of a profile, from JSON or YAML. Raises BadInput for what is neither."""
    import yaml

    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"画像文件 {path} 不是可读的 JSON 或 YAML：{error}") from error
    return json.loads(json.dumps(read, default=str))  # YAML reads an unquoted day as a date


def _regions(said: Sequence[str] | None) -> list[str]:
    """Places as people say them, in the ways that documents write them: 上海 is 上海市."""
    from assistant.guidance.regions import spellings

    return list(dict.fromkeys(way for one in said or () for way in spellings(one)))


def _connected() -> AbstractContextManager[httpx.Client]:
    from ui.access import connect

    return connect(Settings())


def _asked(client: httpx.Client, question: str, after: Sequence[str], common: Body) -> Body:
    """The answer to the last of several questions, each asked with those before it and their answers."""
    history: list[Body] = []
    for one in after:
        answered = _json(client.post("/api/ask", json=common | {"question": one, "history": history}))
        history += [{"role": "user", "content": one}, {"role": "assistant", "content": answered["text"]}]
    return _json(
        client.post("/api/ask", json=common | {"question": question} | ({"history": history} if after else {}))
    )


def _save(client: httpx.Client, body: Body, question: str, path: Path) -> None:
    """Write the answer to a file, each citation with the number and the issuer of its document."""
    from assistant.answer_model import Answer
    from assistant.export import Facts, save_answer

    def facts_of(document_id: str) -> Facts:
        page = _json(client.get(f"/api/documents/{document_id}"))
        return Facts(page["number"], page["issuer"])

    answer = Answer.model_validate(body)
    save_answer(answer, question, path, asked_at=datetime.now().astimezone(), facts_of=facts_of)
    errors.print(f"已保存到 {path}", highlight=False, markup=False, soft_wrap=True)


def _json(response: httpx.Response) -> Body:
    body: Body = response.json()
    if response.is_error:
        raise render.error_of(body, response.status_code)
    return body
