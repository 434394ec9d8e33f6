"""What a page shows, written in its address: so a reload, a bookmark or a link sent to a colleague shows the same.

All functions work on any mutable mapping of text; the pages pass `st.query_params`. A value that cannot be read
(a date that is none, a span that is none) counts as absent: an address is typed by people and cut by chat programs.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date

Params = MutableMapping[str, str]

SPAN_MARK = "~"
"""Between the address and the quoted characters. One value, not two: each change of the address is a step of the
browser's history, and one press of "back" must undo one press of ours."""


@dataclass(frozen=True)
class Reading:
    """The provision open in the reader; `[start, end)` are the quoted characters of its stored text, if any."""

    address: str
    start: int | None = None
    end: int | None = None


def put(params: Params, **values: str | None) -> None:
    """Write values into the address; None or empty text takes the name out."""
    for name, value in values.items():
        if value:
            params[name] = value
        else:
            params.pop(name, None)


def as_of(params: Params) -> date | None:
    """The date whose law is asked for, or None for today."""
    try:
        return date.fromisoformat(params.get("as_of", ""))
    except ValueError:
        return None


def put_as_of(params: Params, day: date | None, today: date) -> None:
    """Keep a date other than today: an address without one goes on meaning "today" tomorrow."""
    put(params, as_of=day.isoformat() if day and day != today else None)


def reading(params: Params) -> Reading | None:
    """The open provision, or None when the reader is closed."""
    address, _, span = params.get("read", "").partition(SPAN_MARK)
    start, _, end = span.partition("-")
    if not address:
        return None
    if start.isdecimal() and end.isdecimal() and int(start) < int(end):
        return Reading(address, int(start), int(end))
    return Reading(address)


def put_reading(params: Params, place: Reading | None) -> None:
    """Open a provision, or close the reader with None."""
    put(params, read=written(place) if place else None)


def written(place: Reading) -> str:
    """A provision as it stands in the address."""
    span = f"{SPAN_MARK}{place.start}-{place.end}" if None not in (place.start, place.end) else ""
    return f"{place.address}{span}"
