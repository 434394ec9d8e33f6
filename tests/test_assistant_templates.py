"""Templates become Word files that open, keep every blank, and never pass for official forms."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT

from assistant.guidance.templates import (
    BLANK,
    NOT_OFFICIAL,
    NOTICE,
    Template,
    TemplateError,
    build_docx,
    load_templates,
)

FOLDER = Path(__file__).resolve().parent.parent / "data" / "templates"
TEMPLATES = load_templates(FOLDER)

SMALL = """
id: small
title: 小模板
kind: 模板
version: "1"
sectors: [药品]
stage: [BE]
kinds: [研发]
sources: [{title: 药品注册管理办法, article: 第二十四条, note: 备案}]
reviewed_on: 2026-11-21
note: 非官方文本，仅供参考，以官方文本为准
purpose: 试验
sections:
  - heading: 一、信息
    guidance: 照实写
    blanks: [品种]
"""


def opened(template: Template) -> WordDocument:
    return Document(BytesIO(build_docx(template)))


def all_text(document: WordDocument) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_word_file_opens_and_says_it_is_not_official(template: Template) -> None:
    # A printed page travels without our site around it: the notice must be in the body and on every page.
    document = opened(template)
    assert NOTICE in all_text(document)
    assert "人工智能" in NOTICE
    assert NOT_OFFICIAL in document.sections[0].footer.paragraphs[0].text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_word_file_keeps_every_blank_note_and_source(template: Template) -> None:
    # A line lost between the source and the Word file is a question the firm never gets asked.
    text = all_text(opened(template))
    for section in template.sections:
        assert section.heading in text
        assert section.guidance in text
        for label in section.blanks:
            assert label in text
        for row in section.table.rows if section.table else ():
            assert all(cell in text for cell in row)
    assert text.count(BLANK) == sum(len(section.blanks) for section in template.sections)
    assert all(f"《{source.title}》{source.article or ''}" in text for source in template.sources)


def test_chinese_text_has_a_chinese_font() -> None:
    # Without an eastAsia font Word shows headings in whatever it falls back to.
    xml = opened(TEMPLATES[0]).styles["Heading 1"].element.xml
    assert 'w:eastAsia="黑体"' in xml
    assert "eastAsiaTheme" not in xml


def test_wide_tables_lay_the_page_on_its_side_and_repeat_their_header() -> None:
    # Five columns on an upright A4 page leave no room to write; a table over two pages needs its header twice.
    wide = next(template for template in TEMPLATES if template.id == "template-ind-dossier-checklist")
    document = opened(wide)
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    width, height = document.sections[0].page_width, document.sections[0].page_height
    assert width is not None
    assert height is not None
    assert width > height
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)


def test_file_name_has_no_slash() -> None:
    # A title such as 药品/器械 would otherwise be taken for a folder.
    template = TEMPLATES[0].model_copy(update={"title": "药品/器械"})
    assert "/" not in template.file_name


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("purpose: 试验", "purpose: [未闭合"), "YAML", id="语法错误"),
        pytest.param(("kind: 模板", "kind: 案例"), "kind", id="不是模板"),
        pytest.param(("[药品]", "[食品]"), "sectors", id="没有这个领域"),
        pytest.param(("[BE]", "[上市]"), "stage", id="没有这个环节"),
        pytest.param(("    blanks: [品种]", ""), "没有要填写的内容", id="空小节"),
        pytest.param(
            ("    blanks: [品种]", "    table: {columns: [甲, 乙], rows: [[只有一格]]}"), "第1行有1格", id="表格缺格"
        ),
        pytest.param(("title: 小模板", "title: 小模板\nextra: 多余"), "extra", id="多余字段"),
    ],
)
def test_broken_source_is_refused_with_file_and_reason(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    # Whoever edits the YAML must learn which file and which field, not see a traceback.
    (tmp_path / "broken.yaml").write_text(SMALL.replace(*change), encoding="utf-8")
    with pytest.raises(TemplateError, match=r"broken\.yaml") as caught:
        load_templates(tmp_path)
    assert expected in str(caught.value)


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    # The second would silently replace the first in the download list.
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    with pytest.raises(TemplateError, match=r"b\.yaml.*small"):
        load_templates(tmp_path)


def test_other_encoding_is_named(tmp_path: Path) -> None:
    # Files saved by Chinese Windows editors come as GB18030.
    (tmp_path / "gbk.yaml").write_bytes(SMALL.encode("gb18030"))
    with pytest.raises(TemplateError, match="UTF-8"):
        load_templates(tmp_path)


def test_missing_folder_is_an_error_not_an_empty_list(tmp_path: Path) -> None:
    # An installation without its data must say so instead of offering no templates.
    with pytest.raises(TemplateError, match="找不到"):
        load_templates(tmp_path / "absent")
