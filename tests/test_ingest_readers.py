"""Readers: the right text out of each format, and a sentence a person can act on when there is none."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.readers import RawText, read
from ingest.readers.content import content_of
from kb.errors import UnreadableFile

LAW = "样例管理办法\n第一条　为了规范样例管理，保证样例质量，制定本办法。\n第二条　本办法自公布之日起施行。"


def word(*, table: bool = False) -> bytes:
    document = docx.Document()
    for line in LAW.split("\n"):
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=2, cols=2)
        for row, cells in enumerate((("类别", "期限"), ("第二类", "六十日"))):
            for column, words in enumerate(cells):
                grid.cell(row, column).text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(*pages: tuple[str, ...], password: str | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password)
    for lines in pages:
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def reading(name: str, data: bytes) -> RawText:
    return read(Incoming(name, data))


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),  # short text that statistical detectors take for Korean or Cyrillic
        ("utf-16", "utf-16"),
    ],
)
def test_encodings_are_proved_not_guessed(encoding: str, found: str) -> None:
    raw = reading("办法.txt", LAW.encode(encoding))
    assert raw.text == LAW
    assert raw.encoding == found


def test_big5_is_told_from_gb18030_though_both_decode() -> None:
    words = "藥品監督管理條例規定，生產藥品應當經主管機關許可，違反本條例的，處罰款。"
    raw = reading("條例.txt", words.encode("big5"))
    assert (raw.text, raw.encoding) == (words, "big5")


def test_markdown_markers_go_and_tables_and_titles_stay() -> None:
    table = "序号| 名称  \n---|---\n1| 样例\\-甲\n"
    text = f"<!-- actual_title: 样例指导原则 -->\n## **一、范围**\n{table}\n见[通告](<https://example.org/a>)。"
    raw = reading("a.md", text.encode())
    assert raw.text == "一、范围\n| 序号 | 名称 |\n| 1 | 样例-甲 |\n见通告。"
    assert raw.title == "样例指导原则"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.txt", lambda: b" \n", "空文件"),
        ("表.xyz", lambda: b"abc", "暂不支持"),
        ("表.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(99), "请改用 zip"),
        ("无名", lambda: bytes(range(256)) * 9, "无后缀，内容是二进制文件"),
        ("说明", lambda: "第一条　样例。".encode(), "无后缀，内容是纯文本"),
        ("锁.pdf", lambda: pdf(("第一条 样例。",), password="秘密"), "密码"),
        ("坏.pdf", lambda: b"%PDF-1.4 broken", "损坏"),
        ("乱.txt", lambda: bytes(range(128, 256)) * 3, "编码"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(name: str, data: Callable[[], bytes], words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        reading(name, data())


@pytest.mark.parametrize(
    ("name", "data", "content", "read_as"),
    [
        ("公告.docx", lambda: pdf((LAW.replace("\n", ""),)), "PDF", "pdf"),  # renamed by a mail system
        ("通知.doc", lambda: f"<html><body><p>{LAW}</p></body></html>".encode(), "网页", "html"),  # exported by old OA
        ("办法.pdf", word, "Word", "docx"),
        ("办法.doc", LAW.encode, "纯文本", "txt"),
    ],
)
def test_a_wrong_suffix_is_said_and_the_content_is_read(
    name: str, data: Callable[[], bytes], content: str, read_as: str
) -> None:
    raw = reading(name, data())
    assert "第二条" in raw.text
    assert raw.format == read_as
    assert [note for note in raw.notes if f"后缀是 .{name.partition('.')[2]}" in note and content in note]


def test_a_file_over_the_limit_is_refused_naming_it() -> None:
    with pytest.raises(UnreadableFile, match="超过 1 MB"):
        read(Incoming("大.txt", b"a" * (2**20 * 2), Limits(file_mb=1)))


@pytest.mark.parametrize(
    ("data", "content"),
    [
        ("第一条".encode("utf-16-le"), "text"),  # no mark: neither half of a hanzi is zero
        ("1. 甲\n".encode("utf-16-le") * 20, "text"),
        (b"From: a@example.org\nTo: b@example.org\nSubject: x\n\n<html>", "mail"),
        (b"From: this is the first line of a plain note", "text"),
        (b"X-Mailer: q\r\nReturn-Path: <a@example.org>\r\nDate: Sun\r\n\r\n", "mail"),
        (b"\n  %PDF-1.7", "pdf"),  # some exporters put blank bytes first
        (b"PK\x03\x04 cut short", "zip"),
    ],
)
def test_content_is_told_by_its_bytes(data: bytes, content: str) -> None:
    assert content_of(data) == content
