"""A small sound file of every format that is read, built here and now: what tests then damage, hide or misname."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage

MADE = datetime(2024, 1, 15, 9)
"""The files are the same bytes in every run."""
TITLE = "样例药品追溯管理办法"
ARTICLES = (
    "第一条　为了规范样例药品的追溯管理，保障公众用药安全，制定本办法。",
    "第二条　药品上市许可持有人应当建立追溯系统，如实记录每一批样例药品的流向。",
    "第三条　违反本办法规定的，责令限期改正；逾期不改正的，处一万元以上三万元以下罚款。",
    "第四条　本办法自2024年3月1日起施行。",
)
LINES = (TITLE, "（2024年1月15日样例药品监督管理局令第7号公布）", *ARTICLES)
TEXT = "\n".join(LINES)


def word() -> bytes:
    from docx import Document

    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for row, words in enumerate((("事项", "期限"), ("样例许可", "二十日"))):
        for column, cell in enumerate(words):
            table.cell(row, column).text = cell
    return repacked(_saved(document.save))


def sheet() -> bytes:
    import xlsxwriter

    place = io.BytesIO()
    with xlsxwriter.Workbook(place, {"in_memory": True}) as book:
        page = book.add_worksheet("样例事项")
        book.set_properties({"created": MADE})
        for row, words in enumerate((("事项", "期限"), ("样例许可", "二十日"), ("样例备案", "五日"))):
            page.write_row(row, 0, words)
    return repacked(place.getvalue())


def slides() -> bytes:
    from pptx import Presentation

    show = Presentation()
    page = show.slides.add_slide(show.slide_layouts[1])
    page.shapes.title.text = TITLE
    page.placeholders[1].text = "\n".join(ARTICLES)
    return repacked(_saved(show.save))


def pdf() -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    place = io.BytesIO()
    canvas = Canvas(place, invariant=True)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 760 - 22 * number, line)
    canvas.save()
    return place.getvalue()


def image() -> bytes:
    """The page of the PDF as a picture, so that no font of the system is needed."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf()) as document:
        picture = document[0].render(scale=1.6).to_pil().crop((60, 60, 940, 420))
    return _saved(lambda place: picture.save(place, "PNG"))


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", TITLE
    message["Date"] = "Mon, 15 Jan 2024 09:00:00 +0800"
    message.set_content(TEXT)
    message.add_attachment(TEXT.encode(), maintype="text", subtype="plain", filename="附件.txt")
    return message.as_bytes()


def archive(members: Mapping[str, bytes] | None = None) -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in (members or {"甲/办法.txt": TEXT.encode(), "乙.md": f"# {TEXT}".encode()}).items():
            made.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return place.getvalue()


def repacked(package: bytes, changed: Mapping[str, bytes] | None = None) -> bytes:
    """A package with other words in some of its parts, or new parts, and the same times in all."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return archive(parts | dict(changed or {}))


def web() -> bytes:
    body = "".join(f"<p>{line}</p>" for line in LINES[1:])
    head = f'<meta charset="utf-8"><title>{TITLE}_样例网</title>'
    navigation = "<nav><a href='/'>首页</a><a href='/news'>要闻</a></nav>"
    return (
        f"<!doctype html><html><head>{head}</head><body>{navigation}<h1>{TITLE}</h1><div>{body}</div></body></html>"
    ).encode()


BUILDERS: dict[str, Callable[[], bytes]] = {
    "办法.txt": TEXT.encode,
    "办法.md": lambda: f"# {TEXT}".encode(),
    "国标.txt": lambda: TEXT.encode("gb18030"),
    "宽.txt": lambda: TEXT.encode("utf-16"),
    "表.csv": lambda: "事项,期限\n样例许可,二十日\n样例备案,五日\n".encode(),
    "页.html": web,
    "办法.docx": word,
    "表.xlsx": sheet,
    "演示.pptx": slides,
    "信.eml": mail,
    "包.zip": archive,
    "办法.pdf": pdf,
    "扫描.png": image,
}
"""Name → the bytes of a sound file."""


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    place = io.BytesIO()
    save(place)
    return place.getvalue()
