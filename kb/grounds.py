"""What is known of an instrument apart from the texts of its versions: clauses of other texts, the catalogue's records.
`kb.endings` gathers it, `kb.settlement` judges by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

RECORD = "本库文件目录"


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
    the catalogue's."""

    repeals: Sequence[Repeal] = ()
    changes: Sequence[Change] = ()
    known: Sequence[KnownVersion] = ()
    recorded_repeal: Repeal | None = None
    recorded_start: KnownStart | None = None
