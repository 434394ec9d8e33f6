"""What a question means, worked out by rules and word lists alone, so that it can be shown and corrected.

`understand` is what a search begins with: plain characters, slips mended, the words of the statutes for what is said in
other words, the parts of a question that asks several things, and the sectors it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kb.decomposition import parts_of
from kb.lexicon import Expansion, Lexicon
from kb.misnamed import misnamed
from kb.model import Sector
from kb.normalise import normalised
from kb.phrases import fold_in_place
from kb.spelling import Correction

__all__ = ["Correction", "Expansion", "Understood", "understand"]

_SECTOR_WORDS: dict[Sector, re.Pattern[str]] = {
    Sector.DRUG: re.compile("(?<![中农兽火弹炸])药(?!监|械|妆|检所|食)|中药|疫苗|制剂(?!室)|生物等效|血液制品|批签发"),
    Sector.DEVICE: re.compile("器械|体外诊断|诊断试剂|耗材|植入|药械"),
    Sector.COSMETIC: re.compile("化妆|美妆|护肤|面膜|牙膏|防晒|祛斑|染发|烫发|彩妆|药妆"),
}


class Understood(NamedTuple):
    """`question` is what is searched: the question in plain characters, corrected. `expansions` have their spans in it.
    `parts` are the questions it consists of, each standing alone; () for a simple one."""

    question: str
    corrections: tuple[Correction, ...]
    expansions: tuple[Expansion, ...]
    parts: tuple[str, ...]
    sectors: frozenset[Sector]


def understand(question: str, lexicon: Lexicon, known: Mapping[str, str], *, correct: bool = True) -> Understood:
    """`known` maps every name of a held instrument to it (`kb.lookup.known_titles`). Without `correct` slips of
    spelling are left as they are: the reader may have meant them."""
    vocabulary = lexicon.vocabulary(known)
    plain, traditional = normalised(question)
    text, mended = vocabulary.speller.corrected(plain) if correct else (plain, ())
    text, renamed = misnamed(text, vocabulary.names) if correct else (text, ())
    titles = [(s.start, s.end) for s in vocabulary.titles.spans(fold_in_place(text)) if s.phrase not in lexicon.said]
    return Understood(
        question=text,
        corrections=(*traditional, *mended, *renamed),
        expansions=lexicon.expansions(text, titles),
        parts=parts_of(text, vocabulary.names),
        sectors=_sectors(text, lexicon),
    )


def _sectors(text: str, lexicon: Lexicon) -> frozenset[Sector]:
    """The sectors that a question names, else those that words of one sector alone belong to."""
    named = frozenset(sector for sector, words in _SECTOR_WORDS.items() if words.search(text))
    return named or frozenset(entry.sectors[0] for entry in lexicon.entries_in(text) if len(entry.sectors) == 1)
