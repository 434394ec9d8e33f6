"""A read and structured document on its way to the process that owns the index."""

from __future__ import annotations

import base64

from kb.knowledge import KnowledgeBase
from kb.model import Chunk, Document, Frozen, Provision, Relation, Repair
from kb.sameness import Outcome


class Replacement(Frozen):
    """The arguments of `KnowledgeBase.replace`; `original` is base64."""

    document: Document
    text: str
    provisions: tuple[Provision, ...]
    chunks: tuple[Chunk, ...]
    relations: tuple[Relation, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]
    original_name: str | None
    original: str | None

    def apply(self, knowledge: KnowledgeBase) -> Outcome:
        original = (self.original_name, base64.b64decode(self.original or "")) if self.original_name else None
        return knowledge.replace(
            self.document, self.text, self.provisions, self.chunks, self.relations, self.repairs, self.notes, original
        )
