"""From the chunks of a document to the points of the index: vectors, terms, and the fields that searches filter by."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from kb import validity
from kb.embed import Encoder
from kb.lexical import passage_terms
from kb.model import Chunk, Document
from kb.rows import SEPARATOR
from kb.store import Point

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""
NAMESPACE = uuid.UUID("6f6d1c1e-6f0a-5b0e-9d53-8f1c6e1b7a10")


def index_points(
    encoder: Encoder, document: Document, chunks: Sequence[Chunk], generation: int, progress: Progress | None = None
) -> list[Point]:
    """One point for each chunk; the same chunk of the same generation always has the same id."""

    def encoded(done: int, total: int) -> None:
        if progress:
            progress("encode", done, total)

    vectors = encoder.passages([chunk.index_text for chunk in chunks], encoded)
    valid, ended = validity.interval(document)
    shared: dict[str, str | int | list[str]] = {
        "document": document.id, "generation": generation, "valid": valid, "ended": ended,
        "kind": str(document.kind), "sectors": [str(s) for s in document.sectors],
        "region": document.region or "", "instrument": document.instrument,
    }  # fmt: skip
    return [
        Point(
            str(uuid.uuid5(NAMESPACE, f"{document.id}|{generation}|{SEPARATOR.join(chunk.path)}|{chunk.part}")),
            vector.tolist(),
            passage_terms(chunk.index_text, document.title),
            shared | {"path": SEPARATOR.join(chunk.path), "start": chunk.start, "end": chunk.end},
        )
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]
