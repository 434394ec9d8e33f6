"""What the bytes of a file are, by their first marks and by the parts an archive holds; names play no part."""

from __future__ import annotations

import io
import re
import zipfile

WORDS = {
    "text": "纯文本",
    "html": "网页",
    "mail": "电子邮件",
    "docx": "Word 文档（docx）",
    "xlsx": "Excel 表格（xlsx）",
    "xls": "旧版 Excel 表格（xls）",
    "pptx": "PowerPoint 演示（pptx）",
    "odf": "OpenDocument 文件",
    "rtf": "RTF 文件",
    "ole": "旧版 Office 文件（doc/ppt）",
    "pdf": "PDF",
    "zip": "压缩包",
    "archive": "压缩包（rar、7z 或 gz），请改用 zip",
    "image": "图片",
    "binary": "二进制文件",
}
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
PARTS = (("word/document", "docx"), ("xl/workbook", "xlsx"), ("ppt/presentation", "pptx"))
"""How the name of the main part begins; some programs number it (word/document2.xml)."""
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
WORD_STREAM = "WordDocument".encode("utf-16-le")
XLS_STREAM = "Workbook".encode("utf-16-le"), "Book".encode("utf-16-le")
USUAL = re.compile(r"[\t\n\r -~\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MAIL_FIELD = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|MIME-Version|Received|Return-Path|Delivered-To|Message-ID|Content-Type|DKIM-Signature"
    rb"|X-[A-Za-z-]{1,40}):",
    re.I | re.M,
)


def content_of(data: bytes) -> str:
    """One key of WORDS."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_content(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls" if WORD_STREAM not in data and any(name in data for name in XLS_STREAM) else "ole"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(ARCHIVES):
        return "archive"
    if data.startswith(IMAGES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return "image"
    head = data[:2048].lower().replace(b"\x00", b"")
    if MAIL_FIELD.match(data.lstrip()) and len(MAIL_FIELD.findall(data[:4096])) >= 3:
        return "mail"
    if b"<html" in head or b"<!doctype html" in head:
        return "html"
    is_text = data.startswith(WIDE_MARKS) or b"\x00" not in data[:2048] or _wide_text(data) or _stray_zeros(data)
    return "text" if is_text else "binary"


def _wide_text(data: bytes) -> bool:
    """UTF-16 without a mark: read as pairs, nearly all of it is Chinese or plain ASCII."""
    head = data[:2048]
    readings = (head[: len(head) // 2 * 2].decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be"))
    return any(len(USUAL.findall(text)) >= 0.9 * len(text) for text in readings)


def _stray_zeros(data: bytes) -> bool:
    """A few zero bytes in what is UTF-8 otherwise: damage, not a program."""
    head = data[:2048]
    broken = head.decode("utf-8", "replace").count("\ufffd")
    return broken <= 1 and head.count(0) * 50 <= len(head)  # the end of the head may cut a character


def _zip_content(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "zip"
    if "mimetype" in names and "content.xml" in names:
        return "odf"
    return next((content for part, content in PARTS if any(name.startswith(part) for name in names)), "zip")
