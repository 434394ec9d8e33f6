"""Parsing behind a wall: a child process with limits reads what strangers send, and only text comes back.

One child serves many files, so that its libraries are loaded once. It is ended when it is silent or busy for too long,
and replaced after it was ended, after many files, and when it has grown; the next file finds a fresh one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from threading import Lock
from types import TracebackType
from typing import Literal

from pydantic import ValidationError
from pydantic_core import to_json

from ingest.incoming import Incoming, Refused, Unpacked
from ingest.limits import Limits
from ingest.prepare import Prepared
from ingest.sandbox.frames import (
    DATA,
    DONE,
    FAILURE,
    PROGRESS,
    RESULT,
    BrokenFrame,
    Done,
    Failure,
    Job,
    Listing,
    Step,
)
from ingest.sandbox.process import ChildProcess, Ended
from kb.errors import UnreadableFile

JOBS_FOR_ONE_CHILD = 1000
START_SECONDS = 120
"""A cold disk may take long to give the libraries; no stranger's byte is read in this time."""


class Sandbox:
    """`ingest.prepare.Parser` over one child process, started at first use and again after it had to be ended.

    Threads take turns. `module` is what the child runs: `ingest.sandbox.child`, or one that calls its `main`.
    Raises UnreadableFile for whatever a file does to the child, and Unavailable when no child can be started.
    """

    def __init__(self, limits: Limits, module: str = "ingest.sandbox.child") -> None:
        self.limits = limits
        self._module = module
        self._turn = Lock()
        self._child: ChildProcess | None = None
        self._jobs = 0

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        answer = self._ask("prepare", file, given)[0]
        try:
            prepared = Prepared.model_validate_json(answer)
        except ValidationError as error:
            raise _not_as_agreed(file) from error
        if prepared.sha256 != hashlib.sha256(file.data).hexdigest() or not _inside(prepared):
            raise _not_as_agreed(file)
        return prepared

    def explain(self, file: Incoming, given: Mapping[str, object]) -> str:
        try:
            return self._ask("explain", file, given)[0].decode()
        except UnicodeDecodeError as error:
            raise _not_as_agreed(file) from error

    def unpack(self, file: Incoming) -> Unpacked:
        listed, *parts = self._ask("unpack", file, {})
        try:
            listing = Listing.model_validate_json(listed)
        except ValidationError as error:
            raise _not_as_agreed(file) from error
        if [len(part) for part in parts] != [member.size for member in listing.members if member.size is not None]:
            raise _not_as_agreed(file)
        data = iter(parts)
        members = tuple(
            file if member.size is None else file._replace(name=member.name, data=next(data))
            for member in listing.members
        )
        return Unpacked(members, tuple(Refused(name, reason) for name, reason in listing.refused))

    def missing(self) -> tuple[str, ...]:
        """Names of the limits that this machine does not offer: () on Linux. Starts the child."""
        with self._turn:
            return self._ready().missing

    def close(self) -> None:
        """End the child, also in the middle of a file. The sandbox may be used again afterwards."""
        while not self._turn.acquire(timeout=0.05):
            if child := self._child:
                child.kill()
        try:
            self._end()
        finally:
            self._turn.release()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(
        self, verb: Literal["prepare", "explain", "unpack"], file: Incoming, given: Mapping[str, object]
    ) -> list[bytes]:
        """The payloads of RESULT and DATA frames for one file."""
        record = to_json(dict(given), serialize_unknown=True).decode()
        job = Job(verb=verb, name=_printable(file.name), given=record, limits=file.limits)
        with self._turn:
            child = self._ready()
            try:
                child.send(job, file.data)
                return self._answer(child, file)
            except BaseException:
                # half an answer may still be on its way, and what was read may have damaged the child
                if child.busy:
                    self._end()
                raise

    def _ready(self) -> ChildProcess:
        if self._child and not self._child.alive:
            self._end()  # it died between two files, so the next one is not to blame
        self._child = self._child or ChildProcess(self._module, self.limits, START_SECONDS)
        return self._child

    def _answer(self, child: ChildProcess, file: Incoming) -> list[bytes]:
        """What the child says of one file. Raises UnreadableFile with the reason when it fails or has to be ended."""
        end = time.monotonic() + self.limits.total_seconds
        parts: list[bytes] = []
        held = 0
        failure: Failure | None = None
        try:
            while True:
                left = end - time.monotonic()
                kind, payload = child.next(min(left, self.limits.quiet_seconds))
                if kind == PROGRESS:
                    step = Step.model_validate_json(payload)
                    file.progress(step.stage, step.done, step.total)
                elif kind in (RESULT, DATA):
                    parts.append(payload)
                    held += len(payload)
                    if held > self.limits.unpacked_mb * 2**20 or len(parts) > self.limits.members + 1:
                        raise BrokenFrame("an answer longer than the child may give")
                elif kind == FAILURE:
                    failure = Failure.model_validate_json(payload)
                elif kind == DONE:
                    self._after(child, Done.model_validate_json(payload), failure)
                    break
        except TimeoutError as late:
            over = end - time.monotonic() <= 0
            raise _with_log(UnreadableFile(_late(file, self.limits, over)), child.log()) from late
        except Ended as ended:
            raise _with_log(UnreadableFile(_died(file, self.limits, ended)), child.log()) from ended
        except (BrokenFrame, ValidationError) as broken:
            raise _with_log(_not_as_agreed(file), child.log()) from broken
        if failure:
            raise _with_log(UnreadableFile(_failed(file, self.limits, failure)), failure.log)
        if not parts:
            raise _not_as_agreed(file)
        return parts

    def _after(self, child: ChildProcess, done: Done, failure: Failure | None) -> None:
        """Keep the child for the next file, unless it is worn."""
        child.busy = False
        self._jobs += 1
        grown = done.memory_mb > self.limits.memory_mb // 2
        if grown or self._jobs >= JOBS_FOR_ONE_CHILD or (failure and failure.kind == "memory"):
            self._end()

    def _end(self) -> None:
        child, self._child, self._jobs = self._child, None, 0
        if child:
            child.end()


def _inside(prepared: Prepared) -> bool:
    """Whether every place that is said to be in the text is in it."""
    length = len(prepared.text)
    return all(0 <= found.start <= found.body <= found.end <= length for found in prepared.provisions) and all(
        0 <= piece.start <= piece.end <= length for piece in prepared.chunks
    )


def _printable(name: str) -> str:
    """A name as UTF-8 can carry it: those of an old disk may hold half characters."""
    return name.encode("utf-8", "replace").decode()


def _late(file: Incoming, limits: Limits, over: bool) -> str:
    if over:
        return f"“{file.name}”读取超过 {limits.total_seconds} 秒，已停止，文件未收入。请拆成几个文件再试。"
    return f"“{file.name}”读取超过 {limits.quiet_seconds} 秒没有进展，已停止（REGKB_PARSE_SECONDS）。"


def _died(file: Incoming, limits: Limits, ended: Ended) -> str:
    if ended.by_us:
        return f"“{file.name}”的读取被中断，文件未收入，请稍后重试。"
    if ended.no_memory:
        return _too_much(file, limits)
    if ended.no_time:
        return _late(file, limits, over=False)
    return f"“{file.name}”使读取程序崩溃（{ended.how}），已停止，文件未收入。请把它发给维护者。"


def _failed(file: Incoming, limits: Limits, failure: Failure) -> str:
    if failure.kind == "unreadable":
        return failure.words
    if failure.kind == "memory":
        return _too_much(file, limits)
    if failure.kind == "too long":
        return f"“{file.name}”读出的内容超过 {limits.unpacked_mb} MB 的上限，文件未收入。请拆成几个文件再试。"
    return f"“{file.name}”无法读取：内部错误（{failure.words}）。文件未收入，请把它发给维护者。"


def _too_much(file: Incoming, limits: Limits) -> str:
    return f"“{file.name}”读取所需内存超过 {limits.memory_mb} MB，已停止，文件未收入（REGKB_PARSE_MEMORY_MB）。"


def _not_as_agreed(file: Incoming) -> UnreadableFile:
    return UnreadableFile(f"“{file.name}”的读取结果不完整或不合约定，文件未收入。请把它发给维护者。")


def _with_log(error: UnreadableFile, log: str) -> UnreadableFile:
    """The child's last words stay with the error for whoever logs it, and out of its sentence."""
    if log.strip():
        error.add_note(f"读取程序的日志：\n{log.strip()}")
    return error
