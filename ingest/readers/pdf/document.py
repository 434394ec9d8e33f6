"""PDF: the text layer where it can be trusted, recognition where a page is a picture or its characters are not text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from ingest.incoming import Incoming
from ingest.readers.encoding_characters import likelihood
from ingest.readers.pdf.layer import Layer, layer_of
from ingest.readers.pdf.sheet import Sheet, assembled, page_list
from ingest.readers.raw import RawText
from kb.errors import UnreadableFile

DPI = 200
LONG_SIDE = 3000  # pixels of a rendered page
LITTLE = 20  # characters below which a page has no text to speak of
PICTURE = 0.3  # share of a page covered by pictures, from which it may be a scan
WHOLE_PAGE = 0.8
STAMPED = 60  # characters that a scanner's mark may add to a picture of a whole page
OUTLINES = 50  # drawn shapes from which a page without text may have its characters drawn as outlines
PROSE = 40  # Chinese characters from which their commonness says something
PROSE_LIKELIHOOD = 0.2  # any prose and any list of names has far more
STRANGE = 0.1  # share of characters outside any script used here, above which the font's map is broken
OFTEN = 50  # pages between two words of progress

UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd]")
LAYER_USED, LAYER_BROKEN, LAYER_KEPT, UNMAPPED, BLANK, DAMAGED, BEYOND = range(7)
NOTES = {
    LAYER_USED: "第 {} 页是扫描图，采用文件自带的识别文字层，请抽查核对",
    LAYER_BROKEN: "第 {} 页的文字层是乱码，已改用图像识别",
    LAYER_KEPT: "第 {} 页的文字疑似乱码，图像识别也没有更好的结果，请对照原件核对",
    UNMAPPED: "第 {} 页有没有编码的字，请对照原件补全",
    BLANK: "第 {} 页没有文字",
    DAMAGED: "第 {} 页已损坏，未能读取",
    BEYOND: "第 {} 页需要识别，但超过识别 {limit} 页的上限，未收入正文",
}

DYNAMIC = "文件是动态表单（XFA），这里只能读到其中固定的页面；请用能显示它的程序打开，打印成 PDF 后再上传"


def read_pdf(file: Incoming) -> RawText:
    """Raises UnreadableFile: locked, damaged, too many pages, or no text at all."""
    with _opened(file) as document:
        total, dynamic = len(document), document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)
        if total > file.limits.pages:
            raise UnreadableFile(f"“{file.name}”有 {total} 页，超过 {file.limits.pages} 页的上限，请拆分后再上传。")
        told: dict[int, list[int]] = defaultdict(list)
        sheets: dict[int, Sheet] = {}
        pictures: dict[int, Sheet] = {}
        for number in range(1, total + 1):
            layer = _layer(document, number)
            if layer is None:
                told[DAMAGED].append(number)
                sheets[number] = Sheet(595, 842, ())
            elif _is_picture(layer) and not _layer_below(layer):
                pictures[number] = _sheet(layer)
            else:
                sheets[number] = _sheet(layer)
                if _layer_below(layer):
                    told[LAYER_USED].append(number)
            if number % OFTEN == 0:
                file.progress("读取", number, total)
        for number, sheet in _recognised(file, document, pictures, told):
            sheets[number] = sheet
    pages = [sheets[number] for number in range(1, total + 1)]
    told[UNMAPPED] = [n for n, sheet in enumerate(pages, 1) if UNKNOWN.search(_words(sheet.lines))]
    told[BLANK] = [n for n, sheet in enumerate(pages, 1) if not sheet.lines and n not in told[DAMAGED] + told[BEYOND]]
    if not any(sheet.lines for sheet in pages):
        raise UnreadableFile(f"“{file.name}”的 {total} 页里没有文字层，也没有识别出文字（OCR）。")
    notes = [NOTES[what].format(page_list(told[what]), limit=file.limits.scanned_pages) for what in NOTES if told[what]]
    if dynamic:
        notes.append(DYNAMIC)
    return assembled(pages, "pdf", notes)


@contextmanager
def _opened(file: Incoming) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(file.data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(f"“{file.name}”加了密码，请解除密码后再上传。") from error
        raise UnreadableFile(f"“{file.name}”不是完整的 PDF 文件，可能已损坏。") from error
    try:
        if not len(document):
            raise UnreadableFile(f"“{file.name}”里没有一页可读，文件可能已损坏。")
        yield document
    finally:
        document.close()


def _layer(document: Any, number: int) -> Layer | None:
    """None for a page that cannot be loaded; the others may be whole."""
    try:
        page = document[number - 1]
        if _has_fields(page):
            # what was filled in stands beside the page until it is made part of it
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            page.close()
            page = document[number - 1]
    except pypdfium2.PdfiumError:
        return None
    try:
        return layer_of(page)
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()


def _has_fields(page: Any) -> bool:
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind == raw.FPDF_ANNOT_WIDGET:
            return True
    return False


def _sheet(layer: Layer) -> Sheet:
    """A page from its layer. Words without ink are the text of a scan, and hidden on any other page."""
    below = _layer_below(layer)
    hidden = layer.hidden if below else (*layer.hidden, *layer.unseen)
    lines = (*layer.lines, *layer.unseen) if below else layer.lines
    return Sheet(layer.width, layer.height, lines, hidden=tuple(line.text for line in hidden))


def _is_picture(layer: Layer) -> bool:
    count = _count(layer.lines)
    if is_broken(_words(layer.lines), layer.unreadable):
        return True
    if layer.pictures >= WHOLE_PAGE and count < STAMPED:
        return True
    return count < LITTLE and (layer.pictures >= PICTURE or layer.paths >= OUTLINES)


def _layer_below(layer: Layer) -> bool:
    """A scan that some program has recognised already: its words lie without ink on the picture."""
    words = _words(layer.unseen)
    return layer.pictures >= PICTURE and len(words) > max(LITTLE, _count(layer.lines)) and not is_broken(words, 0)


def is_broken(words: str, unreadable: int) -> bool:
    """Whether the font's map gives wrong characters. `unreadable` counts those it gives none for."""
    if not words:
        return False
    strange = sum("\ue000" <= char <= "\uf8ff" or ("\x80" <= char <= "\u024f" and char.isalpha()) for char in words)
    if strange + max(unreadable, words.count("\ufffd")) > STRANGE * len(words):
        return True
    chinese = sum("\u3400" <= char <= "\u9fff" for char in words)
    return chinese >= PROSE and likelihood(words) < PROSE_LIKELIHOOD


def _words(lines: Sequence[Any]) -> str:
    return "".join("".join(line.text.split()) for line in lines)


def _count(lines: Sequence[Any]) -> int:
    return len(_words(lines))


def _recognised(
    file: Incoming, document: Any, pictures: dict[int, Sheet], told: dict[int, list[int]]
) -> Iterator[tuple[int, Sheet]]:
    """The pages that are pictures, recognised up to the limit; what is left out is told."""
    if not pictures:
        return
    # loading the engine costs half a second and its memory: only a file with a scan pays
    from ingest.readers.scan import recognise

    for done, (number, layer) in enumerate(pictures.items(), 1):
        if done > file.limits.scanned_pages:
            told[BEYOND].append(number)
            yield number, layer._replace(lines=())
            continue
        sheet = recognise(_rendered(document, number)).sheet
        words = _words(layer.lines)
        if is_broken(words, 0):
            better = likelihood(_words(sheet.lines)) > likelihood(words)
            told[LAYER_BROKEN if better else LAYER_KEPT].append(number)
            sheet = sheet if better else layer
        yield number, sheet._replace(hidden=layer.hidden)
        file.progress("识别", done, min(len(pictures), file.limits.scanned_pages))


def _rendered(document: Any, number: int) -> Any:
    """The page as a picture at 200 dpi, or as many as its size allows."""
    page = document[number - 1]
    try:
        longest = max(page.get_size()) or 1.0
        bitmap = page.render(scale=min(DPI / 72, LONG_SIDE / longest))
        try:
            return bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
    finally:
        page.close()
