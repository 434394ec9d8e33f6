"""Two versions of a text side by side: which article became which, where a provision now stands, which words changed.

Compared are the articles and what stands beside them (annexes), or the outermost entries of a text without articles.
Headings of parts, chapters and sections are no units: an article that moved to another chapter keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from kb.alignment import Pair, aligned
from kb.marks import Mark, marks
from kb.model import Frozen, Rung
from kb.registry_reader import Reading

__all__ = ["Change", "Mark", "changes", "counterpart", "marks", "units"]

Path = tuple[str, ...]
How = Literal["same", "renumbered", "changed", "added", "removed"]

HEADINGS = (Rung.PART, Rung.CHAPTER, Rung.SECTION)
ABOUT = (("序言",), ("落款",))
"""Left out beside articles: the revision history under a title and the signature differ between all versions."""
SURE = 0.6
"""Least likeness and margin together for which an entry is surely the other's successor (see `kb.alignment.Pair`)."""
FAR = 0.2
"""Margin beyond which being the only candidate says no more: words must still be alike."""
CLEAR = 0.05
"""Least margin of a sure successor: of an article that was split in two halves alike, neither is."""
PAIRS_KEPT = 16
"""Comparisons of two versions kept in memory: a search asks for the same ones again and again."""
SPACE = re.compile(r"((?<=\d)\s+(?=\d))|\s+")
WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
GLYPHS = str.maketrans("｡､„‟〝〞〟「」『』｢｣‚‛", "。、“““””“”“”“”‘‘") | WIDTHS
QUOTED = (re.compile('"([^"]*)"'), r"“\1”"), (re.compile("'([^']*)'"), r"‘\1’")
"""The width of a mark and the shape of a quotation mark are the choice of the site that printed the text. Folded they
still tell the one before a word from the one behind it: that makes the words around them more alike or less."""


class Change(Frozen):
    """What became of one unit. `old` and `new` are its paths, None on the side where it is missing; a `changed` unit
    may be renumbered as well. `likeness` is in [0, 1]: 1 for equal words (spaces, widths and quotation marks aside),
    0 without any counterpart."""

    how: How
    old: Path | None
    new: Path | None
    likeness: float


class _Unit(NamedTuple):
    path: Path
    words: str


def changes(old: Reading, new: Reading) -> list[Change]:
    """Every unit of both texts, in the order of the new one; what was removed stands where it stood."""
    before, after = _units(old), _units(new)
    pairs = _aligned(before, after)
    kept, come = {pair.old: pair for pair in pairs}, {pair.new for pair in pairs}
    placed: list[tuple[tuple[int, int], Change]] = []
    last = -1
    for at, unit in enumerate(before):
        if at in kept:
            last = kept[at].new
            placed.append(((last, -1), _change(unit, after[last], kept[at])))
        else:
            placed.append(((last, at), Change(how="removed", old=unit.path, new=None, likeness=0)))
    for at, unit in enumerate(after):
        if at not in come:
            placed.append(((at, -1), Change(how="added", old=None, new=unit.path, likeness=0)))
    return [change for _, change in sorted(placed, key=lambda entry: entry[0])]


def counterpart(old: Reading, new: Reading, path: Path) -> Path | None:
    """Where a provision of the old text stands in the new one; None when it is gone or where that is not sure."""
    if path not in old.provisions:
        return None
    before, after = _units(old), _units(new)
    at = next((n for n, unit in enumerate(before) if path[: len(unit.path)] == unit.path), None)
    if at is None:
        return _same_heading(old, new, path)
    pair = next((pair for pair in _aligned(before, after) if pair.old == at), None)
    if pair is None or not _sure(pair):
        return None
    unit, found = before[at].path, after[pair.new].path
    return found if path == unit else _inner(old, new, path, unit, found)


def units(reading: Reading) -> Iterator[Path]:
    """The paths of the units of a text, in order."""
    articles = [p.path for p in reading.provisions.values() if p.rung is Rung.ARTICLE]
    holding = {path[:depth] for path in articles for depth in range(1, len(path))}
    parents = {path[:-1] for path in reading.provisions}
    inside: Path | None = None
    for path, provision in reading.provisions.items():
        if inside is not None and path[: len(inside)] == inside:
            continue
        heading = provision.rung in HEADINGS and (bool(articles) or path in parents)
        if heading or path in holding or (articles and path in ABOUT):
            continue
        inside = path
        yield path


def words(reading: Reading, path: Path) -> str:
    """The words of a provision without its number."""
    provision = reading.provisions[path]
    return reading.text[provision.body : provision.end].strip()


class _Text:
    """A reading as a key: the registry hands out the same one again and again, and it never changes."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def __hash__(self) -> int:
        return id(self.reading.provisions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Text) and self.reading.provisions is other.reading.provisions


def _units(reading: Reading) -> tuple[_Unit, ...]:
    return _units_of(_Text(reading))


@lru_cache(maxsize=2 * PAIRS_KEPT)
def _units_of(text: _Text) -> tuple[_Unit, ...]:
    return tuple(_Unit(path, _folded(words(text.reading, path))) for path in units(text.reading))


@lru_cache(maxsize=PAIRS_KEPT)
def _aligned(old: tuple[_Unit, ...], new: tuple[_Unit, ...]) -> tuple[Pair, ...]:
    return tuple(aligned([unit.words for unit in old], [unit.words for unit in new]))


def _change(old: _Unit, new: _Unit, pair: Pair) -> Change:
    how: How = "changed" if old.words != new.words else "same" if old.path == new.path else "renumbered"
    return Change(how=how, old=old.path, new=new.path, likeness=round(pair.likeness, 3))


def _sure(pair: Pair) -> bool:
    return pair.whole or (pair.margin >= CLEAR and pair.likeness + min(pair.margin, FAR) >= SURE)


def _same_heading(old: Reading, new: Reading, path: Path) -> Path | None:
    """A chapter is found by its heading, if one chapter bears it."""
    sought = old.provisions[path]
    found = [
        p.path
        for p in new.provisions.values()
        if p.rung is sought.rung and p.heading and sought.heading and _folded(p.heading) == _folded(sought.heading)
    ]
    return found[0] if len(found) == 1 else None


def _inner(old: Reading, new: Reading, path: Path, unit: Path, found: Path) -> Path | None:
    """A paragraph, item or sub-item within an article whose successor is known, by its words among its like."""
    rung = old.provisions[path].rung
    before, after = _within(old, unit, rung), _within(new, found, rung)
    if not after and rung is Rung.PARAGRAPH:
        after = [found]  # of two paragraphs one is left: the article itself
    pairs = aligned([_folded(words(old, p)) for p in before], [_folded(words(new, p)) for p in after])
    pair = next((pair for pair in pairs if before[pair.old] == path), None)
    return after[pair.new] if pair and _sure(pair) else None


def _within(reading: Reading, unit: Path, rung: Rung) -> list[Path]:
    inside = (p for p in reading.provisions.values() if p.path[: len(unit)] == unit and p.path != unit)
    return [p.path for p in inside if p.rung is rung]


def _folded(text: str) -> str:
    """The words by which two copies are equal: without spaces, but for one between digits, in one width and with one
    shape of quotation marks."""
    folded = SPACE.sub(lambda found: " " if found[1] else "", text.translate(GLYPHS))
    for straight, curved in QUOTED:
        folded = straight.sub(curved, folded)
    return folded
