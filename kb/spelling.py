"""Slips of the pen in a question: a known name or term in which one character was taken for another that sounds or
looks like it (药品管里法, 临创试验).

A right word must never be touched, so a correction needs all of this: exactly one known term of the same length differs
in one character; that character sounds or looks like the right one; and the slip left a broken piece of a word behind
(管里 is no word, and 管 stands alone), as it does not in 公司发工资, which is not 公司法工资.
"""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from operator import ne
from pathlib import Path
from typing import Literal, NamedTuple

from kb.phrases import Phrases, fold_in_place, word_ends, word_spans

Why = Literal["spelling", "pinyin", "traditional"]
LEAST = 3
"""Characters of the shortest term that is corrected: too many pairs of characters are one slip apart."""
MOST = 40


class Correction(NamedTuple):
    """`said` was taken for `meant`: looks alike, sounds alike, or is written in traditional characters."""

    said: str
    meant: str
    why: Why


class _Slip(NamedTuple):
    """`term` was meant at `start`, and the character at `at` is wrong."""

    start: int
    term: str
    at: int
    why: Why


class Speller:
    """`terms` are what a slip is mended to, `others` are spelt right too; `misspelt` maps slips that the dictionary
    holds to what is meant; each of `lookalikes` is a group of characters that are taken for each other."""

    def __init__(
        self, terms: Collection[str], others: Iterable[str], misspelt: Mapping[str, str], lookalikes: Iterable[str]
    ) -> None:
        self._exact = Phrases((*terms, *others))
        self._misspelt = misspelt
        self._slips = Phrases(misspelt)
        self._groups: dict[str, set[str]] = {}
        for group in lookalikes:
            for character in group:
                self._groups.setdefault(character, set()).update(group)
        # One slip leaves the first two or the last two characters as they are, or, in three, the first and the last.
        self._kept: dict[tuple[str, str], dict[int, list[str]]] = {}
        for term in terms:
            if LEAST <= len(term) <= MOST:
                keys = [("head", term[:2]), ("tail", term[-2:])]
                if len(term) == LEAST:
                    keys.append(("ends", term[0] + term[-1]))
                for key in keys:
                    self._kept.setdefault(key, {}).setdefault(len(term), []).append(term)

    def corrected(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The text with its slips mended, and what was mended, in order."""
        text, listed = self._listed(text)
        found: list[Correction] = []
        characters = list(text)
        for slip in self._found(fold_in_place(text)):
            end = slip.start + len(slip.term)
            characters[slip.at] = slip.term[slip.at - slip.start]
            found.append(Correction(text[slip.start : end], "".join(characters[slip.start : end]), slip.why))
        return "".join(characters), (*listed, *found)

    def _listed(self, text: str) -> tuple[str, list[Correction]]:
        folded = fold_in_place(text)
        if not self._slips.spans(folded):
            return text, []
        right = self._exact.spans(folded)
        spans = self._slips.spans(folded, taken=[(s.start, s.end) for s in right if len(s.phrase) >= LEAST])
        found, pieces, at = [], [], 0
        ends = word_ends(text)
        for span in spans:
            if span.start not in ends or span.end not in ends:
                continue  # 临床实验 is a slip, 临床实验室 is none
            meant = self._misspelt[span.phrase]
            found.append(Correction(text[span.start : span.end], meant, _listed_why(span.phrase, meant)))
            pieces += [text[at : span.start], meant]
            at = span.end
        return "".join((*pieces, text[at:])), found

    def _found(self, text: str) -> list[_Slip]:
        words = word_spans(text)
        alone = {start for start, end in words if end - start == 1 and _hanzi(text[start])}
        if not alone:
            return []
        right = {at for span in self._exact.spans(text) for at in range(span.start, span.end)}
        bounds = {start for start, _ in words} | {len(text)}
        near: dict[tuple[int, int], set[_Slip]] = {}
        for start, term in self._near(text, bounds):
            slip = self._slip(text, start, term, alone)
            if slip and slip.at not in right:
                near.setdefault((start, start + len(term)), set()).add(slip)
        slips: list[_Slip] = []
        taken: set[int] = set()
        for (start, end), meant in sorted(near.items(), key=lambda n: (n[0][0] - n[0][1], n[0][0])):
            if len(meant) == 1 and taken.isdisjoint(range(start, end)):
                slips.append(next(iter(meant)))
                taken.update(range(start, end))
        return sorted(slips)

    def _near(self, text: str, bounds: Collection[int]) -> Iterable[tuple[int, str]]:
        """Each whole run of words that is one character away from a term: where it begins, and the term."""
        for bound in bounds:
            heads = self._kept.get(("head", text[bound : bound + 2]), {})
            tails = self._kept.get(("tail", text[bound - 2 : bound]), {}) if bound > 1 else {}
            ends = self._kept.get(("ends", text[bound : bound + 1] + text[bound + 2 : bound + 3]), {})
            for kept, from_end in ((heads, False), (tails, True), (ends, False)):
                for size, terms in kept.items():
                    start = bound - size if from_end else bound
                    if start in bounds and start + size in bounds:
                        said = text[start : start + size]
                        yield from ((start, term) for term in terms if _one_apart(said, term))

    def _slip(self, text: str, start: int, term: str, alone: Collection[int]) -> _Slip | None:
        """How the words at `start` slipped from a term, None where they may have been meant."""
        at = next(at for at in range(len(term)) if term[at] != text[start + at])
        why = self._why(text[start + at], term[at])
        low, high = next((low, high) for low, high in word_spans(term) if low <= at < high)
        piece = range(start + low, start + high)
        broken = high - low > 1 and any(place in alone for place in piece if place != start + at)
        return _Slip(start, term, start + at, why) if why and broken else None

    def _why(self, said: str, meant: str) -> Why | None:
        if not (_hanzi(said) and _hanzi(meant)):
            return None
        if readings(said) & readings(meant):
            return "pinyin"
        return "spelling" if meant in self._groups.get(said, ()) else None


@cache
def readings(character: str) -> frozenset[str]:
    """The ways a character is read, without tones; empty for one that is unknown."""
    listed = _all_readings().get(str(ord(character)), "")
    plain = unicodedata.normalize("NFD", listed).replace("u\u0308", "v")
    return frozenset("".join(c for c in plain if not unicodedata.combining(c)).split(",")) - {""}


@cache
def _all_readings() -> dict[str, str]:
    """Readings by code point. Only pypinyin's table is read: importing it loads its phrases too, which takes five times
    as long and 40 MB."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        return {}
    table = Path(spec.submodule_search_locations[0]) / "pinyin_dict.json"
    listed: dict[str, str] = json.loads(table.read_text(encoding="utf-8"))
    return listed


def _listed_why(said: str, meant: str) -> Why:
    if len(said) != len(meant):
        return "spelling"
    alike = all(a == b or readings(a) & readings(b) for a, b in zip(said, meant, strict=True))
    return "pinyin" if alike else "spelling"


def _one_apart(said: str, term: str) -> bool:
    different: int = sum(map(ne, said, term))
    return different == 1


def _hanzi(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
