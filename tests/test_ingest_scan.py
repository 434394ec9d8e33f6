"""Recognition: pages the tests draw are read back nearly character by character, and what is uncertain says so.

Recognising a page costs seconds, so few pages are drawn and each is asked for much.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence

import numpy as np
import pikepdf
import pypdfium2
import pytest
from drawn_pdf import FONT, drawn
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.readers.pdf.document import read_pdf
from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.sheet import Sheet, assembled
from ingest.readers.scan import full_width, read_image
from kb.errors import UnreadableFile

SIZE, LEAD, LEFT, TOP, ACROSS = 12, 21, 60, 790, 39
DPI = 200
LAW = (
    "样例医疗产品追溯管理办法",
    "第一章 总则",
    "第一条 为了加强样例医疗产品的全程追溯，保障使用者的安全与知情，"
    "根据有关法律、行政法规的要求，结合本地区工作实际，制定本办法。",
    "第二条 在本地区从事样例医疗产品研制、生产、贮存、运输和使用的单位（以下简称追溯主体），"
    "应当遵守本办法；个人少量自用的，不适用。",
    "第三条 追溯信息应当真实、准确、完整、可核对。任何单位不得伪造、隐匿或者擅自销毁追溯记录，"
    "记录保存期限自产品有效期届满之日起不少于五年。",
    "第二章 追溯主体的义务",
    "第四条 追溯主体应当履行下列义务：",
    "（一）建立与产品风险相适应的追溯制度，明确专职人员和岗位责任；",
    "（二）在产品最小销售包装上赋予唯一编码，编码规则应当公开、稳定；",
    "（三）在交付之时向下一环节提供编码清单，双方核对无误后各留一份；",
    "（四）发现编码重复、缺失或者与实物不符的，在二十四小时内报告主管部门。",
    "第五条 贮存、运输过程需要控制温度的，应当每隔10分钟自动记录一次温度；"
    "温度偏离规定范围的，立即采取措施并评估其对产品质量的影响。",
    "第六条 使用单位应当在使用前扫描编码，核对名称、批号和有效期。核对不符的，不得使用，并在当日书面通知供货单位。",
    "第三章 附则",
    "第七条 主管部门应当每年公布一次追溯工作情况，对工作成绩突出的单位可以给予通报表扬。",
    "第八条 本办法所称唯一编码，是指由数字、字母或者其组合构成的，能够区分每一个最小销售包装的标识。",
    "第九条 本办法自2031年3月1日起施行，有效期三年。此前的规定与本办法不一致的，以本办法为准。",
)  # fmt: skip
SHORT = (
    "第十条 主管部门可以对追溯主体进行检查，追溯主体应当配合。",
    "第十一条 检查记录应当由双方签字确认，并至少保存三年。",
)


@pytest.fixture(autouse=True, scope="module")
def chinese_font() -> None:
    """The pages are drawn by PDFium with whatever Chinese font the system has; it brings none of its own."""
    first, second = (raster(drawn(lambda page, char=char: place(page, 60, 700, char))) for char in ("法", "药"))
    if np.array_equal(np.asarray(first), np.asarray(second)):
        pytest.skip("系统没有中文字体，画不出待识别的页面（可安装 fonts-noto-cjk）")


def test_a_page_of_law_is_read_back() -> None:
    told: list[tuple[str, int, int]] = []
    image = law_page()
    raw = read_image(Incoming("扫描.png", saved(image, "PNG"), progress=lambda *words: told.append(words)))
    assert len("".join(LAW)) >= 600
    assert accuracy(raw.text, LAW) >= 0.985
    assert raw.confidence[0] is not None
    assert raw.confidence[0] > 0.95
    assert (raw.format, raw.pages, raw.notes, told) == ("image", (0,), (), [("识别", 1, 1)])
    starts = [line[:2] for line in raw.text.split("\n")]
    assert starts == [line[:2] for line in LAW], "each article and item begins a line, no other line does"


def test_a_slanting_noisy_copy_is_still_read() -> None:
    slanted = law_page().rotate(0.8, resample=Image.Resampling.BICUBIC, fillcolor="white")
    grain = np.random.default_rng(1).normal(0, 18, (slanted.height, slanted.width, 1))
    noisy = Image.fromarray((np.asarray(slanted) + grain).clip(0, 255).astype("uint8"))
    raw = read_image(Incoming("复印.jpg", saved(noisy, "JPEG")))
    assert accuracy(raw.text, LAW) >= 0.97
    assert [line[:2] for line in raw.text.split("\n")] == [line[:2] for line in LAW]


def test_a_red_title_is_read_and_a_red_seal_does_not_spoil_what_it_covers() -> None:
    """Official notices: the name of the issuer in large red letters, a round seal over the last lines."""

    def notice(page: Canvas) -> None:
        page.setFillColorRGB(0.9, 0.08, 0.08)
        page.setStrokeColorRGB(0.9, 0.08, 0.08)
        page.setFont(FONT, 40)
        page.drawString(38, 740, "样例市药品监督管理局文件")
        page.setLineWidth(4)
        page.circle(300, 560, 55)
        page.setFont(FONT, 16)
        for number, char in enumerate("样例市药品监督管理局"):
            turn = np.pi * (1.15 - 0.145 * number)
            page.drawString(292 + 40 * np.cos(turn), 554 + 40 * np.sin(turn), char)
        page.setFillColorRGB(0, 0, 0)
        page.setFont(FONT, SIZE)
        page.translate(0, 680 - TOP)
        lines(page, LAW[2:7])

    raw = read_image(Incoming("通知.jpg", saved(raster(drawn(notice)), "JPEG", quality=85)))
    meant = ["样例市药品监督管理局文件", *LAW[2:7]]
    assert raw.text.replace(" ", "").split("\n") == [line.replace(" ", "") for line in meant]
    assert "第 1 页有红色印章，章上的字未收入正文，章下的字请对照原件核对" in raw.notes


def test_a_scan_keeps_its_pages_leaves_out_their_numbers_and_names_what_it_did_not_read() -> None:
    told: list[tuple[str, int, int]] = []
    scans = [raster(drawn(numbered(text, number))) for number, text in enumerate((*SHORT, "第十二条 样例。"), 1)]
    data = drawn(*[functools.partial(picture, image=scan) for scan in scans])
    raw = read_pdf(Incoming("扫描.pdf", data, Limits(scanned_pages=2), lambda *words: told.append(words)))
    assert raw.text.split("\n")[0][:3] == "第十条"
    assert raw.text[raw.pages[1] :].startswith("第十一条")
    assert "页" not in raw.text
    assert [out.step for out in raw.left_out] == ["页码", "页码"]
    assert told == [("识别", 1, 2), ("识别", 2, 2)]
    assert "第 3 页需要识别，但超过识别 2 页的上限，未收入正文" in raw.notes


def test_text_and_scan_in_one_file_and_a_page_upside_down() -> None:
    scan = raster(drawn(lambda page: lines(page, SHORT))).transpose(Image.Transpose.ROTATE_180)
    raw = read_pdf(
        Incoming("混合.pdf", drawn(lambda page: lines(page, LAW[7:9]), functools.partial(picture, image=scan)))
    )
    assert raw.text[: raw.pages[1]].split("\n")[:2] == list(LAW[7:9]), "a page with text of its own is not recognised"
    assert accuracy(raw.text[raw.pages[1] :], SHORT) >= 0.97
    assert raw.confidence[0] is None
    assert raw.confidence[1] is not None
    assert raw.confidence[1] > 0.9


def test_a_layer_of_wrong_characters_gives_way_to_recognition() -> None:
    raw = read_pdf(Incoming("乱码.pdf", wrong_map(drawn(lambda page: lines(page, SHORT)))))
    assert accuracy(raw.text, SHORT) >= 0.97
    assert raw.notes[0] == "第 1 页的文字层是乱码，已改用图像识别"


def test_a_layer_under_a_scan_is_used_and_said() -> None:
    """No recognition here: the file has been recognised before, and is taken at its word."""

    def page(canvas: Canvas) -> None:
        picture(canvas, Image.new("RGB", (800, 1100), "white"))
        canvas.saveState()
        ink = canvas.beginText()
        ink.setTextRenderMode(3)
        canvas.drawText(ink)
        lines(canvas, SHORT)
        canvas.restoreState()

    raw = read_pdf(Incoming("双层.pdf", drawn(page)))
    assert raw.text.split("\n") == list(SHORT)
    assert raw.notes == ("第 1 页是扫描图，采用文件自带的识别文字层，请抽查核对",)
    assert raw.confidence == ()


def test_turned_pictures_are_set_upright() -> None:
    """By what the camera noted, and by what reads best."""
    page = raster(drawn(lambda canvas: lines(canvas, SHORT))).crop((0, 0, 1654, 400))
    noted = Image.Exif()
    noted[0x0112] = 6  # the camera was held sideways: turn clockwise to see it upright
    sideways = page.transpose(Image.Transpose.ROTATE_90)
    raw = read_image(Incoming("手机.jpg", saved(sideways, "JPEG", exif=noted)))
    assert accuracy(raw.text, SHORT) >= 0.97
    assert accuracy(read_image(Incoming("扫描.png", saved(sideways, "PNG"))).text, SHORT) >= 0.97


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: saved(Image.new("RGB", (400, 300), "white"), "PNG"), "没有识别出文字"),
        (lambda: saved(law_page(), "PNG")[:2000], "损坏"),
        (lambda: b"\x89PNG\r\n\x1a\n broken", "损坏"),
        (lambda: saved(Image.new("1", (20_000, 20_000)), "PNG"), "像素超过"),  # 50 KB that unpack to gigabytes
    ],
)
def test_pictures_that_cannot_be_read_are_refused_with_a_sentence(data: Callable[[], bytes], words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_image(Incoming("图.png", data()))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("药品,医疗器械;化妆品:", "药品，医疗器械；化妆品："),
        ("(一)核对名称", "（一）核对名称"),
        ("规范(GMP)认证", "规范（GMP）认证"),
        ("GMP(2010年修订)", "GMP（2010年修订）"),
        ("上午10:30至11:00", "上午10:30至11:00"),  # a time stays as it is
        ("Quality (QA), risk", "Quality (QA), risk"),  # and so does English
        ("1,000元", "1,000元"),
        ("以下简称(追溯主体", "以下简称（追溯主体"),  # the other half stands on the next line
    ],
)
def test_half_width_marks_beside_chinese(read: str, meant: str) -> None:
    assert full_width(read) == meant


def test_uncertain_lines_and_pages_are_marked_where_they_stand() -> None:
    first = Line("第一条 看得清楚的一行文字。", 60, 100, 300, 112, confidence=0.99)
    second = Line("第二条 看不清楚的一行文字。", 60, 130, 300, 142, confidence=0.61)
    raw = assembled([Sheet(595, 842, (second, first), confidence=0.8, illegible=("印章",))], "image")
    (doubt,) = raw.doubts
    assert raw.text[doubt.at :] == doubt.before == doubt.after == second.text
    assert (doubt.step, doubt.certain) == ("识别可信度低", False)
    assert [(out.step, out.before, out.certain) for out in raw.left_out] == [("无法辨认", "印章", False)]
    assert raw.notes == ("第 1 页识别可信度低（最低 80%），请对照原件核对",)


def accuracy(text: str, meant: Sequence[str]) -> float:
    """1 - edit distance / length, without spaces."""
    found, wanted = "".join(text.split()), "".join("".join(meant).split())
    row = list(range(len(wanted) + 1))
    for at, char in enumerate(found, 1):
        before, row[0] = row[0], at
        for number, other in enumerate(wanted, 1):
            before, row[number] = row[number], min(row[number] + 1, row[number - 1] + 1, before + (char != other))
    return 1 - row[-1] / len(wanted)


@functools.cache
def law_page() -> Image.Image:
    return raster(drawn(lambda page: lines(page, LAW)))


def raster(data: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    page.close()
    document.close()
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def width(char: str) -> float:
    return 0.5 if char.isascii() else 1.0


def lines(canvas: Canvas, texts: Sequence[str]) -> None:
    """Paragraphs with an indent of two characters, cut as a typesetter does: no mark at the start of a line."""
    y = TOP
    for text in texts:
        line, used = "", 2.0
        for char in text:
            if used + width(char) > ACROSS and char not in "，。；：、）":
                place(canvas, LEFT + SIZE * (used - sum(map(width, line))), y, line)
                line, used, y = "", 0.0, y - LEAD
            line, used = line + char, used + width(char)
        place(canvas, LEFT + SIZE * (used - sum(map(width, line))), y, line)
        y -= LEAD


def place(canvas: Canvas, x: float, y: float, text: str) -> None:
    for run in re.findall(r"[ -~]+|[^ -~]+", text):
        canvas.drawString(x, y, run)
        x += SIZE * sum(map(width, run))


def numbered(text: str, number: int) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        lines(canvas, [text])
        canvas.drawString(280, 40, f"第 {number} 页")

    return page


def picture(canvas: Canvas, image: Image.Image) -> None:
    canvas.drawImage(ImageReader(image), 0, 0, 595, 842)


def wrong_map(data: bytes) -> bytes:
    """The same page, its font saying that each character is one of the private ones, as badly made fonts do."""
    cmap = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Wrong def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange
%d beginbfrange %s endbfrange
endcmap end end"""
    blocks = [b"<%02X00> <%02XFF> <E000>" % (high, high) for high in (0x30, *range(0x4E, 0xA0))]
    cmap %= len(blocks), b" ".join(blocks)
    with pikepdf.open(io.BytesIO(data)) as document:
        for font in document.pages[0].Resources.Font.values():
            font.ToUnicode = document.make_stream(cmap)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
