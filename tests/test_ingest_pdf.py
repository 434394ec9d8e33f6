"""PDF with a text layer: the right text in the right order, and every word left out accounted for."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable, Sequence
from functools import partial

import pikepdf
import pytest
from drawn_pdf import FONT, drawn
from reportlab.pdfgen.canvas import Canvas

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.readers.pdf.document import is_broken, read_pdf
from ingest.readers.pdf.furniture import furniture
from ingest.readers.pdf.lines import Line, in_reading_order
from ingest.readers.pdf.paragraphs import paragraphs
from ingest.readers.pdf.sheet import page_list
from ingest.readers.raw import RawText
from kb.errors import UnreadableFile

SIZE, LEAD, LEFT, TOP = 12, 20, 60, 760
PARAGRAPHS = (
    "第一条 为了加强样例产品的追溯，保障使用者的安全与知情，根据有关规定的要求，结合本地区的工作实际，制定本办法。",
    "第二条 在本地区从事样例产品研制、生产、贮存和运输的单位，应当遵守本办法。个人自用的，不适用本办法，但应保存凭证。",
    "追溯信息应当真实、准确、完整、可核对，任何单位不得伪造、隐匿或者擅自销毁追溯记录，记录保存不少于五年。",
    "第三条 使用单位应当在使用前扫描编码，核对名称和有效期；不符的，不得使用，并依照本办法第一条的规定通知供货单位。",
)


def test_wrapped_lines_become_paragraphs_with_and_without_indent() -> None:
    for indent, characters in ((2, 36), (0, 33)):
        split = wrapped(PARAGRAPHS, characters, indent)
        raw = read(drawn(partial(lines, texts=split)))
        assert raw.text.split("\n") == list(PARAGRAPHS)


def test_a_sentence_goes_on_over_the_page_end_and_both_pages_are_marked() -> None:
    split = wrapped(PARAGRAPHS, 36, 2)
    raw = read(drawn(lambda page: lines(page, split[:4]), lambda page: lines(page, split[4:])))
    assert raw.text.split("\n") == list(PARAGRAPHS)
    assert raw.pages[0] == 0
    assert raw.text[raw.pages[1] :].startswith(split[4].strip())


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("有关单位应当依照本办法", "第三十条的规定办理变更。", True),  # a reference broken by the page width
        ("有关单位应当依照本办法第", "（一）项的规定办理变更。", True),
        ("有关单位应当按照规定办理。", "第三十条 本办法自公布之日起施行。", False),
        ("有关单位应当按照规定办理。", "（二）其他情形。", False),
        ("有关单位应当按照规定办理的", "①提交申请；", False),
        ("申请表应当按照统一的格式填写（见附件", "4）；", True),  # the number belongs to the words before it
        ("温度应当控制在不超过摄氏", "1.5度的范围内。", True),  # a decimal, not item 1
        ("有关单位应当按照规定办理手续", "，不得拖延。", True),  # no line begins with a comma
    ],
)
def test_a_legal_number_opens_a_line_unless_the_sentence_runs_on(before: str, after: str, joined: bool) -> None:
    full = "各" * (30 - len(before)) + before
    raw = read(drawn(lambda page: lines(page, ["各" * 30 + "。", "　　" + full[2:], after])))
    assert (raw.text.split("\n")[-1] == full[2:] + after) is joined


def test_two_columns_are_read_one_after_the_other_below_a_heading_over_both() -> None:
    left, right = wrapped(PARAGRAPHS[:2], 18, 2), wrapped(PARAGRAPHS[2:], 18, 2)

    def page(canvas: Canvas) -> None:
        canvas.drawString(130, TOP + 30, "样例产品追溯管理办法（两栏排印的样张）")
        # the layer holds both columns line by line, as some programs write them
        for number in range(max(len(left), len(right))):
            for x, column in ((LEFT, left), (LEFT + 250, right)):
                if number < len(column):
                    place(canvas, x, TOP - LEAD * number, column[number])

    assert read(drawn(page)).text.split("\n") == ["样例产品追溯管理办法（两栏排印的样张）", *PARAGRAPHS]


def test_recognised_columns_are_told_apart_though_their_boxes_touch() -> None:
    """Recognition draws its boxes half a character too wide, so that two close columns overlap."""
    left = [Line(f"左栏的第{n}行文字排得很满", 60, 100 + 20 * n, 305, 115 + 20 * n, confidence=0.9) for n in range(5)]
    right = [Line(f"右栏的第{n}行文字排得很满", 298, 100 + 20 * n, 540, 115 + 20 * n, confidence=0.9) for n in range(5)]
    mixed = [line for pair in zip(left, right, strict=True) for line in pair]
    assert [placed.line for placed in in_reading_order(mixed)] == left + right


def test_a_list_with_short_cells_is_not_taken_for_columns() -> None:
    rows = [("受理", "五个工作日"), ("审评", "六十个工作日"), ("审批", "二十个工作日"), ("送达", "十个工作日")]

    def page(canvas: Canvas) -> None:
        for number, (name, days) in enumerate(rows):
            place(canvas, LEFT, TOP - LEAD * number, name)
            place(canvas, 350, TOP - LEAD * number, days)

    assert read(drawn(page)).text.split("\n") == [f"{name} {days}" for name, days in rows]


def test_ruled_table_with_merged_cells_and_its_rest_on_the_next_page() -> None:
    head = ("类别", "事项", "时限")
    rows = (("第二类", "首次注册", "六十日"), ("第二类", "延续注册", "三十日"))
    more = (("第三类", "首次注册", "九十日"), ("第三类", "变更\n备案", "十日"))

    def first(canvas: Canvas) -> None:
        place(canvas, LEFT, TOP, "附件1 各类样例产品的办理时限如下：")
        table(canvas, TOP - 20, (head, *rows), merged_down={(1, 0)})

    def second(canvas: Canvas) -> None:
        table(canvas, TOP, (head, *more))
        place(canvas, LEFT, 400, "注：时限以工作日计算。")

    raw = read(drawn(first, second))
    assert raw.text.split("\n") == [
        "附件1 各类样例产品的办理时限如下：", "| 类别 | 事项 | 时限 |", "| 第二类 | 首次注册 | 六十日 |",
        "| 第二类 | 延续注册 | 三十日 |", "| 第三类 | 首次注册 | 九十日 |", "| 第三类 | 变更备案 | 十日 |",
        "注：时限以工作日计算。",
    ]  # fmt: skip
    assert [(out.step, out.before) for out in raw.left_out] == [("重复表头", "| 类别 | 事项 | 时限 |")]


def test_a_frame_around_text_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(LEFT - 10, 500, 470, TOP - 470)
        lines(canvas, wrapped(PARAGRAPHS, 36, 2))

    assert read(drawn(page)).text.split("\n") == list(PARAGRAPHS)


def test_running_header_and_page_numbers_are_left_out_and_kept_on_record() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(200, 810, "样例产品追溯管理办法汇编")
            canvas.drawString(280, 30, f"— {number} —")
            canvas.drawString(LEFT, TOP + 20, f"附件{number}")  # opens a part, however often a page begins so
            place(canvas, LEFT, TOP - 40, PARAGRAPHS[number % 4][:30] + "。")

        return draw

    raw = read(drawn(*(page(number) for number in range(1, 5))))
    assert [line for line in raw.text.split("\n") if line.startswith("附件")] == ["附件1", "附件2", "附件3", "附件4"]
    assert "汇编" not in raw.text
    assert "—" not in raw.text
    steps = [(out.step, out.before) for out in raw.left_out]
    assert steps.count(("页眉页脚", "样例产品追溯管理办法汇编")) == 4
    assert [words for step, words in steps if step == "页码"] == ["— 1 —", "— 2 —", "— 3 —", "— 4 —"]
    assert all(raw.text[out.at :].startswith("附件") for out in raw.left_out if out.step == "页眉页脚")


@pytest.mark.parametrize(
    ("page_lines", "gone"),
    [
        (["- 1 -", "- 2 -", "- 3 -"], True),
        (["7", "8", "9"], True),  # grows with the page
        (["7", "70", "12"], False),  # does not
        (["2024", "2024", "2024"], True),  # the same words on each
        (["表1", "表5", "表9"], False),
        (["甲", "乙", "丙"], False),
    ],
)
def test_what_counts_as_running_words(page_lines: Sequence[str], gone: bool) -> None:
    body = Line("正文文字在页面中间", 60, 400, 400, 412)
    pages = [[body, Line(words, 280, 800, 300, 812)] for words in page_lines]
    assert all(bool(out.lines) is gone for out in furniture(pages, [842.0] * 3))


def test_a_chapter_that_opens_several_laws_of_a_collection_is_no_running_header() -> None:
    """A running header stands above one page after another; 第一章 总则 above the first page of each law."""
    body = [Line(f"正文文字{char}", 60, 400, 400, 412) for char in "甲乙丙丁戊己庚辛壬癸"]
    collection, book = ([[line] for line in body] for _ in range(2))
    for number in (0, 4, 8):
        collection[number].append(Line("第一章 总则", 200, 60, 300, 72))
    for number in range(3, 8):
        book[number].append(Line("第一章 总则", 200, 60, 300, 72))
    assert [len(out.lines) for out in furniture(collection, [842.0] * 10)] == [0] * 10
    assert sum(len(out.lines) for out in furniture(book, [842.0] * 10)) == 5


def test_words_that_come_back_at_other_heights_are_text() -> None:
    """Cells of a long list end many pages with the same words, each time where the page happens to end."""
    body = Line("正文文字在页面中间", 60, 400, 400, 412)
    header = Line("样例公司质量文件", 60, 40, 200, 52)
    pages = [[header, body, Line("产品质量的情形", 60, y, 200, y + 12)] for y in (730, 770, 810, 750)]
    assert [[line.text for line, _ in out.lines] for out in furniture(pages, [842.0] * 4)] == [[header.text]] * 4


def test_a_watermark_across_the_page_is_kept_out_of_its_lines() -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.85)
        canvas.setFont(FONT, 60)
        canvas.translate(100, TOP - 300)
        canvas.rotate(40)
        canvas.drawString(0, 0, "受控文件严禁复印")
        canvas.restoreState()
        lines(canvas, wrapped(PARAGRAPHS, 36, 2))

    raw = read(drawn(page))
    assert raw.text.split("\n") == list(PARAGRAPHS)
    assert [(out.step, out.before) for out in raw.left_out] == [("隐藏文字", "受控文件严禁复印")]


def test_what_is_filled_into_a_form_is_read() -> None:
    def page(canvas: Canvas) -> None:
        place(canvas, LEFT, TOP, "申请受理编号：")
        canvas.acroForm.textfield(name="number", x=LEFT + 100, y=TOP - 6, width=200, height=20, value="CYHB2400123")

    assert read(drawn(page)).text == "申请受理编号： CYHB2400123"


def test_a_dynamic_form_says_that_its_pages_are_elsewhere() -> None:
    with pikepdf.open(
        io.BytesIO(drawn(lambda canvas: place(canvas, LEFT, TOP, "请稍候，正在打开样例表单。")))
    ) as document:
        parts = pikepdf.Array([pikepdf.String("template"), document.make_stream(b"<template/>")])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=parts)
        document.Root.NeedsRendering = True
        data = saved(document)
    assert any("XFA" in note for note in read(data).notes)


def test_text_that_nobody_sees_is_kept_out_and_shown_to_the_curator() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, wrapped(PARAGRAPHS, 36, 2))
        canvas.saveState()
        ink = canvas.beginText(LEFT, 300)
        ink.setFont(FONT, 12)
        ink.setTextRenderMode(3)
        ink.textOut("无墨的文字")
        canvas.drawText(ink)
        canvas.restoreState()
        canvas.setFont(FONT, 1)
        canvas.drawString(LEFT, 280, "极小的文字")
        canvas.setFont(FONT, 12)
        canvas.drawString(700, 260, "页外的文字")
        canvas.setFillGray(1)
        canvas.drawString(LEFT, 240, "白色的文字")
        canvas.setFillGray(0)
        canvas.rect(LEFT, 195, 200, 20, fill=1)
        canvas.setFillGray(1)
        canvas.drawString(LEFT, 200, "黑底白字看得见。")

    raw = read(drawn(page))
    assert raw.text.split("\n") == [*PARAGRAPHS, "黑底白字看得见。"]
    hidden = {out.before for out in raw.left_out if out.step == "隐藏文字"}
    assert hidden == {"无墨的文字", "极小的文字", "页外的文字", "白色的文字"}
    assert not any(out.certain for out in raw.left_out)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_set_sideways_is_read_upright(angle: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(angle)
        canvas.translate(-LEFT - 200, -TOP + 100)
        lines(canvas, wrapped(PARAGRAPHS, 36, 2))

    assert read(drawn(page)).text.split("\n") == list(PARAGRAPHS)


def test_letters_set_wide_are_one_word_and_made_up_spaces_go() -> None:
    def page(canvas: Canvas) -> None:
        for number, char in enumerate("总则"):
            canvas.drawString(250 + 28 * number, TOP, char)
        for number, char in enumerate("第一章样例"):
            canvas.drawString(200 + 20 * number, TOP - 40, char)
        place(canvas, LEFT, TOP - 80, "本办法自2031年3月1日起施行，有效期为三年，由主管部门负责解释。")

    assert read(drawn(page)).text.split("\n") == [
        "总 则", "第一章样例", "本办法自2031年3月1日起施行，有效期为三年，由主管部门负责解释。"
    ]  # fmt: skip


def test_the_quarter_of_a_character_set_beside_figures_is_no_space() -> None:
    """Word processors set it on both sides: 第 25 号 in the layer is 第25号 on the page."""

    def page(canvas: Canvas) -> None:
        for x, words in ((0, "不得超过"), (51, "25"), (66, "号标准")):
            canvas.drawString(LEFT + x, TOP, words)

    assert read(drawn(page)).text == "不得超过25号标准"


def test_a_raised_figure_is_a_power_and_a_lowered_one_is_none() -> None:
    """10⁶ CFU read as 106 CFU would be another limit; H2O and a mark of reference [1] stay as they are."""

    def page(canvas: Canvas) -> None:
        text = canvas.beginText(LEFT, TOP)
        parts = [("限度为10", 0), ("6", 4), ("个，或10", 0), ("-3", 4), ("，H", 0), ("2", -3), ("O见", 0), ("[1]", 4)]
        for words, rise in parts:
            text.setFont(FONT, 7 if rise else SIZE)
            text.setRise(rise)
            text.textOut(words)
        canvas.drawText(text)

    assert read(drawn(page)).text == "限度为10⁶个，或10⁻³，H2O见[1]"


def test_blank_pages_are_named() -> None:
    raw = read(drawn(lambda page: lines(page, wrapped(PARAGRAPHS, 36, 2)), lambda page: None, lambda page: None))
    assert raw.notes == ("第 2—3 页没有文字",)
    assert raw.pages == (0, len(raw.text), len(raw.text))


@pytest.mark.parametrize(("numbers", "words"), [([3], "3"), ([1, 2, 3, 7], "1—3、7"), ([9, 1, 2], "1—2、9"), ([], "")])
def test_page_list(numbers: list[int], words: str) -> None:
    assert page_list(numbers) == words


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("".join(PARAGRAPHS), False),
        ("Good manufacturing practice for sterile products", False),
        ("\ue012\ue033\ue0a1" * 10, True),  # private use: the font has no map
        ("¸ÅÄîÐÔÑéÖ¤¹æ¶¨" * 5, True),  # GBK bytes shown as Latin
        ("蘩蒺藜蘅蘧虢虬虺蛎" * 6, True),  # Chinese, but no prose: the map is shifted
        ("人参、黄芪、甘草、当归、川芎、白芍、熟地黄、茯苓、白术、陈皮、半夏、生姜、大枣、桂枝、麻黄", False),
    ],
)
def test_broken_font_maps_are_told_from_rare_words(text: str, broken: bool) -> None:
    assert is_broken(text, 0) is broken


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        (lambda: drawn(lambda page: lines(page, PARAGRAPHS), password="秘密"), Limits(), "密码"),
        (lambda: b"%PDF-1.4 broken", Limits(), "损坏"),
        (lambda: drawn(*[lambda page: lines(page, PARAGRAPHS)] * 4), Limits(pages=3), "超过 3 页"),
        (lambda: drawn(lambda page: None), Limits(), "没有文字层"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: Callable[[], bytes], limits: Limits, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(data(), limits)


def looped_pages(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        document.Root.Pages.Kids.append(document.Root.Pages)
        return saved(document)


def looped_form(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        form = document.make_stream(b"/F0 Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F0=form))
        document.pages[0].Resources.XObject = pikepdf.Dictionary(F0=form)
        document.pages[0].contents_add(b"/F0 Do")
        return saved(document)


def looped_xref(data: bytes) -> bytes:
    start = data.rindex(b"xref", 0, data.rindex(b"startxref"))
    return data.replace(b"trailer\n<<", b"trailer\n<< /Prev %d " % start)


def many_pages(data: bytes) -> bytes:
    return data.replace(b"/Count 1", b"/Count 100000")


def short(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def no_content(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        document.pages[0].Contents = document.make_stream(zlib.compress(b"q" * 500_000 + b"BT ET"))
        return saved(document)


def huge_page(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        document.pages[0].MediaBox = [0, 0, 10**9, 10**9]
        return saved(document)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "damage",
    [looped_pages, looped_form, looped_xref, many_pages, short, no_content, huge_page],
    ids=lambda f: f.__name__,
)
def test_damaged_files_give_text_or_a_sentence(damage: Callable[[bytes], bytes]) -> None:
    assert_text_or_sentence(damage(drawn(lambda page: lines(page, wrapped(PARAGRAPHS, 36, 2)))))


@pytest.mark.timeout(60)
def test_flipped_bytes_give_text_or_a_sentence() -> None:
    whole = drawn(
        lambda page: (lines(page, wrapped(PARAGRAPHS, 36, 2)), table(page, 300, (("甲", "乙"), ("丙", "丁"))))
    )
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert_text_or_sentence(bytes(data))


def test_reading_order_and_paragraphs_take_linear_time_on_a_crowded_page() -> None:
    """A page of 20,000 scraps must not cost minutes; pytest's own limit would fail it."""
    crowd = [
        Line("样", 10 + 7 * (n % 80), 10 + 3 * (n // 80), 16 + 7 * (n % 80), 13 + 3 * (n // 80)) for n in range(20_000)
    ]
    assert len(paragraphs([in_reading_order(crowd)]).text.replace("\n", "").replace(" ", "")) == 20_000


def assert_text_or_sentence(data: bytes) -> None:
    reason = ""
    try:
        # a page whose text is lost would go to recognition, which has tests of its own
        raw = read(data, Limits(scanned_pages=0))
    except UnreadableFile as error:
        reason = str(error)
    assert reason.endswith("。") or (raw.text and raw.pages)


def read(data: bytes, limits: Limits | None = None) -> RawText:
    return read_pdf(Incoming("样例.pdf", data, limits or Limits()))


def saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def width(char: str) -> float:
    return 0.5 if char.isascii() else 1.0


def wrapped(texts: Sequence[str], characters: int, indent: int) -> list[str]:
    """Paragraphs cut into lines as a typesetter would: by width, no comma or full stop at the start of a line."""
    out = []
    for text in texts:
        line, used = "　" * indent, float(indent)
        for char in text:
            if used + width(char) > characters and char not in "，。；：、）":
                out.append(line)
                line, used = "", 0.0
            line, used = line + char, used + width(char)
        out.append(line)
    return out


def place(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Draw with half-width Latin characters, as Chinese fonts have them."""
    for run in re.findall(r"[ -~]+|[^ -~]+", text):
        canvas.drawString(x, y, run)
        x += SIZE * sum(map(width, run))


def lines(canvas: Canvas, texts: Sequence[str]) -> None:
    for number, text in enumerate(texts):
        place(canvas, LEFT, TOP - LEAD * number, text)


def table(
    canvas: Canvas,
    top: float,
    rows: Sequence[Sequence[str]],
    merged_down: frozenset[tuple[int, int]] | set[tuple[int, int]] = frozenset(),
) -> None:
    """A ruled table; a cell in `merged_down` has no line below it and its words stand between the two rows."""
    wide, high = 150, 40
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            x, y = LEFT + wide * column, top - high * (row + 1)
            canvas.line(x, y + high, x, y)
            canvas.line(x + wide, y + high, x + wide, y)
            if (row - 1, column) not in merged_down:
                canvas.line(x, y + high, x + wide, y + high)
            if (row, column) not in merged_down:
                canvas.line(x, y, x + wide, y)
            if (row - 1, column) in merged_down:
                continue
            lower = high / 2 if (row, column) in merged_down else 0
            for number, part in enumerate(words.split("\n")):
                place(canvas, x + 6, y + 24 - lower - 15 * number, part)
