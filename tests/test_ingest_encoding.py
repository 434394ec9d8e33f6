"""Bytes become the right text or an error that names the candidates; never other text."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.incoming import Incoming
from ingest.readers.encoding import decode
from ingest.readers.encoding_characters import SIMPLIFIED, TRADITIONAL
from ingest.readers.plain import read_text
from kb.errors import UnreadableFile
from kb.lexical import fold

TITLE = "药品注册管理办法"
PROSE = "为了加强药品监督管理，保证药品质量，制定本办法。"
OLD = "為了加強藥品監督管理，保證藥品質量，制定本辦法。"
MARKED = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be")


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (PROSE.encode(), PROSE, "utf-8"),
        (PROSE.encode("utf-8-sig"), PROSE, "utf-8"),
        (PROSE.encode("gb18030"), PROSE, "gb18030"),
        (OLD.encode("big5"), OLD, "big5"),
        (OLD.encode("gbk"), OLD, "gb18030"),  # Traditional text in a mainland encoding
        (PROSE.encode("utf-16"), PROSE, "utf-16"),
        (("\ufeff" + PROSE).encode("utf-16-be"), PROSE, "utf-16"),
        (PROSE.encode("utf-16-le"), PROSE, "utf-16-le"),
        (("第1条\r\n" + PROSE).encode("utf-16-be"), "第1条\r\n" + PROSE, "utf-16-be"),
        (("\ufeff" + PROSE).encode("gb18030"), PROSE, "gb18030"),
        # short titles, where chance could make the wrong encoding look right
        (TITLE.encode("gbk"), TITLE, "gb18030"),
        ("化妆品名录".encode("gbk"), "化妆品名录", "gb18030"),
        # two characters of GBK that are valid UTF-8 for two Latin letters, and four of them
        ("目前药品目前".encode("gbk"), "目前药品目前", "gb18030"),
        # UTF-8 without a single Chinese character
        (b"ICH Q7 GMP", "ICH Q7 GMP", "utf-8"),
        (b"A line with a soft break\x0band another", "A line with a soft break\x0band another", "utf-8"),
        ("25 °C ± 2 °C, n = 3, α = 0.05".encode(), "25 °C ± 2 °C, n = 3, α = 0.05", "utf-8"),
        ("The café of naïve readers".encode(), "The café of naïve readers", "utf-8"),
        # Windows writes the euro sign as one byte that no standard knows
        ("收费标准为".encode("gbk") + b"\x80" + "五百".encode("gbk"), "收费标准为€五百", "gb18030"),
        # rare names: four-byte GB18030
        ("申请人𠮷野家株式会社的药品".encode("gb18030"), "申请人𠮷野家株式会社的药品", "gb18030"),
    ],
)  # fmt: skip
def test_the_encoding_is_found(data: bytes, text: str, encoding: str) -> None:
    found = decode(data, "某文件.txt")
    assert (found.text, found.encoding, found.notes) == (text, encoding, ())


def test_a_file_cut_short_keeps_its_text_and_says_so() -> None:
    """A download that broke off in the middle of a character is not a reason to refuse the rest."""
    found = decode((PROSE * 3).encode()[:-1], "某文件.txt")
    assert found.text == (PROSE * 3)[:-1] + "\ufffd"
    assert "1 处字节" in found.notes[0]
    assert decode((PROSE * 3).encode("gbk")[:-1], "某文件.txt").text == (PROSE * 3)[:-1] + "\ufffd"


def test_a_file_of_two_encodings_is_read_line_by_line() -> None:
    """People paste pages into an old text file; each line is whole in one of the two."""
    lines = [f"第{number}条 {PROSE}" for number in "一二三四五六"]
    data = b"\n".join(line.encode("gbk" if at in (1, 4) else "utf-8") for at, line in enumerate(lines))
    found = decode(data, "某文件.txt")
    assert found.text == "\n".join(lines)
    assert "第 2、5 行" in found.notes[0]


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (PROSE.encode("gbk"), "utf-8", PROSE),  # a page that says utf-8 and is not
        (PROSE.encode(), "gb2312", PROSE),  # and the other way round
        ("测试".encode("gbk"), "gb2312", "测试"),  # too short to prove: the page is believed
        ("Caf\xe9 au lait, good for readers".encode("latin-1"), "iso-8859-1", "Café au lait, good for readers"),
        (PROSE.encode("gbk"), "no-such-codec", PROSE),
        (PROSE.encode("gbk"), "base64", PROSE),  # a codec, but not of text
        (PROSE.encode("gbk"), "utf\0", PROSE),
    ],
)
def test_what_a_page_says_of_itself_never_beats_its_bytes(data: bytes, declared: str, text: str) -> None:
    assert decode(data, "某页面.html", declared).text == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(128, 256)) * 3,
        "осторожно, текст на другом языке".encode("koi8-r"),
        "薬事法に基づく申請".encode("shift-jis"),
        b"\xff\xfe" + "药品".encode("utf-16-le") + b"\x00",  # a mark that the rest does not keep
    ],
)
def test_what_reads_as_nothing_is_refused_with_its_candidates(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"编码不明：试过 UTF-8、GB18030、Big5|开头标明是"):
        decode(data, "某文件.txt")


COMMON_TEXT = st.text(st.sampled_from(SIMPLIFIED + TRADITIONAL + "，。、；（）《》1234 \n"), min_size=1, max_size=60)
ANY_TEXT = st.text(
    st.one_of(st.sampled_from(SIMPLIFIED), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)), min_size=1,
    max_size=60,
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=COMMON_TEXT | ANY_TEXT, encoding=st.sampled_from((*MARKED, "big5")))
def test_the_same_text_or_an_error_but_never_other_text(text: str, encoding: str) -> None:
    """Silent mojibake would be cited as law. One or two characters prove no encoding that has no mark of its own, and
    UTF-16 may be plain ASCII as well: nothing in such bytes could tell, so they are left out."""
    least = {"utf-16-le": 4, "utf-16-be": 4, "gbk": 3, "gb18030": 3, "big5": 3}.get(encoding, 1)
    data = text.encode(encoding, "ignore")
    text = data.decode(encoding)  # less what the encoding does not have
    if len(text.strip()) < least or (encoding.startswith("utf-16-") and data.isascii()):
        return
    found = None
    with suppress(UnreadableFile):
        found = decode(data, "某文件.txt").text
    assert found in (text, None)
    assert found == text or len(text) < 5 or encoding not in ("utf-8", "utf-8-sig", "utf-16"), "these are never unclear"


def test_a_text_file_keeps_its_line_ends_and_blanks() -> None:
    """Offsets of repairs count in the file as it is, so the reader tidies nothing."""
    text = "第一条\r\n\r\n　　" + PROSE + " \r\n"
    assert read_text(Incoming("某办法.txt", text.encode("gbk"))).text == text


def test_full_width_digits_are_found_by_plain_ones() -> None:
    """They stay as printed on the screen; only the terms of a search are folded."""
    assert fold("第２８号（ＧＭＰ）") == fold("第28号(GMP)")
