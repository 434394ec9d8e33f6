"""Whether a text that comes in is new, a correction, or another copy of what is held."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from kb import validity
from kb.errors import Conflict
from kb.likeness import likeness
from kb.model import Chunk, Document, Provision, Relation, State
from kb.registry import Registry, stands

Outcome = Literal["added", "changed", "unchanged", "duplicate"]
UNDATED = "undated"
STRANGER = 0.3
"""Share of 12-character runs in common below which two texts of one name are not versions of each other."""
TRUNCATED = 0.7
"""Of two copies of one version from different sources the first stays, so that loading them in turn never swaps them;
only a stored copy shorter than this share of the new one was a cut copy and gives way."""
ALIKE, ALIKE_SAME_DAY = 0.9, 0.5
"""Shares of 12-character runs in common. Two copies of one statute from different sites score above 0.95, where one
lost its tables or its annex above 0.5; a revision that renumbers and rewrites chapters scores below 0.8."""


def compare(registry: Registry, document: Document, text: str, digest: str) -> Outcome:
    """What a replace would do: nothing for the same bytes, nothing for the same words from another source."""
    for held in registry.held().values():
        other = held.document
        same_id = other.id == document.id
        if other.instrument != document.instrument or (other.state is State.WITHDRAWN and not same_id):
            continue
        if same_id and held.digest == digest:
            return "unchanged" if stands(other.state, document.state) else "changed"
        if same_id and (other.source.name == document.source.name or other.state is not State.PUBLISHED):
            return "changed"
        if other.state is not State.PUBLISHED:
            continue
        stored = registry.reading(other.id).text
        if _same_version(other, document) and likeness(stored, text) >= _enough(other, document):
            return "duplicate"
        if other.id == document.id and len(stored) > TRUNCATED * len(text):
            return "duplicate"
    return "changed" if document.id in registry.held() else "added"


def refuse_stranger(registry: Registry, document: Document, text: str, held_from: str) -> None:
    """Two files without a date may share a title and nothing else: then neither replaces the other. Raises Conflict;
    `held_from` is the name of the file whose text is held under the id."""
    if document.version.startswith(UNDATED) and likeness(registry.reading(document.id).text, text) < STRANGER:
        raise Conflict(
            f"《{document.title}》没有载明日期，与库中来自“{held_from}”的同名文件内容不同，没有替换。"
            "请在文件标题中写明年份或版本，或先撤回库中的那一份。"
        )


def digest_of(
    document: Document,
    text: str,
    provisions: Sequence[Provision],
    chunks: Sequence[Chunk],
    relations: Sequence[Relation],
) -> str:
    """What makes two ingests of a version the same: words, structure and description, not validity worked out later."""
    later = {"force", "state", "repealed_on", "superseded_on", "amended_on", "amendments"}
    # other bytes with the same words (a scan and its photograph) are the same version
    described = document.model_dump_json(exclude={**dict.fromkeys(later, True), "source": {"sha256"}})
    hashed = hashlib.sha256(described.encode())
    hashed.update(text.encode())
    for part in (*provisions, *chunks, *relations):
        hashed.update(part.model_dump_json().encode())
    return hashed.hexdigest()


def _enough(other: Document, document: Document) -> float:
    """How alike two copies must be to be one version: less where both say they took effect on the same day."""
    same_day = validity.start(other) is not None and validity.start(other) == validity.start(document)
    return ALIKE_SAME_DAY if same_day else ALIKE


def _same_version(other: Document, document: Document) -> bool:
    """Two copies of one version: the same id, or one of them does not know its dates."""
    begun, new = validity.start(other), validity.start(document)
    return other.id == document.id or begun is None or new is None or begun == new
