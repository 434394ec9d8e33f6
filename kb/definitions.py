"""Definitions that a text gives of its own terms (本法所称药品，是指…; 本条例下列用语的含义：…; …之一的，为假药：).

They are read from the words alone, once for each stored generation of a text, and kept: a context brings them along,
and a question that asks what a word means is led to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

Reach = Literal["text", "chapter", "section", "article"]
"""Where a definition holds: in the whole text (本法所称), or only in the division or the article it stands in."""

LONGEST = 600
"""Characters of a definition without its list."""
LONGEST_LIST = 1500
GLOSSARY_MOST = 20_000
"""Characters behind the head of a list of terms that may still belong to it."""

_NUMBER = (
    r"(?:第[〇零一二三四五六七八九十百千\d]{1,9}条(?:之[一二三四五六七八九十]{1,3})?|[（(][一二三四五六七八九十\d]{1,4}[）)]"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,2}(?:\.\d{1,2}){0,3}[.、．]?|[①-⑳])?[ \t\u3000]{0,4}"
)
_IN_BRACKETS = r"(?:[（(](?P<short>[^（）()\n]{1,60})[）)])?"
_MEANS = r"(?:均?是指|均?系指)"
_CALLED = re.compile(
    r"所称的?[“\"「]?(?P<term>(?:(?!所称)[^，,。；;：:\n“”\"「」（(]){2,40}?)[”\"」]?"
    + _IN_BRACKETS
    + rf"(?:[，,]?[ \u3000]?(?:{_MEANS}|均?指|包括|分为)|[，,][ \u3000]?(?:即|为|是))"
)
_BEFORE = re.compile(r"[^，,。；;：:\n]{0,40}$")
_PLAIN = re.compile(
    rf"(?:^|(?<=[\n。；;]))[ \t\u3000]{{0,8}}{_NUMBER}[“\"「]?(?P<term>[^，,。；;：:\n“”\"「」（()）]{{2,24}}?)[”\"」]?"
    + _IN_BRACKETS
    + rf"(?:[，,：:]?[ \u3000]?{_MEANS}|[，,：:][ \u3000]?指(?![导定派出明示引挥控令使标]))"
)
_CASES = re.compile(
    r"有(?:下列|以下)情[形况]之一的[，,](?:应当)?(?:为|属于|视为|认定为)(?P<term>[^，,。；;：:\n]{2,20})[：:。]"
)
_GLOSSARY = re.compile(r"(?:下列|以下)[^。；\n]{0,12}?(?:用语|术语|名词)[^。；\n]{0,24}[：:]")
_ENTRY = re.compile(
    rf"(?<=\n)[ \t\u3000]{{0,8}}{_NUMBER}[“\"「]?(?P<term>[^，,。；;：:\n“”\"「」（()）]{{2,30}}?)[”\"」]?"
    + _IN_BRACKETS
    + r"[ ]?(?:[：:]|[，,](?:包括|即|分为))"
)
_NEXT_PLACE = re.compile(r"\n[ \t\u3000]{0,8}第[〇零一二三四五六七八九十百千\d]{1,9}[编章节条]")
_LISTED = re.compile(r"\n[ \t\u3000]{0,8}(?:[（(][一二三四五六七八九十\d]{1,4}[）)]|\d{1,2}[.、．]|[①-⑳])[^\n]*")
_SHORT = re.compile(r"(?:以下|下)?(?:统称|合称|简称)为?[：:]?[“\"]?(?P<name>[^”\"，,；;]{2,20})")
_TOGETHER = re.compile("、|或者|以及|和")
SHORTEST_PART = 3
_LEADING = re.compile(r"^.{0,30}(?:提及|所述|涉及|所指)的")
_NO_TERM = re.compile(
    r"^(?:[该此其前后这那它]|[本各]法|也就是|一般|通常|主要|如|即|并|而|但|或|且|所谓的?$)|[的地]?是$|所称"
)
_DIVISIONS: Mapping[str, Reach] = {"本章": "chapter", "本节": "section"}
_NEAR = re.compile(r"[前本上](?:[一两二三]?款|条(?!例)|项|述)")


class Definition(NamedTuple):
    """`[start, end)` are the words of the text that say what `term` means, with the list they may open."""

    term: str
    start: int
    end: int
    reach: Reach


class DefinedTerms:
    """The definitions of every stored text, each text read once for each of its generations."""

    def __init__(self, digest: Callable[[str], str], text: Callable[[str], str]) -> None:
        self._digest, self._text = digest, text
        self._read: dict[str, tuple[str, tuple[Definition, ...]]] = {}

    def of(self, document_id: str) -> tuple[Definition, ...]:
        """The definitions of one document in the order of its text. Raises NotFound."""
        digest = self._digest(document_id)
        known = self._read.get(document_id)
        if known is None or known[0] != digest:
            known = self._read[document_id] = (digest, definitions(self._text(document_id)))
        return known[1]


def definitions(text: str) -> tuple[Definition, ...]:
    """The definitions that a text gives, in its order; of two that begin at one place the longer term stays."""
    found = {(one.start, one.term): one for one in _all(text)}
    return tuple(sorted(found.values(), key=lambda one: (one.start, -len(one.term))))


def folded(term: str) -> str:
    """A term as it is compared: without blanks, quotation marks and case."""
    return re.sub(r"[\s\u3000“”\"「」‘’《》]", "", term).removesuffix("的").casefold()


def _all(text: str) -> Iterator[Definition]:
    for match in _CALLED.finditer(text):
        before = _BEFORE.search(text[max(0, match.start() - 40) : match.start()])
        subject = before[0] if before else ""
        yield from _made(text, match, match.start() - len(subject.lstrip()), _reach(subject))
    for pattern in (_PLAIN, _CASES):
        for match in pattern.finditer(text):
            yield from _made(text, match, match.start(), "text")
    read = 0
    for head in _GLOSSARY.finditer(text):
        if head.start() < read:
            continue  # 下列用语 inside a list of terms that is read already
        reach = _reach(text[max(0, head.start() - 8) : head.start()])
        limit = min(len(text), head.end() + GLOSSARY_MOST)
        after = _NEXT_PLACE.search(text, head.end(), limit)
        read = after.start() if after else limit
        for match in _ENTRY.finditer(text, head.end(), read):
            yield from _made(text, match, match.start(), reach)


def _made(text: str, match: re.Match[str], start: int, reach: Reach) -> Iterator[Definition]:
    """The definition of a term, of each of several defined together (发明人或者设计人), and of the short name declared
    with it; none for words that are no term."""
    start += len(text[start : match.end()]) - len(text[start : match.end()].lstrip())
    end = _end(text, match.end())
    term = _LEADING.sub("", match["term"])
    parts = [part for part in _TOGETHER.split(term) if len(part) >= SHORTEST_PART]
    names = [term, *(parts if len(parts) > 1 else ())]
    short = _SHORT.search(match.groupdict().get("short") or "")
    names += [short["name"]] if short else []
    for name in (folded(name) for name in names):
        if len(name) >= 2 and not _NO_TERM.search(name):
            yield Definition(name, start, end, reach)


def _reach(subject: str) -> Reach:
    division = next((reach for word, reach in _DIVISIONS.items() if word in subject), None)
    return division or ("article" if _NEAR.search(subject) else "text")


def _end(text: str, at: int) -> int:
    """Where a definition ends: with its sentence or line, or with the list that this opens."""
    limit = min(len(text), at + LONGEST)
    ends = [found for mark in ("。", "\n") if (found := text.find(mark, at - 1, limit)) >= 0]
    end = min(ends, default=limit)
    if text[end : end + 1] == "。":
        return end + 1
    opens = text[at - 1 : end].rstrip().endswith(("：", ":"))
    while opens and (item := _LISTED.match(text, end)) and item.end() - at <= LONGEST_LIST:
        end = item.end()
    return at - 1 + len(text[at - 1 : end].rstrip())
