"""Which held version a document number or the word 新 beside a title names, and which it cannot be; editions themselves
are read in `kb.editions`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from kb import lookup, validity
from kb.address import COUNTRY, EDITION, instrument_name
from kb.catalogue import CatalogueEntry
from kb.editions import of_edition
from kb.model import Document, Force, State
from kb.registry import Registry
from kb.settlement import same_number

NEW = re.compile(r"(?:(?<![创更革全最刷重])新(?:修[订改正])?版?的?|修[订改正]后的?)《?$")
_REVISED = re.compile("修[订正改]")
_PROMULGATED = re.compile(r"第\s?\d{1,5}\s?号")
_ISSUED_BY = re.compile(r"[\u4e00-\u9fff、 ]{2,60}[局部委署院会厅室]")
_NUMBERED = re.compile(r"（[^（）]*号）$")
_OFFICE = re.compile(r"[^\d第〔\[（(]*")
HEAD = 400
"""Characters of a text that hold the history of its changes, if it has any."""


def named(
    registry: Registry, instrument: str | None, title: str | None, version: str | None, number: str | None, day: date
) -> Document | None:
    """The version that a title (of `instrument`, None where that is not held), an edition and a document number mean;
    the one of the day where neither edition nor number is given."""
    if instrument is None:
        return _numbered(registry, number, title) if number else None
    held = registry.versions(instrument)
    if version:
        return of_edition(registry, instrument, version)
    if number:
        fitting = [v for v in held if same_number(v.number, number)]
        if fitting or (fitting := _of_year(held, number)):
            return fitting[-1]
    if title and instrument_name(title) != instrument:
        exact = [v for v in held if instrument_name(v.title) == instrument_name(title)]
        if exact:
            return validity.chosen(exact, day)
    return lookup.version_on(registry, instrument, day)


def holds_number(registry: Registry, instrument: str, number: str) -> bool:
    """Whether a held version has a document number, of the same office where both name one."""
    held = registry.versions(instrument)
    return any(same_number(v.number, number) and _one_office(str(v.number), number) for v in held)


def to_come(registry: Registry, instrument: str, day: date) -> Document | None:
    """The last held version that is not yet in force: what 新《…》 means before its day."""
    coming = [v for v in registry.versions(instrument) if validity.force(v, day) is Force.NOT_YET]
    return coming[-1] if coming else None


def number_of_another(
    document: Document, number: str | None, entry: CatalogueEntry | None, text: str
) -> Literal["no", "perhaps", "yes"]:
    """Whether a document number belongs to another text than the one it stands beside. A text that was revised has gone
    by several numbers, and what is stored may be the first; the catalogue may know that of the version held."""
    if number is None or same_number(document.number, number) is not False:
        return "no"
    listed = entry.number if entry and entry.number and _same_version(document, entry) else None
    if same_number(listed, number):
        return "no"
    head = text[:HEAD]
    if not document.amendments and not _REVISED.search(head):
        return "yes"
    first = any(same_number(found, number) for found in _PROMULGATED.findall(head))
    amending = any(same_number(amendment.by, number) for amendment in document.amendments)
    return "yes" if listed and not first and not amending else "perhaps"


def looks_cut(articles: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a version with so few articles beside its other versions cannot be the whole text."""
    return bool(articles) and 4 * len(articles) < max(map(len, others), default=0)


def _of_year(held: Sequence[Document], number: str) -> list[Document]:
    """The only version without a number of its own whose title names the year of a document number, if there is."""
    year = re.search(r"\d{4}", number)
    fitting = [v for v in held if year and v.number is None and f"{year[0]}年" in v.title]
    return fitting if len(fitting) == 1 else []


def _numbered(registry: Registry, number: str, title: str | None) -> Document | None:
    """The only document of a number; where a title is given with it, its own without its issuer must be that."""
    held = (h.document for h in registry.held().values() if h.document.state is State.PUBLISHED)
    fitting = [d for d in held if same_number(d.number, number) and _one_office(str(d.number), number)]
    fitting = [d for d in fitting if title is None or _without_issuer(d.title, title)]
    return fitting[0] if len(fitting) == 1 else None


def _without_issuer(held: str, title: str) -> bool:
    """Whether a held title is this one with its issuer before it: 国家药监局 + 关于…的公告."""
    plain, asked = EDITION.sub("", _NUMBERED.sub("", instrument_name(held))), instrument_name(title)
    return plain.endswith(asked) and _ISSUED_BY.fullmatch(plain.removesuffix(asked)) is not None


def _one_office(one: str, other: str) -> bool:
    """Whether two document numbers may come from one office by the words before their figures, where both have some."""
    left, right = (_OFFICE.match(number.removeprefix(COUNTRY)) for number in (one, other))
    names = [match[0] for match in (left, right) if match and match[0]]
    return len(names) < 2 or names[0].endswith(names[1]) or names[1].endswith(names[0])


def _same_version(document: Document, entry: CatalogueEntry) -> bool:
    return bool(document.effective_on and document.effective_on == entry.effective_on) or bool(
        same_number(document.number, entry.number)
    )
