"""The child of the sandbox: takes jobs from its standard input until it ends, and answers on its standard output.

It is run as `python -m ingest.sandbox.child LIMITS FOLDER`, in an empty folder of its own that it removes when its
parent is gone. Whatever a library prints goes to standard error.
"""

from __future__ import annotations

import errno
import faulthandler
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING

from pydantic import TypeAdapter

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.sandbox.frames import (
    DATA,
    DONE,
    FAILURE,
    FOLDER,
    HELLO,
    JOB,
    PROGRESS,
    RESULT,
    STAGE,
    Done,
    Failure,
    Hello,
    Job,
    Listing,
    Member,
    Step,
    read_frame,
    write_frame,
)
from ingest.sandbox.limits import allow_seconds, confine, memory_mb, speaks_of_memory
from kb.errors import RegkbError

if TYPE_CHECKING:
    from ingest.prepare import Parser

LOG, WORDS = 8000, 2000
"""Characters of a traceback and of a sentence that are passed on."""
ANY_OBJECT: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])


def main(open_parser: Callable[[], Parser]) -> None:
    """Serve until the parent is gone. `open_parser` is called when the limits stand, and imports what parsing needs."""
    limits, folder = Limits.model_validate_json(sys.argv[1]), Path(sys.argv[2])
    jobs_in, answers = _pipes()
    faulthandler.enable()
    missing = confine(limits)
    if missing:
        print(f"limits that this machine does not offer: {', '.join(missing)}", file=sys.stderr, flush=True)
    parser = open_parser()
    jobs: SimpleQueue[tuple[bytes, bytes]] = SimpleQueue()
    listening = Thread(target=_listen, args=(jobs_in, jobs, folder), daemon=True)
    listening.start()
    try:
        write_frame(answers, HELLO, Hello(missing=missing).model_dump_json().encode())
        while True:
            job = Job.model_validate_json(jobs.get()[1])
            _answer(parser, limits, job, jobs.get()[1], answers)
            write_frame(answers, DONE, Done(memory_mb=memory_mb()).model_dump_json().encode())
    except BrokenPipeError:
        listening.join()


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes, out of reach of libraries and converters: they find nothing to read, and print to the log."""
    jobs_in, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return jobs_in, answers


def _listen(jobs_in: IO[bytes], jobs: SimpleQueue[tuple[bytes, bytes]], folder: Path) -> None:
    """Hand on the jobs; at their end the parent is gone, and nobody waits for what is still being read."""
    while frame := read_frame(jobs_in, lambda kind: sys.maxsize if kind in (JOB, DATA) else None):
        jobs.put(frame)
    if folder.name.startswith(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _answer(parser: Parser, limits: Limits, job: Job, data: bytes, answers: IO[bytes]) -> None:
    """The frames of one job. An answer is complete before its first byte is sent."""

    def progress(stage: str, done: int, total: int) -> None:
        allow_seconds(limits.quiet_seconds)
        write_frame(answers, PROGRESS, Step(stage=stage[:STAGE], done=done, total=total).model_dump_json().encode())

    allow_seconds(limits.quiet_seconds)
    try:
        frames = _result(parser, job, Incoming(job.name, data, job.limits, progress))
        if sum(len(payload) for _, payload in frames) > limits.unpacked_mb * 2**20:
            frames = [(FAILURE, Failure(kind="too long", words="").model_dump_json().encode())]
    except Exception as error:
        frames = [(FAILURE, _failure(error).model_dump_json().encode())]
    for kind, payload in frames:
        write_frame(answers, kind, payload)


def _result(parser: Parser, job: Job, file: Incoming) -> list[tuple[bytes, bytes]]:
    if job.verb == "unpack":
        inside = parser.unpack(file)
        sent = [(member.name, None if member is file else member.data) for member in inside.files]
        members = tuple(Member(name=name, size=None if data is None else len(data)) for name, data in sent)
        listing = Listing(members=members, refused=tuple((gone.name, gone.reason) for gone in inside.refused))
        return [(RESULT, listing.model_dump_json().encode()), *((DATA, data) for _, data in sent if data is not None)]
    given = ANY_OBJECT.validate_json(job.given)
    if job.verb == "explain":
        return [(RESULT, parser.explain(file, given).encode())]
    return [(RESULT, parser.prepare(file, given).model_dump_json().encode())]


def _failure(error: Exception) -> Failure:
    if isinstance(error, RegkbError):
        return Failure(kind="unreadable", words=_storable(str(error)[:WORDS]))
    log = _storable("".join(traceback.format_exception(error))[-LOG:])
    no_memory = isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM
    if no_memory or speaks_of_memory(str(error)[:LOG]):
        return Failure(kind="memory", words="", log=log)
    return Failure(kind="internal", words=type(error).__name__, log=log)


def _storable(words: str) -> str:
    """Half characters, which a message may quote from a file, have no place in a frame."""
    return words.encode("utf-8", "replace").decode()


def _here() -> Parser:
    from ingest.prepare import Here

    return Here()


if __name__ == "__main__":
    main(_here)
