"""What is known of an instrument apart from the texts of its versions: clauses of other texts, the catalogue's records.
`kb.endings` gathers it, `kb.settlement` judges by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from kb.address import instrument_name

RECORD = "本库文件目录"
LISTED = 3  # titles of a clause from which on only the one that is meant is told
_TITLE = re.compile("《([^《》]{1,120})》")


class Repeal(NamedTuple):
    """A repeal read from another text: from `on`, by `by`, in the words `evidence`. `number` is the document number
    that the clause prints for what it ends. Each of `but` is a version that says the same clause itself: it cannot be
    what the clause ends."""

    on: date
    by: str
    evidence: str
    number: str | None = None
    but: frozenset[str] = frozenset()


class Change(NamedTuple):
    """An amendment by another text, in effect from `on`. `made` is the day the changing text was adopted: a version of
    that day or later has the change in it. `places` is empty where the text does not say which; `ended` says that the
    text repealed them."""

    on: date
    made: date
    by: str
    source: str
    evidence: str
    places: tuple[tuple[str, ...], ...] = ()
    ended: bool = False


class KnownVersion(NamedTuple):
    """A version that the catalogue of instruments knows of, held or not. `places` are those that it changed, where it
    is known that it changed no others; `by` names what made it."""

    version: str
    effective_on: date
    places: tuple[tuple[str, ...], ...] = ()
    by: str | None = None


class KnownStart(NamedTuple):
    """Since when an instrument applies of which the catalogue knows one version only, with its document number."""

    on: date
    number: str | None


class Grounds(NamedTuple):
    """All that is known of an instrument apart from the versions themselves. `recorded_start` and `recorded_repeal` are
    the catalogue's. `same_words` maps the id of a version to that of another with the very same articles: one of their
    dates is wrong."""

    repeals: Sequence[Repeal] = ()
    changes: Sequence[Change] = ()
    known: Sequence[KnownVersion] = ()
    recorded_repeal: Repeal | None = None
    recorded_start: KnownStart | None = None
    same_words: Mapping[str, str] = {}


def naming(words: str, instrument: str) -> str:
    """The part of a clause with many titles that names one instrument: …《环境影响评价法》…同时废止."""
    titles = list(_TITLE.finditer(words))
    one = next((found for found in titles if instrument_name(found[1]) == instrument), None)
    if one is None or len(titles) < LISTED:
        return words
    before = "…" if one is not titles[0] else ""
    after = "…" if one is not titles[-1] else ""
    return f"{words[: titles[0].start()]}{before}{one[0]}{after}{words[titles[-1].end() :]}"
