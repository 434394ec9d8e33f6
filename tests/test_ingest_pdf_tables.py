"""Tables of a PDF that run over pages: firms and regulators export them with a header on each page and rows cut in two.

A lost label or half a row here is a wrong fact later, so each kind of cut is drawn and read back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from drawn_pdf import drawn
from reportlab.pdfgen.canvas import Canvas

from ingest.incoming import Incoming
from ingest.readers.pdf.cut_tables import joined
from ingest.readers.pdf.document import read_pdf
from ingest.readers.pdf.lines import Line, Placed, Table
from ingest.readers.pdf.tables import text_of
from ingest.readers.raw import RawText

SIZE, LEFT, WIDE, HIGH = 10, 60, 110, 30
HEAD = ("序号", "偏差类型", "时限", "责任部门")
BODY = "本规程规定样例偏差的报告、调查和处理的要求。"


def test_a_header_repeated_on_every_page_is_dropped_from_all_but_the_first() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        return lambda canvas: grid(canvas, 700, [HEAD, (str(number), f"第{number}类", "十日", "质量部")])

    raw = read(*(page(number) for number in range(1, 6)))
    assert raw.text.split("\n") == [
        "| 序号 | 偏差类型 | 时限 | 责任部门 |", *(f"| {n} | 第{n}类 | 十日 | 质量部 |" for n in range(1, 6))
    ]  # fmt: skip
    assert [out.step for out in raw.left_out] == ["重复表头"] * 4


def test_a_running_header_that_is_a_table_is_furniture() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            rows = [("样例公司", "文件编号：SOP-012-03"), ("版本号：03", f"第 {number} 页 共 4 页")]
            grid(canvas, 820, rows)
            canvas.drawString(LEFT, 600, BODY[number:])

        return draw

    raw = read(*map(page, range(1, 5)))
    assert raw.text.split("\n") == [BODY[number:] for number in range(1, 5)]
    assert sum("文件编号" in out.before for out in raw.left_out if out.step == "页眉页脚") == 4


def test_a_small_table_on_top_of_each_page_stays_when_its_words_differ() -> None:
    names = ("甲苯", "乙醇", "丙酮", "丁醇")
    raw = read(*(partial(grid, top=820, rows=[("名称", name), ("限度", "百分之二")]) for name in names))
    assert all(f"| 名称 | {name} |" in raw.text for name in names)


def test_a_title_over_all_columns_is_no_row_of_cells() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(LEFT, 700, 4 * WIDE, HIGH)
        canvas.drawString(LEFT + 150, 710, "偏差处理时限表")
        grid(canvas, 700, [HEAD, ("1", "一般", "十日", "质量部")])

    assert read(page).text.split("\n") == [
        "偏差处理时限表", "| 序号 | 偏差类型 | 时限 | 责任部门 |", "| 1 | 一般 | 十日 | 质量部 |"
    ]  # fmt: skip


def test_a_row_cut_by_the_page_end_is_one_row_again() -> None:
    first = partial(grid, top=120, rows=[HEAD, ("1", "生产过程中参数超出规", "十日", "质量部")])
    second = partial(grid, top=700, rows=[HEAD, ("", "定的范围", "", ""), ("2", "一般", "五日", "生产部")])
    assert read(first, second).text.split("\n")[1:] == [
        "| 1 | 生产过程中参数超出规定的范围 | 十日 | 质量部 |", "| 2 | 一般 | 五日 | 生产部 |"
    ]  # fmt: skip


CASES = [
    # the label of a merged cell is printed on the page before only
    ([("质量部", "甲类", "十日")], [("", "乙类", "五日"), ("", "丙类", "三日")], (0, 1, 0), {2},
     ["| 质量部 | 乙类 | 五日 |", "| 质量部 | 丙类 | 三日 |"]),
    # an empty cell of one row stays empty: nothing says that it belongs to the row above
    ([("质量部", "甲类", "十日")], [("", "乙类", "五日"), ("某部", "丙类", "三日")], None, {2},
     ["|  | 乙类 | 五日 |", "| 某部 | 丙类 | 三日 |"]),
    # a sentence that ended was not cut, and what does not fill its cell neither
    ([("1", "应当立即停止生产。", "十日")], [("", "并且报告主管部门", "")], None, {1}, ["|  | 并且报告主管部门 |  |"]),
    ([("1", "应当立即停止生产", "十日")], [("", "并且报告主管部门", "")], None, set(), ["|  | 并且报告主管部门 |  |"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "blank", "full", "expected"), CASES)
def test_what_goes_on_and_what_does_not(
    before: Sequence[tuple[str, ...]],
    after: Sequence[tuple[str, ...]],
    blank: tuple[int, int, int] | None,
    full: set[int],
    expected: list[str],
) -> None:
    edges = (0.0, 100.0, 300.0, 400.0)
    tables = (
        Table(edges, tuple(before), full=frozenset(full)),
        Table(edges, tuple(after), blank=(blank,) if blank else ()),
    )
    pages = [[Placed(Line(text_of(table), 0, 0, 400, 60, table=table), 0, 400)] for table in tables]
    joined(pages)
    assert [line for placed in pages[1] for line in placed.line.text.split("\n")] == expected


def test_a_table_of_other_columns_is_another_table() -> None:
    pages = [
        [Placed(Line(text_of(table), 0, 0, 400, 60, table=table), 0, 400)]
        for table in (Table((0, 100, 400), (("甲", "乙"),)), Table((0, 200, 400), (("", "丙丙丙"),)))
    ]
    assert joined(pages) == {}
    assert pages[1][0].line.text == "|  | 丙丙丙 |"


def read(*pages: Callable[[Canvas], object]) -> RawText:
    return read_pdf(Incoming("样例.pdf", drawn(*pages, size=SIZE)))


def grid(canvas: Canvas, top: float, rows: Sequence[Sequence[str]]) -> None:
    """Cells in frames, 110 points wide, from `top` down."""
    for number, cells in enumerate(rows):
        for column, words in enumerate(cells):
            x, y = LEFT + WIDE * column, top - HIGH * (number + 1)
            canvas.rect(x, y, WIDE, HIGH)
            canvas.drawString(x + 4, y + 10, words)
