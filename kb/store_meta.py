"""What an embedded index was built with: `meta.json` beside the engine's files, written whole or not at all.

It also says which folder is the index: writing it is the one step in which an index of another model takes over.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from kb.errors import Unavailable

NAME = "meta.json"
SHARD = "shard"
_FOLDER = re.compile(r"shard(?:-[0-9a-f]{12})?")


class Meta(NamedTuple):
    """Encoder name, numbers per vector, the engine with its version, and the folder of the engine's files."""

    model: str
    size: int
    engine: str
    shard: str = SHARD


def read_meta(folder: Path) -> Meta | None:
    """None when the index was never built. Raises Unavailable for a file that cannot be read."""
    try:
        meta = Meta(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        if not _FOLDER.fullmatch(meta.shard):
            raise ValueError(meta.shard)
        return meta
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Unavailable(f"索引 {folder} 的 {NAME} 已损坏：请从备份恢复，或删除该文件夹后重新导入") from error


def write_meta(folder: Path, meta: Meta) -> None:
    """Durable when it returns; a reader never sees half of it."""
    said = meta._asdict()
    if meta.shard == SHARD:
        del said["shard"]  # as every version of the program reads it
    fresh = folder / f"{NAME}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, folder / NAME)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)  # the name, too: what it named before is deleted next
    finally:
        os.close(place)
