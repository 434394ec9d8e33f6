"""Texts that are not held, or not in the edition that a document number names, but that a held clause has repealed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kb.address import instrument_name
from kb.citation_index import Path
from kb.model import Document
from kb.registry import Registry
from kb.settlement import same_number


class Ended(NamedTuple):
    """A text under `title` that stopped applying on `on`: the provision at `path` of `by` says so. `number` is the one
    that the clause prints."""

    title: str
    number: str | None
    on: date
    by: Document
    path: Path


def ended(registry: Registry, title: str, number: str | None, day: date) -> Ended | None:
    """The repeal of the text that a title and a document number name, None where no held clause repeals it by `day`.

    Where a version of the instrument is held, the clause must print that very number: the title alone means the version
    that is held.
    """
    instrument = instrument_name(title)
    held = bool(registry.versions(instrument))
    clauses = registry.relations_to(instrument, "repeals")
    if not clauses or (held and number is None):
        return None
    begun = [repeal for repeal in registry.endings.grounds(registry, instrument).repeals if repeal.on <= day]
    for repeal in sorted(begun, key=lambda repeal: repeal.on):
        same = same_number(repeal.number, number)
        if (same is False) if not held else (same is not True):
            continue
        path = next(
            (c.relation.path for c in clauses if (c.document_id, c.relation.number) == (repeal.by, repeal.number)), ()
        )
        return Ended(title, repeal.number or number, repeal.on, registry.document(repeal.by), path)
    return None
