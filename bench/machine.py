"""The machine a figure was taken on. A figure without its machine and its load says nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

QUIET_LOAD = 1.5


def facts() -> dict[str, Any]:
    """Cores, processor, memory (GiB), load and versions, as they are now."""
    return {
        "cores": os.cpu_count(),
        "processor": _first_value("/proc/cpuinfo", "model name") or platform.processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
    }


def warning(machine: dict[str, Any]) -> str | None:
    """A sentence when the machine was not quiet; the ratios of a run then still hold, its milliseconds do not."""
    if machine["load"] <= QUIET_LOAD:
        return None
    return f"负载 {machine['load']} 高于 {QUIET_LOAD}：绝对耗时偏大，只有同轮交替测得的比值可信。"


def resident_mib(pid: int) -> float | None:
    """Resident memory of a process in MiB, or None where the system does not tell."""
    kilobytes = _first_value(f"/proc/{pid}/status", "VmRSS")
    return round(int(kilobytes.split()[0]) / 1024, 1) if kilobytes else None


def memory_mib(process: int | str) -> dict[str, float]:
    """MiB that a process (`self` for this one) holds: its own (`anonymous`), pages of files it has read (`file`)."""
    fields = {"anonymous": "RssAnon", "file": "RssFile"}
    found = {kind: _first_value(f"/proc/{process}/status", name) for kind, name in fields.items()}
    return {kind: int(value.split()[0]) / 1024 if value else 0.0 for kind, value in found.items()}


def _first_value(path: str, name: str) -> str | None:
    if not Path(path).exists():
        return None
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
