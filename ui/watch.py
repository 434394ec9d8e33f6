"""An inbox folder: what is new or changed in it is taken in through the running service, look after look.

Nothing in the folder is moved or deleted, and nothing about it is written down: the service knows what it has by its
content, so a new start repeats nothing. Each take-in is that of `regkb ingest` over the whole folder, so that two files
of one title are told apart whenever they arrive.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import httpx
from rich.console import Console

from assistant.service import staff_token
from ingest.limits import Limits
from ingest.manifest import files_in
from ingest.pipeline import FileReport, IngestReport, Progress, ingest_paths, report_of
from ingest.sandbox.parser import Sandbox
from kb.errors import NotAllowed, Unavailable
from kb.model import Document, State
from kb.sameness import Outcome
from kb.settings import Settings
from ui.access import is_running
from ui.library import RemoteLibrary
from ui.progress import reported

SETTLED_SECONDS = 2.0
"""A file that changes within this time is still being copied and is left for the next look."""
FIRST_WAIT, LONGEST_WAIT = 2, 300
"""Seconds until a service that is away is tried again; each wait is twice the one before."""
ANSWER_SECONDS = 600
WRITTEN: tuple[Outcome, ...] = ("added", "changed")

Stamps = dict[Path, tuple[int, int]]
"""Time of the last change (ns) and size of each file."""
Shown = Callable[[IngestReport], None]


class Away(Exception):
    """Nothing can be taken in at this moment, and no file is to blame. The message is a sentence."""


class Stopped(Exception):
    """The watch was told to end in the middle of a take-in."""


def watch(
    settings: Settings, folder: Path, *, state: State, every: float | None, stop: Event, console: Console, shown: Shown
) -> IngestReport:
    """Look every so many seconds until `stop` is set, or once for None; returns the last report of each file.

    `shown` is called with the report of each take-in. While the service is away the wait grows; a single look raises
    Unavailable instead.
    """
    inbox = Inbox(folder)
    latest: dict[str, FileReport] = {}
    written: dict[str, Outcome] = {}
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            report = _take_in(settings, inbox, state, written, stop, console)
        except Stopped:
            console.print(f"已停止，最后一轮停下前写入 {len(written)} 部；其余下次继续。", highlight=False)
            break
        except Away as away:
            if every is None:
                raise Unavailable(str(away)) from away
            console.print(f"{away}{wait} 秒后再试。", style="yellow", highlight=False, markup=False, soft_wrap=True)
            stop.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            continue
        if report.files:
            shown(report)
            latest |= {found.path: found for found in report.files}
        if every is None:
            break
        wait = FIRST_WAIT
        stop.wait(every)
    return report_of(latest.values())


class Inbox:
    """The files of a folder, and which of them are not yet taken in as they are now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: Stamps = {}

    def settled(self, pause: Callable[[float], object]) -> tuple[Stamps, list[Path]]:
        """The files that nobody is writing to, and those of them that are new or changed. Raises Away."""
        before = self._stamps()
        if before.items() <= self._taken.items():
            return {}, []
        pause(SETTLED_SECONDS)
        now = self._stamps()
        settled = {path: stamp for path, stamp in now.items() if before.get(path) == stamp}
        return settled, [path for path, stamp in settled.items() if self._taken.get(path) != stamp]

    def taken(self, settled: Stamps) -> None:
        self._taken = settled

    def _stamps(self) -> Stamps:
        if not self._folder.is_dir():
            raise Away(f"文件夹 {self._folder} 不见了，请检查它是否还挂载着。")
        found: Stamps = {}
        for path in files_in([self._folder]):
            with suppress(FileNotFoundError):
                known = path.stat()
                found[path] = (known.st_mtime_ns, known.st_size)
        return found


class Through(RemoteLibrary):
    """The service as the place to write to. What is its own trouble is raised as Away, so that no file is blamed;
    `written` notes what went in, also when the take-in is cut short after it."""

    def __init__(self, client: httpx.Client, token: str, written: dict[str, Outcome]) -> None:
        super().__init__(client, token)
        self._written = written

    def replace(self, document: Document, *parts: Any, **named: Any) -> Outcome:
        outcome = super().replace(document, *parts, **named)
        if outcome in WRITTEN:
            self._written[document.id] = outcome
        return outcome

    def _post(self, path: str, content: str) -> dict[str, Any]:
        try:
            return super()._post(path, content)
        except (Unavailable, NotAllowed) as error:
            raise Away(str(error)) from error
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            raise Away("接口中断了，没有说完。") from error


def _take_in(
    settings: Settings, inbox: Inbox, state: State, written: dict[str, Outcome], stop: Event, console: Console
) -> IngestReport:
    """One look, and a run over the folder when there is something new. The report names what is new or was written."""
    settled, fresh = inbox.settled(stop.wait)
    if not fresh or stop.is_set():
        return report_of(())
    limits = Limits.of(settings)
    with _service(settings, written) as library, Sandbox(limits) as parser, reported(console) as progress:
        told = _stopping(progress, stop)
        whole = ingest_paths(library, list(settled), parser=parser, limits=limits, state=state, progress=told)
        if written:
            library.optimize()
    inbox.taken(settled)
    beginnings = tuple(str(path) for path in fresh)
    files = [_as_written(found, written) for found in whole.files]
    written.clear()
    return report_of(f for f in files if f.outcome in WRITTEN or f.path.startswith(beginnings))


@contextmanager
def _service(settings: Settings, written: dict[str, Outcome]) -> Iterator[Through]:
    """Never the knowledge base itself: a watcher beside a service that is only starting would take it away from it."""
    if not is_running(settings):
        raise Away(f"{settings.api_url} 没有数据目录 {settings.home} 的服务应答。")
    with httpx.Client(base_url=settings.api_url, timeout=ANSWER_SECONDS, trust_env=False) as client:
        yield Through(client, staff_token(settings.home), written)


def _as_written(found: FileReport, written: dict[str, Outcome]) -> FileReport:
    """A file that an earlier, interrupted try wrote comes as unchanged in the one that ends well."""
    earlier = written.get(found.document_id or "")
    if earlier and found.outcome == "unchanged":
        return found.model_copy(update={"outcome": earlier})
    return found


def _stopping(progress: Progress, stop: Event) -> Progress:
    def told(stage: str, name: str, done: int, total: int) -> None:
        if stop.is_set():
            raise Stopped
        progress(stage, name, done, total)

    return told
