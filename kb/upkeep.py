"""The index follows the registry: the points of a document made what the registry says they are, whatever they were."""

from __future__ import annotations

from kb.model import State
from kb.points import Progress, index_points
from kb.registry import Registry
from kb.serving import Serving


def align(registry: Registry, index: Serving, document_id: str) -> None:
    """The points of the live generation of one document and no others; none where it is not published."""
    held = registry.held().get(document_id)
    if held is None or held.document.state is not State.PUBLISHED:
        index.store.remove(document_id)
        return
    index.store.add(index_points(index.encoder, held.document, registry.chunks(document_id), held.generation))
    index.store.remove(document_id, keep_generation=held.generation)


def align_all(registry: Registry, index: Serving, progress: Progress | None = None) -> int:
    """Every document; returns how many are published."""
    published = [held.document.id for held in registry.held().values() if held.document.state is State.PUBLISHED]
    for gone in index.store.generations().keys() - set(published):
        index.store.remove(gone)
    for done, document_id in enumerate(published, start=1):
        align(registry, index, document_id)
        if progress:
            progress("索引", done, len(published))
    index.store.optimize()
    return len(published)
