"""Provisions that the nearest known questions lead to, where the sides of the index left them behind: a question in
everyday words may share nothing with its provision and yet be asked like one whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from kb import lookup
from kb.candidates import Candidate, Side, fused
from kb.known_questions import KnownPlace, Nearness, mark
from kb.model import Document
from kb.registry import Registry
from kb.store import Hit

PLACES_MOST = 3
"""Places that are looked for: each that the sides did not find at all costs a search within its document."""

Within = Callable[[Document], Mapping[Side, Sequence[Hit]]]
"""What the sides find of one document, with the filters and the day of the search."""


def led_to(
    registry: Registry, near: Nearness, ranked: Sequence[Candidate], read: int, day: date, within: Within
) -> list[Candidate]:
    """Candidates beside the first `read` of those `ranked`, which are read anyway. A provision whose words have changed
    since, or that the filters or the day keep out, is not among them."""
    places = {(one.document.id, one.path): rank for rank, one in enumerate(ranked)}
    found = []
    for document, place in islice(_standing(registry, near, day), PLACES_MOST):
        ranks = [rank for path in _upwards(place.path) if (rank := places.get((document.id, path))) is not None]
        if not ranks:
            inside = {one.path: one for one in fused(within(document), {document.id: document}, weigh=False)}
            nearest = [inside[path]._replace(fused=0.0) for path in _upwards(place.path) if path in inside]
            found += nearest[:1]
        elif ranks[0] >= read:
            found.append(ranked[ranks[0]])
    return found


def _standing(registry: Registry, near: Nearness, day: date) -> Iterator[tuple[Document, KnownPlace]]:
    """The places that are there on the day with the words that are known to answer, nearest first."""
    for place in near.places():
        document = lookup.version_on(registry, place.instrument, day)
        if document is not None and _unchanged(registry, document, place):
            yield document, place


def _upwards(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The path, then what holds it: of an outline several entries may be one chunk."""
    return [path[:length] for length in range(len(path), 0, -1)]


def _unchanged(registry: Registry, document: Document, place: KnownPlace) -> bool:
    reading = registry.reading(document.id)
    provision = reading.provisions.get(place.path)
    return provision is not None and mark(lookup.quotable(reading, provision)) == place.mark
