"""Document numbers in running text: one number must come to one form, however it is printed and led to."""

from __future__ import annotations

import pytest

from ingest.document_number import is_number
from ingest.document_number import normalise as normalise_line
from kb.document_number import normalise

LINES = [
    "国务院令第739号",
    "国家市场监督管理总局令第二十七号",
    "中华人民共和国主席令第三十一号",
    "国药监械[2002] 83号",
    "国食药监械〔2009〕833号",
    "（2021年 第8号）公告",
    "公告2021年第8号",
    "2014年第64号公告",
    "原国家食品药品监督管理局令第28号",
    "国家市场监督管理总局 中华人民共和国国家卫生健康委员会令 第1号",
    "卫生部、国家工商行政管理总局令第65号",
    "局令第16号",
    "广州市人民代表大会常务委员会公告第5号",
    "广州市人民代表大会常务委员会 公 告 第5号",
    "穗埔府规〔2025〕9号",
    "法释〔2009〕9号",
    "国家药监局",
    "第三号",
]


@pytest.mark.parametrize("line", LINES)
def test_a_number_in_a_text_is_the_one_stored_from_its_line(line: str) -> None:
    """A citation's number is compared with the stored one: two readings of one line would be a false mismatch."""
    assert normalise(line) == normalise_line(line)


@pytest.mark.parametrize(
    ("words", "number", "why"),
    [
        ("1991年国务院令第3号", "国务院令第3号", "a year before"),
        ("一九九一年十二月国务院令第3号", "国务院令第3号", "a month before"),
        ("违反了国务院令第739号", "国务院令第739号", "a verb before"),
        ("2007年7月10日原国家食品药品监督管理局令第28号公布", "国家食品药品监督管理局令第28号", "a date before"),
        ("根据国药监械注〔2020〕12号的要求", "国药监械注〔2020〕12号", "a lead-in before"),
        ("按照国家药监局2021年第8号公告", "公告2021年第8号", "the issuer of a notice is left out"),
        (
            "工业和信息化部与国家经济贸易委员会令第3号",
            "工业和信息化部、国家经济贸易委员会令第3号",
            "经 and 和 inside names",
        ),
        ("（2019）京01民初5号", None, "a case"),
        ("会议室第3号", None, "any other number"),
    ],
)
def test_the_words_that_lead_to_a_number_are_no_part_of_it(words: str, number: str | None, why: str) -> None:
    assert normalise(words) == number, why


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("（国药监械注〔2020〕12号）", True),
        ("（2021年 第8号）公告", True),
        ("2014年第64号公告", True),
        ("广州市人民代表大会常务委员会公告第5号", True),
        ("广州市人民代表大会常务委员会 公 告 第5号", True),  # letters spaced out, as on a letterhead
        ("国家市场监督管理总局令第二十七号", True),
        ("GB/T 39735—2020", True),
        ("根据国药监械注〔2020〕12号", False),  # a piece of a sentence
        ("关于样例工作的公告（2021年第8号）", False),  # a title with its number
        ("（2019）5号", False),  # of nobody
    ],
)
def test_a_line_that_is_a_number_is_no_title(line: str, alone: bool) -> None:
    """Above a title stands the number of its order: taken for the title, it would name the document."""
    assert is_number(line) is alone
