"""Progress of long work on stderr: stage, file, count and time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ingest.pipeline import Progress as Reporter


@contextmanager
def reported(console: Console) -> Iterator[Reporter]:
    """A callback `(stage, name, done, total)` drawn as one bar a stage."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[file]}"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=False) as bars:
        tasks = {}

        def report(stage: str, name: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, file="")
            bars.update(tasks[stage], completed=done, total=total, file=name[:40])

        yield report
