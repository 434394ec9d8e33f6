"""Damage done by copying sites: glossed pinyin, pinyin inside a character, bytes lost from a pair, masked words."""

from __future__ import annotations

import re

from ingest.repair_edit import Edit

TONED = "āáǎàēéěèêīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
SYLLABLE = rf"[a-zü]{{0,5}}[{TONED}][a-z]{{0,4}}"
GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])(?:\((?:{SYLLABLE}|men|le|de|zhe|zi|ma|ne|ba)\))+")
TONED_GLOSS = re.compile(rf"[\u3400-\u9fff]\({SYLLABLE}\)")
GLOSSES = 3  # one or two glosses may be an author's own; a copying fault leaves hundreds

SPLIT = re.compile(
    rf"(?P<left>[\u3400-\u9fff]{{0,3}})\?{SYLLABLE}\)\?(?P<sound>{SYLLABLE})\)(?=(?P<right>[\u3400-\u9fff]{{0,2}}))"
)
"""What stands to the right is looked at, not taken: it is the left of the next cut character."""
BY_SOUND = {"zhí": "執执职值", "zhì": "制质治", "guǎn": "管", "jiān": "監", "yào": "藥"}
WORDS = ("遵照執行", "照执行", "參照執行", "照執行", "監督管理", "藥品監督", "質量管理")

SHIFTED = re.compile(r"\?[?？!！][\u3400-\u9fff]{1,10}[@-~]")
PROVED = frozenset(
    ("海口高新區", "海口高新区", "博鰲樂城先行區", "崖州灣科技城", "洋浦開發區", "。《辦", "。《條", "。《規", "。《細")
)
"""What a shifted run may turn out to be: places, and the opening of a second title after a full stop."""

MASK = re.compile(r"(?<!\*)\*{2,3}(?!\*)")


def shifted_bytes(text: str) -> list[Edit]:
    """A GBK pair lost its first byte, so every later pair slipped by one. Proof: one byte put back gives a name."""
    edits = []
    for match in SHIFTED.finditer(text):
        restored = _restore(match[0])
        edits.append(Edit(match.start(), match.end(), restored or match[0], certain=restored is not None))
    return edits


def _restore(damaged: str) -> str | None:
    """The one reading in PROVED that some lost lead byte yields, else None."""
    # the first ? stands for the lost byte; the second character is a pair shown as a half-width mark
    wide = damaged[1:].replace("?", "？", 1).replace("!", "！", 1)
    try:
        tail = wide.encode("gbk")
    except UnicodeEncodeError:
        return None
    readings = set()
    for lead in range(0x81, 0xFF):
        try:
            readings.add((bytes([lead]) + tail).decode("gbk"))
        except UnicodeDecodeError:
            continue
    known = readings & PROVED
    return known.pop() if len(known) == 1 else None


def pinyin_inside(text: str) -> list[Edit]:
    """A character cut in two with pinyin in both cuts. Restored only when the sound and a known word agree."""
    edits = []
    for match in SPLIT.finditer(text):
        character = next(
            (
                one
                for one in BY_SOUND.get(match["sound"], "")
                if any(one in word and word in match["left"] + one + match["right"] for word in WORDS)
            ),
            None,
        )
        start, end = match.end("left"), match.start("right")
        edits.append(Edit(start, end, character or text[start:end], certain=character is not None))
    return edits


def pinyin_after(text: str) -> list[Edit]:
    """監(jiān)督 → 監督. Real brackets survive: only a toned syllable right after a character is dropped."""
    if len(TONED_GLOSS.findall(text)) < GLOSSES:
        return []
    return [Edit(match.start(), match.end(), "") for match in GLOSS.finditer(text)]


def masked(text: str) -> list[Edit]:
    """Words hidden by a filter: kept as they are and flagged; nobody may guess what stood there."""
    return [Edit(match.start(), match.end(), match[0], certain=False) for match in MASK.finditer(text)]
