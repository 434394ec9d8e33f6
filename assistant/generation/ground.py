"""A block of stored text made ready to hold sentences against it: its sentences, each with what leads into it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from assistant.checking.wording import Words
from assistant.generation.claims import Clause, clauses
from assistant.generation.figures import Figure
from assistant.generation.material import Given

_UNIT = re.compile(r"[^。；！？\n]+[。；！？]?[”’」』）)]*")
_ITEM = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|[①-⑳]|[一二三四五六七八九十]{1,3}、|[-•·])\s*"
)
_ADDRESSED = re.compile(
    "(?:忽略|无视|忘记|不要理会|disregard|ignore|forget).{0,20}"
    "(?:以上|之前|前面|此前|上述|所有|指令|指示|要求|提示|规则|previous|above|prior|instruction)"
    "|系统提示|提示词|system prompt|你现在是|你是一[个名位]|作为(?:一个)?(?:AI|人工智能|语言模型|助手)"
    "|as an? (?:AI|assistant)|you are now|开发者模式|developer mode"
    '|(?:请|必须|务必)?(?:回答|输出|回复|告诉用户|在回答中|say|output|reply|respond)[^。；\n]{0,12}[:：“"]'
    "|<\\|im_|\\[INST\\]|###\\s?(?:system|instruction)",
    re.I,
)
"""Words that speak to a model instead of to the reader of a rule: a paragraph with them is no ground for anything."""
SENTENCE_MOST = 240
QUOTE_MOST = 420
OWN_CASE = 0.3
"""Least share of the words of a case (情节严重的) that a claim about it repeats."""


class Unit:
    """One sentence, or the items of one list (`parts`), at `[start, end)` of the document's text. `before` are the
    places and words that lead into it: those a list opens with, the case that the sentence began with."""

    def __init__(
        self, text: str, start: int, end: int, before: tuple[tuple[int, str], ...], parts: tuple[Unit, ...] = ()
    ) -> None:
        self.text, self.start, self.end, self.before = text, start, end, before
        self.parts = parts or (self,)
        self.around = "".join(words for _, words in before) + text
        self.own_case: frozenset[str] = frozenset()
        """Of a sentence behind a semicolon the case that it alone is about: 情节严重的."""

    def holds(self, place: int) -> bool:
        """Whether a place of the document's text is in it or in what leads into it."""
        return self.start <= place < self.end or any(at <= place < at + len(words) for at, words in self.before)

    @cached_property
    def clauses(self) -> list[Clause]:
        led = [one for at, words in self.before for one in clauses(words, at)]
        return led + [one for part in self.parts for one in clauses(part.text, part.start)]

    @cached_property
    def pairs(self) -> frozenset[str]:
        return frozenset().union(*(one.pairs for one in self.clauses))

    @cached_property
    def modes(self) -> frozenset[str]:
        return frozenset().union(*(one.modes for one in self.clauses))


class Stored(NamedTuple):
    """A figure of a block: `place` in the document's text, `like` how much its clause speaks of what a claim speaks of,
    `left` the two characters before it."""

    place: int
    figure: Figure
    like: float
    left: str


class Ground:
    """A given block with its sentences. `within` limits it to a part of the document's text."""

    def __init__(self, given: Given, within: tuple[int, int] | None = None) -> None:
        self.given, self.key = given, given.key
        self.title = given.document.title
        self._begin = max(given.start, within[0]) if within else given.start
        self._end = min(given.start + len(given.text), within[1]) if within else given.start + len(given.text)
        self.text = given.reading.text[self._begin : self._end]
        self._likes: dict[frozenset[str], list[Stored]] = {}

    @cached_property
    def words(self) -> Words:
        return Words(self.text)

    @cached_property
    def units(self) -> list[Unit]:
        """Every sentence, and every list as a whole."""
        single: list[Unit] = []
        several: list[Unit] = []
        lists: list[list[Unit]] = []
        lead: tuple[tuple[int, str], ...] = ()
        at = self._begin
        for line in self.text.split("\n"):
            item = _ITEM.match(line)
            lead = lead if item else ()
            if not _ADDRESSED.search(line):
                own, excepted = self._line(line, at, lead)
                single += own
                several += excepted
                if lead and own:
                    lists[-1] += own
            if line.rstrip().endswith(("：", ":")):
                lead = ((at, line.rstrip()),)
                lists.append([])
            at += len(line) + 1
        several += [
            Unit("".join(one.text for one in group), group[0].start, group[-1].end, group[0].before, tuple(group))
            for group in lists if len(group) > 1
        ]  # fmt: skip
        return single + several

    def _line(self, line: str, at: int, lead: tuple[tuple[int, str], ...]) -> tuple[list[Unit], list[Unit]]:
        """The sentences of a line, and those that belong together with their exception."""
        found: list[Unit] = []
        whole: list[Unit] = []
        case: tuple[tuple[int, str], ...] = ()
        fresh = True
        for match in _UNIT.finditer(line):
            item = _ITEM.match(match[0]) if match.start() == 0 else None
            skipped = item.end() if item else len(match[0]) - len(match[0].lstrip())
            text, start = match[0][skipped:].rstrip(), at + match.start() + skipped
            if not text:
                continue
            exception = bool(found) and text.startswith(("但", "法律") if not fresh else "但")
            before = (*lead, (found[-1].start, found[-1].text)) if exception else lead if fresh else lead + case
            found.append(Unit(text, start, start + len(text), before))
            opening = clauses(text)[:1]
            if not fresh and opening:
                found[-1].own_case = opening[0].case
            if exception:
                both = (found[-2], found[-1])
                whole.append(Unit(both[0].text + text, both[0].start, start + len(text), both[0].before, both))
            if fresh:
                case = ((start, _case(text)),) if _case(text) else ()
            fresh = text.rstrip("”’」』）)").endswith(("。", "！", "？"))
        return found, whole

    @cached_property
    def governed(self) -> list[tuple[str, frozenset[str]]]:
        """What the words of each must and may are about."""
        return [item for unit in self.units for one in unit.clauses for item in one.governed.items()]

    def figures(self, pairs: frozenset[str]) -> list[Stored]:
        """Every figure with its place and how much of `pairs` stands in its clause and in what leads into that."""
        if pairs not in self._likes:
            found: list[Stored] = []
            for unit in (one for one in self.units if len(one.parts) == 1):
                for at, clause in enumerate(unit.clauses):
                    if not clause.figures or not unit.start <= clause.start < unit.end:
                        continue
                    cases = [one.case for one in unit.clauses[: at + 1] if one.case]
                    near = clause.pairs.union(
                        *(one.pairs for one in unit.clauses[:at] if one.conditional or one is unit.clauses[at - 1])
                    )
                    like = len(pairs & near) / len(pairs) if pairs else 1.0
                    named = cases and (len(cases[-1] & pairs) >= OWN_CASE * len(cases[-1]) or pairs <= cases[-1])
                    if cases and not named:
                        like /= 2  # what holds only in a case that the claim does not speak of
                    found += [
                        Stored(clause.start + figure.start, figure, like, clause.left_of(figure))
                        for figure in clause.figures
                    ]
            self._likes[pairs] = found
        return self._likes[pairs]

    def quotable(self, unit: Unit, pairs: frozenset[str]) -> tuple[int, int]:
        """The span to quote for a claim: the whole printed sentence where that is short, of a list the part that is
        meant, with the words it opens with."""
        parts = [one for one in unit.parts if one.pairs & pairs] or list(unit.parts)
        start, end = parts[0].start, parts[-1].end
        if end - start > QUOTE_MOST:
            best = max(parts, key=lambda one: (len(one.pairs & pairs), -one.start))
            start, end = best.start, best.end
        text, origin = self.text, self._begin
        low = max(text.rfind(mark, 0, start - origin) for mark in "。！？\n") + 1
        ends = [at + 1 for mark in "。！？" if (at := text.find(mark, end - origin - 1)) >= 0]
        line = text.find("\n", end - origin)
        high = min([*ends, line if line >= 0 else len(text)])
        while low < high and text[low].isspace():
            low += 1
        if item := _ITEM.match(text, low, high) if low == 0 or text[low - 1] == "\n" else None:
            low = item.end()
        whole = (origin + low, origin + high)
        return whole if whole[0] <= start and end <= whole[1] and high - low <= SENTENCE_MOST else (start, end)


def _case(text: str) -> str:
    """The case or subject that a sentence begins with, which holds behind its semicolons: 生产假药的，…；情节严重的…"""
    at = text.find("的，")
    return text[: at + 2] if 0 <= at <= 160 else ""
