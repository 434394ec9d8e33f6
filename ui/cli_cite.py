"""`regkb cite`: the citations in a text or in a file, each with its verdict; on a page of its own with `--html`."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.answer_model import CiteReport
from assistant.checking.marked import page
from kb.errors import BadInput, UnreadableFile
from kb.settings import Settings
from ui import render_cite
from ui.console import AsJson, errors, fetch, show

commands = typer.Typer()

LONGEST_NAME = 1000
"""Characters above which an argument is a text: no system has longer paths that people type."""
LIKE_A_PATH = re.compile(
    r"(?:[/~\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\])[^\s《》“”「」]*"
    r"|[^《》“”「」]*\.(?:docx?|wps|pdf|txt|md|html?|rtf|xlsx?|pptx?|csv|eml|zip|ofd|json|png|jpe?g)",
    re.IGNORECASE,
)
"""What nobody writes as a text to be checked."""


@commands.command()
def cite(
    text: Annotated[str, typer.Argument(metavar="TEXT|-|FILE", help="要核对的文字，- 表示标准输入，或一个文件的路径")],
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天的有效文本，默认今天")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="把标出结论的全文写成一个网页文件", dir_okay=False)
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有不是“有效”的引用时退出码为 1，用于自动检查")] = False,
    as_json: AsJson = False,
) -> None:
    """核对文字中的法条引用：条款是否存在、是否有效、引文是否逐字一致。"""
    settings = Settings()
    title, words = _words(text, settings)
    day = as_of.date() if as_of else None
    body = fetch("POST", "/api/cite", json={"text": words} | ({"as_of": day.isoformat()} if day else {}))
    if html:
        report = CiteReport.model_validate(body)
        html.write_text(page(title, words, report.citations, as_of=day or date.today()), encoding="utf-8")
        errors.print(f"已写入 {html}", highlight=False, markup=False, soft_wrap=True)
    show(body, as_json, render_cite.cited)
    raise typer.Exit(1 if strict and any(one["verdict"] != "valid" for one in body["citations"]) else 0)


def evaluate(size: int, seed: int, as_json: bool) -> int:
    """`regkb eval citations`: print both rates; the exit code is 1 when any verdict was false."""
    from eval.citations import check_citations
    from ui.access import connect
    from ui.evaluated import HttpApi
    from ui.progress import reported

    with connect(Settings()) as client, reported(errors) as progress:
        run = check_citations(
            HttpApi(client), size=size, seed=seed, as_of=date.today(),
            progress=lambda done, total: progress("核对", f"{done}/{total}", done, total),
        )  # fmt: skip
    rates = {"false_valid_rate": run.false_valid_rate, "right_valid_rate": run.right_valid_rate}
    show(run.model_dump(mode="json") | rates, as_json, lambda _body, console: render_cite.citation_run(run, console))
    return 1 if run.false_verdicts else 0


def _words(text: str, settings: Settings) -> tuple[str, str]:
    """What the text is called, and its words: as given, from the standard input, or read from a file."""
    if text == "-":
        return "标准输入的文字", sys.stdin.read()
    if len(text) <= LONGEST_NAME and "\n" not in text:
        path = Path(text)
        if path.is_dir():
            raise BadInput(f"“{text}”是文件夹，每次核对一个文件，请给出文件的路径。")
        if path.is_file():
            return path.name, _read(path, settings)
        if LIKE_A_PATH.fullmatch(text):
            raise BadInput(f"找不到文件“{text}”，请检查路径。要核对的若是文字，请从标准输入给出：regkb cite -")
    return "所给的文字", text


def _read(path: Path, settings: Settings) -> str:
    """The words of a file, parsed in the sandbox as on its way in. Raises UnreadableFile with the reason."""
    from ingest.incoming import Incoming
    from ingest.limits import Limits
    from ingest.sandbox.parser import Sandbox
    from ui.progress import reported

    limits = Limits.of(settings)
    if path.stat().st_size > limits.file_mb * 2**20:
        raise UnreadableFile(f"“{path.name}”超过 {limits.file_mb} MB 的上限（REGKB_FILE_LIMIT_MB）。")
    with Sandbox(limits) as parser, reported(errors) as progress:
        file = Incoming(path.name, path.read_bytes(), limits, lambda stage, n, of: progress(stage, path.name, n, of))
        inside = [member.name for member in parser.unpack(file).files]
        if file.name not in inside:
            raise UnreadableFile(f"“{path.name}”里有 {len(inside)} 个文件，请解开后逐个核对：{'、'.join(inside[:5])}。")
        prepared = parser.prepare(file, {})
    for note in prepared.notes:
        errors.print(f"{path.name}：{note}", style="yellow", highlight=False, markup=False, soft_wrap=True)
    return prepared.text
