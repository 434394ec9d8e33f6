"""Readers: the right text out of each format, and a sentence a person can act on when there is none."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.readers import read
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
    raw = read("办法.txt", LAW.encode(encoding))
    assert raw.text == LAW
    assert raw.encoding == found


def test_big5_is_told_from_gb18030_though_both_decode() -> None:
    words = "藥品監督管理條例規定，生產藥品應當經主管機關許可，違反本條例的，處罰款。"
    raw = read("條例.txt", words.encode("big5"))
    assert (raw.text, raw.encoding) == (words, "big5")


def test_markdown_markers_go_and_tables_and_titles_stay() -> None:
    table = "序号| 名称  \n---|---\n1| 样例\\-甲\n"
    text = f"<!-- actual_title: 样例指导原则 -->\n## **一、范围**\n{table}\n见[通告](<https://example.org/a>)。"
    raw = read("a.md", text.encode())
    assert raw.text == "一、范围\n| 序号 | 名称 |\n| 1 | 样例-甲 |\n见通告。"
    assert raw.title == "样例指导原则"


def test_word_keeps_order_and_table_header() -> None:
    text = read("办法.docx", word(table=True)).text
    assert text == LAW + "\n| 类别 | 期限 |\n| 第二类 | 六十日 |"


def test_web_page_loses_navigation_and_is_decoded_from_its_bytes() -> None:
    words = "第一条 为了规范样例管理，保证样例质量，制定本办法。"
    body = f"<nav>首页</nav><p>{words}</p><footer>版权</footer>"
    page = f"<html><head><title>样例</title></head><body>{body}</body></html>"
    raw = read("page.html", page.encode("gb18030"))
    assert raw.text == words
    assert raw.title == "样例"


def test_pdf_lines_are_joined_and_pages_kept() -> None:
    first = ("第一条 为了规范样例管理，保证样例的质量和安全，维护公众的合法权益和", "健康，制定本办法。")
    raw = read("办法.pdf", pdf(first, ("第二条 本办法自公布之日起施行。" * 2,)))
    assert raw.text.startswith("".join(first) + "\n第二条")
    assert [raw.text[at : at + 3] for at in raw.pages] == ["第一条", "第二条"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.txt", lambda: b" \n", "空文件"),
        ("表.xyz", lambda: b"abc", "暂不支持"),
        ("假.docx", lambda: b"%PDF-1.4 ...", "后缀是 .docx，内容却是PDF"),
        ("锁.pdf", lambda: pdf(("第一条 样例。",), password="秘密"), "密码"),
        ("扫.pdf", lambda: pdf((), ()), "OCR"),
        ("坏.pdf", lambda: b"%PDF-1.4 broken", "损坏"),
        ("乱.txt", lambda: bytes(range(128, 256)) * 3, "编码"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(name: str, data: Callable[[], bytes], words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(name, data())
