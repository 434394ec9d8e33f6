"""Names of the members of an archive or mail: read as they were meant, and refused when they could mislead."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile

UTF8 = 0x800
UNICODE_PATH = 0x7075
MISLEADING = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control and direction characters: they make a name look like another one."""
LOWEST_CHINESE = "\u0800"
"""From here on characters take three bytes in UTF-8."""
HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
LONGEST = 255  # bytes of one part of a path, as file systems have it
SYSTEM = frozenset(("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db"))


def stored_name(info: zipfile.ZipInfo) -> str:
    """The path of a member, `/` between its parts, its characters read by proof: programs in China write GBK."""
    raw = info.orig_filename
    if not info.flag_bits & UTF8:
        raw = _unicode_path(info.extra) or _decoded(raw)
    return unicodedata.normalize("NFC", raw.replace("\\", "/"))


def unwanted(name: str) -> bool:
    """Left behind by an operating system or an open editor; nobody means to send these."""
    parts = [part.lower() for part in name.split("/")]
    return any(part in SYSTEM or (part.startswith(".") and part.strip(".")) for part in parts) or parts[-1].startswith(
        "~$"
    )


def fault_of(name: str) -> str | None:
    """Why a name is refused, as a sentence, or None."""
    parts = name.split("/")
    if MISLEADING.search(name):
        return f"文件名“{shown(name)}”含有控制或方向字符，可能被伪装；请改名后重新打包。"
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        return f"文件名“{shown(name)}”指向压缩包之外的位置，不读取。"
    if any(len(part.encode()) > LONGEST for part in parts) or not parts[-1].strip():
        return f"文件名“{shown(name)[:40]}…”过长或为空；请改名后重新打包。"
    return None


def shown(name: str) -> str:
    """A name that can be printed: what misleads is shown as a replacement mark."""
    return MISLEADING.sub("\ufffd", name)[:400]


def _decoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    utf8, chinese = _read_as(raw, "utf-8"), _read_as(raw, "gb18030")
    # 目录 in GBK happens to be UTF-8 for Ŀ¼; Chinese names in true UTF-8 hold characters far above those
    if utf8 and chinese and utf8 != chinese and max(utf8) < LOWEST_CHINESE and HAN_PAIR.search(chinese):
        return chinese
    return utf8 or chinese or name


def _read_as(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unicode_path(extra: bytes) -> str | None:
    """The name in UTF-8 that some programs store beside the old one."""
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        if kind == UNICODE_PATH and size > 5:
            try:
                return extra[position + 9 : position + 4 + size].decode()
            except UnicodeDecodeError:
                return None
        position += 4 + size
    return None
