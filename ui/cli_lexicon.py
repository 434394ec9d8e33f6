"""The commands for the field's lexicon: `regkb lexicon list` and `regkb lexicon check`. They read the files alone, so
that a mistake in them can be found while no service runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kb.errors import BadInput
from kb.lexicon import Lexicon
from kb.lexicon_file import Entry, folded, read
from kb.settings import Settings
from ui.console import AsJson, Body, show

KIND_LABEL = {"colloquial": "口语", "abbreviation": "简称", "english": "英文", "former": "曾用名", "synonym": "同义"}
FILE_NAME = "lexicon.yaml"

commands = typer.Typer()
_group = typer.Typer(help="词表：人们的说法与法条用词的对照", no_args_is_help=True)
commands.add_typer(_group, name="lexicon")


@_group.command("list")
def listed(
    word: Annotated[str, typer.Argument(help="只列说法或所指里有这个词的")] = "", as_json: AsJson = False
) -> None:
    """列出词表：说法、法条用词、种类。"""
    settings = Settings()
    lexicon = Lexicon.load(settings.data / FILE_NAME, settings.home / FILE_NAME)
    wanted = folded(word)
    entries = [
        entry
        for entry in dict.fromkeys(lexicon.entries.values())
        if any(wanted in folded(words) for words in (*entry.said, *entry.meant))
    ]
    titles = {said: title for said, title in lexicon.titles.items() if wanted in said or wanted in folded(title)}
    body = {"version": lexicon.version, "entries": [e.model_dump(mode="json") for e in entries], "titles": titles}
    show(body, as_json, _show_list)


@_group.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(help="词表文件，默认为数据目录里的 lexicon.yaml")] = None,
    as_json: AsJson = False,
) -> None:
    """检查词表文件，说明它补充了什么、改写了什么、哪些与随附的词表重复。"""
    settings = Settings()
    path = file or settings.home / FILE_NAME
    if not path.exists():
        if file is not None:
            raise BadInput(f"找不到词表文件 {path}。")
        show({"file": None, "entries": 0, "new": [], "same": [], "changed": [], "off": []}, as_json, _show_check)
        return
    show(compared(path, Lexicon.load(settings.data / FILE_NAME)), as_json, _show_check)


def compared(path: Path, shipped: Lexicon) -> Body:
    """What a file does to the shipped lexicon, word by word. Raises BadInput where the file is wrong."""
    content = read(path)
    told: dict[str, list[Any]] = {"new": [], "same": [], "changed": [], "off": []}
    for entry in content.entries:
        for words in entry.said:
            before = shipped.entries.get(folded(words))
            told[_effect(entry, before)].append(
                {"said": words, "meant": list(entry.meant), "before": list(before.meant) if before else None}
            )
    for said, title in content.titles.items():
        before_title = shipped.titles.get(folded(said))
        effect = "new" if before_title is None else "same" if before_title == title else "changed"
        told[effect].append({"said": said, "meant": [title], "before": [before_title] if before_title else None})
    return {"file": str(path), "entries": len(content.entries), **told}


def _effect(entry: Entry, before: Entry | None) -> str:
    if not entry.meant:
        return "off"
    if before is None:
        return "new"
    return "same" if before.meant == entry.meant else "changed"


def _show_list(body: Body, console: Console) -> None:
    for entry in body["entries"]:
        told = f"{'、'.join(entry['said'])} → {'、'.join(entry['meant']) or '（停用）'}"
        _say(console, f"{told}  [{KIND_LABEL[entry['kind']]}]" + (f"  {entry['note']}" if entry["note"] else ""))
    for said, title in body["titles"].items():
        _say(console, f"{said} → 《{title}》")
    _say(console, f"共 {len(body['entries'])} 条，法规的口头名称 {len(body['titles'])} 个。")


def _show_check(body: Body, console: Console) -> None:
    if body["file"] is None:
        _say(console, f"数据目录里没有 {FILE_NAME}，只用随附的词表。")
        return
    for row in body["changed"]:
        _say(console, f"改写：{row['said']} → {'、'.join(row['meant'])}（随附的是 {'、'.join(row['before'])}）")
    for row in body["off"]:
        _say(console, f"停用：{row['said']}" + ("" if row["before"] else "（随附的词表里本来没有）"))
    for row in body["same"]:
        _say(console, f"重复：{row['said']} 与随附的词表相同，可以删去")
    _say(console, f"{body['file']} 没有错误：{body['entries']} 条，新增说法 {len(body['new'])} 个。")


def _say(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)
