"""A measurement in a process of its own, steered line by line: its memory is its own, and several take turns.

The child (`python -m bench.… ` with `serve`) answers each JSON line on its standard input with one on its standard
output. A parent that waits longer than its limit ends the child and raises `TooSlow`, which says what came last.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Self

Answer = dict[str, Any]
HEARTBEAT_S = 30.0
ROOT = Path(__file__).parents[1]


class TooSlow(Exception):
    """The time limit of a measurement passed; `last` is the last thing the child reported."""

    def __init__(self, name: str, limit_s: float, last: Answer) -> None:
        super().__init__(f"{name} 超过 {limit_s:g} 秒，停在 {last}")
        self.name, self.limit_s, self.last = name, limit_s, last


class Worker:
    """One child process. `name` is for people."""

    def __init__(self, name: str, module: str, arguments: Sequence[str]) -> None:
        self.name = name
        self._last: Answer = {}
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, encoding="utf-8", cwd=ROOT,
        )  # fmt: skip
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, action: str, limit_s: float, **arguments: object) -> Answer:
        """Have the child do something and return its answer. Raises TooSlow, and SystemExit when the child fails."""
        if self._process.stdin is None:
            raise SystemExit(f"{self.name} 没有输入管道")
        with suppress(BrokenPipeError):  # a child that is gone: its output has ended, see below
            self._process.stdin.write(json.dumps({"action": action, "arguments": arguments}) + "\n")
            self._process.stdin.flush()
        begun = monotonic()
        self._last = {}
        while (left := limit_s - (monotonic() - begun)) > 0:
            try:
                line = self._lines.get(timeout=min(left, HEARTBEAT_S))
            except Empty:
                print(f"  {self.name} {action}：已 {monotonic() - begun:.0f} 秒，{self._last}", file=sys.stderr)
                continue
            if line is None:
                raise SystemExit(
                    f"{self.name} 的进程在 {action} 时停止（退出码 {self._process.wait()}），见上面的错误。"
                )
            answer: Answer = json.loads(line)
            if "progress" not in answer:
                return answer
            self._last = answer["progress"]
        self.stop()
        raise TooSlow(self.name, limit_s, self._last)

    def stop(self) -> None:
        """End the child; harmless when it has ended."""
        self._process.kill()
        self._process.wait()
        self._reading.join()  # its pipe has ended
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # what was written to a child that is gone
                    pipe.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(None)


def serve(actions: Mapping[str, Callable[..., Answer]]) -> None:
    """The child's loop, until its input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        _say(actions[asked["action"]](**asked["arguments"]))


def report(**progress: object) -> None:
    """Tell the parent how far an action is, before its answer."""
    _say({"progress": progress})


def _say(answer: Answer) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)
