"""The name of a law that is misspelt right before the number of an article: 个人信息保护发第二十四条.

Elsewhere a slip is mended only where it makes no word (`kb.spelling`). Before an article a law must stand, so one sound
or one missing character is enough, if it leaves one law only; so is a name cut short (药品法), if it opens and ends
like that law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.spelling import Correction, readings

_HANZI = "[\u3400-\u9fff]"
_PLACE = r"第[\d〇零一二三四五六七八九十百千]{1,9}条"
_BEFORE_ARTICLE = re.compile(rf"(?:(?!{_PLACE}){_HANZI}){{3,80}}(?=》?(?:{_PLACE}|\d{{1,4}}条))")
LEAST_SOUNDING = 3
"""Characters of a name that one of another sound-alike may stand in."""
LEAST_SHORTENED = 6
"""Characters of a name of which one may be missing, or one too many."""
MOST_CUT = 3
"""Characters that a name cut short may lack, all within it."""

RULES = "办法"


def misnamed(question: str, names: Mapping[str, str]) -> tuple[str, tuple[Correction, ...]]:
    """The question with such names put right, and what was put right; `names` are those of the instruments held."""
    corrections: list[Correction] = []

    def mended(match: re.Match[str]) -> str:
        words, behind = (match[0][:-1], "的") if match[0].endswith("的") else (match[0], "")
        if any(words[-length:] in names for length in range(2, len(words) + 1)):
            return match[0]
        near = {(said, name) for name in names if (said := _said_for(name, words))}
        near = near or {(said, name) for name in names if (said := _cut_short(name, words))}
        longest = max((len(said) for said, _ in near), default=0)
        near = {(said, name) for said, name in near if len(said) == longest}
        if len({names[name] for _, name in near}) != 1:
            return match[0]
        said, name = min(near)
        corrections.append(Correction(said, name, "pinyin" if len(said) == len(name) else "spelling"))
        return words[: len(words) - len(said)] + name + behind

    return _BEFORE_ARTICLE.sub(mended, question), tuple(corrections)


def _said_for(name: str, words: str) -> str | None:
    """The end of `words` that is `name` but for one character."""
    size = len(name)
    if size >= LEAST_SOUNDING and len(words) >= size:
        end = words[-size:]
        other = [(a, b) for a, b in zip(end, name, strict=True) if a != b]
        if len(other) == 1 and readings(other[0][0]) & readings(other[0][1]):
            return end
    if size >= LEAST_SHORTENED:
        for end, longer, shorter in (
            (words[-(size - 1) :], name, words[-(size - 1) :]),
            (words[-(size + 1) :], words[-(size + 1) :], name),
        ):
            if len(longer) == len(shorter) + 1 and any(
                longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
            ):
                return end
    return None


def _cut_short(name: str, words: str) -> str | None:
    """The end of `words` that is `name` without two or three of its inner characters: 药品法 for 药品管理法, but not
    for 药品注册办法, which nobody would call a law."""
    if name.endswith(RULES) and not words.endswith(RULES):
        return None
    for missing in range(2, MOST_CUT + 1):
        end = words[-(len(name) - missing) :] if len(name) - missing >= LEAST_SOUNDING else ""
        if end and len(end) == len(name) - missing and end[:2] == name[:2] and end[-1] == name[-1]:
            rest = iter(name)
            if all(character in rest for character in end):
                return end
    return None
