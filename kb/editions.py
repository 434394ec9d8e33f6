"""Which held version of an instrument an edition named beside its title means: 2015年修正, （2025年版）, 2019.

A question, a cross reference and a citation that is checked all read an edition here, so that they mean one text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb import validity
from kb.address import EDITION, instrument_name
from kb.model import Document
from kb.registry import Registry
from kb.settlement import same_number
from kb.titles import edition_year

_SPOKEN = ("年修订", "年修正", "年版", "年修订版", "年")
"""How the catalogue writes the edition of a title, behind its year."""


def named_version(
    registry: Registry, instrument: str, version: str | None, as_of: date, among: Sequence[str] = ()
) -> Document | None:
    """The held version that `version` names, or without one that of `as_of`. None when no such version is held, or none
    `among` those ids, if there are."""
    if version:
        return of_edition(registry, instrument, version, among)
    return validity.chosen(_held(registry, instrument, among), as_of)


def of_edition(registry: Registry, instrument: str, version: str, among: Sequence[str] = ()) -> Document | None:
    """The held version of a named edition: by the year it was made in, by the edition in its stored title or in the
    catalogue's, by the year it took effect or was published in."""
    year = edition_year(version)
    held = _held(registry, instrument, among)
    known = [e for words in _SPOKEN if (e := registry.endings.entry(f"{instrument}（{year}{words}）"))]
    ways = (
        [v for v in held if v.version.startswith(str(year)) and not _other_title(v, year)],
        [v for v in held if _titled(v) and str(year) in _titled(v)],
        [v for v in held if any(same_number(v.number, entry.number) for entry in known)],
        [v for v in held if v.effective_on and v.effective_on.year == year and not _other_title(v, year)],
        [v for v in held if v.published_on and v.published_on.year == year and v.version[:4] <= str(year)],
    )
    return next((fitting[-1] for fitting in ways if fitting), None)


def _held(registry: Registry, instrument: str, among: Sequence[str]) -> list[Document]:
    return [v for v in registry.versions(instrument) if not among or v.id in among]


def _titled(document: Document) -> str:
    """The edition in a stored title: 2025年版 of 《…规范（2025年版）》; "" where it has none."""
    found = EDITION.search(instrument_name(document.title))
    return found[0] if found else ""


def _other_title(document: Document, year: int) -> bool:
    """Whether the stored title names the edition of another year."""
    years = re.findall(r"\d{4}", _titled(document))
    return bool(years) and str(year) not in years
