"""What an embedded index was built with: `meta.json` beside the engine's files, written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from kb.errors import Unavailable

NAME = "meta.json"


class Meta(NamedTuple):
    """Encoder name, numbers per vector, and the engine with its version."""

    model: str
    size: int
    engine: str


def read_meta(folder: Path) -> Meta | None:
    """None when the index was never built. Raises Unavailable for a file that cannot be read."""
    try:
        return Meta(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Unavailable(f"索引 {folder} 的 {NAME} 已损坏：请从备份恢复，或删除该文件夹后重新导入") from error


def write_meta(folder: Path, meta: Meta) -> None:
    """Durable when it returns; a reader never sees half of it."""
    fresh = folder / f"{NAME}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(meta._asdict(), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, folder / NAME)
