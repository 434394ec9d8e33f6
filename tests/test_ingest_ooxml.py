"""Office packages that mean harm or are broken: refused in time, with the reason, before any part is trusted."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import pytest
from word_package import DOWN, ON, SPACES, VAST, cell, packed, paragraph, raw, relations, word

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.readers.ooxml import open_package
from ingest.readers.word.document import read_docx
from kb.errors import UnreadableFile

BOMB_RATIO = b" " * (200 * 2**20)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO(word(paragraph("甲")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def xml(data: bytes) -> bytes:
    return packed({"word/document.xml": data.decode("utf-8"), "_rels/.rels": relations("")})


LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
REACH = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
DOCUMENT = f"<w:document {SPACES}><w:body><w:p><w:r><w:t>甲&a;</w:t></w:r></w:p></w:body></w:document>"
BAD = [
    (lambda: xml((LAUGHS + DOCUMENT).encode()), "实体声明"),
    (lambda: xml((REACH + DOCUMENT).encode()), "实体声明"),
    # a comment that looks like the root element must not hide the declaration after it
    (lambda: xml(("<!-- <w:document> -->" + REACH + DOCUMENT).encode()), "实体声明"),
    (lambda: zipped(("../../evil.xml", b"<a/>")), "指向文件之外"),
    (lambda: zipped(("/etc/evil.xml", b"<a/>")), "指向文件之外"),
    (lambda: zipped(("word\\..\\..\\evil.xml", b"<a/>")), "指向文件之外"),
    (lambda: zipped(("Word/Document.XML", b"<a/>")), "两个同名部件"),
    (lambda: zipped(*((f"customXml/{n}.xml", b"<a/>") for n in range(2100))), "超过 2000 个的上限"),
    (lambda: zipped(("word/media/a.xml", b" " * (8 * 2**20))), "压缩炸弹"),
    (lambda: word("")[:-30], "结尾缺失"),
    (lambda: word(paragraph("甲")).replace(b"word/document.xml", b"word/documenz.xml"), "正文"),
    (lambda: xml(b"<w:document>"), "已损坏"),
]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "said"), BAD)
def test_harmful_and_broken_packages_are_refused_with_the_reason(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_docx(Incoming("坏.docx", make()))


def test_a_utf16_declaration_of_entities_is_seen_too() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", (REACH + DOCUMENT).encode("utf-16"))
    with pytest.raises(UnreadableFile, match="实体声明"):
        read_docx(Incoming("坏.docx", out.getvalue()))


def test_flipped_bytes_are_damage_never_a_traceback() -> None:
    data = word("".join(paragraph(f"第{n}条　内容") for n in range(200)))
    for at in range(0, len(data), 37):
        hurt = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        with contextlib.suppress(UnreadableFile):
            read_docx(Incoming("坏.docx", hurt))


def test_a_bomb_costs_neither_time_nor_memory() -> None:
    """In a process of its own, so that its memory can be told: 200 MB of blanks in 200 kB."""
    code = (
        "import resource, sys, time\n"
        "from ingest.incoming import Incoming\nfrom ingest.readers.ooxml import open_package\n"
        "from kb.errors import UnreadableFile\n"
        "data = sys.stdin.buffer.read()\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "started = time.perf_counter()\n"
        "try:\n    open_package(Incoming('a.docx', data))\n"
        "except UnreadableFile:\n"
        "    print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=zipped(("word/x.xml", BOMB_RATIO)), capture_output=True, check=True
    )
    seconds, kibibytes = map(float, done.stdout.split())
    assert seconds < 1
    assert kibibytes < 50 * 1024


def test_sizes_and_ratios_are_settings() -> None:
    data = zipped(("word/media/a.xml", bytes(range(256)) * 8 * 1024))
    with pytest.raises(UnreadableFile, match="超过 1 MB 的上限"):
        open_package(Incoming("a.docx", data, Limits(unpacked_mb=1)))
    open_package(Incoming("a.docx", zipped(("word/media/a.bmp", b"\0" * (8 * 2**20)))))  # a blank picture is no bomb


def test_nothing_in_a_table_grows_without_bound() -> None:
    """A width of a thousand million columns, a long cell merged down a thousand rows: neither costs what it says."""
    rows = f"<w:tr>{cell('甲', VAST)}{cell('乙')}</w:tr>"
    rows += f"<w:tr>{cell('长' * 5000, DOWN)}{cell('1')}</w:tr>" + f"<w:tr>{cell('', ON)}{cell('2')}</w:tr>" * 1000
    started = time.process_time()
    text = raw(f"<w:tbl>{rows}</w:tbl>").text
    assert time.process_time() - started < 5
    assert len(text) < 200_000


def test_tables_nested_beyond_reason_are_refused_not_crashed() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 400 + paragraph("甲") + "</w:tc></w:tr></w:tbl>" * 400
    with contextlib.suppress(UnreadableFile):
        assert "甲" in raw(body).text


def test_macros_are_told_of_and_never_run() -> None:
    found = read_docx(Incoming("a.docm", zipped(("word/vbaProject.bin", b"\xd0\xcf macro"))))
    assert found.notes == ("文件带有宏，未运行也未读取",)
