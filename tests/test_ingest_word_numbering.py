"""Numbers that Word counts itself: a firm's rules have no typed ones, so they must be printed as Word shows them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from word_package import item, level, lines, lists, paragraph, word

from ingest.readers.word.numerals import printed

NUMBERINGS = [
    # a firm's rules: articles and their items typed by Word, and the items begin anew in each article
    (
        lists(level(0, "chineseCountingThousand", "第%1条"), level(1, "chineseCountingThousand", "（%2）")),
        [0, 1, 1, 0, 1],
        ["第一条 甲", "（一） 甲", "（二） 甲", "第二条 甲", "（一） 甲"],
    ),
    # a procedure in decimals of three depths; a depth that was skipped counts as its first
    (
        lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3")),
        [0, 2, 1, 1, 0, 1],
        ["1. 甲", "1.1.1 甲", "1.1 甲", "1.2 甲", "2. 甲", "2.1 甲"],
    ),
    # chapters in Chinese, articles that run on through them: the level never begins anew
    (
        lists(
            level(0, "chineseCountingThousand", "第%1章"),
            level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
        ),
        [0, 1, 1, 0, 1],
        ["第一章 甲", "第一条 甲", "第二条 甲", "第二章 甲", "第三条 甲"],
    ),
    # legal style: below a Chinese chapter the decimals stay decimals
    (
        lists(level(0, "chineseCountingThousand", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>")),
        [0, 1, 0, 1],
        ["第一章 甲", "1.1 甲", "第二章 甲", "2.1 甲"],
    ),
    # bullets say nothing; no blank where the list asks for none
    (
        lists(level(0, "bullet", "\uf06c"), level(1, "decimalEnclosedCircle", "%2", '<w:suff w:val="nothing"/>')),
        [0, 1, 1],
        ["甲", "①甲", "②甲"],
    ),
]


@pytest.mark.parametrize(("numbering", "depths", "expected"), NUMBERINGS)
def test_automatic_numbers_are_printed(numbering: str, depths: list[int], expected: list[str]) -> None:
    assert lines("".join(item("甲", depth) for depth in depths), numbering=numbering) == expected


def test_a_second_list_goes_on_unless_it_says_where_it_starts() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    numbering = lists(level(0, "decimal", "%1、"), more=more)
    body = item("甲") + item("乙", number=2) + item("丙", number=3) + item("丁", number=3)
    assert lines(body, numbering=numbering) == ["1、 甲", "2、 乙", "5、 丙", "6、 丁"]


STYLED = (
    '<w:style w:type="paragraph" w:styleId="Article"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    "</w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Item"><w:name w:val="项"/><w:basedOn w:val="Article"/></w:style>'
)


def test_numbers_come_through_styles_too_and_zero_takes_them_away() -> None:
    numbering = lists(
        level(0, "chineseCountingThousand", "第%1条", '<w:pStyle w:val="Article"/>'),
        level(1, "decimal", "（%2）", '<w:pStyle w:val="Item"/>'),
    )
    body = (
        paragraph("甲", '<w:pStyle w:val="Article"/>') + paragraph("乙", '<w:pStyle w:val="Item"/>')
        + paragraph("丙", '<w:pStyle w:val="Article"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph("丁", '<w:pStyle w:val="Article"/>')
    )  # fmt: skip
    assert lines(body, numbering=numbering, styles=STYLED) == ["第一条 甲", "（1） 乙", "丙", "第二条 丁"]


def test_a_list_that_only_names_a_list_style_counts_in_the_list_of_that_style() -> None:
    more = (
        '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="Rules"/></w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="9"/></w:num>'
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="Rules"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = lists(level(0, "decimal", "%1）"), more=more)
    assert lines(item("甲", number=9) + item("乙", number=9), numbering=numbering, styles=styles) == [
        "1） 甲",
        "2） 乙",
    ]


@pytest.mark.parametrize(
    ("number", "number_format", "expected"),
    [
        (110, "chineseCountingThousand", "一百一十"),
        (101, "chineseCounting", "一○一"),  # Word counts this way only to ninety-nine
        (110, "japaneseCounting", "百十"),
        (20, "ideographDigital", "二〇"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "ideographTraditional", "丙"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircleChinese", "㉑"),
        (51, "decimalEnclosedCircle", "51"),  # no such character
        (27, "lowerLetter", "aa"),
        (14, "upperRoman", "XIV"),
        (4, "lowerRoman", "iv"),
        (7, "decimalZero", "07"),
        (0, "chineseCountingThousand", "0"),
        (3, "aFormatOfTomorrow", "3"),
    ],
)
def test_number_formats(number: int, number_format: str, expected: str) -> None:
    assert printed(number, number_format) == expected


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice to compare with")
def test_numbers_are_those_another_word_processor_prints(tmp_path: Path) -> None:
    """An independent witness for the counters: LibreOffice lays the same lists out and saves them as plain text."""
    bodies = [
        (numbering, "".join(item("甲", depth) for depth in (0, 1, 1, 0, 1, 0)))
        for numbering in (
            lists(level(0, "chineseCountingThousand", "第%1条"), level(1, "chineseCountingThousand", "（%2）")),
            lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")),
            lists(level(0, "chineseCountingThousand", "第%1章"), level(1, "decimalEnclosedCircle", "%2")),
            lists(level(0, "upperLetter", "%1."), level(1, "lowerRoman", "%2)")),
        )
    ]
    for at, (numbering, body) in enumerate(bodies):
        (tmp_path / f"{at}.docx").write_bytes(word(body, numbering=numbering))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), *(str(tmp_path / f"{at}.docx") for at in range(4))],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for at, (numbering, body) in enumerate(bodies):
        theirs = (tmp_path / f"{at}.txt").read_text("utf-8-sig").split("\n")
        assert [re.sub(r"\s", "", line) for line in theirs if line.strip()] == [
            re.sub(r"\s", "", line) for line in lines(body, numbering=numbering)
        ]
