"""What the sides of the index find, put together: chunks of one provision count once, ranks are fused.

Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet…", SIGIR 2009,
score = Σ 1 / (60 + rank).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from kb.model import Document, FoundBy
from kb.rerank import effect
from kb.rows import SEPARATOR
from kb.store import Hit

RANK_CONSTANT = 60
NAMED_LAW = 1.5
"""How much a passage gains when the question names its instrument."""
BY_EFFECT = 0.3
"""How much of its fused score a text gains or loses by its effect level before the cut: our own guides, cases and
templates explain the law, they must not take its place among the candidates."""


FOUND_BY: dict[str, FoundBy] = {"dense": "dense", "plain": "dense", "lexical": "lexical"}


class Candidate(NamedTuple):
    """A provision that was found. `cosine` (the question as the adapter turned it), `plain` (as it was encoded) and
    `lexical` (a BM25 sum) are 0 where that side did not find it; `part` is the span of its best chunk."""

    document: Document
    path: tuple[str, ...]
    fused: float
    cosine: float
    lexical: float
    part: tuple[int, int]
    found_by: tuple[FoundBy, ...]
    named: bool = False
    plain: float = 0.0


Side = Literal["dense", "plain", "lexical"]
"""Where a hit comes from: the nearest vectors of the question as turned, as encoded, and the terms."""


def fused(
    sides: Mapping[Side, Sequence[Hit]], documents: Mapping[str, Document], named: Collection[str] = (), *,
    weigh: bool = True,
) -> list[Candidate]:  # fmt: skip
    """Candidates, best first; equal scores by cosine, then by address. `named` are instruments that the question names;
    without `weigh` the ranks alone decide."""
    found: dict[tuple[str, str], dict[Side, tuple[int, Hit]]] = {}
    for side, hits in sides.items():
        for rank, (place, hit) in enumerate(_first_of_each(hits).items(), start=1):
            if place[0] in documents:
                found.setdefault(place, {})[side] = (rank, hit)
    candidates = [_candidate(documents[name], path, seen, named, weigh) for (name, path), seen in found.items()]
    return sorted(candidates, key=lambda c: (-c.fused, -c.cosine, c.document.id, c.path))


def _candidate(
    document: Document, path: str, seen: Mapping[Side, tuple[int, Hit]], named: Collection[str], weigh: bool
) -> Candidate:
    """Of a provision with its rank and hit on each side that found it, the side whose chunk stands for it first."""
    ranks = sum(1 / (RANK_CONSTANT + rank) for rank, _ in seen.values())
    is_named = document.instrument in named
    scores = {side: hit.score for side, (_, hit) in seen.items()}
    payload = next(iter(seen.values()))[1].payload
    start, end = payload["start"], payload["end"]
    return Candidate(
        document, tuple(path.split(SEPARATOR)),
        fused=ranks * (_weight(document, is_named) if weigh else 1.0),
        cosine=scores.get("dense", 0.0), lexical=scores.get("lexical", 0.0), plain=scores.get("plain", 0.0),
        part=(start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0),
        found_by=tuple(dict.fromkeys(FOUND_BY[side] for side in seen)), named=is_named,
    )  # fmt: skip


def _weight(document: Document, is_named: bool) -> float:
    return (NAMED_LAW if is_named else 1.0) * (1 + BY_EFFECT * effect(document))


def _first_of_each(hits: Iterable[Hit]) -> dict[tuple[str, str], Hit]:
    """The best chunk of each provision, by document and path."""
    first: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        first.setdefault((str(hit.payload["document"]), str(hit.payload["path"])), hit)
    return first
