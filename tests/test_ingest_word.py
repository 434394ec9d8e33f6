"""Word files: what a reader of the page sees is in the text, and what only the file holds is said beside it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from word_package import DOWN, ON, WIDE, cell, item, level, lines, lists, packed, paragraph, raw, row, run, word

from ingest.incoming import Incoming
from ingest.readers import read
from ingest.readers.word.document import read_docx


def test_the_final_text_of_a_revision_is_read_and_its_deletions_recorded() -> None:
    body = (
        f"<w:p>{run('罚款')}<w:del>{'<w:r><w:delText>一万元</w:delText></w:r>'}</w:del><w:ins>{run('五万元')}</w:ins>"
        f"{run('以下。')}</w:p>"
    )
    found = raw(body)
    assert found.text == "罚款五万元以下。"
    [record] = found.left_out
    assert (record.step, record.before, record.after, record.at) == ("修订中已删除的文字", "一万元", "", 2)
    assert found.notes == ("带有未接受的修订（插入 1 处、删除 1 处），已按全部接受后的文字读取",)


def test_a_deleted_paragraph_takes_no_number_and_a_deleted_end_joins_two() -> None:
    gone = '<w:rPr><w:del/></w:rPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    body = (
        item("甲") + f"<w:p><w:pPr>{gone}</w:pPr><w:del><w:r><w:delText>乙</w:delText></w:r></w:del></w:p>" + item("丙")
        + paragraph("丁前", "<w:rPr><w:del/></w:rPr>") + paragraph("丁后")
    )  # fmt: skip
    assert lines(body, numbering=lists(level(0, "decimal", "%1."))) == ["1. 甲", "2. 丙", "丁前丁后"]


def test_a_hidden_paragraph_takes_no_number() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Guidance"><w:rPr><w:vanish/></w:rPr></w:style>'
    hidden = '<w:pStyle w:val="Guidance"/><w:numPr><w:numId w:val="1"/></w:numPr>'
    found = raw(
        item("甲") + paragraph("填写说明", hidden) + item("乙"),
        styles=styles,
        numbering=lists(level(0, "decimal", "%1.")),
    )
    assert found.text == "1. 甲\n2. 乙"
    assert [fix.before for fix in found.left_out] == ["填写说明"]


def test_moved_words_stand_once_where_they_went() -> None:
    body = f"<w:p><w:moveFrom>{run('移动')}</w:moveFrom>{run('甲')}</w:p><w:p><w:moveTo>{run('移动')}</w:moveTo></w:p>"
    assert lines(body) == ["甲", "移动"]


WHITE = '<w:color w:val="FFFFFF"/>'
HIDDEN = [
    (run("密", "<w:vanish/>"), "vanish on the run"),
    (run("密", '<w:rStyle w:val="Unseen"/>'), "vanish in a character style"),
    (run("密", WHITE), "white on the white page"),
    (run("密", '<w:sz w:val="2"/>'), "one point high"),
]
UNSEEN = '<w:style w:type="character" w:styleId="Unseen"><w:rPr><w:vanish/></w:rPr></w:style>'


@pytest.mark.parametrize("hidden", [row[0] for row in HIDDEN], ids=[row[1] for row in HIDDEN])
def test_what_cannot_be_seen_is_left_out_and_flagged(hidden: str) -> None:
    found = raw(f"<w:p>{run('甲')}{hidden}{run('乙')}</w:p>", styles=UNSEEN)
    assert found.text == "甲乙"
    [record] = found.left_out
    assert (record.step, record.before, record.at, record.certain) == ("隐藏文字", "密", 1, False)


@pytest.mark.parametrize(
    "seen",
    [
        run("白", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>'),
        run("白", '<w:rStyle w:val="Unseen"/><w:vanish w:val="0"/>'),
        run("白", "<w:webHidden/>"),
    ],
)
def test_white_on_a_shade_and_hiding_undone_are_seen(seen: str) -> None:
    found = raw(f"<w:p>{seen}</w:p>", styles=UNSEEN)
    assert (found.text, found.left_out) == ("白", ())


def test_white_header_cells_on_a_shade_are_seen() -> None:
    shade = '<w:tcPr><w:shd w:val="clear" w:fill="4472C4"/></w:tcPr>'
    white = "".join(f"<w:tc>{shade}<w:p>{run(words, WHITE)}</w:p></w:tc>" for words in "甲乙")
    body = f"<w:tbl><w:tr>{white}</w:tr>{row('1', '2')}</w:tbl>"
    assert lines(body) == ["| 甲 | 乙 |", "| 1 | 2 |"]


def test_struck_words_stay_and_are_doubted() -> None:
    [doubt] = raw(f"<w:p>{run('按')}{run('第三条', '<w:strike/>')}{run('办理')}</w:p>").doubts
    assert (doubt.step, doubt.before, doubt.after, doubt.at, doubt.certain) == (
        "带删除线的文字", "第三条", "第三条", 1, False,
    )  # fmt: skip


def test_comments_headers_and_page_numbers_are_no_text() -> None:
    body = (
        f"<w:p>{run('甲')}<w:r><w:commentReference w:id='7'/></w:r>{run('乙')}</w:p>"
        "<w:sectPr><w:headerReference r:id='rheader'/><w:footerReference r:id='rfooter'/></w:sectPr>"
    )
    comments = f'<w:comment w:id="7">{paragraph("此处待定")}</w:comment>'
    found = raw(body, comments=comments, header=paragraph("样例公司 质量手册"), footer=paragraph("- 1 -"))
    assert found.text == "甲乙"
    assert [(fix.step, fix.before, fix.at) for fix in found.left_out] == [
        ("批注", "此处待定", 1), ("页眉页脚", "样例公司 质量手册", 0),
    ]  # fmt: skip


def test_notes_come_last_under_their_own_line_and_leave_no_mark() -> None:
    body = (
        f"<w:p>{run('甲')}<w:r><w:endnoteReference w:id='2'/></w:r>{run('乙。')}"
        "<w:r><w:footnoteReference w:id='3'/></w:r></w:p>" + paragraph("丙")
    )
    separator = f'<w:footnote w:type="separator" w:id="0">{paragraph("—")}</w:footnote>'
    found = raw(
        body,
        footnotes=f'{separator}<w:footnote w:id="3">{paragraph("脚注一")}{paragraph("续")}</w:footnote>'
        f'<w:footnote w:id="4">{paragraph("无人引用")}</w:footnote>',
        endnotes=f'<w:endnote w:id="2">{paragraph("尾注一")}</w:endnote>',
    )
    assert found.text == "甲乙。\n丙\n脚注\n［注1］尾注一\n［注2］脚注一 续"
    assert [fix.before for fix in found.left_out] == ["无人引用"]


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
RING, HALF = r" eq \o\ac(○,", r" EQ \f(1,2) "
BEGIN, MIDDLE, END = (FIELD.format(kind) for kind in ("begin", "separate", "end"))


def instruction(words: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{words}</w:instrText></w:r>'


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        (f"{BEGIN}{instruction(' HYPERLINK x ')}{MIDDLE}{run('网址')}{END}", "网址"),
        # a number in a ring, as the Chinese menus make it, has no result
        (f"{BEGIN}{instruction(RING)}{instruction('3) ')}{END}", "③"),
        (f"{BEGIN}{instruction(HALF)}{END}", "1/2"),
        # a field within the instruction of another shows nothing
        (f"{BEGIN}{instruction('IF ')}{BEGIN}{MIDDLE}{run('9')}{END}{MIDDLE}{run('是')}{END}", "是"),
        # a field that never ends loses no word of the next paragraph
        (f"{BEGIN}{instruction('PAGE')}</w:p><w:p>{run('后文')}", "后文"),
        (f'<w:fldSimple w:instr="DOCPROPERTY x">{run("样例")}</w:fldSimple>', "样例"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/>'
            f"</w:checkBox></w:ffData></w:fldChar></w:r>{instruction(' FORMCHECKBOX ')}{END}{run('是')}",
            "☑是",
        ),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>", "控件"),
        (f'<w:hyperlink w:anchor="x"><w:smartTag>{run("链接")}</w:smartTag></w:hyperlink>', "链接"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "☑□"),
        (run("R", '<w:rFonts w:ascii="Wingdings 2"/>'), "☑"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t><w:noBreakHyphen/><w:t>7</w:t></w:r>', "≥5-7"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>", "甲 乙\n丙"),
        # Word's own pinyin guide
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>jiān</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>监</w:t></w:r></w:rubyBase></w:ruby>"
            "</w:r>",
            "监",
        ),
        (
            "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
            "</m:den></m:f></m:oMath>",
            "x=(a+b)/2",
        ),
    ],
)
def test_what_stands_in_a_line(inline: str, expected: str) -> None:
    assert raw(f"<w:p>{inline}</w:p>").text == expected


@pytest.mark.parametrize(
    ("raised", "shown"), [("6", "10⁶"), ("-3", "10⁻³"), ("n+1", "10ⁿ⁺¹"), ("[1]", "10[1]"), ("TM", "10TM")]
)
def test_a_power_is_no_digit_of_its_number(raised: str, shown: str) -> None:
    """10⁶ CFU read as 106 CFU would be another limit."""
    up, down = ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>')
    assert lines(f"<w:p>{run('限度10')}{run(raised, up)}{run('，H')}{run('2', down)}</w:p>") == [f"限度{shown}，H2"]


def test_a_hidden_row_is_left_out_and_flagged() -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{cell('旧限度')}{cell('旧值')}</w:tr>"
    found = raw(f"<w:tbl>{row('项目', '限度')}{hidden}{row('水分', '百分之五')}</w:tbl>")
    assert found.text.split("\n") == ["| 项目 | 限度 |", "| 水分 | 百分之五 |"]
    assert [(out.step, out.before, out.certain) for out in found.left_out] == [("隐藏文字", "旧限度 旧值", False)]
    assert not any("修订" in note for note in found.notes)


def test_an_unknown_symbol_is_marked_and_told() -> None:
    found = raw('<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FF"/></w:r></w:p>')
    assert found.text == "〓"
    assert found.notes == ("有 1 个符号字体的字符无法识别，以〓代替",)


def test_a_nonsense_code_of_a_symbol_is_no_crash() -> None:
    assert raw('<w:p><w:r><w:sym w:font="Wingdings" w:char="99999999999999"/></w:r></w:p>').text == "〓"


def test_contents_lines_lose_their_page_numbers_only() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>'
    page = f"{BEGIN}{instruction(' PAGEREF _Toc1 ')}{MIDDLE}{run('12')}{END}"
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="11"/></w:pPr>{run("第一章　总则")}<w:r><w:tab/></w:r>{page}</w:p>'
        f"<w:p>{run('见第')}{page}{run('页')}</w:p>"
    )
    assert lines(body, styles=styles) == ["第一章　总则", "见第12页"]


def text_box(words: str) -> str:
    inside = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><wps:wsp><wps:txbx>"
        f"{inside}</wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    assert lines(f"<w:p>{text_box('框内')}{run('正文')}</w:p>{paragraph('后文')}") == ["正文", "框内", "后文"]


def test_a_box_of_an_old_file_has_only_the_fallback() -> None:
    old = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>旧框</w:t></w:r></w:p></w:txbxContent>"
    assert lines(f"<w:p>{old}</v:textbox></v:shape></w:pict></w:r>{run('正文')}</w:p>") == ["正文", "旧框"]


def test_the_words_of_a_smart_art_drawing_are_read() -> None:
    """Flow charts of office procedures are often drawn so; their words are in a part of their own."""
    diagram = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    shapes = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>" for words in ("受理", "审评")
    )
    body = (
        f'<w:p><w:r><w:drawing><wp:inline><dgm:relIds {diagram} r:dm="rfootnotes"/></wp:inline></w:drawing></w:r></w:p>'
    )
    found = raw(body + paragraph("后文"), footnotes=f"<dgm:ptLst {diagram}>{shapes}</dgm:ptLst>")
    assert found.text == "受理\n审评\n后文"


def picture(kind: str, millimetres: float) -> str:
    side = round(millimetres * 36_000)
    return f'<w:r><w:drawing><wp:{kind}><wp:extent cx="{side}" cy="{side}"/><pic:pic/></wp:{kind}></w:drawing></w:r>'


def test_figures_leave_a_mark_in_their_place_and_ornaments_none() -> None:
    body = (
        f"<w:p>{picture('inline', 40)}</w:p><w:p>{run('取')}{picture('inline', 5)}{run('毫升')}</w:p>"
        f"<w:p>{picture('anchor', 60)}{run('流程如下')}</w:p><w:p>{picture('inline', 0.5)}</w:p>"
    )
    assert lines(body) == ["[image: ]", "取 [image: ] 毫升", "流程如下", "[image: ]"]


RUNNING = "".join(paragraph(f"第{n}条　内容若干，以此为限。") for n in "一二三")
TABLES = [
    # merged across keeps its place; merged down is said in each row
    (
        f"<w:tr>{cell('类别', DOWN)}{cell('期限', WIDE)}</w:tr><w:tr>{cell('', ON)}{cell('初审')}{cell('复审')}</w:tr>"
        f"<w:tr>{cell('甲', DOWN)}{cell('1')}{cell('2')}</w:tr><w:tr>{cell('', ON)}{cell('3')}{cell('4')}</w:tr>",
        ["| 类别 | 期限 |  |", "| 类别 | 初审 | 复审 |", "| 甲 | 1 | 2 |", "| 甲 | 3 | 4 |"],
    ),
    # a title over all columns is a line of its own, so that the header row comes first
    (f"<w:tr>{cell('附表一', WIDE)}</w:tr>{row('类', '期')}{row('甲', '1')}", ["附表一", "| 类 | 期 |", "| 甲 | 1 |"]),
    (row("只有", "一行"), ["| 只有 | 一行 |"]),
    # one column only sets out the page
    (row("第一段") + row("第二段"), ["第一段", "第二段"]),
    (row("", "第一段") + row("", "第二段"), ["第一段", "第二段"]),
    # running text that fills the table: its articles must stay paragraphs
    (
        f"<w:tr>{cell('图')}<w:tc>{RUNNING}</w:tc></w:tr>",
        ["图", "第一条　内容若干，以此为限。", "第二条　内容若干，以此为限。", "第三条　内容若干，以此为限。"],
    ),
    # a table in a cell of a table of data
    (
        f"{row('名称', '要求')}<w:tr>{cell('甲')}"
        f"<w:tc>{paragraph('外')}<w:tbl>{row('内一', '内二')}</w:tbl>{paragraph()}</w:tc></w:tr>",
        ["| 名称 | 要求 |", "| 甲 | 外 内一 内二 |"],
    ),
    # rows in content controls, rows deleted in a revision
    (
        f"{row('类', '期')}<w:sdt><w:sdtContent>{row('甲', '1')}</w:sdtContent></w:sdt>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('乙')}{cell('2')}</w:tr>",
        ["| 类 | 期 |", "| 甲 | 1 |"],
    ),
    (row("", "") + row("", ""), ["后"]),
]


@pytest.mark.parametrize(("rows", "expected"), TABLES)
def test_tables(rows: str, expected: list[str]) -> None:
    found = lines(f"<w:tbl>{rows}</w:tbl>{paragraph('后')}")
    assert found == (expected if expected[-1] == "后" else [*expected, "后"])


def test_numbers_of_a_column_of_an_empty_list_are_printed() -> None:
    """Serial numbers in a first column are often nothing but list numbers of empty paragraphs."""
    body = "".join(f"<w:tr><w:tc>{item('')}</w:tc>{cell(words)}</w:tr>" for words in "甲乙")
    assert lines(f"<w:tbl>{body}</w:tbl>", numbering=lists(level(0, "decimal", "%1"))) == ["| 1 | 甲 |", "| 2 | 乙 |"]


def made_by_word_library(build: Callable[[Document], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_headings_with_styles_and_without_read_alike() -> None:
    """Structure comes from the text, so a heading style may neither add nor take a word."""

    def styled(document: Document) -> None:
        document.add_heading("样例管理办法", 0)
        document.add_heading("第一章　总则", 1)
        document.add_paragraph("第一条　为了规范样例管理，制定本办法。")

    def plain(document: Document) -> None:
        for words in ("样例管理办法", "第一章　总则", "第一条　为了规范样例管理，制定本办法。"):
            document.add_paragraph(words)

    texts = {read(Incoming("办法.docx", made_by_word_library(build))).text for build in (styled, plain)}
    assert texts == {"样例管理办法\n第一章　总则\n第一条　为了规范样例管理，制定本办法。"}


def test_order_of_paragraphs_and_tables_is_kept() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("前")
        table = document.add_table(rows=2, cols=2)
        for at, words in enumerate(("类", "期", "甲", "1")):
            table.cell(at // 2, at % 2).text = words
        document.add_paragraph("后")

    assert read(Incoming("a.docx", made_by_word_library(build))).text == "前\n| 类 | 期 |\n| 甲 | 1 |\n后"


def test_a_strict_file_reads_like_any_other() -> None:
    """Word can save with the same names under other addresses."""
    data = word(paragraph("甲"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name).decode() for name in package.namelist()}
    strict = re.compile(r"http://schemas\.openxmlformats\.org/(\w+)/2006/(main|relationships)(?=[\"/])")
    files = {
        name: strict.sub(r"http://purl.oclc.org/ooxml/\1/\2", words) if name.startswith("word/d") else words
        for name, words in files.items()
    }
    assert "purl" in files["word/document.xml"]
    assert read_docx(Incoming("a.docx", packed(files))).text == "甲"
