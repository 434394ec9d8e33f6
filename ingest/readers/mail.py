"""Mails and pages saved as one file: the body as text, its attachments as files of their own.

Parsed with the standard library: its messages keep names, dispositions and content ids, which tell a document that was
sent from a picture that only decorates.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage, Message
from typing import NamedTuple

from ingest.incoming import Incoming
from ingest.readers.encoding import Decoded, decode
from ingest.readers.raw import RawText, tidy
from ingest.readers.web.page import read_page
from kb.errors import UnreadableFile

PAGE_MEDIA = ("image/", "text/css", "font/", "application/font", "text/javascript", "application/javascript")
"""What a page or a mail carries to look right; with a content id or place of its own it is part of the page."""
DAMAGE = (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the standard parser is known to raise on hostile headers and nesting."""


class Attachment(NamedTuple):
    name: str
    data: bytes


def read_mail(file: Incoming) -> RawText:
    """The body of a mail or of a saved page, its subject as title. Raises UnreadableFile for a mail without words."""
    message = _parsed(file)
    plain, pages = _bodies(message, file.name)
    subject = _header(message, "Subject", file.name) or None
    if pages and (not plain or "<table" in pages[0].text.lower()):
        raw = read_page(pages[0].text, file.name)
        encoding, notes = pages[0].encoding, (*pages[0].notes, *raw.notes)
        raw = raw._replace(title=raw.title if _is_saved_page(message) and raw.title else subject or raw.title)
    elif plain:
        raw = RawText(tidy("\n".join(part.text for part in plain)), "mail", title=subject)
        encoding, notes = plain[0].encoding, tuple(note for part in plain for note in part.notes)
    else:
        raise UnreadableFile(f"“{file.name}”没有正文，只有附件。")
    return raw._replace(format="mail", encoding=encoding, notes=(*notes, *_envelope(message, file.name)))


def attachments(file: Incoming) -> tuple[Attachment, ...]:
    """The documents a mail carries, in order; pictures and styles of its body are not among them."""
    message = _parsed(file)
    if _is_saved_page(message):
        return ()
    found = []
    for number, part in enumerate(_parts(message), 1):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            data = inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""
            found.append(Attachment(_name(part, file.name) or f"转发邮件{number}.eml", data))
        elif _is_attached(part):
            data = _payload(part)
            name = _name(part, file.name) or f"附件{number}{mimetypes.guess_extension(part.get_content_type()) or ''}"
            found.append(Attachment(name, data))
    return tuple(attachment for attachment in found if attachment.data)


def has_body(file: Incoming) -> bool:
    """Whether there are words in the mail itself."""
    plain, pages = _bodies(_parsed(file), file.name)
    return any(part.text.strip() for part in (*plain, *pages))


def _parsed(file: Incoming) -> EmailMessage:
    try:
        return message_from_bytes(file.data.lstrip(), policy=policy.default)
    except DAMAGE as error:
        raise UnreadableFile(f"“{file.name}”的邮件结构已损坏或嵌套过深，无法读取；请从邮箱重新导出。") from error


def _parts(message: Message) -> Iterator[Message]:
    """Every part that is no group of others; a mail inside the mail is one part, not looked into."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop(0)
        # asked of a multipart only: of words it would decode them, and fall over a damaged charset
        inside = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting = [each for each in inside if isinstance(each, Message)] + waiting
        else:
            yield part


def _bodies(message: EmailMessage, name: str) -> tuple[list[Decoded], list[Decoded]]:
    """`(plain parts, pages)` of the mail itself."""
    plain: list[Decoded] = []
    pages: list[Decoded] = []
    for part in _parts(message):
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or _is_attached(part) or not (data := _payload(part)).strip():
            continue
        (plain if kind == "text/plain" else pages).append(decode(data, name, _charset(part)))
    return plain, pages


def _is_saved_page(message: Message) -> bool:
    """A page saved as one file: related parts under places of the web, and nobody it was sent to."""
    if message.get_content_type() != "multipart/related" or message["To"]:
        return False
    return any(part["Content-Location"] for part in _parts(message))


def _is_attached(part: Message) -> bool:
    kind, disposition = part.get_content_type(), str(part.get("Content-Disposition") or "").strip().lower()
    if disposition.startswith("attachment"):
        return not (kind.startswith("image/") and part["Content-ID"] and kind != "image/tiff")
    if part["Content-ID"] or part["Content-Location"]:
        return not kind.startswith(PAGE_MEDIA) and kind != "text/html" and kind != "text/plain"
    return bool(part.get_filename()) or kind not in (
        "text/plain",
        "text/html",
        "text/css",
        "text/calendar",
        "message/rfc822",
    )


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except DAMAGE:
        return b""
    return data if isinstance(data, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except DAMAGE:
        return None


def _name(part: Message, mail: str) -> str:
    try:
        words = part.get_filename() or ""
    except DAMAGE:
        return ""
    return _readable(words, mail).strip()


def _header(message: Message, wanted: str, mail: str) -> str:
    """A header as words; from its source where the parser cannot take it apart or it holds raw Chinese bytes."""
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == wanted.lower()), "")
    try:
        words = raw if _unread(raw) else str(message[wanted] or "")
    except DAMAGE:
        words = raw
    return " ".join(_readable(words, mail).split())[:500]


def _readable(words: str, mail: str) -> str:
    """Raw bytes that the parser kept as surrogates become characters; encoded words that it left alone are decoded."""
    if _unread(words):
        return decode(words.encode("ascii", "surrogateescape"), mail).text
    if "=?" in words and "?=" in words:
        try:
            return "".join(
                part.decode(charset or "ascii", "replace") if isinstance(part, bytes) else part
                for part, charset in decode_header(words)
            )
        except DAMAGE:
            return words
    return words


def _unread(words: str) -> bool:
    return words.isascii() is False and all(ord(c) < 128 or 0xDC80 <= ord(c) <= 0xDCFF for c in words)


def _envelope(message: EmailMessage, name: str) -> tuple[str, ...]:
    if _is_saved_page(message):
        place = _header(message, "Snapshot-Content-Location", name)
        return (f"来源网址：{place}",) if place else ()
    labels = (("From", "发件人"), ("Date", "时间"))
    return tuple(f"{label}：{words}" for header, label in labels if (words := _header(message, header, name)))
