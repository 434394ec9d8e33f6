"""What passes between the parsing child and its parent: a kind, a length and a payload, structured ones as JSON.

Nothing is unpickled, and no length is believed beyond what its kind may have.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import IO, Annotated, Literal

from pydantic import Field, StringConstraints

from ingest.limits import Limits
from kb.model import Frozen

HEAD = struct.Struct(">cQ")
CONTROL_BYTES = 64 * 1024
"""Longest frame of any kind that carries neither a file nor a result."""

JOB, DATA, HELLO, PROGRESS, RESULT, FAILURE, DONE = b"J", b"D", b"H", b"P", b"R", b"E", b"Z"
"""A parent sends JOB DATA; a child says HELLO once, then for each job PROGRESS*, RESULT DATA* or FAILURE, DONE."""

FOLDER = "regkb-parsing-"
"""How the name of the child's own folder begins: it removes no other."""
STAGE = 40
"""Characters of a stage of progress."""

LongestOf = Callable[[bytes], int | None]
"""Bytes that a frame of a kind may have; None for a kind that must not come."""


class BrokenFrame(Exception):
    """What came is not a frame of this protocol."""


class Job(Frozen):
    """What the child is to do with the bytes in the next frame. `given` is the source's record, as JSON."""

    verb: Literal["prepare", "explain", "unpack"]
    name: str
    given: str
    limits: Limits


class Hello(Frozen):
    """The child is ready; `missing` names the limits that this machine does not offer."""

    missing: tuple[str, ...]


class Step(Frozen):
    """Progress inside one file."""

    stage: Annotated[str, StringConstraints(max_length=STAGE, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
    done: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=0)]


class Member(Frozen):
    """A file in a file; `size` is that of its DATA frame, None for the very file that was sent."""

    name: str
    size: Annotated[int, Field(ge=0)] | None


class Listing(Frozen):
    """What a container holds: its members, and name and reason of each that was refused."""

    members: tuple[Member, ...]
    refused: tuple[tuple[str, str], ...]


class Failure(Frozen):
    """Why there is no result; `words` is a sentence for people, or the name of the error; `log` is for maintainers."""

    kind: Literal["unreadable", "memory", "internal", "too long"]
    words: str
    log: str = ""


class Done(Frozen):
    """The end of a job, and what the child now holds."""

    memory_mb: int


def write_frame(stream: IO[bytes], kind: bytes, payload: bytes) -> None:
    stream.write(HEAD.pack(kind, len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes], longest: LongestOf) -> tuple[bytes, bytes] | None:
    """The next frame as (kind, payload), None at the end of the stream. Raises BrokenFrame."""
    head = stream.read(HEAD.size)
    if not head:
        return None
    if len(head) < HEAD.size:
        raise BrokenFrame("a frame that ends in its head")
    kind, size = HEAD.unpack(head)
    most = longest(kind)
    if most is None or size > most:
        raise BrokenFrame(f"a frame of kind {kind!r} and {size} bytes")
    payload = stream.read(size)
    if len(payload) < size:
        raise BrokenFrame(f"a frame of kind {kind!r} that ends after {len(payload)} of {size} bytes")
    return kind, payload
