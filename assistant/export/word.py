"""An exported document as a Word file; its metadata are in the core and in the custom properties."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run
from lxml import etree

from assistant.export.document import Block, Fact, Grid, Heading, Link, Paragraph, Quote, WrittenDocument
from assistant.word_font import set_font

CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CUSTOM_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The id that the format asks of every custom property."""
LONGEST_CORE = 255
RED, GREY = RGBColor(0xB0, 0x1E, 0x1E), RGBColor(0x55, 0x55, 0x55)
FONTS = (("Normal", "宋体", 10.5), ("Title", "黑体", 18), ("Heading 1", "黑体", 14), ("Heading 2", "黑体", 12))


def word(document: WrittenDocument) -> bytes:
    file = Document()
    _prepare(file, document)
    file.add_heading(document.title, level=0)
    _coloured(file.add_paragraph(), document.label, RED).bold = True
    for block in document.blocks:
        _add(file, block)
    _describe(file, document)
    buffer = BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _prepare(file: WordFile, document: WrittenDocument) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    footer = page.footer.paragraphs[0]
    footer.text = f"{document.label}　{document.provider}"
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else punctuation is drawn in the Japanese or Taiwanese way
    for name, font, size in (*FONTS, ("Heading 3", "黑体", 11)):
        set_font(file, name, font, size)


def _add(file: WordFile, block: Block) -> None:
    match block:
        case Heading(text, level):
            file.add_heading(text, level=level)
        case Paragraph(text):
            file.add_paragraph(text)
        case Fact(text):
            paragraph = file.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            _coloured(paragraph, text, GREY).font.size = Pt(9)
        case Quote(text):
            file.add_paragraph(text).paragraph_format.left_indent = Cm(0.8)
        case Link(name, url):
            paragraph = file.add_paragraph("来源：")
            _link(paragraph, name, url)
        case Grid(columns, rows):
            _grid(file, columns, rows)


def _coloured(paragraph: WordParagraph, text: str, colour: RGBColor) -> Run:
    run = paragraph.add_run(text)
    run.font.color.rgb = colour
    return run


def _link(paragraph: WordParagraph, name: str, url: str) -> None:
    reference = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), reference)
    run = _coloured(paragraph, f"{name} {url}", RGBColor(0x1F, 0x4E, 0x9C))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _grid(file: WordFile, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = file.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    file.add_paragraph()


def _describe(file: WordFile, document: WrittenDocument) -> None:
    core = file.core_properties
    core.title = document.title[:LONGEST_CORE]
    core.author = core.last_modified_by = document.provider
    core.comments = core.category = document.label
    core.identifier = document.content_number[:LONGEST_CORE]
    core.created = core.modified = document.asked_at
    values = {
        "label": document.label, "provider": document.provider, "content_number": document.content_number,
        "AIGC": document.aigc,
    }  # fmt: skip
    package = file.part.package
    part = Part(PackURI("/docProps/custom.xml"), CUSTOM_TYPE, _custom(values), package)
    package.relate_to(part, CUSTOM_RELATIONSHIP)


def _custom(values: dict[str, str]) -> bytes:
    root = etree.Element(f"{{{CUSTOM}}}Properties", nsmap={None: CUSTOM, "vt": VALUES})
    for at, (name, value) in enumerate(values.items(), start=2):  # the format counts from 2
        entry = etree.SubElement(root, f"{{{CUSTOM}}}property", fmtid=FORMAT_ID, pid=str(at), name=name)
        etree.SubElement(entry, f"{{{VALUES}}}lpwstr").text = value
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
