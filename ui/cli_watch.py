"""The command that keeps an inbox folder: `watch`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from kb.model import State
from kb.settings import Settings
from ui import render_library
from ui.console import AsJson, errors, show

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport

commands = typer.Typer()


@commands.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="收件文件夹", exists=True, file_okay=False)],
    every: Annotated[float, typer.Option("--every", min=1, help="隔多少秒看一次")] = 30,
    once: Annotated[bool, typer.Option("--once", help="只看一次")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="只存为草稿，不发布")] = False,
    as_json: AsJson = False,
) -> None:
    """守着一个文件夹：新增与改动的文件经运行中的服务入库，逐个报告；不移动、不删除任何文件。"""
    from ui.watch import watch as run

    state = State.DRAFT if draft else State.PUBLISHED
    with _told_to_stop() as stop:
        report = run(
            Settings(), folder, state=state, every=None if once else every, stop=stop, console=errors,
            shown=_unseen if once else _listed,
        )  # fmt: skip
    show(report.model_dump(mode="json"), as_json, lambda body, to: render_library.ingested(body, to, verbose=False))
    # a watch that was asked to end has done its work: what failed stands in its report
    raise typer.Exit(1 if once and report.totals.get("failed") else 0)


def _listed(report: IngestReport) -> None:
    """Each take-in as it happens, where the log is; the summary comes at the end on stdout."""
    render_library.ingested(report.model_dump(mode="json"), errors, verbose=False)


def _unseen(_report: IngestReport) -> None:
    """The only take-in is the summary itself."""


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    """An event that SIGTERM and Ctrl-C set, so that the file at hand is finished or left whole; a second one ends at
    once."""
    stop = Event()

    def end(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
