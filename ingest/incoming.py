"""A file on its way in: its name is words for people, never a path that is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ingest.limits import Limits

PageProgress = Callable[[str, int, int], None]
"""Called with what is being done (识别, 解压 …), done, total."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Incoming(NamedTuple):
    name: str
    data: bytes
    limits: Limits = Limits()
    progress: PageProgress = silent


class Refused(NamedTuple):
    """A member of an archive or mail that is not taken in, and the sentence that says why."""

    name: str
    reason: str


class Unpacked(NamedTuple):
    """What a file holds: itself alone, or the files of an archive, or a mail with its attachments."""

    files: tuple[Incoming, ...]
    refused: tuple[Refused, ...] = ()
