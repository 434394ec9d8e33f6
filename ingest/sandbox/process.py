"""One child process of the sandbox: started with next to no environment, heard frame by frame, ended with its kin."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from pydantic import ValidationError

from ingest.limits import Limits
from ingest.sandbox.frames import (
    CONTROL_BYTES,
    DATA,
    DONE,
    FAILURE,
    FOLDER,
    HELLO,
    JOB,
    PROGRESS,
    RESULT,
    BrokenFrame,
    Hello,
    Job,
    read_frame,
    write_frame,
)
from ingest.sandbox.limits import speaks_of_memory
from kb.errors import Unavailable
from kb.offline import SWITCHES

KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
LOG_BYTES = 32 * 1024
"""How much of the end of the child's log is kept."""
GOODBYE_SECONDS = 5
LONG = (RESULT, DATA)


class Ended(Exception):
    """The child is gone. `how` is the name of its signal or its exit status."""

    def __init__(self, status: int, log: str, by_us: bool) -> None:
        self.how = _signal_name(-status) if status < 0 else f"退出码 {status}"
        self.by_us = by_us
        # the system ends a process with SIGKILL when memory runs out
        self.no_memory = self.how == "SIGKILL" or (status != 0 and speaks_of_memory(log))
        self.no_time = self.how == "SIGXCPU"
        super().__init__(self.how)


class ChildProcess:
    """A child that is ready for jobs; `busy` from a job sent until its last frame was understood.

    `missing` names the limits that this machine does not offer.
    """

    def __init__(self, module: str, limits: Limits, start_seconds: float) -> None:
        """Start it and wait for its greeting. Raises Unavailable with what to do."""
        self.busy = True
        self._by_us = False
        self._longest = limits.unpacked_mb * 2**20
        self._log = b""
        self._frames: Queue[tuple[bytes, bytes] | BrokenFrame | None] = Queue(maxsize=1)
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER))
        # -P: the folder one works in is no place to import from
        command = [sys.executable, "-P", "-m", module, limits.model_dump_json(), str(self._folder)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, and no shell
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self._folder,
                env=_environment(self._folder), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise Unavailable(f"读取程序无法启动：{error.strerror}。请检查内存与进程数的限制。") from error
        self._threads = [Thread(target=self._hear, daemon=True), Thread(target=self._keep_log, daemon=True)]
        for thread in self._threads:
            thread.start()
        try:
            _, greeting = self.next(start_seconds)
            self.missing = Hello.model_validate_json(greeting).missing
        except (TimeoutError, Ended, BrokenFrame, ValidationError) as error:
            self.end()
            sentence = Unavailable("读取程序没有启动起来，文件都没有读取。请运行 regkb doctor 检查安装。")
            sentence.add_note(self.log())
            raise sentence from error
        except BaseException:
            self.end()
            raise
        self.busy = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, job: Job, data: bytes) -> None:
        """Hand over a job without waiting for the child to take it: one that does not listen is found by silence."""
        self.busy = True
        self._log = b""
        Thread(target=self._write, args=(job.model_dump_json().encode(), data), daemon=True).start()

    def next(self, seconds: float) -> tuple[bytes, bytes]:
        """The next frame. Raises TimeoutError after `seconds` of silence, Ended, or BrokenFrame."""
        try:
            frame = self._frames.get(timeout=max(seconds, 0))
        except Empty as error:
            raise TimeoutError from error
        if frame is None:
            try:
                status = self._process.wait(GOODBYE_SECONDS)
            except subprocess.TimeoutExpired as error:
                raise BrokenFrame("a child that has fallen silent for good") from error
            self._threads[1].join(timeout=1)  # its last words
            raise Ended(status, self.log(), self._by_us)
        if isinstance(frame, BrokenFrame):
            raise frame
        return frame

    def log(self) -> str:
        """The end of what the child wrote to standard error."""
        return self._log.decode("utf-8", "replace")

    def kill(self) -> None:
        """End it in the middle of its work; may be called from another thread than the one that waits for it."""
        self._by_us = True
        self._process.kill()

    def end(self) -> None:
        """End it with everything it started, and remove its folder. An idle child is asked, a busy one is not."""
        assert self._process.stdin
        if not self.busy:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GOODBYE_SECONDS)
        self._end_kin()
        patience = time.monotonic() + GOODBYE_SECONDS  # what got away from us may keep the log open for ever
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < patience:
            with contextlib.suppress(Empty):
                self._frames.get(timeout=0.01)  # what was still being said is heard by nobody
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_kin(self) -> None:
        """Kill the child if it lives, and whatever it started: a converter must not outlive it."""
        pid = self._process.pid
        if os.name == "posix":
            self._process.send_signal(signal.SIGSTOP)  # it starts nothing more while we look
            for kin in _kin(pid):
                with contextlib.suppress(OSError):
                    os.kill(kin, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def _write(self, job: bytes, data: bytes) -> None:
        assert self._process.stdin
        with contextlib.suppress(OSError, ValueError):  # the child is gone: whoever waits for it will hear
            write_frame(self._process.stdin, JOB, job)
            write_frame(self._process.stdin, DATA, data)

    def _hear(self) -> None:
        assert self._process.stdout
        short = (HELLO, PROGRESS, FAILURE, DONE)
        with self._process.stdout as stream:
            try:
                while frame := read_frame(
                    stream, lambda kind: CONTROL_BYTES if kind in short else self._longest if kind in LONG else None
                ):
                    self._frames.put(frame)
            except BrokenFrame as broken:
                self._frames.put(broken)
            self._frames.put(None)

    def _keep_log(self) -> None:
        assert self._process.stderr
        with self._process.stderr as stream:
            while part := os.read(stream.fileno(), LOG_BYTES):
                self._log = (self._log + part)[-LOG_BYTES:]


def _environment(folder: Path) -> dict[str, str]:
    """What the child needs to find its modules and nothing that belongs to the user: no keys, no home, no proxies."""
    place = str(folder)
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {
        "HOME": place, "TMPDIR": place, "TEMP": place, "TMP": place, "LANG": "C.UTF-8", "PYTHONUTF8": "1",
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry), "OMP_NUM_THREADS": "1",
        # each arena of the C library reserves room that counts against the limit on memory
        "MALLOC_ARENA_MAX": "2",
    } | SWITCHES  # fmt: skip


def _kin(pid: int) -> list[int]:
    """Processes that `pid` started, directly or not, or that are of its session; [] where the system does not tell."""
    parents: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # the name, in brackets, may hold anything; state, parent, group and session follow it
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1]), int(fields[3])
    found = {pid}
    while new := {kin for kin, (parent, session) in parents.items() if parent in found or session == pid} - found:
        found |= new
    return sorted(found - {pid})


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"信号 {number}"
