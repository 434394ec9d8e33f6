"""PDF with text, through pypdfium2: lines broken by the page width are joined again, page starts are kept."""

from __future__ import annotations

import re

import pypdfium2

from ingest.readers.raw import RawText, tidy
from kb.errors import UnreadableFile

LINE_END = re.compile(r"[。；：！？!?;:”》〉]$")
NEW_LINE = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百千\d]+(?:编|章|节|条)|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]"
    r"|\d+[.．、]|[①-⑳]|附件|目\s*录|[—-]\s*\d+\s*[—-]$)"
)
FULL = 0.8  # a line shorter than this share of the longest line ends its paragraph
LITTLE = 20  # characters a page below which a PDF is taken for a scan


def read_pdf(name: str, data: bytes) -> RawText:
    pages = [tidy(_join(text)) for text in _page_texts(name, data)]
    if sum(map(len, pages)) < LITTLE * min(len(pages), 3):
        raise UnreadableFile(f"“{name}”是没有文字层的扫描件（共 {len(pages)} 页），需要先做文字识别（OCR）。")
    text, starts = "", []
    for page in pages:
        # a sentence broken by the page end goes on without a new line
        text += "" if not text or (page and not LINE_END.search(text) and not NEW_LINE.match(page)) else "\n"
        starts.append(len(text))
        text += page
    blank = [str(number) for number, page in enumerate(pages, 1) if not page]
    notes = (f"第 {'、'.join(blank)} 页没有文字，可能是图片，未收入正文",) if blank else ()
    return RawText(text, "pdf", pages=tuple(starts), notes=notes)


def _page_texts(name: str, data: bytes) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(f"“{name}”加了密码，请解除密码后再上传。") from error
        raise UnreadableFile(f"“{name}”不是完整的 PDF 文件，可能已损坏。") from error
    texts = []
    try:
        for page in document:
            layer = page.get_textpage()
            texts.append(str(layer.get_text_bounded()))
            layer.close()
            page.close()
    finally:
        document.close()
    return texts


def _join(text: str) -> str:
    """Lines of one page joined into paragraphs: a full line without an end mark goes on in the next."""
    lines = [line.strip() for line in text.replace("\ufffe", "").splitlines()]
    width = max(map(len, lines), default=0)
    out: list[str] = []
    broken = False
    for line in filter(None, lines):
        if broken and not NEW_LINE.match(line):
            out[-1] += line
        else:
            out.append(line)
        broken = len(line) >= FULL * width and not LINE_END.search(line)
    return "\n".join(out)
