"""How people write a place, and pieces of text to quote: shared by the makers of right and of wrong citations."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from eval.citation_texts import Holdings, Law
from kb.address import to_chinese
from kb.citation_index import Path, number_of

CLAUSE = re.compile(r"[^，。；：\n]+[，。；：]?")
QUOTABLE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9，。；：、（）%％．.]+")
"""No 《》: a title in a quotation is a citation of its own."""
SHORTEST, LONGEST = 14, 70
"""Characters of a quotation."""
SELF_NAMES = ("条例", "办法", "规定", "规范", "细则", "规则", "法")


class Right(NamedTuple):
    """A text all of whose `places` citations are right; `quoted`: its quotation must be found to agree."""

    text: str
    places: int = 1
    quoted: bool = False


class Draw:
    """Random picks from what is loaded; the same seed gives the same picks."""

    def __init__(self, holdings: Holdings, random: Random) -> None:
        self.holdings, self.random = holdings, random

    def law(self) -> Law:
        return self.random.choice(self.holdings.current)

    def article(self, law: Law) -> Path | None:
        """An article of the law that may be cited."""
        fitting = [path for path in law.articles if law.usable(path)]
        return self.random.choice(fitting) if fitting else None

    def place(self, law: Law, unit: str) -> Path | None:
        """A place of the law whose last step is a unit (款, 项), in one of its articles."""
        fitting = [p for p in law.entries if p[-1].endswith(unit) and (p[0],) in law.articles and law.usable(p)]
        return self.random.choice(fitting) if fitting else None

    def quote(self, law: Law, path: Path) -> str | None:
        """A piece of the place's own words between two commas or stops, with no sign that ends a quotation."""
        clauses = CLAUSE.findall(law.entries[path])
        if not clauses:
            return None
        first = self.random.randrange(len(clauses))
        words = ""
        for clause in clauses[first:]:
            words += clause
            if len(words) >= SHORTEST and (len(words) > LONGEST // 2 or self.random.random() < 0.5):
                break
        words = words.strip().rstrip("，。；：")
        return words if SHORTEST <= len(words) <= LONGEST and QUOTABLE.fullmatch(words) else None

    def quoted_place(self, law: Law) -> tuple[Path, str] | None:
        """A place in an article of the law, at whatever depth, and a quotation from it."""
        for _ in range(20):
            path = self.random.choice(list(law.entries))
            if (path[0],) in law.articles and law.usable(path) and (quote := self.quote(law, path)):
                return _citable(path), quote
        return None


Maker = Callable[[Draw], str | None]
RightMaker = Callable[[Draw], Right | None]


def chinese(path: Path) -> str:
    return "".join(path)


def arabic(path: Path) -> str:
    """第32条第2款第（3）项."""
    words = ""
    for segment in path:
        number = number_of(segment)
        if number is None:
            return chinese(path)
        inserted = f"之{to_chinese(number[1])}" if number[1] else ""
        shown = f"（{number[0]}）" if segment.startswith("第（") else str(number[0])
        words += f"第{shown}{segment.partition('之')[0][-1]}{inserted}"
    return words


def compact(path: Path) -> str:
    """32条2款3项: without 第 and brackets."""
    numbers = [number_of(segment) for segment in path]
    if any(number is None or number[1] for number in numbers):
        return chinese(path)
    return "".join(f"{number[0]}{segment[-1]}" for number, segment in zip(numbers, path, strict=True) if number)


def self_name(title: str) -> str | None:
    """该法, 该条例 … for a title."""
    kind = next((kind for kind in SELF_NAMES if title.endswith(kind)), None)
    return f"该{kind}" if kind else None


def _citable(path: Path) -> Path:
    """The path down to 款, 项 or 目: what is deeper has no name of its own."""
    named = [
        n for n, segment in enumerate(path) if (segment[0] == "第" and segment[-1] in "条款项目") or "条之" in segment
    ]
    return path[: named[-1] + 1]
