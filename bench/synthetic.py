"""A collection of any size made from a real one: how the index is asked to grow without encoding for days.

The first points are the real ones as they are. Every further point is a real vector moved by about half the difference
between two other real neighbours, so that it has the spread of real text around it; random numbers have none, and every
graph search fails on them. Its terms are those of the passage it started from, a fifth of them exchanged for terms of
another passage: term frequencies stay those of law texts, and every posting grows with the collection, the harder case
(a real collection also brings new words).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np

from kb.embed import Vectors, open_encoder
from kb.lexical import SparseTerms, passage_terms
from kb.model import State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import OPEN_END, Payload, Point

BATCH = 5000
SEED = 11
MOVED = (0.3, 0.7)
"""Share of the difference between two real neighbours by which a synthetic vector stands off its origin: drawn anew for
each, so that no two are the same."""
STEPS, NEIGHBOUR = 2048, 5
"""How many such differences are taken, each between a passage and its fifth neighbour."""
EXCHANGED = 0.2
IN_A_DOCUMENT = 60
ENDED_EVERY, ENDED_ON, VALID_FROM = 10, 20200101, 20100101
"""Every tenth document is no longer in force, so that a filter by day has something to leave out."""


class Base(NamedTuple):
    """Passages of a real collection: unit vectors of shape (passages, size), and of each its terms and the fields
    that searches filter by."""

    vectors: Vectors
    terms: Sequence[SparseTerms]
    fields: Sequence[Payload]


class Batch(NamedTuple):
    """Points in order, and their vectors once more as an array; `first` is the number of the first one."""

    first: int
    vectors: Vectors
    points: list[Point]


def read_base(settings: Settings) -> Base:
    """The published chunks of a home folder; their vectors come from its cache."""
    encoder, registry = open_encoder(settings), open_registry(settings)
    try:
        texts, terms, fields = list[str](), list[SparseTerms](), list[Payload]()
        for document in (h.document for h in registry.held().values() if h.document.state is State.PUBLISHED):
            shared: Payload = {
                "kind": str(document.kind), "sectors": [str(s) for s in document.sectors],
                "region": document.region or "", "instrument": document.instrument,
            }  # fmt: skip
            for chunk in registry.chunks(document.id):
                texts.append(chunk.index_text)
                terms.append(passage_terms(chunk.index_text, document.title))
                fields.append(shared)
        return Base(encoder.passages(texts), terms, fields)
    finally:
        registry.close()


def batches(base: Base, count: int) -> Iterator[Batch]:
    """`count` points, the same ones for every run over the same base; a smaller count is the beginning of a larger."""
    steps = neighbour_steps(base.vectors)
    for first in range(0, count, BATCH):
        numbers = np.arange(first, min(first + BATCH, count))
        random = np.random.default_rng([SEED, first])
        origins = np.where(numbers < len(base.vectors), numbers, random.integers(len(base.vectors), size=len(numbers)))
        vectors = base.vectors[origins].copy()
        made = numbers >= len(base.vectors)
        moved = random.uniform(*MOVED, size=(int(made.sum()), 1)).astype(np.float32)
        vectors[made] += moved * steps[random.integers(len(steps), size=len(moved))]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        points = [
            Point(
                id_of(int(number)),
                vector.tolist(),
                _exchanged(base, int(origin), random) if new else base.terms[origin],
                _payload(base.fields[origin], int(number)),
            )
            for number, origin, new, vector in zip(numbers, origins, made, vectors, strict=True)
        ]
        yield Batch(first, vectors, points)


def id_of(number: int) -> str:
    return str(UUID(int=number))


def neighbour_steps(vectors: Vectors) -> Vectors:
    """Differences between passages and a near neighbour of each, shape (at most STEPS, size)."""
    random = np.random.default_rng(SEED)
    starts = random.choice(len(vectors), min(STEPS, len(vectors)), replace=False)
    likeness = vectors[starts] @ vectors.T
    ends = np.argpartition(-likeness, min(NEIGHBOUR, len(vectors) - 1), axis=1)[:, min(NEIGHBOUR, len(vectors) - 1)]
    return vectors[ends] - vectors[starts]


def _exchanged(base: Base, origin: int, random: np.random.Generator) -> SparseTerms:
    own, other = base.terms[origin], base.terms[int(random.integers(len(base.terms)))]
    kept = random.random(len(own.indices)) >= EXCHANGED
    taken = random.random(len(other.indices)) < EXCHANGED
    mixed = {i: v for i, v, there in zip(other.indices, other.values, taken, strict=True) if there}
    mixed |= {i: v for i, v, there in zip(own.indices, own.values, kept, strict=True) if there}
    return SparseTerms(sorted(mixed), [mixed[index] for index in sorted(mixed)])


def _payload(fields: Payload, number: int) -> Payload:
    document = number // IN_A_DOCUMENT
    ended = ENDED_ON if document % ENDED_EVERY == 0 else OPEN_END
    own: Payload = {
        "document": f"synthetic-{document}", "generation": 1, "path": f"第{number % IN_A_DOCUMENT + 1}条",
        "start": 0, "end": 100, "valid": VALID_FROM, "ended": ended,
    }  # fmt: skip
    return fields | own
