"""Files that hold other files: archives, and mails with attachments.

An archive is refused as a whole when its sizes are those of a bomb; a member of it alone for its own fault, so that
one bad name does not cost the good files.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.incoming import Incoming, Refused, Unpacked
from ingest.member_names import fault_of, shown, stored_name, unwanted
from ingest.readers.content import content_of
from ingest.readers.mail import Attachment, attachments, has_body
from kb.errors import UnreadableFile

DIRECTORY_END, DIRECTORY_ENTRY = b"PK\x05\x06", b"PK\x01\x02"
MEBIBYTE = 2**20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others unpack in blocks whose size cannot be bounded while reading, and office programs do not write them."""
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
MAILS = (".eml", ".mht", ".mhtml")
FORWARDED = 4  # mails in mails
NESTED = "压缩包里还有压缩包，只解一层；请解开后单独上传。"


def unpack(file: Incoming) -> Unpacked:
    """The files inside, one level deep, each under `container/member`; any other file comes back alone.

    Raises UnreadableFile for an archive that is damaged, empty, or over a limit as a whole.
    """
    if _is_archive(file.data):
        return _archive(file)
    return _mail(file) if _is_mail(file) else Unpacked((file,))


def _archive(file: Incoming) -> Unpacked:
    members, refused = _members(file)
    files: list[Incoming] = []
    room = file.limits.unpacked_mb * MEBIBYTE
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        for done, (name, member) in enumerate(members):
            file.progress("解压", done, len(members))
            inside = f"{file.name}/{name}"
            if reason := _fault_of_member(member, file):
                refused.append(Refused(inside, reason))
                continue
            try:
                data = _bounded(archive, member, room)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
                refused.append(Refused(inside, f"“{shown(name)}”已损坏，解压后与校验值不符；请重新打包。"))
                continue
            room -= len(data)
            taken, left = _opened(file._replace(name=inside, data=data))
            files += taken
            refused += left
    if not files and not refused:
        raise UnreadableFile(f"“{file.name}”是空的压缩包。")
    return Unpacked(tuple(files), tuple(refused))


def _opened(member: Incoming) -> tuple[tuple[Incoming, ...], tuple[Refused, ...]]:
    """A member of an archive: a mail comes with its attachments, an archive is refused."""
    if _is_archive(member.data):
        return (), (Refused(member.name, NESTED),)
    return _mail(member) if _is_mail(member) else ((member,), ())


def _members(file: Incoming) -> tuple[list[tuple[str, zipfile.ZipInfo]], list[Refused]]:
    """Members with a good name, and those refused for theirs. Raises UnreadableFile for a bomb by its own account."""
    limits = file.limits
    # counted in the bytes: a directory of millions of entries is refused before it is turned into objects
    end = file.data.rfind(DIRECTORY_END)
    size = struct.unpack_from("<L", file.data, end + 12)[0] if 0 <= end <= len(file.data) - 22 else 0
    entries = file.data.count(DIRECTORY_ENTRY, max(0, end - size), max(0, end))
    if entries > limits.members:
        raise UnreadableFile(
            f"“{file.name}”里有 {entries} 个文件，超过 {limits.members} 个的上限，未解压；请分批上传。"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error) as error:
        raise UnreadableFile(f"“{file.name}”不是完整的压缩包，可能没有下载完；请重新下载或打包后再上传。") from error
    if len(infos) > limits.members:
        raise UnreadableFile(
            f"“{file.name}”里有 {len(infos)} 个文件，超过 {limits.members} 个的上限，未解压；请分批上传。"
        )
    _check_sizes(file, infos)
    named = [(name, info) for info in infos if not unwanted(name := stored_name(info))]
    counts = Counter(name.casefold() for name, _ in named)
    members, refused = [], []
    for name, info in named:
        reason = fault_of(name)
        if stat.S_ISLNK(info.external_attr >> 16):
            reason = f"“{shown(name)}”是指向别处的链接，不读取。"
        elif counts[name.casefold()] > 1:
            reason = (
                f"压缩包里有 {counts[name.casefold()]} 个同名的“{shown(name)}”，无法判断以哪个为准；请改名后重新打包。"
            )
        if reason:
            refused.append(Refused(f"{file.name}/{shown(name)}", reason))
        else:
            members.append((name, info))
    return members, refused


def _check_sizes(file: Incoming, infos: list[zipfile.ZipInfo]) -> None:
    """By what the directory says of itself; a directory that lies is caught while reading."""
    limits = file.limits
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_mb * MEBIBYTE:
        raise UnreadableFile(
            f"“{file.name}”解压后有 {total // MEBIBYTE} MB，超过 {limits.unpacked_mb} MB 的上限，未解压；请分批上传。"
        )
    thick = [
        info
        for info in infos
        if info.file_size > MEBIBYTE and info.file_size > limits.ratio * max(1, info.compress_size)
    ]
    if thick or (total > MEBIBYTE and total > limits.ratio * len(file.data)):
        raise UnreadableFile(f"“{file.name}”的压缩比超过 {limits.ratio}，疑为压缩炸弹，未解压。")


def _fault_of_member(member: zipfile.ZipInfo, file: Incoming) -> str | None:
    name = shown(stored_name(member))
    if member.flag_bits & 1:
        return f"“{name}”加了密码，请去掉密码后再上传。"
    if PurePosixPath(name).suffix.lower() in ARCHIVES[1:]:
        return NESTED
    if member.compress_type not in METHODS:
        return f"“{name}”的压缩方式（{member.compress_type}）不支持；请用普通的 zip 方式重新打包。"
    if member.file_size > file.limits.file_mb * MEBIBYTE:
        return f"“{name}”有 {member.file_size // MEBIBYTE} MB，超过 {file.limits.file_mb} MB 的上限。"
    return None


def _bounded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    """The bytes of a member, never more than it declares nor than there is room for."""
    blocks, size = [], 0
    with archive.open(member) as stream:
        while block := stream.read(MEBIBYTE):
            size += len(block)
            if size > min(room, member.file_size):
                raise ValueError("more bytes than declared")
            blocks.append(block)
    return b"".join(blocks)


def _mail(file: Incoming, level: int = 1) -> Unpacked:
    """A mail and its attachments, mails forwarded in it with theirs; one that is only an envelope is no document."""
    files: list[Incoming] = []
    refused: list[Refused] = []
    for name, part in _apart(attachments(file)):
        inside = f"{file.name}/{shown(name)}"
        if reason := fault_of(name):
            refused.append(Refused(inside, reason))
        elif len(files) >= file.limits.members:
            refused.append(Refused(inside, f"附件超过 {file.limits.members} 个的上限，其余未读取。"))
        elif PurePosixPath(name).suffix.lower() in ARCHIVES or _is_archive(part.data):
            refused.append(Refused(inside, "附件是压缩包，邮件里的压缩包不再解开；请另存后单独上传。"))
        elif not _is_mail(attached := file._replace(name=inside, data=part.data)):
            files.append(attached)
        elif level == FORWARDED:
            refused.append(Refused(inside, f"转发的邮件超过 {FORWARDED} 层，其余未读取；请另存后单独上传。"))
        else:
            taken, left = _mail(attached, level + 1)
            files += taken
            refused += left
    itself = (file,) if has_body(file) or not (files or refused) else ()
    return Unpacked((*itself, *files), tuple(refused))


def _apart(parts: tuple[Attachment, ...]) -> Iterator[tuple[str, Attachment]]:
    """Attachments of one mail often bear one name (image.png); they are numbered apart."""
    seen: Counter[str] = Counter()
    for part in parts:
        seen[part.name.casefold()] += 1
        path, count = PurePosixPath(part.name), seen[part.name.casefold()]
        yield part.name if count == 1 else f"{path.stem}（{count}）{path.suffix}", part


def _is_archive(data: bytes) -> bool:
    return content_of(data) == "zip" and not _is_package(data)


def _is_mail(file: Incoming) -> bool:
    """By its first lines; where they are unusual ones, by the name it was saved under, as the readers do."""
    content = content_of(file.data)
    return content == "mail" or (content == "text" and PurePosixPath(file.name).suffix.lower() in MAILS)


def _is_package(data: bytes) -> bool:
    """A file of an office program that is stored as an archive, of a sort that no reader knows."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error):
        return False
