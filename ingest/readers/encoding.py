"""Which encoding a Chinese text file is in, decided by proof rather than by statistics.

Byte-order mark, then strict UTF-8, then strict GB18030 against Big5, the two told apart by how many common characters
come out: both accept nearly any pair of bytes, but the wrong one yields rare characters.
"""

from __future__ import annotations

import codecs
import re

from kb.errors import UnreadableFile

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外"
    "天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很"
    "品药监督管理规定办医疗器械化妆注册生临床试验审批标准企业门国务院省市区县应当依照按照违反处罚款通知印章附则责任安全检查"
    "監督藥規辦療註冊產臨試驗審標準業門務應當違處罰條國對發會時個過動實現經關機體質於為與後來這們說開問題"
    "，。、；：（）《》“”"
)
LIKELY = 0.25  # real Chinese prose has well over half of its characters in COMMON
_HAN_OR_MARK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\ue000-\uf8ff]")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """`(text, encoding)`. Raises UnreadableFile when no encoding gives Chinese text."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name), encoding.removesuffix("-sig")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in ("gb18030", "big5"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((likelihood(text), text, encoding))
    # max keeps the first of equals, so GB18030 wins a tie
    best = max(readings, key=lambda reading: reading[0], default=None)
    if best is None or best[0] < LIKELY:
        raise UnreadableFile(f"无法判断“{name}”的文字编码（试过 UTF-8、GB18030、Big5）。请另存为 UTF-8 后再上传。")
    return best[1], best[2]


def likelihood(text: str) -> float:
    """Share of the Chinese characters and marks of a text that are common ones, 0 to 1."""
    characters = _HAN_OR_MARK.findall(text)
    return sum(c in COMMON for c in characters) / len(characters) if characters else 0.0


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"“{name}”开头标明是 {encoding}，内容却不符，文件可能已损坏。") from error
