"""Markdown marks are taken out and words are not: a mask that looks like bold, a quotation, the fields of a file."""

from __future__ import annotations

import pytest

from ingest.incoming import Incoming
from ingest.prepare import prepare
from ingest.readers.plain import read_markdown


def text_of(words: str) -> str:
    return read_markdown(Incoming("a.md", words.encode())).text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("支持省外**科研机构，营造**产业生态", "支持省外**科研机构，营造**产业生态"),  # two masks are no bold clause
        ("**第一条** 支持省外**科研机构", "第一条 支持省外**科研机构"),
        ("应当**立即**报告，**不得**迟延", "应当立即报告，不得迟延"),
        ("**一、总体要求，目标**", "一、总体要求，目标"),
        ("> 第一条　甲", "第一条　甲"),
        (">> 第二条　乙", "第二条　乙"),
        ("样例办法\n========\n甲", "样例办法\n甲"),
        ("```text\n第一条　甲\n```", "第一条　甲"),
        ("菌落总数 10<sup>5</sup> CFU，CO<sub>2</sub>", "菌落总数 10⁵ CFU，CO2"),  # 105 would be another number
        (
            "甲\n<table><tr><td>序号</td><td>名称</td></tr><tr><td rowspan='2'>1</td><td>*甲#</td></tr>"
            "<tr><td>乙|丙</td></tr></table>\n丁",
            "甲\n| 序号 | 名称 |\n| 1 | *甲# |\n| 1 | 乙|丙 |\n丁",
        ),
        ("<table>没有写完", "<table>没有写完"),
        ("温度&lt;5&nbsp;&deg;C", "温度<5\xa0°C"),
        ("---\n甲，乙。\n---\n丙", "甲，乙。\n丙"),  # a rule above ordinary text
    ],
)
def test_marks(written: str, read: str) -> None:
    assert text_of(written) == read


def test_the_fields_above_a_text_are_shown_not_indexed() -> None:
    raw = read_markdown(Incoming("a.md", "---\ntitle: 甲\ntags:\n  - 乙\n---\n# 样例办法\n第一条　甲。".encode()))
    assert (raw.text, raw.title) == ("样例办法\n第一条　甲。", "样例办法")
    assert [fix.before for fix in raw.left_out] == ["title: 甲", "tags:", "  - 乙"]


def test_two_masked_words_reach_the_curator() -> None:
    made = prepare(Incoming("a.md", "样例措施\n一、支持省外**科研机构，营造**产业生态。".encode()))
    assert [fix.step for fix in made.repairs if not fix.certain] == ["被遮盖的字"] * 2
