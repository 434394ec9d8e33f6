"""A person as the desk knows one: by a key that only the person's own client holds, of which the hash alone is kept."""

from __future__ import annotations

import hashlib
import re

from kb.errors import NotAllowed

HEADER = "X-Regkb-Visitor"
_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")
NO_KEY = f"缺少访问者标识：请在请求头 {HEADER} 中给出自己随机生成的 22 至 64 位标识（字母、数字、_ 与 -）。"


def known(key: str) -> str:
    """The key when it is one. Raises NotAllowed with what to send."""
    if not _KEY.fullmatch(key):
        raise NotAllowed(NO_KEY)
    return key


def mark(key: str) -> str:
    """What is kept of a key: SHA-256 in hexadecimal. The key is random and long, so that the hash tells nothing."""
    return hashlib.sha256(key.encode()).hexdigest()
