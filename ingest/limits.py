"""What reading one file may cost. Every limit is a setting with a default; what goes over one is refused naming it."""

from __future__ import annotations

from kb.model import Frozen
from kb.settings import Settings


class Limits(Frozen):
    """Seconds of wall clock, MiB of memory and size, and counts of pages, rows and archive members."""

    file_mb: int = 200
    quiet_seconds: int = 120
    """A file is given up when nothing is heard of it for so long; a scan is heard of after every page."""
    total_seconds: int = 3600
    memory_mb: int = 2560
    pages: int = 3000
    scanned_pages: int = 300
    rows: int = 100_000
    members: int = 2000
    """Files in an archive, and parts in an Office file."""
    unpacked_mb: int = 500
    ratio: int = 100
    """Unpacked to packed size, above which an archive is taken for a bomb."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        return cls(
            file_mb=settings.file_limit_mb, quiet_seconds=settings.parse_seconds, memory_mb=settings.parse_memory_mb,
            scanned_pages=settings.scanned_pages,
        )  # fmt: skip
