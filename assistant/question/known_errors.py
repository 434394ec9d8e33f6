"""What people often take for granted and is so no longer: `data/premises.yaml`, read when the service opens."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from kb.catalogue import read_records
from kb.model import Frozen


class FormerName(Frozen):
    """An office that was merged, a procedure that was abolished, a term that was replaced. `now` says how it stands,
    since the day `since`, or since `year` where no more is known. It is not said of a question that names one of
    `not_of` (the GMP of devices is another matter)."""

    id: str
    said: tuple[str, ...] = Field(min_length=1)
    now: str
    not_of: tuple[str, ...] = ()
    since: date | None = None
    year: int | None = None
    source: str


class FormerEdition(Frozen):
    """An edition that is not held: it is meant where one of `titles` is named with one of `marks`, or at all where
    there are none. `now` is the title, `number` the document number of what applies instead from `since`."""

    id: str
    titles: tuple[str, ...] = Field(min_length=1)
    marks: tuple[str, ...]
    now: str
    number: str
    since: date
    source: str


class FirstDay(Frozen):
    """The day from which there has been a law of this name."""

    id: str
    title: str
    since: date
    source: str


class KnownErrors(NamedTuple):
    names: tuple[FormerName, ...] = ()
    editions: tuple[FormerEdition, ...] = ()
    begun: tuple[FirstDay, ...] = ()


NOTHING_KNOWN = KnownErrors()


def load_known_errors(path: Path) -> KnownErrors:
    """Raises BadInput naming the entry that is wrong."""
    return KnownErrors(
        read_records(path, "names", FormerName, lambda entry: entry.id),
        read_records(path, "editions", FormerEdition, lambda entry: entry.id),
        read_records(path, "begun", FirstDay, lambda entry: entry.id),
    )
