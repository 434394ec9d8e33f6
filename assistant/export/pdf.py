"""An exported document as PDF, in the Chinese font that readers of PDF bring along: nothing is downloaded or embedded.

That font has no emoji and no characters beyond the basic plane; each is printed as 〓, the printer's mark for a
character that is missing, and the file says so.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate, TableStyle
from reportlab.platypus import Paragraph as Flowing

from assistant.export.document import Block, Fact, Grid, Heading, Link, Paragraph, Quote, WrittenDocument

FONT = "STSong-Light"
MISSING = "〓"
MISSING_SAID = f"“{MISSING}”表示本文件的字体没有的字，见 Word 或 Markdown 导出。"
MARGIN = 2 * cm
CELL_SIZE = 9
MOST_LINES = 15
"""Lines of a cell: head and row together stay well below a page."""
STUMP = 20
NARROWEST = 45
BELOW = "见表后"


def pdf(document: WrittenDocument) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    story: list[Flowable] = [_text(document.title, "title"), _text(document.label, "label")]
    for block in document.blocks:
        story += _flowables(block)
    if any(MISSING in printable(text) for text in _texts(document)):
        story.append(_text(MISSING_SAID, "fact"))
    buffer = BytesIO()
    file = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=printable(document.title), author=document.provider, subject=document.label, creator=document.provider,
        keywords=document.content_number, lang="zh-CN",
    )  # fmt: skip

    def page(canvas: Any, _file: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 8)
        canvas.drawCentredString(
            A4[0] / 2, cm, f"{document.label}　{document.provider}　第 {canvas.getPageNumber()} 页"
        )

    def first(canvas: Any, file: SimpleDocTemplate) -> None:
        canvas._doc.info.__class__ = LabelledInfo
        canvas._doc.info.aigc = document.aigc
        canvas._doc.info.created = f"D:{document.asked_at:%Y%m%d%H%M%S}+08'00'"
        page(canvas, file)

    file.build(story, onFirstPage=first, onLaterPages=page)
    return buffer.getvalue()


class LabelledInfo(PDFInfo):  # type: ignore[misc]  # reportlab is not typed
    """The document information with one entry more."""

    aigc = ""
    created = ""

    def format(self, document: Any) -> Any:
        entries = {
            "Title": self.title, "Author": self.author, "Subject": self.subject, "Keywords": self.keywords,
            "Creator": self.creator, "Producer": self.producer, "AIGC": self.aigc,
            "CreationDate": self.created,
        }  # fmt: skip
        return PDFDictionary({name: PDFString(value) for name, value in entries.items()}).format(document)


def printable(text: str) -> str:
    """A text in characters that the font has; the others become 〓."""
    return text.translate(_SHOWN)


class _Shown(dict[int, str]):
    """What is printed for each character, worked out when it first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = shown = chr(code) if _has(chr(code)) else MISSING
        return shown


_SHOWN = _Shown()


def _has(character: str) -> bool:
    """Whether the character collection of the font (Adobe-GB1) holds a character: those of GBK and the basic ideographs
    of Unicode."""
    if character in "\n\t" or "\u3400" <= character <= "\u9fff":
        return True
    try:
        return bool(character.encode("gbk"))
    except UnicodeEncodeError:
        return False


def _flowables(block: Block) -> list[Flowable]:
    match block:
        case Heading(text, level):
            return [_text(text, f"heading{level}")]
        case Paragraph(text):
            return [_text(text, "body")]
        case Fact(text):
            return [_text(text, "fact")]
        case Quote(text):
            return [_text(text, "quote")]
        case Link(name, url):
            marked = f'来源：{_marked(name)} <link href="{escape(url, {chr(34): "&quot;"})}">{_marked(url)}</link>'
            return [Flowing(marked, STYLES["fact"])]
        case Grid(columns, rows):
            return _grid(columns, rows)


def _grid(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[Flowable]:
    """A table; what is too long for a cell, or wide for a page, is printed below it in full."""
    width = (A4[0] - 2 * MARGIN - 12) / len(columns)
    below: list[Flowable] = []

    def cell(text: str, *names: str) -> Flowable:
        if _fits(text, width):
            return _text(text, "cell")
        below.extend([_text("　".join(names) or BELOW, "heading3"), _text(text, "body")])
        return _text(f"{text[:STUMP]}…（{BELOW}）", "cell")

    head = [cell(column) for column in columns]
    body = [
        [cell(row[0])] + [cell(text, row[0], name) for text, name in zip(row[1:], columns[1:], strict=True)]
        for row in rows
    ]
    if width < NARROWEST:
        return [_text("　".join(row), "body") for row in (columns, *rows)]
    table = LongTable([head, *body], colWidths=[width] * len(columns), repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return [table, *below]


def _fits(text: str, width: float) -> bool:
    """Whether a cell of that width holds a text in a part of a page: a row is not split."""
    per_line = max(1, int((width - 12) / CELL_SIZE))
    return sum(1 + len(line) // per_line for line in text.split("\n")) <= MOST_LINES


def _text(text: str, style: str) -> Flowing:
    return Flowing(_marked(text), STYLES[style])


def _marked(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br/>")


def _texts(document: WrittenDocument) -> list[str]:
    texts = [document.title]
    for block in document.blocks:
        if isinstance(block, Grid):
            texts += [*block.columns, *(cell for row in block.rows for cell in row)]
        else:
            texts.append(block[0])
    return texts


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    usual = {"fontName": FONT, "fontSize": size, "leading": size * 1.6, "wordWrap": "CJK", "spaceAfter": 4}
    return ParagraphStyle(name, **(usual | more))


STYLES = {
    style.name: style
    for style in (
        _style("title", 17, spaceAfter=8), _style("label", 10.5, textColor=colors.HexColor("#b01e1e"), spaceAfter=10),
        _style("heading1", 13.5, spaceBefore=12), _style("heading2", 12, spaceBefore=8),
        _style("heading3", 10.5, spaceBefore=6), _style("body", 10.5), _style("cell", CELL_SIZE, spaceAfter=0),
        _style("quote", 10.5, leftIndent=16, borderPadding=4, backColor=colors.HexColor("#f4f4f2")),
        _style("fact", 8.5, textColor=colors.HexColor("#555555"), spaceAfter=2),
    )
}  # fmt: skip
