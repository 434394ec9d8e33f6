"""The files that texts were read from, each kept under the hash of its bytes; the name it came with is metadata."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


class Originals:
    """A folder of originals; a file is in it whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def keep(self, data: bytes) -> str:
        """Store the bytes unless they are there already; returns their SHA-256."""
        sha256 = digest(data)
        place = self.place(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            partial = place.with_suffix(f".{os.getpid()}")
            partial.write_bytes(data)
            partial.replace(place)
        return sha256


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
