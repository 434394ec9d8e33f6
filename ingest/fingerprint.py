"""What makes a file the same as last time: its bytes and name, its record, and the code that reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingest.incoming import Incoming
from kb.model import Source, State


@cache
def mark_of_readers() -> str:
    """A mark of the code of this package: with any change of it every file is read again."""
    hashed = hashlib.sha256()
    for module in sorted(Path(__file__).parent.rglob("*.py")):
        hashed.update(module.read_bytes())
    return hashed.hexdigest()


def fingerprint(file: Incoming, source: Source, given: Mapping[str, object], state: State, readers: str) -> str:
    """64 hexadecimal digits. Equal for the same file, record and reader; `readers` is `mark_of_readers()`."""
    said = json.dumps(
        [file.name, source.model_dump(), dict(given), state.value, readers], ensure_ascii=False, sort_keys=True,
        default=str,
    )  # fmt: skip
    hashed = hashlib.sha256(file.data)
    hashed.update(said.encode())
    return hashed.hexdigest()
