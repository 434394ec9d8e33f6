"""Force of a version on a date, and how versions of one instrument end each other.

The interval of a version is [start, end): it starts when it takes effect (or, where its text does not say, on the
day it was published) and ends when a later version of the same instrument starts or another text repeals it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from kb.model import Document, Force, Level
from kb.store import OPEN_END


class Repeal(NamedTuple):
    """A repeal read from another text: from `on`, by `by`, in the words `evidence`."""

    on: date
    by: str
    evidence: str


def start(document: Document) -> date | None:
    """The first day a version applies. Reference material (our guides, cases, terms) has no force, hence no day."""
    if document.level is Level.REFERENCE:
        return None
    return document.effective_on or document.valid_from


def force(document: Document, day: date) -> Force:
    """Force on `day`; UNKNOWN when neither the text nor its record says since when it applies."""
    if document.repealed_on and day >= document.repealed_on:
        return Force.REPEALED
    begun = start(document)
    if begun is None:
        return Force.UNKNOWN
    if day < begun:
        return Force.NOT_YET
    if document.superseded_on and day >= document.superseded_on:
        return Force.AMENDED
    return Force.IN_FORCE


def interval(document: Document) -> tuple[int, int]:
    """`(valid, ended)` as integers yyyymmdd; 0 and OPEN_END where nothing is known."""
    begun = start(document)
    ends = [day for day in (document.repealed_on, document.superseded_on) if day]
    return (day_number(begun) if begun else 0), (day_number(min(ends)) if ends else OPEN_END)


def settle(versions: Sequence[Document], repeals: Sequence[Repeal]) -> list[Document]:
    """The published versions of one instrument with their ends worked out from each other and from `repeals`.

    A repeal ends only versions that began before it: a law that repeals its own former text leaves itself in force.
    """
    dated = sorted((v for v in versions if start(v)), key=lambda v: (str(start(v)), v.version))
    settled = []
    for version in versions:
        begun = start(version)
        later = [start(v) for v in dated if v.id != version.id and begun and _after(v, version)]
        superseded = min((day for day in later if day), default=None)
        by_text = min(
            (r for r in repeals if r.by != version.id and (begun is None or r.on > begun)),
            key=lambda r: r.on,
            default=None,
        )
        stated = version.evidence.get("repealed_on", "")
        own = version.repealed_on if stated and not stated.startswith(REPEALED_BY) else None
        evidence = {k: v for k, v in version.evidence.items() if not (k == "repealed_on" and v.startswith(REPEALED_BY))}
        if own is None and by_text:
            evidence["repealed_on"] = f"{REPEALED_BY}{by_text.by}：{by_text.evidence}"
        settled.append(
            version.model_copy(
                update={
                    "superseded_on": superseded,
                    "repealed_on": own or (by_text.on if by_text else None),
                    "evidence": evidence,
                }
            )
        )
    return settled


REPEALED_BY = "由他文废止·"
"""Marks an end that was worked out from another text, so that withdrawing that text takes it back."""


def _after(other: Document, version: Document) -> bool:
    return (str(start(other)), other.version) > (str(start(version)), version.version)


def day_number(day: date) -> int:
    """A day as the integer yyyymmdd by which the index filters."""
    return day.year * 10_000 + day.month * 100 + day.day
