"""What a text refers to: articles of other texts (《甲法》第三条) and of itself (本法第一百二十四条), and whole texts.

Each place is one citation for each provision that names it. 本条 and 前款 point at the article they stand in and are
no citation; a title alone is one only where it has the form of a text with rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from ingest.relations.named import Found, is_instrument, plain
from ingest.relations.ranges import paths_of
from kb.address import instrument_name
from kb.model import Provision, Rung
from kb.references import Home, Reference, references

NAMES_A_PLACE = re.compile(r"《|第[〇○零一二三四五六七八九十百千两0-9０-９（(]{1,9}[）)]?[条章节]|前[一两二三四]?条")
"""Without any of these some words refer to nothing outside their own article."""
NAMES_A_TEXT = re.compile("《|法典?第")
"""The same where the text has no articles of its own."""
STATUTE = re.compile(r"(?:中华人民共和国)?[^的和或及与依据按照有其该本各将在对把]{1,14}法典?")
"""A name without 《》 is believed for a statute only: 刑法第一百四十一条."""
CLAUSE = 60
"""Characters before a place that are looked at for the beginning of its clause."""
DIVISIONS = (Rung.PART, Rung.CHAPTER, Rung.SECTION)


_instrument = lru_cache(4096)(instrument_name)  # a text names the same few others again and again


def citations(
    title: str, text: str, units: Sequence[Provision], provisions: Sequence[Provision], aliases: Mapping[str, str]
) -> Iterator[Found]:
    """Every place that a unit of `text` names outside the article it is; `units` are the provisions that cite,
    `aliases` the short names that the text declares."""
    own = frozenset(provision.path for provision in provisions)
    telling = NAMES_A_PLACE if any(p.rung is Rung.ARTICLE for p in provisions) else NAMES_A_TEXT
    for path, start, end in _stretches(text, units, provisions):
        if telling.search(text, start, end):
            yield from _of_unit(text[start:end], start, Home(title, path, aliases), own)


def _stretches(
    text: str, units: Sequence[Provision], provisions: Sequence[Provision]
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """`(path, start, end)` of the words of each unit without its number, its children and the headings behind it."""
    if not units:
        yield (), 0, len(text)
        return
    citing = {unit.path for unit in units}
    cuts = [p for p in provisions if p.path in citing or p.rung in DIVISIONS]
    cuts = sorted(cuts, key=lambda p: p.start)
    for cut, following in pairwise([*cuts, None]):
        if cut is not None and cut.path in citing:
            yield cut.path, cut.body, max(cut.body, min(cut.end, following.start if following else len(text)))


def _of_unit(words: str, start: int, home: Home, own: frozenset[tuple[str, ...]]) -> Iterator[Found]:
    found = [reference for reference in references(words, {}, home) if reference.title]
    placed = {_instrument(reference.title or "") for reference in found if reference.path}
    here = _instrument(home.title)
    for reference in found:
        title = plain(reference.title or "")
        instrument = _instrument(title)
        if instrument == here:
            believed = _stands_elsewhere(reference, home, own)
        elif reference.path:
            believed = "《" in reference.raw or reference.self_name is not None or STATUTE.fullmatch(title) is not None
        else:
            believed = reference.raw.startswith("《") and instrument not in placed and is_instrument(title)
        if believed:
            yield from _places(reference, title, words, start)


def _stands_elsewhere(reference: Reference, home: Home, own: frozenset[tuple[str, ...]]) -> bool:
    """Whether a reference to the text itself leaves its own article and leads to one that the text has."""
    return bool(reference.path) and reference.path[:1] != home.path[:1] and reference.path[:1] in own


def _places(reference: Reference, title: str, words: str, start: int) -> Iterator[Found]:
    at, said = start + reference.start, reference.raw
    if not said.startswith("《"):  # 第二款 alone says little: the clause it stands in does
        low = max(0, reference.start - CLAUSE)
        clause = words[low : reference.start]
        said = clause[max(clause.rfind(sign) for sign in "，。；：\n") + 1 :].lstrip() + said
    if not reference.path:
        yield Found("cites", at, title, said, number=reference.number)
        return
    for path in paths_of(reference.since, reference.path):
        yield Found("cites", at, title, said, "".join(path)[:40], path, reference.number)
