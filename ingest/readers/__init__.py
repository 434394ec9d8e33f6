"""One reader per family of formats: bytes in, text with page marks out.

The content decides and the suffix must agree: a PDF called `.docx` is refused with a sentence naming both.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePath

from ingest.readers.office import read_docx
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_markdown, read_text
from ingest.readers.raw import RawText
from ingest.readers.web import read_html
from kb.errors import UnreadableFile

__all__ = ["READERS", "RawText", "read"]

Reader = Callable[[str, bytes], RawText]
READERS: dict[str, tuple[str, Reader]] = {
    ".txt": ("text", read_text),
    ".md": ("text", read_markdown),
    ".markdown": ("text", read_markdown),
    ".html": ("html", read_html),
    ".htm": ("html", read_html),
    ".docx": ("docx", read_docx),
    ".pdf": ("pdf", read_pdf),
}
"""Suffix → (content the suffix promises, reader)."""

WORDS = {
    "text": "纯文本",
    "html": "网页",
    "docx": "Word 文档（docx）",
    "pdf": "PDF",
    "zip": "压缩包",
    "doc": "旧版 Office 文件（doc/xls）",
    "image": "图片",
    "binary": "二进制文件",
}


def read(name: str, data: bytes) -> RawText:
    """Read one file. Raises UnreadableFile with the reason: empty, unknown, not what its name says, locked, scanned."""
    suffix = PurePath(name).suffix.lower()
    if not data.strip():
        raise UnreadableFile(f"“{name}”是空文件。")
    content = content_of(data)
    if suffix not in READERS:
        known = "、".join(key.lstrip(".") for key in READERS)
        what = f"{suffix or '无后缀'}，内容是{WORDS[content]}"
        raise UnreadableFile(f"“{name}”的类型（{what}）暂不支持；可用类型：{known}。")
    promised, reader = READERS[suffix]
    if content != promised and {content, promised} != {"text", "html"}:
        raise UnreadableFile(f"“{name}”的后缀是 {suffix}，内容却是{WORDS[content]}，请改正后缀后再上传。")
    raw = reader(name, data)
    if not raw.text.strip():
        raise UnreadableFile(f"“{name}”里没有可读的文字。")
    return raw


def content_of(data: bytes) -> str:
    """What the bytes are, by their first marks."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_content(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")):
        return "image"
    head = data[:2048].lower().replace(b"\x00", b"")
    if b"<html" in head or b"<!doctype html" in head:
        return "html"
    if b"\x00" in data[:2048] and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return "binary"
    return "text"


def _zip_content(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "docx" if "word/document.xml" in archive.namelist() else "zip"
    except zipfile.BadZipFile:
        return "zip"
