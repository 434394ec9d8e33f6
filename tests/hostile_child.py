"""A parsing child that does what its file says: the worst that a broken or captured library could do.

It is the real child (`ingest.sandbox.child.main`) with another parser, started by `Sandbox(limits, "hostile_child")`.
A file that names no deed is parsed as usual.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ingest.incoming import Incoming, Unpacked
from ingest.prepare import Here, Prepared
from ingest.sandbox.child import main
from ingest.sandbox.frames import RESULT
from kb.errors import UnreadableFile

HELD: list[bytes] = []


def spin(_file: Incoming) -> None:
    while True:
        pass


def hold_the_interpreter(_file: Incoming) -> None:
    """A search that takes years, and lets no other thread of the child run meanwhile."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep(_file: Incoming) -> None:
    time.sleep(600)


def busy_with_progress(file: Incoming) -> None:
    for page in range(600):
        time.sleep(0.1)
        file.progress("识别", page, 600)


def slow_but_heard_of(file: Incoming) -> None:
    for page in range(8):
        time.sleep(0.4)
        file.progress("识别", page + 1, 8)


def flood(file: Incoming) -> None:
    while True:
        file.progress("识别", 1, 2)


def eat(_file: Incoming) -> None:
    held = []
    while True:
        held.append(bytearray(16 * 2**20))


def grow(_file: Incoming) -> None:
    HELD.append(b"x" * (300 * 2**20))


def die_as_native_code_without_memory(_file: Incoming) -> None:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def crash(_file: Incoming) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(_file: Incoming) -> None:
    os._exit(3)


def chatter(_file: Incoming) -> None:
    print("noise of a library", flush=True)
    os.write(1, b"noise of a C library\n" * 10_000)
    subprocess.run([sys.executable, "-c", "print('noise of a converter')"], check=True)


def read_standard_input(_file: Incoming) -> None:
    if sys.stdin.read():
        raise UnreadableFile("the pipe of the parent was within reach")


def write_a_lot(_file: Incoming) -> None:
    with Path("big").open("wb") as big:
        for _ in range(1024):
            big.write(bytes(2**20))


def connect(_file: Incoming) -> None:
    with socket.socket() as client:
        client.connect(("127.0.0.1", 9))


def resolve(_file: Incoming) -> None:
    socket.getaddrinfo("localhost", 80)


def raise_something(_file: Incoming) -> None:
    raise LookupError("a detail that people need not see")


def write_nonsense(_file: Incoming) -> None:
    _write_to_every_pipe(b"nonsense" * 8)


def promise_too_much(_file: Incoming) -> None:
    _write_to_every_pipe(RESULT + (2**62).to_bytes(8, "big"))
    time.sleep(600)


def end_the_pipe(_file: Incoming) -> None:
    os.closerange(3, 64)
    time.sleep(600)


def start_a_converter_and_hang(_file: Incoming) -> None:
    """Two programs that would outlive it: one of its own session, and one that it leaves behind as an orphan."""
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    first = subprocess.Popen(sleeper, start_new_session=True)
    orphan = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL).pid)"
    second = subprocess.run([sys.executable, "-c", orphan, *sleeper], check=True, stdout=subprocess.PIPE, text=True)
    print(f"started {first.pid} {second.stdout.strip()}", file=sys.stderr, flush=True)
    time.sleep(600)


def leave_a_daemon_behind(_file: Incoming) -> None:
    """A program of its own session and without a parent keeps the log open, and the child crashes."""
    orphan = (
        "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], start_new_session=True).pid, file=sys.stderr)"
    )
    sleeper = [sys.executable, "-c", "import time; time.sleep(20)"]
    subprocess.run([sys.executable, "-c", orphan, *sleeper], check=True, stdout=subprocess.DEVNULL)
    os.abort()


def tell_environment(_file: Incoming) -> None:
    raise UnreadableFile("\n".join(f"{name}={value}" for name, value in sorted(os.environ.items())))


def tell_pid(_file: Incoming) -> None:
    raise UnreadableFile(f"{os.getpid()}")


DEEDS: dict[str, Callable[[Incoming], None]] = {
    deed.__name__: deed
    for deed in (
        spin, hold_the_interpreter, sleep, busy_with_progress, slow_but_heard_of, flood, eat, grow,
        die_as_native_code_without_memory, crash,
        leave, chatter, read_standard_input, write_a_lot, connect, resolve, raise_something, write_nonsense,
        promise_too_much, end_the_pipe, start_a_converter_and_hang,
        leave_a_daemon_behind, tell_environment, tell_pid,
    )
}  # fmt: skip


class Hostile(Here):
    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        with contextlib.suppress(UnicodeDecodeError):
            if deed := DEEDS.get(file.data.decode()[:80].partition("\n")[0]):
                deed(file)
        return super().prepare(file, given)

    def unpack(self, file: Incoming) -> Unpacked:
        if file.data == b"unpack more than allowed":
            return Unpacked(tuple(file._replace(name=f"{n}", data=bytes(2**20)) for n in range(64)))
        return super().unpack(file)


def _write_to_every_pipe(words: bytes) -> None:
    for number in range(3, 16):
        with contextlib.suppress(OSError):
            os.write(number, words)


if __name__ == "__main__":
    main(Hostile)
