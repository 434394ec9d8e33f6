"""Short names that a text declares for other texts: 《…管理办法》（国药监〔2020〕1号，以下简称《办法》）."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.titles import LEAD_IN, TITLE_END, Alias

_SIGN = re.compile(
    r"(?:以下|下)(?:分别)?(?:[简统合]?称)(?:为|作)?[:：]?[ \u3000]?"
    r"(?P<names>(?:[“\"「『《‘]{1,2}[^“”\"「」『』《》‘’\n]{1,60}[”\"」』》’]{1,2}[、和及与或]{0,2}){1,8}|[\u4e00-\u9fffA-Za-z]{1,30}(?=[）)，,。；;\n]|$))"
    r"(?P<close>[ \u3000]?[）)])?"
)
_QUOTED = re.compile(r"[“\"「『《‘]{1,2}([^“”\"「」『』《》‘’\n]{1,60})[”\"」』》’]{1,2}")
_OPENING = re.compile(r"[，,、：:\s]*[（(]?(?:[^（）()\n]{0,60}[，,；;])?[ \u3000]?$")
_BRACKET = re.compile(r"(?:[ \u3000]?[（(][^（）()\n]{0,60}[）)])+$")
_JOINED = re.compile(r"(?:[（(][^（）()\n]{0,60}[）)])?[ \u3000]?[、和及与][ \u3000]?$")
_BARE = re.compile(rf"[\u4e00-\u9fff（）()]{{2,40}}(?:{TITLE_END})$")
_COUNTRY = "中华人民共和国"
LOOK_BACK = 260


def declared_aliases(text: str) -> dict[str, str]:
    """Each short name a text declares with the title it stands for; the last declaration of a name counts."""
    return {alias.name: alias.title for alias in declared(text)}


def declared(text: str) -> list[Alias]:
    """The declarations in order, each with its span from the bracket that opens it to the one that closes it."""
    found: list[Alias] = []
    end = 0
    for sign in _SIGN.finditer(text):
        names = _QUOTED.findall(sign["names"]) or [sign["names"]]
        low = max(end, sign.start() - LOOK_BACK)
        titles, at = _titles_before(text[low : sign.start()], len(names))
        end = sign.end()
        if len(titles) == len(names):
            found += [Alias(name, title, low + at, end) for name, title in zip(names, titles, strict=True)]
    return found


def _titles_before(before: str, count: int) -> tuple[Sequence[str], int]:
    """The last `count` titles of one list right before a declaration, and where the declaration begins."""
    opening = _OPENING.search(before)
    at = opening.start() if opening else len(before)
    titles: list[str] = []
    rest = before[:at]
    while len(titles) < count:
        rest = rest[: bracket.start()] if (bracket := _BRACKET.search(rest)) else rest
        rest = rest.rstrip()
        if not rest.endswith("》"):
            break
        begun = _opened(rest)
        if begun < 0:
            break
        titles.append(rest[begun + 1 : -1])
        joined = _JOINED.search(rest[:begun])
        rest = rest[: joined.start()] if joined else ""
    if not titles and count == 1 and (bare := _BARE.search(rest)):
        words = bare[0]
        words = words[words.rfind(_COUNTRY) :] if _COUNTRY in words else LEAD_IN.sub("", words)
        titles = [words]
    return titles[::-1], at


def _opened(words: str) -> int:
    """Where the 《 stands that the last 》 closes; -1 where there is none."""
    depth = 0
    for at in range(len(words) - 1, -1, -1):
        depth += (words[at] == "》") - (words[at] == "《")
        if depth == 0:
            return at
    return -1
