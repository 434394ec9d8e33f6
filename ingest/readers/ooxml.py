"""Office packages opened with care: sizes, names and XML are checked before any reader sees a part.

The sizes a package declares are checked first, without unpacking; then every XML part is unpacked once, in blocks, so
that a declared size that lies, a damaged part or a document type declaration is found here, whatever library reads
the package afterwards.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree

from ingest.incoming import Incoming
from ingest.limits import Limits
from kb.errors import UnreadableFile

DIRECTORY_END, DIRECTORY_ENTRY = b"PK\x05\x06", b"PK\x01\x02"
PACKED_THIN = (".bmp", ".emf", ".wmf", ".tif", ".tiff")
"""Pictures without compression of their own: an empty area of one packs a thousandfold and is no bomb."""
XML_SUFFIXES = (".xml", ".rels", ".vml")
UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for a damaged part."""
MEBIBYTE = 2**20
HEAD = 65536
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w{1,40})/")
"""Namespaces of files saved as Strict Open XML: the usual ones under another address."""
PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.S)
"""Everything that may stand before the root element but a document type declaration."""
ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([^\"']{0,40})")
ENCODINGS = (b"utf-8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii")
Element = Any
"""An lxml element; the library has no types of its own."""


def open_package(file: Incoming) -> zipfile.ZipFile:
    """The parts of an Office file, safe to read: within the limits, under plain names, without entities.

    Raises UnreadableFile naming what is wrong: damaged, locked, a bomb, names or XML that no Office program writes.
    """
    name, limits = file.name, file.limits
    _check_count(file)
    try:
        package = zipfile.ZipFile(io.BytesIO(file.data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile(f"“{name}”不是完整的 Office 文件，可能已损坏；请用 Office 打开并另存后再上传。") from error
    package.filename = name
    parts = [part for part in package.infolist() if not part.is_dir()]
    _check_names(name, parts)
    _check_sizes(name, parts, limits)
    for part in parts:
        if part.filename.lower().endswith(XML_SUFFIXES):
            _check_xml(package, part)
    return package


def xml_part(package: zipfile.ZipFile, name: str) -> Element | None:
    """The root element of a part, None when there is no such part. Raises UnreadableFile for broken XML."""
    try:
        data = package.read(name)
    except KeyError:
        return None
    except UNPACKING as error:
        raise _damaged(package.filename, name) from error
    if b"purl.oclc.org/ooxml" in data:
        data = STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(package.filename, name) from error


def _check_count(file: Incoming) -> None:
    """Counted in the bytes: a directory of millions of entries is refused before it is turned into objects."""
    end = file.data.rfind(DIRECTORY_END)
    if end < 0 or len(file.data) < end + 22:
        raise UnreadableFile(f"“{file.name}”不是完整的 Office 文件，结尾缺失；请重新下载或另存后再上传。")
    size = struct.unpack_from("<L", file.data, end + 12)[0]
    entries = file.data.count(DIRECTORY_ENTRY, max(0, end - size), end)
    if entries > file.limits.members:
        raise UnreadableFile(f"“{file.name}”有 {entries} 个部件，超过 {file.limits.members} 个的上限，未读取。")


def _check_names(name: str, parts: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        inside = part.filename.replace("\\", "/")
        if inside.startswith("/") or ".." in inside.split("/") or ":" in inside.split("/")[0]:
            raise UnreadableFile(f"“{name}”里的部件名“{inside[:60]}”指向文件之外，未读取。")
        if stat.S_ISLNK(part.external_attr >> 16):
            raise UnreadableFile(f"“{name}”里的部件“{inside[:60]}”是链接，未读取。")
        if part.flag_bits & 1:
            raise UnreadableFile(f"“{name}”加了密码，请去掉密码后再上传。")
        if inside.lower() in seen:
            raise UnreadableFile(f"“{name}”里有两个同名部件“{inside[:60]}”，无法判断以哪个为准，未读取。")
        seen.add(inside.lower())


def _check_sizes(name: str, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_mb * MEBIBYTE:
        size = unpacked // MEBIBYTE
        raise UnreadableFile(f"“{name}”展开后有 {size} MB，超过 {limits.unpacked_mb} MB 的上限，未读取。")
    for part in parts:
        if part.file_size <= MEBIBYTE or part.filename.lower().endswith(PACKED_THIN):
            continue
        if part.file_size > limits.ratio * max(part.compress_size, 1):
            raise UnreadableFile(
                f"“{name}”里的部件“{part.filename[:60]}”压缩比超过 {limits.ratio}，疑为压缩炸弹，未读取。"
            )


def _check_xml(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part once in blocks: its checksum holds, and no document type stands before its root element."""
    try:
        with package.open(part) as stream:
            head = _plain_bytes(stream.read(HEAD))
            while stream.read(MEBIBYTE):
                pass
    except UNPACKING as error:
        raise _damaged(package.filename, part.filename) from error
    prolog = PROLOG.match(head)
    assert prolog is not None  # the expression matches the empty string
    encoding = ENCODING.match(head)
    if encoding and encoding[1].lower() not in ENCODINGS:
        raise UnreadableFile(f"“{package.filename}”的部件“{part.filename[:60]}”用了 Office 不用的编码，未读取。")
    rest = head[prolog.end() :].lower()
    if rest.startswith(b"<!") or (not rest.startswith(b"<") and b"<!doctype" in rest):
        raise UnreadableFile(f"“{package.filename}”的部件“{part.filename[:60]}”带有文档类型或实体声明，未读取。")


def _plain_bytes(head: bytes) -> bytes:
    """The first block as ASCII-compatible bytes: Office writes UTF-8, and UTF-16 is allowed."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "ignore").encode()
    if head[:1] == b"\x00" or head[1:2] == b"\x00":
        return head.decode("utf-16-be" if head[:1] == b"\x00" else "utf-16-le", "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _damaged(name: str | None, part: str) -> UnreadableFile:
    return UnreadableFile(f"“{name}”的部件“{part[:60]}”已损坏；请用 Office 打开并另存后再上传。")
