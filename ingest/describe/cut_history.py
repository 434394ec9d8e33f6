"""Whether the history printed under a title has been cut short: the record names a later version than the last event.

Copies of amended regulations often print the first promulgation alone. A text cannot be older than a revision that it
contains, but its history line can be incomplete: the later day is the version's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ingest.history import Event
from kb.model import Kind

SAME_PROMULGATION = timedelta(days=183)
"""A record this near to the last event gives the day on which the same text was published, put up or took effect."""


def cut_short(events: Sequence[Event], recorded: date | None, kind: Kind) -> bool:
    """Whether `recorded`, the version of the source's record, is a revision that the printed events leave out. A
    judicial interpretation is adopted and published on two days that may lie far apart: the printed one stands."""
    if not events or recorded is None or kind is Kind.JUDICIAL_INTERPRETATION:
        return False
    return recorded - max(event.on for event in events) > SAME_PROMULGATION


def printed_days(events: Sequence[Event]) -> str:
    """The days of the revisions that a history names, as ISO dates joined by 、; "" where it names none. The day of a
    first adoption or promulgation says nothing about an earlier version."""
    return "、".join(sorted({event.on.isoformat() for event in events if event.revises}))
