"""Force of a version on a date, and how versions of one instrument end each other.

The interval of a version is [start, end): it starts when it takes effect (or, where its text does not say, on the
day it was published) and ends when a later version of the same instrument starts or another text repeals it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kb.model import CORRECTED, Document, Force, Level
from kb.store import OPEN_END


class Repeal(NamedTuple):
    """A repeal read from another text: from `on`, by `by`, in the words `evidence`."""

    on: date
    by: str
    evidence: str


class KnownVersion(NamedTuple):
    """A version that the catalogue of instruments knows of, held or not."""

    version: str
    effective_on: date


def start(document: Document) -> date | None:
    """The first day a version applies. Reference material (our guides, cases, terms) has no force, hence no day."""
    if document.level is Level.REFERENCE:
        return None
    return document.effective_on or document.valid_from


def force(document: Document, day: date) -> Force:
    """Force on `day`; UNKNOWN when neither the text nor its record says since when it applies."""
    if document.repealed_on and day >= document.repealed_on:
        return Force.REPEALED
    if document.expires_on and day > document.expires_on:
        return Force.REPEALED
    begun = start(document)
    if begun is None:
        return Force.UNKNOWN
    if day < begun:
        return Force.NOT_YET
    ends = (document.superseded_on, document.amended_on)
    if any(end and day >= end for end in ends):
        return Force.AMENDED
    return Force.IN_FORCE


def interval(document: Document) -> tuple[int, int]:
    """`(valid, ended)` as integers yyyymmdd; 0 and OPEN_END where nothing is known. What ends a version for search is a
    repeal or a later version that is held, not one that is only known of."""
    begun = start(document)
    expired = document.expires_on + timedelta(days=1) if document.expires_on else None
    ends = [day for day in (document.repealed_on, document.superseded_on, expired) if day]
    return (day_number(begun) if begun else 0), (day_number(min(ends)) if ends else OPEN_END)


def settle(
    versions: Sequence[Document], repeals: Sequence[Repeal], known: Sequence[KnownVersion] = ()
) -> list[Document]:
    """The published versions of one instrument with their ends worked out from each other, from `repeals` and from the
    versions `known` to exist.

    A repeal ends only versions that began before it: a law that repeals its own former text leaves itself in force. A
    known version that is not held does not end the one that is: its text stays findable, marked 已被修改.
    """
    return [_settled(version, versions, repeals, known) for version in versions]


def _settled(
    version: Document, versions: Sequence[Document], repeals: Sequence[Repeal], known: Sequence[KnownVersion]
) -> Document:
    begun = start(version)
    later = [start(other) for other in versions if other.id != version.id and begun and _after(other, version)]
    repealed = _first_repeal(version, repeals)
    amended = _first_unheld(version, versions, known)
    derived = {"repealed_on": REPEALED_BY, "amended_on": KNOWN_BY}
    evidence = {k: v for k, v in version.evidence.items() if not (k in derived and v.startswith(derived[k]))}
    by_staff = evidence.get("repealed_on") == CORRECTED
    own = version.repealed_on if "repealed_on" in evidence else None
    if by_staff or own:
        repealed = None
    elif repealed:
        evidence["repealed_on"] = f"{REPEALED_BY}{repealed.by}：{repealed.evidence}"
    if amended:
        evidence["amended_on"] = f"{KNOWN_BY}{amended.version} 版自 {amended.effective_on} 起施行，本库未收录"
    return version.model_copy(
        update={
            "superseded_on": min((day for day in later if day), default=None),
            "amended_on": amended.effective_on if amended else None,
            "repealed_on": own or (repealed.on if repealed else None),
            "evidence": evidence,
        }
    )


def _first_repeal(version: Document, repeals: Sequence[Repeal]) -> Repeal | None:
    begun = start(version)
    ending = (r for r in repeals if r.by != version.id and (begun is None or r.on > begun))
    return min(ending, key=lambda r: r.on, default=None)


def _first_unheld(
    version: Document, versions: Sequence[Document], known: Sequence[KnownVersion]
) -> KnownVersion | None:
    """The earliest known version after this one whose text is not among `versions`."""
    begun, held = start(version), {other.version for other in versions}
    later = (k for k in known if begun and k.effective_on > begun and k.version not in held)
    return min(later, key=lambda k: k.effective_on, default=None)


REPEALED_BY = "由他文废止·"
KNOWN_BY = "本库文件目录记载："
"""Both mark what was worked out from other records, so that it is taken back when they no longer say so."""


def _after(other: Document, version: Document) -> bool:
    return (str(start(other)), other.version) > (str(start(version)), version.version)


def day_number(day: date) -> int:
    """A day as the integer yyyymmdd by which the index filters."""
    return day.year * 10_000 + day.month * 100 + day.day
