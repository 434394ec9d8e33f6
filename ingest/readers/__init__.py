"""One reader per family of formats: bytes in, text with page marks out.

The content decides, not the suffix: a PDF called `.docx` is read as a PDF, and a note says so. What the content does
not prove (plain text under an unknown suffix, unknown bytes) is refused with a sentence naming both.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from ingest.incoming import Incoming
from ingest.readers.content import WORDS, content_of
from ingest.readers.plain import read_markdown, read_text
from ingest.readers.raw import RawText
from kb.errors import UnreadableFile

__all__ = ["SUFFIXES", "RawText", "read"]

Reader = Callable[[Incoming], RawText]


def _later(module: str, name: str) -> Reader:
    """A reader whose module is imported when its first file comes: some libraries take seconds to import."""

    def reader(file: Incoming) -> RawText:
        read_it: Reader = getattr(import_module(f"ingest.readers.{module}"), name)
        return read_it(file)

    return reader


_html, _mail = _later("web.page", "read_html"), _later("mail", "read_mail")
_sheet, _legacy = _later("sheet.workbook", "read_sheet"), _later("legacy", "read_legacy")
BY_CONTENT: dict[str, Reader] = {
    "html": _html, "mail": _mail, "xlsx": _sheet, "xls": _sheet, "ole": _legacy, "rtf": _legacy, "odf": _legacy,
    "docx": _later("word.document", "read_docx"), "pptx": _later("slides", "read_slides"),
    "pdf": _later("pdf.document", "read_pdf"), "image": _later("scan", "read_image"),
}  # fmt: skip
"""Readers of what the bytes prove."""
BY_SUFFIX: dict[str, Reader] = {
    ".txt": read_text, ".md": read_markdown, ".markdown": read_markdown,
    ".csv": _later("sheet.workbook", "read_csv"),
}  # fmt: skip
"""Readers of plain text, where only the suffix tells which."""
SUFFIXES: dict[str, str] = {
    ".txt": "text", ".md": "text", ".markdown": "text", ".csv": "text", ".html": "html", ".htm": "html",
    ".mht": "mail", ".mhtml": "mail", ".eml": "mail", ".docx": "docx", ".docm": "docx", ".doc": "ole", ".wps": "ole",
    ".rtf": "rtf", ".odt": "odf", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".pptx": "pptx", ".ppt": "ole",
    ".pdf": "pdf", ".png": "image", ".jpg": "image", ".jpeg": "image", ".bmp": "image", ".tif": "image",
    ".tiff": "image", ".webp": "image", ".zip": "zip",
}  # fmt: skip
"""Suffix → the content it promises (`ingest.readers.content`)."""


def read(file: Incoming) -> RawText:
    """Read one file. Raises UnreadableFile with the reason: empty, unknown, locked, damaged, over a limit."""
    name, data = file.name, file.data
    suffix = PurePath(name).suffix.lower()
    if not data.strip():
        raise UnreadableFile(f"“{name}”是空文件。")
    if len(data) > file.limits.file_mb * 2**20:
        raise UnreadableFile(f"“{name}”有 {len(data) // 2**20} MB，超过 {file.limits.file_mb} MB 的上限。")
    content = content_of(data)
    reader = BY_CONTENT.get(content) or (BY_SUFFIX.get(suffix) if content == "text" else None)
    if content == "text" and SUFFIXES.get(suffix) in ("html", "mail"):
        reader = BY_CONTENT[SUFFIXES[suffix]]
    elif content == "text" and SUFFIXES.get(suffix, "text") != "text":
        reader = read_text
    if reader is None:
        known = "、".join(key.lstrip(".") for key in SUFFIXES)
        what = f"{suffix or '无后缀'}，内容是{WORDS[content]}"
        raise UnreadableFile(f"“{name}”的类型（{what}）暂不支持；可用类型：{known}。")
    raw = reader(file)
    if not raw.text.strip():
        raise UnreadableFile(f"“{name}”里没有可读的文字。")
    promised = SUFFIXES.get(suffix)
    if promised not in (content, None) and {content, promised} not in ({"text", "html"}, {"text", "mail"}):
        note = f"后缀是 {suffix}，内容却是{WORDS[content]}，已按内容读取"
        raw = raw._replace(notes=(*raw.notes, note))
    return raw
