"""Old Office files (doc, wps, ppt, rtf, odt …): turned into today's formats by LibreOffice, then read as those.

LibreOffice runs with a profile of its own in a folder that is thrown away, without macros, links or a network, and is
ended with everything it started when its time is up.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import NamedTuple

from ingest.incoming import Incoming
from ingest.readers.ooxml import open_package
from ingest.readers.raw import RawText
from ingest.readers.word.document import read_docx
from kb.errors import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR = 512
WORD_MARK, WORD_FLAGS, WORD_ENCRYPTED = b"\xec\xa5", 11, 0x01
"""First bytes of the stream of a doc file, and the bit of its head that says it is encrypted."""
PATIENCE = 0.8
"""Share of the quiet time LibreOffice gets, so that it is ended here before the file is given up."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


class Kind(NamedTuple):
    """A family of old files: its suffix, what it becomes, its words for people, and the package that brings it."""

    suffix: str
    becomes: str
    words: str
    package: str


WORD = Kind("doc", "docx", "旧版 Word 文件", "libreoffice-writer-nogui")
SLIDES = Kind("ppt", "pptx", "旧版 PowerPoint 文件", "libreoffice-impress-nogui")
RTF = Kind("rtf", "docx", "RTF 文件", "libreoffice-writer-nogui")
ODF = {
    "application/vnd.oasis.opendocument.text": Kind("odt", "docx", "OpenDocument 文件", WORD.package),
    "application/vnd.oasis.opendocument.presentation": Kind("odp", "pptx", "OpenDocument 演示", SLIDES.package),
    "application/vnd.oasis.opendocument.spreadsheet": Kind(
        "ods", "xlsx", "OpenDocument 表格", "libreoffice-calc-nogui"
    ),
}


def read_legacy(file: Incoming) -> RawText:
    """Read an old Office file. Raises UnreadableFile: locked, no LibreOffice here, not to be converted in time."""
    kind = _kind(file)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableFile(
            f"“{file.name}”是{kind.words}，读取需要 LibreOffice：请安装（Debian：apt install {kind.package}）"
            f"或另存为 {kind.becomes} 后再上传。"
        )
    file.progress("转换", 0, 1)
    converted = _convert(program, file, kind)
    file.progress("转换", 1, 1)
    raw = _reader(kind)(file._replace(data=converted))
    suffix = PurePath(file.name).suffix.lower().lstrip(".")
    written = suffix if kind is WORD and suffix in ("doc", "wps", "dot") else kind.suffix
    return raw._replace(
        format=written, notes=(*raw.notes, f"{kind.words}，经 LibreOffice 转换为 {kind.becomes} 后读取")
    )


def _kind(file: Incoming) -> Kind:
    """What the bytes are. Raises UnreadableFile for a locked file and for what LibreOffice is not asked to read."""
    if file.data.startswith(b"{\\rtf"):
        return RTF
    if not file.data.startswith(OLE):
        return _open_document(file)
    if _stream("EncryptedPackage") in file.data or _word_is_locked(file.data):
        raise UnreadableFile(f"“{file.name}”加了密码，请在 Office 里去掉密码后再上传。")
    if _stream("WordDocument") in file.data:
        return WORD
    if _stream("PowerPoint Document") in file.data:
        return SLIDES
    if _stream("__substg1.0_") in file.data:
        raise UnreadableFile(f"“{file.name}”是 Outlook 邮件（msg），请另存为 eml 后再上传。")
    raise UnreadableFile(f"“{file.name}”是旧版 Office 容器，但其中没有 Word 或 PowerPoint 正文，可能已损坏。")


def _open_document(file: Incoming) -> Kind:
    with open_package(file) as package:
        names = package.namelist()
        kind = ODF.get(package.read("mimetype").decode("ascii", "replace").strip()) if "mimetype" in names else None
        locked = "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml")
    if locked:
        raise UnreadableFile(f"“{file.name}”加了密码，请去掉密码后再上传。")
    if kind is None:
        raise UnreadableFile(f"“{file.name}”是 OpenDocument 文件，但不是文字、表格或演示，暂不支持。")
    return kind


def _stream(name: str) -> bytes:
    """The name of a stream as the directory of an OLE container keeps it."""
    return name.encode("utf-16-le")


def _word_is_locked(data: bytes) -> bool:
    for at in range(SECTOR, min(len(data) - SECTOR, 4096 * SECTOR), SECTOR):
        if data.startswith(WORD_MARK, at):
            return bool(data[at + WORD_FLAGS] & WORD_ENCRYPTED)
    return False


def _reader(kind: Kind) -> Callable[[Incoming], RawText]:
    if kind.becomes == "pptx":
        from ingest.readers.slides import read_slides

        return read_slides
    if kind.becomes == "xlsx":
        from ingest.readers.sheet.workbook import read_sheet

        return read_sheet
    return read_docx


def _convert(program: str, file: Incoming, kind: Kind) -> bytes:
    with tempfile.TemporaryDirectory(prefix="regkb-office-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        (home / "profile" / "user").mkdir(parents=True)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        source = home / f"document.{kind.suffix}"
        source.write_bytes(file.data)
        command = [
            *_without_network(), program, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless",
            "--norestore", "--nologo", "--nolockcheck", "--nodefault", "--convert-to", kind.becomes,
            "--outdir", str(home / "out"), str(source),
        ]  # fmt: skip
        if not _run(command, home, file.limits.quiet_seconds * PATIENCE):
            seconds = round(file.limits.quiet_seconds * PATIENCE)
            raise UnreadableFile(
                f"“{file.name}”用 LibreOffice 转换超过 {seconds} 秒，已放弃；请另存为 {kind.becomes} 后再上传。"
            )
        result = home / "out" / f"document.{kind.becomes}"
        if not result.is_file() or result.stat().st_size > file.limits.unpacked_mb * 2**20:
            raise UnreadableFile(
                f"“{file.name}”是{kind.words}，LibreOffice 未能转换，可能已损坏或加了密码；"
                f"请另存为 {kind.becomes} 后再上传。"
            )
        return result.read_bytes()


def _run(command: list[str], home: Path, seconds: float) -> bool:
    """Run to the end, or end the whole process group when the time is up: False then."""
    quiet = {
        "HOME": str(home), "TMPDIR": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp",
        "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9",
    }  # fmt: skip
    process = subprocess.Popen(  # noqa: S603  # a fixed command over a file name of our own
        command, cwd=home, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end_group(process)
    return True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and all it started; the group is its own, so nothing else is hit."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@functools.cache
def _without_network() -> tuple[str, ...]:
    """The command that gives a program no network, where the system allows it; else the profile alone forbids links."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--map-root-user", "--net")
    tried = subprocess.run([*prefix, "true"], check=False, capture_output=True, timeout=10)  # noqa: S603  # fixed words
    return prefix if tried.returncode == 0 else ()
