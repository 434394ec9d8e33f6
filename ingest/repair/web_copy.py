"""Damage done by copying sites: glossed pinyin, pinyin inside a character, masked words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import rjieba

from ingest.repair.edit import Edit, flag
from ingest.repair.script import simplified

TONED = "āáǎàēéěèêīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
SYLLABLE = rf"[a-zü]{{0,5}}[{TONED}][a-z]{{0,4}}"
GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])(?:\((?:{SYLLABLE}|men|le|de|zhe|zi|ma|ne|ba)\))+")
TONED_GLOSS = re.compile(rf"[\u3400-\u9fff]\({SYLLABLE}\)")
GLOSSES = 3  # one or two glosses may be an author's own; a copying fault leaves hundreds

SPLIT = re.compile(
    rf"(?P<left>[\u3400-\u9fff]{{0,3}})\?{SYLLABLE}\)\?(?P<sound>{SYLLABLE})\)(?=(?P<right>[\u3400-\u9fff]{{0,2}}))"
)
"""What stands to the right is looked at, not taken: it is the left of the next cut character."""
GLOSSED = re.compile(rf"([\u3400-\u9fff])\(({SYLLABLE})\)")
BY_SOUND = {
    "zhí": "執执值直职職", "zhì": "製制质質治", "guǎn": "管", "jiān": "監监", "yào": "藥药", "yuàn": "院願愿",
    "shěn": "審审", "xíng": "行形型", "gōng": "公工供", "fā": "發发", "guó": "國国", "yè": "業业", "chǎn": "產产",
    "qì": "器", "yī": "醫医", "fú": "服", "wù": "務务物", "biāo": "標标", "zhǔn": "準准", "guī": "規规", "dìng": "定",
    "bàn": "辦办", "fǎ": "法",
}  # fmt: skip
"""Tone-marked sounds of the trade's commonest characters."""

MASK = re.compile(r"(?<!\*)\*{2,3}(?!\*)")


def pinyin_inside(text: str) -> list[Edit]:
    """A character cut in two with pinyin in both cuts. Restored when exactly one character of that sound, out of those
    known to us or glossed elsewhere in the text, makes a word with its neighbours."""
    cuts = list(SPLIT.finditer(text)) if "?" in text else []
    sounds = _sounds(text) if cuts else {}
    edits = []
    for cut in cuts:
        character = _by_word(cut["left"], sounds.get(cut["sound"], ()), cut["right"])
        start, end = cut.end("left"), cut.start("right")
        edits.append(Edit(start, end, character or text[start:end], certain=character is not None))
    return edits


def _sounds(text: str) -> dict[str, set[str]]:
    """Sound → characters: the table's, and those the text itself glosses."""
    sounds = {sound: set(characters) for sound, characters in BY_SOUND.items()}
    for gloss in GLOSSED.finditer(text):
        sounds.setdefault(gloss[2], set()).add(gloss[1])
    return sounds


def _by_word(left: str, candidates: Iterable[str], right: str) -> str | None:
    """The one candidate, in its simplified form, in the longest word of all that a candidate makes here."""
    found = {simplified(one): _longest_word(left, one, right) for one in candidates}
    longest = max(found.values(), default=1)
    best = [one for one, length in found.items() if length == longest > 1]
    return best[0] if len(best) == 1 else None


def _longest_word(left: str, character: str, right: str) -> int:
    around, at = simplified(left + character + right), len(left)
    spans = ((start, end) for start in range(at + 1) for end in range(at + 1, len(around) + 1) if end - start > 1)
    return max((end - start for start, end in spans if rjieba.has_word(around[start:end])), default=1)


def pinyin_after(text: str) -> list[Edit]:
    """監(jiān)督 → 監督. Real brackets survive: only a toned syllable right after a character is dropped."""
    if len(TONED_GLOSS.findall(text)) < GLOSSES:
        return []
    return [Edit(match.start(), match.end(), "") for match in GLOSS.finditer(text)]


def masked(text: str) -> list[Edit]:
    """Words hidden by a filter: kept as they are and flagged; nobody may guess what stood there."""
    return flag(MASK, text)
