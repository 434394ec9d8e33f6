"""Dossier and report templates: read from YAML that we wrote, built into Word files with blanks and filling notes.

A template is a form to think with, not an official form; every page of the Word file says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal

import yaml
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, RGBColor
from docx.table import Table
from pydantic import Field, ValidationError, model_validator

from assistant.model import EnterpriseKind
from assistant.word_font import set_font
from kb.errors import RegkbError
from kb.model import Frozen, Kind, Sector

LifeCycle = Literal[
    "研发/非临床",
    "IND/临床试验",
    "BE",
    "NDA/ANDA/BLA",
    "分类界定",
    "检验",
    "注册",
    "生产许可",
    "上市后变更",
    "再注册/延续",
    "警戒/召回",
    "注销",
]

NOT_OFFICIAL = "非官方文本，仅供参考，以官方文本为准"
NOTICE = (
    "本文件不是官方表格：由知识库整理，整理过程可能使用人工智能。"
    "提交前须由专业人员逐项核对，并以主管部门公布的最新要求为准。"
)
BLANK = "【待填写】"
WIDE = 5  # columns: from here on a table does not fit an upright A4 page


class TemplateError(RegkbError):
    """A template source that cannot be read; the message names the file and what to mend."""

    exit_code = 4


class Basis(Frozen):
    """An instrument a statement rests on. `article` is the printed label (`第十九条`), or None for the whole text."""

    title: str
    article: str | None
    note: str


class ContentHead(Frozen):
    """What every piece of our own content says about itself: the head of guides, cases and templates alike."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    kind: Kind
    sectors: tuple[Sector, ...] = Field(min_length=1)
    stage: tuple[LifeCycle, ...] = Field(min_length=1)
    kinds: tuple[EnterpriseKind, ...] = Field(min_length=1)
    sources: tuple[Basis, ...] = Field(min_length=1)
    reviewed_on: date
    note: str


class TemplateTable(Frozen):
    """A table to fill in. Every row has as many cells as there are columns; an empty cell is a blank."""

    columns: tuple[str, ...] = Field(min_length=2)
    rows: tuple[tuple[str, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rectangular(self) -> TemplateTable:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"第{number}行有{len(row)}格，表头有{len(self.columns)}格")
        return self


class TemplateSection(Frozen):
    """A heading, a note on how to fill it in, and what is to be filled in: labelled blanks, a table, or both."""

    heading: str
    guidance: str
    blanks: tuple[str, ...] = ()
    table: TemplateTable | None = None

    @model_validator(mode="after")
    def _has_something_to_fill_in(self) -> TemplateSection:
        if not self.blanks and self.table is None:
            raise ValueError(f"“{self.heading}”没有要填写的内容")
        return self


class Template(ContentHead):
    kind: Literal[Kind.TEMPLATE]
    version: str
    purpose: str
    sections: tuple[TemplateSection, ...] = Field(min_length=1)

    @property
    def file_name(self) -> str:
        """Name to offer for the download."""
        return f"{self.title.replace('/', '／')}_{self.version}.docx"


def load_templates(folder: Path) -> tuple[Template, ...]:
    """Read every `*.yaml` of the folder, in order of file name.

    Raises TemplateError when the folder is missing, a file is not a template, or two files share an id.
    """
    if not folder.is_dir():
        raise TemplateError(f"找不到模板文件夹 {folder.name}，请检查数据目录是否完整。")
    templates: dict[str, Template] = {}
    for path in sorted(folder.glob("*.yaml")):
        template = _read(path)
        if template.id in templates:
            raise TemplateError(f"模板 {path.name} 的编号 {template.id} 已被另一个模板使用，请改一个。")
        templates[template.id] = template
    return tuple(templates.values())


def build_docx(template: Template) -> bytes:
    """The template as a Word file: notice, purpose, sections with blanks and filling notes, basis."""
    document = Document()
    _prepare_page(document, template)
    document.add_heading(template.title, level=0)
    _notice(document)
    _facts(document, template)
    for section in template.sections:
        _section(document, section)
    _basis(document, template.sources)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _read(path: Path) -> Template:
    try:
        return Template.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise TemplateError(f"模板 {path.name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"模板 {path.name} 的 YAML 格式有误，请检查缩进和引号：{error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "全文"
        raise TemplateError(f"模板 {path.name} 的 {field} 不合要求：{first['msg']}") from error


def _prepare_page(document: WordDocument, template: Template) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    widest = max((len(section.table.columns) for section in template.sections if section.table), default=0)
    if widest >= WIDE:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    page.header.paragraphs[0].text = f"{template.title}　{template.version}"
    page.footer.paragraphs[0].text = f"{NOT_OFFICIAL}。"
    page.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, font, size in (("Normal", "宋体", 10.5), ("Title", "黑体", 20), ("Heading 1", "黑体", 14)):
        set_font(document, name, font, size)
    document.core_properties.title = template.title
    document.core_properties.author = "regkb"
    document.core_properties.comments = NOTICE


def _notice(document: WordDocument) -> None:
    run = document.add_paragraph().add_run(NOTICE)
    run.bold = True
    run.font.color.rgb = RGBColor(0xB0, 0x1E, 0x1E)


def _facts(document: WordDocument, template: Template) -> None:
    _fill(
        document,
        ("项目", "说明"),
        (
            ("用途", template.purpose),
            ("适用领域", "、".join(template.sectors)),
            ("适用阶段", "、".join(template.stage)),
            ("整理日期", template.reviewed_on.isoformat()),
        ),
    )


def _section(document: WordDocument, section: TemplateSection) -> None:
    document.add_heading(section.heading, level=1)
    document.add_paragraph().add_run(f"填写说明：{section.guidance}").italic = True
    if section.blanks:
        _fill(document, ("项目", "内容"), [(label, BLANK) for label in section.blanks])
    if section.table:
        _fill(document, section.table.columns, section.table.rows)


def _basis(document: WordDocument, sources: Sequence[Basis]) -> None:
    document.add_heading("依据（供核对）", level=1)
    for number, source in enumerate(sources, start=1):
        document.add_paragraph(f"{number}. 《{source.title}》{source.article or ''}：{source.note}")


def _fill(document: WordDocument, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    _repeat_header(table)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _repeat_header(table: Table) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
