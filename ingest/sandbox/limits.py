"""What the parsing child takes from itself before it reads a stranger's byte: memory, file size, network, priority.

What the machine does not offer is named, not hidden: the child then works without it, and the parent's clock still
holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import re
import sys
import time
from pathlib import Path
from types import ModuleType

from ingest.limits import Limits

OPEN_FILES = 512
NICER = 5
NEW_USER, NEW_NET = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of Linux."""
REACHING_OUT = frozenset(
    f"socket.{verb}"
    for verb in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
)
"""Audit events of Python that reach for the network."""

NO_MEMORY = re.compile(r"bad[_ ]alloc|memory allocation of|out of memory|allocate memory|MemoryError", re.IGNORECASE)
"""How Python, C++ and Rust say it."""


def confine(limits: Limits) -> tuple[str, ...]:
    """Set every limit that lasts for the life of the process; names of those that could not be set come back.

    To be called before a second thread is started: only then can a process leave the network.
    """
    missing = [] if _leave_network() else ["network namespace"]
    sys.addaudithook(_refuse_network)
    resource = _resource()
    if resource is None:
        return (*missing, "memory", "cpu", "file size", "open files")
    mib = 2**20
    wanted = (
        ("memory", "RLIMIT_AS", limits.memory_mb * mib),
        # a converter may write the file it was given and what it makes of it, each below the limit of a file
        ("file size", "RLIMIT_FSIZE", limits.file_mb * mib),
        ("open files", "RLIMIT_NOFILE", OPEN_FILES),
        ("core dumps", "RLIMIT_CORE", 0),
    )
    for name, kind, value in wanted:
        try:
            limit = getattr(resource, kind)
            most = resource.getrlimit(limit)[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(limit, (value, value))
        except (AttributeError, ValueError, OSError):
            missing.append(name)
    with contextlib.suppress(OSError):
        os.nice(NICER)
    return tuple(missing)


def allow_seconds(seconds: int) -> None:
    """Let the process burn as much from now as its cores can in `seconds`: it ends even when nobody watches it."""
    resource = _resource()
    if resource is None:
        return
    soft = int(time.process_time()) + 1 + seconds * (os.cpu_count() or 1)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def speaks_of_memory(words: str) -> bool:
    """Whether the words of an error or a log say that memory ran out."""
    return NO_MEMORY.search(words) is not None


def memory_mb() -> int:
    """MiB of real memory this process holds: now where the system tells, else at most so far; 0 where unknown."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
    resource = _resource()
    if resource is None:
        return 0
    most = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return most // 2**20 if sys.platform == "darwin" else most // 2**10


def _resource() -> ModuleType | None:
    """The limits of POSIX; other systems have none."""
    try:
        return importlib.import_module("resource")
    except ImportError:
        return None


def _leave_network() -> bool:
    """Move into a network of our own with nothing in it: by the kernel, for C libraries and converters too."""
    if sys.platform != "linux":
        return False
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    user, group = os.getuid(), os.getgid()
    if unshare(NEW_NET) == 0:
        return True
    if unshare(NEW_USER | NEW_NET) != 0:
        return False
    # the same names inside as outside; without them files would seem to belong to nobody
    for name, words in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with contextlib.suppress(OSError):
            Path(f"/proc/self/{name}").write_text(words)
    return True


def _refuse_network(event: str, _arguments: tuple[object, ...]) -> None:
    if event in REACHING_OUT:
        raise PermissionError(f"{event}: the parsing process has no network")
