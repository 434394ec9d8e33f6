"""A comparison as a table on loaded law: verbatim cells under the right row, an empty side said to be empty."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.extracts.compose import composed
from assistant.extracts.editions_compared import editions_compared
from assistant.extracts.extract import Quoted
from assistant.extracts.stored_quotes import cite
from assistant.extracts.tabulated import NOT_FOUND, column, names, tabulated
from assistant.service import Service
from kb import lookup
from kb.model import Citation

TODAY = date(2026, 11, 21)


def quotes(service: Service, *addresses: str) -> list[Citation]:
    registry, made = service.knowledge.registry, []
    for key, address in enumerate(addresses, start=1):
        document, provision = lookup.locate(registry, address, TODAY)
        span = lookup.words(registry.reading(document.id), provision)
        made.append(cite(registry, document, *span, TODAY, str(key)))
    return made


def test_each_side_has_the_quotes_that_are_on_it(service: Service) -> None:
    """One opened service for all rows: opening it takes longer than all of them."""
    for question, addresses, rows in (
        (
            "卖假药和卖劣药，罚款倍数各是多少", ("药品管理法/第一百一十六条", "药品管理法/第一百一十七条/第一款"),
            [("卖假药", ("1",)), ("卖劣药", ("2",))],
        ),
        (
            "药品持有人和疫苗持有人的年度报告分别报给哪一级", ("疫苗管理法/第六十条", "药品管理法/第三十七条"),
            [("药品", ("2",)), ("疫苗", ("1",))],
        ),
        (
            "卖假药和卖假疫苗，罚款倍数有什么不同", ("药品管理法/第一百一十六条", "疫苗管理法/第八十条/第一款"),
            [("卖假药", ("1",)), ("卖假疫苗", ("2",))],
        ),
        (
            "出厂放行和上市放行，分别是谁的事", ("药品管理法/第三十三条", "药品管理法/第四十七条/第二款"),
            [("出厂", ("2",)), ("上市", ("1",))],
        ),
        (
            "药品、化妆品的广告禁说的话分别有哪些", ("药品管理法/第九十条",),
            [("药品", ("1",)), ("化妆品", ())],
        ),
    ):  # fmt: skip
        given = quotes(service, *addresses)
        table = tabulated(service.knowledge, question, given)
        assert table is not None, question
        assert [(row.name, row.cells[0].keys) for row in table.rows] == rows, question
        for row in table.rows:
            (cell,) = row.cells
            held = [c.quote for c in given if c.key in cell.keys]
            assert (cell.text in held[0]) if held else (cell.text == NOT_FOUND)
    for question in ("生产假药罚多少", "药品和化妆品的监管要求", "什么是假药，违反了怎么罚"):
        assert tabulated(service.knowledge, question, quotes(service, "药品管理法/第一百一十六条")) is None, question
    on_neither = quotes(service, "公司法/第十三条")
    assert tabulated(service.knowledge, "假药和劣药有什么区别", on_neither) is None


def test_editions_stand_side_by_side_and_both_are_quoted(service: Service) -> None:
    registry, given = service.knowledge.registry, quotes(service, "商标法@2019-04-23/第三十三条")
    question = "商标法第三十三条新旧版有什么不同"
    found = editions_compared(registry, question, given, TODAY)
    assert found is not None
    assert [row.name[:10] for row in found.table.rows] == ["2019-04-23", "2026-06-26"]
    assert [row.cells[0].keys for row in found.table.rows] == [("1",), ("2",)]
    (further,) = found.further
    assert (further.article, further.force) == ("第三十六条", "尚未施行")
    assert further.quote == found.table.rows[1].cells[0].text
    made = composed(service.knowledge, question, [Quoted(given[0], "main")], as_of=TODAY, today=TODAY)
    assert made.citations == (given[0], further)
    assert f"“{further.quote}”[2]（{further.label}，效力状态：尚未施行）" in made.text
    for other in ("商标法第三十三条怎么规定", "商标法第三十三条和第三十四条有什么不同"):
        assert editions_compared(registry, other, given, TODAY) is None
    single = quotes(service, "药品管理法/第三十二条")
    assert editions_compared(registry, "药品管理法第三十二条新旧版的区别", single, TODAY) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("药品的再注册期限", "医疗器械的再注册期限"), ["药品", "医疗器械"]),
        (("卖假药罚款倍数", "卖劣药罚款倍数"), ["卖假药", "卖劣药"]),
        (("注册", "备案"), ["注册", "备案"]),
        (("药", "药"), ["药", "药"]),
    ],
)
def test_rows_are_named_by_what_differs(parts: tuple[str, ...], expected: list[str]) -> None:
    assert names(parts) == expected


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("卖假药和卖劣药，罚款倍数各是多少", "处罚"),
        ("药品和器械的证分别提前多久去续", "期限"),
        ("药品持有人和疫苗持有人的年度报告分别报给哪一级", "主体"),
        ("药品和化妆品的区别", "规定"),
    ],
)
def test_the_column_says_what_is_compared(question: str, heading: str) -> None:
    assert column(question) == heading
