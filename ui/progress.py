"""Progress of long work on stderr: which file of how many, and what is being done inside it.

On a terminal two bars are drawn, the second only while a file takes long. Elsewhere (a log, a pipe) a line is printed
now and then, so that a log of four hundred files stays readable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ingest.pipeline import Outcome
from ingest.pipeline import Progress as Reporter

LINE_EVERY = 25
"""Files, or pages of a scan, between two lines of a log."""
LOUD_INSIDE = ("识别",)
"""Inner work that takes seconds a step, so that a log should hear of it."""
OUTCOMES = get_args(Outcome)
"""A run may name the end of each file by what became of it; it is still counting files."""
NAME_CELLS = 36
"""Columns of a terminal; a Chinese character takes two."""


@contextmanager
def reported(console: Console) -> Iterator[Reporter]:
    """A callback `(stage, name, done, total)`: bars on a terminal, a few lines elsewhere."""
    if not console.is_terminal:
        yield _Lines(console).report
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[file]}"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=False) as bars:
        yield _Bars(bars).report


class Nesting:
    """Tells the work that is counted in files from what goes on inside one file.

    Work that begins while other work is unfinished is inside it; once the outer work is done, the next is outer.
    """

    def __init__(self) -> None:
        self.stage = ""
        self._over = True

    def is_inside(self, stage: str, done: int, total: int) -> bool:
        if not self._over and stage != self.stage and stage not in OUTCOMES:
            return True
        self.stage = self.stage if stage in OUTCOMES else stage
        self._over = done >= total
        return False


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars, self._nesting = bars, Nesting()
        self._outer: dict[str, TaskID] = {}
        self._inner: tuple[str, str] | None = None
        self._task = TaskID(0)

    def report(self, stage: str, name: str, done: int, total: int) -> None:
        short = escape(name if cell_len(name) <= NAME_CELLS else set_cell_size(name, NAME_CELLS - 1).rstrip() + "…")
        if self._nesting.is_inside(stage, done, total):
            self._inside(stage, short, done, total)
            return
        self._clear_inner()
        current = self._nesting.stage
        if current not in self._outer:
            self._outer[current] = self._bars.add_task(current, total=total, file="")
        self._bars.update(self._outer[current], completed=done, total=total, file=short)

    def _inside(self, stage: str, name: str, done: int, total: int) -> None:
        if self._inner != (stage, name):
            self._clear_inner()
            self._inner = (stage, name)
            self._task = self._bars.add_task(f"  {stage}", total=total, file="")
        self._bars.update(self._task, completed=done, total=total)
        if done >= total:
            self._clear_inner()

    def _clear_inner(self) -> None:
        if self._inner:
            self._bars.remove_task(self._task)
            self._inner = None


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console, self._nesting = console, Nesting()
        self._said: tuple[str, int] = ("", 0)

    def report(self, stage: str, name: str, done: int, total: int) -> None:
        inside = self._nesting.is_inside(stage, done, total)
        what = stage if inside else self._nesting.stage
        worth = done % LINE_EVERY == 0 or (done == total and not inside)
        if done and worth and (stage in LOUD_INSIDE or not inside) and self._said != (what, done):
            self._said = (what, done)
            self._console.print(f"{what} {done}/{total}  {name}", highlight=False, markup=False, soft_wrap=True)
