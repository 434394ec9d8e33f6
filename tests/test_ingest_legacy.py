"""Old Office files: read through LibreOffice where it is, and a sentence that says what is needed where it is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.readers import read
from ingest.readers.legacy import read_legacy
from kb.errors import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016


def named(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + b"\0" * 512


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (named("EncryptedPackage"), "加了密码"),
        (
            named("WordDocument"),
            "读取需要 LibreOffice：请安装（Debian：apt install libreoffice-writer-nogui）或另存为 docx",
        ),
        (named("PowerPoint Document"), "libreoffice-impress-nogui）或另存为 pptx"),
        (named("__substg1.0_0037001F"), "另存为 eml"),
        (named("Something"), "没有 Word 或 PowerPoint 正文"),
        (b"{\\rtf1 a}", "RTF 文件，读取需要 LibreOffice"),
    ],
)
def test_without_libreoffice_an_old_file_says_what_it_needs(
    data: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnreadableFile, match=re.escape(said)):
        read_legacy(Incoming("旧.doc", data))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_an_old_word_file_is_read_through_libreoffice(tmp_path: Path) -> None:
    rtf = "{\\rtf1\\ansi " + "".join(f"\\u{ord(word)}?" for word in "第一条　样例。") + "\\par}"
    (tmp_path / "a.rtf").write_text(rtf, encoding="ascii")
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "doc",
         "--outdir", str(tmp_path), str(tmp_path / "a.rtf")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for name in ("a.doc", "a.rtf"):
        found = read(Incoming(name, (tmp_path / name).read_bytes()))
        assert (found.text, found.format) == ("第一条　样例。", name[2:])
        assert "LibreOffice" in found.notes[0]


def test_a_conversion_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice starts a second process; a program that never ends must not leave one behind."""
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", {"soffice": str(program)}.get)
    with pytest.raises(UnreadableFile, match="已放弃"):
        read_legacy(Incoming("慢.rtf", b"{\\rtf1 a}", Limits(quiet_seconds=2)))
    status = Path("/proc") / (tmp_path / "child").read_text().strip() / "stat"
    for _ in range(50):
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the child of the program still runs")
