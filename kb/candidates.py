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
    found: dict[tuple[str, str], Candidate] = {}
    for side, hits in sides.items():
        for rank, hit in enumerate(_first_of_each(hits), start=1):
            key = _place_of(hit)
            if key[0] not in documents:
                continue
            known = found.get(key) or _fresh(documents[key[0]], key[1], hit)
            found[key] = known._replace(
                fused=known.fused + 1 / (RANK_CONSTANT + rank),
                cosine=hit.score if side == "dense" else known.cosine,
                plain=hit.score if side == "plain" else known.plain,
                lexical=hit.score if side == "lexical" else known.lexical,
                found_by=tuple(dict.fromkeys((*known.found_by, FOUND_BY[side]))),
            )
    candidates = [c._replace(named=c.document.instrument in named) for c in found.values()]
    if weigh:
        candidates = [c._replace(fused=c.fused * _weight(c)) for c in candidates]
    return sorted(candidates, key=lambda c: (-c.fused, -c.cosine, c.document.id, c.path))


def _weight(candidate: Candidate) -> float:
    return (NAMED_LAW if candidate.named else 1.0) * (1 + BY_EFFECT * effect(candidate.document))


def _fresh(document: Document, path: str, hit: Hit) -> Candidate:
    start, end = hit.payload["start"], hit.payload["end"]
    part = (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)
    return Candidate(document, tuple(path.split(SEPARATOR)), 0.0, 0.0, 0.0, part, ())


def _first_of_each(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        first.setdefault(_place_of(hit), hit)
    return list(first.values())


def _place_of(hit: Hit) -> tuple[str, str]:
    return str(hit.payload["document"]), str(hit.payload["path"])
