"""Where a language model is, from settings as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from kb.errors import Unavailable


class Endpoint(NamedTuple):
    """Where a model is: `url` ends before `/chat/completions`. `called` is what people call it in a sentence, `setting`
    the beginning of the names of its settings."""

    url: str
    model: str
    key: str | None = None
    called: str = "语言模型"
    setting: str = "REGKB_LLM"


def endpoint(
    url: str, model: str | None, key: str | None, *, called: str = "语言模型", setting: str = "REGKB_LLM"
) -> Endpoint:
    """The endpoint from settings as people write them. Raises Unavailable when they cannot be right."""
    address = url.strip().rstrip("/").removesuffix("/chat/completions")
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise Unavailable(f"{setting}_URL 不是可用的地址，应形如 http://127.0.0.1:11434/v1。")
    if not (model or "").strip():
        raise Unavailable(f"设置了 {setting}_URL，还要用 {setting}_MODEL 写明模型名称。")
    secret = (key or "").strip()
    if re.search(r"[^!-~]", secret):
        raise Unavailable(f"{setting}_KEY 里有空格或不能用作密钥的字符，请重新复制。")
    return Endpoint(address, (model or "").strip(), secret or None, called, setting)
